from __future__ import annotations

from aiohttp import web

from ...answers import json_answer, not_found
from ...clock import timestamp
from ...ids import new_id
from ..http import public
from .base import Services

_ZERO_TIME = "0001-01-01T00:00:00Z"
_STUB_ERROR = {
    "code": 500,
    "status": "Internal Server Error",
    "reason": "This is a stub error.",
    "message": "An internal server error occurred, please contact the system administrator",
}


class FlowErrorHandlers:
    """The errors that browsers are sent to the error page with."""

    def __init__(self, services: Services) -> None:
        self._store = services.registry.store
        self._csrf = services.csrf

    def routes(self) -> list[web.AbstractRouteDef]:
        return [web.get("/self-service/errors", self._csrf.ensured(public(self.get_error)))]

    async def get_error(self, request: web.Request) -> web.StreamResponse:
        if "stub:500" in (request.query.get("error"), request.query.get("id")):
            stub = {"id": new_id(), "error": _STUB_ERROR, "created_at": _ZERO_TIME, "updated_at": _ZERO_TIME}
            return json_answer(stub)
        found = self._store.errors.get(request.query.get("id", "").lower())
        if found is None:
            raise not_found()
        created = timestamp(found.created_at)
        return json_answer({"id": found.id, "error": found.error, "created_at": created, "updated_at": created})
