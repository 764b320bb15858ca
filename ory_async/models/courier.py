"""E-mails and text messages that Kratos sent or is about to send, as the courier service lists them."""

from __future__ import annotations

from datetime import datetime

from .base import Json, Model, OpenEnum, model, secret

__all__ = [
    "CourierMessageStatus",
    "CourierMessageType",
    "Message",
    "MessageDispatch",
    "MessageDispatchStatus",
    "MessageTemplate",
]


class CourierMessageStatus(OpenEnum):
    """How far a message has come; ``abandoned`` means that every try has failed."""

    QUEUED = "queued"
    PROCESSING = "processing"
    SENT = "sent"
    ABANDONED = "abandoned"


class CourierMessageType(OpenEnum):
    """The way a message goes. Text messages are ``sms`` on today's servers; ``phone`` is the older word."""

    EMAIL = "email"
    SMS = "sms"
    PHONE = "phone"


class MessageTemplate(OpenEnum):
    """What a message is for.

    The ``..._invalid`` ones go to addresses that no account has, to tell their owners so without telling the asker.
    """

    RECOVERY_INVALID = "recovery_invalid"
    RECOVERY_VALID = "recovery_valid"
    RECOVERY_CODE_INVALID = "recovery_code_invalid"
    RECOVERY_CODE_VALID = "recovery_code_valid"
    VERIFICATION_INVALID = "verification_invalid"
    VERIFICATION_VALID = "verification_valid"
    VERIFICATION_CODE_INVALID = "verification_code_invalid"
    VERIFICATION_CODE_VALID = "verification_code_valid"
    LOGIN_CODE_VALID = "login_code_valid"
    REGISTRATION_CODE_VALID = "registration_code_valid"
    VERIFIABLE_ADDRESS_CHANGED = "verifiable_address_changed"
    AUTHENTICATOR_KEY_ADDED = "authenticator_key_added"
    STUB = "stub"


class MessageDispatchStatus(OpenEnum):
    """What became of one try to deliver a message."""

    SUCCESS = "success"
    FAILED = "failed"


@model
class MessageDispatch(Model):
    """One try to deliver a message."""

    id: str
    message_id: str
    status: MessageDispatchStatus
    error: Json = None
    """Why it failed, as an object; None when it did not."""
    created_at: datetime
    updated_at: datetime


@model
class Message(Model):
    """An e-mail or a text message to a person. It may hold a code or a link that logs in: treat it as a secret."""

    id: str
    type: CourierMessageType
    status: CourierMessageStatus
    recipient: str
    """An e-mail address or a phone number."""
    template_type: MessageTemplate
    subject: str = secret()
    """Holds the code in many templates; empty for text messages."""
    body: str = secret()
    channel: str | None = None
    """The channel of the server's settings that delivers it, such as ``email`` or ``sms``."""
    send_count: int
    """How many tries there were."""
    dispatches: list[MessageDispatch] | None = None
    """The tries one by one; None in a list of messages."""
    created_at: datetime
    updated_at: datetime
