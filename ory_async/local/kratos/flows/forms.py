"""Submitted forms, in JSON or as a browser sends them."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from ...bodies import refuse_constant

_JSON = "application/json"
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class FormFault(Exception):
    """A body that is no form."""


def wants_json(request: web.Request, *, is_submission: bool = False) -> bool:
    """Tell a client that reads JSON from a browser that wants pages.

    Kratos takes the first media type of Accept, without parameters; a submission may say it by its Content-Type, too.
    """
    if request.headers.get("Accept", "").split(",")[0].strip() == _JSON:
        return True
    return is_submission and request.headers.get("Content-Type") == _JSON


async def read_form(request: web.Request) -> dict[str, Any]:
    """Return the fields of a submission; `a.b=1` of a form becomes {"a": {"b": "1"}}. Raises FormFault."""
    if request.method == "GET":
        return _nested(list(request.query.items()))
    if not request.body_exists or request.content_length == 0:
        raise FormFault('Unable to decode HTTP Request Body because its HTTP Header "Content-Length" is zero.')
    if request.content_type in _FORMS:
        form = await request.post()
        return _nested([(name, value) for name, value in form.items() if isinstance(value, str)])
    if request.content_type != _JSON:
        found = request.headers.get("Content-Type", "")
        known = "multipart/form-data application/x-www-form-urlencoded application/json"
        raise FormFault(
            f'HTTP POST Request used unknown HTTP Header "Content-Type: {found}", only [{known}] are supported.'
        )
    try:
        fields = json.loads(await request.read(), parse_constant=refuse_constant)
    except (ValueError, RecursionError):
        raise FormFault("Unable to decode form as JSON.") from None
    if not isinstance(fields, dict):
        raise FormFault(f"Expected JSON sent in request body to be an object but got: {_json_type(fields)}")
    return fields


def _nested(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, value in pairs:
        *parents, last = name.split(".")
        target = fields
        for parent in parents:
            child = target.setdefault(parent, {})
            if not isinstance(child, dict):
                raise FormFault("Unable to decode form as JSON.")
            target = child
        target[last] = value
    return fields


def _json_type(value: Any) -> str:
    names = {str: "String", list: "JSON", bool: "True" if value else "False", int: "Number", float: "Number"}
    return names.get(type(value), "Null")
