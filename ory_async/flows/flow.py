"""A flow under way: beginning it, submitting it, and telling what came of it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias
from urllib.parse import parse_qs, urlsplit

import attrs

from .. import models
from ..calls import with_response
from ..client import Ory
from ..errors import (
    ApiError,
    BrowserRedirectRequired,
    FlowNotCompleted,
    Forbidden,
    Gone,
    InvalidRequest,
    NotFound,
    SecondFactorRequired,
    SessionAlreadyAvailable,
    SessionRefreshRequired,
    UnexpectedRedirect,
)
from ..messages import Redirect
from .cookies import merge_cookies
from .form import FlowModel, Form, Kind, M_co, Method
from .outcomes import AlreadyLoggedIn, Completed, Expired, Invalid, NextStep, OutcomeOf, Reason, RedirectTo

MODELS: Final[Mapping[Kind, type[FlowModel]]] = {
    "login": models.LoginFlow,
    "registration": models.RegistrationFlow,
    "settings": models.SettingsFlow,
    "recovery": models.RecoveryFlow,
    "verification": models.VerificationFlow,
}
_REASONS: Final[Mapping[str, Reason]] = {
    "recovery_awaiting_address_choice": "choose_address",
    "recovery_confirming_address": "confirm_address",
    "recovery_awaiting_code": "code_sent",
}
_LOGIN_OPTIONS = ("aal", "refresh", "return_to", "login_challenge", "organization", "via", "identity_schema")
_LOGGED_IN_ALREADY = "A valid session was detected"  # the server has no number of its own for this message


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Flow(Form[M_co]):
    """A flow of any kind: its form, and how to submit it."""

    _ory: Ory = attrs.field(alias="ory")
    cookie: str | None = None
    """The Cookie header of its browser, with what the answers since have set."""
    session_token: str | None = None
    """The session of its app, for settings, a second factor or a refresh."""
    set_cookies: list[str] = attrs.field(factory=list)
    """Set-Cookie headers that came with the flow: hand each of them to the browser, or it cannot submit the form."""
    exchange_code: str | None = None
    """What `exchange` needs, in flows of apps that were begun with ``return_session_token_exchange_code``."""

    async def submit(self, method: Method, /, **fields: models.Json) -> Outcome:
        """Submit a method with its fields, such as ``submit("password", identifier=..., password=...)``.

        What the form has already goes along: the CSRF token, and hidden and prefilled fields; see `body`. In the
        handler of a page's form use `submit_form` instead, which leaves the CSRF token to the browser.

        Raises `InvalidRequest` when the form does not offer the method or a required field is missing; and what is no
        outcome: `CsrfViolation`, `Unauthorized` (settings without a session, an inactive account), `NotFound` (no such
        flow or provider), `ServerError`, `TransportError`.
        """
        return await self.send(self.body(method, **fields))

    async def submit_form(self, form: Mapping[str, str], /) -> Outcome:
        """Submit what a browser has posted: the names and texts of this flow's HTML form, its CSRF token among them.

        Raises what `submit` raises for answers that are no outcome; `CsrfViolation` where the form has no token.
        """
        return await self.send(self.posted(form))

    async def send(self, body: Mapping[str, models.Json], /) -> Outcome:
        """Submit a body of your own, as it is.

        Raises what `submit` raises for answers that are no outcome.
        """
        update: Callable[..., Coroutine[Any, Any, Any]] = getattr(self._ory.frontend, f"update_{self.kind}_flow")
        takes_token = self.kind in ("login", "settings")
        credentials = {"cookie": self.cookie} | ({"x_session_token": self.session_token} if takes_token else {})
        return await self._outcome(update, dict(body), flow=self.id, **credentials)

    async def exchange(self, code: str, /) -> Outcome:
        """Fetch the session of an app whose person has signed in by a browser.

        `code` is the parameter of that name in the URL the browser came back to.

        Raises `InvalidRequest` when the flow was not begun with ``return_session_token_exchange_code``, `NotFound` for
        a wrong code and while the sign-in is not done.
        """
        if not self.exchange_code:
            raise InvalidRequest("begin the flow with return_session_token_exchange_code=True to exchange a code")
        return await self._outcome(
            self._ory.frontend.exchange_session_token, init_code=self.exchange_code, return_to_code=code
        )

    # what came of it

    async def _outcome(self, call: Callable[..., Coroutine[Any, Any, Any]], /, *args: Any, **kwargs: Any) -> Outcome:
        try:
            answered = await with_response(call)(*args, **kwargs)
        except ApiError as error:
            return await self._outcome_of_error(error)
        result, set_cookies = answered.data, self._for_browser(answered.set_cookies)
        match result:
            case Redirect():
                return await self._begin_again(_flow_in(result.location), set_cookies)
            case models.SuccessfulNativeLogin():
                return await self._logged_in(result, set_cookies)
            case models.SuccessfulNativeRegistration():
                return Completed(
                    session=result.session,
                    session_token=result.session_token or _session_token(result.continue_with),
                    identity=result.identity,
                    redirect_to=_redirect(result.continue_with),
                    set_cookies=set_cookies,
                    continue_with=result.continue_with or [],
                )
            case _:
                return self._read(result, set_cookies)

    async def _outcome_of_error(self, error: ApiError) -> Outcome:
        """The outcome that an error tells; raises it again when it is none."""
        set_cookies = self._for_browser(error.set_cookies)
        match error:
            case FlowNotCompleted():
                return self._read(error.flow, set_cookies)
            case BrowserRedirectRequired(redirect_browser_to=str(url)):
                return await self._sent_elsewhere(url, set_cookies)
            case SecondFactorRequired():
                return await self._log_in_first("second_factor", error.redirect_browser_to, set_cookies)
            case SessionRefreshRequired():
                return await self._log_in_first("refresh", error.redirect_browser_to, set_cookies)
            case Gone():
                return await self._begin_again(getattr(error, "use_flow_id", None), set_cookies)
            case _:
                return await self._way_on(error, set_cookies)

    async def _way_on(self, error: ApiError, set_cookies: list[str]) -> Outcome:
        """The outcome of an error that is of no class of its own, but has an id or a way on among its details."""
        if isinstance(error, SessionAlreadyAvailable):
            return AlreadyLoggedIn(set_cookies=set_cookies)
        if (
            isinstance(error, UnexpectedRedirect) and self.kind == "registration"
        ):  # a browser with a session is sent home
            return AlreadyLoggedIn(set_cookies=set_cookies)
        if recovery := _flow_of_step(error, "show_recovery_ui"):
            return await self._begin_again(recovery, set_cookies)
        if verification := _flow_of_step(error, "show_verification_ui"):
            flow = await fetch(self._ory, "verification", verification, cookie=self._cookie_after(set_cookies))
            return self._next_step(flow, "verify_address", [*set_cookies, *flow.set_cookies])
        raise error

    def _read(self, data: FlowModel, set_cookies: list[str]) -> Outcome:
        """The outcome that the state and the messages of a flow tell."""
        flow = self._follow(data, set_cookies)
        steps = _steps(data)
        errors = _errors(flow.messages)
        by_field = {name: found for name, each in flow.by_field.items() if (found := _errors(each))}
        if any(str(message.text).startswith(_LOGGED_IN_ALREADY) for message in errors):
            return AlreadyLoggedIn(set_cookies=set_cookies)
        if errors or by_field:
            return Invalid(flow, errors, by_field, set_cookies=set_cookies, continue_with=steps)
        if data.state not in ("passed_challenge", "success") or _shows_codes(flow):
            return self._next_step(flow, _reason(flow), set_cookies)
        url = _redirect(steps)
        if isinstance(data, models.RecoveryFlow) and self.is_browser:
            url = _settings_page(steps) or url
            if url:
                return RedirectTo(url, set_cookies=set_cookies, continue_with=steps)
        if isinstance(data, models.VerificationFlow) and data.ui is not None and data.ui.method == "GET":
            url = data.ui.action
        return Completed(
            session_token=_session_token(steps),
            identity=data.identity if isinstance(data, models.SettingsFlow) else None,
            flow=flow,
            redirect_to=url,
            set_cookies=set_cookies,
            continue_with=steps,
        )

    async def _logged_in(self, login: models.SuccessfulNativeLogin, set_cookies: list[str]) -> Outcome:
        session, token = login.session, login.session_token
        if (
            token
            and session is not None
            and session.identity is None
            and session.authenticator_assurance_level == "aal1"
        ):
            flow = await begin(self._ory, "login", {"aal": "aal2"}, session_token=token)
            return self._next_step(flow, "second_factor", set_cookies, session_token=token)
        return Completed(
            session=session,
            session_token=token,
            identity=session.identity if session is not None else None,
            redirect_to=_redirect(login.continue_with),
            set_cookies=set_cookies,
            continue_with=login.continue_with or [],
        )

    async def _sent_elsewhere(self, url: str, set_cookies: list[str]) -> Outcome:
        """A browser is sent on: to the second factor, back to this flow for what it has now, or away."""
        path, query = _parts(url)
        if self.is_browser and path.endswith("/self-service/login/browser") and query.get("aal") == "aal2":
            return await self._log_in_first("second_factor", url, set_cookies)
        if query.get("flow") == self.id:
            cookie = self._cookie_after(set_cookies)
            flow = await fetch(self._ory, self.kind, self.id, cookie=cookie, session_token=self.session_token)
            set_cookies = [*set_cookies, *flow.set_cookies]
            return self._next_step(self._follow(flow.data, set_cookies), "show_form", set_cookies)
        return RedirectTo(url, set_cookies=set_cookies)

    async def _log_in_first(self, reason: Reason, url: str | None, set_cookies: list[str]) -> Outcome:
        """Begin the login that a session has to pass before it may go on; `url` is where pages begin it."""
        options = {"aal": "aal2"} if reason == "second_factor" else {"refresh": "true"}
        if self.is_browser:
            _, asked = _parts(url or "")
            options = {name: asked[name] for name in _LOGIN_OPTIONS if name in asked} | options
            flow = await begin(self._ory, "login", options, browser=True, cookie=self._cookie_after(set_cookies))
        else:
            flow = await begin(self._ory, "login", options, session_token=self.session_token)
        return self._next_step(flow, reason, [*set_cookies, *flow.set_cookies])

    async def _begin_again(self, id: str | None, set_cookies: list[str]) -> Outcome:
        """Give the flow that has taken the place of this one, or a new one like it.

        An app's flow may be followed by one for browsers, which an app cannot submit; and the exchange code of a flow
        is told only to whoever begins it.
        """
        cookie = self._cookie_after(set_cookies)
        fresh: AnyFlow | None = None
        if id is not None and not self.exchange_code:
            with contextlib.suppress(Forbidden, NotFound, Gone):
                fresh = await fetch(self._ory, self.kind, id, cookie=cookie, session_token=self.session_token)
        if fresh is None or fresh.is_browser != self.is_browser:
            fresh = await begin(
                self._ory,
                self.kind,
                dict(self._options_again()),
                browser=self.is_browser,
                cookie=cookie,
                session_token=self.session_token if self.kind in ("login", "settings") else None,
            )
        return Expired(fresh, set_cookies=[*set_cookies, *fresh.set_cookies])

    def _options_again(self) -> Iterator[tuple[str, Any]]:
        """How this flow was begun, as far as it tells."""
        data = self.data
        if self.is_browser or self.kind not in ("settings", "recovery"):
            yield "return_to", data.return_to
        if isinstance(data, (models.LoginFlow, models.RegistrationFlow)):
            yield "organization", data.organization_id
            yield "identity_schema", data.identity_schema
            if self.is_browser:
                yield "login_challenge", data.oauth2_login_challenge
            else:
                yield "return_session_token_exchange_code", True if self.exchange_code else None
        if isinstance(data, models.LoginFlow):
            yield "refresh", data.refresh or None
            yield "aal", data.requested_aal if data.requested_aal == "aal2" else None

    def _next_step(
        self, flow: AnyFlow, reason: Reason, set_cookies: list[str], session_token: str | None = None
    ) -> NextStep[AnyFlow]:
        return NextStep(
            flow,
            reason,
            flow.active_method,
            flow.messages,
            session_token=session_token,
            set_cookies=set_cookies,
            continue_with=_steps(flow.data),
        )

    def _follow(self, data: FlowModel, set_cookies: list[str]) -> AnyFlow:
        """This flow, as the server has it now."""
        return Flow(
            data=data,
            ory=self._ory,
            cookie=self._cookie_after(set_cookies),
            session_token=self.session_token,
            set_cookies=set_cookies,
            exchange_code=self.exchange_code,
        )

    def _for_browser(self, set_cookies: list[str]) -> list[str]:
        """Set-Cookie headers as far as they are meant for somebody: servers give them to apps too, now and then."""
        return set_cookies if self.is_browser else []

    def _cookie_after(self, set_cookies: list[str]) -> str | None:
        """The browser's Cookie header once it has what an answer set."""
        return merge_cookies(self.cookie, set_cookies) if self.is_browser else None


AnyFlow: TypeAlias = Flow[FlowModel]
"""A flow of any kind."""

Outcome: TypeAlias = OutcomeOf[AnyFlow]
"""What comes of a submission."""


async def begin(
    ory: Ory,
    kind: Kind,
    options: Mapping[str, Any],
    *,
    browser: bool = False,
    cookie: str | None = None,
    session_token: str | None = None,
) -> Flow[Any]:
    """Begin a flow; options that are None are left out."""
    given = {name: value for name, value in options.items() if value is not None}
    begun: Callable[..., Coroutine[Any, Any, Any]]
    if browser and cookie and kind in ("registration", "recovery", "verification"):
        # These operations take no cookies. But without its CSRF cookie a browser gets another one, which spoils the
        # forms in its other windows.
        begun = ory.request
        path, headers = f"/self-service/{kind}/browser", {"Cookie": cookie}
        answered = await with_response(begun)(
            "GET", path, plane="kratos_public", model=MODELS[kind], query=given, headers=headers
        )
    else:
        begun = getattr(ory.frontend, f"create_{'browser' if browser else 'native'}_{kind}_flow")
        if kind in ("login", "settings"):
            given |= {"cookie": cookie} if browser else {"x_session_token": session_token}
        answered = await with_response(begun)(**given)
    return _begun(ory, answered.data, cookie, session_token, answered.set_cookies)


async def fetch(
    ory: Ory, kind: Kind, id: str, *, cookie: str | None = None, session_token: str | None = None
) -> Flow[Any]:
    """Fetch a flow that was begun before."""
    get: Callable[..., Coroutine[Any, Any, Any]] = getattr(ory.frontend, f"get_{kind}_flow")
    credentials = {"cookie": cookie} | ({"x_session_token": session_token} if kind == "settings" else {})
    answered = await with_response(get)(id=id, **credentials)
    return _begun(ory, answered.data, cookie, session_token, answered.set_cookies)


def _begun(ory: Ory, data: FlowModel, cookie: str | None, session_token: str | None, set_cookies: list[str]) -> AnyFlow:
    is_browser = data.type == "browser"
    return Flow(
        data=data,
        ory=ory,
        cookie=merge_cookies(cookie, set_cookies) if is_browser else None,
        session_token=session_token,
        set_cookies=set_cookies if is_browser else [],
        exchange_code=getattr(data, "session_token_exchange_code", None),
    )


def _reason(flow: AnyFlow) -> Reason:
    """Why a flow without errors goes on."""
    state, data = flow.state, flow.data
    if state == "sent_email" and (flow.messages or flow.node("code") is not None):
        return "link_sent" if data.active == "link" else "code_sent"
    if isinstance(data, (models.LoginFlow, models.RegistrationFlow)):
        return "choose_method"
    if isinstance(data, models.SettingsFlow) and flow.node("lookup_secret_confirm") is not None:
        return "confirm"
    return _REASONS.get(state, "show_form")


def _shows_codes(flow: AnyFlow) -> bool:
    """Whether backup codes are on display: the state of such settings is still that of the save before."""
    return isinstance(flow.data, models.SettingsFlow) and flow.node("lookup_secret_codes") is not None


def _errors(messages: Sequence[models.UiText]) -> list[models.UiText]:
    return [message for message in messages if message.type == "error"]


def _steps(data: FlowModel) -> list[models.ContinueWith]:
    return list(getattr(data, "continue_with", None) or ())


def _redirect(steps: Sequence[models.ContinueWith] | None) -> str | None:
    found = (step.redirect_browser_to for step in steps or () if isinstance(step, models.ContinueWithRedirectBrowserTo))
    return next(found, None)


def _session_token(steps: Sequence[models.ContinueWith] | None) -> str | None:
    found = (step.ory_session_token for step in steps or () if isinstance(step, models.ContinueWithSetOrySessionToken))
    return next(found, None)


def _settings_page(steps: Sequence[models.ContinueWith]) -> str | None:
    found = (
        step.flow.url for step in steps if isinstance(step, models.ContinueWithSettingsUi) and step.flow is not None
    )
    return next(found, None)


def _flow_of_step(error: ApiError, action: str) -> str | None:
    """The id of the flow that the details of an error lead to."""
    steps = (error.details or {}).get("continue_with")
    for step in steps if isinstance(steps, list) else ():
        match step:
            case {"action": found, "flow": {"id": str(id)}} if found == action:
                return id
            case _:
                continue
    return None


def _flow_in(url: str) -> str | None:
    """The id of the flow that a URL leads to."""
    _, query = _parts(url)
    return query.get("id") or query.get("flow")


def _parts(url: str) -> tuple[str, dict[str, str]]:
    """The path and the query of a URL; empty where it is none."""
    try:
        parts = urlsplit(url)
        return parts.path, {name: values[0] for name, values in parse_qs(parts.query).items()}
    except ValueError:
        return "", {}
