"""Checks: whether a subject has a relation or permit on an object, directly or through others.

They go by the steps of Keto's own engine, because the depth that each step costs decides what `max-depth` allows.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator

from ..answers import Problem
from .model import Model
from .opl import Expression, Not, Related, Relation, Rewrite, Traverse
from .state import RelationTuple, Subject, SubjectSet, TupleStore

_INCOMPLETE = "The check could not be completed"
_CYCLE = (
    "The check was aborted after too many resolution steps. "
    "This usually indicates a cyclic permit reference in the namespace configuration."
)


class Verdict(enum.Enum):
    """The outcome of a check; the last two mean that a limit hid the answer."""

    ALLOWED = "allowed"
    DENIED = "denied"
    TOO_DEEP = "max_depth_exceeded"
    TOO_WIDE = "max_width_exceeded"


def limit_problem(verdict: Verdict) -> Problem:
    """Make the 422 by which strict mode says that it does not know."""
    return Problem(422, _INCOMPLETE, reason=verdict.value)


def check(store: TupleStore, model: Model, wanted: RelationTuple, max_depth: int) -> Verdict:
    """Decide whether the wanted tuple holds, looking at most `max_depth` steps deep.

    Raises a 400 problem when a relation on the way is not declared and a 422 one when permits refer to each other
    in a circle.
    """
    node = SubjectSet(wanted.namespace, wanted.object, wanted.relation)
    return _Check(store, model, wanted.subject).is_allowed(node, model.depth(max_depth), None)


class _Check:
    """One check of one subject. A node is what the subject may belong to: a relation or permit of an object."""

    def __init__(self, store: TupleStore, model: Model, subject: Subject) -> None:
        self._store = store
        self._model = model
        self._subject = subject
        self._computing: set[tuple[SubjectSet, int]] = set()

    def is_allowed(
        self, node: SubjectSet, depth: int, visited: set[SubjectSet] | None, *, skip_direct: bool = False
    ) -> Verdict:
        """Decide about a node. `visited` holds the subject sets already entered, once the first was."""
        if depth <= 0:
            return Verdict.TOO_DEEP
        relation = self._model.relation(node.namespace, node.relation)
        return _any(self._ways(node, relation, depth, visited, skip_direct))

    def _ways(
        self,
        node: SubjectSet,
        relation: Relation | None,
        depth: int,
        visited: set[SubjectSet] | None,
        skip_direct: bool,
    ) -> Iterator[Verdict]:
        if relation and relation.rewrite:
            yield self._rewrite(node, relation.rewrite, depth, visited)
        if not skip_direct and self._may_be_written(relation):
            yield self._written(node)
        if not self._model.strict:
            yield self._expand(node, None, depth, visited)
        elif declared := self._declared_sets(relation):
            yield self._expand(node, declared, depth, visited)

    def _written(self, node: SubjectSet) -> Verdict:
        wanted = RelationTuple(node.namespace, node.object, node.relation, self._subject)
        return Verdict.ALLOWED if wanted in self._store else Verdict.DENIED

    def _may_be_written(self, relation: Relation | None) -> bool:
        """Tell whether a tuple of this subject counts: always, but in strict mode only where the model declares it."""
        if not self._model.strict:
            return True
        if isinstance(self._subject, str):
            return relation is None or relation.rewrite is None
        if relation is None or relation.rewrite is not None:
            return False
        kinds = ((kind.namespace, kind.relation) for kind in relation.types)
        return (self._subject.namespace, self._subject.relation) in kinds

    def _declared_sets(self, relation: Relation | None) -> dict[tuple[str, str], bool]:
        """Return the declared subject sets of a relation, each with whether this subject may be written there."""
        return {
            (kind.namespace, kind.relation): self._may_be_written(self._model.relation(kind.namespace, kind.relation))
            for kind in (relation.types if relation else ())
            if kind.relation
        }

    def _expand(
        self,
        node: SubjectSet,
        declared: dict[tuple[str, str], bool] | None,
        depth: int,
        visited: set[SubjectSet] | None,
    ) -> Verdict:
        """Look through the subject sets written on a node; with `declared`, through those of the model only."""
        found = self._store.subject_sets(node)
        if declared is not None:
            found = [each for each in found if (each.namespace, each.relation) in declared]
        for each in found:
            countable = declared is None or declared[each.namespace, each.relation]
            if countable and self._written(each) is Verdict.ALLOWED:
                return Verdict.ALLOWED
        if not found:
            return Verdict.DENIED
        if depth <= 1:
            return Verdict.TOO_DEEP
        width = self._model.max_read_width
        limit = Verdict.TOO_WIDE if len(found) > width else None
        return _any(self._enter(found[:width], depth - 1, set() if visited is None else visited), limit)

    def _enter(self, found: list[SubjectSet], depth: int, visited: set[SubjectSet]) -> Iterator[Verdict]:
        for each in found:
            if each not in visited:
                visited.add(each)
                yield self.is_allowed(each, depth, visited, skip_direct=True)

    def _rewrite(self, node: SubjectSet, rewrite: Rewrite, depth: int, visited: set[SubjectSet] | None) -> Verdict:
        if depth <= 0:
            return Verdict.TOO_DEEP
        if rewrite.operator == "or":
            return _any(self._alternatives(node, rewrite, depth, visited))
        return _all(self._operand(child, node, depth, visited) for child in rewrite.children)

    def _alternatives(
        self, node: SubjectSet, rewrite: Rewrite, depth: int, visited: set[SubjectSet] | None
    ) -> Iterator[Verdict]:
        """Evaluate the children of an `or`: all direct tuples at once, then the relations, then the rest."""
        related = [self._on(node, child.relation) for child in rewrite.children if isinstance(child, Related)]
        for each in related:
            if self._may_be_written(self._model.find(each.namespace, each.relation)):
                yield self._written(each)
        for each in related:
            yield self.is_allowed(each, depth - 1, visited, skip_direct=True)
        for child in rewrite.children:
            if not isinstance(child, Related):
                yield self._operand(child, node, depth, visited)

    def _operand(self, child: Expression, node: SubjectSet, depth: int, visited: set[SubjectSet] | None) -> Verdict:
        return self._child(child, node, depth - 1 if isinstance(child, Rewrite) else depth, visited)

    def _child(self, child: Expression, node: SubjectSet, depth: int, visited: set[SubjectSet] | None) -> Verdict:
        if isinstance(child, Related):
            return self._computed(self._on(node, child.relation), depth, visited)
        if isinstance(child, Traverse):
            return self._traverse(node, child, depth, visited)
        if isinstance(child, Not):
            return _opposite(self._child(child.child, node, depth, visited))
        return self._rewrite(node, child, depth, visited)

    def _computed(self, node: SubjectSet, depth: int, visited: set[SubjectSet] | None) -> Verdict:
        """Decide about another relation of the same object, which costs no depth and so could go on for ever."""
        if (node, depth) in self._computing:
            raise Problem(422, _INCOMPLETE, reason=_CYCLE)
        self._computing.add((node, depth))
        try:
            return self.is_allowed(node, depth, visited)
        finally:
            self._computing.remove((node, depth))

    def _traverse(self, node: SubjectSet, step: Traverse, depth: int, visited: set[SubjectSet] | None) -> Verdict:
        if depth <= 0:
            return Verdict.TOO_DEEP
        return _any(
            self.is_allowed(self._on(each, step.then), depth - 1, visited)
            for each in self._store.subject_sets(self._on(node, step.relation))
        )

    @staticmethod
    def _on(node: SubjectSet, relation: str) -> SubjectSet:
        return SubjectSet(node.namespace, node.object, relation)


def _any(verdicts: Iterable[Verdict], limit: Verdict | None = None) -> Verdict:
    for verdict in verdicts:
        if verdict is Verdict.ALLOWED:
            return verdict
        if verdict is not Verdict.DENIED:
            limit = limit or verdict
    return limit or Verdict.DENIED


def _all(verdicts: Iterable[Verdict]) -> Verdict:
    limit = None
    for verdict in verdicts:
        if verdict is Verdict.DENIED:
            return verdict
        if verdict is not Verdict.ALLOWED:
            limit = limit or verdict
    return limit or Verdict.ALLOWED


def _opposite(verdict: Verdict) -> Verdict:
    opposites = {Verdict.ALLOWED: Verdict.DENIED, Verdict.DENIED: Verdict.ALLOWED}
    return opposites.get(verdict, verdict)
