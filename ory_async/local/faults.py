"""Faults on order: answers that a real Ory gives on a bad day, and connections that break."""

from __future__ import annotations

import asyncio
import math
import socket
import struct
import threading
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, TypeAlias

from aiohttp import web

from ..errors import ConfigurationError
from .answers import Problem, dumps
from .matching import RequestFilter

Sleep: TypeAlias = Callable[[float], Awaitable[object]]
Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]

# seconds to linger: zero, so that closing sends a reset instead of a goodbye
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


@dataclass(kw_only=True)
class _Fault:
    filter: RequestFilter
    times: int
    delay: float
    status: int | None
    headers: Mapping[str, str] = field(repr=False)
    body: Any = field(repr=False)
    reset: bool
    truncate: int | None


class Faults:
    """Faults on order, for all requests or for some. May be called from any thread.

    `sleep` is what waits where a delay is ordered.
    """

    def __init__(self, sleep: Sleep = asyncio.sleep) -> None:
        self._sleep = sleep
        self._lock = threading.Lock()
        self._queue: list[_Fault] = []
        self._latencies: list[tuple[float, RequestFilter]] = []

    def __len__(self) -> int:
        """The number of faults that are still to come."""
        return sum(fault.times for fault in self._queue)

    def next(
        self,
        *,
        status: int | None = None,
        retry_after: float | None = None,
        headers: Mapping[str, str] | None = None,
        body: Any = None,
        reset: bool = False,
        truncate: int | None = None,
        delay: float = 0.0,
        times: int = 1,
        method: str | None = None,
        path: str | None = None,
    ) -> None:
        """Order what happens to the next request, or to the next of a `method` and a `path`, instead of an answer.

        `status` answers with it: by an error in Ory's JSON, or `body` (bytes as they are, anything else as JSON), with
        `headers`, and the header Retry-After of `retry_after` seconds. `reset` resets the TCP connection unanswered.
        `truncate` does what was asked and then breaks off after that many bytes of the answer's body. `delay` waits so
        many seconds before any of these, or before the usual answer where it stands alone.

        It happens to `times` requests in a row; faults happen in the order in which they were ordered. A path means
        everything below it, too; `*` in it stands for anything.

        Raises ConfigurationError where none or several of these are ordered, or a value makes no sense.
        """
        _check(status=status, reset=reset, truncate=truncate, delay=delay, times=times)
        if status is None and (retry_after is not None or headers or body is not None):
            raise ConfigurationError("retry_after, headers and body belong to a status: order one as well")
        after = {} if retry_after is None else {"Retry-After": f"{math.ceil(retry_after)}"}
        fault = _Fault(
            filter=RequestFilter(method, path),
            times=times,
            delay=delay,
            status=status,
            headers={**after, **(headers or {})},
            body=body,
            reset=reset,
            truncate=truncate,
        )
        with self._lock:
            self._queue.append(fault)

    def latency(self, seconds: float, *, method: str | None = None, path: str | None = None) -> None:
        """Make every answer wait so many seconds, or those of a `method` and a `path`; several add up."""
        if not 0 <= seconds < math.inf:
            raise ConfigurationError("a latency is a number of seconds, zero or more")
        with self._lock:
            self._latencies.append((seconds, RequestFilter(method, path)))

    def clear(self) -> None:
        """Take back all orders."""
        with self._lock:
            self._queue.clear()
            self._latencies.clear()

    async def answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer a request by its handler, or as ordered."""
        if not self._queue and not self._latencies:
            return await handler(request)
        fault, delay = self._due(request)
        if delay:
            await self._sleep(delay)
        if fault is None:
            return await handler(request)
        if fault.reset:
            _reset(request)
        if fault.status is not None:
            return _error(fault.status, fault.headers, fault.body)
        response = await handler(request)
        return response if fault.truncate is None else _truncated(response, fault.truncate)

    def _due(self, request: web.Request) -> tuple[_Fault | None, float]:
        """Take the fault that is due to a request, and say how long to wait first."""
        with self._lock:
            delay = sum(seconds for seconds, wanted in self._latencies if wanted.fits(request.method, request.path))
            fault = next((each for each in self._queue if each.filter.fits(request.method, request.path)), None)
            if fault is not None:
                delay += fault.delay
                fault.times -= 1
                if fault.times == 0:
                    self._queue.remove(fault)
            return fault, delay


def _check(*, status: int | None, reset: bool, truncate: int | None, delay: float, times: int) -> None:
    kinds = [status is not None, reset, truncate is not None]
    if sum(kinds) > 1 or not (any(kinds) or delay):
        raise ConfigurationError("order one of status, reset and truncate, or a delay alone")
    if status is not None and (status < 200 or status not in list(HTTPStatus)):
        raise ConfigurationError(f"{status} is not the status of an answer")
    if truncate is not None and truncate < 0:
        raise ConfigurationError("truncate is a number of bytes, zero or more")
    if not 0 <= delay < math.inf:
        raise ConfigurationError("a delay is a number of seconds, zero or more")
    if times < 1:
        raise ConfigurationError("times is how often it happens, at least once")


def _error(status: int, headers: Mapping[str, str], body: Any) -> web.Response:
    if body is None:
        response = Problem(status, "This fault was ordered").answer()
        response.headers.update(headers)
        return response
    content = body if isinstance(body, bytes) else dumps(body)
    return web.Response(body=content, status=status, headers={"Content-Type": "application/json", **headers})


def _reset(request: web.Request) -> None:
    transport = request.transport
    if transport is not None:
        connection = transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        transport.abort()
    raise ConnectionResetError


def _truncated(response: web.StreamResponse, kept: int) -> web.StreamResponse:
    """Promise the whole body, but end the connection after its first bytes."""
    if isinstance(response, web.Response) and isinstance(response.body, bytes):
        response.headers["Content-Length"] = str(len(response.body))
        response.body = response.body[:kept]
        response.force_close()
    return response
