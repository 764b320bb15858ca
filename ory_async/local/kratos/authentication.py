"""Who a request comes from, and what a session may do."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from ..answers import UNAUTHORIZED, Problem
from .registry import Registry
from .state import AuthenticationMethod, Device, Identity, Session
from .views import identity_view, session_view

_PRIVATE = [ip_network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")]


class Authentication:
    """Makes sessions, finds the one of a request, and judges its assurance level."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._store = registry.store
        self._cookie_name = registry.options.session_cookie.name

    def begin(self, request: web.Request, identity: Identity, method: str, *, provider: str = "") -> Session:
        """Start a session after a first factor."""
        now = self._registry.clock.now()
        session = Session(
            identity_id=identity.id,
            issued_at=now,
            authenticated_at=now,
            expires_at=now + self._registry.options.session_lifespan,
            methods=[AuthenticationMethod(method=method, aal="aal1", completed_at=now, provider=provider)],
            devices=[device_of(request)],
        )
        self._store.add_session(session)
        return session

    def add_method(self, session: Session, method: str, aal: str, *, provider: str = "") -> None:
        """Add a factor to a session, or the same one again (a refresh); both prolong it."""
        now = self._registry.clock.now()
        session.methods.append(AuthenticationMethod(method=method, aal=aal, completed_at=now, provider=provider))
        session.authenticated_at = now
        session.expires_at = now + self._registry.options.session_lifespan

    def find(self, request: web.Request) -> Session | None:
        """Return the live session of a request: by X-Session-Token, else the cookie, else the Bearer token."""
        session = self.find_any(request)
        return session if session and self.identity(session).state == "active" else None

    def find_any(self, request: web.Request) -> Session | None:
        """Return the live session of a request, also that of a disabled account."""
        token = request.headers.get("X-Session-Token", "").strip()
        if token:
            return self._live(self._store.session_tokens.get(token, ""))
        if self.has_cookie(request):
            return self._by_cookie(request)
        scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
        return self._live(self._store.session_tokens.get(bearer.strip(), "")) if scheme.lower() == "bearer" else None

    def has_cookie(self, request: web.Request) -> bool:
        """Tell whether the request has a session cookie that this server made, dead or alive."""
        return request.cookies.get(self._cookie_name) in self._store.session_cookies

    def cookie_is_outlived(self, request: web.Request, session: Session) -> bool:
        """Tell whether the session in a cookie now lasts longer than the cookie."""
        cookie = self._store.session_cookies.get(request.cookies.get(self._cookie_name, ""))
        return cookie is not None and cookie.session_id == session.id and cookie.expires_at < session.expires_at

    def require(self, request: web.Request) -> Session:
        """Return the session of a request. Raises Problem (401, without an id)."""
        session = self.find(request)
        if session is None:
            raise Problem(401, UNAUTHORIZED, reason="No valid session credentials found in the request.")
        return session

    def require_own(self, request: web.Request) -> Session:
        """Return the session of a request, also of a disabled account. Raises Problem (401, without an id)."""
        session = self.find_any(request)
        if session is None:
            raise Problem(401, UNAUTHORIZED, reason="No valid session cookie found.")
        return session

    def require_aal(self, session: Session, *, return_to: str | None = None) -> None:
        """Ask for the second factor of an identity that has one. Raises Problem (403)."""
        if not self.lacks_second_factor(session):
            return
        target = self.aal2_url(return_to)
        raise Problem(
            403,
            "Session does not fulfill the requested Authenticator Assurance Level",
            reason="An active session was found but it does not fulfill the requested Authenticator Assurance Level. "
            "Please verify yourself with a second factor to resolve this issue.",
            id="session_aal2_required",
            details={"redirect_browser_to": target},
            siblings={"redirect_browser_to": target},
        )

    def lacks_second_factor(self, session: Session) -> bool:
        if self._registry.options.required_aal == "aal1":
            return False
        return session.aal == "aal1" and bool(self.second_factors(self.identity(session)))

    def second_factors(self, identity: Identity) -> list[str]:
        """Return the types of the second factors that an identity has set up."""
        keys = (identity.config("webauthn") or {}).get("credentials", [])
        usable = {
            "totp": identity.config("totp") is not None,
            "lookup_secret": identity.config("lookup_secret") is not None,
            "webauthn": any(not key["is_passwordless"] for key in keys),
            "code": self._registry.options.code_is_second_factor and bool(code_addresses(identity)),
        }
        return [type for type, is_usable in usable.items() if is_usable]

    def aal2_url(self, return_to: str | None = None, login_challenge: str = "") -> str:
        carried = {"login_challenge": login_challenge, "return_to": return_to}
        query = {"aal": "aal2"} | {name: value for name, value in carried.items() if value}
        return self._registry.url(f"/self-service/login/browser?{urlencode(query)}")

    def is_privileged(self, session: Session) -> bool:
        """Tell whether the session was authenticated recently enough to change credentials."""
        age = self._registry.clock.now() - session.authenticated_at
        return age <= self._registry.options.privileged_session_max_age

    def identity(self, session: Session) -> Identity:
        return self._store.identities[session.identity_id]

    def view(self, session: Session) -> dict[str, Any]:
        """Write a session as its owner sees it."""
        identity = self.identity(session)
        return session_view(
            session,
            self._registry.clock.now(),
            identity=identity_view(identity, self._registry.schema_url(identity)),
        )

    def _by_cookie(self, request: web.Request) -> Session | None:
        cookie = self._store.session_cookies[request.cookies[self._cookie_name]]
        return self._live(cookie.session_id) if self._registry.clock.now() < cookie.expires_at else None

    def _live(self, session_id: str) -> Session | None:
        session = self._store.sessions.get(session_id)
        return session if session and session.is_live(self._registry.clock.now()) else None


def _address_of(request: web.Request) -> str:
    """Return the client's address as proxies tell it, else the peer's with its port."""
    for name in ("True-Client-IP", "Cf-Connecting-IP", "X-Real-IP"):
        if address := request.headers.get(name):
            return address
    if forwarded := request.headers.get("X-Forwarded-For"):
        addresses = [part.strip() for part in reversed(forwarded.split(","))]
        return next((address for address in addresses if not _is_private(address)), "")
    peer = request.transport.get_extra_info("peername") if request.transport else None
    return f"{peer[0]}:{peer[1]}" if peer else ""


def _is_private(address: str) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in _PRIVATE if network.version == found.version)


def code_addresses(identity: Identity) -> list[tuple[str, str]]:
    """Return where codes can be sent to, as (channel, address)."""
    addresses = (identity.config("code") or {}).get("addresses", [])
    return [(address["channel"], address["address"]) for address in addresses]


def device_of(request: web.Request) -> Device:
    """Return what a request comes from."""
    return Device(ip_address=_address_of(request), user_agent=request.headers.get("User-Agent"))
