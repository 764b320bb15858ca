"""The state of a self-service flow, and the codes it sends."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ..clock import timestamp
from ..ids import new_id
from .ui import Text, Ui, error


@dataclass(kw_only=True)
class OneTimeCode:
    """A code (or the token of a link) which was sent to an address; `identity_id` is None where it has no account."""

    secret: str
    address: str
    expires_at: datetime
    identity_id: str | None = None
    is_used: bool = False


class CodeRefused(Exception):
    """A code is not looked at, or can not be used again; the text says why and what to do."""


@dataclass(kw_only=True)
class Flow:
    """A flow of any kind; the fields below `state` are used by some kinds only."""

    kind: str
    type: str
    issued_at: datetime
    expires_at: datetime
    request_url: str
    ui: Ui
    id: str = field(default_factory=new_id)
    return_to: str = ""
    active: str = ""
    state: str = "choose_method"
    csrf_token: str = ""
    skips_csrf: bool = False
    transient_payload: Mapping[str, Any] | None = None
    continue_with: list[dict[str, Any]] = field(default_factory=list)
    code: OneTimeCode | None = None
    attempts: int = 0
    identity_id: str | None = None
    organization_id: str | None = None
    login_challenge: str = ""
    exchange_code: str = ""
    refresh: bool = False
    requested_aal: str = "aal1"
    pending: dict[str, Any] = field(default_factory=dict)
    test_context: dict[str, Any] = field(default_factory=dict)

    @property
    def is_native(self) -> bool:
        return self.type == "api"

    def is_expired(self, now: datetime) -> bool:
        return now >= self.expires_at

    def send_code(self, address: str, expires_at: datetime, identity_id: str | None) -> str:
        """Make a new code, which replaces the one before."""
        secret = f"{secrets.randbelow(10**6):06d}"
        self.code = OneTimeCode(secret=secret, address=address, expires_at=expires_at, identity_id=identity_id)
        return secret

    def use_code(
        self, secret: str, now: datetime, maximum_attempts: int, *, owner: str | None = None
    ) -> OneTimeCode | None:
        """Use the code if it is right, still good, and sent to the owner where one is given. Raises CodeRefused."""
        self.attempts += 1
        if self.attempts > maximum_attempts:
            raise CodeRefused("The request was submitted too often. Please request another code.")
        code = self.code
        if code is None or now >= code.expires_at or not secrets.compare_digest(code.secret.encode(), secret.encode()):
            return None
        if owner not in (None, code.identity_id):
            return None
        if code.is_used:
            raise CodeRefused("The code was already used. Please request another code.")
        code.is_used = True
        return code

    def head(self) -> dict[str, Any]:
        """Write the fields that all kinds begin with."""
        view: dict[str, Any] = {
            "id": self.id,
            "type": self.type,
            "expires_at": timestamp(self.expires_at),
            "issued_at": timestamp(self.issued_at),
            "request_url": self.request_url,
        }
        optional = {
            "oauth2_login_challenge": self.login_challenge,
            "return_to": self.return_to,
            "active": self.active,
        }
        return view | {name: value for name, value in optional.items() if value} | {"ui": self.ui.view()}

    def tail(self) -> dict[str, Any]:
        """Write the optional fields that kinds end with."""
        view: dict[str, Any] = {}
        if self.exchange_code:
            view["session_token_exchange_code"] = self.exchange_code
        if self.continue_with:
            view["continue_with"] = self.continue_with
        if self.transient_payload is not None:
            view["transient_payload"] = self.transient_payload
        return view


def expired_message(id: int, flow: Flow, now: datetime) -> Text:
    """Make the message of a flow that takes the place of an expired one."""
    minutes = (now - flow.expires_at).total_seconds() / 60
    words = f"The {flow.kind} flow expired {minutes:.2f} minutes ago, please try again."
    expired_at = timestamp(flow.expires_at)
    return error(id, words, expired_at=expired_at, expired_at_unix=int(flow.expires_at.timestamp()))
