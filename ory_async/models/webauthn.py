"""TODO"""

from __future__ import annotations

from .base import Model, model

__all__ = [
    "WebAuthnRelatedOrigins",
]


@model
class WebAuthnRelatedOrigins(Model):
    """TODO"""

    origins: list[str] | None = None
