"""How arguments become a request, and which never do."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from enum import Enum, IntEnum, StrEnum
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ory_async import NULL, models
from ory_async.errors import InvalidRequest
from ory_async.operation import (
    Operation,
    build,
    checked_header,
    checked_sequence,
    encode_query,
    form_body,
    is_idempotent,
    json_body,
    path_segment,
    text_body,
)

ANY_TEXT = st.text(st.characters(codec="utf-8"))


def operation(path: str = "/things/{id}", **facts: Any) -> Operation:
    known: dict[str, Any] = {"method": "GET", "credential": None, "result": None, "repeatable": True} | facts
    return Operation(name="things.get", path=path, plane="kratos_public", **known)


# the path


@pytest.mark.parametrize("value", ["", ".", ".."])
def test_an_id_that_would_name_another_resource_is_refused(value: str) -> None:
    with pytest.raises(InvalidRequest, match=r"things.get: id is .* give its id"):
        path_segment("things.get", "id", value)


@pytest.mark.parametrize("value", [None, 7, True, b"x", ["x"], IntEnum("N", "A").A])  # type: ignore[attr-defined]
def test_an_id_of_another_kind_is_refused(value: object) -> None:
    with pytest.raises(InvalidRequest, match=r"things\.get: id must be text, not"):
        path_segment("things.get", "id", value)


def test_a_lone_surrogate_in_an_id_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="lone surrogate"):
        path_segment("things.get", "id", "a\udc80")


class Color(Enum):
    RED = "red/dark"


def test_an_enum_goes_by_its_value() -> None:
    assert path_segment("things.get", "color", Color.RED) == "red%2Fdark"


@given(first=ANY_TEXT.filter(lambda text: text not in ("", ".", "..")), second=st.sampled_from(["a", "../x", "a?b#c"]))
def test_an_id_stays_one_segment_and_decodes_to_itself(first: str, second: str) -> None:
    template = operation("/things/{id}/parts/{part}")
    url = build(template, "https://x.example/base", {}, path={"id": first, "part": second}).url
    parts = urlsplit(url)
    assert (parts.scheme, parts.netloc, parts.query, parts.fragment) == ("https", "x.example", "", "")
    assert [unquote(segment) for segment in parts.path.split("/")] == ["", "base", "things", first, "parts", second]


# the query


@given(
    st.dictionaries(
        ANY_TEXT.filter(bool),
        st.one_of(ANY_TEXT, st.lists(ANY_TEXT), st.none(), st.integers(), st.booleans()),
    )
)
def test_a_query_decodes_to_what_was_given(query: dict[str, Any]) -> None:
    expected = []
    for name, value in query.items():
        for item in value if isinstance(value, list) else [value]:
            if item is not None:
                expected.append((name, str(item).lower() if isinstance(item, bool) else str(item)))
    assert parse_qsl(encode_query("things.list", query), keep_blank_values=True) == expected


class Size(IntEnum):
    BIG = 3


class Shade(StrEnum):
    DARK = "dark"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (-7, "-7"),
        (1.5, "1.5"),
        (Size.BIG, "3"),
        (Shade.DARK, "dark"),
        (Color.RED, "red%2Fdark"),
        (models.CourierMessageStatus.QUEUED, "queued"),
        (models.CourierMessageStatus("not known yet"), "not%20known%20yet"),
        (datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), "2026-01-02T03%3A04%3A05Z"),
        ("", ""),
        ("a b&c=d+e/ü", "a%20b%26c%3Dd%2Be%2F%C3%BC"),
    ],
)
def test_a_value_of_each_kind_in_a_query(value: Any, text: str) -> None:
    assert encode_query("things.list", {"q": value}) == f"q={text}"


def test_a_list_repeats_its_name_none_is_left_out_and_empty_is_sent() -> None:
    assert encode_query("x", {"ids": ["a", "b"], "more": ("c",), "none": None, "empty": "", "no": []}) == (
        "ids=a&ids=b&more=c&empty="
    )


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), float("-inf"), 10**5000, -(10**5000), b"x", {"a": 1}, object(), [None], [["a"]]],
    ids=lambda value: f"{type(value).__name__}",
)
def test_a_value_that_no_query_can_carry_is_refused_by_name(value: Any) -> None:
    with pytest.raises(InvalidRequest, match=r"things\.list: q must be text, a number or a boolean, not"):
        encode_query("things.list", {"q": value})


@pytest.mark.parametrize("value", ["\ud800", ["ok", "\udfff"]])
def test_a_lone_surrogate_in_a_query_is_refused(value: Any) -> None:
    with pytest.raises(InvalidRequest, match=r"things\.list: q holds a lone surrogate"):
        encode_query("things.list", {"q": value})


@pytest.mark.parametrize(
    ("name", "hint"), [(7, "is no name"), (None, "is no name"), (b"q", "is no name"), ("\ud800", "a lone surrogate")]
)
def test_what_is_no_name_of_a_query_parameter_is_refused(name: Any, hint: str) -> None:
    with pytest.raises(InvalidRequest, match=rf"things\.list: .*{hint}") as raised:
        encode_query("things.list", {name: "a"})
    str(raised.value).encode()  # it can be written to a log


def test_a_name_of_a_query_parameter_is_encoded() -> None:
    assert encode_query("things.list", {"a&b=/c d": ["1", "2"]}) == "a%26b%3D%2Fc%20d=1&a%26b%3D%2Fc%20d=2"


def test_the_message_about_a_bad_value_does_not_show_it() -> None:
    with pytest.raises(InvalidRequest) as raised:
        encode_query("things.list", {"page_token": b"planted"})
    assert "planted" not in str(raised.value)


@pytest.mark.parametrize("value", ["abc", b"abc"])
def test_one_string_is_no_list(value: Any) -> None:
    with pytest.raises(InvalidRequest, match="ids must be a list of values, not one string"):
        checked_sequence("ids", value)


@pytest.mark.parametrize("value", [None, [], ["a"], ("a",)])
def test_a_list_is_a_list(value: Any) -> None:
    assert checked_sequence("ids", value) is value


# headers


@pytest.mark.parametrize("value", ["a\nb", "a\r\nX-Evil: 1", "a\x00", "a\x7f", "\x1b[0m"])
def test_a_control_character_in_a_header_is_refused_and_not_shown(value: str) -> None:
    with pytest.raises(InvalidRequest, match="the header Cookie holds a control character") as raised:
        build(operation(), "https://x.example", {}, path={"id": "1"}, headers={"Cookie": value})
    assert value not in str(raised.value)


@pytest.mark.parametrize(("value", "hint"), [("\ud800", "lone surrogate"), (b"x", "not bytes"), (7, "not int")])
def test_a_header_that_is_no_text_is_refused(value: Any, hint: str) -> None:
    with pytest.raises(InvalidRequest, match=f"the header X-Session-Token .*{hint}"):
        checked_header("X-Session-Token", value)


@pytest.mark.parametrize("name", ["", "X Y", "X:", "X\r\nEvil", "Ü", "(x)", 7, b"X-A", None])
def test_what_is_no_name_of_a_header_is_refused(name: Any) -> None:
    with pytest.raises(InvalidRequest, match="is no name of a header"):
        checked_header(name, "1")


@pytest.mark.parametrize("value", ["", "a\tb", "ory_kratos_session=a==; b=c", "Grüße"])
def test_an_ordinary_header_goes_as_it_is(value: str) -> None:
    assert checked_header("Cookie", value) == value


def test_headers_of_a_call_win_and_none_is_left_out() -> None:
    request = build(
        operation(), "https://x", {"User-Agent": "a"}, path={"id": "1"}, headers={"User-Agent": "b", "Cookie": None}
    )
    assert request.headers == {"User-Agent": "b", "Accept": "application/json"}


# the body


def body_of(body: object, accepts: Any = models.Identity) -> Any:
    kind, raw = json_body("things.put", body, accepts)
    assert kind == "application/json"
    return json.loads(raw)


def test_a_model_goes_in_wire_names_without_none() -> None:
    patch = models.JsonPatch(op="add", path="/traits/x", value=None)
    assert body_of([patch], list[models.JsonPatch]) == [{"op": "add", "path": "/traits/x", "value": None}]


def test_a_mapping_goes_verbatim_nulls_and_unknown_members_included() -> None:
    body = MappingProxyType({"nonsense": None, "traits": {"a": [1, (2, 3)], "b": NULL}})
    assert body_of(body) == {"nonsense": None, "traits": {"a": [1, [2, 3]], "b": None}}


@pytest.mark.parametrize(
    "items", [[], [{"op": "add"}], ({"op": "add"}, {"op": "remove"})], ids=["none", "list", "tuple"]
)
def test_a_list_body_is_any_sequence(items: Any) -> None:
    assert body_of(items, list[models.JsonPatch]) == list(items)


@pytest.mark.parametrize(
    ("body", "accepts", "hint"),
    [
        (None, models.Identity, "must be Identity or a mapping in wire names, not NoneType"),
        ("{}", models.Identity, "not str"),
        (b"{}", models.Identity, "not bytes"),
        ([], models.Identity, "not list"),
        ((), models.Identity, "not tuple"),
        (7, models.Identity, "not int"),
        (models.Message, models.Identity, "not type"),
        (models.ErrorGeneric(error=None), models.Identity, "not a ErrorGeneric"),
        ({"op": "add"}, list[models.JsonPatch], "must be a list of JsonPatch, not dict"),
        ("add", list[models.JsonPatch], "must be a list of JsonPatch, not str"),
        (b"add", list[models.JsonPatch], "must be a list of JsonPatch, not bytes"),
        (["add"], list[models.JsonPatch], "must be JsonPatch or a mapping in wire names, not str"),
        ([{}, None], list[models.JsonPatch], "not NoneType"),
        (7, models.JsonPatch | models.Identity, "must be JsonPatch or Identity or a mapping"),
    ],
)
def test_a_body_of_another_kind_is_refused(body: object, accepts: Any, hint: str) -> None:
    with pytest.raises(InvalidRequest, match=r"things\.put: the body must be") as raised:
        json_body("things.put", body, accepts)
    assert hint in str(raised.value)


def _itself(kind: str) -> Any:
    if kind == "mapping":
        mapping: dict[str, Any] = {}
        mapping["self"] = mapping
        return mapping
    items: list[Any] = []
    items.append(items)
    return {"items": items}


def _deep() -> Any:
    deep: Any = {}
    for _ in range(100_000):
        deep = {"a": deep}
    return deep


UNSENDABLE = {
    "nan": {"traits": {"x": float("nan")}},
    "infinity": {"traits": [1.0, float("inf")]},
    "nan in a tuple": {"traits": (float("nan"),)},
    "bytes": {"traits": b"x"},
    "set": {"traits": {1, 2}},
    "object": {"traits": object()},
    "key": {"traits": {("a",): 1}},
    "huge": {"traits": 10**5000},
    "mapping in itself": _itself("mapping"),
    "list in itself": _itself("list"),
    "deep": _deep(),
}


@pytest.mark.parametrize("which", UNSENDABLE)
def test_a_body_that_json_cannot_express_is_refused(which: str) -> None:
    with pytest.raises(InvalidRequest, match=r"^things.put: "):
        json_body("things.put", UNSENDABLE[which], models.Identity)


def test_a_model_that_holds_what_json_cannot_express_is_refused() -> None:
    body = models.CreateIdentityBody(schema_id="default", traits={"x": float("nan")})
    with pytest.raises(InvalidRequest, match="NaN"):
        json_body("identity.create_identity", body, models.CreateIdentityBody)


def test_surrogates_and_big_integers_are_sent_whole() -> None:
    traits = {"lone": "\ud83d", "pair": "\U0001f600", "big": 2**70, "null": "\x00"}
    raw = json_body("x", {"traits": traits}, models.Identity)[1]
    assert b"\\ud83d" in raw
    assert json.loads(raw) == {"traits": traits}


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(st.characters()),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters()), inner),
    )
)
def test_any_json_goes_verbatim(traits: Any) -> None:
    assert body_of({"traits": traits}) == {"traits": traits}


def test_a_text_body() -> None:
    assert text_body("opl.check", "class Ä {}") == ("text/plain", "class Ä {}".encode())


@pytest.mark.parametrize("body", [None, b"x", {}, "\ud800"])
def test_a_text_body_of_another_kind_is_refused(body: object) -> None:
    with pytest.raises(InvalidRequest, match=r"opl\.check: the body"):
        text_body("opl.check", body)


@given(st.dictionaries(ANY_TEXT.filter(bool), ANY_TEXT | st.none()))
def test_a_form_decodes_to_what_was_given(fields: dict[str, str | None]) -> None:
    kind, raw = form_body("oauth2.token", fields)
    assert kind == "application/x-www-form-urlencoded"
    expected = [(name, value) for name, value in fields.items() if value is not None]
    assert parse_qsl(raw.decode("ascii"), keep_blank_values=True) == expected


@pytest.mark.parametrize("value", [7, b"x", {"x": "y"}, ["x", 7], "\ud800", ["\ud800"]])
def test_a_form_field_of_another_kind_is_refused(value: Any) -> None:
    with pytest.raises(InvalidRequest, match=r"oauth2\.token: code"):
        form_body("oauth2.token", {"code": value})


def test_a_form_field_may_repeat() -> None:
    _, raw = form_body("oauth2.token", {"resource": ["https://a", "https://b"], "scope": "x y"})
    assert raw == b"resource=https%3A%2F%2Fa&resource=https%3A%2F%2Fb&scope=x+y"


def test_what_is_refused_is_a_value_error_too() -> None:
    with pytest.raises(ValueError, match="give its id"):
        path_segment("things.get", "id", "")


@pytest.mark.parametrize(("method", "idempotent"), [("GET", 1), ("PUT", 1), ("DELETE", 1), ("POST", 0), ("PATCH", 0)])
def test_which_methods_can_be_repeated(method: str, idempotent: int) -> None:
    assert is_idempotent(method) is bool(idempotent)
