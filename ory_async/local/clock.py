from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Clock:
    """The time of a local Ory: real time plus whatever a test has advanced it by.

    Flows, codes, tokens and sessions expire by this clock only, so a test never has to wait.
    """

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        """Return the current time of the local Ory, in UTC."""
        return datetime.now(UTC) + self._ahead

    def advance(self, seconds: float) -> None:
        """Move the clock forward by `seconds`."""
        self._ahead += timedelta(seconds=seconds)

    def reset(self) -> None:
        """Go back to real time."""
        self._ahead = timedelta()


def moment(text: str) -> datetime:
    """Read a time as `timestamp` writes it."""
    return datetime.fromisoformat(text)


def timestamp(moment: datetime) -> str:
    """Write a UTC time as Go does (RFC 3339, no trailing zeros in the fraction)."""
    text = moment.strftime("%Y-%m-%dT%H:%M:%S")
    fraction = f"{moment.microsecond:06d}".rstrip("0")
    return f"{text}.{fraction}Z" if fraction else f"{text}Z"
