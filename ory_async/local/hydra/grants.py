"""What the local Hydra remembers of logins, consents, codes and tokens."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .requests import Flow

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
TOKEN_PREFIXES = {"code": "ory_ac_", "access": "ory_at_", "refresh": "ory_rt_", "device": "ory_dc_"}


def new_token(kind: str) -> str:
    """Make an opaque token of a kind of `TOKEN_PREFIXES`."""
    return f"{TOKEN_PREFIXES[kind]}{secrets.token_urlsafe(32)}.{secrets.token_urlsafe(32)}"


@dataclass(frozen=True, kw_only=True)
class Grant:
    """What a client was allowed; every token that descends from one consent shares it.

    `id` is that of the consent request, where there was one. `claims` are those of id tokens and userinfo, without what
    each token has for itself; `extra` are the custom claims of access tokens.
    """

    id: str
    client_id: str
    subject: str
    scopes: tuple[str, ...]
    audience: tuple[str, ...]
    claims: Mapping[str, Any]
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_openid(self) -> bool:
        return "openid" in self.scopes

    @property
    def may_refresh(self) -> bool:
        return not {"offline_access", "offline"}.isdisjoint(self.scopes)


@dataclass(kw_only=True)
class AuthorizationCode:
    """A code on its way to the client. `challenge` is None without PKCE, and after it was tried: that can be done once."""

    grant: Grant
    redirect_uri: str
    challenge: str | None
    expires_at: datetime
    used: bool = False


@dataclass(kw_only=True)
class AccessToken:
    value: str = field(repr=False)
    grant: Grant
    issued_at: datetime
    expires_at: datetime


@dataclass(kw_only=True)
class RefreshToken:
    """A refresh token and the access token that was issued with it. Without `expires_at` it lives for ever."""

    value: str = field(repr=False)
    grant: Grant
    access_token: str = field(repr=False)
    issued_at: datetime
    expires_at: datetime | None
    first_used_at: datetime | None = None
    retired: bool = False


@dataclass(kw_only=True)
class DeviceCode:
    """A device that waits. `grant` is set when its user has consented."""

    id: str
    code: str = field(repr=False)
    user_code: str = field(repr=False)
    client_id: str
    scopes: tuple[str, ...]
    audience: tuple[str, ...]
    expires_at: datetime
    grant: Grant | None = None


@dataclass(kw_only=True)
class LoginSession:
    """Somebody logged in at a browser; found again by the browser's cookie only when `remembered`."""

    id: str
    subject: str
    authenticated_at: datetime
    remembered: bool


@dataclass
class Grants:
    """Sessions, consents and tokens by their ids or values.

    `consents` are flows that ended with a consent, by the id of the consent request. `forced_subjects` are the pairwise
    subjects that a login page chose, by client and real subject. `nonces` are of verifiable credentials, by access
    token and nonce.
    """

    login_sessions: dict[str, LoginSession] = field(default_factory=dict)
    session_cookies: dict[str, str] = field(default_factory=dict)
    consents: dict[str, Flow] = field(default_factory=dict)
    codes: dict[str, AuthorizationCode] = field(default_factory=dict)
    access_tokens: dict[str, AccessToken] = field(default_factory=dict)
    refresh_tokens: dict[str, RefreshToken] = field(default_factory=dict)
    device_codes: dict[str, DeviceCode] = field(default_factory=dict)
    forced_subjects: dict[tuple[str, str], str] = field(default_factory=dict)
    nonces: dict[tuple[str, str], datetime] = field(default_factory=dict)

    def clear(self) -> None:
        """Forget everything."""
        for each in vars(self).values():
            each.clear()

    def force_subject(self, client_id: str, subject: str, shown: str) -> bool:
        """Show somebody to a client by this name; False when the client knows somebody else by it."""
        same_name = [known for known, name in self.forced_subjects.items() if known[0] == client_id and name == shown]
        if same_name not in ([], [(client_id, subject)]):
            return False
        self.forced_subjects[client_id, subject] = shown
        return True

    def revoke_access(self, grant_id: str) -> None:
        """Drop the access tokens of one grant."""
        _drop(self.access_tokens, [token.value for token in self.access_tokens.values() if token.grant.id == grant_id])

    def revoke(self, grant_id: str) -> None:
        """Drop all tokens of one grant."""
        self.revoke_access(grant_id)
        _drop(self.refresh_tokens, [each.value for each in self.refresh_tokens.values() if each.grant.id == grant_id])

    def revoke_client(self, client_id: str) -> None:
        """Drop the access tokens of a client; its refresh tokens live on."""
        dropped = [token.value for token in self.access_tokens.values() if token.grant.client_id == client_id]
        _drop(self.access_tokens, dropped)

    def forget_client(self, client_id: str) -> None:
        """Drop everything that was granted to a client."""
        for id in [id for id, flow in self.consents.items() if flow.client.id == client_id]:
            del self.consents[id]
        for each in (self.codes, self.access_tokens, self.refresh_tokens):
            _drop(each, [value for value, token in each.items() if token.grant.client_id == client_id])
        _drop(self.device_codes, [code for code, each in self.device_codes.items() if each.client_id == client_id])

    def forget_consent(self, consent_request_id: str) -> None:
        """Take a consent back, and the tokens that came from it."""
        self.consents.pop(consent_request_id, None)
        self.revoke(consent_request_id)

    def remembered_session(self, session_id: str) -> LoginSession | None:
        session = self.login_sessions.get(session_id)
        return session if session and session.remembered else None

    def end_session(self, session_id: str) -> None:
        """Forget a login. Its consents stay, but no longer belong to a session."""
        self.login_sessions.pop(session_id, None)
        for id, flow in self.consents.items():
            if flow.session_id == session_id:
                self.consents[id] = flow.moved(session_id="")

    def granted_consents(self, subject: str, now: datetime) -> Iterator[Flow]:
        """Yield what somebody has agreed to and not taken back; not the consents that merely repeated an older one."""
        for flow in self.consents.values():
            if flow.subject == subject and not flow.consent_skip and not flow.consent_expired(now):
                yield flow


def _drop(tokens: dict[str, Any], values: list[str]) -> None:
    for value in values:
        del tokens[value]
