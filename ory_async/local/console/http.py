"""Requests and answers common to the handlers of the console, and of Talos."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias, TypeVar

from aiohttp import web

from ...models.base import OpenEnum
from .. import base64url
from ..answers import bad_request
from ..bodies import check_fields
from ..bodies import read_json as read_go_json
from ..clock import timestamp
from ..faults import Handler

T = TypeVar("T")

Kind: TypeAlias = str | type[OpenEnum] | None
"""The JSON type of a field as Go's decoder calls it, an enum whose values a text may have, or None for anything."""

_MARK = b"after:"
_DURATION = re.compile(r"(\d+(?:\.\d+)?)([a-z]+)", re.ASCII)
_UNITS = {
    "h": timedelta(hours=1),
    "m": timedelta(minutes=1),
    "s": timedelta(seconds=1),
    "ms": timedelta(milliseconds=1),
}
_LONG_UNITS = {"d": timedelta(1), "w": timedelta(7), "mo": timedelta(30), "y": timedelta(365)}


def wrapped(routes: Iterable[web.RouteDef], wrap: Callable[[Handler], Handler]) -> list[web.AbstractRouteDef]:
    """Return the routes with all of their handlers wrapped."""
    return [web.RouteDef(route.method, route.path, wrap(route.handler), route.kwargs) for route in routes]


async def read_json(request: web.Request) -> Any:
    """Return the JSON value of the body. Raises Problem (400)."""
    try:
        return await read_go_json(request)
    except ValueError as error:
        raise bad_request(f"Unable to decode the request body: {error}") from None


async def read_fields(
    request: web.Request, kinds: Mapping[str, Kind], *, required: Iterable[str] = ()
) -> dict[str, Any]:
    """Return the fields of a body, see `fields_of`."""
    return fields_of(await read_json(request), kinds, required=required)


def fields_of(body: Any, kinds: Mapping[str, Kind], *, required: Iterable[str] = ()) -> dict[str, Any]:
    """Return the fields of an object that are known, and not null. Raises Problem (400) for what does not fit.

    A required text must not be empty.
    """
    types = {name: kind if kind is None or isinstance(kind, str) else "string" for name, kind in kinds.items()}
    try:
        given = check_fields(body, types, "body")
    except ValueError as error:
        raise bad_request(f"Unable to decode the request body: {error}") from None
    found = {name: given[name] for name in kinds if given.get(name) is not None}
    for name in required:
        if found.get(name, "") == "":
            raise bad_request(f'The field "{name}" is required.')
    for name, kind in kinds.items():
        if isinstance(kind, type) and name in found:
            require_choice(name, found[name], kind)
    return found


def require_choice(name: str, value: str, choices: type[OpenEnum]) -> None:
    """Raise Problem (400) for a text that is no value of the enum."""
    known = [each.value for each in choices]
    if value not in known:
        raise bad_request(f'The field "{name}" is {value!r}, and not one of {", ".join(known)}.')


def require_texts(name: str, values: Sequence[Any]) -> None:
    """Raise Problem (400) for a list that does not hold texts only."""
    if not all(isinstance(value, str) for value in values):
        raise bad_request(f'The field "{name}" is not a list of texts.')


def read_time(name: str, text: str) -> str:
    """Return a time of a request as the server writes it. Raises Problem (400)."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise bad_request(f'The field "{name}" is no time in RFC 3339.')
    try:
        return timestamp(moment.astimezone(UTC))
    except OverflowError:
        raise bad_request(f'The field "{name}" is out of range.') from None


def read_duration(text: str, *, long_units: bool = False) -> timedelta | None:
    """Return a duration such as `1h30m`, None for a text that is none. `long_units` takes d, w, mo and y as well."""
    units = {**_UNITS, **_LONG_UNITS} if long_units else _UNITS
    parts = _DURATION.findall(text)
    if "".join(number + unit for number, unit in parts) != text or not all(unit in units for _, unit in parts):
        return None
    try:
        return sum((float(number) * units[unit] for number, unit in parts), timedelta()) if parts else None
    except OverflowError:
        return None


def page_of(request: web.Request, items: Iterable[T], *, key: Callable[[T], str], default: int) -> tuple[list[T], str]:
    """Return one page of items, sorted by their key, and the token of the next page, empty on the last one.

    Raises Problem (400) for a token that is not one of ours, and for a page size that is not from 1 to 1000.
    """
    after = _read_token(request.query.get("page_token", ""))
    size = _read_size(request.query.get("page_size", ""), default)
    rest = sorted((item for item in items if key(item) > after), key=key)
    page = rest[:size]
    return page, _write_token(key(page[-1])) if len(rest) > size else ""


def _read_size(text: str, default: int) -> int:
    if text in ("", "0"):
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and int(text) <= 1000):
        raise bad_request(f"The page size {text!r:.20} is not from 1 to 1000.")
    return int(text)


def _write_token(key: str) -> str:
    return base64.urlsafe_b64encode(_MARK + key.encode()).decode()


def _read_token(text: str) -> str:
    try:
        token = base64url.decoded(text)
        if text and not token.startswith(_MARK):
            raise ValueError
        return token.removeprefix(_MARK).decode()
    except ValueError:
        raise bad_request("The page token is not one of this server.") from None
