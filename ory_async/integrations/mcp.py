"""Ory's tokens at the door of an MCP server that is made with the package `mcp` (2.0 or newer).

    verifier = OryTokenVerifier(Authenticator(ory, accept=["access_token"]), resource="https://notes.example/mcp")
    server = MCPServer("notes", token_verifier=verifier, auth=AuthSettings(...))

Needs the extra ``mcp``. For FastMCP see `ory_async.integrations.fastmcp`.
"""

from __future__ import annotations

from typing import Any

from mcp.server.auth.provider import AccessToken

from ..models.base import Json
from ..principals import AccessTokenPrincipal, ApiKeyPrincipal, Authenticator, JWTPrincipal
from ..serialization import to_dict


class OryTokenVerifier:
    """Verifies bearer tokens by an `Authenticator`: access tokens, JWTs and API keys, as it accepts them.

    `resource` is the server's URL, for which tokens have to be meant (RFC 8707): others are refused. Without it, let the
    authenticator look at the audience. Needed scopes are the MCP server's own setting. A session is no token for MCP
    and lets nobody in.
    """

    def __init__(self, authenticator: Authenticator[Any], *, resource: str | None = None) -> None:
        self._authenticator = authenticator
        self._resource = resource

    async def verify_token(self, token: str) -> AccessToken | None:
        """What a token allows; None when it is not good.

        Raises `OryError` when a server cannot tell, by which the caller gets a 500.
        """
        principal = await self._authenticator.authenticate({"Authorization": f"Bearer {token}"})
        match principal:
            case AccessTokenPrincipal(client_id=client_id, token=introspected):
                claims: dict[str, Json] = to_dict(introspected)
            case JWTPrincipal(client_id=client_id, claims=claimed):
                claims = claimed if isinstance(claimed, dict) else {}
            case ApiKeyPrincipal(key_id=client_id):
                claims = {}
            case _:
                return None
        if self._resource is not None and self._resource not in principal.audience:
            return None
        return AccessToken(
            token=token,
            client_id=client_id or principal.subject,
            scopes=sorted(principal.scopes),
            expires_at=_whole_seconds(claims.get("exp")),
            resource=self._resource,
            subject=principal.subject,
            claims=claims,
        )


def _whole_seconds(time: Json) -> int | None:
    return int(time) if isinstance(time, (int, float)) and not isinstance(time, bool) else None
