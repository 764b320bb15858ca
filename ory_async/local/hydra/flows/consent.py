"""The consent of an authorization: sending the browser to the consent page, its answer, and the browser's way back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from ...answers import json_answer
from ...ids import new_id
from ..client_metadata import client_json
from ..http import plain
from ..problems import access_denied, consent_required, invalid_client, unrecognizable
from ..registry import Registry
from ..requests import ConsentAnswer, Flow, Purpose
from ..scopes import includes
from .authorize_request import AuthorizeRequest, is_trustworthy
from .cookies import BrowserCookies, consent_csrf_cookie, new_csrf
from .page_answers import DENIAL, Fields, challenge_of, check_fields, denial_of, opened, read_fields, verified
from .pages import Pages, found, with_query

_ACCEPTANCE = {
    "grant_scope": "[]string",
    "grant_access_token_audience": "[]string",
    "session": "map[string]interface {}",
    "remember": "bool",
    "remember_for": "int",
}
_SESSION = {"access_token": "map[string]interface {}", "id_token": "map[string]interface {}"}


@dataclass
class Consent:
    """Handles the consent page's questions and answers, and leads flows through the consent."""

    registry: Registry
    cookies: BrowserCookies
    pages: Pages

    def routes(self) -> list[web.RouteDef]:
        path = "/admin/oauth2/auth/requests/consent"
        return [
            web.get(path, plain(self._get)),
            web.put(f"{path}/accept", plain(self._accept)),
            web.put(f"{path}/reject", plain(self._reject)),
        ]

    def ask(self, request: web.Request, asked: AuthorizeRequest, flow: Flow) -> web.Response:
        """Send the browser to the consent page, which shows nothing where consent is remembered. Raises Problem."""
        skip = self._may_skip(asked, flow)
        if "none" in asked.prompt and not skip:
            raise consent_required("Prompt 'none' was requested, but no previous consent was found.")
        _check_client(flow, asked.client.id)
        flow = flow.moved(consent_request_id=new_id().replace("-", ""), consent_skip=skip, consent_csrf=new_csrf())
        self.cookies.set_csrf(consent_csrf_cookie(asked.client.id), flow.consent_csrf)
        challenge = self.registry.sealed.seal(Purpose.CONSENT_CHALLENGE, flow)
        return found(request, with_query(self.pages.consent, consent_challenge=challenge))

    def verify(self, request: web.Request, client_id: str, verifier: str) -> Flow:
        """Take a browser back from the consent page, once. Raises Problem."""
        flow = verified(self.registry, Purpose.CONSENT_VERIFIER, verifier)
        _check_client(flow, client_id)
        _ = flow.consent_answer  # raises the page's refusal
        if any(known.id == flow.id for known in self.registry.grants.consents.values()):
            raise access_denied("The consent verifier has already been used.")
        self.registry.grants.consents[flow.consent_request_id] = flow
        self.cookies.check_csrf(request, consent_csrf_cookie(client_id), flow.consent_csrf)
        return flow

    def _may_skip(self, asked: AuthorizeRequest, flow: Flow) -> bool:
        if "consent" in asked.prompt:
            return False
        if asked.client.is_public and (flow.device_code_id or not is_trustworthy(asked.redirect_uri)):
            return False  # anybody can claim to be a client without a secret
        now = self.registry.clock.now()
        remembered = [
            consent
            for consent in self.registry.grants.granted_consents(flow.subject, now)
            if consent.client.id == asked.client.id and consent.consent_answer.remember
        ]
        if not remembered:
            return False
        granted = max(remembered, key=lambda consent: consent.requested_at).consent_answer.scopes
        return all(includes(granted, scope) for scope in flow.scopes)

    async def _get(self, request: web.Request) -> web.Response:
        challenge = challenge_of(request, Purpose.CONSENT_CHALLENGE)
        return json_answer(
            consent_request(opened(self.registry, Purpose.CONSENT_CHALLENGE, challenge, Flow), challenge)
        )

    async def _accept(self, request: web.Request) -> web.Response:
        challenge = challenge_of(request, Purpose.CONSENT_CHALLENGE)
        body = await _read(request, _ACCEPTANCE, "AcceptOAuth2ConsentRequest")
        flow = opened(self.registry, Purpose.CONSENT_CHALLENGE, challenge, Flow)
        session = body.get("session", {})
        answer = ConsentAnswer(
            scopes=tuple(body.get("grant_scope", ())),
            audience=tuple(body.get("grant_access_token_audience", ())),
            remember=body.get("remember", False),
            remember_for=body.get("remember_for", 0),
            access_claims=_through_go(session.get("access_token") or {}),
            id_claims=_through_go(session.get("id_token") or {}),
            handled_at=self.registry.clock.now(),
        )
        return self._answered(flow.moved(consent=answer, context=body.get("context", flow.context)))

    async def _reject(self, request: web.Request) -> web.Response:
        challenge = challenge_of(request, Purpose.CONSENT_CHALLENGE)
        body = await _read(request, DENIAL, "RequestDeniedError")
        flow = opened(self.registry, Purpose.CONSENT_CHALLENGE, challenge, Flow)
        return self._answered(flow.moved(consent=denial_of(body, "consent request denied")))

    def _answered(self, flow: Flow) -> web.Response:
        verifier = self.registry.sealed.seal(Purpose.CONSENT_VERIFIER, flow)
        return json_answer({"redirect_to": with_query(flow.request_url, consent_verifier=verifier)})


def consent_request(flow: Flow, challenge: str) -> dict[str, Any]:
    """Write a consent request as Hydra does. Its `login_challenge` is an id that opens nothing."""
    login = flow.login_answer
    return {
        "challenge": challenge,
        "consent_request_id": flow.consent_request_id,
        "requested_scope": list(flow.scopes),
        "requested_access_token_audience": list(flow.audience),
        "skip": flow.consent_skip,
        "subject": flow.subject,
        "oidc_context": flow.oidc_context,
        "client": client_json(flow.client),
        "request_url": flow.request_url,
        "login_challenge": flow.id,
        "login_session_id": flow.session_id,
        "acr": login.acr,
        "amr": login.amr,
        "context": flow.context,
    }


def _check_client(flow: Flow, client_id: str) -> None:
    if flow.client.id != client_id:
        raise invalid_client("The flow client id does not match the authorize request client id.")


async def _read(request: web.Request, fields: Fields, struct: str) -> dict[str, Any]:
    try:
        body = await read_fields(request, fields, struct)
        check_fields(body.get("session"), _SESSION, f"{struct}.session")
    except ValueError:
        raise unrecognizable(400) from None
    return body


def _through_go(value: Any) -> Any:
    """Return JSON as it comes out of Go: members are sorted, and whole numbers beyond 2^53 lose precision."""
    if isinstance(value, dict):
        return {name: _through_go(item) for name, item in sorted(value.items())}
    if isinstance(value, list):
        return [_through_go(item) for item in value]
    return int(float(value)) if isinstance(value, int) and abs(value) > 2**53 else value
