"""What is right: how a call has to be sent, and what has to become of the answer."""

from __future__ import annotations

import re
import typing
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from ory_async import Redirect, errors, models, to_dict
from tests.support.recording_server import Seen
from tests.support.recordings import Exchange, credential
from tests.support.types import item_type, result_type, type_of

ZERO_TIME = "0001-01-01T00:00:00Z"
_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6})\d*)?(Z|[+-]\d\d:\d\d)")

ERRORS_BY_ID: dict[str, type[errors.ApiError]] = {
    "session_already_available": errors.SessionAlreadyAvailable,
    "session_inactive": errors.NoActiveSession,
    "session_aal1_required": errors.NoActiveSession,
    "session_aal2_required": errors.SecondFactorRequired,
    "session_refresh_required": errors.SessionRefreshRequired,
    "security_csrf_violation": errors.CsrfViolation,
    "self_service_flow_expired": errors.FlowExpired,
    "self_service_flow_replaced": errors.FlowReplaced,
    "browser_location_change_required": errors.BrowserRedirectRequired,
}
ERRORS_BY_STATUS: dict[int, type[errors.ApiError]] = {
    302: errors.UnexpectedRedirect,
    303: errors.UnexpectedRedirect,
    307: errors.UnexpectedRedirect,
    400: errors.BadRequest,
    401: errors.Unauthorized,
    403: errors.Forbidden,
    404: errors.NotFound,
    409: errors.Conflict,
    410: errors.Gone,
    422: errors.UnprocessableEntity,
    500: errors.ServerError,
    502: errors.ServerError,
}

PROTOCOL_ERRORS = {
    "create_oidc_dynamic_client",
    "create_verifiable_credential",
    "delete_oidc_dynamic_client",
    "get_oidc_dynamic_client",
    "get_oidc_user_info",
    "introspect_oauth2_token",
    "oauth2_authorize",
    "oauth2_device_flow",
    "oauth2_token_exchange",
    "perform_oauth2_device_verification_flow",
    "revoke_oauth2_token",
    "set_oidc_dynamic_client",
}
"""The operations whose errors have the codes of OAuth2."""


def problems_of_request(exchange: Exchange, seen: Seen) -> Iterator[str]:
    """In what a call was not sent as it was recorded."""
    if seen.method != exchange.method:
        yield f"method {seen.method}"
    if seen.path != exchange.path:
        yield f"path {seen.path}, not {exchange.path}"
    if sorted(seen.query) != sorted(exchange.query):
        yield f"query {seen.query}, not {exchange.query}"
    for parameter in exchange.row.in_place("header"):
        recorded = exchange.sent_headers.get(parameter.wire.lower())
        if seen.headers.get(parameter.wire) != (recorded and recorded.strip()):
            yield f"{parameter.wire} {seen.headers.get(parameter.wire)!r}, not {recorded!r}"
    yield from _problems_of_credential(exchange, seen)
    yield from _problems_of_body(exchange, seen)


def _problems_of_credential(exchange: Exchange, seen: Seen) -> Iterator[str]:
    recorded, sent = exchange.sent_headers.get("authorization"), seen.headers.get("Authorization")
    if (recorded and credential(recorded)) != (sent and credential(sent)):
        yield f"Authorization {sent!r}, not {recorded!r}"


def _problems_of_body(exchange: Exchange, seen: Seen) -> Iterator[str]:
    if exchange.row.in_place("form"):
        fields = sorted(parse_qsl(seen.body.decode(), keep_blank_values=True))
        if fields != sorted(exchange.form):
            yield f"form {fields}, not {exchange.form}"
    elif exchange.body is None:
        if seen.body:
            yield f"a body {seen.body[:80]!r}"
    elif exchange.body_kind == "text":
        if seen.body.decode() != exchange.body:
            yield f"text {seen.body[:80]!r}, not {exchange.body[:80]!r}"
    elif seen.json != exchange.body:
        yield f"body {seen.json}, not {exchange.body}"


def is_result(exchange: Exchange) -> bool:
    """Whether the answer is a result and no error."""
    if 300 <= exchange.status < 400:
        returned = result_type(exchange.row)
        return Redirect in (returned, *typing.get_args(returned))
    document = exchange.document or {}
    is_denial = exchange.status == 403 and "allowed" in document
    is_nonce = exchange.status == 400 and "c_nonce" in document
    return exchange.status < 300 or is_denial or is_nonce


def result_model(exchange: Exchange) -> Any:
    """The type of a result that is JSON."""
    model = exchange.row.responses.get(str(exchange.status)) if exchange.status == 400 else exchange.row.result[1]
    return type_of(model or "")


def problems_of_result(exchange: Exchange, result: Any) -> Iterator[str]:
    """In what a result is not what was answered."""
    if not is_result(exchange):
        yield f"{exchange.status} gave a {type(result).__name__}"
    elif isinstance(result, Redirect):
        cookies = [value for name, value in exchange.headers if name.lower() == "set-cookie"]
        if result != Redirect(exchange.status, exchange.header("location"), cookies):
            yield f"{result}, not to {exchange.header('location')} with {cookies}"
    elif not exchange.is_json:
        if result != (exchange.answer or None):
            yield f"{result!r:.80}, not {exchange.answer[:80]!r}"
    elif exchange.row.paging is not None:
        yield from _problems_of_page(exchange, result)
    else:
        kind = result_model(exchange)
        if not isinstance(result, typing.get_origin(kind) or kind):
            yield f"a {type(result).__name__}, not {kind}"
        yield from losses(exchange.document, to_dict(result))


def _problems_of_page(exchange: Exchange, page: Any) -> Iterator[str]:
    document = exchange.document
    recorded = document if isinstance(document, list) else document["relation_tuples"]
    kind = item_type(exchange.row)
    if not all(isinstance(item, kind) for item in page):
        yield f"items other than {kind}"
    yield from losses(recorded, to_dict(list(page)))
    if isinstance(document, dict) and page.next_page_token != (document["next_page_token"] or None):
        yield f"next page {page.next_page_token}, not {document['next_page_token']}"
    if exchange.header("x-total-count") and str(page.total_count) != exchange.header("x-total-count"):
        yield f"total count {page.total_count}"


def expected_error(exchange: Exchange) -> type[errors.ApiError]:
    document = exchange.document if isinstance(exchange.document, dict) else {}
    if "ui" in document and exchange.status in (400, 422):
        return errors.FlowNotCompleted
    error = document.get("error")
    if isinstance(error, str) and exchange.row.name in PROTOCOL_ERRORS:
        return errors.OAuth2Error
    if isinstance(error, dict) and error.get("id") in ERRORS_BY_ID:
        return ERRORS_BY_ID[error["id"]]
    if exchange.row.name == "to_session" and exchange.status == 401:
        return errors.NoActiveSession
    if exchange.status == 410 and exchange.row.path.startswith("/self-service/"):
        return errors.FlowExpired
    return ERRORS_BY_STATUS[exchange.status]


def problems_of_error(exchange: Exchange, error: Exception) -> Iterator[str]:
    """In what an error is not the one that was answered."""
    if is_result(exchange) or type(error) is not expected_error(exchange):
        yield f"{exchange.status} raised {error!r:.200}"
        return
    assert isinstance(error, errors.ApiError)
    document = exchange.document if isinstance(exchange.document, dict) else {}
    body = document.get("error", {})
    if isinstance(body, str):
        body = {"message": body, "reason": document["error_description"]}
        if isinstance(error, errors.OAuth2Error) and (error.error, error.error_description) != (*body.values(),):
            yield f"error {error.error}, {error.error_description}"
    if (error.status, error.error_id, error.operation) != (exchange.status, body.get("id"), exchange.row.id):
        yield f"error with {error.status}, {error.error_id}, {error.operation}"
    if (error.message is None, error.reason is None) != ("message" not in body, "reason" not in body) and body:
        yield f"error with message {error.message}, reason {error.reason}"
    for name in ("redirect_browser_to", "use_flow_id"):
        if document.get(name) != getattr(error, name, None):
            yield f"{name} {getattr(error, name, None)}, not {document.get(name)}"
    if isinstance(error, errors.UnexpectedRedirect) and error.location != exchange.header("location"):
        yield f"location {error.location}"
    if isinstance(error, errors.FlowNotCompleted):
        yield from _problems_of_flow(exchange, error)


def flow_type(exchange: Exchange) -> Any:
    """The class of the flow that a submission goes on with."""
    model = exchange.row.responses.get("400")
    return type_of(model) if model and model.endswith("Flow") else models.LoginFlow


def document_type(exchange: Exchange) -> Any:
    """What the answer's JSON is: the promised result, a flow, or None for an error."""
    if is_result(exchange):
        return result_model(exchange)
    return flow_type(exchange) if expected_error(exchange) is errors.FlowNotCompleted else None


def _problems_of_flow(exchange: Exchange, error: errors.FlowNotCompleted) -> Iterator[str]:
    kind = flow_type(exchange)
    if type(error.flow) is not kind:
        yield f"flow {type(error.flow).__name__}, not {kind.__name__}"
    yield from losses(exchange.document, to_dict(error.flow))
    ui = exchange.document["ui"]
    told = [*ui.get("messages", ()), *(each for node in ui["nodes"] or () for each in node["messages"])]
    if [message.id for message in error.messages] != [message["id"] for message in told]:
        yield f"messages {error.messages}, not {told}"


def losses(recorded: Any, encoded: Any, path: str = "$") -> Iterator[str]:
    """Where a result, encoded again, says something else than the JSON it was made of.

    What says nothing may change: null may be left out or become an empty list, and so may Go's zero time. Times have
    the microseconds that Python has.
    """
    if recorded is None or recorded == ZERO_TIME:
        if encoded not in (None, [], ZERO_TIME):
            yield f"{path}: {recorded} became {encoded!r:.60}"
    elif isinstance(recorded, dict) and isinstance(encoded, dict):
        for key in {**recorded, **encoded}:
            yield from losses(recorded.get(key), encoded.get(key), f"{path}.{key}")
    elif isinstance(recorded, list) and isinstance(encoded, list) and len(recorded) == len(encoded):
        for index, (item, again) in enumerate(zip(recorded, encoded, strict=True)):
            yield from losses(item, again, f"{path}[{index}]")
    elif type(recorded) is not type(encoded) or _moment(recorded) != _moment(encoded):
        yield f"{path}: {recorded!r:.60} became {encoded!r:.60}"


def _moment(value: Any) -> Any:
    """A point in time, of the text that spells it; anything else as it is."""
    found = _TIME.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return value
    seconds, fraction, offset = found.groups()
    return datetime.fromisoformat(f"{seconds}.{(fraction or '').ljust(6, '0')}{offset}").astimezone(UTC)
