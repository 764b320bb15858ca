from __future__ import annotations

import asyncio
import functools
import os
import socket
import threading
from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self, TypedDict, Unpack

from aiohttp import web

from ..config import PLANES, Plane, Product
from .answers import NO_CACHE, Problem, json_answer, text_answer
from .clock import Clock
from .console import Console, ConsoleOptions
from .faults import Faults, Handler
from .hydra import Hydra, HydraOptions
from .journal import Journal
from .keto import Keto, KetoOptions
from .kratos import Kratos, KratosOptions
from .outbox import Outbox
from .planes import PlanePorts
from .seeds import Seed, Seeds
from .talos import Talos

if TYPE_CHECKING:
    from ..client import Options, Ory

# Operations of Ory which the local Ory knows but does not answer yet, by the start of their path.
_NOT_YET_ANSWERED = (
    "/self-service/fed-cm/",
    "/self-service/methods/",
    "/.well-known/webauthn",
)

_API_KEYS = {"ORY_API_KEY": "ory_pat_local", "ORY_WORKSPACE_API_KEY": "ory_wak_local"}


class _Product(Protocol):
    def routes(self) -> list[web.AbstractRouteDef]: ...
    def reset(self) -> None: ...


class LocalOptions(TypedDict, total=False):
    """The parameters of `LocalOry`, for those who pass them on."""

    host: str
    port: int
    ports: Mapping[Plane, int] | None
    schemas: Mapping[str, Mapping[str, Any]] | None
    opl: str | None
    seed: Seed | Sequence[Seed]
    kratos: KratosOptions | None
    hydra: HydraOptions | None
    keto: KetoOptions | None
    console: ConsoleOptions | None


class LocalOry:
    """A stateful Ory on loopback, all planes behind one URL.

    Use it as an async context manager, or call `start` and `stop`. `host` and `port` say where to listen (port 0: any
    free one); `ports` gives planes a port of their own as well (`{"kratos_admin": 4434}`), where only they are answered.
    `schemas` are the identity schemas by id, the first being the default one. `opl` is a permission model in the Ory
    Permission Language; by default there are the namespaces User, Group, Folder and File. `seed` is what it holds from
    the start and after each reset: the path of a file in JSON or YAML, a mapping of the same form, or several of these.
    `kratos`, `hydra`, `keto` and `console` hold the other settings of those servers.

    Raises ConfigurationError for an unknown plane or a malformed seed, ValueError for mistakes in `opl`.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        ports: Mapping[Plane, int] | None = None,
        schemas: Mapping[str, Mapping[str, Any]] | None = None,
        opl: str | None = None,
        seed: Seed | Sequence[Seed] = (),
        kratos: KratosOptions | None = None,
        hydra: HydraOptions | None = None,
        keto: KetoOptions | None = None,
        console: ConsoleOptions | None = None,
    ) -> None:
        self._host = host
        self._port = port
        self._ports = PlanePorts(ports or {})
        self._url: str | None = None
        self._own_urls: dict[Plane, str] = {}
        self._runner: web.AppRunner | None = None
        self._seeds = Seeds(seed)
        self.clock = Clock()
        self.hydra = Hydra(clock=self.clock, base_url=lambda: self._url_of("hydra_public"), options=hydra)
        self.kratos = Kratos(
            clock=self.clock,
            base_url=lambda: self._url_of("kratos_public"),
            oauth2=self.hydra,
            schemas=schemas,
            options=kratos,
        )
        self.keto = Keto(opl=opl, options=keto)
        self.talos = Talos(clock=self.clock, base_url=lambda: self._url_of("talos_public"))
        self.console = Console(
            clock=self.clock,
            base_url=lambda: self._url_of("kratos_public"),
            ui_url=(kratos or KratosOptions()).ui_url,
            workspace_api_key=_API_KEYS["ORY_WORKSPACE_API_KEY"],
            project_api_key=_API_KEYS["ORY_API_KEY"],
            options=console,
        )
        self._products: dict[Product, _Product] = {
            "kratos": self.kratos,
            "hydra": self.hydra,
            "keto": self.keto,
            "talos": self.talos,
            "console": self.console,
        }
        self.faults = Faults()
        self.outbox = Outbox(self.kratos.state)
        self.requests = Journal(self.clock)

    @property
    def url(self) -> str:
        """The URL behind which every plane is, without a slash at the end.

        Raises RuntimeError while it is not running.
        """
        if self._url is None:
            raise RuntimeError("this LocalOry is not running: use `async with` or call start()")
        return self._url

    @property
    def urls(self) -> Mapping[Plane, str]:
        """The URL of each plane, another one than `url` where it has a port of its own.

        Raises RuntimeError while it is not running.
        """
        return {**dict.fromkeys(PLANES, self.url), **self._own_urls}

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables that point a client at this server, with API keys that it takes."""
        own = {f"ORY_{plane.upper()}_URL": url for plane, url in self._own_urls.items()}
        return {"ORY_SDK_URL": self.url, **own, **_API_KEYS}

    def client(self, **options: Unpack[Options]) -> Ory:
        """Make a client of this server, as `environment` says; `options` are those of `ory_async.Ory`."""
        from ..client import Ory

        return Ory.from_env(self.environment, **options)

    def reset(self) -> None:
        """Become as if newly started: only the seeds are left, the clock shows real time, no fault is on order."""
        self.clock.reset()
        self.faults.clear()
        self.requests.clear()
        for product in self._products.values():
            product.reset()
        self._seeds.restore()

    async def start(self) -> None:
        """Listen. Does nothing when running already.

        Raises OSError when it cannot listen there, ConfigurationError for a seed that Ory would refuse.
        """
        if self._runner is not None:
            return
        self._runner = web.AppRunner(
            self._application(), access_log=None, shutdown_timeout=1.0, handler_cancellation=True
        )
        try:
            await self._runner.setup()
            ports = await self._listen(self._runner, self._port)
            self._url = self._address(ports[0])
            for plane, port in self._ports.wanted.items():
                ports = await self._listen(self._runner, port)
                self._ports.bind(plane, ports)
                self._own_urls[plane] = self._address(ports[0])
            await self._seeds.plant(kratos=self.kratos, hydra=self.hydra, keto=self.keto)
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Close all connections and stop listening. Does nothing when not running."""
        runner, self._runner = self._runner, None
        self._url = None
        self._own_urls.clear()
        self._ports.release()
        if runner is not None:
            await runner.cleanup()

    def _url_of(self, plane: Plane) -> str:
        return self._own_urls.get(plane) or self.url

    def _address(self, port: int) -> str:
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{port}"

    def _application(self) -> web.Application:
        application = web.Application(middlewares=[self._answer], client_max_size=16 * 2**20)
        application.add_routes(_metadata_routes())
        for name, product in self._products.items():
            self._ports.add_routes(name, application.add_routes(product.routes()))
        self._ports.add_routes("kratos", application.add_routes(self.console.project_routes()))
        return application

    async def _listen(self, runner: web.AppRunner, port: int) -> list[int]:
        """Listen on one more port; return the port, once for each address of the host."""
        before = len(runner.addresses)
        try:
            await web.TCPSite(runner, self._host, port).start()
        except OSError as error:
            own_words = error.errno is None or isinstance(error, socket.gaierror)
            why = error.strerror if own_words else os.strerror(error.errno or 0).lower()
            raise OSError(error.errno, f"cannot listen on {self._host}:{port}: {why}") from error
        return [address[1] for address in runner.addresses[before:]]

    @web.middleware
    async def _answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer a request on its way from the connection to its handler, and note it."""
        seen = self.requests.add(request)
        try:
            response: web.StreamResponse | None = self._ports.refusal(request, self._url_of)
            if response is None:
                response = await self.faults.answer(request, functools.partial(_routed, handler))
            seen.status = response.status
            return response
        except ConnectionResetError:  # the handler has broken the connection: nothing of this is written
            return web.Response()
        finally:
            seen.body_size = request.content.total_bytes
            self.outbox.notify()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.stop()

    @classmethod
    @contextmanager
    def in_thread(cls, **options: Unpack[LocalOptions]) -> Generator[LocalOry]:
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
        return json_answer({"status": "ok"}, headers={"Cache-Control": NO_CACHE})

    async def version(request: web.Request) -> web.Response:
        return json_answer({"version": "local"}, headers={"Cache-Control": NO_CACHE})

    return [
        web.get("/health/alive", health),
        web.get("/health/ready", health),
        web.get("/version", version),
        web.get("/admin/health/alive", health),
        web.get("/admin/health/ready", health),
        web.get("/admin/version", version),
    ]


async def _routed(handler: Handler, request: web.Request) -> web.StreamResponse:
    """Answer a request, and write what the router refuses as Go's does."""
    try:
        return await handler(request)
    except web.HTTPMethodNotAllowed as error:
        return text_answer("Method Not Allowed\n", 405, {"Allow": error.headers["Allow"]})
    except web.HTTPNotFound:
        if request.path.startswith(_NOT_YET_ANSWERED):
            reason = f"The local Ory does not answer {request.method} {request.path} yet."
            return Problem(501, "This operation is not implemented", reason=reason).answer()
        return text_answer("404 page not found\n", 404)
