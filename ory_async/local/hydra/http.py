"""Requests and answers common to all handlers of Hydra."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Awaitable, Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, TypeAlias, TypeVar
from urllib.parse import unquote_plus

from aiohttp import web

from .. import base64url
from ..answers import NO_CACHE, Problem, no_route_answer
from ..bodies import check_fields
from ..bodies import read_json as read_go_json
from ..paging import keyset_links, keyset_size
from .problems import HydraProblem, bad_request, invalid_request

Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]

T = TypeVar("T")

BAD_ESCAPE = re.compile(r"%(?![0-9a-fA-F]{2})")
"""A percent sign that does not begin an escape."""

_SURROGATE = re.compile("[\ud800-\udfff]")
_TOKEN_MARK = "position of the local Hydra:"


def plain(handler: Handler) -> Handler:
    """Wrap a handler: problems become answers, GETs are not cached. For all but the protocol endpoints."""

    async def wrapper(request: web.Request) -> web.StreamResponse:
        try:
            response = await handler(request)
        except Problem as problem:
            response = problem.answer()
        if request.method in ("GET", "HEAD"):
            response.headers.setdefault("Cache-Control", NO_CACHE)
        return response

    return wrapper


def protocol(handler: Handler) -> Handler:
    """Wrap a handler of token, revocation, introspection or device: problems are answered as those endpoints do."""

    async def wrapper(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except HydraProblem as problem:
            return problem.protocol_answer()

    return wrapper


async def unknown_route(request: web.Request) -> web.StreamResponse:
    """Answer 404 for a method that a path does not have; Hydra never says 405."""
    return no_route_answer()


def bearer_token(request: web.Request, form: Mapping[str, str] | None = None) -> str:
    """Return the access token of a request, from header, form or query; empty when there is none (RFC 6750)."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return token
    return (form or {}).get("access_token") or request.query.get("access_token", "")


async def read_json(request: web.Request) -> Any:
    """Return the first JSON value of the body. Raises Problem (400) in Go's words."""
    with decoding():
        return without_lone_surrogates(await read_go_json(request))


def without_lone_surrogates(value: Any) -> Any:
    """Return a JSON value with U+FFFD for each lone surrogate, as Go's decoder gives it."""
    text = json.dumps(value, ensure_ascii=False)
    return json.loads(_SURROGATE.sub("\ufffd", text)) if _SURROGATE.search(text) else value


@contextmanager
def decoding() -> Generator[None]:
    """Answer 400 where a body cannot be decoded, with the words of the ValueError that says why."""
    try:
        yield
    except ValueError as error:
        raise bad_request(f"Unable to decode the request body: {error}") from None


def fields_of(body: Any, kinds: Mapping[str, str | None], struct: str) -> dict[str, Any]:
    """Check the types of an object's fields as Kratos does, and take null for the empty object as Go does."""
    return check_fields({} if body is None else body, kinds, struct)


async def read_form(request: web.Request) -> Mapping[str, str]:
    """Return the form of a POST, the first value of a repeated name. Raises Problem (400) for any other body."""
    pairs: Iterable[tuple[str, str]] = ()
    if request.content_type == "application/x-www-form-urlencoded":
        pairs = _urlencoded((await request.read()).decode("utf-8", "replace"))
    elif request.content_type == "multipart/form-data":
        pairs = await _multipart(request)
    form: dict[str, str] = {}
    for name, value in pairs:
        form.setdefault(name, value)
    if not form:
        raise invalid_request("The POST body can not be empty.")
    return form


async def parameters(request: web.Request) -> dict[str, str]:
    """Return the parameters of body and query, the first value of each name; the body comes first."""
    form: dict[str, str] = {}
    if request.method == "POST":
        with suppress(HydraProblem):  # no form, or an empty one
            form.update(await read_form(request))
    for name, value in _urlencoded(request.rel_url.raw_query_string):
        form.setdefault(name, value)
    return form


def _urlencoded(text: str) -> Iterator[tuple[str, str]]:
    """Yield the pairs of a form but those that Go cannot decode, which it drops without a word."""
    for pair in text.split("&"):
        if pair and not BAD_ESCAPE.search(pair):
            name, _, value = pair.partition("=")
            yield unquote_plus(name), unquote_plus(value)


async def _multipart(request: web.Request) -> list[tuple[str, str]]:
    try:
        return [(name, value) for name, value in (await request.post()).items() if isinstance(value, str)]
    except (ValueError, AssertionError):  # aiohttp asserts what a part has to be like
        hint = "Unable to parse HTTP body, make sure to send a properly formatted form request body."
        raise invalid_request(hint) from None


def page_of(request: web.Request, items: Sequence[T], *, key: Callable[[T], str]) -> tuple[list[T], Mapping[str, str]]:
    """Return one page of items that are sorted by `key`, and its Link header. Raises Problem (400)."""
    query = request.query
    try:
        after = _position(query.get("page_token", ""))
        size = keyset_size({"page_size": query.get("page_size") or "0"}, default=100, maximum=500)
    except ValueError as error:
        raise bad_request(f"Unable to parse pagination parameters: {error}") from None
    rest = [item for item in items if key(item) > after]
    page = rest[:size]
    next = _token(key(page[-1])) if len(rest) > size else None
    return page, keyset_links(request, size=size, first=_token(""), next=next)


def _token(after: str) -> str:
    """Return a page token: where the page before ended. Hydra's are encrypted, so nothing reads them but `_position`."""
    return base64.urlsafe_b64encode(f"{_TOKEN_MARK}{after}".encode()).decode()


def _position(token: str) -> str:
    if not token:
        return ""
    try:
        text = base64url.decoded(token).decode()
    except ValueError:
        text = ""
    if not text.startswith(_TOKEN_MARK):
        raise ValueError("invalid pagination token")
    return text.removeprefix(_TOKEN_MARK)
