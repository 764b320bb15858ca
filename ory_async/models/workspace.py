"""Workspaces: groups of projects with the same people and the same bill."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from .base import Model, OpenEnum, model, secret

if TYPE_CHECKING:
    from .project import ProjectMetadata

__all__ = [
    "CreateWorkspaceApiKeyBody",
    "CreateWorkspaceBody",
    "ListWorkspaceProjects",
    "ListWorkspaces",
    "PermissionsOnWorkspace",
    "UpdateWorkspaceBody",
    "Workspace",
    "WorkspaceAccessPolicy",
    "WorkspaceApiKey",
    "WorkspaceApiKeys",
]


class WorkspaceAccessPolicy(OpenEnum):
    """Which of the invited people may enter a workspace: those of its organization only, or all of them."""

    CHECK_ORGANIZATION_AND_WORKSPACE_MEMBERSHIP = "CHECK_ORGANIZATION_AND_WORKSPACE_MEMBERSHIP"
    CHECK_ACCESS_PERMISSION = "CHECK_ACCESS_PERMISSION"


@model
class Workspace(Model):
    """A group of projects, with the people who work on them and a subscription that pays for them."""

    id: str
    name: str
    access_policy: WorkspaceAccessPolicy | None = None
    organization_id: str | None = None
    """The organization by whose single sign-on its people log in to the Ory Console."""
    subscription_id: str | None = None
    subscription_plan: str | None = None
    created_at: datetime
    updated_at: datetime


@model
class CreateWorkspaceBody(Model):
    """A workspace to be made."""

    name: str


@model
class UpdateWorkspaceBody(Model):
    """What can be changed of a workspace."""

    name: str
    access_policy: WorkspaceAccessPolicy | str | None = None
    """Without meaning for a workspace that belongs to no organization: all invited people may enter it."""


@model
class ListWorkspaces(Model):
    """One page of workspaces."""

    workspaces: list[Workspace]
    has_next_page: bool
    next_page_token: str


@model
class ListWorkspaceProjects(Model):
    """The projects of a workspace."""

    projects: list[ProjectMetadata]
    has_next_page: bool
    """Whether there are more; the API has no documented way to ask for them."""
    next_page: str


@model
class WorkspaceApiKey(Model):
    """A key for the console operations on a workspace and its projects."""

    id: str
    name: str
    owner_id: str
    workspace_id: str | None = None
    value: str | None = secret(default=None)
    """The key itself, ``ory_wak_...``; only the call that makes it gives it."""
    last_characters: str | None = None
    """The end of the key, to tell it by; empty for keys from before servers kept it."""
    expires_at: datetime | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


WorkspaceApiKeys: TypeAlias = list[WorkspaceApiKey]


@model
class CreateWorkspaceApiKeyBody(Model):
    """An API key to be made."""

    name: str
    """Tells you later what the key is used for."""
    expires_at: datetime | None = None
    """None for a key that stays valid until it is deleted."""


@model
class PermissionsOnWorkspace(Model):
    """Whether somebody has each of some permissions on a workspace."""

    permissions: dict[str, bool] | None = None
