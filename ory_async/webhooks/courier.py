"""The HTTP courier: Kratos hands over e-mails and text messages that a system of yours delivers."""

from __future__ import annotations

from typing import Final

from ..models.base import Json, Model, model, secret, wire
from ..models.courier import CourierMessageType, MessageTemplate
from .receiving import Receiver, Reply, read_model

COURIER_JSONNET: Final = "function(ctx) ctx { request_headers:: null }\n"
"""The Jsonnet for the ``body`` of the courier's request, or of a channel's, that gives a `CourierMessage`."""


@model
class TemplateData(Model):
    """What a message is made of; each template has a class of its own, and one that is not known has this."""

    to: str | None = None
    """The recipient, as a template sees it."""
    transient_payload: dict[str, Json] | None = None
    """What the client sent along for templates and hooks."""
    request_url: str | None = secret(default=None)
    """What the browser asked for when the flow began."""


@model
class _Personal(TemplateData):
    """For a person that is known, with something that ends soon."""

    identity: dict[str, Json] | None = None
    """The person, as the templates see them."""
    expires_in_minutes: int | None = None
    request_url_domain: str | None = None
    """Where text messages bind a code to."""


@model
class RecoveryCode(_Personal):
    """A code to recover an account."""

    code: str = wire("recovery_code", repr=False)


@model
class RecoveryLink(_Personal):
    """A link to recover an account."""

    url: str = wire("recovery_url", repr=False)


@model
class VerificationCode(_Personal):
    """A code, and in e-mails also a link with it, to verify an address."""

    code: str = wire("verification_code", repr=False)
    url: str | None = wire("verification_url", default=None, repr=False)


@model
class VerificationLink(_Personal):
    """A link to verify an address."""

    url: str = wire("verification_url", repr=False)


@model
class LoginCode(_Personal):
    """A code to log in, also as a second factor."""

    code: str = wire("login_code", repr=False)


@model
class RegistrationCode(_Personal):
    """A code to register."""

    code: str = wire("registration_code", repr=False)
    traits: dict[str, Json] | None = None


@model
class UnknownAddress(TemplateData):
    """Recovery or verification was asked for an address that no account has; the owner is told."""


@model
class AddressChanged(TemplateData):
    """An address was taken out of an account; its owner is told."""

    identity: dict[str, Json] | None = None
    changed_at: str | None = None


@model
class AuthenticatorAdded(TemplateData):
    """A device or a key was added to an account; the person is told."""

    identity: dict[str, Json] | None = None
    added_at: str | None = None


@model
class CourierMessage(Model):
    """A message to deliver, where the body is made by `COURIER_JSONNET`. It holds codes and links that log in."""

    recipient: str
    """An e-mail address or a phone number."""
    template_type: MessageTemplate | None = None
    template_data: TemplateData | None = None
    """What the message is made of, of the class that belongs to `template_type`."""
    message_type: CourierMessageType | None = None
    subject: str | None = secret(default=None)
    body: str | None = secret(default=None)
    """The message as text, made by Kratos' template."""
    html_body: str | None = secret(default=None)


_TEMPLATES: Final[dict[str, type[TemplateData]]] = {
    "recovery_valid": RecoveryLink,
    "recovery_code_valid": RecoveryCode,
    "recovery_invalid": UnknownAddress,
    "recovery_code_invalid": UnknownAddress,
    "verification_valid": VerificationLink,
    "verification_code_valid": VerificationCode,
    "verification_invalid": UnknownAddress,
    "verification_code_invalid": UnknownAddress,
    "login_code_valid": LoginCode,
    "registration_code_valid": RegistrationCode,
    "verifiable_address_changed": AddressChanged,
    "authenticator_key_added": AuthenticatorAdded,
}


class CourierReceiver(Receiver[CourierMessage, None]):
    """Receives messages to deliver. The handler returns None; when it raises, Kratos tries again later, and gives up
    after the retries of its settings. Requests have no id: a message may come more than once."""

    def _read(self, data: Json) -> CourierMessage:
        message = read_model(CourierMessage, data)
        if message.template_data is not None:
            kind = _TEMPLATES.get(message.template_type or "", TemplateData)
            message.template_data = read_model(kind, _as_in_mail(kind, data["template_data"]))
        return message

    def _write(self, answer: None) -> Reply | None:
        return Reply(204) if answer is None else None


def _as_in_mail(kind: type[TemplateData], data: dict[str, Json]) -> dict[str, Json]:
    """Text messages name the code of a recovery as that of a verification."""
    if kind is RecoveryCode and "recovery_code" not in data and "verification_code" in data:
        return {**data, "recovery_code": data["verification_code"]}
    return data
