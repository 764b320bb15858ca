"""Clients of the local Hydra, through ory_async: the admin API, dynamic registration and trusted issuers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from ory_async import BearerToken, Ory, errors, models, with_response
from ory_async.local import LocalOry
from ory_async.local.answers import Problem
from ory_async.local.hydra import HydraOptions

pytestmark = pytest.mark.asyncio

CALLBACK = "https://app.example/cb"
KEY = {
    "kty": "EC",
    "crv": "P-256",
    "x": "PQtwHu1H3eYmQmGjwMIdrIzUu5oLLMJt3eHq0EwL5Mo",
    "y": "GkTMZQpKOwToS9dAqW3hVfZvaaxl2s6HRTMZz2lihxU",
    "kid": "k1",
    "use": "sig",
    "alg": "ES256",
}
ISSUER: dict[str, Any] = {
    "issuer": "https://idp.example",
    "subject": "alice",
    "scope": ["read"],
    "expires_at": "2099-12-31T23:59:59.6+02:00",
    "jwk": KEY,
}


@pytest.fixture
async def ory(local: LocalOry) -> AsyncIterator[Ory]:
    async with Ory(local.url) as ory:
        yield ory


async def test_a_client_is_listed_changed_and_deleted(ory: Ory) -> None:
    created = await ory.oauth2.create_oauth2_client(models.OAuth2Client(client_id="shop", redirect_uris=[CALLBACK]))
    assert created.client_secret
    read = await ory.oauth2.get_oauth2_client("shop")
    assert (read.client_secret, read.registration_access_token) == (None, None)
    assert read.created_at == created.created_at
    changed = await ory.oauth2.set_oauth2_client("shop", models.OAuth2Client(client_name="The shop"))
    assert (changed.client_id, changed.client_name, changed.client_secret) == ("shop", "The shop", None)
    assert not changed.redirect_uris
    patched = await ory.oauth2.patch_oauth2_client(
        "shop", [{"op": "add", "path": "/redirect_uris/-", "value": CALLBACK}]
    )
    assert patched.redirect_uris == [CALLBACK]
    assert (await ory.oauth2.get_oauth2_client("shop")).created_at == created.created_at
    assert [client.client_id async for client in ory.oauth2.list_oauth2_clients()] == ["shop"]
    await ory.oauth2.delete_oauth2_client("shop")
    with pytest.raises(errors.NotFound):
        await ory.oauth2.delete_oauth2_client("shop")


async def test_pages_follow_the_order_of_ids_and_keep_the_filters(ory: Ory, local: LocalOry) -> None:
    for number in (3, 1, 5, 2, 4, 6):
        local.hydra.add_client({"client_id": f"client/{number}", "owner": "even" if number % 2 == 0 else "odd"})
    pages = [page async for page in ory.oauth2.list_oauth2_clients(page_size=2).pages()]
    assert [[client.client_id for client in page] for page in pages] == [
        ["client/1", "client/2"],
        ["client/3", "client/4"],
        ["client/5", "client/6"],
    ]
    assert pages[-1].next_page_token is None  # a full last page has no link to an empty one
    even = [client.client_id async for client in ory.oauth2.list_oauth2_clients(page_size=1, owner="even")]
    assert even == ["client/2", "client/4", "client/6"]


async def test_a_page_outlives_the_client_it_ended_with(ory: Ory, local: LocalOry) -> None:
    for name in "abc":
        local.hydra.add_client({"client_id": name})
    first = await ory.oauth2.list_oauth2_clients(page_size=2)
    await ory.oauth2.delete_oauth2_client("b")
    rest = await ory.oauth2.list_oauth2_clients(page_size=2, page_token=first.next_page_token)
    assert [client.client_id for client in rest] == ["c"]


@pytest.mark.parametrize("query", [{"page_token": "MA=="}, {"page_token": "no token"}, {"page_size": "many"}])
async def test_bad_paging_is_refused(ory: Ory, query: dict[str, str]) -> None:
    with pytest.raises(errors.BadRequest, match="Unable to parse pagination parameters"):
        await ory.with_options(query=query).oauth2.list_oauth2_clients()


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"redirect_uris": ["no address"]}, "Unable to parse redirect URL: no address"),
        ({"redirect_uris": [f"{CALLBACK}#here"]}, "must not contain fragments"),
        ({"redirect_uris": ["http://[::1"]}, "Unable to parse redirect URL"),
        (
            {"redirect_uris": [CALLBACK], "post_logout_redirect_uris": ["https://other.example/"]},
            "must match the domain",
        ),
        ({"post_logout_redirect_uris": ["bye"]}, "Unable to parse post_logout_redirect_uri: bye"),
        ({"client_secret": "short"}, "at least 6 characters"),
        ({"subject_type": "odd"}, "Subject type odd is not supported"),
        ({"userinfo_signed_response_alg": "HS256"}, "can either be 'none' or 'RS256'"),
        ({"access_token_strategy": "paper"}, "access token strategy"),
        ({"token_endpoint_auth_method": "private_key_jwt"}, "either jwks or jwks_uri must be set"),
        ({"jwks": {"keys": [KEY]}, "jwks_uri": "https://app.example/keys"}, "can not both be set"),
        ({"tos_uri": "ftp://app.example/tos"}, "must use https:// or http:// as HTTP scheme for field tos_uri"),
        ({"logo_uri": "logo.png"}, "Field logo_uri must be a valid URI"),
        ({"allowed_cors_origins": ["https://app.example/path"]}, "must have an empty path"),
        ({"allowed_cors_origins": ["https://me@app.example"]}, "user and/or password"),
        ({"allowed_cors_origins": ["app.example"]}, "must use https:// or http://"),
        ({"contacts": ["a@b.example", 5]}, "cannot unmarshal number"),
        ({"skip_consent": "yes"}, "cannot unmarshal string into Go struct field Client.skip_consent of type bool"),
        ({"jwks": {"keys": [{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}]}}, "invalid EC key"),
        ({"jwks": {"keys": 5}}, "cannot unmarshal number"),
        ({"implicit_grant_id_token_lifespan": "9" * 400 + "h"}, "time: invalid duration"),
    ],
)
async def test_unacceptable_metadata_is_refused(ory: Ory, fields: dict[str, Any], reason: str) -> None:
    with pytest.raises(errors.BadRequest) as refused:
        await ory.oauth2.create_oauth2_client(fields)
    assert reason in (refused.value.reason or "")
    assert not await ory.oauth2.list_oauth2_clients()


async def test_an_origin_is_kept_without_a_slash(ory: Ory) -> None:
    client = await ory.oauth2.create_oauth2_client(
        models.OAuth2Client(allowed_cors_origins=["https://app.example/", "http://127.0.0.1:8080"])
    )
    assert client.allowed_cors_origins == ["https://app.example", "http://127.0.0.1:8080"]


async def test_a_lone_surrogate_is_replaced(ory: Ory) -> None:
    client = await ory.request("POST", "/admin/clients", plane="hydra_admin", body={"client_secret": "\ud800-secret"})
    assert isinstance(client, dict)
    assert client["client_secret"] == "\ufffd-secret"


async def test_two_clients_cannot_share_an_id(ory: Ory) -> None:
    await ory.oauth2.create_oauth2_client(models.OAuth2Client(client_id="shop"))
    with pytest.raises(errors.Conflict):
        await ory.oauth2.create_oauth2_client(models.OAuth2Client(client_id="shop"))


async def test_a_chosen_lifespan_is_shown_as_go_writes_it(ory: Ory) -> None:
    await ory.oauth2.create_oauth2_client(models.OAuth2Client(client_id="shop"))
    lifespans = models.OAuth2ClientTokenLifespans(
        authorization_code_grant_access_token_lifespan="90s", jwt_bearer_grant_access_token_lifespan="1h0.5s"
    )
    client = await ory.oauth2.set_oauth2_client_lifespans("shop", lifespans)
    assert client.authorization_code_grant_access_token_lifespan == "1m30s"
    assert client.jwt_bearer_grant_access_token_lifespan == "1h0m0.5s"
    patched = await ory.oauth2.patch_oauth2_client("shop", [{"op": "add", "path": "/client_name", "value": "n"}])
    assert patched.authorization_code_grant_access_token_lifespan == "1m30s"


async def test_a_client_manages_its_own_registration(ory: Ory) -> None:
    client = await ory.oidc.create_oidc_dynamic_client(models.OAuth2Client(redirect_uris=[CALLBACK]))
    id, token = client.client_id or "", BearerToken(client.registration_access_token or "")
    assert client.registration_client_uri
    assert client.registration_client_uri.endswith(f"/oauth2/register/{id}")
    changed = await ory.oidc.set_oidc_dynamic_client(id, models.OAuth2Client(client_name="New"), auth=token)
    with pytest.raises(errors.OAuth2Error) as refused:
        await ory.oidc.get_oidc_dynamic_client(id, auth=token)
    assert refused.value.status == 401
    token = BearerToken(changed.registration_access_token or "")
    assert (await ory.oidc.get_oidc_dynamic_client(id, auth=token)).client_name == "New"
    await ory.oidc.delete_oidc_dynamic_client(id, auth=token)
    assert not await ory.oauth2.list_oauth2_clients()


async def test_setting_a_client_as_admin_ends_its_own_registration(ory: Ory) -> None:
    client = await ory.oidc.create_oidc_dynamic_client(models.OAuth2Client())
    id, token = client.client_id or "", BearerToken(client.registration_access_token or "")
    await ory.oauth2.set_oauth2_client(id, models.OAuth2Client())
    with pytest.raises(errors.OAuth2Error):
        await ory.oidc.get_oidc_dynamic_client(id, auth=token)


async def test_dynamic_registration_can_be_off() -> None:
    async with LocalOry(hydra=HydraOptions(dynamic_registration=False)) as local, Ory(local.url) as ory:
        with pytest.raises(errors.OAuth2Error) as refused:
            await ory.oidc.create_oidc_dynamic_client(models.OAuth2Client())
    assert refused.value.status == 404


async def test_an_issuer_is_trusted_until_deleted(ory: Ory) -> None:
    issuer = await ory.oauth2.trust_oauth2_jwt_grant_issuer(ISSUER)
    assert issuer.expires_at == datetime(2099, 12, 31, 22, 0, tzinfo=UTC)
    assert await ory.oauth2.get_trusted_oauth2_jwt_grant_issuer(issuer.id or "") == issuer
    with pytest.raises(errors.Conflict):
        await ory.oauth2.trust_oauth2_jwt_grant_issuer(ISSUER)
    for subject in ("bob", "carol"):
        await ory.oauth2.trust_oauth2_jwt_grant_issuer({**ISSUER, "subject": subject})
    listed = [item.subject async for item in ory.oauth2.list_trusted_oauth2_jwt_grant_issuers(page_size=2)]
    assert sorted(map(str, listed)) == ["alice", "bob", "carol"]
    assert not await ory.oauth2.list_trusted_oauth2_jwt_grant_issuers(issuer="https://other.example")
    assert (await ory.jwk.get_json_web_key("https://idp.example", "k1")).keys
    await ory.oauth2.delete_trusted_oauth2_jwt_grant_issuer(issuer.id or "")
    with pytest.raises(errors.NotFound):
        await ory.oauth2.get_trusted_oauth2_jwt_grant_issuer(issuer.id or "")


async def test_a_method_that_a_path_has_not_is_404(ory: Ory) -> None:
    with pytest.raises(errors.NotFound, match="The requested route does not exist"):
        await ory.request("POST", "/.well-known/jwks.json", plane="hydra_public")


async def test_answers_tell_what_may_be_cached(ory: Ory) -> None:
    read = await with_response(ory.oidc.discover_oidc_configuration)()
    assert read.headers["Cache-Control"] == "private, no-cache, no-store, must-revalidate"
    written = await with_response(ory.oauth2.create_oauth2_client)(models.OAuth2Client())
    assert "Cache-Control" not in written.headers


async def test_seeded_clients_and_keys(ory: Ory, local: LocalOry) -> None:
    local.hydra.add_client({"client_id": "seeded"})
    local.hydra.set_keys("mine", {"keys": [KEY]})
    assert (await ory.oauth2.get_oauth2_client("seeded")).client_id == "seeded"
    assert [key.kid for key in (await ory.jwk.get_json_web_key_set("mine")).keys or ()] == ["k1"]
    with pytest.raises(Problem):
        local.hydra.add_client({"client_id": "seeded"})
    local.reset()
    assert not await ory.oauth2.list_oauth2_clients()
