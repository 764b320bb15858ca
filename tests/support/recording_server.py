"""A server on loopback, in a thread of its own, that answers what it is told and keeps the request it saw last."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Self
from urllib.parse import parse_qsl

import attrs
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from anyio.from_thread import start_blocking_portal
from multidict import CIMultiDict, CIMultiDictProxy

_MIB = 1 << 20
_HOP = frozenset({"connection", "content-encoding", "content-length", "transfer-encoding"})


@attrs.frozen
class Seen:
    """A request as it came over the wire."""

    method: str
    path: str
    """Percent-encoded, as it was sent."""
    query: list[tuple[str, str]]
    headers: CIMultiDictProxy[str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


Answer = tuple[int, Iterable[tuple[str, str]], bytes | str]
"""Status, headers, and body."""


class RecordingServer:
    def __init__(self) -> None:
        self.url = ""
        self._seen: Seen | None = None
        self._answer_to: Callable[[Seen], Answer] = lambda _: (418, (), b"")

    @classmethod
    @contextmanager
    def running(cls) -> Iterator[Self]:
        self = cls()
        application = web.Application(client_max_size=64 * _MIB)
        application.router.add_route("*", "/{path:.*}", self._handle)
        with start_blocking_portal() as portal, portal.wrap_async_context_manager(TestServer(application)) as server:
            self.url = str(server.make_url("/")).rstrip("/")
            yield self

    def answer(self, status: int, headers: Iterable[tuple[str, str]] = (), body: bytes | str = b"") -> None:
        """Say what to answer from now on, and forget what was seen."""
        self.answer_by(lambda _: (status, headers, body))

    def answer_by(self, answer_to: Callable[[Seen], Answer]) -> None:
        """Say how to answer from now on, and forget what was seen."""
        self._answer_to = answer_to
        self._seen = None

    def answer_json(self, status: int, document: Any, **headers: str) -> None:
        named = [("Content-Type", "application/json"), *((name.replace("_", "-"), headers[name]) for name in headers)]
        self.answer(status, named, json.dumps(document))

    @property
    def seen(self) -> Seen:
        assert self._seen is not None, "nothing was sent"
        return self._seen

    @property
    def saw_something(self) -> bool:
        return self._seen is not None

    async def _handle(self, request: web.Request) -> web.Response:
        path, _, query = request.raw_path.partition("?")
        pairs = parse_qsl(query, keep_blank_values=True)
        self._seen = Seen(request.method, path, pairs, request.headers, await request.read())
        status, headers, body = self._answer_to(self._seen)
        response = web.Response(status=status, body=body.encode() if isinstance(body, str) else body)
        response.headers.clear()
        response.headers.extend(CIMultiDict((name, value) for name, value in headers if name.lower() not in _HOP))
        return response


@pytest.fixture(scope="session")
def recording_server() -> Iterator[RecordingServer]:
    with RecordingServer.running() as server:
        yield server
