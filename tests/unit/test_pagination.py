"""Pages: where the next one is, and that a pager fetches what it must and no more."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import quote

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ory_async import AsyncPager, Headers, Page
from ory_async.operation import Parameters
from ory_async.pagination import ByNumber, ByToken, next_token, total_count

# Link headers


@given(st.text() | st.from_regex(r"(<[^>]{0,20}>(; ?\w{0,5}=\"?[\w ;=]{0,20}\"?){0,3},? ?){0,4}"))
def test_reading_a_link_header_never_raises(link: str) -> None:
    token = next_token(link)
    assert token is None or (isinstance(token, str) and token)


@given(
    token=st.text(st.characters(codec="utf-8"), min_size=1),
    others=st.lists(st.sampled_from(["first", "prev", "last"]), unique=True),
    at=st.integers(0, 3),
    comma=st.sampled_from([",", ", ", " ,  "]),
    rel=st.sampled_from(
        ['rel="next"', "rel=next", 'REL="Next"', 'title="a, b; c"; rel="next"', 'rel="last next"; x=1']
    ),
    base=st.sampled_from(["", "https://x.example", "http://127.0.0.1:4434"]),
)
def test_the_next_token_is_found_among_others(
    token: str, others: list[str], at: int, comma: str, rel: str, base: str
) -> None:
    links = [f'<{base}/admin/x?page_size=1&page_token=wrong-{other}>; rel="{other}"' for other in others]
    links.insert(at, f"<{base}/admin/x?page_token={quote(token, safe='')}&page_size=1>; {rel}")
    assert next_token(comma.join(links)) == token


@pytest.mark.parametrize(
    "link",
    [
        None,
        "",
        "nonsense",
        '<https://x.example/?page_token=a>; rel="first"',
        '<https://x.example/?page_token=a>; rel="nextish"',
        '<https://x.example/?page_token=a>; rel="no-next"',
        "<https://x.example/?page_token=a>",
        '<https://x.example/?page_token=>; rel="next"',
        '<https://x.example/?page=2>; rel="next"',
        '<http://[::1/?page_token=a>; rel="next"',
        '</admin?page_token=a; rel="next"',
    ],
)
def test_there_is_no_next_token(link: str | None) -> None:
    assert next_token(link) is None


def test_the_link_header_of_kratos() -> None:
    link = (
        '</admin/identities?page_size=3&page_token=eyJvZmZzZXQi%3D>; rel="first",'
        '</admin/identities?page_size=3&page_token=b%3D%3D>; rel="next"'
    )
    assert next_token(link) == "b=="


@pytest.mark.parametrize(
    "part", ["; rel= ", " ", "<", "<x>", '"', ";rel=", "<x>;rel=" + " " * 4000, ";a=b", 'rel="next ']
)
def test_a_long_link_header_takes_no_quadratic_time(part: str) -> None:
    started = time.process_time()
    for link in (part * (8000 // len(part)), "<x>" + part * (8000 // len(part)), f"<x>; rel={' ' * 8000}"):
        next_token(link)
    assert time.process_time() - started < 0.5


@pytest.mark.parametrize(
    ("value", "count"),
    [("0", 0), ("250", 250), ("", None), ("-1", None), ("many", None), ("9" * 99, None), ("٣", None)],
)
def test_the_total_count(value: str, count: int | None) -> None:
    assert total_count(Headers.of([("X-Total-Count", value)])) == count
    assert total_count(Headers()) is None


# a page


def test_a_page_is_a_sequence_that_knows_the_next_token() -> None:
    page = Page(["a", "b", "c"], "planted", 7)
    assert list(page) == ["a", "b", "c"]
    assert (page[0], page[-1], page[1:], len(page)) == ("a", "c", ["b", "c"], 3)
    assert "b" in page
    assert page.index("c") == 2
    assert (page.next_page_token, page.total_count) == ("planted", 7)
    assert "planted" not in repr(page)
    assert not Page([])


# courses


@attrs.frozen
class Item:
    id: int


def run(
    course: Any, server: Callable[[Parameters], Page[Item]], query: Parameters
) -> tuple[list[int], list[Parameters]]:
    """All items that a course gives, and the queries that it asks."""
    ids: list[int] = []
    asked: list[Parameters] = []
    following: Parameters | None = query
    while following is not None:
        asked.append(following)
        assert len(asked) < 1000, "the course never ends"
        new, following = course.advance(server(following))
        ids.extend(item.id for item in new)
    return ids, asked


def tokens(count: int, size: int) -> Callable[[Parameters], Page[Item]]:
    """A server that pages by tokens, which are offsets."""

    def serve(query: Parameters) -> Page[Item]:
        start = int(str(query.get("page_token") or 0))
        items = [Item(id) for id in range(start, min(start + size, count))]
        return Page(items, str(start + size) if start + size < count else None)

    return serve


@given(count=st.integers(0, 50), size=st.integers(1, 20))
def test_tokens_lead_through_all_items_once(count: int, size: int) -> None:
    ids, asked = run(ByToken({"page_size": size, "status": "sent"}), tokens(count, size), {"page_size": size})
    assert ids == list(range(count))
    assert len(asked) == max(1, -(-count // size))
    assert all(query["status"] == "sent" and query["page_size"] == size for query in asked[1:])


def test_a_repeated_token_ends_the_course() -> None:
    ids, asked = run(ByToken({}), lambda query: Page([Item(1)], "same"), {})
    assert len(asked) == 2
    assert ids == [1, 1]


def test_the_token_given_at_first_counts_as_well() -> None:
    query = {"page_token": "same"}
    assert run(ByToken(query), lambda query: Page([Item(1)], "same"), query)[1] == [query]


def test_an_empty_page_ends_the_course_though_it_names_a_next_one() -> None:
    assert run(ByToken({}), lambda query: Page([], "more"), {}) == ([], [{}])


def test_a_course_by_token_remembers_its_last_query_only() -> None:
    course: ByToken[Item] = ByToken({})
    for number in range(500):
        course.advance(Page([Item(number)], f"t{number}"))
    assert list(vars(course).values()) == [{"page_token": "t499", "page": None}]


def pages(count: int, *, off_by_one: bool, counted: bool) -> Callable[[Parameters], Page[Item]]:
    """A server that pages by number; `off_by_one`: its page 0 and page 1 are the same."""

    def serve(query: Parameters) -> Page[Item]:
        size = query.get("per_page") or query.get("page_size") or 4
        assert isinstance(size, int)
        number = query.get("page") or 0
        assert isinstance(number, int)
        start = (max(0, number - 1) if off_by_one else number) * size
        return Page([Item(id) for id in range(start, min(start + size, count))], "x", count if counted else None)

    return serve


@given(
    count=st.integers(0, 40),
    off_by_one=st.booleans(),
    counted=st.booleans(),
    query=st.fixed_dictionaries(
        {}, optional={"per_page": st.integers(1, 10) | st.none(), "page_size": st.integers(1, 10), "page": st.none()}
    ),
)
def test_numbers_lead_through_all_items_once_on_servers_of_both_kinds(
    count: int, off_by_one: bool, counted: bool, query: dict[str, Any]
) -> None:
    ids, asked = run(ByNumber(query), pages(count, off_by_one=off_by_one, counted=counted), query)
    assert ids == list(range(count))
    size = query.get("per_page") or query.get("page_size") or 4
    assert len(asked) <= -(-count // size) + 2


def test_numbers_end_on_a_server_that_ignores_them() -> None:
    course: ByNumber[Item] = ByNumber({})
    page = Page([Item("a"), Item("b")])
    asked = 0
    query: Parameters | None = {}
    while query is not None:
        asked += 1
        _, query = course.advance(page)
    assert asked == 3


def test_numbers_go_on_from_the_page_asked_for() -> None:
    query = {"page": 3, "per_page": 2}
    ids, asked = run(ByNumber(query), pages(11, off_by_one=True, counted=True), query)
    assert ids == [4, 5, 6, 7, 8, 9, 10]
    assert [each["page"] for each in asked[:3]] == [3, 4, 5]


def test_the_last_page_is_not_asked_for_when_all_items_were_seen() -> None:
    query = {"per_page": 5}
    assert len(run(ByNumber(query), pages(10, off_by_one=False, counted=True), query)[1]) == 2


# pagers


class Server:
    """Serves pages of tokens, and notes which are asked for, given and given up."""

    def __init__(self, count: int = 9, size: int = 3, *, fails: dict[int, Exception] | None = None) -> None:
        self.asked: list[int] = []
        self.given_up: list[int] = []
        self.gates: dict[int, asyncio.Event] = {}
        self._serve = tokens(count, size)
        self._fails = fails or {}
        self._size = size

    async def fetch(self, query: Parameters) -> Page[Item]:
        number = int(str(query.get("page_token") or 0)) // self._size
        self.asked.append(number)
        try:
            if number in self.gates:
                await self.gates[number].wait()
        except asyncio.CancelledError:
            self.given_up.append(number)
            raise
        if number in self._fails:
            raise self._fails[number]
        return self._serve(query)

    def pager(self) -> AsyncPager[Item]:
        return AsyncPager(self.fetch, {}, ByToken)


async def settled() -> None:
    """Let every task that can run do so."""
    for _ in range(10):
        await asyncio.sleep(0)


@pytest.fixture(autouse=True)
async def nothing_is_left() -> AsyncIterator[list[dict[str, Any]]]:
    """No task is left after a test, and no exception that nobody saw."""
    complaints: list[dict[str, Any]] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: complaints.append(context))
    before = asyncio.all_tasks()
    yield complaints
    await settled()
    gc.collect(1)
    await settled()
    assert asyncio.all_tasks() - before - {asyncio.current_task()} == set()
    assert complaints == []


async def test_all_items_of_all_pages_once() -> None:
    server = Server()
    assert [item.id async for item in server.pager()] == list(range(9))
    assert server.asked == [0, 1, 2]


async def test_each_iteration_starts_anew() -> None:
    server = Server(count=2)
    pager = server.pager()
    for _ in range(2):
        assert [item.id async for item in pager] == [0, 1]
        assert len(await pager) == 2
    assert server.asked == [0, 0, 0, 0]


async def test_awaiting_a_pager_gives_one_page() -> None:
    server = Server()
    page = await server.pager()
    assert ([item.id for item in page], page.next_page_token) == ([0, 1, 2], "3")
    assert list(await server.pager().page()) == list(page)


async def test_page_by_page_fetches_none_ahead() -> None:
    server = Server()
    seen = []
    async for page in server.pager().pages():
        seen.append([item.id for item in page])
        await settled()
        assert len(server.asked) == len(seen)
    assert seen == [[0, 1, 2], [3, 4, 5], [6, 7, 8]]


async def test_the_page_ahead_is_fetched_when_the_second_item_is_taken() -> None:
    server = Server()
    items = aiter(server.pager())
    await anext(items)
    await settled()
    assert server.asked == [0]
    await anext(items)
    await settled()
    assert server.asked == [0, 1]
    await anext(items)
    await settled()
    assert server.asked == [0, 1]  # at most one page ahead
    await anext(items)
    await settled()
    assert server.asked == [0, 1]  # the fourth item is the first of its page
    await anext(items)
    await settled()
    assert server.asked == [0, 1, 2]
    assert [item.id async for item in items] == [5, 6, 7, 8]


async def test_pages_of_one_item_are_fetched_when_they_are_needed() -> None:
    server = Server(count=3, size=1)
    items = aiter(server.pager())
    for number in range(3):
        await anext(items)
        await settled()
        assert len(server.asked) == number + 1
    assert [item async for item in items] == []


async def test_leaving_the_iteration_gives_the_page_ahead_up() -> None:
    server = Server()
    server.gates[1] = asyncio.Event()
    async for item in server.pager():
        await settled()
        if item.id == 2:
            break
    await settled()
    assert (server.asked, server.given_up) == ([0, 1], [1])


async def test_an_exception_in_the_loop_gives_the_page_ahead_up() -> None:
    server = Server()
    server.gates[1] = asyncio.Event()

    async def use() -> None:
        async for item in server.pager():
            await settled()
            if item.id == 1:
                raise LookupError

    with pytest.raises(LookupError):
        await use()
    await settled()
    assert server.given_up == [1]


async def test_cancelling_the_loop_gives_the_page_ahead_up() -> None:
    server = Server()
    server.gates[1] = asyncio.Event()

    async def use() -> list[Item]:
        return [item async for item in server.pager()]

    using = asyncio.create_task(use())
    await settled()
    assert server.asked == [0, 1]
    using.cancel()
    with pytest.raises(asyncio.CancelledError):
        await using
    assert server.given_up == [1]


async def test_closing_the_iterator_gives_the_page_ahead_up_before_it_returns() -> None:
    server = Server()
    server.gates[1] = asyncio.Event()
    items = server.pager().__aiter__()
    await anext(items)
    await anext(items)
    await settled()
    await items.aclose()  # type: ignore[attr-defined]
    assert server.given_up == [1]


async def test_an_error_of_the_page_ahead_comes_after_the_items_before_it() -> None:
    server = Server(fails={1: LookupError("page 1")})
    items = aiter(server.pager())
    for id in range(3):
        assert (await anext(items)).id == id
        await settled()
    assert server.asked == [0, 1]
    with pytest.raises(LookupError, match="page 1"):
        await anext(items)


async def test_an_error_of_a_page_ahead_that_is_never_needed_is_never_heard_of() -> None:
    server = Server(fails={1: LookupError("page 1")})
    async for item in server.pager():
        await settled()
        if item.id == 2:
            break
    assert server.asked == [0, 1]


async def test_an_error_of_the_first_page_comes_at_once() -> None:
    with pytest.raises(LookupError):
        await anext(aiter(Server(fails={0: LookupError()}).pager()))


async def test_an_empty_list_gives_nothing() -> None:
    server = Server(count=0)
    assert [item async for item in server.pager()] == []
    assert [page async for page in server.pager().pages()] == []
    assert list(await server.pager()) == []


async def test_pages_by_number_leave_out_what_was_seen() -> None:
    serve = pages(5, off_by_one=True, counted=False)

    async def fetch(query: Parameters) -> Page[Item]:
        return serve(query)

    pager = AsyncPager(fetch, {"per_page": 2}, ByNumber)
    assert [item.id async for item in pager] == [0, 1, 2, 3, 4]
    assert [[item.id for item in page] async for page in pager.pages()] == [[0, 1], [2, 3], [4]]


def test_the_repr_says_how_to_use_it() -> None:
    assert "await it" in repr(Server().pager())
