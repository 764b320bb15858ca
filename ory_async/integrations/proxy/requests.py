"""What of a request may go to Ory: checked, and without anything that is not for Ory."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from typing import Final
from urllib.parse import urlsplit

import attrs

from .refusals import Refused
from .settings import Settings, bare_host

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})
_PASSED: Final = frozenset(
    {
        "accept",
        "accept-language",
        "authorization",
        "cache-control",
        "content-type",
        "if-modified-since",
        "if-none-match",
        "pragma",
        "sec-fetch-dest",
        "sec-fetch-mode",
        "sec-fetch-site",
        "sec-fetch-user",
        "traceparent",
        "tracestate",
        "user-agent",
        "x-csrf-token",
        "x-request-id",
        "x-session-token",
    }
)
_SINGLE: Final = frozenset(
    {
        "authorization",
        "content-length",
        "content-type",
        "host",
        "origin",
        "referer",
        "transfer-encoding",
        "x-session-token",
    }
)
_ALWAYS: Final = {
    "Accept-Encoding": "identity",  # what is compressed cannot be rewritten
    # the Ory Network answers with the project's own URLs, which are known, and by no redirect to another domain of it
    "Ory-Base-URL-Rewrite": "false",
    "Ory-No-Custom-Domain-Redirect": "true",
}
_NAME: Final = re.compile(rb"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_VALUE: Final = re.compile(rb"[\t -~\x80-\xff]*")
_HOST: Final = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
_LARGEST: Final = 32 * 1024


@attrs.frozen
class Incoming:
    """A request as the app's server has it."""

    method: str
    scheme: str
    path: str = attrs.field(repr=False)
    """As it was sent, percent-encoded."""
    query: str = attrs.field(repr=False)
    prefix: str
    """Where the proxy is mounted."""
    headers: Sequence[tuple[bytes, bytes]] = attrs.field(repr=False)
    client: str | None
    """The address of the client."""
    body: AsyncIterator[bytes] = attrs.field(repr=False)


class Request:
    """A request whose headers are sound; making one raises `Refused` for any other."""

    def __init__(self, incoming: Incoming, settings: Settings) -> None:
        if incoming.method not in _METHODS:
            raise Refused(405, "Ory has no such method.")
        self._settings = settings
        self._client = incoming.client
        self._headers = _checked(incoming)
        self.method = incoming.method
        self.origin = self._own_origin(incoming.scheme)
        self.base = self.origin + incoming.prefix

    def headers_for(self, upstream: str) -> dict[str, str]:
        """The headers that go to the server at this URL."""
        passed = {name: ", ".join(values) for name, values in self._headers.items() if name in _PASSED}
        passed.update(_ALWAYS)
        if cookies := "; ".join(self._cookies()):
            passed["Cookie"] = cookies
        if self._client:
            passed["X-Forwarded-For"] = self._client
        if self.has_body and "content-length" in self._headers:
            passed["Content-Length"] = self._headers["content-length"][0]
        parts = urlsplit(upstream)
        there = f"{parts.scheme}://{parts.netloc}"
        # A foreign origin stays as it is, so that the server can refuse it.
        for origin in self._headers.get("origin", ()):
            passed["Origin"] = there if origin == self.origin else origin
        for referer in self._headers.get("referer", ()):
            passed["Referer"] = f"{there}/" if f"{referer}/".startswith(f"{self.origin}/") else referer
        return passed

    @property
    def has_body(self) -> bool:
        """Whether something follows the headers."""
        return "transfer-encoding" in self._headers or self._headers.get("content-length", ["0"])[0].strip("0") != ""

    def _cookies(self) -> list[str]:
        pairs = (pair.strip() for value in self._headers.get("cookie", ()) for pair in value.split(";"))
        return [pair for pair in pairs if self._settings.cookies.fullmatch(pair.partition("=")[0])]

    def _own_origin(self, scheme: str) -> str:
        host = self._headers.get("host", [""])[0]
        if not _HOST.fullmatch(host) or not self._settings.hosts.fullmatch(bare_host(host)):
            raise Refused(400, "The proxy does not serve this host; the app names those it does by hosts=[...].")
        return self._settings.origin or f"{scheme}://{host}"


def _checked(incoming: Incoming) -> dict[str, list[str]]:
    """The headers by their names in small letters."""
    size = len(incoming.path) + len(incoming.query)
    found: dict[str, list[str]] = {}
    for name, value in incoming.headers:
        size += len(name) + len(value)
        if not _NAME.fullmatch(name) or not _VALUE.fullmatch(value):
            raise Refused(400, "A header is malformed.")
        found.setdefault(name.decode().lower(), []).append(value.decode("latin-1").strip())
    if size > _LARGEST:
        raise Refused(431, f"The headers are larger than {_LARGEST} bytes.")
    if any(len(found.get(name, ())) > 1 for name in _SINGLE):
        raise Refused(400, "A header comes twice that may come once only.")
    _check_framing(found)
    return found


def _check_framing(headers: dict[str, list[str]]) -> None:
    """Raise `Refused` where two servers might disagree about the end of the body (RFC 9112, section 6.3)."""
    length, coding = headers.get("content-length"), headers.get("transfer-encoding")
    if length and coding:
        raise Refused(400, "The length of the body is given in two ways.")
    if coding and coding[0].lower() != "chunked":
        raise Refused(400, "The body is encoded in an unknown way.")
    if length and not re.fullmatch(r"[0-9]{1,15}", length[0]):
        raise Refused(400, "The length of the body is no number.")
