"""Kratos as the login page of Hydra."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pyotp.totp import TOTP

from ory_async.local.kratos import KratosOptions

from .kratos_client import PASSWORD, Answer, Client
from .kratos_servers import serving

EMAIL = "ann@example.com"
PAGE = {"Accept": "text/html"}
CALLBACK = "https://app.example/callback"
UI = "http://127.0.0.1:4455"


def query(url: str) -> dict[str, str]:
    return {name: value for name, [value] in parse_qs(urlsplit(url).query).items()}


async def challenge(browser: Client, **change: str) -> str:
    """Begin an authorization in the browser; return what its login page is asked by."""
    body = {"redirect_uris": [CALLBACK], "scope": "openid", "response_types": ["code"]}
    client = (await browser("POST", "/admin/clients", body)).body
    asked = {"client_id": client["client_id"], "redirect_uri": CALLBACK, "response_type": "code", "scope": "openid"}
    asked["state"] = "a-state-of-mine"
    answer = await browser("GET", "/oauth2/auth", params=asked | change)
    return query(answer.headers["Location"])["login_challenge"]


async def login(browser: Client, login_challenge: str, kind: str = "login") -> Answer:
    return await browser.start(kind, params={"login_challenge": login_challenge})


async def consent_of(browser: Client, url: str) -> dict[str, Any]:
    """Follow the way back to Hydra; return what its consent page is asked."""
    answer = await browser("GET", url)
    consent = query(answer.headers["Location"])["consent_challenge"]
    asked = await browser("GET", "/admin/oauth2/auth/requests/consent", params={"consent_challenge": consent})
    return dict(asked.body)


async def test_a_login_ends_at_hydra(browser: Client) -> None:
    identity = await browser.create_identity(EMAIL)
    asked = await challenge(browser)
    flow = await login(browser, asked)
    assert (flow.body["oauth2_login_challenge"], flow.body["oauth2_login_request"]["challenge"]) == (asked, asked)
    assert None not in flow.body["oauth2_login_request"]["client"].values()
    assert query(flow.body["request_url"]) == {"login_challenge": asked, "refresh": "true"}
    done = await browser.submit(flow, "login", method="password", identifier=EMAIL, password=PASSWORD)
    assert (done.status, done.error["id"]) == (422, "browser_location_change_required")
    consent = await consent_of(browser, done.body["redirect_browser_to"])
    session = (await browser("GET", "/sessions/whoami")).body
    assert (consent["subject"], consent["amr"]) == (identity["id"], ["password"])
    assert session["identity"]["id"] == identity["id"]


async def test_who_is_logged_in_confirms_it_unless_hydra_remembers_the_login(browser: Client) -> None:
    await browser.create_identity(EMAIL)
    await browser.log_in(EMAIL)
    flow = await login(browser, await challenge(browser))
    assert (flow.body["refresh"], flow.message_ids) == (True, [1010003])
    form = {"method": "password", "identifier": EMAIL, "password": PASSWORD}
    form["csrf_token"] = flow.node("csrf_token")["attributes"]["value"]
    done = await browser("POST", f"/self-service/login?flow={flow.body['id']}", data=form, headers=PAGE)
    assert done.status == 303
    await consent_of(browser, done.headers["Location"])
    remembered = {"login_challenge": await challenge(browser)}
    for kind in ("login", "registration"):
        skipped = await browser("GET", f"/self-service/{kind}/browser", params=remembered, headers=PAGE)
        assert skipped.status == 303
        await consent_of(browser, skipped.headers["Location"])
        refused = await browser("GET", f"/self-service/{kind}/browser", params=remembered)
        assert (refused.status, refused.error["id"]) == (400, "session_already_available")
    asked = {"login_challenge": await challenge(browser, prompt="login")}
    redirect = await browser("GET", "/self-service/registration/browser", params=asked, headers=PAGE)
    assert (redirect.status, query(redirect.headers["Location"])) == (302, asked)
    assert urlsplit(redirect.headers["Location"]).path == "/self-service/login/browser"


async def test_the_second_factor_comes_before_hydra(browser: Client) -> None:
    identity = await browser.create_identity(EMAIL)
    await browser.log_in(EMAIL)
    settings = await browser.start("settings")
    totp = TOTP(settings.node("totp_secret_key")["attributes"]["text"]["context"]["secret"])
    assert (await browser.submit(settings, "settings", method="totp", totp_code=totp.now())).status == 200
    await browser("DELETE", f"/admin/identities/{identity['id']}/sessions")
    asked = await challenge(browser)
    first = await browser.submit(
        await login(browser, asked), "login", method="password", identifier=EMAIL, password=PASSWORD
    )
    target = urlsplit(first.body["redirect_browser_to"])
    assert (target.path, query(target.geturl())) == (
        "/self-service/login/browser",
        {"aal": "aal2", "login_challenge": asked},
    )
    second = await browser("GET", target.geturl())
    done = await browser.submit(second, "login", method="totp", totp_code=totp.now())
    assert (await consent_of(browser, done.body["redirect_browser_to"]))["amr"] == ["password", "totp"]


async def test_a_registration_without_verification_ends_at_hydra() -> None:
    async with serving(KratosOptions(verifies_new_addresses=False), is_browser=True) as browser:
        flow = await login(browser, await challenge(browser), "registration")
        assert flow.body["oauth2_login_request"]["skip"] is False
        done = await browser.submit(flow, "registration", method="password", password=PASSWORD, traits={"email": EMAIL})
        [going_on] = done.body["continue_with"]
        consent = await consent_of(browser, going_on["redirect_browser_to"])
        assert consent["subject"] == done.body["identity"]["id"]


async def test_a_registration_ends_at_hydra_once_its_address_is_verified(browser: Client) -> None:
    flow = await login(browser, await challenge(browser), "registration")
    done = await browser.submit(flow, "registration", method="password", password=PASSWORD, traits={"email": EMAIL})
    redirect, verification = done.body["continue_with"]
    assert redirect["redirect_browser_to"] == f"{UI}/welcome"
    code = await browser.latest_code(EMAIL)
    verified = await browser.submit(verification["flow"]["id"], "verification", method="code", code=code)
    assert verified.body["ui"]["action"] == f"{UI}/welcome"
    consent = await consent_of(browser, verified.node("continue")["attributes"]["href"])
    assert consent["subject"] == done.body["identity"]["id"]


@pytest.mark.parametrize("kind", ["login", "registration"])
async def test_challenges_that_are_none(browser: Client, kind: str) -> None:
    path = f"/self-service/{kind}/browser"
    empty = await browser("GET", path, params={"login_challenge": ""})
    assert (empty.status, empty.error["reason"]) == (400, "the login_challenge parameter is present but empty")
    unknown = await browser("GET", path, params={"login_challenge": "nonsense"})
    assert (unknown.status, unknown.error["details"]["status_code"]) == (400, 404)
    page = await browser("GET", path, params={"login_challenge": "nonsense"}, headers=PAGE)
    assert page.status == 303
    assert urlsplit(page.headers["Location"]).path == "/error"


async def test_a_challenge_that_has_expired_meanwhile(browser: Client) -> None:
    await browser.create_identity(EMAIL)
    flow = await login(browser, await challenge(browser))
    browser.local.hydra.reset()
    done = await browser.submit(flow, "login", method="password", identifier=EMAIL, password=PASSWORD)
    assert (done.status, done.error["details"]["status_code"]) == (500, 404)
    assert (await browser("GET", f"/self-service/login/flows?id={flow.body['id']}")).status in (400, 403)


async def test_an_app_keeps_a_challenge_that_leads_nowhere(client: Client) -> None:
    flow = await client.start("login", params={"login_challenge": "nonsense"})
    assert flow.body["oauth2_login_challenge"] == "nonsense"
    assert "oauth2_login_request" not in flow.body
