"""The token endpoint: what each grant is traded for (RFC 6749 sections 4 and 6, RFC 7523, RFC 8628)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from aiohttp import web

from ...ids import new_id
from ..client_authentication import authenticate_client
from ..grants import DEVICE_GRANT, Grant, RefreshToken
from ..http import protocol, read_form
from ..problems import (
    HydraProblem,
    authorization_pending,
    expired_device_code,
    invalid_grant,
    invalid_request,
    protocol_answer,
    unauthorized_client,
)
from ..registry import Registry
from ..scopes import check_audience, check_scopes, requested_audience, words
from ..state import Client
from .issuing import Issuer
from .jwt_bearer import JWT_BEARER_GRANT, check_assertion
from .pkce import check_verifier

Form: TypeAlias = Mapping[str, str]
Answer: TypeAlias = dict[str, Any]


@dataclass
class Token:
    """Handles /oauth2/token."""

    registry: Registry
    issuer: Issuer

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/oauth2/token", protocol(self._exchange))]

    async def _exchange(self, request: web.Request) -> web.Response:
        grants: dict[str, Callable[[Client, Form], Awaitable[Answer]]] = {
            "authorization_code": self._code,
            "refresh_token": self._refresh,
            "client_credentials": self._client_credentials,
            DEVICE_GRANT: self._device_code,
            JWT_BEARER_GRANT: self._jwt_bearer,
        }
        form = await read_form(request)
        grant_type = form.get("grant_type", "").strip()
        if not grant_type:
            raise invalid_request("Request parameter 'grant_type' is missing")
        if grant_type not in grants:
            raise invalid_request()
        client = await authenticate_client(self.registry, request, form)
        return protocol_answer(await grants[grant_type](client, form))

    async def _code(self, client: Client, form: Form) -> Answer:
        """Trade an authorization code; a code that is used twice ends what came from it (RFC 6749 section 4.1.2)."""
        _check_grant_type(client, "authorization_code")
        grants, now = self.registry.grants, self.registry.clock.now()
        code = grants.codes.get(form.get("code", ""))
        if code is None:
            raise invalid_grant()
        if code.used:
            grants.revoke(code.grant.id)
            raise invalid_grant("The authorization code has already been used.")
        if code.expires_at < now:
            raise invalid_grant()
        if code.grant.client_id != client.id:
            raise _other_client()
        if code.redirect_uri and code.redirect_uri != form.get("redirect_uri"):
            raise invalid_grant(
                "The 'redirect_uri' from this request does not match the one from the authorize request."
            )
        check_verifier(self.registry.options, client, code, form.get("code_verifier", ""))
        code.used = True
        return await self.issuer.response(client, code.grant, "authorization_code")

    async def _refresh(self, client: Client, form: Form) -> Answer:
        """Trade a refresh token; the scope that is asked for is ignored, what was granted is given again."""
        _check_grant_type(client, "refresh_token")
        token = self._usable(form.get("refresh_token", ""))
        if token.grant.client_id != client.id:
            raise invalid_grant(
                "The OAuth 2.0 Client ID from this request does not match the ID during the initial token issuance."
            )
        check_scopes(client, token.grant.scopes)
        check_audience(client, token.grant.audience)
        self._rotate(token)
        return await self.issuer.response(client, token.grant, "refresh_token")

    def _usable(self, value: str) -> RefreshToken:
        """Return a refresh token that may be used; one that is used again ends what came from it. Raises Problem."""
        grants, options, now = self.registry.grants, self.registry.options, self.registry.clock.now()
        token = grants.refresh_tokens.get(value)
        if token is None:
            raise invalid_grant("The refresh token is malformed or not valid.")
        in_grace = token.first_used_at is not None and token.first_used_at + options.refresh_grace_period > now
        if token.retired and not in_grace:
            grants.revoke(token.grant.id)
            raise invalid_grant("The refresh token was already used.")
        if token.expires_at and token.expires_at < now:
            raise invalid_grant("The refresh token expired.")
        return token

    def _rotate(self, used: RefreshToken) -> None:
        """Retire a refresh token and its access token; without a grace period all others of the grant as well."""
        grants = self.registry.grants
        used.first_used_at = used.first_used_at or self.registry.clock.now()
        used.retired = True
        if self.registry.options.refresh_grace_period:
            grants.access_tokens.pop(used.access_token, None)
            return
        grants.revoke_access(used.grant.id)
        for token in grants.refresh_tokens.values():
            token.retired = token.retired or token.grant.id == used.grant.id

    async def _client_credentials(self, client: Client, form: Form) -> Answer:
        scopes, audience = words(form.get("scope", "")), requested_audience(form)
        check_scopes(client, scopes)
        check_audience(client, audience)
        if client.is_public:
            raise invalid_grant(
                "The OAuth 2.0 Client is marked as public and is thus not allowed to use authorization grant "
                "'client_credentials'."
            )
        _check_grant_type(client, "client_credentials")
        grant = self._userless_grant(client, client.id, scopes, audience)
        return await self.issuer.response(client, grant, "client_credentials")

    async def _jwt_bearer(self, client: Client, form: Form) -> Answer:
        """Trade a JWT of a trusted issuer. Its claims beyond the subject do not reach the token."""
        _check_grant_type(client, JWT_BEARER_GRANT)
        scopes, audience = words(form.get("scope", "")), requested_audience(form)
        subject = check_assertion(self.registry, form.get("assertion", ""), scopes)
        audience = tuple(each for each in audience if each in client.audience)
        grant = self._userless_grant(client, subject, scopes, audience)
        return await self.issuer.response(client, grant, "jwt_bearer")

    def _userless_grant(
        self, client: Client, subject: str, scopes: tuple[str, ...], audience: tuple[str, ...]
    ) -> Grant:
        if self.registry.options.grants_all_scopes_by_default and not scopes:
            scopes = tuple(client.scopes)
        return Grant(
            id=new_id(),
            client_id=client.id,
            subject=subject,
            scopes=scopes,
            audience=audience,
            claims={"iss": self.registry.issuer, "iat": int(self.registry.clock.now().timestamp())},
        )

    async def _device_code(self, client: Client, form: Form) -> Answer:
        """Trade a device code. Who polls too fast, or after a refusal, is told to wait all the same, as by Hydra."""
        _check_grant_type(client, DEVICE_GRANT)
        device = self.registry.grants.device_codes.get(form.get("device_code", ""))
        if device is None:
            raise invalid_grant()
        if device.grant is None:
            raise authorization_pending()
        if device.expires_at < self.registry.clock.now():
            raise expired_device_code()
        if device.client_id != client.id:
            raise _other_client()
        del self.registry.grants.device_codes[device.code]
        return await self.issuer.response(client, device.grant, "device_authorization")


def _check_grant_type(client: Client, grant_type: str) -> None:
    if grant_type not in client.grant_types:
        raise unauthorized_client(f"The OAuth 2.0 Client is not allowed to use authorization grant '{grant_type}'.")


def _other_client() -> HydraProblem:
    return invalid_grant("The OAuth 2.0 Client ID from this request does not match the one from the authorize request.")
