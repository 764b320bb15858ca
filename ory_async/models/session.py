"""TODO"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from .base import Model, OpenEnum, model

if TYPE_CHECKING:
    from .identity import CredentialType, Identity

__all__ = [
    "AuthenticatorAssuranceLevel",
    "DeleteMySessionsCount",
    "ManageSessionsAction",
    "ManageSessionsBody",
    "ManageSessionsResponse",
    "Session",
    "SessionAuthenticationMethod",
    "SessionDevice",
]


@model
class Session(Model):
    """TODO A Session"""

    id: str
    active: bool | None = None
    authenticated_at: datetime | None = None
    authentication_methods: list[SessionAuthenticationMethod] | None = None
    authenticator_assurance_level: AuthenticatorAssuranceLevel | None = None
    devices: list[SessionDevice] | None = None
    expires_at: datetime | None = None
    identity: Identity | None = None
    issued_at: datetime | None = None
    tokenized: str | None = None


@model
class SessionAuthenticationMethod(Model):
    """TODO A singular authenticator used during authentication / login."""

    aal: AuthenticatorAssuranceLevel | None = None
    completed_at: datetime | None = None
    method: CredentialType | None = None
    organization: str | None = None
    provider: str | None = None
    upstream_acr: str | None = None
    upstream_amr: list[str] | None = None
    channel: str | None = None


@model
class SessionDevice(Model):
    """TODO Device corresponding to a Session"""

    id: str
    ip_address: str | None = None
    location: str | None = None
    user_agent: str | None = None


@model
class DeleteMySessionsCount(Model):
    """TODO Deleted Session Count"""

    count: int | None = None


class ManageSessionsAction(OpenEnum):
    """TODO"""

    DISABLE = "disable"
    DELETE = "delete"


@model
class ManageSessionsBody(Model):
    """TODO Body for the bulk session management endpoint. Exactly one of `identities` or `sessions` must be provided. To operate on every session in the network, pass `ide"""

    action: ManageSessionsAction | str
    identities: list[str] | None = None
    sessions: list[str] | None = None


@model
class ManageSessionsResponse(Model):
    """TODO Response body for the bulk session management endpoint. Reports how many rows the call processed and, for the wildcard variant, whether the network still has ma"""

    more: bool | None = None
    processed: int | None = None


class AuthenticatorAssuranceLevel(OpenEnum):
    """TODO"""

    AAL0 = "aal0"
    AAL1 = "aal1"
    AAL2 = "aal2"
    AAL3 = "aal3"
