"""Lists over a real connection."""

from __future__ import annotations

import asyncio
import gc
from urllib.parse import parse_qs, urlsplit

import pytest

from ory_async import Ory, RetryPolicy, errors, with_response
from tests.support.connections import in_use, until
from tests.support.raw_server import Line, RawServer, Script, error_answer, json_answer


def messages(count: int, size: int, *, broken: int | None = None) -> Script:
    """A script that serves a list by tokens, with Link headers as Kratos writes them; one page may be broken."""

    async def serve(line: Line) -> None:
        query = parse_qs(urlsplit(line.request.target).query)
        start = int(query.get("page_token", ["0"])[0])
        if broken is not None and start == broken * size:
            await line.send(error_answer(400, message="the token is broken"))
            return
        links = [f'</admin/courier/messages?page_size={size}&page_token=0>; rel="first"']
        if start + size < count:
            links.append(f'</admin/courier/messages?page_size={size}&page_token={start + size}>; rel="next"')
        items = [{"id": str(id)} for id in range(start, min(start + size, count))]
        await line.send(json_answer(items, 200, f"Link: {','.join(links)}"))

    return serve


@pytest.mark.parametrize(("count", "requests"), [(0, 1), (1, 1), (10, 1), (11, 2), (95, 10), (100, 10)])
async def test_all_items_of_all_pages_once(count: int, requests: int) -> None:
    async with RawServer(messages(count, 10)) as server, Ory(server.url) as ory:
        pager = ory.courier.list_courier_messages(page_size=10, status="sent")
        assert [message.id async for message in pager] == [str(id) for id in range(count)]
        assert len(server.heard) == requests
        queries = [parse_qs(urlsplit(heard.target).query) for heard in server.heard]
        assert all(query["page_size"] == ["10"] and query["status"] == ["sent"] for query in queries)
        assert in_use(ory) == 0


async def test_one_page_and_the_one_after_it() -> None:
    async with RawServer(messages(5, 3)) as server, Ory(server.url) as ory:
        page = await ory.courier.list_courier_messages(page_size=3)
        assert ([message.id for message in page], page.next_page_token) == (["0", "1", "2"], "3")
        rest = await ory.courier.list_courier_messages(page_size=3, page_token=page.next_page_token)
        assert ([message.id for message in rest], rest.next_page_token) == (["3", "4"], None)
        answered = await with_response(ory.courier.list_courier_messages)(page_size=3)
        assert 'rel="next"' in answered.headers["link"]


async def test_a_list_whose_empty_page_names_a_next_one_for_ever_ends() -> None:
    trap = json_answer([], 200, 'Link: </x?page_token=2>; rel="next"')
    async with RawServer(trap) as server, Ory(server.url) as ory:
        assert [message async for message in ory.courier.list_courier_messages()] == []
        assert (await ory.courier.list_courier_messages()).next_page_token is None
        assert len(server.heard) == 2


async def test_a_list_that_names_the_same_page_for_ever_ends() -> None:
    same = json_answer([{"id": "1"}, {"id": "2"}], 200, 'Link: </x?page_token=same>; rel="next"')
    async with RawServer(same) as server, Ory(server.url) as ory:
        assert len([message async for message in ory.courier.list_courier_messages()]) == 4
        assert len(server.heard) == 2


async def test_the_error_of_a_later_page_comes_after_the_items_before_it() -> None:
    async with RawServer(messages(50, 10, broken=2)) as server, Ory(server.url) as ory:
        items = aiter(ory.courier.list_courier_messages(page_size=10))
        for id in range(20):
            assert (await anext(items)).id == str(id)
        with pytest.raises(errors.BadRequest, match="the token is broken"):
            await anext(items)
        assert len(server.heard) == 3


async def test_the_error_of_a_page_that_is_not_needed_is_never_heard_of() -> None:
    async with RawServer(messages(20, 10, broken=1)) as server, Ory(server.url) as ory:
        async for message in ory.courier.list_courier_messages(page_size=10):
            if message.id == "5":
                await until(lambda: len(server.heard) == 2 and not in_use(ory))
                break
        await asyncio.sleep(0)
        gc.collect()


async def test_a_page_that_fails_for_a_moment_is_tried_again() -> None:
    whole = messages(4, 2)
    async with RawServer(whole, error_answer(503), whole) as server, Ory(server.url, retry=RetryPolicy(base=0)) as ory:
        ids = [message.id async for message in ory.courier.list_courier_messages(page_size=2)]
        assert ids == ["0", "1", "2", "3"]
        assert len(server.heard) == 3


def sessions(count: int, *, off_by_one: bool) -> Script:
    """A script that serves sessions by numbers of pages; on some servers page 0 and page 1 are the same."""

    async def serve(line: Line) -> None:
        query = parse_qs(urlsplit(line.request.target).query)
        size, number = int(query["per_page"][0]), int(query.get("page", ["0"])[0])
        start = size * (max(0, number - 1) if off_by_one else number)
        items = [{"id": str(id)} for id in range(start, min(start + size, count))]
        link = f'</sessions?page={number + 1}&page_token=wrong>; rel="next"'
        await line.send(json_answer(items, 200, f"Link: {link}\nX-Total-Count: {count}"))

    return serve


@pytest.mark.parametrize("off_by_one", [True, False])
@pytest.mark.parametrize("count", [0, 1, 3, 4, 7])
async def test_all_sessions_come_once_from_servers_of_both_kinds(count: int, off_by_one: bool) -> None:
    async with RawServer(sessions(count, off_by_one=off_by_one)) as server, Ory(server.url) as ory:
        pager = ory.frontend.list_my_sessions(per_page=3, x_session_token="t")
        assert [session.id async for session in pager] == [str(id) for id in range(count)]
        assert {heard.header("X-Session-Token") for heard in server.heard} == {"t"}
        assert all("page_token" not in heard.target for heard in server.heard)
