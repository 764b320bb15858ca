"""How long the first call of a process keeps the event loop from everything else, without and with a preload."""

from __future__ import annotations

import asyncio
import statistics
import sys
import time

from .measuring import Result, at_most, output_of
from .server import answering_server


def measure(*, quick: bool) -> list[Result]:
    with answering_server() as url:
        stalls = {
            start: statistics.median(output_of(__name__, url, start)[0] for _ in range(3 if quick else 9))
            for start in ("cold", "preloaded")
        }
    return [
        Result("first call holds the loop, ms", f"{stalls['cold']:.1f} ms", "nothing", stalls["cold"], at_most(30)),
        Result(
            "the same after preload, ms", f"{stalls['preloaded']:.1f} ms", "nothing", stalls["preloaded"], at_most(3)
        ),
    ]


async def _stall(url: str, start: str) -> float:
    """The longest time, in milliseconds, that a task which only wants its turn had to wait during the first call."""
    import ory_async

    worst = 0.0

    async def watch() -> None:
        nonlocal worst
        last = time.perf_counter()
        while True:
            await asyncio.sleep(0)
            now = time.perf_counter()
            worst = max(worst, now - last)
            last = now

    async with ory_async.Ory(url) as ory:
        if start == "preloaded":
            ory.preload("frontend")
        watching = asyncio.create_task(watch())
        await asyncio.sleep(0.02)
        worst = 0.0
        await ory.frontend.to_session(x_session_token="token")
        watching.cancel()
    return worst * 1e3


if __name__ == "__main__":
    print(asyncio.run(_stall(*sys.argv[1:])))
