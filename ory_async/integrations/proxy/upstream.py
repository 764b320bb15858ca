"""Sends a request over the client's connections, and streams it both ways: the part of the proxy that knows aiohttp."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager

import aiohttp
import attrs
from aiohttp.http_exceptions import HttpProcessingError
from yarl import URL

from ...client import Ory
from ...messages import Headers
from .refusals import Refused

_OWN_HEADERS = ("Accept", "Content-Type", "User-Agent")
_FAILURES = (aiohttp.ClientError, HttpProcessingError, OSError)


@attrs.frozen
class Streamed:
    """An answer whose body is still to come."""

    status: int
    headers: Headers
    chunks: AsyncIterator[bytes] = attrs.field(repr=False)


@asynccontextmanager
async def streamed(
    ory: Ory, method: str, url: str, headers: Mapping[str, str], body: AsyncIterator[bytes] | None
) -> AsyncGenerator[Streamed, None]:
    """Send a request as it stands: without a credential of the client, another attempt, or following a redirect.

    Raises `Refused`: 502 when there is no answer, 504 when there is none in time.
    """
    transport, timeout = ory._transport, ory._pipeline.settings.timeout  # noqa: SLF001
    wiring = transport._wiring  # noqa: SLF001
    try:
        response = await transport._pool().session.request(  # noqa: SLF001
            method,
            URL(url, encoded=True),
            headers=headers,
            data=body,
            skip_auto_headers=_OWN_HEADERS,
            allow_redirects=False,
            raise_for_status=False,
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=timeout.connect, sock_read=timeout.total),
            proxy=wiring.proxy,
            ssl=True if wiring.tls is None else wiring.tls,
        )
    except TimeoutError:
        raise Refused(504, "Ory did not answer in time.") from None
    except _FAILURES:
        raise Refused(502, "Ory cannot be reached.") from None
    async with response:
        yield Streamed(response.status, Headers(response.raw_headers), _chunks(response))


async def _chunks(response: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    try:
        async for chunk in response.content.iter_any():
            yield chunk
    except TimeoutError:
        raise Refused(504, "Ory did not answer in time.") from None
    except _FAILURES:
        raise Refused(502, "The answer of Ory broke off.") from None
