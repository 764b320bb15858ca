"""aioresponses 0.7.9 makes answers as aiohttp did before 3.14, without the writer that they ask for since."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import aiohttp
from aioresponses import aioresponses, core


class _Answer(aiohttp.ClientResponse):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, stream_writer=SimpleNamespace(output_size=0), **kwargs)  # type: ignore[arg-type]


@contextmanager
def mocked_answers() -> Iterator[aioresponses]:
    """aioresponses, working with the aiohttp that is installed."""
    original = core.ClientResponse
    if "stream_writer" in inspect.signature(aiohttp.ClientResponse).parameters:
        core.ClientResponse = _Answer
    try:
        with aioresponses() as mocked:
            yield mocked
    finally:
        core.ClientResponse = original
