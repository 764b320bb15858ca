"""Outcomes are matched exhaustively, and no type is lost on the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.typing.test_typing import CHECKERS


@pytest.mark.parametrize("checker", CHECKERS)
def test_flows_under_type_checkers(checker: str) -> None:
    assert CHECKERS[checker](Path(__file__).with_name("flows_typing.py")) == {}
