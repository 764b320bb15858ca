"""See the whole answer of a call, not its result alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from .messages import Capture, Response, capture

P = ParamSpec("P")
T = TypeVar("T")


def with_response(method: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[Response[T]]]:
    """Make a method give its result together with the status and headers of the answer.

        answered = await with_response(ory.frontend.create_browser_login_flow)(return_to="/")
        answered.data, answered.status, answered.set_cookies

    It takes any method that makes a call: of a service, of a helper, or one that gives a pager, whose first page is
    then the result. Where a method makes several calls, the answer is that of the last one. Errors are raised as usual;
    they carry status and headers themselves.
    """

    @wraps(method)
    async def call(*args: P.args, **kwargs: P.kwargs) -> Response[T]:
        seen = Capture()
        token = capture.set(seen)
        try:
            return seen.response(await method(*args, **kwargs))
        finally:
            capture.reset(token)

    return call
