"""How those who call a webhook prove that they are Ory."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterator

import attrs

from ..errors import ConfigurationError
from ..operation import checked_header
from ..sessions import RequestHeaders, header_values


@attrs.frozen
class Authentication:
    """What a request has to show, compared in constant time.

    Each kind takes several secrets of which any one will do: to replace a secret, add the new one here, change it in
    Ory's settings, and then take the old one away.
    """

    _header: str
    _scheme: str | None = None
    """What stands before the secret: ``basic``, ``bearer``, or the name of a cookie."""
    _hashes: frozenset[bytes] = attrs.field(factory=frozenset, repr=False)
    challenge: str | None = None
    """The value of ``WWW-Authenticate`` for those who show nothing good, where HTTP has one for this kind."""

    @classmethod
    def api_key(cls, *keys: str, header: str = "X-API-Key") -> Authentication:
        """A header that consists of a key: ``type: api_key`` with ``in: header`` in the settings of Kratos and Hydra."""
        checked_header(header, "")
        return cls(header.lower(), None, _hashed("key", keys))

    @classmethod
    def cookie(cls, name: str, *keys: str) -> Authentication:
        """A cookie that holds a key: ``type: api_key`` with ``in: cookie``."""
        return cls("cookie", name, _hashed("key", keys))

    @classmethod
    def basic(cls, user: str, *passwords: str) -> Authentication:
        """A user and a password (RFC 7617): ``type: basic_auth``, and URLs such as ``https://user:password@...``."""
        _hashed("password", passwords)
        hashes = _hashed("user", [f"{user}:{password}" for password in passwords])
        return cls("authorization", "basic", hashes, 'Basic realm="webhooks"')

    @classmethod
    def bearer(cls, *tokens: str) -> Authentication:
        """A bearer token (RFC 6750): ``https_auth_type="bearer"`` of event streams."""
        return cls("authorization", "bearer", _hashed("token", tokens), 'Bearer realm="webhooks"')

    @classmethod
    def none(cls) -> Authentication:
        """Nothing at all: for where only Ory can reach the endpoint, or something before it has looked already."""
        return cls("")

    def accepts(self, headers: RequestHeaders) -> bool:
        """Whether a request with these headers shows one of the secrets."""
        if not self._header:
            return True
        return any(self._is_known(secret) for secret in self._shown(headers))

    def _shown(self, headers: RequestHeaders) -> Iterator[bytes]:
        for value in header_values(headers, self._header):
            if self._scheme is None:
                yield _bytes(value)
            elif self._header == "cookie":
                pairs = (pair.strip().partition("=") for pair in value.split(";"))
                yield from (_bytes(secret) for name, _, secret in pairs if name == self._scheme)
            else:
                scheme, _, secret = value.partition(" ")
                if scheme.lower() == self._scheme:
                    yield _decoded(secret.strip()) if scheme.lower() == "basic" else _bytes(secret.strip())

    def _is_known(self, secret: bytes) -> bool:
        shown = hashlib.sha256(secret).digest()
        return sum(hmac.compare_digest(shown, known) for known in self._hashes) > 0  # each of them is compared


def _hashed(kind: str, secrets: tuple[str, ...] | list[str]) -> frozenset[bytes]:
    if not secrets or not all(isinstance(secret, str) and secret.strip() == secret != "" for secret in secrets):
        raise ConfigurationError(f"give at least one {kind}, each a text that is not empty and has no space around it")
    return frozenset(hashlib.sha256(_bytes(secret)).digest() for secret in secrets)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
