"""Sessions: who is logged in, since when, how, and from which devices."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from .base import Model, OpenEnum, model, secret

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
    "SessionAuthenticationMethods",
    "SessionDevice",
]


class AuthenticatorAssuranceLevel(OpenEnum):
    """How sure the server is of a person: one factor gives ``aal1``, two give ``aal2``, none gives ``aal0``."""

    AAL0 = "aal0"
    AAL1 = "aal1"
    AAL2 = "aal2"
    AAL3 = "aal3"


@model
class SessionAuthenticationMethod(Model):
    """One proof of who the person is, made for a session; logging in again adds another."""

    method: CredentialType | None = None
    aal: AuthenticatorAssuranceLevel | None = None
    """The level that this proof gave."""
    provider: str | None = None
    """The sign-in provider, for ``oidc`` and ``saml``."""
    organization: str | None = None
    """The organization that the person signed in to."""
    channel: str | None = None
    """The way a code went, such as ``email`` or ``sms``."""
    upstream_acr: str | None = None
    """The provider's word for how the person proved who they are: the ``acr`` claim of its ID token."""
    upstream_amr: list[str] | None = None
    """The methods used there: the ``amr`` claim of that token."""
    completed_at: datetime | None = None


SessionAuthenticationMethods: TypeAlias = list[SessionAuthenticationMethod]
"""The proofs of a session, in the order in which they were made."""


@model
class SessionDevice(Model):
    """A browser or an app that a session was used from."""

    id: str
    ip_address: str | None = None
    """The address of the client, often with its port; behind a proxy it is the one that the proxy tells."""
    user_agent: str | None = None
    """The User-Agent header; None when it came without one."""
    location: str | None = None
    """Where the address is thought to be; empty where the server does not know."""


@model
class Session(Model):
    """A person logged in.

    A session in an answer is not a proof of its own: `active` is False for those that have ended, and the level may be
    lower than you want.
    """

    id: str
    active: bool | None = None
    """Whether it was valid when the server answered."""
    identity: Identity | None = None
    """The person; None in lists and answers without ``expand``, and while a second factor is still to come."""
    authenticator_assurance_level: AuthenticatorAssuranceLevel | None = None
    """The highest level of all its proofs."""
    authentication_methods: list[SessionAuthenticationMethod] | None = None
    devices: list[SessionDevice] | None = None
    """Empty in answers without ``expand``."""
    tokenized: str | None = secret(default=None)
    """The session as a JWT; set only when `tokenize_as` asked for it."""
    expires_at: datetime | None = None
    issued_at: datetime | None = None
    authenticated_at: datetime | None = None
    """When the last proof was made, such as the second factor."""


@model
class DeleteMySessionsCount(Model):
    """How many sessions somebody ended, their present one not among them."""

    count: int | None = None
    """Some servers count sessions that had ended before."""


class ManageSessionsAction(OpenEnum):
    """What to do with many sessions: end them, or remove them from the records as well."""

    DISABLE = "disable"
    DELETE = "delete"


@model
class ManageSessionsBody(Model):
    """End or remove many sessions: those of some identities, or some by their ids. Give one of the two lists."""

    action: ManageSessionsAction | str
    identities: list[str] | None = None
    """The identities whose sessions are meant, up to 500; ``["*"]`` means all sessions of the server."""
    sessions: list[str] | None = None
    """The ids of the sessions, up to 500; ``*`` is not taken here."""


@model
class ManageSessionsResponse(Model):
    """What a call that manages many sessions has done."""

    processed: int | None = None
    """How many sessions were ended or removed; sessions that had ended before do not count as ended."""
    more: bool | None = None
    """Whether to call again: with ``["*"]`` one call does a limited number only."""
