"""Local servers with other settings than the default ones."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from ory_async.local import LocalOry
from ory_async.local.kratos import KratosOptions

from .kratos_client import Client


@asynccontextmanager
async def serving(
    options: KratosOptions, *, is_browser: bool = False, schemas: Mapping[str, Mapping[str, Any]] | None = None
) -> AsyncGenerator[Client]:
    """Run a server, and make a client of it."""
    jar = aiohttp.CookieJar(unsafe=True) if is_browser else aiohttp.DummyCookieJar()
    async with LocalOry(kratos=options, schemas=schemas) as local, aiohttp.ClientSession(cookie_jar=jar) as session:
        yield Client(local, session, is_browser=is_browser)
