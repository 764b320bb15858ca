from __future__ import annotations

from datetime import timedelta
from typing import Any

from aiohttp import web

from ...answers import Problem, json_answer
from ..authentication import code_addresses
from ..cookies import set_session_cookie
from ..flow import Flow
from ..schemas import SchemaViolation, normalized
from ..state import Conflict, Identity, Session
from ..ui import (
    CONTINUE,
    DUPLICATE,
    PASSWORD,
    Node,
    code_node,
    error,
    field_node,
    flattened,
    missing,
    resend_node,
    submit_node,
    text,
    trait_nodes,
)
from ..views import identity_view
from .base import FlowHandlers, Rejected, Services, Submission, see_other
from .keys import Keys, is_usable
from .policy import password_fault
from .social import SocialSignIn, provider_nodes
from .verification import VerificationFlows

_SIGN_UP = text(1040001, "Sign up")
_SIGNS_IN = ("password", "oidc")  # the hook `session` of a server that has it for these
_SHOWS_VERIFICATION = ("password",)  # the hook `show_verification_ui`
_BACK = text(1040008, "Back")
_CHOOSE_CREDENTIAL = text(1040009, "Please choose a credential to authenticate yourself with.")
_CODE_SENT = text(
    1040005,
    "A code has been sent to the address(es) you provided. If you have not received a message, check the spelling of "
    "the address and retry the registration.",
)
_WAYS = {
    "oidc": "social sign in",
    "passkey": "your passkey",
    "password": "your password",
    "webauthn": "your passkey or a security key",
}
_WRONG_CODE = error(4040003, "The registration code is invalid or has already been used. Please try again.")
_OTHER_TRAITS = error(4000036, "The provided traits do not match the traits previously associated with this flow.")


class RegistrationFlows(FlowHandlers):
    """Registration: first the traits, then a credential; or both at once."""

    kind = "registration"
    expired_message_id = 4040001
    no_strategy = error(4010003, "Could not find a strategy to sign you up with. Did you fill out the form correctly?")

    def __init__(self, services: Services, verification: VerificationFlows, social: SocialSignIn) -> None:
        super().__init__(services)
        self._verification = verification
        self._social = social
        self._keys = Keys(self, services)
        self._options = services.registry.options
        self._schema = services.registry.schemas.default

    @property
    def lifespan(self) -> timedelta:
        return self._registry.options.registration_lifespan

    def view(self, flow: Flow) -> dict[str, Any]:
        rest = {"organization_id": flow.organization_id, **flow.tail(), "state": flow.state}
        return {**flow.head(), **self._oauth2.shown(flow), **rest}

    def session_of(self, request: web.Request) -> Session | None:
        return self._authentication.find_any(request)

    def check_create(self, request: web.Request, session: Session | None) -> None:
        self._oauth2.asked(request)
        if session is not None:
            raise Problem(
                400,
                "you are already logged in",
                reason="A valid session was detected and thus registration is not possible.",
                id="session_already_available",
            )

    def page_problem(self, request: web.Request, problem: Problem) -> web.StreamResponse:
        session, challenge = self.session_of(request), request.query.get("login_challenge")
        if problem.id != "session_already_available" or session is None or not challenge:
            return super().page_problem(request, problem)
        if self._oauth2.request_of(challenge)["skip"]:
            return see_other(request, self._oauth2.accept(challenge, session))
        login = self._registry.url(f"/self-service/login/browser?{request.query_string}")
        return see_other(request, login, status=302)

    def turn_away(self, submission: Submission) -> web.StreamResponse | None:
        if submission.session is None:
            return None
        if submission.wants_json:
            self.check_create(submission.request, submission.session)
        return self.lead_away(submission.request)

    def rejected(self, submission: Submission) -> web.StreamResponse:
        answer = super().rejected(submission)
        if answer.status == 303:  # Kratos leads back to a page that says what is wrong in another way than it leads on
            answer.set_status(302)
        return answer

    def build(self, request: web.Request, flow: Flow) -> None:
        flow.login_challenge = self._oauth2.challenge(request)
        self.offer_exchange(request, flow)
        self._show_traits(request, flow, traits=None)

    def check_form(self, submission: Submission) -> None:
        """Let everything pass: what is wrong with the traits comes before where the form is from."""

    async def submit(self, submission: Submission) -> web.StreamResponse:
        flow, ui = submission.flow, submission.flow.ui
        ui.clear_messages()
        traits = submission.fields.get("traits", {})
        are_known = ui.has_values("traits", traits)
        for name, value in flattened("traits", traits):
            ui.set_value(name, value)
        if submission.text("screen") == "previous":
            self._show_traits(submission.request, flow, traits)
            return self.answer(submission, status=400)
        method, is_one_step = self._keys.change_method(submission), self._options.registration_style == "unified"
        if not is_one_step and (method == "profile" or submission.text("screen") == "credential-selection"):
            return self._choose_credential(submission, traits)
        if method == "password":
            return await self._with_password(submission, traits)
        if method == "code" and not self._options.code_is_second_factor:
            return self._with_code(submission, traits, are_known=are_known)
        if method == "oidc":
            super().check_form(submission)
            return self._social.start(submission)
        if method in ("passkey", "webauthn"):
            return self._with_key(submission, traits, method)
        self._draft(submission, traits)
        raise self.reject(submission, self.no_strategy)

    def _checked_draft(self, submission: Submission, traits: Any) -> Identity:
        """Make the identity of a form that was made for this browser. Raises Rejected or Problem."""
        identity = self._draft(submission, traits)
        try:
            super().check_form(submission)
        except Problem:
            submission.keep_form()
            raise
        return identity

    def _draft(self, submission: Submission, traits: Any) -> Identity:
        """Make the identity, not stored yet. Raises Rejected."""
        try:
            return self._manager.new("", self._schema.with_empty_objects(traits))
        except SchemaViolation as violation:
            raise self.check_violations(submission, violation) from None

    def _choose_credential(self, submission: Submission, traits: Any) -> web.StreamResponse:
        self._checked_draft(submission, traits)
        flow, ui = submission.flow, submission.flow.ui
        flow.transient_payload = submission.payload()
        flow.active, flow.state = "", "choose_method"
        ui.show_values("default", "traits", traits)
        ui.nodes = [
            *provider_nodes(self._options.oidc_providers, kind=self.kind),
            self.csrf_node(submission.request, flow),
            *_hidden_traits(flow),
            *self._credential_nodes(flow),
            submit_node("profile", "previous", _BACK, name="screen"),
        ]
        ui.messages.append(_CHOOSE_CREDENTIAL)
        return self.answer(submission, status=400)

    def _credential_nodes(self, flow: Flow) -> list[Node]:
        code = submit_node("code", "code", text(1040006, "Send sign up code"))
        return [
            *self._keys.sign_up_nodes(flow),
            *([] if self._options.code_is_second_factor else [code]),
            _password_node(),
            submit_node("password", "password", _SIGN_UP),
        ]

    def _with_key(self, submission: Submission, traits: Any, method: str) -> web.StreamResponse:
        identity = self._checked_draft(submission, traits)
        self._keys.add(submission, identity, method)
        self._save(submission, identity)
        return self.registered(submission, identity, method)

    async def _with_password(self, submission: Submission, traits: Any) -> web.StreamResponse:
        password, ui = submission.text("password"), submission.flow.ui
        if not password:
            ui.add_error("password", missing("password"))
            self._draft(submission, traits)
            raise Rejected
        identity = self._checked_draft(submission, traits)
        identifiers = identity.credentials["password"].identifiers if "password" in identity.credentials else []
        if fault := password_fault(password, identifiers):
            ui.add_error("password", fault)
            raise Rejected
        await self._manager.set_password(identity, password)
        self._save(submission, identity)
        return self.registered(submission, identity, "password")

    def _with_code(self, submission: Submission, traits: Any, *, are_known: bool) -> web.StreamResponse:
        flow, code = submission.flow, submission.text("code")
        identity = self._checked_draft(submission, traits)
        if flow.state == "passed_challenge" and not submission.text("resend"):
            raise self.reject(submission, self.no_strategy)
        if flow.state != "sent_email" or submission.text("resend"):
            return self._send_code(submission, identity, traits)
        if not code:
            flow.ui.add_error("code", missing("code"))
            raise Rejected
        if not are_known:
            raise self.reject(submission, _OTHER_TRAITS)
        used = self.try_code(submission, code)
        if used is None or used.address not in [address for _, address in code_addresses(identity)]:
            raise self.reject(submission, _WRONG_CODE)
        flow.state = "passed_challenge"
        self._save(submission, identity)
        identity = self._manager.mark_verified(identity, used.address)
        return self.registered(submission, identity, "code")

    def _send_code(self, submission: Submission, identity: Identity, traits: Any) -> web.StreamResponse:
        flow, now = submission.flow, self._registry.clock.now()
        config = identity.config("code")
        if config is None:
            raise self.reject(submission, self.no_strategy)
        expires_at = now + self._registry.options.code_lifespan
        for address in config["addresses"]:
            secret = flow.send_code(address["address"], expires_at, None)
            self._registry.courier.send("registration_code_valid", normalized(address["address"]), secret=secret)
        flow.active, flow.state = "code", "sent_email"
        flow.transient_payload = submission.payload()
        flow.ui.nodes = [
            self.csrf_node(submission.request, flow),
            *_hidden_traits(flow),
            field_node("code", "method", "hidden", value="code"),
            code_node(text(1070012, "Registration code")),
            submit_node("code", "code", CONTINUE),
            resend_node("resend", "code"),
            submit_node("profile", "credential-selection", _BACK, name="screen"),
        ]
        flow.ui.messages.append(_CODE_SENT)
        return self.answer(submission, status=400)

    def _save(self, submission: Submission, identity: Identity) -> None:
        try:
            self._manager.save(identity)
        except Conflict:
            raise self._duplicate(submission, identity) from None

    def _duplicate(self, submission: Submission, identity: Identity) -> Rejected:
        """Say that somebody has the identifier; where hints are on, how that account logs in, too."""
        if not self._options.login_hints:
            return self.reject(submission, DUPLICATE)
        taken = [(found, value) for kind, value in identity.unique_keys() if (found := self._store.find(kind, value))]
        owner, identifier = taken[0]
        types = sorted(type for type in owner.credentials if is_usable(owner, type))
        ways = [_WAYS[type] for type in types if type in _WAYS] or types
        hint = (
            f" You can sign in using {', '.join([*ways[:-1], ('or ' if ways[1:] else '') + ways[-1]])}." if ways else ""
        )
        words = f"You tried signing in with {identifier} which is already in use by another account.{hint}"
        providers = [link["provider"] for link in (owner.config("oidc") or {}).get("providers", [])]
        context = {
            "available_credential_types": types,
            "available_oidc_providers": providers,
            "credential_identifier_hint": identifier,
        }
        return self.reject(submission, error(4000028, words, **context))

    def registered(
        self, submission: Submission, identity: Identity, method: str, *, provider: str = ""
    ) -> web.StreamResponse:
        """Answer a new account, which is signed in where the server is set up so for the method."""
        flow, request = submission.flow, submission.request
        submission.keep_form()
        if not flow.is_native:
            self._csrf.rotate()
        if method not in _SIGNS_IN or not self._options.signs_in_after_registration:
            return self._registered_only(submission, identity, self._verification.begin_for(request, identity, flow))
        session = self._authentication.begin(request, identity, method, provider=provider)
        verification = self._verification.begin_for(request, identity, flow, session)
        url = self.return_url(flow)
        if flow.login_challenge and not flow.is_native and not verification:
            url = self._oauth2.accept(flow.login_challenge, session)
        token = {"action": "set_ory_session_token", "ory_session_token": session.token}
        target = {"action": "redirect_browser_to", "redirect_browser_to": url}
        view = {
            "session": self._authentication.view(session),
            "identity": identity_view(identity, self._registry.schema_url(identity)),
            "continue_with": [*verification, token] if flow.is_native else [target, *verification],
        }
        if flow.is_native:
            return json_answer({"session_token": session.token} | view)
        page = verification[0]["flow"]["url"] if verification and method in _SHOWS_VERIFICATION else url
        response = json_answer(view) if submission.wants_json else see_other(request, page)
        set_session_cookie(self._registry, response, session)
        return response

    def _registered_only(
        self, submission: Submission, identity: Identity, verification: list[dict[str, Any]]
    ) -> web.StreamResponse:
        """Answer a new account that still has to log in."""
        flow = submission.flow
        target = {"action": "redirect_browser_to", "redirect_browser_to": self.return_url(flow)}
        going_on = verification if flow.is_native else [target, *verification]
        view = identity_view(identity, self._registry.schema_url(identity))
        if submission.wants_json:
            return json_answer({"identity": view, "continue_with": going_on or None})
        page = verification[0]["flow"]["url"] if verification else self.return_url(flow)
        return see_other(submission.request, page)

    def _show_traits(self, request: web.Request, flow: Flow, traits: Any) -> None:
        is_one_step = self._options.registration_style == "unified"
        flow.ui.nodes = [
            *provider_nodes(self._options.oidc_providers, kind=self.kind),
            self.csrf_node(request, flow),
            *trait_nodes(self._schema.fields(), traits, group="default"),
            *(self._credential_nodes(flow) if is_one_step else [submit_node("profile", "profile", _SIGN_UP)]),
        ]


def _hidden_traits(flow: Flow) -> list[Node]:
    """Return the inputs of the traits, and those that errors have added to them, hidden."""
    shown = [node for node in flow.ui.nodes or () if node["group"] == "default"]
    return [
        node | {"attributes": node["attributes"] | {"type": "hidden"}}
        for node in shown
        if node["attributes"]["name"] != "csrf_token"
    ]


def _password_node() -> Node:
    return field_node("password", "password", "password", label=PASSWORD, required=True, autocomplete="new-password")
