"""Test login flows: an administrator tries out a social sign-in provider and looks at what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from ...answers import FORBIDDEN, Problem, bad_request, json_answer, not_found
from ...bodies import is_uuid, read_json
from ...ids import new_id
from ..flow import Flow
from ..http import admin, public
from ..state import SignIn
from ..ui import csrf_node
from .base import Services, Submission, see_other
from .social import provider_nodes

if TYPE_CHECKING:
    from .login import LoginFlows

_LONGEST_ID = 255


class TrialLogins:
    """The endpoints of test login flows, and their steps in those of ordinary ones."""

    def __init__(self, flows: LoginFlows, services: Services) -> None:
        self._flows = flows
        self._registry = services.registry
        self._store = services.registry.store
        self._csrf = services.csrf

    def routes(self) -> list[web.AbstractRouteDef]:
        return [
            web.post("/admin/test-login-flows", admin(self.create)),
            web.delete("/self-service/login/test", public(self.delete)),
        ]

    async def create(self, request: web.Request) -> web.StreamResponse:
        try:
            body = await read_json(request)
        except ValueError:
            raise bad_request("could not parse request body") from None
        provider = body.get("provider_id") if isinstance(body, dict) else None
        if not provider or not isinstance(provider, str):
            raise bad_request("provider_id is required")
        if len(provider) > _LONGEST_ID:
            raise bad_request(f"provider_id must be at most {_LONGEST_ID} characters")
        if provider not in self._registry.options.oidc_providers:
            raise not_found(f'OpenID Connect provider "{provider}" is not configured')
        flow = self._flows.new_flow(request, "browser")
        flow.refresh = flow.skips_csrf = True
        flow.test_context = {"provider_id": provider}
        flow.csrf_token = new_id()
        flow.ui.messages = []
        flow.ui.nodes = [csrf_node(flow.csrf_token), *provider_nodes([provider], kind="login")]
        return json_answer(self._flows.view(flow), 201)

    def submit(self, submission: Submission) -> web.StreamResponse:
        """Go to the provider. Raises Problem."""
        if submission.text("csrf_token") != submission.flow.csrf_token:
            raise self._csrf.violation()
        return self._flows.social.start(submission)

    def passed(self, submission: Submission, visit: SignIn) -> web.StreamResponse:
        """Keep what the provider says, for the browser that came back only."""
        flow = submission.flow
        claims = {"iss": visit.claims["iss"], "raw_claims": visit.claims, "sub": visit.claims["sub"]}
        flow.test_context["debug_payload"] = {
            "id_token_claims": claims,
            "jsonnet_mapper_url": "",
            "jsonnet_input": claims,
            "jsonnet_output": {"identity": {"traits": {"email": visit.claims["email"]}}},
        }
        flow.state = "passed_challenge"
        self._csrf.rotate()
        flow.pending["csrf_token"] = self._csrf.form_token(submission.request)
        return see_other(submission.request, self._registry.url(f"/session/test-oidc?flow={flow.id}"))

    def check_owner(self, request: web.Request, flow: Flow) -> None:
        """Refuse the outcome to another browser than the one that has run the flow. Raises Problem."""
        token = flow.pending.get("csrf_token")
        if token and not self._csrf.matches(request, token):
            raise Problem(403, FORBIDDEN, reason="missing or invalid CSRF token")

    async def delete(self, request: web.Request) -> web.StreamResponse:
        id = request.query.get("id", "")
        if not is_uuid(id):
            raise bad_request("invalid flow id")
        flow = self._store.flows.get(id.lower())
        if flow is None:
            raise not_found()
        if not flow.test_context:
            raise not_found("")
        self.check_owner(request, flow)
        del self._store.flows[flow.id]
        return web.Response(status=204)
