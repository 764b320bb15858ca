"""The courier, blocking."""

from __future__ import annotations

from ory_async.services.courier import AsyncCourierService

from ..blocking import BlockingService, blocking


class CourierService(BlockingService):
    __doc__ = AsyncCourierService.__doc__

    get_courier_message = blocking(AsyncCourierService.get_courier_message)
    list_courier_messages = blocking(AsyncCourierService.list_courier_messages)
