"""The proxy as an ASGI app."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any, TypeAlias, Unpack
from urllib.parse import quote

from ...client import Ory
from .gateway import Gateway
from .requests import Incoming
from .settings import ProxyOptions

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]


class OryProxy:
    """Serves the public paths of Ory under the app's own origin, so that its cookies belong there.

    Mount it under a prefix of its own, or at the root after the app's own routes. `ory` says where Kratos and Hydra
    are, or the Ory Network project, and whose connections are used. None of its credentials is sent: what a request
    may do is up to what its client shows. The client stays yours to close. The options are those of `ProxyOptions`.

    Answers that hold URLs are rewritten; all others stream through. What is no public path of Ory, or is not written
    plainly, is refused before anything is sent (400, 404, 405, 431), and 502 or 504 tells that Ory gives no answer.

    Raises `ConfigurationError` for options that make no sense.
    """

    def __init__(self, ory: Ory, **options: Unpack[ProxyOptions]) -> None:
        self._gateway = Gateway(ory, **options)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        match scope["type"]:
            case "http":
                await self._answer(scope, receive, send)
            case "websocket":
                await send({"type": "websocket.close", "code": 1008})  # servers make a 403 of it
            case "lifespan":
                await _live(receive, send)
            case _:
                raise NotImplementedError(f"the proxy does not speak {scope['type']}")

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with self._gateway.exchange(_incoming(scope, receive)) as answer:
            headers = [(name.encode(), value.encode("utf-8", "surrogateescape")) for name, value in answer.headers]
            await send({"type": "http.response.start", "status": answer.status, "headers": headers})
            async for chunk in answer.chunks:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})


def _incoming(scope: Scope, receive: Receive) -> Incoming:
    raw_path: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
    client = scope.get("client")
    return Incoming(
        method=scope["method"],
        scheme=scope.get("scheme", "http"),
        path=raw_path.decode("latin-1"),
        query=scope.get("query_string", b"").decode("latin-1"),
        prefix=scope.get("root_path", "").rstrip("/"),
        headers=scope["headers"],
        client=client[0] if client else None,
        body=_body(receive),
    )


async def _body(receive: Receive) -> AsyncIterator[bytes]:
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionResetError("the client went away")
        if chunk := message.get("body"):
            yield chunk
        more = message.get("more_body", False)


async def _live(receive: Receive, send: Send) -> None:
    """Nothing is to be made or ended here: the client belongs to the app."""
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
