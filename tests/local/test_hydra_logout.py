"""Logging out of the local Hydra: the clients that are told, and the browsers that come late."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from ory_async import errors, models

from ..conformance.oauth2 import GOODBYE, Application, Visitor, challenge, page_of, query_of, verified
from .hydra_client import World, world

pytestmark = pytest.mark.asyncio


@asynccontextmanager
async def listening() -> AsyncGenerator[tuple[str, list[str]]]:
    """A client's back channel: its URL, and the logout tokens that came."""
    received: list[str] = []

    async def receive(request: web.Request) -> web.Response:
        received.append(str((await request.post())["logout_token"]))
        return web.Response()

    application = web.Application()
    application.router.add_post("/backchannel", receive)
    async with TestServer(application) as server:
        yield str(server.make_url("/backchannel")), received


async def logged_in(w: World, **fields: Any) -> tuple[Visitor, models.OAuth2TokenExchange]:
    """Somebody who is logged in to an application, remembered unless the fields say otherwise."""
    visitor, application = Visitor(w.ory), Application(w.client)
    page = await visitor.log_in(await visitor.open(**application.request()), "alice", **{"remember": True, **fields})
    return visitor, await application.redeem(w.ory, await visitor.consent(page))


async def log_out(w: World, visitor: Visitor, **query: Any) -> str:
    page = await visitor.log_out(**query)
    accepted = await w.ory.oauth2.accept_oauth2_logout_request(logout_challenge=challenge(page, "logout"))
    return accepted.redirect_to


async def test_clients_are_told_by_the_back_channel() -> None:
    async with listening() as (url, received), world({"backchannel_logout_uri": url}) as w:
        visitor, tokens = await logged_in(w)
        await visitor.follow(await log_out(w, visitor))
        [token] = received
        claims = (await verified(w.ory, token)).claims
        id_token = (await verified(w.ory, tokens.id_token or "")).claims
        assert (claims["iss"], claims["aud"]) == (w.local.url, [w.client.client_id])
        assert claims["sid"] == id_token["sid"]
        assert claims["events"] == {"http://schemas.openid.net/event/backchannel-logout": {}}
        assert "sub" not in claims


async def test_revoking_a_login_tells_clients_once() -> None:
    async with listening() as (url, received), world({"backchannel_logout_uri": url}) as w:
        _, tokens = await logged_in(w)
        sid = (await verified(w.ory, tokens.id_token or "")).claims["sid"]
        for _ in range(2):
            await w.ory.oauth2.revoke_oauth2_login_sessions(sid=sid)
        assert len(received) == 1


async def test_client_that_cannot_be_told_is_passed_over() -> None:
    async with world({"backchannel_logout_uri": "http://127.0.0.1:9/gone"}) as w:
        visitor, _ = await logged_in(w)
        assert page_of(await visitor.follow(await log_out(w, visitor))) == "callback"
        assert query_of(await visitor.open(**Application(w.client).request(prompt="none")))["error"] == "login_required"


async def test_front_channels_are_shown_in_frames() -> None:
    uri = "https://app.example/front?a=1"
    async with world({"frontchannel_logout_uri": uri}) as w, aiohttp.ClientSession() as session:
        visitor, tokens = await logged_in(w)
        sid = (await verified(w.ory, tokens.id_token or "")).claims["sid"]
        url = await log_out(w, visitor)
        async with session.get(url, headers={"Cookie": visitor.cookie}, allow_redirects=False) as response:
            page = await response.text()
        assert (response.status, response.content_type) == (200, "text/html")
        assert f'src="{uri}&amp;iss=http%3A%2F%2F127.0.0.1%3A' in page
        assert f"&amp;sid={sid}" in page


async def test_login_that_is_not_remembered_has_nothing_to_confirm() -> None:
    async with world({"post_logout_redirect_uris": [GOODBYE]}) as w:
        visitor, tokens = await logged_in(w, remember=False)
        back = await visitor.log_out(
            id_token_hint=tokens.id_token, post_logout_redirect_uri=GOODBYE, state="where-i-was"
        )
        assert back == f"{GOODBYE}?state=where-i-was"


async def test_expired_id_token_is_still_a_hint() -> None:
    async with world({"post_logout_redirect_uris": [GOODBYE]}) as w:
        visitor, tokens = await logged_in(w)
        w.local.clock.advance(7200)
        page = await visitor.log_out(id_token_hint=tokens.id_token, post_logout_redirect_uri=GOODBYE)
        asked = await w.ory.oauth2.get_oauth2_logout_request(logout_challenge=challenge(page, "logout"))
        assert (asked.subject, asked.rp_initiated) == ("alice", True)


async def test_somebody_else_has_logged_in_meanwhile() -> None:
    async with world() as w:
        visitor, _ = await logged_in(w)
        url = await log_out(w, visitor)
        application = Application(w.client)
        page = await visitor.log_in(await visitor.open(**application.request(prompt="login")), "bob", remember=True)
        await visitor.consent(page)
        await visitor.follow(url)
        page = await visitor.open(**application.request())
        assert (await w.ory.oauth2.get_oauth2_login_request(login_challenge=challenge(page, "login"))).subject == "bob"


async def test_requests_expire_by_the_clock() -> None:
    async with world() as w:
        visitor, _ = await logged_in(w)
        page = await visitor.log_out()
        w.local.clock.advance(31 * 60)
        with pytest.raises(errors.Unauthorized, match="has expired"):
            await w.ory.oauth2.get_oauth2_logout_request(logout_challenge=challenge(page, "logout"))


async def test_consents_outlive_the_login_they_were_given_in() -> None:
    async with world() as w:
        visitor, _ = await logged_in(w)
        [before] = [each async for each in w.ory.oauth2.list_oauth2_consent_sessions(subject="alice")]
        await visitor.follow(await log_out(w, visitor))
        [after] = [each async for each in w.ory.oauth2.list_oauth2_consent_sessions(subject="alice")]
        assert before.consent_request
        assert after.consent_request
        assert before.consent_request.login_session_id
        assert after.consent_request.login_session_id == ""
        assert after.consent_request_id == before.consent_request_id


async def test_cookie_of_a_login_that_was_revoked_spoils_one_that_is_not_remembered() -> None:
    async with world() as w:
        visitor, _ = await logged_in(w)
        await w.ory.oauth2.revoke_oauth2_login_sessions(subject="alice")
        request = Application(w.client).request()
        refused = await visitor.log_in(await visitor.open(**request), "alice")
        assert query_of(refused)["error_description"] == "The error is unrecognizable"
        assert page_of(await visitor.log_in(await visitor.open(**request), "alice")) == "consent"
