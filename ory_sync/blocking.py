"""How an async method becomes a blocking one, with its name, parameters, types and docstring."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, TypeVar, overload

from ory_async.messages import Capture, Response, capture
from ory_async.operation import Parameters
from ory_async.pagination import AsyncPager, Page

from .portal import Pending, portal

P = ParamSpec("P")
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Pager(Generic[T_co]):
    """A list that comes page by page.

    `page` gives one `Page`; iterate it for all items of all pages, the next page being fetched while the items of this
    one are used; or go page by page with `pages`. Each iteration starts anew.
    """

    def __init__(self, pager: AsyncPager[T_co]) -> None:
        self._pager = pager

    def page(self) -> Page[T_co]:
        """The page that the arguments ask for, the first one by default."""
        return portal().call(self._pager.page())

    def pages(self) -> Iterator[Page[T_co]]:
        """All pages, each fetched when it is asked for."""
        course = self._pager.course()
        query: Parameters | None = self._pager.query
        while query is not None:
            page = portal().call(self._pager.fetch(query))
            new, query = course.advance(page)
            if new:
                yield Page(new, page.next_page_token, page.total_count)

    def __iter__(self) -> Iterator[T_co]:
        course = self._pager.course()
        page = self.page()
        while True:
            new, query = course.advance(page)
            ahead: Pending[Page[T_co]] | None = None
            try:
                for taken, item in enumerate(new):
                    if taken == 1 and query is not None:
                        ahead = portal().start(self._pager.fetch(query))
                    yield item
                if query is None:
                    return
                here = portal()
                if ahead is None or not here.carries(ahead):
                    ahead = here.start(self._pager.fetch(query))
                page = ahead.result()
                ahead = None
            finally:
                if ahead is not None:  # the iteration was left before the next page was needed
                    ahead.cancel()

    def __repr__(self) -> str:
        return "<Pager: iterate it, or take one page by .page()>"


class BlockingService:
    """The base of the blocking services: the async one, whose methods its own methods carry out."""

    def __init__(self, service: Any) -> None:
        self._service = service

    if not TYPE_CHECKING:  # a typo must not pass the type checker

        def __getattr__(self, name: str) -> Any:
            """Spellings of older clients, as the async service knows them."""
            if name.startswith("_"):
                raise AttributeError(name)
            return getattr(self, getattr(self._service, name).__name__)


def wrapped(twin: BlockingService | None) -> Any:
    """The async object whose methods a blocking one carries out."""
    return None if twin is None else twin._service  # noqa: SLF001


@overload
def blocking(method: Callable[Concatenate[Any, P], Coroutine[Any, Any, T]]) -> Callable[Concatenate[Any, P], T]: ...
@overload
def blocking(method: Callable[Concatenate[Any, P], AsyncPager[T]]) -> Callable[Concatenate[Any, P], Pager[T]]: ...
def blocking(method: Callable[..., Any]) -> Callable[..., Any]:
    """The blocking twin of a service's method."""

    @wraps(method)
    def call(self: BlockingService, /, *args: Any, **kwargs: Any) -> Any:
        started = method(self._service, *args, **kwargs)
        return Pager(started) if isinstance(started, AsyncPager) else portal().call(started)

    return call


def plain(method: Callable[Concatenate[Any, P], T]) -> Callable[Concatenate[Any, P], T]:
    """The twin of a method that makes no call."""

    @wraps(method)
    def call(self: BlockingService, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return method(self._service, *args, **kwargs)

    return call


@overload
def with_response(method: Callable[P, Pager[T]]) -> Callable[P, Response[Page[T]]]: ...
@overload
def with_response(method: Callable[P, T]) -> Callable[P, Response[T]]: ...
def with_response(method: Callable[P, Any]) -> Callable[P, Response[Any]]:
    """Make a method give its result together with the status and headers of the answer.

        answered = with_response(ory.frontend.create_browser_login_flow)(return_to="/")
        answered.data, answered.status, answered.set_cookies

    A method that gives a pager gives its first page here. Errors are raised as usual.
    """

    @wraps(method)
    def call(*args: P.args, **kwargs: P.kwargs) -> Response[Any]:
        seen = Capture()
        token = capture.set(seen)
        try:
            result = method(*args, **kwargs)
            return seen.response(result.page() if isinstance(result, Pager) else result)
        finally:
            capture.reset(token)

    return call
