"""Logging in: the flow, what is submitted for each method, what a login ends with, and federated credentials (FedCM).

In all submissions, `csrf_token` is the value of the form's node of that name: browser flows need it, native ones do
not. `transient_payload` is passed to webhooks and to the templates of messages, and is not kept.
"""

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
    "SuccessfulCodeExchangeResponse",
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


class LoginFlowState(OpenEnum):
    """How far a login has come: a method is to be chosen, a code was sent, or the person is logged in."""

    CHOOSE_METHOD = "choose_method"
    SENT_EMAIL = "sent_email"
    PASSED_CHALLENGE = "passed_challenge"


@model
class LoginFlowTestSchemaValidationError(Model):
    """A trait that a trial login came to, but the identity schema refuses."""

    path: str | None = None
    """A JSON pointer to the trait."""
    message: str | None = None


@model
class LoginFlowTestStepError(Model):
    """Where and why a trial login came to its end."""

    step: str | None = None
    """The step that failed, such as ``token_exchange`` or ``schema_validate``."""
    reason: str | None = None
    """The kind of failure in a word, such as ``access_denied`` or ``traits_invalid``."""
    message: str | None = None


@model
class LoginFlowTestDebugPayload(Model):
    """What happened in a trial login, step by step; it never holds tokens."""

    error: LoginFlowTestStepError | None = None
    """None when all steps went well."""
    id_token_claims: Json = None
    userinfo: Json = None
    """What the provider's userinfo endpoint said, where it was asked."""
    jsonnet_mapper_url: str | None = None
    """The Jsonnet program that makes traits of claims; ``base64://`` URLs hold it themselves."""
    jsonnet_input: Json = None
    jsonnet_output: Json = None
    jsonnet_stderr: str | None = None
    schema_validation_errors: list[LoginFlowTestSchemaValidationError] | None = None


@model
class LoginFlowTestContext(Model):
    """What makes a login flow a trial, by which an administrator tries the settings of an OpenID Connect provider."""

    provider_id: str
    debug_payload: LoginFlowTestDebugPayload | None = None
    """None until the provider has sent the browser back."""


@model
class LoginFlow(Model):
    """One attempt to log in, from the first page to the session."""

    id: str
    """What the login page's URL has as ``flow``."""
    type: str
    """``browser`` or ``api``; the latter for apps outside browsers."""
    state: LoginFlowState
    ui: UiContainer
    active: CredentialType | None = None
    """The method that the person has chosen; None as long as there is none."""
    requested_aal: AuthenticatorAssuranceLevel | None = None
    """``aal2`` when it asks for a second factor."""
    refresh: bool | None = None
    """Whether it was begun to make somebody with a session log in again."""
    request_url: str
    """The URL that began it, its query included."""
    return_to: str | None = None
    """Where the browser goes in the end; None means the server's own choice."""
    oauth2_login_challenge: str | None = None
    """The challenge of the OAuth2 server (Hydra) that the login will answer."""
    oauth2_login_request: OAuth2LoginRequest | None = None
    """What the OAuth2 server asks for; set along with the challenge."""
    organization_id: str | None = None
    """The organization to log in to, by single sign-on; None for the project at large."""
    identity_schema: str | None = None
    """The id of the identity schema that was asked for."""
    session_token_exchange_code: str | None = secret(default=None)
    """The `init_code` that `exchange_session_token` takes; comes once, in the answer that begins a flow with it."""
    transient_payload: Json = None
    test_context: LoginFlowTestContext | None = None
    """Set in an administrator's trial login only."""
    issued_at: datetime
    expires_at: datetime
    """Submissions after that are answered with `FlowExpired`."""
    created_at: datetime | None = None
    updated_at: datetime | None = None


@model
class SuccessfulNativeLogin(Model):
    """What a login ends with: in an app, and in a browser that submits without leaving the page."""

    session: Session
    """Its identity is None while a second factor is outstanding."""
    session_token: str | None = secret(default=None)
    """What to call with from now on; None in a browser, which has the session in a cookie."""
    continue_with: list[ContinueWith] | None = None


@model
class SuccessfulCodeExchangeResponse(Model):
    """What the exchange of two codes for a session token ends with; `SuccessfulNativeLogin` has all of it."""

    session: Session
    session_token: str | None = secret(default=None)


@model
class UpdateLoginFlowWithPasswordMethod(Model):
    """Log in with a password."""

    method: Literal["password"] = "password"
    identifier: str
    """The e-mail address, user name or phone number."""
    password: str = secret()
    password_identifier: str | None = None
    """The old name of `identifier`; deprecated."""
    csrf_token: str | None = secret(default=None)
    transient_payload: Json = None


@model
class UpdateLoginFlowWithOidcMethod(Model):
    """Log in with an account at an OpenID Connect provider.

    In a browser the answer leads to the provider; an app may bring an ID token that it got there itself.
    """

    method: Literal["oidc"] = "oidc"
    provider: str
    """The id of the provider in the server's settings, which the form's button has as its value."""
    id_token: str | None = secret(default=None)
    """An ID token of Apple or Google, from the app's own sign-in with them."""
    id_token_nonce: str | None = None
    """The nonce that the ID token was asked with; required where the provider puts it into the token."""
    traits: Json = None
    """Traits for the account that is made when there is none yet, where the ID token lacks them."""
    upstream_parameters: Json = None
    """An object of parameters to hand on to the provider, such as ``hd``, ``prompt`` or ``acr_values``."""
    csrf_token: str | None = secret(default=None)
    transient_payload: Json = None


@model
class UpdateLoginFlowWithSamlMethod(Model):
    """Log in by single sign-on with SAML."""

    method: Literal["saml"] = "saml"
    provider: str
    """The id of the provider in the server's settings."""
    csrf_token: str | None = secret(default=None)
    transient_payload: Json = None


@model
class UpdateLoginFlowWithTotpMethod(Model):
    """Give the code that an authenticator app shows, as a second factor."""

    method: Literal["totp"] = "totp"
    totp_code: str = secret()
    csrf_token: str | None = secret(default=None)
    transient_payload: Json = None


@model
class UpdateLoginFlowWithWebAuthnMethod(Model):
    """Log in with a security key: send the identifier first, and then what the key answered to the challenge."""

    method: Literal["webauthn"] = "webauthn"
    identifier: str
    webauthn_login: str | None = secret(default=None)
    """The browser's assertion, as JSON text."""
    csrf_token: str | None = secret(default=None)
    transient_payload: Json = None


@model
class UpdateLoginFlowWithDeviceAuthnMethod(Model):
    """Log in by a key that the device keeps, as a second factor or as the only one; for apps outside browsers.

    The challenge comes in the form's node ``deviceauthn_nonce``, whose value is the base64 of a JSON object; its member
    ``nonce`` is the challenge, again in base64.
    """

    method: Literal["deviceauthn"] = "deviceauthn"
    client_key_id: str
    """The SHA-256 of the device's public key (DER, SubjectPublicKeyInfo) in lower-case hex."""
    signature: str = secret()
    """The signed challenge in base64: on Android SHA256withECDSA in DER, on iOS the assertion of App Attest."""
    pin_proof: str | None = secret(default=None)
    """For keys with a PIN, in base64: the HMAC-SHA256, keyed with the PIN secret, of ``ory/deviceauthn/pin-proof/v1``,
    `client_key_id` and the challenge. Too many wrong ones lock the key.
    """
    transient_payload: Json = None


@model
class UpdateLoginFlowWithLookupSecretMethod(Model):
    """Give one of the lookup codes that were written down, as a second factor; each works once."""

    method: Literal["lookup_secret"] = "lookup_secret"
    lookup_secret: str = secret()
    csrf_token: str | None = secret(default=None)


@model
class UpdateLoginFlowWithCodeMethod(Model):
    """Log in with a code from a message: send the identifier first, and then the code.

    The answer to the first step is `FlowNotCompleted` with the state ``sent_email``, which is a success.
    """

    method: Literal["code"] = "code"
    identifier: str | None = None
    """The e-mail address or phone number, in both steps."""
    code: str | None = secret(default=None)
    address: str | None = None
    """Where to send the code, for a second factor with several addresses."""
    resend: str | None = None
    """``code`` to send another code."""
    csrf_token: str | None = secret(default=None)
    """Required in browsers; real servers let native flows go without."""
    transient_payload: Json = None


@model
class UpdateLoginFlowWithPasskeyMethod(Model):
    """Log in with a passkey."""

    method: Literal["passkey"] = "passkey"
    passkey_login: str | None = secret(default=None)
    """The browser's assertion, as JSON text."""
    csrf_token: str | None = secret(default=None)


@model
class UpdateLoginFlowWithIdentifierFirstMethod(Model):
    """Say who is logging in, so that the next page offers that person's methods.

    The answer is `FlowNotCompleted` with that page, which is a success.
    """

    method: Literal["identifier_first"] = "identifier_first"
    identifier: str
    csrf_token: str | None = secret(default=None)
    transient_payload: Json = None


@model
class UnknownUpdateLoginFlowBody(UnknownVariant):
    """A submission by a method that this version does not know."""

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
"""What is submitted to a login flow, by method."""


@model
class Provider(Model):
    """An identity provider that the browser itself can ask (FedCM): what to call ``navigator.credentials.get`` with."""

    config_url: str | None = None
    """The URL of the provider's FedCM configuration."""
    client_id: str | None = None
    """The id that the provider knows this application by."""
    nonce: str | None = None
    """A random value that the token has to hold, so that it cannot be replayed."""
    login_hint: str | None = None
    """Shows only the accounts with that hint."""
    domain_hint: str | None = None
    """Shows only the accounts of that domain."""
    fields: list[str] | None = None
    """What the provider is to tell about the person, such as ``name``, ``email`` and ``picture``."""
    parameters: dict[str, str] | None = None
    """Further parameters for the provider, such as ``scope``."""


@model
class CreateFedcmFlowResponse(Model):
    """The beginning of a login by the browser's federated credentials; the Ory Network has it, plain Kratos has not."""

    providers: list[Provider] | None = None
    csrf_token: str | None = secret(default=None)
    """What `UpdateFedcmFlowBody` needs."""


@model
class UpdateFedcmFlowBody(Model):
    """Log in, or register, with the token that the browser got from a provider (FedCM)."""

    token: str = secret()
    """What ``navigator.credentials.get`` gave."""
    nonce: str | None = None
    """The nonce that it was called with; the token must hold the same."""
    csrf_token: str = secret()
    transient_payload: Json = None
