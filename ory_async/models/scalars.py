"""Plain values that have names in the API's documents: here they are the Python types that fields have."""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias

__all__ = ["NullString", "NullTime", "String", "Time"]

Time: TypeAlias = datetime
"""A point in time, with its offset."""

NullTime: TypeAlias = datetime | None

NullString: TypeAlias = str | None

String: TypeAlias = NullString
"""The console's documents have nulls where they promise it."""
