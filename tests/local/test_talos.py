from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from ory_async import Ory, errors, models, to_dict
from ory_async.local import LocalOry
from ory_async.models import KeyStatus, RevocationReason, VerificationErrorCode

KEY = models.IssueApiKeyRequest(name="CI", actor_id="ann", scopes=["read", "write"], ttl="3600s")
COMPROMISED = {"reason": "REVOCATION_REASON_KEY_COMPROMISE"}


@pytest.fixture
async def ory(local: LocalOry) -> AsyncIterator[Ory]:
    async with local.client() as ory:
        yield ory


async def issue(ory: Ory, **fields: Any) -> tuple[str, str]:
    """Issue a key; return its id and its secret."""
    body = {"name": "CI", "actor_id": "ann", "scopes": ["read", "write"], **fields}
    response = await ory.api_keys.admin_issue_api_key(body)
    assert response.issued_api_key
    assert response.issued_api_key.key_id
    assert response.secret
    return response.issued_api_key.key_id, response.secret


async def import_key(ory: Ory, raw_key: str, **fields: Any) -> str:
    body = {"raw_key": raw_key, "name": "old", "actor_id": "ann", **fields}
    id = (await ory.api_keys.admin_import_api_key(body)).key_id
    assert id
    return id


async def verify(ory: Ory, credential: str, *audiences: str) -> models.VerifyApiKeyResponse:
    body = models.VerifyApiKeyRequest(credential=credential, expected_audiences=[*audiences] or None)
    return await ory.api_keys.admin_verify_api_key(body)


async def why_not(ory: Ory, credential: str, *audiences: str) -> str | None:
    response = await verify(ory, credential, *audiences)
    assert response.is_valid is False
    assert response.error_message
    assert response.key_id is None
    return response.error_code


async def derive(ory: Ory, credential: str, **fields: Any) -> models.Token:
    token = (await ory.api_keys.admin_derive_token({"credential": credential, **fields})).token
    assert token
    return token


# issued keys


async def test_a_key_is_issued_and_shown_once(ory: Ory) -> None:
    response = await ory.api_keys.admin_issue_api_key(KEY)
    key = response.issued_api_key
    assert key and response.secret  # noqa: PT018 - for the type checker
    assert key.status is KeyStatus.KEY_STATUS_ACTIVE
    assert (key.name, key.actor_id, key.scopes) == ("CI", "ann", ["read", "write"])
    assert key.create_time
    assert key.expire_time == key.create_time + timedelta(hours=1)
    assert await ory.api_keys.admin_get_issued_api_key(key.key_id or "") == key
    verified = await verify(ory, response.secret)
    assert verified.is_valid
    assert (verified.key_id, verified.actor_id, verified.scopes) == (key.key_id, "ann", ["read", "write"])
    assert (await ory.api_keys.admin_get_issued_api_key(key.key_id or "")).last_used_time


async def test_public_keys_look_different(ory: Ory) -> None:
    _, secret = await issue(ory)
    _, public = await issue(ory, visibility="KEY_VISIBILITY_PUBLIC")
    assert (secret[:3], public[:3]) == ("sk_", "pk_")
    assert (await verify(ory, public)).visibility is models.KeyVisibility.KEY_VISIBILITY_PUBLIC


async def test_a_request_is_fulfilled_once(ory: Ory) -> None:
    first = await ory.api_keys.admin_issue_api_key({"name": "CI", "actor_id": "ann", "request_id": "r"})
    second = await ory.api_keys.admin_issue_api_key({"name": "CI", "actor_id": "ann", "request_id": "r"})
    assert first.issued_api_key == second.issued_api_key
    assert second.secret is None
    assert len(await ory.api_keys.admin_list_issued_api_keys()) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"name": ""},
        {"actor_id": None},
        {"ttl": "0.5s"},
        {"ttl": "315360001s"},
        {"ttl": "soon"},
        {"ttl": "-1h"},
        {"scopes": [1]},
        {"visibility": "KEY_VISIBILITY_SECRETIVE"},
        {"metadata": {"text": "x" * 4096}},
        {"metadata": []},
        {"ip_restriction": {"allowed_cidrs": ["10.0.0.0/33"]}},
        {"rate_limit_policy": {"quota": "many"}},
        {"rate_limit_policy": {"quota": "1", "window": "long"}},
    ],
    ids=str,
)
async def test_a_key_that_cannot_be_made(ory: Ory, fields: dict[str, object]) -> None:
    with pytest.raises(errors.BadRequest) as refused:
        await ory.api_keys.admin_issue_api_key({"name": "CI", "actor_id": "ann", **fields})
    assert refused.value.body == {"code": 3, "message": refused.value.message, "details": []}


@pytest.mark.parametrize(("ttl", "days"), [("24h", 1), ("1d12h", 1.5), ("2w", 14), ("1mo", 30), ("1y", 365)])
async def test_lifespans(ory: Ory, ttl: str, days: float) -> None:
    id, _ = await issue(ory, ttl=ttl)
    key = await ory.api_keys.admin_get_issued_api_key(id)
    assert key.create_time
    assert key.expire_time == key.create_time + timedelta(days=days)


async def test_a_key_expires_by_the_clock(local: LocalOry, ory: Ory) -> None:
    id, secret = await issue(ory, ttl="1h")
    local.clock.advance(3601)
    assert await why_not(ory, secret) == VerificationErrorCode.VERIFICATION_ERROR_EXPIRED
    assert (await ory.api_keys.admin_get_issued_api_key(id)).status is KeyStatus.KEY_STATUS_EXPIRED
    with pytest.raises(errors.BadRequest):
        await ory.api_keys.admin_rotate_issued_api_key(id, {})


async def test_a_key_is_changed_by_a_mask_or_without(ory: Ory) -> None:
    id, secret = await issue(ory, metadata={"plan": None})
    body = models.AdminUpdateIssuedApiKeyRequest(
        name="CD",
        scopes=["read"],
        rate_limit_policy=models.RateLimitPolicy(quota="10", window="60s"),
        ip_restriction=models.IPRestriction(allowed_cidrs=["127.0.0.0/8"]),
    )
    changed = await ory.api_keys.admin_update_issued_api_key(id, body)
    assert (changed.name, changed.scopes, changed.metadata) == ("CD", ["read"], {"plan": None})
    assert changed.rate_limit_policy == models.RateLimitPolicy(quota="10", unit="requests", window="60s")
    assert (await verify(ory, secret)).rate_limit_policy == changed.rate_limit_policy
    emptied = await ory.api_keys.admin_update_issued_api_key(
        id, {"name": "passed over"}, update_mask="scopes,metadata,rateLimitPolicy,ip_restriction"
    )
    assert (emptied.name, emptied.scopes, emptied.metadata) == ("CD", [], {})
    assert (emptied.rate_limit_policy, emptied.ip_restriction) == (None, None)
    assert await ory.api_keys.admin_get_issued_api_key(id) == emptied
    with pytest.raises(errors.BadRequest, match="actor_id"):
        await ory.api_keys.admin_update_issued_api_key(id, {"actor_id": "bob"}, update_mask="actor_id")


async def test_a_rotation_replaces_the_key(ory: Ory) -> None:
    id, secret = await issue(ory, metadata={"a": 1}, ttl="1h")
    result = await ory.api_keys.admin_rotate_issued_api_key(id, {"scopes": []})
    new, old = result.issued_api_key, result.old_issued_api_key
    assert new and old and result.secret  # noqa: PT018 - for the type checker
    assert old.key_id == id != new.key_id
    assert old.status is KeyStatus.KEY_STATUS_REVOKED
    assert (new.name, new.actor_id, new.scopes, new.metadata) == ("CI", "ann", [], {"a": 1})
    assert (await verify(ory, result.secret)).is_valid
    assert await why_not(ory, secret) == VerificationErrorCode.VERIFICATION_ERROR_REVOKED
    with pytest.raises(errors.BadRequest) as refused:
        await ory.api_keys.admin_rotate_issued_api_key(id, {})
    assert isinstance(refused.value.body, dict)
    assert refused.value.body["code"] == 9


async def test_a_revoked_key_stays_in_the_records(ory: Ory) -> None:
    id, secret = await issue(ory)
    body = models.AdminRevokeIssuedApiKeyBody(reason="REVOCATION_REASON_PRIVILEGE_WITHDRAWN", description="left")
    await ory.api_keys.admin_revoke_issued_api_key(id, body)
    assert await why_not(ory, secret) == VerificationErrorCode.VERIFICATION_ERROR_REVOKED
    key = await ory.api_keys.admin_get_issued_api_key(id)
    assert key.revocation_reason is RevocationReason.REVOCATION_REASON_PRIVILEGE_WITHDRAWN
    assert key.revocation_description == "left"
    with pytest.raises(errors.Conflict):
        await ory.api_keys.admin_revoke_issued_api_key(id, body)


@pytest.mark.parametrize(
    "body",
    [{}, {"reason": "REVOCATION_REASON_UNSPECIFIED"}, {"reason": "BOREDOM"}, {**COMPROMISED, "description": "left"}],
    ids=str,
)
async def test_a_revocation_that_is_refused(ory: Ory, body: dict[str, str]) -> None:
    id, secret = await issue(ory)
    with pytest.raises(errors.BadRequest):
        await ory.api_keys.admin_revoke_issued_api_key(id, body)
    assert (await verify(ory, secret)).is_valid


async def test_keys_come_in_pages_and_by_filter(ory: Ory) -> None:
    ids = [(await issue(ory, actor_id=f"{number % 2}"))[0] for number in range(5)]
    await ory.api_keys.admin_revoke_issued_api_key(ids[0], COMPROMISED)
    pages = [page async for page in ory.api_keys.admin_list_issued_api_keys(page_size=2).pages()]
    assert [len(page) for page in pages] == [2, 2, 1]
    assert {key.key_id for page in pages for key in page} == {*ids}

    async def found(filter: str) -> set[str | None]:
        return {key.key_id async for key in ory.api_keys.admin_list_issued_api_keys(filter=filter, page_size=1)}

    assert await found('actor_id="1"') == {ids[1], ids[3]}
    assert await found("status=KEY_STATUS_REVOKED") == {ids[0]}
    assert await found('actor_id = "0" AND status=KEY_STATUS_ACTIVE') == {ids[2], ids[4]}


@pytest.mark.parametrize(
    "query",
    [{"filter": "name=x"}, {"filter": "status=GONE"}, {"filter": "actor_id"}, {"page_size": 1001}, {"page_token": "x"}],
    ids=str,
)
async def test_a_list_that_is_refused(ory: Ory, query: dict[str, Any]) -> None:
    for pager in (ory.api_keys.admin_list_issued_api_keys, ory.api_keys.admin_list_imported_api_keys):
        with pytest.raises(errors.BadRequest):
            await pager(**query)


# imported keys


async def test_an_imported_key_from_its_import_to_its_end(ory: Ory) -> None:
    id = await import_key(ory, "legacy-123", scopes=["read"])
    verified = await verify(ory, "legacy-123")
    assert (verified.is_valid, verified.key_id, verified.scopes) == (True, id, ["read"])
    changed = await ory.api_keys.admin_update_imported_api_key(
        id, models.AdminUpdateImportedApiKeyRequest(name="older"), update_mask="name"
    )
    assert changed.name == "older"
    assert list(await ory.api_keys.admin_list_imported_api_keys()) == [
        await ory.api_keys.admin_get_imported_api_key(id)
    ]
    await ory.api_keys.admin_revoke_imported_api_key(id, COMPROMISED)
    assert await why_not(ory, "legacy-123") == VerificationErrorCode.VERIFICATION_ERROR_REVOKED
    await ory.api_keys.admin_delete_imported_api_key(id)
    assert await why_not(ory, "legacy-123") == VerificationErrorCode.VERIFICATION_ERROR_NOT_FOUND
    with pytest.raises(errors.NotFound):
        await ory.api_keys.admin_delete_imported_api_key(id)
    assert await import_key(ory, "legacy-123") == id


async def test_a_key_is_imported_once(ory: Ory) -> None:
    id = await import_key(ory, "legacy-123", request_id="r")
    assert await import_key(ory, "legacy-123", request_id="r") == id
    with pytest.raises(errors.Conflict):
        await import_key(ory, "legacy-123")
    _, secret = await issue(ory)
    with pytest.raises(errors.Conflict):
        await import_key(ory, secret)
    with pytest.raises(errors.BadRequest):
        await import_key(ory, (await derive(ory, secret)).token or "")


async def test_a_batch_may_fail_in_parts(ory: Ory) -> None:
    await import_key(ory, "known")
    good = {"name": "old", "actor_id": "ann"}
    requests = [{**good, "raw_key": "new"}, {**good, "raw_key": "known"}, {"raw_key": "x"}, {**good, "raw_key": "new"}]
    response = await ory.api_keys.admin_batch_create_imported_api_keys({"requests": requests})
    assert (response.success_count, response.failure_count) == (1, 3)
    results = response.results or []
    assert [result.index for result in results] == [0, 1, 2, 3]
    assert [(result.error_code or "").removeprefix("BATCH_CREATE_IMPORTED_API_KEYS_ERROR_") for result in results] == [
        "",
        "ALREADY_EXISTS",
        "INVALID_ARGUMENT",
        "ALREADY_EXISTS",
    ]
    with pytest.raises(errors.Conflict):
        await ory.api_keys.admin_batch_create_imported_api_keys({"requests": requests[:2]})
    too_many = [{**good, "raw_key": str(number)} for number in range(1001)]
    refused: list[list[dict[str, str]]] = [[], [{}], too_many]
    for wrong in refused:
        with pytest.raises(errors.BadRequest):
            await ory.api_keys.admin_batch_create_imported_api_keys({"requests": wrong})


# verification


async def test_what_is_no_key(ory: Ory) -> None:
    assert await why_not(ory, "sk_v1_madeup") == VerificationErrorCode.VERIFICATION_ERROR_NOT_FOUND
    for token in ("eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbm4ifQ.x", "eyJx.y.z", "mc_v1_", "mc_v1_ä", "mc_v1_abcd"):
        assert await why_not(ory, token) == VerificationErrorCode.VERIFICATION_ERROR_SIGNATURE_INVALID
    with pytest.raises(errors.BadRequest):
        await ory.api_keys.admin_verify_api_key({})


async def test_several_at_once(ory: Ory) -> None:
    _, secret = await issue(ory)
    await import_key(ory, "legacy-123")
    credentials = [secret, "nobody's", "legacy-123", ""]
    body = models.BatchVerifyApiKeysRequest(
        requests=[models.VerifyApiKeyRequest(credential=each) for each in credentials]
    )
    results = (await ory.api_keys.admin_batch_verify_api_keys(body)).results or []
    assert [result.is_valid for result in results] == [True, False, True, False]
    for wrong in ([], [{"credential": "x"}] * 101):
        with pytest.raises(errors.BadRequest):
            await ory.api_keys.admin_batch_verify_api_keys({"requests": wrong})


async def test_a_key_is_good_from_its_networks_only(ory: Ory) -> None:
    _, here = await issue(ory, ip_restriction={"allowed_cidrs": ["10.0.0.0/8", "127.0.0.1/8"]})
    _, elsewhere = await issue(ory, ip_restriction={"allowed_cidrs": ["10.0.0.0/8", "2001:db8::/32"]})
    assert (await verify(ory, here)).is_valid
    assert await why_not(ory, elsewhere) == VerificationErrorCode.VERIFICATION_ERROR_IP_NOT_ALLOWED


@pytest.mark.parametrize("algorithm", ["TOKEN_ALGORITHM_JWT", "TOKEN_ALGORITHM_MACAROON"])
async def test_a_derived_token(local: LocalOry, ory: Ory, algorithm: str) -> None:
    id, secret = await issue(ory, metadata={"plan": "gold"})
    token = await derive(
        ory,
        secret,
        algorithm=algorithm,
        scopes=["read"],
        audiences=["shop"],
        ttl="900s",
        custom_claims={"team": "a"},
    )
    text = token.token or ""
    assert text.startswith("mc_v1_" if algorithm.endswith("MACAROON") else "eyJ")
    assert (token.scopes, token.audiences, token.claims["team"]) == (["read"], ["shop"], "a")
    verified = await verify(ory, text, "shop", "another")
    assert (verified.is_valid, verified.key_id, verified.actor_id) == (True, id, "ann")
    assert (verified.scopes, verified.audiences, verified.metadata) == (["read"], ["shop"], {"plan": "gold"})
    assert verified.expire_time == token.expire_time
    assert await why_not(ory, text, "another") == VerificationErrorCode.VERIFICATION_ERROR_AUDIENCE_MISMATCH
    forged = f"{text[:-10]}{'B' if text[-10] == 'A' else 'A'}{text[-9:]}"
    assert await why_not(ory, forged) == VerificationErrorCode.VERIFICATION_ERROR_SIGNATURE_INVALID
    await ory.api_keys.admin_revoke_issued_api_key(id, COMPROMISED)
    assert (await verify(ory, text)).is_valid, "revoking the key does not revoke its tokens"
    local.clock.advance(901)
    assert await why_not(ory, text) == VerificationErrorCode.VERIFICATION_ERROR_EXPIRED


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
async def test_jwts_can_be_checked_by_the_published_keys(ory: Ory) -> None:
    from joserfc import jwt
    from joserfc.jwk import KeySet

    _, secret = await issue(ory)
    token = await derive(ory, secret)
    jwks = (await ory.api_keys.get_jwks()).jwks
    assert jwks
    [key] = jwks.keys
    assert (key.kty, key.crv, key.alg, key.use) == ("OKP", "Ed25519", "EdDSA", "sig")
    decoded = jwt.decode(token.token or "", KeySet.import_key_set(to_dict(jwks)), algorithms=["EdDSA"])
    assert decoded.claims == token.claims


async def test_a_token_is_no_more_than_its_key(ory: Ory) -> None:
    id, secret = await issue(ory, ttl="1h")
    for wrong in ({"ttl": "2h"}, {"custom_claims": {"sub": "bob"}}, {"custom_claims": {"a": "x" * 4096}}):
        with pytest.raises(errors.BadRequest):
            await derive(ory, secret, **wrong)
    with pytest.raises(errors.Forbidden):
        await derive(ory, secret, scopes=["admin"], ttl="60s")
    token = await derive(ory, secret, ttl="60s")
    for stranger in ("nobody's", token.token):
        with pytest.raises(errors.Unauthorized):
            await derive(ory, stranger or "")
    await ory.api_keys.admin_revoke_issued_api_key(id, COMPROMISED)
    with pytest.raises(errors.Forbidden):
        await derive(ory, secret)


async def test_a_holder_revokes_a_key(local: LocalOry, ory: Ory) -> None:
    _, secret = await issue(ory)
    await import_key(ory, "legacy-123")
    token = (await derive(ory, secret)).token
    withdrawn = "REVOCATION_REASON_PRIVILEGE_WITHDRAWN"
    for body in (
        {"credential": secret},
        {"credential": secret, "reason": withdrawn},
        {"credential": token, **COMPROMISED},
    ):
        with pytest.raises(errors.BadRequest):
            await ory.api_keys.revoke_api_key(body)
    for credential in (secret, "legacy-123", secret):
        assert await ory.api_keys.revoke_api_key({"credential": credential, **COMPROMISED}) == {}
        assert await why_not(ory, credential) == VerificationErrorCode.VERIFICATION_ERROR_REVOKED
    with pytest.raises(errors.NotFound):
        await ory.api_keys.revoke_api_key({"credential": "nobody's", **COMPROMISED})
    _, short = await issue(ory, ttl="1s")
    local.clock.advance(2)
    with pytest.raises(errors.Unauthorized):
        await ory.api_keys.revoke_api_key({"credential": short, **COMPROMISED})


async def test_a_reset_forgets_keys(local: LocalOry, ory: Ory) -> None:
    id, secret = await issue(ory)
    token = (await derive(ory, secret)).token or ""
    local.reset()
    assert await why_not(ory, secret) == VerificationErrorCode.VERIFICATION_ERROR_NOT_FOUND
    assert (await verify(ory, token)).is_valid
    with pytest.raises(errors.NotFound):
        await ory.api_keys.admin_get_issued_api_key(id)


async def test_the_planes_have_their_own_ports() -> None:
    async with LocalOry(ports={"talos_admin": 0, "talos_public": 0}) as local, local.client() as ory:
        _, secret = await issue(ory)
        assert (await verify(ory, secret)).issuer == local.urls["talos_public"]
        assert await ory.api_keys.get_jwks()
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{local.urls['talos_public']}/v2alpha1/admin/issuedApiKeys") as answer,
        ):
            assert answer.status == 404


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"name": "\\ud800", "actor_id": "a"}'])
async def test_odd_bodies(local: LocalOry, body: bytes) -> None:
    url = f"{local.url}/v2alpha1/admin/issuedApiKeys"
    async with aiohttp.ClientSession() as session, session.post(url, data=body) as answer:
        assert answer.status in (201, 400)
        assert isinstance(await answer.json(), dict)
