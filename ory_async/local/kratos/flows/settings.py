from __future__ import annotations

import secrets
import string
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

from aiohttp import web

from ...answers import FORBIDDEN, UNAUTHORIZED, Problem, json_answer
from ...clock import timestamp
from ...passwords import verify_password
from ..cookies import CONTINUITY_COOKIE, set_session_cookie
from ..flow import Flow
from ..schemas import SchemaViolation
from ..state import Conflict, Identity, PausedChange, Session, SignIn
from ..totp import is_valid_totp, new_totp, totp_url
from ..ui import (
    DUPLICATE,
    PASSWORD,
    SAVE,
    WRONG_TOTP,
    Node,
    Text,
    error,
    field_node,
    image_node,
    missing,
    reason_error,
    submit_node,
    text,
    text_node,
    trait_nodes,
)
from ..views import identity_view
from .base import FlowHandlers, Rejected, Services, Submission, see_other
from .forms import wants_json
from .keys import Keys, first_factors
from .policy import password_fault
from .social import SocialSignIn, link_nodes, subject_of
from .verification import VerificationFlows

_SAVED = text(1050001, "Your changes have been saved!", "success")
_SAME_PASSWORD = error(4000039, "The new password must be different from the old password.")
_LOOKUP_BUTTONS = {
    "reveal": text(1050007, "Reveal backup recovery codes"),
    "regenerate": text(1050008, "Generate new backup recovery codes"),
    "confirm": text(1050011, "Confirm backup recovery codes"),
    "disable": text(1050016, "Disable this method"),
}
_CAN_NOT_UNLINK = "can not unlink non-existing OpenID Connect connection"
_INACTIVE = "request does not have a valid authentication session"
_METHODS = ("profile", "password", "totp", "lookup_secret", "oidc", "passkey", "webauthn")
_LOOKUP_CODES = 12
_LONGEST_PAUSE = timedelta(minutes=15)
_LOOKUP_CODE_LENGTH = 8
# One grey dot: the secret beside it is what a test reads, not the picture.
_QR_CODE = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="
)


class SettingsFlows(FlowHandlers):
    """Settings: traits, password, and the second factors TOTP and lookup secrets."""

    kind = "settings"
    looks_at_session_first = True
    expired_message_id = 4050001
    no_strategy = error(
        4010004, "Could not find a strategy to update your settings. Did you fill out the form correctly?"
    )

    def __init__(self, services: Services, verification: VerificationFlows, social: SocialSignIn) -> None:
        super().__init__(services)
        self._verification = verification
        self._social = social
        self._keys = Keys(self, services)

    def view(self, flow: Flow) -> dict[str, Any]:
        identity = self._identity(flow)
        shown = identity_view(identity, self._registry.schema_url(identity))
        rest = {"identity": shown, "state": flow.state, "organization_id": None}
        return flow.head() | rest | flow.tail()

    def check_create(self, request: web.Request, session: Session | None) -> None:
        if session is None and request.path.endswith("/api"):
            reason = "This endpoint can only be accessed with a valid session. Please log in and try again."
            raise Problem(401, _INACTIVE, reason=reason, id="session_inactive")
        if session is None:
            reason = "No active session was found in this request."
            siblings = {"CredentialsMissing": False}
            raise Problem(401, _INACTIVE, reason=reason, id="session_inactive", siblings=siblings)
        self._authentication.require_aal(session)

    def check_session(self, request: web.Request, flow: Flow, session: Session | None) -> None:
        if session is None:
            reason = "A valid Ory Session Cookie or Ory Session Token is missing."
            raise Problem(401, UNAUTHORIZED, reason=reason)
        if session.identity_id != flow.identity_id:
            raise Problem(
                403,
                FORBIDDEN,
                reason="The request was made for another identity and has been blocked for security reasons.",
                id="security_identity_mismatch",
            )
        shown = self.ui_url(flow) if request.path.endswith("/flows") else flow.ui.action
        self._authentication.require_aal(session, return_to=shown)

    def page_problem(self, request: web.Request, problem: Problem) -> web.StreamResponse:
        if problem.status != 401:
            return super().page_problem(request, problem)
        if not request.path.endswith("/browser"):
            return see_other(request, self._registry.ui_url("login"), status=302)
        back = request.query.get("return_to", "")
        query = f"?{urlencode({'return_to': back})}" if back else ""
        return see_other(request, self._registry.url(f"/self-service/login/browser{query}"))

    def build(self, request: web.Request, flow: Flow) -> None:
        session = self._authentication.find(request)
        if session is not None:
            self.prepare(request, flow, self._authentication.identity(session))

    def prepare(self, request: web.Request, flow: Flow, identity: Identity) -> None:
        """Fill in the form for an identity."""
        flow.state = "show_form"
        flow.identity_id = identity.id
        fields = self._manager.schema(identity.schema_id).fields()
        flow.ui.nodes = [
            self.csrf_node(request, flow),
            *trait_nodes(fields, identity.traits, group="profile"),
            submit_node("profile", "profile", SAVE),
            field_node("password", "password", "password", label=PASSWORD, required=True, autocomplete="new-password"),
            submit_node("password", "password", SAVE),
            *link_nodes(self._registry.options.oidc_providers, identity, can_unlink=first_factors(identity) > 1),
            *self._keys.settings_nodes(flow, identity),
            *_lookup_nodes(identity),
            *self._totp_nodes(flow, identity),
        ]

    def _totp_nodes(self, flow: Flow, identity: Identity) -> list[Node]:
        if identity.config("totp") is not None:
            unlink = text(1050004, "Unlink TOTP Authenticator App")
            return [field_node("totp", "totp_unlink", "submit", value="true", required=True, label=unlink)]
        account = next((address.value for address in identity.verifiable_addresses), identity.id)
        totp = new_totp(account)
        flow.pending["totp_url"] = totp_url(totp)
        explanation = "This is your authenticator app secret. Use it if you can not scan the QR code."
        return [
            image_node("totp", "totp_qr", _QR_CODE, text(1050005, "Authenticator app QR code")),
            text_node(
                "totp", "totp_secret_key", text(1050006, totp.secret, secret=totp.secret), text(1050017, explanation)
            ),
            field_node("totp", "totp_code", label=text(1070006, "Verify code"), required=True),
            submit_node("totp", "totp", SAVE),
        ]

    async def read(self, request: web.Request, flow: Flow, session: Session | None) -> Mapping[str, Any]:
        """Return the fields of a submission, which a browser has sent before if it comes from confirming the login."""
        cookie = request.cookies.get(CONTINUITY_COOKIE, "")
        paused = self._store.paused_changes.get(cookie)
        is_resumed = (
            paused is not None
            and not wants_json(request, is_submission=True)
            and (paused.flow_id, paused.identity_id) == (flow.id, flow.identity_id)
            and self._registry.clock.now() < paused.expires_at
        )
        if paused is None or not is_resumed:
            return await super().read(request, flow, session)
        del self._store.paused_changes[cookie]
        return paused.fields

    def check_form(self, submission: Submission) -> None:
        if self._method(submission) in _METHODS:
            super().check_form(submission)

    async def submit(self, submission: Submission) -> web.StreamResponse:
        flow, method = submission.flow, self._method(submission)
        if method == "profile":  # whose messages stand beside those of other methods
            return self._profile(submission)
        flow.ui.clear_messages()
        if method == "password":
            return await self._password(submission)
        if method == "totp":
            return self._totp(submission)
        if method == "lookup_secret":
            return self._lookup_secret(submission)
        if method == "oidc":
            return self._oidc(submission)
        if method in ("passkey", "webauthn"):
            return self._key(submission, method)
        raise self.reject(submission, self.no_strategy)

    def _profile(self, submission: Submission) -> web.StreamResponse:
        flow = submission.flow
        identity = self._manager.draft(self._identity(flow))
        schema = self._manager.schema(identity.schema_id)
        traits = schema.with_empty_objects(submission.fields.get("traits", {}))
        flow.ui.reset("traits.")
        flow.ui.show_values("profile", "traits", traits)
        known = {credential.type: credential.identifiers for credential in identity.credentials.values()}
        try:
            self._manager.set_traits(identity, traits)
        except SchemaViolation as violation:
            raise self.check_violations(submission, violation) from None
        if any(known.get(type, []) != credential.identifiers for type, credential in identity.credentials.items()):
            self._require_privileged(submission)
        try:
            self._manager.save(identity)
        except Conflict:
            raise self.reject(submission, DUPLICATE) from None
        return self._saved(submission)

    async def _password(self, submission: Submission) -> web.StreamResponse:
        self._require_privileged(submission)
        identity = self._manager.draft(self._identity(submission.flow))
        password, ui = submission.text("password"), submission.flow.ui
        identifiers = identity.credentials["password"].identifiers if "password" in identity.credentials else []
        fault = password_fault(password, identifiers) if password else missing("password")
        if fault or (fault := await _repetition(identity, password)):
            ui.add_error("password", fault)
            raise Rejected
        await self._manager.set_password(identity, password)
        self._manager.save(identity)
        return self._saved(submission)

    def _method(self, submission: Submission) -> str:
        """Return the method; buttons to link and unlink accounts need not name theirs."""
        is_oidc = submission.text("link") or submission.text("unlink")
        return submission.method or ("oidc" if is_oidc else self._keys.change_method(submission))

    def _key(self, submission: Submission, method: str) -> web.StreamResponse:
        self._require_privileged(submission)
        identity = self._manager.draft(self._identity(submission.flow))
        if submission.text(f"{method}_remove"):
            self._keys.remove(submission, identity, method)
            self._manager.save(identity)
            return self._saved(submission)
        self._keys.add(submission, identity, method)
        self._manager.save(identity)
        is_first_factor = method == "passkey" or self._registry.options.webauthn_is_passwordless
        if submission.session:
            aal = "aal1" if is_first_factor else "aal2"
            self._authentication.add_method(submission.session, method, aal)
        return self._saved(submission)

    def _oidc(self, submission: Submission) -> web.StreamResponse:
        provider = submission.text("unlink")
        if not provider:
            return self._social.start(submission, "link")
        self._require_privileged(submission)
        identity = self._manager.draft(self._identity(submission.flow))
        if first_factors(identity) <= 1 or not self._social.unlink(identity, provider):
            raise self.reject(submission, reason_error(_CAN_NOT_UNLINK))
        self._manager.save(identity)
        return self._saved(submission)

    def link(self, submission: Submission, visit: SignIn) -> web.StreamResponse:
        """Add the account of a sign-in provider. Raises Rejected or Problem."""
        self.check_session(submission.request, submission.flow, submission.session)
        self._require_privileged(submission)
        identity = self._manager.draft(self._identity(submission.flow))
        if self._store.find("oidc", subject_of(visit)):
            raise self.reject(submission, DUPLICATE)
        self._social.link(identity, visit)
        self._manager.save(identity)
        return self._saved(submission)

    def _totp(self, submission: Submission) -> web.StreamResponse:
        self._require_privileged(submission)
        flow = submission.flow
        identity = self._manager.draft(self._identity(flow))
        if identity.config("totp") is not None:  # then there is nothing to set up: a code is not even looked at
            if submission.is_set("totp_unlink"):
                del identity.credentials["totp"]
            self._manager.save(identity)
            return self._saved(submission)
        code, url = submission.text("totp_code"), flow.pending.get("totp_url", "")
        if not code:
            flow.ui.add_error("totp_code", missing("totp_code"))
            raise Rejected
        if not is_valid_totp(url, code, self._registry.clock.now()):
            flow.ui.add_error("totp_code", WRONG_TOTP)
            raise Rejected
        self._manager.credential(identity, "totp").config = {"totp_url": url}
        self._manager.save(identity)
        if submission.session:
            self._authentication.add_method(submission.session, "totp", "aal2")
        return self._saved(submission)

    def _lookup_secret(self, submission: Submission) -> web.StreamResponse:
        self._require_privileged(submission)
        flow = submission.flow
        identity = self._manager.draft(self._identity(flow))
        config = identity.config("lookup_secret")
        if submission.is_set("lookup_secret_reveal"):
            if config is None:
                raise self.reject(submission, reason_error("Can not reveal lookup codes because you have none."))
            return self._show_codes(
                submission, config["recovery_codes"], [_lookup_button("regenerate"), _lookup_button("disable")]
            )
        if submission.is_set("lookup_secret_regenerate"):
            codes = [{"code": _lookup_code(), "used_at": None} for _ in range(_LOOKUP_CODES)]
            flow.pending["recovery_codes"] = codes
            return self._show_codes(submission, codes, [_lookup_button("confirm")])
        if submission.is_set("lookup_secret_confirm"):
            codes = flow.pending.pop("recovery_codes", None)
            if codes is None:
                reason = "You must (re-)generate recovery backup codes before you can save them."
                raise self.reject(submission, reason_error(reason))
            self._manager.credential(identity, "lookup_secret").config = {"recovery_codes": codes}
            if submission.session:
                self._authentication.add_method(submission.session, "lookup_secret", "aal2")
        elif submission.is_set("lookup_secret_disable"):
            identity.credentials.pop("lookup_secret", None)
        else:
            raise self.reject(submission, self.no_strategy)
        self._manager.save(identity)
        return self._saved(submission)

    def _show_codes(
        self, submission: Submission, codes: list[dict[str, Any]], buttons: list[Node]
    ) -> web.StreamResponse:
        flow = submission.flow
        others = [node for node in flow.ui.nodes or () if node["group"] != "lookup_secret"]
        label = text(1050010, "These are your back up recovery codes. Please keep them in a safe place!")
        shown = text_node("lookup_secret", "lookup_secret_codes", _codes_text(codes), label)
        flow.ui.nodes = [*others, shown, *buttons]
        flow.transient_payload = submission.payload()
        return self.answer(submission)

    def _saved(self, submission: Submission) -> web.StreamResponse:
        """Answer a change. The form is that of a new flow from here on, which Kratos shows by its action only."""
        flow, request = submission.flow, submission.request
        self._verification.begin_for(request, self._identity(flow), flow)
        fresh = self.new_flow(request, flow.type, request_url=flow.request_url, return_to=flow.return_to)
        self.prepare(request, fresh, self._identity(flow))
        flow.ui, flow.pending, flow.state = fresh.ui, dict(fresh.pending), "success"
        flow.ui.messages = [_SAVED]
        target = flow.return_to or self.ui_url(flow)
        if flow.is_native:
            return json_answer(self.view(flow))
        going_on = [{"action": "redirect_browser_to", "redirect_browser_to": target}]
        if submission.wants_json:
            response: web.StreamResponse = json_answer(self.view(flow) | {"continue_with": going_on})
        else:
            response = see_other(request, target)
        if submission.session:
            set_session_cookie(self._registry, response, submission.session)
        return response

    def _require_privileged(self, submission: Submission) -> None:
        if submission.session and self._authentication.is_privileged(submission.session):
            return
        if not submission.flow.is_native or submission.method == "profile":
            flow = submission.flow
            self._store.paused_changes[self._csrf.pause()] = PausedChange(
                flow_id=flow.id,
                identity_id=flow.identity_id or "",
                fields=submission.fields,
                expires_at=self._registry.clock.now() + _LONGEST_PAUSE,
            )
        back = quote(self._registry.url(f"/self-service/settings?flow={submission.flow.id}"), safe="")
        target = self._registry.url(f"/self-service/login/browser?refresh=true&return_to={back}")
        raise Problem(
            403,
            FORBIDDEN,
            reason="The login session is too old and thus not allowed to update these fields. Please re-authenticate.",
            id="session_refresh_required",
            siblings={"redirect_browser_to": target},
        )

    def _identity(self, flow: Flow) -> Identity:
        return self._store.identities[flow.identity_id or ""]


async def _repetition(identity: Identity, password: str) -> Text | None:
    """Say that a password is the one which the identity has already."""
    known = (identity.config("password") or {}).get("hashed_password")
    return _SAME_PASSWORD if known and await verify_password(password, known) else None


def _lookup_nodes(identity: Identity) -> list[Node]:
    names = ("reveal", "disable") if identity.config("lookup_secret") else ("regenerate",)
    return [_lookup_button(name) for name in names]


def _lookup_button(name: str) -> Node:
    return submit_node("lookup_secret", "true", _LOOKUP_BUTTONS[name], name=f"lookup_secret_{name}")


def _lookup_code() -> str:
    return "".join(secrets.choice(string.ascii_lowercase + string.digits) for _ in range(_LOOKUP_CODE_LENGTH))


def _codes_text(codes: list[dict[str, Any]]) -> Text:
    words = ", ".join("used" if code.get("used_at") else code["code"] for code in codes)
    return text(1050015, words, secrets=[_code_text(code) for code in codes])


def _code_text(code: dict[str, Any]) -> Text:
    if used_at := code.get("used_at"):
        return text(1050014, f"Secret was used at {used_at}", used_at=used_at)
    return text(1050009, code["code"], secret=code["code"])


def recovered_message(session: Session, lifespan: timedelta) -> Text:
    """Make the message of the settings that follow a recovery: the session is privileged for `lifespan`."""
    end = session.authenticated_at + lifespan
    return text(
        1060001,
        "You successfully recovered your account. Please change your password or set up an alternative login method "
        f"(e.g. social sign in) within the next {lifespan.total_seconds() / 60:.2f} minutes.",
        "success",
        privilegedSessionExpiresAt=timestamp(end),
        privileged_session_expires_at=timestamp(end),
        privileged_session_expires_at_unix=int(end.timestamp()),
    )
