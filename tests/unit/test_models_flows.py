"""The models of the self-service flows, against what real servers answered."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import attrs
import pytest

from ory_async import from_dict, models, to_dict

RECORDINGS = Path(__file__).parent.parent / "data" / "recordings" / "kratos"

FLOWS: dict[str, type[models.Model]] = {
    "login": models.LoginFlow,
    "registration": models.RegistrationFlow,
    "settings": models.SettingsFlow,
    "recovery": models.RecoveryFlow,
    "verification": models.VerificationFlow,
}


def recorded(scenario: str, index: int) -> Any:
    exchange = json.loads((RECORDINGS / f"{scenario}.json").read_text())["exchanges"][index]
    return json.loads(exchange["response"]["body_text"])


def recorded_flows(name: str) -> Iterator[dict[str, Any]]:
    """All flows of a kind that the servers answered, as results and as errors."""
    for path in RECORDINGS.glob("*.json"):
        for exchange in json.loads(path.read_text())["exchanges"]:
            body = exchange["response"]["body_text"] or ""
            document = json.loads(body) if body.startswith('{"id":') else {}
            if "ui" in document and _kind(document) == name:
                yield document


def _kind(document: dict[str, Any]) -> str:
    """The kind of a flow: by its form, which leads elsewhere once all is done, or else by how it began.

    A registration that comes upon an account of the same name goes on as a login, so the beginning alone does not tell.
    """
    for url in (document["ui"]["action"], document["request_url"]):
        _, place, *rest = str(urlsplit(url).path).split("/")
        if place == "self-service":
            return rest[0]
    raise AssertionError(f"no flow: {document['id']}")


def parts(value: object) -> Iterator[models.Model]:
    """A model and all models in it."""
    if isinstance(value, models.Model):
        yield value
        for field in attrs.fields(type(value)):
            yield from parts(getattr(value, field.name))
    elif isinstance(value, list):
        for item in value:
            yield from parts(item)
    elif isinstance(value, dict):
        yield from parts(list(value.values()))


def informative(value: Any) -> Any:
    """JSON without nulls, without empty lists, and without times, whose fractions are rounded."""
    if isinstance(value, dict):
        found = {key: informative(item) for key, item in value.items() if not key.endswith("_at")}
        return {key: item for key, item in found.items() if item is not None and item != []}
    return [informative(item) for item in value] if isinstance(value, list) else value


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from strings(item)


def node_of(flow: Any, name: str) -> models.UiNode:
    """The node of a flow's form that has a name, or an id."""
    found: list[models.UiNode] = [
        node
        for node in flow.ui.nodes
        if name in (getattr(node.attributes, "name", None), getattr(node.attributes, "id", None))
    ]
    return found[0]


@pytest.mark.parametrize("name", FLOWS)
def test_models_know_all_that_servers_say(name: str) -> None:
    documents = list(recorded_flows(name))
    assert len(documents) > 20
    for document in documents:
        flow = from_dict(FLOWS[name], document)
        for part in parts(flow):
            assert part.extra is None
            assert not isinstance(part, models.UnknownVariant)
        assert informative(to_dict(flow)) == informative(document)


@pytest.mark.parametrize("name", FLOWS)
def test_states_are_those_of_the_enum(name: str) -> None:
    states: Any = getattr(models, f"{name.capitalize()}FlowState")
    for document in recorded_flows(name):
        assert document["state"] in list(states)


def test_a_browser_flow_is_typed_throughout() -> None:
    flow = from_dict(models.LoginFlow, recorded("browser_login_code", 0))

    assert flow.type == "browser"
    assert flow.state is models.LoginFlowState.CHOOSE_METHOD
    assert flow.requested_aal is models.AuthenticatorAssuranceLevel.AAL1
    assert flow.refresh is False
    assert flow.organization_id is None
    assert flow.issued_at.tzinfo is UTC
    assert flow.expires_at - flow.issued_at == timedelta(minutes=10)
    assert flow.ui.method == "POST"
    password = node_of(flow, "password")
    assert password.type is models.UiNodeType.INPUT
    assert password.group is models.UiNodeGroup.PASSWORD
    assert password.messages == []
    assert isinstance(password.attributes, models.UiNodeInputAttributes)
    assert password.attributes.type is models.UiNodeInputType.PASSWORD
    assert password.attributes.autocomplete is models.UiNodeAutocomplete.CURRENT_PASSWORD
    assert password.attributes.required is True
    assert password.meta.label is not None
    assert password.meta.label.type is models.UiTextType.INFO


def test_wire_names_that_are_no_good_python() -> None:
    document = recorded("browser_login_code", 0)
    flow = from_dict(models.LoginFlow, document)
    trigger = node_of(flow, "passkey_login_trigger").attributes
    script = node_of(flow, "webauthn_script").attributes

    assert isinstance(trigger, models.UiNodeInputAttributes)
    assert trigger.onclick_trigger is models.WebAuthnTrigger.PASSKEY_LOGIN
    assert to_dict(trigger)["onclickTrigger"] == "oryPasskeyLogin"
    assert isinstance(script, models.UiNodeScriptAttributes)
    assert script.async_ is True
    assert to_dict(script)["async"] is True
    division = models.UiNodeDivisionAttributes(id="captcha", class_="box", data={"sitekey": "x"})
    assert to_dict(division) == {"node_type": "div", "id": "captcha", "class": "box", "data": {"sitekey": "x"}}


def test_null_nodes_are_no_nodes() -> None:
    document = recorded("native_login_refresh", 6)
    assert document["ui"]["nodes"] is None

    flow = from_dict(models.LoginFlow, document)

    assert flow.ui.nodes == []
    assert flow.ui.messages is not None
    assert flow.ui.messages[0].id == 1010004


def test_null_steps_are_none_and_absent_steps_are_none_at_all() -> None:
    login = from_dict(models.SuccessfulNativeLogin, recorded("native_login_code", 7))
    exchanged = from_dict(models.SuccessfulNativeLogin, recorded("native_oidc_token_exchange", 9))

    assert login.continue_with == []
    assert exchanged.continue_with is None
    assert login.session_token
    assert login.session_token.startswith("ory_st_")


def test_a_registration_need_not_log_in() -> None:
    result = from_dict(models.SuccessfulNativeRegistration, recorded("native_registration_code", 4))

    assert result.identity.traits["email"] == "code-8e81d9-15@example.com"
    assert result.session is None
    assert result.session_token is None


def test_steps_after_a_recovery() -> None:
    flow = from_dict(models.RecoveryFlow, recorded("recovery_with_second_factor", 2))

    assert flow.state is models.RecoveryFlowState.PASSED_CHALLENGE
    assert flow.continue_with is not None
    token, settings = flow.continue_with
    assert isinstance(token, models.ContinueWithSetOrySessionToken)
    assert token.ory_session_token.startswith("ory_st_")
    assert isinstance(settings, models.ContinueWithSettingsUi)
    assert settings.flow.url is not None
    assert settings.flow.url.endswith(settings.flow.id)


def test_a_trial_login_shows_what_happened() -> None:
    begun = from_dict(models.LoginFlow, recorded("test_login_flow", 1))
    done = from_dict(models.LoginFlow, recorded("test_login_flow", 6))

    assert begun.test_context is not None
    assert begun.test_context.provider_id == "hydra"
    assert begun.test_context.debug_payload is None
    assert done.test_context is not None
    assert done.test_context.debug_payload is not None
    assert done.test_context.debug_payload.jsonnet_output == {"identity": {"traits": {"email": "tester@example.com"}}}
    assert done.test_context.debug_payload.error is None


@pytest.mark.parametrize("tag", ["hologram", None, 7, ["input"]])
def test_an_unknown_kind_of_node_survives(tag: object) -> None:
    document = recorded("browser_login_code", 0)
    attributes = {"node_type": tag, "id": "x", "frames": [1, {"a": None}]}
    document["ui"]["nodes"][0] |= {"type": "hologram", "attributes": attributes}

    flow = from_dict(models.LoginFlow, document)

    node = flow.ui.nodes[0]
    assert node.type == "hologram"
    assert node.type not in list(models.UiNodeType)
    assert isinstance(node.attributes, models.UnknownUiNodeAttributes)
    assert node.attributes.raw == attributes
    assert to_dict(flow)["ui"]["nodes"][0]["attributes"] == attributes
    assert isinstance(flow.ui.nodes[1].attributes, models.UiNodeInputAttributes)


def test_an_unknown_step_survives() -> None:
    step = {"action": "show_hologram", "flow": {"id": "1"}}
    document = recorded("native_login_code", 7) | {"continue_with": [step]}

    login = from_dict(models.SuccessfulNativeLogin, document)

    assert login.continue_with == [models.UnknownContinueWith(raw=step)]
    assert to_dict(login)["continue_with"] == [step]


def test_an_unknown_state_is_kept() -> None:
    flow = from_dict(models.RecoveryFlow, recorded("var_recovery_choose_address", 0) | {"state": "recovery_dreaming"})

    assert isinstance(flow.state, models.RecoveryFlowState)
    assert flow.state == "recovery_dreaming"
    assert to_dict(flow)["state"] == "recovery_dreaming"


def test_the_repr_of_a_flow_tells_no_secret() -> None:
    flow = from_dict(models.SettingsFlow, recorded("native_lookup_secrets", 3))
    codes = to_dict(node_of(flow, "lookup_secret_codes").attributes)["text"]
    key = to_dict(node_of(flow, "totp_secret_key").attributes)["text"]
    picture = to_dict(node_of(flow, "totp_qr").attributes)["src"]
    secrets = {picture, key["text"], codes["text"], *codes["text"].split(", ")}
    assert len(secrets) == 15

    shown = repr(flow)

    assert not [secret for secret in secrets if secret in shown]
    assert flow.id in shown


def test_the_repr_of_a_browser_flow_hides_its_csrf_token() -> None:
    document = recorded("browser_login_code", 0)
    token = next(
        node["attributes"]["value"]
        for node in document["ui"]["nodes"]
        if node["attributes"].get("name") == "csrf_token"
    )
    assert len(token) > 40

    assert token not in repr(from_dict(models.LoginFlow, document))


def test_the_repr_of_a_session_token_and_of_the_way_out_is_empty() -> None:
    login = from_dict(models.SuccessfulNativeLogin, recorded("native_login_code", 7))
    logout = from_dict(models.LogoutFlow, recorded("browser_logout", 2))

    assert "ory_st_" not in repr(login)
    assert logout.logout_token in logout.logout_url
    assert repr(logout) == "LogoutFlow()"


SUBMISSIONS: list[tuple[models.Model, dict[str, Any]]] = [
    (
        models.UpdateLoginFlowWithPasswordMethod(identifier="ann", password="s-1", csrf_token="s-2"),
        {"method": "password", "identifier": "ann", "password": "s-1", "csrf_token": "s-2"},
    ),
    (
        models.UpdateLoginFlowWithOidcMethod(provider="google", id_token="s-1", upstream_parameters={"hd": "x"}),
        {"method": "oidc", "provider": "google", "id_token": "s-1", "upstream_parameters": {"hd": "x"}},
    ),
    (models.UpdateLoginFlowWithTotpMethod(totp_code="s-1"), {"method": "totp", "totp_code": "s-1"}),
    (
        models.UpdateLoginFlowWithLookupSecretMethod(lookup_secret="s-1"),
        {"method": "lookup_secret", "lookup_secret": "s-1"},
    ),
    (
        models.UpdateLoginFlowWithCodeMethod(identifier="ann", code="s-1"),
        {"method": "code", "identifier": "ann", "code": "s-1"},
    ),
    (models.UpdateLoginFlowWithPasskeyMethod(passkey_login="s-1"), {"method": "passkey", "passkey_login": "s-1"}),
    (
        models.UpdateLoginFlowWithWebAuthnMethod(identifier="ann", webauthn_login="s-1"),
        {"method": "webauthn", "identifier": "ann", "webauthn_login": "s-1"},
    ),
    (
        models.UpdateLoginFlowWithDeviceAuthnMethod(client_key_id="k", signature="s-1", pin_proof="s-2"),
        {"method": "deviceauthn", "client_key_id": "k", "signature": "s-1", "pin_proof": "s-2"},
    ),
    (
        models.UpdateLoginFlowWithIdentifierFirstMethod(identifier="ann"),
        {"method": "identifier_first", "identifier": "ann"},
    ),
    (models.UpdateLoginFlowWithSamlMethod(provider="okta"), {"method": "saml", "provider": "okta"}),
    (
        models.UpdateRegistrationFlowWithProfileMethod(
            traits={"email": None}, screen=models.RegistrationScreen.PREVIOUS, csrf_token="s-1"
        ),
        {"method": "profile", "traits": {"email": None}, "screen": "previous", "csrf_token": "s-1"},
    ),
    (
        models.UpdateRegistrationFlowWithProfileMethod(traits={}, screen="a-screen-of-next-year"),
        {"method": "profile", "traits": {}, "screen": "a-screen-of-next-year"},
    ),
    (
        models.UpdateSettingsFlowWithLookupMethod(lookup_secret_reveal=True, lookup_secret_disable=False),
        {"method": "lookup_secret", "lookup_secret_reveal": True, "lookup_secret_disable": False},
    ),
    (
        models.UpdateSettingsFlowWithDeviceAuthnMethod(
            deviceauthn_register=models.UpdateSettingsFlowWithDeviceAuthnMethodRegister(
                version=1, device_name="phone", user_verification=models.UserVerification.PIN
            )
        ),
        {
            "method": "deviceauthn",
            "deviceauthn_register": {"version": 1, "device_name": "phone", "user_verification": "pin"},
        },
    ),
    (
        models.UpdateRecoveryFlowWithCodeMethod(code="s-1", csrf_token=""),
        {"method": "code", "code": "s-1", "csrf_token": ""},
    ),
    (
        models.UpdateVerificationFlowWithLinkMethod(email="a@b.c", transient_payload={"x": None}),
        {"method": "link", "email": "a@b.c", "transient_payload": {"x": None}},
    ),
    (models.UpdateFedcmFlowBody(token="s-1", csrf_token="s-2"), {"token": "s-1", "csrf_token": "s-2"}),
    (models.PerformNativeLogoutBody(session_token="s-1"), {"session_token": "s-1"}),
]


@pytest.mark.parametrize(("body", "wire"), SUBMISSIONS, ids=lambda each: type(each).__name__)
def test_a_submission_has_its_method_and_keeps_its_secrets(body: models.Model, wire: dict[str, Any]) -> None:
    assert to_dict(body) == wire
    assert from_dict(type(body), wire) == body
    shown = repr(body)
    assert "'s-" not in shown
    for visible in strings({key: value for key, value in wire.items() if key in ("identifier", "provider", "email")}):
        assert visible in shown


METHODS = {
    "Login": "code deviceauthn identifier_first lookup_secret oidc passkey password saml totp webauthn",
    "Registration": "code oidc passkey password profile saml webauthn",
    "Settings": "deviceauthn lookup_secret oidc passkey password profile saml totp webauthn",
    "Recovery": "code link",
    "Verification": "code link",
}


@pytest.mark.parametrize("flow", METHODS)
def test_submissions_are_told_apart_by_their_method(flow: str) -> None:
    union = getattr(models, f"Update{flow}FlowBody")

    for method in METHODS[flow].split():
        body = from_dict(union, {"method": method})
        name = type(body).__name__.removeprefix(f"Update{flow}FlowWith").removesuffix("Method")
        assert name.lower() in (method.replace("_", ""), method.removesuffix("_secret"))
    unknown = from_dict(union, {"method": "telepathy"})
    assert isinstance(unknown, models.UnknownVariant)
    assert to_dict(unknown) == {"method": "telepathy"}


def test_times_with_nine_digits_and_with_none() -> None:
    document = recorded("var_recovery_choose_address", 0)
    document |= {"issued_at": "2026-11-21T07:23:37.976490123Z", "expires_at": "2026-11-21T07:23:38Z"}

    flow = from_dict(models.RecoveryFlow, document)

    assert flow.issued_at == datetime(2026, 11, 21, 7, 23, 37, 976490, UTC)
    assert flow.expires_at == datetime(2026, 11, 21, 7, 23, 38, tzinfo=UTC)
