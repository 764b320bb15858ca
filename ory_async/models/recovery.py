"""TODO"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Literal, TypeAlias

from .base import Json, Model, OpenEnum, UnknownVariant, model, secret

if TYPE_CHECKING:
    from .continue_with import ContinueWith
    from .ui import UiContainer

__all__ = [
    "RecoveryFlow",
    "RecoveryFlowState",
    "UnknownUpdateRecoveryFlowBody",
    "UpdateRecoveryFlowBody",
    "UpdateRecoveryFlowWithCodeMethod",
    "UpdateRecoveryFlowWithLinkMethod",
]


@model
class RecoveryFlow(Model):
    """TODO This request is used when an identity wants to recover their account. We recommend reading the [Account Recovery Documentation](../self-service/flows/password-r"""

    expires_at: datetime
    id: str
    issued_at: datetime
    request_url: str
    state: Json
    type: str
    ui: UiContainer
    active: str | None = None
    continue_with: list[ContinueWith] | None = None
    return_to: str | None = None
    transient_payload: Json = None


@model
class UpdateRecoveryFlowWithLinkMethod(Model):
    """TODO Update Recovery Flow with Link Method"""

    email: str
    method: Literal["link"] = "link"
    csrf_token: str | None = secret(default=None)
    transient_payload: Json = None


@model
class UpdateRecoveryFlowWithCodeMethod(Model):
    """TODO Update Recovery Flow with Code Method"""

    method: Literal["code"] = "code"
    code: str | None = secret(default=None)
    csrf_token: str | None = secret(default=None)
    email: str | None = None
    recovery_address: str | None = None
    recovery_confirm_address: str | None = None
    recovery_select_address: str | None = None
    screen: str | None = None
    transient_payload: Json = None


@model
class UnknownUpdateRecoveryFlowBody(UnknownVariant):
    """TODO"""

    discriminator = "method"


UpdateRecoveryFlowBody: TypeAlias = (
    UpdateRecoveryFlowWithLinkMethod | UpdateRecoveryFlowWithCodeMethod | UnknownUpdateRecoveryFlowBody
)


class RecoveryFlowState(OpenEnum):
    """TODO"""

    CHOOSE_METHOD = "choose_method"
    SENT_EMAIL = "sent_email"
    PASSED_CHALLENGE = "passed_challenge"
    RECOVERY_AWAITING_ADDRESS = "recovery_awaiting_address"
    RECOVERY_AWAITING_ADDRESS_CHOICE = "recovery_awaiting_address_choice"
    RECOVERY_CONFIRMING_ADDRESS = "recovery_confirming_address"
    RECOVERY_AWAITING_CODE = "recovery_awaiting_code"
