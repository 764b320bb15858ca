"""Blocking calls per second of whoami, from one thread and from eight."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import aiohttp
import anyio.from_thread
import httpx
import orjson

import ory_sync

from .calls import HEADERS, WHOAMI, new_session, official_call, raw_call
from .measuring import Goal, Result, Turns, at_least, rate, ratio, take_turns
from .server import answering_server

_GOALS: dict[tuple[str, int], Goal] = {
    ("official client", 1): at_least(1.1),
    ("bare anyio portal", 1): at_least(1.0),
    ("official client", 8): at_least(2),
}


def measure(*, quick: bool) -> list[Result]:
    calls, rounds = (240, 3) if quick else (1600, 7)
    with answering_server() as url, _contenders(url) as contenders:
        return [
            Result(
                f"blocking calls, {threads} thread{'s' * (threads > 1)}: times as many",
                rate(turns["ours"]),
                f"{beside} {rate(turns[beside])}",
                ratio(turns, beside, "ours"),
                _GOALS.get((beside, threads)),
            )
            for threads in (1, 8)
            for turns in [_turns(contenders, threads, calls, rounds)]
            for beside in ("official client", "httpx", "bare anyio portal")
        ]


@contextmanager
def _contenders(url: str) -> Generator[dict[str, Callable[[], object]]]:
    async def session_on_loop() -> aiohttp.ClientSession:
        return new_session()

    with (
        ory_sync.Ory(url) as ory,
        httpx.Client(base_url=url) as client,
        anyio.from_thread.start_blocking_portal() as portal,
    ):
        session = portal.call(session_on_loop)
        yield {
            "ours": partial(ory.frontend.to_session, x_session_token="token"),
            "official client": official_call(url),
            "httpx": lambda: orjson.loads(client.get(WHOAMI, headers=HEADERS).content),
            "bare anyio portal": lambda: portal.call(raw_call, session, url),
        }
        portal.call(session.close)


def _turns(contenders: dict[str, Callable[[], object]], threads: int, calls: int, rounds: int) -> Turns:
    with ThreadPoolExecutor(threads) as pool:

        def in_threads(call: Callable[[], object], times: int) -> float:
            started = time.perf_counter()
            for done in [pool.submit(_repeat, call, times // threads) for _ in range(threads)]:
                done.result()
            return (time.perf_counter() - started) / times

        take_turns({name: partial(in_threads, call, 80) for name, call in contenders.items()}, 1)
        return take_turns({name: partial(in_threads, call, calls) for name, call in contenders.items()}, rounds)


def _repeat(call: Callable[[], object], times: int) -> None:
    for _ in range(times):
        call()
