"""Made-up arguments for any row of the table, and how they are to be spelled on the wire."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from .bodies import BODIES
from .table import Parameter, Row

ID = "a b/ü#?%"
TEXT = "x y&z=ü/+%"
COOKIE = "csrf_token_1=a+/=; ory_kratos_session=b"
TIME = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)


def made_up(parameter: Parameter) -> Any:
    """A value that is hard to send right."""
    value = _scalar(parameter)
    if parameter.is_list:
        return [value, parameter.choices[1] if parameter.choices else "second"]
    return value


def _scalar(parameter: Parameter) -> Any:
    if parameter.choices:
        return parameter.choices[0] or parameter.choices[1]
    if parameter.place == "header":
        return COOKIE if parameter.wire.lower() == "cookie" else "ory_st_token"
    if parameter.place == "path":
        return ID
    return {"str": TEXT, "int": 3, "bool": True, "datetime": TIME}[parameter.scalar]


def empty(parameter: Parameter) -> Any:
    """The value of a parameter that is easily mistaken for none."""
    if parameter.is_list:
        return []
    return {"int": 0, "bool": False, "datetime": TIME}.get(parameter.scalar, "")


def arguments(row: Row, *, body: bool = True) -> dict[str, Any]:
    """Arguments for all parameters."""
    values = {parameter.python: made_up(parameter) for parameter in row.parameters}
    if row.body is not None and body:
        values["body"] = BODIES[row.body][0]
    return values


NEEDED = {"relationship.delete_relationships": {"namespace": TEXT}}
"""What a method asks for though the table does not: without it, everything would be deleted."""


def required_arguments(row: Row) -> dict[str, Any]:
    """Arguments for the required parameters only."""
    values = {parameter.python: made_up(parameter) for parameter in row.parameters if parameter.required}
    values |= NEEDED.get(row.id, {})
    if row.body_required and row.body is not None:
        values["body"] = BODIES[row.body][0]
    return values


def path_on_the_wire(row: Row, values: dict[str, Any]) -> str:
    path = row.path
    for parameter in row.in_place("path"):
        path = path.replace(f"{{{parameter.wire}}}", quote(values[parameter.python], safe=""))
    return path


def pairs_on_the_wire(parameters: Iterable[Parameter], values: dict[str, Any]) -> list[tuple[str, str]]:
    """Names and values in a query or a form; those that are None or not given are left out."""
    pairs: list[tuple[str, str]] = []
    for parameter in parameters:
        value = values.get(parameter.python)
        if value is not None:
            pairs += [(parameter.wire, _spelled(each)) for each in (value if parameter.is_list else [value])]
    return pairs


def _spelled(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value if isinstance(value, str) else json.dumps(value)
