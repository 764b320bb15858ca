"""Calls per second of whoami against a server that answers at once: what the SDK itself costs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import aiohttp
import anyio.from_thread
import orjson
import ory_client

import ory_async
import ory_sync

from .measuring import Result, Turns, at_least, rate, ratio, seconds_each, take_turns
from .server import answering_server

_HEADERS = {"X-Session-Token": "token", "Accept": "application/json"}
_THREADS = 8


def measure(*, quick: bool) -> list[Result]:
    calls, rounds = (500, 3) if quick else (2000, 7)
    with answering_server() as url:
        alone = asyncio.run(_async_turns(url, 1, calls, rounds))
        crowd = asyncio.run(_async_turns(url, 50, calls * 2, rounds))
        blocking = _blocking_turns(url, calls // 2, rounds)
        threads = _threaded_turns(url, calls, rounds)
    return [
        _faster("async calls, one at a time", alone, "raw aiohttp", 0.85),
        _faster("async calls, 50 at a time", crowd, "raw aiohttp", 0.85),
        _faster("async calls, 50 at a time", crowd, "official client", 3),
        _faster("blocking calls", blocking, "official client", 1.1),
        _faster("blocking calls", blocking, "bare anyio portal", 1.0),
        _faster(f"blocking calls, {_THREADS} threads", threads, "official client", 2),
    ]


def _faster(measure: str, turns: Turns, beside: str, bound: float) -> Result:
    return Result(
        f"{measure}: times as many",
        rate(turns["ours"]),
        f"{beside} {rate(turns[beside])}",
        ratio(turns, beside, "ours"),
        at_least(bound),
    )


async def _raw_call(session: aiohttp.ClientSession, url: str) -> object:
    """The least that a call can be, by aiohttp and orjson."""
    async with session.get(f"{url}/sessions/whoami", headers=_HEADERS) as response:
        return orjson.loads(await response.read())


def _new_session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())


async def _async_turns(url: str, concurrency: int, calls: int, rounds: int) -> Turns:
    """Seconds that one call takes, all in all, when so many are under way; the official client makes one at a time."""
    taken: dict[str, list[float]] = {"raw aiohttp": [], "ours": [], "official client": []}
    blocking = seconds_each(_official_call(url), calls // 4)
    async with _new_session() as session, ory_async.Ory(url) as ory:
        contenders: dict[str, Callable[[], Awaitable[object]]] = {
            "raw aiohttp": partial(_raw_call, session, url),
            "ours": partial(ory.frontend.to_session, x_session_token="token"),
        }
        for call in contenders.values():
            await _load(call, concurrency, 2 * concurrency)
        for _ in range(rounds):
            for name, call in contenders.items():
                taken[name].append(await _load(call, concurrency, calls))
            taken["official client"].append(blocking())
    return taken


async def _load(call: Callable[[], Awaitable[object]], concurrency: int, calls: int) -> float:
    turns = iter(range(calls))

    async def worker() -> None:
        for _ in turns:
            await call()

    started = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(concurrency)))
    return (time.perf_counter() - started) / calls


def _official_call(url: str) -> Callable[[], object]:
    api = ory_client.FrontendApi(ory_client.ApiClient(ory_client.Configuration(host=url)))
    return partial(api.to_session, x_session_token="token")


def _blocking_turns(url: str, calls: int, rounds: int) -> Turns:
    async def new_session() -> aiohttp.ClientSession:
        return _new_session()

    with ory_sync.Ory(url) as ory, anyio.from_thread.start_blocking_portal() as portal:
        session = portal.call(new_session)
        contenders: dict[str, Callable[[], object]] = {
            "ours": partial(ory.frontend.to_session, x_session_token="token"),
            "official client": _official_call(url),
            "bare anyio portal": lambda: portal.call(_raw_call, session, url),
        }
        take_turns({name: seconds_each(call, 20) for name, call in contenders.items()}, 1)
        turns = take_turns({name: seconds_each(call, calls) for name, call in contenders.items()}, rounds)
        portal.call(session.close)
    return turns


def _threaded_turns(url: str, calls: int, rounds: int) -> Turns:
    def from_threads(call: Callable[[], object], times: int) -> float:
        each = times // _THREADS
        started = time.perf_counter()
        for done in [pool.submit(seconds_each(call, each)) for _ in range(_THREADS)]:
            done.result()
        return (time.perf_counter() - started) / (each * _THREADS)

    with ory_sync.Ory(url) as ory, ThreadPoolExecutor(_THREADS) as pool:
        contenders: dict[str, Callable[[], object]] = {
            "ours": partial(ory.frontend.to_session, x_session_token="token"),
            "official client": _official_call(url),
        }
        take_turns({name: partial(from_threads, call, 80) for name, call in contenders.items()}, 1)
        return take_turns({name: partial(from_threads, call, calls) for name, call in contenders.items()}, rounds)
