"""From models to their wire form: orjson writes, and asks `opened` for one level of whatever it does not know.

What orjson would write wrongly, or gives up on, is walked once more without haste: lone surrogates, integers beyond 64
bits, NaN, the markers `NULL` and `UNSET`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from enum import Enum
from operator import attrgetter
from typing import Any, Final
from uuid import UUID

import attrs
import orjson

from .models.base import NULL, UNSET, WIRE, Json, Model, UnknownVariant

_OPTIONS: Final = orjson.OPT_NAIVE_UTC | orjson.OPT_UTC_Z | orjson.OPT_PASSTHROUGH_DATACLASS
"""Times as `_time` writes them; dataclasses are refused, as other classes are."""


def written(value: object) -> bytes | None:
    """The JSON text of a value; None where orjson is not to be trusted with it."""
    try:
        raw = orjson.dumps(value, default=opened, option=_OPTIONS)
    except TypeError:  # what orjson raises for each reason
        return None
    if b'"NULL"' in raw or b'"UNSET"' in raw:  # the markers are enums, which orjson writes by their values
        return None
    if b"null" in raw and not _is_finite(value):  # orjson writes it for NaN and infinity as well
        return None
    return raw


def _is_finite(value: object) -> bool:
    """Whether there is no NaN and no infinity in what orjson could write."""
    kind = value.__class__
    if kind is float:
        return math.isfinite(value)  # type: ignore[arg-type]
    if kind in _SCALARS:
        return True
    if isinstance(value, dict):
        return all(map(_is_finite, value.values()))
    if isinstance(value, (list, tuple)):
        return all(map(_is_finite, value))
    return _is_finite(opened(value))


def written_slowly(value: object) -> bytes:
    """The JSON text of any value that has one. Raises TypeError, ValueError or RecursionError for others."""
    form = plain(value)
    _check(form)
    return json.dumps(form, separators=(",", ":")).encode()


def plain(value: object) -> Json:
    """The wire form of a value, walked level by level. Raises TypeError where it has none."""
    kind = value.__class__
    if kind in _SCALARS:
        return value
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return plain(opened(value))


def opened(value: object) -> Json:
    """One level of the wire form: the fields of a model, the text of a time, the dict of another mapping.

    Raises TypeError for what has no wire form.
    """
    kind = type(value)
    opener = _OPENERS.get(kind)
    if opener is None:
        opener = _OPENERS[kind] = _opener_of(kind)
    return opener(value)


def _opener_of(kind: type) -> Callable[[Any], Json]:
    """What opens the values of a class; found once, since asking whether a class is a Mapping is slow."""
    if issubclass(kind, UnknownVariant):
        return attrgetter("raw")
    if issubclass(kind, Model):
        return _model_opener(kind)
    if issubclass(kind, Enum):
        return attrgetter("value")
    for base, opener in _BASES:
        if issubclass(kind, base):
            return opener
    if issubclass(kind, Sequence) and not issubclass(kind, (bytes, bytearray, memoryview)):
        return list
    return _refuse


def _model_opener(cls: type[Model]) -> Callable[[Any], dict[str, Any]]:
    fields = [field for field in attrs.fields(cls) if field.name != "extra"]
    wires = [field.metadata.get(WIRE, field.name) for field in fields]
    values_of = attrgetter(*(field.name for field in fields), "extra")  # of one name alone it gives no tuple
    nulls = cls.nulls

    def fields_of(model: Model) -> dict[str, Any]:
        values = values_of(model) if wires else ()
        out = {
            wire: value
            for wire, value in zip(wires, values, strict=False)
            if (value is not None or wire in nulls) and value is not UNSET
        }
        if model.extra:
            out.update(model.extra)
        return out

    return fields_of


def _time(time: datetime) -> str:
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).isoformat().replace("+00:00", "Z")


def _refuse(value: object) -> Json:
    raise TypeError(f"{type(value).__name__} has no form in JSON")


_SCALARS: Final = frozenset({str, int, float, bool, type(None)})
_BASES: Final[tuple[tuple[type, Callable[[Any], Json]], ...]] = (
    (str, str),
    (int, int),
    (float, float),
    (datetime, _time),
    (date, date.isoformat),
    (UUID, str),
    (Mapping, dict),
)
_OPENERS: dict[type, Callable[[Any], Json]] = {type(NULL): lambda marker: None}


def _check(data: Json) -> None:
    """Refuse what `json.dumps` would make something else of: keys that are no strings, NaN, infinity."""
    if isinstance(data, dict):
        for key, value in data.items():
            if not isinstance(key, str):
                raise TypeError(f"the key {key!r:.60} is no string")
            _check(value)
    elif isinstance(data, list):
        for value in data:
            _check(value)
    elif isinstance(data, float) and not math.isfinite(data):
        raise ValueError("NaN and infinity have no form in JSON")
