"""Event streams of a project of the Ory Network, by way of the console's API."""

from __future__ import annotations

from collections.abc import Mapping

from .. import models
from ..operation import DELETE, GET, POST, PUT
from .base import Service


class AsyncEventsService(Service):
    """Have the events of a project, such as logins and registrations, sent to a system of yours.

    These operations are the console's: they take a workspace API key (``workspace_api_key``), and go to the console's
    own URL. A project is named by its id, a UUID.
    """

    tag = "events"
    product = "console"
    credential = "workspace_api_key"

    async def list_event_streams(self, project_id: str) -> models.ListEventStreams:
        """List the event streams of a project, all at once. What is secret of them comes back masked.

        https://www.ory.com/docs/reference/api#tag/events/operation/listEventStreams
        """
        return await self._call(
            "list_event_streams",
            GET,
            "/projects/{project_id}/eventstreams",
            models.ListEventStreams,
            path={"project_id": project_id},
            bucket="backoffice-admin-medium",
        )

    async def create_event_stream(
        self, project_id: str, body: models.CreateEventStreamBody | Mapping[str, models.Json]
    ) -> models.EventStream:
        """Make an event stream, to a topic of Amazon SNS or to an HTTPS endpoint.

        It begins at once, unless its ``status`` is ``paused``. Raises `BadRequest` when the body cannot be used,
        `Conflict` when it clashes with another stream.

        https://www.ory.com/docs/reference/api#tag/events/operation/createEventStream
        """
        return await self._call(
            "create_event_stream",
            POST,
            "/projects/{project_id}/eventstreams",
            models.EventStream,
            path={"project_id": project_id},
            body=body,
            accepts=models.CreateEventStreamBody,
            bucket="backoffice-admin-low",
        )

    async def set_event_stream(
        self,
        project_id: str,
        event_stream_id: str,
        body: models.SetEventStreamBody | Mapping[str, models.Json] | None = None,
    ) -> models.EventStream:
        """Change an event stream, pause it, or let it go on. What the body leaves out stays as it is.

        So give what changes only: the endpoint and the secret of a stream that was read are masked, and refused. Another
        endpoint needs the secret in the same body.

        https://www.ory.com/docs/reference/api#tag/events/operation/setEventStream
        """
        return await self._call(
            "set_event_stream",
            PUT,
            "/projects/{project_id}/eventstreams/{event_stream_id}",
            models.EventStream,
            path={"project_id": project_id, "event_stream_id": event_stream_id},
            body=body,
            accepts=models.SetEventStreamBody,
            body_optional=True,
            bucket="backoffice-admin-low",
        )

    async def delete_event_stream(self, project_id: str, event_stream_id: str) -> None:
        """Delete an event stream of a project.

        https://www.ory.com/docs/reference/api#tag/events/operation/deleteEventStream
        """
        return await self._call(
            "delete_event_stream",
            DELETE,
            "/projects/{project_id}/eventstreams/{event_stream_id}",
            None,
            path={"project_id": project_id, "event_stream_id": event_stream_id},
            bucket="backoffice-admin-low",
        )
