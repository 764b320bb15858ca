"""Tokens for an application, blocking: of its own, of people who log in, of devices; and what the tokens of others say.

    tokens = ClientCredentials(ory, client_id="reports", client_secret="...", scopes=["orders.read"])
    with Ory("https://orders.example.com", auth=tokens) as orders: ...

All of it may be used from any number of threads.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from anyio import to_thread

from ory_async import tokens
from ory_async.caching import Cache, Clock
from ory_async.tokens import AuthorizationFailed as AuthorizationFailed
from ory_async.tokens import ClientAuthentication as ClientAuthentication
from ory_async.tokens import DeviceCode as DeviceCode
from ory_async.tokens import PrivateKey as PrivateKey
from ory_async.tokens import TokenSet as TokenSet
from ory_async.tokens import Transaction as Transaction

from .blocking import BlockingService, blocking, plain
from .client import Ory


class ClientCredentials(BlockingService):
    __doc__ = tokens.ClientCredentials.__doc__

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
        self._tokens = tokens.ClientCredentials(
            ory._ory,  # noqa: SLF001 - the async client that it wraps
            client_id=client_id,
            client_secret=client_secret,
            authentication=authentication,
            private_key=private_key,
            scopes=scopes,
            audience=audience,
            margin=margin,
            clock=clock,
        )
        super().__init__(self._tokens)

    async def authorization(self) -> str:
        """The value of an Authorization header, for ``auth=`` of a client; a program of yours calls `token`."""
        return await self._tokens.authorization()

    invalidate = plain(tokens.ClientCredentials.invalidate)
    token = blocking(tokens.ClientCredentials.token)


class AuthorizationCode(BlockingService):
    __doc__ = tokens.AuthorizationCode.__doc__

    def __init__(
        self,
        ory: Ory,
        *,
        client_id: str,
        client_secret: str | None = None,
        authentication: ClientAuthentication = "basic",
        private_key: PrivateKey | None = None,
        redirect_uri: str,
        scopes: Sequence[str] = ("openid",),
        audience: Sequence[str] = (),
        leeway: float = 30.0,
        clock: Clock = time.time,
    ) -> None:
        super().__init__(
            tokens.AuthorizationCode(
                ory._ory,  # noqa: SLF001 - the async client that it wraps
                client_id=client_id,
                client_secret=client_secret,
                authentication=authentication,
                private_key=private_key,
                redirect_uri=redirect_uri,
                scopes=scopes,
                audience=audience,
                leeway=leeway,
                clock=clock,
            )
        )

    begin = blocking(tokens.AuthorizationCode.begin)
    finish = blocking(tokens.AuthorizationCode.finish)
    logout_url = blocking(tokens.AuthorizationCode.logout_url)
    refresh = blocking(tokens.AuthorizationCode.refresh)
    revoke = blocking(tokens.AuthorizationCode.revoke)


class DeviceFlow(BlockingService):
    __doc__ = tokens.DeviceFlow.__doc__

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
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        async def wait(seconds: float) -> None:
            await to_thread.run_sync(sleep, seconds, abandon_on_cancel=True)

        super().__init__(
            tokens.DeviceFlow(
                ory._ory,  # noqa: SLF001 - the async client that it wraps
                client_id=client_id,
                client_secret=client_secret,
                authentication=authentication,
                private_key=private_key,
                scopes=scopes,
                audience=audience,
                leeway=leeway,
                clock=clock,
                sleep=wait,
            )
        )

    begin = blocking(tokens.DeviceFlow.begin)
    wait = blocking(tokens.DeviceFlow.wait)


class Introspector(BlockingService):
    __doc__ = tokens.Introspector.__doc__

    def __init__(self, ory: Ory, *, cache: Cache | None = None) -> None:
        super().__init__(tokens.Introspector(ory._ory, cache=cache))  # noqa: SLF001 - the async client that it wraps

    forget = blocking(tokens.Introspector.forget)
    introspect = blocking(tokens.Introspector.introspect)
    revoked = blocking(tokens.Introspector.revoked)
