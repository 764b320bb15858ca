"""What every part of the local Talos shares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ..clock import Clock
from .state import Store
from .tokens import Tokens


@dataclass(frozen=True, kw_only=True)
class Registry:
    clock: Clock
    base_url: Callable[[], str]
    store: Store = field(default_factory=Store)
    tokens: Tokens = field(default_factory=Tokens)
