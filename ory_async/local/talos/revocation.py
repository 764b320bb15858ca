"""Revoking keys."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from ... import models
from ..answers import bad_request
from ..console.http import Kind, fields_of
from .state import Key

REVOCATION: Mapping[str, Kind] = {"reason": models.RevocationReason, "description": "string"}

_WITHDRAWN = "REVOCATION_REASON_PRIVILEGE_WITHDRAWN"
_KEPT = timedelta(days=30)  # how long a revoked key stays in the records at least


def read_reason(given: Mapping[str, Any], *, by_holder: bool = False) -> tuple[str, str | None]:
    """Return the reason and the description of a revocation. Raises Problem (400).

    The holder of a key cannot withdraw a privilege.
    """
    given = fields_of(given, REVOCATION)
    reason = given.get("reason", "REVOCATION_REASON_UNSPECIFIED")
    if reason == "REVOCATION_REASON_UNSPECIFIED":
        raise bad_request("reason is required")
    if by_holder and reason == _WITHDRAWN:
        raise bad_request("reason PRIVILEGE_WITHDRAWN is for administrators")
    if given.get("description") and reason != _WITHDRAWN:
        raise bad_request("description is only allowed when reason is PRIVILEGE_WITHDRAWN")
    return reason, given.get("description") or None


def revoke(key: Key, now: datetime, reason: str, description: str | None = None) -> None:
    """Revoke a key, for good."""
    key.revocation_reason, key.revocation_description = reason, description
    key.updated_at = now
    key.expires_at = max(key.expires_at or now, now + _KEPT)
