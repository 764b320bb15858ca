"""The requests that a local Ory has seen."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import overload

from aiohttp import web

from ..redaction import redact
from .clock import Clock
from .matching import RequestFilter

_KEPT = 1000


@dataclass(kw_only=True)
class SeenRequest:
    """A request, with what was answered; secrets in its query and headers are not shown."""

    method: str
    path: str
    seen_at: datetime
    status: int | None = None
    """None until it is answered, and for good where a fault cut the connection."""
    body_size: int = 0
    _query: Mapping[str, str] = field(repr=False)
    _headers: Mapping[str, str] = field(repr=False)

    @property
    def query(self) -> dict[str, str]:
        """The query parameters, the first value of each."""
        return _redacted(self._query)

    @property
    def headers(self) -> dict[str, str]:
        """The headers, by names as they were sent."""
        return _redacted(self._headers)


class Journal(Sequence[SeenRequest]):
    """The last 1,000 requests, oldest first."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._seen: deque[SeenRequest] = deque(maxlen=_KEPT)

    @overload
    def __getitem__(self, index: int) -> SeenRequest: ...
    @overload
    def __getitem__(self, index: slice) -> list[SeenRequest]: ...
    def __getitem__(self, index: int | slice) -> SeenRequest | list[SeenRequest]:
        return list(self._seen)[index]

    def __len__(self) -> int:
        return len(self._seen)

    def matching(self, *, method: str | None = None, path: str | None = None) -> list[SeenRequest]:
        """Return the requests of a method, and of a path, all below it, or a pattern such as `/admin/*`."""
        wanted = RequestFilter(method, path)
        return [seen for seen in list(self._seen) if wanted.fits(seen.method, seen.path)]

    def add(self, request: web.Request) -> SeenRequest:
        """Note a request that has come in."""
        seen = SeenRequest(
            method=request.method,
            path=request.path,
            seen_at=self._clock.now(),
            _query=request.query,
            _headers=request.headers,
        )
        self._seen.append(seen)
        return seen

    def clear(self) -> None:
        """Forget all of them."""
        self._seen.clear()


def _redacted(values: Mapping[str, str]) -> dict[str, str]:
    shown: dict[str, str] = {}
    for name, value in values.items():
        shown.setdefault(name, str(redact(value, name)))
    return shown
