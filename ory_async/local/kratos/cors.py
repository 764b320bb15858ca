"""Cross-origin requests (Fetch standard, CORS protocol) to the public plane, from the pages of other origins."""

from __future__ import annotations

from collections.abc import Iterable

from aiohttp import web

from .http import Handler

_PREFLIGHT_VARY = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"


class Cors:
    """Lets pages of the allowed origins read the answers; `*` stands for any origin."""

    def __init__(self, allowed_origins: Iterable[str]) -> None:
        self._allowed = frozenset(allowed_origins)

    def routes(self, routes: Iterable[web.AbstractRouteDef]) -> list[web.AbstractRouteDef]:
        """Return the routes, those of the public plane opened to other origins, and the preflight requests to them."""
        if not self._allowed:
            return list(routes)
        opened: list[web.AbstractRouteDef] = []
        paths: dict[str, None] = {}
        for route in routes:
            if isinstance(route, web.RouteDef) and not route.path.startswith("/admin"):
                paths[route.path] = None
                opened.append(web.RouteDef(route.method, route.path, self._opened(route.handler), route.kwargs))
            else:
                opened.append(route)
        return [*(web.options(path, self._preflight) for path in paths), *opened]

    def _opened(self, handler: Handler) -> Handler:
        async def wrapper(request: web.Request) -> web.StreamResponse:
            response = await handler(request)
            if self._allows(request):
                response.headers["Access-Control-Expose-Headers"] = "Content-Type"
                response.headers.update(_permission(request))
            return response

        return wrapper

    async def _preflight(self, request: web.Request) -> web.StreamResponse:
        headers = {"Vary": _PREFLIGHT_VARY}
        if self._allows(request):
            headers |= _permission(request)
            for name in ("Method", "Headers"):
                if wanted := request.headers.get(f"Access-Control-Request-{name}"):
                    headers[f"Access-Control-Allow-{name.removesuffix('s')}s"] = wanted
        return web.Response(status=204, headers=headers)

    def _allows(self, request: web.Request) -> bool:
        origin = request.headers.get("Origin")
        return origin is not None and ("*" in self._allowed or origin in self._allowed)


def _permission(request: web.Request) -> dict[str, str]:
    return {
        "Access-Control-Allow-Origin": request.headers["Origin"],
        "Access-Control-Allow-Credentials": "true",
    }
