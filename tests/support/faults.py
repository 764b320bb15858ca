"""What can go wrong with an answer, as scripts for a raw server."""

from __future__ import annotations

import asyncio
import gzip
import sys
import zlib
from collections.abc import Awaitable, Callable

from ory_async import errors

from .raw_server import Line, Script, answer

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


async def reset(line: Line) -> None:
    line.reset()


async def hang_up(line: Line) -> None:
    await line.hang_up()


async def half_close(line: Line) -> None:
    await line.half_close()
    await line.until_closed()


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


def repeated(data: bytes) -> Callable[[Line], Awaitable[None]]:
    async def script(line: Line) -> None:
        while True:
            await line.send(data)

    return script


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
    "endless header": after(b"HTTP/1.1 200 OK\r\nX-Odd: ", repeated(b"a" * 65536)),
    "endless trailers": after(HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", repeated(b"X-Odd: 1\r\n" * 1000)),
    "half closed before the answer": half_close,
    "half closed inside the headers": after(b"HTTP/1.1 200 OK\r\nX-Odd: 1\r\n", half_close),
    "half closed inside the body": after(HEAD + b"Content-Length: 99\r\n\r\n{", half_close),
    "status of two digits": b"HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n",
    "null in a header": b"HTTP/1.1 200 OK\r\nX-Odd: a\x00b\r\nContent-Length: 2\r\n\r\n{}",
    "length beyond 64 bits": after(HEAD + b"Content-Length: 99999999999999999999\r\n\r\n{}", silence),
    "length of 5000 digits": after(HEAD + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n{}", silence),
    "chunk beyond 64 bits": after(HEAD + b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n{}", silence),
    "gzip of a wrong checksum": answer(200, gzip.compress(b"{}")[:-8] + bytes(8), "Content-Encoding: gzip"),
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
    "endless chunk extension": after(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5;", repeated(b"x" * 65536)),
    "endless interim answers": repeated(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000),
    "only interim answers": after(b"HTTP/1.1 100 Continue\r\n\r\n" * 3, silence),
}
"""Answers that never come to their end."""


TOO_LARGE: dict[str, Script] = {
    "endless": after(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", repeated(b"10000\r\n" + b" " * 65536 + b"\r\n")),
    "announced": after(HEAD + b"Content-Length: 99999999\r\n\r\n" + b" " * 200_000, silence),
    "without a length": after(HEAD + b"\r\n" + b" " * 200_000, silence),
    "gzip bomb": answer(200, gzip.compress(b" " * 50_000_000), "Content-Encoding: gzip"),
    "deflate bomb": answer(200, zlib.compress(b" " * 50_000_000), "Content-Encoding: deflate"),
    "error": after(b"HTTP/1.1 500 X\r\nContent-Length: 99999999\r\n\r\n" + b" " * 200_000, silence),
}
"""Bodies of more than 100 kB."""


EVERY_STATUS: list[tuple[int, type[errors.ApiError]]] = [
    (300, errors.UnexpectedRedirect),
    (302, errors.UnexpectedRedirect),
    (400, errors.BadRequest),
    (401, errors.Unauthorized),
    (403, errors.Forbidden),
    (404, errors.NotFound),
    (409, errors.Conflict),
    (410, errors.Gone),
    (418, errors.ApiError),
    (422, errors.UnprocessableEntity),
    (429, errors.RateLimited),
    (429, errors.RateLimited),
    (500, errors.ServerError),
    (502, errors.ServerError),
    (503, errors.ServerError),
    (504, errors.ServerError),
    (999, errors.ServerError),
]
ERROR_SHAPES: dict[str, bytes] = {
    "kratos": b'{"error": {"code": 400, "message": "because", "reason": "of this"}}',
    "hydra": b'{"error": "because", "error_description": "of this"}',
    "text": b"because of this\n",
    "html": b"<html><h1>because</h1></html>",
    "none": b"",
    "list": b"[1]",
    "cut": b'{"error": {"message": "bec',
    "bom": b'\xef\xbb\xbf{"error": {}}',
    "deep": b'{"error": ' + b"[" * 5000,
}
"""Bodies of errors, of which `kratos` and `hydra` can be understood."""

UNREADABLE: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "no JSON"),
    "html": (b"<html>Bad Gateway</html>", "no JSON"),
    "bom": (b"\xef\xbb\xbf{}", "BOM"),
    "deep": (b"[" * 90_000, "nested too deeply"),
    "deep inside": (b'{"dispatches":' + b"[" * 90_000, "nested too deeply"),
    # the parser of Python 3.14 is not stopped by this depth, and finds that the text is cut
    "deep objects": (b'{"a":' * 15_000, "nested too deeply" if sys.version_info < (3, 14) else "no JSON"),
    "list": (b"[]", "promised"),
    "bytes": (b"\xff\xff", "no JSON"),
    "nan": (b"NaN", "no JSON"),
}
"""Bodies of a success that promises an object, and what the error says about each."""

WISHES: list[tuple[str, float | None]] = [
    *((f"Retry-After: {text}", 0) for text in ("0", "000", "Fri, 31 Dec 1999 23:59:59 GMT")),
    *((f"Retry-After: {text}", float(text)) for text in ("31", "86400", "9" * 15)),
    *((f"Retry-After: {text}", None) for text in ("", "soon", "-1", "1.5", "\u0663", "9" * 400, "Mon, 99 Foo 2026")),
    ("X-RateLimit-Reset: 0", 0),
    ("X-RateLimit-Reset: 1000", 1000),
    ("X-RateLimit-Reset: soon", None),
    ("Retry-After: soon\nX-RateLimit-Reset: 0", 0),
    ("Retry-After: 0\nX-RateLimit-Reset: 1000", 0),
]
"""Headers by which a server asks to wait, and for how many seconds; None where they make no sense."""
