"""The protocol endpoints and the admin API beside them, put together."""

from __future__ import annotations

from aiohttp import web

from .flows.authorize import Authorize
from .flows.consent import Consent
from .flows.cookies import BrowserCookies
from .flows.device import Device
from .flows.login import Login
from .flows.logout import Logout
from .flows.pages import Pages
from .flows.sessions import Sessions
from .registry import Registry
from .tokens.credentials import Credentials
from .tokens.introspection import Introspection
from .tokens.issuing import Issuer
from .tokens.revocation import Revocation
from .tokens.token import Token
from .tokens.userinfo import Userinfo


def protocol_routes(registry: Registry) -> list[web.RouteDef]:
    """Return the routes of everything that deals with logins, consents and tokens."""
    cookies, pages, issuer = BrowserCookies(registry), Pages(registry), Issuer(registry)
    login = Login(registry, cookies, pages, issuer)
    consent = Consent(registry, cookies, pages)
    logout = Logout(registry, cookies, pages)
    introspection = Introspection(registry)
    groups = (
        Authorize(registry, pages, login, consent, issuer),
        login,
        consent,
        Device(registry, cookies, pages, login, consent, issuer),
        logout,
        Sessions(registry, logout),
        Token(registry, issuer),
        introspection,
        Revocation(registry),
        Userinfo(registry, introspection),
        Credentials(registry, introspection),
        pages,
    )
    return [route for group in groups for route in group.routes()]
