"""Plans and subscriptions of the Ory Network."""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias

from .base import Json, Model, OpenEnum, model

__all__ = [
    "BillingInterval",
    "CreateSubscriptionBody",
    "Currency",
    "GenericUsage",
    "Plan",
    "PlanDetails",
    "QuotaUsage",
    "Subscription",
    "UpdateSubscriptionBody",
    "Usage",
]


class Currency(OpenEnum):
    """What a subscription is paid in; another one takes a new subscription."""

    USD = "usd"
    EUR = "eur"


class BillingInterval(OpenEnum):
    """How often a subscription is paid."""

    MONTHLY = "monthly"
    YEARLY = "yearly"


@model
class GenericUsage(Model):
    """How much of a feature a plan includes."""

    included_usage: int
    additional_price: str
    """The price of each one beyond these."""


Usage: TypeAlias = GenericUsage | str | bool | float
"""What a plan says of a feature: an amount, or a plain value, such as whether it has the feature at all.

Nothing but its shape tells which one a value is, so it stays JSON where plans are read.
"""


@model
class Plan(Model):
    """The name of a plan; name and version together are unique."""

    name: str
    version: int


@model
class PlanDetails(Model):
    """What a plan costs, and what it includes."""

    name: str
    version: int
    description: str
    custom: bool
    """Whether it was made for one customer, and is not offered to others."""
    yearly_only: bool
    latest: bool | None = None
    """Whether it is the newest version, which can be subscribed to."""
    base_fee_monthly: int
    base_fee_yearly: int
    # By feature: a `Usage`. `from_dict(models.GenericUsage, ...)` reads one that is an object.
    features: dict[str, Json]
    production_features: dict[str, Json]
    """Those of a production project; likewise in the next two."""
    staging_features: dict[str, Json]
    development_features: dict[str, Json]


@model
class Subscription(Model):
    """What somebody pays for."""

    id: str
    customer_id: str
    """The customer, as Stripe knows them."""
    status: str
    """Stripe's word for it: ``active``, ``past_due``, ``canceled`` and the like."""
    currency: Currency
    current_plan: str
    current_plan_details: PlanDetails | None = None
    current_interval: BillingInterval
    payed_until: datetime
    plan_changes_to: str | None
    """The plan that it will change to, if it will."""
    plan_changes_at: datetime | None = None
    interval_changes_to: BillingInterval | None
    ongoing_stripe_checkout_id: str | None = None
    """A payment under way."""
    stripe_checkout_expires_at: datetime | None = None
    created_at: datetime
    updated_at: datetime


@model
class CreateSubscriptionBody(Model):
    """A subscription to be made."""

    plan: str
    interval: BillingInterval | str
    currency: Currency | str | None = None
    provision_first_project: str
    """The project that the subscription is first used for."""
    return_to: str | None = None
    """Where the browser goes after the payment."""


@model
class UpdateSubscriptionBody(Model):
    """What a subscription shall be from now on."""

    plan: str
    interval: BillingInterval | str
    return_to: str | None = None
    """Where the browser goes after the payment."""


@model
class QuotaUsage(Model):
    """How much of a feature has been used."""

    feature: str
    """Its name, such as ``daily_active_users``; there are some ninety, and more with every release."""
    feature_available: bool
    included: int
    used: int
    is_unlimited: bool
    can_use_more: bool
    additional_price: str
    """The price in cents of each one beyond those that are included."""
