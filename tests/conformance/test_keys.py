"""JSON Web Keys, and what the server tells about itself."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from ory_async import BearerToken, Ory, errors, from_dict, models, to_dict

from .oauth2 import tokens_of
from .support import fresh

pytestmark = pytest.mark.usefixtures("hydra")


@pytest.fixture
async def name(ory: Ory) -> AsyncIterator[str]:
    """The name of a set that does not exist; what a scenario puts there is deleted."""
    name = fresh("set")
    yield name
    await ory.jwk.delete_json_web_key_set(name)


def ids(keys: models.JsonWebKeySet) -> list[str | None]:
    return [key.kid for key in keys.keys or ()]


async def test_life_of_a_set(ory: Ory, name: str) -> None:
    with pytest.raises(errors.NotFound):
        await ory.jwk.get_json_web_key_set(name)
    body = models.CreateJsonWebKeySet(alg="ES256", use="sig", kid="first")
    made = await ory.jwk.create_json_web_key_set(name, body)
    [key] = made.keys or ()
    assert (key.kid, key.kty, key.alg, key.use, key.crv) == ("first", "EC", "ES256", "sig", "P-256")
    assert key.d
    with pytest.raises(errors.Conflict):
        await ory.jwk.create_json_web_key_set(name, body)
    await ory.jwk.create_json_web_key_set(name, models.CreateJsonWebKeySet(alg="ES256", use="sig", kid="second"))
    both = await ory.jwk.get_json_web_key_set(name)
    assert ids(both) == ["second", "first"]
    assert await ory.jwk.get_json_web_key(name, "first") == made

    await ory.jwk.delete_json_web_key(name, "first")
    with pytest.raises(errors.NotFound):
        await ory.jwk.get_json_web_key(name, "first")
    assert ids(await ory.jwk.get_json_web_key_set(name)) == ["second"]
    for _ in range(2):
        await ory.jwk.delete_json_web_key_set(name)
    with pytest.raises(errors.NotFound):
        await ory.jwk.get_json_web_key_set(name)


@pytest.mark.parametrize(
    ("alg", "kty", "crv"),
    [("PS256", "RSA", None), ("ES384", "EC", "P-384"), ("ES512", "EC", "P-521"), ("EdDSA", "OKP", "Ed25519")],
)
async def test_kinds_of_keys(ory: Ory, name: str, alg: str, kty: str, crv: str | None) -> None:
    made = await ory.jwk.create_json_web_key_set(name, {"alg": alg, "use": "sig", "kid": "key"})
    [key] = made.keys or ()
    assert (key.alg, key.kty, key.crv) == (alg, kty, crv)
    [imported] = KeySet.import_key_set(to_dict(made)).keys
    assert imported.is_private


@pytest.mark.parametrize("alg", ["HS256", "nonsense", "none", ""])
async def test_kinds_that_are_not_made(ory: Ory, name: str, alg: str) -> None:
    with pytest.raises(errors.BadRequest):
        await ory.jwk.create_json_web_key_set(name, {"alg": alg, "use": "sig", "kid": "key"})


async def test_id_made_by_the_server(ory: Ory, name: str) -> None:
    made = [await ory.jwk.create_json_web_key_set(name, {"alg": "ES256", "use": "sig", "kid": ""}) for _ in range(2)]
    assert len({kid for keys in made for kid in ids(keys) if kid}) == 2


async def test_keys_of_your_own(ory: Ory, name: str) -> None:
    keys = [ECKey.generate_key("P-256", {"kid": kid, "alg": "ES256", "use": "sig"}) for kid in ("one", "two", "two")]
    sent = [from_dict(models.JsonWebKey, key.as_dict(private=True)) for key in keys]
    await ory.jwk.set_json_web_key_set(name, models.JsonWebKeySet(keys=sent[:2]))
    read = {key.kid: key for key in (await ory.jwk.get_json_web_key_set(name)).keys or ()}
    assert {kid: (key.x, key.d) for kid, key in read.items()} == {key.kid: (key.x, key.d) for key in sent[:2]}
    changed = await ory.jwk.set_json_web_key(name, "two", sent[2])
    assert (changed.kid, changed.x) == ("two", sent[2].x)
    [key] = (await ory.jwk.get_json_web_key(name, "two")).keys or ()
    assert key.x == sent[2].x
    await ory.jwk.set_json_web_key_set(name, models.JsonWebKeySet(keys=sent[:1]))
    assert ids(await ory.jwk.get_json_web_key_set(name)) == ["one"]
    with pytest.raises(errors.BadRequest):
        await ory.jwk.set_json_web_key(name, "three", {"kty": "nonsense", "kid": "three"})


async def test_odd_names(ory: Ory) -> None:
    name, kid = fresh("a b/ü#?%"), "k/ü ✓"
    made = await ory.jwk.create_json_web_key_set(name, models.CreateJsonWebKeySet(alg="ES256", use="sig", kid=kid))
    assert await ory.jwk.get_json_web_key(name, kid) == made
    await ory.jwk.delete_json_web_key_set(name)


async def test_published_keys_are_public(ory: Ory, client: models.OAuth2Client, subject: str) -> None:
    await tokens_of(ory, client, subject)  # the keys are made when they are needed
    published = (await ory.wellknown.discover_json_web_keys()).keys or []
    assert published
    for key in published:
        assert (key.use, key.alg, key.kty) == ("sig", "RS256", "RSA")
        assert not KeySet.import_key_set({"keys": [to_dict(key)]}).keys[0].is_private


async def test_discovery(ory: Ory) -> None:
    found = await ory.oidc.discover_oidc_configuration()
    assert not found.issuer.endswith("/")
    endpoints = {
        found.authorization_endpoint: "/oauth2/auth",
        found.token_endpoint: "/oauth2/token",
        found.device_authorization_endpoint: "/oauth2/device/auth",
        found.userinfo_endpoint: "/userinfo",
        found.revocation_endpoint: "/oauth2/revoke",
        found.end_session_endpoint: "/oauth2/sessions/logout",
        found.jwks_uri: "/.well-known/jwks.json",
    }
    assert endpoints == {f"{found.issuer}{path}": path for path in endpoints.values()}
    assert {"code", "id_token"} <= set(found.response_types_supported)
    assert {"authorization_code", "client_credentials", "refresh_token"} <= set(found.grant_types_supported or ())
    assert {"public", "pairwise"} == set(found.subject_types_supported)
    assert "S256" in (found.code_challenge_methods_supported or ())
    assert found.id_token_signing_alg_values_supported == ["RS256"]


async def test_verifiable_credential(ory: Ory, client: models.OAuth2Client, subject: str) -> None:
    scope = "openid userinfo_credential_draft_00"
    await ory.oauth2.patch_oauth2_client(
        client.client_id or "", [models.JsonPatch(op="replace", path="/scope", value=scope)]
    )
    auth = BearerToken((await tokens_of(ory, client, subject, scope=scope)).access_token or "")
    wanted = {"format": "jwt_vc_json", "types": ["VerifiableCredential", "UserInfoCredential"]}
    priming = await ory.oidc.create_verifiable_credential(wanted, auth=auth)
    assert isinstance(priming, models.VerifiableCredentialPrimingResponse)
    assert priming.c_nonce

    key = ECKey.generate_key("P-256", {"alg": "ES256", "use": "sig"})
    header = {"alg": "ES256", "typ": "openid4vci-proof+jwt", "jwk": key.as_dict(private=False)}
    issuer = (await ory.oidc.discover_oidc_configuration()).issuer
    proof = jwt.encode(header, {"aud": issuer, "iat": int(time.time()), "nonce": priming.c_nonce}, key)
    given = await ory.oidc.create_verifiable_credential(
        {**wanted, "proof": {"proof_type": "jwt", "jwt": proof}}, auth=auth
    )
    assert isinstance(given, models.VerifiableCredentialResponse)
    assert given.format == "jwt_vc_json"
    assert given.credential_draft_00
    with pytest.raises(errors.OAuth2Error) as refused:
        await ory.oidc.create_verifiable_credential(wanted, auth=BearerToken("nonsense"))
    assert refused.value.status == 401
