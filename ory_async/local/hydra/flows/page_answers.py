"""Reading what the pages for login, consent, logout and devices send to the admin API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from aiohttp import web

from ...bodies import go_type, read_json
from ..problems import HydraProblem, access_denied, invalid_request, not_found, request_unauthorized
from ..registry import Registry
from ..requests import Denial, DeviceRequest, Flow, Purpose

T = TypeVar("T", DeviceRequest, Flow)

Fields = Mapping[str, str]
"""Names and Go types of the fields of a body."""

DENIAL: Fields = {
    "error": "string",
    "error_description": "string",
    "error_hint": "string",
    "error_debug": "string",
    "status_code": "int",
}
_STATUSES = range(200, 600)
_JSON_KINDS = {"int": "number", "[]string": "array", "map[string]interface {}": "object"}


def challenge_of(request: web.Request, purpose: Purpose) -> str:
    """Return the challenge of a query, by its name or by its old one. Raises Problem (400)."""
    challenge = request.query.get(purpose) or request.query.get("challenge")
    if not challenge:
        raise invalid_request("Query parameter 'challenge' is not defined but should have been.")
    return challenge


def opened(registry: Registry, purpose: Purpose, text: str, kind: type[T]) -> T:
    """Return what a challenge or a verifier holds. Raises Problem: 404 when it is none, 401 when it has expired."""
    content = registry.sealed.open(purpose, text, kind)
    if content is None:
        raise not_found()
    if content.requested_at + registry.options.login_consent_lifespan < registry.clock.now():
        raise request_unauthorized(f"The {purpose.subject} request has expired, please try again.")
    return content


def verified(registry: Registry, purpose: Purpose, text: str) -> Flow:
    """Return the flow that a browser brings back. Raises Problem: 403 when it is none, 401 when it has expired."""
    try:
        return opened(registry, purpose, text, Flow)
    except HydraProblem as problem:
        if problem.status != 404:
            raise
        hint = f"The {purpose.subject} verifier has already been used, has not been granted, or is invalid."
        raise access_denied(hint) from None


async def read_fields(request: web.Request, fields: Fields, struct: str) -> dict[str, Any]:
    """Return a JSON object whose known fields have the right types; null is none. Raises ValueError in Go's words."""
    return check_fields(await read_json(request), fields, struct)


def check_fields(body: Any, fields: Fields, struct: str) -> dict[str, Any]:
    """Return what is not null of an object. Raises ValueError in Go's words when a known field has the wrong type."""
    if not isinstance(body, dict | None):
        raise ValueError(f"json: cannot unmarshal {go_type(body)} into Go value of type flow.{struct}")
    present = {name: value for name, value in (body or {}).items() if value is not None}
    for name, type in fields.items():
        if name in present and (wrong := _misfit(present[name], type)):
            raise ValueError(f"json: cannot unmarshal {wrong} into Go struct field {struct}.{name} of type {type}")
    return present


def _misfit(value: Any, type: str) -> str | None:
    """Name what a value is where it should be of a Go type."""
    if go_type(value) != _JSON_KINDS.get(type, type):
        return go_type(value)
    if type == "[]string":
        return next((go_type(item) for item in value if not isinstance(item, str)), None)
    is_int = isinstance(value, int) and abs(value) < 2**63
    return f"number {value}" if type == "int" and not is_int else None


def denial_of(body: Mapping[str, Any], default: str) -> Denial:
    """Return the refusal that a page sent; `default` is the error where it names none."""
    status = body.get("status_code", 0)
    return Denial(
        error=body.get("error") or default,
        description=body.get("error_description", ""),
        hint=body.get("error_hint", ""),
        status=status if status in _STATUSES else 400,
    )
