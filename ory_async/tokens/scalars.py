"""Single values of an answer that are computed with: a decoder keeps one of another kind than promised as it came."""

from __future__ import annotations

import re
from typing import Final

from ..errors import DecodeError

_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_LARGEST: Final = 1e15
"""Seconds; no time and no lifetime is as large."""


def text(operation: str, name: str, value: object) -> str | None:
    """A text, or None where there is none; raises `DecodeError` for anything else, and for one that cannot be sent on."""
    if value is None or (isinstance(value, str) and not _LONE_SURROGATE.search(value)):
        return value
    raise DecodeError(f"{operation}: {name} of the answer is no text", operation=operation, path=(name,))


def seconds(operation: str, name: str, value: object) -> float | None:
    """A number of seconds, or None where there is none; raises `DecodeError` for anything else."""
    if value is None:
        return None
    if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < _LARGEST:
        return value
    raise DecodeError(f"{operation}: {name} of the answer is no number of seconds", operation=operation, path=(name,))
