"""What every part of the local Hydra shares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ..clock import Clock
from .grants import Grants
from .keys import Keys
from .options import HydraOptions
from .requests import Sealed
from .state import Store


@dataclass(frozen=True, kw_only=True)
class Registry:
    clock: Clock
    base_url: Callable[[], str]
    options: HydraOptions
    store: Store
    grants: Grants = field(default_factory=Grants)
    sealed: Sealed = field(default_factory=Sealed)
    keys: Keys = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "keys", Keys(self.store))

    @property
    def issuer(self) -> str:
        """The issuer of all tokens: the server's own URL, without a slash at the end."""
        return self.base_url()

    def url(self, path: str) -> str:
        return f"{self.base_url()}{path}"
