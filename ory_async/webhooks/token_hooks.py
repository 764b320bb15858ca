"""The token hooks of Hydra, which see each token before it is issued, and may change its claims or deny it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TypeAlias

import attrs

from ..models.base import Json, Model, model, secret, wire
from .receiving import Receiver, Reply, read_model


@model
class IdTokenClaims(Model):
    """The claims of the ID token to be; times that are not set yet are None."""

    iss: str | None = None
    sub: str | None = None
    aud: list[str] | None = None
    acr: str | None = None
    amr: list[str] | None = None
    auth_time: datetime | None = None
    iat: datetime | None = None
    nonce: str | None = secret(default=None)
    ext: dict[str, Json] | None = None
    """Claims of your own, of the consent or of an earlier hook, and ``sid``."""


@model
class HookedIdToken(Model):
    """What Hydra knows of the person's login."""

    id_token_claims: IdTokenClaims | None = None
    subject: str | None = None
    username: str | None = None
    expires_at: dict[str, datetime] | None = None
    """When each token ends, by its kind: ``access_token``, ``refresh_token`` and so on."""


@model
class HookedSession(Model):
    """The session that tokens are issued for."""

    id_token: HookedIdToken | None = None
    access_token: dict[str, Json] | None = wire("extra", default=None)
    """Claims of your own in the access token so far."""
    client_id: str | None = None
    consent_challenge: str | None = secret(default=None)

    @property
    def subject(self) -> str | None:
        """Whom the tokens are about: a person, or the client itself."""
        return None if self.id_token is None else self.id_token.subject

    def claims(
        self, *, access_token: Mapping[str, Json] | None = None, id_token: Mapping[str, Json] | None = None
    ) -> TokenClaims:
        """The claims as they are so far with others added, which is what a hook mostly wants to answer."""
        claims = None if self.id_token is None else self.id_token.id_token_claims
        ext = (claims and claims.ext) or {}
        return TokenClaims(
            access_token={**(self.access_token or {}), **(access_token or {})}, id_token={**ext, **(id_token or {})}
        )


@model
class TokenRequest(Model):
    """The request for tokens."""

    client_id: str
    grant_types: list[str] | None = None
    requested_scopes: list[str] | None = None
    granted_scopes: list[str] | None = None
    """Empty for the authorization code, whose scopes were granted by the consent."""
    granted_audience: list[str] | None = None
    payload: dict[str, list[str]] | None = secret(default=None)
    """The form as it was sent, without its secrets but for an assertion."""


@model
class TokenHook(Model):
    """Tokens are about to be issued, by any grant."""

    session: HookedSession
    request: TokenRequest


@model
class RefreshTokenHook(Model):
    """Tokens are about to be refreshed; the hook for every grant, if there is one, is called after it."""

    subject: str | None = None
    session: HookedSession
    requester: TokenRequest
    client_id: str | None = None
    granted_scopes: list[str] | None = None
    granted_audience: list[str] | None = None


@attrs.frozen(kw_only=True)
class TokenClaims:
    """The tokens get exactly these claims of your own, in place of those of the session; an empty mapping takes them
    away. `HookedSession.claims` keeps the others. Names need to be allowed in Hydra's settings to stand at the top."""

    access_token: Mapping[str, Json] = attrs.field(factory=dict)
    id_token: Mapping[str, Json] = attrs.field(factory=dict)


@attrs.frozen
class DenyToken:
    """No token is issued: the client gets ``access_denied``."""


TokenAnswer: TypeAlias = TokenClaims | DenyToken | None
"""What comes of a token hook; None lets the tokens be as they are."""


def _reply_of(answer: TokenAnswer) -> Reply | None:
    match answer:
        case None:
            return Reply(204)
        case DenyToken():
            return Reply(403)
        case TokenClaims(access_token=access_token, id_token=id_token):
            return Reply.json(200, {"session": {"access_token": dict(access_token), "id_token": dict(id_token)}})
        case _:
            return None


class TokenHookReceiver(Receiver[TokenHook, TokenAnswer]):
    """Receives the hook of ``oauth2.token_hook``. Requests have no id: the handler may see one more than once."""

    def _read(self, data: Json) -> TokenHook:
        return read_model(TokenHook, data)

    def _write(self, answer: TokenAnswer) -> Reply | None:
        return _reply_of(answer)


class RefreshTokenHookReceiver(Receiver[RefreshTokenHook, TokenAnswer]):
    """Receives the hook of ``oauth2.refresh_token_hook``, like `TokenHookReceiver`."""

    def _read(self, data: Json) -> RefreshTokenHook:
        return read_model(RefreshTokenHook, data)

    def _write(self, answer: TokenAnswer) -> Reply | None:
        return _reply_of(answer)
