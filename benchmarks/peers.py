"""The models once more, as one would write them for others: structs of msgspec, and plain attrs classes for cattrs.

A twin has the fields of its model. Enums are text in it, every field may be left out, and fields that it does not know
are skipped: that is what both libraries read fastest.
"""

from __future__ import annotations

import types
import typing
from enum import Enum
from functools import cache
from typing import Any, Protocol

import attrs
import msgspec
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override
from cattrs.preconf.orjson import OrjsonConverter, make_converter

from ory_async.decoding import field_types
from ory_async.models.base import WIRE, Model, UnknownVariant


class _Maker(Protocol):
    """Makes the twin of a model: its types by field, its names on the wire, and the field that tells variants apart."""

    def __call__(self, model: type[Model], kinds: dict[str, Any], wires: dict[str, str], tag: str | None) -> type: ...


class Twins:
    """The twins of models, each made once."""

    def __init__(self, make: _Maker) -> None:
        self._make = make
        self._made: dict[type[Model], type] = {}

    def of(self, kind: Any, tag: str | None = None) -> Any:
        """The type that stands for another one; `tag` is the discriminator, if it is a variant of a union."""
        if isinstance(kind, type) and issubclass(kind, Model):
            if kind not in self._made:
                self._made[kind] = self._twin(kind, tag)
            return self._made[kind]
        if isinstance(kind, type) and issubclass(kind, Enum):
            return str
        origin, parts = typing.get_origin(kind), typing.get_args(kind)
        if origin in (typing.Union, types.UnionType):
            return self._union(parts)
        return types.GenericAlias(origin, tuple(map(self.of, parts))) if origin in (list, dict) else kind

    def _union(self, members: tuple[Any, ...]) -> Any:
        unknown = [member for member in members if isinstance(member, type) and issubclass(member, UnknownVariant)]
        tag = unknown[0].discriminator if unknown else None
        return typing.Union[tuple(self.of(member, tag) for member in members if member not in unknown)]  # noqa: UP007

    def _twin(self, model: type[Model], tag: str | None) -> type:
        hints = field_types(model)
        fields = [field for field in attrs.fields(model) if field.name != "extra"]
        wires = {field.name: field.metadata.get(WIRE, field.name) for field in fields}
        return self._make(model, {name: self.of(hints[name]) for name in wires}, wires, tag)


def _struct(model: type[Model], kinds: dict[str, Any], wires: dict[str, str], tag: str | None) -> type:
    tagged: dict[str, Any] = {} if tag is None else {"tag_field": tag, "tag": attrs.fields_dict(model)[tag].default}
    fields = [(name, kind | None, None) for name, kind in kinds.items() if wires[name] != tag]
    return msgspec.defstruct(model.__name__, fields, rename=wires, omit_defaults=True, kw_only=True, **tagged)


structs = Twins(_struct)


@cache
def converter() -> OrjsonConverter:
    """The converter as cattrs offers it for orjson; None is left out, as ours leaves it out."""
    return make_converter(omit_if_default=True)


def _plain_class(model: type[Model], kinds: dict[str, Any], wires: dict[str, str], tag: str | None) -> type:
    fields = {
        name: attrs.field(type=kind) if wires[name] == tag else attrs.field(type=kind | None, default=None)
        for name, kind in kinds.items()
    }
    made = attrs.make_class(model.__name__, fields, kw_only=True, slots=True)
    renamed: dict[str, Any] = {name: override(rename=wire) for name, wire in wires.items() if name != wire}
    if renamed:
        read: Any = make_dict_structure_fn(made, converter(), **renamed)
        write: Any = make_dict_unstructure_fn(made, converter(), _cattrs_omit_if_default=True, **renamed)
        converter().register_structure_hook(made, read)
        converter().register_unstructure_hook(made, write)
    return made


classes = Twins(_plain_class)
