"""The parser of the Ory Permission Language."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ory_async.local.keto.model import DEFAULT_OPL, read_namespaces
from ory_async.local.keto.opl import Not, Related, Relation, RelationType, Rewrite, Traverse, parse


def permit(expression: str) -> Rewrite | None:
    """Parse one permit of a class whose relations are a, b, c and parents."""
    related = "related: { a: U[]; b: U[]; c: U[]; parents: D[] }"
    permits = f"permits = {{ p: (ctx) => {expression} }}"
    source = f"class U implements Namespace {{}} class D implements Namespace {{ {related} {permits} }}"
    namespaces, errors = parse(source)
    assert not errors, errors
    return namespaces["D"].relations["p"].rewrite


def has(name: str) -> str:
    return f"this.related.{name}.includes(ctx.subject)"


A, B, C = Related("a"), Related("b"), Related("c")


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        (has("a"), Rewrite("or", (A,))),
        (f"{has('a')} || {has('b')} || {has('c')}", Rewrite("or", (A, B, C))),
        (f"{has('a')} && {has('b')} && {has('c')},", Rewrite("and", (A, B, C))),
        (f"{has('a')} || {has('b')} && {has('c')}", Rewrite("and", (Rewrite("or", (A, B)), C))),
        (f"{has('a')} || ({has('b')} && {has('c')})", Rewrite("or", (A, Rewrite("and", (B, C))))),
        (f"({has('a')} && {has('b')})", Rewrite("and", (A, B))),
        (f"{has('a')} && !{has('b')}", Rewrite("and", (A, Not(B)))),
        (f"!({has('a')} || {has('b')})", Rewrite("or", (Not(Rewrite("or", (A, B))),))),
        ("this.permits.p(ctx)", Rewrite("or", (Related("p"),))),
        ("this.related['a'].includes(ctx.subject)", Rewrite("or", (A,))),
        ("this.related.parents.traverse((d) => d.permits.p(ctx))", Rewrite("or", (Traverse("parents", "p"),))),
        (
            "this.related.parents.traverse(d => d.related.a.includes(ctx.subject))",
            Rewrite("or", (Traverse("parents", "a"),)),
        ),
    ],
)
def test_permits(expression: str, wanted: Rewrite) -> None:
    assert permit(expression) == wanted


def test_types_of_relations() -> None:
    source = """
    /* a comment */ class U implements Namespace {};
    class G implements Namespace {
      related: {
        one: U[]  // another comment
        set: SubjectSet<G, "one">[],
        "quoted": (U | SubjectSet<G, "one">)[]
        array: Array<U | G>
      };
    }
    """
    namespaces, errors = parse(source)
    assert not errors
    one = RelationType("G", "one")
    assert list(namespaces["G"].relations.values()) == [
        Relation("one", (RelationType("U"),)),
        Relation("set", (one,)),
        Relation("quoted", (RelationType("U"), one)),
        Relation("array", (RelationType("U"), RelationType("G"))),
    ]


@pytest.mark.parametrize(
    ("source", "message", "start", "end"),
    [
        ("class", "expected identifier, got EOF", (1, 5), (1, 5)),
        ("class A extends Namespace {}", 'expected "implements", got "extends"', (1, 8), (1, 15)),
        (
            "class A implements Namespace {\n  other: 1 }",
            "expected 'permits' or 'related', got \"other\"",
            (2, 2),
            (2, 7),
        ),
        (
            "class A implements Namespace { related: { ( } }",
            'expected identifier or \'}\', got "(" "("',
            (1, 42),
            (1, 43),
        ),
        ("class A implements Namespace { related: { a: (A & A)[] } }", "expected '|', got", (1, 48), (1, 48)),
        (
            "class A implements Namespace { permits = { p: (ctx) => this.x.y } }",
            "expected 'related' or 'permits', got \"x\"",
            (1, 60),
            (1, 61),
        ),
        (
            "class A implements Namespace { permits = { p: (ctx) => this.related.y.any(",
            "expected 'traverse' or 'includes', got \"any\"",
            (1, 70),
            (1, 73),
        ),
        (
            'class A implements Namespace { related: { a: SubjectSet<A, "b">[] } }',
            'namespace "A" did not declare relation "b"',
            (1, 60),
            (1, 61),
        ),
        ("/* never closed", 'fatal: at "": unclosed comment', (1, 1), (1, 15)),
        ("class 'A", "expected identifier, got Error", (1, 7), (1, 8)),
    ],
)
def test_mistakes(source: str, message: str, start: tuple[int, int], end: tuple[int, int]) -> None:
    _, errors = parse(source)
    assert len(errors) == 1
    assert errors[0].message.startswith(message)
    assert (errors[0].start.line, errors[0].start.column) == start
    assert (errors[0].end.line, errors[0].end.column) == end


def test_all_undeclared_names_are_told() -> None:
    source = """
    class U implements Namespace {}
    class A implements Namespace {
      related: { parents: (U | Gone)[] }
      permits = { p: (ctx) => this.related.parents.traverse((x) => x.permits.p(ctx)) || this.permits.q(ctx) }
    }
    """
    _, errors = parse(source)
    assert [error.message for error in errors] == [
        'namespace "Gone" was not declared',
        'relation "p" was not declared in namespace "U"',
        'relation "p" was not declared in namespace "Gone"',
        'namespace "A" did not declare relation "q"',
    ]


def test_nesting_is_limited() -> None:
    deepest = "(" * 9 + has("a") + ")" * 9
    assert permit(deepest) == Rewrite("or", (A,))
    _, errors = parse(f"class D implements Namespace {{ permits = {{ p: (ctx) => ({deepest}) }} }}")
    assert errors[0].message == "expression nested too deeply; maximal nesting depth is 10"


def test_default_model_is_valid() -> None:
    assert list(read_namespaces(DEFAULT_OPL)) == ["User", "Group", "Folder", "File"]


def test_a_model_with_mistakes_is_refused() -> None:
    with pytest.raises(ValueError, match=r'2:13: namespace "Nope" was not declared'):
        read_namespaces("class A implements Namespace { related: {\n          x: Nope[] } }")


NAMES = ["class", "A", "implements", "Namespace", "related", "permits", "ctx", "this", "includes", "traverse", "ä"]
MARKS = [*"{}:=().!|[]<>,;&'\n", "=>", "||", "&&", "'x'", "//", "/*", "*/"]


@settings(deadline=None)
@given(st.lists(st.sampled_from([*NAMES, *MARKS]), max_size=40).map(" ".join) | st.text(max_size=60))
def test_any_text_is_read_to_an_end(source: str) -> None:
    _, errors = parse(source)
    lines = source.count("\n") + 1
    for error in errors:
        assert 1 <= error.start.line <= error.end.line <= lines
