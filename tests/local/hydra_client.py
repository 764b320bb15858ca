"""Applications and people for the tests of the local Hydra; what they do is that of the conformance scenarios."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from ory_async import Ory, models
from ory_async.local import LocalOry
from ory_async.local.hydra import HydraOptions

from ..conformance.oauth2 import CALLBACK, DEVICE_CODE, SCOPE, Application, Visitor

EVERY_GRANT = ["authorization_code", "refresh_token", "client_credentials", "implicit", DEVICE_CODE]
EVERY_RESPONSE = ["code", "token", "id_token", "id_token token", "code id_token", "code token", "code id_token token"]


@dataclass
class World:
    """A local Ory, a client of it and one application."""

    local: LocalOry
    ory: Ory
    client: models.OAuth2Client

    async def new_client(self, **fields: Any) -> models.OAuth2Client:
        return await self.ory.oauth2.create_oauth2_client({**DEFAULTS, **fields})

    async def way_back(self, subject: str = "alice", **changes: Any) -> str:
        """The URL by which a browser comes back to the application, login and consent done."""
        return await Visitor(self.ory).authorize(Application(self.client), subject, **changes)


DEFAULTS: dict[str, Any] = {
    "redirect_uris": [CALLBACK],
    "grant_types": EVERY_GRANT,
    "response_types": EVERY_RESPONSE,
    "scope": SCOPE,
    "audience": ["https://api.example"],
}


@asynccontextmanager
async def world(client: dict[str, Any] | None = None, **options: Any) -> AsyncGenerator[World]:
    async with LocalOry(hydra=HydraOptions(**options)) as local, Ory(local.url) as ory:
        made = await ory.oauth2.create_oauth2_client({**DEFAULTS, **(client or {})})
        yield World(local, ory, made)


def fragment_of(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).fragment, keep_blank_values=True))
