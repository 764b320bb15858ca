"""What Hydra asks the pages for login, consent, logout and devices, and what they answer.

Hydra keeps none of it in its database: a challenge or a verifier is the whole request in itself, encrypted. So an old
challenge can be read and answered again, and shows what was known when it was made. Here each one stands for a frozen
snapshot.
"""

from __future__ import annotations

import base64
import dataclasses
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeAlias, TypeVar

from .problems import HydraProblem
from .state import Client

T = TypeVar("T")

_LONGEST = 10**9  # seconds, some thirty years
_LENGTH = 898  # bytes: about what Hydra needs, so that a client meets URLs of that length, with `==` at the end


def as_time(seconds: int) -> timedelta:
    """Return a number of seconds that somebody sent as a time, cut to what a clock can count on."""
    return timedelta(seconds=min(seconds, _LONGEST))


class Purpose(StrEnum):
    """What a sealed request is good for."""

    DEVICE_CHALLENGE = "device_challenge"
    DEVICE_VERIFIER = "device_verifier"
    LOGIN_CHALLENGE = "login_challenge"
    LOGIN_VERIFIER = "login_verifier"
    CONSENT_CHALLENGE = "consent_challenge"
    CONSENT_VERIFIER = "consent_verifier"
    LOGOUT_CHALLENGE = "logout_challenge"
    LOGOUT_VERIFIER = "logout_verifier"

    @property
    def subject(self) -> str:
        """What it is about: device, login, consent or logout."""
        return self.value.partition("_")[0]


@dataclass(frozen=True, kw_only=True)
class Denial:
    """What a page said instead: the error that goes to the client."""

    error: str
    description: str
    hint: str
    status: int

    def problem(self) -> HydraProblem:
        """Make the error of it."""
        return HydraProblem(self.status, self.error, self.description, self.hint)


@dataclass(frozen=True, kw_only=True)
class LoginAnswer:
    """What the login page said of the user."""

    subject: str
    remember: bool
    remember_for: int
    extend_session_lifespan: bool
    acr: str
    amr: list[str]
    forced_subject: str
    context: Any


@dataclass(frozen=True, kw_only=True)
class ConsentAnswer:
    """What the user agreed to. The claims go into the tokens."""

    scopes: tuple[str, ...]
    audience: tuple[str, ...]
    remember: bool
    remember_for: int
    access_claims: Mapping[str, Any]
    id_claims: Mapping[str, Any]
    handled_at: datetime


@dataclass(frozen=True, kw_only=True)
class DeviceRequest:
    """A browser that is about to type a device's user code; whose device it is comes out only then."""

    request_url: str
    requested_at: datetime
    csrf: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Flow:
    """An authorization on its way through login and consent, and before that through the code of a device.

    `login` and `consent` are the answers of the pages, a denial
    where they refused. The `..._csrf` values stand in the browser's cookies, too.
    """

    request_url: str
    requested_at: datetime
    client: Client
    scopes: tuple[str, ...]
    audience: tuple[str, ...]
    oidc_context: Mapping[str, Any] | None = None
    device_code_id: str = ""
    device_csrf: str = field(default="", repr=False)

    id: str = ""
    session_id: str = ""
    skip: bool = False
    subject: str = ""
    authenticated_at: datetime | None = None
    login_csrf: str = field(default="", repr=False)
    login: LoginAnswer | Denial | None = None

    consent_request_id: str = ""
    consent_skip: bool = False
    consent_csrf: str = field(default="", repr=False)
    consent: ConsentAnswer | Denial | None = None
    context: Any = None

    def moved(self, **changes: Any) -> Flow:
        """Return the flow one step further."""
        return dataclasses.replace(self, **changes)

    @property
    def login_answer(self) -> LoginAnswer:
        """The accepted login. Raises the page's error when it was refused."""
        return _accepted(self.login, LoginAnswer)

    @property
    def consent_answer(self) -> ConsentAnswer:
        """The accepted consent. Raises the page's error when it was refused."""
        return _accepted(self.consent, ConsentAnswer)

    def consent_expired(self, now: datetime) -> bool:
        """Whether the consent was to be remembered for a time that is over."""
        seconds = self.consent_answer.remember_for
        return seconds > 0 and self.requested_at + as_time(seconds) < now


@dataclass(frozen=True, kw_only=True)
class LogoutRequest:
    """A logout that the user has to confirm; `client` is the one that asked for it, if any."""

    subject: str
    session_id: str
    request_url: str
    client: Client | None
    redirect_to: str
    requested_at: datetime
    expires_at: datetime


Content: TypeAlias = DeviceRequest | Flow | LogoutRequest


class Sealed:
    """All challenges and verifiers that were handed out."""

    def __init__(self) -> None:
        self._contents: dict[tuple[Purpose, str], Content] = {}

    def seal(self, purpose: Purpose, content: Content) -> str:
        """Return a new challenge or verifier that stands for `content`."""
        text = base64.urlsafe_b64encode(secrets.token_bytes(_LENGTH)).decode()
        self._contents[purpose, text] = content
        return text

    def open(self, purpose: Purpose, text: str, kind: type[T]) -> T | None:
        """Return what a challenge or verifier stands for, None when it was made for nothing or for something else."""
        content = self._contents.get((purpose, text))
        return content if isinstance(content, kind) else None

    def clear(self) -> None:
        """Forget everything."""
        self._contents.clear()


def _accepted(answer: T | Denial | None, kind: type[T]) -> T:
    if isinstance(answer, Denial):
        raise answer.problem()
    if not isinstance(answer, kind):
        raise TypeError(f"this flow has no {kind.__name__} yet")
    return answer
