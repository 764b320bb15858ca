"""Every submission that was recorded at real servers comes to the right outcome."""

from __future__ import annotations

import pytest

from ory_async import Ory, errors, flows
from tests.support.recording_server import RecordingServer
from tests.support.recording_server import recording_server as recording_server
from tests.support.recordings import exchange

from .flow_support import FRESH, document, expect, replay, submissions

OUTCOMES = """
admin_recovery_code: 2 RedirectTo, 6 Completed, 17 Expired, 21 Expired
browser_login_code: 1 code_sent, 2 Invalid, 3 Completed
browser_oidc_linking: 1 RedirectTo, 4 Completed, 7 Completed, 8 RedirectTo
browser_passkey_settings: 1 Invalid, 2 Completed, 4 Invalid, 5 show_form, 7 Completed, 9 Completed
browser_registration_ajax: 2 CsrfViolation, 3 CsrfViolation, 4 CsrfViolation, 5 Invalid, 6 Completed
browser_step_up: 1 second_factor, 7 Invalid, 8 Completed
browser_verification: 3 CsrfViolation, 4 code_sent, 5 Completed
expired_flows: 5 Expired, 7 Expired, 9 Expired, 13 Expired
identity_import_passwords: 5 Completed
native_login_code: 1 Invalid, 2 code_sent, 4 Invalid, 5 Invalid, 6 code_sent, 7 Completed, 9 Invalid
native_login_code_too_often: 1 code_sent, 2 Invalid, 3 Invalid, 4 Invalid, 5 Invalid, 6 Invalid, 7 Invalid
native_login_refresh: 2 Invalid, 3 Completed, 5 AlreadyLoggedIn
native_lookup_secrets: 1 Invalid, 2 Invalid, 3 confirm, 4 Completed, 7 Invalid, 8 Invalid, 9 Completed
native_lookup_secrets: 12 Invalid, 14 show_form, 15 Completed
native_oidc_token_exchange: 1 RedirectTo, 5 RedirectTo, 16 RedirectTo, 17 ServerError, 19 RedirectTo
native_registration_code: 1 code_sent, 2 Invalid, 3 code_sent, 4 Completed, 6 code_sent, 7 Invalid, 8 Invalid
native_registration_code: 10 Invalid, 11 code_sent
native_registration_rejected: 1 Invalid, 2 Invalid, 3 Invalid, 4 Invalid, 5 Invalid, 6 Invalid, 7 Invalid, 8 Invalid
native_registration_rejected: 9 Invalid, 10 Invalid, 11 Invalid, 12 Completed
native_settings: 2 Completed, 3 Invalid, 4 Invalid, 5 Invalid, 6 Invalid, 7 Invalid, 8 Invalid, 9 Completed
native_settings: 10 Invalid, 11 Invalid, 12 Completed, 15 Invalid, 16 Completed
native_verification: 2 Invalid, 3 code_sent, 4 code_sent, 5 Invalid, 6 Completed, 8 Expired, 11 code_sent
native_verification: 13 code_sent, 14 Invalid, 15 Invalid, 17 NotFound, 18 BadRequest
native_verification_too_often: 1 code_sent, 2 Invalid, 3 Invalid, 4 Invalid, 5 Invalid, 6 Invalid, 7 Expired
oauth2_login_challenge_html: 4 Completed
privileged_session_required: 2 refresh, 3 Completed, 4 refresh, 5 refresh, 8 Completed, 9 Completed
recovery_link_email: 1 Invalid, 2 link_sent, 6 link_sent
recovery_with_second_factor: 1 code_sent, 2 Completed, 5 second_factor, 7 Completed, 9 Completed, 11 code_sent
recovery_with_second_factor: 12 RedirectTo, 14 second_factor
registration_passkey: 1 choose_method, 2 Completed, 3 Invalid, 5 choose_method, 6 Invalid, 7 Completed, 10 Completed
test_login_flow: 2 CsrfViolation, 3 RedirectTo
var_expired_flows_short: 3 code_sent, 4 code_sent, 9 Expired, 10 Expired, 12 Expired, 15 Expired, 18 Expired
var_expired_flows_short: 20 Expired, 23 Expired, 24 Expired, 26 Expired, 30 Expired
var_login_code_second_factor: 1 Invalid, 2 second_factor, 5 Invalid, 6 Invalid, 7 Invalid, 8 Completed
var_login_code_second_factor: 11 second_factor, 14 Invalid
var_login_identifier_first_browser: 1 Invalid, 2 choose_method, 3 Completed
var_login_identifier_first_native: 1 Invalid, 2 Invalid, 3 choose_method, 5 Invalid, 6 Completed, 8 Completed
var_login_identifier_first_native: 10 code_sent, 11 Invalid, 12 Completed, 14 choose_method
var_login_unverified_address: 1 verify_address, 3 verify_address, 7 Completed, 9 second_factor
var_privileged_one_second: 1 refresh, 2 Completed, 3 refresh, 5 Completed, 6 Completed
var_recovery_choose_address: 1 Invalid, 2 Invalid, 3 code_sent, 5 Invalid, 6 Completed, 8 code_sent, 9 Invalid
var_recovery_choose_address: 10 show_form, 12 code_sent, 13 RedirectTo
var_registration_unified: 1 Invalid, 2 Completed, 4 Invalid, 6 Invalid, 7 Completed, 12 choose_method
var_session_expired: 11 Unauthorized
var_sms_verification_recovery: 2 code_sent, 3 Invalid, 4 Completed, 7 choose_address, 9 code_sent, 10 Completed
var_sms_verification_recovery: 12 choose_address, 13 confirm_address, 14 code_sent, 15 code_sent, 16 show_form
var_whoami_cache_session_expiry: 1 verify_address, 3 second_factor, 6 Completed
var_whoami_required_aal1: 1 Completed, 3 Completed, 7 Completed, 9 Completed, 12 Completed
"""
"""By scenario: the place of each submission in it, and its outcome, the reason of a next step, or the error."""


def _expected() -> dict[str, str]:
    expected: dict[str, str] = {}
    for line in OUTCOMES.strip().splitlines():
        scenario, _, outcomes = line.partition(": ")
        expected |= {f"{scenario}#{place}": name for place, name in (each.split() for each in outcomes.split(", "))}
    return expected


def _name(outcome: flows.Outcome) -> str:
    return outcome.reason if isinstance(outcome, flows.NextStep) else type(outcome).__name__


async def test_every_recorded_submission(recording_server: RecordingServer) -> None:
    found: dict[str, str] = {}
    async with Ory(recording_server.url, retry=None) as ory:
        for recorded in submissions():
            try:
                name = _name(await replay(ory, recording_server, recorded))
            except errors.ApiError as error:
                name = type(error).__name__
            found[f"{recorded.scenario}#{recorded.index}"] = name
    assert found == _expected()


async def _replayed(server: RecordingServer, scenario: str, index: int) -> flows.Outcome:
    async with Ory(server.url, retry=None) as ory:
        return await replay(ory, server, exchange(scenario, index))


async def test_stale_success_is_not_shown_with_an_error(recording_server: RecordingServer) -> None:
    outcome = expect(flows.Invalid, await _replayed(recording_server, "native_settings", 3))
    assert outcome.messages == []
    assert {name: [found.id for found in each] for name, each in outcome.by_field.items()} == {
        "traits.email": [4000040]
    }
    assert [message.id for message in outcome.flow.messages] == [1050001]


async def test_second_factor_of_a_browser_keeps_the_session_and_where_it_goes(
    recording_server: RecordingServer,
) -> None:
    outcome = expect(flows.NextStep, await _replayed(recording_server, "browser_step_up", 1))
    assert (outcome.flow.kind, outcome.flow.id) == ("login", FRESH)
    session = next(each for each in outcome.set_cookies if each.startswith("ory_kratos_session="))
    assert session.split(";")[0] in (outcome.flow.cookie or "")
    assert dict(recording_server.seen.query) == {"aal": "aal2", "return_to": "http://127.0.0.1:4455/x"}
    assert session.split(";")[0] in recording_server.seen.headers["Cookie"]


async def test_browser_goes_to_the_settings_after_a_recovery(recording_server: RecordingServer) -> None:
    outcome = expect(flows.RedirectTo, await _replayed(recording_server, "recovery_with_second_factor", 12))
    assert "/settings?flow=" in outcome.url
    assert [type(step).__name__ for step in outcome.continue_with] == ["ContinueWithSettingsUi"]
    assert any(each.startswith("ory_kratos_session=") for each in outcome.set_cookies)


async def test_app_of_an_expired_flow_gets_one_for_apps(recording_server: RecordingServer) -> None:
    """Its server leads it to a flow for browsers."""
    outcome = expect(flows.Expired, await _replayed(recording_server, "var_expired_flows_short", 15))
    assert (outcome.flow.kind, outcome.flow.is_browser) == ("verification", False)


@pytest.mark.parametrize(("index", "outcome"), [(9, flows.Completed), (21, flows.Invalid)])
async def test_exchange_of_a_code(recording_server: RecordingServer, index: int, outcome: type[object]) -> None:
    recorded = exchange("native_oidc_token_exchange", index)
    started = exchange("native_oidc_token_exchange", 0)
    async with Ory(recording_server.url, retry=None) as ory:
        recording_server.answer(started.status, started.headers, started.answer)
        flow = await flows.registration(ory, return_session_token_exchange_code=True)
        recording_server.answer(recorded.status, recorded.headers, recorded.answer)
        exchanged = await flow.exchange("the-code")
    assert isinstance(exchanged, outcome)
    assert dict(recording_server.seen.query) == {"init_code": flow.exchange_code, "return_to_code": "the-code"}
    if isinstance(exchanged, flows.Completed):
        assert exchanged.session_token is not None
        assert exchanged.session_token not in repr(exchanged)


@pytest.mark.parametrize("kind", ["login", "registration", "settings", "recovery", "verification"])
async def test_browsers_cookies_go_along_and_the_api_key_does_not(recording_server: RecordingServer, kind: str) -> None:
    recording_server.answer_json(200, document(kind, "browser", FRESH))
    async with Ory(recording_server.url, auth="ory_pat_key", retry=None) as ory:
        await getattr(flows, kind)(ory, browser=True, cookie="csrf_token=x", return_to="/there")
    assert recording_server.seen.headers["Cookie"] == "csrf_token=x"
    assert "Authorization" not in recording_server.seen.headers
    assert recording_server.seen.path == f"/self-service/{kind}/browser"
    assert recording_server.seen.query == [("return_to", "/there")]
