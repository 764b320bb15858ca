"""Compile one decoder per model class: from parsed JSON to the model, forgiving towards what servers really answer.

A decoder is a plain function made of generated source, which reads each field once and assigns its slot. That is about
twice as fast as calling ``__init__`` field by field, and a session is decoded at every request a user of Ory serves.
The decoders of nested models are compiled when the first object of their kind arrives.

What servers may say, and what becomes of it:

- null where a list is promised gives ``[]``; a field that is absent or null is None; Go's zero time is None;
- a scalar of another type is kept as it is; an unknown enum value becomes a member of the open enum;
- an unknown variant of a union becomes its ``Unknown...`` class; unknown fields go to ``extra``;
- an object, a list or a scalar where one of the others is promised is a `Mismatch`, which knows its path.
"""

from __future__ import annotations

import inspect
import sys
import types
import typing
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Literal

import attrs
import orjson

from . import models
from .models.base import UNSET, WIRE, Json, Model, UnknownVariant

Decoder = Callable[[Any], Any]

_ZERO_TIME = "0001-01-01T00:00:00Z"
_FIRST_ROUNDED = 2.0**63


_KINDS = {"dict": "an object", "list": "a list", "NoneType": "null"}


class Rounded(Exception):
    """A number is so large that the fast parser may have rounded it: parse again, without haste."""


as_parsed: ContextVar[bool] = ContextVar("ory_async_as_parsed", default=False)
"""Set where the parser rounds nothing, so that large numbers are taken as they are."""


class Mismatch(Exception):
    """Another kind of thing than promised; `path` leads to it from the outermost object."""

    def __init__(self, promised: str, value: object) -> None:
        super().__init__(promised, value)
        self.promised = promised
        self.found = _KINDS.get(type(value).__name__) or f"a {type(value).__name__}"
        self.path: list[str | int] = []

    def __str__(self) -> str:
        where = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.path)
        return f"${where} is {self.found} where {self.promised} is promised"


def decoder_of(kind: Any) -> Decoder:
    """The decoder of a type as it stands in an annotation: a model, an enum, a union, a list, a mapping, a scalar."""
    decoder = decoders.get(kind)
    if decoder is None:
        decoder = decoders[kind] = _make_decoder(kind)
    return decoder


decoders: dict[Any, Decoder] = {}
"""The decoders that were made so far."""


def _make_decoder(kind: Any) -> Decoder:
    kind = _without_none(kind)
    origin = typing.get_origin(kind)
    if kind is Any:
        return verbatim
    if origin is list:
        item = decoder_of(typing.get_args(kind)[0])
        return lambda value: each(item, value)
    if origin is dict:
        item = decoder_of(typing.get_args(kind)[1])
        return lambda value: each_value(item, value)
    if origin in (typing.Union, types.UnionType):
        return _union_decoder(typing.get_args(kind))
    if isinstance(kind, type) and issubclass(kind, UnknownVariant):
        return lambda value: _unknown_variant(kind, value)
    if isinstance(kind, type) and issubclass(kind, Model):
        return _compile_model(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _enum_decoder(kind)
    return odd_time if kind is datetime else scalar


def _without_none(kind: Any) -> Any:
    """``X | None`` as X; any union of more than that stays."""
    if typing.get_origin(kind) in (typing.Union, types.UnionType):
        members = [member for member in typing.get_args(kind) if member is not type(None)]
        return members[0] if len(members) == 1 else typing.Union[tuple(members)]  # noqa: UP007 - made at run time
    return kind


def verbatim(value: Json) -> Json:
    """Free-form JSON, looked through for numbers that may have been rounded."""
    if value.__class__ is dict:
        for element in value.values():
            if element.__class__ is not str:
                verbatim(element)
    elif value.__class__ is list:
        for element in value:
            if element.__class__ is not str:
                verbatim(element)
    elif value.__class__ is float and abs(value) >= _FIRST_ROUNDED and not as_parsed.get():
        raise Rounded
    return value


def scalar(value: Json) -> Json:
    """Any scalar, never coerced."""
    if value.__class__ is dict or value.__class__ is list:
        raise Mismatch("a single value", value)
    return verbatim(value)


def odd_time(value: Json) -> datetime | None:
    """A point in time that is not written the usual way: absent, zero, without an offset, or no time at all."""
    if value is None or value == _ZERO_TIME:
        return None
    try:
        time = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise Mismatch("a time (RFC 3339)", value) from None
    return time if time.tzinfo is not None else time.replace(tzinfo=UTC)


def misfit(key: str, value: Json, promised: Mapping[str, str]) -> Mismatch:
    """The mismatch of a field that the fast way could not read."""
    mismatch = Mismatch(promised.get(key, "a single value"), value)
    mismatch.path.append(key)
    return mismatch


def each(item: Decoder, value: Json) -> list[Any]:
    """A list, item by item; null is an empty list, and a null item stays None."""
    if value is None:
        return []
    if value.__class__ is not list:
        raise Mismatch("a list", value)
    out: list[Any] = []
    for index, element in enumerate(value):
        try:
            out.append(element if element is None else item(element))
        except Mismatch as mismatch:
            mismatch.path.insert(0, index)
            raise
    return out


def each_value(item: Decoder, value: Json) -> dict[str, Any] | None:
    """An object whose values are of one kind."""
    if value is None:
        return None
    if value.__class__ is not dict:
        raise Mismatch("an object", value)
    out: dict[str, Any] = {}
    key = ""
    try:
        for key, element in value.items():
            out[key] = element if element is None else item(element)
    except Mismatch as mismatch:
        mismatch.path.insert(0, key)
        raise
    return out


def _enum_decoder(kind: type[Enum]) -> Decoder:
    def decode(value: Json) -> Any:
        return kind(value) if value.__class__ is str else scalar(value)

    return decode


def _unknown_variant(kind: type[UnknownVariant], value: Json) -> UnknownVariant:
    if value.__class__ is not dict:
        raise Mismatch("an object", value)
    return kind(raw=verbatim(value))


def _union_decoder(members: tuple[Any, ...]) -> Decoder:
    """Dispatch on the discriminator, whose value each variant has as the default of that field."""
    unknown = next(
        (member for member in members if isinstance(member, type) and issubclass(member, UnknownVariant)), None
    )
    if unknown is None:  # a union of plain kinds, such as `str | int`
        return verbatim
    discriminator = unknown.discriminator
    variants: dict[object, type[Model]] = {}
    for member in members:
        for field in attrs.fields(member):
            if field.metadata.get(WIRE, field.name) == discriminator:
                variants[field.default] = member

    def decode(value: Json) -> Any:
        if value.__class__ is not dict:
            raise Mismatch("an object", value)
        tag = value.get(discriminator)
        variant = variants.get(tag) if tag.__class__ is str else None
        return unknown(raw=verbatim(value)) if variant is None else decoder_of(variant)(value)

    return decode


def others(document: dict[str, Json], names: frozenset[str]) -> dict[str, Json]:
    """The members that the model does not know."""
    return {key: verbatim(value) for key, value in document.items() if key not in names}


class _Names(dict[str, Any]):
    """Names in a model's annotations: those of its module, then models, whose modules are imported only when needed."""

    def __missing__(self, name: str) -> Any:
        try:
            return getattr(models, name)
        except AttributeError:
            raise KeyError(name) from None


_HEAD = """\
def decode(document):
    if document.__class__ is not dict:
        raise Mismatch("an object", document)
    self = new(cls)
    absent = 0
    items = None
    try:
"""
_TAIL = """\
    except Mismatch as mismatch:
        if items is not None:
            mismatch.path.insert(0, len(items))
        mismatch.path.insert(0, key)
        raise
    except (TypeError, ValueError, LookupError):
        raise misfit(key, document[key], promised) from None
    self.extra = None if len(document) + absent == count else others(document, names)
    return self
"""
_FIELD = """\
        if key_{name} in document:
            value = document[key_{name}]
{read}
        else:
            absent += 1
            self.{name} = {default}
"""
_READ_ANY = """\
            self.{name} = value if value is None else verbatim(value)"""
_READ_SCALAR = """\
            self.{name} = value
            if value.__class__ is not {plain} and value is not None:
                key = {wire!r}
                scalar(value)"""
_READ_TIME = """\
            key = {wire!r}
            self.{name} = odd_time(value) if value is None or value == zero or value[-1] != "Z" else iso(value)"""
_READ_ENUM = """\
            key = {wire!r}
            try:
                self.{name} = members_{name}[value]
            except KeyError:
                self.{name} = decode_{name}(value)"""
_READ_LIST = """\
            key = {wire!r}
            if value.__class__ is list:
                items = []
                for item in value:
                    items.append(None if item is None else decode_{name}(item))
                self.{name} = items
                items = None
            elif value is None:
                self.{name} = []
            else:
                raise Mismatch("a list", value)"""
_READ_NESTED = """\
            key = {wire!r}
            self.{name} = None if value is None else decode_{name}(value)"""


def _parsed_key(name: str) -> str:
    """A key as orjson hands it out, mostly the same object each time, which a dict finds without comparing letters."""
    [key] = orjson.loads(orjson.dumps({name: None}))
    return str(key)


def field_types(cls: type[Model]) -> dict[str, Any]:
    """The types of a model's fields, by the fields' names in Python."""
    found = _field_types.get(cls)
    if found is None:
        found = {}
        for base in reversed(cls.__mro__):
            names = _Names(vars(sys.modules[base.__module__]))
            for name, annotation in inspect.get_annotations(base).items():
                # typing.get_type_hints copies the names since Python 3.14, and imports nothing by them
                found[name] = eval(annotation, {}, names)  # noqa: S307 - what stands in our own modules
        _field_types[cls] = found  # not before it is whole: other threads look at it
    return found


_field_types: dict[type[Model], dict[str, Any]] = {}


def compile_all(kind: Any, seen: set[Any]) -> None:
    """Compile the decoders of every model that a type leads to; `seen` holds those that are done."""
    for part in typing.get_args(kind):
        compile_all(part, seen)
    if isinstance(kind, type) and issubclass(kind, Model) and kind not in seen:
        seen.add(kind)
        decoder_of(kind)
        for hint in field_types(kind).values():
            compile_all(hint, seen)


def _compile_model(cls: type[Model]) -> Decoder:
    hints = field_types(cls)
    fields = {field.metadata.get(WIRE, field.name): field.name for field in attrs.fields(cls) if field.name != "extra"}
    scope: dict[str, Any] = {
        "cls": cls,
        "new": cls.__new__,
        "names": frozenset(fields),
        "count": len(fields),
        "promised": {
            wire: "a time (RFC 3339)" for wire, name in fields.items() if _without_none(hints[name]) is datetime
        },
        "iso": datetime.fromisoformat,
        "Mismatch": Mismatch,
        "misfit": misfit,
        "others": others,
        "verbatim": verbatim,
        "zero": _ZERO_TIME,
        "scalar": scalar,
        "odd_time": odd_time,
        "UNSET": UNSET,
    }
    body = [_field_source(wire, name, _without_none(hints[name]), scope) for wire, name in fields.items()]
    source = _HEAD + "".join(body or ["        pass\n"]) + _TAIL
    exec(compile(source, f"<decoder of {cls.__name__}>", "exec"), scope)  # noqa: S102 - made of our own field names
    decoder: Decoder = scope["decode"]
    return decoder


def _field_source(wire: str, name: str, kind: Any, scope: dict[str, Any]) -> str:
    """The lines that read one field; what they need goes into the scope under a name of its own."""
    kind = _enum_of(kind) or kind
    plain = kind.__name__ if kind in (str, int, float, bool) else "str"
    if kind is Any:
        read = _READ_ANY
    elif kind in (str, int, float, bool) or typing.get_origin(kind) is Literal:
        read = _READ_SCALAR
    elif kind is datetime:
        read = _READ_TIME
    elif isinstance(kind, type) and issubclass(kind, Enum):
        read = _READ_ENUM
        scope[f"members_{name}"] = {None: None, **{member.value: member for member in kind}}
        scope[f"decode_{name}"] = decoder_of(kind)
    elif typing.get_origin(kind) is list:
        read = _READ_LIST
        _defer(typing.get_args(kind)[0], scope, f"decode_{name}")
    else:
        read = _READ_NESTED
        _defer(kind, scope, f"decode_{name}")
    scope[f"key_{name}"] = _parsed_key(wire)
    default = "UNSET" if wire in scope["cls"].nulls else "None"
    return _FIELD.format(name=name, default=default, read=read.format(wire=wire, name=name, plain=plain))


def _enum_of(kind: Any) -> Any:
    """The enum of ``Enum | str``, as fields of request bodies are typed."""
    members = typing.get_args(kind)
    if len(members) != 2 or members[1] is not str or typing.get_origin(members[0]) is not None:
        return None
    return members[0] if issubclass(members[0], Enum) else None


def _defer(kind: Any, scope: dict[str, Any], name: str) -> None:
    """Put a stand-in into the scope that compiles the decoder at its first use and takes its own place."""

    def compile_first(value: Json) -> Any:
        decoder = scope[name] = decoder_of(kind)
        return decoder(value)

    scope[name] = compile_first
