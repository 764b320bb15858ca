"""The adapter for FastAPI, by its own test client; and the page that shows it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Depends, FastAPI, WebSocket
from fastapi.responses import HTMLResponse
from fastapi.testclient import TestClient
from starlette.middleware.base import RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocketDisconnect

from ory_async import models
from ory_async.errors import ConfigurationError
from ory_async.integrations.fastapi import (
    PROBLEMS,
    CurrentSession,
    Denied,
    OptionalSession,
    OryMiddleware,
    RequirePermission,
    RequireSession,
    current_session,
)
from ory_async.local import LocalOry
from ory_pytest import ory_local as ory_local
from ory_pytest import ory_local_options as ory_local_options
from ory_pytest import ory_local_server as ory_local_server
from ory_pytest import ory_sync as ory_sync
from ory_sync import Ory as BlockingOry
from ory_sync import flows

ROOT = Path(__file__).parents[2]
Reader = Annotated[models.Session, Depends(RequirePermission("File:{id}", "view"))]


def make_app(**options: Any) -> FastAPI:
    app = FastAPI()

    @app.middleware("http")
    async def between(request: Request, call_next: RequestResponseEndpoint) -> Response:
        return await call_next(request)

    app.add_middleware(OryMiddleware, **options)
    router = APIRouter(responses=PROBLEMS)

    @router.get("/me")
    async def me(session: CurrentSession) -> Any:
        return session.identity and session.identity.traits

    @router.get("/files/{id}")
    async def read(id: str, session: Reader) -> str:
        return id

    @router.get("/strict", dependencies=[Depends(RequireSession(aal2=True))])
    async def strict() -> str:
        return "well"

    @app.websocket("/talk")
    async def talk(websocket: WebSocket, session: CurrentSession) -> None:
        await websocket.accept()
        await websocket.send_json(session.identity and session.identity.traits)
        await websocket.close()

    @app.get("/")
    async def home(session: OptionalSession) -> bool:
        return session is not None

    app.include_router(router)
    return app


@pytest.fixture
def token(ory_sync: BlockingOry) -> str:
    outcome = flows.registration(ory_sync).submit(
        "password", traits={"email": "ann@example.com"}, password="rare-words-of-ann"
    )
    assert isinstance(outcome, flows.Completed)
    assert outcome.session_token is not None
    return outcome.session_token


@pytest.fixture
def client(ory_local: LocalOry, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("ORY_SDK_URL", ory_local.url)
    with TestClient(make_app(public_url="https://auth.example.com"), follow_redirects=False) as client:
        yield client


def test_the_dependencies(client: TestClient, token: str, ory_sync: BlockingOry) -> None:
    client.headers["X-Session-Token"] = token
    assert client.get("/me").json()["email"] == "ann@example.com"
    assert client.get("/").json() is True
    assert client.get("/files/readme").json()["type"] == "urn:ory:permission_denied"
    assert client.get("/strict").json()["type"] == "urn:ory:session_aal2_required"
    del client.headers["X-Session-Token"]
    assert client.get("/").json() is False
    assert client.get("/me").json()["type"] == "urn:ory:session_inactive"


def test_a_browser_comes_back(client: TestClient) -> None:
    answer = client.get("/me?a=b", headers={"Accept": "text/html"})
    login = "https://auth.example.com/self-service/login/browser?return_to=http%3A%2F%2Ftestserver%2Fme%3Fa%3Db"
    assert (answer.status_code, answer.headers["Location"]) == (303, login)


def test_a_websocket(client: TestClient, token: str) -> None:
    with client.websocket_connect("/talk", headers={"X-Session-Token": token}) as connection:
        assert connection.receive_json()["email"] == "ann@example.com"
    with pytest.raises(WebSocketDisconnect) as closed, client.websocket_connect("/talk"):
        pass
    assert closed.value.code == 1008


def test_openapi_shows_how_a_route_is_protected() -> None:
    document = make_app().openapi()
    assert set(document["components"]["securitySchemes"]) == {"SessionCookie", "SessionToken", "SessionBearer"}
    for path in ("/me", "/files/{id}", "/strict"):
        operation = document["paths"][path]["get"]
        assert operation["security"] == [{"SessionCookie": []}, {"SessionToken": []}, {"SessionBearer": []}]
        assert {"401", "403", "503"} <= operation["responses"].keys()
        assert "application/problem+json" in operation["responses"]["401"]["content"]
    assert [each["name"] for each in document["paths"]["/files/{id}"]["get"]["parameters"]] == ["id"]


def test_an_app_may_answer_in_its_own_style(ory_local: LocalOry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORY_SDK_URL", ory_local.url)
    app = make_app()

    @app.exception_handler(Denied)
    async def answer(request: Request, denied: Denied) -> HTMLResponse:
        return HTMLResponse(f"<h1>{denied.kind}</h1>", denied.reply.status)

    with TestClient(app) as client:
        answer = client.get("/me")
    assert (answer.status_code, answer.text) == (401, "<h1>session_inactive</h1>")


def test_a_session_can_be_overridden_in_tests() -> None:
    app = make_app()
    traits = {"email": "eve@example.com"}
    session = models.Session(id="1", identity=models.Identity(id="2", schema_id="", schema_url="", traits=traits))
    app.dependency_overrides[current_session] = lambda: session
    assert TestClient(app).get("/me").json() == traits


def test_an_app_without_the_middleware_lets_nobody_in() -> None:
    app = FastAPI()

    @app.get("/me")
    async def me(session: CurrentSession) -> None: ...

    with pytest.raises(ConfigurationError, match="OryMiddleware"):
        TestClient(app).get("/me")


def test_the_lifespan_of_the_app_is_left_alone(ory_local: LocalOry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORY_SDK_URL", ory_local.url)
    seen: list[str] = []

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, str]]:
        seen.append("start")
        yield {"name": "shop"}
        seen.append("end")

    app = FastAPI(lifespan=lifespan)
    app.add_middleware(OryMiddleware)

    @app.get("/")
    async def home(request: Request, session: OptionalSession) -> str:
        return str(request.state.name)

    with TestClient(app) as client:
        assert client.get("/").json() == "shop"
    assert seen == ["start", "end"]


def test_the_page_of_ten_lines(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "protect-fastapi.md").read_text("utf-8")
    [block] = re.findall(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert len([line for line in block.splitlines() if line.strip()]) <= 10
    (tmp_path / "app.py").write_text(block, "utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ORY_")}
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-W", "error", "-p", "ory_pytest", "-p", "no:asyncio", "app.py"],
        cwd=tmp_path,
        env={**environment, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert "1 passed" in run.stdout, run.stdout + run.stderr
