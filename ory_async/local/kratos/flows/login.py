from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from ...answers import Problem, bad_request, json_answer
from ...bodies import is_uuid
from ...clock import timestamp
from ...passwords import verify_password
from ..authentication import device_of
from ..cookies import set_session_cookie
from ..flow import Flow
from ..schemas import normalized
from ..state import Identity, Session, SignIn
from ..totp import is_valid_totp
from ..ui import (
    CONTINUE,
    DISABLED,
    PASSWORD,
    WRONG_TOTP,
    Node,
    error,
    field_node,
    missing,
    reason_error,
    submit_node,
    text,
    too_short,
    trait_label,
)
from ..views import device_view
from .base import FlowHandlers, Rejected, Services, Submission, location_change, see_other
from .keys import Keys
from .login_code import CodeLogin
from .social import SocialSignIn, provider_nodes
from .trial_login import TrialLogins
from .verification import VerificationFlows

_METHODS: dict[str, dict[str, tuple[str, ...]]] = {
    "aal1": {"password": ("identifier", "password")}
    | dict.fromkeys(("code", "oidc", "passkey", "webauthn", "identifier_first"), ()),
    "aal2": {"totp": ("totp_code",), "lookup_secret": ("lookup_secret",), "webauthn": (), "code": ()},
}
"""The fields of each method: what is wrong with them comes before where the form is from."""
_TOTP_DIGITS = 6
_NO_DEVICE = "00000000-0000-0000-0000-000000000000"
_ALREADY = "A valid session was detected and thus login is not possible. Did you forget to set `?refresh=true`?"
_CONFIRM = text(1010003, "Please confirm this action by verifying that it is you.")
_SECOND_FACTOR = text(1010004, "Please complete the second authentication challenge.")
_INVALID = error(
    4000006,
    "The provided credentials are invalid, check for spelling mistakes in your password or username, email address, or "
    "phone number.",
)
_NO_ACCOUNT = error(4000037, "This account does not exist or has no login method configured.")
_NO_TOTP = error(4000011, "You have no TOTP device set up.")
_NO_LOOKUP = error(4000014, "You have no backup recovery codes set up.")
_WRONG_LOOKUP = error(4000016, "The backup recovery code is not valid.")
_USED_LOOKUP = error(4000012, "This backup recovery code has already been used.")
_UNVERIFIED = (
    "Your account's email or phone address are not verified yet. Please check your email or phone inbox or re-request "
    "verification."
)


class LoginFlows(FlowHandlers):
    """Login by any method, the second factor, and the refresh of a session."""

    kind = "login"
    expired_message_id = 4010001
    no_strategy = error(4010002, "Could not find a strategy to log you in with. Did you fill out the form correctly?")

    def __init__(self, services: Services, verification: VerificationFlows, social: SocialSignIn) -> None:
        super().__init__(services)
        self._verification = verification
        self._keys = Keys(self, services)
        self._codes = CodeLogin(self, services)
        self.social = social
        self.trials = TrialLogins(self, services)
        self._asks_identifier_first = services.registry.options.login_style == "identifier_first"

    def routes(self) -> list[web.AbstractRouteDef]:
        return [*super().routes(), *self.trials.routes()]

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
        test = {"test_context": flow.test_context} if flow.test_context else {}
        rest = {"organization_id": flow.organization_id, **details, "state": flow.state}
        return {**flow.head(), **self._oauth2.shown(flow), **rest, **flow.tail(), **test}

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
        if not self._refreshes(request) and session and session.aal >= aal:
            raise Problem(400, "you are already logged in", reason=_ALREADY, id="session_already_available")

    def _refreshes(self, request: web.Request) -> bool:
        """Tell whether also who is logged in has to say again who it is, as wanted or as Hydra asks. Raises Problem."""
        asked = self._oauth2.asked(request)
        return request.query.get("refresh") == "true" or (asked is not None and not asked["skip"])

    def page_problem(self, request: web.Request, problem: Problem) -> web.StreamResponse:
        session, challenge = self._authentication.find(request), request.query.get("login_challenge")
        if problem.id == "session_already_available" and session and challenge:
            return see_other(request, self._oauth2.accept(challenge, session))
        return super().page_problem(request, problem)

    def check_session(self, request: web.Request, flow: Flow, session: Session | None) -> None:
        self.trials.check_owner(request, flow)

    def turn_away(self, submission: Submission) -> web.StreamResponse | None:
        flow, session = submission.flow, submission.session
        if session is None and flow.requested_aal == "aal2":
            raise _needs_first_factor()
        if session is None or flow.refresh or session.aal < flow.requested_aal:
            return None
        if not submission.wants_json:
            return see_other(submission.request, self._registry.ui_url("welcome"))
        flow.ui.clear_messages()
        flow.ui.messages.append(reason_error(_ALREADY))
        return self.answer(submission, status=400)

    def build(self, request: web.Request, flow: Flow) -> None:
        session, query = self._authentication.find(request), request.query
        flow.requested_aal = query.get("aal") or "aal1"
        flow.refresh = session is not None and self._refreshes(request)
        flow.login_challenge = self._oauth2.challenge(request)
        if not flow.is_native and flow.login_challenge and self._refreshes(request):
            asked = urlencode(sorted({**query, "refresh": "true"}.items()))
            flow.request_url = self._registry.url(f"{request.path}?{asked}")
        flow.organization_id = query.get("organization") if is_uuid(query.get("organization", "")) else None
        self.offer_exchange(request, flow)
        identity = self._authentication.identity(session) if session else None
        if flow.refresh:
            flow.ui.messages.append(_CONFIRM)
        if flow.organization_id is not None:
            flow.ui.nodes = None
        elif flow.requested_aal == "aal2":
            self._build_second_factor(request, flow, identity)
        elif self._asks_identifier_first and not flow.refresh:
            flow.ui.nodes = [
                *provider_nodes(self._registry.options.oidc_providers, kind=self.kind),
                self.csrf_node(request, flow),
                self.identifier_node(group="identifier_first"),
                submit_node("identifier_first", "identifier_first", CONTINUE),
            ]
        else:
            flow.ui.nodes = self._first_factor_nodes(request, flow, identity)

    def _first_factor_nodes(self, request: web.Request, flow: Flow, identity: Identity | None) -> list[Node]:
        providers = () if flow.refresh else self._registry.options.oidc_providers
        only_by_code = flow.is_native and flow.refresh and identity is not None and identity.config("password") is None
        return [
            *provider_nodes(providers, kind=self.kind),
            *([] if only_by_code else [self.csrf_node(request, flow)]),
            self.identifier_node(autocompletes=not flow.refresh and self._registry.options.passkeys is not None),
            *self._method_nodes(flow, identity if flow.refresh else None),
        ]

    def _method_nodes(self, flow: Flow, identity: Identity | None) -> list[Node]:
        """Make the inputs of the methods, or of those which an identity can log in with."""
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
        if self._registry.options.code_is_second_factor:
            del methods["code"]
        usable = [type for type in methods if identity is None or identity.config(type) is not None]
        keys = self._keys.login_nodes(flow, identity)
        return [*keys, *(node for type in usable for node in methods[type])]

    def _build_second_factor(self, request: web.Request, flow: Flow, identity: Identity | None) -> None:
        flow.ui.messages.append(_SECOND_FACTOR)
        factors = self._authentication.second_factors(identity) if identity else []
        if identity is None or not factors:
            flow.ui.nodes = None if flow.is_native else [self.csrf_node(request, flow)]
            return
        flow.ui.nodes = [self.csrf_node(request, flow)]
        if "totp" in factors:
            flow.ui.nodes += _totp_nodes()
        if "lookup_secret" in factors:
            flow.ui.nodes += _lookup_nodes()
        if "webauthn" in factors:
            flow.ui.nodes += self._keys.second_factor_nodes(flow, identity)
        if "code" in factors:
            self._codes.build_second_factor(request, flow, identity, is_alone=factors == ["code"])

    def identifier_node(self, *, group: str = "default", autocompletes: bool = True) -> Node:
        """Make the input of the identifier."""
        fields = [trait for trait in self._registry.schemas.default.fields() if trait.is_identifier]
        label = trait_label(fields[0]) if len(fields) == 1 else text(1070004, "ID")
        autocomplete = "username webauthn" if autocompletes else None
        return field_node(group, "identifier", label=label, value="", required=True, autocomplete=autocomplete)

    def check_form(self, submission: Submission) -> None:
        fields = _METHODS[submission.flow.requested_aal].get(self._keys.login_method(submission))
        if fields is None and self._asks_identifier_first and submission.text("identifier"):
            fields = ()
        if fields is not None and all(submission.text(name) for name in fields):
            super().check_form(submission)

    async def submit(self, submission: Submission) -> web.StreamResponse:
        flow, method = submission.flow, self._keys.login_method(submission)
        flow.ui.clear_messages()
        if flow.test_context:
            return self.trials.submit(submission)
        if submission.session and flow.requested_aal == "aal2":
            return self._with_second_factor(submission, submission.session, method)
        if method == "password":
            return await self._with_password(submission)
        if method == "code" and not self._registry.options.code_is_second_factor:
            return self._codes.first_factor(submission)
        if method == "oidc":
            return self.social.start(submission)
        if method in ("passkey", "webauthn"):
            return self._with_key(submission, method)
        if self._asks_identifier_first and (method == "identifier_first" or submission.text("identifier")):
            return self._with_identifier(submission)
        raise self.reject(submission, self.no_strategy)

    def _with_identifier(self, submission: Submission) -> web.StreamResponse:
        """Take the identifier, and show the methods of that account."""
        flow, ui, identifier = submission.flow, submission.flow.ui, submission.text("identifier")
        ui.set_value("identifier", identifier)
        identity = self._find(identifier)
        usable = self._method_nodes(flow, identity) if identity else []
        if identity is None or not usable:
            ui.add_error("identifier", _NO_ACCOUNT)
            raise Rejected
        flow.transient_payload = submission.payload()
        shown = self.identifier_node(group="identifier_first")
        shown["attributes"]["type"] = "hidden"
        ui.nodes = [shown, self.csrf_node(submission.request, flow), *usable]
        ui.set_value("identifier", identifier)
        if all(node["group"] == "code" for node in usable):
            return self._codes.send(submission, identity, identifier)
        flow.active = "identifier_first"
        return self.answer(submission, status=400)

    def _find(self, identifier: str) -> Identity | None:
        kinds = ("password", "code", "webauthn")
        found = (self._store.find(kind, normalized(identifier)) for kind in kinds)
        return next((identity for identity in found if identity), None)

    async def _with_password(self, submission: Submission) -> web.StreamResponse:
        identifier, ui = submission.text("identifier"), submission.flow.ui
        for name in ("identifier", "password"):
            if not submission.text(name):
                ui.add_error(name, missing(name))
        if not (identifier and submission.text("password")):
            ui.set_value("identifier", identifier)
            raise Rejected
        identity = self._store.find("password", normalized(identifier))
        hashed = (identity.config("password") or {}).get("hashed_password") if identity else None
        if identity is None or not hashed or not await verify_password(submission.text("password"), hashed):
            ui.set_value("identifier", identifier)
            raise self.reject(submission, _INVALID)
        submission.flow.active = "password"
        return self.first_factor(submission, identity, "password")

    def ask_to_link(self, submission: Submission, visit: SignIn) -> Flow:
        """Make a flow in which the owner of an address logs in, to add the account of a sign-in provider."""
        flow = self.new_flow(submission.request, submission.flow.type, return_to=submission.flow.return_to)
        flow.active, flow.pending["link"] = "oidc", visit
        email, login_url = visit.claims["email"], self._registry.ui_url("login")
        words = (
            f'You tried to sign in with "{email}", but that email is already used by another account. Sign in to your '
            f'account with one of the options below to add your account "{email}" at "generic" as another way to sign '
            "in."
        )
        context: dict[str, Any] = {
            "available_credential_types": [],
            "available_providers": [],
            "duplicateIdentifier": email,
            "duplicate_identifier": email,
            "newLoginUrl": login_url,
            "new_login_url": login_url,
            "provider": "generic",
        }
        flow.ui.messages = [text(1010016, words, **context)]
        flow.ui.nodes = [node for node in flow.ui.nodes or () if node["group"] != "oidc"]
        identifier = flow.ui.find("identifier")
        if identifier is not None:
            identifier["attributes"]["type"] = "hidden"
            flow.ui.set_value("identifier", email)
        return flow

    def _with_key(self, submission: Submission, method: str) -> web.StreamResponse:
        """Log in with a passkey or, where they are no second factor, with a security key."""
        flow = submission.flow
        if submission.text(f"{method}_login"):
            return self.first_factor(submission, self._keys.login(submission, method), method)
        if method == "passkey":
            flow.ui.nodes = [self.identifier_node(), *self._keys.passkey_login_nodes(flow)]
        else:
            self._keys.ask_for_key(submission, self._find(submission.text("identifier")))
        if not flow.is_native:
            flow.ui.set_csrf(self._csrf.form_token(submission.request))
        if submission.wants_json:
            raise location_change(self.ui_url(flow))
        return see_other(submission.request, self.ui_url(flow))

    def _with_second_factor(self, submission: Submission, session: Session, method: str) -> web.StreamResponse:
        identity = self._authentication.identity(session)
        if method == "totp":
            self._check_totp(submission, identity)
        elif method == "lookup_secret":
            self._check_lookup_secret(submission, identity)
        elif method == "webauthn":
            self._keys.second_factor(submission, identity)
        elif method == "code" and self._registry.options.code_is_second_factor:
            if sent := self._codes.second_factor(submission, identity):
                return sent
        else:
            raise self.reject(submission, self.no_strategy)
        self._authentication.add_method(session, method, "aal2")
        return self._logged_in(submission, session, is_new=False)

    def _check_totp(self, submission: Submission, identity: Identity) -> None:
        config, ui = identity.config("totp"), submission.flow.ui
        ui.set_value("totp_code", None)
        code = submission.text("totp_code")
        if len(code) < _TOTP_DIGITS:
            ui.add_error("totp_code", too_short(code, _TOTP_DIGITS) if code else missing("totp_code"))
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
            ui.add_error("lookup_secret", missing("lookup_secret"))
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

    def first_factor(
        self, submission: Submission, identity: Identity, method: str, *, provider: str = ""
    ) -> web.StreamResponse:
        """Log somebody in, or confirm again who it is. Raises Rejected or Problem."""
        if identity.state != "active":
            raise self.reject(submission, DISABLED)
        flow, request, session = submission.flow, submission.request, submission.session
        if session and flow.refresh and session.identity_id == identity.id:
            self._authentication.add_method(session, method, "aal1", provider=provider)
            return self._logged_in(submission, session, is_new=False)
        if self._registry.options.requires_verified_address:
            self._require_verified(submission, identity)
        if not flow.is_native:
            self._csrf.rotate()
        session = self._authentication.begin(request, identity, method, provider=provider)
        self.social.link_after_login(submission, session)
        return self._logged_in(submission, session)

    def _require_verified(self, submission: Submission, identity: Identity) -> None:
        """Send somebody without a verified address to the verification. Raises Problem."""
        addresses = identity.verifiable_addresses
        if not addresses or any(address.verified for address in addresses):
            return
        flow = self._verification.begin(submission.request, addresses[0], submission.flow)
        url = self._verification.ui_url(flow)
        shown = {"id": flow.id, "verifiable_address": addresses[0].value, "url": url}
        raise Problem(
            403,
            "your email or phone address is not yet verified",
            reason=_UNVERIFIED,
            id="session_verified_address_required",
            code=400,
            details={"continue_with": [{"action": "show_verification_ui", "flow": shown}]},
            siblings={} if submission.wants_json else {"redirect_browser_to": url},
        )

    def _logged_in(self, submission: Submission, session: Session, *, is_new: bool = True) -> web.StreamResponse:
        """Answer a login; one that needs a second factor still goes on to it."""
        submission.keep_form()
        flow, request = submission.flow, submission.request
        lacks_factor = self._authentication.lacks_second_factor(session)
        view = self._authentication.view(session)
        if not is_new:  # the device of this login is shown, but not kept
            view["devices"].append(device_view(device_of(request)) | {"id": _NO_DEVICE})
        if flow.is_native:
            shown = view | ({"identity": None} if lacks_factor else {})
            return json_answer({"session_token": session.token, "session": shown, "continue_with": None})
        if lacks_factor:
            target = self._authentication.aal2_url(flow.return_to, flow.login_challenge)
        elif flow.login_challenge:
            target = self._oauth2.accept(flow.login_challenge, session)
        else:
            target = self.return_url(flow)
        if not submission.wants_json:
            response: web.StreamResponse = see_other(request, target)
        elif lacks_factor or flow.login_challenge:
            response = location_change(target).answer()
        else:
            going_on = [{"action": "redirect_browser_to", "redirect_browser_to": target}]
            response = json_answer({"session": view, "continue_with": going_on})
        set_session_cookie(self._registry, response, session)
        return response


def _needs_first_factor() -> Problem:
    return Problem(
        401,
        "aal2 and aal3 can only be requested if a session exists already",
        reason="You can not requested a higher AAL (AAL2/AAL3) without an active session.",
        id="session_aal1_required",
    )


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
