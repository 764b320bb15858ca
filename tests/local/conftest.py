from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from ory_async.local import LocalOry

from .kratos_client import Client


@pytest.fixture
async def local() -> AsyncIterator[LocalOry]:
    async with LocalOry() as local:
        yield local


@pytest.fixture
async def client(local: LocalOry) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield Client(local, session, is_browser=False)


@pytest.fixture
async def browser(local: LocalOry) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield Client(local, session, is_browser=True)
