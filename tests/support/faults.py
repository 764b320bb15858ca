"""What can go wrong with an answer, as scripts for a raw server."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import Awaitable, Callable

from .raw_server import Line, Script, answer

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


async def reset(line: Line) -> None:
    line.reset()


async def hang_up(line: Line) -> None:
    await line.hang_up()


def after(data: bytes, then: Callable[[Line], Awaitable[None]]) -> Script:
    async def script(line: Line) -> None:
        await line.send(data)
        await then(line)

    return script


async def drip(line: Line) -> None:
    while True:
        await line.send(b" ")
        await asyncio.sleep(0.01)


async def silence(line: Line) -> None:
    await line.until_closed()


async def endless(line: Line) -> None:
    await line.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
    while True:
        await line.send(b"10000\r\n" + b" " * 65536 + b"\r\n")


BROKEN: dict[str, Script] = {
    "reset before the answer": reset,
    "closed before the answer": hang_up,
    "reset inside the headers": after(b"HTTP/1.1 200 OK\r\nX-Odd:", reset),
    "closed inside the headers": after(b"HTTP/1.1 200 OK\r\nX-Odd: 1\r\n", hang_up),
    "reset inside the body": after(HEAD + b'Content-Length: 99\r\n\r\n{"id"', reset),
    "body shorter than its length": after(HEAD + b'Content-Length: 99\r\n\r\n{"id": "m1"}', hang_up),
    "body longer than its length": HEAD + b'Content-Length: 2\r\n\r\n{}{"id": "m1"}',
    "closed inside a chunk": after(HEAD + b"Transfer-Encoding: chunked\r\n\r\n9\r\n{", hang_up),
    "closed before the last chunk": after(HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n", hang_up),
    "chunk of no size": HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n",
    "length below zero": HEAD + b"Content-Length: -5\r\n\r\n{}",
    "length that is no number": HEAD + b"Content-Length: many\r\n\r\n{}",
    "two lengths": HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "length and chunks": HEAD + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "garbage": b"\x00\x01\x02 SSH-2.0-OpenSSH_9.6\r\n\r\n",
    "html without http": b"<html><body>502</body></html>\r\n\r\n",
    "header of 100 kB": b"HTTP/1.1 200 OK\r\nX-Odd: " + b"a" * 100_000 + b"\r\n\r\n",
    "endless headers": b"HTTP/1.1 200 OK\r\n" + b"X-Odd: 1\r\n" * 100_000,
    "no gzip at all": answer(200, b"no gzip", "Content-Encoding: gzip"),
    "unknown compression": answer(200, b"\x00", "Content-Encoding: br"),
}
"""A connection that breaks, or says what is no HTTP."""


SLOW: dict[str, Script] = {
    "no answer": silence,
    "headers stop": after(b"HTTP/1.1 200 OK\r\nX-Odd: ", silence),
    "headers drip": after(b"HTTP/1.1 200 OK\r\nX-Odd:", drip),
    "body stops": after(HEAD + b"Content-Length: 99999\r\n\r\n{", silence),
    "body drips": after(HEAD + b"Content-Length: 99999\r\n\r\n", drip),
    "body without a length never ends": after(HEAD + b"\r\n{}", silence),
    "chunks stop": after(HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n", silence),
    "only interim answers": after(b"HTTP/1.1 100 Continue\r\n\r\n" * 3, silence),
}
"""Answers that never come to their end."""


TOO_LARGE: dict[str, Script] = {
    "endless": endless,
    "announced": after(HEAD + b"Content-Length: 99999999\r\n\r\n" + b" " * 200_000, silence),
    "without a length": after(HEAD + b"\r\n" + b" " * 200_000, silence),
    "gzip bomb": answer(200, gzip.compress(b" " * 50_000_000), "Content-Encoding: gzip"),
    "deflate bomb": answer(200, zlib.compress(b" " * 50_000_000), "Content-Encoding: deflate"),
    "error": after(b"HTTP/1.1 500 X\r\nContent-Length: 99999999\r\n\r\n" + b" " * 200_000, silence),
}
"""Bodies of more than 100 kB."""
