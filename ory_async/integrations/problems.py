"""What an app answers in place of a page that somebody may not see, the same in every framework.

A browser on its way to a page is sent to log in (303), and comes back to that page. Any other client is told what is
missing, as problem details (RFC 9457).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final, Literal, TypeAlias
from urllib.parse import urlsplit

import attrs
import orjson

from ..sessions import Missing, NoSession, RequestHeaders, SecondFactorNeeded, header_values

__all__ = ["Asked", "Denied", "ProblemKind", "Reply"]

ProblemKind: TypeAlias = Literal[
    "session_inactive", "session_aal2_required", "session_refresh_required", "permission_denied", "unavailable"
]
"""Why somebody is not let in. The first three are named as Kratos names its errors."""

MEDIA_TYPE: Final = "application/problem+json"

_STATUS_AND_TITLE: Final[Mapping[ProblemKind, tuple[int, str]]] = {
    "session_inactive": (401, "Nobody is logged in."),
    "session_aal2_required": (403, "The second factor is needed."),
    "session_refresh_required": (403, "The last login is too long ago."),
    "permission_denied": (403, "This is not allowed."),
    "unavailable": (503, "It cannot be found out at present who is logged in and what is allowed."),
}
_CHALLENGE: Final = 'Bearer realm="api"'
_STEP_UP: Final = f'{_CHALLENGE}, error="insufficient_user_authentication"'  # RFC 9470, section 3
_CHALLENGES: Final[Mapping[ProblemKind, str]] = {
    "session_inactive": _CHALLENGE,
    "session_aal2_required": f'{_STEP_UP}, acr_values="aal2"',
    "session_refresh_required": _STEP_UP,
}
_HOST: Final = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]+)?")
_CREDENTIALS_OF_PROGRAMS: Final = ("authorization", "x-session-token")


@attrs.frozen
class Asked:
    """What an adapter tells of a request."""

    method: str
    headers: RequestHeaders = attrs.field(repr=False)
    url: Callable[[], str] = attrs.field(repr=False)
    """Gives the absolute URL, as the framework knows it; called only where it is needed."""

    @property
    def is_navigation(self) -> bool:
        """Whether this is a browser on its way to a page, which can be sent somewhere else.

        Browsers say so by ``Sec-Fetch-Mode``. Without that header it is a GET that would rather have HTML than JSON.
        """
        if self.method not in ("GET", "HEAD") or any(map(self._values, _CREDENTIALS_OF_PROGRAMS)):
            return False
        if mode := self._values("sec-fetch-mode"):
            return mode[0].lower() == "navigate"
        accepted = _qualities(",".join(self._values("accept")))
        return accepted.get("text/html", 0) > max(accepted.get("application/json", 0), accepted.get(MEDIA_TYPE, 0))

    def return_to(self, origin: str | None) -> str | None:
        """The page that the browser wanted, to come back to; None where this is no navigation.

        `origin` takes the place of scheme and host. Without it they are what the request says; a host that is none
        makes no URL.
        """
        if not self.is_navigation:
            return None
        try:
            parts = urlsplit(self.url())
        except ValueError:
            return None
        if origin is None:
            if parts.scheme not in ("http", "https") or not _HOST.fullmatch(parts.netloc):
                return None
            origin = f"{parts.scheme}://{parts.netloc}"
        path = parts.path if parts.path.startswith("/") else "/"
        return f"{origin}{path}" + (f"?{parts.query}" if parts.query else "")

    def _values(self, name: str) -> list[str]:
        return header_values(self.headers, name)


@attrs.frozen
class Reply:
    """An answer that any framework can send."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""

    @classmethod
    def of(cls, kind: ProblemKind, asked: Asked, redirect_browser_to: str | None = None) -> Reply:
        """The answer to somebody who is not let in; a browser is redirected, where that is known to help."""
        status, title = _STATUS_AND_TITLE[kind]
        headers = {"Cache-Control": "no-store"}
        if asked.is_navigation:
            if redirect_browser_to is not None:
                return cls(303, {"Location": redirect_browser_to, **headers})
            return cls(status, {"Content-Type": "text/plain; charset=utf-8", **headers}, title.encode())
        if kind in _CHALLENGES:
            headers["WWW-Authenticate"] = _CHALLENGES[kind]
        problem: dict[str, object] = {"type": f"urn:ory:{kind}", "title": title, "status": status}
        if redirect_browser_to is not None:
            problem["redirect_browser_to"] = redirect_browser_to
        return cls(status, {"Content-Type": MEDIA_TYPE, **headers}, orjson.dumps(problem))


class Denied(Exception):
    """Somebody is not let in. Adapters answer with `reply`; an app may catch it to answer with a page of its own."""

    def __init__(self, kind: ProblemKind, asked: Asked, redirect_browser_to: str | None = None) -> None:
        super().__init__(_STATUS_AND_TITLE[kind][1])
        self.kind = kind
        """What is missing."""
        self.redirect_browser_to = redirect_browser_to
        """Where a browser gets what is missing; None where that is not known."""
        self.reply = Reply.of(kind, asked, redirect_browser_to)
        """What the client is to be answered."""


def denied(missing: Missing, asked: Asked) -> Denied:
    """The denial that says what a session lacks."""
    kind: ProblemKind = "session_refresh_required"
    if isinstance(missing, NoSession):
        kind = "session_inactive"
    elif isinstance(missing, SecondFactorNeeded):
        kind = "session_aal2_required"
    return Denied(kind, asked, missing.redirect_browser_to)


def _qualities(accept: str) -> dict[str, float]:
    """How much each media type of an Accept header is wanted (RFC 9110, section 12.5.1)."""
    found: dict[str, float] = {}
    for each in accept.split(","):
        media_type, *parameters = (part.strip().lower() for part in each.split(";"))
        quality = next((value[2:] for value in parameters if value.startswith("q=")), "1")
        found[media_type] = float(quality) if re.fullmatch(r"[01](\.[0-9]{0,3})?", quality) else 0.0
    return found
