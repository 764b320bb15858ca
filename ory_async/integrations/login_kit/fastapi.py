"""Who is logged in, as parameters of FastAPI's handlers.

    @app.get("/me")
    async def me(user: CurrentUser) -> str: return user.subject

Needs the extra ``fastapi``.
"""

from __future__ import annotations

from typing import Annotated, TypeAlias

from fastapi import Depends, Security
from fastapi.requests import HTTPConnection
from fastapi.security import APIKeyCookie

from . import visits
from .logins import User

__all__ = ["CurrentUser", "OptionalUser"]

_cookie = APIKeyCookie(
    name="ory_login",
    scheme_name="Login",
    description="The cookie of a browser that has logged in; over HTTPS its name begins with __Host-.",
    auto_error=False,
)


async def _current(request: HTTPConnection, _: Annotated[str | None, Security(_cookie)]) -> User:
    return await visits.current_user(request)


async def _optional(request: HTTPConnection, _: Annotated[str | None, Security(_cookie)]) -> User | None:
    return await visits.optional_user(request)


CurrentUser: TypeAlias = Annotated[User, Depends(_current)]
"""Somebody who is logged in. A browser without a login is sent to log in, a program gets 401, both 503 if unknown."""

OptionalUser: TypeAlias = Annotated[User | None, Depends(_optional)]
"""Somebody who is logged in, or None."""
