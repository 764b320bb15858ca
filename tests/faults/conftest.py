"""What holds in every test of faults: the loop is never blocked, and nothing is left behind."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from blockbuster import blockbuster_ctx

from ory_async import Ory

Ory("http://127.0.0.1").preload("courier", "frontend")  # modules are read from the disk when they are imported


@pytest.fixture(autouse=True)
def no_blocking_calls() -> Iterator[None]:
    """Any blocking call on a loop raises an error."""
    with blockbuster_ctx():
        yield


@pytest.fixture(autouse=True)
async def nothing_is_left() -> AsyncIterator[None]:
    """After a test there is no task left, and no exception that nobody saw."""
    complaints: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
    before = asyncio.all_tasks()
    yield
    for _ in range(5):
        await asyncio.sleep(0)
    gc.collect(1)
    await asyncio.sleep(0)
    assert asyncio.all_tasks() - before - {asyncio.current_task()} == set()
    assert complaints == []
