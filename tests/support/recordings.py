"""What real servers were asked and what they answered, as tests/data/recordings keeps it."""

from __future__ import annotations

import base64
import json
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

import attrs

from ory_async import BasicAuth, BearerToken

from .arguments import path_on_the_wire
from .table import DATA, ROWS, Parameter, Row

RECORDINGS = DATA / "recordings"
SCENARIOS = sorted(path for product in ("kratos", "keto", "hydra") for path in (RECORDINGS / product).glob("*.json"))

_ROWS = {row.operation_id: row for row in ROWS}


class Inexpressible(Exception):
    """The typed API has no way to make this request; says why."""


@attrs.frozen(eq=False)
class Exchange:
    """One request to a real server, as a call of an operation, and the answer to it."""

    scenario: str
    index: int
    row: Row
    method: str
    path_values: dict[str, str]
    query: list[tuple[str, str]]
    sent_headers: dict[str, str]
    """By their names in lower case."""
    body: Any
    body_kind: str | None
    status: int
    headers: list[tuple[str, str]]
    answer: str

    def __str__(self) -> str:
        return f"{self.scenario}#{self.index} {self.row}"

    @property
    def path(self) -> str:
        return path_on_the_wire(
            self.row, {each.python: self.path_values[each.wire] for each in self.row.in_place("path")}
        )

    @property
    def document(self) -> Any:
        """The answer's JSON; None where it has none."""
        return json.loads(self.answer) if self.is_json else None

    @property
    def is_json(self) -> bool:
        return bool(self.answer.strip()) and "json" in self.header("content-type")

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name), "")

    def arguments(self) -> dict[str, Any]:
        """The arguments of the method; raises `Inexpressible` where no arguments make this request."""
        if self.method != self.row.method:
            raise Inexpressible("another method")
        values = {}
        for parameter in self.row.parameters:
            found = self._values_of(parameter)
            if found:
                values[parameter.python] = _typed(parameter, found)
            elif parameter.required:
                raise Inexpressible("a required parameter is left out")
        values |= self._further("query", self.query)
        if "authorization" in self.sent_headers:
            values["auth"] = self._credential(self.sent_headers["authorization"])
        if self.row.in_place("form"):
            return values | self._further("form", self.form)
        self._check_body()
        return values if self.body is None else {**values, "body": self.body}

    @property
    def form(self) -> list[tuple[str, str]]:
        """The fields of a form body."""
        if not self.sent_headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            raise Inexpressible("a body that is no form")
        return parse_qsl(self.body, keep_blank_values=True)

    def _further(self, place: str, given: list[tuple[str, str]]) -> dict[str, str]:
        """What is given beyond the parameters that are listed."""
        listed = {parameter.wire for parameter in self.row.in_place(place)}
        further = {name: value for name, value in given if name not in listed}
        if further and not (self.row.protocol and all(name.isidentifier() for name in further)):
            raise Inexpressible(f"a {place} parameter that the operation does not have")
        return further

    def _credential(self, header: str) -> BasicAuth | BearerToken:
        if not self.row.auth & {"basic", "bearer", "oauth2"}:
            raise Inexpressible("a credential that the operation does not take")
        scheme, *parts = credential(header)
        return BasicAuth(*parts) if scheme == "Basic" else BearerToken(*parts)

    def _values_of(self, parameter: Parameter) -> list[str]:
        if parameter.place == "query":
            return [value for name, value in self.query if name == parameter.wire]
        if parameter.place == "form":
            return [value for name, value in self.form if name == parameter.wire]
        if parameter.place == "path":
            value = self.path_values.get(parameter.wire, "")
            return [] if value in ("", ".", "..") else [value]
        header = self.sent_headers.get(parameter.wire.lower())
        return [] if header is None else [header]

    def _check_body(self) -> None:
        if self.body is None:
            if self.row.body_required:
                raise Inexpressible("the required body is left out")
            return
        if self.row.body is None:
            raise Inexpressible("a body where the operation has none")
        if self.body_kind != ("text" if self.row.content_type == "text/plain" else "json"):
            raise Inexpressible("a body that is no JSON")
        is_list = self.row.body == "jsonPatchDocument" or self.row.body.startswith("list[")
        if self.body_kind == "json" and type(self.body) is not (list if is_list else dict):
            raise Inexpressible("a body of another kind")
        if is_list and not all(isinstance(item, dict) for item in self.body):
            raise Inexpressible("a body of another kind")


def credential(header: str) -> tuple[str, ...]:
    """The scheme of an Authorization header, and what it holds: a name and a password, or a token."""
    scheme, _, value = header.partition(" ")
    if scheme != "Basic":
        return scheme, value
    try:
        name, _, password = base64.b64decode(value).decode().partition(":")
    except ValueError:
        raise Inexpressible("a broken credential") from None
    return scheme, unquote_plus(name), unquote_plus(password)


def _typed(parameter: Parameter, values: list[str]) -> Any:
    if parameter.is_list:
        return values
    if len(values) > 1:
        raise Inexpressible("a parameter given twice")
    [value] = values
    try:
        if parameter.type == "int":
            return int(value)
        if parameter.type == "bool":
            return {"true": True, "false": False}[value]
    except (ValueError, KeyError):
        raise Inexpressible("a parameter of another type") from None
    return value


@cache
def exchanges(path: Path) -> list[Exchange]:
    """The exchanges of a scenario that are calls of operations of the table."""
    scenario = json.loads(path.read_text())
    recorded = enumerate(scenario["exchanges"])
    return [_exchange(scenario["scenario"], index, each) for index, each in recorded if each["operation_id"] in _ROWS]


def exchange(name: str, index: int) -> Exchange:
    """One exchange, by the name of its scenario and its place there."""
    [path] = [path for path in SCENARIOS if path.stem == name]
    [found] = [each for each in exchanges(path) if each.index == index]
    return found


def _exchange(scenario: str, index: int, recorded: dict[str, Any]) -> Exchange:
    request, response = recorded["request"], recorded["response"]
    body = request.get("body")
    return Exchange(
        scenario=scenario,
        index=index,
        row=_ROWS[recorded["operation_id"]],
        method=request["method"],
        path_values=request["path_params"],
        query=[(name, value) for name, value in request["query"]],
        sent_headers={name.lower(): value for name, value in request["headers"]},
        body=body,
        body_kind=None if body is None else request.get("body_kind") or ("text" if isinstance(body, str) else "json"),
        status=response["status"],
        headers=[(name, value) for name, value in response["headers"]],
        answer=response["body_text"],
    )
