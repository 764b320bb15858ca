"""Whether a process that makes calls for days grows: its memory after very many calls beside that after the first."""

from __future__ import annotations

import asyncio
import gc
import sys
from functools import partial

from .calls import load
from .measuring import Result, at_most, memory, output_of
from .server import answering_server

_CONCURRENCY = 50


def measure(*, quick: bool) -> list[Result]:
    calls = 100_000 if quick else 1_000_000
    with answering_server() as url:
        (growth,) = output_of(__name__, url, calls)
    return [Result(f"{calls:,} calls: growth, MB", f"{growth:.1f} MB", "nothing", growth, at_most(5))]


async def _growth(url: str, calls: int) -> float:
    import ory_async

    async with ory_async.Ory(url) as ory:
        call = partial(ory.frontend.to_session, x_session_token="token")
        await load(call, _CONCURRENCY, 5_000)
        gc.collect()
        before = memory("VmRSS")
        await load(call, _CONCURRENCY, calls)
        gc.collect()
        return memory("VmRSS") - before


if __name__ == "__main__":
    print(asyncio.run(_growth(sys.argv[1], int(sys.argv[2]))))
