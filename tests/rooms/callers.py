"""People who are logged in to a local Ory, and a client that counts what it asks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import attrs

from ory_async import Ory, Request, models
from ory_async.local import LocalOry
from ory_async.local.kratos import KratosOptions
from tests.conformance.support import PASSWORD, Browser, register

WHOAMI = "/sessions/whoami"


class Now:
    """A clock that stands still until it is told to go on; it begins at the time that the local Ory shows."""

    def __init__(self, local: LocalOry) -> None:
        self._local = local
        self._started = local.clock.now().timestamp()
        self._ahead = 0.0

    def __call__(self) -> float:
        return self._started + self._ahead

    def advance(self, seconds: float) -> None:
        """Let time pass, for the local Ory as well."""
        self._ahead += seconds
        self._local.clock.advance(seconds)


@attrs.define
class World:
    """A local Ory, a client of it, and what the client asked who is calling."""

    local: LocalOry
    ory: Ory
    now: Now
    asked: list[Request] = attrs.field(factory=list)
    gate: Callable[[], Awaitable[object]] | None = None
    """Awaited before each question is sent."""

    async def token(self, email: str = "alice@example.com") -> str:
        """The session token of somebody new."""
        token = (await register(self.ory, email)).session_token
        assert token is not None
        return token

    async def cookie(self, email: str = "alice@example.com") -> str:
        """The Cookie header of a browser in which somebody new has logged in: of more cookies than the session's."""
        await register(self.ory, email)
        browser = Browser()
        flow = await browser(self.ory.frontend.create_browser_login_flow)
        fields = {"method": "password", "identifier": email, "password": PASSWORD}
        await browser.submit(self.ory.frontend.update_login_flow, flow, **fields)
        return browser.cookie

    async def watch(self, request: Request) -> None:
        if request.url.partition("?")[0].endswith(WHOAMI):
            self.asked.append(request)
            if self.gate is not None:
                await self.gate()


@asynccontextmanager
async def world_of(options: KratosOptions | None = None) -> AsyncIterator[World]:
    """A world whose local Kratos has these options."""
    async with LocalOry(kratos=options) as local:
        worlds: list[World] = []
        client = Ory(local.url, on_request=lambda request: worlds[0].watch(request), headers={"X-App": "shop"})
        async with client as ory:
            worlds.append(World(local, ory, Now(local)))
            yield worlds[0]


async def settle() -> None:
    """Let every task go on as far as it gets without the network."""
    for _ in range(10):
        await asyncio.sleep(0)


def email_of(session: models.Session | None) -> str | None:
    """Whose session it is."""
    if session is None or session.identity is None:
        return None
    return str(session.identity.traits["email"])
