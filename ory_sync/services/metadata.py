"""Health and version, blocking."""

from __future__ import annotations

from ory_async.services.metadata import AsyncMetadataService

from ..blocking import BlockingService, blocking


class MetadataService(BlockingService):
    __doc__ = AsyncMetadataService.__doc__

    get_version = blocking(AsyncMetadataService.get_version)
    is_alive = blocking(AsyncMetadataService.is_alive)
    is_ready = blocking(AsyncMetadataService.is_ready)
