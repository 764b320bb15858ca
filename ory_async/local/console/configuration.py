"""The configuration of a project: what a new one has, and what an update may say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..answers import bad_request
from .http import Kind, fields_of, require_texts
from .organizations import read_organization, require_distinct

SERVICES = ("identity", "oauth2", "permission", "account_experience", "talos")

CHANGEABLE: Mapping[str, Kind] = {
    "name": "string",
    "services": "object",
    "cors_public": "object",
    "cors_admin": "object",
    "organizations": "array",
}
"""The parts of a project that an update can change."""

_CORS: Mapping[str, Kind] = {"enabled": "bool", "origins": "array"}
_OPERATIONAL = ("dsn", "log", "serve", "tracing")
"""The parts of a service's configuration that the Ory Network decides itself."""

_PAGES = ("login", "registration", "recovery", "verification", "settings", "error")


def initial_configuration(name: str, ui_url: str) -> dict[str, Any]:
    """Make the changeable parts of a new project; `ui_url` is where the pages of the flows stand."""
    flows: dict[str, dict[str, Any]] = {page: {"ui_url": f"{ui_url.rstrip('/')}/{page}"} for page in _PAGES}
    for page in ("registration", "recovery", "verification"):
        flows[page]["enabled"] = True
    configs: dict[str, Any] = {
        "identity": {
            "selfservice": {"default_browser_return_url": ui_url, "flows": flows},
            "session": {"lifespan": "24h0m0s"},
        },
        "oauth2": {"ttl": {"access_token": "1h0m0s", "id_token": "1h0m0s"}},
        "permission": {"namespaces": []},
        "account_experience": {"hide_ory_branding": False, "hide_registration_link": False},
        "talos": {},
    }
    cors = {"enabled": False, "origins": []}
    return {
        "name": name,
        "services": {service: {"config": configs[service]} for service in SERVICES},
        "cors_public": cors,
        "cors_admin": dict(cors),
        "organizations": [],
    }


def read_configuration(body: Any, *, required: Iterable[str]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the changeable parts that a body has, and warnings about what was passed over. Raises Problem (400, 409).

    Services without a configuration are left out.
    """
    given = fields_of(body, CHANGEABLE, required=required)
    services, warnings = _read_services(given.get("services", {}))
    for name in ("cors_public", "cors_admin"):
        if name in given:
            given[name] = fields_of(given[name], _CORS)
            require_texts("origins", given[name].get("origins", []))
    if "organizations" in given:
        given["organizations"] = [read_organization(each) for each in given["organizations"]]
        require_distinct(given["organizations"])
    return {**given, "services": services}, warnings


def _read_services(given: Mapping[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    if unknown := [name for name in given if name not in SERVICES]:
        raise bad_request(f"There is no service {unknown[0]!r:.40}.")
    services, warnings = {}, []
    for name, service in fields_of(given, dict.fromkeys(SERVICES, "object")).items():
        config = fields_of(service, {"config": "object"}).get("config")
        if config is not None:
            services[name] = {"config": {key: part for key, part in config.items() if key not in _OPERATIONAL}}
            warnings += [_warning(name, key) for key in config if key in _OPERATIONAL]
    return services, warnings


def _warning(service: str, key: str) -> dict[str, Any]:
    return {"code": 0, "message": f"{key} of {service} was passed over, since the Ory Network decides it itself"}
