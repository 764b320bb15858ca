"""The admin API of identities, and the public one of their schemas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from aiohttp import web

from ..answers import BAD_REQUEST, Problem, bad_request, json_answer, no_content, not_found
from ..bodies import check_fields, is_uuid, read_json, uuid_fault
from ..jsonpatch import apply_patch
from ..paging import keyset_links, keyset_size
from .flows.keys import first_factors
from .http import admin
from .manager import IdentityManager
from .paging import page_headers, slice_of
from .registry import Registry
from .schemas import SchemaViolation, normalized
from .state import Conflict, Identity
from .views import identity_view

_REGIONS = ("eu-central", "asia-northeast", "us-east", "us-west", "us", "global")
_STATES = ("active", "inactive")
_CREDENTIAL_TYPES = ("password", "oidc", "totp", "lookup_secret", "webauthn", "code", "passkey", "profile", "saml")
_ZERO_ID = "00000000-0000-0000-0000-000000000000"
_LEGACY_LIMIT = 1000

# The fields of CreateIdentityBody; None where any JSON value goes.
_CREATE_FIELDS: Mapping[str, str | None] = {
    "schema_id": "string",
    "traits": None,
    "credentials": "object",
    "verifiable_addresses": "array",
    "recovery_addresses": "array",
    "metadata_public": None,
    "metadata_admin": None,
    "state": "string",
    "external_id": "string",
    "organization_id": "string",
    "region": "string",
}

_CONFLICT = Problem(
    409,
    "The resource could not be created due to a conflict",
    reason="This identity conflicts with another identity that already exists.",
)
_ROW_CONFLICT = Problem(409, "Unable to insert or update resource because a resource with that value exists already")


class IdentityHandlers:
    """Handlers below /admin/identities."""

    def __init__(self, registry: Registry, manager: IdentityManager) -> None:
        self._registry = registry
        self._store = registry.store
        self._manager = manager

    def routes(self) -> list[web.AbstractRouteDef]:
        return [
            web.get("/admin/identities", admin(self.list_identities)),
            web.post("/admin/identities", admin(self.create)),
            web.patch("/admin/identities", admin(self.batch)),
            web.get("/admin/identities/by/external/{external_id:.+}", admin(self.get_by_external_id)),
            web.get("/admin/identities/{id}", admin(self.get)),
            web.put("/admin/identities/{id}", admin(self.update)),
            web.patch("/admin/identities/{id}", admin(self.patch)),
            web.delete("/admin/identities/{id}", admin(self.delete)),
            web.delete("/admin/identities/{id}/credentials/{type}", admin(self.delete_credentials)),
        ]

    async def create(self, request: web.Request) -> web.Response:
        try:
            body = await read_json(request)
        except ValueError as fault:
            raise Problem(400, str(fault)) from None
        identity = await self.add(body)
        view = self._view(identity, new=True, admin_metadata="metadata_admin" in body)
        return json_answer(view, 201, {"Location": self._registry.url(f"/identities/{identity.id}")})

    async def add(self, body: Any) -> Identity:
        """Store a new identity from the body of an administrator's request. Raises Problem when it is refused."""
        try:
            checked = _checked_create_body(body)
        except ValueError as fault:
            raise Problem(400, str(fault)) from None
        identity = await self._new_identity(checked)
        try:
            self._manager.save(identity)
        except Conflict:
            raise _CONFLICT from None
        return identity

    async def get(self, request: web.Request) -> web.Response:
        return json_answer(self._view(self._identity(request), configs=_included(request)))

    async def get_by_external_id(self, request: web.Request) -> web.Response:
        identity = self._store.find("external_id", request.match_info["external_id"])
        if identity is None:
            raise not_found()
        return json_answer(self._view(identity, configs=_included(request)))

    async def list_identities(self, request: web.Request) -> web.Response:
        if "page" in request.query:
            return self._legacy_page(request, list(self._found(request, _ZERO_ID)))
        size_name = "page_size" if "page_size" in request.query else "per_page"
        try:
            size = keyset_size(request.query, default=250, maximum=500, name=size_name)
        except ValueError as fault:
            raise bad_request(f"{fault}") from None
        token = request.query.get("page_token", _ZERO_ID)
        if not is_uuid(token):
            raise bad_request("The page token is invalid, do not craft your own page tokens")
        found = list(islice(self._found(request, token.lower()), size + 1))
        page = found[:size]
        next_token = page[-1].id if len(found) > size else None
        headers = keyset_links(request, size=size, first=_ZERO_ID, next=next_token)
        return json_answer([self._list_view(request, identity) for identity in page], headers=headers)

    async def update(self, request: web.Request) -> web.Response:
        identity = self._manager.draft(self._identity(request))
        try:
            body = check_fields(await read_json(request), _CREATE_FIELDS, "identity.UpdateIdentityBody")
        except ValueError as fault:
            raise bad_request(f"Unable to decode JSON payload: {fault}") from None
        _check_state(body.get("state"))
        if body.get("schema_id"):
            identity.schema_id = self._manager.schema(body["schema_id"]).id
        self._manager.check_credentials(body.get("credentials"))
        self._set_traits(identity, body.get("traits", {}))
        await self._manager.import_credentials(identity, body.get("credentials"))
        self._manager.set_state(identity, body.get("state") or identity.state)
        identity.external_id = body.get("external_id") or ""
        identity.metadata_public = body.get("metadata_public")
        identity.metadata_admin = body.get("metadata_admin")
        self._save(identity)
        return json_answer(self._view(identity, admin_metadata="metadata_admin" in body))

    async def patch(self, request: web.Request) -> web.Response:
        identity = self._manager.draft(self._identity(request))
        try:
            operations = await read_json(request)
        except ValueError as fault:
            text = "unexpected end of JSON input" if str(fault) == "unexpected EOF" else str(fault)
            raise bad_request("failed to unmarshal JSON patch", message=text) from None
        patched = apply_patch(_patchable(identity), operations)
        try:
            check_fields(patched, _CREATE_FIELDS, "identity.Identity")
        except ValueError as fault:
            raise bad_request("failed to apply JSON patch", message=str(fault)) from None
        state = patched.get("state")
        if state not in _STATES:
            reason = f"The supplied state ('{state}') was not valid. Valid states are ('active', 'inactive')."
            raise bad_request(reason, message="identity state is not valid")
        identity.schema_id = self._manager.schema(patched.get("schema_id") or "").id
        self._set_traits(identity, patched.get("traits"))
        self._manager.set_state(identity, state)
        identity.external_id = patched.get("external_id") or ""
        identity.organization_id = patched.get("organization_id")
        identity.metadata_public = patched.get("metadata_public")
        identity.metadata_admin = patched.get("metadata_admin")
        self._save(identity)
        return json_answer(self._view(identity))

    async def delete(self, request: web.Request) -> web.Response:
        self._store.delete_identity(self._identity(request).id)
        return no_content()

    async def delete_credentials(self, request: web.Request) -> web.Response:
        identity = self._manager.draft(self._identity(request))
        type, identifier = request.match_info["type"], request.query.get("identifier")
        if type == "code":
            raise bad_request("Credentials type code cannot be deleted.")
        credential = identity.credentials.get(type)
        if credential is None:
            raise not_found(f"You tried to remove a {type} but this user have no {type} set up.")
        if type in ("password", "oidc", "saml") and first_factors(identity) < 2:
            raise bad_request("You cannot remove the last first factor credential.")
        if type in ("oidc", "saml"):
            _remove_provider(identity, type, identifier)
        elif type in ("password", "webauthn"):  # still listed, since the schema gives them identifiers
            credential.config = None
        else:
            del identity.credentials[type]
        self._manager.save(identity)
        return no_content()

    async def batch(self, request: web.Request) -> web.Response:
        items = await self._batch_items(request)
        results: list[dict[str, Any] | None] = []
        conflicts = 0
        for item in items:
            if item.get("create") is None:
                results.append(None)
                continue
            patch_id = {"patch_id": item["patch_id"]} if item.get("patch_id") else {}
            try:
                identity = await self._new_identity(item["create"])
                self._manager.save(identity)
                results.append({"action": "create", "identity": identity.id, **patch_id})
            except Problem as problem:
                results.append({"action": "error", **patch_id, "error": problem.content()})
            except Conflict:
                conflicts += 1
                results.append({"action": "error", **patch_id, "error": _ROW_CONFLICT.content()})
        if conflicts and conflicts == len(items):
            raise _ROW_CONFLICT
        return json_answer({"identities": results})

    async def _batch_items(self, request: web.Request) -> list[dict[str, Any]]:
        try:
            body = check_fields(await read_json(request), {"identities": "array"}, "identity.BatchPatchIdentitiesBody")
            items: list[dict[str, Any]] = body.get("identities") or []
            for item in items:
                check_fields(item, {"create": "object", "patch_id": "string"}, "identity.BatchIdentityPatch")
                if item.get("create") is not None:
                    _checked_create_body(item["create"])
                if item.get("patch_id") and not is_uuid(item["patch_id"]):
                    raise ValueError(uuid_fault(item["patch_id"]))
        except ValueError as fault:
            raise Problem(400, str(fault), code=500) from None
        for item in items:
            _check_state((item.get("create") or {}).get("state"))
        return items

    async def _new_identity(self, body: Mapping[str, Any]) -> Identity:
        _check_state(body.get("state"))
        if body.get("region") and body["region"] not in _REGIONS:
            raise bad_request("the provided region is not a valid Ory region")
        self._manager.check_credentials(body.get("credentials"))
        try:
            identity = self._manager.new(body.get("schema_id") or "", body.get("traits", {}))
        except SchemaViolation as violation:
            raise bad_request(violation.reason()) from None
        identity.state = body.get("state") or "active"
        identity.external_id = body.get("external_id") or ""
        identity.organization_id = body.get("organization_id")
        identity.region = body.get("region") or ""
        identity.metadata_public = body.get("metadata_public")
        identity.metadata_admin = body.get("metadata_admin")
        await self._manager.import_credentials(identity, body.get("credentials"))
        _import_verification(identity, body.get("verifiable_addresses") or (), self._registry.clock.now())
        return identity

    def _set_traits(self, identity: Identity, traits: Any) -> None:
        try:
            self._manager.set_traits(identity, traits)
        except SchemaViolation as violation:
            raise bad_request(violation.reason()) from None

    def _save(self, identity: Identity) -> None:
        try:
            self._manager.save(identity)
        except Conflict:
            raise _ROW_CONFLICT from None

    def _identity(self, request: web.Request) -> Identity:
        identity = self._store.identities.get(request.match_info["id"].lower())
        if identity is None:
            raise not_found()
        return identity

    def _view(self, identity: Identity, *, admin_metadata: bool = True, **options: Any) -> dict[str, Any]:
        url = self._registry.schema_url(identity)
        return identity_view(identity, url, credentials=True, admin_metadata=admin_metadata, **options)

    def _list_view(self, request: web.Request, identity: Identity) -> dict[str, Any]:
        names = ("include_credential", "credentials_identifier", "preview_credentials_identifier_similar")
        url = self._registry.schema_url(identity)
        shown = any(name in request.query for name in names)
        return identity_view(identity, url, credentials=shown, configs=_included(request), admin_metadata=True)

    def _found(self, request: web.Request, after: str) -> Iterator[Identity]:
        """Return the identities a list asks for, in the order of their ids. Raises Problem (400)."""
        query = request.query
        ids = query.getall("ids", [])
        exact, similar = query.get("credentials_identifier"), query.get("preview_credentials_identifier_similar")
        if sum(map(bool, (ids, exact, similar))) > 1:
            raise bad_request("Cannot pass more than one of ids, credentials_identifier and a similar identifier.")
        if bad := next((id for id in ids if not is_uuid(id)), None):
            raise bad_request(f"Invalid UUID value `{bad}` for parameter `ids`.")
        candidates: Iterable[Identity]
        if ids or exact:
            known = self._with_identifier(exact) if exact else map(self._store.identities.get, map(str.lower, ids))
            by_id = {identity.id: identity for identity in known if identity and identity.id > after}
            candidates = [by_id[id] for id in sorted(by_id)]
        else:
            candidates = self._store.identities_after(after)
        organization = query.get("organization_id")
        return (
            identity
            for identity in candidates
            if (not organization or identity.organization_id == organization)
            and (not similar or any(normalized(similar) in found for found in _identifiers(identity)))
        )

    def _with_identifier(self, identifier: str) -> Iterator[Identity | None]:
        return (
            self._store.find(type, value)
            for type in _CREDENTIAL_TYPES
            for value in (identifier, normalized(identifier))
        )

    def _legacy_page(self, request: web.Request, identities: list[Identity]) -> web.Response:
        try:
            page, size = (
                int(request.query["page"]),
                keyset_size(request.query, default=250, maximum=500, name="per_page"),
            )
        except ValueError as fault:
            raise bad_request(f"{fault}") from None
        if page * size > _LEGACY_LIMIT:
            raise bad_request(
                f"Legacy pagination is not supported for enumerating over {_LEGACY_LIMIT} items. "
                "Please switch to using page_token and page_size."
            )
        items = [self._list_view(request, identity) for identity in slice_of(identities, page, size)]
        return json_answer(
            items, headers=page_headers(request, page=page, size=size, total=len(identities), token=False)
        )


def _checked_create_body(body: Any) -> dict[str, Any]:
    checked = check_fields(body, _CREATE_FIELDS, "identity.CreateIdentityBody", only=True)
    if checked.get("organization_id") and not is_uuid(checked["organization_id"]):
        raise ValueError(uuid_fault(checked["organization_id"]))
    return checked


def _check_state(state: Any) -> None:
    if state and state not in _STATES:
        raise Problem(400, BAD_REQUEST, reason="identity state is not valid")


def _included(request: web.Request) -> list[str]:
    types: list[str] = request.query.getall("include_credential", [])
    if any(type not in _CREDENTIAL_TYPES for type in types):
        raise bad_request("Invalid value `[]` for parameter `include_credential`.")
    return types


def _identifiers(identity: Identity) -> list[str]:
    return [found for credential in identity.credentials.values() for found in credential.identifiers]


def _import_verification(identity: Identity, entries: Any, now: datetime) -> None:
    """Take over what an import says about addresses which the traits have, too; others are dropped."""
    verified = {
        normalized(entry["value"])
        for entry in entries
        if isinstance(entry, dict) and isinstance(entry.get("value"), str) and entry.get("verified")
    }
    for address in identity.verifiable_addresses:
        if address.value in verified:
            address.verified, address.status, address.verified_at = True, "completed", now


def _patchable(identity: Identity) -> dict[str, Any]:
    document: dict[str, Any] = {
        "id": identity.id,
        "schema_id": identity.schema_id,
        "state": identity.state,
        "traits": identity.traits,
        "metadata_public": identity.metadata_public,
        "metadata_admin": identity.metadata_admin,
        "organization_id": identity.organization_id,
    }
    return document | ({"external_id": identity.external_id} if identity.external_id else {})


def _remove_provider(identity: Identity, type: str, identifier: str | None) -> None:
    credential = identity.credentials[type]
    if not identifier:
        raise bad_request("You must provide an identifier to delete this credential.")
    if identifier not in credential.identifiers:
        raise not_found(f"The identifier `{identifier}` was not found among {type.upper()} credentials.")
    providers = (credential.config or {}).get("providers", [])
    left = [provider for provider in providers if f"{provider['provider']}:{provider['subject']}" != identifier]
    if not left:
        del identity.credentials[type]
        return
    credential.config = {"providers": left}
    credential.identifiers.remove(identifier)
