"""Applications with the login kit, a local Hydra, and people with browsers."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Self
from urllib.parse import parse_qs

import attrs
import httpx
from fastapi import FastAPI
from starlette.requests import HTTPConnection

from ory_async import Ory, Request, models
from ory_async.integrations.login_kit import LoginKit, MemoryTokenStore, TokenStore, User
from ory_async.integrations.login_kit.fastapi import CurrentUser, OptionalUser
from ory_async.local import LocalOry
from ory_async.tokens import AuthorizationCode
from tests.conformance.oauth2 import Visitor, challenge, query_of
from tests.rooms.callers import Now
from tests.support.asgi import serving

SECRET = "a-secret-of-at-least-thirty-two-letters"
SCOPES = ["openid", "offline_access", "photos"]
BROWSER = {"Accept": "text/html,application/xhtml+xml"}


@attrs.define
class World:
    """A local Ory, a client of it that notes what goes to the token endpoint, and applications that run."""

    local: LocalOry
    ory: Ory
    now: Now
    running: AsyncExitStack
    forms: list[dict[str, list[str]]] = attrs.field(factory=list)
    gate: asyncio.Event | None = None
    """Waited for before a form goes out."""

    async def watch(self, request: Request) -> None:
        if request.url.endswith("/oauth2/token"):
            self.forms.append(parse_qs((request.body or b"").decode()))
            if self.gate is not None:
                await self.gate.wait()

    async def site(self, *, client: dict[str, Any] | None = None, **options: Any) -> Site:
        """An application of its own, served by uvicorn."""
        listening = self.running.enter_context(socket.create_server(("127.0.0.1", 0)))
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        site = await Site.of(self, url, client=client, **options)
        await self.running.enter_async_context(serving(application(site.kit), listening))
        return site

    @property
    def renewals(self) -> int:
        """How many times tokens were renewed."""
        return sum(form["grant_type"] == ["refresh_token"] for form in self.forms)


@attrs.define
class Site:
    """An application: where it is, and its kit."""

    world: World
    url: str
    client_id: str
    store: TokenStore
    kit: LoginKit
    transport: httpx.AsyncBaseTransport | None = None
    """How browsers reach it; None: by the network."""

    @classmethod
    async def of(cls, world: World, url: str, *, client: dict[str, Any] | None = None, **options: Any) -> Self:
        made = await world.ory.oauth2.create_oauth2_client(
            {
                "grant_types": ["authorization_code", "refresh_token"],
                "redirect_uris": [f"{url}/auth/callback"],
                "post_logout_redirect_uris": [f"{url}/goodbye"],
                "backchannel_logout_uri": f"{url}/auth/backchannel-logout",
                "scope": " ".join(SCOPES),
                "client_secret": SECRET,
                **(client or {}),
            }
        )
        assert made.client_id
        code = code_of(world, made.client_id, f"{url}/auth/callback", options.pop("scopes", SCOPES))
        options = settings(world, **options)
        return cls(world, url, made.client_id, options["store"], LoginKit(code, **options))

    async def replica(self, **options: Any) -> Site:
        """The same application in another process, with settings of its own; browsers know both by one name."""
        code = code_of(self.world, self.client_id, f"{self.url}/auth/callback")
        options = {"store": self.store, **options}
        other = Site(
            self.world, self.url, self.client_id, options["store"], LoginKit(code, **settings(self.world, **options))
        )
        other.transport = httpx.ASGITransport(application(other.kit))
        return other

    async def find(self, request: httpx.Request) -> User | None:
        """Whom the kit finds in a request."""
        headers = [(name.lower(), value) for name, value in request.headers.raw]
        return await self.kit.find(HTTPConnection({"type": "http", "headers": headers}))

    @asynccontextmanager
    async def browser(self) -> AsyncIterator[Person]:
        async with httpx.AsyncClient(base_url=self.url, headers=BROWSER, transport=self.transport, timeout=60) as pages:
            yield Person(self.world, pages, Visitor(self.world.ory))


def code_of(world: World, client_id: str, redirect_uri: str, scopes: Sequence[str] = SCOPES) -> AuthorizationCode:
    return AuthorizationCode(
        world.ory,
        client_id=client_id,
        client_secret=SECRET,
        redirect_uri=redirect_uri,
        scopes=scopes,
        clock=world.now,
    )


def settings(world: World, **options: Any) -> dict[str, Any]:
    """The settings of a kit, with those that tests need for want of others."""
    return {"store": MemoryTokenStore(clock=world.now), "secret": SECRET, "clock": world.now, **options}


@attrs.define
class Person:
    """Somebody with a browser, which goes to the application by HTTP and to Hydra with a jar of its own."""

    world: World
    pages: httpx.AsyncClient
    visitor: Visitor

    async def begin(self, path: str = "/auth/login") -> str:
        """Begin to log in; gives the URL that the browser is sent to."""
        response = await self.pages.get(path)
        assert response.status_code == 303, response.text
        return response.headers["location"]

    async def agree(self, url: str, subject: str, **fields: Any) -> str:
        """Log in and consent; gives the way back."""
        fields = {"remember": True, **fields}
        login_page = await self.visitor.open(**query_of(url))
        return await self.visitor.consent(
            await self.visitor.log_in(login_page, subject, **fields), query_of(url)["scope"].split()
        )

    async def log_in(self, subject: str, path: str = "/auth/login") -> httpx.Response:
        """Log in; gives the last answer of the application."""
        return await self.pages.get(await self.agree(await self.begin(path), subject))

    async def refuse(self, url: str, **error: Any) -> str:
        """Refuse to log in; gives the way back."""
        login_page = await self.visitor.open(**query_of(url))
        told = await self.world.ory.oauth2.reject_oauth2_login_request(
            models.RejectOAuth2Request(**error), login_challenge=challenge(login_page, "login")
        )
        return await self.visitor.follow(told.redirect_to)

    async def log_out_at_the_server(self, **query: str) -> str:
        """Log out at Hydra; gives the URL that the browser is sent to in the end."""
        page = await self.visitor.log_out(**query)
        accepted = await self.world.ory.oauth2.accept_oauth2_logout_request(logout_challenge=challenge(page, "logout"))
        return await self.visitor.follow(accepted.redirect_to)

    async def who(self) -> str | None:
        """Whom the application takes this browser for."""
        response = await self.pages.get("/maybe")
        assert response.status_code == 200, response.text
        name: str | None = response.json()
        return name

    async def token(self) -> str:
        """The access token that the application has for this browser."""
        response = await self.pages.get("/token")
        assert response.status_code == 200, response.text
        return str(response.json())

    def cookie(self, start: str = "ory_login") -> str:
        """The value of the one cookie whose name is this, or begins so."""
        [value] = [cookie.value for cookie in self.pages.cookies.jar if re.fullmatch(f"{start}([.].*)?", cookie.name)]
        assert value
        return value


def application(kit: LoginKit, **options: Any) -> FastAPI:
    """Pages that tell who is logged in."""
    app = FastAPI(**options)
    kit.install(app)

    @app.get("/me")
    async def me(user: CurrentUser) -> str:
        return user.subject

    @app.get("/maybe")
    async def maybe(user: OptionalUser) -> str | None:
        return None if user is None else user.subject

    @app.get("/token")
    async def token(user: CurrentUser) -> str:
        return user.access_token

    @app.get("/public")
    async def public() -> str:
        return "hello"

    @app.get("/café/{rest:path}")
    async def cafe(user: CurrentUser) -> str:
        return user.subject

    @app.post("/me")
    async def change(user: CurrentUser) -> str:
        return user.subject

    return app


@asynccontextmanager
async def world_of() -> AsyncIterator[World]:
    async with LocalOry() as local, AsyncExitStack() as running:
        worlds: list[World] = []
        async with Ory(local.url, on_request=lambda request: worlds[0].watch(request), retry=None) as ory:
            worlds.append(World(local, ory, Now(local), running))
            yield worlds[0]
            await running.aclose()
