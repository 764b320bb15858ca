"""The one room that knows aiohttp: bytes out, bytes in, and typed errors for all that goes wrong between."""

from __future__ import annotations

import asyncio
import contextlib
import os
import ssl
import weakref
from collections.abc import AsyncGenerator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

import aiohttp
import attrs
from aiohttp import hdrs
from aiohttp.http_exceptions import HttpProcessingError
from yarl import URL

from .config import Limits, Timeout
from .deadlines import Deadlines
from .errors import (
    ClientClosed,
    ConfigurationError,
    ConnectError,
    ConnectionLost,
    DecodeError,
    RequestTimeout,
    TransportError,
)
from .messages import Answer, Headers, Request
from .redaction import redact_text

if TYPE_CHECKING:
    from aiohttp.connector import Connection
    from aiohttp.tracing import Trace

TraceConfig: TypeAlias = aiohttp.TraceConfig
Session: TypeAlias = aiohttp.ClientSession

_NO_OWN_HEADERS = (hdrs.CONTENT_TYPE,)
"""What aiohttp would make up: a content type for a POST without content."""
_TELL_URL = (aiohttp.ClientResponseError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)
"""Errors whose text holds the whole URL, with its ids and tokens: they must not show as the cause of ours."""
_GONE = "the handler is closed"
"""How uvloop ends the text of a RuntimeError, where asyncio's own loop raises an OSError."""
_NO_CONNECTION = "no connection was there yet"
"""The note on a cancellation, such as by a time limit, that came while a call waited for its connection."""
_READ_SIZE = 64 * 1024
"""Bytes to read at once. Asyncio's 256 KiB are so many that the C library maps new memory for each read."""


@attrs.frozen(kw_only=True)
class Wiring:
    """How connections are made."""

    limits: Limits
    tls: ssl.SSLContext | None = attrs.field(default=None, repr=False)
    proxy: str | None = attrs.field(default=None, repr=False)
    trace_configs: Sequence[TraceConfig] = ()
    session: Session | None = attrs.field(default=None, repr=False)

    def __attrs_post_init__(self) -> None:
        if self.tls is not None and not isinstance(self.tls, ssl.SSLContext):
            raise ConfigurationError("tls must be an ssl.SSLContext; make one by ssl.create_default_context()")
        if self.session is not None and not isinstance(self.session.cookie_jar, aiohttp.DummyCookieJar):
            raise ConfigurationError(
                "the session keeps cookies, which would hand one user's cookie to the next;"
                " make it with cookie_jar=aiohttp.DummyCookieJar()"
            )


@attrs.define
class _Pool:
    session: Session
    guard: AsyncGenerator[None, None] | None
    """Closes the session, at the latest when the loop ends; None for a session of the user's own."""
    deadlines: Deadlines
    process: object


_process = object()
"""Another object in each process, so that a forked child leaves the connections it inherited to its parent."""
_abandoned: list[_Pool] = []
"""Pools of the parent process: kept, since closing them would say goodbye on connections that the parent still uses."""


def _forked() -> None:
    global _process
    _process = object()


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=_forked)


class _Connector(aiohttp.TCPConnector):
    """Connections that read in small pieces; a call that is ended while it waits for one says so."""

    async def connect(
        self, req: aiohttp.ClientRequest, traces: list[Trace], timeout: aiohttp.ClientTimeout
    ) -> Connection:
        try:
            connection = await super().connect(req, traces, timeout)
        except asyncio.CancelledError as error:
            error.add_note(_NO_CONNECTION)
            raise
        transport = connection.transport
        if getattr(transport, "max_size", 0) > _READ_SIZE:  # asyncio's own for plain TCP, as it came
            transport.max_size = _READ_SIZE  # type: ignore[union-attr]
        return connection


class Transport:
    """Connections of one client: a pool for each event loop it is used on, made at first use."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._pools: dict[asyncio.AbstractEventLoop, _Pool] = {}
        self._closed = False
        # held from outside, so that the pools of a forgotten client close after it, and are never collected before
        weakref.finalize(self, self._pools.clear).atexit = False

    async def send(self, request: Request, timeout: Timeout) -> Answer:
        """Send a request and read the whole answer.

        Raises a `TransportError` when there is none, `DecodeError` when it is too large, `ClientClosed` after `close`.
        """
        pool = self._pool()
        session = pool.session
        wiring = self._wiring
        operation = request.operation
        response: aiohttp.ClientResponse | None = None
        try:
            with pool.deadlines.within(timeout.total):
                response = await session.request(
                    operation.method,
                    _url(request.url),
                    headers=request.headers,
                    data=request.body,
                    allow_redirects=False,
                    raise_for_status=False,
                    skip_auto_headers=None if request.body or operation.method == hdrs.METH_GET else _NO_OWN_HEADERS,
                    timeout=_connect_timeout(timeout.connect),
                    proxy=wiring.proxy,
                    ssl=True if wiring.tls is None else wiring.tls,
                )
                body = await (response.read() if self._fits(response) else self._read(operation.name, response))
            return Answer(response.status, Headers(response.raw_headers), body)
        except (aiohttp.ClientError, HttpProcessingError, OSError, TimeoutError, ValueError) as error:
            raise self._typed(request, error, timeout) from (None if isinstance(error, _TELL_URL) else error)
        except RuntimeError as error:
            if session.closed:
                raise ClientClosed(f"{operation.name}: the session is closed") from error
            if str(error).endswith(_GONE):
                raise self._typed(request, error, timeout) from error
            raise
        finally:
            if response is not None and response.connection is not None:
                response.close()  # the body was not read to its end: the connection cannot be used again

    async def pause(self, seconds: float) -> None:
        """Wait between two attempts; raises `ClientClosed` at once when the client is closed meanwhile."""
        with contextlib.suppress(TimeoutError), self._pool().deadlines.within(seconds):
            await asyncio.get_running_loop().create_future()
        if self._closed:
            raise ClientClosed("the client was closed before the next attempt")

    def _pool(self) -> _Pool:
        """The pool of the running loop."""
        if self._closed:
            raise ClientClosed("the client is closed; make a new one, or keep it open for as long as it is used")
        loop = asyncio.get_running_loop()
        pool = self._pools.get(loop)
        if pool is None or pool.process is not _process:
            self._drop_finished()
            if pool is not None:
                _abandoned.append(pool)
            session = self._wiring.session or self._make_session()
            guard = None if self._wiring.session else _guard(session)
            self._pools[loop] = pool = _Pool(session, guard, Deadlines(loop), _process)
        return pool

    def prepare(self) -> None:
        """Make the session of the running loop, if there is one; otherwise the first call makes it."""
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return
        self._pool()

    async def close(self) -> None:
        """Close the connections. Calls still under way end with an error; closing twice is fine."""
        self._closed = True
        own = asyncio.get_running_loop()
        self._drop_finished()
        pools = self._pools.copy()
        self._pools.clear()
        for loop, pool in pools.items():
            if pool.process is not _process:
                _abandoned.append(pool)
                continue
            if loop is own:
                await _end(pool)
            else:  # a loop of another thread
                asyncio.run_coroutine_threadsafe(_end(pool), loop)

    def _make_session(self) -> Session:
        limits = self._wiring.limits
        session = aiohttp.ClientSession(
            connector=_Connector(limit=limits.connections, keepalive_timeout=limits.keepalive),
            cookie_jar=aiohttp.DummyCookieJar(),
            trace_configs=list(self._wiring.trace_configs),
            auto_decompress=True,
        )
        session._retry_connection = False  # noqa: SLF001 - it would send again unasked: the retry policy counts attempts
        return session

    def _drop_finished(self) -> None:
        """Forget the pools of loops that have ended; their connections ended with them."""
        for loop in [loop for loop in self._pools if loop.is_closed()]:
            del self._pools[loop]

    def _fits(self, response: aiohttp.ClientResponse) -> bool:
        """Whether the answer tells beforehand that it is not too large."""
        headers = response.headers
        length = headers.get(hdrs.CONTENT_LENGTH)
        return (
            length is not None
            and hdrs.CONTENT_ENCODING not in headers
            and int(length) <= self._wiring.limits.response_bytes
        )

    async def _read(self, operation: str, response: aiohttp.ClientResponse) -> bytes:
        limit = self._wiring.limits.response_bytes
        chunks: list[bytes] = []
        size = 0
        async for chunk in response.content.iter_any():
            size += len(chunk)
            if size > limit:
                raise DecodeError(
                    f"{operation}: the answer ({response.status}) is larger than {limit} bytes;"
                    " a higher limit is set by limits=Limits(response_bytes=...)",
                    status=response.status,
                    operation=operation,
                )
            chunks.append(chunk)
        return b"".join(chunks)

    def _typed(self, request: Request, error: Exception, timeout: Timeout) -> TransportError | ClientClosed:
        """The error of ours that says what an error of aiohttp or the system means."""
        operation = request.operation
        where = f"{operation.name}: {operation.method} {_origin(request.url)}"
        if self._closed:
            return ClientClosed(f"{where}: the client was closed during the call")
        if isinstance(error, aiohttp.ConnectionTimeoutError):
            return RequestTimeout(
                f"{where}: no connection within {timeout.connect:g} s", operation=operation.name, sent=False
            )
        if isinstance(error, TimeoutError):
            sent = _NO_CONNECTION not in getattr(error.__cause__, "__notes__", ())
            what = "answer" if sent else "connection"
            return RequestTimeout(f"{where}: no {what} within {timeout.total:g} s", operation=operation.name, sent=sent)
        # the text of a ClientResponseError holds the whole URL
        why = error.message if isinstance(error, aiohttp.ClientResponseError) else str(error)
        why = redact_text(" ".join(why.split())) or type(error).__name__
        if isinstance(error, (aiohttp.ClientConnectorError, aiohttp.InvalidURL, aiohttp.ClientHttpProxyError)):
            return ConnectError(f"{where}: no connection: {why}", operation=operation.name)
        return ConnectionLost(f"{where}: no whole answer: {why}", operation=operation.name)


async def _closing(session: Session) -> AsyncGenerator[None, None]:
    try:
        yield
    finally:
        await session.close()


def _guard(session: Session) -> AsyncGenerator[None, None]:
    """A generator that has begun: `asyncio.run` closes those at the end of its loop, and this one closes the session."""
    guard = _closing(session)
    with contextlib.suppress(StopIteration):  # it has come to its yield, without waiting for anything
        guard.asend(None).send(None)
    return guard


async def _end(pool: _Pool) -> None:
    pool.deadlines.expire_all()
    if pool.guard is not None:
        await pool.guard.aclose()


def _origin(url: str) -> str:
    parts = _url(url)
    return f"{parts.scheme}://{parts.authority}"


def _url(url: str) -> URL:
    """The URL as it stands: it is encoded already, and dots in it are no steps."""
    return URL(url, encoded=True) if "?" in url else _plain_url(url)


@lru_cache(512)
def _plain_url(url: str) -> URL:
    """A URL without a query, which is not kept: it may hold a token, and rarely comes again."""
    return URL(url, encoded=True)


@lru_cache(16)
def _connect_timeout(seconds: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=None, sock_connect=seconds)
