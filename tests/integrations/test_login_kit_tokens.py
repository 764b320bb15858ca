"""What becomes of a login by the login kit: renewed tokens, logging out here, at the server, and by the back channel."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import Key, OctKey, RSAKey

from ory_async.integrations.login_kit import StoreUnavailable, User
from tests.conformance.oauth2 import query_of
from tests.support.asgi import until

from .login_kit_world import SECRET, Person, Site, World, world_of

EVENT = "http://schemas.openid.net/event/backchannel-logout"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with world_of() as world:
        yield world


@pytest.fixture
async def site(world: World) -> Site:
    return await world.site()


@pytest.fixture
async def alice(site: Site) -> AsyncIterator[Person]:
    async with site.browser() as alice:
        await alice.log_in("alice")
        yield alice


async def is_active(world: World, token: str) -> bool:
    return bool((await world.ory.oauth2.introspect_oauth2_token(token=token)).active)


# renewed tokens


async def test_tokens_are_renewed_before_they_end_once_for_all_requests(world: World, alice: Person) -> None:
    first = await alice.token()
    world.now.advance(3550)
    assert await alice.token() == first
    world.now.advance(30)
    tokens = set(await asyncio.gather(*(alice.token() for _ in range(20))))
    assert world.renewals == 1
    assert len(tokens) == 1
    assert first not in tokens
    assert await is_active(world, tokens.pop())
    for _ in range(3):
        world.now.advance(3590)
        assert await alice.who() == "alice"
    assert world.renewals == 4


async def test_tokens_of_a_short_life_are_not_renewed_each_time(world: World) -> None:
    site = await world.site(client={"authorization_code_grant_access_token_lifespan": "20s"})
    async with site.browser() as alice:
        await alice.log_in("alice")
        assert await alice.who() == "alice"
        assert world.renewals == 0
        world.now.advance(11)
        assert await alice.who() == "alice"
        assert world.renewals == 1


async def test_without_a_refresh_token_the_login_lasts_as_it_was_set(world: World) -> None:
    site = await world.site(client={"scope": "openid photos"}, scopes=["openid", "photos"])
    async with site.browser() as alice:
        await alice.log_in("alice")
        first = await alice.token()
        world.now.advance(7200)
        assert (await alice.who(), await alice.token()) == ("alice", first)


async def test_what_the_server_does_not_renew_is_over(world: World, alice: Person) -> None:
    await world.ory.oauth2.revoke_oauth2_consent_sessions(subject="alice", all=True)
    world.now.advance(3590)
    assert await asyncio.gather(*(alice.who() for _ in range(3))) == [None, None, None]
    assert await alice.who() is None
    assert world.renewals == 1


@pytest.mark.parametrize("fault", [{"status": 503}, {"status": 429}, {"reset": True}, {"status": 200, "body": b"no"}])
async def test_a_server_that_does_not_answer_logs_nobody_out(
    world: World, alice: Person, fault: dict[str, Any]
) -> None:
    first = await alice.token()
    world.now.advance(3580)
    world.local.faults.next(path="/oauth2/token", **fault)
    assert await alice.token() == first, "it is good for some time yet"
    world.now.advance(100)
    world.local.faults.next(path="/oauth2/token", **fault)
    response = await alice.pages.get("/me")
    assert response.status_code == 503
    assert "set-cookie" not in response.headers
    assert await alice.token() != first


async def test_a_renewal_is_kept_when_everybody_who_waits_has_gone(world: World, site: Site, alice: Person) -> None:
    request = httpx.Request("GET", site.url, headers={"Cookie": f"ory_login={alice.cookie()}"})
    first = await alice.token()
    world.now.advance(3590)
    world.gate = asyncio.Event()
    waiting = [asyncio.create_task(site.find(request)) for _ in range(3)]
    await until(lambda: world.renewals == 1)
    for task in waiting:
        task.cancel()
    assert all(
        isinstance(one, asyncio.CancelledError) for one in await asyncio.gather(*waiting, return_exceptions=True)
    )
    world.gate.set()
    user = await site.find(request)
    assert isinstance(user, User)
    assert user.access_token != first
    assert await is_active(world, user.access_token)
    assert world.renewals == 1


async def test_a_login_that_ends_while_it_is_renewed_stays_ended(world: World, site: Site, alice: Person) -> None:
    request = httpx.Request("GET", site.url, headers={"Cookie": f"ory_login={alice.cookie()}"})
    world.now.advance(3590)
    world.gate = asyncio.Event()
    waiting = asyncio.create_task(site.find(request))
    await until(lambda: world.renewals == 1)
    await site.kit.end_logins("alice")
    world.gate.set()
    assert await waiting is None
    assert await site.find(request) is None


async def test_each_caller_has_a_user_of_their_own(site: Site, alice: Person) -> None:
    request = httpx.Request("GET", site.url, headers={"Cookie": f"ory_login={alice.cookie()}"})
    first, second = await site.find(request), await site.find(request)
    assert first is not None
    assert second is not None
    first.claims["sub"] = "mallory"
    assert second.claims["sub"] == "alice"
    assert first.access_token not in repr(first)


# logging out


async def test_logging_out_here_and_at_the_server(world: World) -> None:
    listening = await world.site()
    site = await listening.replica(post_logout_redirect_uri=f"{listening.url}/goodbye")
    async with site.browser() as alice:
        await alice.log_in("alice")
        token, cookie = await alice.token(), alice.cookie()
        response = await alice.pages.post("/auth/logout", headers={"Origin": listening.url})
        assert response.status_code == 303
        assert response.headers["cache-control"] == "no-store"
        assert len(alice.pages.cookies.jar) == 0
        assert not await is_active(world, token)
        location = response.headers["location"]
        assert location.startswith(f"{world.local.url}/oauth2/sessions/logout?")
        assert await alice.log_out_at_the_server(**query_of(location)) == f"{listening.url}/goodbye"
        alice.pages.cookies.set("ory_login", cookie)
        assert await alice.who() is None


async def test_logging_out_here_only(world: World, alice: Person) -> None:
    response = await alice.pages.get("/auth/logout", headers={"Sec-Fetch-Site": "same-origin"})
    assert (response.status_code, response.headers["location"]) == (303, "/")
    assert await alice.who() is None
    assert (await alice.pages.get("/auth/logout")).headers["location"] == "/"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Referer": "https://evil.example/page"},
    ],
)
async def test_other_sites_log_nobody_out(alice: Person, headers: dict[str, str]) -> None:
    for method in ("GET", "POST"):
        assert (await alice.pages.request(method, "/auth/logout", headers=headers)).status_code == 403
    assert await alice.who() == "alice"


async def test_logging_out_while_the_server_is_gone(world: World) -> None:
    listening = await world.site()
    site = await listening.replica(post_logout_redirect_uri=f"{listening.url}/goodbye")
    async with site.browser() as alice:
        await alice.log_in("alice")
        world.local.faults.next(times=5, status=503)
        response = await alice.pages.post("/auth/logout")
        assert response.status_code == 303
        world.local.faults.clear()
        assert await alice.who() is None


async def test_logging_somebody_out_everywhere(site: Site, alice: Person) -> None:
    async with site.browser() as second, site.browser() as bob:
        await second.log_in("alice")
        await bob.log_in("bob")
        await site.kit.end_logins("alice")
        assert [await person.who() for person in (alice, second, bob)] == [None, None, "bob"]


# logging out by the back channel


async def test_who_logs_out_at_the_server_is_logged_out_here(site: Site, alice: Person) -> None:
    async with site.browser() as second:
        await second.log_in("alice")
        await alice.log_out_at_the_server()
        assert [await person.who() for person in (alice, second)] == [None, "alice"]


async def signing_key(world: World) -> Key:
    """A key that the server signs ID tokens with, and that the test has, too."""
    key = RSAKey.generate_key(2048, {"kid": "tests", "alg": "RS256", "use": "sig"}, auto_kid=False)
    await world.ory.jwk.set_json_web_key_set("hydra.openid.id-token", {"keys": [key.as_dict(private=True)]})
    return key


def logout_token(world: World, site: Site, key: Any, *, algorithm: str = "RS256", **changes: Any) -> str:
    """A logout token as Hydra makes them, but for the changes; a change to None leaves the claim out."""
    claims = {
        "aud": [site.client_id],
        "events": {EVENT: {}},
        "iat": int(world.now()),
        "iss": world.local.url,
        "jti": secrets.token_hex(8),
        "sub": "alice",
        **changes,
    }
    told = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode({"alg": algorithm, "kid": "tests", "typ": "JWT"}, told, key, algorithms=[algorithm])


async def post(site: Site, content: str) -> httpx.Response:
    async with httpx.AsyncClient() as server:
        return await server.post(f"{site.url}/auth/backchannel-logout", content=content, headers=FORM)


async def test_a_logout_token_ends_all_logins_of_a_person_and_works_once(world: World, site: Site) -> None:
    key = await signing_key(world)
    async with site.browser() as alice, site.browser() as bob:
        await alice.log_in("alice")
        await bob.log_in("bob")
        token = logout_token(world, site, key)
        response = await post(site, f"logout_token={token}")
        assert (response.status_code, response.headers["cache-control"]) == (200, "no-store")
        assert [await alice.who(), await bob.who()] == [None, "bob"]
        await alice.log_in("alice")
        response = await post(site, f"logout_token={token}")
        assert response.status_code == 400
        assert "before" in response.json()["error_description"]
        assert await alice.who() == "alice"


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://evil.example"},
        {"aud": ["another-client"]},
        {"aud": None},
        {"iat": None},
        {"iat": 1},
        {"iat": 2_000_000_000_000},
        {"iat": "now"},
        {"exp": 1},
        {"jti": None},
        {"jti": ""},
        {"jti": 7},
        {"events": None},
        {"events": {}},
        {"events": {EVENT: None}},
        {"events": EVENT},
        {"events": [EVENT]},
        {"nonce": "n"},
        {"sub": None},
        {"sub": ""},
        {"sub": None, "sid": ["a"]},
    ],
    ids=str,
)
async def test_logout_tokens_that_are_refused(world: World, site: Site, changes: dict[str, Any]) -> None:
    key = await signing_key(world)
    async with site.browser() as alice:
        await alice.log_in("alice")
        response = await post(site, f"logout_token={logout_token(world, site, key, **changes)}")
        assert response.status_code == 400
        assert response.json()["error"] == "invalid_request"
        assert response.headers["cache-control"] == "no-store"
        assert await alice.who() == "alice"


async def test_logout_tokens_of_others(world: World, site: Site, alice: Person) -> None:
    await signing_key(world)
    forged = RSAKey.generate_key(2048, auto_kid=False)
    shared = OctKey.import_key(SECRET)
    begun = [
        logout_token(world, site, forged),
        logout_token(world, site, shared, algorithm="HS256"),
        *("", "x", "a.b.c", "eyJhbGciOiJub25lIn0.e30."),
    ]
    for token in begun:
        assert (await post(site, f"logout_token={token}")).status_code == 400
    good = begun[0]
    for content in ("", "token=x", f"logout_token={good}&logout_token={good}", "a=1&" * 30, 70_000 * "a", "caf\u00e9"):
        assert (await post(site, content)).status_code == 400
    assert await alice.who() == "alice"
    async with httpx.AsyncClient() as server:
        assert (await server.get(f"{site.url}/auth/backchannel-logout")).status_code == 405


async def test_a_back_channel_that_cannot_work_now(world: World, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    key = await signing_key(world)
    world.local.faults.next(status=503, times=2)
    assert (await post(site, f"logout_token={logout_token(world, site, key)}")).status_code == 503

    async def broken(group: str) -> None:
        raise StoreUnavailable("not now")

    world.local.faults.clear()
    monkeypatch.setattr(site.store, "delete_group", broken)
    assert (await post(site, f"logout_token={logout_token(world, site, key)}")).status_code == 503
