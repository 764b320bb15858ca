"""Between models, plain data and JSON bytes. The only room that knows cattrs and orjson."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache, partial
from operator import attrgetter
from typing import Any, TypeVar
from uuid import UUID

import attrs
import cattrs
import orjson

from .decoding import Decoder, Mismatch, Rounded, as_parsed, decoder_of, decoders, verbatim
from .errors import DecodeError, InvalidRequest
from .models.base import NULL, UNSET, WIRE, Json, Model, UnknownVariant

T = TypeVar("T")


def from_dict(kind: type[T], data: object) -> T:
    """Make a model of its wire form, as `json.loads` gives it.

    `kind` is a model or a type made of models, such as ``list[models.Identity]``. Raises `DecodeError`, which names the
    place, where the data are another kind of thing than the model promises.
    """
    try:
        decoded: T = _decode(decoder_of(kind), data)
    except Mismatch as mismatch:
        raise DecodeError(str(mismatch), path=mismatch.path) from None
    except RecursionError:
        raise DecodeError("the data are nested too deeply") from None
    return decoded


def from_json(kind: type[T], data: bytes | str) -> T:
    """Make a model of JSON text; like `from_dict`."""
    raw = data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass")
    decoder = decoders.get(kind) or decoder_of(kind)
    try:
        decoded: T = decoder(orjson.loads(raw))
    except (ValueError, Rounded):
        return from_dict(kind, _load_slowly(raw))
    except Mismatch as mismatch:
        raise DecodeError(str(mismatch), path=mismatch.path) from None
    except RecursionError:
        raise DecodeError("the JSON is nested too deeply") from None
    return decoded


def _decode(decoder: Decoder, data: object) -> Any:
    """Decode data whose numbers are those that were sent."""
    token = as_parsed.set(True)
    try:
        return decoder(data)
    finally:
        as_parsed.reset(token)


def to_dict(value: object) -> Json:
    """The wire form of a model, or of a list of them: plain data that `json.dumps` takes.

    Fields that are None are left out, `NULL` becomes None, times become RFC 3339 text, UUIDs text.
    """
    kind = type(value)
    encode = _ENCODERS.get(kind)
    if encode is None:
        encode = _ENCODERS[kind] = _encoder_of(kind)
    return encode(value)


def _encoder_of(kind: type) -> Callable[[Any], Json]:
    """What encodes the values of a class; found once, since asking whether a class is a Mapping is slow."""
    if issubclass(kind, UnknownVariant):
        return attrgetter("raw")
    if issubclass(kind, Model):
        return _model_encoder(kind)
    if issubclass(kind, Enum):
        return attrgetter("value")
    if issubclass(kind, Mapping):
        return _encode_mapping
    if issubclass(kind, Sequence) and not issubclass(kind, (str, bytes, bytearray, memoryview)):
        return _encode_sequence
    return _same


def _encode_mapping(mapping: Mapping[Any, Any]) -> dict[Any, Json]:
    return {key: item if item.__class__ is str else to_dict(item) for key, item in mapping.items()}


def _encode_sequence(sequence: Sequence[Any]) -> list[Json]:
    return [to_dict(item) for item in sequence]


def to_json(value: object) -> bytes:
    """The JSON text of a model, or of anything that `to_dict` takes.

    Raises `InvalidRequest` where JSON has no form for it: NaN, infinity, bytes, a set, keys that are no strings.
    """
    try:
        return dump_json(to_dict(value))
    except RecursionError:
        raise InvalidRequest("the body holds itself, or is nested too deeply") from None


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


def _model_encoder(cls: type[Model]) -> Callable[[Model], dict[str, Json]]:
    fields = [field for field in attrs.fields(cls) if field.name != "extra"]
    wires = [field.metadata.get(WIRE, field.name) for field in fields]
    values_of = attrgetter(*(field.name for field in fields), "extra")  # at least two names, or it gives no tuple
    nulls = cls.nulls

    def encode(model: Model) -> dict[str, Json]:
        out: dict[str, Json] = {}
        *values, extra = values_of(model) if wires else (model.extra,)
        for wire, value in zip(wires, values, strict=True):
            if value.__class__ in _PLAIN:
                out[wire] = value
            elif value is None:
                if wire in nulls:
                    out[wire] = None
            elif value is not UNSET:
                out[wire] = to_dict(value)
        if extra:
            out.update(extra)
        return out

    return encode


def _encode_time(time: datetime) -> str:
    if time.tzinfo is UTC:
        return f"{time.isoformat()[:-6]}Z"
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).isoformat().replace("+00:00", "Z")


def _same(value: Json) -> Json:
    return value


_PLAIN = frozenset({str, int, float, bool})
_ENCODERS: dict[type, Callable[[Any], Json]] = {
    **dict.fromkeys((str, int, float, bool, type(None)), _same),
    type(NULL): lambda marker: None,
    datetime: _encode_time,
    date: date.isoformat,
    UUID: str,
}


def load_json(raw: bytes) -> Json:
    """Parse JSON, keeping what orjson refuses or rounds: lone surrogates, and integers beyond 64 bits.

    Raises `DecodeError` where it is no JSON.
    """
    try:
        return verbatim(orjson.loads(raw))
    except (ValueError, RecursionError, Rounded):
        return _load_slowly(raw)


def _load_slowly(raw: bytes) -> Json:
    try:
        return json.loads(raw.decode("utf-8", "surrogatepass"), parse_constant=_refuse_constant)
    except RecursionError:
        raise DecodeError("the JSON is nested too deeply") from None
    except ValueError as error:
        raise DecodeError(f"no JSON: {error}") from None


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


_OPTIONS = orjson.OPT_NAIVE_UTC | orjson.OPT_UTC_Z | orjson.OPT_PASSTHROUGH_DATACLASS
"""Times as `to_dict` writes them; dataclasses are refused, as other classes are."""


def dump_json(data: Json) -> bytes:
    """Write JSON, also where orjson gives up: lone surrogates, and integers beyond 64 bits.

    Raises `InvalidRequest` for what has no form in JSON.
    """
    try:
        raw = orjson.dumps(data, default=_encode_inside, option=_OPTIONS)
        if b'"NULL"' in raw or b'"UNSET"' in raw:  # orjson knows the markers by their names only
            raw = orjson.dumps(to_dict(data), default=_encode_inside, option=_OPTIONS)
    except TypeError:  # what orjson raises for each reason
        return _dump_slowly(data)
    if b"null" in raw and _has_no_number(to_dict(data)):  # orjson writes NaN and infinity as null
        raise InvalidRequest("the body holds NaN or infinity, which JSON cannot express")
    return raw


def _dump_slowly(data: Json) -> bytes:
    try:
        plain = to_dict(data)
        _refuse_odd_keys(plain)
        return json.dumps(plain, default=_encode_inside, allow_nan=False, separators=(",", ":")).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidRequest(f"the body cannot be written as JSON: {error}") from None


def _refuse_odd_keys(data: Json) -> None:
    """Refuse keys that `json.dumps` would turn into strings: numbers, booleans, None."""
    if isinstance(data, dict):
        for key, value in data.items():
            if not isinstance(key, str):
                raise TypeError(f"the key {key!r:.60} is no string")
            _refuse_odd_keys(value)
    elif isinstance(data, list):
        for value in data:
            _refuse_odd_keys(value)


def _encode_inside(value: object) -> Json:
    """A model, a time or another mapping or sequence inside a plain mapping."""
    encoded = to_dict(value)
    if encoded is value:
        raise TypeError(f"{type(value).__name__} has no form in JSON")
    return encoded


def _has_no_number(data: Json) -> bool:
    if isinstance(data, float):
        return not math.isfinite(data)
    if isinstance(data, Mapping):
        return any(map(_has_no_number, data.values()))
    return isinstance(data, (list, tuple)) and any(map(_has_no_number, data))
