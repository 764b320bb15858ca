"""Protect a Starlette app. FastAPI has `ory_async.integrations.fastapi`, which builds on this.

app = Starlette(routes=[...], middleware=[Middleware(OryMiddleware, public_url="https://auth.example.com")])

async def show(request: Request) -> Response:
    session = await access(request).session(aal="aal2")
    await access(request).permission("File:{id}", "view", request.path_params)
"""

from __future__ import annotations

from typing import Unpack
from urllib.parse import quote

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..client import Ory
from ..errors import ConfigurationError
from .guard import Access, Guard, GuardOptions
from .problems import Asked, Denied

__all__ = ["Access", "Denied", "OryMiddleware", "access"]

_ACCESS = "ory"
_SCHEMES = {"ws": "http", "wss": "https"}


class OryMiddleware:
    """Gives each request its `Access`, and answers those that are denied: by a redirect to log in, or a problem.

    It is pure ASGI, so that bodies stream through it and WebSockets are protected, too: one that is denied is closed
    before it opens. `ory` is the client, which stays yours to close. Without it one is made of the environment, and
    closed at the app's shutdown. The options are those of `GuardOptions`.

    A `Denied` may also be caught by the app's own exception handler, for pages in its own style.
    """

    def __init__(self, app: ASGIApp, ory: Ory | None = None, **options: Unpack[GuardOptions]) -> None:
        self._app = app
        self._guard = Guard(ory or Ory.from_env, **options)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, self._closing(send))
            return
        asked = Asked(scope.get("method", "GET"), Headers(scope=scope), lambda: _url(scope))
        own = self._guard.access(asked)
        scope["state"] = {**scope.get("state", {}), _ACCESS: own}
        is_answered = False

        async def sealing(message: Message) -> None:
            nonlocal is_answered
            is_answered = True
            if message["type"] in ("http.response.start", "websocket.accept"):
                _seal(own, message)
            await send(message)

        try:
            await self._app(scope, receive, sealing)
        except Denied as denied:
            if is_answered:
                raise
            await refuse(denied, scope, receive, sealing)

    def _closing(self, send: Send) -> Send:
        async def closing(message: Message) -> None:
            if message["type"].startswith("lifespan.shutdown."):
                await self._guard.close()
            await send(message)

        return closing


def access(connection: HTTPConnection) -> Access:
    """What a request, or a WebSocket, may do.

    Raises `ConfigurationError` where the app has no `OryMiddleware`.
    """
    found = connection.scope.get("state", {}).get(_ACCESS)
    if not isinstance(found, Access):
        raise ConfigurationError("the app has no middleware: app.add_middleware(OryMiddleware)")
    return found


def _seal(own: Access, message: Message) -> None:
    headers = MutableHeaders(raw=list(message.get("headers", ())))
    seal = own.sealed(headers.get("cache-control"), headers.getlist("set-cookie"))
    if seal.cache_control is not None:
        headers["cache-control"] = seal.cache_control
    for header in seal.set_cookies:
        headers.append("set-cookie", header)
    message["headers"] = headers.raw


async def refuse(denied: Denied, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a request that is not let in; a WebSocket is closed before it opens."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})  # servers make a 403 of it
        return
    reply = denied.reply
    await Response(reply.body, reply.status, dict(reply.headers))(scope, receive, send)


def _url(scope: Scope) -> str:
    """The URL as it was sent: Starlette's own has the path decoded."""
    scheme = scope.get("scheme", "http")
    path = scope.get("raw_path") or quote(scope["path"]).encode()
    host = Headers(scope=scope).get("host", "")
    query = scope.get("query_string", b"")
    return f"{_SCHEMES.get(scheme, scheme)}://{host}{path.decode('latin-1')}?{query.decode('latin-1')}"
