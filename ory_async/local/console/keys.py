"""API keys of workspaces and projects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from ..answers import json_answer, no_content, not_found
from ..ids import new_id, random_token
from .http import Kind, read_fields, read_time
from .registry import Registry
from .state import OWNER_ID, ApiKey, KeySubject

_PREFIXES = {"workspace": "ory_wak_", "project": "ory_pat_"}
_FIELDS: Mapping[str, Kind] = {"name": "string", "expires_at": "string"}
_TOLD = 4  # last characters of a key that are told after it was made


class KeyHandlers:
    """Handlers below /{kind}s/{kind}/tokens."""

    def __init__(self, registry: Registry, kind: KeySubject) -> None:
        self._registry = registry
        self._keys = registry.store.keys
        self._kind: KeySubject = kind

    def routes(self) -> list[web.RouteDef]:
        path = f"/{self._kind}s/{{{self._kind}}}/tokens"
        return [
            web.get(path, self.list_keys),
            web.post(path, self.create),
            web.delete(f"{path}/{{key}}", self.delete),
        ]

    async def list_keys(self, request: web.Request) -> web.Response:
        subject = self._subject_id(request)
        return json_answer([key_view(key) for key in self._keys.values() if self._is_of(key, subject)])

    async def create(self, request: web.Request) -> web.Response:
        subject = self._subject_id(request)
        given = await read_fields(request, _FIELDS, required=("name",))
        key = ApiKey(
            id=new_id(),
            name=given["name"],
            kind=self._kind,
            subject_id=subject,
            value=f"{_PREFIXES[self._kind]}{random_token()}",
            expires_at=read_time("expires_at", given["expires_at"]) if "expires_at" in given else None,
            created_at=self._registry.now(),
        )
        self._keys[key.id] = key
        return json_answer({**key_view(key), "value": key.value}, 201)

    async def delete(self, request: web.Request) -> web.Response:
        subject = self._subject_id(request)
        key = self._keys.get(request.match_info["key"].lower())
        if key is None or not self._is_of(key, subject):
            raise not_found("There is no such API key.")
        key.is_deleted = True
        return no_content()

    def _subject_id(self, request: web.Request) -> str:
        registry = self._registry
        return (registry.workspace(request) if self._kind == "workspace" else registry.project(request)).id

    def _is_of(self, key: ApiKey, subject_id: str) -> bool:
        return key.kind == self._kind and key.subject_id == subject_id and not key.is_deleted


def key_view(key: ApiKey) -> dict[str, Any]:
    """Write a key without its value."""
    return {
        "id": key.id,
        "name": key.name,
        "owner_id": OWNER_ID,
        f"{key.kind}_id": key.subject_id,
        "last_characters": key.value[-_TOLD:],
        "expires_at": key.expires_at,
        "created_at": key.created_at,
        "updated_at": key.created_at,
    }
