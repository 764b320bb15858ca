"""From the headers of a request to a session: what counts as a credential, what is asked, what is missing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import django.http.request
import multidict
import pytest
import starlette.datastructures
import werkzeug.datastructures

from ory_async import Ory, errors, models
from ory_async.local.kratos import KratosOptions
from ory_async.sessions import (
    Credential,
    NoSession,
    RefreshNeeded,
    SecondFactorNeeded,
    SessionCache,
    SessionVerifier,
    VerifiedSession,
)
from tests.conformance.support import Person, log_in, register
from tests.conformance.test_second_factor import raise_session, set_up_totp
from tests.support.stub_transport import StubTransport, client_of, reply

from .callers import World, email_of, world_of

PUBLIC = "https://auth.example.com"


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with world_of() as world:
        yield world


def as_wsgi(headers: dict[str, str]) -> django.http.request.HttpHeaders:
    return django.http.request.HttpHeaders({f"HTTP_{k.upper().replace('-', '_')}": v for k, v in headers.items()})


@pytest.mark.parametrize(
    "framework",
    [
        dict,
        lambda headers: {name.upper(): value for name, value in headers.items()},
        lambda headers: starlette.datastructures.Headers({name.lower(): value for name, value in headers.items()}),
        multidict.CIMultiDict,
        lambda headers: werkzeug.datastructures.Headers(list(headers.items())),
        as_wsgi,
    ],
    ids=["dict", "shouting", "starlette", "aiohttp", "werkzeug", "django"],
)
async def test_headers_of_any_framework(world: World, framework: Callable[[dict[str, str]], Any]) -> None:
    verifier = SessionVerifier(world.ory)
    token, cookie = await world.token(), await world.cookie("bob@example.com")
    for headers, email in (
        ({"X-Session-Token": token}, "alice@example.com"),
        ({"Authorization": f"bearer {token}"}, "alice@example.com"),
        ({"Cookie": cookie}, "bob@example.com"),
    ):
        assert email_of(await verifier.session(framework({"Accept": "*/*", **headers}))) == email


async def test_only_the_cookies_of_sessions_leave_the_application(world: World) -> None:
    cookie = await world.cookie()
    [own] = [pair for pair in cookie.split("; ") if pair.startswith("ory_kratos_session=")]
    verifier = SessionVerifier(world.ory)
    headers = multidict.CIMultiDict([("Cookie", f"app=secret; {cookie}; ory_session_x=1"), ("Cookie", "cart=7")])
    assert isinstance(await verifier.verify(headers), VerifiedSession)
    assert world.asked[0].headers["Cookie"] == f"{own}; ory_session_x=1"


async def test_names_of_cookies_can_be_set(world: World) -> None:
    verifier = SessionVerifier(world.ory, cookies=["shop_*", "sid"])
    found = verifier.credentials({"Cookie": 'ory_kratos_session=1; shop_a=2; sid="3"; xsid=4; sid=bad value; sid'})
    assert found == [Credential("session_cookie", 'shop_a=2; sid="3"')]


async def test_the_first_credential_counts_as_on_the_server(world: World) -> None:
    token, cookie = await world.token(), await world.cookie("bob@example.com")
    verifier = SessionVerifier(world.ory)
    both = {"cookie": cookie, "authorization": f"Bearer {token}"}
    assert email_of(await verifier.session({"authorization": f"Bearer {token}"})) == "alice@example.com"
    assert email_of(await verifier.session(both)) == "bob@example.com"
    assert await verifier.session({**both, "x-session-token": "ory_st_wrong"}) is None


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"cookie": ""},
        {"cookie": "a=b; csrf_token_1=x"},
        {"cookie": "ory_kratos_session="},
        {"cookie": "ory_kratos_session=\x00\r\nX-Evil: 1"},
        {"cookie": "ory_kratos_session=\udcff"},
        {"x-session-token": " "},
        {"x-session-token": "a\r\nX-Evil: 1"},
        {"authorization": "Bearer"},
        {"authorization": "Bearer ory_at_an_access_token"},
        {"authorization": "Basic ory_st_token"},
    ],
    ids=repr,
)
async def test_without_a_credential_nobody_is_asked(world: World, headers: dict[str, str]) -> None:
    verifier = SessionVerifier(world.ory, public_url=PUBLIC)
    outcome = await verifier.verify(headers, return_to="https://shop.example/cart?a=b&c")
    login = f"{PUBLIC}/self-service/login/browser?return_to=https%3A%2F%2Fshop.example%2Fcart%3Fa%3Db%26c"
    assert outcome == NoSession(login)
    assert await verifier.session(headers) is None
    assert await verifier.tokenized(headers, "jwt") is None
    assert world.asked == []


@pytest.mark.parametrize(
    "headers",
    [None, "cookie: a", [("a", "b")], {1: "x"}, {b"cookie": b"x"}, {"cookie": b"ory_kratos_session=x"}],
    ids=repr,
)
async def test_what_are_no_headers_is_refused(world: World, headers: Any) -> None:
    with pytest.raises(errors.InvalidRequest):
        await SessionVerifier(world.ory).verify(headers)


async def test_a_wrong_credential_is_no_session(world: World) -> None:
    verifier = SessionVerifier(world.ory)
    assert await verifier.verify({"X-Session-Token": "ory_st_wrong"}) == NoSession()
    assert await verifier.verify({"Cookie": "ory_kratos_session=wrong"}) == NoSession()
    assert await verifier.verify_credential(Credential("session_token", "ory_st_wrong")) == NoSession()
    assert len(world.asked) == 3


async def test_a_server_that_cannot_tell_lets_nobody_in() -> None:
    headers = {"X-Session-Token": "ory_st_token"}
    for turn, kind in (
        (errors.ConnectError("refused"), errors.ConnectError),
        (reply({"error": {"code": 500}}, 500), errors.ServerError),
        (reply({"error": {"code": 429}}, 429), errors.RateLimited),
        (reply([]), errors.DecodeError),
    ):
        verifier = SessionVerifier(client_of(StubTransport(turn), retry=None))
        with pytest.raises(kind):
            await verifier.verify(headers)


async def test_a_session_that_is_told_to_be_over_is_none() -> None:
    cache = SessionCache(ttl=60)
    verifier = SessionVerifier(client_of(StubTransport(reply({"id": "1", "active": False}))), cache=cache)
    assert await verifier.session({"X-Session-Token": "ory_st_token"}) is None
    assert len(cache) == 0


# second factor and freshness


async def second_factor(ory: Ory, email: str) -> tuple[str, models.UpdateLoginFlowWithTotpMethod]:
    """The token of a session that lacks the second factor of its owner, and the body that gives it."""
    registered = await register(ory, email)
    assert registered.session_token is not None
    person = Person(email=email, identity=registered.identity, token=registered.session_token)
    totp = await set_up_totp(ory, person)
    token = (await log_in(ory, email)).session_token
    assert token is not None
    return token, models.UpdateLoginFlowWithTotpMethod(totp_code=totp.now())


async def test_second_factor_that_the_server_wants(world: World) -> None:
    token, body = await second_factor(world.ory, "alice@example.com")
    headers = {"X-Session-Token": token}
    verifier = SessionVerifier(world.ory, cache=SessionCache(ttl=60, clock=world.now), clock=world.now)
    url = f"{world.local.url}/self-service/login/browser?aal=aal2"
    assert await verifier.verify(headers) == SecondFactorNeeded(url)
    assert await verifier.verify(headers, return_to="/x") == SecondFactorNeeded(f"{url}&return_to=%2Fx")
    assert await verifier.session(headers) is None
    with pytest.raises(errors.SecondFactorRequired):
        await verifier.tokenized(headers, "jwt")
    await raise_session(world.ory, token, body)
    assert isinstance(await verifier.verify(headers, aal="aal2"), VerifiedSession)


async def test_second_factor_that_the_caller_wants() -> None:
    async with world_of(KratosOptions(required_aal="aal1")) as world:
        token, body = await second_factor(world.ory, "alice@example.com")
        headers = {"X-Session-Token": token}
        cache = SessionCache(ttl=60, clock=world.now)
        verifier = SessionVerifier(world.ory, cache=cache, public_url=f"{PUBLIC}/", clock=world.now)
        assert isinstance(await verifier.verify(headers, aal="aal1"), VerifiedSession)
        assert await verifier.verify(headers, aal="aal2", return_to="/pay") == SecondFactorNeeded(
            f"{PUBLIC}/self-service/login/browser?aal=aal2&return_to=%2Fpay"
        )
        await raise_session(world.ory, token, body)  # the cache still holds the session as it was
        assert isinstance(await verifier.verify(headers, aal="aal2"), VerifiedSession)
        world.asked.clear()
        assert isinstance(await verifier.verify(headers, aal="aal2"), VerifiedSession)
        assert world.asked == []


async def test_freshness(world: World) -> None:
    headers = {"X-Session-Token": await world.token()}
    cache = SessionCache(ttl=3600, clock=world.now)
    verifier = SessionVerifier(world.ory, cache=cache, public_url=PUBLIC, clock=world.now)
    quarter = timedelta(minutes=15)
    assert isinstance(await verifier.verify(headers, max_age=quarter), VerifiedSession)
    world.now.advance(901)
    needed = await verifier.verify(headers, max_age=quarter, return_to="/")
    assert needed == RefreshNeeded(f"{PUBLIC}/self-service/login/browser?refresh=true&return_to=%2F")
    assert await verifier.session(headers, max_age=quarter) is None
    assert await verifier.session(headers) is not None


async def test_outcomes_can_be_matched(world: World) -> None:
    verifier = SessionVerifier(world.ory, public_url=PUBLIC)
    match await verifier.verify({}):
        case VerifiedSession(session):
            pytest.fail(f"nobody is logged in: {session}")
        case NoSession(login) | SecondFactorNeeded(login) | RefreshNeeded(login):
            assert login == f"{PUBLIC}/self-service/login/browser"


async def test_errors_of_other_calls_become_outcomes(world: World) -> None:
    verifier = SessionVerifier(world.ory)
    refresh = errors.SessionRefreshRequired("old", redirect_browser_to="https://a.example/login?return_to=%2Fold&x=")
    assert verifier.missing(refresh, return_to="/new") == RefreshNeeded("https://a.example/login?x=&return_to=%2Fnew")
    assert verifier.missing(errors.SecondFactorRequired("more", redirect_browser_to="https://[bad"), return_to="/") == (
        SecondFactorNeeded("https://[bad")
    )
    assert verifier.missing(errors.NoActiveSession("none")) == NoSession()
    at_home = SessionVerifier(world.ory, public_url=PUBLIC)
    assert at_home.missing(errors.SessionRefreshRequired("old")) == (
        RefreshNeeded(f"{PUBLIC}/self-service/login/browser?refresh=true")
    )


async def test_requirements_are_checked(world: World) -> None:
    verifier = SessionVerifier(world.ory)
    wrong: list[dict[str, Any]] = [{"aal": "aal0"}, {"aal": "high"}, {"max_age": timedelta(-1)}, {"max_age": 60}]
    for headers in ({}, {"X-Session-Token": "ory_st_wrong"}):
        for requirement in wrong:
            with pytest.raises(errors.InvalidRequest):
                await verifier.verify(headers, **requirement)


@pytest.mark.parametrize(
    "settings",
    [{"cookies": "ory_session"}, {"cookies": []}, {"cookies": [1]}, {"public_url": "auth.example.com"}],
    ids=repr,
)
async def test_settings_are_checked(world: World, settings: dict[str, Any]) -> None:
    with pytest.raises(errors.ConfigurationError):
        SessionVerifier(world.ory, **settings)


# sessions as JWTs


async def test_tokenized_session() -> None:
    transport = StubTransport(reply({"id": "1", "tokenized": "a.b.c"}), reply({"error": {"code": 401}}, 401))
    verifier = SessionVerifier(client_of(transport))
    headers = {"Authorization": "Bearer ory_st_token"}
    assert await verifier.tokenized(headers, "my template") == "a.b.c"
    assert await verifier.tokenized(headers, "my template") is None
    _, url, sent, _ = transport.sent[0]
    assert url.endswith("/sessions/whoami?tokenize_as=my%20template")
    assert sent["X-Session-Token"] == "ory_st_token"
    assert "Authorization" not in sent


async def test_an_unknown_template_is_an_error(world: World) -> None:
    verifier = SessionVerifier(world.ory)
    with pytest.raises(errors.BadRequest):
        await verifier.tokenized({"X-Session-Token": await world.token()}, "unknown")


async def test_nothing_secret_shows(world: World) -> None:
    token = await world.token()
    cache = SessionCache(ttl=60)
    verifier = SessionVerifier(world.ory, cache=cache)
    verified = await verifier.verify({"X-Session-Token": token})
    [credential] = verifier.credentials({"X-Session-Token": token})
    everything = repr([verified, credential, cache, vars(cache)])
    assert token not in everything
    assert token.removeprefix("ory_st_") not in everything
    assert repr(VerifiedSession(models.Session(id="1"), ["secret=1"])).count("secret") == 0
