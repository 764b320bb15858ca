"""Access tokens of an application itself: fetched when needed, kept, renewed, shared."""

from __future__ import annotations

import asyncio
import base64
import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest
from joserfc.jwk import ECKey, Key, RSAKey

import ory_sync
from ory_async import Ory, errors
from ory_async.local import LocalOry
from ory_async.tokens import ClientCredentials
from ory_sync.tokens import ClientCredentials as BlockingCredentials

from .oauth2_world import SECRET, Applications, applications


@pytest.fixture
async def world() -> AsyncIterator[Applications]:
    async with applications() as world:
        yield world


async def credentials(world: Applications, **options: Any) -> ClientCredentials:
    return ClientCredentials(world.ory, client_id=await world.new(), client_secret=SECRET, clock=world.now, **options)


async def test_a_token_is_kept_and_says_what_was_asked_for(world: Applications) -> None:
    tokens = await credentials(world, scopes=["photos"], audience=["https://api.example"])
    token = await tokens.token()
    assert await tokens.authorization() == f"Bearer {token}"
    told = await world.ory.oauth2.introspect_oauth2_token(token=token)
    assert (told.active, told.scope, told.aud) == (True, "photos", ["https://api.example"])
    assert len(world.forms) == 1


async def test_a_thousand_calls_on_an_expired_token_make_one_request(world: Applications) -> None:
    tokens = await credentials(world)
    first = await tokens.token()
    world.now.advance(7200)
    assert len(set(await asyncio.gather(*(tokens.token() for _ in range(1000))))) == 1
    assert await tokens.token() != first
    assert len(world.forms) == 2


async def test_a_token_is_renewed_before_it_ends(world: Applications) -> None:
    tokens = await credentials(world, margin=60)
    first = await tokens.token()
    world.now.advance(3600 - 62)
    assert await tokens.token() == first
    world.now.advance(3)
    assert await tokens.token() != first


async def test_a_short_life_is_used_half(world: Applications) -> None:
    client_id = await world.new(client_credentials_grant_access_token_lifespan="20s")
    tokens = ClientCredentials(world.ory, client_id=client_id, client_secret=SECRET, margin=60, clock=world.now)
    first = await tokens.token()
    world.now.advance(8)
    assert await tokens.token() == first
    world.now.advance(4)
    assert await tokens.token() != first


async def test_when_it_cannot_be_renewed_the_old_one_serves_until_it_ends(
    world: Applications, caplog: pytest.LogCaptureFixture
) -> None:
    tokens = await credentials(world, margin=60)
    first = await tokens.token()
    world.now.advance(3570)
    world.local.faults.next(status=503, times=2, path="/oauth2/token")
    with caplog.at_level(logging.WARNING, "ory_async"):
        assert await tokens.token() == first
    assert "used further" in caplog.text
    world.now.advance(60)
    with pytest.raises(errors.ServerError):
        await tokens.token()
    assert await tokens.token() != first


async def test_a_refusal_reaches_all_and_is_not_kept(world: Applications) -> None:
    client_id = await world.new()
    wrong = ClientCredentials(world.ory, client_id=client_id, client_secret="wrong")
    answers = await asyncio.gather(*(wrong.token() for _ in range(10)), return_exceptions=True)
    assert {(type(answer), getattr(answer, "error", None)) for answer in answers} == {
        (errors.OAuth2Error, "invalid_client")
    }
    assert len(world.forms) == 1
    with pytest.raises(errors.OAuth2Error):
        await wrong.token()
    assert len(world.forms) == 2


async def test_a_waiter_that_is_cancelled_takes_no_other_with_it(world: Applications) -> None:
    tokens = await credentials(world)
    waiting = [asyncio.create_task(tokens.token()) for _ in range(3)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    answers = await asyncio.gather(*waiting, return_exceptions=True)
    assert isinstance(answers[0], asyncio.CancelledError)
    assert answers[1] == answers[2]
    assert len(world.forms) == 1


async def test_an_invalidated_token_is_not_given_again(world: Applications) -> None:
    tokens = await credentials(world)
    first = await tokens.token()
    tokens.invalidate("another")
    assert await tokens.token() == first
    tokens.invalidate(first)
    assert await tokens.token() != first


async def test_the_secret_in_the_form(world: Applications) -> None:
    client_id = await world.new(token_endpoint_auth_method="client_secret_post")
    tokens = ClientCredentials(world.ory, client_id=client_id, client_secret=SECRET, authentication="post")
    assert await tokens.token()
    assert world.forms[0]["client_secret"] == [SECRET]


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [
        (RSAKey.generate_key(2048), "RS256"),
        (ECKey.generate_key("P-256"), "ES256"),
    ],
    ids=["RSA", "EC"],
)
@pytest.mark.parametrize("form", ["jwk", "pem"])
async def test_a_private_key(world: Applications, key: Key, algorithm: str, form: str) -> None:
    client_id = await world.new(
        token_endpoint_auth_method="private_key_jwt",
        token_endpoint_auth_signing_alg=algorithm,
        jwks={"keys": [key.as_dict(private=False, use="sig", alg=algorithm, kid=key.thumbprint())]},
    )
    private: Any = key.as_dict(private=True) if form == "jwk" else key.as_pem(private=True)
    tokens = ClientCredentials(world.ory, client_id=client_id, private_key=private)
    first = await tokens.token()
    tokens.invalidate(first)
    assert await tokens.token() != first
    assertions = [form["client_assertion"][0] for form in world.forms]
    assert len(set(assertions)) == 2, "each assertion is good once"


async def test_as_the_credential_of_a_client(world: Applications) -> None:
    tokens = await credentials(world)
    seen: list[str | None] = []
    other = Ory(
        world.local.url, auth=tokens, on_request=lambda request: seen.append(request.headers.get("Authorization"))
    )
    async with other:
        await other.identity.list_identities()
        await other.frontend.create_native_login_flow()
    assert seen == [await tokens.authorization(), None]


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"client_secret": "a", "private_key": "b"},
        {"private_key": "no key"},
        {"private_key": {"kty": "oct", "k": base64.urlsafe_b64encode(b"secret").decode()}},
        {"private_key": RSAKey.generate_key(2048).as_dict(private=False)},
        {"client_secret": "a", "authentication": "header"},
        {"client_secret": "a", "margin": -1},
        {"client_secret": "a", "client_id": ""},
    ],
)
def test_settings_that_make_no_sense(options: dict[str, Any]) -> None:
    with pytest.raises(errors.ConfigurationError):
        ClientCredentials(Ory("http://127.0.0.1:1"), **{"client_id": "a", **options})


async def test_nothing_shows_a_secret(world: Applications) -> None:
    tokens = await credentials(world)
    token = await tokens.token()
    assert SECRET not in repr(tokens)
    assert token not in repr(tokens)
    assert token not in repr(tokens.__dict__)


def test_the_blocking_twin() -> None:
    with LocalOry.in_thread() as local, ory_sync.Ory(local.url) as ory:
        made = ory.oauth2.create_oauth2_client({"grant_types": ["client_credentials"], "client_secret": SECRET})
        assert made.client_id
        tokens = BlockingCredentials(ory, client_id=made.client_id, client_secret=SECRET)
        assert tokens.token() == tokens.token()
        assert list(ory.with_options(auth=tokens).identity.list_identities()) == []
        tokens.invalidate(tokens.token())
        assert ory.oauth2.introspect_oauth2_token(token=tokens.token()).active
