"""Who is logged in, as the handlers of an application ask it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final, Self

import attrs
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ...errors import ConfigurationError, OryError
from ..problems import Asked, Denied
from ..starlette import refuse
from .browsers import path_of
from .logins import User

if TYPE_CHECKING:
    from .kit import LoginKit

_SCOPE: Final = "ory_async.login_kit"

logger = logging.getLogger("ory_async")


async def optional_user(request: HTTPConnection) -> User | None:
    """Who is logged in; None for nobody.

    Raises `Denied` (a 503) when that cannot be told now, and `ConfigurationError` where no kit was installed.
    """
    return await _Visit.of(request).user(request)


async def current_user(request: HTTPConnection) -> User:
    """Who is logged in.

    Raises `Denied` for nobody: a browser is sent to log in, a program is told so (401); and as `optional_user` does.
    """
    visit = _Visit.of(request)
    user = await visit.user(request)
    if user is None:
        raise Denied("session_inactive", _asked(request), visit.kit.login_url(path_of(request)))
    return user


@attrs.define(eq=False)
class _Visit:
    """One request to an application in which a kit is installed."""

    kit: LoginKit
    was_asked: bool = False
    _is_known: bool = False
    _user: User | None = None

    @classmethod
    def of(cls, request: HTTPConnection) -> Self:
        visit = request.scope.get(_SCOPE)
        if not isinstance(visit, cls):
            raise ConfigurationError("there is no login kit here: call kit.install(app)")
        return visit

    async def user(self, request: HTTPConnection) -> User | None:
        self.was_asked = True
        if not self._is_known:
            try:
                self._user = await self.kit.find(request)
            except OryError as error:
                logger.error("it cannot be told who is logged in: %s", error)
                raise Denied("unavailable", _asked(request)) from error
            self._is_known = True
        return self._user


class Visits:
    """The middleware by which handlers find the kit, and which answers where they are not let in.

    Pages that depend on who is logged in are kept out of caches.
    """

    def __init__(self, app: ASGIApp, kit: LoginKit) -> None:
        self._app = app
        self._kit = kit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request or connection."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        visit = scope.get(_SCOPE) or _Visit(self._kit)  # of the application around this one
        is_answered = False

        async def send_private(message: Message) -> None:
            nonlocal is_answered
            is_answered = True
            if message["type"] == "http.response.start" and visit.was_asked:
                headers = MutableHeaders(scope=message)
                headers.add_vary_header("Cookie")
                headers.setdefault("Cache-Control", "private, no-store")
            await send(message)

        try:
            await self._app({**scope, _SCOPE: visit}, receive, send_private)
        except Denied as denied:
            if is_answered:
                raise
            await refuse(denied, scope, receive, send_private)


def _asked(request: HTTPConnection) -> Asked:
    return Asked(request.scope.get("method", ""), request.headers, lambda: str(request.url))
