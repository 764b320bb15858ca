from __future__ import annotations

import asyncio
from datetime import timedelta

import aiohttp
import pytest

from ory_async.local import LocalOry
from ory_async.local.kratos import KratosOptions

from .kratos_client import PASSWORD, Client

EMAIL = "a@example.com"


@pytest.fixture
async def tokens(client: Client) -> list[str]:
    """The tokens of six sessions of one identity, oldest first."""
    await client.create_identity(EMAIL)
    return [(await client.log_in(EMAIL)).body["session_token"] for _ in range(6)]


async def session_ids(client: Client, path: str, **options: str) -> list[str]:
    return [session["id"] for session in (await client("GET", path, **options)).body]


async def test_whoami_takes_token_or_bearer(client: Client, tokens: list[str]) -> None:
    by_token = await client("GET", "/sessions/whoami", token=f" {tokens[0]} ")
    by_bearer = await client("GET", "/sessions/whoami", headers={"Authorization": f"Bearer {tokens[0]}"})
    assert by_token.body == by_bearer.body
    assert by_token.body["identity"]["traits"] == {"email": EMAIL}
    assert by_token.headers["X-Kratos-Authenticated-Identity-Id"] == by_token.body["identity"]["id"]
    assert by_token.headers["Cache-Control"] == "private, no-cache, no-store, must-revalidate"


async def test_token_header_wins_over_cookie_and_cookie_over_bearer(
    client: Client, browser: Client, tokens: list[str]
) -> None:
    await browser.create_identity("b@example.com")
    await browser.log_in("b@example.com")
    wrong_token = await browser("GET", "/sessions/whoami", token="ory_st_wrong")
    other_bearer = await browser("GET", "/sessions/whoami", headers={"Authorization": f"Bearer {tokens[0]}"})
    other_token = await browser("GET", "/sessions/whoami", token=tokens[0])
    assert wrong_token.status == 401
    assert other_bearer.body["identity"]["traits"] == {"email": "b@example.com"}
    assert other_token.body["identity"]["traits"] == {"email": EMAIL}


@pytest.mark.parametrize(
    ("headers", "address"),
    [
        ({"True-Client-IP": "198.51.100.1", "X-Real-IP": "198.51.100.9"}, "198.51.100.1"),
        ({"X-Forwarded-For": "198.51.100.2, 203.0.113.3, 10.0.0.1"}, "203.0.113.3"),
        ({"X-Forwarded-For": "unknown"}, "unknown"),
        ({"X-Forwarded-For": "10.1.2.3, fd00::1"}, ""),
    ],
)
async def test_device_has_the_address_that_a_proxy_tells(client: Client, headers: dict[str, str], address: str) -> None:
    await client.create_identity(EMAIL)
    flow = await client.start("login")
    fields = {"method": "password", "identifier": EMAIL, "password": PASSWORD}
    answer = await client("POST", f"/self-service/login?flow={flow.body['id']}", fields, headers=headers)
    [device] = answer.body["session"]["devices"]
    assert device["ip_address"] == address


async def test_sessions_of_a_disabled_account(client: Client, tokens: list[str]) -> None:
    mine = (await client("GET", "/sessions/whoami", token=tokens[0])).body
    identity = f"/admin/identities/{mine['identity']['id']}"
    await client("PATCH", identity, [{"op": "replace", "path": "/state", "value": "inactive"}])
    assert (await client("GET", "/sessions/whoami", token=tokens[0])).status == 401
    assert len((await client("GET", "/sessions", token=tokens[0])).body) == 5
    assert (await client("DELETE", f"/sessions/{mine['id']}", token=tokens[0])).status == 400
    shown = (await client("GET", f"{identity}/sessions")).body
    assert {session["active"] for session in shown} == {False}


async def test_whoami_without_session_has_no_error_id(client: Client) -> None:
    answer = await client("GET", "/sessions/whoami")
    assert (answer.status, answer.headers["Ory-Error-Id"]) == (401, "")
    assert answer.error == {
        "code": 401,
        "status": "Unauthorized",
        "reason": "No valid session credentials found in the request.",
        "message": "The request could not be authorized",
    }


async def test_session_ends_by_the_clock_and_can_be_extended(client: Client, tokens: list[str]) -> None:
    session = (await client("GET", "/sessions/whoami", token=tokens[0])).body
    client.local.clock.advance(23 * 3600)
    extended = await client("PATCH", f"/admin/sessions/{session['id']}/extend")
    assert extended.body["expires_at"] > session["expires_at"]
    client.local.clock.advance(2 * 3600)
    statuses = [(await client("GET", "/sessions/whoami", token=token)).status for token in tokens[:2]]
    assert statuses == [200, 401]


async def test_cookie_is_renewed_once_after_an_extension(browser: Client) -> None:
    await browser.create_identity(EMAIL)
    session = (await browser.log_in(EMAIL)).body["session"]
    assert "Set-Cookie" not in (await browser("GET", "/sessions/whoami")).headers
    browser.local.clock.advance(60)
    await browser("PATCH", f"/admin/sessions/{session['id']}/extend")
    assert "ory_kratos_session=" in (await browser("GET", "/sessions/whoami")).headers["Set-Cookie"]
    assert "Set-Cookie" not in (await browser("GET", "/sessions/whoami")).headers


async def test_my_sessions_by_page_are_off_by_one_as_in_kratos(client: Client, tokens: list[str]) -> None:
    pages = [await session_ids(client, f"/sessions?per_page=2&page={page}", token=tokens[0]) for page in range(5)]
    assert pages[0] == pages[1]
    assert [len(page) for page in pages] == [2, 2, 2, 1, 0]
    answer = await client("GET", "/sessions?per_page=2&page=1", token=tokens[0])
    assert answer.headers["X-Total-Count"] == "5"
    rels = [part.rpartition("rel=")[2] for part in answer.headers["Link"].split(",")]
    assert rels == ['"first"', '"next"', '"prev"', '"last"']


async def test_empty_page_list_still_names_a_next_page(client: Client) -> None:
    identity = await client.create_identity(EMAIL)
    answer = await client("GET", f"/admin/identities/{identity['id']}/sessions")
    assert answer.body == []
    assert (
        'page=1&page_size=250&page_token=eyJvZmZzZXQiOiIyNTAiLCJ2IjoyfQ&per_page=250>; rel="next"'
        in (answer.headers["Link"])
    )


async def test_ending_my_other_sessions(client: Client, tokens: list[str]) -> None:
    mine = (await client("GET", "/sessions/whoami", token=tokens[0])).body["id"]
    other = (await session_ids(client, "/sessions", token=tokens[0]))[0]
    refused = await client("DELETE", f"/sessions/{mine}", token=tokens[0])
    one = await client("DELETE", f"/sessions/{other}", token=tokens[0])
    unknown = await client("DELETE", "/sessions/00000000-0000-4000-8000-000000000000", token=tokens[0])
    assert (refused.status, one.status, unknown.status) == (400, 204, 204)
    assert one.headers["Content-Type"] == "application/json; charset=utf-8"
    assert len(await session_ids(client, "/sessions", token=tokens[0])) == 4
    assert (await client("DELETE", "/sessions", token=tokens[0])).body == {"count": 5}
    statuses = [(await client("GET", "/sessions/whoami", token=token)).status for token in tokens]
    assert statuses == [200, 401, 401, 401, 401, 401]


async def test_admin_list_by_key_holds_every_session_once(client: Client, tokens: list[str]) -> None:
    seen: list[str] = []
    path = "/admin/sessions?page_size=4&expand=identity&expand=devices"
    while path:
        answer = await client("GET", path)
        seen += [session["id"] for session in answer.body]
        assert all(session["identity"]["traits"] == {"email": EMAIL} for session in answer.body)
        links = answer.headers["Link"].split(",")
        path = links[1].split(">")[0][1:] if len(links) > 1 else ""
    assert len(seen) == len(set(seen)) == 6
    unexpanded = (await client("GET", "/admin/sessions")).body[0]
    assert (unexpanded["identity"], unexpanded["devices"]) == (None, None)


@pytest.mark.parametrize("query", ["active=maybe", "expand=bogus", "page_token=bad", "page_size=x"])
async def test_admin_list_refuses_bad_parameters(client: Client, query: str) -> None:
    assert (await client("GET", f"/admin/sessions?{query}")).status == 400


async def test_disabled_session_stays_listed_as_inactive(client: Client, tokens: list[str]) -> None:
    session_id = (await client("GET", "/sessions/whoami", token=tokens[0])).body["id"]
    assert (await client("DELETE", f"/admin/sessions/{session_id}")).status == 204
    assert (await client("GET", "/sessions/whoami", token=tokens[0])).status == 401
    assert await session_ids(client, "/admin/sessions?active=false") == [session_id]
    assert (await client("GET", f"/admin/sessions/{session_id}")).body["active"] is False


async def test_managing_sessions_in_bulk(client: Client, tokens: list[str]) -> None:
    ids = await session_ids(client, "/admin/sessions")
    identity_id = (await client("GET", "/sessions/whoami", token=tokens[0])).body["identity"]["id"]
    bodies = [
        {"action": "disable", "sessions": ids[:2]},
        {"action": "disable", "sessions": ids[:3]},
        {"action": "delete", "sessions": ids[:1]},
        {"action": "delete", "identities": [identity_id]},
    ]
    processed = [(await client("POST", "/admin/sessions", body)).body["processed"] for body in bodies]
    assert processed == [2, 1, 1, 5]
    both = await client("POST", "/admin/sessions", {"action": "delete", "sessions": ids, "identities": [identity_id]})
    assert both.status == 400


async def test_deleting_the_sessions_of_an_identity(client: Client, tokens: list[str]) -> None:
    identity_id = (await client("GET", "/sessions/whoami", token=tokens[0])).body["identity"]["id"]
    path = f"/admin/identities/{identity_id}/sessions"
    assert [(await client("DELETE", path)).status for _ in range(2)] == [204, 404]
    assert (await client("GET", "/admin/identities/bad/sessions")).error["message"] == (
        'uuid: incorrect UUID length 3 in string "bad"'
    )


async def test_cache_header_is_a_setting() -> None:
    options = KratosOptions(session_cache_max_age=timedelta(seconds=90))
    async with LocalOry(kratos=options) as local, aiohttp.ClientSession() as session:
        client = Client(local, session, is_browser=False)
        await client.create_identity(EMAIL)
        token = (await client.log_in(EMAIL)).body["session_token"]
        ages = [
            (await client("GET", "/sessions/whoami", token=value)).headers.get("Ory-Session-Cache-For")
            for value in (token, None, "ory_st_wrong")
        ]
    assert ages == ["90", "60", None]


async def test_many_requests_at_once(client: Client) -> None:
    await client.create_identity(EMAIL)
    answers = await asyncio.gather(*(client.log_in(EMAIL) for _ in range(20)))
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body["session_token"] for answer in answers}) == 20
