"""The one room that knows aiohttp: bytes out, bytes in, and typed errors for all that goes wrong between."""

from __future__ import annotations

import asyncio
import os
import ssl
from collections.abc import Sequence
from typing import TypeAlias

import aiohttp
import attrs
from aiohttp.http_exceptions import HttpProcessingError
from yarl import URL

from .config import Limits, Timeout
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

TraceConfig: TypeAlias = aiohttp.TraceConfig
Session: TypeAlias = aiohttp.ClientSession


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
    process: int


class Transport:
    """Connections of one client: a pool for each event loop it is used on, made at first use."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._pools: dict[asyncio.AbstractEventLoop, _Pool] = {}
        self._closed = False

    async def send(self, request: Request, timeout: Timeout) -> Answer:
        """Send a request and read the whole answer.

        Raises a `TransportError` when there is none, `DecodeError` when it is too large, `ClientClosed` after `close`.
        """
        session = self.connect()
        wiring = self._wiring
        response: aiohttp.ClientResponse | None = None
        try:
            response = await session.request(
                request.method,
                URL(request.url, encoded=True),
                headers=request.headers,
                data=request.body,
                allow_redirects=False,
                raise_for_status=False,
                timeout=_client_timeout(timeout),
                proxy=wiring.proxy,
                ssl=wiring.tls if wiring.tls is not None else True,
            )
            body = await self._read(request, response)
            return Answer(response.status, Headers(response.raw_headers), body)
        except (aiohttp.ClientError, HttpProcessingError, OSError, TimeoutError, ValueError) as error:
            raise self._typed(request, error, timeout) from error
        except RuntimeError as error:
            if session.closed:
                raise ClientClosed(f"{request.operation.name}: the session is closed") from error
            raise
        finally:
            if response is not None:
                response.close()  # gives the connection back when the body was read, drops it otherwise

    def connect(self) -> Session:
        """The session of the running loop."""
        if self._closed:
            raise ClientClosed("the client is closed; make a new one, or keep it open for as long as it is used")
        loop = asyncio.get_running_loop()
        pool = self._pools.get(loop)
        if pool is None or pool.process != os.getpid():
            self._drop_finished()
            session = self._wiring.session or self._make_session()
            self._pools[loop] = pool = _Pool(session, os.getpid())
        return pool.session

    def prepare(self) -> None:
        """Make the session of the running loop, if there is one; otherwise the first call makes it."""
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return
        self.connect()

    async def close(self) -> None:
        """Close the connections. Calls still under way end with an error; closing twice is fine."""
        self._closed = True
        own = asyncio.get_running_loop()
        self._drop_finished()
        pools, self._pools = self._pools, {}
        for loop, pool in pools.items():
            if pool.session is self._wiring.session or pool.process != os.getpid():
                continue
            if loop is own:
                await pool.session.close()
            else:  # a loop of another thread
                asyncio.run_coroutine_threadsafe(pool.session.close(), loop)

    def _make_session(self) -> Session:
        limits = self._wiring.limits
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=limits.connections, keepalive_timeout=limits.keepalive),
            cookie_jar=aiohttp.DummyCookieJar(),
            trace_configs=list(self._wiring.trace_configs),
            auto_decompress=True,
        )

    def _drop_finished(self) -> None:
        """Forget the pools of loops that have ended; their connections ended with them."""
        for loop in [loop for loop in self._pools if loop.is_closed()]:
            session = self._pools.pop(loop).session
            if session is not self._wiring.session and session.connector is not None:
                session.connector.close()
                session.detach()

    async def _read(self, request: Request, response: aiohttp.ClientResponse) -> bytes:
        limit = self._wiring.limits.response_bytes
        length = response.content_length
        if length is not None and length <= limit and "Content-Encoding" not in response.headers:
            return await response.read()
        chunks: list[bytes] = []
        size = 0
        async for chunk in response.content.iter_any():
            size += len(chunk)
            if size > limit:
                raise DecodeError(
                    f"{request.operation.name}: the answer ({response.status}) is larger than {limit} bytes;"
                    " a higher limit is set by limits=Limits(response_bytes=...)",
                    status=response.status,
                    operation=request.operation.name,
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
            return RequestTimeout(f"{where}: no answer within {timeout.total:g} s", operation=operation.name)
        why = str(error) or type(error).__name__
        if isinstance(error, (aiohttp.ClientConnectorError, aiohttp.InvalidURL, aiohttp.ClientProxyConnectionError)):
            return ConnectError(f"{where}: no connection: {why}", operation=operation.name)
        return ConnectionLost(f"{where}: no whole answer: {why}", operation=operation.name)


def _origin(url: str) -> str:
    parts = URL(url, encoded=True)
    return f"{parts.scheme}://{parts.authority}"


_timeouts: dict[Timeout, aiohttp.ClientTimeout] = {}


def _client_timeout(timeout: Timeout) -> aiohttp.ClientTimeout:
    made = _timeouts.get(timeout)
    if made is None:
        made = _timeouts[timeout] = aiohttp.ClientTimeout(total=timeout.total, sock_connect=timeout.connect)
    return made
