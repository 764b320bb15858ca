"""The admin API of consent sessions and login sessions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from ...answers import json_answer, no_content
from ...clock import timestamp
from ..http import page_of, plain
from ..problems import invalid_request
from ..registry import Registry
from ..requests import Flow
from .consent import consent_request
from .logout import Logout


@dataclass
class Sessions:
    """Handlers below /admin/oauth2/auth/sessions."""

    registry: Registry
    logout: Logout

    def routes(self) -> list[web.RouteDef]:
        path = "/admin/oauth2/auth/sessions"
        return [
            web.get(f"{path}/consent", plain(self._list_consents)),
            web.delete(f"{path}/consent", plain(self._revoke_consents)),
            web.delete(f"{path}/login", plain(self._revoke_logins)),
        ]

    async def _list_consents(self, request: web.Request) -> web.Response:
        subject, session_id = request.query.get("subject", ""), request.query.get("login_session_id", "")
        if not subject:
            raise invalid_request("Query parameter 'subject' is not defined but should have been.")
        consents = [
            consent
            for consent in self.registry.grants.granted_consents(subject, self.registry.clock.now())
            if session_id in ("", consent.session_id)
        ]
        page, headers = page_of(request, sorted(consents, key=lambda each: each.id), key=lambda each: each.id)
        shown = [_consent_session(each.moved(client=self.registry.store.clients[each.client.id])) for each in page]
        return json_answer(shown, headers=headers if page else None)

    async def _revoke_consents(self, request: web.Request) -> web.Response:
        query, grants = request.query, self.registry.grants
        wanted = {name: query[name] for name in ("consent_request_id", "subject", "client") if query.get(name)}
        if query.get("all") == "true" and "consent_request_id" not in wanted:
            wanted["all"] = "true"
        match wanted:
            case {"consent_request_id": id, **rest} if not rest:
                chosen = [id] if id in grants.consents else []
            case {"subject": subject, "client": client_id, **rest} if not rest:
                chosen = self._consents_of(subject, client_id)
            case {"subject": subject, "all": _, **rest} if not rest:
                chosen = self._consents_of(subject)
            case _:
                raise invalid_request("Invalid combination of query parameters.")
        for id in chosen:
            grants.forget_consent(id)
        return no_content()

    def _consents_of(self, subject: str, client_id: str | None = None) -> list[str]:
        return [
            id
            for id, flow in self.registry.grants.consents.items()
            if flow.subject == subject and client_id in (None, flow.client.id)
        ]

    async def _revoke_logins(self, request: web.Request) -> web.Response:
        subject, session_id = request.query.get("subject", ""), request.query.get("sid", "")
        if not subject and not session_id:
            raise invalid_request("Either 'subject' or 'sid' query parameters need to be defined.")
        if session_id:
            await self.logout.end_session(session_id)
            return no_content()
        grants = self.registry.grants
        for id in [session.id for session in grants.login_sessions.values() if session.subject == subject]:
            grants.end_session(id)
        return no_content()


def _consent_session(flow: Flow) -> dict[str, Any]:
    answer = flow.consent_answer
    return {
        "consent_request_id": flow.consent_request_id,
        "grant_scope": list(answer.scopes),
        "grant_access_token_audience": list(answer.audience),
        "session": {"access_token": answer.access_claims, "id_token": answer.id_claims},
        "remember": answer.remember,
        "remember_for": answer.remember_for,
        "handled_at": timestamp(answer.handled_at),
        "context": flow.context,
        "consent_request": {**consent_request(flow, challenge=""), "oidc_context": flow.oidc_context or {}},
    }
