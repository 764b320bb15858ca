"""What a server says of itself: its version, and whether it can serve requests."""

from __future__ import annotations

from .base import Model, model

__all__ = [
    "GetVersion200Response",
    "IsReady200Response",
    "IsReady503Response",
]


@model
class GetVersion200Response(Model):
    """The version of a server."""

    version: str
    """Such as ``v26.2.0``; builds that are no releases say ``master`` or the like."""


@model
class IsReady200Response(Model):
    """The server is ready: it reaches its database and whatever else it needs."""

    status: str
    """Always ``ok``."""


@model
class IsReady503Response(Model):
    """The server is up but not ready."""

    errors: dict[str, str]
    """What is missing, by the name of the check, such as ``database``."""
