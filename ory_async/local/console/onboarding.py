"""Links to the onboarding portal. Locally they lead nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from aiohttp import web

from ..answers import bad_request, json_answer, no_content, not_found
from ..clock import timestamp
from ..ids import new_id, random_token
from .http import Kind, fields_of, read_json, read_time
from .organizations import organization_of
from .registry import Registry
from .state import Project

_ALL = "/projects/{project}/organizations/{organization}/onboarding-portal-links"
_ONE = f"{_ALL}/{{link}}"
_LIFESPAN = timedelta(days=7)

_CHANGEABLE: Mapping[str, Kind] = {"enable_sso": "bool", "enable_scim": "bool", "expires_at": "string"}
_PROVIDERS = (
    *("apple", "auth0", "facebook", "generic_oidc", "github", "gitlab", "google"),
    *("microsoft", "netid", "saml", "scim"),
)
_FIELDS: Mapping[str, Kind] = {
    **_CHANGEABLE,
    "custom_hostname_id": "string",
    **dict.fromkeys([f"{provider}_mapper_url" for provider in _PROVIDERS], "string"),
    "proxy_acs_url": "string",
    "proxy_oidc_redirect_url": "string",
    "proxy_saml_audience_override": "string",
    "proxy_scim_server_url": "string",
}


class OnboardingHandlers:
    """Handlers below /projects/{project}/organizations/{organization}/onboarding-portal-links."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get(_ALL, self.list_links),
            web.post(_ALL, self.create),
            web.post(_ONE, self.update),
            web.delete(_ONE, self.delete),
        ]

    async def list_links(self, request: web.Request) -> web.Response:
        project = self._registry.project(request)
        organization = organization_of(project, request)
        links = [link for link in project.links.values() if link["organization_id"] == organization["id"]]
        return json_answer({"links": links})

    async def create(self, request: web.Request) -> web.Response:
        project = self._registry.project(request)
        organization = organization_of(project, request)
        given = _read(await read_json(request), _FIELDS)
        link = {
            "id": new_id(),
            "project_id": project.id,
            "organization_id": organization["id"],
            "value": f"{self._registry.base_url()}/onboarding?token={random_token()}",
            "created_at": self._registry.now(),
            "expires_at": timestamp(self._registry.clock.now() + _LIFESPAN),
            **given,
        }
        project.links[link["id"]] = link
        return json_answer(link, 201)

    async def update(self, request: web.Request) -> web.Response:
        _, link = self._link(request)
        link.update(_read(await read_json(request), _CHANGEABLE))
        return json_answer(link)

    async def delete(self, request: web.Request) -> web.Response:
        project, link = self._link(request)
        del project.links[link["id"]]
        return no_content()

    def _link(self, request: web.Request) -> tuple[Project, dict[str, Any]]:
        project = self._registry.project(request)
        organization = organization_of(project, request)
        link = project.links.get(request.match_info["link"].lower())
        if link is None or link["organization_id"] != organization["id"]:
            raise not_found("There is no such link.")
        return project, link


def _read(body: Any, kinds: Mapping[str, Kind]) -> dict[str, Any]:
    given = fields_of(body, kinds)
    if not {"enable_sso", "enable_scim"} <= given.keys():
        raise bad_request("A link needs enable_sso and enable_scim.")
    if "expires_at" in given:
        given["expires_at"] = read_time("expires_at", given["expires_at"])
    return given
