"""The forms of flows: nodes and messages, with the ids and texts of Kratos."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from .schemas import TraitField, Violation

Node = dict[str, Any]
Text = dict[str, Any]

_TRAIT_TYPES = {"email": "email", "tel": "tel", "date": "date", "date-time": "datetime-local", "uri": "url"}
_JSON_TYPES = {"boolean": "checkbox", "integer": "number", "number": "number"}


def text(id: int, words: str, kind: str = "info", **context: Any) -> Text:
    """Make a message or label."""
    message: Text = {"id": id, "text": words, "type": kind}
    return message | ({"context": context} if context else {})


def error(id: int, words: str, **context: Any) -> Text:
    """Make an error message."""
    return text(id, words, "error", **context)


def reason_error(reason: str) -> Text:
    """Make the message of an error that has no id of its own."""
    return error(4000001, reason, reason=reason)


def missing(property: str) -> Text:
    return error(4000002, f"Property {property} is missing.", property=property)


def too_short(value: str, length: int) -> Text:
    words = f"length must be >= {length}, but got {len(value)}"
    return error(4000003, words, actual_length=len(value), min_length=length)


def field_node(
    group: str, name: str, type: str = "text", *, label: Text | None = None, value: Any = None, **attributes: Any
) -> Node:
    """Make an input node. Attributes that are None are left out; `value` may be the empty string."""
    first = {"name": name, "type": type, "value": value}
    shown = {key: found for key, found in {**first, **attributes}.items() if found is not None}
    shown |= {"disabled": False, "node_type": "input"}
    return _node("input", group, shown, label)


def submit_node(group: str, value: str, label: Text, *, name: str = "method") -> Node:
    return field_node(group, name, "submit", value=value, label=label)


def csrf_node(token: str) -> Node:
    return field_node("default", "csrf_token", "hidden", value=token, required=True)


def text_node(group: str, id: str, content: Text, label: Text) -> Node:
    return _node("text", group, {"text": content, "id": id, "node_type": "text"}, label)


def image_node(group: str, id: str, source: str, label: Text) -> Node:
    return _node("img", group, {"src": source, "id": id, "width": 256, "height": 256, "node_type": "img"}, label)


def link_node(group: str, id: str, href: str, title: Text) -> Node:
    return _node("a", group, {"href": href, "title": title, "id": id, "node_type": "a"}, title)


def script_node(group: str, id: str, source: str, integrity: str, nonce: str) -> Node:
    attributes = {
        "src": source,
        "async": True,
        "referrerpolicy": "no-referrer",
        "crossorigin": "anonymous",
        "integrity": integrity,
        "type": "text/javascript",
        "id": id,
        "nonce": nonce,
        "node_type": "script",
    }
    return _node("script", group, attributes, None)


def trait_nodes(fields: Iterable[TraitField], traits: Any, *, group: str) -> list[Node]:
    """Make the inputs of the traits, with the values they have."""
    return [_trait_node(trait, _value_at(traits, trait.path), group) for trait in fields]


def trait_label(trait: TraitField) -> Text:
    title = trait.schema.get("title", trait.path.rpartition(".")[2])
    return text(1070002, title, name=trait.path, title=title)


def code_node(label: Text, **attributes: Any) -> Node:
    """Make the input of a one-time code."""
    return field_node("code", "code", label=label, required=True, autocomplete="one-time-code", **attributes)


def resend_node(name: str, value: str) -> Node:
    return field_node("code", name, "submit", value=value, label=text(1070008, "Resend code"))


CONTINUE = text(1070009, "Continue")
SAVE = text(1070003, "Save")
PASSWORD = text(1070001, "Password")
EMAIL = text(1070007, "Email")
DUPLICATE = error(4000007, "An account with the same identifier (email, phone, username, ...) exists already.")
DISABLED = error(4010011, "This account has been disabled. Please contact support for assistance.")
WRONG_TOTP = error(4000008, "The provided authentication code is invalid, please try again.")


@dataclass(kw_only=True)
class Ui:
    """A form."""

    action: str
    method: str = "POST"
    nodes: list[Node] | None = field(default_factory=list)
    messages: list[Text] = field(default_factory=list)

    def view(self) -> dict[str, Any]:
        view = {"action": self.action, "method": self.method, "nodes": self.nodes}
        return view | ({"messages": self.messages} if self.messages else {})

    def copied(self) -> Ui:
        """Return the form as it is now, which changes of this one leave alone."""
        return replace(self, nodes=self.nodes and [dict(node) for node in self.nodes], messages=[*self.messages])

    def find(self, name: str) -> Node | None:
        """Return the first node of a name that is no submit button."""
        named = [node for node in self.nodes or () if node["attributes"].get("name") == name]
        return next((node for node in named if node["attributes"]["type"] != "submit"), None)

    def set_value(self, name: str, value: Any) -> None:
        """Fill an input, if the form has it."""
        node = self.find(name)
        if node is not None:
            node["attributes"] = _with_value(node["attributes"], value)

    def show_values(self, group: str, name: str, value: Any) -> None:
        """Fill the inputs of a document, and add those which the form lacks."""
        for path, each in flattened(name, value):
            if self.find(path) is None:
                type = "checkbox" if isinstance(each, bool) else "number" if isinstance(each, int | float) else "text"
                self.nodes = [*(self.nodes or ()), field_node(group, path, type, value=each)]
            self.set_value(path, each)

    def reset(self, prefix: str) -> None:
        """Empty the inputs whose names begin so, and drop their messages."""
        for node in self.nodes or ():
            if node["attributes"].get("name", "").startswith(prefix):
                node["attributes"], node["messages"] = _with_value(node["attributes"], None), []

    def has_values(self, name: str, value: Any) -> bool:
        """Tell whether the inputs show these values; what the form has no input for does not count."""
        inputs = ((self.find(path), each) for path, each in flattened(name, value))
        return all(node is None or node["attributes"].get("value") == each for node, each in inputs)

    def add_error(self, name: str, message: Text) -> None:
        """Put a message on an input, else on a button; one that the form lacks is made, as Kratos does."""
        node = self.find(name) or next(
            (node for node in self.nodes or () if node["attributes"].get("name") == name), None
        )
        if node is None:
            node = field_node("default", name)
            self.nodes = [*(self.nodes or ()), node]
        node["messages"] = [*node["messages"], message]

    def clear_messages(self) -> None:
        """Drop the messages of the form and of its inputs."""
        self.messages = []
        for node in self.nodes or ():
            node["messages"] = []

    def set_csrf(self, token: str) -> None:
        """Renew the anti-CSRF field, adding it to a form that lacks it."""
        self.nodes = [node for node in self.nodes or () if node["attributes"].get("name") != "csrf_token"]
        self.nodes.insert(0, csrf_node(token))


def flattened(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the single values of a document, each with the name that its input has."""
    if isinstance(value, dict | list):
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from flattened(f"{name}.{key}", each)
    else:
        yield name, value


def violation_errors(violations: Sequence[Violation]) -> Iterable[tuple[str, Text]]:
    """Return what is wrong with the traits as (name of the input, message)."""
    for violation in violations:
        name = ".".join(str(part) for part in violation.instance)
        if violation.keyword == "required":
            for property in violation.context["missing"]:
                yield f"{name}.{property}", missing(property)
        elif violation.keyword == "format" and violation.schema[-1] == "format":
            yield name, _format_error(violation)
        elif violation.keyword != "format":
            yield name, _violation_error(violation)


def _format_error(violation: Violation) -> Text:
    if violation.text.endswith('"email"'):
        return error(4000040, "Enter a valid email address", **violation.context)
    return error(4000004, violation.text, reason=violation.text)


def _violation_error(violation: Violation) -> Text:
    ids = {"minLength": 4000003, "maxLength": 4000017, "type": 4000026, "enum": 4000030, "pattern": 4000004}
    id = ids.get(violation.keyword)
    if id is None:
        return reason_error(violation.text)
    return error(id, violation.text, **violation.context)


def _node(type: str, group: str, attributes: Mapping[str, Any], label: Text | None) -> Node:
    meta = {"label": label} if label else {}
    return {"type": type, "group": group, "attributes": dict(attributes), "messages": [], "meta": meta}


def _trait_node(trait: TraitField, value: Any, group: str) -> Node:
    format, json_type = trait.schema.get("format", ""), trait.schema.get("type", "")
    kind = _TRAIT_TYPES.get(format) or _JSON_TYPES.get(json_type, "text")
    autocomplete = {"email": "email", "tel": "tel"}.get(kind)
    return field_node(
        group,
        trait.path,
        kind,
        value=value,
        label=trait_label(trait),
        required=trait.required or None,
        autocomplete=autocomplete,
    )


def _value_at(traits: Any, path: str) -> Any:
    value = traits
    for part in path.split(".")[1:]:
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _with_value(attributes: Mapping[str, Any], value: Any) -> dict[str, Any]:
    """Return attributes with the value in its place, after name and type."""
    rest = {key: found for key, found in attributes.items() if key not in ("name", "type", "value")}
    first = {"name": attributes["name"], "type": attributes["type"]}
    return first | ({"value": value} if value is not None else {}) | rest
