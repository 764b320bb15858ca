"""Machines: an access token of the application itself, always at hand."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence

from ..caching import Clock, SingleFlight
from ..client import Ory
from ..errors import ConfigurationError, ServerError, TransportError
from ..operation import checked_sequence
from .proving import ClientAuthentication, ClientProof, PrivateKey
from .servers import Server
from .token_set import TokenSet

logger = logging.getLogger("ory_async")


class ClientCredentials:
    """Access tokens by the client credentials grant (RFC 6749, section 4.4), as ``auth=`` of any client.

        tokens = ClientCredentials(ory, client_id="reports", client_secret="...", scopes=["orders.read"])
        async with Ory("https://orders.example.com", auth=tokens) as orders: ...

    The token is fetched when it is needed first, kept in memory, and fetched anew `margin` seconds before it ends (or
    half-way through a life that is shorter than twice that); callers at the same time share one request. When that
    fails for a while, a token that has not ended yet is used further, and a warning is logged.

    `ory` is the client whose server gives the tokens out; it needs no credential of its own. `client_secret` goes into
    a header, or with ``authentication="post"`` into the form; `private_key` in its place signs a JWT for each request
    (``private_key_jwt``; extra ``jwt``). `audience` is whom the tokens are meant for.

    For calls by other means than this SDK there is `authorization`, and the adapters `ory_async.integrations.httpx` and
    `ory_async.integrations.aiohttp_client`. `clock` gives the seconds since 1970. Raises `ConfigurationError` for
    settings that make no sense.
    """

    def __init__(
        self,
        ory: Ory,
        *,
        client_id: str,
        client_secret: str | None = None,
        authentication: ClientAuthentication = "basic",
        private_key: PrivateKey | None = None,
        scopes: Sequence[str] = (),
        audience: Sequence[str] = (),
        margin: float = 30.0,
        clock: Clock = time.time,
    ) -> None:
        self._ory = ory
        self._client = ClientProof(Server(ory), client_id, client_secret, authentication, private_key, clock)
        if not self._client.is_secret:
            raise ConfigurationError("ClientCredentials needs client_secret or private_key")
        if margin < 0:
            raise ConfigurationError("margin must be 0 or more seconds")
        self._scope = " ".join(checked_sequence("scopes", scopes) or ()) or None
        self._audience = " ".join(checked_sequence("audience", audience) or ()) or None
        self._margin = margin
        self._clock = clock
        self._tokens: TokenSet | None = None
        self._renew_at = 0.0
        self._flights: SingleFlight[TokenSet] = SingleFlight()

    async def token(self) -> str:
        """An access token that is good for some time yet.

        Raises `OAuth2Error` when the server refuses, such as for a wrong secret or a scope that is not allowed, and
        the errors of any call when there is no token to go on with.
        """
        now = self._clock()
        tokens = self._tokens
        if tokens is not None and now < self._renew_at:
            return tokens.access_token
        try:
            tokens = await self._flights.join(None, self._fetch)
        except (TransportError, ServerError) as error:
            if tokens is None or tokens is not self._tokens or tokens.is_expired(now, margin=0):
                raise
            logger.warning("the access token could not be renewed, the old one is used further: %s", error)
        return tokens.access_token

    async def authorization(self) -> str:
        """The value of an Authorization header."""
        return f"Bearer {await self.token()}"

    def invalidate(self, token: str) -> None:
        """Fetch another token next time, if this one is still in use; for one that a server has refused."""
        if self._tokens is not None and self._tokens.access_token == token:
            self._tokens = None

    async def _fetch(self) -> TokenSet:
        answer = await self._ory.oauth2.oauth2_token_exchange(
            grant_type="client_credentials", scope=self._scope, audience=self._audience, **await self._client.proof()
        )
        now = self._clock()
        tokens = TokenSet.of(answer, now)
        lifetime = float("inf") if tokens.expires_at is None else tokens.expires_at - now
        self._renew_at = now + max(lifetime - self._margin, lifetime / 2)
        self._tokens = tokens
        return tokens

    def __repr__(self) -> str:
        return f"ClientCredentials({self._client.client_id!r}, ..., scope={self._scope!r}, audience={self._audience!r})"
