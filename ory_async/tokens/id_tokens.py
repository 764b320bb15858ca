"""Who has logged in, by the ID token (OpenID Connect Core 1.0, section 2)."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from ..caching import Clock
from ..jwt import InvalidToken, JWTVerifier, KeySet, VerifiedToken
from .servers import Server


class IdTokens:
    """Verifies the ID tokens that one client is given."""

    def __init__(self, server: Server, client_id: str, leeway: float, clock: Clock) -> None:
        self._server = server
        self._client_id = client_id
        self._leeway = leeway
        self._clock = clock

    @cached_property
    def _keys(self) -> KeySet:
        return KeySet(self._server.ory.wellknown.discover_json_web_keys)

    async def verify(self, id_token: str, **bindings: str) -> VerifiedToken[Any]:
        """Verify an ID token (section 3.1.3.7); `bindings` are those of `JWTVerifier.verify`."""
        verifier = JWTVerifier(
            self._keys,
            issuer=(await self._server.metadata()).issuer,
            audience=self._client_id,
            required=("exp", "iat", "sub"),
            leeway=self._leeway,
            clock=self._clock,
        )
        verified = await verifier.verify(id_token, **bindings)
        if verified.payload.get("azp", self._client_id) != self._client_id:
            raise InvalidToken("the ID token was given to another client", reason="wrong_audience")
        return verified
