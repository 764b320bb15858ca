"""``python -m ory_async.bulk``, in processes of its own."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ory_sync
from ory_async import errors, models
from ory_async.bulk import formats
from ory_async.bulk.cli import main
from ory_async.local import LocalOry

PASSWORD_HASH = "$2a$04$" + "a" * 53


@pytest.fixture
def local() -> Iterator[LocalOry]:
    with LocalOry.in_thread() as local:
        yield local


@pytest.fixture
def ory(local: LocalOry) -> Iterator[ory_sync.Ory]:
    with ory_sync.Ory(local.url) as ory:
        yield ory


@pytest.fixture(autouse=True)
def environment(local: LocalOry, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("ORY_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ORY_SDK_URL", local.url)


def run(*arguments: object) -> int:
    """Carry out a command line in this process."""
    return main([str(each) for each in arguments])


def started(*arguments: object) -> subprocess.Popen[str]:
    """Begin to carry out a command line in another process."""
    command = [sys.executable, "-m", "ory_async.bulk", *map(str, arguments)]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)


def write_people(path: Path, count: int) -> Path:
    with path.open("w") as file:
        for number in range(count):
            file.write(json.dumps({"external_id": f"x{number}", "traits": {"email": f"p{number}@example.com"}}) + "\n")
    return path


def external_ids(ory: ory_sync.Ory) -> list[str | None]:
    return [identity.external_id for identity in ory.identity.list_identities(page_size=500)]


def until_some_are_done(process: subprocess.Popen[str], checkpoint: Path, count: int) -> None:
    """Wait until a run has come some way."""
    while process.poll() is None:
        if checkpoint.exists() and json.loads(checkpoint.read_text())["done"]["count"] >= count:
            return
        time.sleep(0.005)
    pytest.fail(f"it ended too early: {process.communicate()}")


def test_killed_and_taken_up_again(ory: ory_sync.Ory, tmp_path: Path) -> None:
    """Whatever was going on when it was killed: in the end each identity is there, and only once."""
    people, checkpoint = write_people(tmp_path / "people.jsonl", 1500), tmp_path / "import.json"
    command = ("import", "--file", people, "--checkpoint", checkpoint, "--batch-size", 100, "--in-flight", 2)
    for done in (300, 900):
        process = started(*command)
        until_some_are_done(process, checkpoint, done)
        process.send_signal(signal.SIGKILL)
        process.communicate()
    last = started(*command)
    assert last.communicate()[1] == "import: 1500 done\n"
    assert last.returncode == 0
    assert sorted(external_ids(ory), key=str) == sorted((f"x{number}" for number in range(1500)), key=str)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_in_order(ory: ory_sync.Ory, tmp_path: Path, number: signal.Signals) -> None:
    people, checkpoint = write_people(tmp_path / "people.jsonl", 1000), tmp_path / "import.json"
    command = ("import", "--file", people, "--checkpoint", checkpoint, "--batch-size", 50)
    process = started(*command)
    until_some_are_done(process, checkpoint, 100)
    process.send_signal(number)
    assert process.communicate()[1] == "interrupted; run it again to go on\n"
    assert process.returncode == 130
    assert run(*command) == 0
    assert len(set(external_ids(ory))) == len(external_ids(ory)) == 1000


def test_import_of_csv_and_its_errors(ory: ory_sync.Ory, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "people.csv"
    file.write_text(
        "external_id,traits.email,traits.name.first,metadata_public:json,hashed_password,state\n"
        f'a,a@example.com,Änn,"{{""plan"": 1}}",{PASSWORD_HASH},inactive\n'
        "b,a@example.com,,,,\n"
        "c,nonsense,,,,\n"
        "\n"
    )
    assert run("import", "--file", file, "--checkpoint", tmp_path / "c.json") == 1
    assert "1 done, 2 failed" in capsys.readouterr().err
    ann = ory.identity.get_identity_by_external_id("a", include_credential=["password"])
    assert ann.traits == {"email": "a@example.com", "name": {"first": "Änn"}}
    assert (ann.metadata_public, ann.state) == ({"plan": 1}, "inactive")
    assert ann.credentials is not None
    assert ann.credentials["password"].config == {"hashed_password": PASSWORD_HASH}
    told = [json.loads(line) for line in (tmp_path / "people.csv.errors.jsonl").read_text().splitlines()]
    assert [(each["row"], each["error"], each["external_id"]) for each in told] == [
        (2, "Conflict", "b"),
        (3, "BadRequest", "c"),
    ]


def test_errors_are_not_told_twice_when_a_run_goes_on(tmp_path: Path) -> None:
    people, checkpoint = write_people(tmp_path / "people.jsonl", 300), tmp_path / "c.json"
    with people.open("a") as file:
        file.write('{"traits": {"email": "nonsense"}}\n' * 300)
    command = ("import", "--file", people, "--checkpoint", checkpoint, "--batch-size", 10)
    process = started(*command)
    until_some_are_done(process, checkpoint, 350)
    process.kill()
    process.communicate()
    assert run(*command) == 1
    rows = [json.loads(line)["row"] for line in (tmp_path / "people.jsonl.errors.jsonl").read_text().splitlines()]
    assert rows == list(range(301, 601))


def test_exported_and_imported_elsewhere(ory: ory_sync.Ory, tmp_path: Path) -> None:
    body = models.CreateIdentityBody(
        schema_id="default",
        external_id="x0",
        traits={"email": "p0@example.com"},
        metadata_admin={"a": None},
        verifiable_addresses=[
            models.VerifiableIdentityAddress(value="p0@example.com", via="email", verified=True, status="completed")
        ],
        credentials=models.IdentityWithCredentials(
            password=models.IdentityWithCredentialsPassword(
                config=models.IdentityWithCredentialsPasswordConfig(hashed_password=PASSWORD_HASH)
            )
        ),
    )
    ory.identity.create_identity(body)
    file = tmp_path / "all.jsonl"
    assert run("export", "--file", file, "--credential", "password", "--checkpoint", tmp_path / "c.json") == 0
    assert file.stat().st_mode & 0o777 == 0o600
    with LocalOry.in_thread() as other, ory_sync.Ory(other.url) as there, pytest.MonkeyPatch.context() as patch:
        patch.setenv("ORY_SDK_URL", other.url)
        assert run("import", "--file", file) == 0
        [copy] = there.identity.list_identities(include_credential=["password"])
        assert (copy.external_id, copy.traits, copy.metadata_admin) == ("x0", {"email": "p0@example.com"}, {"a": None})
        assert copy.verifiable_addresses is not None
        assert copy.verifiable_addresses[0].verified
        assert copy.credentials is not None
        assert copy.credentials["password"].config == {"hashed_password": PASSWORD_HASH}


def test_an_export_that_was_killed_has_each_line_once(ory: ory_sync.Ory, tmp_path: Path, local: LocalOry) -> None:
    assert run("import", "--file", write_people(tmp_path / "people.jsonl", 1500)) == 0
    file, checkpoint = tmp_path / "all.csv", tmp_path / "export.json"
    command = ("export", "--file", file, "--columns", "external_id,traits.email", "--checkpoint", checkpoint)
    local.faults.latency(0.02, method="GET")
    process = started(*command)
    until_some_are_done(process, checkpoint, 500)
    process.kill()
    process.communicate()
    with file.open("a") as torn:
        torn.write("half a li")
    local.faults.clear()
    assert run(*command) == 0
    with file.open(newline="") as whole:
        rows = list(csv.DictReader(whole))
    assert sorted(row["external_id"] for row in rows) == sorted(f"x{number}" for number in range(1500))


def test_update_and_delete(ory: ory_sync.Ory, tmp_path: Path) -> None:
    assert run("import", "--file", write_people(tmp_path / "people.jsonl", 3)) == 0
    by_name = {identity.external_id: identity.id for identity in ory.identity.list_identities()}
    updates = tmp_path / "updates.jsonl"
    updates.write_text(
        json.dumps({"id": by_name["x0"], "traits": {"name": {"first": "Ann"}}, "metadata_public": {"plan": "gold"}})
        + "\n"
        + json.dumps({"id": by_name["x1"], "external_id": None, "state": "inactive"})
    )
    assert run("update", "--file", updates) == 0
    ann = ory.identity.get_identity(by_name["x0"])
    assert ann.traits == {"email": "p0@example.com", "name": {"first": "Ann"}}
    assert ann.metadata_public == {"plan": "gold"}
    other = ory.identity.get_identity(by_name["x1"])
    assert (other.external_id, other.state) == (None, "inactive")
    ids = tmp_path / "ids.csv"
    ids.write_text("id,external_id\n" + "".join(f"{id},{name}\n" for name, id in by_name.items() if name != "x2"))
    assert run("delete", "--file", ids) == 0
    assert run("delete", "--file", ids) == 0, "what is gone is deleted"
    assert external_ids(ory) == ["x2"]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.jsonl", '{"traits": {}}\n{"traits": \n', "a.jsonl, line 2"),
        ("a.jsonl", '{"traits": {}}\n\n[]\n', "a.jsonl, line 3"),
        ("a.jsonl", '{"traits": {}, "trait": 1}', "no member trait"),
        ("a.jsonl", '{"external_id": "a"}', "needs traits"),
        ("a.jsonl", '{"traits": {}, "credentials": {"totp": {"type": "totp", "config": {"a": 1}}}}', "totp"),
        ("a.csv", "traits.email\na@example.com,b\n", "2 cells in 1 columns"),
        ("a.csv", "traits.email,traits.email\n", "line 1"),
        ("a.csv", "traits.email,traits\n,x\nb@c.de,x\n", "line 2"),
        ("a.csv", "traits.email,traits.email.x\nb@c.de,x\n", "contradict"),
        ("a.csv", "traits.email,traits.tags:json\nb@c.de,nonsense\n", "no JSON"),
        ("a.csv", b"traits.email\n\xff\n", "UTF-8"),
        ("a.txt", "", "--format"),
    ],
)
def test_a_file_with_a_mistake_sends_nothing(
    ory: ory_sync.Ory, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: str | bytes, told: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert run("import", "--file", file) == 2
    assert told in capsys.readouterr().err
    assert external_ids(ory) == []


def test_what_stops_or_refuses(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], local: LocalOry, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = write_people(tmp_path / "people.jsonl", 3)
    local.faults.next(status=403)
    assert run("import", "--file", people) == 3
    assert "no --checkpoint" in capsys.readouterr().err
    for wrong in (
        ("export", "--file", tmp_path / "a.csv"),
        ("export", "--file", tmp_path / "a.jsonl", "--columns", "id"),
        ("import", "--file", tmp_path / "missing.jsonl"),
        ("import", "--file", people, "--batch-size", 0),
    ):
        assert run(*wrong) == 2
    monkeypatch.delenv("ORY_SDK_URL")
    assert run("import", "--file", people) == 2
    assert "ORY_SDK_URL" in capsys.readouterr().err
    for usage in (["--help"], ["import", "--help"], [], ["import"]):
        with pytest.raises(SystemExit):
            main(usage)
    assert "exit codes" in capsys.readouterr().out


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)


@given(st.lists(st.fixed_dictionaries({"traits": st.fixed_dictionaries({"a": texts, "b": texts})}), min_size=1))
def test_csv_is_read_as_it_was_written(tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, Any]]) -> None:
    path = tmp_path_factory.getbasetemp() / f"rows-{os.getpid()}.csv"
    identities = [models.Identity(id="i", schema_id="s", schema_url="u", traits=row["traits"]) for row in rows]
    columns = ["traits.a", "traits.b:json"]
    path.write_bytes(formats.csv_line(columns) + b"".join(formats.lines_of(identities, columns)))
    assert list(formats.read(path, "csv", lambda row: row)) == rows


def test_merged() -> None:
    old = {"a": {"b": 1, "c": 2}, "d": [1]}
    assert formats.merged(old, {"a": {"b": None, "e": 3}, "d": [2], "f": {"g": None}}) == {
        "a": {"c": 2, "e": 3},
        "d": [2],
        "f": {},
    }
    assert old == {"a": {"b": 1, "c": 2}, "d": [1]}


def test_a_progress_bar(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    from ory_async.bulk import Totals, progress_bar

    with progress_bar("importing", total=10) as progress:
        progress(Totals("import", succeeded=4, failed=1))
    shown = capsys.readouterr().err
    assert "importing" in shown
    assert "5/10" in shown
    assert "1 failed" in shown
    monkeypatch.setitem(sys.modules, "rich.console", None)
    with pytest.raises(errors.ConfigurationError, match=r"ory-async\[cli\]"), progress_bar("importing"):
        pass
