"""The cookies of browsers: the anti-CSRF cookie and the session cookie."""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from aiohttp import web

from ..answers import Problem
from .http import Handler
from .registry import Registry
from .state import Session, SessionCookie

CONTINUITY_COOKIE = "ory_kratos_continuity"

_TOKEN_BYTES = 32
_CONTINUITY = timedelta(days=30)
_ATTRIBUTES = "HttpOnly; SameSite=Lax"

_CSRF_MESSAGE = "the request was rejected to protect you from Cross-Site-Request-Forgery"
_CSRF_REASON = (
    "Please retry the flow and optionally clear your cookies. The request was rejected to protect you from "
    "Cross-Site-Request-Forgery (CSRF) which could cause account takeover, leaking personal information, and other "
    "serious security issues."
)
_CSRF_DOCS = "https://www.ory.com/docs/troubleshooting/csrf"
_CSRF_HINT = (
    "We detected a regular browser or server-side call. To debug browser calls check your Browser's Network Tab to "
    "see what cookies are included or excluded. If you are calling from a server ensure that the appropriate cookies "
    "are being forwarded and that the SDK method is called correctly."
)
_CSRF_NO_COOKIE = "The HTTP Cookie Header is empty or not set."
_CSRF_MISMATCH = (
    "The HTTP Cookie Header was set and a CSRF token was sent but they do not match. We recommend deleting all "
    "cookies for this domain and retrying the flow."
)
_CSRF_NO_TOKEN = (
    "The anti-CSRF cookie was found but the CSRF token was not included in the HTTP request body (csrf_token) nor in "
    "the HTTP Header (X-CSRF-Token)."
)


@dataclass
class _Visit:
    """The anti-CSRF token of a browser while its request is handled."""

    token: bytes
    is_new: bool
    continuity: str = ""


_visit: ContextVar[_Visit] = ContextVar("visit")


class Csrf:
    """The anti-CSRF token: one half in a cookie, the other, masked anew each time, in the form."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    @property
    def cookie_name(self) -> str:
        origin = self._registry.base_url() + "/"
        return f"csrf_token_{hashlib.sha256(origin.encode()).hexdigest()}"

    def ensured(self, handler: Handler, *, on_read: bool = True) -> Handler:
        """Wrap a handler so that a changed token goes into the cookie, and a read without the cookie gets one, too."""

        async def wrapper(request: web.Request) -> web.StreamResponse:
            known = self._from_cookie(request)
            visit = _Visit(known or secrets.token_bytes(_TOKEN_BYTES), is_new=False)
            visit.is_new = on_read and known is None and request.method in ("GET", "HEAD")
            reset = _visit.set(visit)
            try:
                response = await handler(request)
            finally:
                _visit.reset(reset)
            if visit.is_new:
                value = base64.b64encode(visit.token).decode()
                cookie = f"{self.cookie_name}={value}; Path=/; Max-Age=31536000; {_ATTRIBUTES}"
                response.headers.add("Set-Cookie", cookie)
            if visit.continuity:
                self._add_continuity_cookie(response, visit.continuity)
            return response

        return wrapper

    def pause(self) -> str:
        """Give the browser a cookie by which it proves later that it is the same; return its value."""
        visit = _visit.get()
        visit.continuity = secrets.token_urlsafe(48)
        return visit.continuity

    def _add_continuity_cookie(self, response: web.StreamResponse, value: str) -> None:
        end = format_datetime(self._registry.clock.now() + _CONTINUITY, usegmt=True)
        seconds = int(_CONTINUITY.total_seconds())
        cookie = f"{CONTINUITY_COOKIE}={value}; Path=/; Expires={end}; Max-Age={seconds}; {_ATTRIBUTES}"
        response.headers.add("Set-Cookie", cookie)

    def rotate(self) -> None:
        """Replace the token, as Kratos does when somebody signs in or out."""
        visit = _visit.get()
        visit.token, visit.is_new = secrets.token_bytes(_TOKEN_BYTES), True

    def withhold(self) -> None:
        """Give no new cookie after all."""
        _visit.get().is_new = False

    def form_token(self, request: web.Request) -> str:
        """Return the value of the field `csrf_token` for this browser.

        A browser without the cookie gets it when it reads; one that submits a form has lost it, and gets no value.
        """
        visit = _visit.get(_Visit(secrets.token_bytes(_TOKEN_BYTES), is_new=True))
        if request.method == "POST" and not visit.is_new and self._from_cookie(request) is None:
            return ""
        visit.is_new = visit.is_new or self._from_cookie(request) is None
        mask = secrets.token_bytes(_TOKEN_BYTES)
        return base64.b64encode(mask + _xor(mask, visit.token)).decode()

    def check_cookie(self, request: web.Request, form_token: str) -> None:
        """Refuse to show a flow to another browser than its own. Raises Problem (403)."""
        if self._from_cookie(request) is None:
            raise _violation(hint=_CSRF_HINT, reject_reason=_CSRF_NO_COOKIE)
        if not self.matches(request, form_token):
            raise _violation(hint=_CSRF_NO_TOKEN)

    def check_form(self, request: web.Request, sent: object) -> None:
        """Check the `csrf_token` of a submission against the cookie. Raises Problem (403)."""
        if self._from_cookie(request) is None:
            raise _violation(hint=_CSRF_HINT, reject_reason=_CSRF_NO_COOKIE)
        if not isinstance(sent, str) or not self.matches(request, sent):
            raise _violation(hint=_CSRF_HINT, reject_reason=_CSRF_MISMATCH)

    def violation(self) -> Problem:
        """Make the 403 that tells nothing more."""
        return _violation()

    def matches(self, request: web.Request, form_token: str) -> bool:
        """Tell whether a form was made for this browser."""
        token, pair = self._from_cookie(request), _decoded(form_token)
        if token is None or len(pair) != 2 * _TOKEN_BYTES:
            return False
        return secrets.compare_digest(_xor(pair[:_TOKEN_BYTES], pair[_TOKEN_BYTES:]), token)

    def _from_cookie(self, request: web.Request) -> bytes | None:
        token = _decoded(request.cookies.get(self.cookie_name, ""))
        return token if len(token) == _TOKEN_BYTES else None


def set_session_cookie(registry: Registry, response: web.StreamResponse, session: Session) -> None:
    """Give a browser the cookie of its session; the cookie ends when the session would end as of now."""
    value = secrets.token_urlsafe(96)
    registry.store.session_cookies[value] = SessionCookie(session_id=session.id, expires_at=session.expires_at)
    seconds = int((session.expires_at - registry.clock.now()).total_seconds())
    _add_session_cookie(registry, response, value, session.expires_at, seconds)


def delete_session_cookie(registry: Registry, request: web.Request, response: web.StreamResponse) -> None:
    """Make a browser drop its session cookie."""
    value = request.cookies.get(registry.options.session_cookie.name, "deleted")
    _add_session_cookie(registry, response, value, datetime.fromtimestamp(1, UTC), 0)


def _add_session_cookie(
    registry: Registry, response: web.StreamResponse, value: str, end: datetime, seconds: int
) -> None:
    options = registry.options.session_cookie
    is_lasting = options.is_persistent or seconds == 0
    life = f"Expires={format_datetime(end, usegmt=True)}; Max-Age={seconds}; " if is_lasting else ""
    cookie = f"{options.name}={value}; Path=/; {life}HttpOnly; SameSite={options.same_site}"
    response.headers.add("Set-Cookie", cookie)


def _violation(**details: str) -> Problem:
    return Problem(
        403, _CSRF_MESSAGE, reason=_CSRF_REASON, id="security_csrf_violation", details={"docs": _CSRF_DOCS, **details}
    )


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))
