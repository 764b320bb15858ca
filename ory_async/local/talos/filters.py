"""The filter of lists: equations of `actor_id` and `status`, joined by AND (a part of AIP-160)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime

from ... import models
from ..answers import bad_request
from ..console.http import require_choice
from .state import Key

_EQUATION = re.compile(r'\s*(\w+)\s*=\s*("(?:[^"\\]|\\.)*"|[^\s"]+)\s*')


def read_filter(text: str, now: datetime) -> Callable[[Key], bool]:
    """Return what tells whether a key is wanted. Raises Problem (400)."""
    wanted: dict[str, str] = {}
    for part in re.split(r"\sAND\s", text) if text.strip() else ():
        equation = _EQUATION.fullmatch(part)
        if equation is None or equation[1] not in ("actor_id", "status") or equation[1] in wanted:
            raise bad_request('filter is not of the form actor_id="..." AND status=...')
        wanted[equation[1]] = _value(equation[2])
    if "status" in wanted:
        require_choice("status", wanted["status"], models.KeyStatus)
    return lambda key: wanted.items() <= {"actor_id": key.actor_id, "status": key.status(now)}.items()


def _value(text: str) -> str:
    if not text.startswith('"'):
        return text
    try:
        return str(json.loads(text))
    except ValueError:
        raise bad_request("filter has a malformed text") from None
