"""A server in a process of its own that answers every request at once, as fast as Python can."""

from __future__ import annotations

import asyncio
import multiprocessing
import re
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import partial
from multiprocessing.connection import Connection
from typing import TypeAlias

from .documents import document, identities

Answer: TypeAlias = Callable[[bytes], bytes]
"""From a request, which has no body, to all that is sent back."""

_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nX-Request-Id: 0d0f7cf5\r\n"


def _answered(body: bytes, headers: bytes = b"") -> bytes:
    return b"%b%bContent-Length: %d\r\n\r\n%b" % (_HEAD, headers, len(body), body)


def sessions() -> Answer:
    """The same session for every request, which nobody looks at."""
    answer = _answered(document("session"))
    return lambda request: answer


def identity_pages(pages: int, size: int) -> Answer:
    """So many pages of identities, each leading to the next one by a Link header, as Kratos does it."""
    body = identities(size)
    last = _answered(body)

    def answer(request: bytes) -> bytes:
        token = re.search(rb"page_token=(\d+)", request.partition(b"\r\n")[0])
        number = int(token[1]) if token else 1
        if number >= pages:
            return last
        link = b'Link: </admin/identities?page_size=%d&page_token=%d>; rel="next"\r\n' % (size, number + 1)
        return _answered(body, link)

    return answer


class _Answering(asyncio.Protocol):
    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._unread = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        *requests, self._unread = (self._unread + data).split(b"\r\n\r\n")
        for request in requests:
            self._transport.write(self._answer(request))


async def _serve(parent: Connection, answer: Answer) -> None:
    server = await asyncio.get_running_loop().create_server(partial(_Answering, answer), "127.0.0.1", 0)
    parent.send(server.sockets[0].getsockname()[1])
    await server.serve_forever()


def _main(parent: Connection, answering: Callable[[], Answer]) -> None:
    asyncio.run(_serve(parent, answering()))


@contextmanager
def answering_server(answering: Callable[[], Answer] = sessions) -> Generator[str]:
    """Run the server; gives its URL. `answering` is called in the server's process."""
    spawning = multiprocessing.get_context("spawn")
    here, there = spawning.Pipe()
    process = spawning.Process(target=_main, args=(there, answering), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{here.recv()}"
    finally:
        process.terminate()
        process.join()
