"""Plays what was asked of a real Hydra through the local one: status, headers and bodies have to be the same."""

from __future__ import annotations

import pytest

from .replay_share import RECORDINGS, reasons_to_set_aside, verdicts_of

SCENARIOS = sorted(path.stem for path in (RECORDINGS / "hydra").glob("*.json"))
REASONS = reasons_to_set_aside()


@pytest.mark.parametrize("scenario", SCENARIOS)
async def test_answers_like_the_recorded_hydra(scenario: str) -> None:
    verdicts = await verdicts_of("hydra", scenario)
    differing = [verdict for verdict in verdicts if not verdict.is_same]
    assert [f"{verdict.place}: {verdict.difference()}" for verdict in differing if verdict.place not in REASONS] == []
