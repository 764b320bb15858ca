"""The local Hydra: OAuth 2.0 clients and tokens, OpenID Connect, keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from ..clock import Clock
from .clients import ClientHandlers, ClientManager
from .endpoints import protocol_routes
from .flows.login import accept_login, login_request
from .http import plain, unknown_route
from .jwks import KeyHandlers, read_body
from .options import HydraOptions
from .registration import RegistrationHandlers
from .registry import Registry
from .state import Store
from .trust import TrustHandlers
from .well_known import WellKnownHandlers

__all__ = ["Hydra", "HydraOptions"]


class Hydra:
    """A stateful Hydra in memory, both planes on the same routes.

    `base_url` gives the server's own URL once it listens. `options` are the settings.
    """

    def __init__(self, *, clock: Clock, base_url: Callable[[], str], options: HydraOptions | None = None) -> None:
        self._registry = Registry(clock=clock, base_url=base_url, options=options or HydraOptions(), store=Store())

    @property
    def state(self) -> Store:
        """Everything the server remembers, for tests that want to look."""
        return self._registry.store

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the routes of the public and the admin plane."""
        registry = self._registry
        groups = (
            ClientHandlers(registry),
            RegistrationHandlers(registry),
            KeyHandlers(registry),
            TrustHandlers(registry),
            WellKnownHandlers(registry),
        )
        routes = [*(route for group in groups for route in group.routes()), *protocol_routes(registry)]
        paths = dict.fromkeys(route.path for route in routes)
        return [*routes, *(web.route("*", path, plain(unknown_route)) for path in paths)]

    def add_client(self, body: Any) -> None:
        """Create an OAuth 2.0 client from a body of `POST /admin/clients`. Raises Problem as that would answer."""
        ClientManager(self._registry).add(body)

    def set_keys(self, name: str, body: Any) -> None:
        """Set a key set from a body of `PUT /admin/keys/{set}`. Raises Problem as that would answer."""
        self._registry.store.key_sets[name] = [*reversed(read_body(body) or [])]

    def login_request(self, challenge: str) -> dict[str, Any]:
        """Return what a login page is asked. Raises Problem as `GET /admin/oauth2/auth/requests/login` would answer."""
        return login_request(self._registry, challenge)

    def accept_login(self, challenge: str, answer: Mapping[str, Any]) -> str:
        """Take the answer of a login page; return where the browser goes on. Raises Problem for an unknown challenge."""
        return accept_login(self._registry, challenge, answer)

    def reset(self) -> None:
        """Forget everything but the signing keys, which are slow to make."""
        self._registry.store.clear()
        self._registry.grants.clear()
        self._registry.sealed.clear()
        self._registry.keys.restore()
