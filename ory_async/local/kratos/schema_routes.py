"""The public API of identity schemas."""

from __future__ import annotations

from aiohttp import web

from ..answers import json_answer, not_found
from .cookies import Csrf
from .http import public
from .paging import page_headers, page_of, slice_of
from .registry import Registry


class SchemaHandlers:
    """Handlers below /schemas."""

    def __init__(self, registry: Registry, csrf: Csrf) -> None:
        self._schemas = registry.schemas
        self._csrf = csrf

    def routes(self) -> list[web.AbstractRouteDef]:
        return [
            web.get("/schemas", self._csrf.ensured(public(self.list_schemas))),
            web.get("/schemas/{id:.+}", public(self.get_schema)),
        ]

    async def list_schemas(self, request: web.Request) -> web.Response:
        page, size = page_of(request)
        found = slice_of(self._schemas.all, page, size)
        headers = page_headers(request, page=page, size=size, total=len(self._schemas.all))
        return json_answer([{"id": schema.id, "schema": schema.document} for schema in found], headers=headers)

    async def get_schema(self, request: web.Request) -> web.Response:
        id = request.match_info["id"]
        schema = self._schemas.get_by_path(id)
        if schema is None:
            raise not_found(f"Identity schema `{id}` could not be found.")
        return json_answer(schema.document)
