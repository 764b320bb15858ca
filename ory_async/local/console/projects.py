"""Projects and their configuration."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from ... import models
from ..answers import Problem, bad_request, json_answer, no_content, not_found
from ..ids import new_id, random_token
from ..keto.opl import parse
from .configuration import CHANGEABLE, initial_configuration, read_configuration
from .http import Kind, read_fields, read_json
from .jsonpatch import apply_patch
from .registry import Registry
from .state import OWNER, OWNER_ID, Project
from .workspaces import metadata_view

_FIELDS: Mapping[str, Kind] = {
    "name": "string",
    "environment": models.ProjectEnvironment,
    "home_region": models.Region,
    "workspace_id": "string",
}


class ProjectHandlers:
    """Handlers of /projects and /projects/{project}, of permission models and of members."""

    def __init__(self, registry: Registry, ui_url: str) -> None:
        self._registry = registry
        self._projects = registry.store.projects
        self._ui_url = ui_url

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/projects", self.list_projects),
            web.post("/projects", self.create),
            web.get("/projects/{project}", self.get),
            web.put("/projects/{project}", self.set),
            web.patch("/projects/{project}", self.patch),
            web.patch("/projects/{project}/revision/{revision}", self.patch_revision),
            web.delete("/projects/{project}", self.purge),
            web.post("/projects/{project}/opl/validate", self.validate_opl),
            web.get("/projects/{project}/members", self.list_members),
            web.delete("/projects/{project}/members/{member}", self.remove_member),
        ]

    async def list_projects(self, request: web.Request) -> web.Response:
        return json_answer([metadata_view(self._registry, each) for each in self._projects.values()])

    async def create(self, request: web.Request) -> web.Response:
        given = await read_fields(request, _FIELDS, required=("name", "environment"))
        workspace_id = given.get("workspace_id", "").lower() or None
        if workspace_id and workspace_id not in self._registry.store.workspaces:
            raise not_found("There is no such workspace.")
        project = new_project(
            name=given["name"],
            environment=given["environment"],
            home_region=given.get("home_region", "eu-central"),
            workspace_id=workspace_id,
            ui_url=self._ui_url,
            now=self._registry.now(),
        )
        self._projects[project.id] = project
        return json_answer(project.document, 201)

    async def get(self, request: web.Request) -> web.Response:
        return json_answer(self._registry.project(request).document)

    async def set(self, request: web.Request) -> web.Response:
        project = self._registry.project(request)
        given, warnings = read_configuration(await read_json(request), required=CHANGEABLE)
        services = {**project.document["services"], **given["services"]}
        return self._revise(project, {**project.document, **given, "services": services}, warnings)

    async def patch(self, request: web.Request) -> web.Response:
        return await self._patch(self._registry.project(request), request)

    async def patch_revision(self, request: web.Request) -> web.Response:
        project = self._registry.project(request)
        if request.match_info["revision"].lower() != project.document["revision_id"]:
            reason = "The project has been changed since this revision."
            raise Problem(409, "The resource could not be updated due to a conflict", reason=reason)
        return await self._patch(project, request)

    async def _patch(self, project: Project, request: web.Request) -> web.Response:
        patched = apply_patch(project.document, await read_json(request))
        for name in patched.keys() | project.document.keys():
            if name not in CHANGEABLE and patched.get(name) != project.document.get(name):
                raise bad_request(f"{name} of a project cannot be changed.")
        given, warnings = read_configuration(patched, required=("name", "services", "organizations"))
        fixed = {name: value for name, value in project.document.items() if name not in CHANGEABLE}
        return self._revise(project, {**fixed, **given}, warnings)

    def _revise(self, project: Project, document: dict[str, Any], warnings: list[dict[str, Any]]) -> web.Response:
        project.revise(document, self._registry.now())
        return json_answer({"project": project.document, "warnings": warnings})

    async def purge(self, request: web.Request) -> web.Response:
        self._registry.store.purge(self._registry.project(request))
        return no_content()

    async def validate_opl(self, request: web.Request) -> web.Response:
        self._registry.project(request)
        _, errors = parse((await request.read()).decode("utf-8", "replace"))
        return json_answer({"errors": [dataclasses.asdict(error) for error in errors]})

    async def list_members(self, request: web.Request) -> web.Response:
        return json_answer([*self._registry.project(request).members.values()])

    async def remove_member(self, request: web.Request) -> web.Response:
        members = self._registry.project(request).members
        if members.pop(request.match_info["member"].lower(), None) is None:
            raise not_found("The project has no such member.")
        return no_content()


def new_project(
    *,
    name: str,
    environment: str,
    home_region: str,
    workspace_id: str | None,
    ui_url: str,
    now: str,
    id: str | None = None,
    slug: str | None = None,
) -> Project:
    """Make a project; id and slug are random unless given."""
    document = {
        "id": id or new_id(),
        "revision_id": new_id(),
        "slug": slug or f"local-{random_token(10).lower()}",
        "state": "running",
        "environment": environment,
        "home_region": home_region,
        "workspace_id": workspace_id,
        **initial_configuration(name, ui_url),
    }
    owner: dict[str, Any] = {**OWNER, "source": "workspace" if workspace_id else "project"}
    return Project(document=document, created_at=now, updated_at=now, members={OWNER_ID: owner})
