"""Call both twins, ory_async and ory_sync, from the same blocking test."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Literal

import ory_async
import ory_sync

from .table import Row

Twin = Literal["async", "sync"]
TWINS: tuple[Twin, ...] = ("async", "sync")

Call = Callable[..., Any]
"""Takes a row of the table and the arguments of its method; gives the result, of a pager its first page."""


def calling(twin: Twin, make: Callable[[Any], Any]) -> AbstractContextManager[Call]:
    """A client that `make` makes of the class `Ory` of a twin; it is closed in the end."""
    return _calling_async(make(ory_async.Ory)) if twin == "async" else _calling_sync(make(ory_sync.Ory))


@contextmanager
def _calling_async(ory: ory_async.Ory) -> Iterator[Call]:
    async def carry_out(row: Row, args: tuple[Any, ...], arguments: dict[str, Any]) -> Any:
        return await getattr(getattr(ory, row.service), row.name)(*args, **arguments)

    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        try:
            yield lambda row, *args, **arguments: runner.run(carry_out(row, args, arguments))
        finally:
            runner.run(ory.close())


@contextmanager
def _calling_sync(ory: ory_sync.Ory) -> Iterator[Call]:
    def call(row: Row, *args: Any, **arguments: Any) -> Any:
        result = getattr(getattr(ory, row.service), row.name)(*args, **arguments)
        return result.page() if isinstance(result, ory_sync.Pager) else result

    with ory:
        yield call
