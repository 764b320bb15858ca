"""Verify JWTs without asking a server for each, blocking; see `ory_async.jwt`.

    verifier = JWTVerifier(ory.wellknown.discover_json_web_keys, issuer="https://auth.example.com", audience="my-api")
    token = verifier.verify(text)

It may be used from any number of threads. Needs the extra ``jwt``.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeAlias, TypeVar, overload

from anyio import to_thread

from ory_async import jwt
from ory_async.caching import Clock
from ory_async.jwt import ALGORITHMS as ALGORITHMS
from ory_async.jwt import InvalidToken as InvalidToken
from ory_async.jwt import InvalidTokenReason as InvalidTokenReason
from ory_async.jwt import Keys as Keys
from ory_async.jwt import VerifiedToken as VerifiedToken
from ory_async.models.base import Json

from .blocking import BlockingService, blocking, wrapped
from .portal import portal

C = TypeVar("C")

KeySource: TypeAlias = Callable[[], Keys] | Keys
"""Public keys, or a function without parameters that fetches them, such as one of

``ory.wellknown.discover_json_web_keys`` (OAuth2 tokens), ``ory.api_keys.get_jwks`` (tokens derived from API keys), or one
of your own for keys that stand elsewhere. It is called in another thread.
"""


class KeySet(BlockingService):
    __doc__ = jwt.KeySet.__doc__

    def __init__(
        self, source: KeySource, *, lifetime: float = 3600.0, cooldown: float = 30.0, clock: Clock = time.monotonic
    ) -> None:
        fetched = _fetching(source) if callable(source) else source
        super().__init__(jwt.KeySet(fetched, lifetime=lifetime, cooldown=cooldown, clock=clock))

    find = blocking(jwt.KeySet.find)


def _fetching(source: Callable[[], Keys]) -> Callable[[], Any]:
    async def fetch() -> Keys:
        return await to_thread.run_sync(source)

    return fetch


class JWTVerifier(BlockingService, Generic[C]):
    __doc__ = jwt.JWTVerifier.__doc__

    @overload
    def __init__(
        self: JWTVerifier[dict[str, Json]],
        jwks: KeySet | KeySource,
        *,
        issuer: str | Sequence[str] | None,
        audience: str | Sequence[str] | None,
        algorithms: Sequence[str] = ALGORITHMS,
        claims: None = None,
        leeway: float = 30.0,
        required: Sequence[str] = ("exp",),
        clock: Clock = time.time,
    ) -> None: ...
    @overload
    def __init__(
        self,
        jwks: KeySet | KeySource,
        *,
        issuer: str | Sequence[str] | None,
        audience: str | Sequence[str] | None,
        algorithms: Sequence[str] = ALGORITHMS,
        claims: type[C],
        leeway: float = 30.0,
        required: Sequence[str] = ("exp",),
        clock: Clock = time.time,
    ) -> None: ...
    def __init__(
        self,
        jwks: KeySet | KeySource,
        *,
        issuer: str | Sequence[str] | None,
        audience: str | Sequence[str] | None,
        algorithms: Sequence[str] = ALGORITHMS,
        claims: type[Any] | None = None,
        leeway: float = 30.0,
        required: Sequence[str] = ("exp",),
        clock: Clock = time.time,
    ) -> None:
        keys = jwks if isinstance(jwks, KeySet) else KeySet(jwks)
        super().__init__(
            jwt.JWTVerifier[Any](
                wrapped(keys),
                issuer=issuer,
                audience=audience,
                algorithms=algorithms,
                claims=claims,
                leeway=leeway,
                required=required,
                clock=clock,
            )
        )

    def verify(self, token: str, *, nonce: str | None = None, access_token: str | None = None) -> VerifiedToken[C]:
        verified: VerifiedToken[C] = portal().call(self._service.verify(token, nonce=nonce, access_token=access_token))
        return verified

    verify.__doc__ = jwt.JWTVerifier.verify.__doc__
