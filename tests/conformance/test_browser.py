"""What a server does for its users' browsers: cookies come in as `cookie=` and go out as Set-Cookie headers."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from ory_async import Ory, errors, models, with_response

from .support import PASSWORD, Browser, NewName, Person, csrf_token, latest_code, message_ids


async def logged_in(ory: Ory, email: str, password: str = PASSWORD) -> Browser:
    browser = Browser()
    flow = await browser(ory.frontend.create_browser_login_flow)
    await browser.submit(ory.frontend.update_login_flow, flow, method="password", identifier=email, password=password)
    return browser


async def test_registration(ory: Ory, new_email: NewName) -> None:
    browser, email = Browser(), new_email()
    flow = await browser(ory.frontend.create_browser_registration_flow)
    registered = await browser.submit(
        ory.frontend.update_registration_flow, flow, method="password", password=PASSWORD, traits={"email": email}
    )
    assert registered.session is not None
    assert registered.session_token is None
    steps = {step.action: step for step in registered.continue_with or ()}
    assert "redirect_browser_to" in steps
    session = await ory.frontend.to_session(cookie=browser.cookie)
    assert session.id == registered.session.id

    if verify := steps.get("show_verification_ui"):  # not with all settings of a server
        flow = await browser(ory.frontend.get_verification_flow, id=verify.flow.id, cookie=browser.cookie)
        code = await latest_code(ory, email)
        verified = await browser.submit(ory.frontend.update_verification_flow, flow, method="code", code=code)
        assert verified.state == models.VerificationFlowState.PASSED_CHALLENGE


async def test_login_sets_the_session_cookie(ory: Ory, person: Person) -> None:
    browser = Browser()
    flow = await browser(ory.frontend.create_browser_login_flow)
    before = browser.cookie
    answered = await with_response(ory.frontend.update_login_flow)(
        {"method": "password", "identifier": person.email, "password": PASSWORD, "csrf_token": csrf_token(flow)},
        flow=flow.id,
        cookie=before,
    )
    assert (answered.status, answered.data.session_token) == (200, None)
    assert len(answered.set_cookies) == 2
    assert all("HttpOnly" in each and "Path=/" in each for each in answered.set_cookies)
    browser.keep(answered.set_cookies)
    assert (await ory.frontend.to_session(cookie=browser.cookie)).id == answered.data.session.id
    with pytest.raises(errors.CsrfViolation):  # the token changes with a login
        await ory.frontend.get_login_flow(id=flow.id, cookie=browser.cookie)


async def test_wrong_password(ory: Ory, person: Person) -> None:
    with pytest.raises(errors.FlowNotCompleted) as refused:
        await logged_in(ory, person.email, "wrong")
    assert message_ids(refused.value.flow) == [4000006]
    assert refused.value.flow.type == "browser"


async def test_submission_without_the_cookie(ory: Ory, person: Person) -> None:
    flow = await ory.frontend.create_browser_login_flow()
    body = {"method": "password", "identifier": person.email, "password": PASSWORD, "csrf_token": csrf_token(flow)}
    with pytest.raises(errors.CsrfViolation) as refused:
        await ory.frontend.update_login_flow(body, flow=flow.id)
    assert (refused.value.status, refused.value.error_id) == (403, "security_csrf_violation")


@pytest.mark.parametrize("token", [None, "", "wrong"])
async def test_submission_without_the_token(ory: Ory, person: Person, token: str | None) -> None:
    browser = Browser()
    flow = await browser(ory.frontend.create_browser_login_flow)
    body = {"method": "password", "identifier": person.email, "password": PASSWORD}
    with pytest.raises(errors.CsrfViolation):
        await ory.frontend.update_login_flow(
            body if token is None else {**body, "csrf_token": token}, flow=flow.id, cookie=browser.cookie
        )


async def test_flow_is_shown_to_its_own_browser_only(ory: Ory) -> None:
    browser, other = Browser(), Browser()
    flow = await browser(ory.frontend.create_browser_registration_flow)
    await other(ory.frontend.create_browser_registration_flow)
    assert (await ory.frontend.get_registration_flow(id=flow.id, cookie=browser.cookie)).id == flow.id
    for cookie in (None, other.cookie):
        with pytest.raises(errors.CsrfViolation):
            await ory.frontend.get_registration_flow(id=flow.id, cookie=cookie)


async def test_login_while_logged_in(ory: Ory, person: Person) -> None:
    browser = await logged_in(ory, person.email)
    with pytest.raises(errors.BadRequest) as refused:
        await ory.frontend.create_browser_login_flow(cookie=browser.cookie)
    assert refused.value.error_id == "session_already_available"
    flow = await browser(ory.frontend.create_browser_login_flow, refresh=True, cookie=browser.cookie)
    before = await ory.frontend.to_session(cookie=browser.cookie)
    await browser.submit(
        ory.frontend.update_login_flow, flow, method="password", identifier=person.email, password=PASSWORD
    )
    assert (await ory.frontend.to_session(cookie=browser.cookie)).id == before.id


async def test_page_to_return_to_that_is_not_allowed(ory: Ory) -> None:
    with pytest.raises(errors.BadRequest) as refused:
        await ory.frontend.create_browser_login_flow(return_to="https://elsewhere.example/")
    assert refused.value.error_id == "self_service_flow_return_to_forbidden"


async def test_logout(ory: Ory, person: Person) -> None:
    browser = await logged_in(ory, person.email)
    way_out = await browser(ory.frontend.create_browser_logout_flow, cookie=browser.cookie)
    assert parse_qs(urlsplit(way_out.logout_url).query)["token"] == [way_out.logout_token]
    again = await ory.frontend.create_browser_logout_flow(cookie=browser.cookie)
    assert again.logout_token == way_out.logout_token

    with pytest.raises(errors.Forbidden):
        await ory.frontend.update_logout_flow(token="wrong", cookie=browser.cookie)
    with pytest.raises(errors.BadRequest):
        await ory.frontend.update_logout_flow(cookie=browser.cookie)
    old = browser.cookie
    left = await browser(ory.frontend.update_logout_flow, token=way_out.logout_token, cookie=old)
    assert left is None
    assert "session" not in browser.cookie
    for cookie in (old, browser.cookie):
        with pytest.raises(errors.NoActiveSession):
            await ory.frontend.to_session(cookie=cookie)


async def test_logout_of_nobody(ory: Ory) -> None:
    with pytest.raises(errors.NoActiveSession):
        await ory.frontend.create_browser_logout_flow()


async def test_settings(ory: Ory, person: Person) -> None:
    browser = await logged_in(ory, person.email)
    flow = await browser(ory.frontend.create_browser_settings_flow, cookie=browser.cookie)
    traits = {"email": person.email, "name": {"first": "Ann"}}
    changed = await browser.submit(ory.frontend.update_settings_flow, flow, method="profile", traits=traits)
    assert (changed.state, changed.identity.traits) == (models.SettingsFlowState.SUCCESS, traits)
    with pytest.raises(errors.NoActiveSession):
        await ory.frontend.create_browser_settings_flow()


async def test_verification(ory: Ory, person: Person) -> None:
    browser = Browser()
    flow = await browser(ory.frontend.create_browser_verification_flow)
    sent = await browser.submit(ory.frontend.update_verification_flow, flow, method="code", email=person.email)
    assert message_ids(sent) == [1080003]
    code = await latest_code(ory, person.email)
    passed = await browser.submit(ory.frontend.update_verification_flow, flow, method="code", code=code)
    assert passed.state == models.VerificationFlowState.PASSED_CHALLENGE


async def test_token_wins_over_the_cookie(ory: Ory, person: Person) -> None:
    browser = await logged_in(ory, person.email)
    by_cookie = await ory.frontend.to_session(cookie=browser.cookie)
    by_token = await ory.frontend.to_session(cookie=browser.cookie, x_session_token=person.token)
    assert by_cookie.id != by_token.id
    with pytest.raises(errors.NoActiveSession):
        await ory.frontend.to_session(cookie=browser.cookie, x_session_token="wrong")


async def test_broken_cookie(ory: Ory) -> None:
    with pytest.raises(errors.NoActiveSession):
        await ory.frontend.to_session(cookie="ory_kratos_session=broken")


async def test_error_page_has_a_sample(ory: Ory) -> None:
    sample = await ory.frontend.get_flow_error(id="stub:500")
    assert sample.error["code"] == 500
    assert sample.created_at is None
    with pytest.raises(errors.NotFound):
        await ory.frontend.get_flow_error(id="unknown")


async def test_script_for_security_keys(ory: Ory) -> None:
    assert "oryWebAuthnRegistration" in await ory.frontend.get_webauthn_javascript()
