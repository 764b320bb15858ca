"""How real servers page their lists, and that all items come, each once.

The docstrings name the entries of the findings about real servers.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from ory_async import Page
from tests.support.recording_server import Answer, Seen
from tests.support.recordings import SCENARIOS, Exchange, exchange, exchanges

from .conftest import Player

ANY_ID = "9f425a8d-7efc-4768-8f23-7647a74fdf13"


def as_recorded(scenario: str) -> Any:
    """Answers each query as it was answered there; one that was not recorded is the client's mistake."""
    [path] = [path for path in SCENARIOS if path.stem == scenario]
    recorded = {tuple(sorted(each.query)): each for each in exchanges(path)}

    def answer_to(seen: Seen) -> Answer:
        found = recorded.get(tuple(sorted(seen.query)))
        return (599, [], str(seen.query)) if found is None else (found.status, found.headers, found.answer)

    return answer_to


def identifiers(*pages: Exchange) -> list[str]:
    return [item["id"] for page in pages for item in page.document]


async def page_of(player: Player, scenario: str, index: int) -> Page[Any]:
    page = await player.recorded(scenario, index)
    assert isinstance(page, Page)
    return page


async def test_next_token_is_taken_from_a_relative_link(player: Player) -> None:
    """K52: one header, entries joined without a blank"""
    page = await page_of(player, "identity_list_paging", 0)
    assert page.next_page_token == "024f494d-0f4b-4143-99cf-3e78fbe966f8"


async def test_last_page_has_no_next_token(player: Player) -> None:
    """K53"""
    page = await page_of(player, "courier", 1)
    assert (page.next_page_token, page.total_count) == (None, None)


async def test_encoded_tokens_are_followed(player: Player) -> None:
    """K53: they end in padding, which the link spells %3D"""
    player.server.answer_by(as_recorded("courier"))
    pager = player.ory.courier.list_courier_messages(page_size=2, recipient="cou-8e81d9-142@example.com")
    found = [message.id async for message in pager]
    assert found == identifiers(exchange("courier", 0), exchange("courier", 1))
    assert len(set(found)) == 4


async def test_page_lists_tell_the_total(player: Player) -> None:
    """K54"""
    page = await page_of(player, "schemas", 1)
    assert (len(page), page.total_count, page.next_page_token) == (1, 2, "eyJvZmZzZXQiOiIxIiwidiI6Mn0")


@pytest.mark.parametrize("index", [0, 4])
async def test_empty_list_ends_though_it_names_a_next_page(player: Player, index: int) -> None:
    """K55"""
    played = exchange("paging_empty_list_trap", index)
    assert 'rel="next"' in played.header("link")
    asked: list[Seen] = []

    def answer_to(seen: Seen) -> Answer:
        asked.append(seen)
        return played.status, played.headers, played.answer

    player.server.answer_by(answer_to)
    pager = getattr(getattr(player.ory, played.row.service), played.row.name)(**played.arguments())
    assert [session async for session in pager] == []
    assert len(asked) == 1
    assert (await pager).next_page_token is None


@pytest.mark.parametrize("total", [True, False])
@pytest.mark.parametrize(("count", "size"), [(6, 3), (5, 2), (1, 3), (3, 3), (7, 3)])
async def test_sessions_come_once_each_though_two_pages_are_the_same(
    player: Player, count: int, size: int, total: bool
) -> None:
    """K54, K56: pages 0 and 1 are the same one, and the links never reach the last"""
    ids = [f"session {number}" for number in range(count)]

    def answer_to(seen: Seen) -> Answer:
        query = dict(seen.query)
        page = max(int(query.get("page", 0)), 1)
        per_page = int(query.get("per_page", query.get("page_size", 250)))
        found = ids[(page - 1) * per_page : page * per_page]
        link = f'</sessions?page={page}&page_size={per_page}&page_token=x>; rel="next"'
        headers = [("Link", link), ("X-Total-Count", str(count))] if total else [("Link", link)]
        return 200, headers, json.dumps([{"id": id} for id in found])

    player.server.answer_by(answer_to)
    mine = player.ory.frontend.list_my_sessions(page_size=size)
    of_identity = player.ory.identity.list_identity_sessions(ANY_ID, per_page=size)
    assert [session.id async for session in mine] == ids
    assert [session.id async for session in of_identity] == ids
    assert [session.id async for page in mine.pages() for session in page] == ids


async def test_repeated_token_ends_a_list(player: Player) -> None:
    """K55, K57: a server that names the same page for ever"""
    link = '</admin/identities?page_token=same>; rel="next"'
    player.server.answer(200, [("Link", link)], json.dumps([{"id": ANY_ID}]))
    assert len([identity async for identity in player.ory.identity.list_identities()]) == 2


async def test_keto_pages_in_the_body(player: Player) -> None:
    """H51, H59: the token of the last page is empty"""
    player.server.answer_by(as_recorded("keto_list_paging"))
    found = [each async for each in player.ory.relationship.get_relationships(namespace="Group", page_size=3)]
    pages = [exchange("keto_list_paging", index).document for index in (0, 1, 2)]
    subjects = [each.get("subject_id") for page in pages for each in page["relation_tuples"]]
    assert [each.subject_id for each in found] == subjects
    assert len(found) == 7
    assert (await page_of(player, "keto_list_paging", 2)).next_page_token is None
