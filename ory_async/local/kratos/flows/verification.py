from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from aiohttp import web

from ...answers import Problem
from ...ids import random_token
from ..cookies import set_session_cookie
from ..flow import CodeRefused, Flow, OneTimeCode
from ..schemas import normalized
from ..state import Address, Identity, Session
from ..ui import (
    CONTINUE,
    EMAIL,
    Node,
    Text,
    Ui,
    code_node,
    error,
    field_node,
    link_node,
    missing,
    reason_error,
    resend_node,
    submit_node,
    text,
)
from .base import FlowHandlers, Rejected, Services, Submission, see_other

_SENT_EMAIL = text(
    1080003,
    "An email containing a verification code has been sent to the email address you provided. If you have not received "
    "an email, check the spelling of the address and make sure to use the address you registered with.",
)
_SENT_SMS = text(
    1080004,
    "A text message containing a verification code has been sent to the phone number you provided. If you have not "
    "received a text message, check the spelling of the number and make sure to use the number you registered with.",
)
_VERIFIED = text(1080002, "You successfully verified your email address.", "success")
_VERIFIED_PHONE = text(1080005, "You successfully verified your phone number.", "success")
_SENT_LINK = text(
    1080001,
    "An email containing a verification link has been sent to the email address you provided. If you have not received "
    "an email, check the spelling of the address and make sure to use the address you registered with.",
)
_EMAIL_OR_PHONE = text(1070018, "Email or phone number")
_WRONG_LINK = error(4070001, "The verification token is invalid or has already been used. Please retry the flow.")
_PASSED_BEFORE = error(4070002, "The request was already completed successfully and can not be retried.")
_WRONG_CODE = error(4070006, "The verification code is invalid or has already been used. Please try again.")
_UNKNOWN_METHOD = reason_error('value must be one of "code", "link"')


class VerificationFlows(FlowHandlers):
    """Verification of an address by a code or a link."""

    kind = "verification"
    has_error_page = False
    unknown_reason = "The verification request could not be found. Please restart the flow."
    expired_message_id = 4070005
    no_strategy = error(
        4010006, "Could not find a strategy to verify your account with. Did you fill out the form correctly?"
    )

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self._method = services.registry.options.verification_method

    def view(self, flow: Flow) -> dict[str, Any]:
        return flow.head() | {"state": flow.state} | flow.tail()

    def build(self, request: web.Request, flow: Flow) -> None:
        flow.active = self._method
        nodes = [self._address_node(), submit_node(self._method, self._method, CONTINUE)]
        flow.ui.nodes = nodes if flow.is_native else [self.csrf_node(request, flow), *nodes]

    def _address_node(self, value: str | None = None) -> Node:
        """Make the input of the address, which may be a number where the schemas know such."""
        type, label = ("text", _EMAIL_OR_PHONE) if self._registry.schemas.have_phones else ("email", EMAIL)
        return field_node(self._method, "email", type, label=label, value=value, required=True)

    def begin_for(
        self, request: web.Request, identity: Identity, after: Flow, session: Session | None = None
    ) -> list[dict[str, Any]]:
        """Send codes to the new addresses of an identity; return the `continue_with` entries that say so.

        Where the flow before was to log in to an OAuth 2.0 client, the verification ends there, with this session.
        """
        options = self._registry.options
        if not options.verifies_new_addresses or self.kind in options.disabled_flows:
            return []
        begun = [
            (self.begin(request, address, after), address)
            for address in identity.verifiable_addresses
            if address.status == "pending"
        ]
        for flow, _ in begun if session and after.login_challenge else ():
            flow.pending["login"] = (after.login_challenge, session)
        return [self._continue_with(flow, address) for flow, address in begun]

    def begin(self, request: web.Request, address: Address, after: Flow) -> Flow:
        """Make a flow that has sent its code already; it leads where the flow before was to lead."""
        parts = urlsplit(after.request_url)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        if own := query.pop("after_verification_return_to", ""):
            query["return_to"] = own
        url = parts._replace(query=urlencode(sorted(query.items()))).geturl()
        flow = self.new_flow(request, after.type, request_url=url, return_to=query.get("return_to", ""))
        self._send(request, flow, address.value)
        return flow

    def _continue_with(self, flow: Flow, address: Address) -> dict[str, Any]:
        url = {} if flow.is_native else {"url": self.ui_url(flow)}
        return {"action": "show_verification_ui", "flow": {"id": flow.id, "verifiable_address": address.value, **url}}

    def check_form(self, submission: Submission) -> None:
        """Let everything pass but a wish for a code, which `submit` checks: the form may have come by e-mail."""

    async def submit(self, submission: Submission) -> web.StreamResponse:
        flow, code, email = submission.flow, submission.text("code"), submission.text("email")
        if flow.active == "default":  # it has met a method that is not its own, and stays so
            raise self.reject(submission, self.no_strategy)
        if submission.method not in ("", "code", "link"):
            flow.ui.add_error("method", _UNKNOWN_METHOD)
            raise Rejected
        if (submission.method or (code and "code")) != self._method:
            flow.active = "default"
            self._ask_for_email(flow, email)
            raise self.reject(submission, self.no_strategy)
        if flow.state == "passed_challenge":
            raise self._replaced(submission, "An error occured, please use the new flow.", _PASSED_BEFORE)
        if code:
            return self._check_code(submission, code)
        if not email:
            self._ask_for_email(flow, "")
            flow.ui.add_error("email", missing("email"))
            raise Rejected
        super().check_form(submission)
        self._send(submission.request, flow, email)
        return self.answer(submission)

    def follow_link(self, request: web.Request, flow: Flow) -> web.StreamResponse | None:
        if request.method != "GET":
            return None
        if "token" in request.query:
            return self._follow_token(request, flow)
        if "code" not in request.query:
            return None
        flow.csrf_token = self._csrf.form_token(request)  # whoever opens the link goes on with the flow
        return see_other(request, self.ui_url(flow))

    def _follow_token(self, request: web.Request, flow: Flow) -> web.StreamResponse:
        """Verify the address of a link, and show so on the page of its flow."""
        code, now = flow.code, self._registry.clock.now()
        if code is None or code.secret != request.query["token"] or now >= code.expires_at:
            fresh = self.new_flow(request, "browser", return_to=flow.return_to)
            fresh.ui.messages.append(_WRONG_LINK)
            return see_other(request, self.ui_url(fresh))
        flow.code = None
        self._pass(request, flow, code)
        return see_other(request, self.ui_url(flow))

    def replace_expired(self, submission: Submission) -> web.StreamResponse:
        self._csrf.rotate()
        fresh = self.replacement(submission, "browser")
        return self.lead_to(submission, fresh)

    def _ask_for_email(self, flow: Flow, email: str) -> None:
        """Show the input of the address, also where the button to send the code again stands."""
        others = [node for node in flow.ui.nodes or () if node["attributes"].get("name") != "email"]
        before = flow.ui.find("email")
        kept = before["attributes"].get("value", "") if before else ""
        flow.ui.nodes = [*others, self._address_node(email or kept)]
        if flow.is_native:
            flow.ui.set_csrf("")

    def _send(self, request: web.Request, flow: Flow, email: str) -> None:
        address = normalized(email)
        channel = "email" if "@" in address else "sms"
        identity = self._store.find(f"verifiable:{channel}", address)
        expires_at = self._registry.clock.now() + self._registry.options.code_lifespan
        flow.state = "sent_email"
        if identity:
            for verifiable in identity.verifiable_addresses:
                if verifiable.value == address and not verifiable.verified:
                    verifiable.status = "sent"
        if self._method == "link":
            self._send_link(request, flow, address, expires_at, identity)
            return
        secret = flow.send_code(address, expires_at, identity.id if identity else None)
        if identity:
            link = self._registry.url(f"/self-service/verification?{urlencode({'code': secret, 'flow': flow.id})}")
            self._registry.courier.send("verification_code_valid", address, secret=secret, link=link, channel=channel)
        nodes = [
            field_node("code", "method", "hidden", value="code"),
            code_node(text(1070011, "Verification code")),
            submit_node("code", "code", CONTINUE),
            resend_node("email", email),
        ]
        flow.ui.nodes = nodes if flow.is_native else [self.csrf_node(request, flow), *nodes]
        flow.ui.messages = [_SENT_EMAIL if "@" in address else _SENT_SMS]

    def _send_link(
        self, request: web.Request, flow: Flow, address: str, expires_at: datetime, identity: Identity | None
    ) -> None:
        if identity:
            token = random_token()
            flow.code = OneTimeCode(secret=token, address=address, expires_at=expires_at, identity_id=identity.id)
            link = self._registry.url(f"/self-service/verification?{urlencode({'flow': flow.id, 'token': token})}")
            self._registry.courier.send("verification_valid", address, secret=link)
        nodes = [self._address_node(address), submit_node("link", "link", CONTINUE)]
        flow.ui.nodes = nodes if flow.is_native else [self.csrf_node(request, flow), *nodes]
        flow.ui.messages = [_SENT_LINK]

    def _check_code(self, submission: Submission, code: str) -> web.StreamResponse:
        flow = submission.flow
        try:
            used = self.use_code(flow, code)
        except CodeRefused as refusal:
            message = reason_error(str(refusal))
            raise self._replaced(submission, "An error occured, please retry the flow.", message) from None
        if used is None or used.identity_id not in self._store.identities:
            flow.transient_payload = submission.payload()
            flow.ui.messages = [_WRONG_CODE]
            return self.answer(submission)
        self._pass(submission.request, flow, used)
        response = self.answer(submission)
        if "login" in flow.pending:
            set_session_cookie(self._registry, response, flow.pending["login"][1])
        return response

    def _pass(self, request: web.Request, flow: Flow, used: OneTimeCode) -> None:
        self._manager.mark_verified(self._store.identities[used.identity_id or ""], used.address)
        target = self.return_url(flow)
        link = self._oauth2.accept(*flow.pending["login"]) if "login" in flow.pending else target
        if not flow.is_native:
            flow.csrf_token = self._csrf.form_token(request)
        flow.state = "passed_challenge"
        nodes = [self.csrf_node(request, flow), link_node(self._method, "continue", link, CONTINUE)]
        message = _VERIFIED if "@" in used.address else _VERIFIED_PHONE
        flow.ui = Ui(action=target, method="GET", nodes=nodes, messages=[message])

    def _replaced(self, submission: Submission, reason: str, message: Text) -> Problem:
        self._csrf.rotate()
        fresh = self.new_flow(submission.request, submission.flow.type)
        fresh.ui.messages.append(message)
        target = {} if submission.wants_json else {"redirect_browser_to": self.ui_url(fresh)}
        return Problem(
            410,
            "self-service flow replaced",
            reason=reason,
            id="self_service_flow_replaced",
            siblings={"use_flow_id": fresh.id} | target,
        )
