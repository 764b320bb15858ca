"""What every part of the local Kratos shares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ..clock import Clock
from .courier import Courier
from .options import KratosOptions
from .schemas import IdentitySchemas
from .state import Identity, Store


@dataclass(frozen=True, kw_only=True)
class Registry:
    clock: Clock
    base_url: Callable[[], str]
    options: KratosOptions
    schemas: IdentitySchemas
    store: Store = field(default_factory=Store)

    @property
    def courier(self) -> Courier:
        return Courier(self.store, self.clock, self.options.code_lifespan)

    def schema_url(self, identity: Identity) -> str:
        schema = self.schemas.get(identity.schema_id)
        return f"{self.base_url()}/schemas/{schema.encoded_id if schema else ''}"

    def url(self, path: str) -> str:
        return f"{self.base_url()}{path}"

    def ui_url(self, page: str) -> str:
        return f"{self.options.ui_url.rstrip('/')}/{page}"
