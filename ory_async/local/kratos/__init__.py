"""The local Kratos: identities, sessions and self-service flows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from ..clock import Clock
from .authentication import Authentication
from .cookies import Csrf
from .cors import Cors
from .courier import CourierHandlers
from .flows import Services, flow_routes
from .flows.oauth2 import OAuth2Logins, OAuth2Provider
from .identities import IdentityHandlers
from .manager import IdentityManager
from .options import KratosOptions, RelyingParty, SessionCookieOptions, TokenizerTemplate
from .registry import Registry
from .schema_routes import SchemaHandlers
from .schemas import IdentitySchemas
from .sessions import AdminSessionHandlers, MySessionHandlers
from .state import Identity, Store
from .tokenizer import Tokenizer
from .webauthn import require_library
from .well_known import WellKnownHandlers

__all__ = ["Kratos", "KratosOptions", "RelyingParty", "SessionCookieOptions", "TokenizerTemplate"]


class Kratos:
    """A stateful Kratos in memory, both planes on the same routes.

    `base_url` gives the server's own URL once it listens. `oauth2` is the Hydra whose login page it is. `schemas` are
    the identity schemas by id (the first is the default; None: the e-mail and password preset). `options` are the other
    settings.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        base_url: Callable[[], str],
        oauth2: OAuth2Provider,
        schemas: Mapping[str, Mapping[str, Any]] | None = None,
        options: KratosOptions | None = None,
    ) -> None:
        options = options or KratosOptions()
        if options.passkeys or options.webauthn:
            require_library()
        self._oauth2 = oauth2
        self._registry = Registry(clock=clock, base_url=base_url, options=options, schemas=IdentitySchemas(schemas))

    @property
    def state(self) -> Store:
        """Everything the server remembers, for tests that want to look."""
        return self._registry.store

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the routes of the public and the admin plane."""
        registry = self._registry
        manager = IdentityManager(registry)
        authentication = Authentication(registry)
        csrf = Csrf(registry)
        tokenizer = Tokenizer(registry)
        groups = (
            IdentityHandlers(registry, manager),
            SchemaHandlers(registry, csrf),
            AdminSessionHandlers(registry),
            MySessionHandlers(registry, authentication, tokenizer),
            tokenizer,
            CourierHandlers(registry.store),
            WellKnownHandlers(registry, csrf),
        )
        services = Services(
            registry=registry,
            manager=manager,
            authentication=authentication,
            csrf=csrf,
            oauth2=OAuth2Logins(registry, self._oauth2),
        )
        routes = [*(route for group in groups for route in group.routes()), *flow_routes(services)]
        return Cors(registry.options.cors_allowed_origins).routes(routes)

    async def add_identity(self, body: Mapping[str, Any]) -> Identity:
        """Store a new identity, given as in the admin API. Raises Problem when Kratos would refuse it."""
        return await IdentityHandlers(self._registry, IdentityManager(self._registry)).add(body)

    def reset(self) -> None:
        """Forget everything."""
        self._registry.store.clear()
