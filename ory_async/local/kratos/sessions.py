"""Sessions: the admin API, and what their owners can see and end."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from .. import base64url
from ..answers import Problem, bad_request, json_answer, no_content, not_found
from ..bodies import check_fields, checked_uuid, is_uuid, read_json, uuid_fault
from ..clock import timestamp
from ..paging import keyset_links, keyset_size
from .authentication import Authentication
from .cookies import set_session_cookie
from .http import admin, public
from .paging import page_headers, page_of, slice_of
from .registry import Registry
from .state import Session
from .tokenizer import Tokenizer
from .views import identity_view, session_view

_TRUE = ("1", "t", "T", "TRUE", "true", "True")
_FALSE = ("0", "f", "F", "FALSE", "false", "False")
_EXPANDABLE = ("identity", "devices")
_FIRST_TOKEN = base64url.encoded(b"id=00000000-0000-0000-0000-000000000000/created_at=2200-12-31 23:59:59")
_MANAGE_FIELDS = {"action": "string", "identities": "array", "sessions": "array"}
_MAXIMUM_MANAGED = 500


class AdminSessionHandlers:
    """Handlers below /admin/sessions and /admin/identities/{id}/sessions."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._store = registry.store

    def routes(self) -> list[web.AbstractRouteDef]:
        return [
            web.get("/admin/sessions", admin(self.list_sessions)),
            web.post("/admin/sessions", admin(self.manage)),
            web.get("/admin/sessions/{id}", admin(self.get)),
            web.delete("/admin/sessions/{id}", admin(self.disable)),
            web.patch("/admin/sessions/{id}/extend", admin(self.extend)),
            web.get("/admin/identities/{id}/sessions", admin(self.list_of_identity)),
            web.delete("/admin/identities/{id}/sessions", admin(self.delete_of_identity)),
        ]

    async def list_sessions(self, request: web.Request) -> web.Response:
        expand = _expanded(request)
        active = _wanted_active(request)
        try:
            size = keyset_size(request.query, default=250, maximum=1000)
        except ValueError:
            raise Problem(400, "could not parse parameter page_size") from None
        found = [s for s in reversed(self._store.sessions.values()) if active in (None, self._is_live(s))]
        start = _start(found, request.query.get("page_token", ""))
        page = found[start : start + size]
        following = _token(page[-1]) if len(found) > start + size else None
        headers = keyset_links(request, size=size, first=_FIRST_TOKEN, next=following)
        views = [self._view(s, expand, addresses=False, devices_otherwise=None) for s in page]
        return json_answer(views, headers=headers)

    async def get(self, request: web.Request) -> web.Response:
        expand = _expanded(request)
        return json_answer(self._view(self._session(request), expand))

    async def disable(self, request: web.Request) -> web.Response:
        self._session(request).active = False
        return no_content(json_type=True)

    async def extend(self, request: web.Request) -> web.Response:
        session = self._session(request)
        options, now = self._registry.options, self._registry.clock.now()
        if options.session_extend_from is None or session.expires_at - now <= options.session_extend_from:
            session.expires_at = now + options.session_lifespan
        if options.faster_session_extend:
            return no_content()
        identity = self._store.identities[session.identity_id]
        view = identity_view(identity, self._registry.schema_url(identity))
        return json_answer(session_view(session, now, identity=view, devices=False))

    async def manage(self, request: web.Request) -> web.Response:
        try:
            body = check_fields(await read_json(request), _MANAGE_FIELDS, "session.manageSessionsBody")
        except ValueError as fault:
            raise bad_request("Invalid JSON body.", message=str(fault)) from None
        action = body.get("action")
        if action not in ("disable", "delete"):
            raise bad_request("The 'action' field must be one of 'disable' or 'delete'.")
        sessions = self._managed(body.get("identities") or [], body.get("sessions") or [])
        if action == "delete":
            self._store.delete_sessions(sessions)
            return json_answer({"processed": len(sessions), "more": False})
        active = [session for session in sessions if session.active]
        for session in active:
            session.active = False
        return json_answer({"processed": len(active), "more": False})

    async def list_of_identity(self, request: web.Request) -> web.Response:
        identity_id = checked_uuid(request.match_info["id"])
        active = _wanted_active(request)
        found = [s for s in self._store.sessions_of(identity_id) if active in (None, self._is_live(s))]
        page, size = page_of(request)
        headers = page_headers(request, page=page, size=size, total=len(found))
        expand: set[str] = set(_EXPANDABLE)
        views = [
            self._view(s, expand, addresses=False, schema_url="") for s in slice_of(found, page, size, off_by_one=True)
        ]
        return json_answer(views, headers=headers)

    async def delete_of_identity(self, request: web.Request) -> web.Response:
        sessions = self._store.sessions_of(checked_uuid(request.match_info["id"]))
        if not sessions:
            raise not_found()
        self._store.delete_sessions(sessions)
        return no_content()

    def _session(self, request: web.Request) -> Session:
        session = self._store.sessions.get(checked_uuid(request.match_info["id"]))
        if session is None:
            raise not_found()
        return session

    def _is_live(self, session: Session) -> bool:
        return session.is_live(self._registry.clock.now())

    def _view(
        self,
        session: Session,
        expand: set[str],
        *,
        addresses: bool = True,
        schema_url: str | None = None,
        devices_otherwise: bool | None = False,
    ) -> dict[str, Any]:
        identity = self._store.identities[session.identity_id]
        url = self._registry.schema_url(identity) if schema_url is None else schema_url
        shown = identity_view(identity, url, addresses=addresses, admin_metadata=True)
        return session_view(
            session,
            self._registry.clock.now(),
            identity=shown if "identity" in expand else None,
            devices=True if "devices" in expand else devices_otherwise,
            identity_last=True,
        )

    def _managed(self, identities: list[str], sessions: list[str]) -> list[Session]:
        if bool(identities) == bool(sessions):
            raise bad_request("Exactly one of 'identities' or 'sessions' must be a non-empty array.")
        if identities == ["*"]:
            return list(self._store.sessions.values())
        name, ids = ("identities", identities) if identities else ("sessions", sessions)
        wanted = _managed_ids(name, ids)
        return [s for s in self._store.sessions.values() if (s.identity_id if identities else s.id) in wanted]


class MySessionHandlers:
    """Handlers below /sessions."""

    def __init__(self, registry: Registry, authentication: Authentication, tokenizer: Tokenizer) -> None:
        self._registry = registry
        self._store = registry.store
        self._authentication = authentication
        self._tokenizer = tokenizer

    def routes(self) -> list[web.AbstractRouteDef]:
        return [
            web.route("*", "/sessions/whoami", public(self._cacheable(self.whoami))),
            web.get("/sessions", public(self.list_sessions)),
            web.delete("/sessions", public(self.disable_others)),
            web.delete("/sessions/{id}", public(self.disable)),
        ]

    async def whoami(self, request: web.Request) -> web.StreamResponse:
        session = self._authentication.require(request)
        self._authentication.require_aal(session)
        view = self._authentication.view(session)
        if template := request.query.get("tokenize_as"):
            identity = self._authentication.identity(session)
            view["tokenized"] = self._tokenizer.tokenize(template, view, identity)
        headers = {"X-Kratos-Authenticated-Identity-Id": session.identity_id}
        response = json_answer(view, headers=headers)
        if self._authentication.cookie_is_outlived(request, session):
            set_session_cookie(self._registry, response, session)
        return response

    async def list_sessions(self, request: web.Request) -> web.Response:
        current = self._authentication.require_own(request)
        self._authentication.require_aal(current)
        now = self._registry.clock.now()
        found = [session for session in self._others(current) if session.is_live(now)]
        page, size = page_of(request)
        headers = page_headers(request, page=page, size=size, total=len(found))
        identity = identity_view(self._authentication.identity(current), "", addresses=False)
        views = [session_view(s, now, identity=identity) for s in slice_of(found, page, size, off_by_one=True)]
        return json_answer(views, headers=headers)

    async def disable_others(self, request: web.Request) -> web.Response:
        others = self._others(self._authentication.require_own(request))
        for session in others:
            session.active = False
        return json_answer({"count": len(others)})

    async def disable(self, request: web.Request) -> web.Response:
        current = self._authentication.require_own(request)
        wanted = checked_uuid(request.match_info["id"])
        if wanted == current.id:
            raise Problem(400, "cannot revoke current session")
        for session in self._others(current):
            session.active = session.active and session.id != wanted
        return no_content(json_type=True)

    def _others(self, current: Session) -> list[Session]:
        return [session for session in self._store.sessions_of(current.identity_id) if session.id != current.id]

    def _cacheable(self, handler: Any) -> Any:
        """Add Ory-Session-Cache-For where the server is set up for it."""

        async def wrapper(request: web.Request) -> web.StreamResponse:
            maximum = self._registry.options.session_cache_max_age
            try:
                response: web.StreamResponse = await handler(request)
            except Problem as problem:
                response = problem.answer()
                if maximum and response.status == 401 and not _has_token(request):
                    response.headers["Ory-Session-Cache-For"] = "60"
                return response
            session = self._authentication.find(request)
            if maximum and session and not request.query.get("tokenize_as"):
                rest = session.expires_at - self._registry.clock.now()
                response.headers["Ory-Session-Cache-For"] = str(round(min(rest, maximum).total_seconds()))
            return response

        return wrapper


def _has_token(request: web.Request) -> bool:
    return bool(request.headers.get("X-Session-Token") or request.headers.get("Authorization"))


def _expanded(request: web.Request) -> set[str]:
    options = request.query.getall("expand", [])
    for option in options:
        if option.lower() not in _EXPANDABLE:
            raise bad_request(f"Could not parse expand option: {option}")
    return {option.lower() for option in options}


def _wanted_active(request: web.Request) -> bool | None:
    text = request.query.get("active", "")
    if text not in ("", *_TRUE, *_FALSE):
        raise Problem(400, "could not parse parameter active")
    return text in _TRUE if text else None


def _managed_ids(name: str, ids: list[str]) -> set[str]:
    def refused(why: str) -> Problem:
        return bad_request(f"Could not parse '{name}' field: {why}")

    if len(ids) > _MAXIMUM_MANAGED:
        raise refused(f"at most {_MAXIMUM_MANAGED} IDs may be provided per call")
    for id in ids:
        if id == "*":
            raise refused("the wildcard '*' is not accepted here")
        if not is_uuid(id):
            raise refused(f'could not parse "{id}" as UUID: {uuid_fault(id)}')
    return {id.lower() for id in ids}


def _decoded(token: str) -> str:
    try:
        return base64url.decoded(token).decode()
    except ValueError:
        return ""


def _token(session: Session) -> str:
    return base64url.encoded(f"created_at={timestamp(session.issued_at)}/id={session.id}".encode())


def _start(sessions: list[Session], token: str) -> int:
    """Return the index after the session that a page token names."""
    if token in ("", _FIRST_TOKEN):
        return 0
    id = _decoded(token).rpartition("id=")[2]
    for index, session in enumerate(sessions):
        if session.id == id and _token(session) == token:
            return index + 1
    raise bad_request("The page token is invalid, do not craft your own page tokens")
