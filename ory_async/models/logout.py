"""Logging out."""

from __future__ import annotations

from .base import Model, model, secret

__all__ = [
    "LogoutFlow",
    "PerformNativeLogoutBody",
]


@model
class LogoutFlow(Model):
    """The way out for a browser; both fields hold for the session it was made for, until that is used to log out."""

    logout_url: str = secret()
    """Where the browser logs out, as a link or a redirect. Kept out of the repr, since the token is in it."""
    logout_token: str = secret()
    """The token alone, for logging out without leaving the page."""


@model
class PerformNativeLogoutBody(Model):
    """What an app logs out with; the session token is of no use afterwards."""

    session_token: str = secret()
