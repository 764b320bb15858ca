"""API keys: two servers, request ids, verification that fails without an error, other people's rate limits, secrets."""

from __future__ import annotations

import contextlib
import copy
import json
import typing
from collections.abc import Callable, Coroutine, Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest

from ory_async import NULL, Ory, RetryPolicy, errors, from_dict, models, to_dict
from ory_async.services.api_keys import AsyncApiKeysService
from tests.support.stub_transport import StubTransport, reply

ADMIN, PUBLIC = "https://keys-admin.example", "https://keys.example"
AT_ONCE = RetryPolicy(attempts=3, base=0)
LOST = errors.ConnectionLost("reset")
SECRET = "s3cret-0f-s0mebody"
LIMITS_OF_THE_KEY = {
    "RateLimit": '"default";r=0;t=3600',
    "RateLimit-Policy": '"default";q=10;w=3600',
    "RateLimit-Limit": "10",
    "RateLimit-Remaining": "0",
    "RateLimit-Reset": "3600",
}

Issue = Callable[[AsyncApiKeysService, Any], Coroutine[Any, Any, Any]]

making_one = pytest.mark.parametrize(
    ("make", "model"),
    [
        (AsyncApiKeysService.admin_issue_api_key, models.IssueApiKeyRequest),
        (AsyncApiKeysService.admin_import_api_key, models.ImportApiKeyRequest),
    ],
)


def talos(transport: StubTransport, **options: Any) -> AsyncApiKeysService:
    """The service of a client whose admin and public servers are two."""
    planes: Any = {"talos_admin": ADMIN, "talos_public": PUBLIC}
    settings: Any = {"retry": AT_ONCE, **options}
    return Ory._made(planes, settings, transport).api_keys  # type: ignore[arg-type]


def sent(transport: StubTransport) -> list[Any]:
    """The bodies of what was sent."""
    return [json.loads(body or b"null") for _, _, _, body in transport.sent]


# Two servers


async def test_public_operations_go_to_the_public_server_without_the_api_key() -> None:
    transport = StubTransport()
    service = talos(transport, auth="ory_pat_x")
    await service.get_jwks()
    await service.revoke_api_key({"credential": SECRET})
    await service.admin_verify_api_key({"credential": SECRET})
    assert [(url, headers.get("Authorization")) for _, url, headers, _ in transport.sent] == [
        (f"{PUBLIC}/v2alpha1/derivedKeys/jwks.json", None),
        (f"{PUBLIC}/v2alpha1/apiKeys:selfRevoke", None),
        (f"{ADMIN}/v2alpha1/admin/apiKeys:verify", "Bearer ory_pat_x"),
    ]


async def test_the_id_of_a_key_is_encoded_and_the_colon_of_the_verb_is_not() -> None:
    transport = StubTransport()
    service = talos(transport)
    await service.admin_rotate_issued_api_key("a/b:rotate c", {})
    await service.admin_revoke_imported_api_key("a:b", {})
    assert [url for _, url, _, _ in transport.sent] == [
        f"{ADMIN}/v2alpha1/admin/issuedApiKeys/a%2Fb%3Arotate%20c:rotate",
        f"{ADMIN}/v2alpha1/admin/importedApiKeys/a%3Ab:revoke",
    ]


@pytest.mark.parametrize("key_id", ["", ".", ".."])
async def test_an_id_that_names_no_key_is_refused(key_id: str) -> None:
    transport = StubTransport()
    with pytest.raises(errors.InvalidRequest, match="admin_revoke_issued_api_key: key_id"):
        await talos(transport).admin_revoke_issued_api_key(key_id, {})
    assert transport.sent == []


# Request ids


@making_one
async def test_a_request_id_is_filled_in_and_stays_the_same_for_all_attempts(
    make: Issue, model: type[models.Model]
) -> None:
    transport = StubTransport(LOST, reply(status=503), reply({}))
    await make(talos(transport), from_dict(model, {"name": "shop"}))
    [first, second, third] = sent(transport)
    assert first == second == third == {"name": "shop", "request_id": first["request_id"]}
    assert UUID(first["request_id"]).version == 4


@making_one
async def test_each_call_has_a_request_id_of_its_own(make: Issue, model: type[models.Model]) -> None:
    transport, body = StubTransport(), from_dict(model, {"name": "shop"})
    service = talos(transport)
    for each in (body, body, {"name": "shop"}):
        await make(service, each)
    assert len({each["request_id"] for each in sent(transport)}) == 3


@making_one
async def test_the_body_of_the_caller_is_never_changed(make: Issue, model: type[models.Model]) -> None:
    data = {"name": "shop", "metadata": {"a": None}, "new_in_the_api": 1}
    bodies: list[Any] = [from_dict(model, data), data, MappingProxyType(data)]
    before = [copy.deepcopy(bodies[0]), copy.deepcopy(data), dict(data)]
    transport = StubTransport()
    for body in bodies:
        await make(talos(transport), body)
    assert bodies == before
    assert [{**each, "request_id": ""} for each in sent(transport)] == [{**data, "request_id": ""}] * 3


@making_one
async def test_the_request_id_of_the_caller_is_kept(make: Issue, model: type[models.Model]) -> None:
    transport = StubTransport()
    for body in (from_dict(model, {"request_id": "mine"}), {"request_id": "mine"}):
        await make(talos(transport), body)
    assert sent(transport) == [{"request_id": "mine"}] * 2


@making_one
@pytest.mark.parametrize("none", [None, "", NULL])
async def test_a_request_id_that_is_none_is_no_request_id(make: Issue, model: type[Any], none: Any) -> None:
    transport = StubTransport()
    for body in (model(request_id=none), {"request_id": none}):
        await make(talos(transport), body)
    assert all(UUID(each["request_id"]) for each in sent(transport))


@making_one
@pytest.mark.parametrize("body", [None, [], "{}", models.VerifyApiKeyRequest(credential="x")])
async def test_a_body_of_another_kind_is_refused(make: Issue, model: type[Any], body: Any) -> None:
    transport = StubTransport()
    with pytest.raises(errors.InvalidRequest, match=f"the body must be {model.__name__}"):
        await make(talos(transport), body)
    assert transport.sent == []


async def test_a_repeated_issue_may_come_without_the_secret() -> None:
    transport = StubTransport(LOST, reply({"issued_api_key": {"key_id": "k1"}}, 201))
    answer = await talos(transport).admin_issue_api_key(models.IssueApiKeyRequest(name="shop", actor_id="ann"))
    assert answer == models.IssueApiKeyResponse(issued_api_key=models.IssuedApiKey(key_id="k1"))


@pytest.mark.parametrize(
    ("call", "attempts"),
    [
        (lambda service: service.admin_issue_api_key({}), 3),
        (lambda service: service.admin_import_api_key({}), 3),
        (lambda service: service.admin_verify_api_key({}), 3),
        (lambda service: service.admin_batch_verify_api_keys({}), 3),
        (lambda service: service.admin_delete_imported_api_key("k"), 3),
        (lambda service: service.admin_list_issued_api_keys(), 3),
        (lambda service: service.admin_batch_create_imported_api_keys({"requests": [{"request_id": "r"}]}), 1),
        (lambda service: service.admin_rotate_issued_api_key("k", {}), 1),
        (lambda service: service.admin_revoke_issued_api_key("k", {}), 1),
        (lambda service: service.admin_update_imported_api_key("k", {}), 1),
        (lambda service: service.admin_derive_token({}), 1),
        (lambda service: service.revoke_api_key({}), 1),
    ],
)
async def test_what_is_sent_again_after_a_lost_answer(
    call: Callable[[AsyncApiKeysService], Any], attempts: int
) -> None:
    transport = StubTransport(LOST)
    with contextlib.suppress(errors.ConnectionLost):
        await call(talos(transport))
    assert len(transport.sent) == attempts


# Verification


async def test_a_failed_verification_is_a_result() -> None:
    refusal = {"is_valid": False, "error_code": "VERIFICATION_ERROR_REVOKED", "error_message": "revoked"}
    transport = StubTransport(reply(refusal), reply({"results": [{"is_valid": True}, refusal]}))
    service = talos(transport)
    result = await service.admin_verify_api_key(models.VerifyApiKeyRequest(credential=SECRET))
    assert (result.is_valid, result.error_message) == (False, "revoked")
    assert result.error_code is models.VerificationErrorCode.VERIFICATION_ERROR_REVOKED
    batch = await service.admin_batch_verify_api_keys({"requests": [{"credential": "a"}, {"credential": "b"}]})
    assert [each.is_valid for each in batch.results or ()] == [True, False]


async def test_a_code_from_a_newer_server_is_kept() -> None:
    transport = StubTransport(reply({"is_valid": False, "error_code": "VERIFICATION_ERROR_TIRED"}))
    result = await talos(transport).admin_verify_api_key({})
    assert result.error_code == "VERIFICATION_ERROR_TIRED"


async def test_the_rate_limit_of_the_key_is_part_of_the_result() -> None:
    limited = {
        "is_valid": False,
        "error_code": "VERIFICATION_ERROR_RATE_LIMITED",
        "rate_limit_policy": {"quota": "10", "window": "3600s"},
        "rate_limit_remaining": "0",
        "rate_limit_reset_time": "2030-01-02T03:04:05Z",
    }
    transport = StubTransport(reply(limited, 200, **LIMITS_OF_THE_KEY, Retry_After="3600"))
    result = await talos(transport).admin_verify_api_key({"credential": SECRET})
    assert to_dict(result) == limited
    assert len(transport.sent) == 1


@pytest.mark.parametrize("status", [429, 503])
async def test_the_rate_limit_of_the_key_is_not_taken_for_ours(status: int) -> None:
    transport = StubTransport(reply({}, status, **LIMITS_OF_THE_KEY))
    with pytest.raises(errors.ApiError) as refused:
        await talos(transport).admin_verify_api_key({"credential": SECRET})
    assert len(transport.sent) == AT_ONCE.attempts  # an hour's wait would have been too long to try again
    assert refused.value.retry_after is None


async def test_the_server_may_be_told_to_pass_over_its_cache() -> None:
    transport = StubTransport()
    await talos(transport).admin_verify_api_key({}, cache_control="no-store", pragma="no-cache")
    await talos(transport).admin_verify_api_key({})
    [first, second] = [headers for _, _, headers, _ in transport.sent]
    assert (first["Cache-Control"], first["Pragma"]) == ("no-store", "no-cache")
    assert not {"Cache-Control", "Pragma"} & second.keys()


# Lists, changes, errors


@pytest.mark.parametrize("kind", ["issued", "imported"])
async def test_lists_go_on_with_the_token_of_the_body_and_the_same_filter(kind: str) -> None:
    transport = StubTransport(
        reply({f"{kind}_api_keys": [{"key_id": "a"}, {"key_id": "b"}], "next_page_token": "t/1"}),
        reply({f"{kind}_api_keys": [{"key_id": "c"}], "next_page_token": ""}),
    )
    pager = getattr(talos(transport), f"admin_list_{kind}_api_keys")(page_size=2, filter='actor_id="ann"')
    assert [key.key_id async for key in pager] == ["a", "b", "c"]
    asked = {"page_size": ["2"], "filter": ['actor_id="ann"']}
    assert [parse_qs(urlsplit(url).query) for _, url, _, _ in transport.sent] == [
        asked,
        {**asked, "page_token": ["t/1"]},
    ]


@pytest.mark.parametrize("kind", ["issued", "imported"])
async def test_an_empty_page_is_the_last_one(kind: str) -> None:
    transport = StubTransport(reply({f"{kind}_api_keys": [], "next_page_token": "again"}))
    pager = getattr(talos(transport), f"admin_list_{kind}_api_keys")()
    assert [key async for key in pager] == []
    assert len(transport.sent) == 1


async def test_a_field_is_emptied_by_its_name_in_the_mask() -> None:
    transport = StubTransport()
    body = models.AdminUpdateIssuedApiKeyRequest(name="shop", scopes=[])
    await talos(transport).admin_update_issued_api_key("k", body, update_mask="name,scopes,metadata")
    [(method, url, _, _)] = transport.sent
    assert (method, url.partition("?")[2]) == ("PATCH", "update_mask=name%2Cscopes%2Cmetadata")
    assert sent(transport) == [{"name": "shop", "scopes": []}]


async def test_an_error_tells_the_message_of_the_server() -> None:
    status = {"code": 5, "message": "API key not found", "details": [{"@type": "type.example/Info", "id": "k"}]}
    with pytest.raises(errors.NotFound, match=r"api_keys\.admin_get_issued_api_key: 404: API key not found") as found:
        await talos(StubTransport(reply(status, 404))).admin_get_issued_api_key("k")
    assert found.value.message == "API key not found"
    details = from_dict(models.Status, status).details
    assert details is not None
    [detail] = details
    assert (detail.type, detail.extra) == ("type.example/Info", {"id": "k"})


# Models


def test_the_model_named_any_hides_nothing() -> None:
    """Free-form fields stay free-form beside a model that is named like the type of everything."""
    data = {"metadata": {"a": [None, 1]}, "key_id": "k"}
    assert to_dict(from_dict(models.IssuedApiKey, data)) == data
    assert typing.get_type_hints(AsyncApiKeysService.revoke_api_key)["return"] == dict[str, Any]
    assert models.Json is typing.Any


@pytest.mark.parametrize(
    ("model", "field"),
    [
        (models.IssueApiKeyResponse, "secret"),
        (models.RotateIssuedApiKeyResponse, "secret"),
        (models.ImportApiKeyRequest, "raw_key"),
        (models.VerifyApiKeyRequest, "credential"),
        (models.DeriveTokenRequest, "credential"),
        (models.SelfRevokeApiKeyRequest, "credential"),
        (models.Token, "token"),
    ],
)
def test_secrets_do_not_show(model: type[models.Model], field: str) -> None:
    secretive = from_dict(model, {field: SECRET})
    assert getattr(secretive, field) == SECRET
    assert SECRET not in f"{secretive!r} {secretive} {[secretive]}"


@pytest.mark.parametrize(
    ("answer", "call"),
    [
        ({"secret": SECRET, "issued_api_key": []}, lambda service: service.admin_issue_api_key({})),
        ({"token": {"token": SECRET, "scopes": {}}}, lambda service: service.admin_derive_token({})),
    ],
)
async def test_secrets_do_not_show_in_errors(
    answer: Mapping[str, Any], call: Callable[[AsyncApiKeysService], Any]
) -> None:
    with pytest.raises(errors.DecodeError) as refused:
        await call(talos(StubTransport(reply(answer))))
    assert SECRET not in f"{refused.value} {refused.value!r} {refused.value.body!r}"
