"""Making tokens worthless (RFC 7009)."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from ..client_authentication import authenticate_client
from ..http import protocol, read_form
from ..problems import NO_STORE, HydraProblem, invalid_client, invalid_request
from ..registry import Registry


@dataclass
class Revocation:
    """Handles /oauth2/revoke."""

    registry: Registry

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/oauth2/revoke", protocol(self._revoke))]

    async def _revoke(self, request: web.Request) -> web.Response:
        """Revoke a token and its whole grant. Unknown tokens and those of other clients are passed over in silence."""
        try:
            form = await read_form(request)
            client = await authenticate_client(self.registry, request, form)
        except HydraProblem as problem:  # Hydra says less here than at the token endpoint
            raise (invalid_client() if problem.error == "invalid_client" else invalid_request()) from None
        grants, value = self.registry.grants, form.get("token", "")
        token = grants.refresh_tokens.get(value) or grants.access_tokens.get(value)
        if token and token.grant.client_id == client.id:
            grants.revoke(token.grant.id)
        return web.Response(headers={**NO_STORE})
