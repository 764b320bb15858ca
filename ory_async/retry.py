"""When to try again, and how long to wait before. Pure: it looks at what happened and gives a number."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

import attrs

from .errors import ConfigurationError, TransportError

_NOT_HANDLED = 429
_MAYBE_HANDLED = frozenset({502, 503, 504})
RETRYABLE = _MAYBE_HANDLED | {_NOT_HANDLED}


@attrs.frozen
class RetryPolicy:
    """How failed attempts are repeated.

    A call that may be repeated safely (a read, an idempotent write, a check) is tried again when the connection broke
    or timed out, and after 429, 502, 503 and 504; any other call only after 429 and when nothing had been sent. A 500
    is never repeated: Ory answers it for many mistakes of the caller.
    """

    attempts: int = 3
    """Attempts in all, the first one included."""
    base: float = 0.25
    """Seconds; the wait is drawn from 0 to ``base * 2 ** (attempt - 1)`` (full jitter)."""
    cap: float = 8.0
    """Seconds; the longest wait that is drawn."""
    max_retry_after: float = 30.0
    """Seconds; where the server asks for more, the error is raised at once and carries ``retry_after``."""

    def __attrs_post_init__(self) -> None:
        times = (self.base, self.cap, self.max_retry_after)
        if not isinstance(self.attempts, int) or self.attempts < 1:
            raise ConfigurationError(f"attempts must be a whole number from 1 on, not {self.attempts!r}")
        if not all(isinstance(seconds, (int, float)) and seconds >= 0 for seconds in times):
            raise ConfigurationError("base, cap and max_retry_after must be seconds, 0 or more")

    def after_failure(self, error: TransportError, *, attempt: int, repeatable: bool) -> float | None:
        """Seconds to wait after no answer came, or None to give up."""
        if attempt >= self.attempts or (error.sent and not repeatable):
            return None
        return self._backoff(attempt)

    def after_answer(self, status: int, headers: Mapping[str, str], *, attempt: int, repeatable: bool) -> float | None:
        """Seconds to wait after an answer, or None to take it as it is."""
        if attempt >= self.attempts or not (status == _NOT_HANDLED or (repeatable and status in _MAYBE_HANDLED)):
            return None
        asked = retry_after(headers)
        if asked is None:
            return self._backoff(attempt)
        return None if asked > self.max_retry_after else asked

    def _backoff(self, attempt: int) -> float:
        doublings = min(attempt - 1, 64)  # far beyond any cap
        return random.uniform(0, min(self.cap, self.base * 2.0**doublings))  # noqa: S311 - no secret


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that the server asks to wait: ``Retry-After`` (RFC 9110 section 10.2.3) or ``x-ratelimit-reset``.

    Both are seconds, or a point in time: an HTTP date there, Unix seconds here. Nonsense is no wish.
    """
    wish = headers.get("retry-after")
    if wish is not None:
        seconds = _number(wish)
        if seconds is None:
            seconds = _until_date(wish)
        if seconds is not None:
            return max(0.0, seconds)
    reset = _number(headers.get("x-ratelimit-reset", ""))
    if reset is None:
        return None
    return max(0.0, reset - time.time() if reset > 1e9 else reset)


def _number(text: str) -> float | None:
    text = text.strip()
    return float(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _until_date(text: str) -> float | None:
    try:
        return parsedate_to_datetime(text).timestamp() - time.time()
    except (TypeError, ValueError, OverflowError):
        return None
