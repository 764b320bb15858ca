"""Tokens without a browser: clients on their own, refreshing, revoking, JWTs in both directions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from joserfc.jwk import RSAKey

from ory_async import BasicAuth, BearerToken, Ory, errors, from_dict, models, to_dict

from .oauth2 import (
    ASSERTION_TYPE,
    JWT_BEARER,
    SCOPE,
    NewClient,
    basic,
    id_of,
    is_active,
    signed,
    tokens_of,
    verified,
)
from .support import NOBODY, fresh

pytestmark = pytest.mark.usefixtures("hydra")


@pytest.fixture(scope="module")
def key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": fresh("key"), "use": "sig", "alg": "RS256"})


def public(key: RSAKey) -> models.JsonWebKey:
    return from_dict(models.JsonWebKey, key.as_dict(private=False))


async def test_client_credentials(ory: Ory, new_client: NewClient) -> None:
    client = await new_client(audience=["album"])
    tokens = await ory.oauth2.oauth2_token_exchange(
        grant_type="client_credentials", scope="photos", audience="album", auth=basic(client)
    )
    assert (tokens.token_type, tokens.scope) == ("bearer", "photos")
    assert tokens.expires_in in (3599, 3600)
    assert (tokens.refresh_token, tokens.id_token) == (None, None)
    told = await ory.oauth2.introspect_oauth2_token(token=tokens.access_token or "")
    assert (told.active, told.client_id, told.sub) == (True, client.client_id, client.client_id)
    assert (told.aud, told.scope, told.token_use) == (["album"], "photos", "access_token")
    assert told.exp is not None
    assert told.iat is not None
    assert told.exp - told.iat in (3600, 3601)


async def test_secret_in_the_form(ory: Ory, new_client: NewClient) -> None:
    client = await new_client(token_endpoint_auth_method="client_secret_post")
    tokens = await ory.oauth2.oauth2_token_exchange(
        grant_type="client_credentials", client_id=client.client_id, client_secret=client.client_secret
    )
    assert await is_active(ory, tokens.access_token)
    with pytest.raises(errors.OAuth2Error) as refused:  # registered for the form
        await ory.oauth2.oauth2_token_exchange(grant_type="client_credentials", auth=basic(client))
    assert (refused.value.status, refused.value.error) == (401, "invalid_client")


async def test_odd_characters_in_the_credentials(ory: Ory, new_client: NewClient) -> None:
    client = await new_client(client_id=fresh("a:b/c%20+d é"), client_secret="s:e c+r%et/ä")
    tokens = await ory.oauth2.oauth2_token_exchange(grant_type="client_credentials", auth=basic(client))
    assert await is_active(ory, tokens.access_token)
    await ory.oauth2.delete_oauth2_client(id_of(client))


async def test_client_with_a_key(ory: Ory, new_client: NewClient, key: RSAKey) -> None:
    client = await new_client(
        token_endpoint_auth_method="private_key_jwt", jwks=models.JsonWebKeySet(keys=[public(key)])
    )
    endpoint = (await ory.oidc.discover_oidc_configuration()).token_endpoint
    assertion = signed(key, iss=client.client_id, sub=client.client_id, aud=endpoint)

    async def ask(assertion: str) -> models.OAuth2TokenExchange:
        return await ory.oauth2.oauth2_token_exchange(
            grant_type="client_credentials", client_assertion=assertion, client_assertion_type=ASSERTION_TYPE
        )

    assert await is_active(ory, (await ask(assertion)).access_token)
    with pytest.raises(errors.OAuth2Error) as refused:
        await ask(assertion)
    assert (refused.value.status, refused.value.error) == (400, "jti_known")
    stranger = RSAKey.generate_key(2048, {"kid": key.kid})
    with pytest.raises(errors.OAuth2Error) as refused:
        await ask(signed(stranger, iss=client.client_id, sub=client.client_id, aud=endpoint))
    assert (refused.value.status, refused.value.error) == (401, "invalid_client")
    with pytest.raises(errors.OAuth2Error) as refused:
        await ask(signed(key, iss=client.client_id, sub=client.client_id, aud="https://elsewhere.example/"))
    assert (refused.value.status, refused.value.error) == (401, "invalid_client")


async def test_wrong_credentials(ory: Ory, client: models.OAuth2Client) -> None:
    for auth in (BasicAuth(id_of(client), "wrong"), BasicAuth(NOBODY, "wrong")):
        with pytest.raises(errors.OAuth2Error) as refused:
            await ory.oauth2.oauth2_token_exchange(grant_type="client_credentials", auth=auth)
        assert (refused.value.status, refused.value.error) == (401, "invalid_client")
    with pytest.raises(errors.OAuth2Error) as refused:
        await ory.oauth2.oauth2_token_exchange(grant_type="client_credentials")
    assert (refused.value.status, refused.value.error) == (400, "invalid_request")


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"grant_type": "client_credentials", "scope": "nonsense"}, "invalid_scope"),
        ({"grant_type": "client_credentials", "audience": "nobody"}, "invalid_request"),
        ({"grant_type": "nonsense"}, "invalid_request"),
        ({"grant_type": "refresh_token", "refresh_token": "nonsense"}, "invalid_grant"),
        ({"grant_type": JWT_BEARER, "assertion": "nonsense"}, "invalid_grant"),
    ],
    ids=str,
)
async def test_mistakes(ory: Ory, client: models.OAuth2Client, fields: dict[str, str], error: str) -> None:
    with pytest.raises(errors.OAuth2Error) as refused:
        await ory.oauth2.oauth2_token_exchange(auth=basic(client), **fields)
    assert (refused.value.status, refused.value.error) == (400, error)
    assert refused.value.error_description


async def test_grant_that_the_client_does_not_have(ory: Ory, new_client: NewClient) -> None:
    client = await new_client(grant_types=["authorization_code"])
    with pytest.raises(errors.OAuth2Error) as refused:
        await ory.oauth2.oauth2_token_exchange(grant_type="client_credentials", auth=basic(client))
    assert (refused.value.status, refused.value.error) == (400, "unauthorized_client")


async def test_refresh(ory: Ory, client: models.OAuth2Client, subject: str) -> None:
    first = await tokens_of(ory, client, subject)
    second = await ory.oauth2.oauth2_token_exchange(
        grant_type="refresh_token", refresh_token=first.refresh_token, auth=basic(client)
    )
    assert second.scope == SCOPE
    assert len({first.access_token, second.access_token, first.refresh_token, second.refresh_token}) == 4
    assert (await verified(ory, second.id_token or "")).claims["sub"] == subject
    assert not await is_active(ory, first.access_token)
    assert await is_active(ory, second.access_token)
    told = await ory.oauth2.introspect_oauth2_token(token=second.refresh_token or "")
    assert (told.active, told.token_use, told.sub) == (True, "refresh_token", subject)

    with pytest.raises(errors.OAuth2Error) as refused:  # it may have been stolen, so all that came from it ends
        await ory.oauth2.oauth2_token_exchange(
            grant_type="refresh_token", refresh_token=first.refresh_token, auth=basic(client)
        )
    assert (refused.value.status, refused.value.error) == (400, "invalid_grant")
    for token in (second.access_token, second.refresh_token):
        assert not await is_active(ory, token)


async def test_refresh_by_another_client(ory: Ory, new_client: NewClient, subject: str) -> None:
    client, other = await new_client(), await new_client()
    tokens = await tokens_of(ory, client, subject)
    with pytest.raises(errors.OAuth2Error) as refused:
        await ory.oauth2.oauth2_token_exchange(
            grant_type="refresh_token", refresh_token=tokens.refresh_token, auth=basic(other)
        )
    assert (refused.value.status, refused.value.error) == (400, "invalid_grant")


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
async def test_revoke(ory: Ory, client: models.OAuth2Client, subject: str, which: str) -> None:
    tokens = await tokens_of(ory, client, subject)
    for _ in range(2):
        await ory.oauth2.revoke_oauth2_token(token=getattr(tokens, which), auth=basic(client))
    assert not await is_active(ory, tokens.access_token)
    assert not await is_active(ory, tokens.refresh_token)
    with pytest.raises(errors.OAuth2Error):
        await ory.oidc.get_oidc_user_info(auth=BearerToken(tokens.access_token or ""))


async def test_revoke_what_is_not_yours(ory: Ory, new_client: NewClient, subject: str) -> None:
    client, other = await new_client(), await new_client()
    tokens = await tokens_of(ory, client, subject)
    await ory.oauth2.revoke_oauth2_token(token=tokens.access_token or "", auth=basic(other))
    assert await is_active(ory, tokens.access_token)
    await ory.oauth2.revoke_oauth2_token(token="nonsense", auth=basic(client))
    with pytest.raises(errors.OAuth2Error) as refused:
        await ory.oauth2.revoke_oauth2_token(token="nonsense", auth=BasicAuth(id_of(client), "wrong"))
    assert (refused.value.status, refused.value.error) == (401, "invalid_client")


async def test_introspection(ory: Ory, client: models.OAuth2Client, subject: str) -> None:
    tokens = await tokens_of(ory, client, subject)
    assert tokens.access_token
    for scope, active in (("photos", True), ("photos openid", True), ("photos videos", False)):
        told = await ory.oauth2.introspect_oauth2_token(token=tokens.access_token, scope=scope)
        assert told.active is active
    for token in ("nonsense", tokens.id_token or ""):
        assert to_dict(await ory.oauth2.introspect_oauth2_token(token=token)) == {"active": False}


async def test_access_token_that_is_a_jwt(ory: Ory, new_client: NewClient, subject: str) -> None:
    client = await new_client(access_token_strategy="jwt")
    tokens = await tokens_of(ory, client, subject)
    token = await verified(ory, tokens.access_token or "")
    claims = token.claims
    assert token.header["typ"] == "JWT"
    assert (claims["sub"], claims["client_id"], claims["scp"]) == (subject, client.client_id, SCOPE.split())
    assert (claims["iss"], claims["aud"]) == ((await ory.oidc.discover_oidc_configuration()).issuer, [])
    assert {"exp", "iat", "nbf", "jti", "ext"} <= claims.keys()
    assert await is_active(ory, tokens.access_token)
    await ory.oauth2.revoke_oauth2_token(token=tokens.access_token or "", auth=basic(client))
    assert not await is_active(ory, tokens.access_token)


async def test_jwt_of_a_trusted_issuer(ory: Ory, client: models.OAuth2Client, key: RSAKey, subject: str) -> None:
    issuer = f"https://{fresh('issuer')}.example"
    body = models.TrustOAuth2JwtGrantIssuer(
        issuer=issuer,
        subject=subject,
        scope=["photos"],
        jwk=public(key),
        expires_at=datetime.now(UTC) + timedelta(days=1),
    )
    trusted = await ory.oauth2.trust_oauth2_jwt_grant_issuer(body)
    assert trusted.id
    assert (trusted.issuer, trusted.subject, trusted.allow_any_subject) == (issuer, subject, False)
    assert trusted.public_key == models.TrustedOAuth2JwtGrantJsonWebKey(set=issuer, kid=key.kid)
    with pytest.raises(errors.Conflict):
        await ory.oauth2.trust_oauth2_jwt_grant_issuer(body)
    assert await ory.oauth2.get_trusted_oauth2_jwt_grant_issuer(trusted.id) == trusted
    listed = ory.oauth2.list_trusted_oauth2_jwt_grant_issuers(issuer=issuer)
    assert [each async for each in listed] == [trusted]

    endpoint = (await ory.oidc.discover_oidc_configuration()).token_endpoint

    async def ask(**claims: object) -> models.OAuth2TokenExchange:
        assertion = signed(key, **{"iss": issuer, "sub": subject, "aud": endpoint, **claims})
        return await ory.oauth2.oauth2_token_exchange(
            grant_type=JWT_BEARER, assertion=assertion, scope="photos", auth=basic(client)
        )

    told = await ory.oauth2.introspect_oauth2_token(token=(await ask()).access_token or "")
    assert (told.active, told.sub, told.client_id, told.scope) == (True, subject, client.client_id, "photos")
    for wrong in ({"sub": "somebody-else"}, {"iss": "https://elsewhere.example"}, {"aud": "https://elsewhere.example"}):
        with pytest.raises(errors.OAuth2Error) as refused:
            await ask(**wrong)
        assert (refused.value.status, refused.value.error) == (400, "invalid_grant")

    await ory.oauth2.delete_trusted_oauth2_jwt_grant_issuer(trusted.id)
    for gone in (ory.oauth2.get_trusted_oauth2_jwt_grant_issuer, ory.oauth2.delete_trusted_oauth2_jwt_grant_issuer):
        with pytest.raises(errors.NotFound):
            await gone(trusted.id)
    with pytest.raises(errors.OAuth2Error):
        await ask()


@pytest.mark.parametrize("id", ["nonsense", NOBODY])
async def test_issuer_that_is_not_there(ory: Ory, id: str) -> None:
    expected = errors.BadRequest if id == "nonsense" else errors.NotFound
    with pytest.raises(expected):
        await ory.oauth2.get_trusted_oauth2_jwt_grant_issuer(id)
