"""The configuration of log-in pages, blocking."""

from __future__ import annotations

from ory_async.services.elements import AsyncElementsService

from ..blocking import BlockingService, blocking


class ElementsService(BlockingService):
    __doc__ = AsyncElementsService.__doc__

    get_configuration = blocking(AsyncElementsService.get_configuration)
