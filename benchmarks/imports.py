"""What it costs to start: a process that imports the package and makes a client, its time and its memory (on Linux)."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable

from .measuring import Result, at_most, milliseconds, ratio, take_turns

_PROGRAMS = {
    "aiohttp": "import aiohttp",
    "ory_async": "import ory_async; ory_async.Ory('http://127.0.0.1:1')",
    "ory_async, two services": "import ory_async; o = ory_async.Ory('http://127.0.0.1:1'); o.identity, o.frontend",
    "ory_sync": "import ory_sync; ory_sync.Ory('http://127.0.0.1:1')",
    "official client": "import ory_client; ory_client.IdentityApi(ory_client.ApiClient())",
}
_PEAK = "; print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))"
# getrusage would not do: it counts the process that started this one, too


def measure(*, quick: bool) -> list[Result]:
    peaks: dict[str, float] = {}

    def contender(name: str) -> Callable[[], float]:
        def run() -> float:
            started = time.perf_counter()
            output = subprocess.run(
                [sys.executable, "-c", _PROGRAMS[name] + _PEAK], check=True, capture_output=True, text=True
            ).stdout
            peaks[name] = int(output) / 1024
            return time.perf_counter() - started

        return run

    contenders = {name: contender(name) for name in _PROGRAMS}
    take_turns(contenders, 1)  # the first run of each reads from the disk
    turns = take_turns(contenders, 3 if quick else 9)

    def times(name: str, beside: str, bound: float | None = None) -> Result:
        return Result(
            f"import {name}: time",
            milliseconds(turns[name]),
            f"{beside} {milliseconds(turns[beside])}",
            ratio(turns, name, beside),
            None if bound is None else at_most(bound),
        )

    def memory(beside: str, bound: float | None = None) -> Result:
        return Result(
            "import ory_async: memory",
            f"{peaks['ory_async']:.0f} MB",
            f"{beside} {peaks[beside]:.0f} MB",
            peaks["ory_async"] / peaks[beside],
            None if bound is None else at_most(bound),
        )

    return [
        times("ory_async", "aiohttp", 1.3),
        memory("aiohttp", 1.25),
        times("ory_async, two services", "aiohttp"),
        times("ory_sync", "aiohttp"),
        times("ory_async", "official client"),
        memory("official client"),
    ]
