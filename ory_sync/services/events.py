"""Event streams, blocking."""

from __future__ import annotations

from ory_async.services.events import AsyncEventsService

from ..blocking import BlockingService, blocking


class EventsService(BlockingService):
    __doc__ = AsyncEventsService.__doc__

    create_event_stream = blocking(AsyncEventsService.create_event_stream)
    delete_event_stream = blocking(AsyncEventsService.delete_event_stream)
    list_event_streams = blocking(AsyncEventsService.list_event_streams)
    set_event_stream = blocking(AsyncEventsService.set_event_stream)
