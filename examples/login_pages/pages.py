"""What a page shows of a flow: which forms, fields and buttons, in which order, and what is said beside them.

Nothing here talks to a server: a flow goes in, and what the templates write comes out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias
from urllib.parse import urlencode

from ory_async import flows, models

GROUPS = {
    "default": "",
    "identifier_first": "",
    "profile": "Profile",
    "password": "Password",
    "totp": "Authenticator app",
    "code": "Code by message",
    "webauthn": "Security keys",
    "passkey": "Passkeys",
    "lookup_secret": "Backup codes",
    "oidc": "Social sign-in",
    "saml": "Company sign-in",
}
"""The parts of a form in the order of the page, with their headings."""

WORDS = {
    1050017: "Cannot scan it? Type this key into the app",
    4000002: "Fill this in.",
}
"""Our own words in place of the server's, by the numbers of messages; translations go here as well."""

CODES = frozenset({"code", "totp_code"})
SECONDARY = frozenset({"email", "resend", "screen"})
DANGEROUS = ("unlink", "totp_unlink", "webauthn_remove", "passkey_remove", "lookup_secret_disable")


@dataclass(frozen=True, kw_only=True)
class Said:
    """A message, and the field that it is about."""

    text: str
    tone: str
    field: str | None = None


@dataclass(frozen=True, kw_only=True)
class Field:
    """Something to fill in."""

    macro: ClassVar = "field"
    id: str
    name: str
    type: str
    label: str
    value: models.Json
    options: Sequence[models.Json]
    required: bool
    disabled: bool
    autocomplete: str | None
    inputmode: str | None
    pattern: str | None
    maxlength: int | None
    said: Sequence[Said]

    @property
    def is_wrong(self) -> bool:
        return any(each.tone == "error" for each in self.said)


@dataclass(frozen=True, kw_only=True)
class Button:
    """Something to press. One with a `trigger` calls a function of the server's script for security keys."""

    macro: ClassVar = "button"
    name: str
    value: models.Json
    label: str
    look: Literal["primary", "secondary", "danger"]
    trigger: str | None
    disabled: bool
    said: Sequence[Said]


@dataclass(frozen=True, kw_only=True)
class Hidden:
    """A value that goes back as it is; `trigger` is what to call once the page is there."""

    macro: ClassVar = "hidden"
    name: str
    value: models.Json
    trigger: str | None


@dataclass(frozen=True, kw_only=True)
class Text:
    """A text to keep: the key of an authenticator app, or the codes to print out."""

    macro: ClassVar = "text"
    label: str
    text: str
    codes: Sequence[Said]


@dataclass(frozen=True, kw_only=True)
class Image:
    """A picture: the QR code of an authenticator app."""

    macro: ClassVar = "image"
    label: str
    src: str
    width: int
    height: int


@dataclass(frozen=True, kw_only=True)
class Link:
    """A way on."""

    macro: ClassVar = "link"
    label: str
    href: str


Element: TypeAlias = Field | Button | Hidden | Text | Image | Link


@dataclass(frozen=True)
class Section:
    """The elements of one method."""

    group: str
    title: str
    elements: Sequence[Element]


@dataclass(frozen=True)
class Page:
    """A flow as its page shows it."""

    kind: str
    title: str
    lead: str
    action: str
    said: Sequence[Said]
    errors: Sequence[Said]
    forms: Sequence[Sequence[Section]]
    """Each form with its sections."""
    scripts: Sequence[models.UiNodeScriptAttributes]
    links: Sequence[Link]


def page(flow: flows.AnyFlow) -> Page:
    """Lay out a flow."""
    title, lead = _heading(flow)
    said = [_said(message) for message in flow.messages]
    forms = _forms(flow)
    fields = (element for form in forms for section in form for element in section.elements)
    wrong = [each for field in fields if isinstance(field, (Field, Button)) for each in field.said]
    return Page(
        kind=flow.kind,
        title=title,
        lead=lead,
        action=f"/{flow.kind}?{urlencode({'flow': flow.id})}",
        said=[each for each in said if each.tone != "error"],
        errors=[each for each in [*said, *wrong] if each.tone == "error"],
        forms=forms,
        scripts=flow.scripts,
        links=list(_links(flow)),
    )


def _forms(flow: flows.AnyFlow) -> list[list[Section]]:
    """One form for all methods where they share a field, such as the identifier; else one for each of them.

    With forms of their own, Enter presses the button of the field that somebody is in.
    """
    elements = {group: _elements(flow, group) for group in _groups(flow)}
    shared = elements.pop("default", [])
    if any(isinstance(element, Field) for element in shared):
        # The shared fields and the first method are one section: Enter presses its button.
        first, *others = list(elements) or [""]
        own = [*shared, *elements.get(first, [])]
        return [[_section(first, own), *(_section(group, elements[group]) for group in others)]]
    return [[_section(group, [*shared, *own])] for group, own in elements.items()]


def _section(group: str, elements: Sequence[Element]) -> Section:
    return Section(group, GROUPS.get(group, group), elements)


def _groups(flow: flows.AnyFlow) -> list[str]:
    """The groups of a flow that have something to show, in the order of the page."""
    names: dict[str, set[str]] = {}
    for node in flow.nodes():
        if not isinstance(node.attributes, models.UiNodeScriptAttributes):
            names.setdefault(str(node.group), set()).add(getattr(node.attributes, "name", ""))
    known = list(GROUPS)

    def place(group: str) -> tuple[bool, int]:
        only_leads_back = names[group] == {"screen"}
        return only_leads_back, known.index(group) if group in known else len(known)

    return sorted(names, key=place)


def _elements(flow: flows.AnyFlow, group: str) -> list[Element]:
    """The elements of a group, its buttons last and that of the method first among them."""
    found = [element for node in flow.nodes(group) if (element := _element(node)) is not None]
    return sorted(found, key=_rank)


def _rank(element: Element) -> int:
    if not isinstance(element, Button):
        return 0
    return ("primary", "secondary", "danger").index(element.look) + 1


def _element(node: models.UiNode) -> Element | None:
    label = _text(node.meta.label) if node.meta and node.meta.label else ""
    match node.attributes:
        case models.UiNodeInputAttributes(type="hidden") as input:
            trigger = str(input.onload_trigger) if input.onload_trigger else None
            return Hidden(name=input.name, value=input.value, trigger=trigger)
        case models.UiNodeInputAttributes(type="submit" | "button") as input:
            return _button(node, input, label)
        case models.UiNodeInputAttributes() as input:
            return _field(node, input, label)
        case models.UiNodeTextAttributes(text=text):
            secrets = (text.context or {}).get("secrets") or []
            codes = [
                Said(text=each["text"], tone="used" if "used_at" in each.get("context", {}) else "") for each in secrets
            ]
            return Text(label=label, text=text.text, codes=codes)
        case models.UiNodeImageAttributes(src=src, width=width, height=height):
            return Image(label=label, src=src, width=width, height=height)
        case models.UiNodeAnchorAttributes(href=href, title=text):
            return Link(label=_text(text), href=href)
        case _:
            return None  # a script, which the page loads at its end, or what is newer than this example


def _field(node: models.UiNode, input: models.UiNodeInputAttributes, label: str) -> Field:
    id = f"{node.group}-{input.name}".replace(".", "-")
    is_code = input.name in CODES
    return Field(
        id=id,
        name=input.name,
        type=str(input.type),
        label=label or input.name,
        value=input.value,
        options=[option.value for option in input.options or ()],
        required=bool(input.required),
        disabled=input.disabled,
        autocomplete="one-time-code" if is_code else str(input.autocomplete) if input.autocomplete else None,
        inputmode="numeric" if is_code else input.inputmode,
        pattern=input.pattern,
        maxlength=input.maxlength,
        said=[_said(message, id) for message in node.messages or ()],
    )


def _button(node: models.UiNode, input: models.UiNodeInputAttributes, label: str) -> Button:
    look: Literal["primary", "secondary", "danger"] = "primary"
    if input.name in DANGEROUS:
        look = "danger"
    elif input.name in SECONDARY or node.group in ("oidc", "saml"):
        look = "secondary"
    return Button(
        name=input.name,
        value=input.value,
        label=label,
        look=look,
        trigger=str(input.onclick_trigger) if input.onclick_trigger else None,
        disabled=input.disabled,
        said=[_said(message) for message in node.messages or ()],
    )


def _said(message: models.UiText, field: str | None = None) -> Said:
    return Said(text=_text(message), tone=str(message.type), field=field)


def _text(message: models.UiText) -> str:
    return WORDS.get(message.id, message.text)


def _heading(flow: flows.AnyFlow) -> tuple[str, str]:
    """The title of the page, and the sentence below it."""
    match flow.data:
        case models.LoginFlow(requested_aal="aal2"):
            return "Second step", ""
        case models.LoginFlow(refresh=True):
            return "Is it you?", ""
        case models.LoginFlow():
            return "Log in", ""
        case models.RegistrationFlow():
            return "Create an account", ""
        case models.SettingsFlow():
            return "Settings", ""
        case models.RecoveryFlow(state="sent_email"):
            return "Recover your account", ""
        case models.RecoveryFlow():
            return "Recover your account", "Tell us your address, and we send you a code to get back in."
        case models.VerificationFlow(state="passed_challenge"):
            return "Address verified", ""
        case models.VerificationFlow():
            return "Verify your address", ""


def _links(flow: flows.AnyFlow) -> Iterator[Link]:
    """The ways from one page to another; all of them keep where somebody wants to go."""
    match flow.data:
        case models.LoginFlow(requested_aal="aal2") | models.LoginFlow(refresh=True):
            yield Link(label="Log out", href="/logout")
        case models.LoginFlow(return_to=return_to):
            yield Link(label="Forgot your password?", href=with_query("/recovery", return_to=return_to))
            yield Link(label="Create an account", href=with_query("/registration", return_to=return_to))
        case models.RegistrationFlow(return_to=return_to) | models.RecoveryFlow(return_to=return_to):
            yield Link(label="Log in instead", href=with_query("/login", return_to=return_to))
        case models.VerificationFlow(state="choose_method" | "sent_email", return_to=return_to):
            yield Link(label="Not now", href=return_to or "/welcome")
        case _:
            return


def with_query(path: str, **query: str | None) -> str:
    """A path with those parameters that have a value."""
    given = {name: value for name, value in query.items() if value}
    return f"{path}?{urlencode(given)}" if given else path
