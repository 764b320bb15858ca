from __future__ import annotations

from collections.abc import Iterable

import pytest

from ory_async import Ory, errors, models

from .support import NewName, fresh


def user(name: str) -> models.SubjectSet:
    """The subject ``User:name``."""
    return models.SubjectSet(namespace="User", object=name, relation="")


def viewer(object: str, name: str) -> models.Relationship:
    return models.Relationship(namespace="File", object=object, relation="viewers", subject_set=user(name))


async def write(ory: Ory, *tuples: models.Relationship) -> None:
    await ory.relationship.patch_relationships(
        [models.RelationshipPatch(action="insert", relation_tuple=each) for each in tuples]
    )


def subjects(tuples: Iterable[models.Relationship]) -> list[str]:
    """The names of the users that are subjects, sorted."""
    return sorted(each.subject_set.object for each in tuples if each.subject_set is not None)


async def test_written_and_deleted(ory: Ory, new_object: NewName) -> None:
    object = new_object()
    body = models.CreateRelationshipBody(namespace="File", object=object, relation="owners", subject_set=user("alice"))
    written = await ory.relationship.create_relationship(body)
    assert (written.namespace, written.object, written.relation) == ("File", object, "owners")
    assert (written.subject_id, written.subject_set) == (None, user("alice"))
    listed = ory.relationship.get_relationships(namespace="File", object=object)
    assert [each async for each in listed] == [written]
    assert await ory.relationship.create_relationship(body) == written  # no error, though lists may hold it twice now
    for _ in range(2):
        await ory.relationship.delete_relationships(
            namespace="File",
            object=object,
            relation="owners",
            subject_set_namespace="User",
            subject_set_object="alice",
            subject_set_relation="",
        )
    assert not await listed


async def test_subject_by_a_plain_name(ory: Ory, new_object: NewName) -> None:
    object = new_object()
    written = await ory.relationship.create_relationship(
        {"namespace": "File", "object": object, "relation": "owners", "subject_id": "User:alice"}
    )
    assert (written.subject_id, written.subject_set) == ("User:alice", None)
    by_name = ory.relationship.get_relationships(namespace="File", object=object, subject_id="User:alice")
    assert [each async for each in by_name] == [written]
    by_set = ory.relationship.get_relationships(
        namespace="File",
        object=object,
        subject_set_namespace="User",
        subject_set_object="alice",
        subject_set_relation="",
    )
    assert not await by_set


@pytest.mark.parametrize("page_size", [1, 2, 3, 7, None])
async def test_pages(ory: Ory, new_object: NewName, page_size: int | None) -> None:
    object, names = new_object(), [f"user-{number}" for number in range(7)]
    await write(ory, *(viewer(object, name) for name in names))
    listed = ory.relationship.get_relationships(namespace="File", object=object, page_size=page_size)
    assert subjects([each async for each in listed]) == names
    pages = [page async for page in listed.pages()]
    assert subjects([each for page in pages for each in page]) == names
    assert all(len(page) <= (page_size or 100) for page in pages)
    assert len(await listed) == min(7, page_size or 100)


async def test_empty_list_ends(ory: Ory, new_object: NewName) -> None:
    nothing = ory.relationship.get_relationships(namespace="File", object=new_object(), page_size=2)
    assert [each async for each in nothing] == []
    assert not (await nothing).next_page_token


async def test_page_token_of_another_filter(ory: Ory, new_object: NewName) -> None:
    object, other = new_object(), new_object()
    await write(ory, *(viewer(object, f"user-{number}") for number in range(3)))
    first = await ory.relationship.get_relationships(namespace="File", object=object, page_size=2)
    with pytest.raises(errors.BadRequest):
        await ory.relationship.get_relationships(namespace="File", object=other, page_token="forged")
    second = await ory.relationship.get_relationships(
        namespace="File", object=object, page_size=2, page_token=first.next_page_token
    )
    assert subjects([*first, *second]) == ["user-0", "user-1", "user-2"]


async def test_filters(ory: Ory, new_object: NewName) -> None:
    object, folder = new_object(), new_object("folder")
    members = models.SubjectSet(namespace="Group", object=fresh("staff"), relation="members")
    alice, bob = viewer(object, "alice"), viewer(object, "bob")
    staff = models.Relationship(namespace="File", object=object, relation="owners", subject_set=members)
    plain = models.Relationship(namespace="File", object=object, relation="parents", subject_id=folder)
    await write(ory, alice, bob, staff, plain)

    async def found(**filter: str) -> list[models.Relationship]:
        return [each async for each in ory.relationship.get_relationships(namespace="File", object=object, **filter)]

    assert len(await found()) == 4
    assert subjects(await found(relation="viewers")) == ["alice", "bob"]
    assert await found(subject_id=folder) == [plain]
    of_staff = {"subject_set_namespace": "Group", "subject_set_object": members.object}
    assert await found(**of_staff, subject_set_relation="members") == [staff]
    assert await found(**of_staff, subject_set_relation="") == []
    assert await found(relation="unheard-of") == []


async def test_patch_is_all_or_nothing(ory: Ory, new_object: NewName) -> None:
    object = new_object()
    await write(ory, viewer(object, "alice"))
    unknown = models.Relationship(namespace="Unknown", object=object, relation="viewers", subject_id="x")
    with pytest.raises(errors.NotFound):
        await write(ory, viewer(object, "bob"), unknown)
    listed = ory.relationship.get_relationships(namespace="File", object=object)
    assert subjects(await listed) == ["alice"]

    await ory.relationship.patch_relationships(
        [
            models.RelationshipPatch(action="insert", relation_tuple=viewer(object, "bob")),
            models.RelationshipPatch(action="delete", relation_tuple=viewer(object, "alice")),
            models.RelationshipPatch(action="delete", relation_tuple=viewer(object, "nobody")),
        ]
    )
    assert subjects(await listed) == ["bob"]
    await ory.relationship.patch_relationships([])
    with pytest.raises(errors.BadRequest):
        await ory.relationship.patch_relationships([{"action": "upsert", "relation_tuple": {}}])


async def test_delete_by_a_filter(ory: Ory, new_object: NewName) -> None:
    object, other = new_object(), new_object()
    owner = models.Relationship(namespace="File", object=object, relation="owners", subject_set=user("alice"))
    await write(ory, owner, *(viewer(each, name) for each in (object, other) for name in ("alice", "bob", "carol")))
    await ory.relationship.delete_relationships(namespace="File", object=object, relation="viewers")
    assert list(await ory.relationship.get_relationships(namespace="File", object=object)) == [owner]
    assert len(await ory.relationship.get_relationships(namespace="File", object=other)) == 3


async def test_unknown_namespace(ory: Ory) -> None:
    body = {"namespace": "Unknown", "object": "x", "relation": "y", "subject_id": "z"}
    with pytest.raises(errors.NotFound):
        await ory.relationship.create_relationship(body)
    with pytest.raises(errors.NotFound):
        await ory.relationship.delete_relationships(namespace="Unknown")
    with pytest.raises(errors.NotFound):
        await ory.relationship.get_relationships(namespace="Unknown")


@pytest.mark.parametrize(
    "filter",
    [
        {"subject_set_namespace": "User", "subject_set_object": "alice"},
        {"subject_id": "x", "subject_set_namespace": "User", "subject_set_object": "y", "subject_set_relation": ""},
    ],
    ids=["incomplete subject", "two subjects"],
)
async def test_refused_filter(ory: Ory, filter: dict[str, str]) -> None:
    with pytest.raises(errors.BadRequest):
        await ory.relationship.get_relationships(namespace="File", **filter)
    with pytest.raises(errors.BadRequest):
        await ory.relationship.delete_relationships(namespace="File", **filter)


async def test_without_a_namespace_or_a_subject(ory: Ory) -> None:
    with pytest.raises(errors.BadRequest):
        await ory.relationship.delete_relationships(object="x")
    with pytest.raises(errors.BadRequest):
        await ory.relationship.create_relationship({"namespace": "File", "object": "x", "relation": "owners"})


async def test_namespaces(ory: Ory) -> None:
    listed = await ory.relationship.list_relationship_namespaces()
    assert {"User", "Group", "Folder", "File"} <= {each.name for each in listed.namespaces or ()}


async def test_opl_syntax(ory: Ory) -> None:
    good = "class User implements Namespace {}"
    assert not (await ory.relationship.check_opl_syntax(good)).errors
    bad = f"{good}\nclass File implements Namespace {{ related: {{ owners: Nobody[] }} }}"
    [error] = (await ory.relationship.check_opl_syntax(bad)).errors or ()
    assert error.start is not None
    assert error.end is not None
    assert (error.start.line, error.end.line) == (2, 2)
    assert "Nobody" in (error.message or "")
    assert (await ory.relationship.check_opl_syntax("class {")).errors
