"""How an answer becomes a result or an error. No input or output."""

from __future__ import annotations

from typing import Any

from .errors import (
    ApiError,
    BadRequest,
    BrowserRedirectRequired,
    Conflict,
    CsrfViolation,
    DecodeError,
    FlowExpired,
    FlowNotCompleted,
    FlowReplaced,
    Forbidden,
    Gone,
    NoActiveSession,
    NotFound,
    OAuth2Error,
    RateLimited,
    SecondFactorRequired,
    ServerError,
    SessionAlreadyAvailable,
    SessionRefreshRequired,
    Unauthorized,
    UnexpectedRedirect,
    UnprocessableEntity,
)
from .messages import Answer, Redirect
from .models.base import Json
from .operation import Operation
from .redaction import redact, redact_text
from .retry import retry_after
from .serialization import from_dict, from_json, load_json

_BY_STATUS: dict[int, type[ApiError]] = {
    400: BadRequest,
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    410: Gone,
    422: UnprocessableEntity,
    429: RateLimited,
}

_BY_ID: dict[str, type[ApiError]] = {
    "session_already_available": SessionAlreadyAvailable,
    "session_inactive": NoActiveSession,
    "session_aal1_required": NoActiveSession,
    "session_aal2_required": SecondFactorRequired,
    "session_refresh_required": SessionRefreshRequired,
    "security_csrf_violation": CsrfViolation,
    "self_service_flow_expired": FlowExpired,
    "self_service_flow_replaced": FlowReplaced,
    "browser_location_change_required": BrowserRedirectRequired,
}


def read(operation: Operation, answer: Answer) -> Any:
    """The result of an operation.

    Raises the `ApiError` that the answer tells, or `DecodeError` where it is another kind of thing than promised.
    """
    status = answer.status
    if 200 <= status < 300:
        return _result(operation, answer)
    if 300 <= status < 400 and operation.redirects:
        return Redirect(status, answer.headers.get("location", ""), answer.headers.get_all("set-cookie"))
    also = operation.also
    if also is not None and status == also.status:
        document = _document(answer)
        if isinstance(document, dict) and also.sign in document:
            return _decode(operation, answer, also.model, document)
    raise error_of(operation, answer)


def _result(operation: Operation, answer: Answer) -> Any:
    if operation.result is None:
        return None
    if operation.result is str:
        return answer.body.decode("utf-8", "replace")
    if operation.result is Redirect:
        raise _no_decode(operation, answer, DecodeError(f"{answer.status} is no redirect"))
    if operation.optional and not answer.body:
        return None
    if operation.signed and answer.headers.get("content-type", "").lower().startswith("application/jwt"):
        return answer.body.decode("utf-8", "replace")
    try:
        return from_json(operation.result, answer.body)
    except DecodeError as error:
        raise _no_decode(operation, answer, error) from None


def _decode(operation: Operation, answer: Answer, kind: Any, document: Json) -> Any:
    try:
        return from_dict(kind, document)
    except DecodeError as error:
        raise _no_decode(operation, answer, error) from None


def _no_decode(operation: Operation, answer: Answer, error: DecodeError) -> DecodeError:
    """The error, told where it happened."""
    start = redact_text(answer.body[:400].decode("utf-8", "replace")).encode("utf-8", "replace")[:200]
    return DecodeError(
        f"{operation.name}: the answer ({answer.status}) cannot be read: {error}",
        status=answer.status,
        operation=operation.name,
        path=error.path,
        body=start,
    )


def _document(answer: Answer) -> Json:
    """The JSON of an answer, or None where it is none."""
    try:
        return load_json(answer.body)
    except DecodeError:
        return None


def error_of(operation: Operation, answer: Answer) -> ApiError:
    """The error that an answer tells, by the shape of its body first and by its status second."""
    document = _document(answer)
    body = document if isinstance(document, dict) else {}
    facts = _common_facts(operation, answer, document)
    if operation.flow is not None and answer.status in (400, 422) and "ui" in body:
        flow = _decode(operation, answer, operation.flow, body)
        return _make(FlowNotCompleted, facts, flow=flow)
    if operation.protocol and isinstance(body.get("error"), str):
        return _make(OAuth2Error, facts, error=body["error"], error_description=facts["reason"])
    kind = _kind(operation, answer.status, facts["error_id"])
    if issubclass(kind, (SecondFactorRequired, SessionRefreshRequired, BrowserRedirectRequired)):
        details = facts["details"] or {}
        return _make(
            kind,
            facts,
            redirect_browser_to=_text(body.get("redirect_browser_to") or details.get("redirect_browser_to")),
        )
    if issubclass(kind, (FlowExpired, FlowReplaced)):
        return _make(kind, facts, use_flow_id=_text(body.get("use_flow_id")))
    if issubclass(kind, Gone):
        return _make(kind, facts, redirect_to=_text(body.get("redirect_to")))
    if kind is RateLimited:
        return _make(kind, facts, bucket=operation.bucket)
    if kind is UnexpectedRedirect:
        return _make(kind, facts, location=answer.headers.get("location"))
    return _make(kind, facts)


def _kind(operation: Operation, status: int, error_id: str | None) -> type[ApiError]:
    if error_id in _BY_ID:
        return _BY_ID[error_id]
    if status == 401 and operation.path == "/sessions/whoami":
        return NoActiveSession
    if status == 410 and operation.path.startswith("/self-service/"):
        return FlowExpired
    if status >= 500:
        return ServerError
    if 300 <= status < 400:
        return UnexpectedRedirect
    return _BY_STATUS.get(status, ApiError)


def _common_facts(operation: Operation, answer: Answer, document: Json) -> dict[str, Any]:
    """What every error knows, whichever of the servers' shapes it came in."""
    body = document if isinstance(document, dict) else {}
    error = body.get("error")
    if isinstance(error, dict):  # Kratos, Keto
        message, reason = _text(error.get("message")), _text(error.get("reason"))
    elif isinstance(error, str):  # Hydra, OAuth2
        message, reason = error, _text(body.get("error_description"))
    else:  # anything else, a plain text perhaps
        message, reason = _text(body.get("message")), _text(body.get("reason"))
        if document is None and "html" not in answer.headers.get("content-type", ""):
            message = answer.body[:200].decode("utf-8", "replace").strip() or None
    error = error if isinstance(error, dict) else {}
    details = error.get("details")
    return {
        "operation": operation.name,
        "status": answer.status,
        "error_id": _text(error.get("id")),
        "message": message and redact_text(message),
        "reason": reason and redact_text(reason),
        "details": details if isinstance(details, dict) else None,
        "request_id": answer.headers.get("x-request-id") or _text(error.get("request")),
        "headers": answer.headers,
        "body": redact(document)
        if document is not None
        else redact_text(answer.body[:2000].decode("utf-8", "replace")),
        "retry_after": retry_after(answer.headers) if answer.status in (429, 503) else None,
    }


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) else None


def _make(kind: type[ApiError], facts: dict[str, Any], **more: Any) -> ApiError:
    why = ": ".join(part for part in (facts["message"], facts["reason"]) if part)
    line = f"{facts['operation']}: {facts['status']}{' ' + facts['error_id'] if facts['error_id'] else ''}"
    if why:
        line += f": {' '.join(why.split())}"
    if more.get("bucket"):
        line += f" (rate limit {more['bucket']})"
    if facts["request_id"]:
        line += f" (request {facts['request_id']})"
    return kind(line, **facts, **more)
