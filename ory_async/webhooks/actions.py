"""Actions: the web hooks of Kratos' flows, which may block a flow, or change the identity that comes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final, Generic, Literal, TypeAlias, TypeVar, overload
from urllib.parse import quote

import attrs

from .. import models
from ..errors import ConfigurationError
from ..models.base import Json, Model, model, secret
from ..serialization import to_dict
from ..structuring import structure
from .authentication import Authentication
from .receiving import Receiver, Reply, read_model

P = TypeVar("P")

ACTION_JSONNET: Final = """\
function(ctx) {
  flow: {
    id: ctx.flow.id,
    type: ctx.flow.type,
    transient_payload: std.get(ctx.flow, 'transient_payload'),
  },
  identity: std.get(ctx, 'identity'),
  session: std.get(ctx, 'session'),
  request_method: ctx.request_method,
  request_url: ctx.request_url,
  request_headers: ctx.request_headers,
}
"""
"""The Jsonnet for an action's ``body`` that gives an `Action`: all that Kratos tells, but for cookies and forms."""


@model
class ActionFlow(Model):
    """The flow that an action belongs to."""

    id: str
    type: str | None = None
    """``browser`` or ``api``."""
    transient_payload: dict[str, Json] | None = None
    """What the client sent along for hooks only; it comes from the person's side, so trust it as little as a form."""


@model
class Action(Model):
    """What an action tells, where its body is made by `ACTION_JSONNET`. Members that you add are in `extra`."""

    flow: ActionFlow
    identity: models.Identity | None = None
    """Whom it is about; None before a flow. An identity that is not stored yet has a zero id."""
    session: models.Session | None = None
    """The session, after a login and around settings."""
    request_method: str | None = None
    request_url: str | None = secret(default=None)
    """What the person's browser asked for; it may hold codes and tokens."""
    request_headers: dict[str, list[str]] | None = secret(default=None)
    """Those of its headers that Kratos' settings allow to be told (``clients.web_hook.header_allowlist``)."""


@attrs.frozen
class FlowMessage:
    """A message in a flow's form, at one of its fields or, without `field`, above them all."""

    text: str
    field: str | None = None
    """The field's name, such as ``traits.email``, or a JSON pointer to it, such as ``#/traits/email``."""
    id: int = attrs.field(default=4000001, kw_only=True)
    """A number of your own by which clients know, and translate, the message."""
    type: Literal["error", "info"] = attrs.field(default="error", kw_only=True)
    context: Mapping[str, Json] = attrs.field(factory=dict, kw_only=True)
    """Details for a translation."""


@attrs.define(init=False)
class Block:
    """The flow does not go on: the person sees these messages and may try again. A text is a `FlowMessage` alone.

    It takes ``can_interrupt`` or ``response.parse`` in the action's settings. `status` is any of 400 and above.
    """

    messages: Sequence[FlowMessage]
    status: int

    def __init__(self, *messages: FlowMessage | str, status: int = 400) -> None:
        if not messages:
            raise ConfigurationError("a flow is blocked with one message at least, or Kratos takes it for a failure")
        if not 400 <= status <= 599:
            raise ConfigurationError("status must be an error's: 400 to 599")
        self.messages = [FlowMessage(message) if isinstance(message, str) else message for message in messages]
        self.status = status


@attrs.frozen(kw_only=True)
class ChangeIdentity:
    """The flow goes on with an identity that is changed before it is stored; what is None stays as it is.

    It takes ``response.parse`` in the action's settings, after registration or settings. Each value replaces the former
    one as a whole.
    """

    traits: Mapping[str, Json] | None = None
    metadata_public: Json = None
    metadata_admin: Json = None
    state: models.IdentityState | str | None = None
    schema_id: str | None = None
    external_id: str | None = None
    """The empty text takes it away."""
    verifiable_addresses: Sequence[models.VerifiableIdentityAddress | Mapping[str, Json]] | None = None
    recovery_addresses: Sequence[models.RecoveryIdentityAddress | Mapping[str, Json]] | None = None


ActionAnswer: TypeAlias = Block | ChangeIdentity | None
"""What comes of an action; None lets the flow go on as it is."""


class ActionReceiver(Receiver[P, ActionAnswer], Generic[P]):
    """Receives actions. `payload` is a class of yours (attrs class, dataclass, TypedDict) where the body is not that of
    `ACTION_JSONNET`.

    Kratos sends ``Ory-Webhook-Trigger-ID`` and ``Ory-Webhook-Request-ID``, by which a request that comes again is known.
    """

    @overload
    def __init__(
        self: ActionReceiver[Action],
        authentication: Authentication,
        *,
        payload: None = None,
        max_body: int = 1_048_576,
    ) -> None: ...
    @overload
    def __init__(self, authentication: Authentication, *, payload: type[P], max_body: int = 1_048_576) -> None: ...
    def __init__(self, authentication: Authentication, *, payload: Any = None, max_body: int = 1_048_576) -> None:
        super().__init__(authentication, max_body=max_body)
        kind: Any = payload or Action
        is_model = isinstance(kind, type) and issubclass(kind, Model)
        self._make: Callable[[Json], Any] = partial(read_model if is_model else structure, kind)

    def _read(self, data: Json) -> P:
        payload: P = self._make(data)
        return payload

    def _write(self, answer: ActionAnswer) -> Reply | None:
        match answer:
            case None:
                return Reply(204)
            case Block(messages=messages, status=status):
                return Reply.json(status, {"messages": [_written(message) for message in messages]})
            case ChangeIdentity():
                changed = attrs.asdict(answer, recurse=False, filter=lambda _, value: value is not None)
                return Reply.json(200, {"identity": to_dict(changed)})
            case _:
                return None


def _written(message: FlowMessage) -> dict[str, Json]:
    detail = {"id": message.id, "text": message.text, "type": message.type, "context": dict(message.context)}
    return {"instance_ptr": _pointer(message.field), "messages": [detail]}


def _pointer(field: str | None) -> str:
    """The JSON pointer (RFC 6901) to a field, in the form of a URL's fragment."""
    if field is None:
        return "#/"
    if field.startswith("#/"):
        return field
    names = (name.replace("~", "~0").replace("/", "~1") for name in field.split("."))
    return "#/" + "/".join(quote(name, safe="~") for name in names)
