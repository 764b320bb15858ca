"""Everything that five older documents of the API name can be called, or is a model.

tests/data/seeds.json lists it, by document: 000 is the reference of one whole client, 001 and 003 are single services,
002 is a list of tags and models, and 004 has the old names. Each is given with what it is here.
"""

from __future__ import annotations

import inspect
import json
import re
from typing import Any

import attrs
import pytest

import ory_async
import ory_sync
from ory_async import errors, models
from tests.support.arguments import arguments
from tests.support.recording_server import RecordingServer, Seen
from tests.support.table import DATA, ROWS, Row
from tests.support.twins import TWINS, Twin, calling

SEEDS = json.loads((DATA / "seeds.json").read_text())
TABLE = {row.id: row for row in ROWS}
OLD = SEEDS["004"]["functions"]

both_twins = pytest.mark.parametrize("twin", TWINS)
every_function = pytest.mark.parametrize(
    "function",
    [
        pytest.param(each, id=f"{seed}-{each['name']}")
        for seed in ("000", "001", "003")
        for each in SEEDS[seed]["functions"]
    ],
)
every_old_name = pytest.mark.parametrize("old", [pytest.param(each, id=each["name"]) for each in OLD])


def send(server: RecordingServer, twin: Twin, row: Row, **values: Any) -> Seen:
    """What a call sends."""
    server.answer(418)
    options = {"auth": "ory_pat_x", "workspace_api_key": "ory_wak_x", "retry": None}
    with calling(twin, lambda ory: ory(server.url, **options)) as call, pytest.raises(errors.ApiError) as refused:
        call(row, **values)
    assert refused.value.status == 418
    return server.seen


def assert_named(seen: Seen, function: dict[str, Any]) -> None:
    """It is the method and the path that the document gives."""
    assert seen.method == function["method"]
    assert re.fullmatch(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(function["path"])), seen.path)


def test_nothing_is_left_out() -> None:
    assert [len(SEEDS[seed]["functions"]) for seed in ("000", "001", "003", "004")] == [126, 30, 17, 96]
    assert [len(seed["models"]) for seed in SEEDS.values()] == [213, 18, 162, 9, 54]


@both_twins
@every_function
def test_function(recording_server: RecordingServer, function: dict[str, Any], twin: Twin) -> None:
    row = TABLE[function["calls"]]
    assert_named(send(recording_server, twin, row, **arguments(row)), function)


@pytest.mark.parametrize("tag", SEEDS["002"]["tags"])
def test_tag(tag: str) -> None:
    service = SEEDS["002"]["tags"][tag]
    for package in (ory_async, ory_sync):
        assert getattr(package.Ory("http://127.0.0.1:1"), service) is not None
    assert service in ory_async.client.SERVICES


@pytest.mark.parametrize(
    ("name", "ours"),
    [pytest.param(*pair, id=f"{seed}-{pair[0]}") for seed in SEEDS for pair in SEEDS[seed]["models"].items()],
)
def test_model(name: str, ours: str) -> None:
    assert getattr(models, ours) is not None


@both_twins
@every_old_name
def test_old_name(recording_server: RecordingServer, old: dict[str, Any], twin: Twin) -> None:
    """Given its old arguments, in either spelling, it sends what today's method sends given theirs."""
    row = TABLE[old["calls"]]
    values = arguments(row)
    known = {name: today for name, today in old["arguments"].items() if today is not None}
    expected = send(recording_server, twin, row, **{today: values[today] for today in known.values()})
    assert_named(expected, old)
    for spelling in {old["name"], old["python"]}:
        renamed = attrs.evolve(row, service="v0alpha2", name=spelling)
        given = {name: values[today] for name, today in known.items()}
        assert send(recording_server, twin, renamed, **given) == expected
        assert send(recording_server, twin, renamed, **values) == send(recording_server, twin, row, **values)


@both_twins
@every_old_name
def test_old_name_tells_todays_name(old: dict[str, Any], twin: Twin) -> None:
    ory = (ory_async if twin == "async" else ory_sync).Ory("http://127.0.0.1:1")
    service, _, name = old["calls"].partition(".")
    today = getattr(getattr(ory, service), name)
    for spelling in {old["name"], old["python"]}:
        method = getattr(ory.v0alpha2, spelling)
        assert inspect.signature(method) == inspect.signature(today)
        documentation = inspect.getdoc(method) or ""
        assert documentation.startswith(f"The old name of `{old['calls']}`.\n\n")
        assert documentation.endswith(inspect.getdoc(today) or "?")


def test_there_are_no_other_old_names() -> None:
    names = {each[spelling] for each in OLD for spelling in ("name", "python")}
    for package in (ory_async, ory_sync):
        service = type(package.Ory("http://127.0.0.1:1").v0alpha2)
        assert {name for name, _ in inspect.getmembers(service, inspect.isfunction) if name[0] != "_"} == names


@both_twins
@pytest.mark.parametrize(
    ("old", "parameter"),
    [
        pytest.param(each, name, id=f"{each['name']}-{name}")
        for each in OLD
        for name, today in each["arguments"].items()
        if today is None
    ],
)
def test_parameter_that_is_gone(
    recording_server: RecordingServer, old: dict[str, Any], parameter: str, twin: Twin
) -> None:
    row = TABLE[old["calls"]]
    renamed = attrs.evolve(row, service="v0alpha2", name=old["name"])
    assert send(recording_server, twin, renamed, **arguments(row), **{parameter: None})
    recording_server.answer(418)
    with (
        calling(twin, lambda ory: ory(recording_server.url)) as call,
        pytest.raises(errors.InvalidRequest, match=f"{old['calls']}: {parameter} is no parameter any more; there are "),
    ):
        call(renamed, **arguments(row), **{parameter: "x"})
    assert not recording_server.saw_something


@both_twins
def test_argument_given_twice(twin: Twin) -> None:
    renamed = attrs.evolve(TABLE["identity.create_identity"], service="v0alpha2", name="admin_create_identity")
    with (
        calling(twin, lambda ory: ory("http://127.0.0.1:1")) as call,
        pytest.raises(errors.InvalidRequest, match="body is given twice, once by the name admin_create_identity_body"),
    ):
        call(renamed, body={}, admin_create_identity_body={})
