"""What the server says by the back channel: that a session has ended (OpenID Connect Back-Channel Logout 1.0)."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Final

import attrs

from ...caching import Clock
from ...jwt import InvalidToken, JWTVerifier, KeySet
from ...tokens import AuthorizationCode
from ...tokens.servers import Server

_EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
_LEEWAY: Final = 30.0

LONGEST_AGE: Final = 300.0
"""For how many seconds a logout token is good; Hydra's have no ``exp``."""


@attrs.frozen
class LogoutToken:
    """A logout token that was verified: whose session has ended."""

    id: str
    """``jti``: a token with the same one is a repeated one."""
    sid: str | None
    subject: str | None


class LogoutTokens:
    """Verifies the logout tokens that one client is sent."""

    def __init__(self, code: AuthorizationCode, clock: Clock) -> None:
        self._client_id = code.client_id
        self._server = Server(code.ory)
        self._clock = clock

    @cached_property
    def _keys(self) -> KeySet:
        return KeySet(self._server.ory.wellknown.discover_json_web_keys)

    async def verify(self, token: str) -> LogoutToken:
        """Verify a logout token (section 2.6); whether it is a repeated one is not known here.

        Raises `InvalidToken` when it is not to be trusted, and the errors of any call that fetches what it takes.
        """
        verifier = JWTVerifier(
            self._keys,
            issuer=(await self._server.metadata()).issuer,
            audience=self._client_id,
            required=("iat", "jti", "events"),
            leeway=_LEEWAY,
            clock=self._clock,
        )
        claims = (await verifier.verify(token)).payload
        events = claims["events"]
        if not isinstance(events, dict) or not isinstance(events.get(_EVENT), dict):
            raise InvalidToken("this is no logout token", reason="wrong_claim")
        if "nonce" in claims:
            raise InvalidToken("this is an ID token", reason="wrong_claim")
        id, sid, subject = (_text(claims, name) for name in ("jti", "sid", "sub"))
        if id is None or (sid is None and subject is None):
            raise InvalidToken("the logout token does not say whose session has ended", reason="missing_claim")
        issued_at: Any = claims["iat"]  # the verifier has seen that it is a number
        if self._clock() > issued_at + LONGEST_AGE + _LEEWAY:
            raise InvalidToken("the logout token is too old", reason="expired")
        return LogoutToken(id, sid, subject)


def _text(claims: dict[str, Any], name: str) -> str | None:
    value = claims.get(name)
    if value is not None and not (isinstance(value, str) and value):
        raise InvalidToken(f"{name} of the logout token is no text", reason="wrong_claim")
    return value
