"""A shop whose customers log in with Ory: the login kit on FastAPI.

Run it: ``python examples/login_with_ory.py``, and open http://127.0.0.1:8000. It uses the Ory that the environment names
(ORY_SDK_URL and so on; a client with the redirect URI http://127.0.0.1:8000/auth/callback, by ORY_CLIENT_ID and
ORY_CLIENT_SECRET). Where it names none, it starts a local one, whose login page lets in whoever gives a name.
"""

from __future__ import annotations

import asyncio
import os
import secrets
from html import escape

import uvicorn
from fastapi import FastAPI
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from ory_async import Ory
from ory_async.integrations.login_kit import LoginKit, MemoryTokenStore
from ory_async.integrations.login_kit.fastapi import CurrentUser, OptionalUser
from ory_async.local import LocalOry
from ory_async.local.hydra import HydraOptions
from ory_async.tokens import AuthorizationCode

URL = "http://127.0.0.1:8000"


def shop(ory: Ory, client_id: str, client_secret: str, url: str = URL) -> FastAPI:
    login = AuthorizationCode(
        ory,
        client_id=client_id,
        client_secret=client_secret,
        redirect_uri=f"{url}/auth/callback",
        scopes=["openid", "offline_access"],
    )
    kit = LoginKit(
        login,
        store=MemoryTokenStore(),  # of several processes: RedisTokenStore(redis)
        secret=os.environ.get("LOGIN_SECRET") or secrets.token_urlsafe(32),
        post_logout_redirect_uri=f"{url}/",
    )
    app = FastAPI()
    kit.install(app)

    @app.get("/")
    async def home(user: OptionalUser) -> HTMLResponse:
        if user is None:
            return HTMLResponse(f'<h1>The shop</h1><a href="{kit.login_url("/orders")}">Log in</a>')
        return HTMLResponse(f'<h1>Hello, {escape(user.subject)}</h1><a href="/orders">Orders</a>')

    @app.get("/orders")
    async def orders(user: CurrentUser) -> HTMLResponse:
        button = f'<form method="post" action="{kit.logout_url}"><button>Log out</button></form>'
        return HTMLResponse(f"<h1>Orders of {escape(user.subject)}</h1>{button}")

    return app


def pages(ory: Ory) -> FastAPI:
    """The pages of the local Ory's OAuth2 server, which take everybody's word."""
    app = FastAPI()

    @app.get("/login")
    async def login(login_challenge: str, name: str = "") -> Response:
        if not name:
            hidden = f'<input type="hidden" name="login_challenge" value="{escape(login_challenge)}">'
            return HTMLResponse(f'<form>{hidden}<label>Name <input name="name" autofocus></label></form>')
        accepted = await ory.oauth2.accept_oauth2_login_request(
            {"subject": name, "remember": True}, login_challenge=login_challenge
        )
        return RedirectResponse(accepted.redirect_to, 303)

    @app.get("/consent")
    async def consent(consent_challenge: str) -> Response:
        asked = await ory.oauth2.get_oauth2_consent_request(consent_challenge=consent_challenge)
        accepted = await ory.oauth2.accept_oauth2_consent_request(
            {"grant_scope": asked.requested_scope}, consent_challenge=consent_challenge
        )
        return RedirectResponse(accepted.redirect_to, 303)

    @app.get("/logout")
    async def logout(logout_challenge: str) -> Response:
        accepted = await ory.oauth2.accept_oauth2_logout_request(logout_challenge=logout_challenge)
        return RedirectResponse(accepted.redirect_to, 303)

    return app


def local(url: str = URL) -> LocalOry:
    """A local Ory whose pages are those above."""
    at = f"{url}/pages"
    return LocalOry(
        hydra=HydraOptions(login_ui_url=f"{at}/login", consent_ui_url=f"{at}/consent", logout_ui_url=f"{at}/logout")
    )


async def local_shop(ory: Ory, url: str = URL) -> FastAPI:
    """The shop as a new client of a local Ory, with its pages."""
    client = await ory.oauth2.create_oauth2_client(
        {
            "redirect_uris": [f"{url}/auth/callback"],
            "post_logout_redirect_uris": [f"{url}/"],
            "backchannel_logout_uri": f"{url}/auth/backchannel-logout",
            "grant_types": ["authorization_code", "refresh_token"],
            "scope": "openid offline_access",
        }
    )
    app = shop(ory, client.client_id or "", client.client_secret or "", url)
    app.mount("/pages", pages(ory))
    return app


async def serve(app: FastAPI) -> None:
    await uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=8000)).serve()


async def main() -> None:
    if client_id := os.environ.get("ORY_CLIENT_ID"):
        async with Ory.from_env() as ory:
            await serve(shop(ory, client_id, os.environ["ORY_CLIENT_SECRET"]))
    else:
        async with local() as server, Ory(server.url) as ory:
            await serve(await local_shop(ory))


if __name__ == "__main__":
    asyncio.run(main())
