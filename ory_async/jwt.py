"""Verify JWTs without asking a server for each: access tokens, ID tokens, and sessions made by `tokenize_as`.

    verifier = JWTVerifier(ory.wellknown.discover_json_web_keys, issuer="https://auth.example.com", audience="my-api")
    token = await verifier.verify(text)
    token.subject, token.scopes, token.claims

What verifies says who signed it and for whom, not that it has not been revoked since. Needs the extra ``jwt``.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
import math
import re
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Generic, Literal, TypeAlias, TypeVar, overload

import attrs

from . import models
from .caching import Clock, SingleFlight
from .errors import ConfigurationError, DecodeError, OryError
from .models.base import Json
from .operation import checked_sequence
from .serialization import load_json, to_dict
from .structuring import structure

if TYPE_CHECKING:
    from joserfc.jwk import Key

__all__ = ["ALGORITHMS", "InvalidToken", "InvalidTokenReason", "JWTVerifier", "KeySet", "KeySource", "VerifiedToken"]

C = TypeVar("C")

ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""The algorithms (RFC 7518, section 3.1, and RFC 8037) that can be allowed: those with a public and a private key."""

_HASHES: Final = {"256": hashlib.sha256, "384": hashlib.sha384, "512": hashlib.sha512, "DSA": hashlib.sha512}
_HUGE: Final = 1e15
_PART: Final = re.compile(r"[A-Za-z0-9_-]+")

logger = logging.getLogger("ory_async")

Keys: TypeAlias = models.JsonWebKeySet | models.GetJWKSResponse | Mapping[str, Json]
KeySource: TypeAlias = Callable[[], Awaitable[Keys]] | Keys
"""Public keys, or an async function without parameters that fetches them, such as one of

``ory.wellknown.discover_json_web_keys`` (OAuth2 tokens), ``ory.api_keys.get_jwks`` (tokens derived from API keys), or one
of your own for keys that stand elsewhere.
"""

InvalidTokenReason: TypeAlias = Literal[
    "malformed",
    "algorithm_not_allowed",
    "unknown_key",
    "bad_signature",
    "expired",
    "not_yet_valid",
    "wrong_issuer",
    "wrong_audience",
    "missing_claim",
    "wrong_claim",
]


class InvalidToken(OryError):
    """The token is not to be trusted; `reason` says why. The message does not hold the token."""

    reason: InvalidTokenReason


@attrs.frozen
class VerifiedToken(Generic[C]):
    """A token that was verified."""

    claims: C
    """The claims, as an object of the class that the verifier was given; a dict by default."""
    payload: dict[str, Json] = attrs.field(repr=False)
    """All claims, in the names of the token."""

    @property
    def subject(self) -> str | None:
        """Whom the token is about: ``sub``."""
        return _text(self.payload.get("sub"))

    @property
    def client_id(self) -> str | None:
        """The application that an access token was given to (RFC 9068, section 2.2)."""
        return _text(self.payload.get("client_id"))

    @property
    def audience(self) -> frozenset[str]:
        """Whom the token is meant for: ``aud``."""
        return frozenset(_texts(self.payload.get("aud")))

    @property
    def scopes(self) -> frozenset[str]:
        """The scopes of an access token: of ``scope``, and of ``scp``, where Hydra puts them by default."""
        scope = _text(self.payload.get("scope")) or ""
        scp = self.payload.get("scp")
        return frozenset(scope.split()) | frozenset(scp.split() if isinstance(scp, str) else _texts(scp))


class KeySet:
    """The public keys that tokens are verified with, fetched when they are needed.

    They are fetched anew after `lifetime` seconds, and when a token names a key that is not among them, but not more
    often than every `cooldown` seconds, whatever tokens come. Keys of kinds that are not known here are left out. Where
    the keys are there and fetching them anew fails, they are used further, and a warning is logged.

    Several verifiers may share one, on one event loop. `clock` may be any that gives seconds.
    """

    def __init__(
        self, source: KeySource, *, lifetime: float = 3600.0, cooldown: float = 30.0, clock: Clock = time.monotonic
    ) -> None:
        _need_joserfc()
        if not (lifetime > 0 and cooldown > 0):
            raise ConfigurationError("lifetime and cooldown must be positive numbers of seconds")
        self._source = source
        self._lifetime = lifetime
        self._cooldown = cooldown
        self._clock = clock
        self._keys: list[Key] = []
        self._fetched_at = self._asked_at = -math.inf
        self._flights: SingleFlight[None] = SingleFlight()
        if not callable(source):
            self._keys, self._lifetime, self._cooldown = _imported(source), math.inf, math.inf
            self._fetched_at = self._asked_at = clock()

    async def find(self, kid: str | None) -> Sequence[Key]:
        """The keys with this id, or all of them for a token that names none.

        Raises what fetching the keys raises, while there are none, and `DecodeError` for what is no set of keys.
        """
        found = self._named(kid)
        now = self._clock()
        if found and now < self._fetched_at + self._lifetime:
            return found
        if self._keys and now < self._asked_at + self._cooldown:
            return found
        try:
            await self._flights.join(None, self._fetch)
        except Exception as error:  # the source may be the user's own
            if not found:
                raise
            logger.warning("the public keys could not be fetched anew, the old ones are used further: %r", error)
        return self._named(kid)

    async def _fetch(self) -> None:
        assert callable(self._source)  # noqa: S101 - given keys live for ever
        try:
            self._keys = _imported(await self._source())
            self._fetched_at = self._clock()
        finally:
            self._asked_at = self._clock()

    def _named(self, kid: str | None) -> Sequence[Key]:
        return self._keys if kid is None else [key for key in self._keys if key.kid == kid]


class JWTVerifier(Generic[C]):
    """Verifies JWTs (RFC 7519) by the public keys of those who sign them.

    `jwks` is a `KeySet`, or what one is made of. `issuer` and `audience` are what ``iss`` must be, and what ``aud`` must
    hold, each one or several that will do; None leaves it unchecked, which for the audience lets tokens pass that were
    meant for others. `algorithms` are those allowed; a key that names its own is used with no other. `claims` is a class
    of yours (attrs class, dataclass, TypedDict) for the claims, in their names. `leeway` is by how many seconds clocks may
    differ. `required` are the claims that must be there.

    `clock` gives the seconds since 1970. Raises `ConfigurationError` for settings that make no sense or are not safe.
    """

    @overload
    def __init__(
        self: JWTVerifier[dict[str, Json]],
        jwks: KeySet | KeySource,
        *,
        issuer: str | Sequence[str] | None,
        audience: str | Sequence[str] | None,
        algorithms: Sequence[str] = ALGORITHMS,
        claims: None = None,
        leeway: float = 30.0,
        required: Sequence[str] = ("exp",),
        clock: Clock = time.time,
    ) -> None: ...
    @overload
    def __init__(
        self,
        jwks: KeySet | KeySource,
        *,
        issuer: str | Sequence[str] | None,
        audience: str | Sequence[str] | None,
        algorithms: Sequence[str] = ALGORITHMS,
        claims: type[C],
        leeway: float = 30.0,
        required: Sequence[str] = ("exp",),
        clock: Clock = time.time,
    ) -> None: ...
    def __init__(
        self,
        jwks: KeySet | KeySource,
        *,
        issuer: str | Sequence[str] | None,
        audience: str | Sequence[str] | None,
        algorithms: Sequence[str] = ALGORITHMS,
        claims: type[Any] | None = None,
        leeway: float = 30.0,
        required: Sequence[str] = ("exp",),
        clock: Clock = time.time,
    ) -> None:
        self._keys = jwks if isinstance(jwks, KeySet) else KeySet(jwks)
        self._issuers = _several("issuer", issuer)
        self._audiences = _several("audience", audience)
        self._algorithms = _checked_algorithms(algorithms)
        self._claims = claims
        self._leeway = leeway
        self._required = tuple(checked_sequence("required", required) or ())
        self._clock = clock

    async def verify(
        self, token: str, *, nonce: str | None = None, access_token: str | None = None
    ) -> VerifiedToken[C]:
        """Verify a token, and give its claims.

        For an ID token `nonce` is the one that the login was begun with, and `access_token` the one that came with it;
        its hash is compared where the token holds one (OpenID Connect Core 1.0, section 3.1.3.6).

        Raises `InvalidToken` when the token is not to be trusted, or its claims do not fit the class, and what fetching
        the keys raises.

        https://www.rfc-editor.org/rfc/rfc7519#section-7.2
        """
        parts = _split(token)
        if parts.algorithm not in self._algorithms:
            raise InvalidToken("the algorithm of the token is not allowed", reason="algorithm_not_allowed")
        keys = await self._keys.find(parts.kid)
        if not keys:
            raise InvalidToken("the token is signed with a key that is not known", reason="unknown_key")
        if not any(_has_signed(key, parts) for key in keys):
            raise InvalidToken("the signature of the token is wrong", reason="bad_signature")
        payload = _object(parts.payload, "claims")
        self._check_times(payload)
        self._check_parties(payload)
        _check_bindings(payload, parts.algorithm, nonce, access_token)
        return VerifiedToken(self._as_claims(payload), payload)

    def _check_times(self, payload: dict[str, Json]) -> None:
        for name in self._required:
            if payload.get(name) is None:
                raise InvalidToken(f"the token has no {name}", reason="missing_claim")
        now = self._clock()
        end, start, made = (_time(payload, name) for name in ("exp", "nbf", "iat"))
        if end is not None and now >= end + self._leeway:
            raise InvalidToken("the token has expired", reason="expired")
        if max(start or 0, made or 0) > now + self._leeway:
            raise InvalidToken("the token is not valid yet", reason="not_yet_valid")

    def _as_claims(self, payload: dict[str, Json]) -> Any:
        if self._claims is None:
            return payload
        try:
            return structure(self._claims, payload)
        except DecodeError as error:
            name = getattr(self._claims, "__name__", "their class")
            raise InvalidToken(f"the claims of the token do not fit {name}", reason="wrong_claim") from error

    def _check_parties(self, payload: dict[str, Json]) -> None:
        if self._issuers is not None and _text(payload.get("iss")) not in self._issuers:
            raise InvalidToken("the token is from another issuer", reason="wrong_issuer")
        if self._audiences is not None and self._audiences.isdisjoint(_texts(payload.get("aud"))):
            raise InvalidToken("the token is meant for others", reason="wrong_audience")


@attrs.frozen
class _Parts:
    """A token taken apart (RFC 7515, section 7.1), not verified."""

    algorithm: str
    kid: str | None
    payload: bytes = attrs.field(repr=False)
    signed: bytes = attrs.field(repr=False)
    signature: bytes = attrs.field(repr=False)


def _split(token: str) -> _Parts:
    parts = token.split(".") if isinstance(token, str) else []
    if len(parts) != 3 or not all(_PART.fullmatch(part) for part in parts):
        raise InvalidToken("this is no signed JWT", reason="malformed")
    header = _object(_decoded(parts[0]), "header")
    algorithm, kid = header.get("alg"), header.get("kid")
    if not isinstance(algorithm, str) or not isinstance(kid, (str, type(None))):
        raise InvalidToken("the header of the token makes no sense", reason="malformed")
    if "crit" in header:  # extensions that must be understood; there is none for JWTs
        raise InvalidToken("the token needs extensions that are not known", reason="malformed")
    signed = f"{parts[0]}.{parts[1]}".encode()
    return _Parts(algorithm, kid, _decoded(parts[1]), signed, _decoded(parts[2]))


def _decoded(part: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except ValueError:
        raise InvalidToken("this is no signed JWT", reason="malformed") from None


def _object(raw: bytes, name: str) -> dict[str, Json]:
    try:
        parsed = load_json(raw)
    except DecodeError:
        parsed = None
    if not isinstance(parsed, dict):
        raise InvalidToken(f"the {name} of the token cannot be read", reason="malformed")
    return parsed


def _has_signed(key: Key, parts: _Parts) -> bool:
    from joserfc.errors import JoseError
    from joserfc.jws import JWSRegistry

    algorithm = JWSRegistry.algorithms[parts.algorithm]
    try:
        algorithm.check_key(key)
        return algorithm.verify(parts.signed, parts.signature, key)
    except (JoseError, ValueError, TypeError):  # a key of another kind, or a signature that is none
        return False


def _imported(source: Keys) -> list[Key]:
    """The keys of a set that can verify signatures."""
    from joserfc.jwk import import_key

    document = to_dict(source)
    if isinstance(document, dict) and isinstance(document.get("jwks"), dict):
        document = document["jwks"]
    entries = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(entries, list):
        raise DecodeError("this is no set of keys: it has no list `keys`")
    keys: list[Key] = []
    for entry in entries:
        if not isinstance(entry, dict) or entry.get("kty") == "oct":  # a shared secret is no public key
            continue
        try:
            keys.append(import_key(entry))
        except Exception as error:  # a kind of key, or a curve, that joserfc does not know
            logger.info("a key that cannot be used is left out: %s", type(error).__name__)
    return keys


def _check_bindings(payload: dict[str, Json], algorithm: str, nonce: str | None, access_token: str | None) -> None:
    """Check that an ID token belongs to this login and to this access token."""
    if nonce is not None and not _same(payload.get("nonce"), nonce):
        raise InvalidToken("the token belongs to another login: its nonce differs", reason="wrong_claim")
    if access_token is not None and payload.get("at_hash") is not None:
        digest = _HASHES[algorithm[-3:]](access_token.encode()).digest()
        half = base64.urlsafe_b64encode(digest[: len(digest) // 2]).decode().rstrip("=")
        if not _same(payload["at_hash"], half):
            raise InvalidToken("the token belongs to another access token: its at_hash differs", reason="wrong_claim")


def _same(claim: Json, expected: str) -> bool:
    return isinstance(claim, str) and hmac.compare_digest(claim.encode("utf-8", "replace"), expected.encode())


def _time(payload: dict[str, Json], name: str) -> float | None:
    """A time of a token: seconds since 1970 (RFC 7519, section 2), which may be a fraction."""
    value = payload.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) < _HUGE:
        raise InvalidToken(f"{name} of the token is no time", reason="malformed")
    return value


def _several(name: str, value: str | Sequence[str] | None) -> frozenset[str] | None:
    if value is None:
        return None
    values = [value] if isinstance(value, str) else list(value)
    if not values or not all(isinstance(one, str) and one for one in values):
        raise ConfigurationError(f"{name} must be text that is not empty, or a list of such, or None")
    return frozenset(values)


def _checked_algorithms(algorithms: Sequence[str]) -> frozenset[str]:
    if isinstance(algorithms, str) or not algorithms or not set(algorithms) <= set(ALGORITHMS):
        raise ConfigurationError(f"algorithms must be a list of some of {', '.join(ALGORITHMS)}")
    return frozenset(algorithms)


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) else None


def _texts(value: Json) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [one for one in values if isinstance(one, str)]


def _need_joserfc() -> None:
    try:
        import_module("joserfc.jws")
    except ImportError:
        raise ConfigurationError("verifying JWTs needs joserfc: install ory-async[jwt]") from None
