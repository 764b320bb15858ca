"""Devices at the local Hydra: what the clock, the cookies and the wrong client do to them."""

from __future__ import annotations

import pytest

from ory_async import errors, models

from ..conformance.oauth2 import DEVICE_CODE, SCOPE, Visitor, basic, challenge, page_of, query_of
from .hydra_client import World, world

pytestmark = pytest.mark.asyncio


async def begin(w: World) -> models.DeviceAuthorization:
    assert w.client.client_id
    return await w.ory.oauth2.oauth2_device_flow(client_id=w.client.client_id, scope=SCOPE, auth=basic(w.client))


async def poll(
    w: World, device: models.DeviceAuthorization, client: models.OAuth2Client | None = None
) -> models.OAuth2TokenExchange:
    return await w.ory.oauth2.oauth2_token_exchange(
        grant_type=DEVICE_CODE, device_code=device.device_code, auth=basic(client or w.client)
    )


async def confirm(w: World, visitor: Visitor, device: models.DeviceAuthorization) -> str:
    """Type the code in and confirm it; gives where the browser is sent then."""
    device_challenge = challenge(await visitor.open_device(), "device")
    accepted = await w.ory.oauth2.accept_user_code_request(
        {"user_code": device.user_code}, device_challenge=device_challenge
    )
    return accepted.redirect_to


async def approve(w: World, device: models.DeviceAuthorization) -> None:
    visitor = Visitor(w.ory)
    page = await visitor.follow(await confirm(w, visitor, device))
    assert page_of(await visitor.consent(await visitor.log_in(page, "alice"))) == "success"


async def test_code_that_nobody_confirms_stays_pending_for_ever() -> None:
    async with world() as w:
        device = await begin(w)
        w.local.clock.advance(86400)
        with pytest.raises(errors.OAuth2Error) as refused:
            await poll(w, device)
        assert refused.value.error == "authorization_pending"


async def test_codes_expire() -> None:
    async with world() as w:
        approved, forgotten = await begin(w), await begin(w)
        await approve(w, approved)
        w.local.clock.advance(601)
        with pytest.raises(errors.OAuth2Error) as refused:
            await poll(w, approved)
        assert refused.value.error == "expired_token"
        with pytest.raises(errors.BadRequest, match="could not be found or has expired"):
            await confirm(w, Visitor(w.ory), forgotten)


async def test_code_of_another_client() -> None:
    async with world() as w:
        device = await begin(w)
        await approve(w, device)
        with pytest.raises(errors.OAuth2Error) as refused:
            await poll(w, device, await w.new_client())
        assert refused.value.error == "invalid_grant"
        assert (await poll(w, device)).refresh_token


async def test_another_browser_cannot_go_on() -> None:
    async with world() as w:
        url = await confirm(w, Visitor(w.ory), await begin(w))
        with pytest.raises(errors.OAuth2Error) as refused:
            await Visitor(w.ory).follow(url)
        assert (refused.value.status, refused.value.error) == (403, "request_forbidden")


async def test_requests_expire_by_the_clock() -> None:
    async with world() as w:
        device, visitor = await begin(w), Visitor(w.ory)
        page = await visitor.open_device()
        url = await confirm(w, visitor, device)
        w.local.clock.advance(31 * 60)
        with pytest.raises(errors.Unauthorized, match="The device request has expired"):
            await w.ory.oauth2.accept_user_code_request(
                {"user_code": device.user_code}, device_challenge=challenge(page, "device")
            )
        with pytest.raises(errors.OAuth2Error, match="The device request has expired"):
            await visitor.follow(url)


async def test_link_with_the_code_carries_it_to_the_page_but_no_further() -> None:
    async with world() as w:
        device, visitor = await begin(w), Visitor(w.ory)
        page = await visitor.follow(device.verification_uri_complete or "")
        assert query_of(page)["user_code"] == device.user_code
        accepted = await w.ory.oauth2.accept_user_code_request(
            {"user_code": device.user_code}, device_challenge=challenge(page, "device")
        )
        assert query_of(accepted.redirect_to)["user_code"] == "****"
        login_page = await visitor.follow(accepted.redirect_to)
        asked = await w.ory.oauth2.get_oauth2_login_request(login_challenge=challenge(login_page, "login"))
        assert (asked.oidc_context, asked.requested_scope) == (None, SCOPE.split())


async def test_unknown_clients_and_verifiers() -> None:
    async with world() as w:
        visitor = Visitor(w.ory)
        for query, error in (
            ({"device_verifier": "x"}, "access_denied"),
            ({"login_verifier": "x"}, "invalid_client"),
            ({"login_verifier": "x", "client_id": "nobody"}, "Unable to locate the resource"),
            ({"consent_verifier": "x", "client_id": w.client.client_id or ""}, "access_denied"),
        ):
            with pytest.raises(errors.OAuth2Error) as refused:
                await w.ory.oauth2.perform_oauth2_device_verification_flow(cookie=visitor.cookie, **query)
            assert refused.value.error == error


@pytest.mark.parametrize("body", [None, {}, {"user_code": ""}, {"user_code": 5}, {"user_code": "nope"}])
async def test_user_codes_that_are_none(body: dict[str, object] | None) -> None:
    async with world() as w:
        device_challenge = challenge(await Visitor(w.ory).open_device(), "device")
        with pytest.raises(errors.BadRequest):
            await w.ory.oauth2.accept_user_code_request(body, device_challenge=device_challenge)


async def test_refusal_of_a_login_has_the_status_that_the_page_gave() -> None:
    async with world() as w:
        visitor = Visitor(w.ory)
        page = await visitor.follow(await confirm(w, visitor, await begin(w)))
        refused = await w.ory.oauth2.reject_oauth2_login_request(
            {"error": "access_denied", "status_code": 403}, login_challenge=challenge(page, "login")
        )
        with pytest.raises(errors.OAuth2Error) as raised:
            await visitor.follow(refused.redirect_to)
        assert (raised.value.status, raised.value.error) == (403, "access_denied")
