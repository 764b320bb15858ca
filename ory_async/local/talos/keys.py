"""What can be done with issued and imported keys alike."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar

from aiohttp import web

from ..answers import Problem, json_answer, no_content, not_found
from ..console.http import page_of, read_json
from .fields import read_update
from .filters import read_filter
from .registry import Registry
from .revocation import read_reason, revoke
from .state import Key, KeyTable, digest_of, key_view

_PAGE_SIZE = 50


class KeyTableHandlers:
    """Handlers of one kind of keys below `path`, which a list holds as `plural`."""

    path: ClassVar[str]
    plural: ClassVar[str]

    def __init__(self, registry: Registry, table: KeyTable) -> None:
        self._registry = registry
        self._table = table

    def routes(self) -> list[web.RouteDef]:
        one = f"{self.path}/{{key}}"
        return [
            web.get(self.path, self.list_keys),
            web.get(one, self.get),
            web.patch(one, self.update),
            web.post(f"{one}:revoke", self.revoke),
        ]

    async def list_keys(self, request: web.Request) -> web.Response:
        now = self._registry.clock.now()
        is_wanted = read_filter(request.query.get("filter", ""), now)
        wanted = filter(is_wanted, self._table.keys.values())
        page, token = page_of(request, wanted, key=lambda key: key.id, default=_PAGE_SIZE)
        return json_answer({self.plural: [key_view(key, now) for key in page], "next_page_token": token})

    async def get(self, request: web.Request) -> web.Response:
        return json_answer(key_view(self._key(request), self._registry.clock.now()))

    async def update(self, request: web.Request) -> web.Response:
        changes = read_update(await read_json(request), request.query.get("update_mask", ""))
        key, now = self._key(request), self._registry.clock.now()
        for name, value in changes.items():
            setattr(key, name, value)
        key.updated_at = now
        return json_answer(key_view(key, now))

    async def revoke(self, request: web.Request) -> web.Response:
        reason, description = read_reason(await read_json(request))
        key = self._key(request)
        if key.is_revoked:
            raise Problem(409, "key is already revoked")
        revoke(key, self._registry.clock.now(), reason, description)
        return no_content()

    def _key(self, request: web.Request) -> Key:
        key = self._table.keys.get(request.match_info["key"])
        if key is None:
            raise not_found("API key not found")
        return key


def new_key(
    *,
    id: str,
    credential: str,
    given: Mapping[str, Any],
    settings: Mapping[str, Any],
    lifespan: timedelta | None,
    now: datetime,
) -> Key:
    """Make a key of a request, whose settings and lifespan have been read."""
    return Key(
        id=id,
        digest=digest_of(credential),
        name=given["name"],
        actor_id=given["actor_id"],
        scopes=settings.get("scopes", []),
        visibility=settings.get("visibility", "KEY_VISIBILITY_SECRET"),
        metadata=settings.get("metadata", {}),
        ip_restriction=settings.get("ip_restriction"),
        rate_limit_policy=settings.get("rate_limit_policy"),
        created_at=now,
        updated_at=now,
        expires_at=now + lifespan if lifespan else None,
    )
