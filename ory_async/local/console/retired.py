"""Operations that the API had before its version 1.21."""

from __future__ import annotations

from aiohttp import web

from ..answers import bad_request, json_answer, no_content, not_found
from .http import read_duration, read_fields, read_time
from .registry import Registry


class RetiredHandlers:
    """Handlers of the active project and of metrics."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._store = registry.store

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/console/active/project", self.get_active),
            web.put("/console/active/project", self.set_active),
            web.get("/projects/{project}/metrics", self.get_metrics),
        ]

    async def get_active(self, request: web.Request) -> web.Response:
        return json_answer({"project_id": self._store.active_project})

    async def set_active(self, request: web.Request) -> web.Response:
        id = (await read_fields(request, {"project_id": "string"}, required=("project_id",)))["project_id"].lower()
        if id not in self._store.projects:
            raise not_found("There is no such project.")
        self._store.active_project = id
        return no_content()

    async def get_metrics(self, request: web.Request) -> web.Response:
        """Answer no data, since events are not counted."""
        self._registry.project(request)
        for name in ("from", "to"):
            read_time(name, request.query.get(name, ""))
        if not request.query.get("event_type"):
            raise bad_request("The parameter event_type is required.")
        if read_duration(request.query.get("resolution", "")) is None:
            raise bad_request("The parameter resolution is no duration.")
        return json_answer({"data": []})
