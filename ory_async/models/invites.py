"""Invitations to work on a project or in a workspace."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from .base import Model, OpenEnum, model, secret

if TYPE_CHECKING:
    from .project import MemberRole

__all__ = [
    "CreateInviteResponse",
    "CreateProjectMemberInviteBody",
    "CreateWorkspaceMemberInviteBody",
    "InviteTokenBody",
    "MemberInvite",
    "MemberInviteStatus",
]


class MemberInviteStatus(OpenEnum):
    """What became of an invitation; ``removed`` is that of a member who was removed later."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    REMOVED = "removed"


@model
class MemberInvite(Model):
    """An invitation, to a project or to a workspace."""

    id: str
    status: MemberInviteStatus
    project_id: str | None = None
    workspace_id: str | None = None
    role: MemberRole | None = None
    owner_id: str
    """Who invites."""
    owner_email: str
    invitee_id: str | None = None
    """Who is invited; None where they have no account yet."""
    invitee_email: str
    created_at: datetime
    updated_at: datetime


@model
class CreateProjectMemberInviteBody(Model):
    """Somebody to be invited to a project."""

    invitee_email: str
    role: MemberRole | str | None = None
    """``developer`` where it is not given; nobody can be invited as an owner."""


@model
class CreateWorkspaceMemberInviteBody(Model):
    """Somebody to be invited to a workspace."""

    invitee_email: str
    role: MemberRole | str


@model
class CreateInviteResponse(Model):
    """The invitation just made, and all others of the same project or workspace."""

    created_invite: MemberInvite
    all_invites: list[MemberInvite]


@model
class InviteTokenBody(Model):
    """Proof that an invitation arrived, to accept or decline it by."""

    invite_token: str = secret()
