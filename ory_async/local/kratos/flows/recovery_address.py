from __future__ import annotations

import base64
import hashlib

from aiohttp import web

from ..flow import Flow
from ..schemas import normalized
from ..ui import CONTINUE, EMAIL, Text, field_node, missing, reason_error, resend_node, submit_node, text
from .base import Rejected, Submission
from .recovery import FINISHED, RecoveryFlows, recovery_code_node

_ADDRESS = text(1070016, "Recovery address")
_PHONE = text(1070017, "Phone number")
_CHOOSE = text(1060006, "How do you want to recover your account?")
_CONFIRM = text(1060005, "Recover access to your account by providing your recovery address in full.")
_BACK = text(1060007, "Back")


class AddressRecoveryFlows(RecoveryFlows):
    """Recovery where the owner of several addresses chooses one, which is shown masked and has to be known in full."""

    def build(self, request: web.Request, flow: Flow) -> None:
        flow.active, flow.state = "code", "recovery_awaiting_address"
        flow.ui.nodes = [
            self.csrf_node(request, flow),
            field_node("code", "recovery_address", label=_ADDRESS, required=True),
            submit_node("code", "code", CONTINUE),
        ]

    async def submit(self, submission: Submission) -> web.StreamResponse:
        flow, code = submission.flow, submission.text("code")
        flow.ui.clear_messages()
        if flow.state == "passed_challenge":
            raise self.restart(submission, FINISHED)
        if flow.state == "sent_email":  # an administrator's code
            return await super().submit(submission)
        if submission.method != "code" and not code:
            flow.active = "default"
            raise self.reject(submission, self.no_strategy)
        if submission.text("screen") == "previous":
            return self._go_back(submission)
        if code and flow.state == "recovery_awaiting_code":
            return self.check_code(submission, code)
        return self._next_step(submission)

    def _next_step(self, submission: Submission) -> web.StreamResponse:
        """Go on as far as the submitted addresses lead."""
        flow, confirmed = submission.flow, submission.text("recovery_confirm_address")
        address, selected = submission.text("recovery_address"), submission.text("recovery_select_address")
        if confirmed:
            return self._send(submission, address, confirmed)
        if flow.state == "recovery_awaiting_code":
            raise self._missing(submission, "recovery_confirm_address")
        if not address:
            raise self._missing(submission, "recovery_address")
        if selected and flow.state == "recovery_awaiting_address_choice":
            return self._selected(submission, address, selected)
        known = self._addresses(address)
        return self._choose(submission, address, known) if len(known) > 1 else self._send(submission, address, address)

    def _missing(self, submission: Submission, name: str) -> Rejected:
        submission.flow.ui.add_error(name, missing(name))
        return Rejected()

    def _addresses(self, address: str) -> list[str]:
        """Return all recovery addresses of the identity that has this one."""
        value = normalized(address)
        found = self._store.find("recovery:email", value) or self._store.find("recovery:sms", value)
        return [known.value for known in found.recovery_addresses] if found else []

    def _choose(self, submission: Submission, address: str, known: list[str]) -> web.StreamResponse:
        nodes = [
            field_node(
                "code", "recovery_select_address", "submit", value=_digest(one), label=text(1070000, masked(one))
            )
            for one in sorted(known)
        ]
        nodes += [
            field_node("code", "method", "hidden", value="code"),
            field_node("code", "recovery_address", "hidden", value=address),
        ]
        return self._show(submission, "recovery_awaiting_address_choice", _CHOOSE, nodes)

    def _selected(self, submission: Submission, address: str, selected: str) -> web.StreamResponse:
        if selected == _digest(address):
            return self._send(submission, address, address)
        wanted = next((known for known in self._addresses(address) if _digest(known) == selected), None)
        if wanted is None:
            raise self.reject(submission, reason_error("The selected recovery address is not valid."))
        type, label = ("email", EMAIL) if "@" in wanted else ("tel", _PHONE)
        nodes = [
            field_node("code", "recovery_confirm_address", type, value="", label=label, required=True),
            field_node("code", "recovery_address", "hidden", value=address),
            submit_node("code", "code", CONTINUE),
            field_node("code", "method", "hidden", value="code"),
            submit_node("code", "previous", _BACK, name="screen"),
        ]
        return self._show(submission, "recovery_confirming_address", _CONFIRM, nodes)

    def _send(self, submission: Submission, address: str, confirmed: str) -> web.StreamResponse:
        """Send a code to an address that was given in full; nobody learns whether it is known."""
        self.send_code(submission.flow, normalized(confirmed))
        shown = masked(confirmed)
        sent = text(
            1060004,
            f"A recovery code has been sent to {shown}. If you have not received it, check the spelling of the address "
            "and make sure to use the address you registered with.",
            masked_address=shown,
        )
        nodes = [
            recovery_code_node(),
            submit_node("code", "code", CONTINUE),
            field_node("code", "method", "hidden", value="code"),
            resend_node("recovery_confirm_address", confirmed),
            field_node("code", "recovery_address", "hidden", value=address),
            submit_node("code", "previous", _BACK, name="screen"),
        ]
        return self._show(submission, "recovery_awaiting_code", sent, nodes)

    def _show(self, submission: Submission, state: str, message: Text, nodes: list[Text]) -> web.StreamResponse:
        flow = submission.flow
        flow.state, flow.ui.messages = state, [message]
        flow.transient_payload = submission.payload()
        flow.ui.nodes = [self.csrf_node(submission.request, flow), *nodes]
        return self.answer(submission)

    def _go_back(self, submission: Submission) -> web.StreamResponse:
        flow, address = submission.flow, submission.text("recovery_address")
        known = self._addresses(address)
        if len(known) > 1 and flow.state != "recovery_awaiting_address":
            return self._choose(submission, address, known)
        flow.transient_payload = submission.payload()
        self.build(submission.request, flow)
        return self.answer(submission)


def masked(address: str) -> str:
    """Hide most of an address, as Kratos does."""
    if "@" in address:
        name, _, domain = address.partition("@")
        return f"{name[:2]}****@{domain}"
    return f"{address[:3]}****{address[-2:]}"


def _digest(address: str) -> str:
    return base64.b64encode(hashlib.sha256(address.encode()).digest()).decode()
