"""Looks into a client: which of its connections are in use."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import aiohttp

from ory_async import Ory


def connector_of(ory: Ory) -> aiohttp.TCPConnector:
    """The pool of the running loop."""
    connector = ory._transport._pools[asyncio.get_running_loop()].session.connector
    assert isinstance(connector, aiohttp.TCPConnector)
    return connector


def in_use(ory: Ory) -> int:
    """How many connections are held by calls."""
    return len(connector_of(ory)._acquired)


def idle(ory: Ory) -> int:
    """How many connections are kept for further calls."""
    return sum(map(len, connector_of(ory)._conns.values()))


async def until(condition: Callable[[], object]) -> None:
    """Wait for what the loop is about to do; fails after two seconds."""
    async with asyncio.timeout(2):
        while not condition():  # noqa: ASYNC110 - of a client under test, which sets no event
            await asyncio.sleep(0.001)
