"""Any JSON becomes a model, or a `DecodeError`; what became a model can be shown, sent, kept and read again."""

from __future__ import annotations

import contextlib
import json
import pickle
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ory_async import errors, from_dict, from_json, models, to_dict, to_json
from ory_async.flows import Form
from ory_async.flows.flow import MODELS
from ory_async.webhooks import (
    ActionReceiver,
    Authentication,
    CourierReceiver,
    EventReceiver,
    PasswordMigrationReceiver,
    RefreshTokenHookReceiver,
    TokenHookReceiver,
    WebhookRefused,
)
from tests.support.models import CLASSES, instances, json_values, wire_names
from tests.support.recordings import RECORDINGS, SCENARIOS, exchanges

from .mutation import bodies, mutated, often


@st.composite
def documents(draw: st.DrawFn) -> tuple[Any, Any]:
    """A class, and JSON with some of its members, at times what a valid model is written as, changed a little."""
    cls = draw(st.sampled_from(CLASSES))
    if draw(st.booleans()):
        return cls, draw(mutated([json.loads(to_json(draw(instances(cls))))]))
    names = sorted(wire_names(cls).values())
    values = json_values(names)
    return cls, draw(st.dictionaries(st.sampled_from([*names, "other"]), values) | values)


@often(2)
@given(documents())
def test_any_json_becomes_a_model_or_is_refused(each: tuple[Any, Any]) -> None:
    cls, document = each
    try:
        model = from_dict(cls, document)
    except errors.DecodeError:
        return
    again = from_json(cls, to_json(model))
    assert to_dict(again) == to_dict(model)
    assert isinstance(repr(model), str)
    assert pickle.loads(pickle.dumps(model)) == model


def recorded_flows() -> list[tuple[Any, Any]]:
    """Some flows of each kind that real servers have sent, with the model of each."""
    found: dict[Any, list[Any]] = {}
    for path in SCENARIOS:
        for exchange in exchanges(path):
            name = exchange.row.result[1] or ""
            model = getattr(models, name[:1].upper() + name[1:], None)
            if (
                model in MODELS.values()
                and exchange.is_json
                and "ui" in exchange.document
                and len(found.get(model, ())) < 15
            ):
                found.setdefault(model, []).append(exchange.document)
    return [(model, document) for model, those in found.items() for document in those]


RECORDED = recorded_flows()


@st.composite
def flows(draw: st.DrawFn) -> Any:
    model, document = draw(st.sampled_from(RECORDED))
    try:
        return from_dict(model, draw(mutated([document])))
    except errors.DecodeError:
        return None


@often(1)
@given(flows(), st.sampled_from(["password", "code", "oidc", "profile", "totp", "odd", ""]), st.data())
def test_forms_of_odd_flows_can_be_shown_and_filled_in(flow: Any, method: Any, data: st.DataObject) -> None:
    if flow is None:
        return
    form = Form(data=flow)
    assert isinstance(repr(form), str)
    for read in (
        "id",
        "state",
        "is_browser",
        "active_method",
        "scripts",
        "messages",
        "by_field",
        "csrf_token",
        "methods",
    ):
        with contextlib.suppress(errors.OryError):
            getattr(form, read)
    values = data.draw(st.dictionaries(st.sampled_from(["traits.email", "code", "a.b.c", ".", ""]), st.text()))
    for call in (
        form.nodes,
        form.values,
        lambda: form.values(method),
        lambda: form.required(method),
        lambda: form.body(method, **values),
        lambda: form.posted({"method": method, **values}),
    ):
        with contextlib.suppress(errors.OryError):
            call()


def recorded_callbacks() -> list[Any]:
    """What real servers have sent to hooks."""
    found: list[Any] = []
    for scenario in sorted(RECORDINGS.glob("*/var_*.json")):
        for callback in json.loads(scenario.read_text("utf-8")).get("callbacks", ()):
            with contextlib.suppress(ValueError):
                found.append(json.loads(callback["body_text"]))
    return found


IDENTITY = {"id": "i", "schema_id": "default", "traits": {"email": "ann@example.com"}, "verifiable_addresses": []}
CALLBACKS: list[Any] = [
    *recorded_callbacks(),
    {"flow": {"id": "f", "type": "browser"}, "identity": IDENTITY, "request_headers": {"Accept": ["*/*"]}},
    {"identifier": "ann", "password": "p", "identity": IDENTITY},
    [{"name": "LoginSucceeded", "timestamp": "2026-05-16 11:18:57", "eventAttributes": {"ID": "i"}}],
]
OPEN = Authentication.none()
RECEIVERS: list[Any] = [
    ActionReceiver(OPEN),
    CourierReceiver(OPEN),
    EventReceiver(OPEN),
    PasswordMigrationReceiver(OPEN),
    RefreshTokenHookReceiver(OPEN),
    TokenHookReceiver(OPEN),
]


@often(1)
@given(st.sampled_from(RECEIVERS), bodies(CALLBACKS))
def test_any_body_of_a_hook_is_read_or_refused(receiver: Any, body: bytes) -> None:
    with contextlib.suppress(WebhookRefused):
        assert isinstance(repr(receiver.receive({}, body)), str)


def is_read(receiver: Any, callback: Any) -> bool:
    try:
        receiver.receive({}, json.dumps(callback).encode())
    except WebhookRefused:
        return False
    return True


def test_there_is_something_to_change() -> None:
    assert {model for model, _ in RECORDED} == set(MODELS.values())
    for receiver in RECEIVERS:
        assert any(is_read(receiver, callback) for callback in CALLBACKS), receiver
