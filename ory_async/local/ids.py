"""Random ids and secrets."""

from __future__ import annotations

import secrets
import string
from uuid import uuid4

_ALPHANUMERIC = string.ascii_letters + string.digits


def new_id() -> str:
    """Return a new random UUID."""
    return str(uuid4())


def random_token(length: int = 32) -> str:
    """Return a random alphanumeric secret."""
    return "".join(secrets.choice(_ALPHANUMERIC) for _ in range(length))
