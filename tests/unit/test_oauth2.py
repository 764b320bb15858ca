"""OAuth2, OpenID Connect and keys: what is theirs alone, beside what the table and the recordings prove."""

from __future__ import annotations

import base64
import pickle
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import attrs
import pytest

from ory_async import (
    Answer,
    BasicAuth,
    BearerToken,
    Headers,
    Ory,
    Redirect,
    RetryPolicy,
    errors,
    from_dict,
    models,
    to_dict,
)
from tests.support.recordings import exchange
from tests.support.stub_transport import StubTransport, client_of, reply

PLANTED = "pl4nted"
API_KEY = "ory_pat_x"
AT_ONCE = RetryPolicy(attempts=3, base=0)
ISSUER = "https://ory.example"
REFUSAL = {"error": "invalid_grant", "error_description": "The refresh token expired."}
NOT_FOUND = {"error": "Unable to locate the resource", "error_description": ""}

SECRETS = {
    "DeviceAuthorization": {"device_code"},
    "OAuth2TokenExchange": {"access_token", "id_token", "refresh_token"},
    "RotateOAuth2ClientSecretBody": {"client_secret"},
    "VerifiableCredentialProof": {"jwt"},
    "VerifiableCredentialResponse": {"credential_draft_00"},
}
"""What models of tokens hide in a repr; the other models of these modules hide nothing."""

MODULES = ("consent", "oidc", "token", "trust")

Call = Callable[[Ory], Coroutine[Any, Any, object]]

PROTOCOL_CALLS: dict[str, Call] = {
    "oauth2_authorize": lambda ory: ory.oauth2.oauth2_authorize(),
    "oauth2_token_exchange": lambda ory: ory.oauth2.oauth2_token_exchange(grant_type="refresh_token"),
    "revoke_oauth2_token": lambda ory: ory.oauth2.revoke_oauth2_token(token="t"),
    "introspect_oauth2_token": lambda ory: ory.oauth2.introspect_oauth2_token(token="t"),
    "oauth2_device_flow": lambda ory: ory.oauth2.oauth2_device_flow(client_id="tv"),
    "perform_oauth2_device_verification_flow": lambda ory: ory.oauth2.perform_oauth2_device_verification_flow(),
    "get_oidc_user_info": lambda ory: ory.oidc.get_oidc_user_info(),
    "create_verifiable_credential": lambda ory: ory.oidc.create_verifiable_credential(),
    "create_oidc_dynamic_client": lambda ory: ory.oidc.create_oidc_dynamic_client({}),
    "get_oidc_dynamic_client": lambda ory: ory.oidc.get_oidc_dynamic_client("c"),
    "set_oidc_dynamic_client": lambda ory: ory.oidc.set_oidc_dynamic_client("c", {}),
    "delete_oidc_dynamic_client": lambda ory: ory.oidc.delete_oidc_dynamic_client("c"),
}

OTHER_CALLS: dict[str, Call] = {
    "get_oauth2_client": lambda ory: ory.oauth2.get_oauth2_client("c"),
    "accept_oauth2_login_request": lambda ory: ory.oauth2.accept_oauth2_login_request(login_challenge="c"),
    "trust_oauth2_jwt_grant_issuer": lambda ory: ory.oauth2.trust_oauth2_jwt_grant_issuer({}),
    "get_json_web_key_set": lambda ory: ory.jwk.get_json_web_key_set("s"),
    "discover_json_web_keys": lambda ory: ory.wellknown.discover_json_web_keys(),
}

each_protocol_call = pytest.mark.parametrize("call", PROTOCOL_CALLS.values(), ids=PROTOCOL_CALLS)


def recorded(scenario: str, index: int) -> Answer:
    played = exchange(scenario, index)
    return Answer(played.status, Headers.of(played.headers), played.answer.encode())


def form_of(transport: StubTransport) -> list[tuple[str, str]]:
    [(_, _, headers, body)] = transport.sent
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    return parse_qsl((body or b"").decode(), keep_blank_values=True)


def query_of(transport: StubTransport) -> list[tuple[str, str]]:
    [(_, url, _, _)] = transport.sent
    return parse_qsl(urlsplit(url).query, keep_blank_values=True)


# credentials


async def test_basic_credentials_are_form_encoded_first() -> None:
    """RFC 6749 section 2.3.1; servers read a raw % as an error and a raw + as a blank"""
    transport = StubTransport()
    auth = BasicAuth("shop:1", "s+c%r é✓")
    await client_of(transport).oauth2.oauth2_token_exchange(grant_type="client_credentials", auth=auth)
    [(method, url, headers, body)] = transport.sent
    scheme, _, pair = headers["Authorization"].partition(" ")
    assert (scheme, base64.b64decode(pair)) == ("Basic", b"shop%3A1:s%2Bc%25r+%C3%A9%E2%9C%93")
    assert (method, url, body) == ("POST", f"{ISSUER}/oauth2/token", b"grant_type=client_credentials")


@each_protocol_call
async def test_the_key_of_the_project_goes_to_introspection_only(call: Call) -> None:
    transport = StubTransport(reply(REFUSAL, 400))
    with pytest.raises(errors.OAuth2Error) as refused:
        await call(client_of(transport, auth=API_KEY))
    [(_, _, headers, _)] = transport.sent
    expected = f"Bearer {API_KEY}" if refused.value.operation == "oauth2.introspect_oauth2_token" else None
    assert headers.get("Authorization") == expected


async def test_a_bearer_token_of_one_call() -> None:
    transport = StubTransport(reply({"sub": "ann"}))
    ory = client_of(transport, auth=API_KEY)
    await ory.oidc.get_oidc_user_info(auth=BearerToken("ory_at_1"))
    [(_, _, headers, _)] = transport.sent
    assert headers["Authorization"] == "Bearer ory_at_1"


# requests


async def test_fields_of_the_token_form() -> None:
    transport = StubTransport()
    await client_of(transport).oauth2.oauth2_token_exchange(
        grant_type="refresh_token", refresh_token="a+b/=", scope="", resource=["https://a", "https://b"], new="ü&"
    )
    assert form_of(transport) == [
        ("grant_type", "refresh_token"),
        ("refresh_token", "a+b/="),
        ("scope", ""),
        ("resource", "https://a"),
        ("resource", "https://b"),
        ("new", "ü&"),
    ]


async def test_parameters_of_an_authorization() -> None:
    transport = StubTransport(reply(None, 303, location="https://app.example/cb?code=c"))
    await client_of(transport).oauth2.oauth2_authorize(
        client_id="shop", max_age=0, state="", resource=["https://a", "https://b"], consent_verifier="a=="
    )
    assert query_of(transport) == [
        ("client_id", "shop"),
        ("state", ""),
        ("max_age", "0"),
        ("resource", "https://a"),
        ("resource", "https://b"),
        ("consent_verifier", "a=="),
    ]


@pytest.mark.parametrize(
    "call",
    [
        lambda ory: ory.oauth2.oauth2_authorize(resource="https://a"),
        lambda ory: ory.oauth2.oauth2_token_exchange(grant_type="g", resource="https://a"),
        lambda ory: ory.oauth2.oauth2_token_exchange(grant_type="g", code="\ud800"),
        lambda ory: ory.oauth2.revoke_oauth2_token(token=7),
        lambda ory: ory.oauth2.revoke_oauth2_token(token="t", more={"a": "b"}),
        lambda ory: ory.oauth2.introspect_oauth2_token(token="\ud800"),
    ],
)
async def test_wrong_arguments_are_refused_before_anything_is_sent(call: Call) -> None:
    transport = StubTransport()
    with pytest.raises(errors.InvalidRequest) as refused:
        await call(client_of(transport))
    assert "https://a" not in str(refused.value)
    assert transport.sent == []


@pytest.mark.parametrize(
    ("name", "attempts"),
    [
        ("introspect_oauth2_token", 3),
        ("get_oidc_user_info", 3),
        ("oauth2_token_exchange", 1),
        ("oauth2_authorize", 1),
        ("perform_oauth2_device_verification_flow", 1),
        ("oauth2_device_flow", 1),
        ("create_oidc_dynamic_client", 1),
    ],
)
async def test_what_works_once_is_sent_once(name: str, attempts: int) -> None:
    """After a lost connection nobody knows whether a code or a refresh token has been used."""
    transport = StubTransport(errors.ConnectionLost("reset"))
    with pytest.raises(errors.ConnectionLost):
        await PROTOCOL_CALLS[name](client_of(transport, retry=AT_ONCE))
    assert len(transport.sent) == attempts


# errors


@each_protocol_call
async def test_errors_of_the_protocol_have_its_codes(call: Call) -> None:
    with pytest.raises(errors.OAuth2Error) as refused:
        await call(client_of(StubTransport(reply(REFUSAL, 401))))
    error = refused.value
    assert (error.status, error.error, error.error_description) == (401, *REFUSAL.values())
    assert "invalid_grant: The refresh token expired." in str(error)
    copy = pickle.loads(pickle.dumps(error))
    assert (copy.error, copy.error_description, copy.status) == (error.error, error.error_description, 401)


@pytest.mark.parametrize("call", OTHER_CALLS.values(), ids=OTHER_CALLS)
async def test_errors_of_other_operations_have_the_class_of_their_status(call: Call) -> None:
    with pytest.raises(errors.NotFound) as refused:
        await call(client_of(StubTransport(reply(NOT_FOUND, 404))))
    assert type(refused.value) is errors.NotFound
    assert (refused.value.message, refused.value.reason) == tuple(NOT_FOUND.values())


async def test_an_error_without_a_code_has_the_class_of_its_status() -> None:
    """A path that Hydra does not have: the error is an object there"""
    unknown = {"error": {"code": 404, "message": "Not Found", "reason": "no such route"}}
    with pytest.raises(errors.NotFound) as refused:
        await client_of(StubTransport(reply(unknown, 404))).oauth2.oauth2_token_exchange(grant_type="g")
    assert refused.value.reason == "no such route"


@pytest.mark.parametrize("page", ["login", "consent", "logout"])
async def test_a_request_that_was_answered_before(page: str) -> None:
    ory = client_of(StubTransport(reply({"redirect_to": "https://app.example/cb"}, 410)))
    fetch = getattr(ory.oauth2, f"get_oauth2_{page}_request")
    with pytest.raises(errors.Gone) as gone:
        await fetch(**{f"{page}_challenge": "c"})
    assert type(gone.value) is errors.Gone
    assert gone.value.redirect_to == "https://app.example/cb"


async def test_a_secret_that_was_sent_does_not_show_in_an_error() -> None:
    echo = {"error": "invalid_request", "error_description": "no", "client_secret": PLANTED}
    with pytest.raises(errors.OAuth2Error) as refused:
        await client_of(StubTransport(reply(echo, 400))).oauth2.revoke_oauth2_token(token="t", client_secret=PLANTED)
    assert PLANTED not in f"{refused.value} {refused.value!r} {refused.value.body}"


# results


async def test_the_repr_of_tokens_tells_no_secret() -> None:
    answer = dict.fromkeys(("access_token", "refresh_token", "id_token"), PLANTED)
    transport = StubTransport(reply({**answer, "expires_in": 0, "scope": "", "token_type": "bearer"}))
    token = await client_of(transport).oauth2.oauth2_token_exchange(grant_type="authorization_code", code="c")
    assert (token.access_token, token.refresh_token, token.id_token) == (PLANTED,) * 3
    assert repr(token) == "OAuth2TokenExchange(token_type='bearer', expires_in=0, scope='')"


def test_the_secrets_of_these_models() -> None:
    found: dict[str, set[str]] = {}
    for module in MODULES:
        for name in models._MODULES[module].split():
            model = getattr(models, name)
            if attrs.has(model):
                hidden = {field.name for field in attrs.fields(model) if not field.repr} - {"extra"}
                found |= {name: hidden} if hidden else {}
    assert found == SECRETS


async def test_userinfo_may_be_a_jwt() -> None:
    signed = exchange("userinfo", 10).answer
    jwt = await client_of(StubTransport(recorded("userinfo", 10))).oidc.get_oidc_user_info()
    assert isinstance(jwt, str)
    assert jwt == signed
    assert jwt.count(".") == 2


async def test_claims_that_no_model_knows_are_kept() -> None:
    info = await client_of(StubTransport(recorded("userinfo", 0))).oidc.get_oidc_user_info()
    assert isinstance(info, models.OidcUserInfo)
    assert (info.sub, info.email_verified, info.updated_at) == ("alice", True, 1700000000)
    assert info.extra is not None
    assert (info.extra["address"], info.extra["custom"]) == ({"country": "DE"}, None)


async def test_a_missing_proof_gives_the_nonce() -> None:
    nonce = await client_of(StubTransport(recorded("verifiable_credentials", 1))).oidc.create_verifiable_credential()
    assert isinstance(nonce, models.VerifiableCredentialPrimingResponse)
    assert (nonce.error, nonce.c_nonce_expires_in) == ("missing_proof", 3600)
    assert nonce.c_nonce


async def test_a_wrong_proof_is_an_error() -> None:
    ory = client_of(StubTransport(recorded("verifiable_credentials", 3)))
    with pytest.raises(errors.OAuth2Error) as refused:
        await ory.oidc.create_verifiable_credential()
    assert (refused.value.status, refused.value.error) == (400, "invalid_request")


async def test_a_proof_gives_the_credential() -> None:
    given = await client_of(StubTransport(recorded("verifiable_credentials", 2))).oidc.create_verifiable_credential()
    assert isinstance(given, models.VerifiableCredentialResponse)
    assert (given.credential_draft_00 or "").startswith("eyJ")


@pytest.mark.parametrize(
    "call",
    [
        lambda ory: ory.oauth2.oauth2_authorize(client_id="shop"),
        lambda ory: ory.oauth2.perform_oauth2_device_verification_flow(user_code="c"),
        lambda ory: ory.oidc.revoke_oidc_session(),
    ],
)
@pytest.mark.parametrize("status", [302, 303, 307])
async def test_a_redirect_is_the_result(call: Call, status: int) -> None:
    cookies = [("Set-Cookie", "a=1=="), ("Set-Cookie", "b=; Max-Age=0"), ("Location", "https://app.example/cb?code=c")]
    answer = Answer(status, Headers.of(cookies), b'<a href="https://app.example/cb?code=c">See Other</a>.')
    transport = StubTransport(answer)
    assert await call(client_of(transport)) == Redirect(
        status, "https://app.example/cb?code=c", ["a=1==", "b=; Max-Age=0"]
    )


async def test_a_page_instead_of_a_redirect() -> None:
    """An authorization with response_mode=form_post, and a logout that loads the pages of applications"""
    page = await client_of(StubTransport(recorded("flow_implicit_hybrid", 5))).oauth2.oauth2_authorize()
    assert isinstance(page, str)
    assert page.startswith("<html>")
    html = Answer(200, Headers.of([("Content-Type", "text/html")]), b"<iframe>")
    assert await client_of(StubTransport(html)).oidc.revoke_oidc_session() == "<iframe>"


async def test_a_page_is_no_redirect_where_none_is_promised() -> None:
    html = Answer(200, Headers.of([("Content-Type", "text/html")]), b"<html>")
    with pytest.raises(errors.DecodeError):
        await client_of(StubTransport(html)).oauth2.perform_oauth2_device_verification_flow()


async def test_a_revocation_has_no_result() -> None:
    revoke = client_of(StubTransport(recorded("token_revoke", 0))).oauth2.revoke_oauth2_token
    assert await revoke(token="t") is None  # type: ignore[func-returns-value]


async def test_a_logout_that_no_application_asked_for() -> None:
    ory = client_of(StubTransport(recorded("logout_reject_and_errors", 1)))
    request = await ory.oauth2.get_oauth2_logout_request(logout_challenge="c")
    assert (request.client, request.rp_initiated, request.subject) == (None, False, "alice")
    assert (request.request_url or "").startswith("/oauth2/sessions/logout")


async def test_an_inactive_token_is_no_error() -> None:
    token = await client_of(StubTransport(reply({"active": False}))).oauth2.introspect_oauth2_token(token="t")
    assert token == models.IntrospectedOAuth2Token(active=False)


@pytest.mark.parametrize("context", [None, "text", 2**53 + 1, [None], {"b": 1, "a": None}])
async def test_the_context_of_a_consent_may_be_any_json(context: object) -> None:
    document = {"challenge": "c", "context": context, "oidc_context": None}
    ory = client_of(StubTransport(reply(document)))
    request = await ory.oauth2.get_oauth2_consent_request(consent_challenge="c")
    assert (request.context, request.oidc_context) == (context, None)


# keys


async def test_a_key_that_lacks_its_algorithm_and_its_id() -> None:
    keys = await client_of(StubTransport(recorded("jwk_errors", 12))).jwk.get_json_web_key_set("s")
    assert keys.keys
    assert [(key.kty, key.alg, key.kid) for key in keys.keys] == [("EC", None, None)]


@pytest.mark.parametrize(("document", "found"), [({"keys": None}, []), ({}, None), ({"keys": []}, [])])
async def test_a_set_without_keys(document: dict[str, Any], found: list[Any] | None) -> None:
    keys = await client_of(StubTransport(reply(document))).jwk.set_json_web_key_set("s", {})
    assert keys.keys == found


async def test_one_key_comes_as_a_set_but_goes_alone() -> None:
    keys = await client_of(StubTransport(recorded("jwk_manage", 2))).jwk.get_json_web_key("s", "k1")
    assert [key.kid for key in keys.keys or ()] == ["k1"]
    key = await client_of(StubTransport(recorded("jwk_manage", 3))).jwk.set_json_web_key("s", "k2")
    assert isinstance(key, models.JsonWebKey)


def test_a_trusted_issuer_is_sent_as_it_is_written() -> None:
    wire = {
        "issuer": "https://idp.example",
        "scope": ["read"],
        "allow_any_subject": True,
        "jwk": {"kty": "EC", "crv": "P-256", "x": "x", "y": "y", "kid": "k"},
        "expires_at": "2099-12-31T23:59:59Z",
    }
    assert to_dict(from_dict(models.TrustOAuth2JwtGrantIssuer, wire)) == wire
