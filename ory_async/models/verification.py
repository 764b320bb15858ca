"""Verifying an address: the flow, and what is submitted to get a code or a link and to use the code.

In all submissions, `csrf_token` is the value of the form's node of that name: browser flows need it, native ones do
not. `transient_payload` is passed to webhooks and to the templates of messages, and is not kept.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Literal, TypeAlias

from .base import Json, Model, OpenEnum, UnknownVariant, model, secret

if TYPE_CHECKING:
    from .ui import UiContainer

__all__ = [
    "UnknownUpdateVerificationFlowBody",
    "UpdateVerificationFlowBody",
    "UpdateVerificationFlowWithCodeMethod",
    "UpdateVerificationFlowWithLinkMethod",
    "VerificationFlow",
    "VerificationFlowState",
]


class VerificationFlowState(OpenEnum):
    """How far a verification has come: an address is to be given, a message was sent, or the address is verified."""

    CHOOSE_METHOD = "choose_method"
    SENT_EMAIL = "sent_email"
    PASSED_CHALLENGE = "passed_challenge"


@model
class VerificationFlow(Model):
    """One attempt to prove that an e-mail address or phone number is one's own."""

    id: str
    """What the verification page's URL has as ``flow``."""
    type: str
    """``browser`` or ``api``; the latter for apps outside browsers."""
    state: VerificationFlowState
    """A wrong code leaves it as it is and adds an error to the form's messages."""
    ui: UiContainer
    """Once passed, a form with nothing but the link that leads on."""
    active: str | None = None
    """The method in use: ``code`` or ``link``, sometimes ``default``."""
    request_url: str | None = None
    """The URL that began it, its query included."""
    return_to: str | None = None
    """Where the browser goes in the end; None means the server's own choice."""
    transient_payload: Json = None
    issued_at: datetime | None = None
    expires_at: datetime | None = None
    """A submission after that is not taken; it leads to a fresh flow."""


@model
class UpdateVerificationFlowWithLinkMethod(Model):
    """Ask for a link by e-mail."""

    method: Literal["link"] = "link"
    email: str
    csrf_token: str | None = secret(default=None)
    transient_payload: Json = None


@model
class UpdateVerificationFlowWithCodeMethod(Model):
    """Ask for a code with `email`, or use it with `code`; never both, since the address has another code sent."""

    method: Literal["code"] = "code"
    email: str | None = None
    """The address to verify; a phone number goes here as well, with its country code."""
    code: str | None = secret(default=None)
    csrf_token: str | None = secret(default=None)
    transient_payload: Json = None


@model
class UnknownUpdateVerificationFlowBody(UnknownVariant):
    """A submission by a method that this version does not know."""

    discriminator = "method"


UpdateVerificationFlowBody: TypeAlias = (
    UpdateVerificationFlowWithLinkMethod | UpdateVerificationFlowWithCodeMethod | UnknownUpdateVerificationFlowBody
)
"""What is submitted to a verification flow, by method."""
