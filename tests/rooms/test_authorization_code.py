"""People who log in to an application: from the link to the verified ID token, and everything that may go wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import attrs
import pytest

import ory_sync
from ory_async import Ory, errors
from ory_async.jwt import InvalidToken
from ory_async.local import LocalOry
from ory_async.tokens import AuthorizationCode, AuthorizationFailed, TokenSet, Transaction
from ory_sync.tokens import AuthorizationCode as BlockingCode
from tests.conformance.oauth2 import CALLBACK, GOODBYE, SCOPE, Visitor, query_of

from .callers import Now
from .oauth2_world import SECRET, Applications, applications


@pytest.fixture
async def world() -> AsyncIterator[Applications]:
    async with applications() as world:
        yield world


async def login_of(world: Applications, **options: Any) -> AuthorizationCode:
    settings = {
        "client_secret": SECRET,
        "redirect_uri": CALLBACK,
        "scopes": ["openid", "offline_access", "photos"],
        "clock": world.now,
        **options,
    }
    client_id = options.pop("client_id", None) or await world.new()
    return AuthorizationCode(world.ory, **{"client_id": client_id, **settings})


async def logged_in(world: Applications, login: AuthorizationCode) -> TokenSet:
    url, transaction = await login.begin()
    return await login.finish(transaction, await world.visit(url))


async def test_all_the_way(world: Applications) -> None:
    login = await login_of(world)
    tokens = await logged_in(world, login)
    assert tokens.subject == tokens.claims["sub"] == "alice"
    assert tokens.scopes == {"openid", "offline_access", "photos"}
    assert tokens.expires_at is not None
    assert not tokens.is_expired(world.now())
    assert tokens.is_expired(tokens.expires_at - 1)
    told = await world.ory.oauth2.introspect_oauth2_token(token=tokens.access_token)
    assert (told.active, told.sub) == (True, "alice")


async def test_the_parameters_of_the_request_and_of_the_way_back(world: Applications) -> None:
    login = await login_of(world, audience=["https://api.example"])
    url, transaction = await login.begin(prompt="login", login_hint="alice@example.com")
    query = query_of(url)
    assert (query["prompt"], query["login_hint"], query["audience"]) == (
        "login",
        "alice@example.com",
        "https://api.example",
    )
    assert query["code_challenge_method"] == "S256"
    assert transaction.code_verifier not in url
    again = Transaction(**transaction.to_dict())
    assert again == transaction
    tokens = await login.finish(again, query_of(await world.visit(url)))
    assert tokens.subject == "alice"


async def test_each_login_is_another_one(world: Applications) -> None:
    login = await login_of(world)
    transactions = [(await login.begin())[1] for _ in range(20)]
    for name in ("state", "nonce", "code_verifier"):
        assert len({getattr(transaction, name) for transaction in transactions}) == 20


async def test_the_way_back_of_another_login_is_refused(world: Applications) -> None:
    login = await login_of(world)
    url, _ = await login.begin()
    _, other = await login.begin()
    way_back = await world.visit(url)
    with pytest.raises(AuthorizationFailed) as failed:
        await login.finish(other, way_back)
    assert failed.value.error == "state_mismatch"
    assert world.forms == [], "the code was not sent anywhere"


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ({"error": "access_denied", "error_description": "she said\nno"}, "access_denied"),
        ({"code": "a", "iss": "https://evil.example"}, "wrong_issuer"),
        ({}, "missing_code"),
        ({"code": ""}, "missing_code"),
    ],
)
async def test_a_way_back_without_a_code_of_this_server(
    world: Applications, parameters: dict[str, str], error: str
) -> None:
    login = await login_of(world)
    _, transaction = await login.begin()
    with pytest.raises(AuthorizationFailed) as failed:
        await login.finish(transaction, {"state": transaction.state, **parameters})
    assert failed.value.error == error
    assert "\n" not in str(failed.value)


async def test_an_id_token_of_another_login_is_refused(world: Applications) -> None:
    login = await login_of(world)
    url, transaction = await login.begin()
    with pytest.raises(InvalidToken) as failed:
        await login.finish(attrs.evolve(transaction, nonce="another"), await world.visit(url))
    assert failed.value.reason == "wrong_claim"


async def test_a_wrong_verifier_is_refused_by_the_server(world: Applications) -> None:
    login = await login_of(world)
    url, transaction = await login.begin()
    with pytest.raises(errors.OAuth2Error) as failed:
        await login.finish(attrs.evolve(transaction, code_verifier="v" * 64), await world.visit(url))
    assert failed.value.error == "invalid_grant"


async def test_a_server_that_leaves_the_id_token_out(world: Applications) -> None:
    login = await login_of(world)
    url, transaction = await login.begin()
    visitor = Visitor(world.ory)
    page = await visitor.log_in(await visitor.open(**query_of(url)), "alice")
    way_back = await visitor.consent(page, ["photos"])
    with pytest.raises(InvalidToken):
        await login.finish(transaction, way_back)


async def test_without_openid_there_is_no_id_token(world: Applications) -> None:
    login = await login_of(world, scopes=["photos"])
    url, transaction = await login.begin()
    visitor = Visitor(world.ory)
    page = await visitor.log_in(await visitor.open(**query_of(url)), "alice")
    tokens = await login.finish(transaction, await visitor.consent(page, ["photos"]))
    assert (tokens.id_token, tokens.refresh_token, tokens.claims, tokens.subject) == (None, None, {}, None)
    with pytest.raises(errors.InvalidRequest):
        await login.refresh(tokens)


async def test_refreshing_rotates_and_keeps_who_it_is(world: Applications) -> None:
    login = await login_of(world)
    old = await logged_in(world, login)
    new = await login.refresh(old)
    assert new.access_token != old.access_token
    assert new.refresh_token != old.refresh_token
    assert (new.subject, new.scopes) == (old.subject, old.scopes)
    with pytest.raises(InvalidToken):
        await login.refresh(attrs.evolve(new, claims={**new.claims, "sub": "bob"}))


async def test_revoked_tokens_are_worthless(world: Applications) -> None:
    login = await login_of(world)
    tokens = await logged_in(world, login)
    await login.revoke(tokens)
    assert not (await world.ory.oauth2.introspect_oauth2_token(token=tokens.access_token)).active
    with pytest.raises(errors.OAuth2Error):
        await login.refresh(tokens)


async def test_the_address_for_logging_out(world: Applications) -> None:
    login = await login_of(world)
    url, transaction = await login.begin()
    visitor = Visitor(world.ory)
    page = await visitor.log_in(await visitor.open(**query_of(url)), "alice", remember=True)
    tokens = await login.finish(transaction, await visitor.consent(page))
    leaving = await login.logout_url(tokens, post_logout_redirect_uri=GOODBYE, state="see-you-soon")
    page = await visitor.follow(leaving)
    accepted = await world.ory.oauth2.accept_oauth2_logout_request(logout_challenge=query_of(page)["logout_challenge"])
    assert await visitor.follow(accepted.redirect_to) == f"{GOODBYE}?state=see-you-soon"


async def test_a_public_client(world: Applications) -> None:
    client_id = await world.new(token_endpoint_auth_method="none", client_secret=None)
    login = await login_of(world, client_id=client_id, client_secret=None)
    assert (await logged_in(world, login)).subject == "alice"
    assert "client_secret" not in world.forms[0]


async def test_tokens_can_be_kept(world: Applications) -> None:
    tokens = await logged_in(world, await login_of(world))
    assert TokenSet.from_dict(tokens.to_dict()) == tokens
    for secret in (tokens.access_token, tokens.refresh_token, tokens.id_token):
        assert secret is not None
        assert secret not in repr(tokens)


@pytest.mark.parametrize(
    "data", [{}, {"access_token": 1}, {"access_token": "a", "expires_at": "soon"}, {"access_token": "a", "claims": []}]
)
def test_what_is_no_token_set(data: dict[str, Any]) -> None:
    with pytest.raises(errors.DecodeError) as failed:
        TokenSet.from_dict(data)
    assert "soon" not in str(failed.value)


async def test_bad_arguments(world: Applications) -> None:
    with pytest.raises(errors.ConfigurationError):
        AuthorizationCode(world.ory, client_id="a", redirect_uri="/callback")
    login = await login_of(world)
    with pytest.raises(errors.InvalidRequest, match="state"):
        await login.begin(state="mine")
    _, transaction = await login.begin()
    with pytest.raises(errors.InvalidRequest):
        await login.finish(transaction, "https://[broken")


async def test_a_transaction_shows_no_secret(world: Applications) -> None:
    _, transaction = await (await login_of(world)).begin()
    for secret in (transaction.state, transaction.nonce, transaction.code_verifier):
        assert secret not in repr(transaction)


def test_the_blocking_twin() -> None:
    async def visit(url: str) -> str:
        async with Ory(local.url) as ory:
            return await Applications(local, ory, Now(local)).visit(url)

    with LocalOry.in_thread() as local, ory_sync.Ory(local.url) as ory:
        fields = {"redirect_uris": [CALLBACK], "client_secret": SECRET, "scope": SCOPE}
        client_id = ory.oauth2.create_oauth2_client(fields).client_id or ""
        login = BlockingCode(ory, client_id=client_id, client_secret=SECRET, redirect_uri=CALLBACK)
        url, transaction = login.begin()
        tokens = login.finish(transaction, asyncio.run(visit(url)))
        assert tokens.subject == "alice"


async def test_a_server_that_cannot_be_reached() -> None:
    async with Ory("http://127.0.0.1:1", retry=None) as ory:
        login = AuthorizationCode(ory, client_id="a", redirect_uri=CALLBACK)
        with pytest.raises(errors.ConnectError):
            await login.begin()
