"""TODO"""

from __future__ import annotations

from datetime import datetime

from .base import Json, Model, OpenEnum, model, wire

__all__ = [
    "ErrorBrowserLocationChangeRequired",
    "ErrorGeneric",
    "FlowError",
    "GenericError",
    "GenericErrorContent",
    "HealthStatus",
    "JsonPatch",
    "JsonPatchOperation",
]


class JsonPatchOperation(OpenEnum):
    """TODO"""

    ADD = "add"
    REMOVE = "remove"
    REPLACE = "replace"
    MOVE = "move"
    COPY = "copy"
    TEST = "test"


@model
class JsonPatch(Model):
    """TODO A JSONPatch document as defined by RFC 6902"""

    op: JsonPatchOperation | str
    path: str
    from_: str | None = wire("from", default=None)
    value: Json = None


@model
class FlowError(Model):
    """TODO"""

    id: str
    created_at: datetime | None = None
    error: Json = None
    updated_at: datetime | None = None


@model
class ErrorGeneric(Model):
    """TODO The standard Ory JSON API error format."""

    error: GenericErrorContent


@model
class GenericError(Model):
    """TODO Error responses are sent when an error (e.g. unauthorized, bad request, ...) occurred."""

    message: str
    code: int | None = None
    debug: str | None = None
    details: Json = None
    error: GenericErrorContent | None = None
    id: str | None = None
    reason: str | None = None
    request: str | None = None
    status: str | None = None


@model
class GenericErrorContent(Model):
    """TODO Error response"""

    debug: str | None = None
    error: str | None = None
    error_description: str | None = None
    id: str | None = None
    message: str | None = None
    status_code: int | None = None


@model
class ErrorBrowserLocationChangeRequired(Model):
    """TODO"""

    error: ErrorGeneric | None = None
    redirect_browser_to: str | None = None


@model
class HealthStatus(Model):
    """TODO"""

    status: str | None = None
