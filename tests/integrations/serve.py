"""Serves one of the examples, or the same app on bare Starlette, as a process: ``python -m tests.integrations.serve KIND``.

The port is written to stdout.
"""

from __future__ import annotations

import importlib
import os
import socket
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

EXAMPLES = Path(__file__).parents[2] / "examples"


def example(name: str) -> Any:
    """An example as a module."""
    sys.path.insert(0, str(EXAMPLES))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(EXAMPLES))


def starlette_app(**options: Any) -> Any:
    """The app of the examples on bare Starlette."""
    from starlette.applications import Starlette
    from starlette.middleware import Middleware
    from starlette.requests import Request
    from starlette.responses import JSONResponse
    from starlette.routing import Mount, Route, WebSocketRoute
    from starlette.websockets import WebSocket

    from ory_async import models
    from ory_async.integrations.starlette import OryMiddleware, access

    def answer(session: models.Session | None) -> JSONResponse:
        return JSONResponse({"email": session and session.identity and session.identity.traits["email"]})

    async def home(request: Request) -> JSONResponse:
        return answer(await access(request).optional_session())

    async def me(request: Request) -> JSONResponse:
        return answer(await access(request).session())

    async def account(request: Request) -> JSONResponse:
        return answer(await access(request).session(aal="aal2", max_age=timedelta(minutes=15)))

    async def read(request: Request) -> JSONResponse:
        return answer(await access(request).permission("File:{id}", "view", request.path_params))

    async def health(request: Request) -> JSONResponse:
        return JSONResponse("well")

    async def talk(websocket: WebSocket) -> None:
        session = await access(websocket).session()
        await websocket.accept()
        assert session.identity is not None
        await websocket.send_text(session.identity.traits["email"])
        await websocket.close()

    return Starlette(
        routes=[
            Route("/", home),
            Route("/me", me, methods=["GET", "POST"]),
            Route("/account", account),
            Route("/files/{id}", read),
            Route("/health", health),
            WebSocketRoute("/talk", talk),
            Mount("/below", routes=[Route("/me", me)]),
        ],
        middleware=[Middleware(OryMiddleware, **options)],
    )


class _ThreadingServer(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 128


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: object) -> None: ...


def _tell(port: int) -> None:
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()


def _by_uvicorn(app: Callable[[], Any]) -> None:
    import uvicorn

    listening = socket.create_server(("127.0.0.1", 0), backlog=128)
    _tell(listening.getsockname()[1])
    uvicorn.Server(uvicorn.Config(app(), log_level="warning")).run(sockets=[listening])


def _by_aiohttp() -> None:
    from aiohttp import web

    listening = socket.create_server(("127.0.0.1", 0), backlog=128)
    _tell(listening.getsockname()[1])
    web.run_app(example("aiohttp_app").application(), sock=listening, print=None)


def _by_wsgiref(app: Any) -> None:
    with _ThreadingServer(("127.0.0.1", 0), _Quiet) as server:
        server.set_app(app)
        _tell(server.server_port)
        server.serve_forever()


def _by_werkzeug(app: Any) -> None:
    from werkzeug.serving import WSGIRequestHandler as Handler
    from werkzeug.serving import make_server

    class Quiet(Handler):
        def log(self, *args: object) -> None: ...

    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    _tell(server.server_port)
    server.serve_forever()


SERVERS: dict[str, Callable[[], None]] = {
    "starlette": lambda: _by_uvicorn(lambda: starlette_app(public_url=os.environ["ORY_SDK_URL"])),
    "fastapi": lambda: _by_uvicorn(lambda: example("fastapi_app").app),
    "aiohttp": _by_aiohttp,
    "django-asgi": lambda: _by_uvicorn(lambda: example("django_app").asgi),
    "django-wsgi": lambda: _by_wsgiref(example("django_app").wsgi),
    "flask": lambda: _by_werkzeug(example("flask_app").app),
}

if __name__ == "__main__":
    SERVERS[sys.argv[1]]()
