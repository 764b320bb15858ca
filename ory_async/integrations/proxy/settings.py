"""What a proxy is told once."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Mapping, Sequence
from typing import Final, TypedDict, Unpack
from urllib.parse import urlsplit

import attrs

from ...client import Ory
from ...config import Plane, base_url
from ...errors import ConfigurationError

_LOOPBACK: Final = ("localhost", "*.localhost", "127.0.0.1", "[::1]")
_COOKIES: Final = ("ory_*", "csrf_token_*", "__Host-ory_*", "__Secure-ory_*", "__cf*")
"""Those of Kratos, Hydra and the Ory Network with what stands in front of it."""


class ProxyOptions(TypedDict, total=False):
    """What the proxy takes beside the client."""

    origin: str | None
    """The app's own origin, such as ``https://shop.example``; by default scheme and host of each request.
    Set it where something in front of the app changes them."""
    hosts: Sequence[str]
    """The hosts that are served, in which ``*`` stands for any characters, such as ``*.preview.example``: by default
    that of `origin`, or this machine only."""
    server_urls: Sequence[str]
    """Further URLs by which the servers call themselves, where they are not those that the client calls."""
    cookies: Sequence[str]
    """The names of Ory's cookies, in which ``*`` stands for any characters. No others pass, in either direction."""


@attrs.frozen
class Settings:
    """The options, checked."""

    planes: Mapping[Plane, str]
    origin: str | None
    hosts: re.Pattern[str]
    server_urls: tuple[str, ...]
    cookies: re.Pattern[str]

    @classmethod
    def of(cls, ory: Ory, **options: Unpack[ProxyOptions]) -> Settings:
        """The settings of a proxy; raises `ConfigurationError` for options that make no sense."""
        unknown = options.keys() - ProxyOptions.__annotations__.keys()
        if unknown:
            raise ConfigurationError(f"unknown option: {', '.join(sorted(unknown))}")
        settings = ory._pipeline.settings  # noqa: SLF001 - the proxy goes where the client goes
        planes: dict[Plane, str] = {
            plane: url for plane, url in settings.planes.items() if plane in ("kratos_public", "hydra_public")
        }
        if not planes:
            raise ConfigurationError("the proxy needs a client with kratos_public or hydra_public")
        origin = _origin(options.get("origin"))
        own_host = None if origin is None else urlsplit(origin).netloc.rpartition("@")[2]
        server_urls = {
            base_url("server_urls", url) for url in _texts("server_urls", options.get("server_urls", ()), optional=True)
        }
        return cls(
            planes=planes,
            origin=origin,
            hosts=_names("hosts", options.get("hosts", _LOOPBACK if own_host is None else (bare_host(own_host),))),
            server_urls=tuple(sorted({*planes.values(), *server_urls}, key=len, reverse=True)),
            cookies=_names("cookies", options.get("cookies", _COOKIES)),
        )


def bare_host(host: str) -> str:
    """A host in small letters, without its port."""
    return re.sub(r":[0-9]*$", "", host).lower()


def _origin(given: str | None) -> str | None:
    if given is None:
        return None
    origin = base_url("origin", given)
    if urlsplit(origin).path:
        raise ConfigurationError("origin must have no path: mount the proxy under one instead")
    return origin


def _texts(name: str, given: Sequence[str], *, optional: bool = False) -> Sequence[str]:
    if isinstance(given, str) or not (given or optional) or not all(isinstance(text, str) and text for text in given):
        raise ConfigurationError(f"{name} must be a list of texts")
    return given


def _names(name: str, given: Sequence[str]) -> re.Pattern[str]:
    # brackets are those of IPv6 addresses here, and stand for themselves
    patterns = [fnmatch.translate(text.replace("[", "[[]")) for text in _texts(name, given)]
    return re.compile("|".join(patterns), re.IGNORECASE if name == "hosts" else 0)
