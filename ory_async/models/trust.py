"""Issuers whose JWTs Hydra takes as grants (RFC 7523)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from .base import Model, model

if TYPE_CHECKING:
    from .jwk import JsonWebKey

__all__ = [
    "TrustOAuth2JwtGrantIssuer",
    "TrustedOAuth2JwtGrantIssuer",
    "TrustedOAuth2JwtGrantIssuers",
    "TrustedOAuth2JwtGrantJsonWebKey",
]


@model
class TrustOAuth2JwtGrantIssuer(Model):
    """Whom to trust. Give either `subject`, or `allow_any_subject`."""

    issuer: str
    """The ``iss`` of the JWTs."""
    subject: str | None = None
    """The only ``sub`` they may have."""
    allow_any_subject: bool | None = None
    """Whether the issuer may speak for anybody."""
    scope: list[str]
    """The scopes that may be asked for by such a JWT."""
    jwk: JsonWebKey
    """The public key that the JWTs are signed with; its ``kid`` tells it from others of the issuer."""
    expires_at: datetime
    """When the trust ends. Hydra keeps whole seconds."""


@model
class TrustedOAuth2JwtGrantJsonWebKey(Model):
    """Where Hydra keeps the key of a trusted issuer."""

    set: str | None = None
    """The name of the key set, which is that of the issuer."""
    kid: str | None = None


@model
class TrustedOAuth2JwtGrantIssuer(Model):
    """An issuer that Hydra trusts, by one key."""

    id: str | None = None
    issuer: str | None = None
    subject: str | None = None
    """Empty when any subject is allowed."""
    allow_any_subject: bool | None = None
    scope: list[str] | None = None
    public_key: TrustedOAuth2JwtGrantJsonWebKey | None = None
    created_at: datetime | None = None
    expires_at: datetime | None = None


TrustedOAuth2JwtGrantIssuers: TypeAlias = list[TrustedOAuth2JwtGrantIssuer]
"""Trusted issuers, once for each of their keys."""
