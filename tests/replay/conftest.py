from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import attrs
import pytest

import ory_async
from tests.support.recording_server import RecordingServer
from tests.support.recording_server import recording_server as recording_server
from tests.support.recordings import exchange


@attrs.frozen
class Player:
    """A client, and the server that answers it as it is told."""

    ory: ory_async.Ory
    server: RecordingServer

    async def recorded(self, scenario: str, index: int) -> Any:
        """Make the call of a recorded exchange; gives its result."""
        played = exchange(scenario, index)
        self.server.answer(played.status, played.headers, played.answer)
        return await getattr(getattr(self.ory, played.row.service), played.row.name)(**played.arguments())

    def answering(self, status: int, document: Any, **headers: str) -> ory_async.Ory:
        """The client, whose next call is answered by this JSON."""
        self.server.answer_json(status, document, **headers)
        return self.ory

    def answering_text(self, status: int, text: str, content_type: str = "text/plain; charset=utf-8") -> ory_async.Ory:
        """The client, whose next call is answered by this text."""
        self.server.answer(status, [("Content-Type", content_type)], text)
        return self.ory


@pytest.fixture
async def player(recording_server: RecordingServer) -> AsyncIterator[Player]:
    async with ory_async.Ory(recording_server.url, retry=None) as ory:
        yield Player(ory, recording_server)
