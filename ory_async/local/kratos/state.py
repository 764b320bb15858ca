"""What the local Kratos remembers."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ..ids import new_id, random_token


@dataclass(kw_only=True)
class Address:
    """An address that can be verified, or recovered with."""

    id: str = field(default_factory=new_id)
    value: str
    via: str
    created_at: datetime
    updated_at: datetime
    verified: bool = False
    status: str = "pending"
    verified_at: datetime | None = None


@dataclass(kw_only=True)
class Credential:
    """One way in of an identity; `config` holds what its type needs, None when it was never set up."""

    type: str
    identifiers: list[str]
    config: dict[str, Any] | None = None
    created_at: datetime
    updated_at: datetime


@dataclass(kw_only=True)
class Identity:
    id: str = field(default_factory=new_id)
    schema_id: str
    traits: Any
    state: str = "active"
    state_changed_at: datetime
    external_id: str = ""
    metadata_public: Any = None
    metadata_admin: Any = None
    organization_id: str | None = None
    region: str = ""
    credentials: dict[str, Credential] = field(default_factory=dict)
    verifiable_addresses: list[Address] = field(default_factory=list)
    recovery_addresses: list[Address] = field(default_factory=list)
    created_at: datetime
    updated_at: datetime

    def unique_keys(self) -> Iterator[tuple[str, str]]:
        """Yield what no two identities may share."""
        if self.external_id:
            yield "external_id", self.external_id
        for credential in self.credentials.values():
            for identifier in credential.identifiers:
                yield credential.type, identifier
        for address in self.verifiable_addresses:
            yield f"verifiable:{address.via}", address.value
        for address in self.recovery_addresses:
            yield f"recovery:{address.via}", address.value

    def config(self, credential_type: str) -> dict[str, Any] | None:
        """Return the set-up of a credential type, None when it is not usable."""
        credential = self.credentials.get(credential_type)
        return credential.config if credential else None


@dataclass(kw_only=True)
class AuthenticationMethod:
    method: str
    aal: str
    completed_at: datetime
    provider: str = ""


@dataclass(kw_only=True)
class Device:
    id: str = field(default_factory=new_id)
    ip_address: str
    user_agent: str | None


@dataclass(kw_only=True)
class Session:
    id: str = field(default_factory=new_id)
    identity_id: str
    token: str = field(default_factory=lambda: "ory_st_" + random_token())
    logout_token: str = field(default_factory=lambda: "ory_lo_" + random_token())
    active: bool = True
    issued_at: datetime
    authenticated_at: datetime
    expires_at: datetime
    methods: list[AuthenticationMethod] = field(default_factory=list)
    devices: list[Device] = field(default_factory=list)

    @property
    def aal(self) -> str:
        return "aal2" if any(method.aal == "aal2" for method in self.methods) else "aal1"

    def is_live(self, now: datetime) -> bool:
        return self.active and now < self.expires_at


@dataclass(kw_only=True)
class SessionCookie:
    """What a value of the session cookie stands for; it ends with its own `expires_at`, whatever the session does."""

    session_id: str
    expires_at: datetime


@dataclass(kw_only=True)
class Message:
    """A message of the courier."""

    id: str = field(default_factory=new_id)
    recipient: str
    subject: str
    body: str
    template_type: str
    template_data: dict[str, Any]
    created_at: datetime
    type: str = "email"
    status: str = "sent"


@dataclass(kw_only=True)
class SignIn:
    """A visit to a social sign-in provider: the flow it belongs to, and the account the provider has confirmed."""

    flow_id: str
    provider: str
    continuity: str
    code: str = ""
    claims: dict[str, Any] = field(default_factory=dict)


@dataclass(kw_only=True)
class PausedChange:
    """What somebody wants to change in the settings, while the login is confirmed."""

    flow_id: str
    identity_id: str
    fields: Mapping[str, Any]
    expires_at: datetime


@dataclass(kw_only=True)
class FlowError:
    """An error that a browser was sent to the error page with."""

    id: str = field(default_factory=new_id)
    error: dict[str, Any]
    created_at: datetime


class Conflict(Exception):
    """Two identities would share an identifier, an address or an external id."""


class Store:
    """All state, in memory. Identities are replaced as a whole by `save`; the rest is changed in place."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self.identities: dict[str, Identity] = {}
        self.sessions: dict[str, Session] = {}
        self.session_tokens: dict[str, str] = {}
        self.session_cookies: dict[str, SessionCookie] = {}
        self.messages: dict[str, Message] = {}
        self.flows: dict[str, Any] = {}
        self.errors: dict[str, FlowError] = {}
        self.sign_ins: dict[str, SignIn] = {}
        self.paused_changes: dict[str, PausedChange] = {}
        self.exchanges: dict[tuple[str, str], str] = {}
        self._sessions_of: dict[str, dict[str, Session]] = {}
        self._keys: dict[tuple[str, str], str] = {}
        self._ids: list[str] = []

    def save(self, identity: Identity) -> None:
        """Store an identity, new or changed. Raises Conflict when another one holds something of it."""
        keys = list(identity.unique_keys())
        if any(self._keys.get(key, identity.id) != identity.id for key in keys):
            raise Conflict
        if identity.id not in self.identities:
            bisect.insort(self._ids, identity.id)
        self._release(identity.id)
        self._keys.update(dict.fromkeys(keys, identity.id))
        self.identities[identity.id] = identity

    def find(self, kind: str, value: str) -> Identity | None:
        """Return the identity that holds an identifier (by credential type), an address or an external id."""
        owner = self._keys.get((kind, value))
        return self.identities[owner] if owner else None

    def identities_after(self, id: str) -> Iterator[Identity]:
        """Yield the identities in the order of their ids, from the one after `id` on."""
        for index in range(bisect.bisect_right(self._ids, id), len(self._ids)):
            yield self.identities[self._ids[index]]

    def delete_identity(self, identity_id: str) -> None:
        """Forget an identity with all its sessions."""
        self._release(identity_id)
        del self.identities[identity_id]
        del self._ids[bisect.bisect_left(self._ids, identity_id)]
        self.delete_sessions(self.sessions_of(identity_id))
        self._sessions_of.pop(identity_id, None)

    def _release(self, identity_id: str) -> None:
        previous = self.identities.get(identity_id)
        for key in previous.unique_keys() if previous else ():
            self._keys.pop(key, None)

    def add_session(self, session: Session) -> None:
        self.sessions[session.id] = session
        self.session_tokens[session.token] = session.id
        self._sessions_of.setdefault(session.identity_id, {})[session.id] = session

    def sessions_of(self, identity_id: str) -> list[Session]:
        """Return the sessions of an identity, newest first."""
        return list(reversed(self._sessions_of.get(identity_id, {}).values()))

    def delete_sessions(self, sessions: Iterable[Session]) -> None:
        for session in sessions:
            self.sessions.pop(session.id, None)
            self.session_tokens.pop(session.token, None)
            self._sessions_of.get(session.identity_id, {}).pop(session.id, None)
