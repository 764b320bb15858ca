"""Answers that are asked for once and kept for a while: a bounded cache, and one question at a time for each key.

Everything here belongs to one event loop, and nothing is locked: share an object among tasks, not among loops.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Generator, Hashable
from contextlib import contextmanager
from typing import Any, Generic, TypeAlias, TypeVar

import attrs

from .errors import ConfigurationError, Forbidden, Unauthorized
from .models.base import Model
from .serialization import from_json, to_json

T = TypeVar("T")
M = TypeVar("M", bound=Model)

Clock: TypeAlias = Callable[[], float]
"""Gives the seconds since 1970, as `time.time` does."""


class SingleFlight(Generic[T]):
    """Lets those who ask for the same thing at the same time share one question and its answer, or its error.

    The question outlives those who stop waiting, as long as one of them waits on; it is cancelled with the last one.
    """

    def __init__(self) -> None:
        self._flights: dict[Hashable, _Flight[T]] = {}

    async def join(self, key: Hashable, ask: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """The answer to the question of this key: to the one on its way, or else to a new one that `ask` begins."""
        flight = self._flights.get(key)
        if flight is None or flight.task.get_loop() is not asyncio.get_running_loop():  # of a loop before a fork
            flight = self._flights[key] = _Flight(asyncio.ensure_future(ask()))
            flight.task.add_done_callback(lambda _: self._land(key, flight))
        flight.waiting += 1
        try:
            return await asyncio.shield(flight.task)
        except asyncio.CancelledError:
            if flight.waiting == 1 and not flight.task.done():
                self._land(key, flight)
                flight.task.cancel()
                await asyncio.gather(flight.task, return_exceptions=True)
            raise
        finally:
            flight.waiting -= 1

    def leave(self, key: Hashable) -> None:
        """Let later callers ask anew; those who wait already get the answer that is on its way."""
        self._flights.pop(key, None)

    def leave_all(self) -> None:
        """Like `leave`, for every key."""
        self._flights.clear()

    def _land(self, key: Hashable, flight: _Flight[T]) -> None:
        if self._flights.get(key) is flight:
            del self._flights[key]


@attrs.define(eq=False)
class _Flight(Generic[T]):
    task: asyncio.Future[T]
    waiting: int = 0


class Cache:
    """Good answers of a server, kept in memory under a hash of the credential that they are about.

    An answer is kept for `ttl` seconds at most, and never past the end of what it is about, nor longer than the server
    allows by ``Ory-Session-Cache-For``. Without `ttl` only what the server allows is kept, so by default most servers'
    answers are not. The `ttl` is how long a revocation may stay unnoticed. Of more than `max_size` answers those are
    dropped that were used least recently. Answers that say no are never kept.

    Use one cache for one Ory project, and on one event loop.
    """

    def __init__(self, *, ttl: float | None = None, max_size: int = 10_000, clock: Clock = time.time) -> None:
        if ttl is not None and (isinstance(ttl, bool) or not isinstance(ttl, (int, float)) or not ttl > 0):
            raise ConfigurationError("ttl must be a positive number of seconds, or None: only what the server allows")
        if isinstance(max_size, bool) or not isinstance(max_size, int) or max_size < 1:
            raise ConfigurationError("max_size must be a whole number of 1 or more")
        self._ttl = ttl
        self._max_size = max_size
        self._clock = clock
        self._kept: OrderedDict[bytes, _Kept] = OrderedDict()
        self._questions: set[Question] = set()

    def get(self, key: bytes) -> bytes | None:
        """What is kept under a key, if it is still good."""
        kept = self._kept.get(key)
        if kept is None:
            return None
        if not kept.since <= self._clock() < kept.until:  # before `since`, the clock was set back
            del self._kept[key]
            return None
        self._kept.move_to_end(key)
        return kept.value

    @contextmanager
    def asking(self, key: bytes) -> Generator[Question]:
        """For as long as a server is asked about a key; what is dropped meanwhile is not kept again by `put`."""
        question = Question(key)
        self._questions.add(question)
        try:
            yield question
        finally:
            self._questions.discard(question)

    def put(
        self, question: Question, value: bytes, *, expires_at: float | None, allowed: float | None, ids: set[str]
    ) -> None:
        """Keep the answer to a question until it expires, for the time that the server allows, if at all."""
        lifetimes = [seconds for seconds in (self._ttl, allowed) if seconds is not None]
        now = self._clock()
        until = min([now + seconds for seconds in lifetimes] + ([] if expires_at is None else [expires_at]))
        if question.is_void or not lifetimes or until <= now:
            self._kept.pop(question.key, None)
            return
        self._kept[question.key] = _Kept(value, now, until, frozenset(ids))
        self._kept.move_to_end(question.key)
        if len(self._kept) > self._max_size:
            self._kept.popitem(last=False)

    def drop(self, key: bytes) -> None:
        """Forget what is kept under a key."""
        self._kept.pop(key, None)
        for question in self._questions:
            question.is_void = question.is_void or question.key == key

    def drop_all_of(self, id: str) -> None:
        """Forget everything that is about something with this id."""
        for key in [key for key, kept in self._kept.items() if id in kept.ids]:
            del self._kept[key]
        for question in self._questions:  # nobody knows yet what its answer is about
            question.is_void = True

    def __len__(self) -> int:
        return len(self._kept)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} ttl={self._ttl} holding {len(self)} of {self._max_size}>"


@attrs.define(eq=False)
class Question:
    """A question on its way to a server."""

    key: bytes
    is_void: bool = False
    """Whether something was revoked since it was asked, so that its answer may be out of date."""


@attrs.frozen
class _Kept:
    value: bytes
    since: float
    until: float
    ids: frozenset[str]


@attrs.define(eq=False)
class Answer(Generic[M]):
    """What a server said of a credential."""

    value: M
    is_good: bool = True
    """Whether it says yes: only then it is kept."""
    expires_at: float | None = None
    """When it ends, in seconds since 1970."""
    allowed: float | None = None
    """For how many seconds the server allows to keep it, where it says so."""
    ids: set[str] = attrs.field(factory=set)
    """What it is about: the ids by which it can be revoked."""
    set_cookies: list[str] = attrs.field(factory=list, repr=False)


@attrs.frozen
class Found(Generic[M]):
    """An answer as one caller gets it; the value is the caller's own, and free to change."""

    value: M
    set_cookies: list[str] = attrs.field(factory=list, repr=False)
    from_cache: bool = False


class Answers(Generic[M]):
    """What a server says of credentials: asked one question at a time for each, and kept where there is a cache."""

    def __init__(self, kind: type[M], cache: Cache | None) -> None:
        self._kind = kind
        self._cache = cache
        self._flights: SingleFlight[_Shared] = SingleFlight()

    async def of(
        self, key: bytes, ask: Callable[[], Coroutine[Any, Any, Answer[M]]], *, fresh: bool = False
    ) -> Found[M]:
        """The answer about the credential that `key` is the hash of.

        With `fresh` nothing that was asked before serves, neither a kept answer nor one on its way.
        """
        if fresh:
            shared = await self._ask(key, ask)
        else:
            kept = None if self._cache is None else self._cache.get(key)
            if kept is not None:
                return Found(from_json(self._kind, kept), from_cache=True)
            shared = await self._flights.join(key, lambda: self._ask(key, ask))
        set_cookies, shared.set_cookies = shared.set_cookies, []  # for one browser, once
        return Found(from_json(self._kind, shared.value), set_cookies)

    def forget(self, key: bytes) -> None:
        """Forget what is known of a credential."""
        self._flights.leave(key)
        if self._cache is not None:
            self._cache.drop(key)

    def revoked(self, id: str) -> None:
        """Forget everything about something that was revoked."""
        self._flights.leave_all()
        if self._cache is not None:
            self._cache.drop_all_of(id)

    async def _ask(self, key: bytes, ask: Callable[[], Coroutine[Any, Any, Answer[M]]]) -> _Shared:
        cache = self._cache
        if cache is None:
            return _Shared.of(await ask())
        with cache.asking(key) as question:
            try:
                answer = await ask()
            except (Unauthorized, Forbidden):
                cache.drop(key)
                raise
            shared = _Shared.of(answer)
            if answer.is_good:
                ids = answer.ids
                cache.put(question, shared.value, expires_at=answer.expires_at, allowed=answer.allowed, ids=ids)
            else:
                cache.drop(key)
            return shared


@attrs.define(eq=False)
class _Shared:
    """An answer in the form that is shared and kept: as JSON, of which each caller makes an object of their own."""

    value: bytes
    set_cookies: list[str]

    @classmethod
    def of(cls, answer: Answer[Any]) -> _Shared:
        return cls(to_json(answer.value), answer.set_cookies)
