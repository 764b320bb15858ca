"""What an application may do after a flow: Kratos lists the steps, the application takes those it knows.

They come with what a flow ends in, and in the details of errors that have a way on.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from .base import Model, UnknownVariant, model, secret

__all__ = [
    "ContinueWith",
    "ContinueWithDeviceAuthnPinEntryUi",
    "ContinueWithDeviceAuthnPinEntryUiData",
    "ContinueWithRecoveryUi",
    "ContinueWithRecoveryUiFlow",
    "ContinueWithRedirectBrowserTo",
    "ContinueWithSetOrySessionToken",
    "ContinueWithSettingsUi",
    "ContinueWithSettingsUiFlow",
    "ContinueWithVerificationUi",
    "ContinueWithVerificationUiFlow",
    "UnknownContinueWith",
]


@model
class ContinueWithVerificationUiFlow(Model):
    """The verification flow that waits for the code sent to an address."""

    id: str
    verifiable_address: str
    """The e-mail address or phone number to verify."""
    url: str | None = None
    """The page to send a browser to; mostly None in native flows."""


@model
class ContinueWithVerificationUi(Model):
    """Let the person verify an address: after a registration, a change of traits, or a login that demands it."""

    action: Literal["show_verification_ui"] = "show_verification_ui"
    flow: ContinueWithVerificationUiFlow


@model
class ContinueWithSetOrySessionToken(Model):
    """Use this session token from now on: a native recovery ends with one, and a registration that logs in at once."""

    action: Literal["set_ory_session_token"] = "set_ory_session_token"
    ory_session_token: str = secret()


@model
class ContinueWithSettingsUiFlow(Model):
    """The settings flow to go on with."""

    id: str
    url: str | None = None
    """The page to send a browser to; there in native flows as well."""


@model
class ContinueWithSettingsUi(Model):
    """Let the person change their settings, such as the password after a recovery."""

    action: Literal["show_settings_ui"] = "show_settings_ui"
    flow: ContinueWithSettingsUiFlow


@model
class ContinueWithRecoveryUiFlow(Model):
    """The recovery flow to go on with."""

    id: str
    url: str | None = None
    """The page to send a browser to; mostly None in native flows."""


@model
class ContinueWithRecoveryUi(Model):
    """Begin the recovery again, in a fresh flow: the one submitted has expired or was used up."""

    action: Literal["show_recovery_ui"] = "show_recovery_ui"
    flow: ContinueWithRecoveryUiFlow


@model
class ContinueWithRedirectBrowserTo(Model):
    """Send the browser somewhere. Take it last, wherever it stands in the list, since it leaves the page."""

    action: Literal["redirect_browser_to"] = "redirect_browser_to"
    redirect_browser_to: str


@model
class ContinueWithDeviceAuthnPinEntryUiData(Model):
    """The PIN secret of a device key, sealed by HPKE (RFC 9180) so that only that device can open it.

    The suite is DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM; the info string is
    ``ory/deviceauthn/pin-secret/v1``, the additional data is the key's `client_key_id` in ASCII.
    """

    enc: str
    """The encapsulated key, in base64."""
    ciphertext: str
    """The sealed secret, in base64."""


@model
class ContinueWithDeviceAuthnPinEntryUi(Model):
    """Ask for a PIN and bind the enclosed secret to it, after a device key with a PIN was enrolled or got a new secret.

    The secret comes this once and never again.
    """

    action: Literal["show_pin_entry_ui"] = "show_pin_entry_ui"
    data: ContinueWithDeviceAuthnPinEntryUiData


@model
class UnknownContinueWith(UnknownVariant):
    """A step that this version does not know, to be skipped."""

    discriminator = "action"


ContinueWith: TypeAlias = (
    ContinueWithVerificationUi
    | ContinueWithSetOrySessionToken
    | ContinueWithSettingsUi
    | ContinueWithRecoveryUi
    | ContinueWithRedirectBrowserTo
    | ContinueWithDeviceAuthnPinEntryUi
    | UnknownContinueWith
)
"""One step after a flow."""
