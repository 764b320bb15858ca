"""From JSON to models: what is taken, what is refused, and where."""

from __future__ import annotations

import contextlib
import functools
import operator
import typing
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ory_async import errors, from_dict, from_json, models, to_dict, to_json
from ory_async.decoding import Mismatch, compile_all, decoder_of
from ory_async.models import _MODULES
from ory_async.models.base import model
from tests.support.models import CLASSES, instances, json_values, wire_names

IDENTITY = {"id": "i", "schema_id": "default", "schema_url": "", "traits": {}}
ADDRESS = {"value": "a@example.com", "via": "email", "verified": True, "status": "completed"}


# Another kind of thing than promised


@pytest.mark.parametrize(
    ("kind", "data", "path", "said"),
    [
        (models.Identity, [], [], "$ is a list where an object is promised"),
        (models.Identity, None, [], "$ is null where an object is promised"),
        (models.Identity, "x", [], "$ is a str where an object is promised"),
        (list[models.Identity], {}, [], "$ is an object where a list is promised"),
        (list[models.Identity], [IDENTITY, 7], [1], "$[1] is a int where an object is promised"),
        (models.Identity, {"id": {}}, ["id"], "$.id is an object where a single value is promised"),
        (models.Identity, {"schema_id": []}, ["schema_id"], "$.schema_id is a list where a single value is promised"),
        (models.Identity, {"state": []}, ["state"], "$.state is a list where a single value is promised"),
        (models.Identity, {"state": {}}, ["state"], "$.state is an object where a single value is promised"),
        (models.Identity, {"created_at": {}}, ["created_at"], "$.created_at is an object where a time (RFC 3339)"),
        (models.Identity, {"created_at": ["Z"]}, ["created_at"], "$.created_at is a list where a time (RFC 3339)"),
        (models.Identity, {"created_at": 5}, ["created_at"], "$.created_at is a int where a time (RFC 3339)"),
        (models.Identity, {"created_at": "soonZ"}, ["created_at"], "$.created_at is a str where a time (RFC 3339)"),
        (models.Identity, {"credentials": []}, ["credentials"], "$.credentials is a list where an object is promised"),
        (
            models.Identity,
            {"credentials": {"totp": 1}},
            ["credentials", "totp"],
            "$.credentials.totp is a int where an object is promised",
        ),
        (
            models.Identity,
            {"recovery_addresses": "a@example.com"},
            ["recovery_addresses"],
            "$.recovery_addresses is a str where a list is promised",
        ),
        (
            models.Session,
            {"identity": {"verifiable_addresses": [ADDRESS, {"verified_at": []}]}},
            ["identity", "verifiable_addresses", 1, "verified_at"],
            "$.identity.verifiable_addresses[1].verified_at is a list",
        ),
        (
            models.Session,
            {"authentication_methods": [{"upstream_amr": ["pwd", {}]}]},
            ["authentication_methods", 0, "upstream_amr", 1],
            "$.authentication_methods[0].upstream_amr[1] is an object where a single value is promised",
        ),
        (
            models.ExpandedPermissionTree,
            {"children": [{"children": [{"tuple": []}]}]},
            ["children", 0, "children", 0, "tuple"],
            "$.children[0].children[0].tuple is a list",
        ),
        (models.ParseError, {"start": {"Line": []}}, ["start", "Line"], "$.start.Line is a list"),
        (models.UiNode, {"attributes": []}, ["attributes"], "$.attributes is a list where an object is promised"),
        (dict[str, models.Identity], {"a": IDENTITY, "b": []}, ["b"], "$.b is a list where an object is promised"),
        (str, [], [], "$ is a list where a single value is promised"),
        (datetime, "yesterday", [], "$ is a str where a time (RFC 3339) is promised"),
    ],
)
def test_another_kind_of_thing_is_refused_with_its_place(
    kind: Any, data: object, path: list[str | int], said: str
) -> None:
    with pytest.raises(errors.DecodeError) as raised:
        from_dict(kind, data)

    assert list(raised.value.path) == path
    assert str(raised.value).startswith(said)
    with pytest.raises(Mismatch) as mismatched:
        decoder_of(kind)(data)
    assert mismatched.value.path == path


def test_a_refusal_does_not_quote_the_data() -> None:
    with pytest.raises(errors.DecodeError) as raised:
        from_dict(models.Session, {"expires_at": "ory_st_s3cret"})

    assert "s3cret" not in f"{raised.value} {raised.value!r} {raised.value.body!r}"


@pytest.mark.parametrize("value", ["text", "", 0, -1.5, True, False, None, 2**70])
def test_scalars_of_another_type_are_kept_as_they_are(value: object) -> None:
    document = {"id": value, "active": value, "authenticator_assurance_level": value, "devices": [{"id": value}]}
    session = from_dict(models.Session, document)

    assert session.devices
    found = (session.id, session.active, session.authenticator_assurance_level, session.devices[0].id)
    assert found == (value,) * 4
    assert [type(each) for each in (found[0], found[1], found[3])] == [type(value)] * 3


@pytest.mark.parametrize("value", [None, True, 5, "text", [1, [2]], {"a": {"b": None}}])
def test_free_form_json_is_not_looked_at(value: object) -> None:
    identity = from_dict(models.Identity, {**IDENTITY, "traits": value, "metadata_public": value})

    assert identity.traits is value
    assert identity.metadata_public is value


def test_null_items_stay_in_lists_and_mappings() -> None:
    assert from_dict(list[models.Namespace], [None, {"name": "File"}]) == [None, models.Namespace(name="File")]
    assert from_dict(list[str], ["a", None]) == ["a", None]
    assert from_dict(dict[str, models.Namespace], {"a": None}) == {"a": None}


@pytest.mark.parametrize(
    ("kind", "expected"), [(list[models.Namespace], []), (list[str], []), (str, None), (datetime, None), (Any, None)]
)
def test_null_on_its_own(kind: Any, expected: object) -> None:
    assert decoder_of(kind)(None) == expected


def test_absent_fields_are_none_whatever_their_type() -> None:
    identity = from_dict(models.Identity, {})

    assert {getattr(identity, field.name) for field in attrs.fields(models.Identity)} == {None}


# Times


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-11-21T05:24:43Z", datetime(2026, 11, 21, 5, 24, 43, tzinfo=UTC)),
        ("2026-11-21T05:24:43.2Z", datetime(2026, 11, 21, 5, 24, 43, 200000, UTC)),
        ("2026-11-21T05:24:43.21143Z", datetime(2026, 11, 21, 5, 24, 43, 211430, UTC)),
        ("2026-11-21T05:24:43.211437999Z", datetime(2026, 11, 21, 5, 24, 43, 211437, UTC)),
        ("2026-11-21T07:24:43+02:00", datetime(2026, 11, 21, 5, 24, 43, tzinfo=UTC)),
        ("2026-11-21T05:24:43.5-00:30", datetime(2026, 11, 21, 5, 54, 43, 500000, UTC)),
        ("2026-11-21T05:24:43", datetime(2026, 11, 21, 5, 24, 43, tzinfo=UTC)),
        ("0999-01-01T00:00:00Z", datetime(999, 1, 1, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", None),
        (None, None),
    ],
)
def test_times(text: str | None, time: datetime | None) -> None:
    issued = from_dict(models.Session, {"id": "s", "issued_at": text}).issued_at

    assert issued == time
    assert issued is None or issued.tzinfo is not None
    assert decoder_of(datetime)(text) == time


@pytest.mark.parametrize("text", ["", "Z", "tomorrow", "2026-13-01T00:00:00Z", "24:00Z", "1763702683"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(errors.DecodeError) as raised:
        from_dict(models.Session, {"id": "s", "issued_at": text})

    assert list(raised.value.path) == ["issued_at"]


# Enums and unions


def test_enums_are_open_also_where_a_field_takes_text() -> None:
    body = from_dict(models.UpdateIdentityBody, {"schema_id": "x", "state": "inactive", "traits": {}, "region": "mars"})

    assert body.state is models.IdentityState.INACTIVE
    assert isinstance(body.region, models.Region)
    assert body.region == "mars"
    assert decoder_of(models.Region)("eu") is models.Region.EU
    assert decoder_of(models.Region | None)("eu") is models.Region.EU


def test_a_union_goes_by_its_discriminator_alone() -> None:
    password = {"method": "password", "identifier": "a", "password": "b", "code": "1"}

    body = decoder_of(models.UpdateLoginFlowBody)(password)

    assert type(body) is models.UpdateLoginFlowWithPasswordMethod
    assert body.extra == {"code": "1"}
    assert to_dict(body) == password


@pytest.mark.parametrize("tag", ["telepathy", "", None, 7, True, ["password"], {"method": "password"}])
def test_an_unknown_variant_keeps_all(tag: object) -> None:
    raw = {"method": tag, "thought": [1]}

    body = decoder_of(models.UpdateLoginFlowBody)(raw)

    assert type(body) is models.UnknownUpdateLoginFlowBody
    assert body.raw == to_dict(body) == raw
    assert type(decoder_of(models.UpdateLoginFlowBody)({})) is models.UnknownUpdateLoginFlowBody


@pytest.mark.parametrize("value", [[], "password", 1, None])
def test_a_union_of_models_is_an_object(value: object) -> None:
    with pytest.raises(Mismatch, match="where an object is promised"):
        decoder_of(models.UpdateLoginFlowBody)(value)


@pytest.mark.parametrize("name", [name for names in _MODULES.values() for name in names.split()])
def test_each_union_has_one_variant_for_each_tag(name: str) -> None:
    members = typing.get_args(getattr(models, name))
    if (
        not members
        or not all(isinstance(member, type) and issubclass(member, models.Model) for member in members)
        or typing.get_origin(getattr(models, name)) in (list, dict)
    ):
        return
    [unknown] = [member for member in members if issubclass(member, models.UnknownVariant)]
    tags = [
        field.default
        for member in members
        for field in attrs.fields(member)
        if wire_names(member).get(field.name) == unknown.discriminator
    ]

    assert len(tags) == len(set(tags)) == len(members) - 1
    for tag in tags:
        variant = decoder_of(getattr(models, name))({unknown.discriminator: tag})
        assert type(variant) in members
        assert not isinstance(variant, models.UnknownVariant)


@pytest.mark.parametrize("value", ["text", 5, ["a"], {"a": 1}])
def test_a_union_of_plain_kinds_takes_any(value: object) -> None:
    assert decoder_of(str | int)(value) is value
    assert decoder_of(list[str] | str)(value) is value


def test_a_model_with_a_union_of_a_list_and_a_text() -> None:
    @model
    class Claims(models.Model):
        aud: list[str] | str | None = None

    assert [from_dict(Claims, {"aud": aud}).aud for aud in ("a", ["a", "b"], None)] == ["a", ["a", "b"], None]


# Depth, and decoders


def test_a_document_nested_too_deeply_is_refused() -> None:
    tree: dict[str, Any] = {"type": "leaf"}
    for _ in range(100_000):
        tree = {"type": "union", "children": [tree]}

    with pytest.raises(errors.DecodeError, match="nested too deeply"):
        from_dict(models.ExpandedPermissionTree, tree)

    while "children" in tree:  # or else its end would be as deep a recursion
        [tree] = tree.pop("children")


def test_what_is_deep_but_bearable_is_taken() -> None:
    tree: dict[str, Any] = {"type": "leaf"}
    for _ in range(50):
        tree = {"type": "union", "children": [tree]}

    assert to_dict(from_dict(models.ExpandedPermissionTree, tree)) == tree


def test_decoders_are_made_once() -> None:
    assert decoder_of(models.Identity) is decoder_of(models.Identity)
    assert decoder_of(list[models.Identity]) is decoder_of(list[models.Identity])


def test_compiling_ahead_reaches_all_that_a_type_leads_to() -> None:
    seen: set[Any] = set()

    compile_all(list[models.Session] | None, seen)

    assert seen >= {
        models.Session,
        models.SessionDevice,
        models.SessionAuthenticationMethod,
        models.Identity,
        models.IdentityCredentials,
        models.VerifiableIdentityAddress,
    }
    assert models.LoginFlow not in seen


# Anything at all

FEW = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
@FEW
@given(data=st.data())
def test_all_models_survive_encoding_and_decoding(cls: type[models.Model], data: st.DataObject) -> None:
    made = data.draw(instances(cls))
    kind: Any = cls

    assert from_json(kind, to_json(made)) == made
    assert from_dict(kind, to_dict(made)) == made


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
@FEW
@given(data=st.data())
def test_any_json_becomes_a_model_or_is_refused(cls: type[models.Model], data: st.DataObject) -> None:
    values = json_values(names=sorted(wire_names(cls).values()))
    document = data.draw(st.dictionaries(st.sampled_from([*wire_names(cls).values(), "other"]), values) | values)

    try:
        found = from_dict(cls, document)
    except errors.DecodeError as error:
        functools.reduce(operator.getitem, error.path, document)  # the place is there
    else:
        assert type(found) is cls
        to_json(found)


@given(st.binary() | st.text().map(str.encode))
def test_any_bytes_become_a_model_or_are_refused(raw: bytes) -> None:
    with contextlib.suppress(errors.DecodeError):
        assert isinstance(from_json(models.Identity, raw), models.Identity)


@given(st.datetimes(timezones=st.just(UTC), min_value=datetime(1000, 1, 1)), st.integers(-1439, 1439))
def test_any_time_survives_in_any_zone(time: datetime, minutes: int) -> None:
    sign, offset = "-" if minutes < 0 else "+", timedelta(minutes=abs(minutes))
    try:
        local = time + timedelta(minutes=minutes)
    except OverflowError:
        return
    text = f"{local.replace(tzinfo=None).isoformat()}{sign}{str(offset).rjust(8, '0')[:5]}"

    session = from_dict(models.Session, {"id": "s", "issued_at": text})

    assert session.issued_at == time
    assert from_json(models.Session, to_json(session)) == session
