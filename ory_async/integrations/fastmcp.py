"""Ory's tokens at the door of an MCP server that is made with FastMCP (4.0 or newer).

    verifier = OryTokenVerifier(Authenticator(ory, accept=["access_token"]), resource="https://notes.example/mcp")
    server = FastMCP("notes", auth=verifier)

Needs the extra ``fastmcp``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastmcp.server.auth import AccessToken, TokenVerifier

from ..principals import Authenticator
from . import mcp


class OryTokenVerifier(TokenVerifier):
    """Verifies bearer tokens by an `Authenticator`, like `ory_async.integrations.mcp.OryTokenVerifier`.

    `base_url` is the server's URL, and `required_scopes` are those that every request needs. To tell MCP clients where
    tokens come from, wrap it in FastMCP's ``RemoteAuthProvider``.
    """

    def __init__(
        self,
        authenticator: Authenticator[Any],
        *,
        resource: str | None = None,
        base_url: str | None = None,
        required_scopes: Sequence[str] = (),
    ) -> None:
        super().__init__(base_url=base_url, required_scopes=list(required_scopes))
        self._verifier = mcp.OryTokenVerifier(authenticator, resource=resource)

    async def verify_token(self, token: str) -> AccessToken | None:
        """What a token allows; None when it is not good. Raises `OryError` when a server cannot tell."""
        known = await self._verifier.verify_token(token)
        return None if known is None else AccessToken.model_validate(known.model_dump())
