"""A login in a real browser through the proxy: every cookie is of the app's origin, and nothing goes anywhere else."""

from __future__ import annotations

import socket
from contextlib import AsyncExitStack

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Mount, Route

from ory_async import Ory
from ory_async.integrations.proxy import OryProxy
from ory_async.local import LocalOry
from ory_async.local.kratos.options import KratosOptions
from ory_async.sessions import SessionVerifier
from tests.conformance.support import PASSWORD, register
from tests.support.asgi import serving
from tests.support.browser import chromium

LOGIN_PAGE = """<!doctype html><title>Login</title><script type="module">
const id = new URLSearchParams(location.search).get("flow");
const { ui } = await (await fetch(`/.ory/self-service/login/flows?id=${id}`)).json();
const form = document.createElement("form");
Object.assign(form, { method: ui.method, action: ui.action });
for (const { attributes, group } of ui.nodes) {
  if (!["default", "password"].includes(group)) continue;
  const input = document.createElement("input");
  for (const name of ["name", "type", "value"]) if (attributes[name]) input.setAttribute(name, attributes[name]);
  form.append(input);
}
document.body.append(form);
</script><body></body>"""


async def test_a_login_in_chromium() -> None:
    async with AsyncExitStack() as stack:
        browser = await stack.enter_async_context(chromium())
        listening = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        home = f"http://localhost:{listening.getsockname()[1]}"
        options = KratosOptions(ui_url=home, allowed_return_urls=(home,))
        local = await stack.enter_async_context(LocalOry(kratos=options))
        ory = await stack.enter_async_context(Ory(local.url))
        await register(ory, "ann@example.com")
        verifier = SessionVerifier(ory)

        async def login(request: Request) -> HTMLResponse:
            return HTMLResponse(LOGIN_PAGE)

        async def me(request: Request) -> JSONResponse:
            session = await verifier.session(request.headers)
            return JSONResponse(session and session.identity and session.identity.traits)

        app = Starlette(routes=[Route("/login", login), Route("/me", me), Mount("/.ory", OryProxy(ory))])
        async with serving(app, listening):
            context = await browser.new_context()
            page = await context.new_page()
            places: set[str] = set()
            page.on("request", lambda request: places.add("/".join(request.url.split("/")[:3])))
            await page.goto(f"{home}/.ory/self-service/login/browser?return_to={home}/me")
            await page.fill("input[name=identifier]", "ann@example.com")
            await page.fill("input[name=password]", PASSWORD)
            await page.click("[name=method][value=password]")
            await page.wait_for_url(f"{home}/me")
            assert "ann@example.com" in await page.inner_text("body")
            cookies = await context.cookies()
            assert {cookie["domain"] for cookie in cookies} == {"localhost"}
            assert "ory_kratos_session" in {cookie["name"] for cookie in cookies}
            assert places == {home}
            await context.close()
