from __future__ import annotations

import pytest

from ory_async import Ory, errors, models

from .support import NOBODY, PASSWORD, NewName, Person, latest_code, log_in, message_ids, node


async def code_login(ory: Ory, flow: str, email: str, **fields: str) -> models.SuccessfulNativeLogin:
    body = models.UpdateLoginFlowWithCodeMethod(identifier=email, **fields)
    return await ory.frontend.update_login_flow(body, flow=flow)


async def test_password(ory: Ory, person: Person) -> None:
    logged_in = await log_in(ory, person.email)
    assert logged_in.session_token not in (None, person.token)
    assert logged_in.session.authenticator_assurance_level == models.AuthenticatorAssuranceLevel.AAL1
    assert [each.method for each in logged_in.session.authentication_methods or ()] == [models.CredentialType.PASSWORD]
    assert not logged_in.continue_with

    session = await ory.frontend.to_session(x_session_token=logged_in.session_token)
    assert session.identity is not None
    assert (session.id, session.identity.id) == (logged_in.session.id, person.identity.id)


async def test_address_in_capitals(ory: Ory, person: Person) -> None:
    logged_in = await log_in(ory, person.email.upper())
    assert logged_in.session.identity is not None
    assert logged_in.session.identity.id == person.identity.id


async def test_wrong_password(ory: Ory, person: Person) -> None:
    with pytest.raises(errors.FlowNotCompleted) as refused:
        await log_in(ory, person.email, "wrong")
    assert [(message.id, message.type) for message in refused.value.messages] == [(4000006, "error")]
    assert node(refused.value.flow, "identifier").value == person.email


async def test_unknown_address(ory: Ory, new_email: NewName) -> None:
    with pytest.raises(errors.FlowNotCompleted) as refused:
        await log_in(ory, new_email())
    assert message_ids(refused.value.flow) == [4000006]


@pytest.mark.parametrize("method", ["no_such_method", "oidc", "saml"])
async def test_method_that_is_not_there(ory: Ory, method: str) -> None:
    flow = await ory.frontend.create_native_login_flow()
    with pytest.raises((errors.FlowNotCompleted, errors.NotFound)) as refused:
        await ory.frontend.update_login_flow({"method": method, "provider": "unknown"}, flow=flow.id)
    assert refused.value.status == (404 if method == "oidc" else 400)


async def test_unknown_flow(ory: Ory) -> None:
    with pytest.raises(errors.NotFound):
        await ory.frontend.get_login_flow(id=NOBODY)
    with pytest.raises(errors.NotFound):
        await ory.frontend.update_login_flow({"method": "password"}, flow=NOBODY)


async def test_refresh_keeps_the_session(ory: Ory, person: Person) -> None:
    with pytest.raises(errors.BadRequest) as logged_in_already:
        await ory.frontend.create_native_login_flow(x_session_token=person.token)
    assert logged_in_already.value.error_id == "session_already_available"

    before = await ory.frontend.to_session(x_session_token=person.token)
    flow = await ory.frontend.create_native_login_flow(refresh=True, x_session_token=person.token)
    assert flow.refresh is True
    assert message_ids(flow) == [1010003]
    refreshed = await ory.frontend.update_login_flow(
        models.UpdateLoginFlowWithPasswordMethod(identifier=person.email, password=PASSWORD),
        flow=flow.id,
        x_session_token=person.token,
    )
    assert (refreshed.session_token, refreshed.session.id) == (person.token, before.id)
    after = await ory.frontend.to_session(x_session_token=person.token)
    assert len(after.authentication_methods or ()) == 2
    assert before.authenticated_at is not None
    assert after.authenticated_at is not None
    assert after.authenticated_at > before.authenticated_at


async def test_code_without_password(ory: Ory, person: Person) -> None:
    flow = await ory.frontend.create_native_login_flow()
    with pytest.raises(errors.FlowNotCompleted) as sent:
        await code_login(ory, flow.id, person.email)
    assert sent.value.flow.state == models.LoginFlowState.SENT_EMAIL
    assert [(message.id, message.type) for message in sent.value.messages] == [(1010014, "info")]

    code = await latest_code(ory, person.email)
    with pytest.raises(errors.FlowNotCompleted) as wrong:
        await code_login(ory, flow.id, person.email, code=f"{code}0")
    assert message_ids(wrong.value.flow) == [4010008]

    logged_in = await code_login(ory, flow.id, person.email, code=code)
    assert [each.method for each in logged_in.session.authentication_methods or ()] == [models.CredentialType.CODE]
    session = await ory.frontend.to_session(x_session_token=logged_in.session_token)
    assert session.id == logged_in.session.id


async def test_code_sent_again(ory: Ory, person: Person) -> None:
    flow = await ory.frontend.create_native_login_flow()
    for fields in ({}, {"resend": "code"}):
        with pytest.raises(errors.FlowNotCompleted) as sent:
            await code_login(ory, flow.id, person.email, **fields)
        assert sent.value.flow.state == models.LoginFlowState.SENT_EMAIL
    messages = await ory.courier.list_courier_messages(recipient=person.email)
    assert [message.template_type for message in messages][:2] == [models.MessageTemplate.LOGIN_CODE_VALID] * 2
    logged_in = await code_login(ory, flow.id, person.email, code=await latest_code(ory, person.email))
    assert logged_in.session.active is True


async def test_code_for_nobody(ory: Ory, new_email: NewName) -> None:
    email = new_email()
    flow = await ory.frontend.create_native_login_flow()
    with pytest.raises(errors.FlowNotCompleted) as refused:
        await code_login(ory, flow.id, email)
    assert message_ids(refused.value.flow) == [4000035]
    assert not await ory.courier.list_courier_messages(recipient=email)


async def test_too_many_wrong_codes(ory: Ory, person: Person) -> None:
    flow = await ory.frontend.create_native_login_flow()
    with pytest.raises(errors.FlowNotCompleted):
        await code_login(ory, flow.id, person.email)
    said = []
    for _ in range(6):
        with pytest.raises(errors.FlowNotCompleted) as wrong:
            await code_login(ory, flow.id, person.email, code="x")
        said.append(message_ids(wrong.value.flow))
    assert said == [[4010008]] * 5 + [[4000001]]


async def test_inactive_identity(ory: Ory, person: Person) -> None:
    inactive = models.JsonPatch(op="replace", path="/state", value="inactive")
    await ory.identity.patch_identity(person.identity.id, [inactive])
    with pytest.raises((errors.Unauthorized, errors.FlowNotCompleted)) as refused:  # as the form since after v26.2
        await log_in(ory, person.email)
    if isinstance(refused.value, errors.FlowNotCompleted):
        assert [message.id for message in refused.value.messages] == [4010011]
    with pytest.raises(errors.NoActiveSession):
        await ory.frontend.to_session(x_session_token=person.token)


async def test_logout(ory: Ory, person: Person) -> None:
    body = models.PerformNativeLogoutBody(session_token=person.token)
    await ory.frontend.perform_native_logout(body)
    with pytest.raises(errors.NoActiveSession):
        await ory.frontend.to_session(x_session_token=person.token)
    await ory.frontend.perform_native_logout(body)
    with pytest.raises(errors.Forbidden):
        await ory.frontend.perform_native_logout({"session_token": "unknown"})


async def test_whoami_without_or_with_a_wrong_token(ory: Ory) -> None:
    for token in (None, "wrong"):
        with pytest.raises(errors.NoActiveSession) as refused:
            await ory.frontend.to_session(x_session_token=token)
        assert (refused.value.status, refused.value.error_id) == (401, None)


async def test_unknown_template_of_a_token(ory: Ory, person: Person) -> None:
    with pytest.raises(errors.BadRequest):
        await ory.frontend.to_session(tokenize_as="unknown", x_session_token=person.token)
