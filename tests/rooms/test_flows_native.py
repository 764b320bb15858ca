"""Flows of apps, at a local Ory."""

from __future__ import annotations

from typing import Any

import pytest

from ory_async import Ory, errors, flows, models
from ory_async.local import LocalOry

from .flow_support import EMAIL, OTHER_PASSWORD, PASSWORD, expect, latest_code, register, set_up_totp
from .flow_support import local as local
from .flow_support import ory as ory
from .flow_support import started as started
from .flow_support import token as token


def ids(messages: list[models.UiText]) -> list[int]:
    return [message.id for message in messages]


async def log_in(ory: Ory, password: str = PASSWORD) -> flows.Outcome:
    flow = await flows.login(ory)
    return await flow.submit("password", identifier=EMAIL, password=password)


async def test_registration_logs_in(ory: Ory) -> None:
    flow = await flows.registration(ory)
    done = await flow.submit("password", traits={"email": EMAIL}, password=PASSWORD)
    match done:
        case flows.Completed(session=models.Session(), session_token=str(token), identity=identity):
            assert (await ory.frontend.to_session(x_session_token=token)).active
        case _:
            pytest.fail(f"{done}")
    assert identity is not None
    assert identity.traits["email"] == EMAIL
    assert {type(step) for step in done.continue_with} == {
        models.ContinueWithVerificationUi,
        models.ContinueWithSetOrySessionToken,
    }
    assert token not in repr(done)


async def test_registration_in_two_steps(ory: Ory) -> None:
    flow = await flows.registration(ory)
    step = expect(flows.NextStep, await flow.submit("profile", traits={"email": EMAIL}))
    assert (step.reason, step.method, ids(step.messages)) == ("choose_method", None, [1040009])
    assert {"password", "code"} <= set(step.flow.methods)
    done = expect(flows.Completed, await step.flow.submit("password", password=PASSWORD))  # the form has the traits
    assert done.session_token is not None


async def test_errors_by_field_and_another_try(ory: Ory) -> None:
    flow = await flows.registration(ory)
    invalid = expect(flows.Invalid, await flow.submit("password", traits={"email": "no-mail"}, password=PASSWORD))
    assert set(invalid.by_field) == {"traits.email"}
    assert invalid.messages == []
    expect(flows.Completed, await invalid.flow.submit("password", traits={"email": EMAIL}, password=PASSWORD))


async def test_registration_by_code(ory: Ory) -> None:
    flow = await flows.registration(ory)
    sent = expect(flows.NextStep, await flow.submit("code", traits={"email": EMAIL}))
    assert (sent.reason, sent.method) == ("code_sent", "code")
    wrong = expect(flows.Invalid, await sent.flow.submit("code", code="000"))
    done = expect(flows.Completed, await wrong.flow.submit("code", code=await latest_code(ory)))
    assert done.identity is not None
    assert done.identity.traits["email"] == EMAIL


async def test_login(ory: Ory, token: str) -> None:
    invalid = expect(flows.Invalid, await log_in(ory, "wrong"))
    assert (ids(invalid.messages), invalid.by_field) == ([4000006], {})
    done = expect(flows.Completed, await invalid.flow.submit("password", password=PASSWORD))  # the form has the name
    assert done.session is not None
    assert done.session_token not in (None, token)
    assert done.identity is done.session.identity


async def test_login_by_code(ory: Ory, token: str) -> None:
    flow = await flows.login(ory)
    sent = expect(flows.NextStep, await flow.submit("code", identifier=EMAIL))
    assert (sent.reason, sent.method, ids(sent.messages)) == ("code_sent", "code", [1010014])
    again = expect(flows.NextStep, await sent.flow.submit("code", resend="code"))
    assert again.reason == "code_sent"
    wrong = expect(flows.Invalid, await again.flow.submit("code", code="000"))
    assert ids(wrong.messages) == [4010008]
    done = expect(flows.Completed, await wrong.flow.submit("code", code=await latest_code(ory)))
    assert done.session_token is not None


async def test_second_factor(ory: Ory, token: str) -> None:
    totp = await set_up_totp(ory, token)
    step = expect(flows.NextStep, await log_in(ory))
    assert (step.reason, step.method, step.flow.kind) == ("second_factor", "totp", "login")
    assert step.session_token is not None
    assert step.session_token not in repr(step)
    wrong = expect(flows.Invalid, await step.flow.submit("totp", totp_code="0000000"))
    done = expect(flows.Completed, await wrong.flow.submit("totp", totp_code=totp.now()))
    assert done.session_token == step.session_token
    session = await ory.frontend.to_session(x_session_token=step.session_token)
    assert session.authenticator_assurance_level == "aal2"


async def test_lookup_codes(ory: Ory, token: str) -> None:
    flow = await flows.settings(ory, session_token=token)
    made = expect(flows.NextStep, await flow.submit("lookup_secret", lookup_secret_regenerate=True))
    assert made.reason == "confirm"
    expect(flows.Completed, await made.flow.submit("lookup_secret", lookup_secret_confirm=True))
    flow = await flows.settings(ory, session_token=token)
    shown = expect(flows.NextStep, await flow.submit("lookup_secret", lookup_secret_reveal=True))
    assert shown.reason == "show_form"
    node: Any = shown.flow.node("lookup_secret_codes")
    code = node.attributes.text.text.split(", ")[0]

    step = expect(flows.NextStep, await log_in(ory))
    assert (step.reason, step.method) == ("second_factor", "lookup_secret")
    expect(flows.Completed, await step.flow.submit("lookup_secret", lookup_secret=code))


async def test_new_lookup_codes_in_settings_that_were_saved_before(ory: Ory, token: str) -> None:
    flow = await flows.settings(ory, session_token=token)
    first = expect(flows.NextStep, await flow.submit("lookup_secret", lookup_secret_regenerate=True))
    saved = expect(flows.Completed, await first.flow.submit("lookup_secret", lookup_secret_confirm=True))
    assert saved.flow is not None
    shown = expect(flows.NextStep, await saved.flow.submit("lookup_secret", lookup_secret_reveal=True))
    assert (shown.reason, shown.flow.state) == ("show_form", "success")
    renewed = expect(flows.NextStep, await shown.flow.submit("lookup_secret", lookup_secret_regenerate=True))
    assert (renewed.reason, renewed.flow.state, renewed.continue_with) == ("confirm", "success", [])
    expect(flows.Completed, await renewed.flow.submit("lookup_secret", lookup_secret_confirm=True))


async def test_logged_in_already(ory: Ory, token: str) -> None:
    begun = await flows.login(ory)
    flow = flows.Flow(data=begun.data, ory=ory, session_token=token)
    expect(flows.AlreadyLoggedIn, await flow.submit("password", identifier=EMAIL, password=PASSWORD))
    with pytest.raises(errors.BadRequest) as refused:
        await flows.login(ory, session_token=token)
    assert refused.value.error_id == "session_already_available"


async def test_refresh(ory: Ory, token: str) -> None:
    flow = await flows.login(ory, session_token=token, refresh=True)
    done = expect(flows.Completed, await flow.submit("password", identifier=EMAIL, password=PASSWORD))
    assert done.session_token == token


async def test_settings(ory: Ory, token: str) -> None:
    flow = await flows.settings(ory, session_token=token)
    changed = expect(flows.Completed, await flow.submit("profile", **{"traits.name.first": "Ann"}))
    assert changed.identity is not None
    assert changed.identity.traits == {"email": EMAIL, "name": {"first": "Ann"}}
    assert changed.flow is not None
    invalid = expect(flows.Invalid, await changed.flow.submit("password", password="short"))
    assert list(invalid.by_field) == ["password"]
    expect(flows.Completed, await invalid.flow.submit("password", password=OTHER_PASSWORD))
    expect(flows.Invalid, await log_in(ory))
    expect(flows.Completed, await log_in(ory, OTHER_PASSWORD))


async def test_settings_after_a_while_want_a_new_login(local: LocalOry, ory: Ory, token: str) -> None:
    local.clock.advance(3600)
    flow = await flows.settings(ory, session_token=token)
    step = expect(flows.NextStep, await flow.submit("password", password=OTHER_PASSWORD))
    assert (step.reason, step.flow.kind) == ("refresh", "login")
    expect(flows.Completed, await step.flow.submit("password", identifier=EMAIL, password=PASSWORD))
    expect(flows.Completed, await flow.submit("password", password=OTHER_PASSWORD))


async def test_recovery(ory: Ory, token: str) -> None:
    flow = await flows.recovery(ory)
    sent = expect(flows.NextStep, await flow.submit("code", email=EMAIL))
    assert (sent.reason, sent.method) == ("code_sent", "code")
    wrong = expect(flows.Invalid, await sent.flow.submit("code", code="000"))
    assert ids(wrong.messages) == [4060006]
    again = expect(flows.NextStep, await wrong.flow.submit("code", email=EMAIL))
    done = expect(flows.Completed, await again.flow.submit("code", code=await latest_code(ory)))
    assert done.session_token is not None
    _, way_on = done.continue_with
    assert isinstance(way_on, models.ContinueWithSettingsUi)
    change = await flows.settings(ory, id=way_on.flow.id, session_token=done.session_token)
    expect(flows.Completed, await change.submit("password", password=OTHER_PASSWORD))
    expect(flows.Completed, await log_in(ory, OTHER_PASSWORD))


async def test_recovery_by_link(ory: Ory, token: str) -> None:
    flow = await flows.recovery(ory)
    sent = expect(flows.NextStep, await flow.send({"method": "link", "email": EMAIL}))
    assert sent.reason == "link_sent"


async def test_too_many_recovery_codes_begin_anew(ory: Ory, token: str) -> None:
    flow = await flows.recovery(ory)
    outcome: flows.Outcome = await flow.submit("code", email=EMAIL)
    for _ in range(6):
        assert isinstance(outcome, (flows.NextStep, flows.Invalid))
        outcome = await outcome.flow.submit("code", code="x")
    fresh = expect(flows.Expired, outcome).flow
    assert (fresh.kind, fresh.is_browser, fresh.id == flow.id) == ("recovery", False, False)
    expect(flows.NextStep, await fresh.submit("code", email=EMAIL))


async def test_verification(ory: Ory, token: str) -> None:
    flow = await flows.verification(ory)
    sent = expect(flows.NextStep, await flow.submit("code", email=EMAIL))
    assert sent.reason == "code_sent"
    code = await latest_code(ory)
    expect(flows.Invalid, await sent.flow.submit("code", code="000"))
    done = expect(flows.Completed, await sent.flow.submit("code", code=code))
    assert done.redirect_to is not None
    replaced = expect(flows.Expired, await sent.flow.submit("code", code=code))
    assert (replaced.flow.kind, replaced.flow.is_browser) == ("verification", False)


async def test_verification_that_a_registration_began(ory: Ory) -> None:
    done = await (await flows.registration(ory)).submit("password", traits={"email": EMAIL}, password=PASSWORD)
    way_on = next(step for step in done.continue_with if isinstance(step, models.ContinueWithVerificationUi))
    flow = await flows.verification(ory, id=way_on.flow.id)
    expect(flows.Completed, await flow.submit("code", code=await latest_code(ory)))


@pytest.mark.parametrize("kind", ["login", "registration", "settings", "recovery", "verification"])
async def test_expired_flows_give_a_fresh_one(local: LocalOry, ory: Ory, kind: str) -> None:
    token = await register(ory) if kind in ("login", "settings", "recovery", "verification") else None
    with_session = {"session_token": token} if kind == "settings" else {}
    flow: flows.AnyFlow = await getattr(flows, kind)(ory, **with_session)
    local.clock.advance(2 * 3600)
    fields: dict[str, dict[str, Any]] = {
        "login": {"method": "password", "identifier": EMAIL, "password": PASSWORD},
        "registration": {"method": "password", "traits": {"email": EMAIL}, "password": PASSWORD},
        "settings": {"method": "profile", "traits": {"email": EMAIL}},
    }
    body = fields.get(kind, {"method": "code", "email": EMAIL})
    fresh = expect(flows.Expired, await flow.send(body)).flow
    assert (fresh.kind, fresh.is_browser, fresh.id == flow.id) == (kind, False, False)
    assert isinstance(await fresh.send(body), (flows.Completed, flows.NextStep))


async def test_fresh_flow_has_an_exchange_code_of_its_own(local: LocalOry, ory: Ory) -> None:
    flow = await flows.login(ory, return_session_token_exchange_code=True)
    local.clock.advance(2 * 3600)
    fresh = expect(flows.Expired, await flow.submit("password", identifier=EMAIL, password=PASSWORD)).flow
    assert fresh.exchange_code not in (None, flow.exchange_code)
    with pytest.raises(errors.NotFound):
        await fresh.exchange("no-such-code")


async def test_logout(ory: Ory, token: str) -> None:
    assert await flows.logout(ory, session_token=token) == flows.Completed()
    with pytest.raises(errors.NoActiveSession):
        await ory.frontend.to_session(x_session_token=token)
    assert await flows.logout(ory, session_token=token) == flows.Completed()
    with pytest.raises(errors.Forbidden):
        await flows.logout(ory, session_token="unknown")


@pytest.mark.parametrize(
    "credentials", [{}, {"cookie": "a=b", "session_token": "c"}, {"session_token": "c", "return_to": "/"}]
)
async def test_logout_needs_one_credential(ory: Ory, credentials: dict[str, str]) -> None:
    with pytest.raises(errors.InvalidRequest):
        await flows.logout(ory, **credentials)


async def test_what_is_no_outcome_is_raised(ory: Ory, token: str) -> None:
    with pytest.raises(errors.NoActiveSession):
        await flows.settings(ory)
    with pytest.raises(errors.NotFound):
        await flows.login(ory, id="00000000-0000-4000-8000-000000000000")
    flow = await flows.settings(ory, session_token=token)
    await flows.logout(ory, session_token=token)
    with pytest.raises(errors.Unauthorized):
        await flow.submit("profile", traits={"email": EMAIL})
    with pytest.raises(errors.InvalidRequest, match="return_session_token_exchange_code"):
        await (await flows.login(ory)).exchange("a-code")


@pytest.mark.parametrize(
    ("open", "arguments", "name"),
    [
        (flows.login, {"cookie": "a=b"}, "cookie="),
        (flows.login, {"login_challenge": "c"}, "login_challenge="),
        (flows.login, {"browser": True, "session_token": "t"}, "session_token="),
        (flows.login, {"browser": True, "return_session_token_exchange_code": True}, "return_session_token"),
        (flows.login, {"id": "i", "refresh": True}, "refresh="),
        (flows.registration, {"after_verification_return_to": "/"}, "after_verification_return_to="),
        (flows.settings, {"return_to": "/", "session_token": "t"}, "return_to="),
        (flows.recovery, {"skip_settings": True}, "skip_settings="),
        (flows.verification, {"cookie": "a=b"}, "cookie="),
    ],
)
async def test_arguments_that_do_not_go_together(ory: Ory, open: Any, arguments: dict[str, Any], name: str) -> None:
    with pytest.raises(errors.InvalidRequest, match=name):
        await open(ory, **arguments)
