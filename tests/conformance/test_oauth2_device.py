"""The device grant: a device without a keyboard, and a person who confirms its code in a browser elsewhere."""

from __future__ import annotations

import pytest

from ory_async import Ory, errors, models

from .oauth2 import DEVICE_CODE, SCOPE, NewClient, Visitor, basic, challenge, id_of, is_active, page_of, query_of

pytestmark = pytest.mark.usefixtures("hydra")


async def poll(ory: Ory, client: models.OAuth2Client, device: models.DeviceAuthorization) -> models.OAuth2TokenExchange:
    return await ory.oauth2.oauth2_token_exchange(
        grant_type=DEVICE_CODE, device_code=device.device_code, auth=basic(client)
    )


async def begin(ory: Ory, client: models.OAuth2Client) -> models.DeviceAuthorization:
    return await ory.oauth2.oauth2_device_flow(client_id=client.client_id, scope=SCOPE, auth=basic(client))


async def confirm(ory: Ory, visitor: Visitor, device: models.DeviceAuthorization) -> str:
    """Type the code in; gives the login page."""
    page = await visitor.follow(device.verification_uri_complete or "")
    accepted = await ory.oauth2.accept_user_code_request(
        models.AcceptDeviceUserCodeRequest(user_code=device.user_code), device_challenge=challenge(page, "device")
    )
    return await visitor.follow(accepted.redirect_to)


async def test_device(ory: Ory, client: models.OAuth2Client, subject: str) -> None:
    device = await begin(ory, client)
    assert device.expires_in in (599, 600)
    assert device.interval == 5
    assert device.user_code
    assert query_of(device.verification_uri_complete or "") == {"user_code": device.user_code}
    with pytest.raises(errors.OAuth2Error) as refused:
        await poll(ory, client, device)
    assert (refused.value.status, refused.value.error) == (400, "authorization_pending")

    visitor = Visitor(ory)
    page = await confirm(ory, visitor, device)
    login = await ory.oauth2.get_oauth2_login_request(login_challenge=challenge(page, "login"))
    assert (login.client.client_id, login.requested_scope) == (client.client_id, SCOPE.split())
    page = await visitor.log_in(page, subject)
    consent = await ory.oauth2.get_oauth2_consent_request(consent_challenge=challenge(page, "consent"))
    assert (consent.subject, consent.requested_scope) == (subject, SCOPE.split())
    assert page_of(await visitor.consent(page)) in ("device", "success")

    tokens = await poll(ory, client, device)
    assert tokens.id_token
    told = await ory.oauth2.introspect_oauth2_token(token=tokens.access_token or "")
    assert (told.active, told.sub, told.client_id, told.scope) == (True, subject, client.client_id, SCOPE)
    with pytest.raises(errors.OAuth2Error) as refused:
        await poll(ory, client, device)
    assert (refused.value.status, refused.value.error) == (400, "invalid_grant")
    refreshed = await ory.oauth2.oauth2_token_exchange(
        grant_type="refresh_token", refresh_token=tokens.refresh_token, auth=basic(client)
    )
    assert await is_active(ory, refreshed.access_token)


async def test_wrong_user_code(ory: Ory, client: models.OAuth2Client) -> None:
    await begin(ory, client)
    page = await Visitor(ory).open_device()
    for wrong in ("abcdefgh", ""):
        with pytest.raises(errors.BadRequest):
            await ory.oauth2.accept_user_code_request({"user_code": wrong}, device_challenge=challenge(page, "device"))


async def test_user_code_works_once(ory: Ory, client: models.OAuth2Client, subject: str) -> None:
    device, visitor = await begin(ory, client), Visitor(ory)
    await visitor.consent(await visitor.log_in(await confirm(ory, visitor, device), subject))
    page = await Visitor(ory).follow(device.verification_uri_complete or "")
    with pytest.raises(errors.BadRequest):
        await ory.oauth2.accept_user_code_request(
            {"user_code": device.user_code}, device_challenge=challenge(page, "device")
        )


async def test_refused(ory: Ory, client: models.OAuth2Client) -> None:
    device, visitor = await begin(ory, client), Visitor(ory)
    page = await confirm(ory, visitor, device)
    rejected = await ory.oauth2.reject_oauth2_login_request(
        models.RejectOAuth2Request(error="access_denied", error_description="Not today."),
        login_challenge=challenge(page, "login"),
    )
    with pytest.raises(errors.OAuth2Error) as told:  # there is no application to go back to
        await visitor.follow(rejected.redirect_to)
    assert told.value.error == "access_denied"
    with pytest.raises(errors.OAuth2Error) as refused:
        await poll(ory, client, device)
    assert refused.value.error in ("authorization_pending", "access_denied")


async def test_mistakes(ory: Ory, new_client: NewClient) -> None:
    client, other = await new_client(), await new_client()
    device = await begin(ory, client)
    for wrong in (models.DeviceAuthorization(device_code="nonsense"), models.DeviceAuthorization(device_code="")):
        with pytest.raises(errors.OAuth2Error) as refused:
            await poll(ory, client, wrong)
        assert (refused.value.status, refused.value.error) in ((400, "invalid_grant"), (400, "invalid_request"))
    with pytest.raises(errors.OAuth2Error):
        await poll(ory, other, device)
    with pytest.raises(errors.OAuth2Error) as refused:
        await ory.oauth2.oauth2_device_flow(client_id=client.client_id, scope="nonsense", auth=basic(client))
    assert (refused.value.status, refused.value.error) == (400, "invalid_scope")
    with pytest.raises(errors.OAuth2Error) as refused:
        await ory.oauth2.oauth2_device_flow(client_id=id_of(client), client_secret="wrong")
    assert (refused.value.status, refused.value.error) == (401, "invalid_client")
