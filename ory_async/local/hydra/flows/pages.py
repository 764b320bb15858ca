"""What browsers are shown or sent to: redirects, forms that submit themselves, and the pages that stand in for yours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from aiohttp import web

from ..http import plain
from ..problems import NO_STORE, HydraProblem
from ..registry import Registry

_HTML = "text/html; charset=utf-8"


def with_query(url: str, **changed: str) -> str:
    """Return a URL with some query values set; sorted by name, as Go does."""
    parts = urlsplit(url)
    query = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] not in changed]
    query += changed.items()
    return urlunsplit(parts._replace(query=encoded(query)))


def encoded(pairs: Sequence[tuple[str, str]]) -> str:
    """Encode a query, sorted by name."""
    return urlencode(sorted(pairs, key=lambda pair: pair[0]))


def found(request: web.Request, url: str) -> web.Response:
    """Send a browser on with 302, as all of Hydra does but the way back to the client."""
    response = web.Response(status=302, headers={"Location": url})
    if request.method in ("GET", "HEAD"):
        response.headers["Content-Type"] = _HTML
        response.text = f'<a href="{escape(url)}">Found</a>.\n\n'
    return response


def see_other(url: str) -> web.Response:
    """Send a browser back to the client with 303."""
    return web.Response(status=303, headers={"Location": url, **NO_STORE})


def submitting_form(url: str, fields: Mapping[str, str]) -> web.Response:
    """Send a browser back to the client by a form that submits itself (response mode `form_post`)."""
    inputs = "\n".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}"/>'
        for name, value in sorted(fields.items())
    )
    text = (
        "<html>\n<head><title>Submit This Form</title></head>\n"
        '<body onload="javascript:document.forms[0].submit()">\n'
        f'<form method="post" action="{escape(url)}">\n{inputs}\n</form>\n</body>\n</html>'
    )
    return web.Response(body=text.encode(), headers={"Content-Type": "text/html;charset=UTF-8", **NO_STORE})


def front_channel_page(redirect_to: str, urls: Sequence[str]) -> web.Response:
    """Show the clients' logout pages in frames, then go on (OpenID Connect Front-Channel Logout section 3)."""
    frames = "\n".join(f'<iframe src="{escape(url)}" hidden></iframe>' for url in urls)
    text = (
        f'<html>\n<head><meta http-equiv="refresh" content="2; URL={escape(redirect_to)}"></head>\n'
        f'<body>\n{frames}\n<a href="{escape(redirect_to)}">Continue</a>\n</body>\n</html>'
    )
    return web.Response(body=text.encode(), headers={"Content-Type": _HTML})


class Pages:
    """Where browsers are sent, and the pages that are shown where the options name none."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    @property
    def login(self) -> str:
        return self._registry.options.login_ui_url or self._registry.url("/ui/login")

    @property
    def consent(self) -> str:
        return self._registry.options.consent_ui_url or self._registry.url("/ui/consent")

    @property
    def logout(self) -> str:
        return self._registry.options.logout_ui_url or self._registry.url("/ui/logout")

    @property
    def device(self) -> str:
        return self._registry.options.device_ui_url or self._registry.url("/ui/device")

    @property
    def device_done(self) -> str:
        return self._registry.options.device_done_url or self._registry.url("/ui/device/success")

    @property
    def post_logout(self) -> str:
        return self._registry.options.post_logout_url or self._registry.url("/oauth2/fallbacks/logout/callback")

    def error(self, problem: HydraProblem) -> str:
        """Where to tell a browser what went wrong, when the client is not to be trusted with it."""
        url = self._registry.options.error_url or self._registry.url("/oauth2/fallbacks/error")
        return with_query(url, error=problem.error, error_description=problem.description)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/oauth2/fallbacks/error", plain(self._error)),
            web.get("/oauth2/fallbacks/logout/callback", plain(self._logged_out)),
        ]

    async def _error(self, request: web.Request) -> web.Response:
        query = request.query
        told = [f"<li>Error: {escape(query.get('error', ''))}</li>"]
        told.append(f"<li>Description: {escape(query.get('error_description', ''))}</li>")
        heading = "The OAuth2 request resulted in an error."
        return _page("An OAuth 2.0 Error Occurred", heading, status=500, more=f"<ul>{''.join(told)}</ul>")

    async def _logged_out(self, request: web.Request) -> web.Response:
        return _page("You logged out successfully!", "You are logged out; no page is set to go to from here.")


def _page(title: str, heading: str, *, status: int = 200, more: str = "") -> web.Response:
    text = f"<html>\n<head><title>{title}</title></head>\n<body>\n<h1>{heading}</h1>\n{more}</body>\n</html>\n"
    return web.Response(body=text.encode(), status=status, headers={"Content-Type": _HTML})
