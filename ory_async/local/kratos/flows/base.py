"""What the flows have in common: being made, fetched and submitted, by native clients and by browsers."""

from __future__ import annotations

import abc
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from html import escape
from http import HTTPStatus
from typing import Any, ClassVar
from urllib.parse import quote

from aiohttp import web

from ...answers import BAD_REQUEST, Problem, bad_request, json_answer, not_found
from ...bodies import is_uuid
from ...clock import timestamp
from ...ids import random_token
from ..authentication import Authentication
from ..cookies import Csrf
from ..flow import CodeRefused, Flow, OneTimeCode, expired_message
from ..http import public
from ..manager import IdentityManager
from ..registry import Registry
from ..schemas import SchemaViolation
from ..state import FlowError, Session
from ..ui import Text, Ui, csrf_node, reason_error, violation_errors
from .forms import FormFault, read_form, wants_json
from .oauth2 import OAuth2Logins

_EXPIRED = "The requested resource is no longer available because it has expired or is otherwise invalid."

_CLOUDFLARE = ("__cf", "_cf", "cf_")
"""How cookies begin that a network in between adds to any request."""


@dataclass(frozen=True)
class Services:
    """What flow handlers work with."""

    registry: Registry
    manager: IdentityManager
    authentication: Authentication
    csrf: Csrf
    oauth2: OAuth2Logins


class Rejected(Exception):
    """A submission is refused; the flow, with its messages, is the answer."""


class Submission:
    """A submitted form and the flow it belongs to."""

    def __init__(self, request: web.Request, flow: Flow, fields: Mapping[str, Any], session: Session | None) -> None:
        self.request = request
        self.flow = flow
        self.fields = fields
        self.session = session
        self._form = flow.ui.copied()
        self.wants_json = flow.is_native or wants_json(request, is_submission=True)

    @property
    def method(self) -> str:
        return self.text("method")

    def text(self, name: str) -> str:
        """Return a field that is a text, else the empty string."""
        value = self.fields.get(name)
        return value if isinstance(value, str) else ""

    def is_set(self, name: str) -> bool:
        """Tell whether a button was pressed: true, in JSON or as the value of a form."""
        return self.fields.get(name) in (True, "true")

    def keep_form(self) -> None:
        """Leave the form as it was before, as a submission does that has come to its end."""
        self.flow.ui = self._form

    def payload(self) -> Mapping[str, Any]:
        value = self.fields.get("transient_payload")
        return value if isinstance(value, dict) else {}


class FlowHandlers(abc.ABC):
    """The endpoints of one kind of flow. A kind says what its form is and what a submission does."""

    kind: ClassVar[str]
    expired_message_id: ClassVar[int]
    no_strategy: ClassVar[Text]
    has_error_page: ClassVar[bool] = True
    unknown_reason: ClassVar[str | None] = None
    link_gives_cookie: ClassVar[bool] = True
    looks_at_session_first: ClassVar[bool] = False

    def __init__(self, services: Services) -> None:
        self._services = services
        self._registry = services.registry
        self._store = services.registry.store
        self._manager = services.manager
        self._authentication = services.authentication
        self._csrf = services.csrf
        self._oauth2 = services.oauth2

    def routes(self) -> list[web.AbstractRouteDef]:
        path, csrf = f"/self-service/{self.kind}", self._csrf
        return [
            web.get(f"{path}/api", public(self._create_native)),
            web.get(f"{path}/browser", csrf.ensured(public(self._create_browser))),
            web.get(f"{path}/flows", csrf.ensured(public(self._get))),
            web.post(path, csrf.ensured(public(self._post))),
            web.get(path, csrf.ensured(public(self._post), on_read=self.link_gives_cookie), allow_head=False),
        ]

    @property
    def lifespan(self) -> timedelta:
        return self._registry.options.flow_lifespan

    @abc.abstractmethod
    def view(self, flow: Flow) -> dict[str, Any]:
        """Write a flow as JSON."""

    @abc.abstractmethod
    def build(self, request: web.Request, flow: Flow) -> None:
        """Fill in the form of a new flow."""

    @abc.abstractmethod
    async def submit(self, submission: Submission) -> web.StreamResponse:
        """Carry out a submission. Raises Rejected or Problem."""

    def session_of(self, request: web.Request) -> Session | None:
        """Return the session that counts for flows of this kind."""
        return self._authentication.find(request)

    def check_create(self, request: web.Request, session: Session | None) -> None:  # noqa: B027
        """Refuse to make a flow for this request. Raises Problem."""

    def check_session(self, request: web.Request, flow: Flow, session: Session | None) -> None:  # noqa: B027
        """Refuse access to a flow to this session. Raises Problem."""

    def turn_away(self, submission: Submission) -> web.StreamResponse | None:
        """Answer somebody for whom this flow is not, before anything else is looked at; None to go on."""
        return None

    def new_flow(self, request: web.Request, type: str, *, request_url: str | None = None, return_to: str = "") -> Flow:
        """Make and store a flow."""
        now = self._registry.clock.now()
        url = self._registry.url(request.raw_path) if request_url is None else request_url
        flow = Flow(
            kind=self.kind,
            type=type,
            issued_at=now,
            expires_at=now + self.lifespan,
            request_url=url,
            return_to=return_to,
            ui=Ui(action=""),
        )
        flow.ui.action = self._registry.url(f"/self-service/{self.kind}?flow={flow.id}")
        flow.csrf_token = "" if flow.is_native else self._csrf.form_token(request)
        self.build(request, flow)
        self._store.flows[flow.id] = flow
        return flow

    def offer_exchange(self, request: web.Request, flow: Flow) -> None:
        """Give a native flow the code for which its session can be fetched after a social sign-in, where wanted."""
        if request.query.get("return_session_token_exchange_code") == "true" and flow.is_native:
            flow.exchange_code = random_token(64)

    def csrf_node(self, request: web.Request, flow: Flow) -> dict[str, Any]:
        """Make the anti-CSRF field, which native flows have, too, but empty."""
        return csrf_node("" if flow.is_native else self._csrf.form_token(request))

    def ui_url(self, flow: Flow) -> str:
        """Return the page that shows a flow."""
        return self._registry.ui_url(f"{self.kind}?flow={flow.id}")

    def return_url(self, flow: Flow) -> str:
        """Return where a browser goes after the flow."""
        return flow.return_to or self._registry.ui_url("welcome")

    def lead_away(self, request: web.Request) -> web.StreamResponse:
        """Send a browser to where somebody who is logged in goes."""
        return see_other(request, self._registry.ui_url("welcome"), status=302)

    def answer(self, submission: Submission, *, status: int = 200) -> web.StreamResponse:
        """Answer with the flow as it is now: JSON, or the way back to its page."""
        flow = submission.flow
        if not flow.is_native and not flow.skips_csrf:
            flow.ui.set_csrf(self._csrf.form_token(submission.request))
        view = self.view(flow)
        flow.transient_payload, flow.continue_with = None, []
        if not submission.wants_json:
            return see_other(submission.request, self.ui_url(flow))
        return json_answer(view, status)

    def reject(self, submission: Submission, *messages: Text) -> Rejected:
        """Add messages to the form and make the exception to raise."""
        submission.flow.ui.messages += messages
        return Rejected()

    def rejected(self, submission: Submission) -> web.StreamResponse:
        """Answer a refused submission with the flow, which says why."""
        return self.answer(submission, status=400)

    def check_violations(self, submission: Submission, violation: SchemaViolation) -> Rejected:
        """Put what is wrong with the traits on their inputs and make the exception to raise."""
        for name, message in violation_errors(violation.violations):
            submission.flow.ui.add_error(name, message)
        return Rejected()

    def use_code(self, flow: Flow, secret: str, *, owner: str | None = None) -> OneTimeCode | None:
        """Use the code of a flow; None when it is wrong, or not the owner's. Raises CodeRefused."""
        attempts = self._registry.options.maximum_code_attempts
        if flow.code and flow.code.identity_id not in (None, *self._store.identities):
            flow.code = None  # it is deleted with its owner
        return flow.use_code(secret, self._registry.clock.now(), attempts, owner=owner)

    def try_code(self, submission: Submission, secret: str, *, owner: str | None = None) -> OneTimeCode | None:
        """Use the code of a flow; None when it is wrong, or not the owner's. Raises Rejected."""
        try:
            return self.use_code(submission.flow, secret, owner=owner)
        except CodeRefused as refusal:
            raise self.reject(submission, reason_error(str(refusal))) from None

    def checked_return_to(self, request: web.Request) -> str:
        """Return the wanted `return_to`. Raises Problem (400) when it is not allowed."""
        return checked_return_to(self._registry, request.query.get("return_to", ""))

    def _check_enabled(self) -> None:
        if self.kind in self._registry.options.disabled_flows:
            id = "self_service_flow_disabled" if self.kind == "registration" else None
            message = "registration flow disabled" if id else BAD_REQUEST
            reason = f"{self.kind.title()} is not allowed because it was disabled."
            raise bad_request(reason, message=message, id=id)

    async def _create_native(self, request: web.Request) -> web.StreamResponse:
        self._check_enabled()
        self.check_create(request, self.session_of(request))
        flow = self.new_flow(request, "api", return_to=self.checked_return_to(request))
        return json_answer(self.view(flow))

    async def _create_browser(self, request: web.Request) -> web.StreamResponse:
        try:
            self._check_enabled()
            if self.looks_at_session_first:
                self.check_create(request, self.session_of(request))
            return_to = self.checked_return_to(request)
            self.check_create(request, self.session_of(request))
            flow = self.new_flow(request, "browser", return_to=return_to)
        except Problem as problem:
            if wants_json(request) or not self.has_error_page:
                raise
            return self.page_problem(request, problem)
        if wants_json(request):
            return json_answer(self.view(flow))
        return see_other(request, self.ui_url(flow))

    def page_problem(self, request: web.Request, problem: Problem) -> web.StreamResponse:
        """Send a browser on after an error: to where it can be put right, else to the error page."""
        if problem.id == "session_already_available":
            return see_other(request, request.query.get("return_to") or self._registry.ui_url("welcome"))
        if target := problem.siblings.get("redirect_browser_to"):
            return see_other(request, target)
        return error_page(self._registry, request, problem)

    async def _get(self, request: web.Request) -> web.StreamResponse:
        self._check_enabled()
        flow = self._stored(request.query.get("id", ""))
        if not flow.is_native and not flow.skips_csrf:
            self._csrf.check_cookie(request, flow.csrf_token)
        self.check_session(request, flow, self.session_of(request))
        if flow.is_expired(self._registry.clock.now()):
            raise self.gone(flow)
        return json_answer(self.view(flow))

    async def _post(self, request: web.Request) -> web.StreamResponse:
        if not is_uuid(request.query.get("flow", "")):
            raise bad_request("The flow query parameter is missing or malformed.")
        flow = self._stored(request.query["flow"], self.unknown_reason)
        self._check_enabled()
        try:
            return await self._submit(request, flow)
        except Problem as problem:
            if flow.is_native or wants_json(request, is_submission=True):
                raise
            return self.page_problem(request, problem)

    async def _submit(self, request: web.Request, flow: Flow) -> web.StreamResponse:
        session = self.session_of(request)
        self.check_session(request, flow, session)
        if turned_away := self.turn_away(Submission(request, flow, {}, session)):
            return turned_away
        if flow.is_expired(self._registry.clock.now()):
            return self.replace_expired(Submission(request, flow, {}, session))
        if link := self.follow_link(request, flow):
            return link
        try:
            submission = Submission(request, flow, await self.read(request, flow, session), session)
        except FormFault as fault:
            submission = Submission(request, flow, {}, session)
            flow.ui.clear_messages()
            flow.ui.messages.append(reason_error(str(fault)))
            return self.answer(submission, status=400)
        try:
            if not flow.skips_csrf:
                self.check_form(submission)
            return await self.submit(submission)
        except Rejected:
            return self.rejected(submission)

    async def read(self, request: web.Request, flow: Flow, session: Session | None) -> Mapping[str, Any]:
        """Return the fields of a submission. Raises FormFault."""
        return await read_form(request)

    def check_form(self, submission: Submission) -> None:
        """Refuse a form that was not made for this browser or, made for an app, comes from one.

        Raises Problem (403) or Rejected.
        """
        if not submission.flow.is_native:
            self._csrf.check_form(submission.request, submission.fields.get("csrf_token"))
        elif fault := browser_fault(submission.request):
            submission.flow.ui.clear_messages()
            raise self.reject(submission, fault)

    def follow_link(self, request: web.Request, flow: Flow) -> web.StreamResponse | None:
        """Answer the link of an e-mail, where a kind has such; None for anything else."""
        return None

    def replace_expired(self, submission: Submission) -> web.StreamResponse:
        """Answer a submission that comes too late with a new flow. Raises Problem (410) to a client of the API."""
        flow = submission.flow
        fresh = self.replacement(submission, flow.type)
        if not submission.wants_json:
            return see_other(submission.request, self.ui_url(fresh))
        raise self.expired(flow, fresh)

    def lead_to(self, submission: Submission, fresh: Flow) -> web.StreamResponse:
        """Redirect to another flow: a client of the API to the flow itself, a browser to its page."""
        shown = self._registry.url(f"/self-service/{self.kind}/flows?id={fresh.id}")
        return see_other(submission.request, shown if submission.wants_json else self.ui_url(fresh))

    def replacement(self, submission: Submission, type: str) -> Flow:
        """Make the flow that takes the place of an expired one, and says so."""
        flow, now = submission.flow, self._registry.clock.now()
        fresh = self.new_flow(submission.request, type, request_url=flow.request_url, return_to=flow.return_to)
        fresh.ui.messages.append(expired_message(self.expired_message_id, flow, now))
        return fresh

    def expired(self, flow: Flow, fresh: Flow, *, details: Mapping[str, Any] | None = None) -> Problem:
        """Make the 410 that names a new flow."""
        since = self._registry.clock.now() - flow.expires_at
        return Problem(
            410,
            "self-service flow expired",
            reason=f"The self-service flow expired {since.total_seconds() / 60:.2f} minutes ago, initialize a new one.",
            id="self_service_flow_expired",
            details=details,
            siblings={
                "expired_at": timestamp(flow.expires_at),
                "since": int(since.total_seconds() * 1e9),
                "use_flow_id": fresh.id,
            },
        )

    def gone(self, flow: Flow) -> Problem:
        """Make the 410 of a flow that is only looked at."""
        has_id = self.kind in ("login", "registration")
        url = self._registry.url(f"/self-service/{self.kind}/{'api' if flow.is_native else 'browser'}")
        if flow.is_native:
            verb, endpoint, details = "Call", "API endpoint", {"api": url}
        else:
            verb, endpoint = "Redirect the user to", "endpoint"
            query = f"?return_to={quote(flow.return_to, safe='')}" if flow.return_to else ""
            details = {"redirect_to": url + query, "return_to": flow.return_to}
        return Problem(
            410,
            _EXPIRED,
            reason=f"The {self.kind} flow has expired. {verb} the {self.kind} flow init {endpoint} to initialize a new "
            f"{self.kind} flow.",
            id="self_service_flow_expired" if has_id else None,
            details=details,
        )

    def _stored(self, flow_id: str, reason: str | None = None) -> Flow:
        flow = self._store.flows.get(flow_id.lower())
        if not isinstance(flow, Flow) or flow.kind != self.kind:
            raise not_found(reason)
        if flow.identity_id and flow.identity_id not in self._store.identities:  # it is deleted with its owner
            raise not_found(reason)
        return flow


def browser_fault(request: web.Request) -> Text | None:
    """Say which header shows that a browser has sent the request; None for an app."""
    cookies = [name for name in request.cookies if not name.startswith(_CLOUDFLARE)]
    if not (cookies or "Origin" in request.headers):
        return None
    header = "Origin" if "Origin" in request.headers else "Cookie"
    sender = "as part of an AJAX request in a Browser" if header == "Origin" else "by a Browser"
    return reason_error(
        f'The HTTP Request Header included the "{header}" key, indicating that this request was made {sender}. The flow '
        "however was initiated as an API request. To prevent potential misuse and mitigate several attack vectors "
        "including CSRF, the request has been blocked. Please consult the documentation."
    )


def see_other(request: web.Request, url: str, *, status: int = 303) -> web.Response:
    """Redirect; a GET gets the small page that Go writes, a submission no body."""
    if request.method != "GET":
        return web.Response(status=status, headers={"Location": url})
    body = f'<a href="{escape(url)}">{HTTPStatus(status).phrase}</a>.\n\n'
    return web.Response(status=status, headers={"Location": url}, text=body, content_type="text/html")


def location_change(target: str) -> Problem:
    """Make the 422 that asks a client of the API to send its browser elsewhere."""
    return Problem(
        422,
        "browser location change required",
        reason=f"In order to complete this flow please redirect the browser to: {target}",
        id="browser_location_change_required",
        siblings={"redirect_browser_to": target},
    )


def error_page(registry: Registry, request: web.Request, problem: Problem) -> web.Response:
    """Send a browser to the error page, which can fetch the error by its id."""
    flow_error = FlowError(error=problem.content(), created_at=registry.clock.now())
    registry.store.errors[flow_error.id] = flow_error
    return see_other(request, registry.ui_url(f"error?id={flow_error.id}"))


def checked_return_to(registry: Registry, url: str) -> str:
    """Return a URL a browser may be sent to. Raises Problem (400) when it is not allowed."""
    allowed = (registry.options.ui_url, registry.base_url(), *registry.options.allowed_return_urls)
    is_known = _is_local_path(url) or any(_is_below(url, start.rstrip("/")) for start in allowed)
    if url and not (is_known and url.isprintable()):
        reason = f'Requested return_to URL "{url}" is not allowed.'
        raise Problem(400, BAD_REQUEST, reason=reason, id="self_service_flow_return_to_forbidden")
    return url


def _is_below(url: str, start: str) -> bool:
    return url == start or url.startswith((f"{start}/", f"{start}?", f"{start}#"))


def _is_local_path(url: str) -> bool:
    return url.startswith("/") and not url.startswith("//")
