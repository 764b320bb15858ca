"""Forms: what there is to show and to send back, without a server."""

from __future__ import annotations

from typing import Any

import pytest

from ory_async import flows, from_dict, models
from ory_async.errors import InvalidRequest
from ory_async.flows.flow import MODELS
from ory_async.flows.form import FlowModel, Form, Kind
from tests.support.recordings import exchange

from .flow_support import document, field


def recorded(scenario: str, index: int) -> Form[FlowModel]:
    """The form that a real server sent."""
    shown = exchange(scenario, index)
    kind = next(kind for kind in MODELS if kind in shown.row.path)
    return Form(data=from_dict(MODELS[kind], shown.document))


def form(*nodes: dict[str, Any], kind: Kind = "login", type: str = "api") -> Form[FlowModel]:
    return Form(data=from_dict(MODELS[kind], document(kind, type, "the-flow", *nodes)))


PASSWORD_NODES = (
    field("identifier", required=True, value="ann@example.com"),
    field("password", group="password", type="password", required=True),
    field("method", group="password", type="submit", value="password"),
)


def test_nodes() -> None:
    shown = recorded("browser_login_code", 0)
    assert {node.group for node in shown.nodes("password")} == {models.UiNodeGroup.PASSWORD}
    assert len(shown.nodes()) > len(shown.nodes("password")) == 2
    node = shown.node("passkey_challenge")
    assert node is not None
    assert node.group == "passkey"
    assert shown.node("no such name") is None
    assert [script.id for script in shown.scripts] == ["webauthn_script"]
    assert shown.methods == ["oidc", "webauthn", "passkey", "code", "password"]
    assert shown.required("password") == ["identifier", "password"]
    assert shown.required("oidc") == shown.required("passkey") == []
    assert shown.active_method is None


def test_what_goes_back_with_a_form() -> None:
    shown = recorded("browser_login_code", 1)
    assert set(shown.values("code")) == {"csrf_token", "identifier", "method"}
    assert shown.csrf_token is not None
    body = shown.body("code", code="123456")
    assert body == {**shown.values("code"), "code": "123456"}
    assert "csrf_token" not in recorded("native_login_code", 2).body("code", code="123456")


def test_messages() -> None:
    assert [message.id for message in recorded("native_login_code", 2).messages] == [1010014]
    assert list(recorded("native_login_code", 5).by_field) == ["code"]


@pytest.mark.parametrize(
    ("scenario", "index"), [("native_login_bad_requests", 17), ("native_registration_rejected", 3)]
)
def test_unknown_method(scenario: str, index: int) -> None:
    with pytest.raises(InvalidRequest, match="does not offer the method 'totp': it"):
        recorded(scenario, index).body("totp", totp_code="123456")


def test_missing_fields_are_named() -> None:
    with pytest.raises(InvalidRequest, match="needs 'password' as well") as refused:
        form(*PASSWORD_NODES).body("password", identifier="ann")
    assert "ann" not in str(refused.value)
    with pytest.raises(InvalidRequest, match=r"needs one of provider='hydra'"):
        recorded("native_login_code", 1).body("oidc")
    with pytest.raises(InvalidRequest, match="needs 'code' as well"):
        recorded("native_login_code", 2).body("code")
    assert recorded("native_login_code", 2).body("code", resend="code")["resend"] == "code"


def test_none_is_left_out() -> None:
    with pytest.raises(InvalidRequest, match="'password'"):
        form(*PASSWORD_NODES).body("password", password=None)
    assert "transient_payload" not in form(*PASSWORD_NODES).body("password", password="x", transient_payload=None)


@pytest.mark.parametrize("method", ["password", "code"])
def test_methods_of_the_second_step_may_be_sent_at_once(method: str) -> None:
    registration = recorded("expired_flows", 1)
    assert registration.methods == ["oidc", "profile"]
    assert registration.body(method, traits={"email": "a@b.c"}, password="x")["method"] == method
    with pytest.raises(InvalidRequest, match=r"'traits\.email'"):
        registration.body(method, password="x")
    login = recorded("var_login_identifier_first_native", 0)
    assert login.body(method, identifier="a@b.c", password="x")["identifier"] == "a@b.c"


def test_traits() -> None:
    nodes = (
        field("traits.email", group="profile", type="email", required=True, value="ann@example.com"),
        field("traits.name.first", group="profile", value="Ann"),
        field("traits.age", group="profile", type="number", value=41),
        field("method", group="profile", type="submit", value="profile"),
    )
    settings = form(*nodes, kind="settings")
    given = {"email": "bob@example.com"}
    assert settings.body("profile", traits=given)["traits"] == {"email": "bob@example.com"}
    single: dict[str, Any] = {"traits.name.first": "Bob"}
    before = {"email": "ann@example.com", "age": 41}
    assert settings.body("profile", **single)["traits"] == {**before, "name": {"first": "Bob"}}
    assert settings.body("profile", traits=given, **single)["traits"] == {**given, "name": {"first": "Bob"}}
    assert given == {"email": "bob@example.com"}


def test_html_forms() -> None:
    nodes = (
        field("traits.email", type="email", required=True),
        field("traits.nick"),
        field("traits.age", type="number"),
        field("traits.news", type="checkbox"),
        field("totp_unlink", group="totp", type="submit", value="true"),
        field("link", group="oidc", type="submit", value="google"),
        field("method", group="profile", type="submit", value="profile"),
    )
    page = form(*nodes, kind="settings", type="browser")
    sent = {"csrf_token": "theirs", "traits.email": "", "traits.nick": "", "traits.age": "41", "traits.news": "on"}
    traits = {"email": "", "age": 41, "news": True}
    assert page.posted({**sent, "method": "profile"}) == {"csrf_token": "theirs", "traits": traits, "method": "profile"}
    assert page.posted({"traits.age": "old", "method": "profile"}) == {"traits": {"age": "old"}, "method": "profile"}
    assert page.posted({"totp_unlink": "true"}) == {"totp_unlink": True, "method": "totp"}
    assert page.posted({"link": "google"}) == {"link": "google", "method": "oidc"}
    assert page.posted({}) == {}


@pytest.mark.parametrize(
    "ui",
    [
        None,
        {},
        {"nodes": None, "messages": None},
        {"nodes": [None], "messages": [None]},
        {"nodes": [{}, {"attributes": {}}, {"messages": [None], "attributes": {"node_type": "input", "name": 1}}]},
    ],
)
def test_forms_with_nothing_in_them(ui: Any) -> None:
    empty = Form(data=from_dict(models.LoginFlow, {"id": "x", "type": "api", "ui": ui}))
    assert (empty.methods, empty.values(), empty.messages, empty.by_field, empty.scripts) == ([], {}, [], {}, [])
    assert (empty.csrf_token, empty.active_method, empty.node("x")) == (None, None, None)
    with pytest.raises(InvalidRequest, match="it has nothing to submit"):
        empty.body("password", password="x")


def test_no_secret_shows() -> None:
    shown = form(*PASSWORD_NODES, type="browser")
    flow = flows.Flow(data=shown.data, ory=None, cookie="cookie-value", session_token="token-value")  # type: ignore[arg-type]
    assert repr(flow) == "<login flow the-flow: choose_method>"


@pytest.mark.parametrize(
    ("before", "set_cookies", "after"),
    [
        (None, [], ""),
        ("a=1; b=2", [], "a=1; b=2"),
        (" a=1;b=2=; broken", ["c=3; Path=/; HttpOnly"], "a=1; b=2=; c=3"),
        ("a=1; b=2", ["a=3; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT"], "b=2; a=3"),
        ("a=1; b=2", ["a=; Path=/; Max-Age=0", "b=; max-age=-1"], ""),
        ("a=1; b=2", ["a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT"], "b=2"),
        ("a=1", ["a=2; Expires=Fri, 31 Dec 9999 23:59:59 GMT"], "a=2"),
        (
            "a=1",
            ["a=2; Expires=soon; Max-Age=long", "nonsense", "a=3; Expires=Fri, 31 Dec 99999999999 23:59:59"],
            "a=3",
        ),
    ],
)
def test_cookies_of_a_browser(before: str | None, set_cookies: list[str], after: str) -> None:
    assert flows.merge_cookies(before, set_cookies) == after
