"""The example of a worker, with a real Redis, in processes of their own."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import ory_sync
from ory_async import Ory
from ory_async.local import LocalOry

pytest.importorskip("arq", reason="arq is not installed")

EXAMPLE = Path(__file__).parents[2] / "examples" / "arq_worker.py"
needs_redis = pytest.mark.skipif(shutil.which("redis-server") is None, reason="no redis-server here (Debian has one)")


@pytest.fixture
def redis_url(tmp_path: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            assert any("Ready to accept connections" in line for line in process.stdout)
            yield f"redis://127.0.0.1:{port}"
        finally:
            process.terminate()


def row(number: int) -> dict[str, object]:
    email = f"p{number}@example.com" if number != 1200 else "nonsense"
    return {"schema_id": "default", "external_id": f"x{number}", "traits": {"email": email}}


@needs_redis
def test_a_file_imported_by_a_worker(redis_url: str, tmp_path: Path) -> None:
    people = tmp_path / "people.jsonl"
    people.write_text("".join(json.dumps(row(number)) + "\n" for number in range(2500)))
    with LocalOry.in_thread() as local, ory_sync.Ory(local.url) as ory:
        environment = {**os.environ, **local.environment, "REDIS_URL": redis_url}
        arguments = {"env": environment, "cwd": EXAMPLE.parent, "text": True}
        with subprocess.Popen([sys.executable, "-m", "arq", "arq_worker.Worker"], **arguments) as worker:  # type: ignore[call-overload]
            try:
                submitted = [sys.executable, EXAMPLE, people]
                for _ in range(2):  # what is in the queue, or was done a while ago, is not done again
                    told = subprocess.run(submitted, check=True, capture_output=True, timeout=60, **arguments).stdout  # type: ignore[call-overload]
                    assert "row 1200: BadRequest" in told
                    assert told.endswith("2499 imported\n")
            finally:
                worker.terminate()
        found = [identity.external_id for identity in ory.identity.list_identities(page_size=500)]
        assert len(found) == len(set(found)) == 2499


async def test_a_job_that_was_cut_off_is_done_again() -> None:
    spec = importlib.util.spec_from_file_location("arq_example", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    example = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(example)
    bodies = [row(number) for number in range(100)]
    async with LocalOry() as local, Ory(local.url) as ory:
        await example.import_part({"ory": ory, "job_try": 1}, 0, bodies[:60])
        again = await example.import_part({"ory": ory, "job_try": 2}, 0, bodies)
        assert again == {"succeeded": 100, "failed": {}}
        assert len([identity async for identity in ory.identity.list_identities()]) == 100
