"""JSON Patch (RFC 6902) on a project, as Ory applies it: `add` makes the objects that are missing on its way."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from ..answers import Problem, bad_request


def apply_patch(document: Mapping[str, Any], patch: Any) -> dict[str, Any]:
    """Return a copy of the document with all of the changes made. Raises Problem (400), and changes nothing then.

    `replace` is taken for `add` where there is nothing yet: the document of a local project does not hold the defaults
    that one of the Ory Network has.
    """
    if not isinstance(patch, list):
        raise bad_request("A JSON Patch is a list of operations.")
    result = copy.deepcopy(dict(document))
    for number, operation in enumerate(patch):
        try:
            _apply(result, operation)
        except _Unfit as error:
            raise _problem(number, str(error)) from None
        except RecursionError:
            raise _problem(number, "it is nested too deeply") from None
    return result


class _Unfit(Exception):
    """An operation that cannot be applied, and why."""


def _problem(number: int, why: str) -> Problem:
    return bad_request(f"The JSON Patch cannot be applied: operation {number}: {why}.")


def _apply(document: dict[str, Any], operation: Any) -> None:
    if not isinstance(operation, Mapping):
        raise _Unfit("it is not an object")
    name, path = operation.get("op"), _pointer(operation, "path")
    match name:
        case "add" | "replace":
            _put(document, path, _value(operation), inserts=name == "add")
        case "remove":
            _take(document, path)
        case "move":
            source = _pointer(operation, "from")
            if path[: len(source)] == source and path != source:
                raise _Unfit("a value cannot move into itself")
            _put(document, path, _take(document, source))
        case "copy":
            _put(document, path, copy.deepcopy(_get(document, _pointer(operation, "from"))))
        case "test":
            if not _same(_get(document, path), _value(operation)):
                raise _Unfit(f"the value at {operation['path']} is another one")
        case _:
            raise _Unfit(f"there is no operation {name!r:.40}")


def _pointer(operation: Mapping[str, Any], name: str) -> list[str]:
    """Read a JSON Pointer (RFC 6901) into its parts; the whole document can be no target here."""
    text = operation.get(name)
    if not isinstance(text, str) or not text.startswith("/"):
        raise _Unfit(f"its {name} is no JSON Pointer below the project")
    return [part.replace("~1", "/").replace("~0", "~") for part in text[1:].split("/")]


def _value(operation: Mapping[str, Any]) -> Any:
    if "value" not in operation:
        raise _Unfit("it has no value")
    return copy.deepcopy(operation["value"])


def _same(one: Any, other: Any) -> bool:
    """Tell whether two JSON values are the same; Python takes true for 1."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def _get(target: Any, path: list[str]) -> Any:
    for part in path:
        if isinstance(target, dict) and part in target:
            target = target[part]
        elif isinstance(target, list):
            target = target[_index(part, len(target) - 1)]
        else:
            raise _missing(part)
    return target


def _put(document: dict[str, Any], path: list[str], value: Any, *, inserts: bool = True) -> None:
    *parents, last = path
    target: Any = document
    for part in parents:
        if isinstance(target, dict) and target.get(part) is None:
            target[part] = {}
        target = _get(target, [part])
    if isinstance(target, dict):
        target[last] = value
    elif not isinstance(target, list):
        raise _missing(last)
    elif inserts:
        target.insert(len(target) if last == "-" else _index(last, len(target)), value)
    else:
        target[_index(last, len(target) - 1)] = value


def _take(document: dict[str, Any], path: list[str]) -> Any:
    *parents, last = path
    target = _get(document, parents)
    value = _get(target, [last])
    del target[last if isinstance(target, dict) else int(last)]
    return value


def _index(part: str, largest: int) -> int:
    if not (part.isascii() and part.isdigit() and (part == "0" or part[0] != "0") and len(part) < 10):
        raise _Unfit(f"{part!r:.40} is no index")
    if int(part) > largest:
        raise _Unfit(f"there is no item {part}")
    return int(part)


def _missing(part: str) -> _Unfit:
    return _Unfit(f"there is no {part!r:.40}")
