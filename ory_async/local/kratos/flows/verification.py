from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from ...answers import Problem
from ..flow import Flow, TooManyAttempts
from ..schemas import normalized
from ..state import Identity
from ..ui import (
    CONTINUE,
    EMAIL,
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
from .base import TOO_OFTEN, FlowHandlers, Rejected, Submission, see_other

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
_PASSED_BEFORE = error(4070002, "The request was already completed successfully and can not be retried.")
_WRONG_CODE = error(4070006, "The verification code is invalid or has already been used. Please try again.")


class VerificationFlows(FlowHandlers):
    """Verification of an address by a code."""

    kind = "verification"
    has_error_page = False
    unknown_reason = "The verification request could not be found. Please restart the flow."
    expired_message_id = 4070005
    no_strategy = error(
        4010006, "Could not find a strategy to verify your account with. Did you fill out the form correctly?"
    )

    def view(self, flow: Flow) -> dict[str, Any]:
        return flow.head() | {"state": flow.state} | flow.tail()

    def build(self, request: web.Request, flow: Flow) -> None:
        flow.active = "code"
        nodes = [
            field_node("code", "email", "email", label=EMAIL, required=True),
            submit_node("code", "code", CONTINUE),
        ]
        flow.ui.nodes = nodes if flow.is_native else [self.csrf_node(request, flow), *nodes]

    def begin_for(self, request: web.Request, identity: Identity, *, native: bool) -> list[dict[str, Any]]:
        """Send codes to the new addresses of an identity; return the `continue_with` entries that say so."""
        if not self._registry.options.verifies_new_addresses:
            return []
        return [
            self._begin(request, address.value, native=native)
            for address in identity.verifiable_addresses
            if address.status == "pending"
        ]

    def _begin(self, request: web.Request, address: str, *, native: bool) -> dict[str, Any]:
        flow = self.new_flow(request, "api" if native else "browser")
        self._send_code(request, flow, address)
        url = {} if native else {"url": self.ui_url(flow)}
        return {"action": "show_verification_ui", "flow": {"id": flow.id, "verifiable_address": address, **url}}

    async def submit(self, submission: Submission) -> web.StreamResponse:
        flow = submission.flow
        flow.ui.clear_node_messages()
        if submission.method != "code" and not submission.text("code"):
            flow.active = "default"
            self._ask_for_email(flow, submission.text("email"))
            raise self.reject(submission, self.no_strategy)
        flow.active = "code"
        code = submission.text("code")
        if flow.state == "passed_challenge":
            raise self._replaced(submission, "An error occured, please use the new flow.", _PASSED_BEFORE)
        if code and flow.state == "sent_email":
            return self._check_code(submission, code)
        email = submission.text("email")
        if not email:
            self._ask_for_email(flow, "")
            flow.ui.add_error("email", missing("email"))
            raise Rejected
        self._send_code(submission.request, flow, email)
        return self.answer(submission)

    def follow_link(self, request: web.Request, flow: Flow) -> web.StreamResponse | None:
        if request.method != "GET" or "code" not in request.query:
            return None
        return see_other(request, self.ui_url(flow))

    def replace_expired(self, submission: Submission) -> web.StreamResponse:
        fresh = self.replacement(submission, "browser")
        shown = self._registry.url(f"/self-service/{self.kind}/flows?id={fresh.id}")
        return see_other(submission.request, shown if submission.wants_json else self.ui_url(fresh))

    def _ask_for_email(self, flow: Flow, email: str) -> None:
        """Show the input of the address, also where the button to send the code again stands."""
        others = [node for node in flow.ui.nodes or () if node["attributes"].get("name") != "email"]
        flow.ui.nodes = [*others, field_node("code", "email", "email", label=EMAIL, value=email, required=True)]

    def _send_code(self, request: web.Request, flow: Flow, email: str) -> None:
        address = normalized(email)
        identity = self._store.find("verifiable:email", address)
        expires_at = self._registry.clock.now() + self._registry.options.code_lifespan
        secret = flow.send_code(address, expires_at, identity.id if identity else None)
        if identity:
            link = self._registry.url(f"/self-service/verification?{urlencode({'code': secret, 'flow': flow.id})}")
            self._registry.courier.send("verification_code_valid", address, secret=secret, link=link)
            for verifiable in identity.verifiable_addresses:
                if verifiable.value == address and not verifiable.verified:
                    verifiable.status = "sent"
        flow.state = "sent_email"
        nodes = [
            field_node("code", "method", "hidden", value="code"),
            code_node(text(1070011, "Verification code")),
            submit_node("code", "code", CONTINUE),
            resend_node("email", email),
        ]
        flow.ui.nodes = nodes if flow.is_native else [self.csrf_node(request, flow), *nodes]
        flow.ui.messages = [_SENT_EMAIL if "@" in address else _SENT_SMS]

    def _check_code(self, submission: Submission, code: str) -> web.StreamResponse:
        flow = submission.flow
        try:
            used = flow.use_code(code, self._registry.clock.now())
        except TooManyAttempts:
            too_often = reason_error(TOO_OFTEN)
            raise self._replaced(submission, "An error occured, please retry the flow.", too_often) from None
        identity = self._store.identities.get(used.identity_id) if used and used.identity_id else None
        if used is None or identity is None:
            flow.transient_payload = submission.payload()
            flow.ui.messages = [_WRONG_CODE]
            return self.answer(submission)
        self._manager.mark_verified(identity, "email", used.address)
        target = self.return_url(flow)
        flow.state = "passed_challenge"
        nodes = [self.csrf_node(submission.request, flow), link_node("code", "continue", target, CONTINUE)]
        flow.ui = Ui(action=target, method="GET", nodes=nodes, messages=[_VERIFIED])
        return self.answer(submission)

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
