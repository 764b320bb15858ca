"""Making codes and tokens of a grant."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from ... import base64url
from ...ids import new_id
from ..grants import AccessToken, Grant, RefreshToken, new_token
from ..keys import ACCESS_TOKEN_KEYS, ID_TOKEN_KEYS
from ..problems import HydraProblem, invalid_request, server_error
from ..registry import Registry
from ..requests import Flow
from ..state import Client

# Claims that the consent page cannot set, since tokens have them for themselves.
_RESERVED = frozenset(
    ("sub", "iss", "jti", "aud", "iat", "exp", "rat", "nonce", "at_hash", "c_hash", "auth_time", "acr", "amr", "sid")
)
_WITHOUT_USER = frozenset({"client_credentials", "jwt_bearer"})
MIN_NONCE_LENGTH = 8


class Issuer:
    """Issues what a grant allows. Lifespans are those of the client for the grant in use, else those of the options."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def grant_of(self, flow: Flow, client: Client, *, nonce: str = "") -> Grant:
        """Return what a user granted. Raises the error of the consent page when it was refused."""
        answer, login = flow.consent_answer, flow.login_answer
        claims: dict[str, Any] = {
            **{name: value for name, value in answer.id_claims.items() if name not in _RESERVED},
            "sid": flow.session_id,
            "sub": self.shown_subject(client, login.subject, login.forced_subject),
            "iss": self._registry.issuer,
            "aud": [client.id],
            "iat": int(self._registry.clock.now().timestamp()),
            "rat": int(flow.requested_at.timestamp()),
        }
        if flow.authenticated_at:
            claims["auth_time"] = int(flow.authenticated_at.timestamp())
        optional = {"nonce": nonce, "acr": login.acr, "amr": login.amr}
        claims.update({name: value for name, value in optional.items() if value})
        return Grant(
            id=flow.consent_request_id,
            client_id=client.id,
            subject=login.subject,
            scopes=answer.scopes,
            audience=answer.audience,
            claims=claims,
            extra=answer.access_claims,
        )

    def shown_subject(self, client: Client, subject: str, forced: str = "") -> str:
        """Return the subject as the client sees it: another one for each sector when it is registered as pairwise."""
        if client.metadata.get("subject_type") != "pairwise":
            return subject
        if forced:
            return forced
        text = _sector(client) + subject + self._registry.options.subject_salt
        return hashlib.sha256(text.encode()).hexdigest()

    async def access_token(self, client: Client, grant: Grant, usage: str) -> AccessToken:
        """Issue and store an access token. `usage` is the first half of a name in `state.GRANTS`."""
        now = self._registry.clock.now()
        lifespan = self._lifespan(client, usage, "access_token", self._registry.options.access_token_lifespan)
        token = AccessToken(value="", grant=grant, issued_at=now, expires_at=_rounded(now + lifespan))
        strategy = client.access_token_strategy or self._registry.options.access_token_strategy
        token.value = await self._signed(token) if strategy == "jwt" else new_token("access")
        self._registry.grants.access_tokens[token.value] = token
        return token

    def refresh_token(self, client: Client, grant: Grant, access: AccessToken, usage: str) -> RefreshToken:
        """Issue and store a refresh token beside an access token. A negative lifespan means that it lives for ever."""
        now = self._registry.clock.now()
        lifespan = self._lifespan(client, usage, "refresh_token", self._registry.options.refresh_token_lifespan)
        token = RefreshToken(
            value=new_token("refresh"),
            grant=grant,
            access_token=access.value,
            issued_at=now,
            expires_at=_rounded(now + lifespan) if lifespan >= timedelta() else None,
        )
        self._registry.grants.refresh_tokens[token.value] = token
        return token

    async def id_token(
        self, client: Client, grant: Grant, usage: str, *, access_token: str = "", code: str = ""
    ) -> str:
        """Issue an id token, with the hashes of what goes out with it (OpenID Connect Core sections 3.1.3.6, 3.3.2.11)."""
        if 0 < len(str(grant.claims.get("nonce", ""))) < MIN_NONCE_LENGTH:
            raise insufficient_entropy()
        now = self._registry.clock.now()
        lifespan = self._lifespan(client, usage, "id_token", self._registry.options.id_token_lifespan)
        if lifespan < timedelta():
            raise server_error()
        own = {"exp": int((now + lifespan).timestamp()), "iat": int(now.timestamp()), "jti": new_id()}
        hashes = {"at_hash": access_token, "c_hash": code}
        own_hashes = {name: _half_hash(value) for name, value in hashes.items() if value}
        return await self._registry.keys.sign(ID_TOKEN_KEYS, {**grant.claims, **own, **own_hashes})

    async def response(self, client: Client, grant: Grant, usage: str) -> dict[str, Any]:
        """Issue what the token endpoint answers: an access token, for users a refresh and an id token where granted."""
        access = await self.access_token(client, grant, usage)
        answer: dict[str, Any] = {"access_token": access.value, "expires_in": self.expires_in(access)}
        by_user = usage not in _WITHOUT_USER
        if by_user and grant.is_openid:
            answer["id_token"] = await self.id_token(client, grant, usage, access_token=access.value)
        if by_user and grant.may_refresh and "refresh_token" in client.grant_types:
            answer["refresh_token"] = self.refresh_token(client, grant, access, usage).value
        return {**answer, "scope": " ".join(grant.scopes), "token_type": "bearer"}

    def expires_in(self, token: AccessToken) -> int:
        """Return the seconds that are left to a token, cut off: 3599 and 3600 both mean an hour."""
        return int((token.expires_at - self._registry.clock.now()).total_seconds())

    def _lifespan(self, client: Client, usage: str, kind: str, default: timedelta) -> timedelta:
        own = client.lifespan(usage, kind)
        return default if own is None else own

    async def _signed(self, token: AccessToken) -> str:
        grant, now = token.grant, int(token.issued_at.timestamp())
        claims: Mapping[str, Any] = {
            "aud": list(grant.audience),
            "client_id": grant.client_id,
            "exp": int(token.expires_at.timestamp()),
            "ext": dict(grant.extra),
            "iat": now,
            "iss": self._registry.issuer,
            "jti": new_id(),
            "nbf": now,
            "scp": list(grant.scopes),
            "sub": grant.subject,
        }
        return await self._registry.keys.sign(ACCESS_TOKEN_KEYS, claims)


def insufficient_entropy() -> HydraProblem:
    text = "The request used a security parameter (e.g., anti-replay, anti-csrf) with insufficient entropy."
    hint = f"Parameter 'nonce' is set but does not satisfy the minimum entropy of {MIN_NONCE_LENGTH} characters."
    return HydraProblem(400, "insufficient_entropy", text, hint)


def _sector(client: Client) -> str:
    """Return what the pairwise subjects of a client depend on. Raises Problem (400) when that is not clear."""
    if sector := client.metadata.get("sector_identifier_uri"):
        return str(sector)
    if len(client.redirect_uris) == 1:
        return client.redirect_uris[0].partition("://")[2].partition("/")[0]
    fault = (
        "has multiple redirect_uris but no sector_identifier_uri was set"
        if client.redirect_uris
        else "neither specifies a sector_identifier_uri nor a redirect_uri"
    )
    raise invalid_request(
        f"OAuth 2.0 Client {client.id} {fault} which is not allowed when performing using subject type pairwise. "
        "Please reconfigure the OAuth 2.0 client properly."
    )


def _half_hash(text: str) -> str:
    digest = hashlib.sha256(text.encode("ascii")).digest()
    return base64url.encoded(digest[: len(digest) // 2])


def _rounded(moment: datetime) -> datetime:
    return (moment + timedelta(milliseconds=500)).replace(microsecond=0)
