"""How a client of OAuth2 proves who it is (OpenID Connect Core 1.0, section 9)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from ..auth import BasicAuth
from ..caching import Clock
from ..errors import ConfigurationError
from ..models.base import Json
from .servers import Server

if TYPE_CHECKING:
    from joserfc.jwk import Key

ClientAuthentication: TypeAlias = Literal["basic", "post"]
"""Where the secret goes: into a header (``client_secret_basic``), or into the form (``client_secret_post``)."""

PrivateKey: TypeAlias = str | bytes | Mapping[str, Json]
"""A private key, in PEM or as a JWK. The server knows it by the JWK's ``kid``, or else by its thumbprint (RFC 7638)."""

_ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_ASSERTION_LIFETIME: Final = 60
_KEY_TYPES: Final = ("RSA", "EC", "OKP")
_CURVES: Final = {"P-256": "ES256", "P-384": "ES384", "P-521": "ES512"}


Proof: TypeAlias = dict[str, Any]
"""The parameters of the protocol's operations by which a client proves who it is."""


class ClientProof:
    """One client, and what it proves itself with: a secret, a private key, or nothing."""

    def __init__(
        self,
        server: Server,
        client_id: str,
        client_secret: str | None,
        authentication: ClientAuthentication,
        private_key: PrivateKey | None,
        clock: Clock,
    ) -> None:
        if not isinstance(client_id, str) or not client_id:
            raise ConfigurationError("client_id must be text that is not empty")
        if client_secret is not None and private_key is not None:
            raise ConfigurationError("give either client_secret or private_key, not both")
        if authentication not in ("basic", "post"):
            raise ConfigurationError(f"authentication must be 'basic' or 'post', not {authentication!r:.60}")
        self.client_id = client_id
        self._server = server
        self._secret = client_secret
        self._basic = None if client_secret is None or authentication == "post" else BasicAuth(client_id, client_secret)
        self._key = None if private_key is None else _imported(private_key)
        self._clock = clock

    @property
    def is_secret(self) -> bool:
        """Whether there is anything to prove with."""
        return self._secret is not None or self._key is not None

    async def proof(self) -> Proof:
        """What goes along with one request."""
        if self._key is not None:
            assertion = await self._assertion(self._key)
            return {
                "client_id": self.client_id,
                "client_assertion": assertion,
                "client_assertion_type": _ASSERTION_TYPE,
            }
        if self._basic is not None:
            return {"auth": self._basic}
        if self._secret is not None:
            return {"client_id": self.client_id, "client_secret": self._secret}
        return {"client_id": self.client_id}

    async def _assertion(self, key: Key) -> str:
        """A JWT of the client's own for the token endpoint (RFC 7523, section 3), to be used once."""
        from joserfc import jwt

        now = int(self._clock())
        header = {"alg": _algorithm(key), "typ": "JWT", "kid": key.kid or key.thumbprint()}
        claims = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": (await self._server.metadata()).token_endpoint,
            "jti": str(uuid.uuid4()),
            "iat": now,
            "exp": now + _ASSERTION_LIFETIME,
        }
        return jwt.encode(header, claims, key, algorithms=[header["alg"]])


def _imported(private_key: PrivateKey) -> Key:
    try:
        from joserfc.jwk import import_key
    except ModuleNotFoundError as error:
        error.msg = f"{error.msg}: private_key needs `pip install ory-async[jwt]`"
        raise
    data: Any = dict(private_key) if isinstance(private_key, Mapping) else private_key
    for kind in _KEY_TYPES if isinstance(data, (str, bytes)) else (None,):
        with suppress(Exception):  # of joserfc, for a key of another type; its text may quote the key
            key = import_key(data, kind)
            if key.key_type in _KEY_TYPES and key.is_private:
                return key
    raise ConfigurationError("private_key must be a private key for signing, in PEM or as a JWK")


def _algorithm(key: Key) -> str:
    told = key.alg
    if isinstance(told, str):
        return told
    if key.key_type == "EC":
        return _CURVES.get(str(key.as_dict(private=False).get("crv")), "ES256")
    return {"RSA": "RS256", "OKP": "EdDSA"}[key.key_type]
