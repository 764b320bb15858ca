"""Keto: relation tuples, and the checks and expansions that follow from them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from .machine import Machine

# An object or an id of a subject is {}-marked: others may have left things of the plain name on the real server.
OBJECTS = st.sampled_from(["a{}", "b{}", "c{}"])
SUBJECT_SETS = st.sampled_from(
    [
        {"namespace": "User", "object": "ann{}", "relation": ""},
        {"namespace": "User", "object": "bob{}", "relation": ""},
        {"namespace": "Group", "object": "a{}", "relation": "members"},
        {"namespace": "Group", "object": "b{}", "relation": "members"},
        {"namespace": "Folder", "object": "a{}", "relation": ""},
        {"namespace": "Folder", "object": "b{}", "relation": "viewers"},
        {"namespace": "File", "object": "a{}", "relation": "owners"},
        {"namespace": "File", "object": "b{}", "relation": ""},
    ]
)
SUBJECTS = st.builds(lambda each: {"subject_set": each}, SUBJECT_SETS) | st.sampled_from(
    [{"subject_id": "ann{}"}, {"subject_id": "User:ann{}"}]
)
SENSIBLE = st.sampled_from(
    [
        ("Group", "members"),
        ("Folder", "viewers"),
        ("Folder", "parents"),
        ("File", "viewers"),
        ("File", "owners"),
        ("File", "parents"),
    ]
)
ANY = SENSIBLE | st.sampled_from(
    [
        ("File", "view"),
        ("File", "edit"),
        ("Folder", "view"),
        ("User", "x"),
        ("File", "x"),
        ("Nothing", "x"),
        ("File", ""),
    ]
)
DEPTHS = st.sampled_from([None, None, "1", "2", "3", "9", "0", "-1", "x"])
SOURCES = st.sampled_from(
    [
        "class User implements Namespace {}",
        "class User implements Namespace {",
        "class A implements Namespace { related: { b: C[] } }",
        "class A implements Namespace { permits = { x: (ctx) => this.related.y.includes(ctx.subject) } }",
        "class A implements Namespace { permits = { x: (ctx) => this.permits.z(ctx) && !this.permits.x(ctx) } }",
        "nonsense",
        "",
        "class",
        "/* open",
    ]
)


@st.composite
def tuples(draw: st.DrawFn, relations: Any = ANY) -> dict[str, Any]:
    namespace, relation = draw(relations)
    return {"namespace": namespace, "object": draw(OBJECTS), "relation": relation, **draw(SUBJECTS)}


class PermissionMachine(Machine):
    def marked(self, value: Any) -> Any:
        """The value with this sequence's own names."""
        if isinstance(value, dict):
            return {name: self.marked(each) for name, each in value.items()}
        if isinstance(value, list):
            return [self.marked(each) for each in value]
        return value.replace("{}", f"-{self.mark}") if isinstance(value, str) else value

    def query(self, tuple: dict[str, Any]) -> dict[str, str]:
        """A tuple as the query of a GET request."""
        flat = {name: value for name, value in self.marked(tuple).items() if name != "subject_set"}
        subject = self.marked(tuple.get("subject_set") or {})
        return {**flat, **{f"subject_set.{name}": value for name, value in subject.items()}}

    def teardown(self) -> None:
        for namespace in ("Group", "Folder", "File", "User"):
            for object in ("a{}", "b{}", "c{}"):
                query = self.query({"namespace": namespace, "object": object})
                self.real.send("keto_write", "DELETE", "/admin/relation-tuples", query=query)

    @rule(tuple=tuples(SENSIBLE))
    def write_a_sensible_one(self, tuple: dict[str, Any]) -> None:
        self._write(tuple)

    @rule(
        tuple=tuples(),
        change=st.sampled_from(
            [{}, {}, {"object": ""}, {"object": None}, {"namespace": 1}, {"subject_set": None, "subject_id": None}]
        ),
    )
    def write_any(self, tuple: dict[str, Any], change: dict[str, Any]) -> None:
        if "object" not in change or change["object"]:  # the empty object is everybody's
            self._write({**tuple, **change})

    def _write(self, tuple: dict[str, Any]) -> None:
        self.play(
            "create_relationship",
            lambda side: side.send("keto_write", "PUT", "/admin/relation-tuples", body=self.marked(tuple)),
        )

    @rule(
        changes=st.lists(
            st.builds(
                lambda action, changed: {"action": action, "relation_tuple": changed},
                st.sampled_from(["insert", "insert", "insert", "delete", "nonsense"]),
                tuples(SENSIBLE) | tuples(),
            ),
            max_size=5,
        )
    )
    def patch(self, changes: list[dict[str, Any]]) -> None:
        self.play(
            "patch_relationships",
            lambda side: side.send("keto_write", "PATCH", "/admin/relation-tuples", body=self.marked(changes)),
        )

    @rule(tuple=tuples(), keep=st.sets(st.sampled_from(["relation", "subject_id", "subject_set"])))
    def delete_some(self, tuple: dict[str, Any], keep: set[str]) -> None:
        query = self.query({name: value for name, value in tuple.items() if name in {"namespace", "object", *keep}})
        self.play(
            "delete_relationships",
            lambda side: side.send("keto_write", "DELETE", "/admin/relation-tuples", query=query),
        )

    @rule(
        tuple=tuples(),
        keep=st.sets(st.sampled_from(["namespace", "relation", "subject_id", "subject_set"])),
        extra=st.sampled_from([{}, {}, {"page_size": "500"}, {"page_size": "x"}, {"page_token": "nonsense"}]),
    )
    def list_some(self, tuple: dict[str, Any], keep: set[str], extra: dict[str, str]) -> None:
        query = self.query({name: value for name, value in tuple.items() if name in {"object", *keep}}) | extra
        self.play(
            "get_relationships",
            lambda side: side.send("keto_read", "GET", "/relation-tuples", query=query),
            unordered=["relation_tuples"],
        )

    @rule(
        tuple=tuples(),
        way=st.sampled_from(["", "/openapi"]),
        method=st.sampled_from(["GET", "POST"]),
        depth=DEPTHS,
        without=st.sampled_from([None, None, None, "namespace", "object", "relation", "subject_id", "subject_set"]),
    )
    def check(self, tuple: dict[str, Any], way: str, method: str, depth: str | None, without: str | None) -> None:
        asked = {name: value for name, value in tuple.items() if name != without}
        path, limit = f"/relation-tuples/check{way}", {"max-depth": depth}
        self.play(
            f"{method} check",
            lambda side: (
                side.send("keto_read", "GET", path, query=self.query(asked) | limit)
                if method == "GET"
                else side.send("keto_read", "POST", path, query=limit, body=self.marked(asked))
            ),
        )

    @rule(asked=st.lists(tuples(), max_size=11), depth=DEPTHS)
    def check_many(self, asked: list[dict[str, Any]], depth: str | None) -> None:
        self.play(
            "batch_check_permission",
            lambda side: side.send(
                "keto_read",
                "POST",
                "/relation-tuples/batch/check",
                query={"max-depth": depth},
                body={"tuples": self.marked(asked)},
            ),
        )

    @rule(tuple=tuples(), depth=DEPTHS)
    def expand(self, tuple: dict[str, Any], depth: str | None) -> None:
        query = self.query({name: tuple[name] for name in ("namespace", "object", "relation")})
        self.play(
            "expand_permissions",
            lambda side: side.send("keto_read", "GET", "/relation-tuples/expand", query=query | {"max-depth": depth}),
            unordered=["children"],
        )

    @rule(source=SOURCES)
    def check_syntax(self, source: str) -> None:
        self.play("check_opl_syntax", lambda side: side.send("keto_opl", "POST", "/opl/syntax/check", text=source))

    @rule()
    def namespaces(self) -> None:
        self.play(
            "list_relationship_namespaces",
            lambda side: side.send("keto_read", "GET", "/namespaces"),
            unordered=["namespaces"],
        )
