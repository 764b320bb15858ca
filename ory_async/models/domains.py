"""Custom domains: host names of your own, on which a project answers."""

from __future__ import annotations

from datetime import datetime

from .base import Model, OpenEnum, model

__all__ = ["CreateCustomDomainBody", "CustomDomain", "CustomDomainSslStatus", "SetCustomDomainBody"]


class CustomDomainSslStatus(OpenEnum):
    """How far the certificate of a custom domain has come; it serves requests when ``active``."""

    INITIALIZING = "initializing"
    PENDING_VALIDATION = "pending_validation"
    PENDING_ISSUANCE = "pending_issuance"
    PENDING_DEPLOYMENT = "pending_deployment"
    PENDING_DELETION = "pending_deletion"
    PENDING_EXPIRATION = "pending_expiration"
    PENDING_CLEANUP = "pending_cleanup"
    STAGING_DEPLOYMENT = "staging_deployment"
    STAGING_ACTIVE = "staging_active"
    HOLDING_DEPLOYMENT = "holding_deployment"
    BACKUP_ISSUED = "backup_issued"
    ACTIVE = "active"
    DEACTIVATING = "deactivating"
    INACTIVE = "inactive"
    EXPIRED = "expired"
    DELETED = "deleted"
    INITIALIZING_TIMED_OUT = "initializing_timed_out"
    VALIDATION_TIMED_OUT = "validation_timed_out"
    ISSUANCE_TIMED_OUT = "issuance_timed_out"
    DEPLOYMENT_TIMED_OUT = "deployment_timed_out"
    DELETION_TIMED_OUT = "deletion_timed_out"
    UNKNOWN = ""


@model
class CustomDomain(Model):
    """A host name of your own for a project's APIs."""

    id: str | None = None
    hostname: str | None = None
    cookie_domain: str | None = None
    """The domain that cookies are set for: the host name or a parent of it."""
    cors_enabled: bool | None = None
    cors_allowed_origins: list[str] | None = None
    custom_ui_base_url: str | None = None
    """Where the pages that people log in on are, if they are yours."""
    ssl_status: CustomDomainSslStatus | None = None
    verification_status: str | None = None
    """How far the proof has come that the domain is yours."""
    verification_errors: list[str] | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


@model
class CreateCustomDomainBody(Model):
    """A custom domain to be made."""

    hostname: str | None = None
    cookie_domain: str | None = None
    cors_enabled: bool | None = None
    cors_allowed_origins: list[str] | None = None
    custom_ui_base_url: str | None = None


@model
class SetCustomDomainBody(Model):
    """What a custom domain shall be from now on."""

    hostname: str | None = None
    cookie_domain: str | None = None
    cors_enabled: bool | None = None
    cors_allowed_origins: list[str] | None = None
    custom_ui_base_url: str | None = None
