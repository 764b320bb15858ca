"""Protect an aiohttp app (aiohttp 3.14 or newer).

app = web.Application()
setup(app, public_url="https://auth.example.com")

@session_required
async def me(request: web.Request) -> web.Response:
    return web.json_response(request[SESSION].identity.traits)

@permission_required("File:{id}", "view")
async def read(request: web.Request) -> web.Response: ...
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from functools import wraps
from typing import Final, TypeAlias, Unpack, overload

from aiohttp import web

from .. import models
from ..client import Ory
from ..errors import ConfigurationError
from ..sessions import Level
from .guard import Access, Guard, GuardOptions, object_template
from .problems import Asked, Denied

__all__ = ["SESSION", "Access", "Denied", "access", "permission_required", "session_required", "setup"]

Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]

SESSION: Final = web.RequestKey("ory_session", models.Session)
"""The session, in a handler that requires one: ``request[SESSION]``."""
_ACCESS: Final = web.RequestKey("ory_access", Access)


def setup(app: web.Application, ory: Ory | None = None, **options: Unpack[GuardOptions]) -> None:
    """Give each request of an app its `Access`, and answer those that are denied.

    `ory` is the client, which stays yours to close. Without it one is made of the environment, and closed at the app's
    cleanup. The options are those of `GuardOptions`.
    """
    guard = Guard(ory or Ory.from_env, **options)

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        request[_ACCESS] = guard.access(Asked(request.method, request.headers, lambda: str(request.url)))
        try:
            return await handler(request)
        except Denied as denied:
            reply = denied.reply
            return web.Response(status=reply.status, headers=reply.headers, body=reply.body)

    async def closing(app: web.Application) -> AsyncIterator[None]:
        yield
        await guard.close()

    app.middlewares.append(middleware)
    app.on_response_prepare.append(_seal)
    app.cleanup_ctx.append(closing)


def access(request: web.Request) -> Access:
    """What a request may do, for handlers that decide by themselves.

    Raises `ConfigurationError` where the app was not set up.
    """
    found: Access | None = request.get(_ACCESS)
    if found is None:
        raise ConfigurationError("the app is not set up: call setup(app) of ory_async.integrations.aiohttp")
    return found


@overload
def session_required(handler: Handler, /) -> Handler: ...
@overload
def session_required(*, aal: Level | None = None, max_age: timedelta | None = None) -> Callable[[Handler], Handler]: ...
def session_required(
    handler: Handler | None = None, /, *, aal: Level | None = None, max_age: timedelta | None = None
) -> Handler | Callable[[Handler], Handler]:
    """Call a handler for people with a session only, which it finds as ``request[SESSION]``.

    It decorates a handler, with options or without. `aal` is the level that the session must have, `max_age` how long
    ago its last proof may be.
    """

    def protect(handler: Handler) -> Handler:
        @wraps(handler)
        async def protected(request: web.Request) -> web.StreamResponse:
            request[SESSION] = await access(request).session(aal=aal, max_age=max_age)
            return await handler(request)

        return protected

    return protect if handler is None else protect(handler)


def permission_required(object: str, relation: str) -> Callable[[Handler], Handler]:
    """Call a handler for people who have a relation to an object such as ``File:{id}``, and no others.

    The fields in braces are parameters of the route's path. Raises `ConfigurationError` for what is no such object.
    """
    object_template(object)

    def protect(handler: Handler) -> Handler:
        @wraps(handler)
        async def protected(request: web.Request) -> web.StreamResponse:
            request[SESSION] = await access(request).permission(object, relation, request.match_info)
            return await handler(request)

        return protected

    return protect


async def _seal(request: web.Request, response: web.StreamResponse) -> None:
    own = request.get(_ACCESS)
    if own is None:  # the answer to what is no HTTP
        return
    headers = response.headers
    cookies = [*headers.getall("Set-Cookie", ()), *(morsel.OutputString() for morsel in response.cookies.values())]
    seal = own.sealed(headers.get("Cache-Control"), cookies)
    if seal.cache_control is not None:
        headers["Cache-Control"] = seal.cache_control
    for header in seal.set_cookies:
        headers.add("Set-Cookie", header)
