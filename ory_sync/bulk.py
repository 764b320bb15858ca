"""Any number of identities at once, blocking; see `ory_async.bulk`.

    for result in bulk.import_identities(ory, people, checkpoint="import.json"):
        if result.error is not None:
            print(result.index, result.error)

The input is read in the caller's thread, so it may block, and may make blocking calls itself. What is called back
(`progress`, a function that changes an identity) runs on the portal's loop, and may not.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterable, Iterator
from concurrent.futures import Future
from functools import wraps
from itertools import islice
from queue import SimpleQueue
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

import ory_async
from ory_async import bulk, models
from ory_async.bulk import Body as Body
from ory_async.bulk import Change as Change
from ory_async.bulk import File as File
from ory_async.bulk import Function as Function
from ory_async.bulk import Items as Items
from ory_async.bulk import OnProgress as OnProgress
from ory_async.bulk import Result as Result
from ory_async.bulk import Totals as Totals
from ory_async.bulk import UnknownOutcome as UnknownOutcome
from ory_async.bulk import progress_bar as progress_bar
from ory_async.bulk.run import checked
from ory_async.errors import OryError
from ory_async.models.base import Json

from .client import Ory
from .portal import portal

__all__ = [
    "Body",
    "Change",
    "File",
    "Function",
    "Items",
    "OnProgress",
    "Result",
    "Run",
    "Totals",
    "UnknownOutcome",
    "delete_identities",
    "export_identities",
    "import_identities",
    "progress_bar",
    "update_identities",
    "update_with",
]

P = ParamSpec("P")
T = TypeVar("T")
R = TypeVar("R")

_READ_AHEAD = 500


class _Feed(Generic[T]):
    """Items that a coroutine on the portal asks for, and that are read in the thread which waits for it."""

    def __init__(self, items: Iterable[T]) -> None:
        self._items = iter(checked(items))
        self._wishes: SimpleQueue[Future[list[T]] | None] = SimpleQueue()

    async def __aiter__(self) -> AsyncGenerator[T, None]:
        while True:
            wish: Future[list[T]] = Future()
            self._wishes.put(wish)
            some = await asyncio.wrap_future(wish)
            if not some:
                return
            for item in some:
                yield item

    def carry_out(self, work: Coroutine[Any, Any, R]) -> R:
        """Carry out a coroutine on the portal, and read the items that it asks for meanwhile."""

        async def watched() -> R:
            try:
                return await work
            finally:
                self._wishes.put(None)

        pending = portal().start(watched())
        try:
            while (wish := self._wishes.get()) is not None:
                if wish.set_running_or_notify_cancel():
                    self._read(wish)
        except BaseException:
            pending.cancel()
            with contextlib.suppress(OryError):
                pending.result()
            raise
        return pending.result()

    def _read(self, wish: Future[list[T]]) -> None:
        try:
            wish.set_result(list(islice(self._items, _READ_AHEAD)))
        except Exception as error:
            wish.set_exception(error)


class Run(Generic[R]):
    """A run, which begins when it is iterated: its results come in the order of the input.

    Iterating gives the results one by one, `batches` in lists, and `finish` carries everything out and gives the totals
    only. A run can be iterated once. Where it is left early, what was sent may or may not have been done; the
    checkpoint knows which items that are.
    """

    def __init__(self, run: bulk.Run[R], feed: _Feed[Any]) -> None:
        self._run = run
        self._feed = feed

    def open(self) -> dict[str, Json]:
        """Read the checkpoint; gives its notes, which you may change, and which are kept with it.

        Raises `ConfigurationError` where it belongs to another run.
        """
        return portal().call(self._run.open())

    @property
    def totals(self) -> Totals:
        """How many items are done."""
        return self._run.totals

    def batches(self) -> Iterator[list[R]]:
        """The results, batch by batch. A batch is done when the next one is asked for; its results come again before."""
        batches = self._run.batches()

        async def following() -> list[R] | None:
            return await anext(batches, None)

        try:
            while (batch := self._feed.carry_out(following())) is not None:
                yield batch
        finally:
            portal().call(batches.aclose())

    def __iter__(self) -> Iterator[R]:
        for batch in self.batches():
            yield from batch

    def finish(self) -> Totals:
        """Carry everything out; gives the totals."""
        for _ in self.batches():
            pass
        return self.totals


def _blocking_run(
    start: Callable[Concatenate[ory_async.Ory, Items[T], P], bulk.Run[R]],
) -> Callable[Concatenate[Ory, Iterable[T], P], Run[R]]:
    """The blocking twin of a function that starts a run with an input."""

    @wraps(start)
    def run(ory: Ory, items: Iterable[T], /, *args: P.args, **kwargs: P.kwargs) -> Run[R]:
        feed = _Feed(items)
        return Run(start(ory._ory, feed, *args, **kwargs), feed)  # noqa: SLF001 - the async client that it wraps

    return run


def _blocking_export(
    start: Callable[Concatenate[ory_async.Ory, P], bulk.Run[R]],
) -> Callable[Concatenate[Ory, P], Run[R]]:
    @wraps(start)
    def run(ory: Ory, /, *args: P.args, **kwargs: P.kwargs) -> Run[R]:
        return Run(start(ory._ory, *args, **kwargs), _Feed[Any](()))  # noqa: SLF001

    return run


delete_identities = _blocking_run(bulk.delete_identities)
export_identities = _blocking_export(bulk.export_identities)
import_identities = _blocking_run(bulk.import_identities)
update_identities = _blocking_run(bulk.update_identities)


@wraps(bulk.update_with)
def update_with(ory: Ory, id: str, function: Function) -> models.Identity:
    return portal().call(bulk.update_with(ory._ory, id, function))  # noqa: SLF001
