"""What came already: the same request, sent again after a connection broke, is answered again and not handled again."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Generic, TypeVar

from ..caching import Clock, SingleFlight
from ..errors import ConfigurationError

T = TypeVar("T")


class Deliveries(Generic[T]):
    """Runs what is to be done about a delivery once, and repeats its outcome for whoever brings it again.

    An outcome is kept for `ttl` seconds, of at most `max_size` deliveries; an exception is not, so what failed is done
    anew. Those who come while it is being done wait for its outcome. It is the memory of one process and one event loop.
    """

    def __init__(self, *, ttl: float = 900.0, max_size: int = 10_000, clock: Clock = time.monotonic) -> None:
        if not ttl > 0 or max_size < 1:
            raise ConfigurationError("ttl and max_size must be positive")
        self._ttl = ttl
        self._max_size = max_size
        self._clock = clock
        self._kept: OrderedDict[bytes, tuple[float, T]] = OrderedDict()
        self._flights: SingleFlight[T] = SingleFlight()

    async def once(self, keys: Sequence[bytes], run: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """The outcome of `run`, or of the earlier run for any of these keys; without keys it always runs."""
        if not keys:
            return await run()
        for key in keys:
            kept = self._kept.get(key)
            if kept is not None and self._clock() < kept[0]:
                return kept[1]
        return await self._flights.join(keys[0], lambda: self._run(keys, run))

    async def _run(self, keys: Sequence[bytes], run: Callable[[], Coroutine[Any, Any, T]]) -> T:
        outcome = await run()
        until = self._clock() + self._ttl
        for key in keys:
            self._kept[key] = (until, outcome)
            self._kept.move_to_end(key)
        while len(self._kept) > self._max_size:
            self._kept.popitem(last=False)
        return outcome

    def __len__(self) -> int:
        return len(self._kept)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} ttl={self._ttl} holding {len(self)} of {self._max_size}>"
