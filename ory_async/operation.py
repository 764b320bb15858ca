"""An operation of the API, and how its arguments become a request. No input or output."""

from __future__ import annotations

import re
import typing
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum
from functools import lru_cache
from typing import Any, Final, Literal, TypeAlias, TypeVar
from urllib.parse import quote, quote_plus

import attrs

from .config import PLANES, Plane
from .errors import InvalidRequest
from .messages import Request
from .models.base import Model
from .serialization import to_dict, to_json

GET: Final = "GET"
POST: Final = "POST"
PUT: Final = "PUT"
PATCH: Final = "PATCH"
DELETE: Final = "DELETE"

Scalar: TypeAlias = str | int | float | bool | datetime | Enum
Parameters: TypeAlias = Mapping[str, Scalar | Sequence[Scalar] | None]

Credential: TypeAlias = Literal["api_key", "workspace_api_key"]

_TOKEN = re.compile(r"[\w!#$%&'*+.^`|~-]+", re.ASCII)  # what a header's name is made of (RFC 9110 section 5.6.2)
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_HUGE = 1e300
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})

T = TypeVar("T")


@attrs.frozen
class AlsoResult:
    """An error status that may be an answer as good as any: a denied check, a nonce."""

    status: int
    sign: str
    """The field that tells the result from an error."""
    model: Any


@attrs.frozen(eq=False, kw_only=True)
class Operation:
    """What is known of one operation before any call: made at its first call, and kept."""

    name: str
    """Service and method, such as ``identity.get_identity``: for errors, logs and hooks."""
    method: str
    path: str
    plane: Plane
    credential: Credential | None
    """Which of the client's credentials it asks for; no other one is sent."""
    result: Any
    """The type of a success; None where it has no body."""
    repeatable: bool
    """Whether it may be sent again after an attempt whose outcome is unknown."""
    redirects: bool = False
    """Whether a redirect is a result."""
    optional: bool = False
    """Whether a success may come without a body."""
    also: AlsoResult | None = None
    """An error status whose body may be a result."""
    protocol: bool = False
    """Whether it speaks OAuth2, whose errors have codes of their own (RFC 6749 section 5.2)."""
    signed: bool = False
    """Whether a success may come as a JWT instead of JSON."""
    flow: Any = None
    """The model of the flow that a 400 or 422 may hold."""
    bucket: str | None = None
    """The rate limit it counts against on the Ory Network."""
    accept: str = "application/json"
    steps: tuple[str, ...] = attrs.field(init=False, default=())
    """The path split at its parameters: text, name, text, name, text."""

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "steps", tuple(_PLACEHOLDER.split(self.path)))


def is_idempotent(method: str) -> bool:
    """Whether repeating the method has no further effect (RFC 9110 section 9.2.2)."""
    return method in _IDEMPOTENT


def build(
    operation: Operation,
    base: str,
    common_headers: Mapping[str, str],
    *,
    path: Mapping[str, str] | None = None,
    query: Parameters | None = None,
    headers: Mapping[str, str | None] | None = None,
    content: tuple[str, bytes] | None = None,
) -> Request:
    """Make the request of an operation.

    Raises `InvalidRequest` where an argument cannot be sent as it is.
    """
    url = base + (operation.path if path is None else _fill(operation, path))
    if query:
        encoded = encode_query(operation.name, query)
        if encoded:
            url += f"?{encoded}"
    all_headers = {**common_headers}
    all_headers.setdefault("Accept", operation.accept)
    if headers:
        for name, value in headers.items():
            if value is not None:
                all_headers[name] = checked_header(name, value)
    body = None
    if content is not None:
        all_headers.setdefault("Content-Type", content[0])
        body = content[1]
    return Request(operation, url, all_headers, body)


def _fill(operation: Operation, path: Mapping[str, str]) -> str:
    steps = list(operation.steps)
    for at in range(1, len(steps), 2):
        steps[at] = path_segment(operation.name, steps[at], path[steps[at]])
    return "".join(steps)


def path_segment(operation: str, name: str, value: object) -> str:
    """One percent-encoded path segment; empty and dot segments are refused, they would name another resource."""
    if isinstance(value, Enum):
        value = value.value
    if not isinstance(value, str):
        raise InvalidRequest(f"{operation}: {name} must be text, not {type(value).__name__}")
    if value in ("", ".", ".."):
        raise InvalidRequest(f"{operation}: {name} is {value!r}, which names no resource; give its id")
    return _quoted(f"{operation}: {name}", value)


def encode_query(operation: str, query: Parameters) -> str:
    """The query string: None is left out, an empty value is sent, a list repeats its name."""
    pairs: list[str] = []
    for name, value in query.items():
        if value is None:
            continue
        where = f"{operation}: {name}"
        if not isinstance(name, str):
            raise InvalidRequest(f"{where} is no name of a query parameter")
        written = _quoted(f"{operation}: a name", name)
        if isinstance(value, (list, tuple)) or (isinstance(value, Sequence) and not isinstance(value, (str, bytes))):
            pairs.extend(f"{written}={_quoted(where, _text(where, item))}" for item in value)
        else:
            pairs.append(f"{written}={_quoted(where, _text(where, value))}")
    return "&".join(pairs)


def _text(where: str, value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (datetime, Enum)):
        return str(to_dict(value))
    if isinstance(value, (int, float)) and abs(value) < _HUGE:  # which NaN is not, either
        return repr(value)
    kind = "one that is too large, or NaN" if isinstance(value, (int, float)) else type(value).__name__
    raise InvalidRequest(f"{where} must be text, a number or a boolean, not {kind}")


def _quoted(where: str, value: str) -> str:
    try:
        return quote(value, safe="")
    except UnicodeEncodeError:
        raise InvalidRequest(f"{where} holds a lone surrogate, which no URL can carry") from None


def checked_header(name: str, value: object) -> str:
    """The value of a header; control characters are refused, a line break would add a header of its own."""
    if not (isinstance(name, str) and _is_header_name(name)):
        raise InvalidRequest(f"{name!r:.60} is no name of a header")
    if not isinstance(value, str):
        raise InvalidRequest(f"the header {name} must be text, not {type(value).__name__}")
    if value.isascii() and value.isprintable():  # as nearly all are: without a look for what may not be
        return value
    if _CONTROL.search(value):
        raise InvalidRequest(f"the header {name} holds a control character, such as a line break")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise InvalidRequest(f"the header {name} holds a lone surrogate") from None
    return value


@lru_cache(256)
def _is_header_name(name: str) -> bool:
    return _TOKEN.fullmatch(name) is not None


def check_plane(operation: str, plane: object) -> None:
    """Refuse a plane that there is not."""
    if plane not in PLANES:
        raise InvalidRequest(f"{operation}: {plane!r:.60} is no plane; there are {', '.join(PLANES)}")


def checked_sequence(name: str, values: Sequence[T] | None) -> Sequence[T] | None:
    """A list of values; one bare string is refused, it would be taken for a list of letters."""
    if isinstance(values, (str, bytes)):
        raise InvalidRequest(f"{name} must be a list of values, not one string")
    return values


def json_body(operation: str, body: object, accepts: Any) -> tuple[str, bytes]:
    """The content of a JSON body.

    `accepts` is the model, a union of models, or a list of them; a mapping stands for any model and goes as it is.
    """
    if typing.get_origin(accepts) is list:
        accepts = typing.get_args(accepts)[0]
        if not isinstance(body, Sequence) or isinstance(body, (str, bytes)):
            raise InvalidRequest(f"{operation}: the body must be a list of {_name(accepts)}, not {type(body).__name__}")
        for item in body:
            _check_part(operation, item, accepts)
    else:
        _check_part(operation, body, accepts)
    try:
        raw = to_json(body)
    except InvalidRequest as error:
        raise InvalidRequest(f"{operation}: {error}") from None
    return "application/json", raw


def _check_part(operation: str, part: object, accepts: Any) -> None:
    if isinstance(part, (Mapping, *(typing.get_args(accepts) or (accepts,)))):
        return
    kind = "a " + type(part).__name__ if isinstance(part, Model) else type(part).__name__
    raise InvalidRequest(f"{operation}: the body must be {_name(accepts)} or a mapping in wire names, not {kind}")


def _name(accepts: Any) -> str:
    names = [member.__name__ for member in typing.get_args(accepts) or (accepts,)]
    return " or ".join(names if len(names) < 4 else [*names[:2], f"another of {len(names)} models"])


def text_body(operation: str, body: object) -> tuple[str, bytes]:
    """The content of a plain text body."""
    if not isinstance(body, str):
        raise InvalidRequest(f"{operation}: the body must be text, not {type(body).__name__}")
    try:
        return "text/plain", body.encode()
    except UnicodeEncodeError:
        raise InvalidRequest(f"{operation}: the body holds a lone surrogate, which no UTF-8 text can carry") from None


def form_body(operation: str, fields: Mapping[str, str | Sequence[str] | None]) -> tuple[str, bytes]:
    """The content of a form body (``application/x-www-form-urlencoded``).

    None is left out, an empty value is sent, a list repeats its name.
    """
    pairs: list[str] = []
    for name, field in fields.items():
        for value in () if field is None else field if isinstance(field, (list, tuple)) else (field,):
            if not isinstance(value, str):
                raise InvalidRequest(f"{operation}: {name} must be text, not {type(value).__name__}")
            try:
                pairs.append(f"{quote_plus(name)}={quote_plus(value)}")
            except UnicodeEncodeError:
                raise InvalidRequest(f"{operation}: {name} holds a lone surrogate, which no form can carry") from None
    return "application/x-www-form-urlencoded", "&".join(pairs).encode()
