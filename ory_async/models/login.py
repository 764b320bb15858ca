"""TODO"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Literal, TypeAlias

from .base import Json, Model, OpenEnum, UnknownVariant, model, secret

if TYPE_CHECKING:
    from .continue_with import ContinueWith
    from .identity import CredentialType
    from .oauth2 import OAuth2LoginRequest
    from .session import AuthenticatorAssuranceLevel, Session
    from .ui import UiContainer

__all__ = [
    "CreateFedcmFlowResponse",
    "LoginFlow",
    "LoginFlowState",
    "LoginFlowTestContext",
    "LoginFlowTestDebugPayload",
    "LoginFlowTestSchemaValidationError",
    "LoginFlowTestStepError",
    "Provider",
    "SuccessfulNativeLogin",
    "UnknownUpdateLoginFlowBody",
    "UpdateFedcmFlowBody",
    "UpdateLoginFlowBody",
    "UpdateLoginFlowWithCodeMethod",
    "UpdateLoginFlowWithDeviceAuthnMethod",
    "UpdateLoginFlowWithIdentifierFirstMethod",
    "UpdateLoginFlowWithLookupSecretMethod",
    "UpdateLoginFlowWithOidcMethod",
    "UpdateLoginFlowWithPasskeyMethod",
    "UpdateLoginFlowWithPasswordMethod",
    "UpdateLoginFlowWithSamlMethod",
    "UpdateLoginFlowWithTotpMethod",
    "UpdateLoginFlowWithWebAuthnMethod",
]


@model
class LoginFlow(Model):
    """TODO This object represents a login flow. A login flow is initiated at the "Initiate Login API / Browser Flow" endpoint by a client. Once a login flow is completed s"""

    expires_at: datetime
    id: str
    issued_at: datetime
    request_url: str
    state: Json
    type: str
    ui: UiContainer
    active: CredentialType | None = None
    created_at: datetime | None = None
    identity_schema: str | None = None
    oauth2_login_challenge: str | None = None
    oauth2_login_request: OAuth2LoginRequest | None = None
    organization_id: str | None = None
    refresh: bool | None = None
    requested_aal: AuthenticatorAssuranceLevel | None = None
    return_to: str | None = None
    session_token_exchange_code: str | None = secret(default=None)
    test_context: LoginFlowTestContext | None = None
    transient_payload: Json = None
    updated_at: datetime | None = None


@model
class LoginFlowTestContext(Model):
    """TODO Admin-test extension of a login flow. Populated only for flows created by the admin test endpoint; included in the flow's API response so the admin UI can rende"""

    provider_id: str
    debug_payload: LoginFlowTestDebugPayload | None = None


@model
class LoginFlowTestDebugPayload(Model):
    """TODO Contains the parsed claims, the Jsonnet mapper input and output, and any schema validation errors. Bearer tokens (id_token, access_token, refresh_token) are int"""

    error: LoginFlowTestStepError | None = None
    id_token_claims: Json = None
    jsonnet_input: Json = None
    jsonnet_mapper_url: str | None = None
    jsonnet_output: Json = None
    jsonnet_stderr: str | None = None
    schema_validation_errors: list[LoginFlowTestSchemaValidationError] | None = None
    userinfo: Json = None


@model
class LoginFlowTestSchemaValidationError(Model):
    """TODO One identity-schema validation failure recorded while evaluating the traits produced by the Jsonnet mapper."""

    message: str | None = None
    path: str | None = None


@model
class LoginFlowTestStepError(Model):
    """TODO Populated when any step (token exchange, claims decode, Jsonnet evaluation, schema validation) cannot complete."""

    message: str | None = None
    reason: str | None = None
    step: str | None = None


@model
class SuccessfulNativeLogin(Model):
    """TODO The Response for Login Flows via API"""

    session: Session
    continue_with: list[ContinueWith] | None = None
    session_token: str | None = secret(default=None)


@model
class UpdateLoginFlowWithPasswordMethod(Model):
    """TODO Update Login Flow with Password Method"""

    identifier: str
    method: Literal["password"] = "password"
    password: str = secret()
    csrf_token: str | None = secret(default=None)
    password_identifier: str | None = secret(default=None)
    transient_payload: Json = None


@model
class UpdateLoginFlowWithOidcMethod(Model):
    """TODO Update Login Flow with OpenID Connect Method"""

    method: Literal["oidc"] = "oidc"
    provider: str
    csrf_token: str | None = secret(default=None)
    id_token: str | None = secret(default=None)
    id_token_nonce: str | None = None
    traits: Json = None
    transient_payload: Json = None
    upstream_parameters: Json = None


@model
class UpdateLoginFlowWithSamlMethod(Model):
    """TODO Update login flow using SAML"""

    method: Literal["saml"] = "saml"
    provider: str
    csrf_token: str | None = secret(default=None)
    transient_payload: Json = None


@model
class UpdateLoginFlowWithTotpMethod(Model):
    """TODO Update Login Flow with TOTP Method"""

    method: Literal["totp"] = "totp"
    totp_code: str
    csrf_token: str | None = secret(default=None)
    transient_payload: Json = None


@model
class UpdateLoginFlowWithWebAuthnMethod(Model):
    """TODO Update Login Flow with WebAuthn Method"""

    identifier: str
    method: Literal["webauthn"] = "webauthn"
    csrf_token: str | None = secret(default=None)
    transient_payload: Json = None
    webauthn_login: str | None = None


@model
class UpdateLoginFlowWithDeviceAuthnMethod(Model):
    """TODO Log in by proving possession of an enrolled device key. The device signs the challenge nonce found in the login flow's hidden `deviceauthn_nonce` UI node; a PIN"""

    client_key_id: str
    method: Literal["deviceauthn"] = "deviceauthn"
    signature: str = secret()
    pin_proof: str | None = None
    transient_payload: Json = None


@model
class UpdateLoginFlowWithLookupSecretMethod(Model):
    """TODO Update Login Flow with Lookup Secret Method"""

    lookup_secret: str = secret()
    method: Literal["lookup_secret"] = "lookup_secret"
    csrf_token: str | None = secret(default=None)


@model
class UpdateLoginFlowWithCodeMethod(Model):
    """TODO Update Login flow using the code method"""

    csrf_token: str = secret()
    method: Literal["code"] = "code"
    address: str | None = None
    code: str | None = secret(default=None)
    identifier: str | None = None
    resend: str | None = None
    transient_payload: Json = None


@model
class UpdateLoginFlowWithPasskeyMethod(Model):
    """TODO Update Login Flow with Passkey Method"""

    method: Literal["passkey"] = "passkey"
    csrf_token: str | None = secret(default=None)
    passkey_login: str | None = None


@model
class UpdateLoginFlowWithIdentifierFirstMethod(Model):
    """TODO Update Login Flow with Multi-Step Method"""

    identifier: str
    method: Literal["identifier_first"] = "identifier_first"
    csrf_token: str | None = secret(default=None)
    transient_payload: Json = None


@model
class UnknownUpdateLoginFlowBody(UnknownVariant):
    """TODO"""

    discriminator = "method"


UpdateLoginFlowBody: TypeAlias = (
    UpdateLoginFlowWithPasswordMethod
    | UpdateLoginFlowWithOidcMethod
    | UpdateLoginFlowWithSamlMethod
    | UpdateLoginFlowWithTotpMethod
    | UpdateLoginFlowWithWebAuthnMethod
    | UpdateLoginFlowWithDeviceAuthnMethod
    | UpdateLoginFlowWithLookupSecretMethod
    | UpdateLoginFlowWithCodeMethod
    | UpdateLoginFlowWithPasskeyMethod
    | UpdateLoginFlowWithIdentifierFirstMethod
    | UnknownUpdateLoginFlowBody
)


class LoginFlowState(OpenEnum):
    """TODO"""

    CHOOSE_METHOD = "choose_method"
    SENT_EMAIL = "sent_email"
    PASSED_CHALLENGE = "passed_challenge"


@model
class CreateFedcmFlowResponse(Model):
    """TODO Contains a list of all available FedCM providers."""

    csrf_token: str | None = secret(default=None)
    providers: list[Provider] | None = None


@model
class Provider(Model):
    """TODO"""

    client_id: str | None = None
    config_url: str | None = None
    domain_hint: str | None = None
    fields: list[str] | None = None
    login_hint: str | None = None
    nonce: str | None = None
    parameters: dict[str, str] | None = None


@model
class UpdateFedcmFlowBody(Model):
    """TODO"""

    csrf_token: str = secret()
    token: str = secret()
    nonce: str | None = None
    transient_payload: Json = None
