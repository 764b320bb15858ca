"""The login of an authorization: sending the browser to the login page, its answer, and the browser's way back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from ...answers import json_answer
from ...ids import new_id
from ..client_metadata import client_json
from ..grants import LoginSession
from ..http import plain
from ..problems import HydraProblem, conflict, invalid_request, login_required
from ..registry import Registry
from ..requests import Flow, LoginAnswer, Purpose, as_time
from ..tokens.issuing import Issuer
from .authorize_request import AuthorizeRequest
from .cookies import BrowserCookies, login_csrf_cookie, new_csrf
from .oidc import check_prompt, hinted_subject, max_age
from .page_answers import DENIAL, Fields, challenge_of, denial_of, opened, read_fields, verified
from .pages import Pages, found, with_query

_ACCEPTANCE = {
    "subject": "string",
    "remember": "bool",
    "remember_for": "int",
    "extend_session_lifespan": "bool",
    "acr": "string",
    "amr": "[]string",
    "identity_provider_session_id": "string",
    "force_subject_identifier": "string",
}
_SESSION_LIFESPAN = timedelta(days=30)


@dataclass
class Login:
    """Handles the login page's questions and answers, and leads flows through the login."""

    registry: Registry
    cookies: BrowserCookies
    pages: Pages
    issuer: Issuer

    def routes(self) -> list[web.RouteDef]:
        path = "/admin/oauth2/auth/requests/login"
        return [
            web.get(path, plain(self._get)),
            web.put(f"{path}/accept", plain(self._accept)),
            web.put(f"{path}/reject", plain(self._reject)),
        ]

    async def ask(self, request: web.Request, asked: AuthorizeRequest, flow: Flow) -> web.Response:
        """Send the browser to the login page, which shows nothing where the browser is remembered. Raises Problem."""
        session = await self._usable_session(request, asked)
        if "none" in asked.prompt and session is None:
            raise login_required("Prompt 'none' was requested, but no existing login session was found.")
        flow = flow.moved(
            id=new_id().replace("-", ""),
            session_id=session.id if session else new_id(),
            skip=session is not None,
            subject=session.subject if session else "",
            authenticated_at=session.authenticated_at if session else None,
            login_csrf=new_csrf(),
            requested_at=self.registry.clock.now().replace(microsecond=0),
        )
        self.cookies.set_csrf(login_csrf_cookie(asked.client.id), flow.login_csrf)
        challenge = self.registry.sealed.seal(Purpose.LOGIN_CHALLENGE, flow)
        return found(request, with_query(self.pages.login, login_challenge=challenge))

    async def verify(self, request: web.Request, asked: AuthorizeRequest, verifier: str) -> Flow:
        """Take a browser back from the login page, and remember it if the page said so. Raises Problem."""
        flow = verified(self.registry, Purpose.LOGIN_VERIFIER, verifier)
        answer, authenticated_at = flow.login_answer, flow.authenticated_at or flow.requested_at
        self.cookies.check_csrf(request, login_csrf_cookie(flow.client.id), flow.login_csrf)
        shown = self.issuer.shown_subject(asked.client, answer.subject, answer.forced_subject)
        try:
            await check_prompt(
                self.registry, asked, shown, authenticated_at=authenticated_at, requested_at=flow.requested_at
            )
        except HydraProblem as problem:
            if problem.error == "login_required":
                self.cookies.end_session(request)
            raise
        forced = answer.forced_subject
        if forced and not self.registry.grants.force_subject(asked.client.id, answer.subject, forced):
            raise conflict()
        self._remember(request, flow, answer, authenticated_at)
        return flow

    def _remember(self, request: web.Request, flow: Flow, answer: LoginAnswer, authenticated_at: datetime) -> None:
        """Begin the session of a new login, and give the browser its cookie if it is to be found again."""
        if not flow.skip:
            self.registry.grants.login_sessions[flow.session_id] = LoginSession(
                id=flow.session_id,
                subject=answer.subject,
                authenticated_at=authenticated_at,
                remembered=answer.remember,
            )
            if not answer.remember:
                self.cookies.end_session(request)
        if answer.remember and (not flow.skip or answer.extend_session_lifespan):
            lifespan = as_time(answer.remember_for) if answer.remember_for > 0 else _SESSION_LIFESPAN
            self.cookies.set_session(flow.session_id, lifespan)

    async def _usable_session(self, request: web.Request, asked: AuthorizeRequest) -> LoginSession | None:
        if not {"login", "select_account"}.isdisjoint(asked.prompt):
            return None
        session = self.cookies.session(request)
        if session is None:
            return None
        age = max_age(asked)
        if age is not None and session.authenticated_at + age < self.registry.clock.now():
            if "none" in asked.prompt:
                raise login_required(
                    "Request failed because prompt is set to 'none' and authentication time reached 'max_age'."
                )
            return None
        if hint := asked.form.get("id_token_hint", ""):
            await self._check_hint(asked, hint, session)
        return session

    async def _check_hint(self, asked: AuthorizeRequest, hint: str, session: LoginSession) -> None:
        forced = self.registry.grants.forced_subjects.get((asked.client.id, session.subject), "")
        shown = self.issuer.shown_subject(asked.client, session.subject)
        if await hinted_subject(self.registry, hint) not in (session.subject, shown, forced):
            raise login_required(
                "Request failed because subject claim from id_token_hint does not match subject from authentication "
                "session."
            )

    async def _get(self, request: web.Request) -> web.Response:
        challenge = challenge_of(request, Purpose.LOGIN_CHALLENGE)
        return json_answer(login_request(self.registry, challenge))

    async def _accept(self, request: web.Request) -> web.Response:
        challenge = challenge_of(request, Purpose.LOGIN_CHALLENGE)
        body = await _read(request, _ACCEPTANCE, "HandledLoginRequest")
        return json_answer({"redirect_to": accept_login(self.registry, challenge, body)})

    async def _reject(self, request: web.Request) -> web.Response:
        challenge = challenge_of(request, Purpose.LOGIN_CHALLENGE)
        body = await _read(request, DENIAL, "RequestDeniedError")
        flow = opened(self.registry, Purpose.LOGIN_CHALLENGE, challenge, Flow)
        denied = flow.moved(login=denial_of(body, "login request denied"))
        return json_answer({"redirect_to": _way_back(self.registry, denied)})


async def _read(request: web.Request, fields: Fields, struct: str) -> dict[str, Any]:
    try:
        return await read_fields(request, fields, struct)
    except ValueError as error:
        raise invalid_request(f"Unable to decode body because: {error}") from None


def accept_login(registry: Registry, challenge: str, body: Mapping[str, Any]) -> str:
    """Take what a login page says of who has logged in; return where the browser goes on. Raises Problem."""
    if not body.get("subject"):
        raise invalid_request("Field 'subject' must not be empty.")
    flow = opened(registry, Purpose.LOGIN_CHALLENGE, challenge, Flow)
    if flow.subject not in ("", body["subject"]):
        return with_query(flow.request_url, prompt="login")
    answer = LoginAnswer(
        subject=body["subject"],
        remember=flow.skip or body.get("remember", False),
        remember_for=body.get("remember_for", 0),
        extend_session_lifespan=body.get("extend_session_lifespan", False),
        acr=body.get("acr", ""),
        amr=body.get("amr", []),
        forced_subject=body.get("force_subject_identifier", ""),
        context=body.get("context"),
    )
    now = registry.clock.now().replace(microsecond=0)
    accepted = flow.moved(
        login=answer,
        subject=answer.subject,
        context=answer.context,
        authenticated_at=flow.authenticated_at if flow.skip else now,
    )
    return _way_back(registry, accepted)


def _way_back(registry: Registry, flow: Flow) -> str:
    """Return the URL by which a browser comes back with the answer of the login page."""
    return with_query(flow.request_url, login_verifier=registry.sealed.seal(Purpose.LOGIN_VERIFIER, flow))


def login_request(registry: Registry, challenge: str) -> dict[str, Any]:
    """Write what a login page is asked, as Hydra does. Raises Problem: 404 for an unknown challenge, 401 for an old one."""
    flow = opened(registry, Purpose.LOGIN_CHALLENGE, challenge, Flow)
    return {
        "challenge": challenge,
        "requested_scope": list(flow.scopes),
        "requested_access_token_audience": list(flow.audience),
        "skip": flow.skip,
        "subject": flow.subject,
        "oidc_context": flow.oidc_context,
        "client": client_json(flow.client),
        "request_url": flow.request_url,
        "session_id": flow.session_id,
    }
