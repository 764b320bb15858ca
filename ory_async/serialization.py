"""Between models, plain data and JSON bytes: the front of `decoding` and `encoding`."""

from __future__ import annotations

import json
from typing import Any, TypeVar

import orjson

from .decoding import Decoder, Mismatch, Rounded, as_parsed, decoder_of, decoders, verbatim
from .encoding import plain, written, written_slowly
from .errors import DecodeError, InvalidRequest
from .models.base import Json

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
    """The wire form of a model, or of anything made of models: plain data that `json.dumps` takes.

    Fields that are None are left out, `NULL` becomes None, times become RFC 3339 text, UUIDs text. Raises
    `InvalidRequest` for what has no such form: bytes, a set, objects of other classes.
    """
    try:
        raw = written(value)
        return plain(value) if raw is None else orjson.loads(raw)
    except TypeError as error:
        raise InvalidRequest(f"no plain data: {error}") from None
    except RecursionError:
        raise InvalidRequest("the data hold themselves, or are nested too deeply") from None


def to_json(value: object) -> bytes:
    """The JSON text of a model, or of anything that `to_dict` takes.

    Raises `InvalidRequest` where JSON has no form for it: NaN, infinity, bytes, a set, keys that are no strings.
    """
    try:
        return written(value) or written_slowly(value)
    except RecursionError:
        raise InvalidRequest("the body holds itself, or is nested too deeply") from None
    except (TypeError, ValueError) as error:
        raise InvalidRequest(f"the body cannot be written as JSON: {error}") from None


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
