"""Lists that come page by page: one page, all pages, or all items.

Where the next page is, is decided by a `Course`, which does no input or output; the pagers of ory_async and ory_sync
drive the same one.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Callable, Coroutine, Generator, Iterator, Mapping, Sequence
from typing import Any, Generic, Protocol, TypeAlias, TypeVar, overload
from urllib.parse import parse_qs, urlsplit

from .operation import Parameters

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

_LINK = re.compile(r"<([^<>]*)>((?:\s*;\s*[\w*-]+\s*=\s*(?:\"[^\"]*\"|[^\",;<>]*))*)")
_NEXT = re.compile(r";\s*+rel\s*+=\s*+\"?(?:[^\";]*\s)?next(?:\s[^\";]*)?\"?\s*(?:;|$)", re.IGNORECASE)


class Page(Sequence[T_co]):
    """One page of a list: its items, and the token of the next page or None."""

    __slots__ = ("_items", "next_page_token", "total_count")

    def __init__(
        self, items: Sequence[T_co], next_page_token: str | None = None, total_count: int | None = None
    ) -> None:
        self._items = items
        self.next_page_token = next_page_token
        self.total_count = total_count
        """How many items the whole list has, where the server tells."""

    @overload
    def __getitem__(self, index: int) -> T_co: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[T_co]: ...
    def __getitem__(self, index: int | slice) -> T_co | Sequence[T_co]:
        return self._items[index]

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[T_co]:
        return iter(self._items)

    def __repr__(self) -> str:
        return f"Page({list(self._items)!r}, next_page_token={'...' if self.next_page_token else None})"


def next_token(link: str | None) -> str | None:
    """The ``page_token`` of the ``rel="next"`` entry of a Link header (RFC 8288), or None."""
    for match in _LINK.finditer(link or ""):
        if _NEXT.search(match[2]):
            with contextlib.suppress(ValueError):
                tokens = parse_qs(urlsplit(match[1]).query).get("page_token")
                if tokens and tokens[0]:
                    return tokens[0]
    return None


def total_count(headers: Mapping[str, str]) -> int | None:
    """The number of items that ``X-Total-Count`` tells, or None."""
    text = headers.get("x-total-count", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


class Course(Protocol[T]):
    """Decides, page by page, what to ask for next."""

    def __init__(self, query: Parameters) -> None: ...

    def advance(self, page: Page[T]) -> tuple[Sequence[T], Parameters | None]:
        """The items of the page that are new, and the query of the next page; None at the end."""
        ...


class ByToken(Course[T]):
    """Follows page tokens; ends on an empty page and on a repeated token, as some servers name a next page for ever."""

    def __init__(self, query: Parameters) -> None:
        self._query = query

    def advance(self, page: Page[T]) -> tuple[Sequence[T], Parameters | None]:
        token = page.next_page_token
        if not page or token is None or token == self._query.get("page_token"):
            return page, None
        self._query = {**self._query, "page_token": token, "page": None}
        return page, self._query


class ByNumber(Course[T]):
    """Counts pages up, for the lists of sessions, whose page 0 and page 1 are the same on some servers.

    The items' ids are remembered, so that each is given once; it ends on an empty page, when all of them were seen, and
    on a later page that has nothing new.
    From a page token on, which tells no number, it follows tokens.
    """

    def __init__(self, query: Parameters) -> None:
        self._by_token: ByToken[T] | None = ByToken(query) if query.get("page_token") else None
        page = query.get("page")
        self._number = page if isinstance(page, int) else 0
        size = query.get("per_page") or query.get("page_size")
        self._query: Parameters = {**query, "per_page": size, "page_size": None, "page_token": None}
        self._seen: set[object] = set()

    def advance(self, page: Page[T]) -> tuple[Sequence[T], Parameters | None]:
        new = [item for item in page if getattr(item, "id", None) not in self._seen]
        self._seen.update(getattr(item, "id", None) for item in new)
        if self._by_token is not None:
            return new, self._by_token.advance(page)[1]
        all_seen = page.total_count is not None and len(self._seen) >= page.total_count
        if not page or all_seen or (not new and self._number > 1):
            return new, None
        self._number += 1
        return new, {**self._query, "page": self._number}


Fetch: TypeAlias = Callable[[Parameters], Coroutine[Any, Any, Page[T]]]
"""Fetches the page of a query."""


class AsyncPager(Generic[T_co]):
    """A list that comes page by page.

    ``await`` it for one `Page`; iterate it by ``async for`` for all items of all pages, the next page being fetched
    while the items of this one are used; or go page by page with `pages`. Each iteration starts anew.
    """

    def __init__(self, fetch: Fetch[T_co], query: Parameters, course: type[Course[T_co]]) -> None:
        self.fetch = fetch
        self.query = query
        self._course = course

    def course(self) -> Course[T_co]:
        """A new course from the first page on."""
        return self._course(self.query)

    async def page(self) -> Page[T_co]:
        """The page that the arguments ask for, the first one by default."""
        return await self.fetch(self.query)

    def __await__(self) -> Generator[Any, Any, Page[T_co]]:
        return self.page().__await__()

    async def pages(self) -> AsyncIterator[Page[T_co]]:
        """All pages, each fetched when it is asked for."""
        course = self.course()
        query: Parameters | None = self.query
        while query is not None:
            page = await self.fetch(query)
            new, query = course.advance(page)
            if new:
                yield Page(new, page.next_page_token, page.total_count)

    async def __aiter__(self) -> AsyncIterator[T_co]:
        course = self.course()
        page = await self.page()
        while True:
            new, query = course.advance(page)
            ahead: asyncio.Future[Page[T_co]] | None = None
            try:
                for taken, item in enumerate(new):
                    if taken == 1 and query is not None:
                        ahead = asyncio.ensure_future(self.fetch(query))
                    yield item
                if query is None:
                    return
                page = await (ahead or self.fetch(query))
                ahead = None
            finally:
                if ahead is not None:  # the iteration was left before the next page was needed
                    ahead.cancel()
                    await asyncio.gather(ahead, return_exceptions=True)

    def __repr__(self) -> str:
        return "<AsyncPager: await it for one page, or iterate it by async for>"
