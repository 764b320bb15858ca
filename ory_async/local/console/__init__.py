"""The local console: workspaces, projects, and what belongs to them."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from ..answers import Problem
from ..clock import Clock
from ..faults import Handler
from ..ids import new_id
from .elements import ElementsHandlers
from .events import EventStreamHandlers
from .http import wrapped
from .keys import KeyHandlers
from .onboarding import OnboardingHandlers
from .options import ConsoleOptions
from .organizations import OrganizationHandlers
from .projects import ProjectHandlers, new_project
from .registry import Registry
from .retired import RetiredHandlers
from .state import PROJECT_ID, WORKSPACE_ID, ApiKey, KeySubject, Workspace
from .workspaces import WorkspaceHandlers

__all__ = ["Console", "ConsoleOptions"]


class Console:
    """A stateful console API in memory, with one workspace and one project from the start.

    `base_url` gives the URL of projects once it listens, and `ui_url` is where their pages stand. `workspace_api_key`
    and `project_api_key` are those of what is there from the start. `options` are the other settings.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        base_url: Callable[[], str],
        ui_url: str,
        workspace_api_key: str,
        project_api_key: str,
        options: ConsoleOptions | None = None,
    ) -> None:
        self._registry = Registry(clock=clock, base_url=base_url, options=options or ConsoleOptions())
        self._ui_url = ui_url
        self._workspace_api_key = workspace_api_key
        self._project_api_key = project_api_key
        self.reset()

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the routes of the console, which ask for an API key."""
        registry = self._registry
        groups = (
            ProjectHandlers(registry, self._ui_url),
            KeyHandlers(registry, "project"),
            OrganizationHandlers(registry),
            OnboardingHandlers(registry),
            EventStreamHandlers(registry),
            RetiredHandlers(registry),
            WorkspaceHandlers(registry),
            KeyHandlers(registry, "workspace"),
        )
        return wrapped([route for group in groups for route in group.routes()], self._guarded)

    def project_routes(self) -> list[web.AbstractRouteDef]:
        """Return the routes at a project's own URL, which ask for none."""
        return wrapped(ElementsHandlers(self._registry).routes(), _plain)

    def reset(self) -> None:
        """Forget everything but the workspace, the project and the two keys of the start."""
        store, now = self._registry.store, self._registry.now()
        store.clear()
        store.workspaces[WORKSPACE_ID] = Workspace(id=WORKSPACE_ID, name="Local", created_at=now, updated_at=now)
        store.projects[PROJECT_ID] = new_project(
            id=PROJECT_ID,
            slug="local",
            name="Local",
            environment="dev",
            home_region="eu-central",
            workspace_id=WORKSPACE_ID,
            ui_url=self._ui_url,
            now=now,
        )
        for key in (self._key("workspace", WORKSPACE_ID, now), self._key("project", PROJECT_ID, now)):
            store.keys[key.id] = key

    def _key(self, kind: KeySubject, subject_id: str, now: str) -> ApiKey:
        value = self._workspace_api_key if kind == "workspace" else self._project_api_key
        return ApiKey(
            id=new_id(), name="local", kind=kind, subject_id=subject_id, value=value, expires_at=None, created_at=now
        )

    def _guarded(self, handler: Handler) -> Handler:
        async def authorized(request: web.Request) -> web.StreamResponse:
            self._registry.authorize(request)
            return await handler(request)

        return _plain(authorized)


def _plain(handler: Handler) -> Handler:
    """Wrap a handler: problems become answers."""

    async def wrapper(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except Problem as problem:
            return problem.answer()

    return wrapper
