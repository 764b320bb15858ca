"""Tokens for calls by other HTTP libraries: only where they belong, and another one where the first is refused."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Any

import aiohttp
import httpx
import httpx2
import pytest
from aiohttp import web

from ory_async.errors import ConfigurationError
from ory_async.integrations import httpx as for_httpx
from ory_async.integrations import httpx2 as for_httpx2
from ory_async.integrations.aiohttp_client import bearer
from ory_async.local import LocalOry


class Tokens:
    """Numbered tokens; the next number after each one that was refused."""

    def __init__(self) -> None:
        self.number = 1

    async def token(self) -> str:
        return f"token-{self.number}"

    def invalidate(self, token: str) -> None:
        assert token == f"token-{self.number}"
        self.number += 1


class BlockingTokens(Tokens):
    def token(self) -> str:  # type: ignore[override]
        return f"token-{self.number}"


class Api:
    """A server that takes one token, and remembers what it was shown."""

    def __init__(self) -> None:
        self.good = "token-1"
        self.shown: list[tuple[str, str | None, bytes]] = []
        self.elsewhere = ""

    async def handle(self, request: web.Request) -> web.Response:
        authorization = request.headers.get("Authorization")
        self.shown.append((request.path, authorization, await request.read()))
        if request.path == "/away":
            raise web.HTTPTemporaryRedirect(self.elsewhere)
        return web.Response(status=200 if authorization == f"Bearer {self.good}" else 401)


@pytest.fixture
async def api() -> AsyncIterator[tuple[Api, str]]:
    api = Api()
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", api.handle)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    yield api, f"http://{host}:{port}"
    await runner.cleanup()


class Caller:
    """One of the libraries: a client of it, and the status of a call."""

    def __init__(self, name: str, tokens: Tokens, origins: list[str]) -> None:
        self.client: AbstractAsyncContextManager[Any]
        if name == "aiohttp":
            self.client = aiohttp.ClientSession(middlewares=[bearer(tokens, origins)])
        elif name == "httpx":
            self.client = httpx.AsyncClient(auth=for_httpx.BearerAuth(tokens, origins), follow_redirects=True)
        else:
            self.client = httpx2.AsyncClient(auth=for_httpx2.BearerAuth(tokens, origins), follow_redirects=True)

    async def post(self, url: str, body: bytes = b"body") -> int:
        if isinstance(self.client, aiohttp.ClientSession):
            async with self.client.post(url, data=body) as response:
                return response.status
        status: int = (await self.client.post(url, content=body)).status_code  # type: ignore[attr-defined]
        return status


@pytest.fixture(params=["aiohttp", "httpx", "httpx2"])
async def library(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def test_requests_are_authorised(library: str, api: tuple[Api, str]) -> None:
    server, url = api
    caller = Caller(library, Tokens(), [url])
    async with caller.client:
        assert [await caller.post(f"{url}/orders"), await caller.post(f"{url}/orders")] == [200, 200]
    assert server.shown == [("/orders", "Bearer token-1", b"body")] * 2


async def test_a_refused_token_is_replaced_once(library: str, api: tuple[Api, str]) -> None:
    server, url = api
    server.good = "token-2"
    caller = Caller(library, Tokens(), [url])
    async with caller.client:
        assert await caller.post(url) == 200
        server.good = "token-9"
        assert await caller.post(url) == 401
    assert [shown for _, shown, _ in server.shown] == [f"Bearer token-{n}" for n in (1, 2, 2, 3)]
    assert {body for _, _, body in server.shown} == {b"body"}


async def test_other_places_see_no_token(library: str, api: tuple[Api, str]) -> None:
    server, url = api
    caller = Caller(library, Tokens(), ["https://orders.example.com", url.replace("http:", "https:")])
    async with caller.client:
        assert await caller.post(url) == 401
    assert server.shown[0][1] is None


async def test_a_redirect_takes_no_token_along(library: str, api: tuple[Api, str]) -> None:
    server, url = api
    async with LocalOry() as other:
        server.elsewhere = f"{other.url}/health/alive"
        caller = Caller(library, Tokens(), [url])
        async with caller.client:
            await caller.post(f"{url}/away")
        seen = [request for request in other.requests if request.path == "/health/alive"]
        assert len(seen) == 1
        assert "authorization" not in {name.lower() for name in seen[0].headers}


@pytest.mark.parametrize("kind", [httpx.Client, httpx2.Client])
def test_a_blocking_client(kind: Any) -> None:
    auth = {httpx.Client: for_httpx.BearerAuth, httpx2.Client: for_httpx2.BearerAuth}[kind]
    with LocalOry.in_thread() as local, kind() as client:
        answer = client.get(f"{local.url}/health/alive", auth=auth(BlockingTokens(), [local.url]))
        assert answer.status_code == 200
        assert "Authorization" in {name.title() for name in local.requests[-1].headers}
        with pytest.raises(ConfigurationError, match="ory_sync"):
            client.get(local.url, auth=auth(Tokens(), [local.url]))


@pytest.mark.parametrize("origins", [[], "https://a.example", ["a.example"], ["ftp://a.example"], ["https://"]])
def test_places_that_are_none(origins: Any) -> None:
    with pytest.raises(ConfigurationError):
        bearer(Tokens(), origins)
