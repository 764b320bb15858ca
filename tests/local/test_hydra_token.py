"""The tokens of the local Hydra: what settings and time make of them, and what they are good for."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey

from ory_async import BearerToken, errors, models, with_response

from ..conformance.oauth2 import JWT_BEARER, Application, Visitor, basic, is_active, query_of, verified
from .hydra_client import World, world

pytestmark = pytest.mark.asyncio


async def tokens_of(w: World, **changes: Any) -> models.OAuth2TokenExchange:
    return await redeemed(w, Application(w.client), **changes)


async def redeemed(w: World, application: Application, **changes: Any) -> models.OAuth2TokenExchange:
    return await application.redeem(w.ory, await Visitor(w.ory).authorize(application, "alice", **changes))


async def refresh(w: World, token: str | None) -> models.OAuth2TokenExchange:
    assert token
    return await w.ory.oauth2.oauth2_token_exchange(
        grant_type="refresh_token", refresh_token=token, auth=basic(w.client)
    )


async def test_tokens_expire_by_the_clock() -> None:
    async with world() as w:
        tokens = await tokens_of(w)
        w.local.clock.advance(3602)
        assert not await is_active(w.ory, tokens.access_token)
        with pytest.raises(errors.OAuth2Error) as refused:
            await w.ory.oidc.get_oidc_user_info(auth=BearerToken(tokens.access_token or ""))
        assert (refused.value.status, refused.value.error) == (401, "invalid_token")
        refreshed = await refresh(w, tokens.refresh_token)
        w.local.clock.advance(31 * 86400)
        with pytest.raises(errors.OAuth2Error, match="The refresh token expired"):
            await refresh(w, refreshed.refresh_token)


async def test_clients_have_lifespans_of_their_own() -> None:
    lifespans = {
        "authorization_code_grant_access_token_lifespan": "90s",
        "authorization_code_grant_id_token_lifespan": "2m",
        "authorization_code_grant_refresh_token_lifespan": "1h",
        "refresh_token_grant_access_token_lifespan": "0s",
    }
    async with world(lifespans) as w:
        tokens = await tokens_of(w)
        assert tokens.expires_in in (89, 90)
        claims = (await verified(w.ory, tokens.id_token or "")).claims
        assert claims["exp"] - claims["iat"] == 120
        refresh_token = await w.ory.oauth2.introspect_oauth2_token(token=tokens.refresh_token or "")
        assert refresh_token.exp
        assert refresh_token.iat
        assert refresh_token.exp - refresh_token.iat in (3600, 3601)
        assert (await refresh(w, tokens.refresh_token)).expires_in == 0


async def test_code_expires_and_a_wrong_verifier_burns_it() -> None:
    async with world() as w:
        application = Application(w.client)
        late, burnt = await w.way_back(), query_of(await w.way_back())["code"]
        with pytest.raises(errors.OAuth2Error, match="did not match the code verifier"):
            await w.ory.oauth2.oauth2_token_exchange(
                grant_type="authorization_code",
                code=burnt,
                redirect_uri="https://app.example/callback",
                code_verifier="x" * 43,
                auth=basic(w.client),
            )
        with pytest.raises(errors.OAuth2Error, match="Unable to find initial PKCE data"):
            await w.ory.oauth2.oauth2_token_exchange(
                grant_type="authorization_code",
                code=burnt,
                redirect_uri="https://app.example/callback",
                code_verifier=application.verifier,
                auth=basic(w.client),
            )
        w.local.clock.advance(601)
        with pytest.raises(errors.OAuth2Error) as refused:
            await w.ory.oauth2.oauth2_token_exchange(
                grant_type="authorization_code", code=query_of(late)["code"], auth=basic(w.client)
            )
        assert refused.value.error == "invalid_grant"


async def test_refresh_tokens_may_have_a_grace_period() -> None:
    async with world(refresh_grace_period=timedelta(seconds=30)) as w:
        first = await tokens_of(w)
        pairs = [await refresh(w, first.refresh_token) for _ in range(3)]
        assert all([await is_active(w.ory, pair.access_token) for pair in pairs])
        assert not await is_active(w.ory, first.access_token)
        w.local.clock.advance(31)
        with pytest.raises(errors.OAuth2Error, match="already used"):
            await refresh(w, first.refresh_token)
        assert not any([await is_active(w.ory, pair.access_token) for pair in pairs])
        with pytest.raises(errors.OAuth2Error, match="malformed or not valid"):
            await refresh(w, pairs[0].refresh_token)


async def test_negative_refresh_lifespan_means_for_ever() -> None:
    async with world({"authorization_code_grant_refresh_token_lifespan": "-1h"}) as w:
        tokens = await tokens_of(w)
        w.local.clock.advance(10 * 365 * 86400)
        assert (await refresh(w, tokens.refresh_token)).access_token


async def test_access_tokens_may_be_jwts_for_everybody() -> None:
    async with world(access_token_strategy="jwt") as w:
        tokens = await tokens_of(w, audience="https://api.example/v1")
        token = await verified(w.ory, tokens.access_token or "")
        assert token.header["typ"] == "JWT"
        assert token.claims["scp"] == ["openid", "offline_access", "photos"]
        assert (token.claims["sub"], token.claims["client_id"]) == ("alice", w.client.client_id)
        id_token = await verified(w.ory, tokens.id_token or "")
        assert id_token.header["kid"] != token.header["kid"]
        assert await is_active(w.ory, tokens.access_token)
        opaque = await w.new_client(access_token_strategy="opaque")
        granted = await w.ory.oauth2.oauth2_token_exchange(grant_type="client_credentials", auth=basic(opaque))
        assert (granted.access_token or "").startswith("ory_at_")


async def test_short_nonce_is_noticed_with_the_id_token() -> None:
    async with world() as w:
        application = Application(w.client, nonce="short")
        with pytest.raises(errors.OAuth2Error) as refused:
            await redeemed(w, application)
        assert refused.value.error == "insufficient_entropy"


async def test_all_scopes_may_be_granted_by_default() -> None:
    async with world({"scope": "read write"}, grants_all_scopes_by_default=True) as w:
        granted = await w.ory.oauth2.oauth2_token_exchange(grant_type="client_credentials", auth=basic(w.client))
        assert granted.scope == "read write"
        granted = await w.ory.oauth2.oauth2_token_exchange(
            grant_type="client_credentials", scope="read", auth=basic(w.client)
        )
        assert granted.scope == "read"


@pytest.mark.parametrize(
    ("registered", "asked", "is_allowed"),
    [
        ("photos.*", "photos.read", True),
        ("photos.*", "photos.read.all", True),
        ("photos.*", "photos", False),
        ("photos.*.all", "photos.read.all", True),
        ("photos.*.all", "photos.read", False),
        ("photos", "photos.read", False),
    ],
)
async def test_scopes_with_a_star(registered: str, asked: str, is_allowed: bool) -> None:
    async with world({"scope": registered}) as w:
        call = w.ory.oauth2.oauth2_token_exchange(grant_type="client_credentials", scope=asked, auth=basic(w.client))
        if is_allowed:
            assert (await call).scope == asked
        else:
            with pytest.raises(errors.OAuth2Error, match="not allowed to request scope"):
                await call


KEY = ECKey.generate_key("P-256", {"use": "sig", "kid": "k1", "alg": "ES256"})


async def trust(w: World, **fields: Any) -> None:
    body = {"issuer": "https://idp.example", "subject": "bob", "scope": ["photos"], "jwk": KEY.as_dict(private=False)}
    await w.ory.oauth2.trust_oauth2_jwt_grant_issuer({**body, "expires_at": "2099-12-31T00:00:00Z", **fields})


@pytest.mark.parametrize(
    ("changes", "key", "hint"),
    [
        ({"iss": ""}, KEY, "MUST contain an 'iss'"),
        ({"sub": ""}, KEY, "MUST contain a 'sub'"),
        ({"sub": "carol"}, KEY, "No public JWK was registered"),
        ({"aud": ""}, KEY, "MUST contain an 'aud'"),
        ({"aud": "https://other.example"}, KEY, "identifies the authorization server"),
        ({"exp": None}, KEY, "MUST contain an 'exp'"),
        ({"exp": 1}, KEY, "expired"),
        ({"exp": 2**40}, KEY, "unreasonably far in the future"),
        ({"nbf": 2**40}, KEY, "MUST NOT be accepted"),
        ({"iat": None}, KEY, "MUST contain an 'iat'"),
        ({"jti": None}, KEY, "MUST contain an 'jti'"),
        ({}, ECKey.generate_key("P-256", {"kid": "k1"}), "Unable to verify the integrity"),
    ],
)
async def test_assertions_that_are_not_believed(changes: dict[str, Any], key: ECKey, hint: str) -> None:
    async with world({"grant_types": [JWT_BEARER], "scope": "photos"}) as w:
        await trust(w)
        with pytest.raises(errors.OAuth2Error, match=hint) as refused:
            await bear(w, changes, key)
        assert (refused.value.status, refused.value.error) == (400, "invalid_grant")


async def bear(w: World, changes: dict[str, Any], key: ECKey = KEY, **fields: Any) -> models.OAuth2TokenExchange:
    now = int(time.time())
    claims = {"iss": "https://idp.example", "sub": "bob", "aud": f"{w.local.url}/oauth2/token", "iat": now, "jti": "1"}
    claims = {name: value for name, value in {**claims, "exp": now + 60, **changes}.items() if value is not None}
    assertion = jwt.encode({"alg": "ES256", "kid": "k1"}, claims, key)
    return await w.ory.oauth2.oauth2_token_exchange(
        grant_type=JWT_BEARER, assertion=assertion, auth=basic(w.client), **fields
    )


async def test_assertion_works_once_and_only_for_its_scopes() -> None:
    async with world({"grant_types": [JWT_BEARER], "scope": "photos videos"}) as w:
        await trust(w, subject="", allow_any_subject=True)
        with pytest.raises(errors.OAuth2Error, match="not allowed to request scope 'videos'"):
            await bear(w, {}, scope="videos")
        granted = await bear(w, {"sub": "anybody"}, scope="photos")
        assert (await w.ory.oauth2.introspect_oauth2_token(token=granted.access_token or "")).sub == "anybody"
        with pytest.raises(errors.OAuth2Error) as refused:
            await bear(w, {})
        assert refused.value.error == "jti_known"


async def test_an_issuer_with_a_named_key_is_believed_past_its_time() -> None:
    async with world({"grant_types": [JWT_BEARER], "scope": "photos"}) as w:
        await trust(w, expires_at="2020-01-01T00:00:00Z")
        assert (await bear(w, {}, scope="photos")).access_token


@pytest.mark.parametrize("way", ["issuer", "key"])
async def test_with_a_key_go_all_who_speak_with_it(way: str) -> None:
    async with world({"grant_types": [JWT_BEARER], "scope": "photos"}) as w:
        await trust(w)
        await trust(w, subject="carol")
        first, _ = w.local.hydra.state.issuers
        if way == "issuer":
            await w.ory.oauth2.delete_trusted_oauth2_jwt_grant_issuer(first)
        else:
            await w.ory.jwk.delete_json_web_key("https://idp.example", "k1")
        assert not w.local.hydra.state.issuers
        with pytest.raises(errors.OAuth2Error, match="No public JWK was registered"):
            await bear(w, {"sub": "carol"})


async def test_claims_that_assertions_may_lack() -> None:
    options = {"jwt_bearer_jti_optional": True, "jwt_bearer_iat_optional": True}
    async with world({"grant_types": [JWT_BEARER], "scope": "photos"}, **options) as w:
        await trust(w)
        for _ in range(2):
            assert (await bear(w, {"jti": None, "iat": None})).access_token


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
@pytest.mark.parametrize(
    ("key", "algorithm"), [(ECKey.generate_key("P-384"), "ES384"), (OKPKey.generate_key("Ed25519"), "EdDSA")]
)
async def test_verifiable_credential_for_a_key(key: ECKey | OKPKey, algorithm: str) -> None:
    async with world() as w:
        auth = BearerToken((await tokens_of(w)).access_token or "")
        body: dict[str, Any] = {"format": "jwt_vc_json", "types": ["VerifiableCredential", "UserInfoCredential"]}
        priming = await w.ory.oidc.create_verifiable_credential(body, auth=auth)
        assert isinstance(priming, models.VerifiableCredentialPrimingResponse)
        proof = jwt.encode(
            {"alg": algorithm, "typ": "openid4vci-proof+jwt", "jwk": key.as_dict(private=False)},
            {"nonce": priming.c_nonce, "aud": w.local.url},
            key,
            algorithms=[algorithm],
        )
        signed_body = {**body, "proof": {"proof_type": "jwt", "jwt": proof}}
        answer = await w.ory.oidc.create_verifiable_credential(signed_body, auth=auth)
        assert isinstance(answer, models.VerifiableCredentialResponse)
        claims = (await verified(w.ory, answer.credential_draft_00 or "")).claims
        assert claims["vc"]["credentialSubject"]["sub"] == "alice"
        assert claims["sub"].startswith("did:jwk:")
        head, payload, _ = proof.split(".")
        forged = {**body, "proof": {"proof_type": "jwt", "jwt": f"{head}.{payload}.c2ln"}}
        with pytest.raises(errors.OAuth2Error, match="not signed with the correct key"):
            await w.ory.oidc.create_verifiable_credential(forged, auth=auth)


@pytest.mark.parametrize(
    "body",
    [
        None,
        {"format": "ldp_vc"},
        {"format": "jwt_vc_json", "proof": {"proof_type": "cwt"}},
        {"format": "jwt_vc_json", "proof": {"proof_type": "jwt", "jwt": "a.b.c"}},
        {"format": "jwt_vc_json", "proof": {"proof_type": "jwt", "jwt": 5}},
        {"format": "jwt_vc_json", "proof": "x"},
    ],
)
async def test_verifiable_credentials_that_are_refused(body: Any) -> None:
    async with world() as w:
        auth = BearerToken((await tokens_of(w)).access_token or "")
        with pytest.raises(errors.OAuth2Error) as refused:
            await w.ory.oidc.create_verifiable_credential(body, auth=auth)
        assert (refused.value.status, refused.value.error) == (400, "invalid_request")


async def test_no_answer_of_the_token_endpoint_is_to_be_stored() -> None:
    async with world() as w:
        answered = await with_response(w.ory.oauth2.oauth2_token_exchange)(
            grant_type="client_credentials", auth=basic(w.client)
        )
        assert (answered.headers["cache-control"], answered.headers["pragma"]) == ("no-store", "no-cache")


async def test_client_that_comes_back_does_not_find_its_old_tokens() -> None:
    async with world({"client_id": "shop"}) as w:
        tokens = await tokens_of(w)
        await w.ory.oauth2.delete_oauth2_client("shop")
        w.client = await w.new_client(client_id="shop")
        assert not await is_active(w.ory, tokens.access_token)
        assert not [each async for each in w.ory.oauth2.list_oauth2_consent_sessions(subject="alice")]
        with pytest.raises(errors.OAuth2Error, match="malformed or not valid"):
            await refresh(w, tokens.refresh_token)
