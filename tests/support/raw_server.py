"""A TCP server that hears HTTP requests and answers with any bytes whatever, or with none."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import struct
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Self, TypeAlias

import attrs


@attrs.frozen
class Heard:
    """One request as it came."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        """The only value of a header; None where there is none."""
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        assert len(values) < 2, f"{name} came {len(values)} times"
        return values[0] if values else None


class Line:
    """The server's end of one connection, while it answers one request."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self.request = Heard("", "", [], b"")

    async def hear(self) -> bool:
        """Read the next request; False when the client hung up."""
        try:
            head = (await self._reader.readuntil(b"\r\n\r\n")).decode("utf-8", "surrogateescape")
        except asyncio.IncompleteReadError:
            return False
        first, *lines = head[:-4].split("\r\n")
        method, target, _ = first.split(" ", 2)
        headers = [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines)]
        length = next((int(value) for name, value in headers if name.lower() == "content-length"), 0)
        self.request = Heard(method, target, headers, await self._reader.readexactly(length))
        return True

    async def send(self, data: bytes) -> None:
        if self._writer.is_closing():  # uvloop would raise a RuntimeError
            raise ConnectionResetError
        self._writer.write(data)
        await self._writer.drain()

    async def hang_up(self) -> None:
        """Close the connection in good order."""
        self._writer.close()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()

    async def half_close(self) -> None:
        """Send no more, and go on listening."""
        self._writer.write_eof()

    def reset(self) -> None:
        """Break the connection: the client gets a TCP reset."""
        connection: socket.socket = self._writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()

    async def until_closed(self) -> None:
        """Wait until the client hangs up."""
        while await self._reader.read(65536):
            pass


Script: TypeAlias = bytes | Callable[[Line], Awaitable[None]]
"""How one request is answered: bytes are sent as they are, a function does as it likes."""


class RawServer:
    """Answers the first request by the first script, the second by the second, and all further ones by the last.

    `greeting` is sent as soon as somebody connects, before any request.
    """

    def __init__(self, *scripts: Script, greeting: bytes = b"") -> None:
        self.heard: list[Heard] = []
        self.open = 0
        """Connections open now."""
        self.connections = 0
        """Connections made so far."""
        self.peak = 0
        """The most connections that were open at the same time."""
        self._scripts = scripts or (answer(),)
        self._greeting = greeting
        self._tasks: set[asyncio.Task[None]] = set()
        self._all_closed = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=1 << 20)
        self.port: int = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def all_closed(self) -> None:
        """Wait until every connection is closed, as the server sees it; fails after two seconds."""
        async with asyncio.timeout(2):
            while self.open:
                self._all_closed.clear()
                await self._all_closed.wait()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.open += 1
        self.connections += 1
        self.peak = max(self.peak, self.open)
        writer.write(self._greeting)
        try:
            await self._converse(Line(reader, writer))
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            writer.transport.abort()
            self.open -= 1
            self._tasks.discard(task)
            self._all_closed.set()

    async def _converse(self, line: Line) -> None:
        while await line.hear():
            self.heard.append(line.request)
            script = self._scripts[min(len(self.heard), len(self._scripts)) - 1]
            if isinstance(script, bytes):
                await line.send(script)
            else:
                await script(line)


def answer(status: int = 200, body: bytes = b"", headers: str = "") -> bytes:
    """The bytes of a whole answer; `headers` are further lines, parted by line breaks."""
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body)}", *headers.splitlines()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def json_answer(data: Any, status: int = 200, headers: str = "") -> bytes:
    """The bytes of an answer whose body is JSON."""
    return answer(status, json.dumps(data).encode(), f"Content-Type: application/json\n{headers}")


def error_answer(status: int, headers: str = "", **error: Any) -> bytes:
    """The bytes of an error as Kratos tells it."""
    return json_answer({"error": {"code": status, **error}}, status, headers)


def unused_port() -> int:
    """A port of this machine on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
