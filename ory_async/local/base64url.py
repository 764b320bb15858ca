"""Base64 for URLs without padding (RFC 4648 section 5), read strictly: Python's own skips what does not belong to it."""

from __future__ import annotations

import base64
import re

_TEXT = re.compile(r"[A-Za-z0-9_-]*")


def encoded(data: bytes) -> str:
    """Write bytes as text."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def decoded(text: str) -> bytes:
    """Read text, with padding or without. Raises ValueError."""
    bare = text.rstrip("=")
    if not _TEXT.fullmatch(bare):
        raise ValueError("no base64url")
    return base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
