"""What all receivers share: who may call, how large a body may be, duplicates, and the ASGI application."""

from __future__ import annotations

import hashlib
import logging
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from functools import partial
from typing import Any, Final, Generic, Literal, TypeAlias, TypeVar

import attrs

from ..errors import ConfigurationError, DecodeError, OryError
from ..messages import Headers
from ..models.base import Json, Model
from ..serialization import from_dict, load_json, to_json
from ..sessions import RequestHeaders, header_values
from .authentication import Authentication
from .deliveries import Deliveries

P = TypeVar("P")
A = TypeVar("A")
M = TypeVar("M", bound=Model)

WebhookRefusal: TypeAlias = Literal["unauthenticated", "too_large", "malformed", "unfitting", "wrong_method"]

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]

_STATUS: Final[dict[WebhookRefusal, int]] = {
    "unauthenticated": 401,
    "too_large": 413,
    "malformed": 400,
    "unfitting": 422,
    "wrong_method": 405,
}
_DEEPEST: Final = 64
_IDS: Final = ("ory-webhook-trigger-id", "ory-webhook-request-id")
"""By which a delivery is known: Kratos keeps the first one through its retries, and counts the attempts by the other."""

logger = logging.getLogger("ory_async")


class WebhookRefused(OryError):
    """A request is not taken: `reason` says why, `status` what to answer. The message holds nothing of the request."""

    reason: WebhookRefusal
    status: int
    headers: Mapping[str, str]
    """What belongs into the headers of the answer."""

    def reply(self) -> Reply:
        """The answer, as problem details (RFC 9457)."""
        problem = {"title": self.reason, "status": self.status, "detail": str(self)}
        return Reply(self.status, to_json(problem), {"Content-Type": "application/problem+json", **self.headers})


def refused(reason: WebhookRefusal, detail: str, headers: Mapping[str, str] | None = None) -> WebhookRefused:
    """The error for a reason, with its status."""
    return WebhookRefused(detail, reason=reason, status=_STATUS[reason], headers=headers or {})


@attrs.frozen
class Reply:
    """What to answer, in the terms of HTTP."""

    status: int
    body: bytes = attrs.field(default=b"", repr=False)
    headers: Mapping[str, str] = attrs.field(factory=dict)

    @classmethod
    def json(cls, status: int, data: Json) -> Reply:
        """An answer with a JSON body."""
        return cls(status, to_json(data), {"Content-Type": "application/json"})


class Receiver(ABC, Generic[P, A]):
    """Reads one kind of request into a typed payload `P`, and writes a typed answer `A`.

    `authentication` is what callers have to show. Bodies of more than `max_body` bytes are refused. Raises
    `ConfigurationError` for settings that make no sense.
    """

    def __init__(self, authentication: Authentication, *, max_body: int = 1_048_576) -> None:
        if not isinstance(authentication, Authentication):
            raise ConfigurationError("authentication must be an Authentication, such as Authentication.api_key('...')")
        if isinstance(max_body, bool) or not isinstance(max_body, int) or max_body < 1:
            raise ConfigurationError("max_body must be a positive number of bytes")
        self._authentication = authentication
        self.max_body = max_body

    def receive(self, headers: RequestHeaders, body: bytes) -> P:
        """The payload of a request. Raises `WebhookRefused` for callers without credential, and for bad bodies."""
        self.check(headers, len(body))
        try:
            data = self._parse(body)
        except DecodeError:
            raise refused("malformed", "the body is no JSON") from None
        if _is_deep(data):
            raise refused("malformed", "the JSON is nested too deeply")
        try:
            return self._read(data)
        except DecodeError as error:
            where = f" at {error.path}" if error.path else ""
            raise refused("unfitting", f"the JSON is not what is expected{where}") from None

    def check(self, headers: RequestHeaders, size: int = 0) -> None:
        """Refuse, before a body of `size` bytes is read, a caller without credential, or the body for its size."""
        if not self._authentication.accepts(headers):
            challenge = self._authentication.challenge
            more = {} if challenge is None else {"WWW-Authenticate": challenge}
            raise refused("unauthenticated", "the request has no good credential", more)
        if size > self.max_body:
            raise refused("too_large", f"the body is larger than {self.max_body} bytes")

    def reply(self, answer: A) -> Reply:
        """What to answer. Raises `ConfigurationError` for what is no answer to this kind of request."""
        written = self._write(answer)
        if written is None:
            raise ConfigurationError(f"{type(answer).__name__} is no answer that {type(self).__name__} knows")
        return written

    def endpoint(
        self, handler: Callable[[P], Awaitable[A]], *, deliveries: Deliveries[Reply] | None = None
    ) -> Endpoint[P, A]:
        """An ASGI application that hands payloads to an async function and sends what it returns.

        `deliveries` is where duplicates are known by; each endpoint has one of its own by default.
        """
        return Endpoint(self, handler, Deliveries() if deliveries is None else deliveries)

    def _parse(self, body: bytes) -> Json:
        return load_json(body)

    @abstractmethod
    def _read(self, data: Json) -> P:
        """Make the payload of JSON; raises `DecodeError`."""

    @abstractmethod
    def _write(self, answer: A) -> Reply | None:
        """The reply for an answer; None for what is none."""

    def _keys(self, headers: RequestHeaders, body: bytes) -> list[bytes]:
        """What a delivery is known by, the best first; nothing for requests that have no id."""
        ids = [f"{name}:{value}" for name in _IDS for value in header_values(headers, name)]
        return [hashlib.sha256(id.encode("utf-8", "surrogatepass") + b"\0" + body).digest() for id in ids]


class Endpoint(Generic[P, A]):
    """A receiver with its handler: an ASGI application for POST requests, and `respond` for other frameworks.

    Put it where a framework takes an ASGI application; every path is its own. What the handler raises goes on to the
    framework, which answers with a 500: Ory then takes the flow for failed, or tries again.
    """

    def __init__(
        self, receiver: Receiver[P, A], handler: Callable[[P], Awaitable[A]], deliveries: Deliveries[Reply]
    ) -> None:
        self._receiver = receiver
        self._handler = handler
        self._deliveries = deliveries

    async def respond(self, headers: RequestHeaders, body: bytes) -> Reply:
        """The answer to a request, also to one that is refused."""
        try:
            payload = self._receiver.receive(headers, body)
        except WebhookRefused as error:
            return _told(error)
        keys = self._receiver._keys(headers, body)  # noqa: SLF001 - the two belong together
        return await self._deliveries.once(keys, partial(self._handle, payload))

    async def _handle(self, payload: P) -> Reply:
        return self._receiver.reply(await self._handler(payload))

    async def __call__(
        self,
        scope: Scope,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        """Serve one request, by ASGI 3."""
        if scope["type"] != "http":
            raise ConfigurationError(f"a webhook is reached by HTTP, not by {scope['type']}")
        headers = Headers(scope["headers"])
        try:
            if scope["method"] != "POST":
                raise refused("wrong_method", "webhooks are sent by POST", {"Allow": "POST"})
            body = await self._body(headers, receive)
        except WebhookRefused as error:
            reply = _told(error)
        else:
            if body is None:
                return
            reply = await self.respond(headers, body)
        pairs = [*reply.headers.items(), ("Content-Length", str(len(reply.body)))]
        if reply.status == 204:
            pairs.pop()
        await send({"type": "http.response.start", "status": reply.status, "headers": list(_encoded(pairs))})
        await send({"type": "http.response.body", "body": reply.body})

    async def _body(self, headers: Headers, receive: Callable[[], Awaitable[Message]]) -> bytes | None:
        """The body, read no further than is allowed; None when the caller has gone."""
        length = headers.get("content-length", "")
        self._receiver.check(headers, int(length) if length.isdecimal() and len(length) < 20 else 0)
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            body += message.get("body", b"")
            self._receiver.check(headers, len(body))
            if not message.get("more_body", False):
                return bytes(body)


def read_model(kind: type[M], data: Json) -> M:
    """Make a model of JSON of which nothing may be missing: unlike Ory's answers, a hook's body is made by settings."""
    made = from_dict(kind, data)
    _check_whole(made)
    return made


def _check_whole(made: Model) -> None:
    for field in attrs.fields(type(made)):
        value, is_needed = getattr(made, field.name), field.default is attrs.NOTHING
        if isinstance(value, Model) and is_needed:
            _check_whole(value)
        is_missing = value is None and is_needed
        is_no_text = value is not None and field.type in ("str", "str | None") and not isinstance(value, str)
        if is_missing or is_no_text:
            raise DecodeError("it is missing, or no text", path=field.name)


def _told(error: WebhookRefused) -> Reply:
    logger.info("a webhook was refused with %d: %s", error.status, error)
    return error.reply()


def _encoded(pairs: Iterable[tuple[str, str]]) -> Iterable[tuple[bytes, bytes]]:
    return ((name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in pairs)


def _is_deep(data: Json) -> bool:
    """Whether there are more levels of objects and lists than anything that Ory sends has."""
    level = [data]
    for _ in range(_DEEPEST):
        level = [
            item
            for value in level
            if isinstance(value, (dict, list))
            for item in (value.values() if isinstance(value, dict) else value)
        ]
        if not level:
            return False
    return True
