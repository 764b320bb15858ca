"""The claims about a user, for whoever has an access token (OpenID Connect Core section 5.3)."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from aiohttp import web

from ...answers import json_answer
from ...ids import new_id
from ..grants import AccessToken
from ..http import bearer_token, parameters, plain
from ..keys import ID_TOKEN_KEYS
from ..problems import HydraProblem, server_error, unrecognizable
from ..registry import Registry
from .introspection import Introspection

_NOT_SHOWN = frozenset({"nonce", "at_hash", "c_hash", "exp", "sid", "jti"})


@dataclass
class Userinfo:
    """Handles /userinfo."""

    registry: Registry
    introspection: Introspection

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/userinfo", plain(self._userinfo)), web.post("/userinfo", plain(self._userinfo))]

    async def _userinfo(self, request: web.Request) -> web.Response:
        try:
            token = self.introspection.active(bearer_token(request, await parameters(request)))
        except HydraProblem as problem:
            if problem.status == HTTPStatus.UNAUTHORIZED:
                problem.headers["Www-Authenticate"] = _challenge(problem.error, problem.description)
            raise
        if not isinstance(token, AccessToken):
            only = "Only access tokens are allowed in the authorization header."
            refusal = unrecognizable(401)
            refusal.headers["Www-Authenticate"] = _challenge("invalid_token", only)
            raise refusal
        claims = {name: value for name, value in token.grant.claims.items() if name not in _NOT_SHOWN}
        return await self._answer(token, {**claims, "aud": [token.grant.client_id]})

    async def _answer(self, token: AccessToken, claims: dict[str, Any]) -> web.Response:
        algorithm = self.registry.store.clients[token.grant.client_id].metadata["userinfo_signed_response_alg"]
        if algorithm == "none":
            return json_answer(dict(sorted(claims.items())))
        if algorithm != "RS256":
            raise server_error(f"Unsupported userinfo signing algorithm '{algorithm}'.")
        own = {"jti": new_id(), "iat": int(self.registry.clock.now().timestamp())}
        signed = await self.registry.keys.sign(ID_TOKEN_KEYS, {**claims, **own})
        return web.Response(body=signed.encode(), content_type="application/jwt")


def _challenge(error: str, description: str) -> str:
    return f'Bearer error="{error}",error_description="{description}"'
