"""Where the tokens of those who are logged in are kept: the protocol of a store, and one in memory."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict, defaultdict
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol
from weakref import WeakValueDictionary

import attrs

from ...caching import Clock
from ...errors import ConfigurationError, OryError


class StoreUnavailable(OryError):
    """The token store does not answer. Nobody is logged out by this."""


class TokenStore(Protocol):
    """Keeps values for a time. The kit seals them and hashes the keys: a store sees no token and no id of a cookie."""

    async def save(self, key: str, value: bytes, *, lifetime: float, groups: Sequence[str]) -> None:
        """Keep a value for so many seconds, as a member of these groups."""
        ...

    async def load(self, key: str) -> bytes | None:
        """The value; None for one that was never kept, deleted, or whose time is over."""
        ...

    async def replace(self, key: str, value: bytes) -> bool:
        """Put another value in the place of one that is kept, for the time that is left; False where there is none."""
        ...

    async def delete(self, key: str) -> None:
        """Forget a value, if there is one."""
        ...

    async def delete_group(self, group: str) -> None:
        """Forget every value of a group."""
        ...

    async def once(self, mark: str, *, lifetime: float) -> bool:
        """Whether this was never asked about this mark before; it is remembered for so many seconds."""
        ...

    def lock(self, key: str) -> AbstractAsyncContextManager[object]:
        """Hold others off, also in other processes, while the value of a key is made anew."""
        ...


class MemoryTokenStore:
    """Keeps everything in this process: for development, and for servers of one process, whose restart logs out all.

    Of more than `max_size` values those are dropped that were used least recently. `clock` may be any that gives seconds.
    """

    def __init__(self, *, max_size: int = 10_000, clock: Clock = time.monotonic) -> None:
        if isinstance(max_size, bool) or not isinstance(max_size, int) or max_size < 1:
            raise ConfigurationError("max_size must be a whole number of 1 or more")
        self._max_size = max_size
        self._clock = clock
        self._values: OrderedDict[str, _Value] = OrderedDict()
        self._groups: defaultdict[str, set[str]] = defaultdict(set)
        self._marks: OrderedDict[str, float] = OrderedDict()
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def save(self, key: str, value: bytes, *, lifetime: float, groups: Sequence[str]) -> None:
        """Keep a value for so many seconds, as a member of these groups."""
        self._drop(key)
        self._values[key] = _Value(value, self._clock() + lifetime, tuple(groups))
        for group in groups:
            self._groups[group].add(key)
        if len(self._values) > self._max_size:
            self._drop(next(iter(self._values)))

    async def load(self, key: str) -> bytes | None:
        """The value, if its time is not over."""
        kept = self._values.get(key)
        if kept is None:
            return None
        if self._clock() >= kept.until:
            self._drop(key)
            return None
        self._values.move_to_end(key)
        return kept.value

    async def replace(self, key: str, value: bytes) -> bool:
        """Put another value in the place of one that is kept."""
        if await self.load(key) is None:
            return False
        self._values[key].value = value
        return True

    async def delete(self, key: str) -> None:
        """Forget a value, if there is one."""
        self._drop(key)

    async def delete_group(self, group: str) -> None:
        """Forget every value of a group."""
        for key in list(self._groups.get(group, ())):
            self._drop(key)

    async def once(self, mark: str, *, lifetime: float) -> bool:
        """Whether this was never asked about this mark before."""
        now = self._clock()
        until = self._marks.pop(mark, now)
        is_new = until <= now
        self._marks[mark] = now + lifetime if is_new else until
        if len(self._marks) > self._max_size:
            self._marks.popitem(last=False)
        return is_new

    def lock(self, key: str) -> AbstractAsyncContextManager[object]:
        """Hold others off while the value of a key is made anew."""
        return self._locks.setdefault(key, asyncio.Lock())

    def _drop(self, key: str) -> None:
        dropped = self._values.pop(key, None)
        for group in dropped.groups if dropped else ():
            self._groups[group].discard(key)
            if not self._groups[group]:
                del self._groups[group]

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} holding {len(self)} of {self._max_size}>"


@attrs.define(eq=False)
class _Value:
    value: bytes = attrs.field(repr=False)
    until: float
    groups: tuple[str, ...]
