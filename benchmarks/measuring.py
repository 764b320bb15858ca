"""What the benchmarks have in common: fair turns, results with goals, and a sample of what Ory answers."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import attrs
import orjson

Turns: TypeAlias = Mapping[str, Sequence[float]]
"""What each contender took, in seconds, turn by turn."""


@attrs.frozen
class Goal:
    """A bound of a ratio."""

    bound: float
    is_upper: bool

    def is_met(self, ratio: float) -> bool:
        return ratio <= self.bound if self.is_upper else ratio >= self.bound

    def __str__(self) -> str:
        return f"{'<=' if self.is_upper else '>='} {self.bound:g}"


def at_most(bound: float) -> Goal:
    return Goal(bound, is_upper=True)


def at_least(bound: float) -> Goal:
    return Goal(bound, is_upper=False)


@attrs.frozen
class Result:
    """One measure of ours beside somebody's, and whether their ratio meets the goal."""

    measure: str
    ours: str
    beside: str
    ratio: float
    goal: Goal | None = None

    @property
    def is_short(self) -> bool:
        return self.goal is not None and not self.goal.is_met(self.ratio)

    def as_json(self) -> dict[str, Any]:
        return {
            "measure": self.measure,
            "ours": self.ours,
            "beside": self.beside,
            "ratio": round(self.ratio, 3),
            "goal": None if self.goal is None else str(self.goal),
            "met": not self.is_short,
        }


def take_turns(contenders: Mapping[str, Callable[[], float]], rounds: int) -> Turns:
    """Let the contenders run one after the other, round by round, so that a slow moment of the machine hits all."""
    taken: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, run in contenders.items():
            taken[name].append(run())
    return taken


def seconds_each(function: Callable[[], object], times: int) -> Callable[[], float]:
    """A contender that calls a function so many times; it takes the seconds of one call."""

    def run() -> float:
        started = time.perf_counter()
        for _ in range(times):
            function()
        return (time.perf_counter() - started) / times

    return run


def ratio(turns: Turns, above: str, below: str) -> float:
    """The median of the rounds' ratios."""
    return statistics.median(a / b for a, b in zip(turns[above], turns[below], strict=True))


def microseconds(seconds: Sequence[float]) -> str:
    return f"{statistics.median(seconds) * 1e6:.1f} us"


def milliseconds(seconds: Sequence[float]) -> str:
    return f"{statistics.median(seconds) * 1e3:.0f} ms"


def rate(seconds: Sequence[float]) -> str:
    return f"{1 / statistics.median(seconds):,.0f}/s"


_TIME = "2026-11-20T10:00:00.123456Z"


def _uuid(digit: str) -> str:
    return f"{digit * 8}-0000-4000-8000-{digit * 12}"


SESSION = orjson.dumps(
    {
        "id": _uuid("a"),
        "active": True,
        "expires_at": _TIME,
        "authenticated_at": _TIME,
        "authenticator_assurance_level": "aal1",
        "authentication_methods": [{"method": "password", "aal": "aal1", "completed_at": _TIME}],
        "issued_at": _TIME,
        "identity": {
            "id": _uuid("b"),
            "schema_id": "default",
            "schema_url": "https://auth.example.com/schemas/ZGVmYXVsdA",
            "state": "active",
            "state_changed_at": _TIME,
            "traits": {"email": "alice@example.com", "name": {"first": "Alice", "last": "Liddell"}},
            "verifiable_addresses": [
                {
                    "id": _uuid("c"),
                    "value": "alice@example.com",
                    "verified": False,
                    "via": "email",
                    "status": "sent",
                    "created_at": _TIME,
                    "updated_at": _TIME,
                }
            ],
            "recovery_addresses": [
                {
                    "id": _uuid("d"),
                    "value": "alice@example.com",
                    "via": "email",
                    "created_at": _TIME,
                    "updated_at": _TIME,
                }
            ],
            "metadata_public": None,
            "created_at": _TIME,
            "updated_at": _TIME,
            "organization_id": None,
        },
        "devices": [{"id": _uuid("e"), "ip_address": "192.0.2.7", "user_agent": "curl/8.5", "location": ""}],
    }
)
"""What Kratos answers to whoami, for a person with one address and one device."""
