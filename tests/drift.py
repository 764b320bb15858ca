"""What an official OpenAPI file of Ory has that this project lacks, or treats otherwise.

    python -m tests.drift SPEC.json

Operations are held against the table of tests/data, which the contract tests hold the code to; schemas against the
models. Prints a line for each difference, those that are meant with the reason; fails if there is one that is not.
"""

from __future__ import annotations

import enum
import json
import re
import sys
import types
import typing
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import attrs

from ory_async import models
from ory_async.decoding import field_types
from ory_async.models.base import WIRE

from .support.table import ROWS, Row

MEANT = {
    "*: no model, and no operation that uses it": "nothing that can be called takes or gives it",
    "genericErrorContent.id: *": "the servers have many more; programs read `error_id` of the errors",
    "updateRecoveryFlowWith*Method.method: *": "each variant has its own method only",
    "updateVerificationFlowWith*Method.method: *": "each variant has its own method only",
    "quotaUsage.feature: *": "a text: names of what is sold change with every release",
    "internalIsOwnerForProjectBySlugBody.namespace: *": "a text: one of the two values starts with a blank by mistake",
    "NormalizedProjectRevisionCourierChannel.request_config_auth_type: *": "a text, as in the other settings of a project",
    "normalizedProjectRevisionTokenizerTemplate.subject_source: *": "a text, as in the other settings of a project",
}
"""Differences that are meant, as patterns, and why."""

METHODS = ("get", "post", "put", "patch", "delete")
NAMES = {name: getattr(models, name) for name in dir(models) if name[0].isupper()}
Schema = dict[str, Any]


class Spec:
    """An OpenAPI file."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.schemas: dict[str, Schema] = document.get("components", {}).get("schemas", {})
        self.operations: list[tuple[str, str, dict[str, Any]]] = [
            (method.upper(), path, operation)
            for path, item in document.get("paths", {}).items()
            for method, operation in item.items()
            if method in METHODS
        ]
        self.used = self._named_in(document.get("paths", {}))
        """The schemas that operations take or give, also inside of others."""

    def _named_in(self, part: Any) -> set[str]:
        found: set[str] = set()
        parts = [part]
        while parts:
            inside = json.dumps(parts.pop())
            new = set(re.findall(r'"#/components/schemas/([^"]+)"', inside)) - found
            found |= new
            parts += [self.schemas.get(name, {}) for name in new]
        return found

    def resolve(self, schema: Schema) -> Schema:
        """The schema itself, where only its name is given."""
        while (name := reference(schema)) is not None:
            schema = self.schemas.get(name, {})
        return schema


def reference(schema: Schema) -> str | None:
    """The name of the schema that this one stands for."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    parts = schema.get("allOf", [])
    return reference(parts[0]) if len(parts) == 1 else None


def differences(document: dict[str, Any]) -> Iterator[str]:
    """All that the document has and this project has not, or otherwise."""
    spec = Spec(document)
    rows = {(row.method, _bare(row.path)): row for row in ROWS}
    for method, path, operation in spec.operations:
        row = rows.get((method, _bare(path)))
        if row is None:
            yield f"{method} {path}: no operation ({operation.get('operationId')})"
        else:
            yield from (f"{method} {path}: {line}" for line in _operation(spec, operation, row))
    for name, schema in spec.schemas.items():
        yield from _component(spec, name, schema)


def _bare(path: str) -> str:
    """A path without the names of its parameters."""
    return re.sub(r"{\w+}", "{}", path)


# Operations


def _operation(spec: Spec, operation: dict[str, Any], row: Row) -> Iterator[str]:
    known = {(each.place, each.wire.lower()): each for each in row.parameters}
    for given in operation.get("parameters", ()):
        if given["in"] == "path":
            continue
        ours = known.get((given["in"], given["name"].lower()))
        yield from _parameter(spec, f"{given['in']} {given['name']}", given, given.get("schema", {}), ours)
    yield from _body(spec, operation.get("requestBody"), row)
    for status, response in operation.get("responses", {}).items():
        if status[0] in "23":
            schema = _content(response)[1]
            theirs, ours_of_it = _model_name(schema), row.responses.get(status)
            if theirs is not None and theirs != ours_of_it:
                yield f"{status} is {theirs}, here {ours_of_it}"


def _parameter(spec: Spec, name: str, given: dict[str, Any], schema: Schema, ours: Any) -> Iterator[str]:
    if ours is None:
        yield f"no {name}"
        return
    if bool(given.get("required")) != ours.required:
        yield f"{name} is {'required' if given.get('required') else 'optional'}"
    schema = spec.resolve(schema)
    is_list = schema.get("type") == "array"
    if is_list != ours.is_list:
        yield f"{name} is {'a' if is_list else 'no'} list"
    values = spec.resolve(schema.get("items", {}) if is_list else schema).get("enum", [])
    if lacking := [value for value in values if str(value) not in ours.choices]:
        yield f"{name} can be {lacking}"


def _body(spec: Spec, body: dict[str, Any] | None, row: Row) -> Iterator[str]:
    content_type, schema = _content(body or {})
    if body is None or not content_type:
        return
    if "form-urlencoded" in content_type and "json" not in content_type:
        form = spec.resolve(schema)
        known = {each.wire: each for each in row.in_place("form")}
        for name, field in form.get("properties", {}).items():
            required = {"required": name in form.get("required", ())}
            yield from _parameter(spec, f"form {name}", required, field, known.get(name))
        return
    if bool(body.get("required")) != row.body_required:
        yield f"its body is {'required' if body.get('required') else 'optional'}"
    theirs = _model_name(schema)
    if row.body is None or (theirs is not None and theirs != row.body):
        yield f"its body is {theirs}, here {row.body}"


def _content(holder: dict[str, Any]) -> tuple[str, Schema]:
    """The content types of a body or an answer, and its schema."""
    content: dict[str, dict[str, Any]] = holder.get("content", {})
    kinds = list(content.values()) or [{}]
    return " ".join(content), kinds[0].get("schema", {})


def _model_name(schema: Schema) -> str | None:
    name = reference(schema)
    if name is None and schema.get("type") == "array" and (item := reference(schema.get("items", {}))):
        return f"list[{item}]"
    return name


# Models


def _component(spec: Spec, name: str, schema: Schema) -> Iterator[str]:
    ours = NAMES.get(name[0].upper() + name[1:])
    if "oneOf" in schema:
        for variant in filter(None, map(reference, schema["oneOf"])):
            if NAMES.get(variant[0].upper() + variant[1:]) not in typing.get_args(ours):
                yield f"{name}: no variant {variant}"
    elif schema.get("properties") or schema.get("enum"):
        if ours is None:
            yield f"{name}: no model" + ("" if name in spec.used else ", and no operation that uses it")
        else:
            yield from _against(name, schema, ours)


def _against(where: str, schema: Schema, hint: Any) -> Iterator[str]:
    """An inline schema against the type of a field."""
    if reference(schema) is not None:
        return
    kinds = list(_kinds(hint))
    if values := [value for value in schema.get("enum", ()) if value is not None]:
        known = {member.value for kind in kinds if issubclass(kind, enum.Enum) for member in kind}
        known |= set(_literals(hint))
        if lacking := [value for value in values if value not in known]:
            yield f"{where}: can be {lacking}"
    elif schema.get("type") == "array":
        yield from _against(where, schema.get("items", {}), hint)
    elif properties := schema.get("properties"):
        classes = [kind for kind in kinds if issubclass(kind, models.Model)]
        if not classes:
            yield f"{where}: no model"
            return
        fields = _fields(classes[0])
        for name, field in properties.items():
            if name in fields:
                yield from _against(f"{where}.{name}", field, fields[name])
            else:
                yield f"{where}.{name}: no field"


def _fields(cls: type[models.Model]) -> dict[str, Any]:
    """The fields of a model by their names on the wire, and their types."""
    hints = field_types(cls)
    return {field.metadata.get(WIRE, field.name): hints[field.name] for field in attrs.fields(cls)}


def _kinds(hint: Any) -> Iterator[type]:
    """The classes in a type, also those of list items."""
    if typing.get_origin(hint) in (list, dict, typing.Union, types.UnionType):
        for inside in typing.get_args(hint):
            yield from _kinds(inside)
    elif isinstance(hint, type):
        yield hint


def _literals(hint: Any) -> Iterator[object]:
    if typing.get_origin(hint) is typing.Literal:
        yield from typing.get_args(hint)
    else:
        for inside in typing.get_args(hint):
            yield from _literals(inside)


def main(path: str) -> int:
    """Print the differences; gives the number of those that are not meant."""
    unmeant = 0
    for line in differences(json.loads(Path(path).read_text("utf-8"))):
        reason = next((why for pattern, why in MEANT.items() if fnmatchcase(line, pattern)), None)
        print(f"  {line} (meant: {reason})" if reason else line)  # noqa: T201
        unmeant += reason is None
    return unmeant


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) > 0)
