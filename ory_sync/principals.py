"""Who calls an API, whatever they show for it, blocking; see `ory_async.principals`.

    authenticator = Authenticator(ory, accept=["session_cookie", "access_token"], cache=SessionCache(ttl=30))
    caller = authenticator.authenticate(request.headers, scopes=["orders.read"])

It may be used from any number of threads.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Generic, TypeVar, overload

from ory_async import principals
from ory_async.caching import Cache
from ory_async.models.base import Json
from ory_async.principals import AccessTokenPrincipal as AccessTokenPrincipal
from ory_async.principals import ApiKeyPrincipal as ApiKeyPrincipal
from ory_async.principals import CredentialKind as CredentialKind
from ory_async.principals import JWTPrincipal as JWTPrincipal
from ory_async.principals import Principal as Principal
from ory_async.principals import RefusalReason as RefusalReason
from ory_async.principals import Refused as Refused
from ory_async.principals import SessionPrincipal as SessionPrincipal
from ory_async.sessions import Level, RequestHeaders

from .blocking import BlockingService, blocking, wrapped
from .client import Ory
from .jwt import JWTVerifier
from .portal import portal
from .sessions import SessionVerifier

C = TypeVar("C")


class Authenticator(BlockingService, Generic[C]):
    __doc__ = principals.Authenticator.__doc__

    @overload
    def __init__(
        self: Authenticator[dict[str, Json]],
        ory: Ory,
        *,
        accept: Sequence[CredentialKind] | None = None,
        cache: Cache | None = None,
        sessions: SessionVerifier | None = None,
        jwt: None = None,
        scopes: Sequence[str] = (),
        audience: str | Sequence[str] | None = None,
        api_key_header: str = "X-API-Key",
        realm: str = "api",
    ) -> None: ...
    @overload
    def __init__(
        self,
        ory: Ory,
        *,
        accept: Sequence[CredentialKind] | None = None,
        cache: Cache | None = None,
        sessions: SessionVerifier | None = None,
        jwt: JWTVerifier[C],
        scopes: Sequence[str] = (),
        audience: str | Sequence[str] | None = None,
        api_key_header: str = "X-API-Key",
        realm: str = "api",
    ) -> None: ...
    def __init__(
        self,
        ory: Ory,
        *,
        accept: Sequence[CredentialKind] | None = None,
        cache: Cache | None = None,
        sessions: SessionVerifier | None = None,
        jwt: JWTVerifier[Any] | None = None,
        scopes: Sequence[str] = (),
        audience: str | Sequence[str] | None = None,
        api_key_header: str = "X-API-Key",
        realm: str = "api",
    ) -> None:
        super().__init__(
            principals.Authenticator[Any](
                ory._ory,  # noqa: SLF001 - the async client that it wraps
                accept=accept,
                cache=cache,
                sessions=wrapped(sessions),
                jwt=wrapped(jwt),
                scopes=scopes,
                audience=audience,
                api_key_header=api_key_header,
                realm=realm,
            )
        )

    def authenticate(
        self,
        headers: RequestHeaders,
        *,
        scopes: Sequence[str] = (),
        aal: Level | None = None,
        max_age: timedelta | None = None,
        fresh: bool = False,
        return_to: str | None = None,
    ) -> Principal[C] | Refused:
        outcome: Principal[C] | Refused = portal().call(
            self._service.authenticate(
                headers, scopes=scopes, aal=aal, max_age=max_age, fresh=fresh, return_to=return_to
            )
        )
        return outcome

    authenticate.__doc__ = principals.Authenticator.authenticate.__doc__

    forget = blocking(principals.Authenticator.forget)
    revoked = blocking(principals.Authenticator.revoked)
