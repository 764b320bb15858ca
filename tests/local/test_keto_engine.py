"""Checks and expansion over tuples and permits."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ory_async.local.answers import Problem
from ory_async.local.keto.engine import Verdict, check
from ory_async.local.keto.expand import expand, tree_json
from ory_async.local.keto.model import DEFAULT_OPL, Model, read_namespaces
from ory_async.local.keto.state import RelationTuple, Subject, SubjectSet, TupleStore


def model(opl: str = DEFAULT_OPL, **settings: Any) -> Model:
    defaults: dict[str, Any] = {
        "strict": False,
        "max_read_depth": 5,
        "max_read_width": 100,
        "max_batch_check_size": 10,
        "max_expand_size": 4000,
        "expand_rewrites": False,
    }
    return Model(namespaces=read_namespaces(opl), **{**defaults, **settings})


def node(text: str) -> SubjectSet:
    namespace, _, rest = text.partition(":")
    name, _, relation = rest.partition("#")
    return SubjectSet(namespace, name, relation)


def read(text: str) -> RelationTuple:
    target, _, subject = text.partition("@")
    on = node(target)
    return RelationTuple(on.namespace, on.object, on.relation, node(subject) if ":" in subject else subject)


def store(*tuples: str) -> TupleStore:
    made = TupleStore()
    for text in tuples:
        made.add(read(text))
    return made


def verdict(tuples: TupleStore, wanted: str, of: Model, depth: int = 0) -> Verdict:
    return check(tuples, of, read(wanted), depth)


def test_permits_follow_parents_and_groups() -> None:
    tuples = store(
        "Group:staff#members@User:alice",
        "Folder:root#viewers@Group:staff#members",
        "Folder:sub#parents@Folder:root",
        "File:a#parents@Folder:sub",
        "File:a#owners@User:bob",
    )
    assert verdict(tuples, "File:a#view@User:alice", model()) is Verdict.ALLOWED
    assert verdict(tuples, "File:a#edit@User:alice", model()) is Verdict.DENIED
    assert verdict(tuples, "File:a#view@User:bob", model()) is Verdict.ALLOWED
    assert verdict(tuples, "Folder:root#view@User:bob", model()) is Verdict.DENIED


def test_each_depth_of_nested_groups() -> None:
    tuples = store(*(f"Group:{n}#members@Group:{n + 1}#members" for n in range(5)), "Group:5#members@alice")
    needed = {start: 5 - start for start in range(5)}
    for start, depth in needed.items():
        wanted = f"Group:{start}#members@alice"
        assert verdict(tuples, wanted, model(), depth) is Verdict.ALLOWED
        if depth > 1:
            assert verdict(tuples, wanted, model(), depth - 1) is Verdict.TOO_DEEP


def test_width_is_cut_off_after_the_direct_members() -> None:
    groups = [f"Group:all#members@Group:{n}#members" for n in range(4)]
    tuples = store(*groups, "Group:3#members@alice")
    narrow = model(max_read_width=3)
    assert verdict(tuples, "Group:all#members@alice", narrow) is Verdict.ALLOWED
    assert verdict(tuples, "Group:all#members@bob", narrow) is Verdict.TOO_WIDE
    assert verdict(tuples, "Group:all#members@bob", narrow, 1) is Verdict.TOO_DEEP
    assert verdict(tuples, "Group:all#members@bob", model()) is Verdict.DENIED


def test_a_cycle_of_groups_is_a_plain_denial() -> None:
    tuples = store("Group:a#members@Group:b#members", "Group:b#members@Group:a#members", "Group:b#members@alice")
    assert verdict(tuples, "Group:a#members@alice", model()) is Verdict.ALLOWED
    assert verdict(tuples, "Group:a#members@bob", model()) is Verdict.DENIED


def test_an_expression_in_brackets_costs_a_step() -> None:
    a, b, c = (f"this.related.{name}.includes(ctx.subject)" for name in "abc")
    related = "related: { a: U[]; b: U[]; c: U[] }"
    permits = f"permits = {{ p: (ctx) => {a} || ({b} && {c}) }}"
    of = model(f"class U implements Namespace {{}} class D implements Namespace {{ {related} {permits} }}")
    tuples = store("D:d#b@alice", "D:d#c@alice")
    assert verdict(tuples, "D:d#p@alice", of, 1) is Verdict.TOO_DEEP
    assert verdict(tuples, "D:d#p@alice", of, 2) is Verdict.ALLOWED


def test_negation_keeps_a_limit_unknown() -> None:
    opl = """
    class U implements Namespace {}
    class G implements Namespace { related: { members: (U | SubjectSet<G, "members">)[] } }
    class D implements Namespace {
      related: { readers: U[]; banned: SubjectSet<G, "members">[] }
      permits = {
        read: (ctx) => this.related.readers.includes(ctx.subject) && !this.related.banned.includes(ctx.subject)
      }
    }
    """
    tuples = store(
        "D:d#readers@U:a", "D:d#readers@U:b", "D:d#banned@G:0#members", "G:0#members@U:b", "G:0#members@G:1#members"
    )
    assert verdict(tuples, "D:d#read@U:a", model(opl)) is Verdict.ALLOWED
    assert verdict(tuples, "D:d#read@U:b", model(opl)) is Verdict.DENIED
    assert verdict(tuples, "D:d#read@U:a", model(opl), 1) is Verdict.TOO_DEEP


def test_undeclared_relations_are_refused_unless_the_namespace_declares_none() -> None:
    with pytest.raises(Problem) as caught:
        verdict(store(), "File:a#nope@alice", model())
    assert (caught.value.status, caught.value.reason) == (400, 'relation "nope" does not exist')
    assert verdict(store("User:a#anything@alice"), "User:a#anything@alice", model()) is Verdict.ALLOWED


def test_permits_in_a_circle_end_with_a_problem() -> None:
    permits = "p: (ctx) => !this.permits.q(ctx), q: (ctx) => !this.permits.p(ctx)"
    opl = f"class A implements Namespace {{ permits = {{ {permits} }} }}"
    with pytest.raises(Problem) as caught:
        verdict(store(), "A:x#p@alice", model(opl))
    assert caught.value.status == 422


def test_strict_mode_counts_declared_subjects_only() -> None:
    tuples = store(
        "File:a#owners@File:b", "File:a#view@User:eve", "File:a#viewers@Group:g#members", "Group:g#members@User:amy"
    )
    for wanted, lax, strict in [
        ("File:a#owners@File:b", Verdict.ALLOWED, Verdict.DENIED),
        ("File:a#view@User:eve", Verdict.ALLOWED, Verdict.DENIED),
        ("File:a#view@User:amy", Verdict.ALLOWED, Verdict.ALLOWED),
    ]:
        assert verdict(tuples, wanted, model()) is lax
        assert verdict(tuples, wanted, model(strict=True)) is strict


def test_expansion_of_objects_never_written_has_no_name() -> None:
    tree = expand(store("File:a#owners@alice"), model(), node("File:never#owners"), 0)
    assert tree is not None
    wanted = {"namespace": "File", "object": "", "relation": "owners"}
    empty = {"namespace": "", "object": "", "relation": ""}
    assert tree_json(store(), tree) == {"type": "leaf", "tuple": {**empty, "subject_set": wanted}}


def test_expansion_stops_at_the_size_limit_between_pages() -> None:
    tuples = store(*(f"Group:g#members@u{n}" for n in range(150)))
    for size, wanted in [(100, 100), (101, 150), (4000, 150)]:
        tree = expand(tuples, model(max_expand_size=size), node("Group:g#members"), 0)
        assert tree is not None
        assert len(tree.children) == wanted


def test_expansion_of_a_permit_begins_with_what_is_cheapest() -> None:
    opl = """
    class F implements Namespace {
      related: { parents: F[]; viewers: F[] }
      permits = {
        view: (ctx) => !this.related.viewers.includes(ctx.subject) ||
          this.related.parents.traverse((f) => f.permits.view(ctx)) || this.related.viewers.includes(ctx.subject)
      }
    }
    """
    tree = expand(store("F:f#viewers@F:g"), model(opl, expand_rewrites=True), node("F:f#view"), 0)
    assert tree is not None
    kinds = [(child.type, child.subject) for child in tree.children]
    assert kinds == [("union", node("F:f#viewers")), ("union", node("F:f#parents")), ("exclusion", None)]


GROUPS = [f"Group:{n}#members" for n in range(3)]
FOLDERS = [f"Folder:{n}" for n in range(3)]
TUPLES = st.lists(
    st.builds("{}@{}".format, st.sampled_from(GROUPS), st.sampled_from([*GROUPS, "User:a"]))
    | st.builds("{}#viewers@{}".format, st.sampled_from(FOLDERS), st.sampled_from([*GROUPS, "User:a"]))
    | st.builds("File:f#{}@{}".format, st.sampled_from(["owners", "viewers"]), st.sampled_from([*GROUPS, "User:a"]))
    | st.builds("File:f#parents@{}".format, st.sampled_from(FOLDERS)),
    max_size=8,
)
PARENTS = st.lists(
    st.builds("{}#parents@{}".format, st.sampled_from(FOLDERS), st.sampled_from(FOLDERS)), max_size=3, unique=True
)


def everything_of(subject: Subject, tuples: list[RelationTuple]) -> set[SubjectSet]:
    """Derive all that a subject has under the default model by applying its rules until nothing new comes."""
    has: set[SubjectSet] = set()
    while True:
        new = {
            SubjectSet(each.namespace, each.object, each.relation)
            for each in tuples
            if each.subject == subject or each.subject in has
        }
        for each in has | new:
            if each.namespace in ("File", "Folder") and each.relation in ("viewers", "owners"):
                new.add(SubjectSet(each.namespace, each.object, "view"))
            if each.namespace == "File" and each.relation == "owners":
                new.add(SubjectSet("File", each.object, "edit"))
        parents = [(each, each.subject) for each in tuples if each.relation == "parents"]
        new |= {
            SubjectSet(child.namespace, child.object, "view")
            for child, parent in parents
            if isinstance(parent, SubjectSet) and SubjectSet(parent.namespace, parent.object, "view") in has
        }
        if new <= has:
            return has
        has |= new


@settings(max_examples=60, deadline=None)
@given(TUPLES, PARENTS, st.booleans())
def test_checks_agree_with_the_rules_applied_until_nothing_new_comes(
    tuples: list[str], parents: list[str], strict: bool
) -> None:
    written = [read(text) for text in [*tuples, *parents]]
    has = everything_of(SubjectSet("User", "a", ""), written)
    deep = model(max_read_depth=10, strict=strict)
    kept = store(*tuples, *parents)
    for text in [*GROUPS, *(f"{folder}#view" for folder in FOLDERS), "File:f#view", "File:f#edit"]:
        allowed = verdict(kept, f"{text}@User:a", deep) is Verdict.ALLOWED
        assert allowed == (node(text) in has), text
