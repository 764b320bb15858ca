"""Requests and answers common to all handlers of Kratos."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from ..answers import NO_CACHE, Problem

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def admin(handler: Handler) -> Handler:
    """Wrap a handler of the admin plane: problems become answers, GETs are not cached."""
    return _wrapped(handler, vary=False)


def public(handler: Handler) -> Handler:
    """Wrap a handler of the public plane, which also answers two Vary headers."""
    return _wrapped(handler, vary=True)


def _wrapped(handler: Handler, *, vary: bool) -> Handler:
    async def wrapper(request: web.Request) -> web.StreamResponse:
        try:
            response = await handler(request)
        except Problem as problem:
            response = problem.answer()
        if vary:
            response.headers.add("Vary", "Origin")
            response.headers.add("Vary", "Cookie")
        if request.method == "GET":
            response.headers["Cache-Control"] = NO_CACHE
        return response

    return wrapper
