"""What Ory Elements ask of a project, from its configuration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from ..answers import json_answer, not_found
from .registry import Registry
from .state import PROJECT_ID

_PAGES = ("login", "registration", "recovery", "verification", "settings", "error")
_LOOKS = ("logo_light_url", "logo_dark_url", "contact_url", "privacy_policy_url", "terms_of_service_url")


class ElementsHandlers:
    """The handler of /elements/configuration, for the project that is there from the start."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/elements/configuration", self.get)]

    async def get(self, request: web.Request) -> web.Response:
        project = self._registry.store.projects.get(PROJECT_ID)
        if project is None:
            raise not_found("The project was deleted.")
        services = project.document["services"]
        identity, pages = (services.get(name, {}).get("config") for name in ("identity", "account_experience"))
        flows = _at(identity, "selfservice", "flows")
        return json_answer(
            {
                "name": project.document["name"],
                "default_redirect_url": _text(_at(identity, "selfservice", "default_browser_return_url")) or "",
                **{f"{page}_ui_url": _text(_at(flows, page, "ui_url")) or "" for page in _PAGES},
                **{
                    f"{page}_enabled": _at(flows, page, "enabled") is True
                    for page in ("registration", "recovery", "verification")
                },
                "hide_registration_link": _at(pages, "hide_registration_link") is True,
                "hide_ory_branding": _at(pages, "hide_ory_branding") is True,
                **{name: url for name in _LOOKS if (url := _text(_at(pages, name)))},
            }
        )


def _at(config: Any, *path: str) -> Any:
    """Return what stands at a place in a configuration, which may hold anything; None when nothing does."""
    for part in path:
        config = config.get(part) if isinstance(config, Mapping) else None
    return config


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
