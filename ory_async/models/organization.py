"""Organizations: the companies whose people log in to a project by their own single sign-on, and how they set it up."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from .base import Model, model, secret

if TYPE_CHECKING:
    from .identity import Region

__all__ = [
    "BasicOrganization",
    "CreateOrganizationOnboardingPortalLinkBody",
    "GetOrganizationResponse",
    "ListOrganizationsResponse",
    "OnboardingPortalLink",
    "Organization",
    "OrganizationBody",
    "OrganizationOnboardingPortalLinksResponse",
    "UpdateOrganizationOnboardingPortalLinkBody",
]


@model
class BasicOrganization(Model):
    """An organization as part of a project's configuration."""

    id: str
    label: str
    """Its name, for people."""
    domains: list[str]
    """The domains of its e-mail addresses: who has one is sent to the organization's single sign-on."""
    default_region: Region | None = None
    """Where the identities of its people are kept, unless they say so themselves."""
    session_lifespan: str | None = None
    """How long its people's sessions last, as a duration from ``1m`` to ``8760h``; None for the project's own."""


@model
class Organization(BasicOrganization):
    """A company, or another group of people, with single sign-on of its own."""

    created_at: datetime


@model
class OrganizationBody(Model):
    """An organization to be made or changed."""

    label: str | None = None
    domains: list[str] | None = None
    default_region: Region | str | None = None
    """It must lie inside the project's home region; empty for none."""
    session_lifespan: str | None = None
    """A duration from ``1m`` to ``8760h``; an empty text goes back to the project's own, None leaves it as it is."""


@model
class GetOrganizationResponse(Model):
    """One organization."""

    organization: Organization


@model
class ListOrganizationsResponse(Model):
    """One page of a project's organizations."""

    organizations: list[Organization]
    has_next_page: bool
    next_page_token: str


@model
class CreateOrganizationOnboardingPortalLinkBody(Model):
    """A link to be made, by which an organization's own administrator sets up its single sign-on and SCIM."""

    enable_sso: bool
    """Whether single sign-on can be set up there."""
    enable_scim: bool
    """Whether provisioning by SCIM can be set up there."""
    expires_at: datetime | None = None
    custom_hostname_id: str | None = None
    """The custom domain that the link leads to."""
    # Jsonnet code that makes an identity of what each provider tells, as a URL (https:// or base64://).
    apple_mapper_url: str | None = None
    auth0_mapper_url: str | None = None
    facebook_mapper_url: str | None = None
    generic_oidc_mapper_url: str | None = None
    github_mapper_url: str | None = None
    gitlab_mapper_url: str | None = None
    google_mapper_url: str | None = None
    microsoft_mapper_url: str | None = None
    netid_mapper_url: str | None = None
    saml_mapper_url: str | None = None
    scim_mapper_url: str | None = None
    # URLs of yours that providers are told instead of Ory's, where a proxy stands in between.
    proxy_acs_url: str | None = None
    """Where SAML assertions are posted to."""
    proxy_oidc_redirect_url: str | None = None
    proxy_saml_audience_override: str | None = None
    """The audience that SAML assertions are made for; a name, it need not lead anywhere."""
    proxy_scim_server_url: str | None = None


@model
class OnboardingPortalLink(Model):
    """A link by which an organization's own administrator sets up its single sign-on and SCIM."""

    id: str
    project_id: str
    organization_id: str
    value: str = secret()
    """The link itself; who has it can change how the organization logs in."""
    enable_sso: bool | None = None
    enable_scim: bool | None = None
    expires_at: datetime
    created_at: datetime | None = None
    custom_hostname_id: str | None = None
    # As in the body that it was made from.
    apple_mapper_url: str | None = None
    auth0_mapper_url: str | None = None
    facebook_mapper_url: str | None = None
    generic_oidc_mapper_url: str | None = None
    github_mapper_url: str | None = None
    gitlab_mapper_url: str | None = None
    google_mapper_url: str | None = None
    microsoft_mapper_url: str | None = None
    netid_mapper_url: str | None = None
    saml_mapper_url: str | None = None
    scim_mapper_url: str | None = None
    proxy_acs_url: str | None = None
    proxy_oidc_redirect_url: str | None = None
    proxy_saml_audience_override: str | None = None
    proxy_scim_server_url: str | None = None


@model
class OrganizationOnboardingPortalLinksResponse(Model):
    """The links of an organization."""

    links: list[OnboardingPortalLink]


@model
class UpdateOrganizationOnboardingPortalLinkBody(Model):
    """What can be changed of a link."""

    enable_sso: bool
    enable_scim: bool
    expires_at: datetime | None = None
