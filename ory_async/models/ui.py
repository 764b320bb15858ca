"""TODO"""

from __future__ import annotations

from typing import Literal, TypeAlias

from .base import Json, Model, OpenEnum, UnknownVariant, model, wire

__all__ = [
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
    "UiText",
    "UiTextType",
    "UnknownUiNodeAttributes",
    "WebAuthnTrigger",
]


class WebAuthnTrigger(OpenEnum):
    """TODO"""

    ORYWEBAUTHNREGISTRATION = "oryWebAuthnRegistration"
    ORYWEBAUTHNLOGIN = "oryWebAuthnLogin"
    ORYPASSKEYLOGIN = "oryPasskeyLogin"
    ORYPASSKEYLOGINAUTOCOMPLETEINIT = "oryPasskeyLoginAutocompleteInit"
    ORYPASSKEYREGISTRATION = "oryPasskeyRegistration"
    ORYPASSKEYSETTINGSREGISTRATION = "oryPasskeySettingsRegistration"


class UiNodeAutocomplete(OpenEnum):
    """TODO"""

    EMAIL = "email"
    TEL = "tel"
    URL = "url"
    CURRENT_PASSWORD = "current-password"
    NEW_PASSWORD = "new-password"
    ONE_TIME_CODE = "one-time-code"
    USERNAME = "username"
    USERNAME_WEBAUTHN = "username webauthn"


class UiNodeInputType(OpenEnum):
    """TODO"""

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


class UiTextType(OpenEnum):
    """TODO"""

    INFO = "info"
    ERROR = "error"
    SUCCESS = "success"


class UiNodeType(OpenEnum):
    """TODO"""

    TEXT = "text"
    INPUT = "input"
    IMG = "img"
    A = "a"
    SCRIPT = "script"
    DIV = "div"


class UiNodeGroup(OpenEnum):
    """TODO"""

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


@model
class UiContainer(Model):
    """TODO Container represents a HTML Form. The container can work with both HTTP Form and JSON requests"""

    action: str
    method: str
    nodes: list[UiNode]
    messages: list[UiText] | None = None


@model
class UiNode(Model):
    """TODO Nodes are represented as HTML elements or their native UI equivalents. For example, a node can be an `<img>` tag, or an `<input element>` but also `some plain t"""

    attributes: UiNodeAttributes
    group: UiNodeGroup
    messages: list[UiText]
    meta: UiNodeMeta
    type: UiNodeType


@model
class UiNodeMeta(Model):
    """TODO This might include a label and other information that can optionally be used to render UIs."""

    label: UiText | None = None


@model
class UiText(Model):
    """TODO"""

    id: int
    text: str
    type: UiTextType
    context: Json = None


@model
class UiNodeInputAttributes(Model):
    """TODO InputAttributes represents the attributes of an input node"""

    disabled: bool
    name: str
    node_type: Literal["input"] = "input"
    type: UiNodeInputType
    autocomplete: UiNodeAutocomplete | None = None
    label: UiText | None = None
    maxlength: int | None = None
    onclick: str | None = None
    onclick_trigger: WebAuthnTrigger | None = wire("onclickTrigger", default=None)
    onload: str | None = None
    onload_trigger: WebAuthnTrigger | None = wire("onloadTrigger", default=None)
    options: list[UiNodeInputAttributesOption] | None = None
    pattern: str | None = None
    required: bool | None = None
    value: Json = None
    inputmode: str | None = None


@model
class UiNodeInputAttributesOption(Model):
    """TODO Represents a single selectable value for an input whose JSON schema defined an `enum`. The value is always a scalar JSON type (string, number, or boolean) seria"""

    value: Json


@model
class UiNodeTextAttributes(Model):
    """TODO"""

    id: str
    node_type: Literal["text"] = "text"
    text: UiText


@model
class UiNodeImageAttributes(Model):
    """TODO"""

    height: int
    id: str
    node_type: Literal["img"] = "img"
    src: str
    width: int


@model
class UiNodeAnchorAttributes(Model):
    """TODO"""

    href: str
    id: str
    node_type: Literal["a"] = "a"
    title: UiText


@model
class UiNodeScriptAttributes(Model):
    """TODO"""

    async_: bool = wire("async")
    crossorigin: str
    id: str
    integrity: str
    node_type: Literal["script"] = "script"
    nonce: str
    referrerpolicy: str
    src: str
    type: str


@model
class UiNodeDivisionAttributes(Model):
    """TODO Division sections are used for interactive widgets that require a hook in the DOM / view."""

    id: str
    node_type: Literal["div"] = "div"
    class_: str | None = wire("class", default=None)
    data: dict[str, str] | None = None


@model
class UnknownUiNodeAttributes(UnknownVariant):
    """TODO"""

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
