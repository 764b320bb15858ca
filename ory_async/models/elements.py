"""What Ory Elements, the components of log-in pages, ask of a project."""

from __future__ import annotations

from .base import Model, model

__all__ = ["ElementsConfiguration"]


@model
class ElementsConfiguration(Model):
    """The part of a project's configuration that its log-in pages need; nothing of it is secret."""

    name: str
    """The name of the project, to show on the pages."""
    default_redirect_url: str
    """Where a browser goes after a flow that asked for no other place."""
    login_ui_url: str
    registration_ui_url: str
    recovery_ui_url: str
    verification_ui_url: str
    settings_ui_url: str
    error_ui_url: str
    registration_enabled: bool
    recovery_enabled: bool
    verification_enabled: bool
    hide_registration_link: bool
    """Whether the login page leaves out its link to the registration page."""
    hide_ory_branding: bool
    logo_light_url: str | None = None
    logo_dark_url: str | None = None
    contact_url: str | None = None
    privacy_policy_url: str | None = None
    terms_of_service_url: str | None = None
