"""Ory under the app's own origin: its public paths, with cookies and URLs rewritten, and nothing else of it.

    app.mount("/.ory", OryProxy(ory))  # Starlette and FastAPI; any other ASGI app takes it as one more app
    add_proxy(web_app, ory, prefix="/.ory")  # aiohttp: from ory_async.integrations.proxy.aiohttp

A request goes straight through: `paths` says whether it is for Ory at all, `requests` what of it may go there,
`upstream` sends it, `rewriting` makes the answer one of the app's own origin. `gateway` is that way.
"""

from .asgi import OryProxy
from .settings import ProxyOptions

__all__ = ["OryProxy", "ProxyOptions"]
