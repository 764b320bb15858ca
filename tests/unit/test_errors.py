from __future__ import annotations

import copy
import inspect
import pickle
import re
from typing import Any

import pytest

from ory_async import Headers, errors, models
from ory_async.errors import ApiError, FlowNotCompleted, OryError

CLASSES = [cls for _, cls in inspect.getmembers(errors, inspect.isclass) if issubclass(cls, OryError)]


def drawn_tree() -> dict[str, str | None]:
    """Each class of the drawing in the module's docstring, with the class above it."""
    drawing = (inspect.getdoc(errors) or "").partition("\n\n")[2].split("Every error")[0]
    above: dict[str, str | None] = {}
    path: list[str] = []
    for line in drawing.strip("\n").splitlines():
        found = re.match(r"[\s│├└─]*(\w+)", line)
        if found is not None:
            depth = found.start(1) // 4 - 1  # each level is indented by four
            path[depth:] = [found[1]]
            above[found[1]] = path[depth - 1] if depth else None
    return above


def test_the_drawn_tree_is_the_tree_of_the_classes() -> None:
    assert drawn_tree() == {cls.__name__: None if cls is OryError else cls.__base__.__name__ for cls in CLASSES}


def test_what_is_refused_is_a_value_error() -> None:
    assert issubclass(errors.InvalidRequest, ValueError)


def facts_of(cls: type[OryError]) -> dict[str, Any]:
    if not issubclass(cls, ApiError):
        return {"operation": "identity.get_identity", "path": ["traits", 0]}
    facts: dict[str, Any] = {
        "operation": "identity.get_identity",
        "status": 400,
        "error_id": "x",
        "headers": Headers.of([("X-Request-Id", "r1")]),
        "body": {"error": {"id": "x"}},
        "retry_after": 1.5,
    }
    if cls is FlowNotCompleted:
        facts["flow"] = models.LoginFlow(
            id="f",
            type="browser",
            state="choose_method",
            expires_at=None,
            issued_at=None,
            request_url="",
            ui=models.UiContainer(action="/", method="POST", nodes=[]),
        )
    return facts


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_every_error_survives_pickle_and_copy_and_equals_itself(cls: type[OryError]) -> None:
    error = cls("it failed", **facts_of(cls))
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert type(again) is cls
        assert again == error
        assert hash(again) == hash(error)
        assert str(again) == "it failed"
        assert vars(again) == vars(error)


def test_errors_of_other_class_line_or_contents_differ() -> None:
    error = errors.NotFound("x", status=404)
    assert error != errors.Gone("x", status=404)
    assert error != errors.NotFound("y", status=404)
    assert error != errors.NotFound("x", status=410)
    assert error != ValueError("x")
    assert len({error, errors.NotFound("x", status=404), errors.NotFound("y", status=404)}) == 2


def test_notes_travel_but_make_no_difference() -> None:
    error = errors.NotFound("x", status=404)
    noted = errors.NotFound("x", status=404)
    noted.add_note("while tidying up")
    assert error == noted
    assert pickle.loads(pickle.dumps(noted)).__notes__ == ["while tidying up"]


def test_cookies_are_on_the_error_but_do_not_travel_with_it() -> None:
    headers = Headers.of([("Set-Cookie", "csrf=planted"), ("X-Request-Id", "r1")])
    error = errors.BrowserRedirectRequired("x", status=422, headers=headers)
    assert error.set_cookies == ["csrf=planted"]
    again = pickle.loads(pickle.dumps(error))
    assert again.set_cookies == []
    assert again.headers["x-request-id"] == "r1"


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_an_error_shows_its_line_only(cls: type[OryError]) -> None:
    error = cls("it failed", body={"password": "planted"}, headers=Headers.of([("Set-Cookie", "planted")]))
    assert repr(error) == f"{cls.__name__}('it failed')"
    assert str(error) == "it failed"


def test_whether_the_server_may_have_seen_the_request() -> None:
    assert errors.ConnectError("x").sent is False
    assert errors.ConnectionLost("x").sent is True
    assert errors.RequestTimeout("x").sent is True
    assert errors.RequestTimeout("x", sent=False).sent is False


def flow(**ui: Any) -> models.LoginFlow:
    flow = facts_of(FlowNotCompleted)["flow"]
    flow.ui = models.UiContainer(action="/", method="POST", **ui) if ui else None
    return flow  # type: ignore[no-any-return]


def text(id: int) -> models.UiText:
    return models.UiText(id=id, text="x", type="error")


def test_the_messages_of_a_flow_are_those_of_the_form_then_those_of_its_fields() -> None:
    def node(*messages: models.UiText) -> models.UiNode:
        return models.UiNode(
            type="input", group="default", attributes=None, messages=list(messages), meta=models.UiNodeMeta()
        )

    error = FlowNotCompleted("x", flow=flow(messages=[text(1)], nodes=[node(text(2), text(3)), node(), node(text(4))]))
    assert [message.id for message in error.messages] == [1, 2, 3, 4]


def test_a_flow_without_a_form_has_no_messages() -> None:
    assert FlowNotCompleted("x", flow=flow()).messages == []
    assert FlowNotCompleted("x", flow=flow(nodes=None, messages=None)).messages == []
