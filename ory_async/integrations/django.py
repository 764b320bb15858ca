"""Protect a Django project, under WSGI and ASGI.

# settings.py
MIDDLEWARE = [..., "ory_async.integrations.django.OryMiddleware"]
ORY = {"public_url": "https://auth.example.com"}

# views.py
@session_required
def me(request):
    return JsonResponse(request.ory_session.identity.traits)

@permission_required("File:{id}", "view")
async def read(request, id): ...
"""

# mypy: disable-error-code="import-untyped, no-any-return"

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from functools import partial, wraps
from http.cookies import Morsel
from typing import Any, TypeVar, cast, overload

from asgiref.sync import async_to_sync, iscoroutinefunction, markcoroutinefunction, sync_to_async
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string

from ory_sync import Ory

from .. import models
from ..errors import ConfigurationError
from ..sessions import Level, RequestHeaders
from .blocking import BlockingAccess, BlockingGuard, async_client
from .guard import Access, Guard, GuardOptions, object_template
from .problems import Asked, Denied

__all__ = ["Denied", "DjangoAccess", "OryMiddleware", "OryRequest", "access", "permission_required", "session_required"]

View = TypeVar("View", bound=Callable[..., Any])

_ACCESS = "_ory_access"


class OryRequest(HttpRequest):  # type: ignore[misc]
    """A request behind the middleware, for the annotations of views."""

    ory_session: models.Session
    """The session; where none is required, test it by ``if``."""
    user: Any
    auser: Callable[[], Awaitable[Any]]


class DjangoAccess:
    """What one request may do, for sync views and, by the methods that begin with an ``a``, for async ones.

    All of them raise `Denied`, which the middleware answers.
    """

    def __init__(self, own: Access | BlockingAccess) -> None:
        self._own = own

    def session(self, *, aal: Level | None = None, max_age: timedelta | None = None) -> models.Session:
        """The session of the request, which has the level `aal` and was proved no longer than `max_age` ago."""
        return self._now("session", aal=aal, max_age=max_age)

    async def asession(self, *, aal: Level | None = None, max_age: timedelta | None = None) -> models.Session:
        """The same for async views."""
        return await self._soon("session", aal=aal, max_age=max_age)

    def optional_session(self) -> models.Session | None:
        """The session of the request; None when nobody is logged in, or the second factor is still missing."""
        return self._now("optional_session")

    async def aoptional_session(self) -> models.Session | None:
        """The same for async views."""
        return await self._soon("optional_session")

    def permission(self, object: str, relation: str, parameters: Mapping[str, object]) -> models.Session:
        """The session of the request, whose person has a relation to an object; see `permission_required`."""
        return self._now("permission", object, relation, parameters)

    async def apermission(self, object: str, relation: str, parameters: Mapping[str, object]) -> models.Session:
        """The same for async views."""
        return await self._soon("permission", object, relation, parameters)

    def forget(self) -> None:
        """Forget the session of the request, as after a logout."""
        self._now("forget")

    async def aforget(self) -> None:
        """The same for async views."""
        await self._soon("forget")

    def seal(self, response: HttpResponseBase) -> None:
        """Put into an answer what belongs there, since the session was looked at."""
        cookies = [morsel.OutputString() for morsel in response.cookies.values()]
        seal = self._own.sealed(response.headers.get("Cache-Control"), cookies)
        if seal.cache_control is not None:
            response.headers["Cache-Control"] = seal.cache_control
        for header in seal.set_cookies:
            cookie = _Verbatim(header)
            response.cookies[cookie.key] = cookie

    def _now(self, method: str, *args: object, **options: object) -> Any:
        call = getattr(self._own, method)
        return (async_to_sync(call) if isinstance(self._own, Access) else call)(*args, **options)

    async def _soon(self, method: str, *args: object, **options: object) -> Any:
        call = getattr(self._own, method)
        if not isinstance(self._own, Access):
            call = sync_to_async(call, thread_sensitive=False)
        return await call(*args, **options)


class OryMiddleware:
    """Gives each request ``request.ory_session``, and answers those that are denied.

    ``request.ory_session`` is the session, looked up at its first use; test it by ``if``, since it is never the object
    None itself. In async views use the decorators or ``await access(request).aoptional_session()`` before it.

    ``settings.ORY`` may hold the options of `GuardOptions`, and further ``ory``, a blocking client, which by default is
    the environment's, and ``user``, a function that makes a user of a session: then ``request.user`` is what it gives,
    or an anonymous user, and ``request.auser`` the same for async views. A function, or a client, may be given by its
    dotted name.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self._get_response = get_response
        options = {name: _imported(name, value) for name, value in getattr(settings, "ORY", {}).items()}
        self._user: Callable[[models.Session], Any] | None = options.pop("user", None)
        ory: Ory = options.pop("ory", None) or Ory.from_env()
        self._is_async = iscoroutinefunction(get_response)  # pyright: ignore[reportDeprecated]
        guard_options = cast("GuardOptions", options)
        self._guard: Guard | BlockingGuard
        if self._is_async:
            markcoroutinefunction(self)
            self._guard = Guard(async_client(ory), **guard_options)
        else:
            self._guard = BlockingGuard(ory, **guard_options)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        own = self._prepare(request)
        if self._is_async:
            return self._answer(request, own)
        response: HttpResponseBase = self._get_response(request)
        own.seal(response)
        return response

    async def _answer(self, request: HttpRequest, own: DjangoAccess) -> HttpResponseBase:
        response: HttpResponseBase = await self._get_response(request)
        own.seal(response)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The answer to a request that a view has denied."""
        if not isinstance(exception, Denied):
            return None
        reply = exception.reply
        return HttpResponse(reply.body, status=reply.status, headers=dict(reply.headers))

    def _prepare(self, request: HttpRequest) -> DjangoAccess:
        headers = cast("RequestHeaders", request.headers)
        asked = Asked(request.method or "GET", headers, lambda: str(request.build_absolute_uri()))
        own = DjangoAccess(self._guard.access(asked))
        setattr(request, _ACCESS, own)
        prepared = cast("OryRequest", request)
        prepared.ory_session = cast("models.Session", SimpleLazyObject(own.optional_session))
        if self._user is not None:
            prepared.user = SimpleLazyObject(partial(_user, own, self._user))
            prepared.auser = partial(_auser, own, self._user)
        return own


def access(request: HttpRequest) -> DjangoAccess:
    """What a request may do, for views that decide by themselves.

    Raises `ConfigurationError` where the project has no `OryMiddleware`.
    """
    found = getattr(request, _ACCESS, None)
    if not isinstance(found, DjangoAccess):
        raise ConfigurationError("MIDDLEWARE lacks ory_async.integrations.django.OryMiddleware")
    return found


@overload
def session_required(view: View, /) -> View: ...
@overload
def session_required(*, aal: Level | None = None, max_age: timedelta | None = None) -> Callable[[View], View]: ...
def session_required(
    view: View | None = None, /, *, aal: Level | None = None, max_age: timedelta | None = None
) -> View | Callable[[View], View]:
    """Call a view, sync or async, for people with a session only.

    It decorates a view, with options or without. `aal` is the level that the session must have, `max_age` how long ago
    its last proof may be.
    """

    def protect(view: View) -> View:
        return _protected(
            view,
            lambda own, _: own.session(aal=aal, max_age=max_age),
            lambda own, _: own.asession(aal=aal, max_age=max_age),
        )

    return protect if view is None else protect(view)


def permission_required(object: str, relation: str) -> Callable[[View], View]:
    """Call a view, sync or async, for people who have a relation to an object such as ``File:{id}``, and no others.

    The fields in braces are the view's arguments. Raises `ConfigurationError` for what is no such object.
    """
    object_template(object)

    def protect(view: View) -> View:
        return _protected(
            view,
            lambda own, parameters: own.permission(object, relation, parameters),
            lambda own, parameters: own.apermission(object, relation, parameters),
        )

    return protect


def _protected(
    view: View,
    check: Callable[[DjangoAccess, Mapping[str, object]], models.Session],
    acheck: Callable[[DjangoAccess, Mapping[str, object]], Awaitable[models.Session]],
) -> View:
    """A view behind a check; its answer is sealed here as well, for a decorator around it that keeps answers."""

    @wraps(view)
    async def protected_async(request: OryRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        own = access(request)
        request.ory_session = await acheck(own, kwargs)
        response: HttpResponseBase = await view(request, *args, **kwargs)
        own.seal(response)
        return response

    @wraps(view)
    def protected(request: OryRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        own = access(request)
        request.ory_session = check(own, kwargs)
        response: HttpResponseBase = view(request, *args, **kwargs)
        own.seal(response)
        return response

    is_async = iscoroutinefunction(view)  # pyright: ignore[reportDeprecated]
    return cast("View", protected_async if is_async else protected)


def _user(own: DjangoAccess, make: Callable[[models.Session], Any]) -> Any:
    from django.contrib.auth.models import AnonymousUser

    session = own.optional_session()
    return (make(session) if session is not None else None) or AnonymousUser()


async def _auser(own: DjangoAccess, make: Callable[[models.Session], Any]) -> Any:
    await own.aoptional_session()
    return await sync_to_async(_user)(own, make)


def _imported(name: str, value: Any) -> Any:
    """A setting, or what its dotted name stands for."""
    return import_string(value) if isinstance(value, str) and name in ("ory", "subject", "user") else value


class _Verbatim(Morsel[str]):
    """A Set-Cookie header as Ory wrote it, with attributes that Python does not know yet."""

    def __init__(self, header: str) -> None:
        super().__init__()
        name, _, value = header.partition(";")[0].partition("=")
        self.set(name.strip(), value, value)
        self._header = header

    def OutputString(self, attrs: Any = None) -> str:  # noqa: N802
        """The header."""
        return self._header
