from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from ory_async.local.kratos import KratosOptions

from .kratos_client import PASSWORD, Answer, Client
from .kratos_servers import serving

EMAIL = "ann@example.com"
OPTIONS = KratosOptions(oidc_providers=("google", "github"))
PAGE = {"Accept": "text/html"}


async def to_provider(client: Client, kind: str, *, provider: str = "google", **options: Any) -> str:
    """Begin a flow by a provider's button; return where the browser is sent."""
    flow = await client.start(kind, **options)
    answer = await client.submit(flow, kind, method="oidc", provider=provider)
    assert answer.status == 422, answer.body
    return str(answer.body["redirect_browser_to"])


async def through_provider(client: Client, url: str, **answer: str) -> Answer:
    """Sign in at the provider, and follow the way back as a browser."""
    back = await client("GET", url, params=answer or {"email": EMAIL}, headers=PAGE)
    assert back.status == 303, back.body
    return await client("GET", back.headers["Location"], headers=PAGE)


async def methods(client: Client, **options: Any) -> list[tuple[str, str]]:
    session = (await client("GET", "/sessions/whoami", **options)).body
    return [(method["method"], method.get("provider", "")) for method in session["authentication_methods"]]


@pytest.mark.parametrize("kind", ["registration", "login"])
async def test_a_newcomer_gets_an_account_and_comes_back_to_it(kind: str) -> None:
    async with serving(OPTIONS, is_browser=True) as browser:
        done = await through_provider(browser, await to_provider(browser, kind))
        assert done.headers["Location"] == "http://127.0.0.1:4455/welcome"
        assert await methods(browser) == [("oidc", "google")]
        browser.session.cookie_jar.clear()
        await through_provider(browser, await to_provider(browser, "login"))
        [identity] = (await browser("GET", "/admin/identities?include_credential=oidc")).body
        [link] = identity["credentials"]["oidc"]["config"]["providers"]
        assert (identity["traits"]["email"], link["provider"]) == (EMAIL, "google")


async def test_a_page_asks_whom_to_sign_in() -> None:
    async with serving(OPTIONS, is_browser=True) as browser:
        url = await to_provider(browser, "login")
        page = await browser("GET", url, headers=PAGE)
        assert (page.status, 'name="email"' in page.body) == (200, True)
        assert parse_qs(urlsplit(url).query)["state"][0] in page.body


async def test_the_owner_of_the_address_links_the_account_by_logging_in() -> None:
    async with serving(OPTIONS, is_browser=True) as browser:
        await browser.create_identity(EMAIL)
        asked = await through_provider(browser, await to_provider(browser, "login"))
        [id] = parse_qs(urlsplit(asked.headers["Location"]).query)["flow"]
        flow = await browser("GET", f"/self-service/login/flows?id={id}")
        assert flow.message_ids == [1010016]
        await browser.submit(flow, "login", method="password", identifier=EMAIL, password=PASSWORD)
        assert await methods(browser) == [("password", ""), ("oidc", "google")]
        browser.session.cookie_jar.clear()
        await through_provider(browser, await to_provider(browser, "login"))
        assert await methods(browser) == [("oidc", "google")]


async def test_accounts_are_linked_and_unlinked_in_the_settings() -> None:
    async with serving(OPTIONS, is_browser=True) as browser:
        await browser.create_identity(EMAIL)
        await browser.log_in(EMAIL)
        settings = await browser.start("settings")
        sent = await browser.submit(settings, "settings", link="github")
        back = await through_provider(browser, sent.body["redirect_browser_to"], email="ann@work.example")
        assert settings.body["id"] in back.headers["Location"]
        settings = await browser.start("settings")
        assert settings.node("unlink")["attributes"]["value"] == "github"
        saved = await browser.submit(settings, "settings", unlink="github")
        assert (saved.status, saved.message_ids) == (200, [1050001])
        refused = await browser.submit(settings, "settings", unlink="github")
        assert (refused.status, refused.message_ids) == (400, [4000001])


async def test_a_native_app_exchanges_two_codes_for_its_session() -> None:
    async with serving(OPTIONS) as client:
        query = {"return_session_token_exchange_code": "true", "return_to": "http://127.0.0.1:4455/app"}
        flow = await client.start("login", params=query)
        sent = await client.submit(flow, "login", method="oidc", provider="google")
        back = await through_provider(client, sent.body["redirect_browser_to"])
        address, _, code = back.headers["Location"].partition("?code=")
        codes = {"init_code": flow.body["session_token_exchange_code"], "return_to_code": code}
        session = await client("GET", "/sessions/token-exchange", params=codes)
        assert (address, session.status) == (query["return_to"], 200)
        assert await methods(client, token=session.body["session_token"]) == [("oidc", "google")]
        wrong = await client("GET", "/sessions/token-exchange", params={**codes, "init_code": "wrong"})
        assert wrong.status == 404


async def test_a_refused_sign_in_shows_the_flow_again() -> None:
    async with serving(OPTIONS, is_browser=True) as browser:
        back = await through_provider(browser, await to_provider(browser, "login"), error="access_denied")
        [id] = parse_qs(urlsplit(back.headers["Location"]).query)["flow"]
        flow = await browser("GET", f"/self-service/login/flows?id={id}")
        assert flow.message_ids == [4000001]
        assert "access_denied" in flow.body["ui"]["messages"][0]["text"]


async def test_another_browser_can_not_finish_a_sign_in() -> None:
    async with serving(OPTIONS, is_browser=True) as browser:
        url = await to_provider(browser, "login")
        browser.session.cookie_jar.clear()
        back = await through_provider(browser, url)
        assert "/error?id=" in back.headers["Location"]
        assert (await browser("GET", "/sessions/whoami")).status == 401


@pytest.mark.parametrize("query", ["", "?state=unknown&code=x"])
async def test_a_callback_that_belongs_to_nothing(query: str) -> None:
    async with serving(OPTIONS, is_browser=True) as browser:
        back = await browser("GET", f"/self-service/methods/oidc/callback/google{query}", headers=PAGE)
        assert "/error?id=" in back.headers["Location"]


async def test_a_forged_code_is_refused() -> None:
    async with serving(OPTIONS, is_browser=True) as browser:
        url = await to_provider(browser, "login")
        state = parse_qs(urlsplit(url).query)["state"][0]
        back = await browser("GET", f"/self-service/methods/oidc/callback/google?code=x&state={state}", headers=PAGE)
        assert "/error?id=" in back.headers["Location"]


async def test_an_unknown_provider() -> None:
    async with serving(OPTIONS) as client:
        flow = await client.start("login")
        assert (await client.submit(flow, "login", method="oidc", provider="other")).status == 404


async def test_an_administrator_tries_a_provider_out() -> None:
    async with serving(OPTIONS, is_browser=True) as browser:
        flow = await browser("POST", "/admin/test-login-flows", {"provider_id": "google"})
        assert (flow.status, flow.body["test_context"]) == (201, {"provider_id": "google"})
        refused = await browser("POST", f"/self-service/login?flow={flow.body['id']}", {"method": "oidc"})
        assert refused.error["id"] == "security_csrf_violation"
        sent = await browser.submit(flow, "login", method="oidc", provider="google")
        await through_provider(browser, sent.body["redirect_browser_to"])
        seen = (await browser("GET", f"/self-service/login/flows?id={flow.body['id']}")).body
        claims = seen["test_context"]["debug_payload"]["id_token_claims"]["raw_claims"]
        assert (seen["state"], claims["email"]) == ("passed_challenge", EMAIL)
        assert (await browser("GET", "/admin/identities")).body == []
        path = f"/self-service/login/test?id={flow.body['id']}"
        assert [(await browser("DELETE", path)).status for _ in range(2)] == [204, 404]
