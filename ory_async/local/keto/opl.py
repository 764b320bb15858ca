"""The Ory Permission Language: a small subset of TypeScript that declares namespaces, relations and permits.

`parse` goes by the rules of Keto's own parser, so it accepts what Keto accepts: anything outside classes is skipped,
and `&&` and `||` have no precedence but are read from left to right.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from .lexer import Item, Lexer

_MAX_NESTING = 10
_MAX_TYPE_DEPTH = 10


@dataclass(frozen=True, slots=True)
class RelationType:
    """One allowed type of subject: objects of a namespace, or with a relation `SubjectSet<namespace, relation>`."""

    namespace: str
    relation: str = ""


@dataclass(frozen=True, slots=True)
class Related:
    """`this.related.x.includes(ctx.subject)` or `this.permits.x(ctx)`: the subject has the relation on this object."""

    relation: str


@dataclass(frozen=True, slots=True)
class Traverse:
    """`this.related.x.traverse(p => ...)`: the subject has `then` on one of the objects under `relation`."""

    relation: str
    then: str


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of an expression."""

    child: Expression


@dataclass(frozen=True, slots=True)
class Rewrite:
    """Any (`or`) or all (`and`) of some expressions."""

    operator: Literal["or", "and"]
    children: tuple[Expression, ...]


Expression: TypeAlias = Related | Traverse | Not | Rewrite


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation with its types, or a permit with its rewrite."""

    name: str
    types: tuple[RelationType, ...] = ()
    rewrite: Rewrite | None = None


@dataclass(frozen=True, slots=True)
class Namespace:
    """A class of the model, its relations and permits by name."""

    name: str
    relations: Mapping[str, Relation]


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the source, counted as Keto counts: lines from 1, columns by the character before."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class OplError:
    """A mistake in the source."""

    message: str
    start: Position
    end: Position


def parse(source: str) -> tuple[dict[str, Namespace], list[OplError]]:
    """Read an OPL source; return its namespaces by name and its mistakes, one of which ends the reading."""
    parser = _Parser(source)
    try:
        parser.parse()
    except _Fatal as fatal:
        return parser.namespaces, [_error(source, fatal.item, fatal.message)]
    errors = [_error(source, item, message) for check in parser.checks for item, message in check()]
    return parser.namespaces, errors


class _Fatal(Exception):
    def __init__(self, item: Item, message: str) -> None:
        super().__init__(message)
        self.item = item
        self.message = message


_Check: TypeAlias = Callable[[], list[tuple[Item, str]]]


class _Parser:
    def __init__(self, source: str) -> None:
        self.namespaces: dict[str, Namespace] = {}
        self.checks: list[_Check] = []  # what can only be told when all classes are known
        self._lexer = Lexer(source)
        self._ahead: Item | None = None
        self._class = ""

    def parse(self) -> None:
        while (item := self._next()).kind != "EOF":
            if item.kind == "Error":
                raise _Fatal(item, f"fatal: {item.text}")
            if item.kind == "KeywordClass":
                self._parse_class()

    def _next(self) -> Item:
        item, self._ahead = self._ahead or self._lexer.next(), None
        return item

    def _peek(self) -> Item:
        self._ahead = self._ahead or self._lexer.next()
        return self._ahead

    def _match(self, *texts: str) -> None:
        for text in texts:
            item = self._next()
            if item.text != text:
                raise _Fatal(item, f"expected {_quoted(text)}, got {_quoted(item.text)}")

    def _match_optional(self, first: str, *rest: str) -> None:
        if self._peek().text == first:
            self._match(first, *rest)

    def _identifier(self) -> str:
        item = self._next()
        if item.kind not in ("Identifier", "StringLiteral"):
            raise _Fatal(item, f"expected identifier, got {item.kind}")
        return item.text

    def _parse_class(self) -> None:
        self._class = self._identifier()
        self._match("implements", "Namespace", "{")
        relations: dict[str, Relation] = {}
        while (item := self._next()).kind != '"}"':
            if item.text == "related":
                self._parse_related(relations)
            elif item.text == "permits":
                self._parse_permits(relations)
            elif item.kind != '";"':
                raise _Fatal(item, f"expected 'permits' or 'related', got {_quoted(item.text)}")
        self.namespaces.setdefault(self._class, Namespace(self._class, relations))

    def _parse_related(self, relations: dict[str, Relation]) -> None:
        self._match(":", "{")
        while (item := self._next()).kind != '"}"':
            if item.kind == '";"':
                continue
            _expect_name(item)
            self._match(":")
            relations.setdefault(item.text, Relation(item.text, types=self._parse_types()))

    def _parse_types(self) -> tuple[RelationType, ...]:
        item = self._next()
        if item.text == "Array":
            self._match("<")
            return self._parse_type_union('">"')
        types = self._parse_type_union('")"') if item.kind == '"("' else (self._parse_type(item),)
        self._match("[", "]")
        self._match_optional(",")
        return types

    def _parse_type_union(self, end: str) -> tuple[RelationType, ...]:
        types = [self._parse_type(self._next())]
        while (item := self._next()).kind != end:
            if item.kind != '"|"':
                raise _Fatal(item, f"expected '|', got {_quoted(item.text)}")
            types.append(self._parse_type(self._next()))
        return tuple(types)

    def _parse_type(self, item: Item) -> RelationType:
        if item.text != "SubjectSet":
            self.checks.append(lambda: self._check_namespace(item))
            return RelationType(item.text)
        self._match("<")
        namespace = self._next()
        self._match(",")
        relation = self._next()
        self._match(">")
        self.checks.append(lambda: self._check_namespace(namespace) or self._check_relation(namespace.text, relation))
        return RelationType(namespace.text, relation.text)

    def _parse_permits(self, relations: dict[str, Relation]) -> None:
        self._match("=", "{")
        while (item := self._next()).kind != '"}"':
            _expect_name(item)
            self._match(":", "(", "ctx")
            self._match_optional(":", "Context")
            self._match(")")
            self._match_optional(":", "boolean")
            self._match("=>")
            rewrite = self._parse_expressions('","', _MAX_NESTING)
            if rewrite is None:
                return
            relations.setdefault(item.text, Relation(item.text, rewrite=_simplified(rewrite)))

    def _parse_expressions(self, end: str, depth: int) -> Rewrite | None:
        """Read up to `end`, or to the "}" that closes the permits; None when an operator or nothing comes first."""
        self._check_nesting(depth)
        root: Rewrite | None = None
        may_follow = True
        while True:
            item = self._peek()
            if item.kind in (end, '"}"'):
                if item.kind == end:
                    self._next()
                return root
            if item.kind in ('"&&"', '"||"'):
                self._next()
                if root is None:
                    return None
                root = Rewrite("and" if item.kind == '"&&"' else "or", (root,))
                may_follow = True
                continue
            opens = item.kind in ('"("', '"!"')
            if not opens and not may_follow:
                raise _Fatal(item, "did not expect another expression")
            child = self._parse_operand(depth)
            if child is None:
                return None
            may_follow = not opens
            root = _with_child(root, child)

    def _parse_operand(self, depth: int) -> Expression | None:
        if self._peek().kind != '"!"':
            return self._parse_group(depth)
        self._next()
        self._check_nesting(depth - 1)
        child = self._parse_group(depth - 1)
        return None if child is None else Not(child)

    def _parse_group(self, depth: int) -> Expression | None:
        if self._peek().kind != '"("':
            return self._parse_expression()
        self._next()
        return self._parse_expressions('")"', depth - 1)

    def _check_nesting(self, depth: int) -> None:
        if depth <= 0:
            message = f"expression nested too deeply; maximal nesting depth is {_MAX_NESTING}"
            raise _Fatal(self._peek(), message)

    def _parse_expression(self) -> Expression:
        self._match("this", ".")
        verb = self._next()
        relation = self._parse_property()
        if verb.text == "permits":
            self._match("(", "ctx", ")")
        elif verb.text == "related":
            self._match(".")
            method = self._next()
            if method.text == "traverse":
                return self._parse_traverse(relation)
            if method.text != "includes":
                raise _Fatal(method, f"expected 'traverse' or 'includes', got {_quoted(method.text)}")
            self._match("(", "ctx", ".", "subject", ")")
        else:
            raise _Fatal(verb, f"expected 'related' or 'permits', got {_quoted(verb.text)}")
        namespace = self._class
        self.checks.append(lambda: self._check_relation(namespace, relation))
        return Related(relation.text)

    def _parse_property(self) -> Item:
        if self._peek().text != "[":
            self._match(".")
            return self._next()
        self._match("[")
        item = self._next()
        self._match("]")
        return item

    def _parse_traverse(self, relation: Item) -> Traverse:
        self._match("(")
        argument = self._next()
        if argument.kind == '"("':
            argument = self._next()
            self._match(")")
        self._match("=>", argument.text, ".")
        verb = self._next()
        if verb.text not in ("related", "permits"):
            raise _Fatal(verb, f"expected 'related' or 'permits', got {_quoted(verb.shown())}")
        then = self._parse_property()
        if then.kind not in ("Identifier", "StringLiteral"):
            raise _Fatal(then, f"expected identifier, got {then.kind}")
        if verb.text == "related":
            self._match(".", "includes", "(", "ctx", ".", "subject")
            self._match_optional(",")
            self._match(")")
            self._match_optional(",")
            self._match(")")
        else:
            self._match("(", "ctx", ")", ")")
        namespace = self._class
        self.checks.append(lambda: self._check_types(relation, namespace, relation.text, then.text, _MAX_TYPE_DEPTH))
        self.checks.append(lambda: self._check_relation(namespace, relation))
        return Traverse(relation.text, then.text)

    def _relation(self, namespace: str, relation: str) -> Relation | None:
        declared = self.namespaces.get(namespace)
        return declared.relations.get(relation) if declared else None

    def _check_namespace(self, item: Item) -> list[tuple[Item, str]]:
        if item.text in self.namespaces:
            return []
        return [(item, f"namespace {_quoted(item.text)} was not declared")]

    def _check_relation(self, namespace: str, item: Item) -> list[tuple[Item, str]]:
        if self._relation(namespace, item.text):
            return []
        return [(item, f"namespace {_quoted(namespace)} did not declare relation {_quoted(item.text)}")]

    def _check_types(
        self, item: Item, namespace: str, relation: str, wanted: str, depth: int
    ) -> list[tuple[Item, str]]:
        """Check that all types of a relation, followed through subject sets, have the wanted relation."""
        if depth < 0:
            return [(item, "could not typecheck deeply nested SubjectSet further")]
        declared = self._relation(namespace, relation)
        if declared is None:
            return [(item, f"relation {_quoted(relation)} was not declared in namespace {_quoted(namespace)}")]
        errors = []
        for kind in declared.types:
            if kind.relation:
                errors += self._check_types(item, kind.namespace, kind.relation, wanted, depth - 1)
            elif self._relation(kind.namespace, wanted) is None:
                message = f"relation {_quoted(wanted)} was not declared in namespace {_quoted(kind.namespace)}"
                errors.append((item, message))
        return errors


def _expect_name(item: Item) -> None:
    if item.kind not in ("Identifier", "StringLiteral"):
        raise _Fatal(item, f"expected identifier or '}}', got {item.kind} {_quoted(item.text)}")


def _with_child(root: Rewrite | None, child: Expression) -> Rewrite:
    if root is not None:
        return Rewrite(root.operator, (*root.children, child))
    return child if isinstance(child, Rewrite) else Rewrite("or", (child,))


def _simplified(root: Rewrite) -> Rewrite:
    """Flatten binary operations into n-ary ones."""
    children: list[Expression] = []
    for child in root.children:
        if isinstance(child, Rewrite):
            inner = _simplified(child)
            flat = len(inner.children) == 1 or inner.operator == root.operator
            children += inner.children if flat else (inner,)
        elif isinstance(child, Not) and isinstance(child.child, Rewrite):
            children.append(Not(_simplified(child.child)))
        else:
            children.append(child)
    return Rewrite(root.operator, tuple(children))


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _error(source: str, item: Item, message: str) -> OplError:
    return OplError(message, _position(source, item.start), _position(source, item.end))


def _position(source: str, index: int) -> Position:
    """Find line and column of a place in the source.

    Keto lexes bytes but counts characters here, so behind a non-ASCII character the place comes out too far.
    """
    before = source[: max(len(source[:index].encode()), 1)]
    line_start = before[:-1].rfind("\n") + 1
    return Position(before[:-1].count("\n") + 1, len(before) - line_start)
