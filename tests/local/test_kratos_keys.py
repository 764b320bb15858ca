from __future__ import annotations

import json
from typing import Any

import pytest

from ory_async.local.kratos import KratosOptions, RelyingParty

from .authenticator import Authenticator
from .kratos_client import PASSWORD, Answer, Client
from .kratos_servers import serving

EMAIL = "ann@example.com"
TRAITS = {"email": EMAIL}
PARTY = RelyingParty(id="localhost", origins=("http://localhost:4455",))
PASSKEYS = KratosOptions(passkeys=PARTY)
SECOND_FACTOR = KratosOptions(webauthn=PARTY)
PASSWORDLESS = KratosOptions(webauthn=PARTY, webauthn_is_passwordless=True)


@pytest.fixture
def authenticator() -> Authenticator:
    return Authenticator(PARTY.origins[0])


def options(flow: Answer, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(flow.node(name)["attributes"]["value"])
    return dict(found.get("credentialOptions", found))


async def add_passkey(client: Client, authenticator: Authenticator) -> Answer:
    await client.create_identity(EMAIL)
    assert (await client.log_in(EMAIL)).status == 200
    settings = await client.start("settings")
    answer = authenticator.create(options(settings, "passkey_create_data"))
    return await client.submit(settings, "settings", passkey_settings_register=answer)


async def add_key(client: Client, authenticator: Authenticator) -> Answer:
    await client.create_identity(EMAIL)
    assert (await client.log_in(EMAIL)).status == 200
    settings = await client.start("settings")
    answer = authenticator.create(options(settings, "webauthn_register_trigger"))
    return await client.submit(settings, "settings", webauthn_register=answer, webauthn_register_displayname="blue")


async def sign_in_with_passkey(client: Client, authenticator: Authenticator) -> Answer:
    flow = await client.start("login")
    answer = authenticator.get(options(flow, "passkey_challenge"))
    return await client.submit(flow, "login", passkey_login=answer)


def methods(session: dict[str, Any]) -> list[tuple[str, str]]:
    return [(method["method"], method["aal"]) for method in session["authentication_methods"]]


async def test_sign_up_and_log_in_with_a_passkey(authenticator: Authenticator) -> None:
    async with serving(PASSKEYS, is_browser=True) as browser:
        flow = await browser.start("registration")
        flow = await browser.submit(flow, "registration", method="profile", traits=TRAITS)
        assert flow.node("webauthn_script")["attributes"]["src"].endswith("/.well-known/ory/webauthn.js")
        answer = authenticator.create(options(flow, "passkey_create_data"))
        registered = await browser.submit(flow, "registration", traits=TRAITS, passkey_register=answer)
        assert (registered.status, registered.body["identity"]["traits"]["email"]) == (200, EMAIL)
        logged_in = await sign_in_with_passkey(browser, authenticator)
        assert methods(logged_in.body["session"]) == [("passkey", "aal1")]
        assert (await browser("GET", "/sessions/whoami")).body["identity"]["id"] == registered.body["identity"]["id"]


async def test_a_native_client_gets_no_script(authenticator: Authenticator) -> None:
    async with serving(PASSKEYS) as client:
        flow = await client.start("login")
        assert [node["type"] for node in flow.body["ui"]["nodes"] if node["type"] == "script"] == []
        assert "onclick" not in flow.node("passkey_login_trigger")["attributes"]


async def test_a_passkey_is_added_and_removed_in_the_settings(authenticator: Authenticator) -> None:
    async with serving(PASSKEYS, is_browser=True) as browser:
        saved = await add_passkey(browser, authenticator)
        assert saved.message_ids == [1050001]
        remove = saved.node("passkey_remove")["attributes"]
        assert not remove["disabled"]
        settings = await browser.start("settings")
        removed = await browser.submit(settings, "settings", method="passkey", passkey_remove=remove["value"])
        assert removed.status == 200
        assert "passkey_remove" not in [node["attributes"].get("name") for node in removed.body["ui"]["nodes"]]
        again = await browser.submit(settings, "settings", method="passkey", passkey_remove=remove["value"])
        assert (again.status, again.message_ids) == (400, [4000001])


async def test_the_last_way_in_can_not_be_removed(authenticator: Authenticator) -> None:
    async with serving(PASSKEYS, is_browser=True) as browser:
        flow = await browser.start("registration")
        flow = await browser.submit(flow, "registration", method="profile", traits=TRAITS)
        answer = authenticator.create(options(flow, "passkey_create_data"))
        id = (await browser.submit(flow, "registration", traits=TRAITS, passkey_register=answer)).body["identity"]["id"]
        await browser("DELETE", f"/admin/identities/{id}/credentials/code")
        identity = browser.local.kratos.state.identities[id]
        identity.credentials.pop("code")
        await sign_in_with_passkey(browser, authenticator)
        settings = await browser.start("settings")
        button = settings.node("passkey_remove")
        assert button["attributes"]["disabled"]
        value = button["attributes"]["value"]
        refused = await browser.submit(settings, "settings", method="passkey", passkey_remove=value)
        assert (refused.status, refused.node("passkey_remove")["messages"][0]["id"]) == (400, 4000001)


@pytest.mark.parametrize("answer", ["{}", "[]", "no json", '{"id": 1, "response": {}}', '{"id": "x", "response": "y"}'])
async def test_malformed_answers_of_an_authenticator(answer: str) -> None:
    async with serving(PASSKEYS, is_browser=True) as browser:
        flow = await browser.start("login")
        assert (await browser.submit(flow, "login", passkey_login=answer)).status == 400
        flow = await browser.start("registration")
        flow = await browser.submit(flow, "registration", method="profile", traits=TRAITS)
        refused = await browser.submit(flow, "registration", traits=TRAITS, passkey_register=answer)
        assert refused.message_ids == [4000001]
        assert (await browser("GET", "/admin/identities")).body == []


async def test_a_key_of_another_origin_or_challenge_is_refused(authenticator: Authenticator) -> None:
    async with serving(PASSKEYS, is_browser=True) as browser:
        await add_passkey(browser, authenticator)
        browser.session.cookie_jar.clear()
        flow, other = await browser.start("login"), await browser.start("login")
        answer = authenticator.get(options(other, "passkey_challenge"))
        assert (await browser.submit(flow, "login", passkey_login=answer)).message_ids == [4000043]
        authenticator.origin = "https://phishing.example"
        answer = authenticator.get(options(flow, "passkey_challenge"))
        assert (await browser.submit(flow, "login", passkey_login=answer)).message_ids == [4000043]
        stranger = Authenticator(PARTY.origins[0])
        answer = stranger.get(options(flow, "passkey_challenge"))
        assert (await browser.submit(flow, "login", passkey_login=answer)).message_ids == [4000015]


async def test_a_security_key_as_second_factor(authenticator: Authenticator) -> None:
    async with serving(SECOND_FACTOR, is_browser=True) as browser:
        saved = await add_key(browser, authenticator)
        assert saved.node("webauthn_remove")["meta"]["label"]["text"] == 'Remove security key "blue"'
        browser.session.cookie_jar.clear()
        assert (await browser.log_in(EMAIL)).error["id"] == "browser_location_change_required"
        assert (await browser("GET", "/sessions/whoami")).error["id"] == "session_aal2_required"
        flow = await browser("GET", "/self-service/login/browser?aal=aal2")
        answer = authenticator.get(options(flow, "webauthn_login_trigger"))
        done = await browser.submit(flow, "login", webauthn_login=answer)
        assert methods(done.body["session"]) == [("password", "aal1"), ("webauthn", "aal2")]
        assert (await browser("GET", "/sessions/whoami")).status == 200


async def test_a_used_answer_can_not_be_used_again(authenticator: Authenticator) -> None:
    async with serving(SECOND_FACTOR, is_browser=True) as browser:
        await add_key(browser, authenticator)
        browser.session.cookie_jar.clear()
        await browser.log_in(EMAIL)
        flow = await browser("GET", "/self-service/login/browser?aal=aal2")
        answer = authenticator.get(options(flow, "webauthn_login_trigger"))
        assert (await browser.submit(flow, "login", webauthn_login=answer)).status == 200
        again = await browser.submit(flow, "login", webauthn_login=answer)
        assert again.status in (400, 403)


async def test_a_security_key_instead_of_a_password(authenticator: Authenticator) -> None:
    async with serving(PASSWORDLESS, is_browser=True) as browser:
        await add_key(browser, authenticator)
        browser.session.cookie_jar.clear()
        flow = await browser.start("login")
        unknown = await browser.submit(flow, "login", method="webauthn", identifier="bob@example.com")
        assert unknown.message_ids == [4000015]
        asked = await browser.submit(flow, "login", method="webauthn", identifier=EMAIL)
        assert (asked.status, flow.body["id"] in asked.body["redirect_browser_to"]) == (422, True)
        second = await browser("GET", f"/self-service/login/flows?id={flow.body['id']}")
        assert second.message_ids == [1010012]
        answer = authenticator.get(options(second, "webauthn_login_trigger"))
        done = await browser.submit(second, "login", identifier=EMAIL, webauthn_login=answer)
        assert methods(done.body["session"]) == [("webauthn", "aal1")]


async def test_methods_that_are_switched_off(authenticator: Authenticator) -> None:
    async with serving(KratosOptions(), is_browser=True) as browser:
        flow = await browser.start("login")
        assert (await browser.submit(flow, "login", method="passkey")).message_ids == [4010002]
        assert (await browser.submit(flow, "login", passkey_login="{}")).message_ids == [4010002]
        password = await browser.submit(flow, "login", method="password", identifier=EMAIL, password=PASSWORD)
        assert password.message_ids == [4000006]
