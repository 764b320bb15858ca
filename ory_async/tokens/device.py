"""Devices that cannot show pages: the person logs in elsewhere, and the device waits (RFC 8628)."""

from __future__ import annotations

import asyncio
import inspect
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import attrs

from ..caching import Clock
from ..client import Ory
from ..errors import DecodeError, OAuth2Error, RateLimited, ServerError, TransportError
from ..operation import checked_sequence
from .authorization_code import AuthorizationFailed
from .id_tokens import IdTokens
from .proving import ClientAuthentication, ClientProof, PrivateKey, Proof
from .scalars import seconds, text
from .servers import Server
from .token_set import TokenSet

logger = logging.getLogger("ory_async")

_OPERATION: Final = "oauth2_device_flow"
_GRANT: Final = "urn:ietf:params:oauth:grant-type:device_code"
_SLOWER: Final = 5.0
_INTERVAL: Final = 5.0
_SHORTEST_INTERVAL: Final = 1.0
_LONGEST_INTERVAL: Final = 60.0


@attrs.frozen
class DeviceCode:
    """A login of a device that has begun: show the person `user_code` and `verification_uri`."""

    user_code: str
    verification_uri: str
    verification_uri_complete: str | None
    """The same with the code in it, to be shown as a QR code for instance."""
    expires_at: float
    """When it is too late, in seconds since 1970."""
    interval: float
    """How many seconds to wait between two questions."""
    device_code: str = attrs.field(repr=False)


class DeviceFlow:
    """Logs a person in on a device without a browser, such as a terminal or a television.

        flow = DeviceFlow(ory, client_id="tv", scopes=["openid", "offline_access"])
        code = await flow.begin()
        print(f"Open {code.verification_uri} and enter {code.user_code}")
        tokens = await flow.wait(code)

    See `ClientCredentials` for `client_secret`, `authentication` and `private_key`, which most devices do not have,
    and `AuthorizationCode` for `scopes` and `leeway`. Needs the extra ``jwt`` with the scope ``openid``. `clock` gives
    the seconds since 1970, `sleep` waits for some.
    """

    def __init__(
        self,
        ory: Ory,
        *,
        client_id: str,
        client_secret: str | None = None,
        authentication: ClientAuthentication = "basic",
        private_key: PrivateKey | None = None,
        scopes: Sequence[str] = ("openid",),
        audience: Sequence[str] = (),
        leeway: float = 30.0,
        clock: Clock = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._ory = ory
        server = Server(ory)
        self._client = ClientProof(server, client_id, client_secret, authentication, private_key, clock)
        self._id_tokens = IdTokens(server, client_id, leeway, clock)
        self._scope = " ".join(checked_sequence("scopes", scopes) or ()) or None
        self._audience = " ".join(checked_sequence("audience", audience) or ()) or None
        self._clock = clock
        self._sleep = sleep

    async def begin(self) -> DeviceCode:
        """Begin a login.

        Raises `OAuth2Error` when the client is unknown or may not use this grant, `DecodeError` when the answer makes no
        sense.

        https://www.rfc-editor.org/rfc/rfc8628#section-3.1
        """
        proof: Proof = {
            "client_id": self._client.client_id,  # Hydra wants it in any case
            **await self._client.proof(),
        }
        answer = await self._ory.oauth2.oauth2_device_flow(scope=self._scope, audience=self._audience, **proof)
        device_code = text(_OPERATION, "device_code", answer.device_code)
        user_code = text(_OPERATION, "user_code", answer.user_code)
        verification_uri = text(_OPERATION, "verification_uri", answer.verification_uri)
        if not (device_code and user_code and verification_uri):
            raise DecodeError(f"{_OPERATION}: the answer lacks a code or the address", operation=_OPERATION)
        interval = seconds(_OPERATION, "interval", answer.interval)
        return DeviceCode(
            user_code=user_code,
            verification_uri=verification_uri,
            verification_uri_complete=text(_OPERATION, "verification_uri_complete", answer.verification_uri_complete),
            expires_at=self._clock() + (seconds(_OPERATION, "expires_in", answer.expires_in) or 0),
            interval=_INTERVAL if interval is None else max(_SHORTEST_INTERVAL, interval),
            device_code=device_code,
        )

    async def wait(
        self, code: DeviceCode, *, on_poll: Callable[[DeviceCode], Awaitable[None] | None] | None = None
    ) -> TokenSet:
        """Wait until the person has logged in, and give the tokens.

        The server is asked every `interval` seconds, and more slowly where it wishes or does not answer. `on_poll` is
        called before each question, to show that the device still waits. Cancel the task to stop waiting.

        Raises `AuthorizationFailed` when the person refused (``access_denied``) or took too long (``expired_token``),
        `OAuth2Error` when the server refuses the device itself, and `InvalidToken` when the ID token is not good.

        https://www.rfc-editor.org/rfc/rfc8628#section-3.5
        """
        interval = code.interval
        while self._clock() + interval < code.expires_at:
            await self._sleep(interval)
            if on_poll is not None and inspect.isawaitable(told := on_poll(code)):
                await told
            try:
                return await self._ask(code)
            except OAuth2Error as error:
                if error.error in ("access_denied", "expired_token"):
                    raise AuthorizationFailed(
                        f"the device was refused: {error.error}",
                        error=error.error,
                        error_description=error.error_description,
                    ) from error
                if error.error not in ("authorization_pending", "slow_down"):
                    raise
                interval += _SLOWER if error.error == "slow_down" else 0
            except (TransportError, ServerError, RateLimited) as error:
                logger.info("the device goes on waiting: %s", error)
                interval = min(interval * 2 + 1, max(interval, _LONGEST_INTERVAL))
        raise AuthorizationFailed(
            "nobody has confirmed the device in time", error="expired_token", error_description=None
        )

    async def _ask(self, code: DeviceCode) -> TokenSet:
        answer = await self._ory.oauth2.oauth2_token_exchange(
            grant_type=_GRANT, device_code=code.device_code, **await self._client.proof()
        )
        tokens = TokenSet.of(answer, self._clock())
        if tokens.id_token is None:
            return tokens
        verified = await self._id_tokens.verify(tokens.id_token, access_token=tokens.access_token)
        return attrs.evolve(tokens, claims=verified.payload)
