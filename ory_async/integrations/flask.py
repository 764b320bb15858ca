"""Protect a Flask app.

app = Flask(__name__)
OryFlask(app, public_url="https://auth.example.com")

@app.get("/me")
@session_required
def me():
    return current_session.identity.traits

@app.get("/files/<id>")
@permission_required("File:{id}", "view")
def read(id): ...
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar, Unpack, overload

from flask import Flask, Response, current_app, g, request
from werkzeug.local import LocalProxy

from ory_sync import Ory

from .. import models
from ..errors import ConfigurationError
from ..sessions import Level
from .blocking import BlockingAccess, BlockingGuard
from .guard import GuardOptions, object_template
from .problems import Asked, Denied

__all__ = ["Denied", "OryFlask", "access", "current_session", "permission_required", "session_required"]

P = ParamSpec("P")
T = TypeVar("T")

_NAME = "ory"


class OryFlask:
    """The extension: answers requests that are denied, by a redirect to log in or a problem.

    `ory` is the client, a blocking one, which stays yours to close. Without it one is made of the environment at the
    first request. Pass the app here, or to `init_app` later. The options are those of `GuardOptions`.
    """

    def __init__(self, app: Flask | None = None, ory: Ory | None = None, **options: Unpack[GuardOptions]) -> None:
        self._guard = BlockingGuard(ory, **options)
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        """Protect an app."""
        app.extensions[_NAME] = self._guard
        app.register_error_handler(Denied, _refuse)
        app.after_request(_seal)


def access() -> BlockingAccess:
    """What the current request may do, for views that decide by themselves.

    Raises `ConfigurationError` where the app has no `OryFlask`.
    """
    if _NAME not in g:
        guard = current_app.extensions.get(_NAME)
        if guard is None:
            raise ConfigurationError("the app is not protected: OryFlask(app)")
        own = request._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - another thread has none
        g.ory = guard.access(Asked(own.method, own.headers, lambda: str(own.url)))
    found: BlockingAccess = g.ory
    return found


def _current_session() -> models.Session | None:
    return access().optional_session()


current_session: models.Session = LocalProxy(_current_session)  # type: ignore[assignment]
"""The session of the current request. Test it by ``if current_session:`` where nobody needs to be logged in."""


@overload
def session_required(view: Callable[P, T], /) -> Callable[P, T]: ...
@overload
def session_required(
    *, aal: Level | None = None, max_age: timedelta | None = None
) -> Callable[[Callable[P, T]], Callable[P, T]]: ...
def session_required(
    view: Callable[..., Any] | None = None, /, *, aal: Level | None = None, max_age: timedelta | None = None
) -> Callable[..., Any]:
    """Call a view for people with a session only; it stands below ``@app.route``.

    It decorates a view, with options or without. `aal` is the level that the session must have, `max_age` how long ago
    its last proof may be.
    """

    def protect(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def protected(*args: Any, **kwargs: Any) -> Any:
            access().session(aal=aal, max_age=max_age)
            return current_app.ensure_sync(view)(*args, **kwargs)

        return protected

    return protect if view is None else protect(view)


def permission_required(object: str, relation: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Call a view for people who have a relation to an object such as ``File:{id}``, and no others.

    The fields in braces are arguments of the view. Raises `ConfigurationError` for what is no such object.
    """
    object_template(object)

    def protect(view: Callable[P, T]) -> Callable[P, T]:
        @wraps(view)
        def protected(*args: P.args, **kwargs: P.kwargs) -> T:
            access().permission(object, relation, request.view_args or {})
            answer: T = current_app.ensure_sync(view)(*args, **kwargs)
            return answer

        return protected

    return protect


def _refuse(denied: Denied) -> Response:
    reply = denied.reply
    return Response(reply.body, reply.status, dict(reply.headers))


def _seal(response: Response) -> Response:
    own: BlockingAccess | None = g.get(_NAME)
    if own is not None:
        seal = own.sealed(response.headers.get("Cache-Control"), response.headers.getlist("Set-Cookie"))
        if seal.cache_control is not None:
            response.headers["Cache-Control"] = seal.cache_control
        for header in seal.set_cookies:
            response.headers.add("Set-Cookie", header)
    return response
