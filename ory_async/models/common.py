"""What several services share: JSON Patch, the documents that errors come in, and the answer of a health check.

Some names stand for plain JSON or text, and are here because the API gives them a name.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, TypeAlias

from .base import UNSET, Json, Model, OpenEnum, model, wire

__all__ = [
    "DefaultError",
    "ErrorAuthenticatorAssuranceLevelNotSatisfied",
    "ErrorBrowserLocationChangeRequired",
    "ErrorFlowReplaced",
    "ErrorGeneric",
    "FlowError",
    "GenericError",
    "GenericErrorContent",
    "HealthNotReadyStatus",
    "HealthStatus",
    "ID",
    "JSONRawMessage",
    "JsonPatch",
    "JsonPatchDocument",
    "JsonPatchOperation",
    "NeedsPrivilegedSessionError",
    "NullDuration",
    "NullJsonRawMessage",
    "NullString",
    "NullTime",
    "NullUUID",
    "RFC6749ErrorJson",
    "SelfServiceFlowExpiredError",
    "String",
    "Time",
]


ID: TypeAlias = int
"""A number that names a thing, such as a kind of message."""

JSONRawMessage: TypeAlias = Json
"""Any JSON."""

NullJsonRawMessage: TypeAlias = Json
"""Any JSON, null included."""

NullDuration: TypeAlias = str | None
"""A duration such as ``1h30m``, or none."""

NullUUID: TypeAlias = str | None
"""A UUID, or none."""

Time: TypeAlias = datetime
"""A point in time, with its offset."""

NullTime: TypeAlias = datetime | None

NullString: TypeAlias = str | None

String: TypeAlias = NullString
"""It may be null in spite of its name."""


class JsonPatchOperation(OpenEnum):
    """What one change of a JSON Patch does. Ory's servers take the first three and refuse the others."""

    ADD = "add"
    REMOVE = "remove"
    REPLACE = "replace"
    MOVE = "move"
    COPY = "copy"
    TEST = "test"


@model
class JsonPatch(Model):
    """One change to a document (RFC 6902); a patch is a list of them, made in order, all or none."""

    nulls: ClassVar[frozenset[str]] = frozenset({"value"})

    op: JsonPatchOperation | str
    path: str
    """A JSON pointer to what changes, such as ``/traits/name``. In names ``~`` is written ``~0`` and ``/`` is ``~1``."""
    value: Json = UNSET
    """The new value. None is sent as null; leave it out for ``remove``, ``move`` and ``copy``."""
    from_: str | None = wire("from", default=None)
    """A JSON pointer to where ``move`` and ``copy`` take the value from."""


JsonPatchDocument: TypeAlias = list[JsonPatch]
"""A whole patch."""


@model
class GenericErrorContent(Model):
    """What went wrong, as the ``error`` of an answer tells it.

    Kratos and Keto send `code`, `status`, `message` and often `reason`; the Ory Network has more. Errors raised by this
    SDK carry the same facts as attributes.
    """

    id: str | None = None
    """A word for programs, such as ``session_inactive`` or ``quota_exceeded``; most errors have none."""
    code: int | None = None
    """The HTTP status as the server sees it, which the status of the answer need not equal."""
    status: str | None = None
    """The status in words, such as ``Not Found``."""
    message: str | None = None
    """The kind of error, in general words."""
    reason: str | None = None
    """What is wrong with this request."""
    details: Json = None
    """Facts for programs, such as ``continue_with``."""
    debug: str | None = None
    """The error inside the server, if it is set to show that."""
    error: str | None = None
    error_description: str | None = None
    status_code: int | None = None


@model
class ErrorGeneric(Model):
    """The body of an error of Kratos, Keto and the Ory Network."""

    error: GenericErrorContent


@model
class GenericError(Model):
    """The body of an error as Hydra's API describes it; what Hydra sends is `error` and ``error_description``."""

    id: str | None = None
    """A word for programs."""
    code: int | None = None
    """The HTTP status."""
    status: str | None = None
    """The status in words."""
    message: str | None = None
    reason: str | None = None
    details: Json = None
    debug: str | None = None
    request: str | None = None
    """The id of the request in the server's logs."""
    error: Json = None
    """A code or a sentence; an object from a path that Hydra does not have."""


@model
class ErrorBrowserLocationChangeRequired(Model):
    """The body of a 422: the flow goes on where only the browser can go, such as at a social sign-in provider."""

    redirect_browser_to: str | None = None
    """The URL to open in the browser."""
    error: GenericErrorContent | None = None


@model
class ErrorFlowReplaced(Model):
    """The body of a 410: the flow goes on in another one of its kind. It is raised as `FlowReplaced`."""

    use_flow_id: str | None = None
    """The flow to go on with, which has the messages as well."""
    error: GenericError | None = None


@model
class SelfServiceFlowExpiredError(Model):
    """The body of a 410: the flow was left alone for too long. It is raised as `FlowExpired`."""

    use_flow_id: str | None = None
    """The flow to go on with, which has the messages as well."""
    expired_at: datetime | None = None
    since: int | None = None
    """How long ago that was, in nanoseconds."""
    error: GenericError | None = None


@model
class ErrorAuthenticatorAssuranceLevelNotSatisfied(Model):
    """The body of a 403: the session is good, but a second factor is asked for. Raised as `SecondFactorRequired`."""

    redirect_browser_to: str | None = None
    """Where the second factor is given."""
    error: GenericError | None = None


@model
class NeedsPrivilegedSessionError(Model):
    """The body of a 403: the login is too long ago for this change. It is raised as `SessionRefreshRequired`."""

    redirect_browser_to: str
    """Where to log in again."""
    error: GenericError | None = None


@model
class RFC6749ErrorJson(Model):
    """An error of OAuth2 (RFC 6749), as some answers of administrators hold it."""

    error: str | None = None
    """The code, such as ``invalid_request``."""
    error_description: str | None = None
    error_hint: str | None = None
    """What to do about it."""
    error_debug: str | None = None
    """The error inside the server, if it is set to show that."""
    status_code: int | None = None


DefaultError: TypeAlias = Json
"""An error inside another answer: mostly an object with ``code``, ``status``, ``message`` and often ``reason``."""


@model
class FlowError(Model):
    """An error kept for the error page, to which a browser is sent with its id when a flow breaks off."""

    id: str
    error: Json = None
    """What went wrong: mostly an object with ``code``, ``status``, ``reason`` and ``message``."""
    created_at: datetime | None = None
    updated_at: datetime | None = None


@model
class HealthStatus(Model):
    """What a healthy server says."""

    status: str | None = None
    """Always ``ok``."""


@model
class HealthNotReadyStatus(Model):
    """What a server says that is up but not ready."""

    errors: dict[str, str] | None = None
    """What is missing, by the name of the check, such as ``database``."""
