"""What users write of flows, for mypy --strict and pyright; it is not run."""

from __future__ import annotations

from typing import assert_never, assert_type

import ory_sync
from ory_async import Ory, flows, models
from ory_sync import flows as blocking


async def log_in(ory: Ory) -> str | None:
    flow = await flows.login(ory)
    assert_type(flow, flows.Flow[models.LoginFlow])
    assert_type(flow.data.requested_aal, models.AuthenticatorAssuranceLevel | None)
    outcome = await flow.submit("password", identifier="ann@example.com", password="...")
    assert_type(outcome, flows.Outcome)
    match outcome:
        case flows.Completed(session=session, session_token=token):
            assert_type(session, models.Session | None)
            return token
        case flows.Invalid(flow=again, messages=messages, by_field=by_field):
            assert_type(messages, list[models.UiText])
            assert_type(by_field, dict[str, list[models.UiText]])
            await again.submit("password", password="...")
        case flows.NextStep(flow=next_one, method=method, reason=reason):
            assert_type(method, str | None)
            assert_type(reason, flows.Reason)
            assert_type(next_one, flows.AnyFlow)
        case flows.RedirectTo(url=url):
            assert_type(url, str)
        case flows.Expired(flow=fresh):
            await fresh.submit("password", identifier="ann@example.com", password="...")
        case flows.AlreadyLoggedIn():
            assert_type(outcome.set_cookies, list[str])
        case _:
            assert_never(outcome)
    return None


def log_in_blocking(ory: ory_sync.Ory) -> str | None:
    flow = blocking.login(ory, browser=True, cookie="a=b", aal="aal2")
    assert_type(flow, blocking.Flow[models.LoginFlow])
    outcome = flow.submit("totp", totp_code="123456")
    assert_type(outcome, blocking.Outcome)
    match outcome:
        case blocking.Completed(_, token):
            return token
        case blocking.Invalid(again) | blocking.Expired(again):
            assert_type(again, blocking.AnyFlow)
        case blocking.NextStep(flow=next_one, session_token=token):
            assert_type(next_one.submit_form({"method": "password"}), blocking.Outcome)
            return token
        case blocking.RedirectTo(url):
            return url
        case blocking.AlreadyLoggedIn():
            return None
        case _:
            assert_never(outcome)
    assert_type(blocking.logout(ory, cookie="a=b"), blocking.Completed[blocking.AnyFlow])
    return None


async def other_kinds(ory: Ory) -> None:
    assert_type(await flows.registration(ory, browser=True), flows.Flow[models.RegistrationFlow])
    assert_type(await flows.settings(ory, session_token="..."), flows.Flow[models.SettingsFlow])
    assert_type(await flows.recovery(ory), flows.Flow[models.RecoveryFlow])
    verification: flows.AnyFlow = await flows.verification(ory, id="...", cookie="a=b")
    assert_type(verification.body("code", code="..."), dict[str, models.Json])
    assert_type(await flows.logout(ory, session_token="..."), flows.Completed[flows.AnyFlow])
