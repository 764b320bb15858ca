"""From free-form JSON to classes of the user's own, by cattrs."""

from __future__ import annotations

from datetime import datetime
from functools import cache, partial
from typing import TypeVar

import cattrs

from .errors import DecodeError
from .models.base import Json, Model
from .serialization import from_dict

T = TypeVar("T")


def structure(kind: type[T], data: Json) -> T:
    """Make an object of a class of the user's own (attrs class, dataclass, TypedDict) of free-form JSON.

    Raises `DecodeError` where the data do not fit the class.
    """
    try:
        return _converter().structure(data, kind)
    except Exception as error:  # the hooks of the user's own class may raise anything
        why = "; ".join(cattrs.transform_error(error)) if isinstance(error, cattrs.BaseValidationError) else repr(error)
        raise DecodeError(f"does not fit {getattr(kind, '__name__', kind)}: {why}") from error


@cache
def _converter() -> cattrs.Converter:
    """The converter for users' classes, which may hold models as well."""
    converter = cattrs.Converter()
    converter.register_structure_hook(datetime, lambda value, _: datetime.fromisoformat(value))
    for scalar, accepted in _SCALARS.items():
        converter.register_structure_hook(scalar, partial(_scalar, accepted))
    converter.register_structure_hook_factory(
        lambda kind: isinstance(kind, type) and issubclass(kind, Model),
        lambda kind: lambda value, _: from_dict(kind, value),
    )
    return converter


_SCALARS: dict[type, tuple[type, ...]] = {str: (str,), int: (int,), float: (float, int), bool: (bool,)}
"""What is taken for the scalars of a user's class; cattrs itself would make text of anything, ``"None"`` of null."""


def _scalar(accepted: tuple[type, ...], value: Json, kind: type) -> Json:
    if not isinstance(value, accepted) or (isinstance(value, bool) and kind is not bool):
        raise TypeError(f"{type(value).__name__} where {kind.__name__} is expected")
    return value
