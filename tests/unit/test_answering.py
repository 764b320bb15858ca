"""How an answer becomes a result or an error."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ory_async import Answer, Headers, Redirect, errors, models
from ory_async.answering import error_of, read
from ory_async.errors import ApiError, DecodeError, OryError
from ory_async.operation import AlsoResult, Operation

PLANTED = "pLanted"
ALLOWED = AlsoResult(403, "allowed", models.CheckPermissionResult)


def operation(path: str = "/admin/things/{id}", result: Any = models.Message, **facts: Any) -> Operation:
    known: dict[str, Any] = {"method": "GET", "credential": None, "repeatable": True} | facts
    return Operation(name="things.get", path=path, plane="kratos_admin", result=result, **known)


def answer(status: int, body: Any = b"", **headers: str) -> Answer:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(status, Headers.of((name.replace("_", "-"), value) for name, value in headers.items()), raw)


def error(answer: Answer, **facts: Any) -> ApiError:
    with pytest.raises(ApiError) as raised:
        read(operation(**facts), answer)
    return raised.value


# results


@pytest.mark.parametrize("status", [200, 201, 202])
def test_a_success_is_the_model(status: int) -> None:
    assert read(operation(), answer(status, {"id": "m1"})).id == "m1"


@pytest.mark.parametrize("status", [200, 204])
@pytest.mark.parametrize("body", [b"", b"{}", b"no json"])
def test_where_no_body_is_promised_none_is_read(status: int, body: bytes) -> None:
    assert read(operation(result=None), answer(status, body, Content_Type="application/json")) is None


def test_a_body_that_may_be_absent_is_none_then() -> None:
    assert read(operation(optional=True), answer(204)) is None
    assert read(operation(optional=True), answer(200, {"id": "m1"})).id == "m1"


def test_a_text_is_text_whatever_its_bytes() -> None:
    assert read(operation(result=str), answer(200, b"// \xc3\xa4\xff")) == "// ä\ufffd"


def test_a_redirect_is_a_result_where_one_is_promised() -> None:
    headers = Headers.of([("Location", "https://x.example/?code=1"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])
    redirect = read(operation(redirects=True), Answer(303, headers, b"<a>See Other</a>"))
    assert redirect == Redirect(303, "https://x.example/?code=1", ["a=1", "b=2"])


def test_a_redirect_elsewhere_is_an_error_that_tells_where_to() -> None:
    found = error(answer(307, b"<a>Temporary Redirect</a>", Location="/elsewhere"))
    assert type(found) is errors.UnexpectedRedirect
    assert found.location == "/elsewhere"


def test_a_document_where_a_redirect_is_promised_is_no_result() -> None:
    with pytest.raises(DecodeError, match="200 is no redirect"):
        read(operation(result=Redirect, redirects=True), answer(200, {}))


def test_an_error_status_with_a_result_in_it_is_a_result() -> None:
    check = operation(
        result=models.CheckPermissionResult, also=AlsoResult(403, "allowed", models.CheckPermissionResult)
    )
    assert read(check, answer(403, {"allowed": False})).allowed is False
    with pytest.raises(errors.Forbidden):
        read(check, answer(403, {"error": {"code": 403, "message": "no"}}))
    with pytest.raises(errors.Forbidden):
        read(check, answer(403, b"<html>"))


# what is no result


@pytest.mark.parametrize(
    ("body", "hint"),
    [
        (b"", "no JSON"),
        (b"<html>", "no JSON"),
        (b"\xef\xbb\xbf{}", "BOM"),
        (b'{"id": "m1"', "no JSON"),
        (b'{"id": NaN}', "no JSON"),
        (b"[]", "is a list where an object is promised"),
        (b'"m1"', "is a str where an object is promised"),
        (b"null", "is null where an object is promised"),
        (b'{"dispatches": {}}', r"$.dispatches is an object where a list is promised"),
        (b'{"dispatches": [{}, 7]}', r"$.dispatches[1] is a int where an object is promised"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"dispatches":' + b"[" * 100_000, "nested too deeply"),
    ],
    ids=lambda value: f"{value!r:.30}",
)
def test_a_success_of_another_kind_is_a_decode_error_that_tells_the_place(body: bytes, hint: str) -> None:
    with pytest.raises(DecodeError) as raised:
        read(operation(), answer(200, body))
    assert str(raised.value).startswith("things.get: the answer (200) cannot be read: ")
    assert hint in str(raised.value)
    assert (raised.value.status, raised.value.operation) == (200, "things.get")
    assert raised.value.body is not None
    assert len(raised.value.body) <= 200


def test_the_path_of_a_decode_error_leads_to_the_place() -> None:
    with pytest.raises(DecodeError) as raised:
        read(operation(), answer(200, {"dispatches": [{}, {"created_at": []}]}))
    assert list(raised.value.path) == ["dispatches", 1, "created_at"]


def test_a_decode_error_shows_no_secret() -> None:
    with pytest.raises(DecodeError) as raised:
        read(operation(), answer(200, f'{{"session_token": "{PLANTED}", '.encode()))
    assert PLANTED.encode() not in (raised.value.body or b"")
    assert PLANTED not in str(raised.value)


# errors by status and id


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, errors.BadRequest),
        (401, errors.Unauthorized),
        (402, ApiError),
        (403, errors.Forbidden),
        (404, errors.NotFound),
        (405, ApiError),
        (409, errors.Conflict),
        (410, errors.Gone),
        (418, ApiError),
        (422, errors.UnprocessableEntity),
        (429, errors.RateLimited),
        (301, errors.UnexpectedRedirect),
        (304, errors.UnexpectedRedirect),
        *((status, errors.ServerError) for status in (500, 501, 502, 503, 504, 520, 599)),
        (101, ApiError),
    ],
)
@pytest.mark.parametrize(
    "body", [b"", b"null", b"[]", b'"x"', b"{}", b"<html>", b"plain", b"\xff", b"[" * 9999, b'{"error": 7}']
)
def test_the_status_decides_whatever_the_body(status: int, kind: type[ApiError], body: bytes) -> None:
    found = error(answer(status, body))
    assert type(found) is kind
    assert (found.status, found.operation) == (status, "things.get")
    assert str(found).startswith(f"things.get: {status}")
    assert "\n" not in str(found)


@pytest.mark.parametrize(
    ("status", "error_id", "kind"),
    [
        (401, "session_inactive", errors.NoActiveSession),
        (401, "session_aal1_required", errors.NoActiveSession),
        (403, "session_aal2_required", errors.SecondFactorRequired),
        (422, "session_aal2_required", errors.SecondFactorRequired),
        (403, "session_refresh_required", errors.SessionRefreshRequired),
        (403, "security_csrf_violation", errors.CsrfViolation),
        (400, "security_csrf_violation", errors.CsrfViolation),
        (410, "self_service_flow_expired", errors.FlowExpired),
        (410, "self_service_flow_replaced", errors.FlowReplaced),
        (422, "browser_location_change_required", errors.BrowserRedirectRequired),
        (400, "self_service_flow_return_to_forbidden", errors.BadRequest),
        (400, "not_known_yet", errors.BadRequest),
    ],
)
def test_the_id_goes_before_the_status(status: int, error_id: str, kind: type[ApiError]) -> None:
    found = error(answer(status, {"error": {"id": error_id, "code": status, "message": "m", "reason": "r"}}))
    assert type(found) is kind
    assert (found.error_id, found.message, found.reason) == (error_id, "m", "r")
    assert str(found) == f"things.get: {status} {error_id}: m: r"


def test_whoami_without_session_and_flows_without_id() -> None:
    assert type(error(answer(401), path="/sessions/whoami")) is errors.NoActiveSession
    assert type(error(answer(410, {}), path="/self-service/recovery/flows")) is errors.FlowExpired
    assert type(error(answer(410, {}))) is errors.Gone


def test_where_to_go_on_is_on_the_error() -> None:
    aal2 = {"error": {"id": "session_aal2_required"}, "redirect_browser_to": "https://x/login"}
    assert error(answer(403, aal2)).redirect_browser_to == "https://x/login"  # type: ignore[attr-defined]
    inside = {"error": {"id": "session_refresh_required", "details": {"redirect_browser_to": "https://x/again"}}}
    assert error(answer(403, inside)).redirect_browser_to == "https://x/again"  # type: ignore[attr-defined]
    flow = {"error": {"id": "self_service_flow_replaced"}, "use_flow_id": "f2"}
    assert error(answer(410, flow)).use_flow_id == "f2"  # type: ignore[attr-defined]
    assert error(answer(410, {"redirect_to": "https://x/done"})).redirect_to == "https://x/done"  # type: ignore[attr-defined]


# the shapes of errors


@pytest.mark.parametrize(
    ("body", "message", "reason"),
    [
        ({"error": {"code": 404, "message": "m", "reason": "r"}}, "m", "r"),
        ({"error": {"code": 404, "message": "m"}}, "m", None),
        ({"error": "invalid_client", "error_description": "d"}, "invalid_client", "d"),
        ({"error": "Unable to locate the resource", "error_description": ""}, "Unable to locate the resource", ""),
        ({"message": "m", "reason": "r"}, "m", "r"),
        ({"error": {"message": 7, "reason": ["r"]}}, None, None),
        ({"error": None}, None, None),
        (b"404 page not found\n", "404 page not found", None),
        (b"", None, None),
        (b"\xff\xfe", "\ufffd\ufffd", None),
    ],
)
def test_message_and_reason_of_each_shape(body: Any, message: str | None, reason: str | None) -> None:
    found = error(answer(404, body))
    assert (found.message, found.reason) == (message, reason)


def test_an_error_page_of_a_proxy_makes_no_message_but_stays_readable() -> None:
    found = error(answer(502, b"<html><h1>502 Bad Gateway</h1></html>", Content_Type="text/html; charset=utf-8"))
    assert type(found) is errors.ServerError
    assert str(found) == "things.get: 502"
    assert "Bad Gateway" in found.body


def test_details_request_id_and_headers() -> None:
    body = {"error": {"message": "m", "request": "r-body", "details": {"hint": "h"}}}
    assert error(answer(400, body)).request_id == "r-body"
    found = error(answer(400, body, X_Request_Id="r-head"))
    assert found.request_id == "r-head"
    assert found.details == {"hint": "h"}
    assert found.headers["x-request-id"] == "r-head"
    assert str(found) == "things.get: 400: m (request r-head)"


def test_a_message_of_many_lines_becomes_one() -> None:
    assert str(error(answer(500, {"error": {"message": "a\nb\r\n  c"}}))) == "things.get: 500: a b c"


@pytest.mark.parametrize(("status", "seconds"), [(429, 7), (503, 7), (500, None), (404, None)])
def test_the_wish_to_wait_is_on_the_error(status: int, seconds: float | None) -> None:
    assert error(answer(status, Retry_After="7")).retry_after == seconds


def test_the_rate_limit_is_named_where_known() -> None:
    found = error(answer(429), bucket="kratos-admin-high")
    assert found.bucket == "kratos-admin-high"  # type: ignore[attr-defined]
    assert str(found) == "things.get: 429 (rate limit kratos-admin-high)"


# OAuth2


def test_an_error_of_the_protocol_has_its_code() -> None:
    body = {"error": "invalid_grant", "error_description": f"The code ory_ac_{PLANTED} was used."}
    found = error(answer(400, body), protocol=True)
    assert isinstance(found, errors.OAuth2Error)
    assert (found.error, found.status) == ("invalid_grant", 400)
    assert found.error_description == "The code [redacted] was used."
    assert str(found) == "things.get: 400: invalid_grant: The code [redacted] was used."
    assert type(error(answer(401, {"error": "invalid_client"}), protocol=True)) is errors.OAuth2Error


def test_the_same_json_elsewhere_is_a_plain_error() -> None:
    assert type(error(answer(404, {"error": "Unable to locate the resource"}))) is errors.NotFound
    assert type(error(answer(500, b"<html>"), protocol=True)) is errors.ServerError
    assert type(error(answer(404, {"error": {"message": "m"}}), protocol=True)) is errors.NotFound


def test_an_answer_that_may_be_signed_is_a_token_or_a_document() -> None:
    signed = operation(signed=True)
    assert read(signed, answer(200, b"eyJ.e30.x", Content_Type="application/jwt; charset=utf-8")) == "eyJ.e30.x"
    assert read(signed, answer(200, {"id": "m1"}, Content_Type="application/json")).id == "m1"


# flows


FLOW = {
    "id": "f1",
    "type": "browser",
    "state": "choose_method",
    "ui": {
        "action": "/",
        "method": "POST",
        "nodes": [],
        "messages": [{"id": 4000006, "text": "wrong", "type": "error"}],
    },
}


@pytest.mark.parametrize("status", [400, 422])
def test_a_flow_in_an_error_is_the_error(status: int) -> None:
    found = error(answer(status, FLOW), path="/self-service/login", flow=models.LoginFlow)
    assert isinstance(found, errors.FlowNotCompleted)
    assert isinstance(found.flow, models.LoginFlow)
    assert [message.id for message in found.messages] == [4000006]


def test_a_flow_in_another_status_or_of_an_operation_without_flows_is_none() -> None:
    assert type(error(answer(403, FLOW), flow=models.LoginFlow)) is errors.Forbidden
    assert type(error(answer(400, FLOW))) is errors.BadRequest
    assert type(error(answer(400, {"error": {"message": "m"}}), flow=models.LoginFlow)) is errors.BadRequest


def test_a_flow_that_cannot_be_read_is_a_decode_error() -> None:
    with pytest.raises(DecodeError, match=r"\$\.ui is a list where an object is promised"):
        read(operation(flow=models.LoginFlow), answer(400, {"ui": [1]}))


# secrets, and anything at all


@pytest.mark.parametrize(
    "body",
    [
        {"error": {"message": f"token=ory_st_{PLANTED} is wrong", "reason": f"Bearer {PLANTED}"}},
        {"error": "invalid_grant", "error_description": f"ory_ac_{PLANTED}.{PLANTED}"},
        {"session_token": PLANTED, "ui": {"nodes": [{"attributes": {"name": "password", "value": PLANTED}}]}},
        f"client_secret={PLANTED}".encode(),
    ],
)
def test_no_secret_shows_in_an_error(body: Any) -> None:
    found = error(answer(400, body, Set_Cookie=f"ory_kratos_session={PLANTED}"))
    assert PLANTED not in f"{found} {found!r} {found.message} {found.reason} {found.body}"


@given(
    status=st.integers(100, 999),
    body=st.binary()
    | st.recursive(
        st.none() | st.text() | st.integers(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(st.sampled_from(["error", "id", "ui", "message", "details", "use_flow_id"]), inner)
        ),
    ).map(lambda data: json.dumps(data).encode()),
)
def test_any_answer_is_a_result_or_a_typed_error(status: int, body: bytes) -> None:
    found: OryError | None = None
    try:
        read(
            operation(flow=models.LoginFlow, also=AlsoResult(403, "allowed", models.CheckPermissionResult)),
            Answer(status, Headers(), body),
        )
    except (ApiError, DecodeError) as error:
        found = error
    assert found is None or str(found).startswith("things.get: ")


@pytest.mark.parametrize("depth", [100, 400, 700, 1000, 3000, 100_000])
@pytest.mark.parametrize("unit", [(b"[", b"]"), (b'{"a":', b"}")])
def test_an_error_nested_deeply_is_still_a_typed_error(depth: int, unit: tuple[bytes, bytes]) -> None:
    found = error_of(operation(), answer(400, unit[0] * depth + b"1" + unit[1] * depth))
    assert type(found) is errors.BadRequest
