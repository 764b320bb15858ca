"""The blocking twin of bulk, and what bulk works out without a server."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ory_sync
from ory_async import bulk, models, to_dict
from ory_async.bulk import Result, Totals, changing, importing
from ory_async.local import LocalOry
from ory_async.local.jsonpatch import apply_patch
from ory_sync import bulk as blocking

from .test_bulk import people, person, promote

# the blocking twin


def test_the_twins_have_the_same_names_parameters_and_docstrings() -> None:
    for name in (name for name in bulk.__all__ if name.endswith("_identities") or name == "update_with"):
        ours, twin = getattr(bulk, name), getattr(blocking, name)
        assert list(inspect.signature(twin).parameters) == list(inspect.signature(ours).parameters)
        assert twin.__doc__ == ours.__doc__
    assert blocking.__all__ == bulk.__all__
    for name in set(bulk.__all__) - {"Run"}:
        assert hasattr(blocking, name)


def test_blocking(tmp_path: Path) -> None:
    with LocalOry.in_thread() as local, ory_sync.Ory(local.url) as ory:

        def arriving() -> Iterator[bulk.Body]:
            """Input that makes blocking calls itself, as a copy from one Ory to another one does."""
            for body in people(1200):
                if body.traits["email"] in ("p1@example.com", "p1100@example.com"):
                    ory.identity.list_identities().page()
                yield body

        run = blocking.import_identities(ory, arriving(), checkpoint=tmp_path / "run.json", batch_size=500)
        results = list(run)
        assert [result.index for result in results] == list(range(1200))
        assert run.totals == Totals("import", succeeded=1200)
        id = results[0].identity_id
        assert id is not None
        assert blocking.update_with(ory, id, promote).metadata_public == {"plan": "gold"}
        assert sum(1 for _ in blocking.export_identities(ory)) == 1200
        ids = [result.identity_id or "" for result in results[:5]]
        assert blocking.delete_identities(ory, ids).finish().succeeded == 5
        for result in blocking.delete_identities(ory, (id for id in ids), batch_size=1):
            assert isinstance(result, Result)
            break


def test_input_that_fails_while_it_is_read() -> None:
    def broken() -> Iterator[bulk.Body]:
        yield person(1)
        raise KeyError("no such column")

    with LocalOry.in_thread() as local, ory_sync.Ory(local.url) as ory, pytest.raises(KeyError, match="no such column"):
        blocking.import_identities(ory, broken()).finish()


# without a server


def test_identifiers_of_a_schema() -> None:
    identifier = {"type": "string", "ory.sh/kratos": {"credentials": {"password": {"identifier": True}}}}
    contact = {"type": "string", "ory.sh/kratos": {"verification": {"via": "email"}}}
    traits = {
        "properties": {
            "name": identifier,
            "contact": contact,
            "phones": {"type": "array", "items": identifier},
            "inner": {"allOf": [{"properties": {"deep": identifier}}]},
        }
    }
    schema = {"properties": {"traits": traits}}
    value = {"name": "ann", "contact": "c", "phones": ["1", "2"], "inner": {"deep": "d"}, "other": "o"}
    assert list(importing.identifiers(schema, {"traits": value})) == ["ann", "1", "2", "d"]
    mistakes: list[Any] = [{}, None, {"properties": []}, {"properties": {"traits": 7}}, {"allOf": "x", "items": 3}]
    for broken in mistakes:
        assert list(importing.identifiers(broken, {"traits": value})) == []


scalars = st.none() | st.booleans() | st.integers(0, 2) | st.floats(0, 2) | st.text("a/~", max_size=2)
documents = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text("ab/~", max_size=2), inner, max_size=3)
)


@given(documents, documents, documents, documents)
def test_the_difference_makes_one_of_the_other(traits: Any, admin: Any, new_traits: Any, new_admin: Any) -> None:
    def identity(traits: Any, admin: Any) -> models.Identity:
        return models.Identity(id="i", schema_id="s", schema_url="u", traits=traits, metadata_admin=admin)

    before, after = identity(traits, admin), identity(new_traits, new_admin)
    patch = changing.difference(before, after)
    document = {"traits": traits, "metadata_admin": admin}
    patched = apply_patch(document, [to_dict(step) for step in patch])
    assert (repr(patched["traits"]), repr(patched["metadata_admin"])) == (repr(new_traits), repr(new_admin)) or (
        patched == {"traits": new_traits, "metadata_admin": new_admin}
    )
    assert changing.difference(after, after) == []
