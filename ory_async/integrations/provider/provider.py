"""The routes of the provider: what Hydra asks, and what people answer."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Final, Protocol, TypeAlias
from urllib.parse import parse_qs, urlencode, urlsplit

import attrs
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ... import models
from ...caching import Clock
from ...client import Ory
from ...config import base_url
from ...errors import (
    BadRequest,
    ConfigurationError,
    DecodeError,
    Gone,
    InvalidRequest,
    NotFound,
    OryError,
    Unauthorized,
)
from .forms import Forms
from .pages import Pages

Claims: TypeAlias = Callable[
    [models.OAuth2ConsentRequest, list[str]], Awaitable[models.AcceptOAuth2ConsentRequestSession | None]
]
"""Gives the claims of the tokens: takes the request and the scopes that are granted."""
Trusted: TypeAlias = Callable[[models.OAuth2Client], bool]
_Handler: TypeAlias = Callable[[Request], Awaitable[Response]]

_DENIED: Final = models.RejectOAuth2Request(error="access_denied", error_description="The person said no.")
_MONTH: Final = timedelta(days=30)

logger = logging.getLogger("ory_async")


@attrs.frozen
class LoginAsked:
    """A login that an application asks for."""

    request: models.OAuth2LoginRequest
    way_back: str = attrs.field(repr=False)
    """The URL where the browser goes on after logging in elsewhere."""
    not_before: float | None = None
    """The person must have logged in after this, in seconds since 1970; None where the application does not mind."""


class Authenticator(Protocol):
    """Knows who somebody is. `KratosSessions` is one; an app with people of its own brings another."""

    async def authenticate(
        self, request: Request, asked: LoginAsked
    ) -> models.AcceptOAuth2LoginRequest | models.RejectOAuth2Request | Response:
        """Accept a login as somebody, or reject it, or answer with a page or a redirect that ends at `way_back`."""
        ...

    async def log_out(self, request: Request, asked: models.OAuth2LogoutRequest) -> None:
        """End the session of a person who logs out of Hydra."""
        ...


class LoginProvider:
    """The login, consent, logout and device pages of a Hydra.

    `app` is to be mounted, and Hydra told where: ``urls.login`` is ``.../login``, and likewise ``consent``, ``logout``,
    ``error``, and for devices ``device`` and ``device/done``. `secret` signs the forms; all processes of the app share it.

    A consent is asked for unless Hydra says that it was given before, or the client has ``skip_consent``, or `trusted`
    says so. It is remembered for `remember_consent` where the person wants that. `claims` gives what goes into the
    tokens, `scopes` the words for scopes. `templates` is a directory whose files take the place of ours: ``base``,
    ``consent``, ``logout``, ``stayed``, ``device``, ``done`` and ``error``, each ``.html``. `origin` is where browsers
    reach the app, by default what each request says. `clock` gives the seconds since 1970.

    Raises `ConfigurationError` for settings that make no sense.
    """

    def __init__(
        self,
        ory: Ory,
        authenticator: Authenticator,
        *,
        secret: str | bytes,
        claims: Claims | None = None,
        trusted: Trusted | None = None,
        remember_consent: timedelta = _MONTH,
        scopes: Mapping[str, str] | None = None,
        templates: str | os.PathLike[str] | None = None,
        origin: str | None = None,
        clock: Clock = time.time,
    ) -> None:
        if remember_consent < timedelta(seconds=1):
            raise ConfigurationError("remember_consent must be a second or longer")
        self._ory = ory
        self._authenticator = authenticator
        self._forms = Forms(secret)
        self._claims = claims
        self._trusted = trusted
        self._remember_consent = remember_consent
        self._scopes = scopes or {}
        self._pages = Pages(templates)
        self._origin = None if origin is None else base_url("origin", origin)
        self._clock = clock
        self.app = Starlette(
            routes=[
                Route("/login", self._safely(self._login)),
                Route("/consent", self._safely(self._ask_consent)),
                Route("/consent", self._safely(self._take_consent), methods=["POST"]),
                Route("/logout", self._safely(self._ask_logout)),
                Route("/logout", self._safely(self._take_logout), methods=["POST"]),
                Route("/device", self._safely(self._ask_code)),
                Route("/device", self._safely(self._take_code), methods=["POST"]),
                Route("/device/done", self._safely(self._done)),
                Route("/error", self._safely(self._error)),
            ]
        )

    # login

    async def _login(self, request: Request) -> Response:
        challenge = _challenge(request, "login_challenge")
        asked = await self._ory.oauth2.get_oauth2_login_request(login_challenge=challenge)
        answer: models.AcceptOAuth2LoginRequest | models.RejectOAuth2Request | Response
        if asked.skip is True:
            answer = models.AcceptOAuth2LoginRequest(subject=asked.subject)
        else:
            answer = await self._authenticator.authenticate(request, self._asked(request, asked, challenge))
        if isinstance(answer, Response):
            return answer
        if isinstance(answer, models.RejectOAuth2Request):
            return _onward(await self._ory.oauth2.reject_oauth2_login_request(answer, login_challenge=challenge))
        return _onward(await self._ory.oauth2.accept_oauth2_login_request(answer, login_challenge=challenge))

    def _asked(self, request: Request, asked: models.OAuth2LoginRequest, challenge: str) -> LoginAsked:
        """The login with what the application wants of it, which is noted in the way back on the first visit."""
        noted = request.query_params.get("not_before", "")
        if not self._forms.is_signed(request.query_params.get("note", ""), "login", challenge, noted):
            noted = self._earliest(asked.request_url)
        note = self._forms.signature("login", challenge, noted)
        query = urlencode({"login_challenge": challenge, "not_before": noted, "note": note})
        return LoginAsked(asked, f"{self._url(request)}/login?{query}", float(noted) if noted else None)

    def _earliest(self, request_url: str) -> str:
        """The time before which no login counts, by ``prompt`` and ``max_age`` (OpenID Connect Core, section 3.1.2.1)."""
        query = parse_qs(urlsplit(request_url).query)
        if "login" in query.get("prompt", [""])[0].split():
            return f"{self._clock():.3f}"
        age = query.get("max_age", [""])[0]
        return f"{self._clock() - int(age):.3f}" if age.isascii() and age.isdigit() and len(age) < 16 else ""

    # consent

    async def _ask_consent(self, request: Request) -> Response:
        challenge = _challenge(request, "consent_challenge")
        asked = await self._ory.oauth2.get_oauth2_consent_request(consent_challenge=challenge)
        if asked.skip is True or self._is_trusted(asked.client):
            return await self._accept(asked, challenge, asked.requested_scope or [], remember=False)
        scopes = [(scope, self._scopes.get(scope)) for scope in asked.requested_scope or []]
        return self._form(request, "consent", challenge, asked=asked, client=asked.client, scopes=scopes)

    async def _take_consent(self, request: Request) -> Response:
        challenge = _challenge(request, "consent_challenge")
        fields = await self._forms.sent(request, "consent", challenge)
        if fields is None:
            return self._foreign_form()
        asked = await self._ory.oauth2.get_oauth2_consent_request(consent_challenge=challenge)
        if fields.get("answer") != ["accept"]:
            return _onward(await self._ory.oauth2.reject_oauth2_consent_request(_DENIED, consent_challenge=challenge))
        chosen = fields.get("scope", [])
        granted = [scope for scope in asked.requested_scope or [] if scope in chosen]
        return await self._accept(asked, challenge, granted, remember="remember" in fields)

    async def _accept(
        self, asked: models.OAuth2ConsentRequest, challenge: str, granted: list[str], *, remember: bool
    ) -> Response:
        body = models.AcceptOAuth2ConsentRequest(
            grant_scope=granted,
            grant_access_token_audience=asked.requested_access_token_audience,
            session=None if self._claims is None else await self._claims(asked, granted),
            remember=remember,
            remember_for=int(self._remember_consent.total_seconds()) if remember else None,
        )
        return _onward(await self._ory.oauth2.accept_oauth2_consent_request(body, consent_challenge=challenge))

    def _is_trusted(self, client: models.OAuth2Client | None) -> bool:
        if client is None:
            return False
        return client.skip_consent is True or (self._trusted is not None and self._trusted(client))

    # logout

    async def _ask_logout(self, request: Request) -> Response:
        challenge = _challenge(request, "logout_challenge")
        asked = await self._ory.oauth2.get_oauth2_logout_request(logout_challenge=challenge)
        if asked.rp_initiated is True:  # with an ID token of the person, so it is no stranger's link
            return await self._log_out(request, asked, challenge)
        return self._form(request, "logout", challenge, asked=asked)

    async def _take_logout(self, request: Request) -> Response:
        challenge = _challenge(request, "logout_challenge")
        fields = await self._forms.sent(request, "logout", challenge)
        if fields is None:
            return self._foreign_form()
        if fields.get("answer") != ["accept"]:
            await self._ory.oauth2.reject_oauth2_logout_request(logout_challenge=challenge)
            return self._pages.page("stayed")
        asked = await self._ory.oauth2.get_oauth2_logout_request(logout_challenge=challenge)
        return await self._log_out(request, asked, challenge)

    async def _log_out(self, request: Request, asked: models.OAuth2LogoutRequest, challenge: str) -> Response:
        await self._authenticator.log_out(request, asked)  # first: where it fails, the person can try again
        return _onward(await self._ory.oauth2.accept_oauth2_logout_request(logout_challenge=challenge))

    # devices

    async def _ask_code(self, request: Request) -> Response:
        challenge = _challenge(request, "device_challenge")
        code = request.query_params.get("user_code", "")
        return self._form(request, "device", challenge, user_code=code, is_wrong=False)

    async def _take_code(self, request: Request) -> Response:
        challenge = _challenge(request, "device_challenge")
        fields = await self._forms.sent(request, "device", challenge)
        if fields is None:
            return self._foreign_form()
        code = fields.get("user_code", [""])[0].strip()
        body = models.AcceptDeviceUserCodeRequest(user_code=code)
        try:
            return _onward(await self._ory.oauth2.accept_user_code_request(body, device_challenge=challenge))
        except BadRequest:
            return self._form(request, "device", challenge, 400, user_code=code, is_wrong=True)

    async def _done(self, request: Request) -> Response:
        return self._pages.page("done")

    # what went wrong

    async def _error(self, request: Request) -> Response:
        query = request.query_params
        said = query.get("error_description") or query.get("error") or "Something went wrong."
        return self._pages.page("error", 400, message=said)

    def _foreign_form(self) -> Response:
        said = "This form was not drawn for this browser, or its cookies were deleted. Go back and try again."
        return self._pages.page("error", 403, message=said)

    def _safely(self, handler: _Handler) -> _Handler:
        """The handler, with a page for each error that people may run into."""

        async def handle(request: Request) -> Response:
            try:
                return await handler(request)
            except Gone as error:  # somebody has answered already
                if error.redirect_to:
                    return RedirectResponse(error.redirect_to, 303)
                return self._pages.page("error", 410, message="This was answered already.")
            except (BadRequest, InvalidRequest, NotFound, Unauthorized) as error:
                logger.info("the provider refuses a request: %s", error)
                said = "This link is not valid, or it is no longer. Go back to the application and begin anew."
                return self._pages.page("error", 400, message=said)
            except ConfigurationError:
                raise
            except OryError as error:
                logger.warning("the provider cannot go on: %s", error)
                return self._pages.page("error", 503, message="This does not work at present. Try again later.")

        return handle

    # what they have in common

    def _form(self, request: Request, name: str, challenge: str, status: int = 200, **shown: object) -> Response:
        """A page with a form of this browser."""
        browser = self._forms.browser(request)
        csrf_token = self._forms.token(browser, name, challenge)
        action = f"?{urlencode({f'{name}_challenge': challenge})}"
        response = self._pages.page(name, status, csrf_token=csrf_token, action=action, **shown)
        self._forms.keep(request, response, browser)
        return response

    def _url(self, request: Request) -> str:
        """Where browsers reach the provider."""
        origin = self._origin or f"{request.url.scheme}://{request.url.netloc}"
        prefix: str = request.scope.get("root_path", "")
        return origin + prefix.rstrip("/")


def _challenge(request: Request, name: str) -> str:
    challenge = request.query_params.get(name)
    if not challenge:
        raise InvalidRequest(f"there is no {name}")
    return challenge


def _onward(redirect: models.OAuth2RedirectTo) -> Response:
    """Send the browser back to Hydra; raises `DecodeError` where the answer names no place."""
    try:
        if redirect.redirect_to:
            return RedirectResponse(redirect.redirect_to, 303, {"Cache-Control": "no-store"})
    except UnicodeError:  # a lone surrogate
        pass
    raise DecodeError("the answer of Hydra names no place to go on")
