"""Changing one's settings: the flow, and what is submitted to change the profile, the password and each other method.

In all submissions, `csrf_token` is the value of the form's node of that name: browser flows need it, native ones do
not. `transient_payload` is passed to webhooks and to the templates of messages, and is not kept.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Literal, TypeAlias

from .base import Json, Model, OpenEnum, UnknownVariant, model, secret

if TYPE_CHECKING:
    from .continue_with import ContinueWith
    from .identity import Identity
    from .ui import UiContainer

__all__ = [
    "SettingsFlow",
    "SettingsFlowState",
    "UnknownUpdateSettingsFlowBody",
    "UpdateSettingsFlowBody",
    "UpdateSettingsFlowWithDeviceAuthnMethod",
    "UpdateSettingsFlowWithDeviceAuthnMethodRegister",
    "UpdateSettingsFlowWithDeviceAuthnMethodRotateSecret",
    "UpdateSettingsFlowWithLookupMethod",
    "UpdateSettingsFlowWithOidcMethod",
    "UpdateSettingsFlowWithPasskeyMethod",
    "UpdateSettingsFlowWithPasswordMethod",
    "UpdateSettingsFlowWithProfileMethod",
    "UpdateSettingsFlowWithSamlMethod",
    "UpdateSettingsFlowWithTotpMethod",
    "UpdateSettingsFlowWithWebAuthnMethod",
    "UserVerification",
]


class SettingsFlowState(OpenEnum):
    """Whether a change is still to be made or was saved."""

    SHOW_FORM = "show_form"
    SUCCESS = "success"


class UserVerification(OpenEnum):
    """How a device makes sure that its owner is the one who uses a key.

    ``pin`` by a PIN, ``platform`` by the screen lock or a fingerprint, ``none`` not at all: such a key is good for a
    second factor only.
    """

    PIN = "pin"
    PLATFORM = "platform"
    NONE = "none"


@model
class SettingsFlow(Model):
    """A settings page of one person: many changes may be made with it, one after the other."""

    id: str
    """What the settings page's URL has as ``flow``."""
    type: str
    """``browser`` or ``api``; the latter for apps outside browsers."""
    state: SettingsFlowState
    """Read the form's messages as well: a refused change after an accepted one leaves it at ``success``."""
    ui: UiContainer
    identity: Identity
    """Whose settings they are, with the changes already saved."""
    active: str | None = None
    """The method that was submitted last, where the server tells."""
    continue_with: list[ContinueWith] | None = None
    """What may follow a change, such as the verification of a new address; None before there is anything."""
    request_url: str
    """The URL that began it, its query included."""
    return_to: str | None = None
    """Where the browser goes in the end; None means the server's own choice."""
    organization_id: str | None = None
    """The person's organization, where single sign-on is set up."""
    transient_payload: Json = None
    issued_at: datetime
    expires_at: datetime
    """Submissions after that are answered with `FlowExpired`."""


@model
class UpdateSettingsFlowWithPasswordMethod(Model):
    """Set a new password."""

    method: Literal["password"] = "password"
    password: str = secret()
    csrf_token: str | None = secret(default=None)
    transient_payload: Json = None


@model
class UpdateSettingsFlowWithProfileMethod(Model):
    """Change one's traits."""

    method: Literal["profile"] = "profile"
    traits: Json
    """All traits, not only the changed ones."""
    csrf_token: str | None = secret(default=None)
    transient_payload: Json = None


@model
class UpdateSettingsFlowWithOidcMethod(Model):
    """Link an account at an OpenID Connect provider to one's own, or unlink it: set either `link` or `unlink`."""

    method: Literal["oidc"] = "oidc"
    link: str | None = None
    """The id of the provider to link."""
    unlink: str | None = None
    """The id of the provider to unlink."""
    traits: Json = None
    upstream_parameters: Json = None
    """An object of parameters to hand on to the provider, such as ``hd``, ``prompt`` or ``acr_values``."""
    flow: str | None = None
    """The id of the flow, as in the query; not needed here."""
    csrf_token: str | None = secret(default=None)
    transient_payload: Json = None


@model
class UpdateSettingsFlowWithSamlMethod(Model):
    """Link an account at a SAML provider to one's own, or unlink it: set either `link` or `unlink`."""

    method: Literal["saml"] = "saml"
    link: str | None = None
    """The id of the provider to link."""
    unlink: str | None = None
    """The id of the provider to unlink."""
    traits: Json = None
    flow: str | None = None
    """The id of the flow, as in the query; not needed here."""
    csrf_token: str | None = secret(default=None)
    transient_payload: Json = None


@model
class UpdateSettingsFlowWithTotpMethod(Model):
    """Set up an authenticator app, or remove it.

    The form shows the app's secret as a text and as a QR code; a first code proves that the app has it.
    """

    method: Literal["totp"] = "totp"
    totp_code: str | None = secret(default=None)
    totp_unlink: bool | None = None
    """True removes the app."""
    csrf_token: str | None = secret(default=None)
    transient_payload: Json = None


@model
class UpdateSettingsFlowWithWebAuthnMethod(Model):
    """Add a security key, or remove one."""

    method: Literal["webauthn"] = "webauthn"
    webauthn_register: str | None = None
    """What the browser made for the new key, as JSON text."""
    webauthn_register_displayname: str | None = None
    """A name for the new key, to tell it from others."""
    webauthn_remove: str | None = None
    """The id of the key to remove, which the form's button has as its value."""
    csrf_token: str | None = secret(default=None)
    transient_payload: Json = None


@model
class UpdateSettingsFlowWithLookupMethod(Model):
    """Make, show or drop lookup codes, the second factor on paper; set one of the fields to True."""

    method: Literal["lookup_secret"] = "lookup_secret"
    lookup_secret_regenerate: bool | None = None
    """Make new codes; the old ones hold until the new ones are confirmed."""
    lookup_secret_confirm: bool | None = None
    """Save the codes that were just made."""
    lookup_secret_reveal: bool | None = None
    """Show the codes in the answer's form."""
    lookup_secret_disable: bool | None = None
    """Drop all codes."""
    csrf_token: str | None = secret(default=None)
    transient_payload: Json = None


@model
class UpdateSettingsFlowWithPasskeyMethod(Model):
    """Add a passkey, or remove one."""

    method: Literal["passkey"] = "passkey"
    passkey_settings_register: str | None = None
    """What the browser made for the new passkey, as JSON text."""
    passkey_remove: str | None = None
    """The id of the passkey to remove, which the form's button has as its value."""
    csrf_token: str | None = secret(default=None)


@model
class UpdateSettingsFlowWithDeviceAuthnMethodRegister(Model):
    """A new device key, proved by the device's hardware; set one of the two attestations.

    The nonce comes in the form's node ``deviceauthn_nonce``, whose value is the base64 of a JSON object; its member
    ``nonce`` is the nonce, again in base64. The challenge to attest is the nonce itself, or, for a key with a PIN, the
    SHA-256 of the nonce followed by `transport_public_key`.
    """

    version: int
    """How the key signs: 1, for ECDSA with SHA-256."""
    device_name: str
    """A name for the device, to tell its key from others."""
    attestation_ios: str | None = None
    """The attestation object of App Attest, in base64."""
    certificate_chain_android: list[str] | None = None
    """The certificates of Android's key attestation, each DER in base64, that of the key first and the root last."""
    user_verification: UserVerification | str | None = None
    """None means none, or the PIN where `pin_protected` is set."""
    pin_protected: bool | None = None
    """True has the server make a secret for a PIN, which comes once, in the flow's `continue_with`."""
    transport_public_key: str | None = None
    """A fresh X25519 key (32 bytes, in base64) to seal that secret for; required with `pin_protected`."""


@model
class UpdateSettingsFlowWithDeviceAuthnMethodRotateSecret(Model):
    """A new PIN secret for a key that has one, for a PIN that was forgotten or locked.

    The secret comes once, in the flow's `continue_with`.
    """

    client_key_id: str
    """The SHA-256 of the device's public key (DER, SubjectPublicKeyInfo) in lower-case hex."""
    signature: str = secret()
    """The device's signature, in base64, of the nonce (as at enrolment) followed by `transport_public_key`."""
    transport_public_key: str
    """A fresh X25519 key (32 bytes, in base64) to seal the secret for."""


@model
class UpdateSettingsFlowWithDeviceAuthnMethod(Model):
    """Add a device key, remove one, or renew the secret of its PIN; set one of the three. For apps outside browsers."""

    method: Literal["deviceauthn"] = "deviceauthn"
    deviceauthn_register: UpdateSettingsFlowWithDeviceAuthnMethodRegister | None = None
    deviceauthn_remove: str | None = None
    """The `client_key_id` of the key to remove; this one is possible in a browser, too."""
    rotate_secret: UpdateSettingsFlowWithDeviceAuthnMethodRotateSecret | None = None
    csrf_token: str | None = secret(default=None)
    transient_payload: Json = None


@model
class UnknownUpdateSettingsFlowBody(UnknownVariant):
    """A submission by a method that this version does not know."""

    discriminator = "method"


UpdateSettingsFlowBody: TypeAlias = (
    UpdateSettingsFlowWithPasswordMethod
    | UpdateSettingsFlowWithProfileMethod
    | UpdateSettingsFlowWithOidcMethod
    | UpdateSettingsFlowWithSamlMethod
    | UpdateSettingsFlowWithTotpMethod
    | UpdateSettingsFlowWithWebAuthnMethod
    | UpdateSettingsFlowWithLookupMethod
    | UpdateSettingsFlowWithPasskeyMethod
    | UpdateSettingsFlowWithDeviceAuthnMethod
    | UnknownUpdateSettingsFlowBody
)
"""What is submitted to a settings flow, by method."""
