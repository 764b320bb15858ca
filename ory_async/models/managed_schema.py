"""Identity schemas that the Ory Network keeps for a project."""

from __future__ import annotations

from datetime import datetime

from .base import Json, Model, model

__all__ = [
    "GetManagedIdentitySchemaLocation",
    "IdentitySchemaPreset",
    "ManagedIdentitySchema",
    "ManagedIdentitySchemaValidationResult",
    "SchemaPatch",
]


@model
class ManagedIdentitySchema(Model):
    """An identity schema that was uploaded; its content lies at a URL that anybody can read."""

    id: str
    name: str
    """Chosen by whoever uploaded it, to tell it by."""
    blob_name: str
    """The name of its file, made up by the server."""
    blob_url: str
    content_hash: str | None = None
    created_at: datetime
    updated_at: datetime


@model
class ManagedIdentitySchemaValidationResult(Model):
    """Whether a schema can be used, and if not, why."""

    valid: bool | None = None
    message: str | None = None


@model
class GetManagedIdentitySchemaLocation(Model):
    """Where an uploaded schema can be read."""

    location: str | None = None


@model
class IdentitySchemaPreset(Model):
    """A schema that the Ory Network brings along."""

    url: str
    """Its name, such as ``preset://email``."""
    schema: Json
    """A JSON Schema."""


@model
class SchemaPatch(Model):
    """A schema to be uploaded."""

    name: str
    data: Json
    """A JSON Schema."""
