"""The login-and-consent provider between a Hydra, a Kratos and a browser."""

from __future__ import annotations

import re
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urljoin

import attrs
import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount

from ory_async import BasicAuth, BearerToken, Ory, models
from ory_async.errors import ConfigurationError
from ory_async.integrations.provider import KratosSessions, LoginAsked, LoginProvider
from ory_async.local import LocalOry
from ory_async.local.hydra.options import HydraOptions
from ory_async.local.kratos.options import KratosOptions
from ory_async.sessions import SessionVerifier
from tests.conformance.oauth2 import CALLBACK, DEVICE_CODE, GOODBYE, Application, query_of
from tests.conformance.support import PASSWORD, register
from tests.support.asgi import serving

SECRET = "a-secret-of-at-least-thirty-two-letters"


@attrs.define
class World:
    """A local Ory whose Hydra asks the provider of an app, and somebody with an account and a browser."""

    local: LocalOry
    ory: Ory
    url: str
    identity: str
    browser: httpx.AsyncClient
    client: models.OAuth2Client

    async def open(self, url: str, **query: Any) -> httpx.Response:
        """Go to a URL, and on until there is a page of the app, or a redirect to somewhere else."""
        return await self.follow(await self.browser.get(f"{url}?{urlencode(query)}" if query else url))

    async def follow(self, response: httpx.Response) -> httpx.Response:
        while response.is_redirect and self._is_served(response.headers["location"]):
            response = await self.browser.get(urljoin(str(response.url), response.headers["location"]))
        return response

    def _is_served(self, location: str) -> bool:
        return location.startswith((f"{self.local.url}/", f"{self.url}/oauth/"))

    async def authorize(self, application: Application, **changes: Any) -> httpx.Response:
        return await self.open(f"{self.local.url}/oauth2/auth", **application.request(**changes))

    async def log_in(self, at_login: httpx.Response) -> httpx.Response:
        """Log in where Kratos would show its page, and go back."""
        assert at_login.headers["location"].startswith(f"{self.url}/kratos/login?flow=")
        id = query_of(at_login.headers["location"])["flow"]
        flow = (await self.browser.get(f"{self.local.url}/self-service/login/flows", params={"id": id})).json()
        token = next(n for n in flow["ui"]["nodes"] if n["attributes"]["name"] == "csrf_token")
        form = {
            "csrf_token": token["attributes"]["value"],
            "method": "password",
            "identifier": "ann@example.com",
            "password": PASSWORD,
        }
        return await self.follow(await self.browser.post(flow["ui"]["action"], data=form))

    async def send(self, page: httpx.Response, **changes: Any) -> httpx.Response:
        """Send the form of a page as it stands, but for some fields; those that are None are left out."""
        assert page.status_code in (200, 400), page.text
        match = re.search(r'<form method="post" action="([^"]+)"', page.text)
        assert match, page.text
        fields: dict[str, Any] = {}
        for kind, name, value in re.findall(r'type="(\w+)" name="(\w+)" value="([^"]*)"', page.text):
            if kind == "checkbox" and name == "scope":
                fields.setdefault(name, []).append(unescape(value))
            elif kind != "checkbox":
                fields[name] = unescape(value)
        sent = {name: value for name, value in {**fields, **changes}.items() if value is not None}
        where = urljoin(str(page.url), unescape(match[1]))
        return await self.follow(await self.browser.post(where, data=sent))

    async def whoami(self) -> int:
        return (await self.browser.get(f"{self.local.url}/sessions/whoami")).status_code


def _local(url: str) -> LocalOry:
    """A local Ory that sends browsers to the pages of the application at a URL."""
    hydra: Any = {f"{name}_ui_url": f"{url}/oauth/{name}" for name in ("login", "consent", "logout", "device")}
    return LocalOry(
        hydra=HydraOptions(**hydra, device_done_url=f"{url}/oauth/device/done", error_url=f"{url}/oauth/error"),
        kratos=KratosOptions(ui_url=f"{url}/kratos", allowed_return_urls=(url,)),
    )


@asynccontextmanager
async def _world(
    *, remember: timedelta | None = None, authenticator: Any = None, **options: Any
) -> AsyncIterator[World]:
    async with AsyncExitStack() as stack:
        listening = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        local = await stack.enter_async_context(_local(url))
        ory = await stack.enter_async_context(Ory(local.url, retry=None))
        sessions = KratosSessions(ory, SessionVerifier(ory, public_url=local.url), remember=remember)
        provider = LoginProvider(ory, authenticator or sessions, secret=SECRET, **options)
        app = Starlette(routes=[Mount("/oauth", provider.app)])
        await stack.enter_async_context(serving(app, listening))
        browser = await stack.enter_async_context(httpx.AsyncClient())
        registered = await register(ory, "ann@example.com")
        client = await ory.oauth2.create_oauth2_client(
            {
                "client_name": "Shop <b>",
                "client_secret": "secret-of-the-shop",
                "redirect_uris": [CALLBACK],
                "post_logout_redirect_uris": [GOODBYE],
                "grant_types": ["authorization_code", "refresh_token", DEVICE_CODE],
                "scope": "openid offline_access photos",
                "policy_uri": "https://shop.example/privacy",
            }
        )
        yield World(local, ory, url, registered.identity.id, browser, client)


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with _world(scopes={"photos": "See your photos"}) as world:
        yield world


async def _claims(
    asked: models.OAuth2ConsentRequest, granted: list[str]
) -> models.AcceptOAuth2ConsentRequestSession | None:
    return models.AcceptOAuth2ConsentRequestSession(id_token={"granted": granted, "acr_of_login": asked.acr})


async def test_somebody_logs_in_and_consents() -> None:
    async with _world(claims=_claims) as world:
        application = Application(world.client)
        consent = await world.log_in(await world.authorize(application))
        assert consent.url.path == "/oauth/consent"
        back = await world.send(consent, answer="accept", scope=["openid", "photos", "admin"])
        assert back.headers["location"].startswith(CALLBACK)
        tokens = await application.redeem(world.ory, back.headers["location"])
        assert tokens.scope == "openid photos", "neither what was not chosen, nor what was not asked for"
        assert tokens.access_token
        told = await world.ory.oauth2.introspect_oauth2_token(token=tokens.access_token)
        assert told.sub == world.identity
        user = await world.ory.oidc.get_oidc_user_info(auth=BearerToken(tokens.access_token))
        assert not isinstance(user, str)
        assert user.extra is not None
        assert user.extra["granted"] == ["openid", "photos"]
        assert user.extra["acr_of_login"] == "aal1"


async def test_the_consent_page_shows_who_asks_for_what_and_is_safe(world: World) -> None:
    page = await world.log_in(await world.authorize(Application(world.client)))
    assert "Shop &lt;b&gt; asks" in page.text
    assert "See your photos" in page.text
    assert 'href="https://shop.example/privacy"' in page.text
    assert page.headers["x-frame-options"] == "DENY"
    assert page.headers["cache-control"] == "no-store"
    policy = page.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    nonce = re.search(r"'nonce-([^']+)'", policy)
    assert nonce
    assert f'<style nonce="{nonce[1]}">' in page.text
    cookie = next(value for value in page.headers.get_list("set-cookie") if value.startswith("ory_provider_csrf="))
    assert {"HttpOnly", "Path=/oauth", "SameSite=lax"} <= set(cookie.split("; "))


async def test_a_refusal_goes_to_the_application(world: World) -> None:
    page = await world.log_in(await world.authorize(Application(world.client)))
    back = await world.send(page, answer="reject")
    assert query_of(back.headers["location"])["error"] == "access_denied"


async def test_a_session_of_kratos_is_enough_and_a_remembered_consent_is_not_asked_for_again(world: World) -> None:
    page = await world.log_in(await world.authorize(Application(world.client)))
    await world.send(page, answer="accept", remember="1")
    again = await world.authorize(Application(world.client))
    assert again.headers["location"].startswith(f"{CALLBACK}?code=")
    more = await world.authorize(Application(world.client), prompt="consent")
    assert more.url.path == "/oauth/consent"


async def test_an_unremembered_consent_is_asked_for_again(world: World) -> None:
    page = await world.log_in(await world.authorize(Application(world.client)))
    await world.send(page, answer="accept")
    assert (await world.authorize(Application(world.client))).url.path == "/oauth/consent"


@pytest.mark.parametrize("way", ["skip_consent", "trusted"])
async def test_trusted_clients_need_no_consent(way: str) -> None:
    async with _world(trusted=(lambda client: client.client_name == "Shop <b>") if way == "trusted" else None) as world:
        if way == "skip_consent":
            world.client.skip_consent = True
            assert world.client.client_id
            secret = world.client.client_secret
            world.client = await world.ory.oauth2.set_oauth2_client(world.client.client_id, world.client)
            world.client.client_secret = secret
        back = await world.log_in(await world.authorize(Application(world.client)))
        assert back.headers["location"].startswith(f"{CALLBACK}?code=")


@pytest.mark.parametrize("remembered", [True, False])
async def test_a_login_that_hydra_remembers_is_skipped(remembered: bool) -> None:
    async with _world(remember=timedelta(hours=1) if remembered else None) as world:
        page = await world.log_in(await world.authorize(Application(world.client)))
        await world.send(page, answer="accept", remember="1")
        back = await world.authorize(Application(world.client), prompt="none")
        answer = query_of(back.headers["location"])
        assert ("code" in answer) == remembered
        assert answer.get("error") == (None if remembered else "login_required")


@pytest.mark.parametrize("wish", [{"prompt": "login"}, {"max_age": "0"}])
async def test_an_application_may_ask_for_a_new_login(world: World, wish: dict[str, str]) -> None:
    await world.log_in(await world.authorize(Application(world.client)))
    assert await world.whoami() == 200
    at_login = await world.authorize(Application(world.client), **wish)
    page = await world.log_in(at_login)
    assert page.url.path == "/oauth/consent"


async def test_the_time_of_the_new_login_cannot_be_forged(world: World) -> None:
    await world.log_in(await world.authorize(Application(world.client)))
    request = Application(world.client).request(prompt="login")
    asked = await world.browser.get(f"{world.local.url}/oauth2/auth", params=request)
    forged = f"{asked.headers['location']}&not_before=1&note={'0' * 64}"
    refused = await world.open(forged)
    assert refused.headers["location"].startswith(f"{world.url}/kratos/login")


@pytest.mark.parametrize("spoil", ["csrf_token", "cookie", "other_challenge", "no_form"])
async def test_a_form_of_somebody_else_is_refused(world: World, spoil: str) -> None:
    page = await world.log_in(await world.authorize(Application(world.client)))
    changes: dict[str, Any] = {"answer": "accept"}
    if spoil == "csrf_token":
        changes["csrf_token"] = "0" * 64
    elif spoil == "no_form":
        changes["csrf_token"] = None
    elif spoil == "cookie":
        world.browser.cookies.delete("ory_provider_csrf")
    else:
        other = await world.authorize(Application(world.client))
        token = re.search(r'name="csrf_token" value="(\w+)"', other.text)
        assert token
        changes["csrf_token"] = token[1]
    refused = await world.send(page, **changes)
    assert refused.status_code == 403
    assert "csrf" not in refused.text


async def test_a_large_form_is_refused(world: World) -> None:
    page = await world.log_in(await world.authorize(Application(world.client)))
    assert (await world.send(page, answer="accept", scope=["x" * 70_000])).status_code == 400


@pytest.mark.parametrize("page", ["login", "consent", "logout", "device"])
async def test_wrong_challenges_get_a_page(world: World, page: str) -> None:
    for query in ("", f"?{page}_challenge=unknown<script>"):
        answered = await world.browser.get(f"{world.url}/oauth/{page}{query}")
        assert answered.status_code == (200 if page == "device" and query else 400)
        assert "<script>" not in answered.text


async def test_an_ory_that_fails_gets_a_page(world: World) -> None:
    await world.local.stop()
    answered = await world.browser.get(f"{world.url}/oauth/login?login_challenge=x")
    assert answered.status_code == 503
    assert "127.0.0.1" not in answered.text


@pytest.mark.parametrize("place", [b"null", b'""', rb'"\ud800"'])
async def test_a_hydra_that_names_no_place_gets_a_page(world: World, place: bytes) -> None:
    page = await world.log_in(await world.authorize(Application(world.client)))
    body = b'{"redirect_to":' + place + b"}"
    world.local.faults.next(status=200, body=body, path="/admin/oauth2/auth/requests/consent/accept")
    assert (await world.send(page, answer="accept", scope=["openid"])).status_code == 503


async def test_somebody_logs_out_of_everything(world: World) -> None:
    async with _world(remember=timedelta(hours=1)) as world:
        await world.log_in(await world.authorize(Application(world.client)))
        asked = await world.open(f"{world.local.url}/oauth2/sessions/logout")
        assert "Do you want to log out?" in asked.text
        assert "still logged in" in (await world.send(asked, answer="reject")).text
        assert await world.whoami() == 200

        asked = await world.open(f"{world.local.url}/oauth2/sessions/logout")
        await world.send(asked, answer="accept")
        assert await world.whoami() == 401
        at_login = await world.authorize(Application(world.client))
        assert at_login.headers["location"].startswith(f"{world.url}/kratos/login")


async def test_an_application_logs_somebody_out_without_a_question() -> None:
    async with _world(remember=timedelta(hours=1), trusted=lambda client: True) as world:
        application = Application(world.client)
        back = await world.log_in(await world.authorize(application))
        tokens = await application.redeem(world.ory, back.headers["location"])
        gone = await world.open(
            f"{world.local.url}/oauth2/sessions/logout",
            id_token_hint=tokens.id_token,
            post_logout_redirect_uri=GOODBYE,
        )
        assert gone.headers["location"].startswith(GOODBYE)
        assert await world.whoami() == 401


async def test_a_device_is_connected(world: World) -> None:
    assert world.client.client_id
    assert world.client.client_secret
    auth = BasicAuth(world.client.client_id, world.client.client_secret)
    begun = await world.ory.oauth2.oauth2_device_flow(
        client_id=world.client.client_id, scope="openid photos", auth=auth
    )
    assert begun.verification_uri_complete
    page = await world.open(begun.verification_uri_complete)
    assert f'value="{begun.user_code}"' in page.text
    wrong = await world.send(page, user_code="wrong<")
    assert wrong.status_code == 400
    assert "There is no such code" in wrong.text
    assert 'value="wrong&lt;"' in wrong.text
    consent = await world.log_in(await world.send(wrong, user_code=begun.user_code))
    done = await world.send(consent, answer="accept")
    assert "Your device is connected" in done.text
    tokens = await world.ory.oauth2.oauth2_token_exchange(
        grant_type=DEVICE_CODE, device_code=begun.device_code, auth=auth
    )
    assert tokens.scope == "openid photos"


async def test_errors_of_hydra_have_a_page(world: World) -> None:
    page = await world.open(f"{world.local.url}/oauth2/auth", client_id="nobody", response_type="code")
    assert page.url.path == "/oauth/error"
    assert page.status_code == 400
    assert "This did not work" in page.text


async def test_templates_can_be_replaced(tmp_path: Path) -> None:
    (tmp_path / "stayed.html").write_text('{% extends "base.html" %}{% block main %}Good to have you{% endblock %}')
    async with _world(templates=tmp_path, remember=timedelta(hours=1)) as world:
        await world.log_in(await world.authorize(Application(world.client)))
        asked = await world.open(f"{world.local.url}/oauth2/sessions/logout")
        stayed = await world.send(asked, answer="reject")
        assert "Good to have you" in stayed.text
        assert "<style nonce=" in stayed.text


class Guests:
    """An app that knows its people by a header of its own."""

    async def authenticate(
        self, request: Request, asked: LoginAsked
    ) -> models.AcceptOAuth2LoginRequest | models.RejectOAuth2Request | Response:
        match request.headers.get("x-guest"):
            case None:
                return PlainTextResponse(asked.way_back)
            case "nobody":
                return models.RejectOAuth2Request(error="login_required")
            case name:
                return models.AcceptOAuth2LoginRequest(subject=name)

    async def log_out(self, request: Request, asked: models.OAuth2LogoutRequest) -> None: ...


async def test_an_app_may_know_its_people_by_itself() -> None:
    async with _world(authenticator=Guests(), trusted=lambda client: True, origin="https://shop.example") as world:
        shown = await world.authorize(Application(world.client))
        assert shown.text.startswith("https://shop.example/oauth/login?login_challenge=")
        world.browser.headers["x-guest"] = "nobody"
        refused = await world.authorize(Application(world.client))
        assert query_of(refused.headers["location"])["error"] == "login_required"
        world.browser.headers["x-guest"] = "bob"
        application = Application(world.client)
        back = await world.authorize(application)
        tokens = await application.redeem(world.ory, back.headers["location"])
        assert tokens.access_token
        assert (await world.ory.oauth2.introspect_oauth2_token(token=tokens.access_token)).sub == "bob"


async def test_settings_that_make_no_sense_are_refused() -> None:
    async with Ory("http://127.0.0.1:4000") as ory:
        with pytest.raises(ConfigurationError, match="secret"):
            LoginProvider(ory, Guests(), secret="short")
        with pytest.raises(ConfigurationError, match="remember_consent"):
            LoginProvider(ory, Guests(), secret=SECRET, remember_consent=timedelta(0))
        with pytest.raises(ConfigurationError, match="origin"):
            LoginProvider(ory, Guests(), secret=SECRET, origin="shop.example")
        with pytest.raises(ConfigurationError, match="remember"):
            KratosSessions(ory, SessionVerifier(ory), remember=timedelta(0))
