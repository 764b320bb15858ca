"""The public interface of both packages, a line for each name, as ``tests/data/public_api.txt`` keeps it.

    python -m tests.public_api

writes the file anew, after a change of the interface that is meant and stands in CHANGELOG.md. It is read from the
source, so that no extra needs to be installed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
KEPT = ROOT / "tests" / "data" / "public_api.txt"
PACKAGES = ("ory_async", "ory_sync")
INTERNAL = (
    "ory_async.answering",
    "ory_async.bulk.",  # its interface is what `ory_async.bulk` itself names
    "ory_async.deadlines",
    "ory_async.decoding",
    "ory_async.integrations.login_kit.",  # as with bulk
    "ory_async.integrations.provider.",
    "ory_async.integrations.proxy.gateway",
    "ory_async.integrations.proxy.paths",
    "ory_async.integrations.proxy.refusals",
    "ory_async.integrations.proxy.requests",
    "ory_async.integrations.proxy.rewriting",
    "ory_async.integrations.proxy.upstream",
    "ory_async.lazy",
    "ory_async.local.",  # its interface is what `ory_async.local` itself names
    "ory_async.operation",
    "ory_async.pipeline",
    "ory_async.preloading",
    "ory_async.redaction",
    "ory_async.services.base",
    "ory_async.transport",
    "ory_sync.portal",
)
"""Rooms that users do not enter."""


def interface() -> list[str]:
    """A line for each public name: classes with their bases, fields and methods, functions with their signatures."""
    files = [file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py"))]
    return [f"{_module(file)}.{line}" for file in files if _is_public(file) for line in _names(file)]


def _module(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _is_public(file: Path) -> bool:
    module = _module(file)
    return not module.startswith(INTERNAL) and not any(part.startswith("_") for part in module.split("."))


def _names(file: Path) -> Iterator[str]:
    yield from _statements(ast.parse(file.read_text("utf-8")).body, "")


def _statements(body: list[ast.stmt], prefix: str) -> Iterator[str]:
    for statement in body:
        match statement:
            case ast.ClassDef(name=name) if _shown(name):
                bases = ", ".join(
                    ast.unparse(base) for base in [*statement.bases, *(k.value for k in statement.keywords)]
                )
                yield f"{prefix}{name}({bases})"
                yield from _statements(statement.body, f"{prefix}{name}.")
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) if _shown(name):
                kind = "async " if isinstance(statement, ast.AsyncFunctionDef) else ""
                gives = f" -> {ast.unparse(statement.returns)}" if statement.returns else ""
                yield f"{prefix}{name}: {kind}({ast.unparse(statement.args)}){gives}"
            case ast.AnnAssign(target=ast.Name(id=name)) if _shown(name):
                yield f"{prefix}{name}: {ast.unparse(statement.annotation)}"
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if _shown(name) and not _is_variable(value):
                yield f"{prefix}{name} = {ast.unparse(value) if isinstance(value, ast.Call | ast.Constant) else '...'}"


def _is_variable(value: ast.expr) -> bool:
    """Whether this is a type variable, which is nothing to use."""
    return isinstance(value, ast.Call) and ast.unparse(value.func) in ("ParamSpec", "TypeVar")


def _shown(name: str) -> bool:
    return not name.startswith("_") or name == "__init__"


if __name__ == "__main__":
    KEPT.write_text("\n".join(interface()) + "\n", "utf-8")
