"""What holds in every test of faults, on asyncio's own loop and on uvloop: it is never blocked, and nothing is left."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import pytest
from blockbuster import blockbuster_ctx

from ory_async import Ory

Ory("http://127.0.0.1").preload("courier", "frontend")  # modules are read from the disk when they are imported


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """The loops of these tests: web servers run applications on uvloop, where there is one for the Python at hand."""
    loops: dict[str, Callable[[], asyncio.AbstractEventLoop]] = {"asyncio": asyncio.new_event_loop}
    if find_spec("uvloop"):
        loops["uvloop"] = import_module("uvloop").new_event_loop
    return loops


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
