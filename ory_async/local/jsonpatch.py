"""The part of JSON Patch (RFC 6902) that Kratos and Hydra know: add, remove, replace."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from .answers import Problem, dumps

_DENIED = ("/id", "/stateChangedAt", "/state_changed_at", "/credentials", "/created_at", "/updated_at", "/schema_url")


def apply_patch(document: dict[str, Any], patch: Any) -> dict[str, Any]:
    """Return the document with the patch applied. Raises Problem (400) as the servers word it."""
    if not isinstance(patch, list) or not all(isinstance(operation, Mapping) for operation in patch):
        kind = "object" if isinstance(patch, Mapping) else "value"
        message = f"json: cannot unmarshal {kind} into Go value of type []identity.patchOp"
        raise Problem(400, message, reason="failed to unmarshal JSON patch")
    for check in (_check_form, _check_allowed):  # of all operations, before the first of them is applied
        for operation in patch:
            check(operation)
    result = copy.deepcopy(document)
    for operation in patch:
        _apply(result, operation["op"], operation["path"], operation.get("value"))
    return result


def _check_form(operation: Mapping[str, Any]) -> None:
    names = ("add", "remove", "replace", "test", "move", "copy")
    if not isinstance(operation.get("path"), str) or operation.get("op") not in names:
        text = dumps(operation).decode().strip()
        raise _failure(f"invalid operation {text}: unsupported operation")


def _check_allowed(operation: Mapping[str, Any]) -> None:
    name, path = operation["op"], operation["path"]
    if name not in ("add", "remove", "replace"):
        raise _failure(f"unsupported operation: {name}")
    if any(path.lower() == denied.lower() or path.lower().startswith(f"{denied.lower()}/") for denied in _DENIED):
        raise _failure(f"patch includes denied path: {path}")


def _apply(document: dict[str, Any], name: str, path: str, value: Any) -> None:
    *parents, last = [part.replace("~1", "/").replace("~0", "~") for part in path.split("/")[1:]] or [""]
    if name == "replace" and not _is_index(last):
        name = "add"  # Kratos lets replace create what is missing
    target: Any = document
    for part, following in pairwise([*parents, last]):
        if name == "add" and isinstance(target, dict) and target.get(part) is None:
            target[part] = [] if _is_index(following) else {}
        target = _child(target, part, name, path)
    if isinstance(target, list):
        _change_list(target, last, name, path, value)
    else:
        _change_object(target, last, name, path, value)


def _child(target: Any, part: str, name: str, path: str) -> Any:
    if isinstance(target, dict) and isinstance(target.get(part), (dict, list)):
        return target[part]
    if isinstance(target, list) and part.isdigit() and int(part) < len(target):
        return target[int(part)]
    raise _missing(name, path, part)


def _is_index(part: str) -> bool:
    return part == "-" or part.isdigit()


def _change_object(target: Any, key: str, name: str, path: str, value: Any) -> None:
    if not isinstance(target, dict):
        raise _missing(name, path, key)
    if name == "remove":
        if key not in target:
            raise _missing(name, path, key)
        del target[key]
    else:
        target[key] = value


def _change_list(target: list[Any], key: str, name: str, path: str, value: Any) -> None:
    index = len(target) if key == "-" else int(key) if key.isdigit() else -1
    limit = len(target) if name == "add" else len(target) - 1
    if not 0 <= index <= limit:
        raise _missing(name, path, key)
    if name == "add":
        target.insert(index, value)
    elif name == "remove":
        del target[index]
    else:
        target[index] = value


def _missing(name: str, path: str, key: str) -> Problem:
    return _failure(f"error in {name} for path: '{path}': unable to {name} nonexistent key: {key}: missing value")


def _failure(message: str) -> Problem:
    return Problem(400, message, reason="failed to apply JSON patch")
