"""The admin API of issuers whose JWTs are accepted as grants (RFC 7523)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from ..answers import json_answer, no_content
from ..bodies import go_type, is_uuid, read_json, uuid_fault
from ..clock import timestamp
from .clients import rounded
from .http import fields_of, page_of, plain
from .keys import read_jwk
from .problems import HydraProblem, bad_request, conflict, no_row
from .registry import Registry
from .state import TrustedIssuer

_PATH = "/trust/grants/jwt-bearer/issuers"
_FIELDS = {
    "issuer": "string",
    "subject": "string",
    "allow_any_subject": "bool",
    "scope": None,
    "jwk": None,
    "expires_at": None,
}


class TrustHandlers:
    """Handlers below /admin/trust."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._store = registry.store

    def routes(self) -> list[web.RouteDef]:
        all, one = f"/admin{_PATH}", f"/admin{_PATH}/{{id}}"
        return [
            web.get(all, plain(self.list)),
            web.post(all, plain(self.create)),
            web.get(one, plain(self.get)),
            web.delete(one, plain(self.delete)),
        ]

    async def create(self, request: web.Request) -> web.Response:
        try:
            given = _read(await read_json(request))
        except ValueError as error:
            raise HydraProblem(400, "error", str(error)) from None
        _check(given)
        if self._store.key(given["issuer"], given["jwk"]["kid"]) is None:
            self._store.key_sets.setdefault(given["issuer"], []).insert(0, given["jwk"])
        new = TrustedIssuer(
            issuer=given["issuer"],
            subject=given["subject"],
            allow_any_subject=given["allow_any_subject"],
            scope=given["scope"] or [],
            kid=given["jwk"]["kid"],
            created_at=rounded(self._registry.clock.now()),
            expires_at=given["expires_at"],
        )
        if any(_unique(each) == _unique(new) for each in self._store.issuers.values()):
            raise conflict()
        self._store.issuers[new.id] = new
        answer = _issuer_json(new) | {"scope": given["scope"]}
        return json_answer(answer, 201, {"Location": f"{_PATH}/{new.id}"})

    async def list(self, request: web.Request) -> web.Response:
        issuer = request.query.get("issuer")
        found = [each for _, each in sorted(self._store.issuers.items()) if not issuer or each.issuer == issuer]
        page, headers = page_of(request, found, key=lambda each: each.id)
        return json_answer([_issuer_json(each) for each in page], headers=headers)

    async def get(self, request: web.Request) -> web.Response:
        return json_answer(_issuer_json(self._issuer(request)))

    async def delete(self, request: web.Request) -> web.Response:
        """Forget an issuer with its key, and so whatever else it may say with that key."""
        gone = self._issuer(request)
        self._store.remove_keys(gone.issuer, gone.kid)
        return no_content()

    def _issuer(self, request: web.Request) -> TrustedIssuer:
        id = request.match_info["id"]
        if not is_uuid(id):
            raise bad_request(f"Unable to parse parameter id: {uuid_fault(id)}")
        issuer = self._store.issuers.get(id.lower())
        if issuer is None:
            raise no_row()
        return issuer


def _read(body: Any) -> dict[str, Any]:
    """Read a request. Raises ValueError in Go's words."""
    given = fields_of(body, _FIELDS, "trust.createGrantRequest")
    scope, jwk, expires_at = given.get("scope"), given.get("jwk"), given.get("expires_at")
    if scope is not None and not isinstance(scope, list):
        field = "Go struct field createGrantRequest.scope of type []string"
        raise ValueError(f"json: cannot unmarshal {go_type(scope)} into {field}")
    for item in scope or []:
        if not isinstance(item, str):
            field = "Go struct field createGrantRequest.scope of type string"
            raise ValueError(f"json: cannot unmarshal {go_type(item)} into {field}")
    return {
        "issuer": given.get("issuer") or "",
        "subject": given.get("subject") or "",
        "allow_any_subject": bool(given.get("allow_any_subject")),
        "scope": scope,
        "jwk": {} if jwk is None else read_jwk(jwk),
        "expires_at": None if expires_at is None else _read_time(expires_at),
    }


def _read_time(value: Any) -> datetime:
    if not isinstance(value, str):
        raise ValueError("Time.UnmarshalJSON: input is not a JSON string")
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is not None and "T" in value:
            return rounded(moment.astimezone(UTC))
    except (ValueError, OverflowError):
        pass
    raise ValueError(f"parsing time '{value}' as '2006-01-02T15:04:05Z07:00': cannot parse '{value}' as '2006'")


def _check(given: Mapping[str, Any]) -> None:
    fault = None
    if not given["issuer"]:
        fault = "Field 'issuer' is required."
    elif not given["subject"] and not given["allow_any_subject"]:
        fault = "One of 'subject' or 'allow_any_subject' field must be set."
    elif given["subject"] and given["allow_any_subject"]:
        fault = "Both 'subject' and 'allow_any_subject' fields cannot be set at the same time."
    elif given["expires_at"] is None:
        fault = "Field 'expires_at' is required."
    elif not given["jwk"].get("kid"):
        fault = "Field 'jwk' must contain JWK with kid header."
    if fault is not None:
        text = "One of the required parameters is missing. Check your request parameters."
        raise HydraProblem(400, "missing_required_parameter", text, fault)


def _unique(issuer: TrustedIssuer) -> tuple[str, str, str]:
    return issuer.issuer, issuer.subject, issuer.kid


def _issuer_json(issuer: TrustedIssuer) -> dict[str, Any]:
    return {
        "id": issuer.id,
        "issuer": issuer.issuer,
        "subject": issuer.subject,
        "allow_any_subject": issuer.allow_any_subject,
        "scope": issuer.scope,
        "public_key": {"set": issuer.issuer, "kid": issuer.kid},
        "created_at": timestamp(issuer.created_at),
        "expires_at": timestamp(issuer.expires_at),
    }
