"""The adapter for Starlette, by its own test client."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Mount, Route
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from ory_async.integrations.starlette import Denied, OryMiddleware, access
from ory_async.local import LocalOry
from ory_async.sessions import SessionCache
from ory_pytest import ory_local as ory_local
from ory_pytest import ory_local_options as ory_local_options
from ory_pytest import ory_local_server as ory_local_server

from .people import PAGE, Member, join
from .serve import starlette_app


@pytest.fixture
async def alice(ory_local: LocalOry) -> Member:
    async with ory_local.client() as ory:
        return await join(ory, "alice@example.com")


@pytest.fixture
def client(ory_local: LocalOry, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setenv("ORY_SDK_URL", ory_local.url)
    app = starlette_app(
        public_url="https://auth.example.com", origin="https://shop.example", cache=SessionCache(ttl=60)
    )
    with TestClient(app, follow_redirects=False) as client:
        yield client


def test_a_route(client: TestClient, alice: Member) -> None:
    assert client.get("/me").status_code == 401
    assert client.post("/me", headers=PAGE).status_code == 401
    for path in ("/", "/me", "/below/me"):
        assert client.get(path, headers=alice.by_cookie).json() == {"email": alice.email}


def test_the_apps_own_address_is_where_a_browser_comes_back_to(client: TestClient) -> None:
    location = client.get("/below/me?x=%2F", headers={**PAGE, "Host": "evil.example"}).headers["Location"]
    assert location.endswith("?return_to=https%3A%2F%2Fshop.example%2Fbelow%2Fme%3Fx%3D%252F")


def test_a_host_that_is_none_is_not_believed(ory_local: LocalOry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORY_SDK_URL", ory_local.url)
    with TestClient(starlette_app(public_url="https://auth.example.com"), follow_redirects=False) as client:
        answer = client.get("/me", headers={**PAGE, "Host": "shop.example@evil.example"})
    assert answer.headers["Location"] == "https://auth.example.com/self-service/login/browser"


def test_a_session_is_asked_for_once(client: TestClient, alice: Member, ory_local: LocalOry) -> None:
    for _ in range(3):
        client.get("/me", headers=alice.by_cookie)
    assert len(ory_local.requests.matching(path="/sessions/whoami")) == 1
    client.get("/health", headers=alice.by_token)
    assert len(ory_local.requests.matching(path="/sessions/whoami")) == 1


def test_a_websocket(client: TestClient, alice: Member) -> None:
    with client.websocket_connect("/talk", headers=alice.by_token) as connection:
        assert connection.receive_text() == alice.email
    with pytest.raises(WebSocketDisconnect) as closed, client.websocket_connect("/talk"):
        pass
    assert closed.value.code == 1008


def test_who_is_denied_in_the_middle_of_an_answer_gets_no_second_one(
    ory_local: LocalOry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORY_SDK_URL", ory_local.url)

    async def late(request: Request) -> StreamingResponse:
        async def body() -> AsyncIterator[str]:
            yield "one"
            await access(request).session()
            yield "two"

        return StreamingResponse(body())

    app = Starlette(routes=[Mount("/", routes=[Route("/", late)])], middleware=[Middleware(OryMiddleware)])
    with pytest.raises(Denied), TestClient(app) as client:
        client.get("/")


def test_a_logout_is_noticed_in_spite_of_a_cache(
    ory_local: LocalOry, alice: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORY_SDK_URL", ory_local.url)

    async def log_out(request: Request) -> StreamingResponse:
        await access(request).session()
        async with ory_local.client() as ory:
            await ory.frontend.perform_native_logout({"session_token": alice.token})
        await access(request).forget()
        return StreamingResponse(iter(()))

    app = starlette_app(cache=SessionCache(ttl=60))
    app.routes.append(Route("/logout", log_out))
    with TestClient(app) as client:
        assert client.get("/me", headers=alice.by_token).status_code == 200
        assert client.get("/logout", headers=alice.by_token).status_code == 200
        assert client.get("/me", headers=alice.by_token).status_code == 401
