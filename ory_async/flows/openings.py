"""One function for each kind of flow: begin one, or take up one that was begun."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .. import models
from ..calls import with_response
from ..client import Ory
from ..errors import InvalidRequest, NoActiveSession
from .flow import AnyFlow, Flow, begin, fetch
from .form import Kind
from .outcomes import Completed


async def login(
    ory: Ory,
    *,
    id: str | None = None,
    browser: bool = False,
    cookie: str | None = None,
    session_token: str | None = None,
    aal: models.AuthenticatorAssuranceLevel | str | None = None,
    refresh: bool | None = None,
    return_to: str | None = None,
    login_challenge: str | None = None,
    return_session_token_exchange_code: bool | None = None,
    organization: str | None = None,
    identity_schema: str | None = None,
) -> Flow[models.LoginFlow]:
    """Begin to log in, or take up the login flow `id`.

    The flow is an app's, or with ``browser=True`` that of a browser, whose Cookie header is `cookie`. With a session,
    ``aal="aal2"`` asks for the second factor and ``refresh=True`` for another login; an app gives its `session_token`.
    `return_to` is where the browser goes in the end, `login_challenge` comes from the OAuth2 server (browsers only);
    `return_session_token_exchange_code` (apps only) prepares for a social sign-in, see `Flow.exchange`.

    Raises `InvalidRequest` for arguments that do not go together, `SessionAlreadyAvailable` when there is a
    session already, `BadRequest` when an argument is refused, `NoActiveSession` when ``aal2`` is asked for without a
    session; with `id`, `FlowExpired`, `NotFound` and `CsrfViolation`.

    https://www.ory.com/docs/kratos/self-service/flows/user-login
    """
    options = {"aal": aal, "refresh": refresh, "organization": organization, "identity_schema": identity_schema}
    return await _open(
        ory,
        "login",
        id,
        browser,
        cookie,
        session_token,
        {**options, "return_to": return_to},
        for_browsers={"login_challenge": login_challenge},
        for_apps={"return_session_token_exchange_code": return_session_token_exchange_code},
    )


async def registration(
    ory: Ory,
    *,
    id: str | None = None,
    browser: bool = False,
    cookie: str | None = None,
    return_to: str | None = None,
    login_challenge: str | None = None,
    after_verification_return_to: str | None = None,
    return_session_token_exchange_code: bool | None = None,
    organization: str | None = None,
    identity_schema: str | None = None,
) -> Flow[models.RegistrationFlow]:
    """Begin to register, or take up the registration flow `id`.

    `after_verification_return_to` is where the link in the verification message leads to (browsers only); the other
    parameters are those of `login`.

    Raises `InvalidRequest` for arguments that do not go together, `SessionAlreadyAvailable` when the browser has
    a session already, `BadRequest` when an argument is refused; with `id`, `FlowExpired`, `NotFound` and `CsrfViolation`.

    https://www.ory.com/docs/kratos/self-service/flows/user-registration
    """
    return await _open(
        ory,
        "registration",
        id,
        browser,
        cookie,
        None,
        {"return_to": return_to, "organization": organization, "identity_schema": identity_schema},
        for_browsers={
            "login_challenge": login_challenge,
            "after_verification_return_to": after_verification_return_to,
        },
        for_apps={"return_session_token_exchange_code": return_session_token_exchange_code},
    )


async def settings(
    ory: Ory,
    *,
    id: str | None = None,
    browser: bool = False,
    cookie: str | None = None,
    session_token: str | None = None,
    return_to: str | None = None,
    organization: str | None = None,
) -> Flow[models.SettingsFlow]:
    """Begin to change the settings of whoever is logged in, or take up the settings flow `id`.

    The session is that of an app's `session_token`, or with ``browser=True`` that of the browser's Cookie header.
    `return_to` is where the browser goes in the end (browsers only).

    Raises `InvalidRequest` for arguments that do not go together, `NoActiveSession`, `SecondFactorRequired` when the
    session has to be raised first, `BadRequest` when `return_to` is not allowed; with `id`, `Unauthorized` without a
    session, `FlowExpired`, `NotFound`, and `Forbidden` when the flow is another person's.

    https://www.ory.com/docs/kratos/self-service/flows/user-settings
    """
    options = {"organization": organization}
    return await _open(
        ory, "settings", id, browser, cookie, session_token, options, for_browsers={"return_to": return_to}
    )


async def recovery(
    ory: Ory,
    *,
    id: str | None = None,
    browser: bool = False,
    cookie: str | None = None,
    return_to: str | None = None,
    skip_settings: bool | None = None,
) -> Flow[models.RecoveryFlow]:
    """Begin to recover an account, or take up the recovery flow `id`.

    `return_to` is where the browser goes in the end, with `skip_settings` without passing the settings page (browsers
    only).

    Raises `InvalidRequest` for arguments that do not go together, `SessionAlreadyAvailable` when the browser has
    a session already, `BadRequest` when `return_to` is not allowed or recovery is disabled; with `id`, `FlowExpired`,
    `NotFound` and `CsrfViolation`.

    https://www.ory.com/docs/kratos/self-service/flows/account-recovery-password-reset
    """
    options = {"return_to": return_to, "skip_settings": "true" if skip_settings else None}
    return await _open(ory, "recovery", id, browser, cookie, None, {}, for_browsers=options)


async def verification(
    ory: Ory,
    *,
    id: str | None = None,
    browser: bool = False,
    cookie: str | None = None,
    return_to: str | None = None,
) -> Flow[models.VerificationFlow]:
    """Begin to verify an address, or take up the verification flow `id`, such as the one that a registration began.

    `return_to` is where the finished flow leads to.

    Raises `InvalidRequest` for arguments that do not go together, `BadRequest` when `return_to` is not allowed or
    verification is disabled; with `id`, `FlowExpired`, `NotFound` and `CsrfViolation`.

    https://www.ory.com/docs/kratos/self-service/flows/verify-email-account-activation
    """
    return await _open(ory, "verification", id, browser, cookie, None, {"return_to": return_to})


async def logout(
    ory: Ory, *, cookie: str | None = None, session_token: str | None = None, return_to: str | None = None
) -> Completed[AnyFlow]:
    """Log out: end the session of a browser's `cookie`, or that of an app's `session_token`.

    It is no failure when the session has ended before. A browser is to be given `Completed.set_cookies`, and goes to
    `return_to`, which is `Completed.redirect_to` again once the server has allowed it.

    Raises `InvalidRequest` without or with both of the credentials, `BadRequest` when `return_to` is not allowed,
    `Forbidden` when no session ever had the token.

    https://www.ory.com/docs/kratos/self-service/flows/user-logout
    """
    if (cookie is None) is (session_token is None) or (return_to is not None and cookie is None):
        raise InvalidRequest("log out with the cookie= of a browser (and return_to=), or the session_token= of an app")
    if session_token is not None:
        await ory.frontend.perform_native_logout(models.PerformNativeLogoutBody(session_token=session_token))
        return Completed()
    set_cookies: list[str] = []
    try:
        begun = await with_response(ory.frontend.create_browser_logout_flow)(return_to=return_to, cookie=cookie)
        set_cookies = begun.set_cookies
        token = begun.data.logout_token
        ended = await with_response(ory.frontend.update_logout_flow)(token=token, cookie=cookie)
    except NoActiveSession as nobody:
        return Completed(redirect_to=None, set_cookies=[*set_cookies, *nobody.set_cookies])
    return Completed(redirect_to=return_to, set_cookies=[*set_cookies, *ended.set_cookies])


async def _open(
    ory: Ory,
    kind: Kind,
    id: str | None,
    browser: bool,
    cookie: str | None,
    session_token: str | None,
    options: Mapping[str, Any],
    *,
    for_browsers: Mapping[str, Any] | None = None,
    for_apps: Mapping[str, Any] | None = None,
) -> Flow[Any]:
    fitting, other = (for_browsers, for_apps) if browser else (for_apps, for_browsers)
    if id is not None:
        given = {**options, **(fitting or {}), **(other or {})}
        _refuse(given, "{} begins a new flow: leave it out where id= names one")
        return await fetch(ory, kind, id, cookie=cookie, session_token=session_token)
    if browser:
        _refuse({"session_token": session_token, **(other or {})}, "{} is for apps, not for browser=True")
    else:
        _refuse({"cookie": cookie, **(other or {})}, "{} is for browsers: give browser=True as well")
    return await begin(
        ory, kind, {**options, **(fitting or {})}, browser=browser, cookie=cookie, session_token=session_token
    )


def _refuse(arguments: Mapping[str, Any], why: str) -> None:
    for name, value in arguments.items():
        if value is not None:
            raise InvalidRequest(why.format(f"{name}="))
