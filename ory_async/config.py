"""Frozen settings: where each plane is, how long to wait, how much to take, and what the environment says."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Mapping
from typing import Any, Final, Literal, TypeAlias
from urllib.parse import urlsplit

import attrs

from .errors import ConfigurationError

Plane: TypeAlias = Literal[
    "kratos_public",
    "kratos_admin",
    "hydra_public",
    "hydra_admin",
    "keto_read",
    "keto_write",
    "keto_opl",
    "talos_admin",
    "talos_public",
    "console",
]

PLANES: Final[tuple[Plane, ...]] = (
    "kratos_public",
    "kratos_admin",
    "hydra_public",
    "hydra_admin",
    "keto_read",
    "keto_write",
    "keto_opl",
    "talos_admin",
    "talos_public",
    "console",
)

Product: TypeAlias = Literal["kratos", "hydra", "keto", "talos", "console"]

CONSOLE_URL: Final = "https://api.console.ory.sh"

_MIB: Final = 1 << 20
_HUGE: Final = 1e15
_SLUG: Final = re.compile(r"[A-Za-z0-9-]+")


def _positive(_: object, attribute: attrs.Attribute[Any], value: float) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < _HUGE:
        raise ConfigurationError(f"{attribute.name} must be a positive number, not {value!r:.60}")


@attrs.frozen(cache_hash=True)
class Timeout:
    """Time limits in seconds, for each attempt of a call."""

    total: float = attrs.field(default=30.0, validator=_positive)
    """From the start of an attempt to the last byte of the answer's body."""
    connect: float = attrs.field(default=5.0, validator=_positive)
    """To open one connection, TLS included, once the address of the host is known; all before that counts to `total`."""


@attrs.frozen
class Limits:
    """How much a client uses at once."""

    connections: int = attrs.field(default=100, validator=_positive)
    """Connections open at the same time, per event loop; further calls wait for one, inside their time limit."""
    response_bytes: int = attrs.field(default=64 * _MIB, validator=_positive)
    """The largest body of an answer that is read, after decompression."""
    keepalive: float = attrs.field(default=15.0, validator=_positive)
    """Seconds that an idle connection stays open."""


def base_url(name: str, url: str) -> str:
    """A base URL, checked and without its last slash.

    Raises `ConfigurationError` that names the setting.
    """
    if not isinstance(url, str):
        raise ConfigurationError(f"{name} must be a URL as text, not {type(url).__name__}")
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - raises where it is no number
    except ValueError as error:
        raise ConfigurationError(f"{name}: {error}") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigurationError(f"{name} must be an absolute URL such as https://example.com, not {url!r}")
    if parts.query or parts.fragment or "@" in parts.netloc or any(ord(c) <= 32 or ord(c) == 127 for c in url):
        raise ConfigurationError(f"{name} must be a plain base URL, without user, query, fragment or blanks")
    if not url.isascii():
        raise ConfigurationError(
            f"{name} must be ASCII: write an international host as xn--..., a path percent-encoded"
        )
    return url.rstrip("/")


def proxy_url(url: str) -> str:
    """The URL of a proxy, which may hold a user and a password for it."""
    user, at, rest = url.rpartition("@") if isinstance(url, str) else ("", "", url)
    if not at:
        return base_url("proxy", url)
    scheme, absolute, credentials = user.partition("://")
    return base_url("proxy", f"{scheme}://{rest}" if absolute else rest).replace("://", f"://{credentials}@", 1)


def is_exposed(url: str) -> bool:
    """Whether what is sent to this URL crosses a network unencrypted."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme == "https" or host == "localhost" or host.endswith(".localhost"):
        return False
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return True


def everywhere(url: str) -> dict[Plane, str]:
    """Every plane behind one URL."""
    base = base_url("url", url)
    return dict.fromkeys(PLANES, base)


def network(project: str) -> dict[Plane, str]:
    """The planes of an Ory Network project, given by its slug or its URL."""
    if not isinstance(project, str) or not project:
        raise ConfigurationError("the project is missing: give its slug or its URL")
    if "://" in project:
        return {**everywhere(project), "console": CONSOLE_URL}
    if not _SLUG.fullmatch(project):
        raise ConfigurationError(f"{project!r} is neither a slug such as happy-noether-abc123 nor a URL with https://")
    return {**everywhere(f"https://{project}.projects.oryapis.com"), "console": CONSOLE_URL}


def self_hosted(urls: Mapping[str, str | None]) -> dict[Plane, str]:
    """The planes that have a server of their own; those without stay unset."""
    unknown = set(urls) - set(PLANES)
    if unknown:
        raise ConfigurationError(f"unknown plane: {', '.join(sorted(unknown))}; there are {', '.join(PLANES)}")
    planes: dict[Plane, str] = {}
    for plane in PLANES:
        url = urls.get(plane)
        if url is not None:
            planes[plane] = base_url(plane, url)
    return planes


def plane_of(product: Product, path: str) -> Plane:
    """The plane of a product that serves a path: admin paths say so themselves."""
    if product == "console":
        return "console"
    admin = path.startswith("/admin/")
    if product == "keto":
        return "keto_opl" if path.startswith("/opl/") else "keto_write" if admin else "keto_read"
    if product == "talos":
        return "talos_admin" if "/admin/" in path else "talos_public"
    if product == "hydra":
        return "hydra_admin" if admin else "hydra_public"
    return "kratos_admin" if admin else "kratos_public"


@attrs.frozen
class Environment:
    """What the environment says about Ory; `read` reads it."""

    planes: dict[Plane, str]
    api_key: str | None = attrs.field(repr=False)
    workspace_api_key: str | None = attrs.field(repr=False)

    @classmethod
    def read(cls, environ: Mapping[str, str] | None = None) -> Environment:
        """Read ``ORY_SDK_URL`` (all planes), ``ORY_<PLANE>_URL`` (one plane, such as ``ORY_KRATOS_PUBLIC_URL``),
        ``ORY_API_KEY`` and ``ORY_WORKSPACE_API_KEY``.

        Raises `ConfigurationError` when there is no URL at all.
        """
        values = os.environ if environ is None else environ
        planes: dict[Plane, str] = {}
        if url := values.get("ORY_SDK_URL"):
            planes = everywhere(url)
            if urlsplit(url).hostname and (urlsplit(url).hostname or "").endswith(".oryapis.com"):
                planes["console"] = CONSOLE_URL
        for plane in PLANES:
            if url := values.get(f"ORY_{plane.upper()}_URL"):
                planes[plane] = base_url(f"ORY_{plane.upper()}_URL", url)
        if not planes:
            raise ConfigurationError(
                "the environment names no Ory: set ORY_SDK_URL, or ORY_KRATOS_PUBLIC_URL and its kin"
            )
        return cls(planes, values.get("ORY_API_KEY") or None, values.get("ORY_WORKSPACE_API_KEY") or None)
