"""TODO"""

from __future__ import annotations

from datetime import datetime

from .base import Json, Model, OpenEnum, model

__all__ = [
    "CourierMessageStatus",
    "CourierMessageType",
    "Message",
    "MessageDispatch",
    "MessageDispatchStatus",
    "MessageTemplate",
]


class MessageDispatchStatus(OpenEnum):
    """TODO"""

    FAILED = "failed"
    SUCCESS = "success"


class MessageTemplate(OpenEnum):
    """TODO"""

    RECOVERY_INVALID = "recovery_invalid"
    RECOVERY_VALID = "recovery_valid"
    RECOVERY_CODE_INVALID = "recovery_code_invalid"
    RECOVERY_CODE_VALID = "recovery_code_valid"
    VERIFICATION_INVALID = "verification_invalid"
    VERIFICATION_VALID = "verification_valid"
    VERIFICATION_CODE_INVALID = "verification_code_invalid"
    VERIFICATION_CODE_VALID = "verification_code_valid"
    STUB = "stub"
    LOGIN_CODE_VALID = "login_code_valid"
    REGISTRATION_CODE_VALID = "registration_code_valid"
    VERIFIABLE_ADDRESS_CHANGED = "verifiable_address_changed"
    AUTHENTICATOR_KEY_ADDED = "authenticator_key_added"


@model
class Message(Model):
    """TODO"""

    body: str
    created_at: datetime
    id: str
    recipient: str
    send_count: int
    status: CourierMessageStatus
    subject: str
    template_type: MessageTemplate
    type: CourierMessageType
    updated_at: datetime
    channel: str | None = None
    dispatches: list[MessageDispatch] | None = None


@model
class MessageDispatch(Model):
    """TODO MessageDispatch represents an attempt of sending a courier message It contains the status of the attempt (failed or successful) and the error if any occured"""

    created_at: datetime
    id: str
    message_id: str
    status: MessageDispatchStatus
    updated_at: datetime
    error: Json = None


class CourierMessageStatus(OpenEnum):
    """TODO"""

    QUEUED = "queued"
    SENT = "sent"
    PROCESSING = "processing"
    ABANDONED = "abandoned"


class CourierMessageType(OpenEnum):
    """TODO"""

    EMAIL = "email"
    PHONE = "phone"
    SMS = "sms"
