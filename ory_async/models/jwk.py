"""TODO"""

from __future__ import annotations

from .base import Model, model, secret

__all__ = [
    "JsonWebKey",
    "JsonWebKeySet",
]


@model
class JsonWebKey(Model):
    """TODO"""

    alg: str
    kid: str
    kty: str
    use: str
    crv: str | None = None
    d: str | None = secret(default=None)
    dp: str | None = secret(default=None)
    dq: str | None = secret(default=None)
    e: str | None = None
    k: str | None = secret(default=None)
    n: str | None = None
    p: str | None = secret(default=None)
    q: str | None = secret(default=None)
    qi: str | None = secret(default=None)
    x: str | None = None
    x5c: list[str] | None = None
    y: str | None = None


@model
class JsonWebKeySet(Model):
    """TODO JSON Web Key Set"""

    keys: list[JsonWebKey] | None = None
