"""TODO"""

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
    """TODO OAuth 2.0 Clients are used to perform OAuth 2.0 and OpenID Connect flows. Usually, OAuth 2.0 clients are generated for applications which want to consume your O"""

    access_token_strategy: str | None = None
    allowed_cors_origins: list[str] | None = None
    audience: list[str] | None = None
    authorization_code_grant_access_token_lifespan: str | None = None
    authorization_code_grant_id_token_lifespan: str | None = None
    authorization_code_grant_refresh_token_lifespan: str | None = None
    backchannel_logout_session_required: bool | None = None
    backchannel_logout_uri: str | None = None
    client_credentials_grant_access_token_lifespan: str | None = None
    client_id: str | None = None
    client_name: str | None = None
    client_secret: str | None = secret(default=None)
    client_secret_expires_at: int | None = None
    client_uri: str | None = None
    contacts: list[str] | None = None
    created_at: datetime | None = None
    device_authorization_grant_access_token_lifespan: str | None = None
    device_authorization_grant_id_token_lifespan: str | None = None
    device_authorization_grant_refresh_token_lifespan: str | None = None
    frontchannel_logout_session_required: bool | None = None
    frontchannel_logout_uri: str | None = None
    grant_types: list[str] | None = None
    implicit_grant_access_token_lifespan: str | None = None
    implicit_grant_id_token_lifespan: str | None = None
    jwks: JsonWebKeySet | None = None
    jwks_uri: str | None = None
    jwt_bearer_grant_access_token_lifespan: str | None = None
    logo_uri: str | None = None
    metadata: Json = None
    owner: str | None = None
    policy_uri: str | None = None
    post_logout_redirect_uris: list[str] | None = None
    redirect_uris: list[str] | None = None
    refresh_token_grant_access_token_lifespan: str | None = None
    refresh_token_grant_id_token_lifespan: str | None = None
    refresh_token_grant_refresh_token_lifespan: str | None = None
    registration_access_token: str | None = secret(default=None)
    registration_client_uri: str | None = None
    request_object_signing_alg: str | None = None
    request_uris: list[str] | None = None
    response_types: list[str] | None = None
    scope: str | None = None
    sector_identifier_uri: str | None = None
    skip_consent: bool | None = None
    skip_logout_consent: bool | None = None
    subject_type: str | None = None
    token_endpoint_auth_method: str | None = None
    token_endpoint_auth_signing_alg: str | None = None
    tos_uri: str | None = None
    updated_at: datetime | None = None
    userinfo_signed_response_alg: str | None = None


@model
class OAuth2LoginRequest(Model):
    """TODO"""

    challenge: str
    client: OAuth2Client
    request_url: str
    skip: bool
    subject: str
    oidc_context: OAuth2ConsentRequestOpenIDConnectContext | None = None
    requested_access_token_audience: list[str] | None = None
    requested_scope: list[str] | None = None
    session_id: str | None = None
    requested_resources: list[str] | None = None


@model
class OAuth2ConsentRequestOpenIDConnectContext(Model):
    """TODO"""

    acr_values: list[str] | None = None
    display: str | None = None
    id_token_hint_claims: Json = None
    login_hint: str | None = None
    ui_locales: list[str] | None = None
