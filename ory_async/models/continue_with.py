"""TODO"""

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
class ContinueWithVerificationUi(Model):
    """TODO Indicates, that the UI flow could be continued by showing a verification ui"""

    action: Literal["show_verification_ui"] = "show_verification_ui"
    flow: ContinueWithVerificationUiFlow


@model
class ContinueWithVerificationUiFlow(Model):
    """TODO"""

    id: str
    verifiable_address: str
    url: str | None = None


@model
class ContinueWithSetOrySessionToken(Model):
    """TODO Indicates that a session was issued, and the application should use this token for authenticated requests"""

    action: Literal["set_ory_session_token"] = "set_ory_session_token"
    ory_session_token: str = secret()


@model
class ContinueWithSettingsUi(Model):
    """TODO Indicates, that the UI flow could be continued by showing a settings ui"""

    action: Literal["show_settings_ui"] = "show_settings_ui"
    flow: ContinueWithSettingsUiFlow


@model
class ContinueWithSettingsUiFlow(Model):
    """TODO"""

    id: str
    url: str | None = None


@model
class ContinueWithRecoveryUi(Model):
    """TODO Indicates, that the UI flow could be continued by showing a recovery ui"""

    action: Literal["show_recovery_ui"] = "show_recovery_ui"
    flow: ContinueWithRecoveryUiFlow


@model
class ContinueWithRecoveryUiFlow(Model):
    """TODO"""

    id: str
    url: str | None = None


@model
class ContinueWithRedirectBrowserTo(Model):
    """TODO Indicates, that the UI flow could be continued by showing a recovery ui"""

    action: Literal["redirect_browser_to"] = "redirect_browser_to"
    redirect_browser_to: str


@model
class ContinueWithDeviceAuthnPinEntryUi(Model):
    """TODO Returned after a PIN-protected DeviceAuthn enrollment or secret rotation. It carries the one-time HPKE-sealed pin_secret, which the device opens with the transp"""

    action: Literal["show_pin_entry_ui"] = "show_pin_entry_ui"
    data: ContinueWithDeviceAuthnPinEntryUiData


@model
class ContinueWithDeviceAuthnPinEntryUiData(Model):
    """TODO Contains the encapsulated key and the sealed ciphertext that the device opens with the X25519 transport private key it generated for this enrollment or rotation"""

    ciphertext: str
    enc: str


@model
class UnknownContinueWith(UnknownVariant):
    """TODO"""

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
