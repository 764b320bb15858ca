"""The adapter for aiohttp, by its own test client."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from ory_async import Ory
from ory_async.errors import ConfigurationError
from ory_async.local import LocalOry

from .people import PAGE, join, prolong

if not hasattr(web, "RequestKey"):
    pytest.skip("this aiohttp has no RequestKey", allow_module_level=True)

from ory_async.integrations.aiohttp import SESSION, access, permission_required, session_required, setup

Client = TestClient[web.Request, web.Application]


@session_required
async def me(request: web.Request) -> web.Response:
    identity = request[SESSION].identity
    return web.json_response(identity and identity.traits)


@permission_required("File:{id}", "view")
async def read(request: web.Request) -> web.Response:
    return web.json_response(request.match_info["id"])


async def stream(request: web.Request) -> web.StreamResponse:
    await access(request).session()
    response = web.StreamResponse()
    await response.prepare(request)
    await response.write(b"body")
    return response


async def away(request: web.Request) -> web.Response:
    await access(request).session()
    raise web.HTTPFound("/elsewhere")


async def bye(request: web.Request) -> web.Response:
    await access(request).session()
    response = web.Response()
    response.del_cookie("ory_kratos_session")
    return response


@pytest.fixture
async def ory() -> AsyncIterator[Ory]:
    async with LocalOry() as local, local.client() as ory:
        yield ory


@pytest.fixture
async def client(ory: Ory) -> AsyncIterator[Client]:
    app = web.Application()
    setup(app, ory, public_url="https://auth.example.com")
    app.router.add_get("/me", me)
    app.router.add_get("/files/{id}", read)
    below = web.Application()
    for handler in (stream, away, bye):
        below.router.add_get(f"/{handler.__name__}", handler)
    app.add_subapp("/below", below)
    async with TestClient(TestServer(app)) as client:
        yield client


async def test_a_route(client: Client, ory: Ory) -> None:
    alice = await join(ory, "alice@example.com")
    async with client.get("/me", headers=alice.by_token) as answer:
        assert (await answer.json())["email"] == alice.email
    for path, status in (("/me", 401), ("/files/x", 401), ("/below/stream", 401), ("/nothing", 404)):
        async with client.get(path) as answer:
            assert answer.status == status
    async with client.get("/files/x", headers=alice.by_token) as answer:
        assert answer.status == 403


async def test_a_browser_comes_back(client: Client) -> None:
    async with client.get("/below/stream?a=b", headers=PAGE, allow_redirects=False) as answer:
        back = f"http%3A%2F%2F127.0.0.1%3A{client.port}%2Fbelow%2Fstream%3Fa%3Db"
        assert answer.headers["Location"].endswith(f"return_to={back}")


@pytest.mark.parametrize("path", ["/me", "/below/stream", "/below/away"])
async def test_cookies_go_with_any_kind_of_answer(client: Client, ory: Ory, path: str) -> None:
    alice = await join(ory, "alice@example.com")
    await prolong(ory, alice)
    async with client.get(path, headers=alice.by_cookie, allow_redirects=False) as answer:
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert len(answer.headers.getall("Set-Cookie")) == 1


async def test_a_logout_is_not_undone(client: Client, ory: Ory) -> None:
    alice = await join(ory, "alice@example.com")
    await prolong(ory, alice)
    async with client.get("/below/bye", headers=alice.by_cookie) as answer:
        [deletion] = answer.headers.getall("Set-Cookie")
        assert "Max-Age=0" in deletion


async def test_an_app_that_is_not_set_up_lets_nobody_in() -> None:
    async def handler(request: web.Request) -> Any:
        with pytest.raises(ConfigurationError, match="setup"):
            access(request)
        return web.Response()

    app = web.Application()
    app.router.add_get("/", handler)
    async with TestClient(TestServer(app)) as client, client.get("/") as answer:
        assert answer.status == 200
