"""Social sign-in: the way to an OpenID Connect provider and back, and the provider, which the local Ory plays itself."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import NAMESPACE_URL, uuid5

from aiohttp import web

from ... import base64url
from ...answers import Problem, bad_request, json_answer, not_found
from ...ids import random_token
from ..cookies import CONTINUITY_COOKIE
from ..flow import Flow
from ..http import public
from ..schemas import SchemaViolation
from ..state import AuthenticationMethod, Identity, Session, SignIn
from ..ui import Node, field_node, reason_error, text
from .base import Rejected, Services, Submission, error_page, location_change, see_other

if TYPE_CHECKING:
    from .login import LoginFlows
    from .registration import RegistrationFlows
    from .settings import SettingsFlows

AUTHORIZE = "/local/oidc/authorize"
_CALLBACK = "/self-service/methods/oidc/callback"
_LABELS = {"login": (1010002, "Sign in with"), "registration": (1040002, "Sign up with")}
_PAGE = """\
<!doctype html><html lang="en"><meta charset="utf-8"><title>Local sign-in</title>
<form>{fields}<label>E-mail <input name="email" type="email" required autofocus></label>
<button>Sign in</button><button name="error" value="access_denied" formnovalidate>Refuse</button></form></html>
"""


def provider_nodes(providers: Iterable[str], *, kind: str) -> list[Node]:
    """Make the buttons of a login or registration."""
    id, words = _LABELS[kind]
    return [
        field_node(
            "oidc",
            "provider",
            "submit",
            value=name,
            label=text(id, f"{words} {name}", provider=name, provider_id=name),
        )
        for name in providers
    ]


def link_nodes(providers: Iterable[str], identity: Identity, *, can_unlink: bool) -> list[Node]:
    """Make the buttons of the settings."""
    linked = [link["provider"] for link in _links(identity)]
    nodes = [
        field_node("oidc", "link", "submit", value=name, label=text(1050002, f"Link {name}", provider=name))
        for name in providers
        if name not in linked
    ]
    unlinkable = linked if can_unlink else []
    return nodes + [
        field_node("oidc", "unlink", "submit", value=name, label=text(1050003, f"Unlink {name}", provider=name))
        for name in unlinkable
    ]


class SocialSignIn:
    """The method `oidc` of login, registration and settings."""

    login: LoginFlows
    registration: RegistrationFlows
    settings: SettingsFlows

    def __init__(self, services: Services) -> None:
        self._registry = services.registry
        self._store = services.registry.store
        self._manager = services.manager
        self._authentication = services.authentication
        self._csrf = services.csrf

    def routes(self) -> list[web.AbstractRouteDef]:
        return [
            web.get(f"{_CALLBACK}/{{provider}}", self._csrf.ensured(public(self.callback), on_read=False)),
            web.get("/sessions/token-exchange", public(self.exchange)),
            web.get(AUTHORIZE, public(self.authorize)),
        ]

    # To the provider

    def start(self, submission: Submission, field: str = "provider") -> web.StreamResponse:
        """Send a browser to the provider. Raises Problem."""
        name, flow = submission.text(field), submission.flow
        if name not in self._registry.options.oidc_providers:
            what = f" {name}" if field == "provider" else ""
            raise not_found(f"Unknown OpenID Connect provider{what}")
        if submission.text("id_token"):
            reason = "The provider generic does not support id_token verification"
            raise Problem(502, "Upstream error", reason=reason, id="upstream_error")
        state, verifier = secrets.token_hex(32), secrets.token_bytes(32)
        continuity = "" if flow.is_native else self._csrf.pause()
        visit = SignIn(flow_id=flow.id, provider=name, continuity=continuity)
        self._store.sign_ins[state] = visit
        flow.active = "oidc"
        challenge = base64url.encoded(hashlib.sha256(verifier).digest())
        query = {
            "client_id": "local-kratos",
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            **({"prompt": "login"} if flow.refresh else {}),
            "redirect_uri": self._registry.url(f"{_CALLBACK}/{name}"),
            "response_type": "code",
            "scope": "openid",
            "state": state,
        }
        url = self._registry.url(f"{AUTHORIZE}?{urlencode(query)}")
        if submission.wants_json:
            raise location_change(url)
        return see_other(submission.request, url)

    async def authorize(self, request: web.Request) -> web.StreamResponse:
        """Play the provider: sign in whom `email` names, or refuse with `error`; without either, ask by a page."""
        query = request.query
        visit = self._store.sign_ins.get(query.get("state", ""))
        if visit is None:
            raise bad_request("The sign-in is unknown or over. Please start again.")
        callback = self._registry.url(f"{_CALLBACK}/{visit.provider}")
        if error := query.get("error"):
            refusal = {"error": error, "error_description": query.get("error_description") or "the user said no"}
            return see_other(request, f"{callback}?{urlencode(refusal | {'state': query['state']})}")
        email = query.get("email")
        if not email:
            hidden = (f'<input type="hidden" name="{escape(n)}" value="{escape(v)}">' for n, v in query.items())
            return web.Response(text=_PAGE.format(fields="".join(hidden)), content_type="text/html")
        visit.code = random_token(40)
        subject = str(uuid5(NAMESPACE_URL, f"{visit.provider}:{email}"))
        visit.claims = {"iss": self._registry.url("/local/oidc"), "sub": subject, "email": email}
        answer = {"code": visit.code, "scope": "openid", "state": query["state"]}
        return see_other(request, f"{callback}?{urlencode(answer)}")

    # And back

    async def callback(self, request: web.Request) -> web.StreamResponse:
        try:
            visit, flow = self._visit(request)
            submission = Submission(request, flow, {}, self._authentication.find(request))
            submission.wants_json = flow.is_native and not flow.exchange_code
            try:
                return self._returned(submission, visit)
            except Rejected:
                return self._refused(submission)
        except Problem as problem:
            return error_page(self._registry, request, problem)

    def _visit(self, request: web.Request) -> tuple[SignIn, Flow]:
        visit = self._store.sign_ins.pop(request.query.get("state", ""), None)
        flow = self._store.flows.get(visit.flow_id) if visit else None
        if visit is None or flow is None or visit.provider != request.match_info["provider"]:
            raise bad_request("Unable to complete OpenID Connect flow because the query state parameter is unknown.")
        cookie = request.cookies.get(CONTINUITY_COOKIE, "")
        if not flow.is_native and not secrets.compare_digest(cookie.encode(), visit.continuity.encode()):
            raise bad_request("no resumable session found", message="no resumable session found")
        return visit, flow

    def _returned(self, submission: Submission, visit: SignIn) -> web.StreamResponse:
        flow, query = submission.flow, submission.request.query
        flow.active = "oidc"
        flow.ui.clear_messages()
        if error := query.get("error"):
            reason = (
                "Unable to complete OpenID Connect flow because the OpenID Provider returned error "
                f'"{error}": {query.get("error_description", "")}'
            )
            raise self.login.reject(submission, reason_error(reason))
        if not visit.code or not secrets.compare_digest(query.get("code", "").encode(), visit.code.encode()):
            raise bad_request("Unable to complete OpenID Connect flow because the code is wrong.")
        if flow.kind == "settings":
            return self.settings.link(submission, visit)
        if flow.test_context:
            return self.login.trials.passed(submission, visit)
        identity = self._store.find("oidc", subject_of(visit))
        if identity is not None:
            return self._exchangeable(
                submission, identity, self.login.first_factor(submission, identity, "oidc", provider=visit.provider)
            )
        return self._sign_up(submission, visit)

    def _sign_up(self, submission: Submission, visit: SignIn) -> web.StreamResponse:
        """Make an account of what the provider says, or ask the owner of the address to log in and link it."""
        schema, traits = self._registry.schemas.default, {"email": visit.claims["email"]}
        try:
            identity = self._manager.new("", schema.with_empty_objects(traits))
        except SchemaViolation as violation:
            raise self.registration.check_violations(submission, violation) from None
        if any(self._store.find(kind, value) for kind, value in identity.unique_keys()):
            flow = self.login.ask_to_link(submission, visit)
            return see_other(submission.request, f"{self.login.ui_url(flow)}&no_org_ui=true")
        self.link(identity, visit)
        self._manager.save(identity)
        answer = self.registration.registered(submission, identity, "oidc", provider=visit.provider)
        return self._exchangeable(submission, identity, answer)

    def _exchangeable(
        self, submission: Submission, identity: Identity, answer: web.StreamResponse
    ) -> web.StreamResponse:
        """Send a native client with an exchange code back to its app; others get the answer itself."""
        if not submission.flow.exchange_code:
            return answer
        return self._hand_over(submission, self._store.sessions_of(identity.id)[0].id)

    def _hand_over(self, submission: Submission, what: str) -> web.StreamResponse:
        flow, code = submission.flow, random_token(64)
        self._store.exchanges[flow.exchange_code, code] = what
        target = self.login.return_url(flow)
        return see_other(submission.request, f"{target}{'&' if '?' in target else '?'}code={code}")

    def _refused(self, submission: Submission) -> web.StreamResponse:
        flow = submission.flow
        if flow.exchange_code:
            return self._hand_over(submission, flow.id)
        flows = {"login": self.login, "registration": self.registration, "settings": self.settings}[flow.kind]
        return flows.answer(submission, status=400)

    async def exchange(self, request: web.Request) -> web.StreamResponse:
        """Give a native client the session of its sign-in for both codes."""
        codes = request.query.get("init_code", ""), request.query.get("return_to_code", "")
        if not all(codes):
            raise bad_request('"init_code" and "return_to_code" query params must be set')
        found = self._store.exchanges.get(codes, "")
        if session := self._store.sessions.get(found):
            view = {**self._authentication.view(session), "devices": []}
            return json_answer({"session_token": session.token, "session": view})
        if flow := self._store.flows.get(found):
            view = self.login.view(flow)
            del view["session_token_exchange_code"]
            return json_answer(view, 422)
        raise not_found('no session yet for this "code"')

    # Accounts of identities

    def link(self, identity: Identity, visit: SignIn) -> None:
        """Add the account of a provider to an identity that is not stored yet."""
        empty = {"initial_id_token": "", "initial_access_token": "", "initial_refresh_token": ""}
        link = {"subject": visit.claims["sub"], "provider": visit.provider, "organization": "", **empty}
        credential = self._manager.credential(identity, "oidc")
        credential.config = {"providers": [*_links(identity), link]}
        credential.identifiers = [*credential.identifiers, subject_of(visit)]

    def unlink(self, identity: Identity, provider: str) -> bool:
        """Take the accounts of a provider away; tell whether there was one."""
        links = _links(identity)
        left = [link for link in links if link["provider"] != provider]
        if not left:
            identity.credentials.pop("oidc", None)
        else:
            credential = self._manager.credential(identity, "oidc")
            credential.config = {"providers": left}
            credential.identifiers = [f"{link['provider']}:{link['subject']}" for link in left]
        return len(left) < len(links)

    def link_after_login(self, submission: Submission, session: Session) -> None:
        """Add the account that waited for a login of its owner."""
        visit: SignIn | None = submission.flow.pending.pop("link", None)
        if visit is None:
            return
        identity = self._manager.draft(self._authentication.identity(session))
        self.link(identity, visit)
        self._manager.save(identity)
        session.methods.append(
            AuthenticationMethod(
                method="oidc", aal="aal1", completed_at=self._registry.clock.now(), provider=visit.provider
            )
        )


def subject_of(visit: SignIn) -> str:
    """Return the identifier of the account a provider has confirmed."""
    return f"{visit.provider}:{visit.claims['sub']}"


def _links(identity: Identity) -> list[dict[str, Any]]:
    links: list[dict[str, Any]] = (identity.config("oidc") or {}).get("providers", [])
    return links
