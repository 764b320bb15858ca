"""A run through any number of identities: batch by batch, in order, resumable."""

from __future__ import annotations

import asyncio
import os
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Awaitable, Callable, Generator, Iterable
from contextlib import aclosing
from typing import Any, Generic, TypeAlias, TypeVar

import attrs

from ..errors import (
    ClientClosed,
    ConfigurationError,
    DecodeError,
    Forbidden,
    InvalidRequest,
    OryError,
    RateLimited,
    ServerError,
    TransportError,
    Unauthorized,
    UnexpectedRedirect,
)
from ..models.base import Json
from ..serialization import to_json
from .checkpoint import Checkpoint, Mark, Reading

T = TypeVar("T")
R = TypeVar("R")

Items: TypeAlias = AsyncIterable[T] | Iterable[T]
"""Input of any length; a plain iterable is read on the event loop, so it should not block."""
File: TypeAlias = str | os.PathLike[str]

_ATTEMPTS = 5
_LONGEST_WAIT = 15.0


class UnknownOutcome(OryError):
    """Nobody can tell whether the identity was made: no answer came, and it has nothing unique to find it by."""


@attrs.frozen
class Result(Generic[T]):
    """What became of one item of the input."""

    index: int
    """Its place in the input, from 0 on."""
    input: T = attrs.field(repr=False)
    identity_id: str | None = None
    """The identity that was made or changed; None where it failed."""
    error: OryError | None = None
    """Why it failed; None where it did not."""
    recovered: bool = False
    """Whether it was found, by its external id or identifier, after an attempt without an answer."""


@attrs.frozen
class Totals:
    """How far a run is, earlier parts of it included."""

    kind: str
    succeeded: int = 0
    failed: int = 0

    @property
    def done(self) -> int:
        return self.succeeded + self.failed


OnProgress: TypeAlias = Callable[[Totals], None]
"""Called at the start of a run, and after each batch whose results were taken."""


class Run(ABC, Generic[R]):
    """A run, which begins when it is iterated: its results come in the order of the input.

    ``async for`` gives the results one by one, `batches` in lists, and ``await`` carries everything out and gives the
    totals only. A run can be iterated once. Where it is left early, what was sent may or may not have been done; the
    checkpoint knows which items that are.
    """

    def __init__(
        self, kind: str, settings: dict[str, Json], checkpoint: File | None, progress: OnProgress | None
    ) -> None:
        self._kind = kind
        self._settings = settings
        self._path = checkpoint
        self._progress = progress
        self._checkpoint: Checkpoint | None = None
        self._begun = False

    async def open(self) -> dict[str, Json]:
        """Read the checkpoint; gives its notes, which you may change, and which are kept with it.

        Raises `ConfigurationError` where it belongs to another run.
        """
        return (await self._state()).notes

    async def _state(self) -> Checkpoint:
        if self._checkpoint is None:
            self._checkpoint = await Checkpoint.open(self._path, self._kind, self._settings)
        return self._checkpoint

    @property
    def totals(self) -> Totals:
        """How many items are done."""
        state = self._checkpoint
        return Totals(self._kind) if state is None else Totals(self._kind, state.succeeded, state.failed)

    async def batches(self) -> AsyncGenerator[list[R], None]:
        """The results, batch by batch. A batch is done when the next one is asked for; its results come again before."""
        if self._begun:
            raise InvalidRequest("a run can be iterated once; make another one")
        self._begun = True
        state = await self._state()
        self._tell()
        async with aclosing(self._work(state)) as work:
            async for batch in work:
                yield batch

    @abstractmethod
    def _work(self, state: Checkpoint) -> AsyncGenerator[list[R], None]:
        """The results of each batch; what comes after the ``yield`` happens when they were taken."""

    def _tell(self) -> None:
        if self._progress is not None:
            self._progress(self.totals)

    async def __aiter__(self) -> AsyncIterator[R]:
        async with aclosing(self.batches()) as batches:
            async for batch in batches:
                for result in batch:
                    yield result

    def __await__(self) -> Generator[Any, Any, Totals]:
        return self._finish().__await__()

    async def _finish(self) -> Totals:
        async with aclosing(self.batches()) as batches:
            async for _ in batches:
                pass
        return self.totals


@attrs.frozen
class Batch(Generic[T]):
    """Some items of the input, each with its index."""

    items: list[tuple[int, T]]
    end: Mark
    again: bool
    """Whether they may have been sent before."""


@attrs.frozen(kw_only=True)
class Plan(Generic[T]):
    """What a run that writes does with its input."""

    items: Items[T]
    carry_out: Callable[[Batch[T]], Awaitable[list[Result[T]]]]
    key: Callable[[T], object]
    """What tells an item from another one, for the checkpoint."""
    limit: Callable[[T], int]
    """How many items a batch with this one may have."""
    in_flight: int
    again: bool = False
    """Whether all of it may have been sent before."""

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.in_flight, int) or self.in_flight < 1:
            raise InvalidRequest(f"in_flight must be a whole number from 1 on, not {self.in_flight!r}")
        if not isinstance(self.items, AsyncIterable):
            checked(self.items)


def checked(items: Iterable[T]) -> Iterable[T]:
    """Refuse what is no input, such as one string in the place of many."""
    if isinstance(items, (str, bytes)) or not isinstance(items, Iterable):
        raise InvalidRequest(f"the input must be an iterable of items, not {type(items).__name__}")
    return items


class Writing(Run[Result[T]]):
    """A run that sends its input in batches, up to `in_flight` of them at the same time."""

    def __init__(
        self,
        kind: str,
        plan: Plan[T],
        *,
        settings: dict[str, Json],
        checkpoint: File | None,
        progress: OnProgress | None,
    ) -> None:
        super().__init__(kind, settings, checkpoint, progress)
        self._plan = plan

    async def _work(self, state: Checkpoint) -> AsyncGenerator[list[Result[T]], None]:
        flying: deque[tuple[Batch[T], asyncio.Future[list[Result[T]]]]] = deque()
        try:
            async with aclosing(self._read(state)) as batches:
                while True:
                    while len(flying) < self._plan.in_flight and (batch := await anext(batches, None)) is not None:
                        if batch.end.count > state.sent.count:
                            state.sent = batch.end
                            await state.save()
                        flying.append((batch, asyncio.ensure_future(self._plan.carry_out(batch))))
                    if not flying:
                        return
                    batch, answering = flying[0]
                    results = await answering
                    yield results
                    flying.popleft()
                    state.done = batch.end
                    failed = sum(result.error is not None for result in results)
                    state.failed += failed
                    state.succeeded += len(results) - failed
                    self._tell()
        finally:
            for _, answering in flying:
                answering.cancel()
            await asyncio.gather(*(answering for _, answering in flying), return_exceptions=True)
            await state.save()

    async def _read(self, state: Checkpoint) -> AsyncGenerator[Batch[T], None]:
        """The batches that are to be sent; those that may have been sent before come when all of them were checked."""
        sent, held = state.sent, list[Batch[T]]()
        async with aclosing(self._cut(state)) as batches:
            async for batch in batches:
                held.append(batch)
                if batch.end.count >= sent.count:
                    for each in held:
                        yield each
                    held.clear()

    async def _cut(self, state: Checkpoint) -> AsyncGenerator[Batch[T], None]:
        """The input in batches, from the end of what is done on. Raises `ConfigurationError` for other input."""
        plan, done, sent = self._plan, state.done.count, state.sent.count
        reading = Reading()
        items: list[tuple[int, T]] = []
        room = 0

        def batch() -> Batch[T]:
            nonlocal items
            ready, items = items, []
            return Batch(ready, reading.mark(), plan.again or reading.count <= sent)

        async with aclosing(_each(plan.items)) as each:
            async for item in each:
                limit = plan.limit(item)
                if items and len(items) >= min(room, limit):
                    yield batch()
                index = reading.count
                if state.path is not None:
                    reading.add(_encoded(plan.key(item)))
                else:
                    reading.count += 1
                if reading.count > done:
                    room = min(room, limit) if items else limit
                    items.append((index, item))
                elif reading.count % 1000 == 0:
                    await asyncio.sleep(0)  # others may run while a long input is passed over
                if reading.count in (done, sent):
                    state.check(reading.mark())
                if items and (len(items) == room or reading.count == sent):
                    yield batch()
        if reading.count < sent:
            raise ConfigurationError(
                f"the checkpoint {state.path} belongs to other input: that had {sent} items at least, this has "
                f"{reading.count}; delete it to start anew"
            )
        if items:
            yield batch()


def _encoded(key: object) -> bytes:
    """What is digested of an item; one that has no form in JSON fails by itself when it is sent."""
    try:
        return to_json(key)
    except InvalidRequest:
        return repr(key).encode("utf-8", "surrogatepass")


async def _each(items: Items[T]) -> AsyncGenerator[T, None]:
    if not isinstance(items, AsyncIterable):
        for item in items:
            yield item
        return
    iterator = aiter(items)
    try:
        async for item in iterator:
            yield item
    finally:
        if isinstance(iterator, AsyncGenerator):
            await iterator.aclose()


def stops(error: OryError) -> bool:
    """Whether an error is about the run as a whole, and not about one item."""
    if isinstance(error, ServerError):
        return error.status != 500  # Ory answers 500 for many mistakes of the caller
    whole = (TransportError, DecodeError, ConfigurationError, ClientClosed, Unauthorized, Forbidden, RateLimited)
    return isinstance(error, (*whole, UnexpectedRedirect))


async def patiently(work: Callable[[bool], Awaitable[T]], again: bool) -> T:
    """Carry out what may be done twice; `work` is told whether it may have been done before.

    It is tried again, with growing waits, where no answer came, or one that makes no sense, or 502, 503 and 504.
    """
    attempt = 1
    while True:
        try:
            return await work(again)
        except (TransportError, DecodeError, ServerError) as error:
            if attempt == _ATTEMPTS or not stops(error):
                raise
            again = again or not isinstance(error, TransportError) or error.sent
        await asyncio.sleep(min(2.0 ** (attempt - 2), _LONGEST_WAIT))
        attempt += 1
