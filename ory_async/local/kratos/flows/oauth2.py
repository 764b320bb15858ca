"""Logins that OAuth 2.0 clients ask for: Kratos is the login page of Hydra, and tells it who has logged in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from aiohttp import web

from ...answers import BAD_REQUEST, Problem, bad_request
from ..flow import Flow
from ..registry import Registry
from ..state import Session


class OAuth2Provider(Protocol):
    """What Kratos asks of Hydra: what its login page is to do, and where the browser goes on after the answer.

    Both raise Problem where Hydra's admin API would answer so.
    """

    def login_request(self, challenge: str) -> dict[str, Any]: ...
    def accept_login(self, challenge: str, answer: Mapping[str, Any]) -> str: ...


class OAuth2Logins:
    """The challenges that flows are made for, and how these flows end."""

    def __init__(self, registry: Registry, provider: OAuth2Provider) -> None:
        self._options = registry.options
        self._provider = provider

    def asked(self, request: web.Request) -> dict[str, Any] | None:
        """Return the login request a browser comes with; None where there is none. Raises Problem (400)."""
        challenge = self.challenge(request)
        return self.request_of(challenge) if challenge and not request.path.endswith("/api") else None

    def challenge(self, request: web.Request) -> str:
        """Return the challenge a flow is to be made for, empty where there is none. Raises Problem (400)."""
        challenge = request.query.get("login_challenge")
        if challenge == "":
            raise bad_request("the login_challenge parameter is present but empty")
        return challenge or ""

    def shown(self, flow: Flow) -> dict[str, Any]:
        """Return the field of a flow that says who asks for the login."""
        is_asked = flow.login_challenge and not flow.is_native
        return {"oauth2_login_request": self.request_of(flow.login_challenge)} if is_asked else {}

    def request_of(self, challenge: str) -> dict[str, Any]:
        """Return what Hydra knows of a challenge. Raises Problem (400)."""
        try:
            found = self._provider.login_request(challenge)
        except Problem as problem:
            reason = "Unable to get OAuth 2.0 Login Challenge."
            raise Problem(400, BAD_REQUEST, reason=reason, details=_details(problem)) from None
        return found | {"client": {name: value for name, value in found["client"].items() if value is not None}}

    def accept(self, challenge: str, session: Session) -> str:
        """Tell Hydra who has logged in; return where the browser goes on. Raises Problem (500)."""
        answer = {
            "subject": session.identity_id,
            "identity_provider_session_id": session.id,
            "remember": self._options.session_cookie.is_persistent,
            "remember_for": int(self._options.session_lifespan.total_seconds()),
            "amr": [method.method for method in session.methods],
        }
        try:
            return self._provider.accept_login(challenge, answer)
        except Problem as problem:
            raise Problem(
                500,
                "An internal server error occurred, please contact the system administrator",
                reason="Unable to accept OAuth 2.0 Login Challenge.",
                details=_details(problem),
            ) from None


def _details(problem: Problem) -> dict[str, Any]:
    return {"status_code": problem.status, "oauth2_error_hint": ""}
