from __future__ import annotations

import pytest

from ory_async import Ory, errors, models

from .support import NOBODY, PASSWORD, NewName, Person, latest_code, message_ids, node, register


async def test_registration_logs_in(ory: Ory, new_email: NewName) -> None:
    email = new_email()
    registered = await register(ory, email)
    assert registered.session is not None
    assert registered.identity.traits == {"email": email, "name": {}}
    assert registered.identity.state == models.IdentityState.ACTIVE

    steps = {step.action: step for step in registered.continue_with or ()}
    assert steps["set_ory_session_token"].ory_session_token == registered.session_token
    if verify := steps.get("show_verification_ui"):  # not with all settings of a server
        assert verify.flow.verifiable_address == email

    session = await ory.frontend.to_session(x_session_token=registered.session_token)
    assert session.id == registered.session.id
    assert session.active is True
    assert session.identity is not None
    assert session.identity.id == registered.identity.id


@pytest.mark.parametrize(("password", "message"), [("short", 4000032), ("", 4000002)], ids=["too short", "missing"])
async def test_invalid_password(ory: Ory, new_email: NewName, password: str, message: int) -> None:
    email = new_email()
    with pytest.raises(errors.FlowNotCompleted) as refused:
        await register(ory, email, password)
    assert [found.id for found in refused.value.messages] == [message]
    assert node(refused.value.flow, "traits.email").value == email
    assert refused.value.flow.state == "choose_method"
    assert not await ory.identity.list_identities(credentials_identifier=email)


async def test_password_like_the_address(ory: Ory, new_email: NewName) -> None:
    email = new_email()
    with pytest.raises(errors.FlowNotCompleted) as refused:
        await register(ory, email, email)
    assert [found.id for found in refused.value.messages] == [4000031]


@pytest.mark.parametrize(
    ("traits", "message"),
    [
        ({"email": "no address"}, 4000040),
        ({}, 4000002),
        ({"email": "ann@example.com", "height": 1}, 4000001),
        ({"email": "ann@example.com", "name": "Ann"}, 4000026),
    ],
    ids=["no address", "nothing", "unknown trait", "wrong type"],
)
async def test_traits_that_do_not_fit_the_schema(ory: Ory, traits: dict[str, object], message: int) -> None:
    flow = await ory.frontend.create_native_registration_flow()
    with pytest.raises(errors.FlowNotCompleted) as refused:
        await ory.frontend.update_registration_flow(
            {"method": "password", "password": PASSWORD, "traits": traits}, flow=flow.id
        )
    assert [found.id for found in refused.value.messages] == [message]


async def test_new_address_is_verified_by_a_code(ory: Ory, person: Person) -> None:
    [message] = await ory.courier.list_courier_messages(recipient=person.email)
    assert message.template_type == models.MessageTemplate.VERIFICATION_CODE_VALID
    [address] = person.identity.verifiable_addresses or ()
    assert (address.value, address.verified, address.status) == (person.email, False, "sent")


async def test_known_address(ory: Ory, person: Person) -> None:
    with pytest.raises(errors.FlowNotCompleted) as refused:
        await register(ory, person.email)
    assert [found.id for found in refused.value.messages] == [4000007]
    assert refused.value.messages[0].type == models.UiTextType.ERROR


async def test_in_two_steps(ory: Ory, new_email: NewName) -> None:
    traits = {"email": new_email(), "name": {"first": "Ann"}}
    flow = await ory.frontend.create_native_registration_flow()
    profile = models.UpdateRegistrationFlowWithProfileMethod(traits=traits)
    with pytest.raises(errors.FlowNotCompleted) as second_step:
        await ory.frontend.update_registration_flow(profile, flow=flow.id)
    assert message_ids(second_step.value.flow) == [1040009]
    assert node(second_step.value.flow, "traits.email").type == "hidden"

    password = models.UpdateRegistrationFlowWithPasswordMethod(traits=traits, password=PASSWORD)
    registered = await ory.frontend.update_registration_flow(password, flow=flow.id)
    assert registered.identity.traits == traits


async def test_by_code(ory: Ory, new_email: NewName) -> None:
    traits = {"email": new_email()}
    flow = await ory.frontend.create_native_registration_flow()
    with pytest.raises(errors.FlowNotCompleted) as sent:
        await ory.frontend.update_registration_flow(
            models.UpdateRegistrationFlowWithCodeMethod(traits=traits), flow=flow.id
        )
    assert sent.value.flow.state == models.RegistrationFlowState.SENT_EMAIL
    assert message_ids(sent.value.flow) == [1040005]

    with pytest.raises(errors.FlowNotCompleted) as wrong:
        await ory.frontend.update_registration_flow(
            models.UpdateRegistrationFlowWithCodeMethod(traits=traits, code="wrong"), flow=flow.id
        )
    assert message_ids(wrong.value.flow) == [4040003]

    code = await latest_code(ory, traits["email"])
    registered = await ory.frontend.update_registration_flow(
        models.UpdateRegistrationFlowWithCodeMethod(traits=traits, code=code), flow=flow.id
    )
    [address] = registered.identity.verifiable_addresses or ()
    assert (address.value, address.verified, address.status) == (traits["email"], True, "completed")


async def test_flow_is_fetched_as_it_was_made(ory: Ory) -> None:
    made = await ory.frontend.create_native_registration_flow()
    assert await ory.frontend.get_registration_flow(id=made.id) == made
    assert made.expires_at > made.issued_at


async def test_unknown_flow(ory: Ory) -> None:
    with pytest.raises(errors.NotFound):
        await ory.frontend.get_registration_flow(id=NOBODY)
    with pytest.raises(errors.NotFound):
        await ory.frontend.update_registration_flow({"method": "password", "password": PASSWORD}, flow=NOBODY)
