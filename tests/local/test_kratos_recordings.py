"""Plays what was asked of a real Kratos through the local one and compares status, headers and the shape of the body."""

from __future__ import annotations

import pytest

from .replay_share import RECORDINGS, reasons_to_set_aside, verdicts_of

SCENARIOS = sorted(path.stem for path in (RECORDINGS / "kratos").glob("*.json"))
REASONS = reasons_to_set_aside()


@pytest.mark.parametrize("scenario", SCENARIOS)
async def test_answers_like_the_recorded_kratos(scenario: str) -> None:
    verdicts = await verdicts_of("kratos", scenario)
    differing = [verdict for verdict in verdicts if verdict.counts and not verdict.is_same]
    assert [f"{verdict.place}: {verdict.difference()}" for verdict in differing if verdict.place not in REASONS] == []


async def test_what_names_nothing_made_elsewhere_is_compared() -> None:
    verdicts = await verdicts_of("kratos", "native_login_code")
    assert verdicts
    assert all(verdict.counts for verdict in verdicts)
