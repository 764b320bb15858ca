"""The example that draws the pages of self-service works, clicked through as a browser does."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from aiohttp import CookieJar
from aiohttp.test_utils import TestClient, TestServer

from ory_async import Ory

from .flow_support import EMAIL, OTHER_PASSWORD, PASSWORD, latest_code
from .flow_support import ory as ory
from .flow_support import started as started

EXAMPLE = Path(__file__).parents[2] / "examples" / "login_flow.py"
FORM = re.compile(r'<form method="post" action="([^"]+)">(.*?)</form>')
INPUT = re.compile(r'<input name="([^"]+)" type="[^"]+"(?: value="([^"]*)")?')


class Browser:
    """Follows redirects, keeps cookies and fills in forms."""

    def __init__(self, client: TestClient[Any, Any]) -> None:
        self._client = client
        self.text = ""
        self.path = ""

    async def open(self, path: str) -> None:
        await self._read(await self._client.get(path))

    async def submit(self, group: str, button: tuple[str, str] = ("method", ""), /, **fields: str) -> None:
        """Fill in the form of a group and press its button."""
        action, content = next(found for found in FORM.findall(self.text) if f"<legend>{group}</legend>" in found[1])
        filled = {name: unescape(value) for name, value in INPUT.findall(content)}
        name, value = button
        await self._read(await self._client.post(unescape(action), data={**filled, **fields, name: value or group}))

    async def _read(self, response: Any) -> None:
        assert response.status == 200, await response.text()
        self.text, self.path = await response.text(), response.url.path


@pytest.fixture
async def browser(ory: Ory) -> AsyncIterator[Browser]:
    spec = importlib.util.spec_from_file_location("login_flow", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    example = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(example)
    server = TestServer(example.application(ory))
    async with TestClient(server, cookie_jar=CookieJar(unsafe=True, quote_cookie=False)) as client:
        yield Browser(client)


async def test_somebody_registers_and_comes_back(browser: Browser, ory: Ory) -> None:
    await browser.open("/registration")
    traits: dict[str, Any] = {"traits.email": EMAIL}
    await browser.submit("profile", **traits)
    assert "choose a credential" in browser.text
    await browser.submit("password", password="short")
    assert "too short" in browser.text or "must be at least" in browser.text
    await browser.submit("password", password=PASSWORD)
    assert browser.path == "/verification"
    await browser.submit("code", code=await latest_code(ory))
    assert browser.path == "/"
    assert EMAIL in browser.text

    await browser.open("/login")
    assert browser.path == "/"
    await browser.open("/logout")
    assert "Nobody is logged in" in browser.text
    await browser.open("/login")
    await browser.submit("password", identifier=EMAIL, password="wrong")
    assert "credentials are invalid" in browser.text
    await browser.submit("password", password=PASSWORD)
    assert EMAIL in browser.text

    await browser.open("/settings")
    await browser.submit("lookup_secret", ("lookup_secret_regenerate", "true"))
    await browser.submit("lookup_secret", ("lookup_secret_confirm", "true"))
    assert browser.path == "/"
    await browser.open("/settings")
    await browser.submit("password", password=OTHER_PASSWORD)
    assert browser.path == "/"


async def test_pages_that_nobody_may_see(browser: Browser) -> None:
    await browser.open("/settings")
    assert browser.path == "/login"
    await browser.open("/recovery?flow=00000000-0000-4000-8000-000000000000")
    assert browser.path == "/recovery"
    assert "recovery" in browser.text
