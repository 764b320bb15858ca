"""OAuth2 clients, and what Hydra asks of a login page.

Durations are text in Go's spelling, such as ``1h30m``; servers give them back in a form of their own, such as
``1h30m0s``.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from .base import Json, Model, model, secret

if TYPE_CHECKING:
    from .jwk import JsonWebKeySet

__all__ = [
    "OAuth2Client",
    "OAuth2ConsentRequestOpenIDConnectContext",
    "OAuth2LoginRequest",
]


@model
class OAuth2Client(Model):
    """An application that asks for tokens. All fields are optional when one is made; Hydra fills in what it needs.

    A PUT takes the place of the whole client: read it, change it, send it back. What belongs to the server, such as the
    times, is passed over in a request. The names are those of OpenID Connect's client metadata
    (https://openid.net/specs/openid-connect-registration-1_0.html, section 2) wherever that has them.
    """

    client_id: str | None = None
    """Chosen by you when the client is made, or else by Hydra; it never changes."""
    client_name: str | None = None
    """The name to show when consent is asked for."""
    client_secret: str | None = secret(default=None)
    """The password of the client. It comes back only from the calls that set or make it, never from a later read."""
    client_secret_expires_at: int | None = None
    """Always 0: secrets do not expire."""
    owner: str | None = None
    """Whatever tells you whose client it is; lists can be filtered by it."""

    grant_types: list[str] | None = None
    """The grants it may use, such as ``authorization_code``, ``refresh_token`` or ``client_credentials``."""
    response_types: list[str] | None = None
    """What it may ask the authorization endpoint for, such as ``code`` or ``code id_token``."""
    redirect_uris: list[str] | None = None
    """Where a browser may be sent with the outcome; one that an authorization names must be equal to one of these."""
    scope: str | None = None
    """The scopes that it may ask for, with blanks between them."""
    audience: list[str] | None = None
    """The audiences that it may ask tokens for."""
    request_uris: list[str] | None = None
    """Where request objects (OpenID Connect Core, section 6) may be fetched from."""
    allowed_cors_origins: list[str] | None = None
    """Origins such as ``https://app.example`` whose scripts may call the public endpoints."""

    token_endpoint_auth_method: str | None = None
    """How it proves who it is: ``client_secret_basic`` (the default), ``client_secret_post``, ``private_key_jwt``, or
    ``none`` for an application that cannot keep a secret."""
    token_endpoint_auth_signing_alg: str | None = None
    """The algorithm it signs its assertions with, for ``private_key_jwt``."""
    jwks: JsonWebKeySet | None = None
    """Its public keys; give these or `jwks_uri`."""
    jwks_uri: str | None = None
    """Where its public keys are fetched from."""
    request_object_signing_alg: str | None = None
    """The only algorithm that its request objects may be signed with; None allows any."""

    access_token_strategy: str | None = None
    """``opaque`` or ``jwt``, the form of its access tokens; None leaves it to the server."""
    subject_type: str | None = None
    """``public``: it sees the subject as it is; ``pairwise``: by a pseudonym that differs from client to client."""
    sector_identifier_uri: str | None = None
    """A list of redirect URIs whose clients share the pseudonyms of their subjects."""
    userinfo_signed_response_alg: str | None = None
    """``none`` for userinfo as JSON, an algorithm such as ``RS256`` for a signed JWT."""

    skip_consent: bool | None = None
    """Whether the consent page may be skipped, as for applications of your own."""
    skip_logout_consent: bool | None = None
    """Whether the question if one wants to log out may be skipped; None leaves it to the server."""

    post_logout_redirect_uris: list[str] | None = None
    """Where a browser may be sent after a logout."""
    frontchannel_logout_uri: str | None = None
    """A page of the application that logs out there; loaded by the browser in a frame."""
    frontchannel_logout_session_required: bool | None = None
    """Whether that page is told the issuer and the session."""
    backchannel_logout_uri: str | None = None
    """An endpoint of the application that logs out there; called by Hydra."""
    backchannel_logout_session_required: bool | None = None
    """Whether that endpoint is told the session."""

    authorization_code_grant_access_token_lifespan: str | None = None
    """A duration; None here, and in all that follow, leaves it to the server's settings."""
    authorization_code_grant_id_token_lifespan: str | None = None
    authorization_code_grant_refresh_token_lifespan: str | None = None
    client_credentials_grant_access_token_lifespan: str | None = None
    device_authorization_grant_access_token_lifespan: str | None = None
    device_authorization_grant_id_token_lifespan: str | None = None
    device_authorization_grant_refresh_token_lifespan: str | None = None
    implicit_grant_access_token_lifespan: str | None = None
    implicit_grant_id_token_lifespan: str | None = None
    jwt_bearer_grant_access_token_lifespan: str | None = None
    refresh_token_grant_access_token_lifespan: str | None = None
    refresh_token_grant_id_token_lifespan: str | None = None
    refresh_token_grant_refresh_token_lifespan: str | None = None

    client_uri: str | None = None
    """The application's home page, for the consent page to show, as are the next three."""
    logo_uri: str | None = None
    policy_uri: str | None = None
    """What happens with people's data."""
    tos_uri: str | None = None
    """The terms of service."""
    contacts: list[str] | None = None
    """E-mail addresses of those responsible for it."""
    metadata: Json = None
    """Anything of your own."""

    registration_access_token: str | None = secret(default=None)
    """Lets its bearer read, change and delete this client by dynamic registration. Each PUT there makes a new one."""
    registration_client_uri: str | None = None
    """Where to use that token."""
    created_at: datetime | None = None
    updated_at: datetime | None = None


@model
class OAuth2ConsentRequestOpenIDConnectContext(Model):
    """What an application wishes of the login page (OpenID Connect Core, section 3.1.2.1); the page may heed it."""

    login_hint: str | None = None
    """The name to fill in."""
    acr_values: list[str] | None = None
    """The ways to prove who one is that the application wants, the best first."""
    display: str | None = None
    """``page``, ``popup``, ``touch`` or ``wap``."""
    ui_locales: list[str] | None = None
    """The languages to use, the best first, as tags such as ``de-DE``."""
    id_token_hint_claims: Json = None
    """The claims of an ID token that the application had before, as an object; it tells whom it expects."""


@model
class OAuth2LoginRequest(Model):
    """Hydra asks the login page to find out who somebody is, and to accept or reject the request."""

    challenge: str
    """The name of the request, a few hundred to some thousand characters."""
    client: OAuth2Client
    skip: bool
    """Whether Hydra knows the person from before: show no page then, but accept with the same `subject`."""
    subject: str
    """Who it is, when `skip` is set; otherwise empty."""
    requested_scope: list[str] | None = None
    requested_access_token_audience: list[str] | None = None
    requested_resources: list[str] | None = None
    """The resources asked for (RFC 8707), where the server knows them."""
    oidc_context: OAuth2ConsentRequestOpenIDConnectContext | None = None
    """None in the device flow."""
    session_id: str | None = None
    """The login session, the ``sid`` of ID tokens and logout requests."""
    request_url: str
    """The URL that the application sent the browser to, its query included."""
