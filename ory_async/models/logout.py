"""TODO"""

from __future__ import annotations

from .base import Model, model, secret

__all__ = [
    "LogoutFlow",
    "PerformNativeLogoutBody",
]


@model
class LogoutFlow(Model):
    """TODO Logout Flow"""

    logout_token: str = secret()
    logout_url: str


@model
class PerformNativeLogoutBody(Model):
    """TODO Perform Native Logout Request Body"""

    session_token: str = secret()
