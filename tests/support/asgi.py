"""Applications in a server process's place: served by uvicorn, on the loop of the test."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Literal

import uvicorn
from starlette.types import ASGIApp


@asynccontextmanager
async def serving(
    app: ASGIApp, listening: socket.socket, *, lifespan: Literal["auto", "off"] = "off"
) -> AsyncGenerator[None]:
    """Serve an application at a socket that listens."""
    server = uvicorn.Server(uvicorn.Config(app, lifespan=lifespan, ws="none", log_level="warning"))
    running = asyncio.create_task(server.serve(sockets=[listening]))
    await until(lambda: server.started or running.done())
    try:
        yield
    finally:
        server.should_exit = True
        await running


async def until(is_so: Callable[[], bool]) -> None:
    """Let the others go on until something is so."""
    while not is_so():  # noqa: ASYNC110 - some of it is uvicorn's, which tells nobody
        await asyncio.sleep(0.001)
