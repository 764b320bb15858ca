"""What the Ory Console and the Ory Network's own parts say to each other: no public operation takes or gives these."""

from __future__ import annotations

from .base import Model, model, wire

__all__ = [
    "EmailTemplateData",
    "EmailTemplateDataBody",
    "InternalIsAXWelcomeScreenEnabledForProjectBody",
    "InternalIsOwnerForProjectBySlugBody",
    "IsOwnerForProjectBySlug",
    "Version",
]


@model
class EmailTemplateDataBody(Model):
    """The text of an e-mail, in its two forms."""

    html: str
    plaintext: str


@model
class EmailTemplateData(Model):
    """A template of e-mails."""

    subject: str
    body: EmailTemplateDataBody


@model
class InternalIsAXWelcomeScreenEnabledForProjectBody(Model):
    """The question whether a project shows the welcome page of the Account Experience."""

    project_slug: str
    path: str
    """The path that a browser asked for."""


@model
class IsOwnerForProjectBySlug(Model):
    """The question whether an API key belongs to a project."""

    project_slug: str = wire("ProjectSlug")
    subject: str = wire("Subject")
    """Whom the key stands for."""


@model
class InternalIsOwnerForProjectBySlugBody(Model):
    """The question whether somebody, or an API key, may act for a project."""

    project_slug: str
    namespace: str
    """What the subject is: ``User`` or ``ApiKey``."""
    subject: str
    organization_id: str | None = None
    project_scope: str | None = None
    """The project that the API key was made for."""


@model
class Version(Model):
    """The version of a service."""

    version: str | None = None
