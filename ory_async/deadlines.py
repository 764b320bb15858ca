"""Time limits of many calls by one timer.

`asyncio.timeout` arms a timer of its own for each call, which costs a tenth of a fast call. Here the calls of a loop
share one: it is set for the earliest limit, and moved on when it rings. A limit ends its task as `asyncio.timeout` does,
so a cancellation from outside is never mistaken for it, nor swallowed.
"""

from __future__ import annotations

import asyncio
from types import TracebackType


class Deadline:
    """The time limit of one call, as a context manager; raises TimeoutError when it has passed."""

    __slots__ = ("_cancelling", "_deadlines", "_expired", "_seconds", "_task", "when")

    def __init__(self, deadlines: Deadlines, seconds: float) -> None:
        self._deadlines = deadlines
        self._seconds = seconds
        self._expired = False

    def __enter__(self) -> None:
        deadlines = self._deadlines
        task = asyncio.current_task(deadlines.loop)
        if task is None:
            raise RuntimeError("a call needs to run in a task")
        self._task = task
        self._cancelling = task.cancelling()
        self.when = deadlines.loop.time() + self._seconds
        deadlines.open.add(self)
        if self.when < deadlines.next:
            deadlines.set(self.when)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._deadlines.open.discard(self)
        if self._expired and self._task.uncancel() <= self._cancelling and kind is asyncio.CancelledError:
            raise TimeoutError from error

    def expire(self) -> None:
        """The limit has passed: end the task."""
        self._expired = True
        self._task.cancel()


class Deadlines:
    """The time limits of the calls under way on one loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.open: set[Deadline] = set()
        self.next = float("inf")
        self._timer: asyncio.TimerHandle | None = None

    def within(self, seconds: float) -> Deadline:
        """A limit for the block that follows."""
        return Deadline(self, seconds)

    def set(self, when: float) -> None:
        """Ring at `when` rather than later."""
        if self._timer is not None:
            self._timer.cancel()
        self.next = when
        self._timer = self.loop.call_at(when, self._ring)

    def expire_all(self) -> None:
        """End all calls now, as their limits would; for the end of the client."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None
        self.next = float("inf")
        for deadline in self.open:
            deadline.expire()
        self.open.clear()

    def _ring(self) -> None:
        now = self.loop.time()
        for deadline in [deadline for deadline in self.open if deadline.when <= now]:
            self.open.discard(deadline)
            deadline.expire()
        self._timer = None
        self.next = float("inf")
        if self.open:
            self.set(min(deadline.when for deadline in self.open))
