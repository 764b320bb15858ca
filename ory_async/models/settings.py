"""TODO"""

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


@model
class SettingsFlow(Model):
    """TODO This flow is used when an identity wants to update settings (e.g. profile data, passwords, ...) in a selfservice manner. We recommend reading the [User Settings"""

    expires_at: datetime
    id: str
    identity: Identity
    issued_at: datetime
    request_url: str
    state: Json
    type: str
    ui: UiContainer
    active: str | None = None
    continue_with: list[ContinueWith] | None = None
    organization_id: str | None = None
    return_to: str | None = None
    transient_payload: Json = None


@model
class UpdateSettingsFlowWithPasswordMethod(Model):
    """TODO Update Settings Flow with Password Method"""

    method: Literal["password"] = "password"
    password: str = secret()
    csrf_token: str | None = secret(default=None)
    transient_payload: Json = None


@model
class UpdateSettingsFlowWithProfileMethod(Model):
    """TODO Update Settings Flow with Profile Method"""

    method: Literal["profile"] = "profile"
    traits: Json
    csrf_token: str | None = secret(default=None)
    transient_payload: Json = None


@model
class UpdateSettingsFlowWithOidcMethod(Model):
    """TODO Update Settings Flow with OpenID Connect Method"""

    method: Literal["oidc"] = "oidc"
    flow: str | None = None
    link: str | None = None
    traits: Json = None
    transient_payload: Json = None
    unlink: str | None = None
    upstream_parameters: Json = None
    csrf_token: str | None = secret(default=None)


@model
class UpdateSettingsFlowWithSamlMethod(Model):
    """TODO Update settings flow using SAML"""

    method: Literal["saml"] = "saml"
    csrf_token: str | None = secret(default=None)
    flow: str | None = None
    link: str | None = None
    traits: Json = None
    transient_payload: Json = None
    unlink: str | None = None


@model
class UpdateSettingsFlowWithTotpMethod(Model):
    """TODO Update Settings Flow with TOTP Method"""

    method: Literal["totp"] = "totp"
    csrf_token: str | None = secret(default=None)
    totp_code: str | None = None
    totp_unlink: bool | None = None
    transient_payload: Json = None


@model
class UpdateSettingsFlowWithWebAuthnMethod(Model):
    """TODO Update Settings Flow with WebAuthn Method"""

    method: Literal["webauthn"] = "webauthn"
    csrf_token: str | None = secret(default=None)
    transient_payload: Json = None
    webauthn_register: str | None = None
    webauthn_register_displayname: str | None = None
    webauthn_remove: str | None = None


@model
class UpdateSettingsFlowWithLookupMethod(Model):
    """TODO Update Settings Flow with Lookup Method"""

    method: Literal["lookup_secret"] = "lookup_secret"
    csrf_token: str | None = secret(default=None)
    lookup_secret_confirm: bool | None = None
    lookup_secret_disable: bool | None = None
    lookup_secret_regenerate: bool | None = None
    lookup_secret_reveal: bool | None = None
    transient_payload: Json = None


@model
class UpdateSettingsFlowWithPasskeyMethod(Model):
    """TODO Update Settings Flow with Passkey Method"""

    method: Literal["passkey"] = "passkey"
    csrf_token: str | None = secret(default=None)
    passkey_remove: str | None = None
    passkey_settings_register: str | None = None


@model
class UpdateSettingsFlowWithDeviceAuthnMethod(Model):
    """TODO Manages the identity's enrolled device keys. Set exactly one of `deviceauthn_register` (enroll a new key), `deviceauthn_remove` (remove a key), or `rotate_secre"""

    method: Literal["deviceauthn"] = "deviceauthn"
    csrf_token: str | None = secret(default=None)
    deviceauthn_register: UpdateSettingsFlowWithDeviceAuthnMethodRegister | None = None
    deviceauthn_remove: str | None = None
    rotate_secret: UpdateSettingsFlowWithDeviceAuthnMethodRotateSecret | None = None
    transient_payload: Json = None


@model
class UpdateSettingsFlowWithDeviceAuthnMethodRegister(Model):
    """TODO Enrolls a new device key from a hardware-backed platform attestation. Provide exactly one of certificate_chain_android or attestation_ios. The attestation must"""

    device_name: str
    version: int
    attestation_ios: str | None = None
    certificate_chain_android: list[str] | None = None
    pin_protected: bool | None = None
    transport_public_key: str | None = None
    user_verification: UserVerification | str | None = None


@model
class UpdateSettingsFlowWithDeviceAuthnMethodRotateSecret(Model):
    """TODO Re-issues a fresh pin_secret for an existing PIN-protected DeviceAuthn key without changing the device signing key. It is the recovery path for a forgotten PIN"""

    client_key_id: str
    signature: str = secret()
    transport_public_key: str


@model
class UnknownUpdateSettingsFlowBody(UnknownVariant):
    """TODO"""

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


class SettingsFlowState(OpenEnum):
    """TODO"""

    SHOW_FORM = "show_form"
    SUCCESS = "success"


class UserVerification(OpenEnum):
    """TODO"""

    PIN = "pin"
    PLATFORM = "platform"
    NONE = "none"
