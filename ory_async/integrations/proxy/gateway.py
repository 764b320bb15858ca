"""The way of one request through the proxy, whatever serves it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final, Unpack

import attrs

from ...client import Ory
from . import paths
from .refusals import Refused
from .requests import Incoming, Request
from .rewriting import Rewriting, may_hold_urls
from .settings import ProxyOptions, Settings
from .upstream import Streamed, streamed

_LARGEST_REWRITTEN: Final = 8 << 20


@attrs.frozen
class Outgoing:
    """An answer for the app's server to send."""

    status: int
    headers: list[tuple[str, str]] = attrs.field(repr=False)
    chunks: AsyncIterator[bytes] = attrs.field(repr=False)


class Gateway:
    """Hands requests on to Ory, and its answers back.

    Raises `ConfigurationError` for options that make no sense, or a client without a public plane.
    """

    def __init__(self, ory: Ory, **options: Unpack[ProxyOptions]) -> None:
        self._ory = ory
        self._settings = Settings.of(ory, **options)

    @asynccontextmanager
    async def exchange(self, incoming: Incoming) -> AsyncGenerator[Outgoing, None]:
        """Answer a request, also by refusing it."""
        async with AsyncExitStack() as stack:
            try:
                outgoing = await self._answered(incoming, stack)
            except Refused as refused:
                outgoing = Outgoing(refused.status, refused.headers, _once(refused.body))
            yield outgoing

    async def _answered(self, incoming: Incoming, stack: AsyncExitStack) -> Outgoing:
        request = Request(incoming, self._settings)
        upstream, url = self._target(incoming)
        body = incoming.body if request.has_body else None
        sent = streamed(self._ory, request.method, url, request.headers_for(upstream), body)
        answer = await stack.enter_async_context(sent)
        return await _own(answer, Rewriting(self._settings, request.base), request.method, url)

    def _target(self, incoming: Incoming) -> tuple[str, str]:
        """The server that a request is for, and the whole URL there."""
        plane, path = paths.checked(incoming.path, incoming.query, incoming.prefix)
        upstream = self._settings.planes.get(plane)
        if upstream is None:
            raise Refused(404, "The app has no such server of Ory.")
        return upstream, upstream + path + (f"?{incoming.query}" if incoming.query else "")


async def _own(answer: Streamed, rewriting: Rewriting, method: str, url: str) -> Outgoing:
    """The answer as one of the app's own origin; it streams where nothing in it has to be rewritten."""
    headers = rewriting.headers(answer.headers, url)
    if not may_hold_urls(answer.headers):
        return Outgoing(answer.status, headers, answer.chunks)
    headers = [(name, value) for name, value in headers if name not in ("content-length", "accept-ranges")]
    if method == "HEAD" or answer.status in (204, 304):
        return Outgoing(answer.status, headers, _once(b""))
    content = rewriting.body(await _whole(answer))
    return Outgoing(answer.status, [*headers, ("content-length", str(len(content)))], _once(content))


async def _whole(answer: Streamed) -> bytes:
    if answer.headers.get("content-encoding", "identity") != "identity":
        raise Refused(502, "Ory answered in an encoding that was not asked for.")
    content = bytearray()
    async for chunk in answer.chunks:
        content += chunk
        if len(content) > _LARGEST_REWRITTEN:
            raise Refused(502, "The answer of Ory is too large.")
    return bytes(content)


async def _once(content: bytes) -> AsyncIterator[bytes]:
    if content:
        yield content
