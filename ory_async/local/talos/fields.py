"""The settings of keys in requests."""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, TypeVar

from ... import models
from ..answers import bad_request
from ..console.http import Kind, fields_of, read_duration, require_texts

Default = TypeVar("Default")

SETTINGS: Mapping[str, Kind] = {
    "name": "string",
    "scopes": "array",
    "metadata": "object",
    "ip_restriction": "object",
    "rate_limit_policy": "object",
    "visibility": models.KeyVisibility,
}
"""What a key can be made with, and rotated with."""

NEW_KEY: Mapping[str, Kind] = {**SETTINGS, "actor_id": "string", "ttl": "string", "request_id": "string"}
"""The fields of a request for a key; an import has the key itself as well."""

MUTABLE = ("name", "scopes", "metadata", "rate_limit_policy", "ip_restriction")
"""What can be changed of a key."""

_NOTHING: Mapping[str, Any] = {
    "name": "",
    "scopes": [],
    "metadata": {},
    "rate_limit_policy": None,
    "ip_restriction": None,
}
_LARGEST_OBJECT = 4096
_LONGEST = timedelta(seconds=315_360_000)
_CAPITAL = re.compile("[A-Z]")


def read_settings(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that a body has, as the API gives them. Raises Problem (400)."""
    readers: Mapping[str, Callable[[Any], Any]] = {
        "scopes": _read_scopes,
        "metadata": lambda value: read_object("metadata", value),
        "ip_restriction": _read_restriction,
        "rate_limit_policy": _read_policy,
    }
    found = {name: readers.get(name, _as_it_is)(given[name]) for name in SETTINGS if name in given}
    if found.get("visibility") == "KEY_VISIBILITY_UNSPECIFIED":
        del found["visibility"]
    return found


def read_update(body: Any, mask: str) -> dict[str, Any]:
    """Return the changes that a body asks for: of the fields in the mask, else of those that are not empty (AIP-134).

    Raises Problem (400).
    """
    settings = read_settings(fields_of(body, {name: SETTINGS[name] for name in MUTABLE}))
    paths = [_snake_case(path.strip()) for path in mask.split(",") if path.strip()]
    for path in paths:
        if path not in MUTABLE:
            raise bad_request(f"unknown update_mask path: {path!r:.60} (allowed: {', '.join(MUTABLE)})")
    if paths:
        return {path: settings.get(path, _NOTHING[path]) for path in paths}
    return {name: value for name, value in settings.items() if value}


def read_lifespan(text: str, default: Default) -> timedelta | Default:
    """Return the lifespan that `ttl` of a request asks for, the default for none or zero. Raises Problem (400)."""
    lifespan = read_duration(text, long_units=True) if text else timedelta()
    if lifespan == timedelta():
        return default
    if lifespan is None or not timedelta(seconds=1) <= lifespan <= _LONGEST:
        raise bad_request("ttl is no duration from 1s to 315360000s")
    return lifespan


def read_object(name: str, value: dict[str, Any]) -> dict[str, Any]:
    """Return a free-form object that is not too large. Raises Problem (400)."""
    if len(json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")) > _LARGEST_OBJECT:
        raise bad_request(f"{name} is larger than {_LARGEST_OBJECT} bytes")
    return value


def _as_it_is(value: Any) -> Any:
    return value


def _read_scopes(value: list[Any]) -> list[str]:
    require_texts("scopes", value)
    return value


def _read_restriction(value: Any) -> dict[str, Any] | None:
    networks = fields_of(value, {"allowed_cidrs": "array"}).get("allowed_cidrs", [])
    require_texts("allowed_cidrs", networks)
    for network in networks:
        try:
            ipaddress.ip_network(network, strict=False)
        except ValueError:
            raise bad_request(f"{network!r:.60} in allowed_cidrs is no network") from None
    return {"allowed_cidrs": networks} if networks else None


def _read_policy(value: Any) -> dict[str, Any]:
    given = fields_of(value, {"quota": None, "unit": "string", "window": "string"})
    quota = given.get("quota", 0)
    if isinstance(quota, bool) or not re.fullmatch("[0-9]{1,19}", str(quota), re.ASCII) or int(quota) >= 2**63:
        raise bad_request("quota of rate_limit_policy is no whole number")
    policy = {"quota": str(int(quota)), "unit": given.get("unit") or "requests"}
    if "window" in given:
        window = read_duration(given["window"], long_units=True)
        if window is None:
            raise bad_request("window of rate_limit_policy is no duration")
        policy["window"] = f"{window.total_seconds():.9f}".rstrip("0").rstrip(".") + "s"
    return policy


def _snake_case(path: str) -> str:
    return _CAPITAL.sub(lambda found: f"_{found[0].lower()}", path)
