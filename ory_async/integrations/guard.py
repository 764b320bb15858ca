"""Who may see what in an app, whatever its framework: the one core of the adapters, without any of them.

An adapter makes a `Guard` for the app and an `Access` for each request. It turns `Denied` into the answer it holds, and
lays what `Access.sealed` gives over every other answer.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from functools import lru_cache
from typing import Final, TypedDict, TypeVar, Unpack

import attrs

from .. import config, models
from ..client import Ory
from ..errors import ConfigurationError, InvalidRequest, OryError
from ..lazy import lazy
from ..permissions import Subject, SubjectSet
from ..sessions import (
    SESSION_COOKIES,
    Level,
    Missing,
    SessionCache,
    SessionVerifier,
    VerifiedSession,
)
from .problems import Asked, Denied, denied

__all__ = ["Access", "Guard", "GuardOptions"]

T = TypeVar("T")

logger = logging.getLogger("ory_async")

_FIELD: Final = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")


class GuardOptions(TypedDict, total=False):
    """What every adapter takes beside the client."""

    public_url: str | None
    """Where browsers reach Kratos, or the Ory Network project. Without it browsers are not redirected to log in."""
    origin: str | None
    """The app's own address, such as ``https://shop.example``, for coming back after a login; by default the request's.
    Set it where a proxy in front changes the scheme or the host."""
    cache: SessionCache | None
    """Sessions that are not asked for again; see `SessionCache`."""
    cookies: Sequence[str]
    """The names of the session cookies; see `SessionVerifier`."""
    subject: Callable[[models.Session], Subject]
    """Whom permissions are asked for; by default ``User:`` and the id of the identity."""


class Guard:
    """What the requests of an app have in common.

    `ory` is a client, or what makes one at the first request. Raises `ConfigurationError` for settings that make no
    sense.
    """

    def __init__(self, ory: Ory | Callable[[], Ory], **options: Unpack[GuardOptions]) -> None:
        unknown = options.keys() - GuardOptions.__annotations__.keys()
        if unknown:
            raise ConfigurationError(f"unknown option: {', '.join(sorted(unknown))}")
        self._given = ory
        self._cache = options.get("cache")
        self._cookies = options.get("cookies", SESSION_COOKIES)
        self._public_url = options.get("public_url")
        self._subject = options.get("subject", identity_as_subject)
        self.origin = _origin(options.get("origin"))
        if isinstance(ory, Ory):
            _ = self.sessions  # which tells of bad settings now

    @lazy
    def ory(self) -> Ory:
        """The client."""
        return self._given if isinstance(self._given, Ory) else self._given()

    @lazy
    def sessions(self) -> SessionVerifier:
        """The verifier of sessions."""
        return SessionVerifier(self.ory, cache=self._cache, cookies=self._cookies, public_url=self._public_url)

    def access(self, asked: Asked) -> Access:
        """What there is to know about one request."""
        return Access(self, asked)

    def subject(self, session: models.Session) -> Subject:
        """Whom permissions are asked for."""
        return self._subject(session)

    async def close(self) -> None:
        """Close the client, if it was made here."""
        if not isinstance(self._given, Ory) and "ory" in vars(self):
            await self.ory.close()


@attrs.frozen
class Seal:
    """What belongs into an answer to a request whose session was looked at."""

    cache_control: str | None = None
    """The header Cache-Control to set; None: leave it as it is."""
    set_cookies: Sequence[str] = attrs.field(default=(), repr=False)
    """Set-Cookie headers to add."""


class Access:
    """What one request may do. Ory is asked when it has to be, and once for each requirement."""

    def __init__(self, guard: Guard, asked: Asked) -> None:
        self._guard = guard
        self._asked = asked
        self._found: dict[tuple[Level | None, timedelta | None], VerifiedSession | Missing] = {}
        self._set_cookies: list[str] = []
        self._is_looked_at = False

    async def session(self, *, aal: Level | None = None, max_age: timedelta | None = None) -> models.Session:
        """The session of the request, which has the level `aal` and was proved no longer than `max_age` ago.

        Raises `Denied` when there is none, or Ory cannot tell.
        """
        outcome = await self._verify(aal, max_age)
        if isinstance(outcome, VerifiedSession):
            return outcome.session
        raise denied(outcome, self._asked)

    async def optional_session(self) -> models.Session | None:
        """The session of the request; None when nobody is logged in, or the second factor is still missing.

        Raises `Denied` when Ory cannot tell.
        """
        outcome = await self._verify(None, None)
        return outcome.session if isinstance(outcome, VerifiedSession) else None

    async def permission(self, object: str, relation: str, parameters: Mapping[str, object]) -> models.Session:
        """The session of the request, whose person has a relation to an object such as ``File:{id}``.

        The fields in braces are filled from `parameters`, those of the request's path. What they hold cannot make
        another object of it than the one meant: such requests are denied.

        Raises `Denied` when there is no session or no permission, or Ory cannot tell; `ConfigurationError` for a
        template that does not fit.
        """
        session = await self.session()
        place = object_template(object).filled(parameters)
        if place is not None:
            subject = self._guard.subject(session)
            if await self._told(self._guard.ory.permission.is_allowed(place, relation, subject)):
                return session
        raise Denied("permission_denied", self._asked)

    async def forget(self) -> None:
        """Forget the session of the request, as after a logout."""
        self._found.clear()
        self._set_cookies.clear()
        await self._guard.sessions.forget(self._asked.headers)

    async def revoked(self, id: str) -> None:
        """Forget a session that was revoked elsewhere, or all sessions of an identity, by its id."""
        await self._guard.sessions.revoked(id)

    def sealed(self, cache_control: str | None, set_cookies: Iterable[str] = ()) -> Seal:
        """What to put into the answer, which has a Cache-Control header and Set-Cookie headers already.

        No shared cache may keep what was made for somebody. A cookie that Ory sets anew is handed on once, unless the
        answer sets it itself, as a logout does.
        """
        if not self._is_looked_at:
            return Seal()
        names = {_cookie_name(header) for header in set_cookies}
        anew, self._set_cookies = self._set_cookies, []
        own = {part.partition("=")[0].strip().lower() for part in (cache_control or "").split(",")}
        return Seal(
            cache_control=None if own & {"private", "no-store"} else "private, no-store",
            set_cookies=[header for header in anew if _cookie_name(header) not in names],
        )

    async def _verify(self, aal: Level | None, max_age: timedelta | None) -> VerifiedSession | Missing:
        self._is_looked_at = True
        requirement = (aal, max_age)
        if requirement not in self._found:
            return_to = self._asked.return_to(self._guard.origin)
            outcome = await self._told(
                self._guard.sessions.verify(self._asked.headers, aal=aal, max_age=max_age, return_to=return_to)
            )
            if isinstance(outcome, VerifiedSession):
                if outcome.session.identity is None:
                    raise Denied("unavailable", self._asked)
                self._set_cookies = outcome.set_cookies or self._set_cookies
            self._found[requirement] = outcome
        return self._found[requirement]

    async def _told(self, answer: Awaitable[T]) -> T:
        """Ory's answer; when there is none, nobody is let in, and nobody is taken for logged out."""
        try:
            return await answer
        except (ConfigurationError, InvalidRequest):  # a mistake of the app
            raise
        except OryError as error:
            logger.warning("a request is answered with 503, since Ory cannot tell: %s", error)
            raise Denied("unavailable", self._asked) from error


def identity_as_subject(session: models.Session) -> SubjectSet:
    """``User:`` and the id of the identity."""
    return SubjectSet("User", session.identity.id if session.identity else "")


class ObjectTemplate:
    """An object with fields, such as ``File:{id}``; raises `ConfigurationError` for what is none."""

    def __init__(self, text: str) -> None:
        namespace, colon, name = text.partition(":")
        literals_and_fields = _FIELD.split(name)
        self._fields = literals_and_fields[1::2]
        self._between = literals_and_fields[2:-1:2]
        literals = "".join(literals_and_fields[::2])
        if not (namespace and colon and name) or any(c in literals + namespace for c in "{}#"):
            raise ConfigurationError(f"{text!r:.120} is no object such as File:{{id}}")
        if not all(self._between):
            raise ConfigurationError(f"{text!r:.120}: something must stand between two fields")
        self._text = text

    def filled(self, parameters: Mapping[str, object]) -> str | None:
        """The object; None where a value would make it another one's name.

        Raises `ConfigurationError` where a parameter is missing.
        """
        missing = [field for field in self._fields if field not in parameters]
        if missing:
            raise ConfigurationError(f"{self._text}: the path has no parameter {', '.join(missing)}")
        values = {field: str(parameters[field]) for field in self._fields}
        for value in values.values():
            if not value or "#" in value or any(literal in value for literal in self._between):
                return None
        return _FIELD.sub(lambda field: values[field[1]], self._text)


object_template = lru_cache(ObjectTemplate)
"""The template of a text, read once: templates stand in the code of the app."""


def _origin(url: str | None) -> str | None:
    if url is None:
        return None
    origin = config.base_url("origin", url)
    if origin.count("/") != 2:
        raise ConfigurationError("origin must be a scheme and a host, such as https://shop.example, without a path")
    return origin


def _cookie_name(header: str) -> str:
    return header.partition("=")[0].strip()
