"""Projects of the Ory Network, their API keys, and the people who work on them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from .base import Json, Model, OpenEnum, model, secret

if TYPE_CHECKING:
    from .identity import Region
    from .organization import BasicOrganization
    from .workspace import Workspace

__all__ = [
    "ActiveProjectInConsole",
    "CORS",
    "CloudAccount",
    "CreateProjectApiKeyBody",
    "CreateProjectApiKeyRequest",
    "CreateProjectBody",
    "MemberRole",
    "OplParseError",
    "OplSourcePosition",
    "OplValidateResult",
    "PermissionsOnProject",
    "Project",
    "ProjectApiKey",
    "ProjectApiKeys",
    "ProjectCors",
    "ProjectEnvironment",
    "ProjectHost",
    "ProjectMember",
    "ProjectMemberSource",
    "ProjectMembers",
    "ProjectMetadata",
    "ProjectMetadataList",
    "ProjectServiceAccountExperience",
    "ProjectServiceIdentity",
    "ProjectServiceOAuth2",
    "ProjectServicePermission",
    "ProjectServiceTalos",
    "ProjectServices",
    "ProjectState",
    "SetActiveProjectInConsoleBody",
    "SetProject",
    "SuccessfulProjectUpdate",
    "UpdateProject",
    "Warning",
]


class ProjectEnvironment(OpenEnum):
    """What a project is for; its limits and features depend on that."""

    PROD = "prod"
    STAGE = "stage"
    DEV = "dev"


class ProjectState(OpenEnum):
    """Whether a project serves requests."""

    RUNNING = "running"
    HALTED = "halted"
    DELETED = "deleted"


@model
class ProjectServiceIdentity(Model):
    """The configuration of Ory Identities (Kratos), as its configuration file has it."""

    config: Json = secret()
    """Hidden in a repr, as in the other services: it holds the keys of cookies, SMTP passwords and client secrets."""


@model
class ProjectServiceOAuth2(Model):
    """The configuration of Ory OAuth2 (Hydra), as its configuration file has it."""

    config: Json = secret()


@model
class ProjectServicePermission(Model):
    """The configuration of Ory Permissions (Keto), as its configuration file has it."""

    config: Json = secret()


@model
class ProjectServiceAccountExperience(Model):
    """The configuration of the Account Experience: the pages that people log in on."""

    config: Json = secret()


@model
class ProjectServiceTalos(Model):
    """The configuration of Ory Talos, which issues and checks API keys."""

    config: Json = secret()


@model
class ProjectServices(Model):
    """The configuration of a project, service by service."""

    identity: ProjectServiceIdentity | None = None
    oauth2: ProjectServiceOAuth2 | None = None
    permission: ProjectServicePermission | None = None
    account_experience: ProjectServiceAccountExperience | None = None
    talos: ProjectServiceTalos | None = None


@model
class ProjectCors(Model):
    """Which web pages may call an API from a browser."""

    enabled: bool | None = None
    origins: list[str] | None = None
    """Origins such as ``https://app.example``; ``https://*.app.example`` allows all subdomains, ``*`` all origins."""


CORS: TypeAlias = ProjectCors
"""What older versions of the API called it."""


@model
class Project(Model):
    """A project, with its configuration."""

    id: str
    name: str
    slug: str
    """The part of its own in the project's host name, ``<slug>.projects.oryapis.com``."""
    state: ProjectState
    environment: ProjectEnvironment
    home_region: Region
    """Where its data are kept."""
    revision_id: str
    """Names this state of the configuration; each update makes a new one. See `patch_project_with_revision`."""
    services: ProjectServices
    organizations: list[BasicOrganization]
    cors_public: ProjectCors | None = None
    cors_admin: ProjectCors | None = None
    workspace_id: str | None = None


@model
class ProjectMetadata(Model):
    """A project in a list, without its configuration."""

    id: str
    name: str
    slug: str
    state: ProjectState
    environment: ProjectEnvironment
    home_region: Region
    hosts: list[str]
    """The host names that it answers on, custom domains among them."""
    workspace_id: str | None = None
    workspace: Workspace | None = None
    subscription_id: str | None = None
    subscription_plan: str | None = None
    created_at: datetime
    updated_at: datetime


ProjectMetadataList: TypeAlias = list[ProjectMetadata]


@model
class ProjectHost(Model):
    """A host name that a project answers on."""

    id: str
    host: str
    project_id: str


@model
class CreateProjectBody(Model):
    """A project to be made."""

    name: str
    environment: ProjectEnvironment | str
    home_region: Region | str | None = None
    """Where its data will be kept, for good."""
    workspace_id: str | None = None
    """The workspace that it will belong to, and be paid by."""


@model
class SetProject(Model):
    """The whole of a project's configuration, which takes the place of the one before."""

    name: str
    services: ProjectServices
    cors_public: ProjectCors
    cors_admin: ProjectCors
    organizations: list[BasicOrganization]


@model
class UpdateProject(Model):
    """The body of an update in the first versions of the API; today's is `SetProject`."""

    name: str
    services: ProjectServices


@model
class Warning(Model):
    """A part of the configuration that was passed over, such as a port, which the Ory Network decides itself."""

    code: int | None = None
    message: str | None = None


@model
class SuccessfulProjectUpdate(Model):
    """The project after an update, and what of the update had no effect."""

    project: Project
    warnings: list[Warning]


# API keys


@model
class ProjectApiKey(Model):
    """A key for the APIs of one project."""

    id: str
    name: str
    owner_id: str
    project_id: str | None = None
    value: str | None = secret(default=None)
    """The key itself, ``ory_pat_...``; only the call that makes it gives it."""
    last_characters: str | None = None
    """The end of the key, to tell it by; empty for keys from before servers kept it."""
    expires_at: datetime | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


ProjectApiKeys: TypeAlias = list[ProjectApiKey]


@model
class CreateProjectApiKeyBody(Model):
    """An API key to be made."""

    name: str
    """Tells you later what the key is used for."""
    expires_at: datetime | None = None
    """None for a key that stays valid until it is deleted."""


CreateProjectApiKeyRequest: TypeAlias = CreateProjectApiKeyBody
"""What older versions of the API called it."""


# people


class MemberRole(OpenEnum):
    """What somebody may do: all, read and write, or read only."""

    OWNER = "owner"
    DEVELOPER = "developer"
    VIEWER = "viewer"


class ProjectMemberSource(OpenEnum):
    """Why somebody has access to a project: by being invited to it, or to its workspace."""

    PROJECT = "project"
    WORKSPACE = "workspace"


@model
class CloudAccount(Model):
    """Somebody who works with the Ory Console."""

    id: str
    email: str
    email_verified: bool
    name: str
    organization_id: str | None = None
    break_glass: bool | None = None
    """Whether they can recover the account by themselves, though their organization's single sign-on is required."""


@model
class ProjectMember(CloudAccount):
    """Somebody who may work on a project."""

    role: MemberRole
    source: ProjectMemberSource | None = None


ProjectMembers: TypeAlias = list[ProjectMember]

PermissionsOnProject: TypeAlias = dict[str, bool]
"""Whether somebody has each of some permissions on a project."""


@model
class ActiveProjectInConsole(Model):
    """The project that somebody last chose in the Ory Console; gone from today's API."""

    project_id: str | None = None


@model
class SetActiveProjectInConsoleBody(Model):
    """The project to be shown in the Ory Console; gone from today's API."""

    project_id: str


# permission models


@model
class OplSourcePosition(Model):
    """A place in the source of a permission model."""

    line: int | None = None
    column: int | None = None


@model
class OplParseError(Model):
    """Something that is wrong in a permission model, and where."""

    message: str | None = None
    start: OplSourcePosition | None = None
    end: OplSourcePosition | None = None


@model
class OplValidateResult(Model):
    """What a project thinks of a permission model."""

    errors: list[OplParseError] | None = None
    """None, or empty, when nothing is wrong."""
