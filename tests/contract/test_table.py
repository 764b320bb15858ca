"""Every row of the table, in both twins: its method, and what a call of it sends."""

from __future__ import annotations

import inspect
import typing
from typing import Any
from urllib.parse import parse_qsl

import pytest

import ory_async
import ory_sync
from ory_async import Redirect, errors, from_dict, to_dict
from ory_async.config import PLANES
from tests.support.arguments import (
    arguments,
    empty,
    pairs_on_the_wire,
    path_on_the_wire,
    required_arguments,
)
from tests.support.bodies import BODIES
from tests.support.recording_server import RecordingServer, Seen
from tests.support.strays import strays
from tests.support.table import PROTOCOL, ROWS, Row
from tests.support.twins import TWINS, Twin, calling
from tests.support.types import result_type, type_of

API_KEY, WORKSPACE_KEY = "ory_pat_x", "ory_wak_x"
FURTHER = {"login_verifier": "x y/+=", "new_in_the_rfc": "a&b=ü"}
CREDENTIALS = {"oryAccessToken": f"Bearer {API_KEY}", "oryWorkspaceApiKey": f"Bearer {WORKSPACE_KEY}"}
OWN_CREDENTIALS = {"basic", "bearer", "oauth2"}
"""What the caller of the operation gives, call by call."""

every_row = pytest.mark.parametrize("row", ROWS, ids=str)
both_twins = pytest.mark.parametrize("twin", TWINS)
every_body = pytest.mark.parametrize(
    ("row", "body"),
    [pytest.param(row, body, id=f"{row}-{at}") for row in ROWS if row.body for at, body in enumerate(BODIES[row.body])],
)


def method_of(row: Row, twin: Twin = "async") -> Any:
    """The method of a row, bound as users meet it."""
    client = ory_async.Ory if twin == "async" else ory_sync.Ory
    return getattr(getattr(client("http://127.0.0.1:1"), row.service), row.name)


def send(server: RecordingServer, twin: Twin, row: Row, *args: Any, **values: Any) -> Seen:
    """What a call of a client with credentials and a URL for each plane sends."""
    server.answer(418)
    planes = {plane: f"{server.url}/{plane}" for plane in PLANES}
    options = {"auth": API_KEY, "workspace_api_key": WORKSPACE_KEY, "retry": None}
    with (
        calling(twin, lambda ory: ory.self_hosted(**planes, **options)) as call,
        pytest.raises(errors.ApiError) as refused,
    ):
        call(row, *args, **values)
    assert (refused.value.status, refused.value.operation) == (418, row.id)
    return server.seen


def plane_of(row: Row) -> str:
    return "kratos_admin" if row.plane == "any" else row.plane


def form_of(seen: Seen) -> list[tuple[str, str]]:
    return sorted(parse_qsl(seen.body.decode(), keep_blank_values=True))


def test_every_service_is_made() -> None:
    made = {name for name in {row.service for row in ROWS} if hasattr(ory_async.Ory, name)}
    assert made == {row.service for row in ROWS}
    assert made == {name for name in made if hasattr(ory_sync.Ory, name)}


@both_twins
@every_row
def test_parameters(row: Row, twin: Twin) -> None:
    parameters = inspect.signature(method_of(row, twin)).parameters
    positional = [each.python for each in row.in_place("path")] + ["body"] * (row.body is not None)
    others = [each.python for each in row.in_place("query", "header", "form")]
    others += ["plane"] * (row.plane == "any") + ["auth"] * bool(row.auth & OWN_CREDENTIALS)
    by_position = [name for name, each in parameters.items() if each.kind is each.POSITIONAL_OR_KEYWORD]
    by_keyword = [name for name, each in parameters.items() if each.kind is each.KEYWORD_ONLY]
    assert (by_position, sorted(by_keyword)) == (positional, sorted(others))

    named = {name: each for name, each in parameters.items() if each.kind is not each.VAR_KEYWORD}
    required = {each.python for each in row.parameters if each.required} | ({"body"} if row.body_required else set())
    assert {name for name, each in named.items() if each.default is each.empty} == required
    assert {each.default for name, each in named.items() if name not in required} <= {None}
    assert sorted(parameters.keys() - named.keys()) == (["more"] if row.protocol else [])


@every_row
def test_return_type(row: Row) -> None:
    returned = typing.get_type_hints(method_of(row))["return"]
    assert returned == (result_type(row) or type(None))


@both_twins
@every_row
def test_all_arguments(recording_server: RecordingServer, row: Row, twin: Twin) -> None:
    values = arguments(row)
    seen = send(recording_server, twin, row, **values)
    assert seen.method == row.method
    assert seen.path == f"/{plane_of(row)}{path_on_the_wire(row, values)}"
    assert sorted(seen.query) == sorted(pairs_on_the_wire(row.in_place("query"), values))
    for parameter in row.in_place("header"):
        assert seen.headers.getall(parameter.wire) == [values[parameter.python]]
    if row.in_place("form"):
        assert seen.headers["Content-Type"] == "application/x-www-form-urlencoded"
        assert form_of(seen) == sorted(pairs_on_the_wire(row.in_place("form"), values))


@both_twins
@pytest.mark.parametrize("row", [row for row in ROWS if row.protocol], ids=str)
def test_further_parameters_of_a_protocol(recording_server: RecordingServer, row: Row, twin: Twin) -> None:
    seen = send(recording_server, twin, row, **required_arguments(row), **FURTHER)
    place = PROTOCOL[row.id][0]
    assert FURTHER.items() <= dict(form_of(seen) if place == "form" else seen.query).items()


@both_twins
@every_row
def test_path_parameters_and_body_by_position(recording_server: RecordingServer, row: Row, twin: Twin) -> None:
    values = arguments(row)
    by_position = [values.pop(each.python) for each in row.in_place("path")]
    by_position += [values.pop("body")] if row.body else []
    assert send(recording_server, twin, row, *by_position, **values) == send(
        recording_server, twin, row, **arguments(row)
    )


@both_twins
@every_row
def test_required_arguments_only(recording_server: RecordingServer, row: Row, twin: Twin) -> None:
    values = required_arguments(row)
    seen = send(recording_server, twin, row, **values)
    assert sorted(seen.query) == sorted(pairs_on_the_wire(row.in_place("query"), values))
    assert not {"Cookie", "X-Session-Token"} & seen.headers.keys()
    if "body" not in values and not row.in_place("form"):
        assert seen.body == b""
        assert "Content-Type" not in seen.headers


@both_twins
@every_row
def test_none_is_left_out(recording_server: RecordingServer, row: Row, twin: Twin) -> None:
    absent = {each.python: None for each in row.parameters if not each.required}
    absent |= {"body": None} if row.body and not row.body_required else {}
    with_none = send(recording_server, twin, row, **{**absent, **required_arguments(row)})
    assert with_none == send(recording_server, twin, row, **required_arguments(row))


@both_twins
@pytest.mark.parametrize("row", [row for row in ROWS if row.in_place("query", "form")], ids=str)
def test_empty_values_are_sent(recording_server: RecordingServer, row: Row, twin: Twin) -> None:
    hollow = {each.python: empty(each) for each in row.in_place("query", "form")}
    seen = send(recording_server, twin, row, **{**required_arguments(row), **hollow})
    assert sorted(seen.query) == sorted(pairs_on_the_wire(row.in_place("query"), hollow))
    assert form_of(seen) == sorted(pairs_on_the_wire(row.in_place("form"), hollow)) or not row.in_place("form")


@both_twins
@every_body
def test_body(recording_server: RecordingServer, row: Row, body: Any, twin: Twin) -> None:
    values = arguments(row, body=False)
    seen = send(recording_server, twin, row, **values, body=body)
    assert seen.headers["Content-Type"] == row.content_type
    if isinstance(body, str):
        assert seen.body.decode() == body
    else:
        assert seen.json == body
        model = from_dict(type_of(row.body or ""), body)
        assert send(recording_server, twin, row, **values, body=model).json == body


@every_body
def test_models_know_every_field_of_their_bodies(row: Row, body: Any) -> None:
    model = from_dict(type_of(row.body or ""), body)
    assert list(strays(model)) == []
    assert to_dict(model) == body


@both_twins
@every_row
def test_accept(recording_server: RecordingServer, row: Row, twin: Twin) -> None:
    """Real servers answer any other spelling with redirects, pages or plain text."""
    seen = send(recording_server, twin, row, **arguments(row))
    accepted = seen.headers.getall("Accept")
    assert accepted == ["application/json"] or (accepted == ["*/*"] and row.success <= {"text", "redirect"})


@both_twins
@every_row
def test_credential_goes_only_where_it_is_asked_for(recording_server: RecordingServer, row: Row, twin: Twin) -> None:
    seen = send(recording_server, twin, row, **arguments(row))
    assert seen.headers.getall("Authorization", []) == [CREDENTIALS[name] for name in row.auth if name in CREDENTIALS]


@both_twins
@every_row
def test_missing_plane_is_named(row: Row, twin: Twin) -> None:
    others = {plane: f"http://127.0.0.1:1/{plane}" for plane in PLANES if row.plane not in (plane, "any")}
    with (
        calling(twin, lambda ory: ory.self_hosted(**others, workspace_api_key=WORKSPACE_KEY)) as call,
        pytest.raises(errors.ConfigurationError, match=plane_of(row)),
    ):
        call(row, **arguments(row))


@both_twins
@pytest.mark.parametrize("row", [row for row in ROWS if row.plane == "any"], ids=str)
@pytest.mark.parametrize("plane", ["hydra_admin", "keto_write"])
def test_metadata_of_another_plane(recording_server: RecordingServer, row: Row, twin: Twin, plane: str) -> None:
    assert send(recording_server, twin, row, plane=plane).path == f"/{plane}{row.path}"


@both_twins
@every_row
def test_success(recording_server: RecordingServer, row: Row, twin: Twin) -> None:
    """The least that a success can be, of each kind that the row knows."""
    with calling(twin, lambda ory: ory(recording_server.url, workspace_api_key=WORKSPACE_KEY, retry=None)) as call:
        for kind in row.success:
            recording_server.answer(*_least(row, kind))
            returned = result_type(row)
            if kind == "redirect" and Redirect not in (returned, *typing.get_args(returned)):
                with pytest.raises(errors.UnexpectedRedirect):
                    call(row, **required_arguments(row))
            else:
                _check(row, kind, call(row, **required_arguments(row)))


def _least(row: Row, kind: str) -> tuple[int, list[tuple[str, str]], str]:
    if kind == "redirect":
        return 303, [("Location", "/next"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2; HttpOnly")], ""
    if kind == "empty":
        return 204, [], ""
    if kind == "text":
        return 200, [("Content-Type", "text/plain; charset=utf-8")], "tëxt"
    is_list = typing.get_origin(type_of(row.result[1] or "")) is list
    return int(row.result[0]), [("Content-Type", "application/json; charset=utf-8")], "[]" if is_list else "{}"


def _check(row: Row, kind: str, result: Any) -> None:
    if kind == "redirect":
        assert result == Redirect(303, "/next", ["a=1", "b=2; HttpOnly"])
    elif kind == "empty":
        assert result is None
    elif kind == "text":
        assert result == "tëxt"
    elif row.paging is not None:
        assert list(result) == []
    else:
        model = type_of(row.result[1] or "")
        assert isinstance(result, typing.get_origin(model) or model)


@every_row
def test_rate_limit_bucket(recording_server: RecordingServer, row: Row) -> None:
    recording_server.answer(429)
    with (
        calling("async", lambda ory: ory(recording_server.url, workspace_api_key=WORKSPACE_KEY, retry=None)) as call,
        pytest.raises(errors.RateLimited) as refused,
    ):
        call(row, **required_arguments(row))
    assert refused.value.bucket == row.rate_limit_bucket
