"""Async calls per second of whoami against a server that answers at once: what the SDK itself costs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial

import aiohttp
import httpx
import orjson
import ory_client

import ory_async

from .measuring import Goal, Result, Turns, at_least, rate, ratio, seconds_each
from .server import answering_server

HEADERS = {"X-Session-Token": "token", "Accept": "application/json"}
WHOAMI = "/sessions/whoami"

_GOALS: dict[tuple[str, int], Goal] = {
    ("raw aiohttp", 1): at_least(0.85),
    ("raw aiohttp", 50): at_least(0.85),
    ("official client", 50): at_least(3),
}


def measure(*, quick: bool) -> list[Result]:
    calls, rounds = (400, 3) if quick else (3000, 7)
    with answering_server() as url:
        return [
            Result(
                f"async calls, {concurrency} at a time: times as many",
                rate(turns["ours"]),
                f"{beside} {rate(turns[beside])}",
                ratio(turns, beside, "ours"),
                _GOALS.get((beside, concurrency)),
            )
            for concurrency in (1, 10, 50, 200)
            for turns in [asyncio.run(_turns(url, concurrency, calls, rounds))]
            for beside in ("raw aiohttp", "httpx", "official client")
        ]


async def raw_call(session: aiohttp.ClientSession, url: str) -> object:
    """The least that a call can be, by aiohttp and orjson."""
    async with session.get(url + WHOAMI, headers=HEADERS) as response:
        return orjson.loads(await response.read())


def new_session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())


def official_call(url: str) -> Callable[[], object]:
    api = ory_client.FrontendApi(ory_client.ApiClient(ory_client.Configuration(host=url)))
    return partial(api.to_session, x_session_token="token")


async def _httpx_call(client: httpx.AsyncClient) -> object:
    response = await client.get(WHOAMI, headers=HEADERS)
    return orjson.loads(response.content)


async def _turns(url: str, concurrency: int, calls: int, rounds: int) -> Turns:
    """Seconds that one call takes, all in all, when so many are under way; the official client makes one at a time."""
    blocking = seconds_each(official_call(url), calls // 8)
    async with new_session() as session, httpx.AsyncClient(base_url=url) as client, ory_async.Ory(url) as ory:
        contenders: dict[str, tuple[Callable[[], Awaitable[object]], int]] = {
            "raw aiohttp": (partial(raw_call, session, url), calls),
            "ours": (partial(ory.frontend.to_session, x_session_token="token"), calls),
            "httpx": (partial(_httpx_call, client), calls // 4),
        }
        taken: dict[str, list[float]] = {name: [] for name in (*contenders, "official client")}
        for call, _ in contenders.values():
            await load(call, concurrency, 2 * concurrency)
        for _ in range(rounds):
            for name, (call, times) in contenders.items():
                taken[name].append(await load(call, concurrency, times))
            taken["official client"].append(blocking())
    return taken


async def load(call: Callable[[], Awaitable[object]], concurrency: int, calls: int) -> float:
    """Seconds that one call takes when so many workers share all calls."""
    turns = iter(range(calls))

    async def worker() -> None:
        for _ in turns:
            await call()

    started = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(concurrency)))
    return (time.perf_counter() - started) / calls
