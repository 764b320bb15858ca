"""Who is calling: from the headers of a request to a session, without asking the server each time.

    verifier = SessionVerifier(ory, cache=SessionCache(ttl=60))
    match await verifier.verify(request.headers, aal="aal2"):
        case VerifiedSession(session):
            ...
        case NoSession(login) | SecondFactorNeeded(login) | RefreshNeeded(login):
            ...  # send the browser to `login`

An error of the server, or none at all, is raised: only the server's word that nobody is logged in makes a `NoSession`.
"""

from __future__ import annotations

import fnmatch
import hashlib
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final, Literal, Protocol, TypeAlias, TypedDict
from urllib.parse import parse_qsl, urlencode, urlsplit

import attrs

from . import config, models
from .caching import Answer, Answers, Cache, Clock, Found
from .calls import with_response
from .client import Ory
from .errors import ConfigurationError, InvalidRequest, NoActiveSession, SecondFactorRequired, SessionRefreshRequired
from .messages import Headers

__all__ = [
    "Credential",
    "Level",
    "Missing",
    "NoSession",
    "RefreshNeeded",
    "RequestHeaders",
    "SecondFactorNeeded",
    "SessionCache",
    "SessionVerifier",
    "VerifiedSession",
]

SessionCache = Cache

SESSION_COOKIES: Final = ("ory_kratos_session", "ory_session_*")

Level: TypeAlias = Literal["aal1", "aal2", "aal3"]
_LEVELS: Final = ("aal0", "aal1", "aal2", "aal3")
_VALUE: Final = re.compile(r"[!-~]+")  # what a credential is made of: visible ASCII


class RequestHeaders(Protocol):
    """The headers of a request as any framework has them: a mapping, or another thing with `items`."""

    def items(self) -> Iterable[tuple[str, str]]:
        """The names, in any case, and the values."""
        ...


@attrs.frozen
class VerifiedSession:
    """Somebody is logged in, and the session is good enough for what was asked."""

    session: models.Session
    set_cookies: list[str] = attrs.field(factory=list, repr=False)
    """Set-Cookie headers by which the server prolongs the browser's cookie: hand each of them on. Never cached."""


@attrs.frozen
class NoSession:
    """Nobody is logged in."""

    redirect_browser_to: str | None = None
    """Where a browser logs in; None when neither the server nor `public_url` tells."""


@attrs.frozen
class SecondFactorNeeded:
    """The session has to be raised to the second factor first."""

    redirect_browser_to: str | None = None
    """Where a browser gives the second factor; None when neither the server nor `public_url` tells."""


@attrs.frozen
class RefreshNeeded:
    """The last login is too long ago: log in again."""

    redirect_browser_to: str | None = None
    """Where a browser logs in again; None when neither the server nor `public_url` tells."""


Missing: TypeAlias = NoSession | SecondFactorNeeded | RefreshNeeded
"""What is missing for a request to go on, and where a browser gets it."""


@attrs.frozen
class Credential:
    """What a request has to show for itself."""

    kind: Literal["session_cookie", "session_token", "access_token", "jwt", "api_key"]
    value: str = attrs.field(repr=False)

    def key(self, *more: str) -> bytes:
        """What it is known by in a cache: a hash, which tells nothing about it."""
        return hashlib.sha256("\0".join((self.kind, self.value, *more)).encode()).digest()


class SessionVerifier:
    """Finds the session of a request: by its session cookie or its session token.

    With a `cache` a known session is not asked for again; see `SessionCache` for how long. With or without one,
    requests with the same credential at the same time share one question to the server.

    `cookies` are the names of the session cookies, in which ``*`` stands for any characters; a server may be set up
    with another name than Kratos and the Ory Network give it. Only these cookies are sent to the server, none of the
    others that a browser brings along. `public_url` is where browsers reach Kratos (or the Ory Network project); it
    makes the redirects of outcomes that the server gives none for.

    Use a verifier on one event loop. `clock` gives the seconds since 1970. Raises `ConfigurationError` for settings
    that make no sense.
    """

    def __init__(
        self,
        ory: Ory,
        *,
        cache: SessionCache | None = None,
        cookies: Sequence[str] = SESSION_COOKIES,
        public_url: str | None = None,
        clock: Clock = time.time,
    ) -> None:
        self._ory = ory
        self._answers = Answers(models.Session, cache)
        self._cookies = _cookie_names(cookies)
        self._public_url = None if public_url is None else config.base_url("public_url", public_url)
        self._clock = clock

    async def verify(
        self,
        headers: RequestHeaders,
        *,
        aal: Level | None = None,
        max_age: timedelta | None = None,
        fresh: bool = False,
        return_to: str | None = None,
    ) -> VerifiedSession | Missing:
        """Tell whose request it is, and whether the session is good enough.

        A request shows its session by ``X-Session-Token``, by a session cookie, or by ``Authorization: Bearer
        ory_st_...``; the first of these that is there counts, as it does on the server. `aal` is the level that the
        session must have, `max_age` how long ago its last proof may be. Before either is found missing the server is
        asked again, since a cached session may have been raised meanwhile. `return_to` is where the browser goes in
        the end. With `fresh` the server is asked whatever is cached here, and told to pass over caches of its own.

        Raises `OryError` when the server cannot tell, and `InvalidRequest` when the arguments make no sense.

        https://www.ory.com/docs/reference/api#tag/frontend/operation/toSession
        """
        credentials = self.credentials(headers)
        if not credentials:
            _check_requirements(aal, max_age)
            return NoSession(self._login(return_to))
        return await self.verify_credential(credentials[0], aal=aal, max_age=max_age, fresh=fresh, return_to=return_to)

    async def verify_credential(
        self,
        credential: Credential,
        *,
        aal: Level | None = None,
        max_age: timedelta | None = None,
        fresh: bool = False,
        return_to: str | None = None,
    ) -> VerifiedSession | Missing:
        """Like `verify`, for a credential that came another way, such as a token in the first message of a WebSocket.

        It is a ``Credential("session_token", token)``, or a ``Credential("session_cookie", "name=value")``.
        """
        _check_requirements(aal, max_age)
        try:
            found = await self._find(credential, fresh)
            if found.from_cache and self._lacking(found.value, aal, max_age):
                found = await self._find(credential, fresh=True)
        except (NoActiveSession, SecondFactorRequired, SessionRefreshRequired) as error:
            return self.missing(error, return_to=return_to)
        if found.value.active is False:
            return NoSession(self._login(return_to))
        match self._lacking(found.value, aal, max_age):
            case "aal":
                return SecondFactorNeeded(self._login(return_to, aal=aal))
            case "age":
                return RefreshNeeded(self._login(return_to, refresh="true"))
            case None:
                return VerifiedSession(found.value, found.set_cookies)

    async def session(
        self,
        headers: RequestHeaders,
        *,
        aal: Level | None = None,
        max_age: timedelta | None = None,
        fresh: bool = False,
    ) -> models.Session | None:
        """The session of a request, or None when there is none that is good enough; see `verify`.

        A cookie that the server sets anew is left out here. That does no harm: it is set again by the next call.
        """
        outcome = await self.verify(headers, aal=aal, max_age=max_age, fresh=fresh)
        return outcome.session if isinstance(outcome, VerifiedSession) else None

    async def tokenized(self, headers: RequestHeaders, template: str) -> str | None:
        """The session of a request as a JWT, made by one of the server's templates; None when there is no session.

        Pass it to services that verify it by themselves (see `ory_async.jwt.JWTVerifier`). It is not cached.

        Raises `BadRequest` for an unknown template, `SecondFactorRequired` when the session has to be raised first.

        https://www.ory.com/docs/identities/session-to-jwt-cors
        """
        credentials = self.credentials(headers)
        if not credentials:
            return None
        try:
            session = await self._ory.frontend.to_session(tokenize_as=template, **_as_parameter(credentials[0]))
        except NoActiveSession:
            return None
        return session.tokenized

    async def forget(self, headers: RequestHeaders) -> None:
        """Forget the session of a request, as after a logout: the next request is asked about anew."""
        for credential in self.credentials(headers):
            self._answers.forget(credential.key())

    async def revoked(self, id: str) -> None:
        """Forget a session that was revoked elsewhere, or all sessions of an identity, by its id.

        Answers that are on their way are not kept either.
        """
        self._answers.revoked(id)

    def missing(
        self, error: NoActiveSession | SecondFactorRequired | SessionRefreshRequired, *, return_to: str | None = None
    ) -> Missing:
        """What an error of any call says is missing, such as `SessionRefreshRequired` of a settings flow.

        The redirect is the server's where it gives one, with `return_to` put into it.
        """
        if isinstance(error, SecondFactorRequired):
            return SecondFactorNeeded(self._login(return_to, error.redirect_browser_to, aal="aal2"))
        if isinstance(error, SessionRefreshRequired):
            return RefreshNeeded(self._login(return_to, error.redirect_browser_to, refresh="true"))
        return NoSession(self._login(return_to))

    def credentials(self, headers: RequestHeaders) -> list[Credential]:
        """The credentials of sessions that a request has, in the order in which the server looks; none is verified."""
        found: list[Credential] = []
        if token := header_token(headers, "x-session-token"):
            found.append(Credential("session_token", token))
        if cookies := "; ".join(_matching(header_values(headers, "cookie"), self._cookies)):
            found.append(Credential("session_cookie", cookies))
        bearer = bearer_token(headers)
        if bearer is not None and bearer.startswith("ory_st_"):
            found.append(Credential("session_token", bearer))
        return found

    async def _find(self, credential: Credential, fresh: bool) -> Found[models.Session]:
        return await self._answers.of(credential.key(), lambda: self._ask(credential, fresh), fresh=fresh)

    async def _ask(self, credential: Credential, fresh: bool) -> Answer[models.Session]:
        whoami = self._fresh_whoami if fresh else self._whoami
        answered = await with_response(whoami)(credential)
        session = answered.data
        return Answer(
            session,
            is_good=session.active is not False,
            expires_at=None if session.expires_at is None else session.expires_at.timestamp(),
            allowed=_allowed_seconds(answered.headers),
            ids={session.id} | ({session.identity.id} if session.identity else set()),
            set_cookies=answered.set_cookies,
        )

    async def _whoami(self, credential: Credential) -> models.Session:
        return await self._ory.frontend.to_session(**_as_parameter(credential))

    async def _fresh_whoami(self, credential: Credential) -> models.Session:
        """The same call with a header more; an option of the client would replace the headers that it has already."""
        name = "Cookie" if credential.kind == "session_cookie" else "X-Session-Token"
        headers = {name: credential.value, "Cache-Control": "max-age=0"}
        path = "/sessions/whoami"
        return await self._ory.request("GET", path, plane="kratos_public", model=models.Session, headers=headers)

    def _lacking(
        self, session: models.Session, aal: Level | None, max_age: timedelta | None
    ) -> Literal["aal", "age"] | None:
        """Which requirement the session does not fulfil, the level first: a second factor is a proof of now, too."""
        if aal is not None and _rank(session.authenticator_assurance_level) < _rank(aal):
            return "aal"
        if max_age is not None and self._clock() - _seconds(session.authenticated_at) > max_age.total_seconds():
            return "age"
        return None

    def _login(self, return_to: str | None, given: str | None = None, **query: str | None) -> str | None:
        """Where a browser logs in: where the server says, or else at the public URL."""
        if given is None and self._public_url is not None:
            steps = urlencode({name: value for name, value in query.items() if value})
            given = f"{self._public_url}/self-service/login/browser" + (f"?{steps}" if steps else "")
        return given if given is None or return_to is None else _returning(given, return_to)


def header_values(headers: RequestHeaders, name: str) -> list[str]:
    """All values of a header, whatever the case of its name.

    Raises `InvalidRequest` for what are no headers.
    """
    try:
        return [str.strip(value) for key, value in headers.items() if str.lower(key) == name]
    except (AttributeError, TypeError, ValueError):
        raise InvalidRequest(
            f"the headers must be a mapping of text, such as request.headers, not {type(headers).__name__}"
        ) from None


def header_token(headers: RequestHeaders, name: str) -> str | None:
    """The secret that a header consists of, or None."""
    return next((value for value in header_values(headers, name) if _VALUE.fullmatch(value)), None)


def bearer_token(headers: RequestHeaders) -> str | None:
    """The bearer token of a request (RFC 6750, section 2.1), or None."""
    for value in header_values(headers, "authorization"):
        scheme, _, token = value.partition(" ")
        if scheme.lower() == "bearer" and _VALUE.fullmatch(token.strip()):
            return token.strip()
    return None


def _matching(values: Iterable[str], names: re.Pattern[str]) -> Iterator[str]:
    """The cookies with these names, as they came."""
    for pair in (pair.strip() for value in values for pair in value.split(";")):
        name, _, value = pair.partition("=")
        if names.fullmatch(name) and _VALUE.fullmatch(value):
            yield pair


def _cookie_names(names: Sequence[str]) -> re.Pattern[str]:
    if isinstance(names, str) or not names or not all(isinstance(name, str) and name for name in names):
        raise ConfigurationError("cookies must be a list of names, such as ['ory_session_*']")
    return re.compile("|".join(fnmatch.translate(name) for name in names))


class _Shown(TypedDict, total=False):
    cookie: str
    x_session_token: str


def _as_parameter(credential: Credential) -> _Shown:
    """The parameter of `to_session` that carries a credential."""
    if credential.kind == "session_cookie":
        return {"cookie": credential.value}
    return {"x_session_token": credential.value}


def _allowed_seconds(headers: Headers) -> float | None:
    """For how long the server allows to keep its answer; None where it does not say, 0 where it makes no sense."""
    text = headers.get("ory-session-cache-for")
    if text is None:
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def _check_requirements(aal: Level | None, max_age: timedelta | None) -> None:
    if aal is not None and aal not in _LEVELS[1:]:
        raise InvalidRequest(f"aal must be one of {', '.join(_LEVELS[1:])}, not {aal!r:.60}")
    if max_age is not None and (not isinstance(max_age, timedelta) or max_age < timedelta(0)):
        raise InvalidRequest("max_age must be a timedelta, and not negative")


def _rank(level: str | None) -> int:
    return _LEVELS.index(level) if level in _LEVELS else 0


def _seconds(moment: datetime | None) -> float:
    return 0 if moment is None else moment.timestamp()


def _returning(url: str, return_to: str) -> str:
    try:
        parts = urlsplit(url)
        query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != "return_to"]
        return parts._replace(query=urlencode([*query, ("return_to", return_to)])).geturl()
    except ValueError:  # no URL at all, or a lone surrogate in one of them
        return url
