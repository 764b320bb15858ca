"""The tuple store: filters, pages and deletions."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ory_async.local.keto.state import InvalidToken, Query, RelationTuple, SubjectSet, TupleStore

names = st.sampled_from(["", "a", "b", "B", "\U0010ffff", "ä"])
subjects = names | st.builds(SubjectSet, names, names, names)
tuples = st.builds(RelationTuple, names, names, names, subjects)
queries = st.builds(Query, st.none() | names, st.none() | names, st.none() | names, st.none() | subjects)


def filled(written: list[RelationTuple]) -> TupleStore:
    store = TupleStore()
    for each in written:
        store.add(each)
    return store


def walk(store: TupleStore, query: Query, size: int) -> list[RelationTuple]:
    found, token = store.page(query, size, "")
    while token:
        page, token = store.page(query, size, token)
        assert page
        found += page
        assert len(found) <= len(store), "the pages go round in circles"
    return found


def by_text(found: list[RelationTuple]) -> list[RelationTuple]:
    return sorted(found, key=repr)


@settings(deadline=None)
@given(st.lists(tuples, max_size=20), queries, st.integers(1, 5))
def test_pages_hold_each_match_once(written: list[RelationTuple], query: Query, size: int) -> None:
    wanted = [each for each in written if query.matches(each)]
    assert by_text(walk(filled(written), query, size)) == by_text(wanted)


@pytest.mark.parametrize("query", [Query(), Query("N"), Query(object="o"), Query(subject="s"), Query("N", "o", "r")])
def test_pages_of_each_order(query: Query) -> None:
    written = [RelationTuple(n, o, r, s) for n in "NM" for o in "op" for r in "rq" for s in ("s", "t")]
    wanted = [each for each in written if query.matches(each)]
    found = walk(filled(written), query, 1)
    assert len(found) == len(wanted)
    assert set(found) == set(wanted)


@settings(deadline=None)
@given(st.lists(tuples, max_size=20), queries)
def test_delete_removes_the_matches_only(written: list[RelationTuple], query: Query) -> None:
    store = filled(written)
    store.delete(query)
    kept = [each for each in written if not query.matches(each)]
    assert by_text(walk(store, Query(), 100)) == by_text(kept)
    assert all((each in store) == (each in kept) for each in written)


@settings(deadline=None)
@given(st.lists(tuples, max_size=20), tuples)
def test_a_walk_goes_on_where_it_was_while_tuples_come_and_go(
    written: list[RelationTuple], newcomer: RelationTuple
) -> None:
    store = filled(written)
    found, token = store.page(Query(), 3, "")
    for each in found:
        store.discard(each)
    store.add(newcomer)
    untouched = {each for each in written if each not in found}
    assert untouched <= set(walk_from(store, token))


def walk_from(store: TupleStore, token: str) -> list[RelationTuple]:
    found: list[RelationTuple] = []
    while token:
        page, token = store.page(Query(), 3, token)
        found += page
    return found


def test_tokens_serve_queries_of_the_same_order_only() -> None:
    store = filled([RelationTuple("N", str(n), "r", "s") for n in range(3)])
    _, by_index = store.page(Query(namespace="N"), 1, "")
    _, by_row = store.page(Query(), 1, "")
    for query, token in [(Query("N", "0", "r"), by_index), (Query(subject="s"), by_row)]:
        store.page(query, 5, token)
    for query, token in [(Query(), by_index), (Query("N"), by_row), (Query(), "garbage"), (Query(), "WzFd")]:
        with pytest.raises(InvalidToken):
            store.page(query, 5, token)


def test_order_is_the_same_after_a_reset_but_not_the_order_of_writing() -> None:
    written = [RelationTuple("N", str(n), "r", "s") for n in range(20)]
    store = filled(written)
    first = walk(store, Query(), 7)
    store.clear()
    assert walk(store, Query(), 7) == []
    for each in written:
        store.add(each)
    assert walk(store, Query(), 7) == first
    assert first != written


def test_names_stay_known_after_deletion() -> None:
    store = filled([RelationTuple("N", "object", "r", SubjectSet("N", "member", ""))])
    store.delete(Query())
    assert len(store) == 0
    assert store.knows("object")
    assert store.knows("member")
    assert not store.knows("r")
