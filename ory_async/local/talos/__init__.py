"""The local Talos: API keys, issued and imported, and tokens derived from them."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from ..clock import Clock
from ..console.http import wrapped
from .http import plain
from .imported import ImportedKeyHandlers
from .issued import IssuedKeyHandlers
from .registry import Registry
from .verification import VerificationHandlers

__all__ = ["Talos"]


class Talos:
    """A stateful Talos in memory, both planes on the same routes. `base_url` gives its URL once it listens."""

    def __init__(self, *, clock: Clock, base_url: Callable[[], str]) -> None:
        self._registry = Registry(clock=clock, base_url=base_url)

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the routes of the admin and the public plane."""
        registry = self._registry
        groups = (IssuedKeyHandlers(registry), ImportedKeyHandlers(registry), VerificationHandlers(registry))
        return wrapped([route for group in groups for route in group.routes()], plain)

    def reset(self) -> None:
        """Forget everything but the keys that sign tokens."""
        self._registry.store.clear()
