"""The tests themselves: what they must not pass over in silence."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from blockbuster import BlockingError

from ory_async import Ory
from tests.support.raw_server import RawServer, json_answer

PROJECT = Path(__file__).parents[2]
LEAKS = """
import asyncio, gc, aiohttp

async def test_an_unclosed_session():
    aiohttp.ClientSession()
    gc.collect()

class Broken:
    def __del__(self):
        raise RuntimeError

def test_a_broken_destructor():
    Broken()
    gc.collect()

def test_a_coroutine_that_nobody_awaited():
    asyncio.sleep(0)
    gc.collect()
"""


async def test_a_blocking_call_is_seen() -> None:
    async with (
        RawServer(json_answer({})) as server,
        Ory(server.url, on_request=lambda request: time.sleep(0)) as ory,
    ):
        with pytest.raises(BlockingError, match="sleep"):
            await ory.identity.get_identity("i")


def test_leaks_fail(tmp_path: Path) -> None:
    (tmp_path / "test_leaks.py").write_text(LEAKS)
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:randomly", "-c", str(PROJECT / "pyproject.toml")]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "--rootdir", str(tmp_path), str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=tmp_path,
    )
    assert "3 failed in" in done.stdout
