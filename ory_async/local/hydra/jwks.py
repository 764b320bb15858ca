"""The admin API of JSON Web Keys."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from ..answers import json_answer, no_content
from .clients import encoded_twice
from .http import decoding, fields_of, plain, read_json
from .keys import generate_key, read_jwk, read_jwks
from .problems import HydraProblem, conflict, no_row, not_found
from .registry import Registry

_SET = "/admin/keys/{set}"
_KEY = "/admin/keys/{set}/{kid}"
_CREATED: dict[str, str | None] = {"alg": "string", "use": "string", "kid": "string"}


class KeyHandlers:
    """Handlers below /admin/keys. A set is stored newest first and exists while it has a key."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._store = registry.store
        self._sets = registry.store.key_sets

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post(_SET, plain(self.create)),
            web.get(_SET, plain(self.get_set)),
            web.put(_SET, plain(self.replace_set)),
            web.delete(_SET, plain(self.delete_set)),
            web.get(_KEY, plain(self.get)),
            web.put(_KEY, plain(self.set)),
            web.delete(_KEY, plain(self.delete)),
        ]

    async def create(self, request: web.Request) -> web.Response:
        name = request.match_info["set"]
        body = await read_json(request)
        with decoding():
            given = fields_of(body, _CREATED, "jwk.createJsonWebKeySetBody")
        try:
            key = await generate_key(given.get("alg") or "", use=given.get("use") or "sig", kid=given.get("kid") or "")
        except ValueError:
            raise HydraProblem(400, "Bad Request", "Unsupported key algorithm") from None
        keys = await self._registry.keys.key_set(name)
        if any(known.get("kid") == key["kid"] for known in keys):
            raise conflict()
        self._sets[name] = [key, *keys]
        return json_answer({"keys": [key]}, 201, {"Location": self._registry.url(f"/keys/{encoded_twice(name)}")})

    async def get_set(self, request: web.Request) -> web.Response:
        keys = await self._registry.keys.key_set(request.match_info["set"])
        if not keys:
            raise not_found()
        return json_answer({"keys": keys})

    async def replace_set(self, request: web.Request) -> web.Response:
        keys = read_body(await read_json(request))
        name = request.match_info["set"]
        self._store.remove_keys(name, None)
        self._sets[name] = [*reversed(keys or [])]
        return json_answer({"keys": keys})

    async def delete_set(self, request: web.Request) -> web.Response:
        self._store.remove_keys(request.match_info["set"], None)
        return no_content()

    async def get(self, request: web.Request) -> web.Response:
        for key in await self._registry.keys.key_set(request.match_info["set"]):
            if key.get("kid") == request.match_info["kid"]:
                return json_answer({"keys": [key]})
        raise no_row()

    async def set(self, request: web.Request) -> web.Response:
        """Add or replace a key by the `kid` in the body; the one in the path does not matter."""
        name = request.match_info["set"]
        body = await read_json(request)
        with decoding():
            key = read_jwk(body)
        await self._registry.keys.key_set(name)  # makes the server's own first
        self._store.remove_keys(name, key.get("kid", ""))
        self._sets[name] = [key, *self._sets.get(name, [])]
        return json_answer(key)

    async def delete(self, request: web.Request) -> web.Response:
        name = request.match_info["set"]
        await self._registry.keys.key_set(name)  # makes the server's own first
        self._store.remove_keys(name, request.match_info["kid"])
        return no_content()


def read_body(body: Any) -> list[dict[str, Any]] | None:
    """Read the key set of a request, None where it names no keys. Raises Problem (400, 409)."""
    with decoding():
        keys = read_jwks(body)
    kids = [key.get("kid") for key in keys or []]
    if len(set(kids)) < len(kids):
        raise conflict()
    return keys
