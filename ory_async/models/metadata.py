"""TODO"""

from __future__ import annotations

from .base import Model, model

__all__ = [
    "GetVersion200Response",
    "IsReady200Response",
    "IsReady503Response",
]


@model
class GetVersion200Response(Model):
    """TODO"""

    version: str


@model
class IsReady200Response(Model):
    """TODO"""

    status: str


@model
class IsReady503Response(Model):
    """TODO"""

    errors: dict[str, str]
