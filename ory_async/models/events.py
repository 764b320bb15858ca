"""Event streams, by which a project tells a system of yours what happens in it."""

from __future__ import annotations

from datetime import datetime

from .base import Model, OpenEnum, model, secret

__all__ = [
    "CreateEventStreamBody",
    "EventStream",
    "EventStreamAuthType",
    "EventStreamStatus",
    "EventStreamType",
    "ListEventStreams",
    "SetEventStreamBody",
]


class EventStreamType(OpenEnum):
    """Where events go: to a topic of Amazon SNS, or to an HTTPS endpoint."""

    SNS = "sns"
    HTTPS = "https"


class EventStreamStatus(OpenEnum):
    """Whether events are sent; a paused stream sends none."""

    ACTIVE = "active"
    PAUSED = "paused"


class EventStreamAuthType(OpenEnum):
    """How Ory proves itself to an HTTPS endpoint: not at all, by a header of your choice, or by a bearer token."""

    NONE = "none"
    API_KEY = "api_key"
    BEARER = "bearer"


@model
class EventStream(Model):
    """A stream of a project's events. What is secret of it comes back masked."""

    id: str | None = None
    type: EventStreamType | None = None
    status: EventStreamStatus | None = None
    topic_arn: str | None = None
    """The topic, for ``sns``."""
    role_arn: str | None = None
    """The IAM role by which the topic is written to, for ``sns``."""
    https_endpoint: str | None = None
    """The endpoint, for ``https``; its user, password and query are masked."""
    https_auth_type: EventStreamAuthType | None = None
    https_auth_header_name: str | None = None
    """The header that carries the secret, for ``api_key``."""
    https_auth_secret: str | None = secret(default=None)
    http_protocol_major_version: int | None = None
    """The version of HTTP that the endpoint spoke when it was last tried: 1 or 2; None before that."""
    created_at: datetime | None = None
    updated_at: datetime | None = None


@model
class ListEventStreams(Model):
    """The event streams of a project."""

    event_streams: list[EventStream] | None = None


@model
class CreateEventStreamBody(Model):
    """An event stream to be made: ``sns`` needs `topic_arn` and `role_arn`, ``https`` needs `https_endpoint`."""

    type: EventStreamType | str
    status: EventStreamStatus | str | None = None
    """``active`` where it is not given."""
    topic_arn: str | None = None
    role_arn: str | None = None
    https_endpoint: str | None = secret(default=None)
    """Hidden in a repr, as it may hold a password."""
    https_auth_type: EventStreamAuthType | str | None = None
    """``none`` where it is not given."""
    https_auth_header_name: str | None = None
    """The header that carries the secret, needed for ``api_key``; none that Ory sets itself."""
    https_auth_secret: str | None = secret(default=None)
    """The key or the token, up to 4096 bytes; needed unless the type is ``none``."""


@model
class SetEventStreamBody(Model):
    """What is to be changed of an event stream; the rest stays as it is.

    So leave out the endpoint and the secret unless you change them: what was read has them masked. Another endpoint
    needs the secret in the same body.
    """

    type: EventStreamType | str | None = None
    status: EventStreamStatus | str | None = None
    topic_arn: str | None = None
    role_arn: str | None = None
    https_endpoint: str | None = secret(default=None)
    https_auth_type: EventStreamAuthType | str | None = None
    https_auth_header_name: str | None = None
    https_auth_secret: str | None = secret(default=None)
