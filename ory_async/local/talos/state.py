"""What Talos knows of API keys."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ..clock import timestamp


@dataclass(kw_only=True)
class Key:
    """An API key; the settings are as the API gives them. Of the credential only a hash is kept."""

    id: str
    digest: str = field(repr=False)
    name: str
    actor_id: str
    scopes: list[str]
    visibility: str
    metadata: dict[str, Any]
    ip_restriction: dict[str, Any] | None
    rate_limit_policy: dict[str, Any] | None
    created_at: datetime
    updated_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None = None
    revocation_reason: str | None = None
    revocation_description: str | None = None

    @property
    def is_revoked(self) -> bool:
        return self.revocation_reason is not None

    def has_expired(self, now: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now

    def status(self, now: datetime) -> str:
        if self.is_revoked:
            return "KEY_STATUS_REVOKED"
        return "KEY_STATUS_EXPIRED" if self.has_expired(now) else "KEY_STATUS_ACTIVE"


@dataclass(kw_only=True)
class KeyTable:
    """The keys of one kind, issued or imported, and the requests that made them."""

    keys: dict[str, Key] = field(default_factory=dict)
    requests: dict[str, Key] = field(default_factory=dict)
    _by_digest: dict[str, Key] = field(default_factory=dict)

    def find(self, credential: str) -> Key | None:
        """Return the key that has this credential."""
        return self._by_digest.get(digest_of(credential))

    def add(self, key: Key, request_id: str | None = None) -> None:
        self.keys[key.id] = key
        self._by_digest[key.digest] = key
        if request_id:
            self.requests[request_id] = key

    def remove(self, key: Key) -> None:
        del self.keys[key.id], self._by_digest[key.digest]
        self.requests = {request: other for request, other in self.requests.items() if other is not key}

    def clear(self) -> None:
        self.keys.clear()
        self.requests.clear()
        self._by_digest.clear()


@dataclass(kw_only=True)
class Store:
    issued: KeyTable = field(default_factory=KeyTable)
    imported: KeyTable = field(default_factory=KeyTable)

    def find(self, credential: str) -> Key | None:
        """Return the key, of either kind, that has this credential."""
        return self.issued.find(credential) or self.imported.find(credential)

    def clear(self) -> None:
        self.issued.clear()
        self.imported.clear()


def digest_of(credential: str) -> str:
    return hashlib.sha256(credential.encode("utf-8", "surrogatepass")).hexdigest()


def key_view(key: Key, now: datetime) -> dict[str, Any]:
    """Write a key as the API gives it; what is not set is left out."""
    view = {
        "key_id": key.id,
        "name": key.name,
        "actor_id": key.actor_id,
        "status": key.status(now),
        "visibility": key.visibility,
        "scopes": key.scopes,
        "metadata": key.metadata,
        "ip_restriction": key.ip_restriction,
        "rate_limit_policy": key.rate_limit_policy,
        "create_time": timestamp(key.created_at),
        "update_time": timestamp(key.updated_at),
        "expire_time": key.expires_at and timestamp(key.expires_at),
        "last_used_time": key.last_used_at and timestamp(key.last_used_at),
        "revocation_reason": key.revocation_reason,
        "revocation_description": key.revocation_description,
    }
    return {name: value for name, value in view.items() if value is not None}
