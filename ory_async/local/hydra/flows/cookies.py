"""The cookies that tie a browser to its login, and each step of a flow to the browser that began it."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from aiohttp import web

from ..grants import LoginSession
from ..problems import no_row, request_forbidden
from ..registry import Registry

SESSION_COOKIE = "ory_hydra_session_dev"
DEVICE_CSRF_COOKIE = "ory_hydra_device_csrf_dev"

_ATTRIBUTES = "HttpOnly; SameSite=Lax"


def login_csrf_cookie(client_id: str) -> str:
    """Name the cookie of a client's login requests."""
    return f"ory_hydra_login_csrf_dev_{_murmur3(client_id.encode())}"


def consent_csrf_cookie(client_id: str) -> str:
    """Name the cookie of a client's consent requests."""
    return f"ory_hydra_consent_csrf_dev_{_murmur3(client_id.encode())}"


def new_csrf() -> str:
    """Make a value that goes both into a flow and into a cookie of its browser."""
    return _random_value(184)


class BrowserCookies:
    """Reads and writes cookies. Those to be set are collected until the answer is there; see `collected_cookies`."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def set_csrf(self, name: str, value: str) -> None:
        """Tie a step of a flow to the browser."""
        self._set(name, value, self._registry.options.login_consent_lifespan)

    def check_csrf(self, request: web.Request, name: str, value: str) -> None:
        """Refuse to go on in another browser than the flow's own. Raises Problem (403)."""
        sent = request.cookies.get(name)
        if sent is None:
            raise request_forbidden("No CSRF value available in the session cookie.")
        if sent != value:
            raise request_forbidden("The CSRF value from the token does not match the CSRF value from the data store.")

    def session(self, request: web.Request) -> LoginSession | None:
        """Return the login that this browser is remembered with."""
        grants = self._registry.grants
        return grants.remembered_session(grants.session_cookies.get(request.cookies.get(SESSION_COOKIE, ""), ""))

    def set_session(self, session_id: str, lifespan: timedelta) -> None:
        """Remember a login in the browser."""
        value = _random_value(175)
        self._registry.grants.session_cookies[value] = session_id
        self._set(SESSION_COOKIE, value, lifespan)

    def end_session(self, request: web.Request) -> None:
        """End the login of this browser, if any, and make it drop the cookie.

        Raises Problem (404) when the login has been ended already.
        """
        self.drop_session()
        grants = self._registry.grants
        session_id = grants.session_cookies.get(request.cookies.get(SESSION_COOKIE, ""), "")
        if session_id and session_id not in grants.login_sessions:
            raise no_row()
        grants.end_session(session_id)

    def drop_session(self) -> None:
        """Make the browser drop its cookie; the new value means nothing."""
        _collect(f"{SESSION_COOKIE}={_random_value(127)}; Path=/; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0")

    def _set(self, name: str, value: str, lifespan: timedelta) -> None:
        end: datetime = self._registry.clock.now().astimezone(UTC) + lifespan
        seconds = int(lifespan.total_seconds())
        _collect(f"{name}={value}; Path=/; Expires={format_datetime(end, usegmt=True)}; Max-Age={seconds}")


@contextmanager
def collected_cookies() -> Generator[list[str]]:
    """Give a list that fills with the values of Set-Cookie while a request is handled."""
    reset = _collected.set([])
    try:
        yield _collected.get()
    finally:
        _collected.reset(reset)


_collected: ContextVar[list[str]] = ContextVar("collected")


def _collect(cookie: str) -> None:
    _collected.get().append(f"{cookie}; {_ATTRIBUTES}")


def _random_value(length: int) -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(length)).decode()


def _murmur3(data: bytes) -> int:
    """Hash with MurmurHash3 (32 bit, seed 0), of which Hydra makes cookie names."""
    mask, value = 0xFFFFFFFF, 0
    whole = len(data) - len(data) % 4
    for start in range(0, whole, 4):
        value ^= _mixed(int.from_bytes(data[start : start + 4], "little"))
        value = (_rotated(value, 13) * 5 + 0xE6546B64) & mask
    value ^= _mixed(int.from_bytes(data[whole:], "little")) ^ len(data)
    value = ((value ^ value >> 16) * 0x85EBCA6B) & mask
    value = ((value ^ value >> 13) * 0xC2B2AE35) & mask
    return value ^ value >> 16


def _mixed(block: int) -> int:
    return (_rotated((block * 0xCC9E2D51) & 0xFFFFFFFF, 15) * 0x1B873593) & 0xFFFFFFFF


def _rotated(value: int, bits: int) -> int:
    return (value << bits | value >> (32 - bits)) & 0xFFFFFFFF
