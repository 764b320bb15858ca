"""Event streams of the Ory Network over HTTPS: what happens in a project, in no order and now and then twice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial

from ..errors import DecodeError
from ..models.base import Json, Model, model, wire
from ..serialization import load_json, to_dict
from ..sessions import RequestHeaders
from .authentication import Authentication
from .deliveries import Deliveries
from .receiving import Endpoint, Receiver, Reply, read_model


@model
class Event(Model):
    """Something that happened. What Ory adds to events later is in `extra`."""

    name: str
    """Such as ``IdentityCreated``, ``LoginSucceeded`` or ``OAuth2AccessTokenIssued``; others come with new versions."""
    version: str | None = None
    """The version of the event's form."""
    id: str | None = None
    """Its id, where it has one."""
    timestamp: str | None = None
    """When it happened, as it was sent; see `time`."""
    project_id: str | None = wire("projectId", default=None)
    attributes: dict[str, Json] | None = wire("eventAttributes", default=None)
    """Details, of which Ory promises nothing: names and values may change."""

    @property
    def time(self) -> datetime | None:
        """When it happened: what to order events by. None where the event does not say."""
        try:
            time = datetime.fromisoformat(self.timestamp or "")
        except ValueError:
            return None
        return time if time.tzinfo else time.replace(tzinfo=UTC)

    @property
    def key(self) -> bytes:
        """What a duplicate is known by: the id, or else all that the event holds, so that two events without an id that
        are alike in everything, their second included, count as one."""
        known = self.id or json.dumps(to_dict(self), sort_keys=True)
        return hashlib.sha256(known.encode("utf-8", "surrogatepass")).digest()


class EventReceiver(Receiver[list[Event], None]):
    """Receives events: the handler of its endpoint gets them one by one, those of one request by their time.

    An event that came already is left out. When the handler raises, Ory sends the request again, and the events that
    were handled before are left out then. Events of different requests come in any order, and some not at all:
    compare `Event.time` with what you know already, and reconcile now and then.
    """

    def __init__(self, authentication: Authentication, *, max_body: int = 4_194_304) -> None:
        super().__init__(authentication, max_body=max_body)

    def endpoint(  # type: ignore[override]
        self, handler: Callable[[Event], Awaitable[None]], *, deliveries: Deliveries[None] | None = None
    ) -> Endpoint[list[Event], None]:
        """An ASGI application that hands events, one by one, to an async function.

        `deliveries` is where duplicates are known by; each endpoint has one of its own by default.
        """
        known: Deliveries[None] = Deliveries() if deliveries is None else deliveries

        async def handle(events: list[Event]) -> None:
            for event in events:
                await known.once([event.key], partial(_told, handler, event))

        return super().endpoint(handle)

    def _parse(self, body: bytes) -> Json:
        try:
            return super()._parse(body)
        except DecodeError:
            lines = body.splitlines()
            if len(lines) < 2:
                raise
            return [load_json(line) for line in lines if line.strip()]  # one event in each line

    def _keys(self, headers: RequestHeaders, body: bytes) -> list[bytes]:
        return []  # each event has its own

    def _read(self, data: Json) -> list[Event]:
        events = [read_model(Event, item) for item in (data if isinstance(data, list) else [data])]
        return sorted(events, key=lambda event: event.time or datetime.max.replace(tzinfo=UTC))

    def _write(self, answer: None) -> Reply | None:
        return Reply(204) if answer is None else None


async def _told(handler: Callable[[Event], Awaitable[None]], event: Event) -> None:
    await handler(event)
