"""The public keys of a server, blocking."""

from __future__ import annotations

from ory_async.services.wellknown import AsyncWellknownService

from ..blocking import BlockingService, blocking


class WellknownService(BlockingService):
    __doc__ = AsyncWellknownService.__doc__

    discover_json_web_keys = blocking(AsyncWellknownService.discover_json_web_keys)
