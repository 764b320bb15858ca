"""What the console knows: workspaces, projects and what belongs to them, and API keys."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from ..ids import new_id

WORKSPACE_ID = "0c5cf3a5-9c4c-4f0e-8d3c-5a1f6a0b7e01"
PROJECT_ID = "7f0a2f2e-54d1-4b8e-9a55-2d6a86d1c902"
OWNER_ID = "b3d9c1a4-6e2f-4f57-8a0b-91c4e7d25f03"

KeySubject: TypeAlias = Literal["workspace", "project"]
"""What an API key is for."""

OWNER = {
    "id": OWNER_ID,
    "name": "Owner",
    "email": "owner@example.com",
    "email_verified": True,
    "organization_id": None,
    "role": "owner",
}
"""The account that has made everything, as a member of a project without the source of its access."""


@dataclass(kw_only=True)
class Workspace:
    id: str
    name: str
    access_policy: str | None = None
    created_at: str
    updated_at: str


@dataclass(kw_only=True)
class Project:
    """A project; `document` is what the API gives, with the configuration of the services.

    `organizations` tells when each organization was made, the other mappings hold things by id as the API gives them.
    """

    document: dict[str, Any] = field(repr=False)
    created_at: str
    updated_at: str
    organizations: dict[str, str] = field(default_factory=dict)
    members: dict[str, dict[str, Any]]
    links: dict[str, dict[str, Any]] = field(default_factory=dict, repr=False)
    event_streams: dict[str, dict[str, Any]] = field(default_factory=dict, repr=False)

    @property
    def id(self) -> str:
        return str(self.document["id"])

    def revise(self, document: dict[str, Any], now: str) -> None:
        """Take another document for the present one, as a new revision; what belongs to lost organizations goes."""
        self.document = {**document, "revision_id": new_id()}
        self.updated_at = now
        ids = [organization["id"] for organization in document["organizations"]]
        self.organizations = {id: self.organizations.get(id, now) for id in ids}
        self.links = {id: link for id, link in self.links.items() if link["organization_id"] in ids}


@dataclass(kw_only=True)
class ApiKey:
    """An API key of a workspace or a project, whose id is `subject_id`. A deleted one is kept, to be refused."""

    id: str
    name: str
    kind: KeySubject
    subject_id: str
    value: str = field(repr=False)
    expires_at: str | None
    created_at: str
    is_deleted: bool = False


@dataclass(kw_only=True)
class Store:
    workspaces: dict[str, Workspace] = field(default_factory=dict)
    projects: dict[str, Project] = field(default_factory=dict)
    keys: dict[str, ApiKey] = field(default_factory=dict)
    active_project: str | None = None

    def clear(self) -> None:
        self.workspaces.clear()
        self.projects.clear()
        self.keys.clear()
        self.active_project = None

    def purge(self, project: Project) -> None:
        """Forget a project with all that belongs to it; its API keys are good no more."""
        del self.projects[project.id]
        for key in self.keys.values():
            if key.subject_id == project.id:
                key.is_deleted = True
        if self.active_project == project.id:
            self.active_project = None
