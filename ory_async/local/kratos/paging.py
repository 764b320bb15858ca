"""Lists by page number, with a total count."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from aiohttp import web

from .. import base64url
from ..paging import link_header, link_url

T = TypeVar("T")


def page_of(request: web.Request, *, default: int = 250, maximum: int = 1000) -> tuple[int, int]:
    """Return (page, size) of a list by page number. Values that are none mean the first page, silently."""
    query = request.query
    size = _number(query.get("page_size", query.get("per_page", "")), default)
    size = min(size, maximum) if size > 0 else default
    if "page" in query and "page_token" not in query:
        return max(_number(query["page"], 0), 0), size
    return max(_offset(query.get("page_token", "")), 0) // size, size


def slice_of(items: Sequence[T], page: int, size: int, *, off_by_one: bool = False) -> Sequence[T]:
    """Return one page; Kratos' session lists count from one while their links count from zero (`off_by_one`)."""
    page = max(page - 1, 0) if off_by_one else page
    return items[page * size : (page + 1) * size]


def page_headers(request: web.Request, *, page: int, size: int, total: int, token: bool = True) -> Mapping[str, str]:
    """Return Link and X-Total-Count of a list by page number, with the odd links of an empty list."""

    def link(rel: str, number: int, per_page: int = size) -> tuple[str, str]:
        if not token:
            return rel, link_url(request, page=number, per_page=per_page)
        offset = json.dumps({"offset": str(number * per_page), "v": 2}, separators=(",", ":"))
        token_text = base64url.encoded(offset.encode())
        return rel, link_url(request, page=number, page_size=per_page, page_token=token_text, per_page=per_page)

    last = max(total - 1, 0) // size
    if total == 0:
        links = [link("first", 0), link("next", page + 1), link("prev", page - 1)]
    elif total <= size:
        links = [link("first", 0, total)]
    elif page >= last:
        links = [link("first", 0), link("prev", last - 1)]
    elif page == 0:
        links = [link("next", 1), link("last", last)]
    else:
        links = [link("first", 0), link("next", page + 1), link("prev", page - 1), link("last", last)]
    return {"Link": link_header(links), "X-Total-Count": str(total)}


def _number(text: str, default: int) -> int:
    try:
        return int(text)
    except ValueError:
        return default


def _offset(token: str) -> int:
    try:
        content: Any = json.loads(base64url.decoded(token))
        return int(content["offset"])
    except (ValueError, TypeError, KeyError):
        return 0
