from __future__ import annotations

import asyncio
import os
import threading
import weakref
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ory_async import Ory, Request, bulk, errors, models, to_dict
from ory_async.bulk import Totals, pace
from ory_async.bulk.run import patiently
from ory_async.local import LocalOry

BATCH = "identity.batch_patch_identities"
NO_IDENTIFIER = {
    "$id": "https://example.com/plain",
    "type": "object",
    "properties": {"traits": {"type": "object", "properties": {"name": {"type": "string"}}}},
}


class Sent:
    """Counts what a client sends: how many identities are in each batch, and how many requests at the same time."""

    def __init__(self) -> None:
        self.operations: list[str] = []
        self.sizes: list[int] = []
        self.at_once = self.most = 0

    def request(self, request: Request) -> None:
        self.operations.append(request.operation.name)
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        if request.operation.name == BATCH:
            self.sizes.append((request.body or b"").count(b'"patch_id"'))

    def answer(self, request: Request, answer: object) -> None:
        self.at_once -= 1


@pytest.fixture
def sent() -> Sent:
    return Sent()


@pytest.fixture
async def local() -> AsyncIterator[LocalOry]:
    async with LocalOry() as local:
        yield local


@pytest.fixture
async def ory(local: LocalOry, sent: Sent) -> AsyncIterator[Ory]:
    async with Ory(local.url, on_request=sent.request, on_response=sent.answer, retry=None) as ory:
        yield ory


@pytest.fixture(autouse=True)
def no_waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits of bulk, which take no time here."""
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        await asyncio.sleep(0)

    clock = SimpleNamespace(monotonic=lambda: 1000.0 + sum(waits))
    quick = SimpleNamespace(**{name: getattr(asyncio, name) for name in dir(asyncio) if name[0] != "_"})
    quick.sleep = sleep
    monkeypatch.setattr("ory_async.bulk.run.asyncio", quick)
    monkeypatch.setattr(pace, "asyncio", quick)
    monkeypatch.setattr(pace, "time", clock)
    return waits


def person(number: int, **more: Any) -> models.CreateIdentityBody:
    return models.CreateIdentityBody(schema_id="default", traits={"email": f"p{number}@example.com"}, **more)


def people(count: int) -> Iterator[models.CreateIdentityBody]:
    return (person(number) for number in range(count))


async def emails(ory: Ory) -> list[str]:
    return sorted([identity.traits["email"] async for identity in ory.identity.list_identities(page_size=500)])


# import


async def test_results_match_their_input(ory: Ory, sent: Sent) -> None:
    results = [result async for result in bulk.import_identities(ory, people(25), batch_size=10)]
    assert [result.index for result in results] == list(range(25))
    assert sent.sizes == [10, 10, 5]
    for result in results:
        assert result.identity_id is not None
        assert isinstance(result.input, models.CreateIdentityBody)
        assert (await ory.identity.get_identity(result.identity_id)).traits == result.input.traits


async def test_async_input_mappings_and_the_totals(ory: Ory) -> None:
    async def arriving() -> AsyncIterator[bulk.Body]:
        for body in people(7):
            await asyncio.sleep(0)
            yield to_dict(body)

    run = bulk.import_identities(ory, arriving(), batch_size=3)
    assert await run == Totals("import", succeeded=7) == run.totals
    assert run.totals.done == 7
    with pytest.raises(errors.InvalidRequest, match="once"):
        await run


async def test_what_fails_fails_alone(ory: Ory) -> None:
    bodies: list[Any] = list(people(10))
    bodies[2] = person(1)  # there already, in the same batch
    bodies[4] = models.CreateIdentityBody(schema_id="default", traits={"email": "nonsense"})
    bodies[5] = {"schema_id": "default", "traits": {"email": "x@example.com"}, "unknown": 1}  # refused as a whole
    bodies[7] = {"schema_id": "default", "traits": {"email": float("nan")}}  # cannot be sent
    bodies[8] = 7
    results = [result async for result in bulk.import_identities(ory, bodies)]
    failed = {result.index: type(result.error) for result in results if result.error is not None}
    assert failed == {
        2: errors.Conflict,
        4: errors.BadRequest,
        5: errors.BadRequest,
        7: errors.InvalidRequest,
        8: errors.BadRequest,
    }
    conflict = results[2].error
    assert isinstance(conflict, errors.Conflict)
    assert (conflict.status, conflict.operation) == (409, BATCH)
    assert await emails(ory) == sorted(f"p{number}@example.com" for number in (0, 1, 3, 6, 9))


async def test_all_of_them_there_already(ory: Ory, sent: Sent) -> None:
    assert (await bulk.import_identities(ory, people(5))).succeeded == 5
    results = [result async for result in bulk.import_identities(ory, people(5))]
    assert {type(result.error) for result in results} == {errors.Conflict}
    assert sent.sizes == [5, 5]


async def test_smaller_batches_with_plain_passwords(ory: Ory, sent: Sent) -> None:
    hashed, plain = (
        {"credentials": {"password": {"config": {name: "$2a$04$" + "a" * 53}}}}
        for name in ("hashed_password", "password")
    )
    bodies = [{**to_dict(person(number)), **(plain if number == 450 else hashed)} for number in range(700)]
    assert (await bulk.import_identities(ory, bodies, batch_size=500)).failed == 0
    assert sent.sizes == [450, 200, 50]


async def test_one_request_at_a_time_unless_asked(ory: Ory, sent: Sent) -> None:
    await bulk.import_identities(ory, people(40), batch_size=10)
    assert sent.most == 1
    more = (person(number) for number in range(40, 80))
    results = [result async for result in bulk.import_identities(ory, more, batch_size=10, in_flight=3)]
    assert sent.most == 3
    assert [result.index for result in results] == list(range(40))


async def test_only_some_batches_are_in_memory(ory: Ory) -> None:
    alive: list[weakref.ref[Any]] = []
    most = 0

    def counted() -> Iterator[bulk.Body]:
        nonlocal most
        for body in people(600):
            alive.append(weakref.ref(body))
            most = max(most, sum(each() is not None for each in alive[-200:]))
            yield body

    async for _ in bulk.import_identities(ory, counted(), batch_size=20):
        pass
    assert most <= 3 * 20


@pytest.mark.parametrize(
    "arguments",
    [{"batch_size": 0}, {"batch_size": 1001}, {"batch_size": None}, {"in_flight": 0}, {"in_flight": "2"}],
)
async def test_settings_that_make_no_sense(ory: Ory, arguments: dict[str, Any]) -> None:
    with pytest.raises(errors.InvalidRequest):
        bulk.import_identities(ory, [], **arguments)
    for wrong in ("a@example.com", 7):
        with pytest.raises(errors.InvalidRequest):
            bulk.delete_identities(ory, wrong)  # type: ignore[arg-type]


# answers that do not come


async def test_an_answer_that_is_lost(ory: Ory, local: LocalOry) -> None:
    """The identities were made, but nobody said so: they are found, and made only once."""
    local.faults.next(truncate=10, method="PATCH", path="/admin/identities")
    bodies = [person(0, external_id="zero"), person(1), person(2, external_id="two")]
    results = [result async for result in bulk.import_identities(ory, bodies)]
    assert [(result.error, result.recovered) for result in results] == [(None, True)] * 3
    for result in results:
        assert result.identity_id is not None
        found = await ory.identity.get_identity(result.identity_id)
        assert isinstance(result.input, models.CreateIdentityBody)
        assert found.traits == result.input.traits
    assert len(await emails(ory)) == 3


@pytest.mark.parametrize("fault", [{"reset": True}, {"status": 502}, {"status": 200, "body": b"<html>"}])
async def test_a_batch_that_never_arrived(ory: Ory, local: LocalOry, fault: dict[str, Any]) -> None:
    local.faults.next(**fault, times=2, method="PATCH")
    results = [result async for result in bulk.import_identities(ory, people(3))]
    assert [(result.error, result.recovered) for result in results] == [(None, False)] * 3
    assert len(await emails(ory)) == 3


async def test_a_lost_answer_and_other_mistakes(ory: Ory, local: LocalOry) -> None:
    await ory.identity.create_identity(person(1, external_id="somebody else"))
    local.faults.next(truncate=10, method="PATCH")
    bodies: list[bulk.Body] = [
        person(0),
        person(1, external_id="mine"),
        {"schema_id": "default", "traits": {"email": "nonsense"}},
    ]
    zero, one, two = [result async for result in bulk.import_identities(ory, bodies)]
    assert zero.recovered
    assert isinstance(one.error, errors.Conflict), "another identity has its address"
    assert isinstance(two.error, errors.BadRequest)


async def test_nothing_unique_is_not_sent_twice() -> None:
    body = models.CreateIdentityBody(schema_id="plain", traits={"name": "Ann"})
    named = models.CreateIdentityBody(schema_id="plain", traits={"name": "Ann"}, external_id="ann")
    async with LocalOry(schemas={"plain": NO_IDENTIFIER}) as local, Ory(local.url) as ory:
        local.faults.next(truncate=10, method="PATCH")
        first, second = [result async for result in bulk.import_identities(ory, [body, named])]
        assert isinstance(first.error, bulk.UnknownOutcome)
        assert second.recovered
        assert len([identity async for identity in ory.identity.list_identities()]) == 2


async def test_a_server_that_stays_away_stops_the_run(ory: Ory, local: LocalOry, no_waits: list[float]) -> None:
    local.faults.next(status=503, times=100)
    with pytest.raises(errors.ServerError):
        await bulk.import_identities(ory, people(3))
    assert no_waits == [0.5, 1.0, 2.0, 4.0]
    assert len(local.faults) == 95


async def test_a_server_that_fails_at_everything_is_not_the_fault_of_each(ory: Ory, local: LocalOry) -> None:
    local.faults.next(status=500, times=1000)
    with pytest.raises(errors.ServerError):
        await bulk.import_identities(ory, people(10))
    local.faults.clear()
    local.faults.next(status=500, times=3)  # a batch of four, its first half, and the first of that
    results = [result async for result in bulk.import_identities(ory, people(4))]
    assert [type(result.error) for result in results] == [errors.ServerError] + [type(None)] * 3


@pytest.mark.parametrize("status", [401, 403])
async def test_what_the_server_forbids_stops_the_run(ory: Ory, local: LocalOry, status: int) -> None:
    local.faults.next(status=status)
    with pytest.raises((errors.Unauthorized, errors.Forbidden)):
        await bulk.import_identities(ory, people(3))


# checkpoints


async def stopped(run: bulk.Run[Any], after: int) -> list[Any]:
    """The results of a run that is left in the middle of a batch."""
    taken = []
    async with aclosing(run.__aiter__()) as results:  # type: ignore[type-var]
        async for result in results:
            taken.append(result)
            if len(taken) == after:
                break
    return taken


async def test_a_run_goes_on_where_it_was(ory: Ory, tmp_path: Path, sent: Sent) -> None:
    checkpoint = tmp_path / "import.json"
    first = await stopped(bulk.import_identities(ory, people(50), checkpoint=checkpoint, batch_size=10), 25)
    rest = [r async for r in bulk.import_identities(ory, people(50), checkpoint=checkpoint, batch_size=10)]
    assert [result.index for result in rest] == list(range(20, 50)), "the batch that was left comes again"
    assert {result.index for result in rest if result.recovered} == set(range(20, 30))
    assert {r.identity_id for r in rest if r.index < 25} == {r.identity_id for r in first if r.index >= 20}
    assert len(await emails(ory)) == 50
    run = bulk.import_identities(ory, people(50), checkpoint=checkpoint)
    assert await run == Totals("import", succeeded=50)
    assert sent.sizes == [10] * 6


async def test_a_run_that_came_to_its_end(ory: Ory, tmp_path: Path) -> None:
    checkpoint = tmp_path / "import.json"
    await bulk.import_identities(ory, people(10), checkpoint=checkpoint)
    with pytest.raises(errors.ConfigurationError, match="other input"):
        await bulk.import_identities(ory, (person(number) for number in range(50, 70)), checkpoint=checkpoint)
    longer = [result.index async for result in bulk.import_identities(ory, people(13), checkpoint=checkpoint)]
    assert longer == [10, 11, 12]


async def test_input_that_comes_slowly_is_not_waited_for(ory: Ory) -> None:
    """A batch that is full goes; it does not wait for the first of the next one."""
    more = asyncio.Event()

    async def arriving() -> AsyncIterator[bulk.Body]:
        for body in people(5):
            yield body
        await more.wait()

    async with aclosing(bulk.import_identities(ory, arriving(), batch_size=5).batches()) as batches:
        assert len(await anext(batches)) == 5
        more.set()
        assert await anext(batches, None) is None


async def test_other_batches_in_flight(ory: Ory, tmp_path: Path) -> None:
    checkpoint = tmp_path / "import.json"
    await stopped(bulk.import_identities(ory, people(200), checkpoint=checkpoint, batch_size=10, in_flight=4), 55)
    run = bulk.import_identities(ory, people(200), checkpoint=checkpoint, batch_size=7, in_flight=2)
    assert [result.index async for result in run] == list(range(50, 200))
    assert run.totals == Totals("import", succeeded=200)
    assert len(await emails(ory)) == 200


async def test_cancelled_in_the_middle(ory: Ory, local: LocalOry, tmp_path: Path) -> None:
    """A batch is on its way when the run is cancelled; the server does it all the same."""
    checkpoint = tmp_path / "import.json"
    local.faults.latency(0.05, method="PATCH")
    at_work = asyncio.Event()
    watching = ory.with_options(on_request=lambda request: at_work.set())
    task = asyncio.ensure_future(bulk.import_identities(watching, people(20), checkpoint=checkpoint)._finish())
    await at_work.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    local.faults.clear()
    results = [result async for result in bulk.import_identities(ory, people(20), checkpoint=checkpoint)]
    assert [result.error for result in results] == [None] * 20
    assert len(await emails(ory)) == 20


async def test_a_stop_while_the_checkpoint_is_written(
    ory: Ory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often it is told to stop: each write ends before the next one begins, and nothing is sent twice."""
    checkpoint, gate, writing = tmp_path / "import.json", threading.Event(), asyncio.Event()
    loop, fsync = asyncio.get_running_loop(), os.fsync

    def slow(descriptor: int) -> None:
        loop.call_soon_threadsafe(writing.set)
        gate.wait(10)
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", slow)
    task = asyncio.ensure_future(bulk.import_identities(ory, people(20), checkpoint=checkpoint)._finish())
    await writing.wait()
    for _ in range(3):
        task.cancel()
        await asyncio.sleep(0)
    gate.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert os.listdir(tmp_path) == ["import.json"]
    totals = await bulk.import_identities(ory, people(20), checkpoint=checkpoint)
    assert (totals.succeeded, totals.failed) == (20, 0)
    assert len([identity async for identity in ory.identity.list_identities()]) == 20


async def test_a_lost_checkpoint(ory: Ory) -> None:
    await stopped(bulk.import_identities(ory, people(30), batch_size=10), 15)
    results = [result async for result in bulk.import_identities(ory, people(30), batch_size=8, recheck=True)]
    assert [result.error for result in results] == [None] * 30
    assert [result.recovered for result in results] == [True] * 20 + [False] * 10


@pytest.mark.parametrize(
    "other",
    [
        lambda: (person(number + 1) for number in range(50)),
        lambda: [person(0), person(1, external_id="changed"), *(person(number) for number in range(2, 50))],
        lambda: people(20),
        lambda: people(25),
        list,
        lambda: [*(person(number) for number in range(20)), *(person(number) for number in range(100, 150))],
    ],
)
async def test_the_checkpoint_of_other_input(ory: Ory, tmp_path: Path, other: Any, sent: Sent) -> None:
    checkpoint = tmp_path / "import.json"
    await stopped(bulk.import_identities(ory, people(50), checkpoint=checkpoint, batch_size=10), 25)
    before = len(sent.operations)
    with pytest.raises(errors.ConfigurationError, match="other input"):
        await bulk.import_identities(ory, other(), checkpoint=checkpoint, batch_size=10)
    assert len(sent.operations) == before


@pytest.mark.parametrize("content", ["", "{}", "[]", "nonsense", '{"version": 2}', '{"version": 1, "done": 1}'])
async def test_a_file_that_is_no_checkpoint(ory: Ory, tmp_path: Path, content: str) -> None:
    checkpoint = tmp_path / "import.json"
    checkpoint.write_text(content)
    with pytest.raises(errors.ConfigurationError, match="no checkpoint"):
        await bulk.import_identities(ory, people(3), checkpoint=checkpoint)
    assert checkpoint.read_text() == content


async def test_a_checkpoint_of_another_kind_or_place(ory: Ory, tmp_path: Path) -> None:
    checkpoint = tmp_path / "run.json"
    await bulk.import_identities(ory, people(3), checkpoint=checkpoint)
    assert checkpoint.stat().st_mode & 0o777 == 0o600
    with pytest.raises(errors.ConfigurationError, match="another run"):
        await bulk.delete_identities(ory, [], checkpoint=checkpoint)
    for nowhere in (tmp_path / "missing" / "run.json", tmp_path):
        with pytest.raises(errors.ConfigurationError):
            await bulk.import_identities(ory, people(3), checkpoint=nowhere)


async def test_no_secret_in_checkpoints_and_reprs(ory: Ory, tmp_path: Path) -> None:
    body = {**to_dict(person(1)), "credentials": {"password": {"config": {"password": "hunter2-hunter2"}}}}
    [result] = [r async for r in bulk.import_identities(ory, [body], checkpoint=tmp_path / "run.json")]
    assert "hunter2" not in repr(result)
    assert "hunter2" not in (tmp_path / "run.json").read_text()


async def test_progress(ory: Ory, tmp_path: Path) -> None:
    seen: list[int] = []
    run = bulk.import_identities(ory, people(25), batch_size=10, progress=lambda totals: seen.append(totals.done))
    await run
    assert seen == [0, 10, 20, 25]


# the pace


async def test_429_is_waited_for(ory: Ory, local: LocalOry, no_waits: list[float]) -> None:
    local.faults.next(status=429, retry_after=40, method="PATCH")
    local.faults.next(status=429, headers={"x-ratelimit-reset": "7"}, method="PATCH")
    local.faults.next(status=429, method="PATCH", times=2)
    assert (await bulk.import_identities(ory, people(3))).succeeded == 3
    assert no_waits == [40.0, 7.0, 4.0, 8.0]
    local.faults.next(status=429, times=100)
    with pytest.raises(errors.RateLimited):
        await bulk.import_identities(ory, people(3))
    assert len(local.faults) == 90


async def test_a_limit_that_is_used_up_is_waited_for_by_its_own_bucket(
    ory: Ory, local: LocalOry, no_waits: list[float]
) -> None:
    used_up = {"x-ratelimit-remaining": "0, 100;w=60", "x-ratelimit-reset": "5"}
    local.faults.next(status=204, headers=used_up, body=b"", method="DELETE")
    local.faults.next(status=204, headers={**used_up, "x-ratelimit-remaining": "1"}, body=b"", method="DELETE", times=2)
    limits = pace.Pace()
    for _ in range(2):
        await limits.call("low", ory.identity.delete_identity, "a")
    assert no_waits == [5.0]
    local.faults.next(status=204, headers=used_up, body=b"", method="DELETE")
    await limits.call("low", ory.identity.delete_identity, "a")
    await limits.call("low", ory.identity.delete_identity, "a")
    await limits.call("high", ory.identity.list_identities().page)
    assert no_waits == [5.0]


async def test_a_wait_can_be_cancelled(local: LocalOry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "asyncio", asyncio)
    local.faults.next(status=429, retry_after=3600, method="PATCH")
    refused = asyncio.Event()
    async with Ory(local.url, retry=None, on_response=lambda request, answer: refused.set()) as ory:
        task = asyncio.ensure_future(bulk.import_identities(ory, people(1))._finish())
        await refused.wait()
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_patience_knows_what_was_sent() -> None:
    told: list[bool] = []

    async def work(again: bool) -> str:
        told.append(again)
        if len(told) == 1:
            raise errors.ConnectError("no connection")
        if len(told) == 2:
            raise errors.ConnectionLost("broken")
        return "done"

    assert await patiently(work, again=False) == "done"
    assert told == [False, False, True]


# update and delete


def promote(identity: models.Identity) -> None:
    identity.metadata_public = {**(identity.metadata_public or {}), "plan": "gold"}


async def test_update_with(ory: Ory, sent: Sent) -> None:
    made = await ory.identity.create_identity(person(1, metadata_public={"a": 1}, metadata_admin={"secret": True}))
    updated = await bulk.update_with(ory, made.id, promote)
    assert updated.metadata_public == {"a": 1, "plan": "gold"}
    assert updated.metadata_admin == {"secret": True}
    sent.operations.clear()
    assert (await bulk.update_with(ory, made.id, promote)).metadata_public == {"a": 1, "plan": "gold"}
    assert sent.operations == ["identity.get_identity"], "nothing differs, so nothing is sent"

    async def rename(identity: models.Identity) -> None:
        identity.traits["name"] = {"first": "Ann"}
        identity.metadata_admin = None
        identity.external_id = "ann"
        identity.state = models.IdentityState.INACTIVE

    updated = await bulk.update_with(ory, made.id, rename)
    assert updated.traits == {"email": "p1@example.com", "name": {"first": "Ann"}}
    assert (updated.metadata_admin, updated.external_id, updated.state) == (None, "ann", "inactive")

    def forget(identity: models.Identity) -> None:
        identity.external_id = None

    assert (await bulk.update_with(ory, made.id, forget)).external_id is None


async def test_what_others_change_meanwhile_is_kept(ory: Ory) -> None:
    made = await ory.identity.create_identity(person(1, metadata_public={"visits": 1}))

    async def slow(identity: models.Identity) -> None:
        await bulk.update_with(ory, made.id, promote)
        identity.metadata_public["visits"] = 2

    updated = await bulk.update_with(ory, made.id, slow)
    assert updated.metadata_public == {"visits": 2, "plan": "gold"}


async def test_what_cannot_be_patched(ory: Ory) -> None:
    made = await ory.identity.create_identity(person(1))

    def wrong(identity: models.Identity) -> None:
        identity.credentials = {}

    with pytest.raises(errors.InvalidRequest, match="credentials"):
        await bulk.update_with(ory, made.id, wrong)
    with pytest.raises(errors.NotFound):
        await bulk.update_with(ory, "00000000-0000-4000-8000-000000000000", promote)


async def test_many_updates(ory: Ory, tmp_path: Path) -> None:
    ids = [result.identity_id async for result in bulk.import_identities(ory, people(12))]
    nobody = "00000000-0000-4000-8000-000000000000"
    gold = [models.JsonPatch(op="add", path="/metadata_public", value={"plan": "gold"})]
    changes: list[Any] = [(id, promote if number % 2 else gold) for number, id in enumerate(ids)]
    changes[3:3] = [(nobody, promote), "no pair"]
    run = bulk.update_identities(ory, changes, checkpoint=tmp_path / "update.json", batch_size=4)
    taken = await stopped(run, 6)
    assert [type(result.error) for result in taken[3:5]] == [errors.NotFound, errors.InvalidRequest]
    run = bulk.update_identities(ory, changes, checkpoint=tmp_path / "update.json", batch_size=4)
    assert [result.index async for result in run] == list(range(4, 14))
    assert run.totals == Totals("update", succeeded=12, failed=2)
    assert {i.metadata_public["plan"] async for i in ory.identity.list_identities()} == {"gold"}


async def test_many_deletions(ory: Ory, sent: Sent) -> None:
    ids = [result.identity_id or "" async for result in bulk.import_identities(ory, people(12))]
    await ory.identity.delete_identity(ids[3])
    results = [result async for result in bulk.delete_identities(ory, [*ids, ""], batch_size=2, in_flight=3)]
    assert sent.most == 3
    assert [type(result.error) for result in results] == [type(None)] * 12 + [errors.InvalidRequest]
    assert await emails(ory) == []


# export


async def test_export(ory: Ory, tmp_path: Path) -> None:
    await bulk.import_identities(ory, people(25))
    exported = [identity.traits["email"] async for identity in bulk.export_identities(ory, page_size=10)]
    assert sorted(exported) == sorted(f"p{number}@example.com" for number in range(25))
    [found] = [i async for i in bulk.export_identities(ory, credentials_identifier="p3@example.com")]
    assert found.traits == {"email": "p3@example.com"}


async def test_an_export_goes_on_where_it_was(ory: Ory, tmp_path: Path) -> None:
    await bulk.import_identities(ory, people(25))
    checkpoint = tmp_path / "export.json"
    first = await stopped(bulk.export_identities(ory, checkpoint=checkpoint, page_size=10), 12)
    run = bulk.export_identities(ory, checkpoint=checkpoint, page_size=10)
    rest = [identity async for identity in run]
    assert len(rest) == 15
    assert len({identity.id for identity in first + rest}) == 25
    assert run.totals == Totals("export", succeeded=25)
    assert await bulk.export_identities(ory, checkpoint=checkpoint) == Totals("export", succeeded=25)
    with pytest.raises(errors.ConfigurationError, match="organization_id"):
        await bulk.export_identities(ory, checkpoint=checkpoint, organization_id="o")
