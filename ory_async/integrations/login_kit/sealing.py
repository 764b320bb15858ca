"""Text that only this application can read, and that nobody can change unnoticed."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from typing import Any, Final, TypeAlias

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from ...errors import ConfigurationError, DecodeError
from ...serialization import load_json, to_json

_HEADER: Final = {"alg": "dir", "enc": "A256GCM"}
_SHORTEST_SECRET: Final = 32

Secret: TypeAlias = str | bytes | Sequence[str | bytes]
"""At least 32 random characters, such as ``secrets.token_urlsafe(32)`` gives; or several, of which the first one seals
and all of them open, to change it without logging anybody out."""


class Seal:
    """Seals JSON objects with AES-256-GCM, as a JWE (RFC 7516); what was sealed for one purpose opens for no other."""

    def __init__(self, secret: Secret, purpose: str) -> None:
        label = f"ory_async.login_kit:{purpose}".encode()
        self._keys = [OctKey.import_key(hmac.digest(one, label, "sha256")) for one in _checked(secret)]

    def seal(self, content: dict[str, Any]) -> str:
        """The content as visible ASCII, good for a cookie."""
        return jwe.encrypt_compact(_HEADER, to_json(content), self._keys[0], algorithms=[*_HEADER.values()])

    def open(self, text: str) -> dict[str, Any] | None:
        """The content again; None for what was not sealed here."""
        for key in self._keys:
            try:
                opened = jwe.decrypt_compact(text, key, algorithms=[*_HEADER.values()])
                content = load_json(opened.plaintext or b"")
            except (JoseError, DecodeError, ValueError, TypeError, KeyError):
                continue
            if isinstance(content, dict):
                return content
        return None


def _checked(secret: Secret) -> list[bytes]:
    several = [secret] if isinstance(secret, (str, bytes)) else list(secret)
    encoded = [one.encode() if isinstance(one, str) else one for one in several]
    if not encoded or not all(isinstance(one, bytes) and len(one) >= _SHORTEST_SECRET for one in encoded):
        raise ConfigurationError("secret must be at least 32 random characters, such as secrets.token_urlsafe(32)")
    return encoded
