"""WebAuthn and passkeys across several sites."""

from __future__ import annotations

from typing import TypeAlias

from .base import Model, model

__all__ = [
    "WebAuthnJavaScript",
    "WebAuthnRelatedOrigins",
]


WebAuthnJavaScript: TypeAlias = str
"""The script that a page needs to talk to security keys."""


@model
class WebAuthnRelatedOrigins(Model):
    """The sites that may use the passkeys of this one, as browsers ask for at ``/.well-known/webauthn``.

    See Related Origin Requests in WebAuthn Level 3.
    """

    origins: list[str]
    """Such as ``https://example.com``."""
