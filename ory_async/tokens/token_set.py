"""What a server gives to a client: tokens, how long they live, and what they say about the person."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Self

import attrs

from .. import models
from ..errors import DecodeError
from ..models.base import Json
from .scalars import seconds, text

_OPERATION = "oauth2_token_exchange"
_KINDS: dict[str, type | tuple[type, ...]] = {
    "access_token": str,
    "expires_at": (float, int, type(None)),
    "scopes": (list, type(None)),
    "refresh_token": (str, type(None)),
    "id_token": (str, type(None)),
    "claims": dict,
}
_TOKEN = re.compile(r"[!-~]+")


@attrs.frozen
class TokenSet:
    """The tokens that somebody was given.

    To keep it, write `to_dict` where nobody else reads, and make it again by `from_dict`.
    """

    access_token: str = attrs.field(repr=False)
    expires_at: float | None = None
    """When the access token ends, in seconds since 1970."""
    scopes: frozenset[str] | None = None
    """The scopes granted; None where the server did not say."""
    refresh_token: str | None = attrs.field(default=None, repr=False)
    """It works once: keep the newest one."""
    id_token: str | None = attrs.field(default=None, repr=False)
    claims: dict[str, Json] = attrs.field(factory=dict, repr=False)
    """What the ID token says; it was verified."""

    @property
    def subject(self) -> str | None:
        """Who has logged in: ``sub`` of the ID token."""
        subject = self.claims.get("sub")
        return subject if isinstance(subject, str) else None

    def is_expired(self, now: float, *, margin: float = 30.0) -> bool:
        """Whether the access token has ended, or does so within `margin` seconds."""
        return self.expires_at is not None and now >= self.expires_at - margin

    def to_dict(self) -> dict[str, Json]:
        """Everything as plain JSON, the secrets included."""
        return {**attrs.asdict(self), "scopes": None if self.scopes is None else sorted(self.scopes)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Json]) -> Self:
        """The same tokens again; raises `DecodeError` for what is none."""
        if not isinstance(data, Mapping) or not data.keys() <= _KINDS.keys() or "access_token" not in data:
            raise DecodeError("this is no set of tokens")
        for name, value in data.items():
            if not isinstance(value, _KINDS[name]):
                raise DecodeError(f"this is no set of tokens: {name} is a {type(value).__name__}")
        fields: dict[str, Any] = dict(data)
        scopes = fields.get("scopes")
        if scopes is not None:
            if not all(isinstance(scope, str) for scope in scopes):
                raise DecodeError("this is no set of tokens: a scope is no text")
            fields["scopes"] = frozenset(scopes)
        return cls(**fields)

    @classmethod
    def of(cls, answer: models.OAuth2TokenExchange, now: float, **more: Any) -> Self:
        """The tokens of an answer that came at `now`; raises `DecodeError` where it is none."""
        if not isinstance(answer.access_token, str) or not _TOKEN.fullmatch(answer.access_token):
            raise DecodeError(f"{_OPERATION}: the answer has no access token", operation=_OPERATION)
        lifetime = seconds(_OPERATION, "expires_in", answer.expires_in)
        scope = text(_OPERATION, "scope", answer.scope)
        return cls(
            access_token=answer.access_token,
            expires_at=None if lifetime is None else now + lifetime,
            scopes=None if scope is None else frozenset(scope.split()),
            refresh_token=text(_OPERATION, "refresh_token", answer.refresh_token),
            id_token=text(_OPERATION, "id_token", answer.id_token),
            **more,
        )
