from __future__ import annotations

from urllib.parse import urlencode

from aiohttp import web

from ...answers import FORBIDDEN, Problem, bad_request, json_answer, no_content
from ...bodies import check_fields, read_json
from ..cookies import delete_session_cookie
from ..http import Handler, public
from ..state import Session
from .base import Services, checked_return_to, error_page, see_other
from .forms import wants_json


class LogoutHandlers:
    """Logout of native clients by token, of browsers by a link."""

    def __init__(self, services: Services) -> None:
        self._registry = services.registry
        self._store = services.registry.store
        self._authentication = services.authentication
        self._csrf = services.csrf

    def routes(self) -> list[web.AbstractRouteDef]:
        ensured = self._csrf.ensured
        return [
            web.delete("/self-service/logout/api", public(self.native)),
            web.get("/self-service/logout/browser", ensured(public(self._page_or_json(self.create)))),
            web.get("/self-service/logout", ensured(public(self._page_or_json(self.submit)))),
        ]

    async def native(self, request: web.Request) -> web.StreamResponse:
        if not request.body_exists:
            raise bad_request('Unable to decode HTTP Request Body because its HTTP Header "Content-Length" is zero.')
        try:
            body = check_fields(await read_json(request), {"session_token": "string"}, "performNativeLogoutBody")
        except ValueError as fault:
            raise bad_request(f"Unable to decode JSON payload: {fault}") from None
        session = self._store.sessions.get(self._store.session_tokens.get(body.get("session_token") or "", ""))
        if session is None:
            reason = "The provided Ory Session Token could not be found, is invalid, or otherwise malformed."
            raise Problem(403, FORBIDDEN, reason=reason)
        session.active = False
        return no_content()

    async def create(self, request: web.Request) -> web.StreamResponse:
        return_to = checked_return_to(self._registry, request.query.get("return_to", ""))
        session = self._session(request)
        query = ({"return_to": return_to} if return_to else {}) | {"token": session.logout_token}
        url = self._registry.url(f"/self-service/logout?{urlencode(query)}")
        return json_answer({"logout_url": url, "logout_token": session.logout_token})

    async def submit(self, request: web.Request) -> web.StreamResponse:
        token = request.query.get("token")
        if not token:
            raise bad_request("Please include a token in the URL query.")
        session = self._session(request)
        if token != session.logout_token:
            reason = "Unable to log out because the logout token in the URL query does not match the session cookie."
            raise Problem(403, FORBIDDEN, reason=reason)
        return_to = checked_return_to(self._registry, request.query.get("return_to", ""))
        session.active = False
        target = return_to or self._registry.ui_url("login")
        response = no_content() if wants_json(request) else see_other(request, target)
        delete_session_cookie(self._registry, request, response)
        self._csrf.rotate()
        return response

    def _session(self, request: web.Request) -> Session:
        session = self._authentication.find_any(request)
        if session is None:
            raise Problem(
                401,
                "request does not have a valid authentication session",
                reason="No active session was found in this request.",
                id="session_inactive",
            )
        return session

    def _page_or_json(self, handler: Handler) -> Handler:
        """Send a browser to the error page where a client of the API gets the error itself."""

        async def wrapper(request: web.Request) -> web.StreamResponse:
            try:
                return await handler(request)
            except Problem as problem:
                if wants_json(request):
                    raise
                return error_page(self._registry, request, problem)

        return wrapper
