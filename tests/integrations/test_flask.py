"""The adapter for Flask, by its own test client."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from ory_async.errors import ConfigurationError
from ory_async.integrations.flask import (
    Denied,
    OryFlask,
    access,
    current_session,
    permission_required,
    session_required,
)
from ory_async.local import LocalOry
from ory_pytest import ory_local as ory_local
from ory_pytest import ory_local_options as ory_local_options
from ory_pytest import ory_local_server as ory_local_server
from ory_pytest import ory_sync as ory_sync
from ory_sync import Ory

from .people import PAGE, Member, join, prolong


@pytest.fixture
def alice(ory_local: LocalOry) -> Member:
    async def joined() -> Member:
        async with ory_local.client() as ory:
            alice = await join(ory, "alice@example.com")
            await prolong(ory, alice)
            return alice

    return asyncio.run(joined())


@pytest.fixture
def app(ory_sync: Ory) -> Flask:
    app = Flask("shop")
    protection = OryFlask(ory=ory_sync, public_url="https://auth.example.com")
    protection.init_app(app)

    @app.get("/me")
    @session_required
    def me() -> Any:
        return current_session.identity.traits if current_session.identity else {}

    @app.get("/files/<path:id>")
    @permission_required("File:{id}", "view")
    def read(id: str) -> str:
        return id

    @app.get("/bye")
    @session_required
    def bye() -> Response:
        access().forget()
        response = Response()
        response.delete_cookie("ory_kratos_session")
        return response

    @app.get("/")
    def home() -> str:
        return "somebody" if current_session else "nobody"

    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client(use_cookies=False)


def test_the_decorators(client: FlaskClient, alice: Member) -> None:
    assert client.get("/").text == "nobody"
    assert client.get("/", headers=alice.by_token).text == "somebody"
    assert client.get("/me", headers=alice.by_cookie).get_json()["email"] == alice.email
    assert client.get("/me").status_code == 401
    assert client.get("/files/a/b", headers=alice.by_token).status_code == 403


def test_a_browser_comes_back(client: FlaskClient) -> None:
    answer = client.get("/files/a%20b?x=%26", headers=PAGE)
    back = "http%3A%2F%2Flocalhost%2Ffiles%2Fa%2520b%3Fx%3D%2526"
    assert answer.headers["Location"].endswith(f"return_to={back}")


def test_cookies(client: FlaskClient, alice: Member) -> None:
    [anew] = client.get("/me", headers=alice.by_cookie).headers.getlist("Set-Cookie")
    assert anew.startswith("ory_kratos_session=")
    [deletion] = client.get("/bye", headers=alice.by_cookie).headers.getlist("Set-Cookie")
    assert "Max-Age=0" in deletion


def test_an_app_may_answer_in_its_own_style(app: Flask) -> None:
    app.register_error_handler(Denied, lambda denied: (denied.kind, denied.reply.status))
    answer = app.test_client().get("/me")
    assert (answer.status_code, answer.text) == (401, "session_inactive")


def test_an_app_without_the_extension_lets_nobody_in() -> None:
    with Flask("shop").test_request_context("/"), pytest.raises(ConfigurationError, match="OryFlask"):
        access()
