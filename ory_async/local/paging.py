"""Lists by key: with the tokens of the first and of the next page in a Link header."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

from aiohttp import web

from .bodies import read_integer


def keyset_size(query: Mapping[str, str], *, default: int, maximum: int, name: str = "page_size") -> int:
    """Return the page size asked for, clamped as the server does. Raises ValueError in Go's words."""
    size = read_integer(query.get(name, str(default)), "Atoi")
    return default if size <= 0 else min(size, maximum)


def link_header(links: Iterable[tuple[str, str]]) -> str:
    """Write a Link header of (rel, URL) pairs, which Ory joins without a blank."""
    return ",".join(f'<{url}>; rel="{rel}"' for rel, url in links)


def link_url(request: web.Request, **changed: object) -> str:
    """Return the request's relative URL with some query values changed; sorted by name, as Go does."""
    query = [(name, value) for name, value in request.query.items() if name not in changed]
    query += [(name, str(value)) for name, value in changed.items()]
    return f"{request.rel_url.raw_path}?{urlencode(sorted(query, key=lambda pair: pair[0]))}"


def keyset_links(request: web.Request, *, size: int, first: str, next: str | None) -> Mapping[str, str]:
    """Return the Link header of a list by key, with the tokens of the first and the next page."""
    links = [("first", link_url(request, page_size=size, page_token=first))]
    if next is not None:
        links.append(("next", link_url(request, page_size=size, page_token=next)))
    return {"Link": link_header(links)}
