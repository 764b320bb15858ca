"""JSON text, the wire form of models, and classes of the user's own."""

from __future__ import annotations

import collections
import dataclasses
import json
import math
import types
import uuid
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, TypedDict

import attrs
import pytest
from hypothesis import example, given

from ory_async import NULL, errors, from_dict, from_json, models, to_dict, to_json
from ory_async.serialization import load_json
from ory_async.structuring import structure
from tests.support.models import json_values

BIG = [2**63, 2**64 - 1, 2**64, 10**19, 10**40, -(2**63), -(2**63) - 1, -(10**19) + 1, -(2**64), -(10**40)]


def twisted() -> dict[str, Any]:
    """Traits that orjson refuses or rounds."""
    return {"cut": "\ud83d!", "zero": "\x00", "many": 2**64 + 1, "few": -(2**63) - 1, "\udc00": None}


# Reading


@pytest.mark.parametrize("number", BIG)
def test_integers_of_any_size_are_read_exactly(number: int) -> None:
    for text in (f"{number}", f'{{"a":[{number},1.5,"x"]}}', f"[{number},\n{number}]"):
        assert load_json(text.encode()) == json.loads(text)
    assert type(load_json(f"{number}".encode())) is int


@pytest.mark.parametrize("digits", ["1" * 18, "1" * 19, "1" * 20, "9" * 30])
def test_digits_in_texts_and_fractions_do_no_harm(digits: str) -> None:
    text = f'{{"id":"-{digits}","f":0.{digits},"e":1e-7}}'

    assert load_json(text.encode()) == json.loads(text)


def test_lone_surrogates_are_read_and_written() -> None:
    raw = b'{"id":"i","traits":{"a":"\\ud83d","\\udc00":1},"schema_id":"s","schema_url":""}'
    identity = from_json(models.Identity, raw)

    assert identity.traits == {"a": "\ud83d", "\udc00": 1}
    assert to_json(identity) == raw


def test_the_last_of_duplicate_keys_counts() -> None:
    assert load_json(b'{"a":1,"a":2}') == {"a": 2}
    assert load_json(b'{"a":1,"a":2,"b":"\\ud83d"}') == {"a": 2, "b": "\ud83d"}


def test_json_may_come_as_text_or_as_bytes() -> None:
    for data in ('{"name":"\u00fc"}', '{"name":"\u00fc"}'.encode()):
        assert from_json(models.Namespace, data) == models.Namespace(name="\u00fc")
    assert from_json(models.Namespace, '{"name":"\ud83d"}').name == "\ud83d"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b" ",
        b"{",
        b"<html>",
        b"{} {}",
        b"{'a': 1}",
        b"NaN",
        b"[Infinity]",
        b'{"a":-Infinity}',
        b'"\xff"',
        b'"\x01"',
        b"[1,]",
        b"01",
        b"9" * 5000,
        b'{"a":"\\ud83d"',
    ],
)
def test_what_is_no_json_is_refused(raw: bytes) -> None:
    with pytest.raises(errors.DecodeError):
        load_json(raw)


@pytest.mark.parametrize("raw", [b"[" * 100_000, b'{"a":' * 100_000, b"[" * 100_000 + b"]" * 100_000])
def test_json_nested_too_deeply_is_refused(raw: bytes) -> None:
    with pytest.raises(errors.DecodeError):
        from_json(list[models.Identity], raw)


def test_a_refusal_does_not_quote_the_text() -> None:
    with pytest.raises(errors.DecodeError) as raised:
        from_json(models.Session, '{"tokenized":"s3cret"')

    assert "s3cret" not in f"{raised.value} {raised.value!r} {vars(raised.value)}"


@given(json_values())
def test_any_json_is_read_as_the_standard_library_reads_it(value: Any) -> None:
    for text in (json.dumps(value), json.dumps(value, ensure_ascii=False)):
        assert load_json(text.encode("utf-8", "surrogatepass")) == value


# Writing


@pytest.mark.parametrize("number", BIG)
def test_integers_of_any_size_are_written_exactly(number: int) -> None:
    for value in (number, [number], {"a": {"b": number}}):
        assert json.loads(to_json(value)) == value
    assert json.loads(to_json(models.OAuth2Client(metadata={"n": number}))) == {"metadata": {"n": number}}


class Reading(float):
    """A float of a class of its own, as other libraries give them."""


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf, Reading("nan")])
@pytest.mark.parametrize("others", [{}, {"n": None}, {"n": 2**64}, {"n": "\ud83d"}])
def test_nan_and_infinity_are_refused_wherever_they_are(number: float, others: dict[str, Any]) -> None:
    client = models.OAuth2Client(metadata={"deep": [number], **others})
    with_extra = models.OAuth2Client(extra={"deep": (number,), **others})
    proxy = types.MappingProxyType({"f": number, **others})

    plain = ([number], {"a": [number], **others}, (1, (number,)))
    inside = ({"client": client, **others}, {"list": [with_extra]}, {"proxy": proxy})
    for value in (*plain, client, [client], with_extra, proxy, *inside):
        with pytest.raises(errors.InvalidRequest):
            to_json(value)


def test_null_beside_numbers_is_written() -> None:
    assert to_json({"a": None, "b": [1.5, None], "c": "null"}) == b'{"a":null,"b":[1.5,null],"c":"null"}'


@pytest.mark.parametrize("value", [b"x", bytearray(b"x"), {1, 2}, object(), iter(()), Decimal(1), 1j, range])
@pytest.mark.parametrize("others", [{}, {"n": 2**64}])
def test_what_has_no_form_in_json_is_refused(value: object, others: dict[str, Any]) -> None:
    for whole in ({"a": value, **others}, [[value], others], models.FlowError(id="i", error={"a": value, **others})):
        for write in (to_json, to_dict):
            with pytest.raises(errors.InvalidRequest, match="has no form in JSON"):
                write(whole)


@pytest.mark.parametrize("key", [1, None, True, 1.5, b"a", ("a",)])
@pytest.mark.parametrize("others", [{}, {"n": 2**64}])
def test_keys_are_strings(key: Any, others: dict[str, Any]) -> None:
    bad = {key: 1, **others}

    client = models.OAuth2Client(metadata=bad)
    for whole in (bad, [{"a": bad}], {"a": [bad]}, client, {"client": client}):
        with pytest.raises(errors.InvalidRequest):
            to_json(whole)


def test_what_holds_itself_is_refused() -> None:
    ring: dict[str, Any] = {}
    ring["ring"] = [ring]

    for write in (to_json, to_dict):
        for whole in (ring, {"client": models.OAuth2Client(metadata=ring)}):
            with pytest.raises(errors.InvalidRequest):
                write(whole)


def test_deep_json_is_written_as_far_as_it_can_be() -> None:
    def nested(depth: int) -> list[Any]:
        value: list[Any] = []
        for _ in range(depth):
            value = [value]
        return value

    assert to_json(nested(300)) == b"[" * 301 + b"]" * 301
    with pytest.raises(errors.InvalidRequest):
        to_json(nested(100_000))


@given(json_values())
@example(twisted())
def test_any_json_survives(value: Any) -> None:
    assert load_json(to_json(value)) == value
    assert load_json(to_json(models.FlowError(id="i", error=value))).get("error") == value
    assert to_dict(value) == value


def test_free_form_json_survives_models() -> None:
    body = models.CreateIdentityBody(schema_id="default", traits=twisted())

    assert from_json(models.CreateIdentityBody, to_json(body)) == body


# The wire form


def test_the_wire_form_is_plain() -> None:
    class Level(models.OpenEnum):
        HIGH = "high"

    value = {
        "model": models.SourcePosition(line=1),
        "list": (models.Namespace(name="File"), None),
        "mapping": types.MappingProxyType({"a": collections.UserList([1])}),
        "enum": Level.HIGH,
        "unknown": Level("low"),
        "null": NULL,
    }
    plain = {
        "model": {"Line": 1},
        "list": [{"name": "File"}, None],
        "mapping": {"a": [1]},
        "enum": "high",
        "unknown": "low",
        "null": None,
    }

    assert to_dict(value) == plain
    assert [type(to_dict(value)[name]) for name in ("mapping", "enum", "unknown")] == [dict, str, str]
    assert json.loads(to_json(value)) == plain


@pytest.mark.parametrize(
    ("time", "text"),
    [
        (datetime(2026, 1, 2, 3, 4, 5), "2026-01-02T03:04:05Z"),
        (datetime(2026, 1, 2, 3, 4, 5, 600000, timezone.utc), "2026-01-02T03:04:05.600000Z"),  # noqa: UP017
        (datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=2))), "2026-01-02T03:04:05+02:00"),
    ],
)
def test_times_are_written_with_an_offset(time: datetime, text: str) -> None:
    code = models.IdentityCredentialsLookupSecretCode(used_at=time)

    assert to_dict(code) == {"used_at": text}
    assert to_dict([time]) == [text]
    assert to_json({"at": time}) == f'{{"at":"{text}"}}'.encode()


@pytest.mark.parametrize("others", [{}, {"n": 2**64}])
def test_uuids_and_dates_are_text(others: dict[str, Any]) -> None:
    value = {"id": uuid.UUID(int=1), "born": date(2026, 1, 2), **others}
    plain = {"id": "00000000-0000-0000-0000-000000000001", "born": "2026-01-02", **others}

    assert to_dict(value) == plain
    assert json.loads(to_json(value)) == plain


@pytest.mark.parametrize("others", [{}, {"n": 2**64}])
def test_objects_of_ones_own_are_refused(others: dict[str, Any]) -> None:
    for mine in (Account(email="a@b.c", since=datetime(2026, 1, 1)), Person(email="a@b.c", name=Name("A"))):
        with pytest.raises(errors.InvalidRequest, match="has no form in JSON"):
            to_json({"traits": mine, **others})


@pytest.mark.parametrize("others", [{}, {"n": 2**64}, {"text": "NULL"}])
def test_markers_in_a_mapping_are_null(others: dict[str, Any]) -> None:
    assert json.loads(to_json({"a": NULL, "b": [NULL], **others})) == {"a": None, "b": [None], **others}


def test_an_unknown_variant_is_written_as_it_came() -> None:
    raw = {"action": "dance", "steps": [1]}

    assert to_dict(models.UnknownContinueWith(raw=raw)) == raw
    assert from_dict(models.UnknownContinueWith, raw) == models.UnknownContinueWith(raw=raw)
    with pytest.raises(errors.DecodeError):
        from_dict(models.UnknownContinueWith, [raw])


# Classes of the user's own


@attrs.define
class Name:
    first: str
    last: str | None = None


@attrs.define
class Person:
    email: str
    name: Name
    tags: list[str] = attrs.field(factory=list)


@dataclasses.dataclass
class Account:
    email: str
    since: datetime
    address: models.VerifiableIdentityAddress | None = None
    level: int = 0


class Theme(TypedDict):
    theme: str


class Settings(Theme, total=False):
    beta: bool


def test_an_attrs_class_is_filled() -> None:
    traits = {"email": "a@b.c", "name": {"first": "A"}, "tags": ["x"], "unknown": 1}

    assert structure(Person, traits) == Person(email="a@b.c", name=Name(first="A"), tags=["x"])


def test_a_dataclass_is_filled_with_times_and_models() -> None:
    address = {"value": "a@b.c", "via": "email", "verified": True, "status": "completed"}
    account = structure(Account, {"email": "a@b.c", "since": "2026-01-02T03:04:05Z", "address": address})

    assert account.since.isoformat() == "2026-01-02T03:04:05+00:00"
    assert account.address == from_dict(models.VerifiableIdentityAddress, address)


def test_a_typed_dict_is_checked() -> None:
    assert structure(Settings, {"theme": "dark", "unknown": 1}) == {"theme": "dark", "unknown": 1}
    assert structure(list[Settings], [{"theme": "dark", "beta": True}]) == [{"theme": "dark", "beta": True}]


@pytest.mark.parametrize(
    ("kind", "data", "place"),
    [
        (Person, {"email": "a@b.c", "name": {}}, "$.name.first"),
        (Person, {"name": {"first": "A"}}, "$.email"),
        (Person, {"email": "a@b.c", "name": None}, "$.name"),
        (Person, {"email": None, "name": {"first": "A"}}, "$.email"),
        (Person, {"email": 1, "name": {"first": "A"}}, "$.email"),
        (Person, None, ""),
        (Person, [], ""),
        (Account, {"email": "a@b.c", "since": "soon"}, "$.since"),
        (Account, {"email": "a@b.c", "since": "2026-01-02T03:04:05Z", "level": "high"}, "$.level"),
        (Account, {"email": "a@b.c", "since": "2026-01-02T03:04:05Z", "address": []}, "$.address"),
        (Settings, {}, "$.theme"),
        (Settings, "dark", ""),
    ],
)
def test_what_does_not_fit_the_class_is_refused(kind: type[Any], data: object, place: str) -> None:
    with pytest.raises(errors.DecodeError) as raised:
        structure(kind, data)

    assert f"does not fit {kind.__name__}" in str(raised.value)
    assert place in str(raised.value)


def test_errors_of_the_class_itself_are_decode_errors() -> None:
    @attrs.define
    class Even:
        number: int = attrs.field()

        @number.validator
        def _check(self, _: object, value: int) -> None:
            if value % 2:
                raise RuntimeError("odd")

    assert structure(Even, {"number": 2}) == Even(2)
    with pytest.raises(errors.DecodeError, match="Even"):
        structure(Even, {"number": 3})
