from __future__ import annotations

import asyncio
import inspect
import pickle
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ory_sync
from ory_async import Ory, Request, errors, models, permissions
from ory_async.local import LocalOry
from ory_async.local.keto import KetoOptions
from ory_async.permissions import Coalescer, RelationTuple, SubjectSet, Tree, Unanswered
from ory_sync import permissions as blocking

ALICE, DEV = SubjectSet("User", "alice"), SubjectSet("Group", "dev", "members")
LIMITED = KetoOptions(strict=True, max_depth=2)


class Asked:
    """Counts the requests of a client, by operation."""

    def __init__(self) -> None:
        self.operations: list[str] = []

    def __call__(self, request: Request) -> None:
        self.operations.append(request.operation.name)


@pytest.fixture
def asked() -> Asked:
    return Asked()


@pytest.fixture
async def ory(asked: Asked) -> AsyncIterator[Ory]:
    """A client of an Ory where Alice owns the readme, and Bob as a member of the group that may view it."""
    async with LocalOry() as local, Ory(local.url, on_request=asked) as ory:
        await ory.relationship.grant("File:readme", "owners", "User:alice")
        await ory.relationship.grant("File:readme", "viewers", "Group:dev#members")
        await ory.relationship.grant("Group:dev", "members", "User:bob")
        asked.operations.clear()
        yield ory


@pytest.fixture
async def strict() -> AsyncIterator[Ory]:
    """A client of a strict Ory that looks no deeper than two steps; the file `deep` is four folders down."""
    async with LocalOry(keto=LIMITED) as local, Ory(local.url) as ory:
        await ory.relationship.grant("File:deep", "parents", "Folder:0")
        for depth in range(3):
            await ory.relationship.grant(f"Folder:{depth}", "parents", f"Folder:{depth + 1}")
        await ory.relationship.grant("Folder:3", "viewers", "User:alice")
        await ory.relationship.grant("File:flat", "owners", "User:alice")
        yield ory


# the notation

# What a name may hold so that the notation can express it, by the place where it stands.
relations = st.text(st.characters(exclude_characters="@", exclude_categories=["Cs"]))
namespaces = st.text(st.characters(exclude_characters=":#", exclude_categories=["Cs"]), min_size=1)
names = st.text(st.characters(exclude_characters="#", exclude_categories=["Cs"]), min_size=1)
anything = st.text(st.characters(exclude_categories=["Cs"]))
ids = st.text(st.characters(exclude_characters=":", exclude_categories=["Cs"]), min_size=1)
subject_sets = st.builds(SubjectSet, namespaces, names, anything)


@given(
    st.builds(RelationTuple, namespaces, names, relations, subject_id=ids)
    | st.builds(RelationTuple, namespaces, names, relations, subject_set=subject_sets)
)
def test_what_is_written_is_read_again(written: RelationTuple) -> None:
    assert RelationTuple.parse(str(written)) == written
    assert RelationTuple.from_model(written.to_model()) == written


@given(st.text(alphabet="ab:#@()", max_size=20))
def test_what_is_read_is_written_so_that_it_means_the_same(text: str) -> None:
    try:
        read = RelationTuple.parse(text)
    except errors.InvalidRequest:
        return
    assert RelationTuple.parse(str(read)) == read


@pytest.mark.parametrize(
    ("text", "meant", "written"),
    [
        ("File:readme#view@User:alice", RelationTuple("File", "readme", "view", subject_set=ALICE), None),
        ("File:readme#view@(User:alice#)", RelationTuple("File", "readme", "view", subject_set=ALICE), "@User:alice"),
        ("File:readme#view@(Group:dev#members)", RelationTuple("File", "readme", "view", subject_set=DEV), None),
        ("File:readme#view@Group:dev#members", RelationTuple("File", "readme", "view", subject_set=DEV), "@(Group:dev"),
        ("File:readme#view@alice", RelationTuple("File", "readme", "view", subject_id="alice"), None),
        (
            "File:a:b#owners@User:x:y",
            RelationTuple("File", "a:b", "owners", subject_set=SubjectSet("User", "x:y")),
            None,
        ),
        (
            "File:readme#@User:al@ice",
            RelationTuple("File", "readme", "", subject_set=SubjectSet("User", "al@ice")),
            None,
        ),
    ],
)
def test_the_notation(text: str, meant: RelationTuple, written: str | None) -> None:
    assert RelationTuple.parse(text) == meant
    assert (written or text) in str(meant)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "File",
        "File:readme",
        "File:readme#view",
        "File:readme@User:alice",
        "readme#view@User:alice",
        "File:#view@User:alice",
        ":readme#view@User:alice",
        "File:readme#view@",
        "File:readme#view@()",
        "File:readme#view@:",
        "File:readme#view@User:",
        "File:readme#view@:alice",
    ],
)
def test_what_is_no_tuple(text: str) -> None:
    with pytest.raises(errors.InvalidRequest):
        RelationTuple.parse(text)


def test_a_name_from_outside_cannot_become_another_object_or_subject() -> None:
    hostile = "alice#members"
    with pytest.raises(errors.InvalidRequest):
        RelationTuple.of(f"File:{hostile}", "view", "User:alice")
    assert RelationTuple.of("File:a", "view", SubjectSet("User", hostile)).subject == SubjectSet("User", hostile, "")
    assert RelationTuple.of("File:a", "view", subject_id="User:alice").subject_id == "User:alice"


@pytest.mark.parametrize(
    "make",
    [
        lambda: RelationTuple("File", "a", "view"),
        lambda: RelationTuple("File", "a", "view", subject_id="x", subject_set=ALICE),
        lambda: RelationTuple("File", "a", None, subject_id="x"),  # type: ignore[arg-type]
        lambda: RelationTuple("File", "a", "view", subject_set="User:alice"),  # type: ignore[arg-type]
        lambda: RelationTuple.of("File:a", "view"),
        lambda: RelationTuple.of("File:a", "view", "User:a", subject_id="a"),
        lambda: RelationTuple.of("File:a", "view", models.SubjectSet(namespace="User", object="a", relation="")),  # type: ignore[arg-type]
        lambda: SubjectSet("User", 7),  # type: ignore[arg-type]
        lambda: SubjectSet.parse("alice"),
    ],
)
def test_bad_parts_are_refused(make: object) -> None:
    assert callable(make)
    with pytest.raises(errors.InvalidRequest):
        make()


# checks


async def test_is_allowed(ory: Ory) -> None:
    assert await ory.permission.is_allowed("File:readme", "view", "User:alice") is True
    assert await ory.permission.is_allowed("File:readme", "view", SubjectSet("User", "bob")) is True
    assert await ory.permission.is_allowed("File:readme", "edit", "User:bob") is False
    assert await ory.permission.is_allowed("File:readme", "view", subject_id="User:alice") is False
    assert await ory.permission.is_allowed("File:readme", "view", "User:bob", max_depth=1) is False


async def test_an_unknown_relation_is_an_error(ory: Ory) -> None:
    with pytest.raises(errors.BadRequest):
        await ory.permission.is_allowed("File:readme", "veiw", "User:alice")


async def test_a_limit_is_an_error_and_no_denial(strict: Ory) -> None:
    assert await strict.permission.is_allowed("File:flat", "view", "User:alice")
    with pytest.raises(errors.UnprocessableEntity):
        await strict.permission.is_allowed("File:deep", "view", "User:alice")
    with pytest.raises(Unanswered) as unanswered:
        await strict.permission.are_allowed([("File:flat", "view", "User:alice"), ("File:deep", "view", "User:alice")])
    assert unanswered.value.question == "File:deep#view@User:alice"
    assert unanswered.value.reason == "max_depth_exceeded"
    assert pickle.loads(pickle.dumps(unanswered.value)) == unanswered.value


async def test_many_answers_in_order(ory: Ory, asked: Asked) -> None:
    wanted = [number % 3 == 0 for number in range(95)]
    for number, allowed in enumerate(wanted):
        if allowed:
            await ory.relationship.grant(f"File:{number}", "owners", "User:alice")
    asked.operations.clear()
    answers = await ory.permission.are_allowed((f"File:{number}", "view", "User:alice") for number in range(95))
    assert answers == wanted
    assert asked.operations == ["permission.batch_check_permission"] * 10
    assert await ory.permission.are_allowed([]) == []


async def test_every_form_of_a_tuple(ory: Ory) -> None:
    parts = ("File:readme", "view", "User:alice")
    same: list[permissions.TupleLike] = [parts, "File:readme#view@User:alice", RelationTuple.of(*parts)]
    assert await ory.permission.are_allowed(same, batch_size=2) == [True, True, True]
    for wrong in (["File:readme"], [parts[:2]], [None], "File:readme#view@User:alice"):
        with pytest.raises(errors.InvalidRequest):
            await ory.permission.are_allowed(wrong)  # type: ignore[arg-type]
    with pytest.raises(errors.InvalidRequest):
        await ory.permission.are_allowed(same, batch_size=0)


async def test_an_unknown_namespace_among_many_is_an_error(ory: Ory) -> None:
    tuples = [("File:readme", "view", "User:alice")] * 30 + [("Fiel:readme", "view", "User:alice")]
    with pytest.raises(Unanswered, match="Fiel:readme#view@User:alice"):
        await ory.permission.are_allowed(tuples)


@pytest.mark.parametrize("told", [{}, {"results": []}, {"results": [{}]}, {"results": [{"allowed": "yes"}]}])
def test_an_answer_that_is_none_is_no_denial(told: dict[str, object]) -> None:
    from ory_async import from_dict

    question = RelationTuple("File", "a", "view", subject_id="x")
    [answer] = permissions.answers_to([question], from_dict(models.BatchCheckPermissionResult, told))
    assert isinstance(answer, Unanswered)


# writing and listing


async def test_granted_and_revoked(ory: Ory) -> None:
    await ory.relationship.grant("File:readme", "viewers", "User:carol")
    await ory.relationship.grant("File:readme", "viewers", subject_id="carol")
    await ory.relationship.grant("File:other", "viewers", "User:carol")
    for _ in range(2):
        await ory.relationship.revoke("File:readme", "viewers", "User:carol")
    assert not await ory.permission.is_allowed("File:readme", "view", "User:carol")
    assert await ory.permission.is_allowed("File:other", "view", "User:carol")
    assert {each async for each in ory.relationship.subjects_of("File:readme", "viewers")} == {"carol", DEV}


async def test_listed_by_pages(ory: Ory) -> None:
    for number in range(25):
        await ory.relationship.grant("Group:staff", "members", f"User:{number}")
        await ory.relationship.grant(f"Folder:{number}", "viewers", "Group:staff#members")
    everybody = {SubjectSet("User", str(number)) for number in range(25)}
    assert {each async for each in ory.relationship.subjects_of("Group:staff", "members", page_size=10)} == everybody
    first = await ory.relationship.subjects_of("Group:staff", "members", page_size=10)
    assert len(first) == 10
    assert first.next_page_token is not None
    objects = ory.relationship.objects_of("Folder", "viewers", "Group:staff#members", page_size=10)
    assert sorted([int(name) async for name in objects]) == list(range(25))
    assert [name async for name in ory.relationship.objects_of("Folder", "viewers", subject_id="nobody")] == []


async def test_nothing_given_deletes_nothing(ory: Ory, asked: Asked) -> None:
    with pytest.raises(errors.InvalidRequest, match="everything"):
        await ory.relationship.delete_relationships()
    with pytest.raises(errors.InvalidRequest):
        await ory.relationship.revoke("File:readme", "owners")
    assert asked.operations == []
    assert await ory.permission.is_allowed("File:readme", "view", "User:alice")


# expansion


async def test_the_tree_prints_well(ory: Ory) -> None:
    await ory.relationship.grant("Group:dev", "members", "carol")
    tree = await ory.permission.expand("File:readme", "viewers")
    assert str(tree).splitlines()[:2] == ["File:readme#viewers [union]", "└── Group:dev#members [union]"]
    first, last = str(tree).splitlines()[2:]
    assert (first[:8], last[:8]) == ("    ├── ", "    └── ")
    assert {first[8:], last[8:]} == {"User:bob", "carol"}
    assert set(tree.subjects()) == {SubjectSet("User", "bob"), "carol"}
    assert tree.subject == SubjectSet("File", "readme", "viewers")


async def test_nothing_to_expand(ory: Ory, strict: Ory) -> None:
    tree = await ory.permission.expand("File:nowhere", "viewers")
    assert (str(tree), tree.operator, tree.subjects()) == ("File:nowhere#viewers", "leaf", [])
    with pytest.raises(errors.NotFound):
        await ory.permission.expand("Fiel:readme", "viewers")
    with pytest.raises(Unanswered, match="no relation tuple found"):
        await strict.permission.expand("File:flat", "veiwers")


def test_operators_and_odd_names_in_a_tree() -> None:
    leaves = (Tree("leaf", "a\x1b[2J"), Tree("leaf", ALICE), Tree("leaf", ALICE))
    tree = Tree("union", DEV, (Tree("exclusion", None, leaves), Tree("leaf", "b")))
    assert str(tree).splitlines() == [
        "Group:dev#members [union]",
        "├── [exclusion]",
        "│   ├── 'a\\x1b[2J'",
        "│   ├── User:alice",
        "│   └── User:alice",
        "└── b",
    ]
    assert tree.subjects() == ["a\x1b[2J", ALICE, "b"]


# the coalescer


async def test_checks_of_one_moment_go_together(ory: Ory, asked: Asked) -> None:
    async with Coalescer(ory) as together:
        answers = await asyncio.gather(
            *(together.is_allowed("File:readme", "view", f"User:{name}") for name in ["alice", "bob", "carol"] * 6)
        )
        assert answers == [True, True, False] * 6
        assert asked.operations == ["permission.batch_check_permission"]
        await asyncio.gather(*(together.is_allowed("File:readme", "view", f"User:{number}") for number in range(25)))
        assert len(asked.operations) == 1 + 3


async def test_no_answer_is_older_than_its_question(ory: Ory) -> None:
    """A question that is on its way is asked again: the world may have changed meanwhile."""
    async with Coalescer(ory) as together:
        early = asyncio.ensure_future(together.is_allowed("File:new", "view", "User:alice"))
        assert await early is False
        await ory.relationship.grant("File:new", "owners", "User:alice")
        assert await together.is_allowed("File:new", "view", "User:alice") is True


async def test_a_delay_joins_checks_of_different_moments(ory: Ory, asked: Asked) -> None:
    async with Coalescer(ory, delay=60, max_batch=3) as together:
        waiting = []
        for name in ("alice", "bob", "carol"):
            waiting.append(asyncio.ensure_future(together.is_allowed("File:readme", "view", f"User:{name}")))
            await asyncio.sleep(0)
        assert await asyncio.gather(*waiting) == [True, True, False]
        assert len(asked.operations) == 1
        last = asyncio.ensure_future(together.is_allowed("File:readme", "view", "User:alice"))
        await asyncio.sleep(0)
    assert await last is True  # to close is to ask what waits


async def test_a_cancelled_waiter_takes_no_other_with_it(ory: Ory) -> None:
    async with Coalescer(ory) as together:
        first, second = (
            asyncio.ensure_future(together.is_allowed("File:readme", "view", "User:alice")) for _ in range(2)
        )
        await asyncio.sleep(0)
        first.cancel()
        assert await second is True
        assert first.cancelled() or first.cancelling()


async def test_a_failed_item_fails_alone_and_a_failed_batch_as_a_whole(strict: Ory) -> None:
    async with Coalescer(strict) as together:
        good, bad = await asyncio.gather(
            together.is_allowed("File:flat", "view", "User:alice"),
            together.is_allowed("File:deep", "view", "User:alice"),
            return_exceptions=True,
        )
        assert good is True
        assert isinstance(bad, Unanswered)
    async with Ory("http://127.0.0.1:1", retry=None) as nowhere, Coalescer(nowhere) as together:
        refused = await asyncio.gather(
            *(together.is_allowed("File:a", "view", f"User:{name}") for name in "ab"), return_exceptions=True
        )
        assert [type(each) for each in refused] == [errors.ConnectError] * 2


async def test_closed(ory: Ory) -> None:
    together = Coalescer(ory)
    await together.close()
    with pytest.raises(errors.ClientClosed):
        await together.is_allowed("File:readme", "view", "User:alice")
    mistakes: list[dict[str, Any]] = [{"max_batch": 0}, {"delay": -1.0}]
    for bad in mistakes:
        with pytest.raises(errors.InvalidRequest):
            Coalescer(ory, **bad)


# the blocking twin


def test_the_twins_have_the_same_names_and_signatures() -> None:
    assert blocking.__all__ == permissions.__all__
    for name in ("is_allowed", "close"):
        ours, twin = getattr(Coalescer, name), getattr(blocking.Coalescer, name)
        assert inspect.signature(twin).parameters == inspect.signature(ours).parameters
        assert twin.__doc__ == ours.__doc__
    ours, twin = inspect.signature(Coalescer).parameters, inspect.signature(blocking.Coalescer).parameters
    assert [(each.name, each.default, each.kind) for each in ours.values()] == [
        (each.name, each.default, each.kind) for each in twin.values()
    ]


def test_blocking() -> None:
    with LocalOry.in_thread() as local, ory_sync.Ory(local.url) as ory:
        ory.relationship.grant("File:readme", "viewers", "Group:dev#members")
        ory.relationship.grant("Group:dev", "members", "User:bob")
        assert ory.permission.is_allowed("File:readme", "view", "User:bob")
        assert ory.permission.are_allowed(["File:readme#view@User:bob", "File:readme#edit@User:bob"]) == [True, False]
        assert str(ory.permission.expand("File:readme", "viewers")).endswith("    └── User:bob")
        assert list(ory.relationship.subjects_of("File:readme", "viewers")) == [DEV]
        assert list(ory.relationship.objects_of("File", "viewers", DEV)) == ["readme"]
        ory.relationship.revoke("Group:dev", "members", "User:bob")
        assert not ory.permission.is_allowed("File:readme", "view", "User:bob")


def test_checks_of_many_threads_go_together(asked: Asked) -> None:
    names = [f"User:{number}" for number in range(10)]
    with (
        LocalOry.in_thread() as local,
        ory_sync.Ory(local.url, on_request=asked) as ory,
        ThreadPoolExecutor(10) as pool,
    ):
        ory.relationship.grant("File:readme", "owners", names[3])
        asked.operations.clear()
        with blocking.Coalescer(ory, delay=60) as together:
            answers = list(pool.map(lambda name: together.is_allowed("File:readme", "view", name), names))
        assert answers == [number == 3 for number in range(10)]
        assert asked.operations == ["permission.batch_check_permission"]
