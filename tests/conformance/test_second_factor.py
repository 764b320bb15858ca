from __future__ import annotations

import pyotp
import pytest

from ory_async import Ory, errors, models

from .support import PASSWORD, Browser, Person, log_in, message_ids, node


async def set_up_totp(ory: Ory, person: Person) -> pyotp.TOTP:
    flow = await ory.frontend.create_native_settings_flow(x_session_token=person.token)
    totp = pyotp.TOTP(node(flow, "totp_secret_key").text.text)
    body = models.UpdateSettingsFlowWithTotpMethod(totp_code=totp.now())
    linked = await ory.frontend.update_settings_flow(body, flow=flow.id, x_session_token=person.token)
    assert (linked.state, message_ids(linked)) == (models.SettingsFlowState.SUCCESS, [1050001])
    return totp


async def set_up_lookup_codes(ory: Ory, person: Person) -> list[str]:
    flow = await ory.frontend.create_native_settings_flow(x_session_token=person.token)
    for body in (
        models.UpdateSettingsFlowWithLookupMethod(lookup_secret_regenerate=True),
        models.UpdateSettingsFlowWithLookupMethod(lookup_secret_confirm=True),
        models.UpdateSettingsFlowWithLookupMethod(lookup_secret_reveal=True),
    ):
        shown = await ory.frontend.update_settings_flow(body, flow=flow.id, x_session_token=person.token)
    codes: list[str] = node(shown, "lookup_secret_codes").text.text.split(", ")
    assert len(set(codes)) == 12
    return codes


async def raise_session(ory: Ory, token: str | None, body: models.UpdateLoginFlowBody) -> models.SuccessfulNativeLogin:
    flow = await ory.frontend.create_native_login_flow(aal="aal2", x_session_token=token)
    assert flow.requested_aal == models.AuthenticatorAssuranceLevel.AAL2
    return await ory.frontend.update_login_flow(body, flow=flow.id, x_session_token=token)


async def test_totp(ory: Ory, person: Person) -> None:
    totp = await set_up_totp(ory, person)
    first = await log_in(ory, person.email)
    assert first.session.identity is None
    with pytest.raises(errors.SecondFactorRequired) as outstanding:
        await ory.frontend.to_session(x_session_token=first.session_token)
    assert (outstanding.value.status, outstanding.value.error_id) == (403, "session_aal2_required")
    assert "aal=aal2" in (outstanding.value.redirect_browser_to or "")

    right = models.UpdateLoginFlowWithTotpMethod(totp_code=totp.now())
    second = await raise_session(ory, first.session_token, right)
    assert (second.session_token, second.session.id) == (first.session_token, first.session.id)
    session = await ory.frontend.to_session(x_session_token=first.session_token)
    assert session.authenticator_assurance_level == models.AuthenticatorAssuranceLevel.AAL2
    assert [each.method for each in session.authentication_methods or ()] == ["password", "totp"]


@pytest.mark.parametrize(("code", "message"), [("0000000", 4000008), ("x", 4000003), ("", 4000002)])
async def test_wrong_totp_code(ory: Ory, person: Person, code: str, message: int) -> None:
    await set_up_totp(ory, person)
    first = await log_in(ory, person.email)
    with pytest.raises(errors.FlowNotCompleted) as refused:
        await raise_session(ory, first.session_token, models.UpdateLoginFlowWithTotpMethod(totp_code=code))
    assert [found.id for found in refused.value.messages] == [message]


async def test_wrong_code_while_totp_is_set_up(ory: Ory, person: Person) -> None:
    flow = await ory.frontend.create_native_settings_flow(x_session_token=person.token)
    body = models.UpdateSettingsFlowWithTotpMethod(totp_code="x")
    with pytest.raises(errors.FlowNotCompleted) as refused:
        await ory.frontend.update_settings_flow(body, flow=flow.id, x_session_token=person.token)
    assert [message.id for message in refused.value.messages] == [4000008]


async def test_totp_removed(ory: Ory, person: Person) -> None:
    await set_up_totp(ory, person)
    flow = await ory.frontend.create_native_settings_flow(x_session_token=person.token)
    body = models.UpdateSettingsFlowWithTotpMethod(totp_unlink=True)
    await ory.frontend.update_settings_flow(body, flow=flow.id, x_session_token=person.token)
    again = await log_in(ory, person.email)
    session = await ory.frontend.to_session(x_session_token=again.session_token)
    assert session.authenticator_assurance_level == "aal1"


async def test_lookup_codes_work_once_each(ory: Ory, person: Person) -> None:
    used, other, *_ = await set_up_lookup_codes(ory, person)
    for code, refusal in ((used, None), (used, 4000012), (other, None), ("wrong", 4000016)):
        first = await log_in(ory, person.email)
        body = models.UpdateLoginFlowWithLookupSecretMethod(lookup_secret=code)
        if refusal is None:
            raised = await raise_session(ory, first.session_token, body)
            assert raised.session.authenticator_assurance_level == "aal2"
            continue
        with pytest.raises(errors.FlowNotCompleted) as refused:
            await raise_session(ory, first.session_token, body)
        assert [message.id for message in refused.value.messages] == [refusal]


async def test_settings_need_the_second_factor(ory: Ory, person: Person) -> None:
    await set_up_lookup_codes(ory, person)
    first = await log_in(ory, person.email)
    with pytest.raises(errors.SecondFactorRequired):
        await ory.frontend.create_native_settings_flow(x_session_token=first.session_token)


async def test_second_factor_without_a_session_or_a_factor(ory: Ory, person: Person) -> None:
    with pytest.raises(errors.NoActiveSession) as refused:
        await ory.frontend.create_native_login_flow(aal="aal2")
    assert refused.value.error_id == "session_aal1_required"
    flow = await ory.frontend.create_native_login_flow(aal="aal2", x_session_token=person.token)
    assert flow.ui.nodes == []


async def test_browser_is_sent_to_the_second_factor(ory: Ory, person: Person) -> None:
    totp = await set_up_totp(ory, person)
    browser, frontend = Browser(), ory.frontend
    flow = await browser(frontend.create_browser_login_flow)
    with pytest.raises(errors.BrowserRedirectRequired) as outstanding:
        await browser.submit(
            frontend.update_login_flow, flow, method="password", identifier=person.email, password=PASSWORD
        )
    assert "aal=aal2" in (outstanding.value.redirect_browser_to or "")
    browser.keep(outstanding.value.set_cookies)
    with pytest.raises(errors.SecondFactorRequired):
        await frontend.to_session(cookie=browser.cookie)

    flow = await browser(frontend.create_browser_login_flow, aal="aal2", cookie=browser.cookie)
    raised = await browser.submit(frontend.update_login_flow, flow, method="totp", totp_code=totp.now())
    assert raised.session_token is None
    session = await frontend.to_session(cookie=browser.cookie)
    assert session.authenticator_assurance_level == "aal2"
