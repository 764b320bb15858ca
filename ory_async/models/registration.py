"""Registering: the flow, what is submitted for each method, and what a registration ends with.

In all submissions, `traits` is an object that fits the identity schema, and `csrf_token` is the value of the form's
node of that name: browser flows need it, native ones do not. `transient_payload` is passed to webhooks and to the
templates of messages, and is not kept.
"""

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


class RegistrationFlowState(OpenEnum):
    """How far a registration has come: a method is to be chosen, a code was sent, or the account is made."""

    CHOOSE_METHOD = "choose_method"
    SENT_EMAIL = "sent_email"
    PASSED_CHALLENGE = "passed_challenge"


class RegistrationScreen(OpenEnum):
    """The page of a registration in two steps to go to: the choice of a method, or the one before."""

    CREDENTIAL_SELECTION = "credential-selection"
    PREVIOUS = "previous"


@model
class RegistrationFlow(Model):
    """One attempt to register, from the first page to the account."""

    id: str
    """What the registration page's URL has as ``flow``."""
    type: str
    """``browser`` or ``api``; the latter for apps outside browsers."""
    state: RegistrationFlowState
    ui: UiContainer
    active: CredentialType | None = None
    """The method that the person has chosen; None as long as there is none."""
    request_url: str
    """The URL that began it, its query included."""
    return_to: str | None = None
    """Where the browser goes in the end; None means the server's own choice."""
    oauth2_login_challenge: str | None = None
    """The challenge of the OAuth2 server (Hydra) that sent the browser here."""
    oauth2_login_request: OAuth2LoginRequest | None = None
    """What the OAuth2 server asks for; missing from the answer that begins a browser flow, so fetch the flow again."""
    organization_id: str | None = None
    """The organization to register with, by single sign-on; None for the project at large."""
    identity_schema: str | None = None
    """The id of the identity schema that was asked for."""
    session_token_exchange_code: str | None = secret(default=None)
    """The `init_code` that `exchange_session_token` takes; comes once, in the answer that begins a flow with it."""
    transient_payload: Json = None
    issued_at: datetime
    expires_at: datetime
    """Submissions after that are answered with `FlowExpired`."""


@model
class SuccessfulNativeRegistration(Model):
    """What a registration ends with: in an app, and in a browser that submits without leaving the page."""

    identity: Identity
    session: Session | None = None
    """None unless the server is set to log people in at once (the hook ``session``)."""
    session_token: str | None = secret(default=None)
    """What to call with from now on; comes with the session, but not to browsers, which have it in a cookie."""
    continue_with: list[ContinueWith] | None = None


@model
class UpdateRegistrationFlowWithPasswordMethod(Model):
    """Register with a password."""

    method: Literal["password"] = "password"
    traits: Json
    password: str = secret()
    csrf_token: str | None = secret(default=None)
    transient_payload: Json = None


@model
class UpdateRegistrationFlowWithOidcMethod(Model):
    """Register with an account at an OpenID Connect provider.

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
    """What the provider does not tell, or what the person has corrected."""
    upstream_parameters: Json = None
    """An object of parameters to hand on to the provider, such as ``hd``, ``prompt`` or ``acr_values``."""
    csrf_token: str | None = secret(default=None)
    transient_payload: Json = None


@model
class UpdateRegistrationFlowWithSamlMethod(Model):
    """Register by single sign-on with SAML."""

    method: Literal["saml"] = "saml"
    provider: str
    """The id of the provider in the server's settings."""
    traits: Json = None
    """What the provider does not tell, or what the person has corrected."""
    csrf_token: str | None = secret(default=None)
    transient_payload: Json = None


@model
class UpdateRegistrationFlowWithWebAuthnMethod(Model):
    """Register with a security key."""

    method: Literal["webauthn"] = "webauthn"
    traits: Json
    webauthn_register: str | None = None
    """What the browser made for the key, as JSON text."""
    webauthn_register_displayname: str | None = None
    """A name for the key, to tell it from others."""
    csrf_token: str | None = secret(default=None)
    transient_payload: Json = None


@model
class UpdateRegistrationFlowWithCodeMethod(Model):
    """Register with a code from a message: send the traits first, and then the traits with the code.

    The answer to the first step is `FlowNotCompleted` with the state ``sent_email``, which is a success.
    """

    method: Literal["code"] = "code"
    traits: Json
    code: str | None = secret(default=None)
    resend: str | None = None
    """``code`` to send another code."""
    csrf_token: str | None = secret(default=None)
    transient_payload: Json = None


@model
class UpdateRegistrationFlowWithPasskeyMethod(Model):
    """Register with a passkey."""

    method: Literal["passkey"] = "passkey"
    traits: Json
    passkey_register: str | None = None
    """What the browser made for the passkey, as JSON text."""
    csrf_token: str | None = secret(default=None)
    transient_payload: Json = None


@model
class UpdateRegistrationFlowWithProfileMethod(Model):
    """Give the traits, as the first of two steps; the methods to choose from come with the answer.

    That answer is `FlowNotCompleted`, which is a success.
    """

    method: Literal["profile"] = "profile"
    traits: Json
    screen: RegistrationScreen | str | None = None
    """Where to go, for somebody who goes back; None goes on."""
    csrf_token: str | None = secret(default=None)
    transient_payload: Json = None


@model
class UnknownUpdateRegistrationFlowBody(UnknownVariant):
    """A submission by a method that this version does not know."""

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
"""What is submitted to a registration flow, by method."""
