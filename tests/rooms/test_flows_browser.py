"""Flows of browsers, as a server that draws the pages goes through them, at a local Ory."""

from __future__ import annotations

import attrs
import pytest

from ory_async import Ory, errors, flows
from ory_async.local import LocalOry

from .flow_support import EMAIL, OTHER_PASSWORD, PASSWORD, expect, latest_code, set_up_totp
from .flow_support import local as local
from .flow_support import ory as ory
from .flow_support import started as started
from .flow_support import token as token

UI = "http://127.0.0.1:4455"


async def log_in(ory: Ory, cookie: str = "", password: str = PASSWORD) -> tuple[flows.Outcome, str]:
    """Log in as the pages do; gives the outcome, and the browser's cookies after it."""
    flow = await flows.login(ory, browser=True, cookie=cookie, return_to=f"{UI}/shop")
    cookie = flows.merge_cookies(cookie, flow.set_cookies)
    page = await flows.login(ory, id=flow.id, cookie=cookie)  # the page of the form; another process, as it were
    form = {name: str(value) for name, value in page.values("password").items()}
    outcome = await page.submit_form({**form, "method": "password", "identifier": EMAIL, "password": password})
    return outcome, flows.merge_cookies(cookie, outcome.set_cookies)


async def test_login(ory: Ory, token: str) -> None:
    outcome, cookie = await log_in(ory)
    done = expect(flows.Completed, outcome)
    assert (done.session_token, done.redirect_to) == (None, f"{UI}/shop")
    assert (await ory.frontend.to_session(cookie=cookie)).active
    with pytest.raises(errors.BadRequest) as refused:
        await flows.login(ory, browser=True, cookie=cookie)
    assert refused.value.error_id == "session_already_available"
    assert cookie not in repr(done)


async def test_another_try(ory: Ory, token: str) -> None:
    outcome, _ = await log_in(ory, password="wrong")
    invalid = expect(flows.Invalid, outcome)
    assert [message.id for message in invalid.messages] == [4000006]
    expect(flows.Completed, await invalid.flow.submit("password", identifier=EMAIL, password=PASSWORD))


async def test_logged_in_already(ory: Ory, token: str) -> None:
    flow = await flows.login(ory, browser=True)
    _, cookie = await log_in(ory, flows.merge_cookies(None, flow.set_cookies))
    other_window = flows.Flow(data=flow.data, ory=ory, cookie=flows.merge_cookies(cookie, flow.set_cookies))
    expect(flows.AlreadyLoggedIn, await other_window.submit("password", identifier=EMAIL, password=PASSWORD))


@pytest.mark.parametrize("token_in_form", [None, "", "another"])
async def test_form_of_another_site_is_refused(ory: Ory, token: str, token_in_form: str | None) -> None:
    """The flow has the CSRF token, yet a posted form has to bring it."""
    flow = await flows.login(ory, browser=True)
    form = {"method": "password", "identifier": EMAIL, "password": PASSWORD}
    with pytest.raises(errors.CsrfViolation):
        await flow.submit_form(form if token_in_form is None else {**form, "csrf_token": token_in_form})


@pytest.mark.parametrize("kind", ["login", "registration", "recovery", "verification"])
async def test_flows_in_two_windows_share_their_csrf_cookie(ory: Ory, kind: str) -> None:
    first: flows.AnyFlow = await getattr(flows, kind)(ory, browser=True)
    assert len(first.set_cookies) == 1
    second: flows.AnyFlow = await getattr(flows, kind)(ory, browser=True, cookie=first.cookie)
    assert second.set_cookies == []
    for flow in (first, second):
        assert (await getattr(flows, kind)(ory, id=flow.id, cookie=first.cookie)).csrf_token is not None
    with pytest.raises(errors.CsrfViolation):
        await getattr(flows, kind)(ory, id=first.id, cookie="")


async def test_second_factor(ory: Ory, token: str) -> None:
    totp = await set_up_totp(ory, token)
    outcome, cookie = await log_in(ory)
    step = expect(flows.NextStep, outcome)
    assert (step.reason, step.method, step.session_token) == ("second_factor", "totp", None)
    page = await flows.login(ory, id=step.flow.id, cookie=cookie)
    done = expect(flows.Completed, await page.submit("totp", totp_code=totp.now()))
    assert done.redirect_to == f"{UI}/shop"
    session = await ory.frontend.to_session(cookie=flows.merge_cookies(cookie, done.set_cookies))
    assert session.authenticator_assurance_level == "aal2"


async def test_settings_after_a_while_want_a_new_login(local: LocalOry, ory: Ory, token: str) -> None:
    _, cookie = await log_in(ory)
    local.clock.advance(3600)
    flow = await flows.settings(ory, browser=True, cookie=cookie, return_to=f"{UI}/profile")
    step = expect(flows.NextStep, await flow.submit("password", password=OTHER_PASSWORD))
    assert (step.reason, step.flow.kind) == ("refresh", "login")
    expect(flows.Completed, await step.flow.submit("password", identifier=EMAIL, password=PASSWORD))
    flow = await flows.settings(ory, browser=True, cookie=step.flow.cookie)
    again = await flow.submit("password", password=OTHER_PASSWORD)
    assert isinstance(again, (flows.Completed, flows.NextStep))


async def test_registration(ory: Ory) -> None:
    flow = await flows.registration(ory, browser=True, return_to=f"{UI}/welcome")
    other_window = await flows.registration(ory, browser=True, cookie=flow.cookie)
    done = expect(flows.Completed, await flow.submit("password", traits={"email": EMAIL}, password=PASSWORD))
    assert done.redirect_to == f"{UI}/welcome"
    cookie = flows.merge_cookies(flow.cookie, done.set_cookies)
    assert (await ory.frontend.to_session(cookie=cookie)).active
    late = attrs.evolve(other_window, cookie=cookie)
    expect(flows.AlreadyLoggedIn, await late.submit("password", traits={"email": "b@c.de"}, password=PASSWORD))
    with pytest.raises(errors.BadRequest) as refused:
        await flows.recovery(ory, browser=True, cookie=cookie)
    assert refused.value.error_id == "session_already_available"


async def test_recovery(ory: Ory, token: str) -> None:
    flow = await flows.recovery(ory, browser=True)
    sent = expect(flows.NextStep, await flow.submit("code", email=EMAIL))
    done = expect(flows.RedirectTo, await sent.flow.submit("code", code=await latest_code(ory)))
    assert done.url.startswith(f"{UI}/settings?flow=")
    cookie = flows.merge_cookies(flow.cookie, done.set_cookies)
    settings = await flows.settings(ory, id=done.url.partition("flow=")[2], cookie=cookie)
    changed = expect(flows.Completed, await settings.submit("password", password=OTHER_PASSWORD))
    assert changed.identity is not None
    outcome, _ = await log_in(ory, password=OTHER_PASSWORD)
    expect(flows.Completed, outcome)


async def test_verification(ory: Ory, token: str) -> None:
    flow = await flows.verification(ory, browser=True, return_to=f"{UI}/done")
    sent = expect(flows.NextStep, await flow.submit("code", email=EMAIL))
    done = expect(flows.Completed, await sent.flow.submit("code", code=await latest_code(ory)))
    assert done.redirect_to == f"{UI}/done"


@pytest.mark.parametrize("kind", ["login", "registration", "recovery", "verification"])
async def test_expired_flows_give_a_fresh_one(local: LocalOry, ory: Ory, kind: str) -> None:
    flow: flows.AnyFlow = await getattr(flows, kind)(ory, browser=True, return_to=f"{UI}/shop")
    local.clock.advance(2 * 3600)
    method = {"login": "password", "registration": "profile"}.get(kind, "code")
    body = {"method": method, "csrf_token": flow.csrf_token, "email": EMAIL, "traits": {"email": EMAIL}}
    expired = expect(flows.Expired, await flow.send(body))
    assert (expired.flow.kind, expired.flow.is_browser) == (kind, True)
    cookie = flows.merge_cookies(flow.cookie, expired.set_cookies)
    page = await getattr(flows, kind)(ory, id=expired.flow.id, cookie=cookie)
    assert page.data.return_to == f"{UI}/shop"


async def test_logout(ory: Ory, token: str) -> None:
    _, cookie = await log_in(ory)
    with pytest.raises(errors.BadRequest):
        await flows.logout(ory, cookie=cookie, return_to="https://elsewhere.example")
    done = await flows.logout(ory, cookie=cookie, return_to=f"{UI}/bye")
    assert done.redirect_to == f"{UI}/bye"
    assert "ory_kratos_session" not in flows.merge_cookies(cookie, done.set_cookies)
    with pytest.raises(errors.NoActiveSession):
        await ory.frontend.to_session(cookie=cookie)
    assert (await flows.logout(ory, cookie=cookie)).redirect_to is None
