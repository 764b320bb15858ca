"""What real Kratos servers answer where it is not what their specification promises.

Recorded where a recording has it, otherwise in the shape that servers were seen to answer. The docstrings name the
entries of the findings about real servers.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from ory_async import Redirect, models, to_dict, with_response
from tests.support.recordings import exchange

from .conftest import Player

ANY_ID = "9f425a8d-7efc-4768-8f23-7647a74fdf13"
IDENTITY: dict[str, Any] = {"id": ANY_ID, "schema_id": "default", "schema_url": "", "traits": {}}


@pytest.mark.parametrize(("scenario", "index"), [("native_login_bad_requests", 17), ("native_login_refresh", 6)])
async def test_null_nodes_are_no_nodes(player: Player, scenario: str, index: int) -> None:
    """K16, K72"""
    flow = await player.recorded(scenario, index)
    assert flow.ui.nodes == []


async def test_null_continue_with_is_an_empty_list(player: Player) -> None:
    """K17"""
    login = await player.recorded("identity_import_passwords", 5)
    assert isinstance(login, models.SuccessfulNativeLogin)
    assert login.continue_with == []


async def test_absent_continue_with_is_none(player: Player) -> None:
    """K17"""
    flow = await player.recorded("var_recovery_choose_address", 3)
    assert isinstance(flow, models.RecoveryFlow)
    assert flow.continue_with is None


async def test_second_factor_outstanding_leaves_no_identity(player: Player) -> None:
    """K18, K45: a success with a session token, by which whoami refuses"""
    login = await player.recorded("var_login_code_second_factor", 2)
    assert login.session_token
    assert login.session.identity is None


async def test_null_devices_are_no_devices(player: Player) -> None:
    """K19"""
    sessions = await player.recorded("admin_sessions_list", 0)
    assert [session.devices for session in sessions] == [[]] * len(sessions)
    assert (await player.recorded("admin_sessions", 1)).devices == []


async def test_device_without_user_agent(player: Player) -> None:
    """K19: the address holds a port"""
    session = await player.recorded("admin_recovery_code", 3)
    [device] = session.devices
    assert device.user_agent is None
    assert device.ip_address.partition(":")[2].isdigit()


async def test_dispatches_come_with_the_single_message_only(player: Player) -> None:
    """K20"""
    message = await player.recorded("courier", 10)
    assert [dispatch.error for dispatch in message.dispatches] == [None]
    listed = await player.recorded("courier", 0)
    assert {message.dispatches for message in listed} == {None}


async def test_message_may_be_a_text_message(player: Player) -> None:
    """V4: a type that is in no specification, an empty subject, and a dispatch that failed"""
    failed = {"id": ANY_ID, "message_id": ANY_ID, "status": "failed", "error": {"reason": "no route"}}
    document = {"id": ANY_ID, "type": "sms", "channel": "sms", "subject": "", "dispatches": [failed]}
    message = await player.answering(200, document).courier.get_courier_message(ANY_ID)
    assert isinstance(message.type, models.CourierMessageType)
    assert (message.type, message.subject) == ("sms", "")
    assert message.dispatches
    assert message.dispatches[0].error == {"reason": "no route"}
    assert to_dict(message) == document


@pytest.mark.parametrize("metadata", ["text", 1, 2**53 + 1, True, [1, None], {"a": {"b": None}}])
async def test_metadata_may_be_any_json(player: Player, metadata: Any) -> None:
    """K21, K22"""
    document = {**IDENTITY, "metadata_public": metadata, "organization_id": None}
    identity = await player.answering(200, document).identity.get_identity(ANY_ID)
    assert identity.metadata_public == metadata
    assert type(identity.metadata_public) is type(metadata)


async def test_absent_members_of_an_identity_are_none(player: Player) -> None:
    """K21"""
    identity = await player.answering(200, IDENTITY).identity.get_identity(ANY_ID)
    absent = (identity.metadata_admin, identity.credentials, identity.external_id, identity.organization_id)
    assert absent == (None, None, None, None)


@pytest.mark.parametrize(("scenario", "index"), [("my_sessions", 0), ("admin_sessions", 0)])
async def test_identities_of_listed_sessions_are_poor(player: Player, scenario: str, index: int) -> None:
    """K23"""
    sessions = await player.recorded(scenario, index)
    for session in sessions:
        assert session.identity.schema_url == ""
        assert (session.identity.verifiable_addresses, session.identity.recovery_addresses) == (None, None)


async def test_deleted_credentials_are_still_listed(player: Player) -> None:
    """K24: without their config"""
    identity = await player.recorded("identity_delete_credentials", 17)
    assert identity.credentials["password"].config is None


async def test_entry_without_create_is_answered_by_none(player: Player) -> None:
    """K25"""
    result = await player.recorded("identity_batch", 8)
    assert result.identities == [None]


async def test_failed_entry_tells_its_error(player: Player) -> None:
    """K25"""
    result = await player.recorded("identity_batch", 4)
    [entry] = result.identities
    assert (entry.action, entry.patch_id) == ("error", "11111111-1111-4111-8111-111111111111")
    assert to_dict(entry.error)["reason"] == "Unable to find JSON Schema ID: unknown"


async def test_passed_verification_is_a_link(player: Player) -> None:
    """K26"""
    flow = await player.recorded("native_verification", 6)
    assert (flow.state, flow.ui.method) == ("passed_challenge", "GET")
    links = [node for node in flow.ui.nodes if node.type == models.UiNodeType.A]
    assert [type(link.attributes) for link in links] == [models.UiNodeAnchorAttributes]


@pytest.mark.parametrize(
    ("text", "microsecond"),
    [
        ("2026-11-21T05:24:42Z", 0),
        ("2026-11-21T05:24:42.5Z", 500_000),
        ("2026-11-21T05:24:42.123Z", 123_000),
        ("2026-11-21T05:24:42.12345Z", 123_450),
        ("2026-11-21T05:24:42.123456Z", 123_456),
        ("2026-11-21T05:24:42.1234567Z", 123_456),
        ("2026-11-21T05:24:42.123456789Z", 123_456),
        ("2026-11-21T07:24:42.5+02:00", 500_000),
    ],
)
async def test_times_have_any_number_of_digits(player: Player, text: str, microsecond: int) -> None:
    """K30"""
    identity = await player.answering(200, {**IDENTITY, "created_at": text}).identity.get_identity(ANY_ID)
    assert identity.created_at == datetime(2026, 11, 21, 5, 24, 42, microsecond, tzinfo=UTC)
    assert identity.created_at.tzinfo is not None


async def test_go_zero_time_is_none(player: Player) -> None:
    """K8"""
    document = {**IDENTITY, "created_at": "0001-01-01T00:00:00Z"}
    identity = await player.answering(200, document).identity.get_identity(ANY_ID)
    assert identity.created_at is None


async def test_recovery_is_a_method_of_authentication(player: Player) -> None:
    """K31"""
    session = await player.recorded("admin_recovery_code", 3)
    assert [method.method for method in session.authentication_methods] == ["code_recovery"]


async def test_unknown_method_of_authentication_is_kept(player: Player) -> None:
    """K31"""
    document = {"id": ANY_ID, "authentication_methods": [{"method": "telepathy", "aal": "aal9"}]}
    session = await player.answering(200, document).frontend.to_session()
    assert to_dict(session) == document


async def test_lone_surrogates_and_nul_survive(player: Player) -> None:
    """K32"""
    identity = await player.recorded("identity_values", 5)
    assert identity.traits == exchange("identity_values", 5).document["traits"]
    assert "\0" in identity.traits["name"]["first"]
    assert "\ud83d" in identity.traits["name"]["last"]
    player.server.answer(200, [], "{}")
    await player.ory.identity.update_identity(ANY_ID, {"traits": identity.traits})
    assert player.server.seen.json["traits"] == identity.traits


async def test_last_of_duplicate_keys_counts(player: Player) -> None:
    """K32"""
    player.server.answer(200, [], f'{{"id":"{ANY_ID}","traits":{{"name":"1","name":"2"}}}}')
    identity = await player.ory.identity.get_identity(ANY_ID)
    assert identity.traits == {"name": "2"}


async def test_registration_may_end_without_session(player: Player) -> None:
    """V10, K17"""
    result = await player.recorded("var_registration_unified", 2)
    assert isinstance(result, models.SuccessfulNativeRegistration)
    assert result.identity.id
    assert (result.session, result.session_token) == (None, None)


@pytest.mark.parametrize(
    "state",
    [
        "recovery_awaiting_address",
        "recovery_awaiting_address_choice",
        "recovery_confirming_address",
        "recovery_awaiting_code",
    ],
)
async def test_recovery_has_more_states(player: Player, state: str) -> None:
    """V5"""
    flow = await player.answering(200, {"id": ANY_ID, "state": state}).frontend.get_recovery_flow(id=ANY_ID)
    assert flow.state == state
    assert to_dict(flow) == {"id": ANY_ID, "state": state}


async def test_chosen_address_awaits_its_code(player: Player) -> None:
    """V5, V14"""
    flow = await player.recorded("var_recovery_choose_address", 4)
    assert flow.state == "recovery_awaiting_code"


async def test_second_factor_code_is_sent_at_once(player: Player) -> None:
    """V14"""
    flow = await player.recorded("var_login_code_second_factor", 4)
    assert flow.state == "sent_email"


async def test_extension_may_answer_nothing(player: Player) -> None:
    """V7: whether or not anything was extended"""
    assert await player.recorded("var_session_extend_too_early_204", 1) is None
    assert isinstance(await player.recorded("var_session_extend_window", 1), models.Session)


async def test_session_may_be_over(player: Player) -> None:
    """V17"""
    session = await player.recorded("var_session_expired", 19)
    assert session.active is False


async def test_phone_number_comes_back_in_another_form(player: Player) -> None:
    """V18"""
    identity = await player.recorded("var_sms_verification_recovery", 0)
    assert [address.via for address in identity.verifiable_addresses if address.value.startswith("+49")] == ["sms"]


@pytest.mark.parametrize(("scenario", "index"), [("my_sessions", 8), ("admin_sessions", 12)])
async def test_no_content_may_have_a_content_type(player: Player, scenario: str, index: int) -> None:
    """K41"""
    assert "json" in exchange(scenario, index).header("content-type")
    assert await player.recorded(scenario, index) is None


async def test_script_is_text(player: Player) -> None:
    """K69"""
    script = await player.recorded("well_known", 0)
    assert script.startswith("// Copyright ©")


async def test_change_password_redirects_with_a_page(player: Player) -> None:
    """K69"""
    result = await player.recorded("well_known", 2)
    assert isinstance(result, Redirect)
    assert result.location == "http://127.0.0.1:4455/settings"


async def test_every_cookie_is_told(player: Player) -> None:
    """K60, K73: also those that are deleted"""
    played = exchange("browser_logout", 6)
    player.server.answer(played.status, played.headers, played.answer)
    answered = await with_response(player.ory.frontend.update_logout_flow)(**played.arguments())
    assert (answered.status, answered.data) == (204, None)
    assert answered.set_cookies == [value for name, value in played.headers if name == "Set-Cookie"]
    assert any("Max-Age=0" in cookie for cookie in answered.set_cookies)


async def test_headers_may_be_repeated(player: Player) -> None:
    """K67"""
    player.server.answer(200, [("Vary", "Origin"), ("Vary", "Cookie")], "{}")
    answered = await with_response(player.ory.frontend.to_session)()
    assert answered.headers.get_all("vary") == ["Origin", "Cookie"]


async def test_whoami_tells_how_long_it_may_be_cached(player: Player) -> None:
    """V11, K66"""
    played = exchange("var_whoami_cache_max_age", 0)
    player.server.answer(played.status, played.headers, played.answer)
    answered = await with_response(player.ory.frontend.to_session)(**played.arguments())
    assert int(answered.headers["Ory-Session-Cache-For"]) > 0
    assert answered.data.identity
    assert answered.headers["x-kratos-authenticated-identity-id"] == answered.data.identity.id
