"""Workspaces, and projects as lists show them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from ... import models
from ..answers import json_answer
from ..ids import new_id
from .http import Kind, page_of, read_fields
from .registry import Registry
from .state import Project, Workspace

_FIELDS: Mapping[str, Kind] = {"name": "string", "access_policy": models.WorkspaceAccessPolicy}
_COPIED = ("id", "name", "slug", "state", "environment", "home_region", "workspace_id")


class WorkspaceHandlers:
    """Handlers below /workspaces, but those of API keys."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._workspaces = registry.store.workspaces

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/workspaces", self.list_workspaces),
            web.post("/workspaces", self.create),
            web.get("/workspaces/{workspace}", self.get),
            web.put("/workspaces/{workspace}", self.update),
            web.get("/workspaces/{workspace}/projects", self.list_projects),
        ]

    async def list_workspaces(self, request: web.Request) -> web.Response:
        page, token = page_of(request, self._workspaces.values(), key=lambda each: each.id, default=250)
        views = [workspace_view(each) for each in page]
        return json_answer({"workspaces": views, "has_next_page": bool(token), "next_page_token": token})

    async def create(self, request: web.Request) -> web.Response:
        given = await read_fields(request, {"name": "string"}, required=("name",))
        now = self._registry.now()
        workspace = Workspace(id=new_id(), name=given["name"], created_at=now, updated_at=now)
        self._workspaces[workspace.id] = workspace
        return json_answer(workspace_view(workspace), 201)

    async def get(self, request: web.Request) -> web.Response:
        return json_answer(workspace_view(self._registry.workspace(request)))

    async def update(self, request: web.Request) -> web.Response:
        workspace = self._registry.workspace(request)
        given = await read_fields(request, _FIELDS, required=("name",))
        workspace.name = given["name"]
        workspace.access_policy = given.get("access_policy", workspace.access_policy)
        workspace.updated_at = self._registry.now()
        return json_answer(workspace_view(workspace))

    async def list_projects(self, request: web.Request) -> web.Response:
        workspace = self._registry.workspace(request)
        projects = self._registry.store.projects.values()
        inside = [each for each in projects if each.document["workspace_id"] == workspace.id]
        views = [metadata_view(self._registry, each) for each in inside]
        return json_answer({"projects": views, "has_next_page": False, "next_page": ""})


def workspace_view(workspace: Workspace) -> dict[str, Any]:
    return {
        "id": workspace.id,
        "name": workspace.name,
        "access_policy": workspace.access_policy or models.WorkspaceAccessPolicy.CHECK_ACCESS_PERMISSION.value,
        "organization_id": None,
        "subscription_id": None,
        "subscription_plan": None,
        "created_at": workspace.created_at,
        "updated_at": workspace.updated_at,
    }


def metadata_view(registry: Registry, project: Project) -> dict[str, Any]:
    """Write a project as lists show it, without its configuration."""
    workspace = registry.store.workspaces.get(project.document["workspace_id"] or "")
    return {
        **{name: project.document[name] for name in _COPIED},
        **({"workspace": workspace_view(workspace)} if workspace else {}),
        "hosts": [urlsplit(registry.base_url()).netloc],
        "subscription_id": None,
        "subscription_plan": None,
        "created_at": project.created_at,
        "updated_at": project.updated_at,
    }
