"""TODO"""

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


@model
class VerificationFlow(Model):
    """TODO Used to verify an out-of-band communication channel such as an email address or a phone number. For more information head over to: https://www.ory.com/docs/krat"""

    id: str
    state: Json
    type: str
    ui: UiContainer
    active: str | None = None
    expires_at: datetime | None = None
    issued_at: datetime | None = None
    request_url: str | None = None
    return_to: str | None = None
    transient_payload: Json = None


@model
class UpdateVerificationFlowWithLinkMethod(Model):
    """TODO Update Verification Flow with Link Method"""

    email: str
    method: Literal["link"] = "link"
    csrf_token: str | None = secret(default=None)
    transient_payload: Json = None


@model
class UpdateVerificationFlowWithCodeMethod(Model):
    """TODO"""

    method: Literal["code"] = "code"
    code: str | None = secret(default=None)
    csrf_token: str | None = secret(default=None)
    email: str | None = None
    transient_payload: Json = None


@model
class UnknownUpdateVerificationFlowBody(UnknownVariant):
    """TODO"""

    discriminator = "method"


UpdateVerificationFlowBody: TypeAlias = (
    UpdateVerificationFlowWithLinkMethod | UpdateVerificationFlowWithCodeMethod | UnknownUpdateVerificationFlowBody
)


class VerificationFlowState(OpenEnum):
    """TODO"""

    CHOOSE_METHOD = "choose_method"
    SENT_EMAIL = "sent_email"
    PASSED_CHALLENGE = "passed_challenge"
