"""Logging in on a device that cannot show pages (RFC 8628)."""

from __future__ import annotations

import secrets
import string
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from ...answers import json_answer
from ...ids import new_id
from ..client_authentication import authenticate_client
from ..grants import DEVICE_GRANT, DeviceCode, new_token
from ..http import plain, protocol, read_form
from ..problems import (
    HydraProblem,
    invalid_client,
    invalid_grant,
    invalid_request,
    no_row,
    protocol_answer,
)
from ..registry import Registry
from ..requests import DeviceRequest, Flow, Purpose
from ..scopes import check_audience, check_scopes, requested_audience, words
from ..tokens.issuing import Issuer
from .authorize_request import AuthorizeRequest
from .browser import browser
from .consent import Consent
from .cookies import DEVICE_CSRF_COOKIE, BrowserCookies, new_csrf
from .login import Login
from .page_answers import opened, read_fields, verified
from .pages import Pages, found, with_query

_VERIFY_PATH = "/oauth2/device/verify"
_USER_CODE_LETTERS = [letter for letter in string.ascii_letters + string.digits if letter not in "0O1IlJ"]
_USER_CODE_LENGTH = 8


@dataclass
class Device:
    """Handles the device's request, its user's way through the browser, and the page that takes the user code."""

    registry: Registry
    cookies: BrowserCookies
    pages: Pages
    login: Login
    consent: Consent
    issuer: Issuer

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/oauth2/device/auth", protocol(self._begin)),
            web.get(_VERIFY_PATH, browser(self._verify)),
            web.put("/admin/oauth2/auth/requests/device/accept", plain(self._accept)),
        ]

    async def _begin(self, request: web.Request) -> web.Response:
        form = await read_form(request)
        client = await authenticate_client(self.registry, request, form)
        if form.get("client_id") != client.id:
            raise invalid_request("Provided client_id mismatch.")
        if DEVICE_GRANT not in client.grant_types:
            raise invalid_grant(f"The requested OAuth 2.0 Client does not have the '{DEVICE_GRANT}' grant.")
        scopes, audience = words(form.get("scope", "")), requested_audience(form)
        check_scopes(client, scopes)
        check_audience(client, audience)
        options = self.registry.options
        device = DeviceCode(
            id=new_id(),
            code=new_token("device"),
            user_code="".join(secrets.choice(_USER_CODE_LETTERS) for _ in range(_USER_CODE_LENGTH)),
            client_id=client.id,
            scopes=scopes,
            audience=audience,
            expires_at=self.registry.clock.now() + options.device_code_lifespan,
        )
        self.registry.grants.device_codes[device.code] = device
        uri = self.registry.url(_VERIFY_PATH)
        answer = {
            "Header": None,
            "device_code": device.code,
            "user_code": device.user_code,
            "verification_uri": uri,
            "verification_uri_complete": f"{uri}?user_code={device.user_code}",
            "expires_in": int(options.device_code_lifespan.total_seconds()),
            "interval": int(options.device_polling_interval.total_seconds()),
        }
        return protocol_answer(answer)

    async def _verify(self, request: web.Request) -> web.Response:
        query = {name: value.strip() for name, value in request.query.items()}
        steps = ("device_verifier", "login_verifier", "consent_verifier")
        if not any(query.get(name) for name in steps):
            return self._ask(request)
        if query.get("login_verifier"):
            asked = self._asked(query)
            flow = await self.login.verify(request, asked, query["login_verifier"])
            return self.consent.ask(request, asked, flow)
        if query.get("consent_verifier"):
            asked = self._asked(query)
            return self._finish(request, self.consent.verify(request, asked.client.id, query["consent_verifier"]))
        flow = self._verified(request, query["device_verifier"])
        return await self.login.ask(request, self._asked(query), flow)

    def _asked(self, query: dict[str, str]) -> AuthorizeRequest:
        if not query.get("client_id"):
            raise invalid_client("Query parameter 'client_id' is missing.")
        client = self.registry.store.clients.get(query["client_id"])
        if client is None:
            raise no_row()
        return AuthorizeRequest(form=query, client=client)

    def _ask(self, request: web.Request) -> web.Response:
        """Send the browser to the page where the user code is typed, or confirmed when the link had it."""
        query = dict(request.query)
        shown = {name: "****" if name.lower() == "user_code" else value for name, value in query.items()}
        url = self.registry.url(_VERIFY_PATH)
        asked = DeviceRequest(
            request_url=with_query(url, **shown), requested_at=self.registry.clock.now(), csrf=new_csrf()
        )
        self.cookies.set_csrf(DEVICE_CSRF_COOKIE, asked.csrf)
        known = {"user_code": query["user_code"]} if "user_code" in query else {}
        challenge = self.registry.sealed.seal(Purpose.DEVICE_CHALLENGE, asked)
        return found(request, with_query(self.pages.device, device_challenge=challenge, **known))

    def _verified(self, request: web.Request, verifier: str) -> Flow:
        flow = verified(self.registry, Purpose.DEVICE_VERIFIER, verifier)
        self.cookies.check_csrf(request, DEVICE_CSRF_COOKIE, flow.device_csrf)
        return flow

    def _finish(self, request: web.Request, flow: Flow) -> web.Response:
        device = self._device(id=flow.device_code_id)
        device.grant = self.issuer.grant_of(flow, flow.client)
        return found(request, with_query(self.pages.device_done, client_id=flow.client.id))

    async def _accept(self, request: web.Request) -> web.Response:
        challenge = request.query.get(Purpose.DEVICE_CHALLENGE, "")
        if not challenge:
            raise invalid_request("Query parameter 'device_challenge' is not defined but should have been.")
        try:
            body = await read_fields(request, {"user_code": "string"}, "AcceptDeviceUserCodeRequest")
        except ValueError as error:
            raise invalid_request(f"Unable to decode request body: {error}") from None
        if not body.get("user_code"):
            raise invalid_request("Field 'user_code' must not be empty.")
        asked = opened(self.registry, Purpose.DEVICE_CHALLENGE, challenge, DeviceRequest)
        device = self._device(user_code=body["user_code"])
        client = self.registry.store.clients.get(device.client_id)
        if client is None or device.grant or device.expires_at < self.registry.clock.now():
            raise _unknown_user_code()
        flow = Flow(
            request_url=with_query(asked.request_url, client_id=client.id),
            requested_at=asked.requested_at,
            client=client.snapshot(),
            device_csrf=asked.csrf,
            device_code_id=device.id,
            scopes=device.scopes,
            audience=device.audience,
        )
        verifier = self.registry.sealed.seal(Purpose.DEVICE_VERIFIER, flow)
        return json_answer({"redirect_to": with_query(flow.request_url, device_verifier=verifier)})

    def _device(self, **wanted: Any) -> DeviceCode:
        for device in self.registry.grants.device_codes.values():
            if all(getattr(device, name) == value for name, value in wanted.items()):
                return device
        raise _unknown_user_code()


def _unknown_user_code() -> HydraProblem:
    return invalid_request("The 'user_code' session could not be found or has expired or is otherwise malformed.")
