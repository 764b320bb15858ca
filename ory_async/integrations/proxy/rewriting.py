"""Makes an answer of Ory one of the app's own origin: its cookies, redirects and URLs."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urljoin

from ...messages import Headers
from .paths import public_plane
from .settings import Settings

_PASSED: Final = frozenset(
    {
        "accept-ranges",
        "cache-control",
        "content-disposition",
        "content-encoding",
        "content-language",
        "content-length",
        "content-security-policy",
        "content-type",
        "cross-origin-opener-policy",
        "cross-origin-resource-policy",
        "deprecation",
        "etag",
        "expires",
        "last-modified",
        "permissions-policy",
        "pragma",
        "referrer-policy",
        "retry-after",
        "vary",
        "www-authenticate",
        "x-content-type-options",
        "x-frame-options",
        "x-kratos-authenticated-identity-id",
        "x-request-id",
        "x-robots-tag",
        "x-total-count",
        "x-xss-protection",
    }
)
"""Nothing that would speak for the app's whole origin, such as Strict-Transport-Security, Alt-Svc or Clear-Site-Data,
and none of CORS: to scripts of other origins nothing is opened here."""
_PASSED_FAMILIES: Final = ("ory-", "x-ratelimit-")
_WITH_URLS: Final = re.compile(
    r"(?:application/(?:[a-z0-9.+-]+\+)?json|text/html|application/xhtml\+xml|(?:text|application)/javascript)(?:[ ;]|$)"
)


class Rewriting:
    """Writes the URLs of the servers anew, as `base` is where their public paths are."""

    def __init__(self, settings: Settings, base: str) -> None:
        self._cookies = settings.cookies
        self._is_secure = base.startswith("https:")
        self._base = base.encode()
        servers = "|".join(map(re.escape, settings.server_urls)).encode()
        # a path ends where a URL's path ends in JSON, HTML and scripts
        self._urls = re.compile(rb"(?:" + servers + rb")(/[A-Za-z0-9._~!$&()*+,=:@%/-]*)")

    def headers(self, answered: Headers, asked: str) -> list[tuple[str, str]]:
        """The headers of the answer; `asked` is the URL that it answers."""
        written: list[tuple[str, str]] = []
        for name in answered:
            values = answered.get_all(name)
            if name == "set-cookie":
                written += [(name, cookie) for value in values if (cookie := self.cookie(value))]
            elif name == "location":
                written += [(name, self.location(value, asked)) for value in values[:1]]
            elif name == "link":
                written += [(name, _text(self.body(_bytes(value)))) for value in values]
            elif name in _PASSED or name.startswith(_PASSED_FAMILIES):
                written += [(name, value) for value in values]
        return written

    def location(self, value: str, asked: str) -> str:
        """A redirect; one within the server leads to the app's own origin, where the path is public."""
        try:
            absolute = urljoin(asked, value)
        except ValueError:  # no URL at all
            return value
        content = _bytes(absolute)
        found = self._urls.match(content)
        if found is None:
            return value
        # What follows stays: an URL in the query, such as a redirect_uri, is registered with somebody else.
        return _text(self._moved(found) + content[found.end() :])

    def cookie(self, value: str) -> str | None:
        """A Set-Cookie header for the app's origin; None for a cookie that is none of Ory's.

        It loses its domain. Over plain HTTP it also loses Secure, and what browsers take only together with that.
        """
        pair, *attributes = (part.strip() for part in value.split(";"))
        if not self._cookies.fullmatch(pair.partition("=")[0].strip()):
            return None
        kept = [pair, "Path=/"]
        for attribute in attributes:
            match attribute.lower().replace(" ", "").partition("="):
                case ("domain" | "path" | "", _, _):
                    continue
                case ("secure" | "partitioned", _, _) if not self._is_secure:
                    continue
                case ("samesite", _, "none") if not self._is_secure:
                    kept.append("SameSite=Lax")
                case _:
                    kept.append(attribute)
        return "; ".join(kept)

    def body(self, content: bytes) -> bytes:
        """Text with the URLs in it; an issuer stays what it is, since it has no public path."""
        return self._urls.sub(self._moved, content)

    def _moved(self, found: re.Match[bytes]) -> bytes:
        path: bytes = found[1]
        return found[0] if public_plane(path.decode()) is None else self._base + path


def may_hold_urls(headers: Headers) -> bool:
    """Whether an answer is of a kind in which URLs are written anew."""
    return _WITH_URLS.match(headers.get("content-type", "").lower()) is not None


def _bytes(value: str) -> bytes:
    return value.encode("utf-8", "surrogateescape")


def _text(value: bytes) -> str:
    return value.decode("utf-8", "surrogateescape")
