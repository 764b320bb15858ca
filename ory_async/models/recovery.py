"""Recovering an account: the flow, and what is submitted to get a code or a link and to use the code.

In all submissions, `csrf_token` is the value of the form's node of that name: browser flows need it, native ones do
not. `transient_payload` is passed to webhooks and to the templates of messages, and is not kept.
"""

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


class RecoveryFlowState(OpenEnum):
    """How far a recovery has come.

    It goes from ``choose_method`` by ``sent_email`` to ``passed_challenge``. Where the server lets people choose among
    their addresses, the states between are those that begin with ``recovery_``; the specification does not name them.
    """

    CHOOSE_METHOD = "choose_method"
    SENT_EMAIL = "sent_email"
    PASSED_CHALLENGE = "passed_challenge"
    RECOVERY_AWAITING_ADDRESS = "recovery_awaiting_address"
    RECOVERY_AWAITING_ADDRESS_CHOICE = "recovery_awaiting_address_choice"
    RECOVERY_CONFIRMING_ADDRESS = "recovery_confirming_address"
    RECOVERY_AWAITING_CODE = "recovery_awaiting_code"


@model
class RecoveryFlow(Model):
    """One attempt to get back into an account; it ends with a session and a settings flow."""

    id: str
    """What the recovery page's URL has as ``flow``."""
    type: str
    """``browser`` or ``api``; the latter for apps outside browsers."""
    state: RecoveryFlowState
    """A wrong code leaves it as it is and adds an error to the form's messages."""
    ui: UiContainer
    active: str | None = None
    """The method in use: ``code`` or ``link``."""
    continue_with: list[ContinueWith] | None = None
    """How to go on once the code was right; None before that."""
    request_url: str
    """The URL that began it, its query included."""
    return_to: str | None = None
    """Where the browser goes in the end; None means the server's own choice."""
    transient_payload: Json = None
    issued_at: datetime
    expires_at: datetime
    """Submissions after that are answered with `FlowExpired`, or lead a browser to a fresh flow."""


@model
class UpdateRecoveryFlowWithLinkMethod(Model):
    """Ask for a link by e-mail."""

    method: Literal["link"] = "link"
    email: str
    csrf_token: str | None = secret(default=None)
    transient_payload: Json = None


@model
class UpdateRecoveryFlowWithCodeMethod(Model):
    """Ask for a code with `email`, or use it with `code`; never both, since the address has another code sent.

    Where the server lets people choose among their addresses, `recovery_address` takes the place of `email`.
    """

    method: Literal["code"] = "code"
    email: str | None = None
    code: str | None = secret(default=None)
    recovery_address: str | None = None
    """An e-mail address or phone number of the account."""
    recovery_select_address: str | None = None
    """The address to send the code to, as the value of the chosen button; it does not tell the address."""
    recovery_confirm_address: str | None = None
    """The chosen address in full, asked for when it is another than `recovery_address`."""
    screen: str | None = None
    """``previous`` to go back a step."""
    csrf_token: str | None = secret(default=None)
    transient_payload: Json = None


@model
class UnknownUpdateRecoveryFlowBody(UnknownVariant):
    """A submission by a method that this version does not know."""

    discriminator = "method"


UpdateRecoveryFlowBody: TypeAlias = (
    UpdateRecoveryFlowWithLinkMethod | UpdateRecoveryFlowWithCodeMethod | UnknownUpdateRecoveryFlowBody
)
"""What is submitted to a recovery flow, by method."""
