"""What the local Hydra remembers of clients, keys and trusted issuers."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from ..ids import new_id

GRANTS = (
    ("authorization_code", "access_token"),
    ("authorization_code", "id_token"),
    ("authorization_code", "refresh_token"),
    ("client_credentials", "access_token"),
    ("implicit", "access_token"),
    ("implicit", "id_token"),
    ("jwt_bearer", "access_token"),
    ("refresh_token", "id_token"),
    ("refresh_token", "access_token"),
    ("refresh_token", "refresh_token"),
    ("device_authorization", "id_token"),
    ("device_authorization", "access_token"),
    ("device_authorization", "refresh_token"),
)
"""What a client can set lifespans for, as (grant, kind of token), in the order of Hydra."""

LIFESPANS = tuple(f"{grant}_grant_{kind}_lifespan" for grant, kind in GRANTS)

_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "µs": 1e-6, "us": 1e-6, "ns": 1e-9}
_LONGEST = 2**63 / 1e9  # seconds, as Go counts nanoseconds in 64 bits
_DURATION_PART = re.compile(r"(\d+\.?\d*|\.\d+)(h|ms|m|s|µs|us|ns)")


@dataclass(kw_only=True)
class Client:
    """An OAuth 2.0 client: its metadata in wire names, and beside them what is never shown again.

    `secret_hash` and `rotated_hashes` verify the secret and the ones before it; `registration_token` opens
    /oauth2/register/{id}. The properties read the metadata with the defaults that the protocol gives them.
    """

    metadata: dict[str, Any]
    created_at: datetime
    updated_at: datetime
    secret_hash: str = field(repr=False)
    rotated_hashes: list[str] = field(default_factory=list, repr=False)
    registration_token: str = field(default="", repr=False)

    @property
    def id(self) -> str:
        return str(self.metadata["client_id"])

    @property
    def auth_method(self) -> str:
        """One of client_secret_basic, client_secret_post, private_key_jwt, none."""
        return self.metadata["token_endpoint_auth_method"] or "client_secret_basic"

    @property
    def auth_signing_alg(self) -> str:
        return self.metadata.get("token_endpoint_auth_signing_alg") or "RS256"

    @property
    def is_public(self) -> bool:
        """Whether it has no secret to prove itself with."""
        return self.auth_method == "none"

    @property
    def redirect_uris(self) -> list[str]:
        return self.metadata["redirect_uris"] or []

    @property
    def post_logout_redirect_uris(self) -> list[str]:
        return self.metadata.get("post_logout_redirect_uris") or []

    @property
    def grant_types(self) -> list[str]:
        return self.metadata["grant_types"] or ["authorization_code"]

    @property
    def response_types(self) -> list[str]:
        return self.metadata["response_types"] or ["code"]

    @property
    def scopes(self) -> list[str]:
        return str(self.metadata["scope"]).split()

    @property
    def audience(self) -> list[str]:
        return self.metadata["audience"] or []

    @property
    def keys(self) -> list[dict[str, Any]]:
        """The public keys of `jwks`."""
        return self.metadata["jwks"].get("keys") or []

    @property
    def access_token_strategy(self) -> str | None:
        """`opaque` or `jwt` where the client chose one."""
        return self.metadata.get("access_token_strategy") or None

    def snapshot(self) -> Client:
        """Return it as it is now; what is changed later does not show there."""
        return dataclasses.replace(self)

    def lifespan(self, grant: str, kind: str) -> timedelta | None:
        """Return how long a token lives where the client says so, by the names of `GRANTS`."""
        text = self.metadata.get(f"{grant}_grant_{kind}_lifespan")
        return parse_duration(text) if text else None


@dataclass(kw_only=True)
class TrustedIssuer:
    """An issuer whose JWTs are accepted as grants (RFC 7523). The key `kid` of the set named like it verifies them."""

    id: str = field(default_factory=new_id)
    issuer: str
    subject: str
    allow_any_subject: bool
    scope: list[str]
    kid: str
    created_at: datetime
    expires_at: datetime


@dataclass
class Store:
    """Clients, key sets and trusted issuers.

    `used_jtis` holds the ids of JWTs that may be used once, until they expire; `fetched_keys` what stood at a jwks_uri.
    """

    clients: dict[str, Client] = field(default_factory=dict)
    key_sets: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    issuers: dict[str, TrustedIssuer] = field(default_factory=dict)
    used_jtis: dict[str, datetime] = field(default_factory=dict)
    fetched_keys: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def clear(self) -> None:
        """Forget everything."""
        for each in (self.clients, self.key_sets, self.issuers, self.used_jtis, self.fetched_keys):
            each.clear()

    def key(self, name: str, kid: str) -> dict[str, Any] | None:
        """Return one key of a set."""
        return next((key for key in self.key_sets.get(name, []) if key.get("kid") == kid), None)

    def remove_keys(self, name: str, kid: str | None) -> None:
        """Drop one key of a set, all of them when `kid` is None, and the issuers that speak with them."""
        keys = self.key_sets.pop(name, [])
        if kid is not None and (left := [key for key in keys if key.get("kid", "") != kid]):
            self.key_sets[name] = left
        for id, each in list(self.issuers.items()):
            if each.issuer == name and kid in (None, each.kid):
                del self.issuers[id]

    def issuers_of(self, issuer: str, subject: str) -> Iterator[TrustedIssuer]:
        """Yield the grants that let `issuer` speak for `subject`, those for anybody first."""
        for each in sorted(self.issuers.values(), key=lambda each: each.subject):
            if each.issuer == issuer and (each.allow_any_subject or each.subject == subject):
                yield each

    def use_jti(self, jti: str, expires_at: datetime, now: datetime) -> bool:
        """Mark an assertion as used until it expires; False when it was used already."""
        for known in [known for known, end in self.used_jtis.items() if end < now]:
            del self.used_jtis[known]
        if jti in self.used_jtis:
            return False
        self.used_jtis[jti] = expires_at
        return True


def parse_duration(text: str) -> timedelta:
    """Read a duration as Go writes it, such as `1h30m0.5s`. Raises ValueError in Go's words."""
    sign, rest = (-1, text[1:]) if text.startswith("-") else (1, text.removeprefix("+"))
    parts = _DURATION_PART.findall(rest)
    if rest == "0":
        return timedelta()
    seconds = sum(float(number) * _UNITS[unit] for number, unit in parts)
    if "".join(number + unit for number, unit in parts) != rest or not parts or seconds > _LONGEST:
        raise ValueError(f'time: invalid duration "{text}"')
    return sign * timedelta(seconds=seconds)


def format_duration(duration: timedelta) -> str:
    """Write a duration as Go does: `1h0m0s`, `1.5s`, `250µs`."""
    total = abs(duration) // timedelta(microseconds=1)
    sign = "-" if duration < timedelta() else ""
    if total == 0:
        return "0s"
    if total < 1_000:
        return f"{sign}{total}µs"
    if total < 1_000_000:
        return f"{sign}{_decimal(total, 3)}ms"
    minutes, rest = divmod(total, 60_000_000)
    hours, minutes = divmod(minutes, 60)
    seconds = f"{_decimal(rest, 6)}s"
    if hours:
        return f"{sign}{hours}h{minutes}m{seconds}"
    return f"{sign}{minutes}m{seconds}" if minutes else f"{sign}{seconds}"


def _decimal(number: int, digits: int) -> str:
    whole, fraction = divmod(number, 10**digits)
    return f"{whole}.{fraction:0{digits}d}".rstrip("0").rstrip(".")


def without_private(key: Mapping[str, Any]) -> dict[str, Any]:
    """Return the public part of a JWK; a symmetric key has none and stays as it is."""
    return {name: value for name, value in key.items() if name not in ("d", "p", "q", "dp", "dq", "qi", "oth")}
