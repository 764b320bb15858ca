"""The example of the login kit in a real browser: with its rules for cookies, and without a mouse."""

from __future__ import annotations

import importlib.util
import socket
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from ory_async import Ory
from tests.support.asgi import serving
from tests.support.browser import chromium

EXAMPLE = Path(__file__).parents[2] / "examples" / "login_with_ory.py"


def example() -> Any:
    spec = importlib.util.spec_from_file_location("login_with_ory", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


async def test_somebody_logs_in_and_out_in_chromium() -> None:
    login_with_ory = example()
    async with AsyncExitStack() as stack:
        browser = await stack.enter_async_context(chromium())
        listening = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        local = await stack.enter_async_context(login_with_ory.local(url))
        ory = await stack.enter_async_context(Ory(local.url))
        async with serving(await login_with_ory.local_shop(ory, url), listening):
            page = await browser.new_page()
            await page.goto(f"{url}/orders?from=last-year")
            await page.wait_for_url(f"{url}/pages/login?**")
            await page.keyboard.type("alice <script>")
            await page.keyboard.press("Enter")
            await page.wait_for_url(f"{url}/orders?from=last-year")
            assert await page.inner_text("h1") == "Orders of alice <script>"
            cookies = [cookie for cookie in await page.context.cookies(url) if cookie["name"].startswith("ory_login")]
            assert [(cookie["name"], cookie["httpOnly"], cookie["sameSite"]) for cookie in cookies] == [
                ("ory_login", True, "Lax")
            ]
            await page.keyboard.press("Tab")
            await page.keyboard.press("Enter")
            await page.wait_for_url(f"{url}/")
            assert await page.inner_text("h1") == "The shop"
            await page.go_back()
            await page.reload()
            await page.wait_for_url(f"{url}/pages/login?**")

            other = await browser.new_page()
            await other.goto(f"{url}/auth/callback?state=a&code=b")
            assert await other.inner_text("h1") == "Not logged in"
            await other.get_by_role("link", name="Log in again").click()
            await other.wait_for_url(f"{url}/pages/login?**")
