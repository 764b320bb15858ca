"""What every part of the local console shares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import web

from ..answers import FORBIDDEN, UNAUTHORIZED, Problem, not_found
from ..clock import Clock, moment, timestamp
from .options import ConsoleOptions
from .state import ApiKey, Project, Store, Workspace


@dataclass(frozen=True, kw_only=True)
class Registry:
    clock: Clock
    base_url: Callable[[], str]
    options: ConsoleOptions
    store: Store = field(default_factory=Store)

    def now(self) -> str:
        return timestamp(self.clock.now())

    def project(self, request: web.Request) -> Project:
        """Return the project that the path names. Raises Problem (404)."""
        project = self.store.projects.get(request.match_info["project"].lower())
        if project is None:
            raise not_found("There is no such project.")
        return project

    def workspace(self, request: web.Request) -> Workspace:
        """Return the workspace that the path names. Raises Problem (403), as for one that the key has no access to."""
        workspace = self.store.workspaces.get(request.match_info["workspace"].lower())
        if workspace is None:
            raise Problem(403, FORBIDDEN, reason="There is no such workspace, or the API key has no access to it.")
        return workspace

    def authorize(self, request: web.Request) -> None:
        """Raise Problem (401) for a request without an API key that is good."""
        scheme, _, value = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not self._is_good(value.strip()):
            raise Problem(401, UNAUTHORIZED, reason="The request has no API key that is good for this.")

    def _is_good(self, value: str) -> bool:
        known = next((key for key in self.store.keys.values() if key.value == value), None)
        if known is not None:
            return not known.is_deleted and not self._has_expired(known)
        return not self.options.only_known_keys and value.startswith(("ory_wak_", "ory_pat_"))

    def _has_expired(self, key: ApiKey) -> bool:
        return key.expires_at is not None and moment(key.expires_at) <= self.clock.now()
