"""Keys that the server makes."""

from __future__ import annotations

import dataclasses

from aiohttp import web

from ..answers import json_answer
from ..console.http import read_fields
from ..ids import new_id, random_token
from .fields import NEW_KEY, SETTINGS, read_lifespan, read_settings
from .http import unfit
from .keys import KeyTableHandlers, new_key
from .registry import Registry
from .revocation import revoke
from .state import digest_of, key_view


class IssuedKeyHandlers(KeyTableHandlers):
    """Handlers below /v2alpha1/admin/issuedApiKeys."""

    path = "/v2alpha1/admin/issuedApiKeys"
    plural = "issued_api_keys"

    def __init__(self, registry: Registry) -> None:
        super().__init__(registry, registry.store.issued)

    def routes(self) -> list[web.RouteDef]:
        return [
            *super().routes(),
            web.post(self.path, self.issue),
            web.post(f"{self.path}/{{key}}:rotate", self.rotate),
        ]

    async def issue(self, request: web.Request) -> web.Response:
        given = await read_fields(request, NEW_KEY, required=("name", "actor_id"))
        settings = read_settings(given)
        lifespan = read_lifespan(given.get("ttl", ""), None)
        now = self._registry.clock.now()
        known = self._table.requests.get(given.get("request_id", ""))
        if known is not None:
            return json_answer({"issued_api_key": key_view(known, now)}, 201)
        secret = _new_secret(settings.get("visibility"))
        key = new_key(id=new_id(), credential=secret, given=given, settings=settings, lifespan=lifespan, now=now)
        self._table.add(key, given.get("request_id"))
        return json_answer({"issued_api_key": key_view(key, now), "secret": secret}, 201)

    async def rotate(self, request: web.Request) -> web.Response:
        settings = read_settings(await read_fields(request, SETTINGS))
        old, now = self._key(request), self._registry.clock.now()
        if old.status(now) != "KEY_STATUS_ACTIVE":
            raise unfit("cannot rotate a non-active key")
        secret = _new_secret(settings.get("visibility", old.visibility))
        new = dataclasses.replace(
            old,
            **settings,
            id=new_id(),
            digest=digest_of(secret),
            created_at=now,
            updated_at=now,
            last_used_at=None,
        )
        revoke(old, now, "REVOCATION_REASON_SUPERSEDED")
        self._table.add(new)
        answer = {"issued_api_key": key_view(new, now), "secret": secret, "old_issued_api_key": key_view(old, now)}
        return json_answer(answer, 201)


def _new_secret(visibility: str | None) -> str:
    prefix = "pk" if visibility == "KEY_VISIBILITY_PUBLIC" else "sk"
    return f"{prefix}_v1_{random_token(40)}"
