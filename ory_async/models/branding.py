"""How the Account Experience looks: the colors, logo and icon of the pages that people log in on."""

from __future__ import annotations

from datetime import datetime

from .base import Model, model

__all__ = [
    "CreateProjectBranding",
    "InternalGetProjectBrandingBody",
    "ProjectBranding",
    "ProjectBrandingColors",
    "ProjectBrandingTheme",
    "SetProjectBrandingThemeBody",
]


@model
class ProjectBrandingColors(Model):
    """The colors of a theme, as CSS has them; None leaves a color as Ory has it."""

    accent_default_color: str | None = None
    accent_disabled_color: str | None = None
    accent_emphasis_color: str | None = None
    accent_muted_color: str | None = None
    accent_subtle_color: str | None = None
    background_canvas_color: str | None = None
    background_subtle_color: str | None = None
    background_surface_color: str | None = None
    border_default_color: str | None = None
    error_default_color: str | None = None
    error_emphasis_color: str | None = None
    error_muted_color: str | None = None
    error_subtle_color: str | None = None
    foreground_default_color: str | None = None
    foreground_disabled_color: str | None = None
    foreground_muted_color: str | None = None
    foreground_on_accent_color: str | None = None
    foreground_on_dark_color: str | None = None
    foreground_on_disabled_color: str | None = None
    foreground_subtle_color: str | None = None
    input_background_color: str | None = None
    input_disabled_color: str | None = None
    input_placeholder_color: str | None = None
    input_text_color: str | None = None
    primary_color: str | None = None
    secondary_color: str | None = None
    success_emphasis_color: str | None = None
    text_default_color: str | None = None
    text_disabled_color: str | None = None


@model
class ProjectBrandingTheme(ProjectBrandingColors):
    """A theme: its colors, and its images as ``https://`` or ``base64://`` URLs."""

    id: str
    project_branding_id: str
    name: str
    logo_url: str | None = None
    logo_type: str | None = None
    """The media type of the logo, such as ``image/svg+xml``; likewise for the icon."""
    favicon_url: str | None = None
    favicon_type: str | None = None
    created_at: datetime
    updated_at: datetime


@model
class ProjectBranding(Model):
    """The themes of a project."""

    id: str
    project_id: str
    default_theme: ProjectBrandingTheme
    themes: list[ProjectBrandingTheme]
    created_at: datetime
    updated_at: datetime


@model
class CreateProjectBranding(Model):
    """The first theme of a project, to be made."""

    name: str | None = None
    theme: ProjectBrandingColors | None = None
    logo_url: str | None = None
    logo_type: str | None = None
    favicon_url: str | None = None
    favicon_type: str | None = None


@model
class SetProjectBrandingThemeBody(Model):
    """What a theme shall be from now on."""

    name: str | None = None
    theme: ProjectBrandingColors | None = None
    logo_url: str | None = None
    logo_type: str | None = None
    favicon_url: str | None = None
    favicon_type: str | None = None


@model
class InternalGetProjectBrandingBody(Model):
    """The question how the project behind a host name looks."""

    hostname: str | None = None
