"""The relation tuples of a local Keto, in memory."""

from __future__ import annotations

import json
import uuid
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

# Keto maps object and subject names to UUIDs and sorts by them.
from .. import base64url

_UUID_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://www.ory.sh/keto")

Key: TypeAlias = tuple[str | int, ...]
_INDEX_KEY = (*[str] * 7, int)
_ROW_KEY = (str,)


@dataclass(frozen=True, slots=True)
class SubjectSet:
    """Everyone who has `relation` on an object; with the empty relation, the object itself."""

    namespace: str
    object: str
    relation: str


Subject: TypeAlias = str | SubjectSet
"""A subject id, or a subject set."""


@dataclass(frozen=True, slots=True)
class RelationTuple:
    """The statement that `subject` has `relation` on an object."""

    namespace: str
    object: str
    relation: str
    subject: Subject


@dataclass(frozen=True, slots=True)
class Query:
    """A filter of tuples; None matches anything, the empty string only itself."""

    namespace: str | None = None
    object: str | None = None
    relation: str | None = None
    subject: Subject | None = None

    def matches(self, candidate: RelationTuple) -> bool:
        """Tell whether a tuple passes the filter."""
        return (
            self.namespace in (None, candidate.namespace)
            and self.object in (None, candidate.object)
            and self.relation in (None, candidate.relation)
            and self.subject in (None, candidate.subject)
        )

    def prefix(self) -> Key | None:
        """Return the start of the index key that the filter fixes; None when the index does not serve it."""
        values = (self.namespace, self.object, self.relation)
        given = [value for value in values if value is not None]
        if not given or self.subject is not None or any(value is None for value in values[: len(given)]):
            return None
        return (given[0], *(_id(name) for name in given[1:2]), *given[2:])


class InvalidToken(Exception):
    """A page token that is none of ours, or of a query sorted in another way."""


class TupleStore:
    """Relation tuples with two orders, as Keto keeps them.

    A query by namespace, by namespace and object, or by all three of namespace, object and relation reads a range of
    the index; any other query goes through the rows in the order of their ids, which is not the order of writing.
    Equal tuples are kept as often as they were written, and deleted together.
    """

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget all tuples and names."""
        self._serial = 0
        self._index: list[tuple[Key, RelationTuple]] = []
        self._rows: list[tuple[Key, RelationTuple]] = []
        self._keys: dict[RelationTuple, list[tuple[Key, Key]]] = {}
        self._by_subject: dict[Subject, set[RelationTuple]] = {}
        self._names: set[str] = set()

    def __contains__(self, wanted: RelationTuple) -> bool:
        return wanted in self._keys

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, new: RelationTuple) -> None:
        """Write a tuple, also when it is already there."""
        self._serial += 1
        index_key = (*_index_key(new), self._serial)
        row_key = (_id(str(self._serial)),)  # scattered like Keto's random ids, but the same in every run
        insort(self._index, (index_key, new))
        insort(self._rows, (row_key, new))
        self._keys.setdefault(new, []).append((index_key, row_key))
        self._by_subject.setdefault(new.subject, set()).add(new)
        self.learn(new)

    def learn(self, named: RelationTuple) -> None:
        """Know the names in a tuple from now on."""
        subject = named.subject
        self._names.update((named.object, subject.object if isinstance(subject, SubjectSet) else subject))

    def discard(self, old: RelationTuple) -> None:
        """Delete a tuple, with its duplicates, if it is there."""
        for index_key, row_key in self._keys.pop(old, ()):
            del self._index[bisect_left(self._index, (index_key,))]
            del self._rows[bisect_left(self._rows, (row_key,))]
        same_subject = self._by_subject.get(old.subject, set())
        same_subject.discard(old)
        if not same_subject:
            self._by_subject.pop(old.subject, None)

    def delete(self, query: Query) -> None:
        """Delete all tuples that match."""
        for old in [found for _, found in self._select(query)]:
            self.discard(old)

    def knows(self, name: str) -> bool:
        """Tell whether an object or subject of this name was ever written or learnt."""
        return name in self._names

    def subjects(self, node: SubjectSet) -> list[Subject]:
        """Return the subjects written directly on a relation of an object."""
        return [found.subject for _, found in self._select(Query(node.namespace, node.object, node.relation))]

    def subject_sets(self, node: SubjectSet) -> list[SubjectSet]:
        """Return the subject sets among the subjects of a relation."""
        return [subject for subject in self.subjects(node) if isinstance(subject, SubjectSet)]

    def page(self, query: Query, size: int, token: str) -> tuple[list[RelationTuple], str]:
        """Return up to `size` tuples after `token`, and the token of the next page: empty on the last one.

        Raises InvalidToken for a token that was not made by a query of the same order.
        """
        after = _read_token(token, _ROW_KEY if query.prefix() is None else _INDEX_KEY) if token else ()
        found = list(islice(self._select(query, after), size + 1))
        tuples = [entry for _, entry in found[:size]]
        return tuples, _write_token(found[size - 1][0]) if len(found) > size else ""

    def _select(self, query: Query, after: Key = ()) -> Iterator[tuple[Key, RelationTuple]]:
        """Go through the matches behind the key `after`, in the order of the query."""
        prefix = query.prefix()
        if prefix is not None:
            width = len(prefix)
            start = bisect_left(self._index, prefix, key=lambda entry: entry[0][:width])
            stop = bisect_right(self._index, prefix, key=lambda entry: entry[0][:width])
            return (self._index[place] for place in range(max(start, _place(self._index, after)), stop))
        if query.subject is None:
            places = range(_place(self._rows, after), len(self._rows))
            return (self._rows[place] for place in places if query.matches(self._rows[place][1]))
        tuples = filter(query.matches, self._by_subject.get(query.subject, ()))
        entries = ((row_key, found) for found in tuples for _, row_key in self._keys[found] if row_key > after)
        return iter(sorted(entries))


def _place(entries: list[tuple[Key, RelationTuple]], after: Key) -> int:
    return bisect_right(entries, after, key=lambda entry: entry[0])


def _id(name: str) -> str:
    return uuid.uuid5(_UUID_NAMESPACE, name).hex


def _index_key(new: RelationTuple) -> Key:
    if isinstance(new.subject, SubjectSet):
        subject = ("", new.subject.namespace, _id(new.subject.object), new.subject.relation)
    else:
        subject = (_id(new.subject), "", "", "")
    return (new.namespace, _id(new.object), new.relation, *subject)


def _write_token(key: Key) -> str:
    return base64url.encoded(json.dumps(key).encode())


def _read_token(token: str, shape: tuple[type, ...]) -> Key:
    try:
        key = json.loads(base64url.decoded(token))
    except ValueError:
        raise InvalidToken from None
    if not isinstance(key, list) or tuple(map(type, key)) != shape:
        raise InvalidToken
    return tuple(key)
