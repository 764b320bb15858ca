"""Requests that browsers make."""

from __future__ import annotations

from aiohttp import web

from ..http import Handler, plain
from .cookies import collected_cookies


def browser(handler: Handler) -> Handler:
    """Wrap a handler whose answer may set cookies, be it an error."""
    answered = plain(handler)

    async def wrapper(request: web.Request) -> web.StreamResponse:
        with collected_cookies() as cookies:
            response = await answered(request)
        response.headers.extend(("Set-Cookie", cookie) for cookie in cookies)
        return response

    return wrapper
