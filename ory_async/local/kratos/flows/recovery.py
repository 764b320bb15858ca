from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from ...answers import BAD_REQUEST, NO_ROW, Problem, bad_request, json_answer
from ...bodies import check_fields, is_uuid, read_json, uuid_fault
from ...clock import timestamp
from ...ids import random_token
from ..cookies import set_session_cookie
from ..flow import CodeRefused, Flow, OneTimeCode
from ..http import admin
from ..schemas import normalized
from ..state import Identity, Session
from ..ui import (
    CONTINUE,
    DISABLED,
    EMAIL,
    Node,
    Text,
    code_node,
    error,
    field_node,
    missing,
    reason_error,
    resend_node,
    submit_node,
    text,
)
from .base import (
    FlowHandlers,
    Rejected,
    Services,
    Submission,
    browser_fault,
    checked_return_to,
    location_change,
    see_other,
)
from .settings import SettingsFlows, recovered_message

_SENT_CODE = text(
    1060003,
    "An email containing a recovery code has been sent to the email address you provided. If you have not received an "
    "email, check the spelling of the address and make sure to use the address you registered with.",
)
_SENT_LINK = text(
    1060002,
    "An email containing a recovery link has been sent to the email address you provided. If you have not received an "
    "email, check the spelling of the address and make sure to use the address you registered with.",
)
_WRONG_CODE = error(4060006, "The recovery code is invalid or has already been used. Please try again.")
_WRONG_LINK = error(4060004, "The recovery token is invalid or has already been used. Please retry the flow.")
_DISABLED = "This account was disabled."
_LOGGED_IN = "A valid session was detected and thus recovery is not possible."
FINISHED = error(4060001, "The request was already completed successfully and can not be retried.")
_CODE_LABEL = text(1070010, "Recovery code")
_ADMIN_FIELDS = {"identity_id": "string", "expires_in": "string", "flow_type": "string"}
_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}


class RecoveryFlows(FlowHandlers):
    """Recovery by code or link, started by the owner or by an administrator."""

    kind = "recovery"
    looks_at_session_first = True
    expired_message_id = 4060005
    no_strategy = error(
        4010005, "Could not find a strategy to recover your account with. Did you fill out the form correctly?"
    )

    link_gives_cookie = False
    unknown_reason = "The recovery request could not be found. Please restart the flow."

    def __init__(self, services: Services, settings: SettingsFlows) -> None:
        super().__init__(services)
        self._settings = settings

    def routes(self) -> list[web.AbstractRouteDef]:
        return [
            *super().routes(),
            web.post("/admin/recovery/code", admin(self._admin_code)),
            web.post("/admin/recovery/link", admin(self._admin_link)),
        ]

    def view(self, flow: Flow) -> dict[str, Any]:
        return flow.head() | {"state": flow.state} | flow.tail()

    def session_of(self, request: web.Request) -> Session | None:
        return self._authentication.find_any(request)

    def check_create(self, request: web.Request, session: Session | None) -> None:
        if session is not None:
            raise bad_request(_LOGGED_IN, id="session_already_available")

    def page_problem(self, request: web.Request, problem: Problem) -> web.StreamResponse:
        if problem.id == "session_already_available":
            return self.lead_away(request)
        return super().page_problem(request, problem)

    def build(self, request: web.Request, flow: Flow) -> None:
        method = self._registry.options.recovery_method
        flow.active = method
        flow.ui.nodes = [
            self.csrf_node(request, flow),
            field_node(method, "email", "email", label=EMAIL, required=True),
            submit_node(method, method, CONTINUE),
        ]

    def check_form(self, submission: Submission) -> None:
        if submission.flow.active != "code":  # then `submit` checks who asks for a link
            return
        if submission.flow.is_native and (fault := browser_fault(submission.request)):
            raise self.restart(submission, fault)
        try:
            super().check_form(submission)
        except Problem:
            self._csrf.rotate()
            raise

    async def submit(self, submission: Submission) -> web.StreamResponse:
        flow, request = submission.flow, submission.request
        method, email = submission.method, submission.text("email")
        if flow.state != "choose_method" and flow.active == "code" and not email:
            return self.check_code(submission, submission.text("code"))  # whatever the method, or the code
        if submission.session:
            return self._turn_member_away(submission)
        is_known = method == "link" or (method == "code" and flow.active == "code")
        if is_known and flow.state == "passed_challenge":
            if method == "link":
                fresh = self._fresh(submission, FINISHED)
                return self.lead_to(submission, fresh) if flow.is_native else see_other(request, self.ui_url(fresh))
            raise self.restart(submission, FINISHED)
        if is_known and email:
            super().check_form(submission)
        flow.ui.clear_messages()
        flow.active = method if is_known else "default"
        if not is_known:
            raise self.reject(submission, self.no_strategy)
        if not email:
            flow.ui.add_error("email", missing("email"))
            raise Rejected
        flow.transient_payload = submission.payload()
        flow.state = "sent_email"
        if method == "link":
            self._send_link(submission, email)
        else:
            self._send_code(submission, email)
        return self.answer(submission)

    def _turn_member_away(self, submission: Submission) -> web.StreamResponse:
        if submission.wants_json:
            raise bad_request(_LOGGED_IN, id="session_already_available")
        return self.lead_away(submission.request)

    def follow_link(self, request: web.Request, flow: Flow) -> web.StreamResponse | None:
        if "token" not in request.query:
            return None
        code, now = flow.code, self._registry.clock.now()
        if code is None or code.secret != request.query["token"] or now >= code.expires_at:
            fresh = self.new_flow(request, "browser", return_to=flow.return_to)
            fresh.ui.messages.append(_WRONG_LINK)
            return see_other(request, self.ui_url(fresh))
        flow.code = None
        identity = self._recovered(flow, code)
        session = self._authentication.begin(request, identity, "link_recovery")
        self._csrf.rotate()
        settings = self._open_settings(request, flow, identity, session, "browser")
        response = see_other(request, self._settings.ui_url(settings))
        set_session_cookie(self._registry, response, session)
        return response

    def gone(self, flow: Flow) -> Problem:
        if not flow.is_native:
            return super().gone(flow)
        problem = self.expired(flow, flow, details={"api": self._registry.url("/self-service/recovery/api")})
        problem.siblings = {}
        return problem

    def replace_expired(self, submission: Submission) -> web.StreamResponse:
        flow = submission.flow
        fresh = self.replacement(submission, flow.type)
        self._csrf.withhold()
        if flow.is_native:
            raise self.expired(flow, fresh, details={"continue_with": [_show_recovery(fresh)]})
        return self.lead_to(submission, fresh)

    def send_code(self, flow: Flow, address: str) -> None:
        """Send a code to an address, if it is one to recover with."""
        channel = "email" if "@" in address else "sms"
        identity = self._store.find(f"recovery:{channel}", address)
        expires_at = self._registry.clock.now() + self._registry.options.code_lifespan
        secret = flow.send_code(address, expires_at, identity.id if identity else None)
        if identity:
            self._registry.courier.send("recovery_code_valid", address, secret=secret, channel=channel)

    def _send_code(self, submission: Submission, email: str) -> None:
        flow = submission.flow
        self.send_code(flow, normalized(email))
        flow.ui.nodes = [
            self.csrf_node(submission.request, flow),
            recovery_code_node(),
            field_node("code", "method", "hidden", value="code"),
            submit_node("code", "code", CONTINUE),
            resend_node("email", email),
        ]
        flow.ui.messages.append(_SENT_CODE)

    def _send_link(self, submission: Submission, email: str) -> None:
        flow, address = submission.flow, normalized(email)
        identity = self._store.find("recovery:email", address)
        if identity:
            expires_at = self._registry.clock.now() + self._registry.options.code_lifespan
            link = self._new_link(flow, address, expires_at, identity)
            self._registry.courier.send("recovery_valid", address, secret=link)
        names = ("csrf_token", "email")
        others = [node for node in flow.ui.nodes or () if node["attributes"]["name"] not in names]
        shown = field_node("link", "email", "email", label=EMAIL, value=email, required=True)
        flow.ui.nodes = [self.csrf_node(submission.request, flow), *others, shown]
        flow.ui.messages.append(_SENT_LINK)

    def _new_link(self, flow: Flow, address: str, expires_at: datetime, identity: Identity) -> str:
        token = random_token()
        flow.code = OneTimeCode(secret=token, address=address, expires_at=expires_at, identity_id=identity.id)
        return self._registry.url(f"/self-service/recovery?flow={flow.id}&token={token}")

    def check_code(self, submission: Submission, code: str) -> web.StreamResponse:
        """Sign the owner in who sends the code, and open the settings. Raises Problem."""
        flow, request = submission.flow, submission.request
        try:
            used = self.use_code(flow, code)
        except CodeRefused as refusal:
            raise self.restart(submission, reason_error(str(refusal))) from None
        flow.ui.clear_messages()
        if flow.state != "recovery_awaiting_code":
            flow.transient_payload = submission.payload()
        if used is None or used.identity_id not in self._store.identities:
            flow.ui.messages.append(_WRONG_CODE)
            return self.answer(submission)
        identity = self._recovered(flow, used)
        if not flow.is_native:
            self._csrf.rotate()
            flow.csrf_token = self._csrf.form_token(request)
            flow.ui.set_csrf(flow.csrf_token)
        if identity.state != "active":
            raise self._disabled(submission, identity.id)
        session = self._authentication.begin(request, identity, "code_recovery")
        settings = self._open_settings(request, flow, identity, session, flow.type)
        url = self._settings.ui_url(settings)
        flow.continue_with = [{"action": "show_settings_ui", "flow": {"id": settings.id, "url": url}}]
        if flow.is_native:
            flow.continue_with.insert(0, {"action": "set_ory_session_token", "ory_session_token": session.token})
            return self.answer(submission)
        if not submission.wants_json:
            response: web.StreamResponse = see_other(request, url)
        elif self._registry.options.continue_with_transitions:
            response = self.answer(submission)
        else:
            response = location_change(url).answer()
        set_session_cookie(self._registry, response, session)
        return response

    def _recovered(self, flow: Flow, code: OneTimeCode) -> Identity:
        """End a flow; return whose code or link it was, the address being verified by it."""
        identity = self._store.identities[code.identity_id or ""]
        flow.state, flow.identity_id = "passed_challenge", identity.id
        return self._manager.mark_verified(identity, code.address) if code.address else identity

    def _open_settings(self, request: web.Request, flow: Flow, identity: Identity, session: Session, type: str) -> Flow:
        request_url = self._registry.url(f"/self-service/recovery?flow={flow.id}")
        settings = self._settings.new_flow(request, type, request_url=request_url, return_to=flow.return_to)
        self._settings.prepare(request, settings, identity)
        lifespan = self._registry.options.privileged_session_max_age
        settings.ui.messages.append(recovered_message(session, lifespan))
        return settings

    def restart(self, submission: Submission, message: Text) -> Problem:
        """Make the error that leads to a new flow."""
        fresh = self._fresh(submission, message)
        going_on = _show_recovery(fresh)
        siblings = {} if submission.wants_json else {"redirect_browser_to": self.ui_url(fresh)}
        return Problem(
            400, BAD_REQUEST, reason=message["text"], details={"continue_with": [going_on]}, siblings=siblings
        )

    def _fresh(self, submission: Submission, message: Text) -> Flow:
        self._csrf.rotate()
        fresh = self.new_flow(submission.request, submission.flow.type, return_to=submission.flow.return_to)
        fresh.ui.messages.append(message)
        return fresh

    def _disabled(self, submission: Submission, identity_id: str) -> Problem:
        """Make the error of a code that is right, but of a disabled account."""
        problem = self.restart(submission, DISABLED)
        problem.message, problem.id, problem.reason = "identity is disabled", "identity_disabled", _DISABLED
        problem.details = {**(problem.details or {}), "identity_id": identity_id}
        return problem

    async def _admin_code(self, request: web.Request) -> web.StreamResponse:
        body = await _admin_body(request)
        flow_type = body.get("flow_type") or "browser"
        if flow_type not in ("api", "browser"):
            raise bad_request(f'Value from "flow_type" is not valid: "{flow_type}"')
        lifespan = self._lifespan_of(body)
        identity = self._store.identities.get(body.get("identity_id") or "")
        if identity is None:
            raise Problem(404, NO_ROW, reason="could not find identity")
        flow = self._admin_flow(request, flow_type, lifespan)
        flow.skips_csrf = True
        flow.active, flow.state = "code", "sent_email"
        flow.ui.nodes = [recovery_code_node(), submit_node("code", "code", CONTINUE)]
        code = flow.send_code("", flow.expires_at, identity.id)
        answer = {
            "recovery_link": self.ui_url(flow),
            "recovery_code": code,
            "expires_at": timestamp(flow.expires_at),
        }
        return json_answer(answer, 201)

    async def _admin_link(self, request: web.Request) -> web.StreamResponse:
        body = await _admin_body(request)
        return_to = checked_return_to(self._registry, request.query.get("return_to", ""))
        lifespan = self._lifespan_of(body)
        identity = self._store.identities.get(body.get("identity_id") or "")
        if identity is None:
            raise bad_request("The requested identity id does not exist.")
        flow = self._admin_flow(request, "browser", lifespan)
        flow.return_to, flow.active = return_to, "link"
        link = self._new_link(flow, "", flow.expires_at, identity)
        return json_answer({"recovery_link": link, "expires_at": timestamp(flow.expires_at)})

    def _admin_flow(self, request: web.Request, type: str, lifespan: timedelta) -> Flow:
        flow = self.new_flow(request, type, request_url=self._registry.url(request.path))
        flow.expires_at = flow.issued_at + lifespan
        return flow

    def _lifespan_of(self, body: dict[str, Any]) -> timedelta:
        text = body.get("expires_in")
        if not text:
            return self._registry.options.code_lifespan
        duration = _duration(text)
        if duration is None:
            hint = '(e.g. "1h", "1m30s", "500ms")'
            raise bad_request(f'Unable to parse "expires_in" as a duration string {hint}: {text}')
        if duration <= timedelta():
            raise bad_request(f'Value from "expires_in" must result to a future time: {_written(duration)}')
        return duration


def recovery_code_node() -> Node:
    """Make the input of the code."""
    return code_node(_CODE_LABEL, pattern="[0-9]+", maxlength=6)


def _show_recovery(flow: Flow) -> dict[str, Any]:
    return {"action": "show_recovery_ui", "flow": {"id": flow.id}}


async def _admin_body(request: web.Request) -> dict[str, Any]:
    try:
        body = check_fields(await read_json(request), _ADMIN_FIELDS, "createRecoveryCodeForIdentityBody")
        if body.get("identity_id") and not is_uuid(body["identity_id"]):
            raise ValueError(uuid_fault(body["identity_id"]))
    except ValueError as fault:
        raise bad_request(f"Unable to decode JSON payload: {fault}") from None
    return body


def _written(duration: timedelta) -> str:
    """Write a duration as Go does."""
    minutes, seconds = divmod(abs(duration.total_seconds()), 60)
    hours, minutes = divmod(int(minutes), 60)
    parts = [f"{hours}h" if hours else "", f"{minutes}m" if hours or minutes else "", f"{seconds:g}s"]
    return ("-" if duration < timedelta() else "") + "".join(parts)


def _duration(text: Any) -> timedelta | None:
    """Read a duration as Go writes it, such as 1h30m or -5s; None when it is none."""
    if not isinstance(text, str) or not re.fullmatch(r"[+-]?(\d+(\.\d+)?(h|ms|m|us|µs|ns|s))+", text):
        return None
    parts = re.findall(r"(\d+(?:\.\d+)?)(h|ms|m|us|µs|ns|s)", text)
    seconds = sum(float(number) * _UNITS[unit] for number, unit in parts)
    return timedelta(seconds=-seconds if text.startswith("-") else seconds)
