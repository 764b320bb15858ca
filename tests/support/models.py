"""Made-up models: valid values of every class, and JSON that comes near them."""

from __future__ import annotations

import enum
import types
import typing
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import attrs
from hypothesis import strategies as st

from ory_async import UNSET, models
from ory_async.decoding import field_types
from ory_async.models import _MODULES
from ory_async.models.base import WIRE

_NAMES: dict[str, Any] = {name: getattr(models, name) for names in _MODULES.values() for name in names.split()}

CLASSES: list[type[models.Model]] = sorted(
    {cls for cls in _NAMES.values() if isinstance(cls, type) and issubclass(cls, models.Model)},
    key=lambda cls: cls.__name__,
)

TEXTS = st.text() | st.sampled_from(["\ud83d", "\x00", "1" * 25, "-" + "9" * 19, "null"])
"""Any text, often one that parsers of JSON stumble over."""
NUMBERS = st.integers() | st.sampled_from([2**63, -(2**63) - 1, 2**64, -(10**19) + 1, 10**40])
_SCALARS = st.none() | st.booleans() | NUMBERS | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
_ZONES = st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30)), timezone(-timedelta(hours=8))])
_TIMES = st.datetimes(min_value=datetime(1000, 1, 1), max_value=datetime(9000, 1, 1), timezones=_ZONES)
_OF_KIND: dict[Any, st.SearchStrategy[Any]] = {str: TEXTS, int: NUMBERS, bool: st.booleans(), datetime: _TIMES}


def json_values(names: Sequence[str] = ()) -> st.SearchStrategy[Any]:
    """Any JSON; its objects have some of the given names."""
    keys = TEXTS | st.sampled_from(names) if names else TEXTS
    return st.recursive(
        _SCALARS | st.just("2026-11-21T05:24:43.2Z"),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
        max_leaves=6,
    )


def wire_names(cls: type[models.Model]) -> dict[str, str]:
    """The fields of a model, and their names on the wire."""
    return {
        field.name: field.metadata.get(WIRE, field.name) for field in attrs.fields(cls) if field.name not in _NO_FIELDS
    }


_NO_FIELDS = ("extra", "raw")


def _once(make: Callable[[type[models.Model]], Any]) -> Callable[[type[models.Model]], Any]:
    """Put off what `make` makes, and keep it: models may hold themselves."""
    made: dict[type[models.Model], Any] = {}

    def get(cls: type[models.Model]) -> Any:
        if cls not in made:
            made[cls] = st.deferred(lambda: make(cls))
        return made[cls]

    return get


@_once
def instances(cls: type[models.Model]) -> st.SearchStrategy[models.Model]:
    """Valid models of a class."""
    if issubclass(cls, models.UnknownVariant):
        tags = st.just(cls.discriminator)
        return st.builds(cls, raw=st.dictionaries(tags | TEXTS, json_values(), max_size=3))
    hints = field_types(cls)
    fields = {field.name: _field(cls, field, hints[field.name]) for field in attrs.fields(cls) if field.name != "extra"}
    known = set(wire_names(cls).values())
    extra = st.dictionaries(TEXTS.filter(lambda name: name not in known), json_values(), min_size=1, max_size=2)
    return st.builds(cls, **fields, extra=st.none() | extra)


def _field(cls: type[models.Model], field: attrs.Attribute[Any], hint: Any) -> st.SearchStrategy[Any]:
    if typing.get_origin(hint) is typing.Literal:
        return st.just(field.default)
    values = _of(hint)
    if field.name in cls.nulls:
        return st.just(UNSET) | values
    return values


def _of(hint: Any) -> st.SearchStrategy[Any]:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if hint is Any:
        return json_values()
    if hint is type(None):
        return st.none()
    if origin in (typing.Union, types.UnionType):
        return st.one_of(sorted((_of(each) for each in arguments), key=lambda each: each is not _NONE))
    if origin is list:
        return st.lists(_of(arguments[0]), max_size=2)
    if origin is dict:
        return st.dictionaries(TEXTS, _of(arguments[1]), max_size=2)
    if issubclass(hint, enum.Enum):
        return st.sampled_from(hint) | TEXTS.map(hint)
    return instances(hint) if issubclass(hint, models.Model) else _OF_KIND[hint]


_NONE = st.none()
