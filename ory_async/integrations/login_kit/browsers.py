"""What browsers send and are given: where they may go, whether they came from elsewhere, and cookies."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, urlsplit

import attrs
from starlette.requests import HTTPConnection
from starlette.responses import Response

_OWN_PATH: Final = re.compile(r"/(?![/\\])[!-\[\]-~]*")
_LONGEST_PATH: Final = 1000

NOT_KEPT: Final[Mapping[str, str]] = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
"""The headers of answers that belong to one moment of one browser."""


def own_path(text: str | None, default: str) -> str:
    """A path on this site, with its query, to send a browser to; the default for everything else."""
    if text is not None and len(text) <= _LONGEST_PATH and _OWN_PATH.fullmatch(text):
        return text
    return default


def path_of(request: HTTPConnection) -> str:
    """Where the browser is, with its query; behind a proxy that takes the root path away, too."""
    scope = request.scope
    root, raw = quote(scope.get("root_path", "")), scope.get("raw_path")
    path = raw.decode("latin-1") if raw else quote(scope["path"])
    query = scope.get("query_string", b"").decode("latin-1")
    return ("" if path.startswith(f"{root}/") else root) + path + (f"?{query}" if query else "")


def is_from_elsewhere(request: HTTPConnection, origin: str) -> bool:
    """Whether another site made the browser send this; `origin` is our own."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    told = request.headers.get("origin") or request.headers.get("referer")
    return told is not None and origin_of(told) != origin


def origin_of(url: str) -> str | None:
    """Scheme and host of a URL; None where there are none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return f"{parts.scheme}://{parts.netloc}".lower() if parts.scheme and parts.netloc else None


@attrs.frozen
class Cookies:
    """The cookies of a kit: only for this host, not for scripts, and not sent along by other sites' forms."""

    name: str
    is_secure: bool

    def full_name(self, suffix: str = "") -> str:
        """The name of a cookie; over HTTPS no other host can set one of this name (RFC 6265bis, section 4.1.3.2)."""
        return f"{'__Host-' if self.is_secure else ''}{self.name}{suffix}"

    def set(self, response: Response, value: str, lifetime: float, suffix: str = "") -> None:
        """Give a browser a cookie for so many seconds."""
        self._send(response, value, int(lifetime), suffix)

    def delete(self, response: Response, suffix: str = "") -> None:
        """Take a cookie away from a browser."""
        self._send(response, "", 0, suffix)

    def _send(self, response: Response, value: str, max_age: int, suffix: str) -> None:
        response.set_cookie(
            self.full_name(suffix), value, max_age=max_age, secure=self.is_secure, httponly=True, samesite="lax"
        )
