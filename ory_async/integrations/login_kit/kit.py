"""The routes by which people log in and out."""

from __future__ import annotations

import hashlib
import logging
import math
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from html import escape
from typing import Any, Final, TypeAlias
from urllib.parse import parse_qs, urlencode, urlsplit

from starlette.applications import Starlette
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from ...caching import Clock
from ...errors import ConfigurationError, OAuth2Error, OryError
from ...jwt import InvalidToken
from ...tokens import AuthorizationCode, AuthorizationFailed, Transaction
from .browsers import NOT_KEPT, Cookies, is_from_elsewhere, origin_of, own_path
from .logins import Logins, User
from .logout_tokens import LONGEST_AGE, LogoutTokens
from .sealing import Seal, Secret
from .stores import TokenStore
from .visits import Visits

_FORWARDED: Final = ("login_hint", "prompt", "ui_locales")
_TRANSACTION_LIFETIME: Final = 600.0
_MOST_TRANSACTIONS: Final = 8
_LONGEST_BODY: Final = 65_536
_COOKIE_NAME: Final = re.compile("[A-Za-z0-9_-]+")

FailurePage: TypeAlias = Callable[[Request, OryError, str], Awaitable[Response]]
"""Draws the page for a login that failed: takes the request, the error, and the URL to try again at."""

logger = logging.getLogger("ory_async")


class LoginKit:
    """Logs people in to a Starlette or FastAPI application, by an Ory (or any other OpenID provider).

        kit = LoginKit(AuthorizationCode(ory, ...), store=MemoryTokenStore(), secret=os.environ["LOGIN_SECRET"])
        kit.install(app)

    That adds the routes ``/auth/login``, ``/auth/callback``, ``/auth/logout`` and ``/auth/backchannel-logout``; `prefix`
    is what stands before their names. The redirect_uri of `authorization_code` must lead to the callback, and tells
    where browsers reach this application.

    A browser holds two kinds of cookies, both sealed with `secret`: what belongs to a login that has begun, for ten
    minutes, and the id of the login. The tokens are in the `store`, sealed too. A login lasts `lifetime` seconds. Tokens
    with a refresh token are renewed `margin` seconds before they end, when they are used; where the server refuses it,
    the login is over.

    `home` is where a browser goes that came from nowhere. `post_logout_redirect_uri` is where the server sends browsers
    after the logout, as registered with the client; without it only the login to this application ends, and not the one
    to the server. `cookie` is the name of the cookies; choose others for several applications on one host.
    `failure_page` draws the page for logins that failed. `clock` gives the seconds since 1970.

    Use it on one event loop. Raises `ConfigurationError` for settings that make no sense.
    """

    def __init__(
        self,
        authorization_code: AuthorizationCode,
        *,
        store: TokenStore,
        secret: Secret,
        prefix: str = "/auth",
        home: str = "/",
        post_logout_redirect_uri: str | None = None,
        lifetime: float = 86_400.0,
        margin: float = 30.0,
        cookie: str = "ory_login",
        failure_page: FailurePage | None = None,
        clock: Clock = time.time,
    ) -> None:
        callback = urlsplit(authorization_code.redirect_uri)
        if prefix and (own_path(prefix, "") != prefix or prefix.endswith("/")):
            raise ConfigurationError("prefix must be a path without a slash at the end, such as '/auth', or empty")
        if not callback.path.endswith(f"{prefix}/callback"):
            raise ConfigurationError(f"the path of redirect_uri must end with prefix and /callback: {prefix}/callback")
        if own_path(home, "") != home:
            raise ConfigurationError("home must be a path of this application, such as '/'")
        if not _COOKIE_NAME.fullmatch(cookie):
            raise ConfigurationError("cookie must be a name of letters, digits, '_' and '-'")
        _check_seconds("lifetime", lifetime, 1)
        _check_seconds("margin", margin, 0)
        self._code = authorization_code
        self._store = store
        self._prefix = prefix
        self._base = callback.path.removesuffix("/callback")
        self._origin = origin_of(authorization_code.redirect_uri) or ""
        self._home = home
        self._post_logout_redirect_uri = post_logout_redirect_uri
        self._lifetime = lifetime
        self._cookies = Cookies(cookie, is_secure=callback.scheme == "https")
        self._transactions = Seal(secret, "transaction")
        self._ids = Seal(secret, "id")
        self._logins = Logins(
            authorization_code, store, Seal(secret, "tokens"), lifetime=lifetime, margin=margin, clock=clock
        )
        self._logout_tokens = LogoutTokens(authorization_code, clock)
        self._failure_page = failure_page or _failure_page
        self._clock = clock

    @property
    def routes(self) -> list[BaseRoute]:
        """The routes, for an application that `install` does not suit."""
        return [
            Route(f"{self._prefix}/login", self._login, methods=["GET"]),
            Route(f"{self._prefix}/callback", self._callback, methods=["GET"]),
            Route(f"{self._prefix}/logout", self._logout, methods=["GET", "POST"]),
            Route(f"{self._prefix}/backchannel-logout", self._backchannel_logout, methods=["POST"]),
        ]

    def install(self, app: Starlette, *, routes: bool = True) -> None:
        """Add the routes, and what `current_user` and `optional_user` need, to an application that has not started.

        An application that is mounted in another one needs this as well, without the `routes`.
        """
        app.add_middleware(Visits, kit=self)
        if routes:
            app.router.routes[:0] = self.routes

    def login_url(self, return_to: str | None = None, **more: str) -> str:
        """Where a browser logs in, and goes to `return_to` (a path of this application) after it.

        `more` may have ``login_hint``, ``ui_locales`` and ``prompt``, which ``registration`` makes the link to sign up.
        """
        query = {**more, "return_to": own_path(return_to, "")}
        told = urlencode({name: value for name, value in query.items() if value})
        return f"{self._base}/login{'?' if told else ''}{told}"

    @property
    def logout_url(self) -> str:
        """Where a browser logs out: by a link or a form of this application's own pages."""
        return f"{self._base}/logout"

    async def find(self, request: HTTPConnection) -> User | None:
        """Who is logged in, as `optional_user` tells; but raises the errors of calls and of the store as they are."""
        id = self._id(request)
        return None if id is None else await self._logins.find(id)

    async def end_logins(self, subject: str) -> None:
        """Log a person out of this application, in all browsers."""
        await self._logins.end_all(subject=subject)

    async def _login(self, request: Request) -> Response:
        query = request.query_params
        try:
            url, transaction = await self._code.begin(**{name: query[name] for name in _FORWARDED if query.get(name)})
        except OryError as error:
            return await self._failed(request, error, query.get("return_to"))
        response = RedirectResponse(url, 303, NOT_KEPT)
        content = {
            "transaction": transaction.to_dict(),
            "return_to": own_path(query.get("return_to"), self._home),
            "ends_at": self._clock() + _TRANSACTION_LIFETIME,
        }
        self._forget_oldest(request, response)
        self._cookies.set(
            response, self._transactions.seal(content), _TRANSACTION_LIFETIME, _transaction_suffix(transaction.state)
        )
        return response

    def _forget_oldest(self, request: Request, response: Response) -> None:
        """Every tab may log in by itself, but not without end; browsers name the oldest cookies first."""
        start = self._cookies.full_name(".")
        begun = [name.removeprefix(start) for name in request.cookies if name.startswith(start)]
        for suffix in begun[: max(0, len(begun) + 1 - _MOST_TRANSACTIONS)]:
            self._cookies.delete(response, f".{suffix}")

    async def _callback(self, request: Request) -> Response:
        suffix = _transaction_suffix(request.query_params.get("state", ""))
        begun = self._transactions.open(request.cookies.get(self._cookies.full_name(suffix), "")) or {}
        return_to = str(begun.get("return_to", self._home))
        try:
            id = await self._finish(request, begun)
        except OryError as error:
            response = await self._failed(request, error, return_to)
        else:
            response = RedirectResponse(return_to, 303, NOT_KEPT)
            self._cookies.set(response, self._ids.seal({"id": id}), self._lifetime)
        if begun:
            self._cookies.delete(response, suffix)
        return response

    async def _finish(self, request: Request, begun: Mapping[str, Any]) -> str:
        """The id of the new login; one that this browser had before is over."""
        if not begun or self._clock() >= begun["ends_at"]:
            raise AuthorizationFailed(
                "no login has begun in this browser, or too long ago", error="state_mismatch", error_description=None
            )
        transaction = Transaction(**begun["transaction"])
        if not await self._store.once(_mark("state", transaction.state), lifetime=_TRANSACTION_LIFETIME):
            raise AuthorizationFailed("this login was used", error="state_mismatch", error_description=None)
        tokens = await self._code.finish(transaction, request.query_params)
        if (old := self._id(request)) is not None:
            await self._logins.end(old)
        return await self._logins.begin(tokens)

    async def _failed(self, request: Request, error: OryError, return_to: str | None) -> Response:
        level = logging.INFO if isinstance(error, AuthorizationFailed) else logging.ERROR
        logger.log(level, "a login failed: %s", error)
        response = await self._failure_page(request, error, self.login_url(return_to))
        response.headers.update(NOT_KEPT)
        return response

    async def _logout(self, request: Request) -> Response:
        if is_from_elsewhere(request, self._origin):
            return HTMLResponse(_page("Not logged out", "Another site asked for this.", self._home, "Go on"), 403)
        id, url = self._id(request), self._home
        try:
            tokens = None if id is None else await self._logins.end(id)
        except OryError as error:
            logger.error("a logout failed: %s", error)
            text = "Logging out is not possible now."
            return HTMLResponse(_page("Still logged in", text, self.logout_url, "Try again"), 503, NOT_KEPT)
        if tokens is not None:
            with suppress(OryError):  # who logs out is logged out, whatever the server says
                await self._code.revoke(tokens)
            if self._post_logout_redirect_uri is not None:
                with suppress(OryError):
                    url = await self._code.logout_url(tokens, post_logout_redirect_uri=self._post_logout_redirect_uri)
        response = RedirectResponse(url, 303, NOT_KEPT)
        self._cookies.delete(response)
        return response

    async def _backchannel_logout(self, request: Request) -> Response:
        """What the server posts when a session has ended (OpenID Connect Back-Channel Logout 1.0, section 2.5)."""
        try:
            token = await self._logout_tokens.verify(await _posted(request, "logout_token"))
            if not await self._store.once(_mark("jti", token.id), lifetime=2 * LONGEST_AGE):
                raise InvalidToken("the logout token was used before", reason="wrong_claim")
            await self._logins.end_all(sid=token.sid, subject=token.subject)
        except InvalidToken as error:
            logger.warning("a logout token is refused: %s", error)
            content = {"error": "invalid_request", "error_description": str(error)}
            return JSONResponse(content, 400, NOT_KEPT)
        except OryError as error:
            logger.error("a logout by the back channel failed: %s", error)
            return JSONResponse({"error": "temporarily_unavailable"}, 503, NOT_KEPT)
        return Response(status_code=200, headers=NOT_KEPT)

    def _id(self, request: HTTPConnection) -> str | None:
        sealed = request.cookies.get(self._cookies.full_name())
        content = self._ids.open(sealed) if sealed else None
        return None if content is None else str(content["id"])


def _check_seconds(name: str, value: object, least: float) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value < math.inf:
        raise ConfigurationError(f"{name} must be a number of seconds, {least} or more")


def _transaction_suffix(state: str) -> str:
    return "." + hashlib.sha256(state.encode()).hexdigest()[:16]


def _mark(kind: str, id: str) -> str:
    return hashlib.sha256(f"{kind}\0{id}".encode()).hexdigest()


async def _posted(request: Request, name: str) -> str:
    """A field of a form, read without more than it can be."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LONGEST_BODY:
            raise InvalidToken("this is no logout token", reason="malformed")
    try:
        values = parse_qs(body.decode("ascii"), max_num_fields=20).get(name, [])
    except ValueError:
        values = []
    return values[0] if len(values) == 1 else ""


async def _failure_page(request: Request, error: OryError, retry_url: str) -> Response:
    """The page for a login that failed, unless the application has its own."""
    if isinstance(error, AuthorizationFailed) and error.error == "access_denied":
        return HTMLResponse(_page("Not logged in", "Access was denied.", retry_url, "Log in"), 403)
    if isinstance(error, (AuthorizationFailed, OAuth2Error, InvalidToken)):
        return HTMLResponse(_page("Not logged in", "The login did not work.", retry_url, "Log in again"), 400)
    return HTMLResponse(_page("Not logged in", "Logging in is not possible now.", retry_url, "Try again"), 503)


def _page(title: str, text: str, url: str, label: str) -> str:
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        f'<main><h1>{title}</h1><p>{text}</p><p><a href="{escape(url)}">{label}</a></p></main></html>'
    )
