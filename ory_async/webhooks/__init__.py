"""Receive what Ory sends: actions, the password-migration hook, messages to deliver, token hooks and event streams.

    actions = ActionReceiver(Authentication.api_key("the key of Kratos' settings"))

    async def check(action: Action) -> Block | None:
        ...

    app = FastAPI(routes=[Route("/hooks/registration", actions.endpoint(check), methods=["POST"])])

A receiver knows one kind of request. `Receiver.endpoint` makes an ASGI application of it and a handler of yours, which
`Endpoint.respond` serves to other frameworks; `Receiver.receive` and `Receiver.reply` are the two halves alone.
"""

from __future__ import annotations

from .actions import (
    ACTION_JSONNET,
    Action,
    ActionAnswer,
    ActionFlow,
    ActionReceiver,
    Block,
    ChangeIdentity,
    FlowMessage,
)
from .authentication import Authentication
from .courier import (
    COURIER_JSONNET,
    AddressChanged,
    AuthenticatorAdded,
    CourierMessage,
    CourierReceiver,
    LoginCode,
    RecoveryCode,
    RecoveryLink,
    RegistrationCode,
    TemplateData,
    UnknownAddress,
    VerificationCode,
    VerificationLink,
)
from .deliveries import Deliveries
from .events import Event, EventReceiver
from .migration import PasswordMigration, PasswordMigrationReceiver
from .receiving import Endpoint, Receiver, Reply, WebhookRefusal, WebhookRefused
from .token_hooks import (
    DenyToken,
    HookedIdToken,
    HookedSession,
    IdTokenClaims,
    RefreshTokenHook,
    RefreshTokenHookReceiver,
    TokenAnswer,
    TokenClaims,
    TokenHook,
    TokenHookReceiver,
    TokenRequest,
)

__all__ = [
    "ACTION_JSONNET",
    "COURIER_JSONNET",
    "Action",
    "ActionAnswer",
    "ActionFlow",
    "ActionReceiver",
    "AddressChanged",
    "Authentication",
    "AuthenticatorAdded",
    "Block",
    "ChangeIdentity",
    "CourierMessage",
    "CourierReceiver",
    "Deliveries",
    "DenyToken",
    "Endpoint",
    "Event",
    "EventReceiver",
    "FlowMessage",
    "HookedIdToken",
    "HookedSession",
    "IdTokenClaims",
    "LoginCode",
    "PasswordMigration",
    "PasswordMigrationReceiver",
    "Receiver",
    "RecoveryCode",
    "RecoveryLink",
    "RefreshTokenHook",
    "RefreshTokenHookReceiver",
    "RegistrationCode",
    "Reply",
    "TemplateData",
    "TokenAnswer",
    "TokenClaims",
    "TokenHook",
    "TokenHookReceiver",
    "TokenRequest",
    "UnknownAddress",
    "VerificationCode",
    "VerificationLink",
    "WebhookRefusal",
    "WebhookRefused",
]
