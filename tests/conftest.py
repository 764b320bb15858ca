from __future__ import annotations

import inspect
import os
from collections.abc import Iterator

import pytest
from blockbuster import blockbuster_ctx
from hypothesis import settings

settings.register_profile("ory", deadline=None, max_examples=150, database=None)
settings.register_profile("long", settings.get_profile("ory"), max_examples=5_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ory"))


WATCHED = frozenset({"rooms", "security", "unit"})
"""Where blocking calls are looked for, which takes time; tests/faults looks more closely on its own."""


@pytest.fixture(autouse=True)
def no_blocking_calls(request: pytest.FixtureRequest) -> Iterator[None]:
    """On a loop, a blocking call of the client raises an error; what the local Ory does there is not the client's."""
    if not inspect.iscoroutinefunction(getattr(request.node, "obj", None)) or WATCHED.isdisjoint(request.path.parts):
        yield
        return
    with blockbuster_ctx("ory_async", excluded_modules=["ory_async.local"]) as detector:
        for function in detector.functions.values():
            function.can_block_in("<frozen importlib._bootstrap>", "_find_and_load")  # imports happen once
        yield
