"""TODO"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Literal, TypeAlias

from .base import Json, Model, OpenEnum, UnknownVariant, model, secret

if TYPE_CHECKING:
    from .continue_with import ContinueWith
    from .identity import CredentialType, Identity
    from .oauth2 import OAuth2LoginRequest
    from .session import Session
    from .ui import UiContainer

__all__ = [
    "RegistrationFlow",
    "RegistrationFlowState",
    "RegistrationScreen",
    "SuccessfulNativeRegistration",
    "UnknownUpdateRegistrationFlowBody",
    "UpdateRegistrationFlowBody",
    "UpdateRegistrationFlowWithCodeMethod",
    "UpdateRegistrationFlowWithOidcMethod",
    "UpdateRegistrationFlowWithPasskeyMethod",
    "UpdateRegistrationFlowWithPasswordMethod",
    "UpdateRegistrationFlowWithProfileMethod",
    "UpdateRegistrationFlowWithSamlMethod",
    "UpdateRegistrationFlowWithWebAuthnMethod",
]


class RegistrationScreen(OpenEnum):
    """TODO"""

    CREDENTIAL_SELECTION = "credential-selection"
    PREVIOUS = "previous"


@model
class RegistrationFlow(Model):
    """TODO"""

    expires_at: datetime
    id: str
    issued_at: datetime
    request_url: str
    state: Json
    type: str
    ui: UiContainer
    active: CredentialType | None = None
    identity_schema: str | None = None
    oauth2_login_challenge: str | None = None
    oauth2_login_request: OAuth2LoginRequest | None = None
    organization_id: str | None = None
    return_to: str | None = None
    session_token_exchange_code: str | None = secret(default=None)
    transient_payload: Json = None


@model
class SuccessfulNativeRegistration(Model):
    """TODO The Response for Registration Flows via API"""

    identity: Identity
    continue_with: list[ContinueWith] | None = None
    session: Session | None = None
    session_token: str | None = secret(default=None)


@model
class UpdateRegistrationFlowWithPasswordMethod(Model):
    """TODO Update Registration Flow with Password Method"""

    method: Literal["password"] = "password"
    password: str = secret()
    traits: Json
    csrf_token: str | None = secret(default=None)
    transient_payload: Json = None


@model
class UpdateRegistrationFlowWithOidcMethod(Model):
    """TODO Update Registration Flow with OpenID Connect Method"""

    method: Literal["oidc"] = "oidc"
    provider: str
    csrf_token: str | None = secret(default=None)
    id_token: str | None = secret(default=None)
    id_token_nonce: str | None = None
    traits: Json = None
    transient_payload: Json = None
    upstream_parameters: Json = None


@model
class UpdateRegistrationFlowWithSamlMethod(Model):
    """TODO Update registration flow using SAML"""

    method: Literal["saml"] = "saml"
    provider: str
    csrf_token: str | None = secret(default=None)
    traits: Json = None
    transient_payload: Json = None


@model
class UpdateRegistrationFlowWithWebAuthnMethod(Model):
    """TODO Update Registration Flow with WebAuthn Method"""

    method: Literal["webauthn"] = "webauthn"
    traits: Json
    csrf_token: str | None = secret(default=None)
    transient_payload: Json = None
    webauthn_register: str | None = None
    webauthn_register_displayname: str | None = None


@model
class UpdateRegistrationFlowWithCodeMethod(Model):
    """TODO Update Registration Flow with Code Method"""

    method: Literal["code"] = "code"
    traits: Json
    code: str | None = secret(default=None)
    csrf_token: str | None = secret(default=None)
    resend: str | None = None
    transient_payload: Json = None


@model
class UpdateRegistrationFlowWithPasskeyMethod(Model):
    """TODO Update Registration Flow with Passkey Method"""

    method: Literal["passkey"] = "passkey"
    traits: Json
    csrf_token: str | None = secret(default=None)
    passkey_register: str | None = None
    transient_payload: Json = None


@model
class UpdateRegistrationFlowWithProfileMethod(Model):
    """TODO Update Registration Flow with Profile Method"""

    method: Literal["profile"] = "profile"
    traits: Json
    csrf_token: str | None = secret(default=None)
    screen: RegistrationScreen | str | None = None
    transient_payload: Json = None


@model
class UnknownUpdateRegistrationFlowBody(UnknownVariant):
    """TODO"""

    discriminator = "method"


UpdateRegistrationFlowBody: TypeAlias = (
    UpdateRegistrationFlowWithPasswordMethod
    | UpdateRegistrationFlowWithOidcMethod
    | UpdateRegistrationFlowWithSamlMethod
    | UpdateRegistrationFlowWithWebAuthnMethod
    | UpdateRegistrationFlowWithCodeMethod
    | UpdateRegistrationFlowWithPasskeyMethod
    | UpdateRegistrationFlowWithProfileMethod
    | UnknownUpdateRegistrationFlowBody
)


class RegistrationFlowState(OpenEnum):
    """TODO"""

    CHOOSE_METHOD = "choose_method"
    SENT_EMAIL = "sent_email"
    PASSED_CHALLENGE = "passed_challenge"
