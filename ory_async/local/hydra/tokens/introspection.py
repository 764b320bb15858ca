"""What a token says (RFC 7662), for resource servers and for the parts of Hydra that take tokens."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web

from ...answers import dumps, no_content
from ..grants import TOKEN_PREFIXES, AccessToken, RefreshToken
from ..http import plain, protocol, read_form
from ..problems import (
    NO_STORE,
    HydraProblem,
    invalid_request,
    invalid_token_format,
    request_unauthorized,
    token_expired,
    unrecognizable,
)
from ..registry import Registry
from ..scopes import includes, words
from ..state import Client

_JSON = "application/json;charset=UTF-8"


@dataclass
class Introspection:
    """Handles /admin/oauth2/introspect and /admin/oauth2/tokens, and looks tokens up."""

    registry: Registry

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/admin/oauth2/introspect", protocol(self._introspect)),
            web.delete("/admin/oauth2/tokens", plain(self._delete_access_tokens)),
        ]

    def active(self, value: str) -> AccessToken | RefreshToken:
        """Return the token of this value.

        Raises Problem: 401 when it is unknown, revoked or expired, 400 or 500 when its client now gets the other kind.
        """
        grants = self.registry.grants
        token = grants.access_tokens.get(value) or grants.refresh_tokens.get(value)
        client = self.registry.store.clients.get(token.grant.client_id) if token else None
        if token is None or client is None:
            raise request_unauthorized()
        if isinstance(token, AccessToken):
            self._check_kind(token, client)
        elif token.retired:
            raise request_unauthorized()
        if token.expires_at and token.expires_at < self.registry.clock.now():
            if isinstance(token, RefreshToken):
                raise request_unauthorized()
            raise token_expired()
        return token

    def _check_kind(self, token: AccessToken, client: Client) -> None:
        """Refuse a token of a kind that the client no longer gets: Hydra reads no others. Raises Problem (400, 500)."""
        strategy = client.access_token_strategy or self.registry.options.access_token_strategy
        is_opaque = token.value.startswith(TOKEN_PREFIXES["access"])
        if is_opaque and strategy == "jwt":
            raise invalid_token_format()
        if not is_opaque and strategy != "jwt":
            raise unrecognizable()

    async def _introspect(self, request: web.Request) -> web.Response:
        form = await read_form(request)
        scopes = words(form.get("scope", ""))
        token = self._held(form.get("token", ""), scopes)
        if token is None:
            return _answer({"active": False}, inactive=True)
        grant = token.grant
        shown = grant.claims.get("sub", "")
        default_end = token.issued_at + self.registry.options.refresh_token_lifespan
        claims: dict[str, Any] = {
            "active": True,
            "scope": " ".join(grant.scopes),
            "client_id": grant.client_id,
            "sub": grant.subject,
            "obfuscated_subject": shown if shown != grant.subject else "",
            "exp": _seconds(token.expires_at or default_end),
            "iat": _seconds(token.issued_at),
            "nbf": _seconds(token.issued_at),
            "aud": list(grant.audience),
            "iss": self.registry.issuer,
            "token_type": "Bearer",
            "token_use": "access_token" if isinstance(token, AccessToken) else "refresh_token",
            "ext": dict(grant.extra),
        }
        optional = ("scope", "sub", "obfuscated_subject", "ext")
        return _answer({name: value for name, value in claims.items() if value or name not in optional})

    def _held(self, value: str, scopes: Iterable[str]) -> AccessToken | RefreshToken | None:
        """Return a token that is active and has all these scopes."""
        try:
            token = self.active(value)
        except HydraProblem:
            return None
        return token if all(includes(token.grant.scopes, scope) for scope in scopes) else None

    async def _delete_access_tokens(self, request: web.Request) -> web.Response:
        client_id = request.query.get("client_id", "")
        if not client_id:
            raise invalid_request("Query parameter 'client_id' is not defined but it should have been.")
        self.registry.grants.revoke_client(client_id)
        return no_content()


def _answer(claims: dict[str, Any], *, inactive: bool = False) -> web.Response:
    return web.Response(body=dumps(claims), headers={"Content-Type": _JSON, **(NO_STORE if inactive else {})})


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
