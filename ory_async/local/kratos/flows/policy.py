from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher

from ..ui import Text, error

_MINIMUM_LENGTH = 8
_MOST_IN_COMMON = 0.5


def password_fault(password: str, identifiers: Iterable[str]) -> Text | None:
    """Say what Kratos' policy finds wrong with a password: too short, or too much like an identifier."""
    if len(password) < _MINIMUM_LENGTH:
        return error(
            4000032,
            f"The password must be at least {_MINIMUM_LENGTH} characters long, but got {len(password)}.",
            actual_length=len(password),
            min_length=_MINIMUM_LENGTH,
        )
    if any(_in_common(password.lower(), identifier.lower()) > _MOST_IN_COMMON for identifier in identifiers):
        return error(4000031, "The password can not be used because it is too similar to the identifier.")
    return None


def _in_common(password: str, identifier: str) -> float:
    """Return how much of the password is the longest part that it shares with the identifier."""
    matcher = SequenceMatcher(None, password, identifier, autojunk=False)
    return matcher.find_longest_match().size / len(password)
