"""What goes over the wire and what comes back, without a word about how: requests, answers, headers, typed results."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import attrs

if TYPE_CHECKING:
    from .operation import Operation

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Headers(Mapping[str, str]):
    """The headers of an answer: names in any case, the first value by index, all of them by `get_all`."""

    __slots__ = ("_by_name", "_raw")

    def __init__(self, raw: Iterable[tuple[bytes, bytes]] = ()) -> None:
        self._raw = tuple(raw)
        self._by_name: dict[str, list[str]] | None = None

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> Headers:
        """Headers of pairs of text."""
        return cls((name.encode(), value.encode("utf-8", "surrogateescape")) for name, value in pairs)

    def get_all(self, name: str) -> list[str]:
        """All values of a header, in their order; an empty list when there is none."""
        return list(self._index().get(name.lower(), ()))

    def _index(self) -> dict[str, list[str]]:
        if self._by_name is None:
            self._by_name = {}
            for name, value in self._raw:
                key = name.decode("utf-8", "surrogateescape").lower()
                self._by_name.setdefault(key, []).append(value.decode("utf-8", "surrogateescape"))
        return self._by_name

    def __getitem__(self, name: str) -> str:
        return self._index()[name.lower()][0]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._index()

    def __iter__(self) -> Iterator[str]:
        return iter(self._index())

    def __len__(self) -> int:
        return len(self._index())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Headers) and self._index() == other._index()

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Headers({', '.join(self)})"

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle without cookies: they are a person's credentials."""
        return Headers, (tuple(pair for pair in self._raw if pair[0].lower() != b"set-cookie"),)


@attrs.define
class Request:
    """One request, complete but for its credential; the pipeline adds that last. Hooks may add headers."""

    operation: Operation
    url: str = attrs.field(repr=False)
    headers: dict[str, str] = attrs.field(repr=False)
    body: bytes | None = attrs.field(default=None, repr=False)
    attempt: int = 1

    @property
    def method(self) -> str:
        return self.operation.method


@attrs.define(eq=False)
class Answer:
    """What the server said, its body read in full."""

    status: int
    headers: Headers
    body: bytes = attrs.field(repr=False)


@attrs.frozen
class Redirect:
    """The server sends the browser elsewhere; hand it `location` and `set_cookies`. It was not followed."""

    status: int
    location: str = attrs.field(repr=False)
    set_cookies: list[str] = attrs.field(factory=list, repr=False)


@attrs.frozen
class Response(Generic[T_co]):
    """The result of a call together with what else the server said; see `with_response`."""

    data: T_co
    status: int
    headers: Headers

    @property
    def set_cookies(self) -> list[str]:
        """The Set-Cookie headers, each to be handed to the user's browser."""
        return self.headers.get_all("set-cookie")


class Capture:
    """Where a call leaves its answer for `with_response`."""

    __slots__ = ("answer",)

    def __init__(self) -> None:
        self.answer: Answer | None = None

    def response(self, data: T) -> Response[T]:
        """The response of the last answer captured."""
        if self.answer is None:
            raise TypeError("with_response wraps methods that make a call")
        return Response(data, self.answer.status, self.answer.headers)


capture: ContextVar[Capture | None] = ContextVar("ory_async_capture", default=None)
