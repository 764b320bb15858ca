"""How clients prove themselves to the local Hydra: secrets and signed assertions."""

from __future__ import annotations

import json
import secrets
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from joserfc import jws
from joserfc.jwk import ECKey, Key, RSAKey

from ory_async import BasicAuth, Ory, errors, models
from ory_async.local import LocalOry

pytestmark = pytest.mark.asyncio

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
MACHINE: dict[str, Any] = {"client_id": "machine", "grant_types": ["client_credentials"], "scope": "read"}
KEY = ECKey.generate_key("P-256", {"kid": "k1", "use": "sig"})
OTHER_KEY = ECKey.generate_key("P-256", {"kid": "k2", "use": "sig"})


@pytest.fixture
async def ory(local: LocalOry) -> AsyncIterator[Ory]:
    async with Ory(local.url) as ory:
        yield ory


def public(key: Key) -> dict[str, Any]:
    return {name: value for name, value in key.as_dict(private=False).items() if value}


def signing_client(*keys: Key, **fields: Any) -> dict[str, Any]:
    jwks = {"jwks": {"keys": [public(key) for key in keys]}} if keys else {}
    given = {"token_endpoint_auth_method": "private_key_jwt", "token_endpoint_auth_signing_alg": "ES256"}
    return {**MACHINE, **given, **jwks, **fields}


def assertion(local: LocalOry, key: Key = KEY, *, alg: str = "ES256", kid: str | None = "", **claims: Any) -> str:
    """Sign the claims of a good assertion, changed by `claims`; None leaves one out."""
    good = {
        "iss": "machine",
        "sub": "machine",
        "aud": f"{local.url}/oauth2/token",
        "jti": secrets.token_hex(8),
        "exp": int(local.clock.now().timestamp()) + 60,
    }
    kid = key.kid if kid == "" else kid
    header = {"alg": alg} if kid is None else {"alg": alg, "kid": kid}
    payload = {name: value for name, value in {**good, **claims}.items() if value is not None}
    return jws.serialize_compact(header, json.dumps(payload), key, algorithms=[alg])


async def exchange(ory: Ory, token: str, **fields: Any) -> models.OAuth2TokenExchange:
    return await ory.oauth2.oauth2_token_exchange(
        grant_type="client_credentials", client_assertion_type=ASSERTION_TYPE, client_assertion=token, **fields
    )


async def test_an_odd_id_and_secret_in_the_header(ory: Ory, local: LocalOry) -> None:
    id, secret = "ünï: 100%+", "sécrèt: 100%+"
    local.hydra.add_client({**MACHINE, "client_id": id, "client_secret": secret})
    tokens = await ory.oauth2.oauth2_token_exchange(grant_type="client_credentials", auth=BasicAuth(id, secret))
    assert tokens.access_token
    with pytest.raises(errors.OAuth2Error) as refused:
        await ory.oauth2.oauth2_token_exchange(grant_type="client_credentials", auth=BasicAuth(id, secret + "!"))
    assert (refused.value.status, refused.value.error) == (401, "invalid_client")


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
async def test_a_secret_goes_only_where_the_client_said(ory: Ory, local: LocalOry, method: str) -> None:
    local.hydra.add_client({**MACHINE, "client_secret": "a-secret", "token_endpoint_auth_method": method})
    header: dict[str, Any] = {"auth": BasicAuth("machine", "a-secret")}
    form: dict[str, Any] = {"client_id": "machine", "client_secret": "a-secret"}
    right, wrong = (header, form) if method == "client_secret_basic" else (form, header)
    assert (await ory.oauth2.oauth2_token_exchange(grant_type="client_credentials", **right)).access_token
    with pytest.raises(errors.OAuth2Error, match=f"supports client authentication method '{method}'"):
        await ory.oauth2.oauth2_token_exchange(grant_type="client_credentials", **wrong)


async def test_old_secrets_work_until_they_are_deleted(ory: Ory, local: LocalOry) -> None:
    local.hydra.add_client({**MACHINE, "client_secret": "secret-0"})
    known = ["secret-0"]
    for _ in range(6):
        known.append((await ory.oauth2.rotate_oauth2_client_secret("machine")).client_secret or "")

    async def working() -> list[int]:
        found = []
        for number, secret in enumerate(known):
            auth = BasicAuth("machine", secret)
            try:
                await ory.oauth2.oauth2_token_exchange(grant_type="client_credentials", auth=auth)
            except errors.OAuth2Error:
                continue
            found.append(number)
        return found

    assert await working() == [1, 2, 3, 4, 5, 6]  # the newest and five before it
    await ory.oauth2.delete_rotated_oauth2_client_secrets("machine")
    assert await working() == [6]


async def test_without_a_client_or_with_an_unknown_one(ory: Ory) -> None:
    with pytest.raises(errors.OAuth2Error, match="Client credentials missing") as refused:
        await ory.oauth2.oauth2_token_exchange(grant_type="client_credentials")
    assert (refused.value.status, refused.value.error) == (400, "invalid_request")
    with pytest.raises(errors.OAuth2Error) as refused:
        await ory.oauth2.oauth2_token_exchange(grant_type="client_credentials", auth=BasicAuth("nobody", "x"))
    assert (refused.value.status, refused.value.error) == (401, "invalid_client")


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [
        (KEY, "ES256"),
        (ECKey.generate_key("P-384", {"kid": "k384", "use": "sig"}), "ES384"),
        (RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig"}), "RS512"),
        (RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig"}), "PS256"),
    ],
    ids=["ES256", "ES384", "RS512", "PS256"],
)
async def test_a_signed_assertion(ory: Ory, local: LocalOry, key: Key, algorithm: str) -> None:
    local.hydra.add_client(signing_client(OTHER_KEY, key, token_endpoint_auth_signing_alg=algorithm))
    tokens = await exchange(ory, assertion(local, key, alg=algorithm), scope="read")
    assert tokens.scope == "read"


async def test_rs256_is_expected_of_a_client_that_does_not_say(ory: Ory, local: LocalOry) -> None:
    key = RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig"})
    local.hydra.add_client(signing_client(KEY, key, token_endpoint_auth_signing_alg=""))
    assert (await exchange(ory, assertion(local, key, alg="RS256"))).access_token
    with pytest.raises(errors.OAuth2Error, match="enforces signing algorithm 'RS256'"):
        await exchange(ory, assertion(local, KEY))


@pytest.mark.parametrize(
    ("changes", "status", "error", "reason"),
    [
        ({"kid": None}, 200, "", ""),
        ({"aud": ["https://other.example", "{token_url}"]}, 200, "", ""),
        ({"kid": "nope"}, 400, "invalid_request", "kid 'nope', which could not be found"),
        ({"key": OTHER_KEY, "kid": "k1"}, 401, "invalid_client", "Unable to verify the integrity"),
        ({"aud": "{issuer}"}, 401, "invalid_client", "must match the authorization server's token endpoint"),
        ({"aud": None}, 401, "invalid_client", "must match the authorization server's token endpoint"),
        ({"iss": "other"}, 401, "invalid_client", "Claim 'iss' from 'client_assertion' must match"),
        ({"sub": "other"}, 401, "invalid_client", "Client authentication failed"),
        ({"sub": 5}, 401, "invalid_client", "'sub' from the client_assertion JSON Web Token is undefined"),
        ({"jti": None}, 401, "invalid_client", "Claim 'jti' from 'client_assertion' must be set"),
        ({"exp": None}, 401, "invalid_client", "Unable to type assert the expiry time"),
        ({"exp": 1}, 500, "error", "unrecognizable"),
        ({"nbf": 2**34}, 500, "error", "unrecognizable"),
        ({"exp": 1e300}, 200, "", ""),
    ],
)
async def test_what_an_assertion_must_say(
    ory: Ory, local: LocalOry, changes: dict[str, Any], status: int, error: str, reason: str
) -> None:
    local.hydra.add_client(signing_client(KEY))
    if "aud" in changes:
        told = json.dumps(changes["aud"]).replace("{token_url}", f"{local.url}/oauth2/token")
        changes = {"aud": json.loads(told.replace("{issuer}", local.url))}
    token = assertion(local, **changes)
    if status == 200:
        assert (await exchange(ory, token)).access_token
        return
    with pytest.raises(errors.OAuth2Error) as refused:
        await exchange(ory, token)
    assert (refused.value.status, refused.value.error) == (status, error)
    assert reason in (refused.value.error_description or "")


@pytest.mark.parametrize("token", ["not.a.jwt", "x", "e30.e30.", "eyJhbGciOiJub25lIn0.e30."])
async def test_garbage_is_no_assertion(ory: Ory, local: LocalOry, token: str) -> None:
    local.hydra.add_client(signing_client(KEY))
    with pytest.raises(errors.OAuth2Error) as refused:
        await exchange(ory, token, client_id="machine")
    assert refused.value.error == "invalid_client"


async def test_an_assertion_is_good_once_and_its_id_again_after_it_expired(ory: Ory, local: LocalOry) -> None:
    local.hydra.add_client(signing_client(KEY))
    token = assertion(local, jti="the one")
    await exchange(ory, token)
    with pytest.raises(errors.OAuth2Error) as refused:
        await exchange(ory, token)
    assert (refused.value.status, refused.value.error) == (400, "jti_known")
    local.clock.advance(61)
    with pytest.raises(errors.OAuth2Error) as refused:
        await exchange(ory, token)
    assert refused.value.error == "error"
    assert (await exchange(ory, assertion(local, jti="the one"))).access_token


async def test_an_assertion_for_a_client_with_a_secret(ory: Ory, local: LocalOry) -> None:
    local.hydra.add_client(MACHINE)
    with pytest.raises(errors.OAuth2Error, match="only supports client authentication method 'client_secret_basic'"):
        await exchange(ory, assertion(local))
    local.hydra.add_client({**MACHINE, "client_id": "app", "token_endpoint_auth_method": "none"})
    with pytest.raises(errors.OAuth2Error, match="does not support client authentication"):
        await exchange(ory, assertion(local, sub="app"))


async def test_keys_are_fetched_from_the_client_once_and_again_for_an_unknown_one(ory: Ory, local: LocalOry) -> None:
    published, fetched = [public(KEY)], 0

    async def keys(request: web.Request) -> web.Response:
        nonlocal fetched
        fetched += 1
        return web.json_response({"keys": published})

    application = web.Application()
    application.add_routes([web.get("/keys", keys)])
    async with TestServer(application) as server:
        local.hydra.add_client(signing_client(jwks_uri=str(server.make_url("/keys"))))
        await exchange(ory, assertion(local))
        await exchange(ory, assertion(local))
        assert fetched == 1
        published.append(public(OTHER_KEY))
        await exchange(ory, assertion(local, OTHER_KEY))
        assert fetched == 2
        with pytest.raises(errors.OAuth2Error, match="kid 'nope', which could not be found"):
            await exchange(ory, assertion(local, kid="nope"))


@pytest.mark.parametrize("answer", ["no JSON", '{"keys": 5}', "[]", '{"keys": [5, {}]}'])
async def test_a_client_that_publishes_nonsense(ory: Ory, local: LocalOry, answer: str) -> None:
    async def keys(request: web.Request) -> web.Response:
        return web.Response(text=answer)

    application = web.Application()
    application.add_routes([web.get("/keys", keys)])
    async with TestServer(application) as server:
        local.hydra.add_client(signing_client(jwks_uri=str(server.make_url("/keys"))))
        with pytest.raises(errors.OAuth2Error):
            await exchange(ory, assertion(local))
