"""What real Kratos servers say when they refuse, and what the client makes of it.

Recorded where a recording has it, otherwise in the shape that servers were seen to answer. The docstrings name the
entries of the findings about real servers.
"""

from __future__ import annotations

from typing import Any

import pytest

from ory_async import Redirect, errors, models

from .conftest import Player

ANY_ID = "9f425a8d-7efc-4768-8f23-7647a74fdf13"
UI: dict[str, Any] = {"action": "http://127.0.0.1:4433/x", "method": "POST", "nodes": []}
FORM: dict[str, Any] = {"method": "password", "identifier": "ann", "password": "wrong"}


def refusal(status: int, **fields: Any) -> dict[str, Any]:
    return {"error": {"code": status, "status": "Some Status", "message": "some message", **fields}}


async def test_error_holds_what_kratos_says_of_it(player: Player) -> None:
    """K1"""
    details = {"hint": "try again"}
    ory = player.answering(400, refusal(400, reason="some reason", details=details, id="no_such_id"))
    with pytest.raises(errors.BadRequest) as caught:
        await ory.identity.get_identity(ANY_ID)
    error = caught.value
    assert (error.error_id, error.message, error.reason) == ("no_such_id", "some message", "some reason")
    assert error.details == details
    assert error.operation == "identity.get_identity"


@pytest.mark.parametrize(
    ("status", "error_id", "kind"),
    [
        (401, "session_inactive", errors.NoActiveSession),
        (401, "session_aal1_required", errors.NoActiveSession),
        (403, "session_aal2_required", errors.SecondFactorRequired),
        (403, "session_refresh_required", errors.SessionRefreshRequired),
        (403, "security_csrf_violation", errors.CsrfViolation),
        (403, "security_identity_mismatch", errors.Forbidden),
        (400, "session_already_available", errors.SessionAlreadyAvailable),
        (400, "self_service_flow_return_to_forbidden", errors.BadRequest),
        (400, "self_service_flow_disabled", errors.BadRequest),
        (410, "self_service_flow_expired", errors.FlowExpired),
        (410, "self_service_flow_replaced", errors.FlowReplaced),
        (422, "browser_location_change_required", errors.BrowserRedirectRequired),
        (502, "upstream_error", errors.ServerError),
    ],
)
async def test_error_id_decides_the_class(
    player: Player, status: int, error_id: str, kind: type[errors.ApiError]
) -> None:
    """K2, V16"""
    ory = player.answering(status, refusal(status, id=error_id))
    with pytest.raises(errors.ApiError) as caught:
        await ory.frontend.get_settings_flow(id=ANY_ID)
    assert type(caught.value) is kind
    assert (caught.value.status, caught.value.error_id) == (status, error_id)


async def test_error_id_decides_before_status(player: Player) -> None:
    """K2"""
    ory = player.answering(400, refusal(400, id="session_aal2_required"))
    with pytest.raises(errors.SecondFactorRequired) as caught:
        await ory.frontend.to_session()
    assert caught.value.status == 400


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, errors.BadRequest),
        (401, errors.Unauthorized),
        (403, errors.Forbidden),
        (404, errors.NotFound),
        (409, errors.Conflict),
        (418, errors.ApiError),
        (500, errors.ServerError),
    ],
)
async def test_without_id_the_status_decides(player: Player, status: int, kind: type[errors.ApiError]) -> None:
    """K2, K37"""
    ory = player.answering(status, refusal(status))
    with pytest.raises(errors.ApiError) as caught:
        await ory.frontend.list_my_sessions()
    assert type(caught.value) is kind
    assert caught.value.error_id is None


async def test_siblings_of_the_error_are_kept(player: Player) -> None:
    """K3: since is an integer, in nanoseconds"""
    with pytest.raises(errors.FlowExpired) as caught:
        await player.recorded("expired_flows", 5)
    assert caught.value.use_flow_id
    assert caught.value.use_flow_id == caught.value.body["use_flow_id"]
    assert isinstance(caught.value.body["since"], int)
    assert caught.value.body["expired_at"].endswith("Z")


async def test_refresh_required_tells_where_to_send_the_browser(player: Player) -> None:
    """K3"""
    with pytest.raises(errors.SessionRefreshRequired) as caught:
        await player.recorded("privileged_session_required", 2)
    assert caught.value.redirect_browser_to
    assert "refresh=true" in caught.value.redirect_browser_to


async def test_stray_members_do_no_harm(player: Player) -> None:
    """K3, V17: a name in Go's spelling, beside the error"""
    with pytest.raises(errors.NoActiveSession) as caught:
        await player.recorded("var_session_expired", 12)
    assert "CredentialsMissing" in caught.value.body


async def test_browser_redirect_is_flat(player: Player) -> None:
    """K4, K45, K60: the session comes by the cookies of the error"""
    with pytest.raises(errors.BrowserRedirectRequired) as caught:
        await player.recorded("browser_step_up", 1)
    error = caught.value
    assert error.redirect_browser_to
    assert error.redirect_browser_to.startswith("http://127.0.0.1:4433/self-service/login/browser?aal=aal2")
    assert [cookie.partition("=")[0][:10] for cookie in error.set_cookies] == ["csrf_token", "ory_kratos"]


async def test_redirect_browser_to_may_be_among_the_details(player: Player) -> None:
    """K3"""
    target = "http://127.0.0.1:4433/self-service/login/browser?aal=aal2"
    ory = player.answering(403, refusal(403, id="session_aal2_required", details={"redirect_browser_to": target}))
    with pytest.raises(errors.SecondFactorRequired) as caught:
        await ory.frontend.to_session()
    assert caught.value.redirect_browser_to == target


async def test_whoami_without_session_has_no_id(player: Player) -> None:
    """K5"""
    with pytest.raises(errors.NoActiveSession) as caught:
        await player.recorded("whoami_unauthorized", 0)
    assert (caught.value.status, caught.value.error_id) == (401, None)


async def test_status_comes_from_http(player: Player) -> None:
    """K6: the body says 500"""
    with pytest.raises(errors.BadRequest) as caught:
        await player.recorded("identity_batch", 9)
    assert caught.value.status == 400
    assert caught.value.body["error"]["code"] == 500


async def test_forbidden_may_call_itself_a_bad_request(player: Player) -> None:
    """V6: the way on is among the details"""
    with pytest.raises(errors.Forbidden) as caught:
        await player.recorded("var_login_unverified_address", 1)
    error = caught.value
    assert (error.status, error.error_id) == (403, "session_verified_address_required")
    assert error.details
    assert error.details["continue_with"][0]["action"] == "show_verification_ui"


async def test_empty_error_id_header_is_no_request_id(player: Player) -> None:
    """K7"""
    ory = player.answering(404, refusal(404), Ory_Error_Id="")
    with pytest.raises(errors.NotFound) as caught:
        await ory.identity.get_identity(ANY_ID)
    assert caught.value.request_id is None
    assert caught.value.headers["ory-error-id"] == ""


async def test_flow_error_is_a_result_without_times(player: Player) -> None:
    """K8: 200 with the original error inside, and Go's zero times"""
    result = await player.recorded("flow_errors", 0)
    assert isinstance(result, models.FlowError)
    assert result.error["code"] == 500
    assert (result.created_at, result.updated_at) == (None, None)


async def test_bad_request_of_a_submission_may_be_no_flow(player: Player) -> None:
    """K9: it is a flow by its shape only"""
    ory = player.answering(400, refusal(400, details={"continue_with": [{"action": "show_recovery_ui"}]}))
    with pytest.raises(errors.BadRequest) as caught:
        await ory.frontend.update_recovery_flow({"method": "code", "code": "1"}, flow=ANY_ID)
    assert caught.value.details == {"continue_with": [{"action": "show_recovery_ui"}]}


@pytest.mark.parametrize("document", [{"id": ANY_ID, "ui": UI}, {**refusal(400), "ui": UI}])
async def test_flow_is_told_by_its_ui(player: Player, document: dict[str, Any]) -> None:
    """K9, K44"""
    ory = player.answering(400, document)
    with pytest.raises(errors.FlowNotCompleted) as caught:
        await ory.frontend.update_login_flow(FORM, flow=ANY_ID)
    assert isinstance(caught.value.flow, models.LoginFlow)
    assert caught.value.messages == []


async def test_token_exchange_may_answer_with_a_flow(player: Player) -> None:
    """K10, K74"""
    with pytest.raises(errors.FlowNotCompleted) as caught:
        await player.recorded("native_oidc_token_exchange", 21)
    assert caught.value.status == 422
    assert isinstance(caught.value.flow, models.LoginFlow)


async def test_refused_id_token_is_an_upstream_error(player: Player) -> None:
    """K11"""
    with pytest.raises(errors.ServerError) as caught:
        await player.recorded("native_oidc_token_exchange", 17)
    assert (caught.value.status, caught.value.error_id) == (502, "upstream_error")


async def test_broken_cookie_is_a_server_error(player: Player) -> None:
    """K12: though the answer's headers name the identity"""
    ory = player.answering(500, refusal(500), X_Kratos_Authenticated_Identity_Id=ANY_ID)
    with pytest.raises(errors.ServerError) as caught:
        await ory.frontend.to_session(cookie="ory_kratos_session=broken")
    assert caught.value.headers["x-kratos-authenticated-identity-id"] == ANY_ID


async def test_message_may_be_text_of_go(player: Player) -> None:
    """K13"""
    with pytest.raises(errors.BadRequest) as caught:
        await player.recorded("courier", 12)
    assert caught.value.message == 'uuid: incorrect UUID length 3 in string "bad"'


async def test_unknown_route_is_plain_text(player: Player) -> None:
    """K14, K68, K70"""
    with pytest.raises(errors.NotFound) as caught:
        await player.recorded("metadata", 2)
    assert caught.value.message == "404 page not found"
    assert caught.value.reason is None


async def test_wrong_method_is_plain_text(player: Player) -> None:
    """K14"""
    ory = player.answering_text(405, "Method Not Allowed\n")
    with pytest.raises(errors.ApiError) as caught:
        await ory.frontend.update_fedcm_flow({"csrf_token": "", "token": ""})
    assert (type(caught.value), caught.value.status) == (errors.ApiError, 405)
    assert caught.value.message == "Method Not Allowed"


async def test_html_is_no_message(player: Player) -> None:
    """K69"""
    ory = player.answering_text(503, "<html><body>gateway</body></html>", "text/html")
    with pytest.raises(errors.ServerError) as caught:
        await ory.frontend.to_session()
    assert caught.value.message is None


async def test_sent_code_is_a_flow_that_goes_on(player: Player) -> None:
    """K33: 400 is the success of this step"""
    with pytest.raises(errors.FlowNotCompleted) as caught:
        await player.recorded("native_login_code", 2)
    error = caught.value
    assert isinstance(error.flow, models.LoginFlow)
    assert error.flow.state == "sent_email"
    assert [(message.id, message.type) for message in error.messages] == [(1010014, "info")]


async def test_first_step_of_identifier_first_is_a_flow_without_messages(player: Player) -> None:
    """V13"""
    with pytest.raises(errors.FlowNotCompleted) as caught:
        await player.recorded("var_login_identifier_first_native", 3)
    assert caught.value.flow.active == "identifier_first"
    assert caught.value.messages == []


async def test_messages_of_nodes_and_their_context_are_told(player: Player) -> None:
    """V19"""
    with pytest.raises(errors.FlowNotCompleted) as caught:
        await player.recorded("var_registration_unified", 4)
    [message] = [message for message in caught.value.messages if message.id == 4000028]
    assert message.context["available_credential_types"]


@pytest.mark.parametrize(("scenario", "index"), [("native_verification", 5), ("var_recovery_choose_address", 5)])
async def test_wrong_code_is_a_result(player: Player, scenario: str, index: int) -> None:
    """K34: the messages say so"""
    flow = await player.recorded(scenario, index)
    assert [message.type for message in flow.ui.messages] == [models.UiTextType.ERROR]


async def test_too_many_codes_replace_a_verification_flow(player: Player) -> None:
    """K35"""
    with pytest.raises(errors.FlowReplaced) as caught:
        await player.recorded("native_verification_too_often", 7)
    assert caught.value.use_flow_id == "f3b6dbba-d5fb-47d8-baa3-e5c904e3f640"


@pytest.mark.parametrize(
    ("index", "error_id", "where"),
    [(8, None, {"api"}), (11, None, {"redirect_to", "return_to"}), (22, "self_service_flow_expired", {"api"})],
)
async def test_expired_flows_have_two_shapes(player: Player, index: int, error_id: str | None, where: set[str]) -> None:
    """K36, V9: with and without id, for apps and for browsers"""
    with pytest.raises(errors.FlowExpired) as caught:
        await player.recorded("var_expired_flows_short", index)
    error = caught.value
    assert (error.error_id, error.use_flow_id) == (error_id, None)
    assert error.details
    assert set(error.details) == where


@pytest.mark.parametrize(
    ("scenario", "index", "product"),
    [
        ("admin_recovery_code", 17, "recovery"),
        ("var_expired_flows_short", 15, "verification"),
        ("var_expired_flows_short", 26, "recovery"),
    ],
)
async def test_expired_flow_may_redirect(player: Player, scenario: str, index: int, product: str) -> None:
    """K36, V8: an empty body, and the new flow in the location"""
    result = await player.recorded(scenario, index)
    assert isinstance(result, Redirect)
    assert result.status == 303
    assert f"/self-service/{product}/flows?id=" in result.location


@pytest.mark.parametrize("status", [302, 303, 307])
async def test_redirect_of_a_page_is_not_followed(player: Player, status: int) -> None:
    """K38, K68"""
    player.server.answer(status, [("Location", "/elsewhere"), ("Set-Cookie", "a=1")])
    with pytest.raises(errors.UnexpectedRedirect) as caught:
        await player.ory.frontend.update_registration_flow({"method": "password"}, flow=ANY_ID)
    assert (caught.value.status, caught.value.location) == (status, "/elsewhere")
    assert caught.value.set_cookies == ["a=1"]
    assert player.server.seen.path == "/self-service/registration"


async def test_unauthorized_without_session_keeps_its_caching_header(player: Player) -> None:
    """V11"""
    with pytest.raises(errors.NoActiveSession) as caught:
        await player.recorded("var_whoami_cache_max_age", 7)
    assert caught.value.headers["ory-session-cache-for"] == "60"
