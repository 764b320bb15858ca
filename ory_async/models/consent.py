"""What Hydra asks of the pages for login, consent, logout and device codes, and how they answer.

Hydra sends the browser to such a page with a challenge; the page fetches the request of that challenge, accepts or
rejects it, and sends the browser on to where the answer says.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from .base import Json, Model, model

if TYPE_CHECKING:
    from .oauth2 import OAuth2Client, OAuth2ConsentRequestOpenIDConnectContext

__all__ = [
    "AcceptDeviceUserCodeRequest",
    "AcceptOAuth2ConsentRequest",
    "AcceptOAuth2ConsentRequestSession",
    "AcceptOAuth2LoginRequest",
    "OAuth2ConsentRequest",
    "OAuth2ConsentSession",
    "OAuth2ConsentSessions",
    "OAuth2LogoutRequest",
    "OAuth2RedirectTo",
    "RejectOAuth2Request",
]


@model
class OAuth2RedirectTo(Model):
    """Where to send the browser next."""

    redirect_to: str
    """A URL that works for the browser that began the flow, since it belongs to that browser's cookies."""


@model
class AcceptOAuth2LoginRequest(Model):
    """The login page says who somebody is."""

    subject: str
    """Who it is: the ``sub`` of all tokens. Where the request has ``skip`` set, its own subject."""
    remember: bool | None = None
    """Whether this browser need not log in again: the next request then has ``skip`` set."""
    remember_for: int | None = None
    """For how many seconds; 0 means until the browser is closed."""
    extend_session_lifespan: bool | None = None
    """Whether a remembered login begins its time anew; only where ``skip`` is set."""
    acr: str | None = None
    """How sure one can be of the person, in a word that you and the applications agree on."""
    amr: list[str] | None = None
    """The methods that the person used, such as ``pwd`` and ``otp``."""
    context: Json = None
    """Anything of your own; the consent request holds it."""
    force_subject_identifier: str | None = None
    """The pseudonym that a client with pairwise subjects gets for this person, instead of one that Hydra makes."""
    identity_provider_session_id: str | None = None
    """The session at the login page's own server, such as Kratos: ended there when the person logs out here."""


@model
class OAuth2ConsentRequest(Model):
    """Hydra asks the consent page whether somebody lets an application have what it asks for."""

    challenge: str
    """The name of the request; empty inside an `OAuth2ConsentSession`."""
    consent_request_id: str | None = None
    """The id by which the consent can be revoked later."""
    client: OAuth2Client | None = None
    """The application."""
    subject: str | None = None
    """Who is asked."""
    skip: bool | None = None
    """Whether the same was granted before: show no page then, but accept."""
    requested_scope: list[str] | None = None
    requested_access_token_audience: list[str] | None = None
    requested_resources: list[str] | None = None
    """The resources asked for (RFC 8707), where the server knows them."""
    login_challenge: str | None = None
    """An id of the login before it; no challenge that a login request could be fetched by."""
    login_session_id: str | None = None
    """The login session, the ``sid`` of ID tokens and logout requests."""
    acr: str | None = None
    amr: list[str] | None = None
    context: Json = None
    """What the login page gave along."""
    oidc_context: OAuth2ConsentRequestOpenIDConnectContext | None = None
    """None in the device flow."""
    request_url: str | None = None
    """The URL that the application sent the browser to, its query included."""


@model
class AcceptOAuth2ConsentRequestSession(Model):
    """Claims to put into the tokens."""

    access_token: Json = None
    """An object: the ``ext`` of an introspection, or claims of a JWT access token. The application's servers see it,
    and it stays for tokens that are refreshed."""
    id_token: Json = None
    """An object: further claims of the ID token and of userinfo; ``sub``, ``iss``, ``aud``, ``exp`` and ``nonce`` cannot
    be set. Integers above 2^53 lose their precision."""


@model
class AcceptOAuth2ConsentRequest(Model):
    """The consent page says what is granted. Hydra does not check that it was asked for."""

    grant_scope: list[str] | None = None
    """The scopes granted; None grants none."""
    grant_access_token_audience: list[str] | None = None
    """The audiences granted; None grants none."""
    session: AcceptOAuth2ConsentRequestSession | None = None
    remember: bool | None = None
    """Whether to remember it: a later request for the same, or less, then has ``skip`` set."""
    remember_for: int | None = None
    """For how many seconds; 0 means for ever."""
    context: Json = None
    """Anything of your own, kept with the consent."""


@model
class OAuth2ConsentSession(Model):
    """What somebody has granted to an application."""

    consent_request_id: str | None = None
    """The id to revoke it by."""
    consent_request: OAuth2ConsentRequest | None = None
    """The request that was accepted."""
    grant_scope: list[str] | None = None
    grant_access_token_audience: list[str] | None = None
    session: AcceptOAuth2ConsentRequestSession | None = None
    remember: bool | None = None
    remember_for: int | None = None
    """In seconds; 0 means for ever."""
    context: Json = None
    """What the consent page gave along."""
    handled_at: datetime | None = None
    """When it was granted."""


OAuth2ConsentSessions: TypeAlias = list[OAuth2ConsentSession]
"""What somebody has granted to all applications."""


@model
class OAuth2LogoutRequest(Model):
    """Hydra asks the logout page whether somebody wants to log out."""

    challenge: str | None = None
    """The name of the request."""
    subject: str | None = None
    """Who would be logged out."""
    sid: str | None = None
    """The login session that would end."""
    rp_initiated: bool | None = None
    """Whether an application asked for it, by an ID token; otherwise anybody may have sent the browser there."""
    client: OAuth2Client | None = None
    """That application; None without an ID token."""
    request_url: str | None = None
    """The path and query that the browser was sent to."""
    requested_at: datetime | None = None
    expires_at: datetime | None = None


@model
class RejectOAuth2Request(Model):
    """Why a login or consent is refused; the application gets it as the error of RFC 6749, section 4.1.2.1."""

    error: str | None = None
    """The code, such as ``access_denied``."""
    error_description: str | None = None
    """What to tell the developers of the application."""
    error_hint: str | None = None
    """Goes at the end of the description."""
    error_debug: str | None = None
    """For the server's logs; the application does not get it."""
    status_code: int | None = None


@model
class AcceptDeviceUserCodeRequest(Model):
    """The device page passes on the code that somebody typed in (RFC 8628)."""

    user_code: str | None = None
    """The code that the device shows."""
