"""A protected aiohttp app.

ory-local &                               # or any other Ory
export ORY_SDK_URL=http://127.0.0.1:4000
python examples/aiohttp_app.py
"""

from __future__ import annotations

import os
from datetime import timedelta

from aiohttp import web

from ory_async import models
from ory_async.integrations.aiohttp import SESSION, access, permission_required, session_required, setup

routes = web.RouteTableDef()


@routes.get("/")
async def home(request: web.Request) -> web.Response:
    """Anybody may see this."""
    session = await access(request).optional_session()
    return web.json_response({"email": session and email(session)})


@routes.get("/me")
@session_required
async def me(request: web.Request) -> web.Response:
    """Only for people who are logged in."""
    return web.json_response({"email": email(request[SESSION])})


@routes.get("/account")
@session_required(aal="aal2", max_age=timedelta(minutes=15))
async def account(request: web.Request) -> web.Response:
    """Only with the second factor, given in the last quarter of an hour."""
    return web.json_response({"email": email(request[SESSION])})


@routes.get("/files/{id}")
@permission_required("File:{id}", "view")
async def read(request: web.Request) -> web.Response:
    """Only for people who may view the file."""
    return web.json_response({"file": request.match_info["id"], "email": email(request[SESSION])})


@routes.get("/health")
async def health(request: web.Request) -> web.Response:
    """Ory is not asked for this."""
    return web.json_response("well")


def email(session: models.Session) -> str:
    return str(session.identity.traits["email"])


def application() -> web.Application:
    app = web.Application()
    setup(app, public_url=os.environ["ORY_SDK_URL"])
    app.add_routes(routes)
    return app


if __name__ == "__main__":
    web.run_app(application(), host="127.0.0.1", port=8000)
