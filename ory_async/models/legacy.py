"""Models that only older documents of the API name.

Most have another name today, and are that model here. The others belonged to endpoints of the Ory Network that are no
longer described; their classes read what these answered.
"""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias

from .base import Model, model, wire
from .common import FlowError
from .consent import OAuth2ConsentSession, OAuth2RedirectTo
from .identity import (
    CreateIdentityBody,
    CreateRecoveryCodeForIdentityBody,
    CreateRecoveryLinkForIdentityBody,
    RecoveryCodeForIdentity,
    RecoveryLinkForIdentity,
    UpdateIdentityBody,
)
from .jwk import CreateJsonWebKeySet
from .login import LoginFlow, SuccessfulNativeLogin, UpdateLoginFlowBody
from .logout import LogoutFlow, PerformNativeLogoutBody
from .recovery import RecoveryFlow, UpdateRecoveryFlowBody
from .registration import RegistrationFlow, SuccessfulNativeRegistration, UpdateRegistrationFlowBody
from .session import DeleteMySessionsCount
from .settings import SettingsFlow, UpdateSettingsFlowBody
from .token import ErrorOAuth2, OAuth2TokenExchange
from .trust import TrustOAuth2JwtGrantIssuer
from .verification import UpdateVerificationFlowBody, VerificationFlow

__all__ = [
    "AdminCreateIdentityBody",
    "AdminCreateJsonWebKeySetBody",
    "AdminCreateSelfServiceRecoveryCodeBody",
    "AdminCreateSelfServiceRecoveryLinkBody",
    "AdminTrustOAuth2JwtGrantIssuerBody",
    "AdminUpdateIdentityBody",
    "Attribute",
    "AttributesCountDatapoint",
    "ConsistencyRequestParameters",
    "GetAttributesCountResponse",
    "GetMetricsEventAttributesResponse",
    "GetMetricsEventTypesResponse",
    "GetProjectEventsResponse",
    "GetSessionActivityResponse",
    "InternalIsOwnerForProjectBySlugResponse",
    "InternalProvisionMockSubscription",
    "OAuth2ApiError",
    "OAuth2ConsentSessionExpiresAt",
    "OAuth2TokenResponse",
    "Pagination",
    "PaginationHeaders",
    "PreviousOAuth2ConsentSession",
    "ProjectEventsDatapoint",
    "RevokedSessions",
    "SelfServiceError",
    "SelfServiceLoginFlow",
    "SelfServiceLogoutUrl",
    "SelfServiceRecoveryCode",
    "SelfServiceRecoveryFlow",
    "SelfServiceRecoveryLink",
    "SelfServiceRegistrationFlow",
    "SelfServiceSettingsFlow",
    "SelfServiceVerificationFlow",
    "SessionActivityDatapoint",
    "StripeCustomer",
    "SubmitSelfServiceLoginFlowBody",
    "SubmitSelfServiceLogoutFlowWithoutBrowserBody",
    "SubmitSelfServiceRecoveryFlowBody",
    "SubmitSelfServiceRegistrationFlowBody",
    "SubmitSelfServiceSettingsFlowBody",
    "SubmitSelfServiceVerificationFlowBody",
    "SuccessfulOAuth2RequestResponse",
    "SuccessfulSelfServiceLoginWithoutBrowser",
    "SuccessfulSelfServiceRegistrationWithoutBrowser",
]

# The old name and today's: today's class has all that the old one had.

AdminCreateIdentityBody: TypeAlias = CreateIdentityBody
AdminCreateJsonWebKeySetBody: TypeAlias = CreateJsonWebKeySet
AdminCreateSelfServiceRecoveryCodeBody: TypeAlias = CreateRecoveryCodeForIdentityBody
AdminCreateSelfServiceRecoveryLinkBody: TypeAlias = CreateRecoveryLinkForIdentityBody
AdminTrustOAuth2JwtGrantIssuerBody: TypeAlias = TrustOAuth2JwtGrantIssuer
AdminUpdateIdentityBody: TypeAlias = UpdateIdentityBody
OAuth2ApiError: TypeAlias = ErrorOAuth2
OAuth2TokenResponse: TypeAlias = OAuth2TokenExchange
PreviousOAuth2ConsentSession: TypeAlias = OAuth2ConsentSession
RevokedSessions: TypeAlias = DeleteMySessionsCount
SelfServiceError: TypeAlias = FlowError
SelfServiceLoginFlow: TypeAlias = LoginFlow
SelfServiceLogoutUrl: TypeAlias = LogoutFlow
SelfServiceRecoveryCode: TypeAlias = RecoveryCodeForIdentity
SelfServiceRecoveryFlow: TypeAlias = RecoveryFlow
SelfServiceRecoveryLink: TypeAlias = RecoveryLinkForIdentity
SelfServiceRegistrationFlow: TypeAlias = RegistrationFlow
SelfServiceSettingsFlow: TypeAlias = SettingsFlow
SelfServiceVerificationFlow: TypeAlias = VerificationFlow
SubmitSelfServiceLoginFlowBody: TypeAlias = UpdateLoginFlowBody
SubmitSelfServiceLogoutFlowWithoutBrowserBody: TypeAlias = PerformNativeLogoutBody
SubmitSelfServiceRecoveryFlowBody: TypeAlias = UpdateRecoveryFlowBody
SubmitSelfServiceRegistrationFlowBody: TypeAlias = UpdateRegistrationFlowBody
SubmitSelfServiceSettingsFlowBody: TypeAlias = UpdateSettingsFlowBody
SubmitSelfServiceVerificationFlowBody: TypeAlias = UpdateVerificationFlowBody
SuccessfulOAuth2RequestResponse: TypeAlias = OAuth2RedirectTo
SuccessfulSelfServiceLoginWithoutBrowser: TypeAlias = SuccessfulNativeLogin
SuccessfulSelfServiceRegistrationWithoutBrowser: TypeAlias = SuccessfulNativeRegistration


@model
class ConsistencyRequestParameters(Model):
    """How new the data has to be; it goes as the parameter `consistency` of a list, on the Ory Network only."""

    consistency: str | None = None
    """``strong``, or ``eventual`` for data that may be some five seconds old; None leaves it to the project's settings."""


@model
class OAuth2ConsentSessionExpiresAt(Model):
    """When what somebody has granted to an application ends, token by token."""

    authorize_code: datetime | None = None
    access_token: datetime | None = None
    refresh_token: datetime | None = None
    id_token: datetime | None = None
    par_context: datetime | None = None
    """The pushed authorization request (RFC 9126)."""


@model
class Pagination(Model):
    """Which page of a list to fetch; these go as parameters of the list."""

    page_size: int | None = None
    """The number of items on a page, 1 to 1000; 250 where it is not given."""
    page_token: str | None = None
    """What the page before gave as the next token."""


@model
class PaginationHeaders(Model):
    """The headers that tell where a list goes on; pagers read them."""

    link: str | None = None
    """URLs of the first and next page (RFC 8288)."""
    x_total_count: str | None = wire("x-total-count", default=None)
    """How many items there are on all pages."""


@model
class AttributesCountDatapoint(Model):
    """How often an attribute of events had one value."""

    name: str
    """The value."""
    count: int


@model
class GetAttributesCountResponse(Model):
    """How often an attribute of events had which value."""

    data: list[AttributesCountDatapoint]


@model
class GetMetricsEventAttributesResponse(Model):
    """The attributes that events have."""

    events: list[str]


@model
class GetMetricsEventTypesResponse(Model):
    """The kinds of events that occurred."""

    events: list[str]


@model
class Attribute(Model):
    """One thing that is known of an event."""

    key: str | None = None
    value: str | None = None


@model
class ProjectEventsDatapoint(Model):
    """Something that happened in a project."""

    name: str
    """What kind of event it was."""
    timestamp: datetime
    attributes: list[Attribute]


@model
class GetProjectEventsResponse(Model):
    """One page of the events of a project."""

    events: list[ProjectEventsDatapoint]
    page_token: str | None = None
    """What to ask for the next page with; None on the last one."""


@model
class SessionActivityDatapoint(Model):
    """How many logins from one country went well, and how many did not."""

    country: str
    succeeded: int
    failed: int


@model
class GetSessionActivityResponse(Model):
    """Logins in a project, by country."""

    data: list[SessionActivityDatapoint]


@model
class InternalIsOwnerForProjectBySlugResponse(Model):
    """The project that a slug stands for, where the caller owns it."""

    project_id: str


@model
class InternalProvisionMockSubscription(Model):
    """Give somebody a subscription that is not paid for, on a test system of the Ory Network."""

    identity_id: str
    plan: str
    """The id of the plan."""
    currency: str
    """``usd`` or ``eur``."""
    interval: str
    """``monthly`` or ``yearly``: how often it would be billed."""


@model
class StripeCustomer(Model):
    """A customer, as Stripe knows them."""

    id: str | None = None
