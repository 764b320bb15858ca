"""Tokens: how they are given out, what they say, how long they live, and the errors around them.

Durations are text in Go's spelling, such as ``1h30m``.
"""

from __future__ import annotations

from .base import Json, Model, model, secret

__all__ = [
    "DeviceAuthorization",
    "ErrorOAuth2",
    "IntrospectedOAuth2Token",
    "OAuth2ClientTokenLifespans",
    "OAuth2TokenExchange",
    "RotateOAuth2ClientSecretBody",
]


@model
class OAuth2TokenExchange(Model):
    """What the token endpoint gives out (RFC 6749, section 5.1)."""

    access_token: str | None = secret(default=None)
    token_type: str | None = None
    """``bearer``, in any case of letters."""
    expires_in: int | None = None
    """How many seconds the access token lives from now on; it can be 0."""
    scope: str | None = None
    """The scopes granted, with blanks between them. They may be others than those asked for, and none at all."""
    refresh_token: str | None = secret(default=None)
    """Given with the scope ``offline_access``. It works once: store the newest one before anything else, since using an
    old one again ends them all."""
    id_token: str | None = secret(default=None)
    """A JWT that says who has logged in; given with the scope ``openid``."""


@model
class DeviceAuthorization(Model):
    """A device that cannot show pages begins to log in (RFC 8628, section 3.2)."""

    device_code: str | None = secret(default=None)
    """What the device asks the token endpoint with."""
    user_code: str | None = None
    """What the person types in at `verification_uri`, on another device."""
    verification_uri: str | None = None
    verification_uri_complete: str | None = None
    """The same with the code in it, to be shown as a QR code for instance."""
    expires_in: int | None = None
    """How many seconds the codes live. Stop asking then: Hydra may go on answering ``authorization_pending`` for ever."""
    interval: int | None = None
    """How many seconds to wait between two questions; 5 where it is None."""


@model
class IntrospectedOAuth2Token(Model):
    """What a token says (RFC 7662, section 2.2). Of a token that is not active nothing else is told."""

    active: bool
    """Whether it is valid, and has the scopes that were asked about."""
    token_type: str | None = None
    """``Bearer``."""
    token_use: str | None = None
    """``access_token`` or ``refresh_token``; accept only what you expect."""
    client_id: str | None = None
    """The application that it was given to."""
    sub: str | None = None
    """Whom it stands for: a person, or the application itself."""
    username: str | None = None
    obfuscated_subject: str | None = None
    """The pseudonym that the application knows the person by, for clients with pairwise subjects."""
    scope: str | None = None
    """The scopes granted, with blanks between them; None when there are none."""
    aud: list[str] | None = None
    """Whom it is meant for."""
    iss: str | None = None
    exp: int | None = None
    """When it ends, in seconds since 1970, as are the next two."""
    iat: int | None = None
    """When it was given out."""
    nbf: int | None = None
    """When it begins to be valid."""
    ext: Json = None
    """Claims that the consent page or a hook put in, as an object; None when there are none."""


@model
class OAuth2ClientTokenLifespans(Model):
    """How long the tokens of one client live, by the grant that they come from; None leaves it to the server."""

    authorization_code_grant_access_token_lifespan: str | None = None
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


@model
class RotateOAuth2ClientSecretBody(Model):
    """The next secret of a client."""

    client_secret: str | None = secret(default=None)
    """The secret to take; None lets the server make one."""


@model
class ErrorOAuth2(Model):
    """The body of an error of Hydra. Only the first two fields have been seen."""

    error: str | None = None
    """A code of the RFCs, such as ``invalid_grant``, from the OAuth2 endpoints; a sentence from the others."""
    error_description: str | None = None
    """What is wrong with this request; often with the hint at its end, sometimes empty."""
    error_hint: str | None = None
    error_debug: str | None = None
    status_code: int | None = None
