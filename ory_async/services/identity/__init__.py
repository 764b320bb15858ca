"""Identities: the people (and machines) that Ory knows, as an administrator sees them."""

from __future__ import annotations

from .identities import IdentityOperations
from .recovery import RecoveryOperations
from .schemas import SchemaOperations
from .sessions import SessionOperations

__all__ = ["AsyncIdentityService"]


class AsyncIdentityService(IdentityOperations, SessionOperations, RecoveryOperations, SchemaOperations):
    """Manage identities, their credentials and their sessions, help them to recover their accounts, read their schemas.

    All of this is for administrators, but the schemas, which are public. What people do for themselves is in
    `frontend`.
    """

    tag = "identity"
    product = "kratos"
