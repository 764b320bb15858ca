"""Planes with a port of their own, where only that plane is answered, as by real servers."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Mapping

from aiohttp import web

from ..config import PLANES, Plane, Product, plane_of
from ..errors import ConfigurationError
from .answers import no_route_answer, text_answer

_NO_PORT = -1


class PlanePorts:
    """Which plane listens on which port, beside the port of all planes.

    `wanted` is the port of each plane that is to have one, 0 for any free one. Raises ConfigurationError for a plane
    that does not exist.
    """

    def __init__(self, wanted: Mapping[Plane, int]) -> None:
        if unknown := sorted(set(wanted) - set(PLANES)):
            raise ConfigurationError(f"unknown plane: {', '.join(unknown)}; there are {', '.join(PLANES)}")
        self.wanted = dict(wanted)
        self._planes: dict[int, Plane] = {}
        self._products: dict[web.AbstractResource | None, Product] = {}

    def add_routes(self, product: Product, routes: Iterable[web.AbstractRoute]) -> None:
        """Note whose routes these are."""
        self._products.update(dict.fromkeys((route.resource for route in routes), product))

    def bind(self, plane: Plane, ports: Iterable[int]) -> None:
        """Note where a plane listens."""
        self._planes.update(dict.fromkeys(ports, plane))

    def release(self) -> None:
        """Forget where planes listen."""
        self._planes.clear()

    def refusal(self, request: web.Request, url_of: Callable[[Plane], str]) -> web.Response | None:
        """Return the answer to a request on the port of another plane than its own, None to one in the right place."""
        if not self._planes or request.transport is None:
            return None
        here = self._planes.get(request.transport.get_extra_info("sockname", (None, _NO_PORT))[1])
        if here is None:
            return None
        product = self._products.get(request.match_info.route.resource)
        if product is None:  # health, which every plane has, and the version, which these have not
            wrong = request.path == "/version" and here in ("kratos_public", "hydra_public")
            return _not_found(here) if wrong else None
        plane = plane_of(product, request.path)
        if plane == here:
            return None
        if product == "kratos" and here.startswith("kratos_") and not request.path.startswith("/admin/sessions"):
            return _redirect(f"{url_of(plane)}{request.raw_path}", request.method)
        return _not_found(here)


def _not_found(plane: Plane) -> web.Response:
    if plane.startswith("hydra_"):
        return no_route_answer()
    return text_answer("404 page not found\n", 404)


def _redirect(url: str, method: str) -> web.Response:
    """Send to the right port, as Kratos does."""
    if method != "GET":
        return web.Response(status=307, headers={"Location": url})
    body = f'<a href="{html.escape(url)}">Temporary Redirect</a>.\n\n'
    return web.Response(text=body, status=307, content_type="text/html", charset="utf-8", headers={"Location": url})
