"""The proxy in an app of aiohttp."""

from __future__ import annotations

from typing import Unpack

from aiohttp import web

from ...client import Ory
from ...config import base_url
from .gateway import Gateway
from .requests import Incoming
from .settings import ProxyOptions

__all__ = ["add_proxy"]


def add_proxy(app: web.Application, ory: Ory, prefix: str = "", **options: Unpack[ProxyOptions]) -> None:
    """Serve the public paths of Ory under a prefix of an app, such as ``/.ory``; see `OryProxy`.

    Without a prefix call it after the app's own routes were added: they come first. Raises `ConfigurationError` for
    options that make no sense.
    """
    gateway = Gateway(ory, **options)
    prefix = base_url("prefix", f"http://app{prefix}").removeprefix("http://app")

    async def serve(request: web.Request) -> web.StreamResponse:
        async with gateway.exchange(_incoming(request, prefix)) as answer:
            response = web.StreamResponse(status=answer.status)
            for name, value in answer.headers:
                response.headers.add(name, value.encode("utf-8", "replace").decode())
            await response.prepare(request)
            async for chunk in answer.chunks:
                await response.write(chunk)
            await response.write_eof()
            return response

    app.router.add_route("*", f"{prefix}/{{path:.*}}", serve)


def _incoming(request: web.Request, prefix: str) -> Incoming:
    path, _, query = request.raw_path.partition("?")
    return Incoming(
        method=request.method,
        scheme=request.scheme,
        path=path,
        query=query,
        prefix=prefix,
        headers=request.raw_headers,
        client=request.remote,
        body=request.content.iter_any(),
    )
