"""The form of a flow: what there is to fill in, what the server says about it, and the body that answers it.

No input or output: everything is read from the flow as it came.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Generic, Literal, TypeAlias, TypeVar

import attrs

from .. import models
from ..errors import InvalidRequest

FlowModel: TypeAlias = (
    models.LoginFlow | models.RegistrationFlow | models.SettingsFlow | models.RecoveryFlow | models.VerificationFlow
)
"""What a flow is on the wire, of any kind."""

Kind: TypeAlias = Literal["login", "registration", "settings", "recovery", "verification"]

Method: TypeAlias = (
    Literal["password", "code", "totp", "lookup_secret", "link", "oidc", "webauthn", "passkey", "profile", "saml"] | str  # noqa: PYI051 - for editors
)
"""How somebody proves who they are, or what they change: the ``method`` of a submission."""

T = TypeVar("T")
M_co = TypeVar("M_co", bound=FlowModel, covariant=True)

_KINDS: Final[Mapping[type, Kind]] = {
    models.LoginFlow: "login",
    models.RegistrationFlow: "registration",
    models.SettingsFlow: "settings",
    models.RecoveryFlow: "recovery",
    models.VerificationFlow: "verification",
}
_FOR_ALL_METHODS = frozenset({"default", "identifier_first", "captcha"})
"""The groups of nodes that go along with each submission."""
_BUTTONS = frozenset({"submit", "button"})
_BY_PROVIDER = frozenset({"oidc", "saml"})
_AFTER_THE_FIRST_STEP = frozenset({"password", "code", "webauthn", "passkey", "oidc", "saml"})
_NESTED = ("traits.", "transient_payload.")


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Form(Generic[M_co]):
    """A flow, to show and to fill in."""

    data: M_co
    """The flow as the server sent it."""

    @property
    def kind(self) -> Kind:
        """What the flow is for, such as ``login``."""
        return _KINDS[type(self.data)]

    @property
    def id(self) -> str:
        """What the page's URL has as ``flow``."""
        return self.data.id

    @property
    def state(self) -> str:
        """How far it has come, such as ``choose_method`` or ``sent_email``."""
        return self.data.state

    @property
    def is_browser(self) -> bool:
        """Whether it belongs to a browser's cookies; otherwise to an app."""
        return self.data.type == "browser"

    @property
    def active_method(self) -> str | None:
        """The method that the flow is at: the chosen one, or the only one there is."""
        chosen = self.data.active
        if isinstance(chosen, str) and chosen in self.methods:
            return str(chosen)
        return self.methods[0] if len(self.methods) == 1 else None

    # what to show

    def nodes(self, group: models.UiNodeGroup | str | None = None) -> list[models.UiNode]:
        """The elements of the form in their order: all of them, or those of one group, such as ``password``."""
        ui = self.data.ui
        found = _all(ui.nodes if ui is not None else None)
        return [node for node in found if group is None or node.group == group]

    def node(self, name: str) -> models.UiNode | None:
        """The first element with a name or, for one that is no input, with an id; None where there is none."""
        for node in self.nodes():
            if name in (getattr(node.attributes, "name", None), getattr(node.attributes, "id", None)):
                return node
        return None

    @property
    def scripts(self) -> list[models.UiNodeScriptAttributes]:
        """The scripts that a page has to load, for security keys and passkeys."""
        found = (node.attributes for node in self.nodes())
        return [each for each in found if isinstance(each, models.UiNodeScriptAttributes)]

    @property
    def messages(self) -> list[models.UiText]:
        """What the server says about the form as a whole: errors, and that a code was sent."""
        ui = self.data.ui
        return _all(ui.messages if ui is not None else None)

    @property
    def by_field(self) -> dict[str, list[models.UiText]]:
        """What the server says about single fields, by their names; fields without messages are left out."""
        found: dict[str, list[models.UiText]] = {}
        for node in self.nodes():
            name = getattr(node.attributes, "name", None) or getattr(node.attributes, "id", None)
            messages = _all(node.messages)
            if messages and isinstance(name, str):
                found.setdefault(name, []).extend(messages)
        return found

    # what to send

    @property
    def csrf_token(self) -> str | None:
        """The token that a browser's submission has to carry; None for apps, which need none."""
        for _, field in self._inputs():
            if field.name == "csrf_token" and isinstance(field.value, str):
                return field.value or None
        return None

    @property
    def methods(self) -> list[str]:
        """The methods that the form offers, in the order of the form."""
        found: dict[str, None] = {}
        for group, field in self._inputs():
            if field.name == "method" and isinstance(field.value, str):
                found[field.value] = None
            elif group not in _FOR_ALL_METHODS and field.name != "screen":
                found[group] = None
        return list(found)

    def values(self, method: Method | None = None) -> dict[str, models.Json]:
        """What has to be posted back along with what people fill in: the CSRF token, hidden and prefilled fields.

        By their names in the form, for the fields of one method or of all.
        """
        return {
            field.name: field.value
            for group, field in self._inputs()
            if (method is None or group in _FOR_ALL_METHODS or group == method)
            and field.type not in _BUTTONS
            and not field.disabled
            and field.value not in (None, "")
        }

    def required(self, method: Method) -> list[str]:
        """The names of the fields that people have to fill in for a method."""
        return [
            field.name
            for group, field in self._inputs()
            if field.required
            and field.type not in _BUTTONS
            and field.type != "hidden"
            and _concerns(method, group, field)
        ]

    def body(self, method: Method, /, **fields: models.Json) -> dict[str, models.Json]:
        """The body that submits a method: what is given, over what the form has already.

        `fields` have the names of the form, such as ``identifier=`` and ``password=``; traits come as one mapping,
        ``traits={"email": ...}``, which stands in place of all traits of the form, or singly as ``"traits.email"``.
        A field that is None is left out.

        Raises `InvalidRequest`, naming what there is, when the form does not offer the method or a required field is
        missing.
        """
        given = {name: value for name, value in fields.items() if value is not None}
        self._check_method(method, given)
        values = self.values(method)
        if "traits" in given:
            values = {name: value for name, value in values.items() if not name.startswith("traits.")}
        body = _nested({**values, **given, "method": method})
        if not self._presses_button(given):
            missing = [name for name in self.required(method) if not _has(body, name)]
            if missing:
                raise InvalidRequest(
                    f"the method {method!r} of this {self.kind} flow needs {', '.join(map(repr, missing))} as well"
                )
        return body

    def posted(self, form: Mapping[str, str]) -> dict[str, models.Json]:
        """The body for what a browser has posted: names and texts, as an HTML form of this flow sends them.

        Numbers, checkboxes and buttons become JSON of their kinds; empty texts are left out where nothing is required.
        Nothing is added but the method of the button that was pressed: above all, the CSRF token is the one that the
        browser sent, so a page of another site cannot submit in its name.
        """
        inputs = {field.name: field for _, field in self._inputs()}
        values = {
            name: _typed(inputs.get(name), text)
            for name, text in form.items()
            if text or (name in inputs and inputs[name].required)
        }
        if "method" not in values:
            pressed = (group for group, field in self._inputs() if field.type == "submit" and field.name in values)
            values.update(("method", group) for group in [next(pressed, None)] if group is not None)
        return _nested(values)

    def _inputs(self) -> Iterator[tuple[str, models.UiNodeInputAttributes]]:
        """The fields and buttons of the form, each with its group."""
        for node in self.nodes():
            field = node.attributes
            if isinstance(field, models.UiNodeInputAttributes) and isinstance(field.name, str):
                yield str(node.group), field

    def _check_method(self, method: Method, given: Mapping[str, models.Json]) -> None:
        offered = self.methods
        if method not in offered:
            if self._is_first_step and method in _AFTER_THE_FIRST_STEP:
                return  # servers take it at once, though the form will offer it in its second step only
            there = f"it offers {', '.join(offered)}" if offered else "it has nothing to submit"
            raise InvalidRequest(f"this {self.kind} flow does not offer the method {method!r}: {there}")
        own = [field for group, field in self._inputs() if group == method and field.name != "method"]
        has_button = any(field.name == "method" and field.value == method for _, field in self._inputs())
        if not has_button and not any(field.name in given for field in own):
            choices = (f"{each.name}={each.value!r}" if each.type == "submit" else f"{each.name}=" for each in own)
            raise InvalidRequest(f"the method {method!r} of this {self.kind} flow needs one of {', '.join(choices)}")

    @property
    def _is_first_step(self) -> bool:
        """Whether it asks who somebody is, the methods being left to a second step."""
        return "identifier_first" in self.methods or (self.kind == "registration" and "profile" in self.methods)

    def _presses_button(self, given: Mapping[str, models.Json]) -> bool:
        """Whether a button other than a method's is used, such as the one that sends another code."""
        return any(
            field.type == "submit" and field.name in given for _, field in self._inputs() if field.name != "method"
        )

    def __repr__(self) -> str:
        return f"<{self.kind} flow {self.id}: {self.state}>"


def _all(items: Iterable[T] | None) -> list[T]:
    """The items of a list as servers send it: null in place of the list, or of an item, is nothing."""
    return [item for item in items or () if item is not None]


def _concerns(method: Method, group: str, field: models.UiNodeInputAttributes) -> bool:
    """Whether a method needs a field that the form requires."""
    if group == method:
        return True
    if group not in _FOR_ALL_METHODS or field.name == "csrf_token" or method in _BY_PROVIDER:
        return False
    return not (method == "passkey" and field.name == "identifier")


def _nested(values: Mapping[str, models.Json]) -> dict[str, models.Json]:
    """Fields with the dots of a form's names turned into objects."""
    body = {name: value for name, value in values.items() if not name.startswith(_NESTED)}
    for name, value in values.items():
        if name.startswith(_NESTED):
            *parents, last = name.split(".")
            target = body
            for parent in parents:
                inside = target.get(parent)
                target[parent] = dict(inside) if isinstance(inside, Mapping) else {}
                target = target[parent]
            target[last] = value
    return body


def _has(body: models.Json, name: str) -> bool:
    """Whether a body holds the field of a name of the form."""
    if name in body:
        return True
    first, dot, rest = name.partition(".")
    return bool(dot) and isinstance(body.get(first), Mapping) and _has(body[first], rest)


def _typed(field: models.UiNodeInputAttributes | None, text: str) -> models.Json:
    """The JSON that a text of an HTML form stands for."""
    if field is None:
        return text
    if field.type == "checkbox":
        return text in ("true", "on", "1")
    if field.type == "submit" and text == "true":
        return True
    if field.type == "number":
        try:
            return json.loads(text)
        except ValueError:
            return text  # the server says what is wrong with it
    return text
