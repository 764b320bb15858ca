from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from pyotp.totp import TOTP

from .kratos_client import PASSWORD, Answer, Client

EMAIL = "ann@example.com"
PAGE = {"Accept": "text/html,application/xhtml+xml"}
UI = "http://127.0.0.1:4455"


def set_cookies(answer: Answer) -> list[str]:
    return answer.headers.getall("Set-Cookie", [])  # type: ignore[attr-defined, no-any-return]


async def submit_page(browser: Client, flow: Answer, kind: str, **fields: str) -> Answer:
    """Submit a flow as an HTML form does."""
    form = {"csrf_token": flow.node("csrf_token")["attributes"]["value"], **fields}
    return await browser("POST", f"/self-service/{kind}?flow={flow.body['id']}", data=form, headers=PAGE)


async def open_page(browser: Client, path: str, **options: object) -> Answer:
    """Open a flow as a page and fetch it as that page would."""
    redirect = await browser("GET", path, headers=PAGE, **options)
    assert redirect.status == 303, redirect.body
    location = urlsplit(redirect.headers["Location"])
    [flow_id] = parse_qs(location.query)["flow"]
    return await browser("GET", f"/self-service{location.path}/flows?id={flow_id}")


async def test_first_visit_sets_the_csrf_cookie_once(browser: Client) -> None:
    [cookie] = set_cookies(await browser.start("login"))
    assert re.fullmatch(
        r"csrf_token_[0-9a-f]{64}=[A-Za-z0-9+/]{43}=; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax", cookie
    )
    assert set_cookies(await browser.start("login")) == []


async def test_registration_signs_in_and_rotates_the_csrf_cookie(browser: Client) -> None:
    flow = await browser.start("registration", params={"return_to": f"{UI}/after"})
    answer = await browser.submit(flow, "registration", method="password", password=PASSWORD, traits={"email": EMAIL})
    assert (answer.status, "session_token" in answer.body) == (200, False)
    assert [entry["action"] for entry in answer.body["continue_with"]] == [
        "redirect_browser_to",
        "show_verification_ui",
    ]
    assert answer.body["continue_with"][0]["redirect_browser_to"] == f"{UI}/after"
    csrf, session = sorted(set_cookies(answer))
    assert csrf.startswith("csrf_token_")
    assert re.fullmatch(
        r"ory_kratos_session=[^;]+; Path=/; Expires=[^;]+ GMT; Max-Age=86399; HttpOnly; SameSite=Lax", session
    )
    assert (await browser("GET", "/sessions/whoami")).body["identity"]["traits"]["email"] == EMAIL
    assert (await browser("GET", f"/self-service/registration/flows?id={flow.body['id']}")).status == 403


@pytest.mark.parametrize("token", [None, "wrong", "d3Jvbmc="])
async def test_submission_without_the_right_csrf_token(browser: Client, token: str | None) -> None:
    flow = await browser.start("login")
    answer = await browser.submit(flow, "login", csrf_token=token, method="password", identifier=EMAIL, password="x")
    assert (answer.status, answer.error["id"]) == (403, "security_csrf_violation")


async def test_who_is_logged_in_is_turned_away_before_the_form_is_looked_at(browser: Client) -> None:
    await browser.create_identity(EMAIL)
    logins = [await browser.start("login") for _ in range(2)]
    registration = await browser.start("registration")
    fields = {"method": "password", "identifier": EMAIL, "password": PASSWORD}
    assert (await browser.submit(logins[0], "login", **fields)).status == 200
    again = await browser.submit(logins[1], "login", **fields)  # its anti-CSRF token was replaced by the login
    assert (again.status, again.message_ids) == (400, [4000001])
    assert again.body["ui"]["messages"][0]["text"].startswith("A valid session was detected")
    page = await submit_page(browser, logins[1], "login", **fields)
    assert (page.status, page.headers["Location"]) == (303, f"{UI}/welcome")
    registered = await browser.submit(registration, "registration", method="password", password=PASSWORD)
    assert (registered.status, registered.error["id"]) == (400, "session_already_available")
    page = await submit_page(browser, registration, "registration", method="password", password=PASSWORD)
    assert (page.status, page.headers["Location"]) == (302, f"{UI}/welcome")


async def test_recovery_by_an_administrators_code_needs_the_form_to_send_another(browser: Client) -> None:
    identity = await browser.create_identity(EMAIL)
    made = (await browser("POST", "/admin/recovery/code", {"identity_id": identity["id"]})).body
    path = f"/self-service/recovery?flow={made['recovery_link'].rpartition('=')[2]}"
    another = await browser("POST", path, {"method": "code", "email": EMAIL})
    assert (another.status, another.error["id"]) == (403, "security_csrf_violation")
    done = await browser("POST", path, {"method": "code", "code": made["recovery_code"]})
    assert done.body["state"] == "passed_challenge"
    member = await browser("POST", path, {"method": "code", "email": EMAIL})
    assert (member.status, member.error["id"]) == (400, "session_already_available")


async def test_another_browser_can_neither_see_nor_submit_a_flow(browser: Client, client: Client) -> None:
    flow = await browser.start("login")
    seen = await client("GET", f"/self-service/login/flows?id={flow.body['id']}")
    token = flow.node("csrf_token")["attributes"]["value"]
    sent = await client.submit(flow, "login", csrf_token=token, method="password", identifier=EMAIL, password="x")
    assert (seen.status, sent.status) == (403, 403)
    assert seen.error["details"]["reject_reason"] == "The HTTP Cookie Header is empty or not set."


async def test_login_as_a_page(browser: Client) -> None:
    await browser.create_identity(EMAIL)
    flow = await open_page(browser, "/self-service/login/browser", params={"return_to": f"{UI}/shop"})
    wrong = await submit_page(browser, flow, "login", method="password", identifier=EMAIL, password="wrong")
    assert (wrong.status, wrong.headers["Location"]) == (303, f"{UI}/login?flow={flow.body['id']}")
    shown = await browser("GET", f"/self-service/login/flows?id={flow.body['id']}")
    assert shown.message_ids == [4000006]
    right = await submit_page(browser, shown, "login", method="password", identifier=EMAIL, password=PASSWORD)
    assert (right.status, right.headers["Location"], right.body) == (303, f"{UI}/shop", "")
    again = await browser("GET", "/self-service/login/browser", headers=PAGE)
    assert again.headers["Location"] == f"{UI}/welcome"
    assert (await browser("GET", "/self-service/login/browser")).error["id"] == "session_already_available"


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("application/json", 200),
        ("application/json, text/plain, */*", 200),
        ("application/json;charset=utf-8", 303),
        ("*/*", 303),
        ("text/html, application/json;q=0.1", 303),
    ],
)
async def test_who_reads_json(browser: Client, accept: str, status: int) -> None:
    answer = await browser("GET", "/self-service/login/browser", headers={"Accept": accept})
    assert answer.status == status


async def test_step_up_with_a_second_factor(browser: Client, client: Client) -> None:
    secret = pyotp.random_base32()
    credentials = {
        "password": {"config": {"password": PASSWORD}},
        "totp": {"config": {"totp_url": f"otpauth://totp/Local:x?secret={secret}&issuer=Local"}},
    }
    await client.create_identity(EMAIL, credentials=credentials)
    flow = await browser.start("login", params={"return_to": f"{UI}/x"})
    first = await browser.submit(flow, "login", method="password", identifier=EMAIL, password=PASSWORD)
    assert (first.status, first.error["id"]) == (422, "browser_location_change_required")
    assert any(cookie.startswith("ory_kratos_session=") for cookie in set_cookies(first))
    whoami = await browser("GET", "/sessions/whoami")
    settings = await browser("GET", "/self-service/settings/browser")
    assert {whoami.error["id"], settings.error["id"]} == {"session_aal2_required"}

    target = urlsplit(first.body["redirect_browser_to"])
    second = await browser("GET", f"{target.path}?{target.query}")
    code = TOTP(secret).at(browser.local.clock.now())
    done = await browser.submit(second, "login", method="totp", totp_code=code)
    assert done.body["continue_with"] == [{"action": "redirect_browser_to", "redirect_browser_to": f"{UI}/x"}]
    session = (await browser("GET", "/sessions/whoami")).body
    assert session["authenticator_assurance_level"] == "aal2"


async def test_settings_as_a_page(browser: Client) -> None:
    sent_away = await browser("GET", "/self-service/settings/browser", headers=PAGE)
    assert sent_away.headers["Location"].endswith("/self-service/login/browser")
    await browser.create_identity(EMAIL)
    await browser.log_in(EMAIL)
    flow = await open_page(browser, "/self-service/settings/browser")
    fields = {"method": "profile", "traits.email": EMAIL, "traits.name.first": "Ann"}
    saved = await submit_page(browser, flow, "settings", **fields)
    assert saved.headers["Location"] == f"{UI}/settings?flow={flow.body['id']}"
    assert (await browser("GET", "/sessions/whoami")).body["identity"]["traits"]["name"] == {"first": "Ann"}


async def test_recovery_link_of_the_mail_signs_in(browser: Client) -> None:
    await browser.create_identity(EMAIL)
    flow = await browser.start("recovery")
    sent = await browser.submit(flow, "recovery", method="link", email=EMAIL)
    assert sent.message_ids == [1060002]
    link = re.search(r"http\S+", (await browser.latest_message(EMAIL))["body"])
    assert link
    opened = await browser("GET", link[0], headers=PAGE)
    assert opened.headers["Location"].startswith(f"{UI}/settings?flow=")
    session = (await browser("GET", "/sessions/whoami")).body
    assert session["authentication_methods"][0]["method"] == "link_recovery"
    again = await browser("GET", link[0], headers=PAGE)
    assert again.headers["Location"].startswith(f"{UI}/recovery?flow=")


async def test_administrators_code_and_link_in_a_browser(browser: Client) -> None:
    identity = await browser.create_identity(EMAIL)
    made = await browser("POST", "/admin/recovery/code", {"identity_id": identity["id"]})
    flow_id = made.body["recovery_link"].partition("flow=")[2]
    fields = {"method": "code", "code": made.body["recovery_code"]}
    done = await browser("POST", f"/self-service/recovery?flow={flow_id}", fields)
    assert [entry["action"] for entry in done.body["continue_with"]] == ["show_settings_ui"]
    link = await browser("POST", "/admin/recovery/link", {"identity_id": identity["id"]})
    assert link.status == 200
    assert (await browser("GET", link.body["recovery_link"])).headers["Location"].startswith(f"{UI}/settings?flow=")


async def test_verification_by_form_and_link(browser: Client) -> None:
    await browser.create_identity(EMAIL)
    flow = await open_page(browser, "/self-service/verification/browser")
    await submit_page(browser, flow, "verification", method="code", email=EMAIL)
    message = await browser.latest_message(EMAIL)
    link = re.search(r"http\S+", message["body"])
    assert link
    page = f"{UI}/verification?flow={flow.body['id']}"
    assert (await browser("GET", link[0], headers=PAGE)).headers["Location"] == page
    shown = await browser("GET", f"/self-service/verification/flows?id={flow.body['id']}")
    code = await browser.latest_code(EMAIL)
    assert (await submit_page(browser, shown, "verification", method="code", code=code)).headers["Location"] == page
    done = await browser("GET", f"/self-service/verification/flows?id={flow.body['id']}")
    assert (done.body["state"], done.body["ui"]["action"]) == ("passed_challenge", f"{UI}/welcome")


async def test_logout(browser: Client) -> None:
    await browser.create_identity(EMAIL)
    assert (await browser("GET", "/self-service/logout/browser")).error["id"] == "session_inactive"
    await browser.log_in(EMAIL)
    made = await browser("GET", "/self-service/logout/browser", params={"return_to": f"{UI}/bye"})
    assert (await browser("GET", "/self-service/logout?token=wrong")).status == 403
    assert (await browser("GET", "/self-service/logout")).status == 400
    left = await browser("GET", made.body["logout_url"], headers=PAGE)
    assert left.headers["Location"] == f"{UI}/bye"
    assert any("Max-Age=0" in cookie for cookie in set_cookies(left))
    assert (await browser("GET", "/sessions/whoami")).status == 401
    await browser.log_in(EMAIL)
    made = await browser("GET", "/self-service/logout/browser")
    assert (await browser("GET", made.body["logout_url"])).status == 204


async def test_page_errors_can_be_fetched_by_id(browser: Client) -> None:
    evil = {"return_to": "https://evil.example.org"}
    redirect = await browser("GET", "/self-service/login/browser", headers=PAGE, params=evil)
    location = redirect.headers["Location"]
    assert location.startswith(f"{UI}/error?id=")
    error = await browser("GET", f"/self-service/errors?{urlsplit(location).query}")
    assert error.error["id"] == "self_service_flow_return_to_forbidden"
    stub = await browser("GET", "/self-service/errors?id=stub:500")
    assert (stub.status, stub.error["code"], stub.body["created_at"]) == (200, 500, "0001-01-01T00:00:00Z")
    assert (await browser("GET", "/self-service/errors?id=x")).status == 404


@pytest.mark.parametrize("return_to", ["https://evil.example.org", "//evil.example.org", "/a\r\nSet-Cookie: a=b"])
async def test_nobody_is_sent_to_a_foreign_site(browser: Client, return_to: str) -> None:
    await browser.create_identity(EMAIL)
    await browser.log_in(EMAIL)
    answer = await browser("GET", "/self-service/login/browser", headers=PAGE, params={"return_to": return_to})
    assert answer.headers["Location"].startswith(f"{UI}/error?id=")


async def test_expired_flow_submitted_as_a_page(browser: Client) -> None:
    flow = await browser.start("login")
    browser.local.clock.advance(601)
    late = await submit_page(browser, flow, "login", method="password", identifier=EMAIL, password="x")
    assert late.headers["Location"].startswith(f"{UI}/login?flow=")
    [fresh] = parse_qs(urlsplit(late.headers["Location"]).query)["flow"]
    shown = await browser("GET", f"/self-service/login/flows?id={fresh}")
    assert shown.message_ids == [4010001]


async def test_well_known_addresses(browser: Client) -> None:
    script = await browser("GET", "/.well-known/ory/webauthn.js")
    assert script.headers["Content-Type"] == "text/javascript; charset=UTF-8"
    password = await browser("GET", "/.well-known/change-password")
    assert (password.status, password.headers["Location"]) == (303, f"{UI}/settings")
    assert password.body == f'<a href="{UI}/settings">See Other</a>.\n\n'


async def test_a_change_of_the_settings_goes_on_after_the_login_is_confirmed(browser: Client) -> None:
    await browser.create_identity(EMAIL)
    await browser.log_in(EMAIL)
    settings = await browser.start("settings")
    browser.local.clock.advance(16 * 60)
    paused = await submit_page(browser, settings, "settings", method="password", password="an0ther-passphrase")
    assert paused.status == 303
    refresh = await open_page(browser, paused.headers["Location"])
    fields = {"method": "password", "identifier": EMAIL}
    confirmed = await submit_page(browser, refresh, "login", **fields, password=PASSWORD)
    assert urlsplit(confirmed.headers["Location"]).path == "/self-service/settings"
    resumed = await browser("GET", confirmed.headers["Location"], headers=PAGE)
    assert (resumed.status, resumed.headers["Location"]) == (303, f"{UI}/settings?flow={settings.body['id']}")
    assert (await browser("GET", f"/self-service/settings/flows?id={settings.body['id']}")).body["state"] == "success"
    await browser("GET", confirmed.headers["Location"], headers=PAGE)
    shown = await browser("GET", f"/self-service/settings/flows?id={settings.body['id']}")
    assert shown.message_ids == [4010004]  # there is nothing left to go on with
    browser.session.cookie_jar.clear()
    assert (await browser.log_in(EMAIL, "an0ther-passphrase")).status == 200


async def test_a_change_of_the_settings_does_not_wait_for_ever(browser: Client) -> None:
    await browser.create_identity(EMAIL)
    await browser.log_in(EMAIL)
    settings = await browser.start("settings")
    browser.local.clock.advance(16 * 60)
    paused = await submit_page(browser, settings, "settings", method="password", password="an0ther-passphrase")
    browser.local.clock.advance(16 * 60)
    refresh = await open_page(browser, paused.headers["Location"])
    confirmed = await submit_page(browser, refresh, "login", method="password", identifier=EMAIL, password=PASSWORD)
    await browser("GET", confirmed.headers["Location"], headers=PAGE)
    browser.session.cookie_jar.clear()
    assert (await browser.log_in(EMAIL, "an0ther-passphrase")).status == 400
