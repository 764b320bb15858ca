from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from ory_async import Ory, Redirect, errors, models

from .support import (
    NOBODY,
    OTHER_PASSWORD,
    Browser,
    NewName,
    Person,
    latest_code,
    log_in,
    message_ids,
    use_recovery_code,
)


async def recover(ory: Ory, flow: str, **fields: str) -> models.RecoveryFlow:
    answer = await ory.frontend.update_recovery_flow(models.UpdateRecoveryFlowWithCodeMethod(**fields), flow=flow)
    assert isinstance(answer, models.RecoveryFlow)
    return answer


async def next_flow(ory: Ory, flow: str, code: str) -> str:
    """The recovery flow that a refused one leads to; how servers say it hangs on use_continue_with_transitions."""
    body = models.UpdateRecoveryFlowWithCodeMethod(code=code)
    try:
        answer = await ory.frontend.update_recovery_flow(body, flow=flow)
    except errors.BadRequest as refused:
        [way_on] = (refused.details or {})["continue_with"]
        assert way_on["action"] == "show_recovery_ui"
        return str(way_on["flow"]["id"])
    assert isinstance(answer, Redirect)
    return parse_qs(urlsplit(answer.location).query)["id"][0]


async def verify(ory: Ory, flow: str, **fields: str) -> models.VerificationFlow:
    answer = await ory.frontend.update_verification_flow(
        models.UpdateVerificationFlowWithCodeMethod(**fields), flow=flow
    )
    assert isinstance(answer, models.VerificationFlow)
    return answer


async def test_recovery_by_code(ory: Ory, person: Person) -> None:
    flow = await ory.frontend.create_native_recovery_flow()
    sent = await recover(ory, flow.id, email=person.email)
    assert (sent.state, message_ids(sent)) == (models.RecoveryFlowState.SENT_EMAIL, [1060003])

    wrong = await recover(ory, flow.id, code="000")
    assert wrong.state == models.RecoveryFlowState.SENT_EMAIL
    assert [(message.id, message.type) for message in wrong.ui.messages or ()] == [(4060006, "error")]

    passed = await use_recovery_code(ory, flow.id, await latest_code(ory, person.email))
    if isinstance(passed, str):
        assert "/settings?flow=" in passed
        return
    assert passed.state == models.RecoveryFlowState.PASSED_CHALLENGE
    hand_over, settings = passed.continue_with or ()
    assert isinstance(hand_over, models.ContinueWithSetOrySessionToken)
    assert isinstance(settings, models.ContinueWithSettingsUi)
    session = await ory.frontend.to_session(x_session_token=hand_over.ory_session_token)
    assert [each.method for each in session.authentication_methods or ()] == [models.CredentialType.CODE_RECOVERY]

    await ory.frontend.update_settings_flow(
        models.UpdateSettingsFlowWithPasswordMethod(password=OTHER_PASSWORD),
        flow=settings.flow.id,
        x_session_token=hand_over.ory_session_token,
    )
    assert (await log_in(ory, person.email, OTHER_PASSWORD)).session.active is True


async def test_recovery_in_a_browser(ory: Ory, person: Person) -> None:
    browser, frontend = Browser(), ory.frontend
    flow = await browser(frontend.create_browser_recovery_flow)
    await browser.submit(frontend.update_recovery_flow, flow, method="code", email=person.email)
    code = await latest_code(ory, person.email)
    try:
        passed = await browser.submit(frontend.update_recovery_flow, flow, method="code", code=code)
    except errors.BrowserRedirectRequired as elsewhere:  # without use_continue_with_transitions
        browser.keep(elsewhere.set_cookies)
        [settings_id] = parse_qs(urlsplit(elsewhere.redirect_browser_to or "").query)["flow"]
    else:
        assert isinstance(passed, models.RecoveryFlow)
        [way_on] = passed.continue_with or ()
        assert isinstance(way_on, models.ContinueWithSettingsUi)
        settings_id = way_on.flow.id

    session = await frontend.to_session(cookie=browser.cookie)
    assert [each.method for each in session.authentication_methods or ()] == [models.CredentialType.CODE_RECOVERY]
    settings = await frontend.get_settings_flow(id=settings_id, cookie=browser.cookie)
    assert message_ids(settings) == [1060001]
    await browser.submit(frontend.update_settings_flow, settings, method="password", password=OTHER_PASSWORD)
    assert (await log_in(ory, person.email, OTHER_PASSWORD)).session.active is True


async def test_recovery_code_works_once(ory: Ory, person: Person) -> None:
    flow = await ory.frontend.create_native_recovery_flow()
    await recover(ory, flow.id, email=person.email)
    code = await latest_code(ory, person.email)
    await use_recovery_code(ory, flow.id, code)
    assert await next_flow(ory, flow.id, code) != flow.id


async def test_recovery_of_an_unknown_address_looks_the_same(ory: Ory, new_email: NewName) -> None:
    email = new_email()
    flow = await ory.frontend.create_native_recovery_flow()
    sent = await recover(ory, flow.id, email=email)
    assert (sent.state, message_ids(sent)) == (models.RecoveryFlowState.SENT_EMAIL, [1060003])
    assert not await ory.courier.list_courier_messages(recipient=email)


async def test_too_many_wrong_recovery_codes(ory: Ory, person: Person) -> None:
    flow = await ory.frontend.create_native_recovery_flow()
    await recover(ory, flow.id, email=person.email)
    for _ in range(5):
        assert message_ids(await recover(ory, flow.id, code="x")) == [4060006]
    assert await next_flow(ory, flow.id, "x") != flow.id


async def test_recovery_by_link(ory: Ory, person: Person) -> None:
    flow = await ory.frontend.create_native_recovery_flow()
    body = models.UpdateRecoveryFlowWithLinkMethod(email=person.email)
    sent = await ory.frontend.update_recovery_flow(body, flow=flow.id)
    assert isinstance(sent, models.RecoveryFlow)
    assert sent.state == models.RecoveryFlowState.SENT_EMAIL
    [message, *_] = await ory.courier.list_courier_messages(recipient=person.email)
    assert message.template_type == models.MessageTemplate.RECOVERY_VALID
    assert "/self-service/recovery?" in message.body


async def test_verification_by_code(ory: Ory, person: Person) -> None:
    flow = await ory.frontend.create_native_verification_flow()
    sent = await verify(ory, flow.id, email=person.email)
    assert (sent.state, message_ids(sent)) == (models.VerificationFlowState.SENT_EMAIL, [1080003])

    wrong = await verify(ory, flow.id, code="000")
    assert wrong.state == models.VerificationFlowState.SENT_EMAIL
    assert [(message.id, message.type) for message in wrong.ui.messages or ()] == [(4070006, "error")]

    passed = await verify(ory, flow.id, code=await latest_code(ory, person.email))
    assert (passed.state, passed.ui.method) == (models.VerificationFlowState.PASSED_CHALLENGE, "GET")
    identity = await ory.identity.get_identity(person.identity.id)
    [address] = identity.verifiable_addresses or ()
    assert (address.verified, address.status) == (True, "completed")
    assert address.verified_at is not None

    with pytest.raises(errors.FlowReplaced) as again:
        await verify(ory, flow.id, code="000")
    assert again.value.use_flow_id is not None


async def test_too_many_wrong_verification_codes(ory: Ory, person: Person) -> None:
    flow = await ory.frontend.create_native_verification_flow()
    await verify(ory, flow.id, email=person.email)
    for _ in range(5):
        assert message_ids(await verify(ory, flow.id, code="x"))[-1:] == [4070006]
    with pytest.raises(errors.FlowReplaced) as refused:
        await verify(ory, flow.id, code="x")
    fresh = await ory.frontend.get_verification_flow(id=refused.value.use_flow_id or "")
    assert fresh.state == models.VerificationFlowState.CHOOSE_METHOD


async def test_verification_without_an_address(ory: Ory) -> None:
    flow = await ory.frontend.create_native_verification_flow()
    with pytest.raises(errors.FlowNotCompleted) as refused:
        await verify(ory, flow.id)
    assert [message.id for message in refused.value.messages] == [4000002]


async def test_unknown_flows(ory: Ory) -> None:
    with pytest.raises(errors.NotFound):
        await ory.frontend.get_recovery_flow(id=NOBODY)
    with pytest.raises(errors.NotFound):
        await recover(ory, NOBODY, email="ann@example.com")
    with pytest.raises(errors.NotFound):
        await ory.frontend.get_verification_flow(id=NOBODY)
    with pytest.raises(errors.NotFound):
        await verify(ory, NOBODY, email="ann@example.com")
