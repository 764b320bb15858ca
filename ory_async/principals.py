"""Who calls an API, whatever they show for it: one entry for sessions, access tokens, JWTs and API keys.

    authenticator = Authenticator(ory, accept=["session_cookie", "access_token"], cache=SessionCache(ttl=30))
    match await authenticator.authenticate(request.headers, scopes=["orders.read"]):
        case SessionPrincipal(subject):
            ...
        case AccessTokenPrincipal(subject, client_id=client_id):
            ...
        case Refused(reason, status=status, www_authenticate=challenge):
            ...  # answer with `status`, and `challenge` in the header WWW-Authenticate

An error of the server, or none at all, is raised: only its word that a credential is not good makes a refusal.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Generic, Literal, TypeAlias, TypeVar, get_args, overload

import attrs

from . import models
from .caching import Answer, Answers, Cache
from .client import Ory
from .errors import ConfigurationError
from .jwt import InvalidToken, JWTVerifier, VerifiedToken
from .models.base import Json
from .operation import checked_sequence
from .sessions import (
    Credential,
    Level,
    NoSession,
    RequestHeaders,
    SecondFactorNeeded,
    SessionVerifier,
    VerifiedSession,
    bearer_token,
    header_token,
)
from .tokens.introspection import Introspector

__all__ = [
    "AccessTokenPrincipal",
    "ApiKeyPrincipal",
    "Authenticator",
    "CredentialKind",
    "JWTPrincipal",
    "Principal",
    "RefusalReason",
    "Refused",
    "SessionPrincipal",
]

C = TypeVar("C")

CredentialKind: TypeAlias = Literal["session_cookie", "session_token", "access_token", "jwt", "api_key"]
_KINDS: Final[tuple[CredentialKind, ...]] = get_args(CredentialKind)

RefusalReason: TypeAlias = Literal[
    "no_credential",
    "invalid_credential",
    "insufficient_scope",
    "second_factor_required",
    "refresh_required",
    "rate_limited",
    "unavailable",
]

_UNSAFE: Final = re.compile(r"[^ !#-\[\]-~]")  # what cannot stand between quotes in a header
_STATUS: Final = {"insufficient_scope": 403, "rate_limited": 429, "unavailable": 503}
_ERRORS: Final = {
    "invalid_credential": "invalid_token",
    "insufficient_scope": "insufficient_scope",
    "second_factor_required": "insufficient_user_authentication",  # RFC 9470, section 3
    "refresh_required": "insufficient_user_authentication",
}
_OTHER_JWT: Final = ("at_hash", "c_hash", "nonce", "rat", "events")
"""Claims by which ID tokens and logout tokens are known, which no API is meant to accept."""


@attrs.frozen
class SessionPrincipal:
    """A person with a session."""

    subject: str
    """The id of the identity."""
    session: models.Session
    set_cookies: list[str] = attrs.field(factory=list, repr=False)
    """Set-Cookie headers to hand on to the browser; see `VerifiedSession`."""


@attrs.frozen
class AccessTokenPrincipal:
    """The holder of an OAuth2 access token, which the server was asked about."""

    subject: str
    """Whom the token stands for: a person, or the application itself."""
    client_id: str | None
    """The application that it was given to."""
    scopes: frozenset[str]
    audience: frozenset[str]
    token: models.IntrospectedOAuth2Token


@attrs.frozen
class JWTPrincipal(Generic[C]):
    """The holder of a JWT that was verified here."""

    subject: str
    """``sub``, or the application where the token names no person."""
    client_id: str | None
    scopes: frozenset[str]
    audience: frozenset[str]
    claims: C
    """The claims, as an object of the class that the `JWTVerifier` was given."""


@attrs.frozen
class ApiKeyPrincipal:
    """The holder of an API key that the project has issued or imported, or of a token derived from one."""

    subject: str
    """The actor that the key was made for."""
    key_id: str | None
    scopes: frozenset[str]
    audience: frozenset[str]
    key: models.VerifyApiKeyResponse


Principal: TypeAlias = SessionPrincipal | AccessTokenPrincipal | JWTPrincipal[C] | ApiKeyPrincipal
"""Somebody who has shown who they are."""


@attrs.frozen
class Refused:
    """Nobody is let in, and why."""

    reason: RefusalReason
    detail: str
    """The reason in words, for the client's developers."""
    status: int
    """The HTTP status to answer with: 401, or 403 for scopes, 429 for rate limits, 503."""
    www_authenticate: str
    """The value of the header of this name, which belongs into the answer (RFC 6750, section 3)."""
    redirect_browser_to: str | None = None
    """Where a browser gets what is missing, where that is known."""
    retry_at: datetime | None = None
    """When a rate-limited API key has its quota again."""


@attrs.frozen
class _Demands:
    """What one request must fulfil."""

    scopes: frozenset[str]
    aal: Level | None
    max_age: timedelta | None
    fresh: bool
    return_to: str | None


class Authenticator(Generic[C]):
    """Finds out who sends a request.

    `accept` are the kinds of credentials that are taken, in the order in which they are tried; the first good one
    counts. Without it they are session cookies, session tokens and access tokens, and JWTs where `jwt` verifies them.

    - ``session_cookie`` and ``session_token``: see `SessionVerifier`. Pass one by `sessions` to set it up; else one
      is made with `cache`.
    - ``jwt``: a bearer token that is a JWT, verified by the verifier `jwt`. ID tokens are refused, as they are meant
      for the application that somebody logs in to, and not for APIs.
    - ``access_token``: any other bearer token, and a JWT where ``jwt`` is not accepted, by introspection (RFC 7662).
    - ``api_key``: the header named by `api_key_header`, or a bearer token.

    A credential goes only to servers that it may be meant for: Ory's own prefixes tell. `scopes` are needed by every
    request; they must be held as they are written. `audience` is one or several, of which a token must be meant for
    one. Sessions have neither scopes nor audience, they stand for all that the person may do. With `cache` the answers
    about access tokens and API keys are kept as well. `realm` is named in challenges.

    Use one on one event loop. Raises `ConfigurationError` for settings that make no sense.
    """

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
        if _UNSAFE.search(realm):
            raise ConfigurationError("realm must be plain text without quotes")
        self._ory = ory
        self._accept = _checked_kinds(accept, with_jwt=jwt is not None)
        self._sessions = sessions or SessionVerifier(ory, cache=cache)
        self._jwt = jwt
        self._scopes = frozenset(checked_sequence("scopes", scopes) or ())
        self._audience = frozenset([audience] if isinstance(audience, str) else audience or ())
        self._api_key_header = api_key_header.lower()
        self._realm = realm
        self._tokens = Introspector(ory, cache=cache)
        self._keys = Answers(models.VerifyApiKeyResponse, cache)
        self._checks: dict[CredentialKind, _Check] = {
            "session_cookie": self._check_session,
            "session_token": self._check_session,
            "jwt": self._check_jwt,
            "access_token": self._check_access_token,
            "api_key": self._check_api_key,
        }

    async def authenticate(
        self,
        headers: RequestHeaders,
        *,
        scopes: Sequence[str] = (),
        aal: Level | None = None,
        max_age: timedelta | None = None,
        fresh: bool = False,
        return_to: str | None = None,
    ) -> Principal[C] | Refused:
        """Tell who sends a request, or why nobody is let in.

        `scopes` are those needed in addition; tokens and API keys must hold them. `aal`, `max_age` and `return_to` are
        for sessions, as in `SessionVerifier.verify`. With `fresh` nothing cached serves.

        Raises `OryError` when a server cannot tell, and `ConfigurationError` when there is none for a kind accepted.
        """
        wanted = self._scopes | frozenset(checked_sequence("scopes", scopes) or ())
        demands = _Demands(wanted, aal, max_age, fresh, return_to)
        refused: Refused | None = None
        for kind in self._accept:
            credential = self._credential(kind, headers)
            if credential is None:
                continue
            outcome = await self._checks[kind](credential, demands)
            if not isinstance(outcome, Refused):
                return outcome
            if refused is None or refused.reason == "invalid_credential":  # the one that came further says more
                refused = outcome
        return refused or self._refused("no_credential", "the request has no credential of a kind that is accepted")

    async def forget(self, headers: RequestHeaders) -> None:
        """Forget all that is known of a request's credentials, as after a logout or a revocation."""
        await self._sessions.forget(headers)
        if token := self._credential("access_token", headers):
            await self._tokens.forget(token.value)
        if key := self._credential("api_key", headers):
            self._keys.forget(self._api_key_hash(key))

    async def revoked(self, id: str) -> None:
        """Forget all that is known of something that was revoked or changed elsewhere.

        It is the id of a session, of an identity or another subject, of an OAuth2 client, of an API key or its actor.
        """
        await self._sessions.revoked(id)
        await self._tokens.revoked(id)
        self._keys.revoked(id)

    # credentials

    def _credential(self, kind: CredentialKind, headers: RequestHeaders) -> Credential | None:
        """The credential of a kind, not verified; None when the request has none."""
        if kind in ("session_cookie", "session_token"):
            return next((session for session in self._sessions.credentials(headers) if session.kind == kind), None)
        if kind == "api_key" and (key := header_token(headers, self._api_key_header)):
            return Credential(kind, key)
        token = bearer_token(headers)
        return Credential(kind, token) if token is not None and self._may_be(kind, token) else None

    def _may_be(self, kind: CredentialKind, token: str) -> bool:
        if token.startswith(("ory_st_", "ory_rt_", "ory_ac_")):  # sessions, and what goes to the token endpoint only
            return False
        is_jwt = token.startswith("eyJ") and token.count(".") == 2
        if kind == "jwt":
            return is_jwt
        if kind == "access_token":
            return not (is_jwt and "jwt" in self._accept)
        return not token.startswith("ory_at_")

    # checks

    async def _check_session(self, credential: Credential, demands: _Demands) -> SessionPrincipal | Refused:
        outcome = await self._sessions.verify_credential(
            credential, aal=demands.aal, max_age=demands.max_age, fresh=demands.fresh, return_to=demands.return_to
        )
        if isinstance(outcome, VerifiedSession):
            identity = outcome.session.identity
            if identity is None:
                return self._refused("invalid_credential", "the session has no identity")
            return SessionPrincipal(identity.id, outcome.session, outcome.set_cookies)
        redirect = outcome.redirect_browser_to
        if isinstance(outcome, NoSession):
            return self._refused("invalid_credential", "the session is unknown or has ended", redirect)
        if isinstance(outcome, SecondFactorNeeded):
            return self._refused("second_factor_required", "the session needs its second factor", redirect)
        return self._refused("refresh_required", "the last login is too long ago", redirect)

    async def _check_jwt(self, credential: Credential, demands: _Demands) -> JWTPrincipal[Any] | Refused:
        assert self._jwt is not None  # noqa: S101 - checked when the kinds were
        try:
            token: VerifiedToken[Any] = await self._jwt.verify(credential.value)
        except InvalidToken as error:
            return self._refused("invalid_credential", str(error))
        if any(name in token.payload for name in _OTHER_JWT):
            return self._refused("invalid_credential", "the token is no access token")
        scopes, audience = token.scopes, token.audience
        subject = self._admitted(token.subject or token.client_id, scopes, audience, demands)
        if isinstance(subject, Refused):
            return subject
        return JWTPrincipal(subject, token.client_id, scopes, audience, token.claims)

    async def _check_access_token(self, credential: Credential, demands: _Demands) -> AccessTokenPrincipal | Refused:
        token = await self._tokens.introspect(credential.value, fresh=demands.fresh)
        if token is None:
            return self._refused("invalid_credential", "the access token is unknown, has ended or was revoked")
        scopes, audience = frozenset((token.scope or "").split()), frozenset(token.aud or ())
        subject = self._admitted(token.sub or token.client_id, scopes, audience, demands)
        if isinstance(subject, Refused):
            return subject
        return AccessTokenPrincipal(subject, token.client_id, scopes, audience, token)

    async def _check_api_key(self, credential: Credential, demands: _Demands) -> ApiKeyPrincipal | Refused:
        async def ask() -> Answer[models.VerifyApiKeyResponse]:
            body = models.VerifyApiKeyRequest(
                credential=credential.value, expected_audiences=sorted(self._audience) or None
            )
            cache_control = "no-cache" if demands.fresh else None
            key = await self._ory.api_keys.admin_verify_api_key(body, cache_control=cache_control)
            expires_at = None if key.expire_time is None else key.expire_time.timestamp()
            ids = {id for id in (key.key_id, key.actor_id) if id}
            return Answer(key, is_good=key.is_valid is True, expires_at=expires_at, ids=ids)

        key = (await self._keys.of(self._api_key_hash(credential), ask, fresh=demands.fresh)).value
        if key.is_valid is not True:
            return self._refused_key(key)
        scopes = frozenset(key.scopes or ())
        subject = self._admitted(key.actor_id, scopes, None, demands)  # the server has looked at the audience
        if isinstance(subject, Refused):
            return subject
        return ApiKeyPrincipal(subject, key.key_id, scopes, frozenset(key.audiences or ()), key)

    def _api_key_hash(self, credential: Credential) -> bytes:
        """What an API key is cached by: the answer is good for the audiences that it was asked for."""
        return credential.key(*sorted(self._audience))

    # refusals

    def _admitted(
        self, subject: str | None, scopes: frozenset[str], audience: frozenset[str] | None, demands: _Demands
    ) -> str | Refused:
        """The subject of a good credential, where the credential fulfils what is demanded."""
        if not subject:
            return self._refused("invalid_credential", "the credential names no subject")
        if self._audience and audience is not None and self._audience.isdisjoint(audience):
            return self._refused("invalid_credential", "the token is meant for others")
        if not demands.scopes <= scopes:
            needed = " ".join(sorted(demands.scopes))
            return self._refused("insufficient_scope", f"these scopes are needed: {needed}", scope=needed)
        return subject

    def _refused_key(self, key: models.VerifyApiKeyResponse) -> Refused:
        if key.error_code == models.VerificationErrorCode.VERIFICATION_ERROR_RATE_LIMITED:
            refused = self._refused("rate_limited", "the API key has used up its rate limit")
            return attrs.evolve(refused, retry_at=key.rate_limit_reset_time)
        if key.error_code == models.VerificationErrorCode.VERIFICATION_ERROR_INTERNAL:
            return self._refused("unavailable", "the API key could not be verified")
        return self._refused("invalid_credential", "the API key is unknown, has ended or was revoked")

    def _refused(
        self, reason: RefusalReason, detail: str, redirect: str | None = None, *, scope: str | None = None
    ) -> Refused:
        details = {"realm": self._realm}
        if reason in _ERRORS:
            details |= {"error": _ERRORS[reason], "error_description": detail}
        if scope is not None:
            details["scope"] = scope
        challenge = ", ".join(f'{name}="{_UNSAFE.sub(" ", value)}"' for name, value in details.items())
        return Refused(reason, detail, _STATUS.get(reason, 401), f"Bearer {challenge}", redirect)


_Check: TypeAlias = Callable[
    [Credential, _Demands],
    Awaitable[SessionPrincipal | AccessTokenPrincipal | JWTPrincipal[Any] | ApiKeyPrincipal | Refused],
]


def _checked_kinds(accept: Sequence[CredentialKind] | None, *, with_jwt: bool) -> tuple[CredentialKind, ...]:
    if accept is None:
        jwt: tuple[CredentialKind, ...] = ("jwt",) if with_jwt else ()
        return ("session_cookie", "session_token", *jwt, "access_token")
    if isinstance(accept, str) or not accept or not set(accept) <= set(_KINDS):
        raise ConfigurationError(f"accept must be a list of some of {', '.join(_KINDS)}")
    if ("jwt" in accept) != with_jwt:
        raise ConfigurationError("accepting 'jwt' and giving a JWTVerifier as jwt= belong together")
    return tuple(accept)
