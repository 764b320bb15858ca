"""The form of a flow: Kratos says what to show, the application draws it.

Every self-service flow has a `UiContainer`. Its nodes are the inputs, buttons, texts, images, links and scripts of the
form, in the order to show them; its messages, and those of its nodes, say what went wrong or what to do next.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from .base import Json, Model, OpenEnum, UnknownVariant, model, secret, wire

__all__ = [
    "SelfServiceFlowType",
    "UiContainer",
    "UiNode",
    "UiNodeAnchorAttributes",
    "UiNodeAttributes",
    "UiNodeAutocomplete",
    "UiNodeDivisionAttributes",
    "UiNodeGroup",
    "UiNodeImageAttributes",
    "UiNodeInputAttributes",
    "UiNodeInputAttributesOption",
    "UiNodeInputType",
    "UiNodeMeta",
    "UiNodeScriptAttributes",
    "UiNodeTextAttributes",
    "UiNodeType",
    "UiNodes",
    "UiText",
    "UiTextType",
    "UiTexts",
    "UnknownUiNodeAttributes",
    "WebAuthnTrigger",
]


class UiTextType(OpenEnum):
    """The tone of a message."""

    INFO = "info"
    ERROR = "error"
    SUCCESS = "success"


@model
class UiText(Model):
    """A message, a label or another text meant for the person in front of the form."""

    id: int
    """The number of the message, stable across versions: what to translate by and to test for."""
    type: UiTextType
    text: str
    """The text in American English, its values filled in."""
    context: Json = None
    """The values that the text was made of, such as ``{"min_length": 8}``; an object, for texts of one's own."""


class UiNodeType(OpenEnum):
    """The kind of a node; it decides the class of its attributes."""

    TEXT = "text"
    INPUT = "input"
    IMG = "img"
    A = "a"
    SCRIPT = "script"
    DIV = "div"


class UiNodeGroup(OpenEnum):
    """The part of a form that a node belongs to: mostly the method it serves, so a page may show one method alone.

    Nodes of the group ``default`` belong to every method and go along with each submission.
    """

    DEFAULT = "default"
    PASSWORD = "password"
    OIDC = "oidc"
    PROFILE = "profile"
    LINK = "link"
    CODE = "code"
    TOTP = "totp"
    LOOKUP_SECRET = "lookup_secret"
    WEBAUTHN = "webauthn"
    PASSKEY = "passkey"
    IDENTIFIER_FIRST = "identifier_first"
    CAPTCHA = "captcha"
    SAML = "saml"
    DEVICEAUTHN = "deviceauthn"
    OAUTH2_CONSENT = "oauth2_consent"


class UiNodeInputType(OpenEnum):
    """The type of an input, as in HTML; a ``submit`` input is a button that sends its own name and value."""

    TEXT = "text"
    PASSWORD = "password"
    NUMBER = "number"
    CHECKBOX = "checkbox"
    HIDDEN = "hidden"
    EMAIL = "email"
    TEL = "tel"
    SUBMIT = "submit"
    BUTTON = "button"
    DATETIME_LOCAL = "datetime-local"
    DATE = "date"
    URL = "url"


class UiNodeAutocomplete(OpenEnum):
    """What a browser or a password manager may fill into an input, as HTML's attribute says it."""

    EMAIL = "email"
    TEL = "tel"
    URL = "url"
    CURRENT_PASSWORD = "current-password"
    NEW_PASSWORD = "new-password"
    ONE_TIME_CODE = "one-time-code"
    USERNAME = "username"
    USERNAME_WEBAUTHN = "username webauthn"


class WebAuthnTrigger(OpenEnum):
    """A function of Ory's WebAuthn script, which the form's script node loads, to call for an input."""

    WEBAUTHN_REGISTRATION = "oryWebAuthnRegistration"
    WEBAUTHN_LOGIN = "oryWebAuthnLogin"
    PASSKEY_LOGIN = "oryPasskeyLogin"
    PASSKEY_LOGIN_AUTOCOMPLETE_INIT = "oryPasskeyLoginAutocompleteInit"
    PASSKEY_REGISTRATION = "oryPasskeyRegistration"
    PASSKEY_SETTINGS_REGISTRATION = "oryPasskeySettingsRegistration"


@model
class UiNodeInputAttributesOption(Model):
    """One of the values that an input takes, when the identity schema names them all."""

    value: Json
    """A string, a number or a boolean, to be sent as it is."""


@model
class UiNodeInputAttributes(Model):
    """A field or a button of the form."""

    node_type: Literal["input"] = "input"
    name: str
    """The field of the submission it fills; a dot leads into an object, as in ``traits.name.first``."""
    type: UiNodeInputType
    value: Json = secret(default=None)
    """What it starts with. Kept out of the repr: it may be the CSRF token, or what a person typed."""
    required: bool | None = None
    disabled: bool
    label: UiText | None = None
    """Rarely set: the label to show is that of the node's `UiNodeMeta`."""
    options: list[UiNodeInputAttributesOption] | None = None
    """The values to choose from, as in a drop-down; None where anything may be typed."""
    autocomplete: UiNodeAutocomplete | None = None
    pattern: str | None = None
    """A regular expression that the value has to match."""
    maxlength: int | None = None
    """The greatest number of characters."""
    inputmode: str | None = None
    """The on-screen keyboard to offer, as in HTML."""
    onclick_trigger: WebAuthnTrigger | None = wire("onclickTrigger", default=None)
    """What to call when it is clicked."""
    onload_trigger: WebAuthnTrigger | None = wire("onloadTrigger", default=None)
    """What to call once the form is shown."""
    onclick: str | None = None
    """JavaScript to evaluate when it is clicked. Deprecated: `onclick_trigger` needs no eval."""
    onload: str | None = None
    """JavaScript to evaluate once the form is shown. Deprecated: `onload_trigger` needs no eval."""


@model
class UiNodeTextAttributes(Model):
    """A text among the inputs: the key of an authenticator app, or the lookup codes, in a settings flow."""

    node_type: Literal["text"] = "text"
    id: str
    text: UiText = secret()
    """Kept out of the repr, since the texts that Kratos shows this way are secrets."""


@model
class UiNodeImageAttributes(Model):
    """A picture: the QR code that an authenticator app reads, in a settings flow."""

    node_type: Literal["img"] = "img"
    id: str
    src: str = secret()
    """A URL, mostly one with the image inside (``data:``). Kept out of the repr: a QR code holds the app's secret."""
    width: int
    """In pixels, like the height."""
    height: int


@model
class UiNodeAnchorAttributes(Model):
    """A link, such as the one that leads on after a verification."""

    node_type: Literal["a"] = "a"
    id: str
    href: str
    title: UiText


@model
class UiNodeScriptAttributes(Model):
    """A script that the page has to load, such as Ory's for WebAuthn and passkeys."""

    node_type: Literal["script"] = "script"
    id: str
    src: str
    type: str
    async_: bool = wire("async")
    crossorigin: str
    integrity: str
    """The hash of the script, for subresource integrity."""
    referrerpolicy: str
    nonce: str
    """A random value for the page's content security policy; one may as well use one's own."""


@model
class UiNodeDivisionAttributes(Model):
    """An empty element that a widget, such as a captcha, is put into."""

    node_type: Literal["div"] = "div"
    id: str
    class_: str | None = wire("class", default=None)
    data: dict[str, str] | None = None
    """The element's ``data-`` attributes, without that prefix."""


@model
class UnknownUiNodeAttributes(UnknownVariant):
    """The attributes of a node of a kind that this version does not know."""

    discriminator = "node_type"


UiNodeAttributes: TypeAlias = (
    UiNodeInputAttributes
    | UiNodeTextAttributes
    | UiNodeImageAttributes
    | UiNodeAnchorAttributes
    | UiNodeScriptAttributes
    | UiNodeDivisionAttributes
    | UnknownUiNodeAttributes
)
"""What a node shows, by the kind of node."""


@model
class UiNodeMeta(Model):
    """What to show along with a node."""

    label: UiText | None = None


@model
class UiNode(Model):
    """One element of a form."""

    type: UiNodeType
    group: UiNodeGroup
    attributes: UiNodeAttributes
    meta: UiNodeMeta
    messages: list[UiText]
    """What is wrong with this element, or worth saying about it; mostly empty."""


UiNodes: TypeAlias = list[UiNode]
"""The elements of a form, in order."""

UiTexts: TypeAlias = list[UiText]
"""Messages, in order."""

SelfServiceFlowType: TypeAlias = str
"""What a flow is for: ``browser``, or ``api`` outside browsers."""


@model
class UiContainer(Model):
    """A form: where it goes, what it is made of, what to tell about it."""

    action: str
    """Where the form is sent. After a settings submission it may name another flow than the one it came with."""
    method: str
    """The HTTP method of the form: POST, or GET where only a link is left to follow."""
    nodes: list[UiNode]
    """Its elements, in order; empty where there is nothing to fill in, as for a second factor that is not set up."""
    messages: list[UiText] | None = None
    """What concerns the form as a whole. A message of the type ``error`` tells of a failure, also after a status 200."""
