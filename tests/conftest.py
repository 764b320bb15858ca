from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.recording_server import RecordingServer


@pytest.fixture(scope="session")
def recording_server() -> Iterator[RecordingServer]:
    with RecordingServer.running() as server:
        yield server
