"""JSON Web Keys: making, importing, signing and verifying."""

from __future__ import annotations

import asyncio
import json
import warnings
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey, import_key

from .. import base64url
from ..bodies import refuse_constant
from ..ids import new_id
from .http import fields_of
from .state import Store, without_private

ID_TOKEN_KEYS = "hydra.openid.id-token"
"""The set that signs id tokens, signed userinfo, logout tokens and credentials."""

ACCESS_TOKEN_KEYS = "hydra.jwt.access-token"
"""The set that signs access tokens of the `jwt` strategy."""

SIGNATURE_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
_CURVES = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}
_FIELDS = ("use", "kty", "kid", "crv", "alg", "k", "x", "y", "n", "e", "d", "p", "q", "dp", "dq", "qi")
_RSA_BITS = 2048  # real Hydra takes 4096 for RS*, which is seconds of work that no test is better for
_FIRST_KEYS: dict[str, dict[str, Any]] = {}  # by the set; an RSA key takes longer than all else a test does


class InvalidToken(Exception):
    """A JWT that is malformed, or whose signature does not fit."""


class Keys:
    """The key sets of one Hydra. Its own signing keys are made when first needed, and survive a reset."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._made: dict[str, dict[str, Any]] = {}

    async def key_set(self, name: str) -> list[dict[str, Any]]:
        """Return the private keys of a set, newest first; no keys when there is no such set."""
        if name in (ID_TOKEN_KEYS, ACCESS_TOKEN_KEYS):
            await self._signing_key(name)
        return self._store.key_sets.get(name, [])

    async def public_keys(self) -> list[dict[str, Any]]:
        """Return what /.well-known/jwks.json shows."""
        sets = [await self.key_set(name) for name in (ID_TOKEN_KEYS, ACCESS_TOKEN_KEYS)]
        return [without_private(key) for keys in sets for key in keys if key["kty"] != "oct"]

    async def sign(self, name: str, claims: Mapping[str, Any]) -> str:
        """Return claims as a JWT, signed by the newest key of a set; claims are sorted as Go sorts them."""
        key = await self._signing_key(name)
        header = {"alg": algorithm_of(key), "kid": key.get("kid", ""), "typ": "JWT"}
        payload = json.dumps(claims, sort_keys=True, separators=(",", ":")).encode()
        with _weak_keys_allowed():
            return jws.serialize_compact(header, payload, import_key(key), algorithms=[header["alg"]])

    async def verify(self, name: str, token: str) -> dict[str, Any]:
        """Return the claims of a JWT that a key of the set signed, expired or not. Raises InvalidToken."""
        header, _ = decode(token)
        for key in await self.key_set(name):
            if header.get("kid") in (None, key.get("kid", "")):
                return verify_jwt(token, key, [algorithm_of(key)])
        raise InvalidToken("the token was signed by an unknown key")

    def restore(self) -> None:
        """Put the signing keys back into an emptied store."""
        self._store.key_sets.update({name: [key] for name, key in self._made.items()})

    async def _signing_key(self, name: str) -> dict[str, Any]:
        key = self._newest_private(name)
        if key is None:
            made = await (generate_key("RS256", use="sig") if name in self._made else _first_key(name))
            key = self._newest_private(name)  # of a request that was faster
            if key is None:
                key = self._made[name] = made
                self._store.key_sets.setdefault(name, []).insert(0, made)
        return key

    def _newest_private(self, name: str) -> dict[str, Any] | None:
        return next((key for key in self._store.key_sets.get(name, []) if "d" in key), None)


async def _first_key(name: str) -> dict[str, Any]:
    """Return the first key of a server's own set: alike in all servers of a process, but for its id."""
    if name not in _FIRST_KEYS:
        _FIRST_KEYS.setdefault(name, await generate_key("RS256", use="sig"))
    return {**_FIRST_KEYS[name], "kid": new_id()}


async def generate_key(algorithm: str, *, use: str, kid: str = "") -> dict[str, Any]:
    """Make a private JWK; RSA keys are made off the loop. Raises ValueError for an algorithm unknown to Hydra."""
    if algorithm in _CURVES:
        key: Key = ECKey.generate_key(_CURVES[algorithm])
    elif algorithm == "EdDSA":
        key = OKPKey.generate_key("Ed25519")
    elif algorithm in SIGNATURE_ALGORITHMS:
        key = await asyncio.to_thread(RSAKey.generate_key, _RSA_BITS)
    else:
        raise ValueError(algorithm)
    return ordered({**key.as_dict(private=True), "use": use, "kid": kid or new_id(), "alg": algorithm})


def algorithm_of(key: Mapping[str, Any]) -> str:
    """Return the algorithm that a JWK signs with, the usual one of its type where it does not say."""
    by_curve = {curve: algorithm for algorithm, curve in _CURVES.items()}
    usual = {"RSA": "RS256", "OKP": "EdDSA", "EC": by_curve.get(str(key.get("crv")), "")}
    return str(key.get("alg") or usual.get(str(key["kty"]), ""))


def ordered(key: Mapping[str, Any]) -> dict[str, Any]:
    """Put the members of a JWK in the order of Hydra and drop those it does not know."""
    return {name: key[name] for name in _FIELDS if key.get(name)}


def decode(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return header and claims of a JWT, unverified. Raises InvalidToken when it is none."""
    try:
        header, claims, _ = token.split(".")
        decoded = [json.loads(base64url.decoded(part), parse_constant=refuse_constant) for part in (header, claims)]
    except (ValueError, RecursionError):
        raise InvalidToken("the token is malformed") from None
    if not all(isinstance(part, dict) for part in decoded):
        raise InvalidToken("the token is malformed")
    return decoded[0], decoded[1]


def verify_jwt(token: str, key: Mapping[str, Any], algorithms: Sequence[str]) -> dict[str, Any]:
    """Return the claims of a JWT signed by this JWK, expired or not. Raises InvalidToken."""
    try:
        with _weak_keys_allowed():
            jws.deserialize_compact(token, import_key(dict(key)), algorithms=list(algorithms))
    except (JoseError, ValueError) as error:
        raise InvalidToken("the signature is wrong") from error
    return decode(token)[1]


def read_jwks(value: Any) -> list[dict[str, Any]] | None:
    """Return the keys of a JWK set, None where it names none. Raises ValueError as `read_jwk` does."""
    given = fields_of(value, {"keys": "array"}, "jose.JSONWebKeySet").get("keys")
    return None if given is None else [read_jwk(key) for key in given]


@contextmanager
def _weak_keys_allowed() -> Generator[None]:
    """Silence what joserfc says of short keys and old algorithms: Hydra takes them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SecurityWarning)
        yield


def read_jwk(value: Any) -> dict[str, Any]:
    """Return a JWK of a request in Hydra's form. Raises ValueError in the words of Go's JOSE library."""
    texts: dict[str, str | None] = dict.fromkeys(_FIELDS, "string")
    given = fields_of(value, texts, "jose.rawJSONWebKey")
    kind, curve = given.get("kty") or "", given.get("crv") or ""
    if kind not in ("EC", "RSA", "OKP", "oct"):
        raise ValueError(f"go-jose/go-jose: unknown json web key type '{kind}'")
    if kind == "EC" and curve not in _CURVES.values():
        raise ValueError(f"go-jose/go-jose: unsupported elliptic curve '{curve}'")
    if kind == "OKP" and curve != "Ed25519":
        raise ValueError(f"go-jose/go-jose: unknown curve {curve}'")
    missing = {"EC": ("x", "y"), "RSA": ("n", "e"), "OKP": ("x",), "oct": ("k",)}[kind]
    if not all(given.get(name) for name in missing):
        raise ValueError(f"go-jose/go-jose: invalid {kind} key, missing {'/'.join(missing)} values")
    key = ordered(given)
    try:
        with _weak_keys_allowed():
            import_key({name: part for name, part in key.items() if name not in ("use", "alg")})
    except (JoseError, ValueError, TypeError) as error:
        raise ValueError(f"go-jose/go-jose: invalid {kind} key") from error
    return key
