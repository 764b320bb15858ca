"""Logging out: by the user, by a client (RP-initiated), and telling all clients of the session about it."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import aiohttp
from aiohttp import web

from ...answers import json_answer, no_content
from ...clock import timestamp
from ...ids import new_id
from ..client_metadata import client_json
from ..http import parameters, plain
from ..keys import ID_TOKEN_KEYS
from ..problems import HydraProblem, invalid_request, not_found, request_unauthorized, unrecognizable
from ..registry import Registry
from ..requests import LogoutRequest, Purpose
from ..state import Client
from .browser import browser
from .cookies import BrowserCookies
from .oidc import hinted_claims
from .pages import Pages, found, front_channel_page, with_query

_PATH = "/oauth2/sessions/logout"
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
_BACK_CHANNEL_SECONDS = 5


@dataclass
class Logout:
    """Handles the browser's logout and the logout page's questions and answers."""

    registry: Registry
    cookies: BrowserCookies
    pages: Pages

    def routes(self) -> list[web.RouteDef]:
        admin = "/admin/oauth2/auth/requests/logout"
        return [
            web.get(_PATH, browser(self._logout)),
            web.post(_PATH, browser(self._logout)),
            web.get(admin, plain(self._get)),
            web.put(f"{admin}/accept", plain(self._accept)),
            web.put(f"{admin}/reject", plain(self._reject)),
        ]

    async def end_session(self, session_id: str) -> list[str]:
        """End a remembered login and tell its clients by the back channel; return what to show by the front channel."""
        session = self.registry.grants.remembered_session(session_id)
        if session is None:
            return []
        clients = self._clients_of(session.subject, session_id)
        self.registry.grants.end_session(session_id)
        await self._call_back_channels(clients, session_id)
        uris = [client.metadata.get("frontchannel_logout_uri") for client in clients]
        return [with_query(uri, iss=self.registry.issuer, sid=session_id) for uri in uris if uri]

    async def _logout(self, request: web.Request) -> web.Response:
        try:
            if verifier := request.query.get("logout_verifier"):
                return await self._complete(request, verifier)
            return await self._ask(request)
        except HydraProblem as problem:
            return found(request, self.pages.error(problem))

    async def _ask(self, request: web.Request) -> web.Response:
        form = await parameters(request)
        if hint := form.get("id_token_hint", ""):
            return await self._ask_for_client(request, hint, form)
        for name in ("state", "post_logout_redirect_uri"):
            if form.get(name):
                raise invalid_request(
                    f"Logout failed because query parameter {name} is set but id_token_hint is missing."
                )
        session = self.cookies.session(request)
        if session is None:
            return found(request, self.pages.post_logout)
        return self._ask_page(request, session.subject, session.id, client=None, redirect_to=self.pages.post_logout)

    async def _ask_for_client(self, request: web.Request, hint: str, form: dict[str, str]) -> web.Response:
        claims = await hinted_claims(self.registry, hint)
        session_id = self._hinted_session(claims)
        client = self._hinted_client(claims)
        redirect_to = self.pages.post_logout
        if wanted := form.get("post_logout_redirect_uri", ""):
            if wanted not in client.post_logout_redirect_uris:
                raise invalid_request(
                    "Logout failed because query parameter post_logout_redirect_uri is not a whitelisted as a "
                    "post_logout_redirect_uri for the client."
                )
            state = form.get("state", "")
            redirect_to = with_query(wanted, state=state) if state else wanted
        session = self.registry.grants.remembered_session(session_id)
        if session is None:
            return found(request, redirect_to)
        return self._ask_page(request, session.subject, session_id, client=client, redirect_to=redirect_to)

    def _hinted_session(self, claims: dict[str, Any]) -> str:
        issuer, issued_at = claims.get("iss"), claims.get("iat")
        if issuer != self.registry.issuer:
            raise invalid_request(
                f"Logout failed because issuer claim value '{issuer}' from query parameter id_token_hint does not "
                f"match with issuer value from configuration '{self.registry.issuer}'."
            )
        now = int(self.registry.clock.now().timestamp() + 0.5)
        if not isinstance(issued_at, int) or issued_at > now:
            raise invalid_request(
                f"Logout failed because iat claim value '{issued_at or 0}' from query parameter id_token_hint is "
                f"before now ('{now}')."
            )
        for name in ("sid", "sub"):
            if not claims.get(name):
                raise invalid_request(f"Logout failed because query parameter id_token_hint is missing {name} claim.")
        return str(claims["sid"])

    def _hinted_client(self, claims: dict[str, Any]) -> Client:
        audience = claims.get("aud") or [""]
        client = self.registry.store.clients.get(audience[0])
        if client is None:  # deleted since
            raise unrecognizable()
        return client

    def _ask_page(
        self, request: web.Request, subject: str, session_id: str, *, client: Client | None, redirect_to: str
    ) -> web.Response:
        now = (self.registry.clock.now() + timedelta(milliseconds=500)).replace(microsecond=0)
        asked = LogoutRequest(
            subject=subject,
            session_id=session_id,
            request_url=request.raw_path,
            client=client.snapshot() if client else None,
            redirect_to=redirect_to,
            requested_at=now,
            expires_at=now + self.registry.options.login_consent_lifespan,
        )
        challenge = self.registry.sealed.seal(Purpose.LOGOUT_CHALLENGE, asked)
        return found(request, with_query(self.pages.logout, logout_challenge=challenge))

    async def _complete(self, request: web.Request, verifier: str) -> web.Response:
        asked = self._opened(Purpose.LOGOUT_VERIFIER, verifier)
        if asked.client is None:
            session = self.cookies.session(request)
            if session is None or (session.subject, session.id) != (asked.subject, asked.session_id):
                return found(request, asked.redirect_to)  # logged out already, or somebody else by now
        if self.registry.grants.remembered_session(asked.session_id) is None:
            return found(request, asked.redirect_to)
        front_channels = await self.end_session(asked.session_id)
        self.cookies.drop_session()
        if front_channels:
            return front_channel_page(asked.redirect_to, front_channels)
        return found(request, asked.redirect_to)

    def _clients_of(self, subject: str, session_id: str) -> list[Client]:
        clients = {
            flow.client.id: flow.client
            for flow in self.registry.grants.consents.values()
            if (flow.subject, flow.session_id) == (subject, session_id)
        }
        return [clients[id] for id in sorted(clients)]

    async def _call_back_channels(self, clients: list[Client], session_id: str) -> None:
        """Post a logout token to each client (OpenID Connect Back-Channel Logout section 2.5); a failure is ignored."""
        targets = {client.id: client.metadata.get("backchannel_logout_uri") for client in clients}
        if not any(targets.values()):
            return
        timeout = aiohttp.ClientTimeout(total=_BACK_CHANNEL_SECONDS)
        async with aiohttp.ClientSession(timeout=timeout) as http:
            calls = [self._call(http, id, uri, session_id) for id, uri in targets.items() if uri]
            await asyncio.gather(*calls)

    async def _call(self, http: aiohttp.ClientSession, client_id: str, uri: str, session_id: str) -> None:
        claims = {
            "aud": [client_id],
            "events": {_LOGOUT_EVENT: {}},
            "iat": int(self.registry.clock.now().timestamp()),
            "iss": self.registry.issuer,
            "jti": new_id(),
            "sid": session_id,
        }
        token = await self.registry.keys.sign(ID_TOKEN_KEYS, claims)
        try:
            async with http.post(uri, data={"logout_token": token}, allow_redirects=False):
                pass
        except (aiohttp.ClientError, TimeoutError):
            pass

    async def _get(self, request: web.Request) -> web.Response:
        challenge = _challenge(request)
        asked = self._opened(Purpose.LOGOUT_CHALLENGE, challenge)
        return json_answer(
            {
                "challenge": challenge,
                "subject": asked.subject,
                "sid": asked.session_id,
                "request_url": asked.request_url,
                "rp_initiated": asked.client is not None,
                "expires_at": timestamp(asked.expires_at),
                "requested_at": timestamp(asked.requested_at),
                "client": client_json(asked.client) if asked.client else None,
            }
        )

    async def _accept(self, request: web.Request) -> web.Response:
        asked = self._opened(Purpose.LOGOUT_CHALLENGE, _challenge(request))
        verifier = self.registry.sealed.seal(Purpose.LOGOUT_VERIFIER, asked)
        return json_answer({"redirect_to": with_query(self.registry.url(_PATH), logout_verifier=verifier)})

    async def _reject(self, request: web.Request) -> web.Response:
        self._opened(Purpose.LOGOUT_CHALLENGE, _challenge(request))
        return no_content()

    def _opened(self, purpose: Purpose, text: str) -> LogoutRequest:
        asked = self.registry.sealed.open(purpose, text, LogoutRequest)
        if (asked and asked.expires_at < self.registry.clock.now()) or _UUID.fullmatch(text):
            raise request_unauthorized("The logout request has expired, please try the flow again.")
        if asked is None:
            raise not_found(f"Failed to decrypt the {purpose.replace('_', ' ')}.")
        return asked


def _challenge(request: web.Request) -> str:
    return request.query.get(Purpose.LOGOUT_CHALLENGE) or request.query.get("challenge", "")
