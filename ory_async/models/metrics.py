"""Numbers and events of a project, as the endpoints behind the Ory Console's charts take and give them."""

from __future__ import annotations

from datetime import datetime

from .base import Model, OpenEnum, model, wire

__all__ = [
    "AttributeCondition",
    "AttributeFilter",
    "GetProjectEventsBody",
    "GetProjectMetricsResponse",
    "MetricsDatapoint",
]


@model
class MetricsDatapoint(Model):
    """How many events there were in one step of a time series."""

    time: datetime
    count: int


@model
class GetProjectMetricsResponse(Model):
    """A time series; gone from today's API."""

    data: list[MetricsDatapoint]


class AttributeCondition(OpenEnum):
    """How an attribute of an event is compared."""

    EQUALS = "equals"
    NOT_EQUALS = "not_equals"
    CONTAINS = "contains"
    NOT_CONTAINS = "not_contains"
    REGEX = "regex"
    NOT_REGEX = "not_regex"
    SET = "set"
    NOT_SET = "not_set"


@model
class AttributeFilter(Model):
    """A condition on one attribute of an event."""

    attribute: str | None = None
    condition: AttributeCondition | str | None = None
    value: str | None = None
    """What it is compared with; without meaning for ``set`` and ``not_set``."""


@model
class GetProjectEventsBody(Model):
    """Which events of a project are asked for."""

    from_: datetime = wire("from")
    to: datetime
    event_name: str | None = None
    filters: list[AttributeFilter] | None = None
    page_size: int | None = None
    page_token: str | None = None
    """Asks for the next page; empty for the first one."""
