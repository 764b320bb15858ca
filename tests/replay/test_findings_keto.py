"""What real Keto servers answer where it is not what their specification promises.

Recorded where a recording has it, otherwise in the shape that servers were seen to answer. The docstrings name the
entries of the findings about real servers.
"""

from __future__ import annotations

import pytest

from ory_async import errors, models, to_dict
from tests.support.recordings import exchange

from .conftest import Player

BY_SET = {"namespace": "User", "object": "alice", "relation": ""}


@pytest.mark.parametrize("index", [6, 13, 14, 15])
async def test_check_that_hit_a_limit_is_unknown_and_no_denial(player: Player, index: int) -> None:
    """V1: on all four checks, a status that no specification names"""
    with pytest.raises(errors.UnprocessableEntity) as caught:
        await player.recorded("var_depth_limit_strict", index)
    assert (caught.value.status, caught.value.reason) == (422, "max_depth_exceeded")


async def test_limit_in_a_batch_is_an_error_of_its_item(player: Player) -> None:
    """V1, H53"""
    answer = await player.recorded("var_depth_limit_strict", 17)
    assert [(each.allowed, each.error) for each in answer.results] == [(False, "max_depth_exceeded"), (True, None)]


@pytest.mark.parametrize(("scenario", "index"), [("keto_check_post_mirror", 2), ("var_depth_limit_low_limits", 13)])
async def test_denial_is_a_result(player: Player, scenario: str, index: int) -> None:
    """H26: by the status 403"""
    assert exchange(scenario, index).status == 403
    answer = await player.recorded(scenario, index)
    assert answer == models.CheckPermissionResult(allowed=False)


async def test_refusal_by_403_is_no_denial(player: Player) -> None:
    """H26: a gateway may refuse by the same status"""
    document = {"error": {"code": 403, "message": "no access"}}
    with pytest.raises(errors.Forbidden) as caught:
        await player.answering(403, document).permission.check_permission_or_error(namespace="File")
    assert caught.value.message == "no access"


async def test_page_of_a_gateway_is_no_denial(player: Player) -> None:
    """H26"""
    ory = player.answering_text(403, "<html>blocked</html>", "text/html")
    with pytest.raises(errors.Forbidden):
        await ory.permission.post_check_permission_or_error({})


async def test_nothing_to_expand_is_a_tree_without_type(player: Player) -> None:
    """V2: a success whose body is an error"""
    tree = await player.recorded("var_subject_empty_relation_strict", 47)
    assert isinstance(tree, models.ExpandedPermissionTree)
    assert (tree.type, tree.tuple, tree.children) == (None, None, None)
    assert tree.extra == {"code": 404, "status": "Not Found", "message": "no relation tuple found"}


async def test_inner_nodes_may_have_no_subject(player: Player) -> None:
    """V3"""
    tree = await player.recorded("var_expand_strict_low_limits", 3)
    assert tree.type == models.PermissionTreeType.INTERSECTION
    assert [child.type for child in tree.children] == ["union", "exclusion"]
    assert [(child.tuple.subject_id, child.tuple.subject_set) for child in tree.children] == [(None, None)] * 2


async def test_leaves_have_no_children(player: Player) -> None:
    """H52: and the rest of their tuple is empty"""
    tree = await player.recorded("var_depth_limit_strict", 30)
    assert (tree.type, tree.children) == ("leaf", None)
    assert (tree.tuple.namespace, tree.tuple.object, tree.tuple.relation) == ("", "", "")
    assert tree.tuple.subject_set == models.SubjectSet(namespace="Team", object="g0", relation="members")


async def test_empty_relation_is_a_value(player: Player) -> None:
    """V20, V21: sent in queries, sent in bodies, and kept in answers"""
    document = {"namespace": "File", "object": "a", "relation": "owners", "subject_set": BY_SET}
    relationship = await player.answering(201, document).relationship.create_relationship(
        models.CreateRelationshipBody(
            namespace="File",
            object="a",
            relation="owners",
            subject_set=models.SubjectSet(namespace="User", object="alice", relation=""),
        )
    )
    assert player.server.seen.json == document
    assert to_dict(relationship) == document
    await player.answering(200, {"allowed": True}).permission.check_permission(
        namespace="File",
        object="a",
        relation="",
        subject_set_namespace="User",
        subject_set_object="alice",
        subject_set_relation="",
    )
    query = dict(player.server.seen.query)
    assert (query["relation"], query["subject_set.relation"]) == ("", "")


async def test_error_has_the_useful_text_in_either_place(player: Player) -> None:
    """H6, V24: the reason where there is one, otherwise the message"""
    with pytest.raises(errors.BadRequest, match="batch exceeds max size of 2") as caught:
        await player.recorded("var_batch_limit_strict_low_limits", 1)
    assert caught.value.message or caught.value.reason
    with pytest.raises(errors.UnprocessableEntity, match="could not be completed: max_depth_exceeded"):
        await player.recorded("var_depth_limit_strict", 6)


@pytest.mark.parametrize("nothing", [None, models.NULL])
async def test_null_in_a_batch_is_refused(player: Player, nothing: object) -> None:
    """V25: it crashes servers"""
    player.server.answer(200, [], "{}")
    question = {"namespace": "File", "object": "a", "relation": "view", "subject_id": "alice"}
    with pytest.raises(errors.InvalidRequest, match=r"tuples\[1\]"):
        await player.ory.permission.batch_check_permission({"tuples": [question, nothing]})
    assert not player.server.saw_something


async def test_good_model_has_no_errors(player: Player) -> None:
    """H27: the list is absent"""
    assert await player.recorded("keto_opl", 0) == models.CheckOplSyntaxResult(errors=None)


async def test_places_of_model_errors(player: Player) -> None:
    """H27: the line is spelled with a capital"""
    result = await player.recorded("keto_opl", 3)
    recorded = exchange("keto_opl", 3).document["errors"][0]
    assert result.errors[0].message == recorded["message"]
    assert result.errors[0].start.line == recorded["start"]["Line"]
    assert result.errors[0].start.column == recorded["start"]["column"]
