"""Reading what a client sent as Go's decoder does, with its words for what is wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from .answers import Problem

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


async def read_json(request: web.Request) -> Any:
    """Return the first JSON value of the body; what follows it is ignored. Raises ValueError in Go's words."""
    text = (await request.read()).decode("utf-8", "replace").lstrip()
    if not text:
        raise ValueError("EOF")
    try:
        return json.JSONDecoder(parse_constant=refuse_constant).raw_decode(text)[0]
    except json.JSONDecodeError as error:
        if error.pos >= len(text.rstrip()) or error.msg.startswith(("Unterminated", "Expecting property name")):
            raise ValueError("unexpected EOF") from None
        raise ValueError(f"invalid character '{text[error.pos]}' looking for beginning of value") from None
    except RecursionError:
        raise ValueError("json: exceeded max depth") from None


def refuse_constant(name: str) -> Any:
    """Refuse NaN and Infinity, which Python reads but JSON does not have."""
    raise ValueError(f"invalid character '{name[0]}' looking for beginning of value")


def read_integer(text: str, function: str) -> int:
    """Parse an integer like the Go function of this name; raises ValueError with Go's message."""
    if not re.fullmatch(r"[+-]?[0-9]+", text):
        problem = "invalid syntax"
    elif not -(2**63) <= int(text) < 2**63:
        problem = "value out of range"
    else:
        return int(text)
    raise ValueError(f"strconv.{function}: parsing {json.dumps(text, ensure_ascii=False)}: {problem}")


def go_type(value: Any) -> str:
    """Name a JSON value as Go's decoder does."""
    kinds = {dict: "object", list: "array", str: "string", bool: "bool", int: "number", float: "number"}
    return kinds.get(type(value), "null")


def check_fields(body: Any, fields: Mapping[str, str | None], struct: str, *, only: bool = False) -> dict[str, Any]:
    """Return a body that is an object with fields of the right type (None: any). Raises ValueError in Go's words.

    `only` refuses fields that are not listed.
    """
    if not isinstance(body, dict):
        raise ValueError(f"json: cannot unmarshal {go_type(body)} into Go value of type {struct}")
    for name, value in body.items():
        if only and name not in fields:
            raise ValueError(f'json: unknown field "{name}"')
        wanted = fields.get(name)
        if wanted and value is not None and go_type(value) != wanted:
            where = f"Go struct field {struct.rpartition('.')[2]}.{name} of type {wanted}"
            raise ValueError(f"json: cannot unmarshal {go_type(value)} into {where}")
    return body


def is_uuid(text: object) -> bool:
    return isinstance(text, str) and _UUID.fullmatch(text) is not None


def uuid_fault(text: object) -> str:
    """Say what is wrong with a UUID, as Go's library does."""
    if not isinstance(text, str):
        return f"json: cannot unmarshal {go_type(text)} into Go value of type uuid.UUID"
    if len(text) in (32, 34, 36, 41, 45):
        return f'uuid: incorrect UUID format in string "{text}"'
    return f'uuid: incorrect UUID length {len(text)} in string "{text}"'


def checked_uuid(text: str) -> str:
    """Return a UUID from a path. Raises Problem (400) when it is none."""
    if not is_uuid(text):
        raise Problem(400, uuid_fault(text))
    return text.lower()
