from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from aiohttp import web

from ...answers import Problem, bad_request, json_answer, not_found
from ...clock import timestamp
from ..authentication import second_factors
from ..cookies import set_session_cookie
from ..flow import Flow
from ..http import is_uuid
from ..passwords import verify_password
from ..schemas import normalized
from ..state import Identity, Session, random_token
from ..totp import is_valid_totp
from ..ui import (
    CONTINUE,
    PASSWORD,
    WRONG_TOTP,
    Node,
    code_node,
    error,
    field_node,
    missing,
    reason_error,
    resend_node,
    submit_node,
    text,
    too_short,
    trait_label,
)
from .base import FlowHandlers, Rejected, Submission, see_other

_TOTP_DIGITS = 6
_ALREADY = "A valid session was detected and thus login is not possible. Did you forget to set `?refresh=true`?"
_CONFIRM = text(1010003, "Please confirm this action by verifying that it is you.")
_SECOND_FACTOR = text(1010004, "Please complete the second authentication challenge.")
_CODE_SENT = text(
    1010014,
    "A code was sent to the address you provided. If you didn't receive it, please check the spelling of the address "
    "and try again.",
)
_INVALID = error(
    4000006,
    "The provided credentials are invalid, check for spelling mistakes in your password or username, email address, or "
    "phone number.",
)
_NO_CODE = error(4000035, "This account does not exist or has not setup sign in with code.")
_WRONG_CODE = error(4010008, "The login code is invalid or has already been used. Please try again.")
_NO_TOTP = error(4000011, "You have no TOTP device set up.")
_NO_LOOKUP = error(4000014, "You have no backup recovery codes set up.")
_WRONG_LOOKUP = error(4000016, "The backup recovery code is not valid.")
_USED_LOOKUP = error(4000012, "This backup recovery code has already been used.")


class LoginFlows(FlowHandlers):
    """Login by password or code, the second factor, and the refresh of a session."""

    kind = "login"
    expired_message_id = 4010001
    no_strategy = error(4010002, "Could not find a strategy to log you in with. Did you fill out the form correctly?")

    @property
    def lifespan(self) -> timedelta:
        return self._registry.options.login_lifespan

    def view(self, flow: Flow) -> dict[str, Any]:
        created = timestamp(flow.issued_at)
        details = {
            "created_at": created,
            "updated_at": created,
            "refresh": flow.refresh,
            "requested_aal": flow.requested_aal,
        }
        return {**flow.head(), "organization_id": flow.organization_id, **details, "state": flow.state, **flow.tail()}

    def check_create(self, request: web.Request, session: Session | None) -> None:
        query = request.query
        aal = query.get("aal") or "aal1"
        if aal not in ("aal1", "aal2"):
            fault = f"expected one of [aal1, aal2] but got {aal}"
            raise bad_request(f"Unable to parse AuthenticationMethod Assurance Level (AAL): {fault}")
        if schema := query.get("identity_schema"):
            raise bad_request(f'Requested identity schema "{schema}" is not enabled for self-service flows.')
        if session is None and aal == "aal2":
            raise _needs_first_factor()
        if session and query.get("refresh") != "true" and session.aal >= aal:
            raise Problem(400, "you are already logged in", reason=_ALREADY, id="session_already_available")

    def build(self, request: web.Request, flow: Flow) -> None:
        session, query = self._authentication.find(request), request.query
        flow.requested_aal = query.get("aal") or "aal1"
        flow.refresh = session is not None and query.get("refresh") == "true"
        flow.login_challenge = query.get("login_challenge", "")
        flow.organization_id = query.get("organization") if is_uuid(query.get("organization", "")) else None
        if query.get("return_session_token_exchange_code") == "true" and flow.is_native:
            flow.exchange_code = random_token(64)
        identity = self._authentication.identity(session) if session else None
        flow.ui.nodes = self._nodes(request, flow, identity)
        if flow.refresh:
            flow.ui.messages.append(_CONFIRM)
        if flow.requested_aal == "aal2":
            flow.ui.messages.append(_SECOND_FACTOR)

    def _nodes(self, request: web.Request, flow: Flow, identity: Identity | None) -> list[Node] | None:
        if flow.organization_id is not None:
            return None
        csrf = self.csrf_node(request, flow)
        if flow.requested_aal == "aal2":
            factors = second_factors(identity) if identity else []
            return [csrf, *(node for factor in factors for node in _FACTOR_NODES[factor]())] if factors else None
        sign_in = text(1010001, "Sign in") if flow.refresh else text(1010022, "Sign in with password")
        methods = {
            "code": [submit_node("code", "code", text(1010015, "Send sign in code"))],
            "password": [
                field_node(
                    "password", "password", "password", label=PASSWORD, required=True, autocomplete="current-password"
                ),
                submit_node("password", "password", sign_in),
            ],
        }
        usable = [type for type in methods if not flow.refresh or (identity and identity.config(type) is not None)]
        return [csrf, self._identifier_node(flow), *(node for type in usable for node in methods[type])]

    def _identifier_node(self, flow: Flow) -> Node:
        fields = [trait for trait in self._registry.schemas.default.fields() if trait.is_identifier]
        label = trait_label(fields[0]) if len(fields) == 1 else text(1070004, "ID")
        autocomplete = None if flow.refresh else "username webauthn"
        return field_node("default", "identifier", label=label, value="", required=True, autocomplete=autocomplete)

    async def submit(self, submission: Submission) -> web.StreamResponse:
        flow, session = submission.flow, submission.session
        flow.ui.clear_messages()
        if session and not flow.refresh and session.aal >= flow.requested_aal:
            raise self.reject(submission, reason_error(_ALREADY))
        if flow.requested_aal == "aal2":
            return self._with_second_factor(submission)
        if submission.method == "password":
            return await self._with_password(submission)
        if submission.method == "code" and flow.state != "passed_challenge":
            return self._with_code(submission)
        if submission.method == "oidc":
            raise not_found(f"Unknown OpenID Connect provider {submission.text('provider')}")
        raise self.reject(submission, self.no_strategy)

    async def _with_password(self, submission: Submission) -> web.StreamResponse:
        identifier, ui = submission.text("identifier"), submission.flow.ui
        ui.set_value("identifier", identifier)
        for name in ("identifier", "password"):
            if not submission.text(name):
                ui.add_error(name, missing(name))
        if not (identifier and submission.text("password")):
            raise Rejected
        identity = self._store.find("password", normalized(identifier))
        hashed = (identity.config("password") or {}).get("hashed_password") if identity else None
        if identity is None or not hashed or not await verify_password(submission.text("password"), hashed):
            raise self.reject(submission, _INVALID)
        return self._first_factor(submission, identity, "password")

    def _with_code(self, submission: Submission) -> web.StreamResponse:
        flow, code = submission.flow, submission.text("code")
        identifier = submission.text("identifier") or submission.text("address")
        if flow.state != "sent_email" or submission.text("resend"):
            return self._send_code(submission, identifier)
        plain = field_node("default", "identifier", "hidden", value=identifier)
        flow.ui.nodes = [plain, *_code_nodes()]
        if not code:
            flow.ui.add_error("code", missing("code"))
            raise Rejected
        used = self.try_code(submission, code)
        identity = self._store.identities.get(used.identity_id) if used else None
        if used is None or identity is None:
            raise self.reject(submission, _WRONG_CODE)
        flow.state = "passed_challenge"
        identity = self._manager.mark_verified(identity, "email", used.address)
        return self._first_factor(submission, identity, "code")

    def _send_code(self, submission: Submission, identifier: str) -> web.StreamResponse:
        flow = submission.flow
        flow.ui.set_value("identifier", identifier)
        if not identifier:
            flow.ui.add_error("identifier", missing("identifier"))
            raise Rejected
        identity = self._store.find("code", normalized(identifier))
        if identity is None:
            raise self.reject(submission, _NO_CODE)
        expires_at = self._registry.clock.now() + self._registry.options.code_lifespan
        secret = flow.send_code(normalized(identifier), expires_at, identity.id)
        self._registry.courier.send("login_code_valid", normalized(identifier), secret=secret)
        flow.active, flow.state = "code", "sent_email"
        flow.transient_payload = submission.payload()
        shown = flow.ui.find("identifier") or self._identifier_node(flow)
        shown["attributes"]["type"] = "hidden"
        flow.ui.nodes = [shown, *_code_nodes()]
        flow.ui.messages.append(_CODE_SENT)
        return self.answer(submission, status=400)

    def _with_second_factor(self, submission: Submission) -> web.StreamResponse:
        if submission.session is None:
            raise _needs_first_factor()
        identity = self._authentication.identity(submission.session)
        if submission.method == "totp":
            self._check_totp(submission, identity)
        elif submission.method == "lookup_secret":
            self._check_lookup_secret(submission, identity)
        else:
            raise self.reject(submission, self.no_strategy)
        self._authentication.add_method(submission.request, submission.session, submission.method, "aal2")
        return self._logged_in(submission, submission.session)

    def _check_totp(self, submission: Submission, identity: Identity) -> None:
        config, ui = identity.config("totp"), submission.flow.ui
        ui.set_value("totp_code", None)
        code = submission.text("totp_code")
        if len(code) < _TOTP_DIGITS:
            ui.add_error("totp_code", too_short(code, _TOTP_DIGITS) if code else missing("totp_code"), group="totp")
            raise Rejected
        if config is None:
            raise self.reject(submission, _NO_TOTP)
        if not is_valid_totp(config["totp_url"], code, self._registry.clock.now()):
            raise self.reject(submission, WRONG_TOTP)

    def _check_lookup_secret(self, submission: Submission, identity: Identity) -> None:
        config, ui = identity.config("lookup_secret"), submission.flow.ui
        ui.set_value("lookup_secret", None)
        sent = submission.text("lookup_secret")
        if not sent:
            ui.add_error("lookup_secret", missing("lookup_secret"), group="lookup_secret")
            raise Rejected
        if config is None:
            raise self.reject(submission, _NO_LOOKUP)
        for code in config["recovery_codes"]:
            if secrets.compare_digest(code["code"].encode(), sent.encode()):
                if code.get("used_at"):
                    raise self.reject(submission, _USED_LOOKUP)
                code["used_at"] = timestamp(self._registry.clock.now())
                return
        raise self.reject(submission, _WRONG_LOOKUP)

    def _first_factor(self, submission: Submission, identity: Identity, method: str) -> web.StreamResponse:
        if identity.state != "active":
            raise Problem(401, "identity is disabled", reason="This account was disabled.")
        session = submission.session
        if session and submission.flow.refresh:
            if session.identity_id != identity.id:
                raise self.reject(submission, _INVALID)
            self._authentication.add_method(submission.request, session, method, "aal1")
            return self._logged_in(submission, session)
        if not submission.flow.is_native:
            self._csrf.rotate()
        session = self._authentication.begin(submission.request, identity, method)
        return self._logged_in(submission, session)

    def _logged_in(self, submission: Submission, session: Session) -> web.StreamResponse:
        """Answer a login; one that needs a second factor still goes on to it."""
        flow, request = submission.flow, submission.request
        lacks_factor = self._authentication.lacks_second_factor(session)
        view = self._authentication.view(session)
        if flow.is_native:
            shown = view | ({"identity": None} if lacks_factor else {})
            return json_answer({"session_token": session.token, "session": shown, "continue_with": None})
        target = self._authentication.aal2_url(flow.return_to) if lacks_factor else self.return_url(flow)
        if not submission.wants_json:
            response: web.StreamResponse = see_other(request, target)
        elif lacks_factor:
            response = location_change(target).answer()
        else:
            going_on = [{"action": "redirect_browser_to", "redirect_browser_to": target}]
            response = json_answer({"session": view, "continue_with": going_on})
        set_session_cookie(self._registry, response, session)
        return response


def location_change(target: str) -> Problem:
    """Make the 422 that asks a client of the API to send its browser elsewhere."""
    return Problem(
        422,
        "browser location change required",
        reason=f"In order to complete this flow please redirect the browser to: {target}",
        id="browser_location_change_required",
        siblings={"redirect_browser_to": target},
    )


def _needs_first_factor() -> Problem:
    return Problem(
        401,
        "aal2 and aal3 can only be requested if a session exists already",
        reason="You can not requested a higher AAL (AAL2/AAL3) without an active session.",
        id="session_aal1_required",
    )


def _code_nodes() -> list[Node]:
    return [
        field_node("code", "method", "hidden", value="code"),
        code_node(text(1070013, "Login code")),
        submit_node("code", "code", CONTINUE),
        resend_node("resend", "code"),
    ]


def _totp_nodes() -> list[Node]:
    return [
        field_node("totp", "totp_code", label=text(1010006, "Authentication code"), value="", required=True),
        submit_node("totp", "totp", text(1010009, "Use Authenticator")),
    ]


def _lookup_nodes() -> list[Node]:
    label = text(1010007, "Backup recovery code")
    return [
        field_node("lookup_secret", "lookup_secret", label=label, value="", required=True),
        submit_node("lookup_secret", "lookup_secret", text(1010010, "Use backup recovery code")),
    ]


_FACTOR_NODES = {"totp": _totp_nodes, "lookup_secret": _lookup_nodes}
