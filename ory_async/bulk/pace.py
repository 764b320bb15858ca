"""Calls at the pace that the server allows, told by 429 and by the headers x-ratelimit-remaining and -reset."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import ParamSpec, TypeVar

from ..calls import with_response
from ..errors import RateLimited
from ..messages import Headers
from ..retry import retry_after

logger = logging.getLogger("ory_async")

P = ParamSpec("P")
T = TypeVar("T")

_REFUSALS = 10
_LONGEST_GUESS = 60.0  # seconds
_LONGEST_PAUSE = 3600.0  # seconds; whoever says more means something else


class Pace:
    """Waits where a limit is used up, for each of the server's buckets by itself."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}

    async def call(self, bucket: str, method: Callable[P, Awaitable[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a method of a service as soon as its bucket allows.

        A call that was refused by 429 is made again: the server did nothing. Raises `RateLimited` when it was refused
        ten times in a row.
        """
        refusals = 0
        while True:
            await self._wait(bucket)
            try:
                answered = await with_response(method)(*args, **kwargs)
            except RateLimited as limited:
                refusals += 1
                if refusals == _REFUSALS:
                    raise
                guess = min(2.0 ** (refusals - 1), _LONGEST_GUESS)
                self._pause(bucket, guess if limited.retry_after is None else limited.retry_after)
            else:
                if _used_up(answered.headers):
                    self._pause(bucket, min(retry_after(answered.headers) or 0.0, _LONGEST_PAUSE))
                return answered.data

    async def _wait(self, bucket: str) -> None:
        while (seconds := self._until.get(bucket, 0.0) - time.monotonic()) > 0:  # it may grow meanwhile
            logger.info("the limit %s is used up; going on in %.1f s", bucket, seconds)
            await asyncio.sleep(seconds)

    def _pause(self, bucket: str, seconds: float) -> None:
        self._until[bucket] = max(self._until.get(bucket, 0.0), time.monotonic() + seconds)


def _used_up(headers: Headers) -> bool:
    """Whether the next call would be one too many; of several windows, the first number counts."""
    remaining = headers.get("x-ratelimit-remaining", "").partition(",")[0].strip()
    return remaining != "" and remaining.strip("0") == ""
