"""Keys that were made elsewhere."""

from __future__ import annotations

from collections import Counter
from typing import Any

from aiohttp import web

from ..answers import Problem, bad_request, json_answer, no_content
from ..console.http import fields_of, read_fields, read_json
from .fields import NEW_KEY, read_lifespan, read_settings
from .http import FAILED_PRECONDITION, unfit
from .keys import KeyTableHandlers, new_key
from .registry import Registry
from .state import Key, digest_of, key_view

_ERROR = "BATCH_CREATE_IMPORTED_API_KEYS_ERROR_"
_LARGEST_BATCH = 1000


class ImportedKeyHandlers(KeyTableHandlers):
    """Handlers below /v2alpha1/admin/importedApiKeys. The id of a key is a hash of it."""

    path = "/v2alpha1/admin/importedApiKeys"
    plural = "imported_api_keys"

    def __init__(self, registry: Registry) -> None:
        super().__init__(registry, registry.store.imported)

    def routes(self) -> list[web.RouteDef]:
        return [
            *super().routes(),
            web.post(self.path, self.import_key),
            web.post(f"{self.path}:batchCreate", self.import_batch),
            web.delete(f"{self.path}/{{key}}", self.delete),
        ]

    async def import_key(self, request: web.Request) -> web.Response:
        body = await read_json(request)
        request_id = fields_of(body, NEW_KEY).get("request_id", "")
        key = self._table.requests.get(request_id) or self._add(body, request_id)
        return json_answer(key_view(key, self._registry.clock.now()), 201)

    async def import_batch(self, request: web.Request) -> web.Response:
        bodies = (await read_fields(request, {"requests": "array"})).get("requests", [])
        if not 1 <= len(bodies) <= _LARGEST_BATCH:
            raise bad_request(f"requests has to hold 1 to {_LARGEST_BATCH} keys")
        problems: list[Problem] = []
        results = [self._result(index, body, problems) for index, body in enumerate(bodies)]
        if len(problems) == len(bodies):
            [(most, _)] = Counter(_error_code(problem) for problem in problems).most_common(1)
            raise next(problem for problem in problems if _error_code(problem) == most)
        counts = {"success_count": len(bodies) - len(problems), "failure_count": len(problems)}
        return json_answer({"results": results, **counts})

    def _result(self, index: int, body: Any, problems: list[Problem]) -> dict[str, Any]:
        """Import one key of a batch; a problem becomes its result, and is noted."""
        try:
            return {"index": index, "imported_api_key": key_view(self._add(body), self._registry.clock.now())}
        except Problem as problem:
            problems.append(problem)
            return {"index": index, "error_code": _error_code(problem), "error_message": problem.reason}

    def _add(self, body: Any, request_id: str = "") -> Key:
        given = fields_of(body, {**NEW_KEY, "raw_key": "string"}, required=("raw_key", "name", "actor_id"))
        raw = given["raw_key"]
        settings, lifespan = read_settings(given), read_lifespan(given.get("ttl", ""), None)
        if self._registry.tokens.is_token(raw):
            raise unfit("cannot import key: it looks like a derived token")
        if raw.startswith(("sk_v1_", "pk_v1_")):
            raise Problem(409, "Conflict", reason="cannot import key: it looks like an issued key")
        if self._table.find(raw) is not None:
            raise Problem(409, "Conflict", reason="the key is imported already")
        now = self._registry.clock.now()
        id = digest_of(raw)
        key = new_key(id=id, credential=raw, given=given, settings=settings, lifespan=lifespan, now=now)
        self._table.add(key, request_id)
        return key

    async def delete(self, request: web.Request) -> web.Response:
        self._table.remove(self._key(request))
        return no_content()


def _error_code(problem: Problem) -> str:
    if problem.status == 409:
        return f"{_ERROR}ALREADY_EXISTS"
    return f"{_ERROR}{'FAILED_PRECONDITION' if problem.code == FAILED_PRECONDITION else 'INVALID_ARGUMENT'}"
