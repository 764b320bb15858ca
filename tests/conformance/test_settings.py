from __future__ import annotations

import os

import pytest

from ory_async import Ory, errors, models
from ory_async.local import LocalOry

from .support import (
    NOBODY,
    OTHER_PASSWORD,
    NewName,
    Person,
    fresh,
    log_in,
    message_ids,
    node,
    register,
)


async def change(
    ory: Ory, token: str | None, body: models.UpdateSettingsFlowBody, flow: str | None = None
) -> models.SettingsFlow:
    if flow is None:
        flow = (await ory.frontend.create_native_settings_flow(x_session_token=token)).id
    return await ory.frontend.update_settings_flow(body, flow=flow, x_session_token=token)


def new_password(password: str) -> models.UpdateSettingsFlowWithPasswordMethod:
    return models.UpdateSettingsFlowWithPasswordMethod(password=password)


async def test_profile(ory: Ory, person: Person, new_email: NewName) -> None:
    traits = {"email": new_email("anna"), "name": {"first": "Anna", "last": "Ångström"}}
    changed = await change(ory, person.token, models.UpdateSettingsFlowWithProfileMethod(traits=traits))
    assert (changed.state, message_ids(changed)) == (models.SettingsFlowState.SUCCESS, [1050001])
    assert changed.identity.traits == traits
    [address] = changed.identity.verifiable_addresses or ()
    assert (address.value, address.verified) == (traits["email"], False)
    [message] = await ory.courier.list_courier_messages(recipient=traits["email"])
    assert message.template_type == models.MessageTemplate.VERIFICATION_CODE_VALID

    assert (await ory.identity.get_identity(person.identity.id)).traits == traits
    assert (await log_in(ory, traits["email"])).session.active is True


async def test_profile_with_a_taken_address(ory: Ory, person: Person, new_email: NewName) -> None:
    other = new_email("bob")
    await register(ory, other)
    with pytest.raises(errors.FlowNotCompleted) as refused:
        await change(ory, person.token, models.UpdateSettingsFlowWithProfileMethod(traits={"email": other}))
    assert message_ids(refused.value.flow) == [4000007]
    assert (await ory.identity.get_identity(person.identity.id)).traits["email"] == person.email


async def test_profile_that_does_not_fit_the_schema(ory: Ory, person: Person) -> None:
    traits = {"email": person.email, "name": {"first": 1}}
    with pytest.raises(errors.FlowNotCompleted) as refused:
        await change(ory, person.token, models.UpdateSettingsFlowWithProfileMethod(traits=traits))
    assert [message.type for message in refused.value.messages] == [models.UiTextType.ERROR]


async def test_password(ory: Ory, person: Person) -> None:
    changed = await change(ory, person.token, new_password(OTHER_PASSWORD))
    assert changed.state == models.SettingsFlowState.SUCCESS
    assert (await log_in(ory, person.email, OTHER_PASSWORD)).session.active is True
    with pytest.raises(errors.FlowNotCompleted):
        await log_in(ory, person.email)
    assert (await ory.frontend.to_session(x_session_token=person.token)).active is True


async def test_invalid_password(ory: Ory, person: Person) -> None:
    with pytest.raises(errors.FlowNotCompleted) as refused:
        await change(ory, person.token, new_password("short"))
    assert [message.id for message in refused.value.messages] == [4000032]
    assert (await log_in(ory, person.email)).session.active is True


async def test_two_changes_by_one_flow(ory: Ory, person: Person) -> None:
    flow = await ory.frontend.create_native_settings_flow(x_session_token=person.token)
    traits = {"email": person.email, "name": {"first": "Ann"}}
    first = await change(ory, person.token, models.UpdateSettingsFlowWithProfileMethod(traits=traits), flow.id)
    second = await change(ory, person.token, new_password(OTHER_PASSWORD), flow.id)
    assert (first.state, second.state) == (models.SettingsFlowState.SUCCESS, models.SettingsFlowState.SUCCESS)
    assert second.identity.traits == traits


async def test_flow_is_fetched_with_the_session(ory: Ory, person: Person) -> None:
    made = await ory.frontend.create_native_settings_flow(x_session_token=person.token)
    fetched = await ory.frontend.get_settings_flow(id=made.id, x_session_token=person.token)
    assert (fetched.id, fetched.identity.id) == (made.id, person.identity.id)
    assert node(fetched, "traits.email").value == person.email
    with pytest.raises(errors.Unauthorized):
        await ory.frontend.get_settings_flow(id=made.id)


async def test_nobody_has_settings(ory: Ory, person: Person) -> None:
    with pytest.raises(errors.NoActiveSession) as refused:
        await ory.frontend.create_native_settings_flow()
    assert refused.value.error_id == "session_inactive"
    flow = await ory.frontend.create_native_settings_flow(x_session_token=person.token)
    with pytest.raises(errors.Unauthorized):
        await change(ory, None, new_password(OTHER_PASSWORD), flow.id)
    with pytest.raises(errors.NotFound):
        await change(ory, person.token, new_password(OTHER_PASSWORD), NOBODY)


async def test_flow_of_somebody_else(ory: Ory, person: Person, new_email: NewName) -> None:
    flow = await ory.frontend.create_native_settings_flow(x_session_token=person.token)
    other = await register(ory, new_email("bob"))
    with pytest.raises(errors.Forbidden) as refused:
        await change(ory, other.session_token, new_password(OTHER_PASSWORD), flow.id)
    assert refused.value.error_id == "security_identity_mismatch"


@pytest.mark.skipif(
    "ORY_CONFORMANCE_KRATOS_PUBLIC_URL" in os.environ,
    reason="a login gets too old for a new password in a quarter of an hour, and only the local Ory's clock can be set",
)
async def test_old_login_has_to_be_refreshed() -> None:
    async with LocalOry() as local, Ory(local.url) as ory:
        registered = await register(ory, f"{fresh('ann')}@example.com")
        local.clock.advance(16 * 60)
        with pytest.raises(errors.SessionRefreshRequired) as refused:
            await change(ory, registered.session_token, new_password(OTHER_PASSWORD))
    assert refused.value.error_id == "session_refresh_required"
    assert "refresh=true" in (refused.value.redirect_browser_to or "")
