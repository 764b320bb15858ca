"""Organizations of a project, one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from aiohttp import web

from ... import models
from ..answers import Problem, bad_request, json_answer, no_content, not_found
from ..bodies import checked_uuid
from ..ids import new_id
from .http import Kind, fields_of, page_of, read_duration, read_json, require_choice, require_texts
from .registry import Registry
from .state import Project

_ALL = "/projects/{project}/organizations"
_ONE = "/projects/{project}/organizations/{organization}"
_FIELDS: Mapping[str, Kind] = {
    "id": "string",
    "label": "string",
    "domains": "array",
    "default_region": "string",
    "session_lifespan": "string",
}
_SHORTEST, _LONGEST = timedelta(minutes=1), timedelta(hours=8760)


class OrganizationHandlers:
    """Handlers below /projects/{project}/organizations."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get(_ALL, self.list_organizations),
            web.post(_ALL, self.create),
            web.get(_ONE, self.get),
            web.put(_ONE, self.update),
            web.delete(_ONE, self.delete),
        ]

    async def list_organizations(self, request: web.Request) -> web.Response:
        project = self._registry.project(request)
        domain = request.query.get("domain")
        found = [each for each in project.document["organizations"] if not domain or domain in each["domains"]]
        page, token = page_of(request, found, key=lambda each: str(each["id"]), default=250)
        views = [_view(project, each) for each in page]
        return json_answer({"organizations": views, "has_next_page": bool(token), "next_page_token": token})

    async def create(self, request: web.Request) -> web.Response:
        project = self._registry.project(request)
        new = read_organization(_without_id(await read_json(request)))
        self._store(project, [*project.document["organizations"], new])
        return json_answer(_view(project, new), 201)

    async def get(self, request: web.Request) -> web.Response:
        project = self._registry.project(request)
        return json_answer({"organization": _view(project, organization_of(project, request))})

    async def update(self, request: web.Request) -> web.Response:
        project = self._registry.project(request)
        old = organization_of(project, request)
        new = read_organization(_without_id(await read_json(request)), old)
        self._store(project, [new if each is old else each for each in project.document["organizations"]])
        return json_answer(_view(project, new))

    async def delete(self, request: web.Request) -> web.Response:
        project = self._registry.project(request)
        old = organization_of(project, request)
        self._store(project, [each for each in project.document["organizations"] if each is not old])
        return no_content()

    def _store(self, project: Project, organizations: list[dict[str, Any]]) -> None:
        require_distinct(organizations)
        project.revise({**project.document, "organizations": organizations}, self._registry.now())


def organization_of(project: Project, request: web.Request) -> dict[str, Any]:
    """Return the organization that the path names, as it stands in the project. Raises Problem (404)."""
    id = request.match_info["organization"].lower()
    for each in project.document["organizations"]:
        if each["id"] == id:
            found: dict[str, Any] = each
            return found
    raise not_found("There is no such organization.")


def read_organization(body: Any, before: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Read an organization as it stands in a project; what is not given is as `before`. Raises Problem (400)."""
    given = {**(before or {"id": new_id(), "domains": []}), **fields_of(body, _FIELDS)}
    given["id"] = checked_uuid(given["id"])
    if not given.get("label"):
        raise bad_request("An organization needs a label.")
    require_texts("domains", given["domains"])
    if region := given.get("default_region"):
        require_choice("default_region", region, models.Region)
    if lifespan := given.get("session_lifespan"):
        duration = read_duration(lifespan)
        if duration is None or not _SHORTEST <= duration <= _LONGEST:
            raise bad_request("The session lifespan of an organization is a duration from 1m to 8760h.")
    return {name: given[name] for name in _FIELDS if name == "domains" or given.get(name)}


def require_distinct(organizations: Sequence[Mapping[str, Any]]) -> None:
    """Raise Problem (409) when organizations share an id or a domain."""
    ids = [each["id"] for each in organizations]
    domains = [domain.lower() for each in organizations for domain in set(each["domains"])]
    if len({*ids}) < len(ids) or len({*domains}) < len(domains):
        message = "The resource could not be created due to a conflict"
        raise Problem(409, message, reason="Another organization of the project has this id or domain.")


def _without_id(body: Any) -> Any:
    return {name: value for name, value in body.items() if name != "id"} if isinstance(body, dict) else body


def _view(project: Project, organization: Mapping[str, Any]) -> dict[str, Any]:
    return {**organization, "created_at": project.organizations[organization["id"]]}
