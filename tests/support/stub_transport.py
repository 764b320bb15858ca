"""A transport without a network: answers by a script, and keeps what was sent."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from ory_async import Answer, Headers, Ory, Request, Timeout
from ory_async.config import PLANES
from ory_async.errors import ClientClosed


class StubTransport:
    """Gives the answers of its script in their order, the last one again and again; raises those that are errors."""

    def __init__(self, *script: Answer | Exception | Callable[[Request], Answer]) -> None:
        self.sent: list[tuple[str, str, dict[str, str], bytes | None]] = []
        self.timeouts: list[Timeout] = []
        self._script = script or (reply({}),)
        self._closed = False

    async def send(self, request: Request, timeout: Timeout) -> Answer:
        if self._closed:
            raise ClientClosed("the client is closed")
        self.sent.append((request.method, request.url, dict(request.headers), request.body))
        self.timeouts.append(timeout)
        turn = self._script[min(len(self.sent), len(self._script)) - 1]
        if isinstance(turn, Exception):
            raise turn
        return turn if isinstance(turn, Answer) else turn(request)

    async def pause(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def prepare(self) -> None: ...

    async def close(self) -> None:
        self._closed = True


def reply(data: Any = None, status: int = 200, **headers: str) -> Answer:
    """An answer whose body is JSON; none at all for None."""
    body = b"" if data is None else json.dumps(data).encode()
    return Answer(status, Headers.of((name.replace("_", "-"), value) for name, value in headers.items()), body)


def client_of(transport: StubTransport, **options: Any) -> Ory:
    """A client of every plane that sends over the given transport."""
    planes: Any = dict.fromkeys(PLANES, "https://ory.example")
    return Ory._made(planes, options, transport)  # type: ignore[arg-type]
