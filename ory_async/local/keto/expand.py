"""Expansion: the tree of all subjects of a relation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from .model import Model
from .opl import Expression, Not, Related, Relation, RelationType, Rewrite, Traverse
from .state import Subject, SubjectSet, TupleStore
from .wire import subject_json

_PAGE = 100  # Keto reads tuples by pages and looks at the size limit between them
_CHEAPEST_FIRST = (Related, Traverse, Rewrite, Not)


@dataclass(slots=True)
class Tree:
    """A node of the expansion; the subject is None where an operator stands for a nameless group."""

    type: Literal["union", "intersection", "exclusion", "leaf"]
    subject: Subject | None
    children: list[Tree] = field(default_factory=list)


def expand(store: TupleStore, model: Model, root: SubjectSet, max_depth: int) -> Tree | None:
    """Build the tree below `root`; None in strict mode when the model has no such relation."""
    if model.strict and model.find(root.namespace, root.relation) is None:
        return None
    return _Expansion(store, model).expand(root, model.depth(max_depth))


def tree_json(store: TupleStore, tree: Tree) -> dict[str, Any]:
    """Write a tree as Keto does: subjects inside otherwise empty tuples, objects never written as an empty name."""
    content: dict[str, Any] = {"type": tree.type if tree.children else "leaf"}
    if tree.children:
        content["children"] = [tree_json(store, child) for child in tree.children]
    subject = tree.subject
    if isinstance(subject, SubjectSet) and not store.knows(subject.object):
        subject = SubjectSet(subject.namespace, "", subject.relation)
    names = {"namespace": "", "object": "", "relation": ""}
    content["tuple"] = names if subject is None else {**names, **subject_json(subject)}
    return content


class _Expansion:
    def __init__(self, store: TupleStore, model: Model) -> None:
        self._store = store
        self._model = model
        self._size = 0
        self._ancestors: set[SubjectSet] = set()

    def expand(self, node: SubjectSet, depth: int) -> Tree | None:
        """Expand a subject set; a cycle and the empty relation end in a childless node."""
        if not node.relation:
            self._size += 1
            return Tree("leaf", node)
        if node in self._ancestors:
            return Tree("union", node)
        relation = self._model.find(node.namespace, node.relation)
        if relation is None and self._model.strict:
            return None
        self._ancestors.add(node)
        try:
            if relation and relation.rewrite and self._model.expand_rewrites:
                return self._rewritten(node, relation.rewrite, depth)
            return self._written(node, relation, depth)
        finally:
            self._ancestors.remove(node)

    def _written(self, node: SubjectSet, relation: Relation | None, depth: int) -> Tree:
        tree = Tree("union", node)
        for page in self._pages(node, depth):
            subjects = [each for each in page if self._counts(each, relation)]
            self._size += len(subjects)
            tree.children += [self._child(each, depth - 1) for each in subjects]
        return tree

    def _child(self, subject: Subject, depth: int) -> Tree:
        if isinstance(subject, SubjectSet) and subject.relation:
            return self.expand(subject, depth) or Tree("union", subject)
        return Tree("leaf", subject)

    def _counts(self, subject: Subject, relation: Relation | None) -> bool:
        if not self._model.strict or relation is None:
            return True
        declared = relation.types
        return isinstance(subject, SubjectSet) and RelationType(subject.namespace, subject.relation) in declared

    def _pages(self, node: SubjectSet, depth: int) -> Iterator[list[Subject]]:
        """Read the subjects of a relation until depth or size run out."""
        if depth <= 1:
            return
        subjects = self._store.subjects(node)
        while subjects and self._size < self._model.max_expand_size:
            yield subjects[:_PAGE]
            subjects = subjects[_PAGE:]

    def _rewritten(self, node: SubjectSet, expression: Expression, depth: int) -> Tree | None:
        if isinstance(expression, Related):
            return self.expand(SubjectSet(node.namespace, node.object, expression.relation), depth - 1)
        if isinstance(expression, Traverse):
            return self._traversed(SubjectSet(node.namespace, node.object, expression.relation), expression.then, depth)
        if isinstance(expression, Not):
            return Tree("exclusion", None, self._operands(node, (expression.child,), depth))
        children = sorted(expression.children, key=lambda child: _CHEAPEST_FIRST.index(type(child)))
        kind: Literal["union", "intersection"] = "union" if expression.operator == "or" else "intersection"
        return Tree(kind, node, self._operands(node, children, depth))

    def _operands(self, node: SubjectSet, expressions: Sequence[Expression], depth: int) -> list[Tree]:
        trees = []
        for expression in expressions:
            tree = self._rewritten(node, expression, depth)
            if tree is not None:
                if isinstance(expression, Rewrite):
                    tree.subject = None
                trees.append(tree)
        return trees

    def _traversed(self, node: SubjectSet, then: str, depth: int) -> Tree:
        tree = Tree("union", node)
        for page in self._pages(node, depth):
            targets = [SubjectSet(each.namespace, each.object, then) for each in page if isinstance(each, SubjectSet)]
            self._size += len(targets)
            trees = [self.expand(each, depth - 1) for each in targets]
            tree.children += [each for each in trees if each is not None]
        return tree
