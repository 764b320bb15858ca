"""The well-known addresses of the public plane."""

from __future__ import annotations

from aiohttp import web

from .cookies import Csrf
from .flows.base import see_other
from .http import public
from .registry import Registry

_WEBAUTHN_SCRIPT = """\
// The local Ory has no WebAuthn; this script only defines what pages of Kratos call.
;(function () {
  window.__oryWebAuthnInitialized = true
  window.oryWebAuthnLogin = window.oryWebAuthnRegistration = function () {
    console.log("The local Ory does not support WebAuthn.")
  }
})()
"""


class WellKnownHandlers:
    """Handlers below /.well-known."""

    def __init__(self, registry: Registry, csrf: Csrf) -> None:
        self._registry = registry
        self._csrf = csrf

    def routes(self) -> list[web.AbstractRouteDef]:
        return [
            web.get("/.well-known/ory/webauthn.js", self._csrf.ensured(public(self.webauthn))),
            web.get("/.well-known/change-password", self._csrf.ensured(public(self.change_password))),
        ]

    async def webauthn(self, request: web.Request) -> web.StreamResponse:
        return web.Response(text=_WEBAUTHN_SCRIPT, headers={"Content-Type": "text/javascript; charset=UTF-8"})

    async def change_password(self, request: web.Request) -> web.StreamResponse:
        return see_other(request, self._registry.ui_url("settings"))
