from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Generator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Protocol, Self

from aiohttp import web

from .answers import Problem, json_answer, text_answer
from .clock import Clock
from .keto import Keto
from .kratos import Kratos, KratosOptions

# Operations of Ory which the local Ory knows but does not answer yet, by the start of their path.
_NOT_YET_ANSWERED = (
    "/admin/clients",
    "/admin/keys",
    "/admin/oauth2",
    "/admin/trust",
    "/.well-known/jwks.json",
    "/.well-known/openid-configuration",
    "/credentials",
    "/oauth2/",
    "/userinfo",
    "/console/",
    "/projects",
    "/workspaces",
    "/elements/",
    "/v2alpha1/",
    "/admin/test-login-flows",
    "/self-service/login/test",
    "/self-service/fed-cm/",
    "/self-service/methods/",
    "/.well-known/webauthn",
)


class _Product(Protocol):
    def routes(self) -> list[web.AbstractRouteDef]: ...
    def reset(self) -> None: ...


class LocalOry:
    """A stateful Ory on loopback, all planes behind one URL.

    Use it as an async context manager, or call `start` and `stop`. `host` and `port` say where to listen (port 0: any
    free one); `schemas` are the identity schemas by id, the first being the default one; `opl` is a permission model in
    the Ory Permission Language (None: every namespace is accepted); `kratos` holds the other settings of Kratos.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        schemas: Mapping[str, Mapping[str, Any]] | None = None,
        opl: str | None = None,
        kratos: KratosOptions | None = None,
    ) -> None:
        self._host = host
        self._port = port
        self._bound_port: int | None = None
        self._runner: web.AppRunner | None = None
        self.clock = Clock()
        self.kratos = Kratos(clock=self.clock, base_url=lambda: self.url, schemas=schemas, options=kratos)
        self.keto = Keto(opl=opl)
        self._products: tuple[_Product, ...] = (self.kratos, self.keto)

    @property
    def url(self) -> str:
        """The URL of every plane, without a slash at the end. Raises RuntimeError while it is not running."""
        if self._bound_port is None:
            raise RuntimeError("this LocalOry is not running: use `async with` or call start()")
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._bound_port}"

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables that point a client at this server."""
        return {"ORY_SDK_URL": self.url}

    def reset(self) -> None:
        """Forget everything and set the clock to real time, as if newly started."""
        self.clock.reset()
        for product in self._products:
            product.reset()

    async def start(self) -> None:
        """Listen. Does nothing when running already."""
        if self._runner is not None:
            return
        application = web.Application(middlewares=[_router_errors], client_max_size=16 * 2**20)
        application.add_routes(_metadata_routes())
        for product in self._products:
            application.add_routes(product.routes())
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port)
        try:
            await site.start()
        except OSError:
            await self.stop()
            raise
        self._bound_port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Close all connections and stop listening. Does nothing when not running."""
        runner, self._runner, self._bound_port = self._runner, None, None
        if runner is not None:
            await runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.stop()

    @classmethod
    @contextmanager
    def in_thread(cls, **options: Any) -> Generator[LocalOry]:
        """Run a local Ory on a loop of its own in a daemon thread, for programs without a loop.

        Takes the parameters of the class. The server is listening when the block begins and gone when it ends.
        """
        local = cls(**options)
        started: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()

        async def serve() -> None:
            stop = asyncio.Event()
            async with local:
                started.set_result((asyncio.get_running_loop(), stop))
                await stop.wait()

        def run() -> None:
            try:
                asyncio.run(serve())
            except BaseException as error:
                if started.done():
                    raise
                started.set_exception(error)

        thread = threading.Thread(target=run, name="ory-local", daemon=True)
        thread.start()
        loop, stop = started.result()
        try:
            yield local
        finally:
            loop.call_soon_threadsafe(stop.set)
            thread.join()


def _metadata_routes() -> list[web.AbstractRouteDef]:
    async def health(request: web.Request) -> web.Response:
        return json_answer({"status": "ok"})

    async def version(request: web.Request) -> web.Response:
        return json_answer({"version": "local"})

    return [
        web.get("/health/alive", health),
        web.get("/health/ready", health),
        web.get("/version", version),
        web.get("/admin/health/alive", health),
        web.get("/admin/health/ready", health),
        web.get("/admin/version", version),
    ]


@web.middleware
async def _router_errors(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    try:
        return await handler(request)
    except web.HTTPMethodNotAllowed as error:
        return text_answer("Method Not Allowed\n", 405, {"Allow": error.headers["Allow"]})
    except web.HTTPNotFound:
        if request.path.startswith(_NOT_YET_ANSWERED):
            reason = f"The local Ory does not answer {request.method} {request.path} yet."
            return Problem(501, "This operation is not implemented", reason=reason).answer()
        return text_answer("404 page not found\n", 404)
