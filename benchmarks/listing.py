"""Going through all identities: the time beside the official client, and the peak memory of a long list and a short."""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from urllib.parse import parse_qs, urlsplit

from .measuring import Result, at_most, memory, output_of, ratio, take_turns
from .server import answering_server, identity_pages

_PAGE = 500


def measure(*, quick: bool) -> list[Result]:
    short, long, rounds = (1_000, 10_000, 1) if quick else (10_000, 100_000, 3)
    peaks: dict[str, list[float]] = {"short": [], "long": []}

    def contender(who: str, url: str, length: str) -> Callable[[], float]:
        def run() -> float:
            seconds, peak = output_of(__name__, who, url, short if length == "short" else long)
            if who == "ours":
                peaks[length].append(peak)
            return seconds

        return run

    with _server(short) as url_of_short, _server(long) as url_of_long:
        contenders = {
            "short": contender("ours", url_of_short, "short"),
            "ours": contender("ours", url_of_long, "long"),
            "official client": contender("official client", url_of_long, "long"),
        }
        turns = take_turns(contenders, rounds)
    peak_of_short, peak_of_long = (statistics.median(peaks[length]) for length in ("short", "long"))
    return [
        Result(
            f"list {long:,} identities: times as fast",
            f"{statistics.median(turns['ours']):.1f} s",
            f"official client {statistics.median(turns['official client']):.1f} s",
            ratio(turns, "official client", "ours"),
        ),
        Result(
            f"list {long:,} identities: peak memory",
            f"{peak_of_long:.0f} MB",
            f"a list of {short:,} {peak_of_short:.0f} MB",
            peak_of_long / peak_of_short,
            at_most(1.05),
        ),
    ]


def _server(length: int) -> AbstractContextManager[str]:
    return answering_server(partial(identity_pages, length // _PAGE, _PAGE))


def _ours(url: str) -> Callable[[], int]:
    import ory_async

    async def go_through() -> int:
        async with ory_async.Ory(url) as ory:
            count = 0
            async for _ in ory.identity.list_identities(page_size=_PAGE):
                count += 1
            return count

    return lambda: asyncio.run(go_through())


def _official(url: str) -> Callable[[], int]:
    import ory_client

    api = ory_client.IdentityApi(ory_client.ApiClient(ory_client.Configuration(host=url)))

    def go_through() -> int:
        count, token = 0, None
        while True:
            page = api.list_identities_with_http_info(page_size=_PAGE, page_token=token)
            count += len(page.data)
            link = (page.headers or {}).get("Link")
            if link is None:
                return count
            token = parse_qs(urlsplit(link.partition(">")[0]).query)["page_token"][0]

    return go_through


def _main(who: str, url: str, expected: str) -> None:
    go_through = {"ours": _ours, "official client": _official}[who](url)  # the import does not count
    started = time.perf_counter()
    count = go_through()
    seconds = time.perf_counter() - started
    if count != int(expected):
        raise SystemExit(f"{count} identities where {expected} were expected")
    print(seconds, memory("VmHWM"))


if __name__ == "__main__":
    _main(*sys.argv[1:])
