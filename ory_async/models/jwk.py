"""JSON Web Keys (RFC 7517): the keys that tokens are signed with, and those that OAuth2 clients prove themselves by."""

from __future__ import annotations

from .base import Model, model, secret

__all__ = [
    "CreateJsonWebKeySet",
    "JsonWebKey",
    "JsonWebKeySet",
]


@model
class JsonWebKey(Model):
    """A key, of which the admin API gives the private half as well. Numbers are base64url text (RFC 7518 section 6)."""

    kid: str | None = None
    """The id of the key, by which a token names the key it was signed with; keys from elsewhere may have none."""
    kty: str
    """The family: ``RSA``, ``EC``, ``OKP`` or ``oct``."""
    alg: str | None = None
    """The algorithm, such as ``RS256`` or ``EdDSA``; keys from elsewhere may leave it open."""
    use: str | None = None
    """``sig`` for signatures, ``enc`` for encryption."""
    crv: str | None = None
    """The curve of an EC or OKP key, such as ``P-256`` or ``Ed25519``."""
    x: str | None = None
    """The first coordinate of an EC key, or the public half of an OKP key."""
    y: str | None = None
    """The second coordinate of an EC key."""
    n: str | None = None
    """The modulus of an RSA key."""
    e: str | None = None
    """The public exponent of an RSA key."""
    x5c: list[str] | None = None
    """Certificates for the key, each base64 of its DER form (not base64url): its own first, then the chain above it."""
    d: str | None = secret(default=None)
    """The private half of an RSA, EC or OKP key; None in a public key."""
    p: str | None = secret(default=None)
    q: str | None = secret(default=None)
    dp: str | None = secret(default=None)
    dq: str | None = secret(default=None)
    qi: str | None = secret(default=None)
    k: str | None = secret(default=None)
    """The value of a symmetric key (``oct``)."""


@model
class JsonWebKeySet(Model):
    """Several keys under one name, the newest first; old ones stay until the tokens signed with them have expired."""

    keys: list[JsonWebKey] | None = None
    """None where an OAuth2 client has no keys of its own."""


@model
class CreateJsonWebKeySet(Model):
    """A key to make."""

    alg: str
    """The algorithm: ``RS256`` and its kin, ``PS256``, ``ES256``, ``ES384``, ``ES512`` or ``EdDSA``."""
    kid: str
    """The id of the key."""
    use: str
    """``sig`` for signatures, ``enc`` for encryption."""
