"""How an operation gets an old name: it is today's method, which takes the old names of its parameters as well."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from ...errors import InvalidRequest
from ...pipeline import Pipeline
from ..base import Service

P = ParamSpec("P")
T = TypeVar("T")
S = TypeVar("S", bound=Service)


class OldNames(Service):
    """The base of the old names; it holds the services that have the operations today."""

    tag = "v0alpha2"

    def __init_subclass__(cls) -> None:
        for name, method in vars(cls).items():
            if inspect.isfunction(method):
                method.__name__, method.__qualname__ = name, f"{cls.__name__}.{name}"

    def __init__(self, pipeline: Pipeline) -> None:
        super().__init__(pipeline)
        self._services: dict[type[Service], Any] = {}

    def _today(self, service: type[S]) -> S:
        made: S = self._services.setdefault(service, service(self._pipeline))
        return made


class Renaming:
    """Gives operations of one service the names they had."""

    def __init__(self, service: type[Service]) -> None:
        self._service = service

    def __call__(
        self, method: Callable[Concatenate[Any, P], T], **renames: str | None
    ) -> Callable[Concatenate[Any, P], T]:
        """Today's method, for the name that it had.

        `renames` holds what the parameters were called, and their names today: None for those that are gone.
        """
        service, today = self._service, f"{self._service.tag}.{method.__name__}"

        @wraps(method)
        def call(self: OldNames, /, *args: Any, **arguments: Any) -> Any:
            return method(self._today(service), *args, **_todays(method, today, renames, arguments))

        call.__doc__ = _documentation(method, today, renames)
        return call


def _todays(
    method: Callable[..., Any], today: str, renames: Mapping[str, str | None], arguments: Mapping[str, Any]
) -> dict[str, Any]:
    """The arguments by the names of today."""
    named: dict[str, Any] = {}
    for given, value in arguments.items():
        name = given.replace("o_auth2", "oauth2")
        current = renames.get(name, name)
        if current is None:
            if value is not None:
                known = ", ".join(list(inspect.signature(method).parameters)[1:])
                raise InvalidRequest(f"{today}: {given} is no parameter any more; there are {known}")
        elif current in named:
            raise InvalidRequest(f"{today}: {current} is given twice, once by the name {given}")
        else:
            named[current] = value
    return named


def _documentation(method: Callable[..., Any], today: str, renames: Mapping[str, str | None]) -> str:
    taken = [f"`{old}` for `{new}`" for old, new in renames.items() if new]
    gone = [f"`{old}`" for old, new in renames.items() if not new]
    notes = []
    if taken:
        notes.append(f"Takes {', '.join(taken)} as well.")
    if gone:
        notes.append(f"Raises `InvalidRequest` for {', '.join(gone)}, which today's API no longer has.")
    return "\n\n".join([f"The old name of `{today}`.", *notes, inspect.getdoc(method) or ""])
