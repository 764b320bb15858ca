"""An application at a local Hydra, a clock to move, and what was sent to the token endpoint."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs

import attrs

from ory_async import Ory, Request
from ory_async.local import LocalOry
from tests.conformance.oauth2 import CALLBACK, DEVICE_CODE, GOODBYE, SCOPE, Visitor, query_of

from .callers import Now

SECRET = "a-secret-that-must-not-be-seen"


@attrs.define
class Applications:
    """A local Ory, a client of it, and the forms that went to the token endpoint."""

    local: LocalOry
    ory: Ory
    now: Now
    forms: list[dict[str, list[str]]] = attrs.field(factory=list)

    async def new(self, **fields: Any) -> str:
        """Register an application; gives its id."""
        grants = ["authorization_code", "refresh_token", "client_credentials", DEVICE_CODE]
        made = await self.ory.oauth2.create_oauth2_client(
            {
                "grant_types": grants,
                "response_types": ["code"],
                "redirect_uris": [CALLBACK],
                "post_logout_redirect_uris": [GOODBYE],
                "scope": SCOPE,
                "audience": ["https://api.example"],
                "client_secret": SECRET,
                **fields,
            }
        )
        assert made.client_id
        return made.client_id

    async def visit(self, url: str, subject: str = "alice") -> str:
        """Log in and consent in a new browser; gives the URL that it comes back to."""
        visitor = Visitor(self.ory)
        return await visitor.consent(await visitor.log_in(await visitor.open(**query_of(url)), subject))

    async def watch(self, request: Request) -> None:
        if request.url.endswith("/oauth2/token"):
            self.forms.append(parse_qs((request.body or b"").decode()))


@asynccontextmanager
async def applications() -> AsyncIterator[Applications]:
    """A world without applications."""
    async with LocalOry() as local:
        worlds: list[Applications] = []
        async with Ory(local.url, on_request=lambda request: worlds[0].watch(request), retry=None) as ory:
            worlds.append(Applications(local, ory, Now(local)))
            yield worlds[0]
