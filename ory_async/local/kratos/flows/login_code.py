"""Login by a code that was sent, as the first factor or as the second."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from ..authentication import code_addresses
from ..flow import Flow
from ..schemas import normalized
from ..state import Identity
from ..ui import CONTINUE, Node, code_node, error, field_node, missing, resend_node, submit_node, text
from .base import Rejected, Services, Submission

if TYPE_CHECKING:
    from .login import LoginFlows

_SENT = text(
    1010014,
    "A code was sent to the address you provided. If you didn't receive it, please check the spelling of the address "
    "and try again.",
)
_SENT_TO_OWNER = text(1010025, "A code was sent to your address. If you didn't receive it, please try again.")
_NO_CODE = error(4000035, "This account does not exist or has not setup sign in with code.")
_WRONG_CODE = error(4010008, "The login code is invalid or has already been used. Please try again.")


class CodeLogin:
    """The method `code` of login flows."""

    def __init__(self, flows: LoginFlows, services: Services) -> None:
        self._flows = flows
        self._registry = services.registry
        self._store = services.registry.store
        self._manager = services.manager

    def first_factor(self, submission: Submission) -> web.StreamResponse:
        """Send a code, or log in with it. Raises Rejected."""
        identifier = submission.text("address") or submission.text("identifier")
        if submission.flow.state == "sent_email" and not submission.text("resend"):
            identity = self._verified(submission, identifier)
            return self._flows.first_factor(submission, identity, "code")
        ui = submission.flow.ui
        if submission.flow.is_native:
            ui.set_csrf("")
        ui.set_value("identifier", identifier)
        if submission.flow.state == "passed_challenge" and not submission.text("resend"):
            raise self._flows.reject(submission, self._flows.no_strategy)
        return self.send(submission, self._known(submission, identifier), identifier)

    def _known(self, submission: Submission, identifier: str) -> Identity:
        """Return whose identifier it is; a refresh is for the owner of the session only. Raises Rejected."""
        if not identifier:
            submission.flow.ui.add_error("identifier", missing("identifier"))
            raise Rejected
        found = self._store.find("code", normalized(identifier))
        owner = submission.session.identity_id if submission.session and submission.flow.refresh else None
        if found is None or owner not in (None, found.id):
            raise self._flows.reject(submission, _NO_CODE)
        return found

    def send(self, submission: Submission, identity: Identity, identifier: str) -> web.StreamResponse:
        """Send a code to an address of an identity, and ask for it."""
        flow = submission.flow
        self._send(flow, identity, normalized(identifier))
        flow.transient_payload = submission.payload()
        shown = flow.ui.find("identifier") or self._flows.identifier_node(autocompletes=False)
        shown["attributes"]["type"] = "hidden"
        flow.ui.nodes = [shown, *_code_nodes()]
        flow.ui.messages.append(_SENT_TO_OWNER if flow.refresh else _SENT)
        return self._flows.answer(submission, status=400)

    def build_second_factor(self, request: web.Request, flow: Flow, identity: Identity, *, is_alone: bool) -> None:
        """Offer the addresses; where there is one and no other factor, send the code at once."""
        addresses = code_addresses(identity)
        if is_alone and len(addresses) == 1:
            self._send_second(flow, identity, *addresses[0])
            if not flow.is_native:
                flow.ui.nodes = [self._flows.csrf_node(request, flow), *(flow.ui.nodes or ())]
            return
        buttons = [field_node("code", "address", "submit", value=to, label=_label(via, to)) for via, to in addresses]
        flow.ui.nodes = [*(flow.ui.nodes or ()), *buttons]

    def second_factor(self, submission: Submission, identity: Identity) -> web.StreamResponse | None:
        """Send a code and answer so, or check it and answer nothing. Raises Rejected."""
        flow = submission.flow
        wanted = normalized(submission.text("address") or submission.text("identifier"))
        address = next((found for found in code_addresses(identity) if found[1] == wanted), None)
        if flow.state == "sent_email" and not submission.text("resend"):
            self._verified(submission, wanted)
            return None
        if not wanted:
            flow.ui.add_error("address", missing("address"))
            raise Rejected
        if address is None:
            raise self._flows.reject(submission, _NO_CODE)
        self._send_second(flow, identity, *address)
        return self._flows.answer(submission)

    def _send(self, flow: Flow, identity: Identity, identifier: str) -> None:
        addresses = code_addresses(identity)
        chosen = [address for address in addresses if address[1] == identifier] or addresses
        expires_at = self._registry.clock.now() + self._registry.options.code_lifespan
        secret = flow.send_code(chosen[0][1], expires_at, identity.id)
        for channel, address in chosen:
            self._registry.courier.send("login_code_valid", address, secret=secret, channel=channel)
        flow.active, flow.state = "code", "sent_email"

    def _send_second(self, flow: Flow, identity: Identity, channel: str, address: str) -> None:
        self._send(flow, identity, address)
        shown = field_node("code", "identifier", "hidden", value=address, label=_label(channel, address))
        flow.ui.nodes = [shown, *_code_nodes()]
        flow.ui.messages = [_SENT_TO_OWNER]

    def _verified(self, submission: Submission, identifier: str) -> Identity:
        """Return whose code was submitted. Raises Rejected."""
        flow, code = submission.flow, submission.text("code")
        self._show_identifier(flow, identifier)
        if not code:
            flow.ui.add_error("code", missing("code"))
            raise Rejected
        known = None if flow.requested_aal == "aal2" else self._known(submission, identifier)
        used = self._flows.try_code(submission, code, owner=known.id if known else None)
        identity = self._store.identities.get(used.identity_id or "") if used else None
        if used is None or identity is None:
            raise self._flows.reject(submission, _WRONG_CODE)
        flow.state = "passed_challenge"
        return self._manager.mark_verified(identity, used.address)

    def _show_identifier(self, flow: Flow, identifier: str) -> None:
        """Keep the identifier in a form that is shown once more."""
        others = [node for node in flow.ui.nodes or () if node["attributes"].get("name") != "identifier"]
        flow.ui.nodes = [field_node("default", "identifier", "hidden", value=identifier), *others]
        if flow.is_native:
            flow.ui.set_csrf("")


def _label(channel: str, address: str) -> Node:
    return text(1010023, f"Send code to {address}", address=address, channel=channel)


def _code_nodes() -> list[Node]:
    return [
        field_node("code", "method", "hidden", value="code"),
        code_node(text(1070013, "Login code")),
        submit_node("code", "code", CONTINUE),
        resend_node("resend", "code"),
    ]
