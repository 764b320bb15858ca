"""Protect a FastAPI app.

app = FastAPI(responses=PROBLEMS)
app.add_middleware(OryMiddleware, public_url="https://auth.example.com")

@app.get("/me")
async def me(session: CurrentSession) -> dict[str, Any]:
    return session.identity.traits

@app.get("/files/{id}", dependencies=[Depends(RequirePermission("File:{id}", "view"))])
async def read(id: str) -> str: ...
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Final, TypeAlias

from fastapi import Depends, Security
from fastapi.openapi.models import APIKey, APIKeyIn, HTTPBearer
from fastapi.openapi.models import SecurityBase as Scheme
from fastapi.security.base import SecurityBase
from starlette.requests import HTTPConnection

from .. import models
from ..sessions import Level
from .guard import Access, object_template
from .problems import MEDIA_TYPE, Denied
from .starlette import OryMiddleware, access

__all__ = [
    "PROBLEMS",
    "Access",
    "CurrentSession",
    "Denied",
    "OptionalSession",
    "OryMiddleware",
    "RequirePermission",
    "RequireSession",
    "access",
    "current_session",
    "optional_session",
]


def _problem(description: str) -> dict[str, Any]:
    texts = {name: {"type": "string"} for name in ("type", "title", "redirect_browser_to")}
    schema = {"type": "object", "properties": {**texts, "status": {"type": "integer"}}}
    return {"description": description, "content": {MEDIA_TYPE: {"schema": schema}}}


PROBLEMS: Final[dict[int | str, dict[str, Any]]] = {
    401: _problem("Nobody is logged in"),
    403: _problem("The session is not good enough, or the permission is missing"),
    503: _problem("It cannot be found out at present"),
}
"""What protected routes answer to programs, for ``responses=`` of an app, a router or a route."""


class _Shown(SecurityBase):
    """A way to show a session, for the OpenAPI document; `Access` finds out by itself which one was used."""

    def __init__(self, name: str, scheme: Scheme) -> None:
        self.scheme_name = name
        self.model = scheme

    async def __call__(self) -> None:
        """Nothing to do."""


def _key(place: APIKeyIn, name: str) -> APIKey:
    return APIKey.model_validate({"in": place, "name": name})


_COOKIE = _Shown("SessionCookie", _key(APIKeyIn.cookie, "ory_kratos_session"))
_TOKEN = _Shown("SessionToken", _key(APIKeyIn.header, "X-Session-Token"))
_BEARER = _Shown("SessionBearer", HTTPBearer(description="A session token"))


async def _access(
    connection: HTTPConnection,
    cookie: Annotated[None, Security(_COOKIE)],
    token: Annotated[None, Security(_TOKEN)],
    bearer: Annotated[None, Security(_BEARER)],
) -> Access:
    return access(connection)


_Access: TypeAlias = Annotated[Access, Depends(_access)]


async def current_session(access: _Access) -> models.Session:
    """The session of the request; whoever has none is not let in."""
    return await access.session()


async def optional_session(access: _Access) -> models.Session | None:
    """The session of the request, or None."""
    return await access.optional_session()


CurrentSession: TypeAlias = Annotated[models.Session, Depends(current_session)]
"""A parameter of a route: the session of the request. Whoever has none is not let in."""
OptionalSession: TypeAlias = Annotated[models.Session | None, Depends(optional_session)]
"""A parameter of a route: the session of the request, or None."""


class RequireSession:
    """A dependency that gives the session, if it is good enough: ``Depends(RequireSession(aal2=True))``.

    `aal` is the level that the session must have; ``aal2=True`` stands for ``aal="aal2"``, the second factor. `max_age`
    is how long ago its last proof may be.
    """

    def __init__(self, *, aal: Level | None = None, aal2: bool = False, max_age: timedelta | None = None) -> None:
        self._aal: Level | None = aal or ("aal2" if aal2 else None)
        self._max_age = max_age

    async def __call__(self, access: _Access) -> models.Session:
        """The session of the request."""
        return await access.session(aal=self._aal, max_age=self._max_age)


class RequirePermission:
    """A dependency that gives the session of somebody who has a permission: ``RequirePermission("File:{id}", "view")``.

    The fields in braces are parameters of the route's path. Raises `ConfigurationError` for what is no such object.
    """

    def __init__(self, object: str, relation: str) -> None:
        object_template(object)
        self._object = object
        self._relation = relation

    async def __call__(self, connection: HTTPConnection, access: _Access) -> models.Session:
        """The session of the request."""
        parameters: Mapping[str, object] = connection.path_params
        return await access.permission(self._object, self._relation, parameters)
