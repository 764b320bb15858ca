"""The well-known addresses of the public plane."""

from __future__ import annotations

from aiohttp import web

from .cookies import Csrf
from .flows.base import see_other
from .http import public
from .registry import Registry
from .webauthn_script import SCRIPT


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
        # pages of other origins load it with a check of its integrity, for which they must be allowed to read it
        headers = {"Content-Type": "text/javascript; charset=UTF-8", "Access-Control-Allow-Origin": "*"}
        return web.Response(text=SCRIPT, headers=headers)

    async def change_password(self, request: web.Request) -> web.StreamResponse:
        return see_other(request, self._registry.ui_url("settings"))
