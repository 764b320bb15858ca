"""What the benchmarks have in common: fair turns, programs of their own, and results with goals."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import attrs

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


def output_of(module: str, *arguments: object) -> list[float]:
    """The numbers that a module of the benchmarks prints when it runs in a new process."""
    program = [sys.executable, "-m", module, *map(str, arguments)]
    return [
        float(word) for word in subprocess.run(program, check=True, stdout=subprocess.PIPE, text=True).stdout.split()
    ]


def memory(kind: str) -> float:
    """The memory of this process by /proc, in MB (Linux): ``VmRSS`` is what it has now, ``VmHWM`` its peak."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(kind)) / 1024


def ratio(turns: Turns, above: str, below: str) -> float:
    """The median of the rounds' ratios."""
    return statistics.median(a / b for a, b in zip(turns[above], turns[below], strict=True))


def microseconds(seconds: Sequence[float]) -> str:
    return f"{statistics.median(seconds) * 1e6:.1f} us"


def milliseconds(seconds: Sequence[float]) -> str:
    return f"{statistics.median(seconds) * 1e3:.0f} ms"


def rate(seconds: Sequence[float]) -> str:
    return f"{1 / statistics.median(seconds):,.0f}/s"
