"""The settings of the local Kratos that change how people sign in and get back in."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from ory_async.local.kratos import KratosOptions, SessionCookieOptions

from .kratos_client import PASSWORD, Answer, Client
from .kratos_servers import serving

EMAIL, PHONE = "ann@example.com", "+491701234567"
_BOTH = {"verification": {"via": "sms"}, "recovery": {"via": "sms"}}
PHONE_SCHEMA = {
    "type": "object",
    "properties": {
        "traits": {
            "type": "object",
            "properties": {
                "phone": {
                    "type": "string",
                    "title": "Phone",
                    "ory.sh/kratos": {
                        "credentials": {
                            "password": {"identifier": True},
                            "code": {"identifier": True, "via": "sms"},
                        },
                        **_BOTH,
                    },
                },
                "email": {"type": "string", "format": "email", "ory.sh/kratos": {"recovery": {"via": "email"}}},
            },
        }
    },
}
BY_PHONE = {"default": PHONE_SCHEMA}


async def create_with_phone(client: Client) -> None:
    credentials = {"password": {"config": {"password": PASSWORD}}}
    body = {"traits": {"phone": PHONE, "email": EMAIL}, "credentials": credentials}
    assert (await client("POST", "/admin/identities", body)).status == 201


def code_to(client: Client, address: str) -> str:
    return client.local.outbox.codes(address)[-1]


def methods(answer: Answer) -> list[tuple[str, str]]:
    return [(method["method"], method["aal"]) for method in answer.body["session"]["authentication_methods"]]


# Code as second factor


async def test_the_code_as_second_factor_is_sent_at_once_to_the_only_address() -> None:
    async with serving(KratosOptions(code_is_second_factor=True)) as client:
        await client.create_identity(EMAIL)
        token = (await client.log_in(EMAIL)).body["session_token"]
        assert (await client("GET", "/sessions/whoami", token=token)).error["id"] == "session_aal2_required"
        flow = await client("GET", "/self-service/login/api?aal=aal2", token=token)
        assert (flow.body["state"], flow.message_ids) == ("sent_email", [1010025])
        wrong = await client.submit(flow, "login", method="code", code="000000", token=token)
        assert wrong.message_ids == [4010008]
        right = await client.submit(flow, "login", method="code", code=code_to(client, EMAIL), token=token)
        assert methods(right) == [("password", "aal1"), ("code", "aal2")]
        assert (await client("GET", "/sessions/whoami", token=token)).status == 200


async def test_a_code_that_is_a_second_factor_is_no_first_one() -> None:
    async with serving(KratosOptions(code_is_second_factor=True)) as client:
        await client.create_identity(EMAIL)
        flow = await client.start("login")
        refused = await client.submit(flow, "login", method="code", identifier=EMAIL)
        assert refused.message_ids == [4010002]
        assert len(client.local.outbox) == 0


# Text messages


async def test_login_by_a_code_in_a_text_message() -> None:
    async with serving(KratosOptions(), schemas=BY_PHONE) as client:
        await create_with_phone(client)
        flow = await client.start("login")
        await client.submit(flow, "login", method="code", identifier=PHONE)
        assert client.local.outbox.last(to=PHONE).channel == "sms"
        done = await client.submit(flow, "login", method="code", identifier=PHONE, code=code_to(client, PHONE))
        assert methods(done) == [("code", "aal1")]
        [message] = (await client("GET", "/admin/courier/messages")).body
        assert (message["type"], message["channel"], message["subject"]) == ("sms", "sms", "")


async def test_a_telephone_number_is_verified() -> None:
    async with serving(KratosOptions(), schemas=BY_PHONE) as client:
        await create_with_phone(client)
        flow = await client.start("verification")
        assert flow.node("email")["meta"]["label"]["id"] == 1070018
        sent = await client.submit(flow, "verification", method="code", email=PHONE)
        assert sent.message_ids == [1080004]
        done = await client.submit(flow, "verification", method="code", code=code_to(client, PHONE))
        assert (done.body["state"], done.message_ids) == ("passed_challenge", [1080005])
        [identity] = (await client("GET", "/admin/identities")).body
        assert [address["verified"] for address in identity["verifiable_addresses"]] == [True]


# The identifier first


async def test_the_methods_of_an_account_come_after_its_identifier() -> None:
    async with serving(KratosOptions(login_style="identifier_first")) as client:
        await client.create_identity(EMAIL)
        flow = await client.start("login")
        assert [node["attributes"]["name"] for node in flow.body["ui"]["nodes"]] == [
            "csrf_token",
            "identifier",
            "method",
        ]
        unknown = await client.submit(flow, "login", method="identifier_first", identifier="bob@example.com")
        assert [message["id"] for message in unknown.node("identifier")["messages"]] == [4000037]
        second = await client.submit(flow, "login", method="identifier_first", identifier=EMAIL)
        assert (second.status, second.body["active"]) == (400, "identifier_first")
        assert second.node("password")["group"] == "password"
        done = await client.submit(flow, "login", method="password", identifier=EMAIL, password=PASSWORD)
        assert done.status == 200


async def test_an_account_with_only_a_code_is_sent_one_at_once() -> None:
    async with serving(KratosOptions(login_style="identifier_first")) as client:
        await client("POST", "/admin/identities", {"traits": {"email": EMAIL}})
        flow = await client.start("login")
        sent = await client.submit(flow, "login", method="identifier_first", identifier=EMAIL)
        assert sent.body["state"] == "sent_email"
        done = await client.submit(flow, "login", method="code", identifier=EMAIL, code=code_to(client, EMAIL))
        assert done.status == 200


# Recovery


async def test_the_owner_of_two_addresses_chooses_one() -> None:
    async with serving(KratosOptions(recovery_chooses_address=True), schemas=BY_PHONE) as client:
        await create_with_phone(client)
        flow = await client.start("recovery")
        choice = await client.submit(flow, "recovery", method="code", recovery_address=EMAIL)
        assert choice.body["state"] == "recovery_awaiting_address_choice"
        buttons = [
            node for node in choice.body["ui"]["nodes"] if node["attributes"]["name"] == "recovery_select_address"
        ]
        labels = {node["meta"]["label"]["text"]: node["attributes"]["value"] for node in buttons}
        assert sorted(labels) == ["+49****67", "an****@example.com"]
        chosen = {"method": "code", "recovery_address": EMAIL}
        asked = await client.submit(flow, "recovery", **chosen, recovery_select_address=labels["+49****67"])
        assert asked.body["state"] == "recovery_confirming_address"
        sent = await client.submit(flow, "recovery", **chosen, recovery_confirm_address=PHONE)
        assert (sent.body["state"], sent.message_ids) == ("recovery_awaiting_code", [1060004])
        done = await client.submit(flow, "recovery", method="code", code=code_to(client, PHONE))
        assert [entry["action"] for entry in done.body["continue_with"]] == [
            "set_ory_session_token",
            "show_settings_ui",
        ]


async def test_an_address_that_was_not_offered_is_refused() -> None:
    async with serving(KratosOptions(recovery_chooses_address=True), schemas=BY_PHONE) as client:
        await create_with_phone(client)
        flow = await client.start("recovery")
        chosen = {"method": "code", "recovery_address": EMAIL}
        await client.submit(flow, "recovery", **chosen)
        refused = await client.submit(flow, "recovery", **chosen, recovery_select_address="forged")
        assert (refused.status, refused.message_ids) == (400, [4000001])


async def test_the_way_back_to_the_first_step() -> None:
    async with serving(KratosOptions(recovery_chooses_address=True)) as client:
        await client.create_identity(EMAIL)
        flow = await client.start("recovery")
        await client.submit(flow, "recovery", method="code", recovery_address=EMAIL)
        back = await client.submit(flow, "recovery", method="code", screen="previous")
        assert back.body["state"] == "recovery_awaiting_address"


async def test_recovery_by_link() -> None:
    async with serving(KratosOptions(recovery_method="link"), is_browser=True) as browser:
        await browser.create_identity(EMAIL)
        flow = await browser.start("recovery")
        sent = await browser.submit(flow, "recovery", method="link", email=EMAIL)
        assert sent.message_ids == [1060002]
        link = browser.local.outbox.last(to=EMAIL, kind="recovery_valid").link
        followed = await browser("GET", link, headers={"Accept": "text/html"})
        assert "/settings?flow=" in followed.headers["Location"]
        assert (await browser("GET", "/sessions/whoami")).body["identity"]["traits"]["email"] == EMAIL


@pytest.mark.parametrize(("transitions", "status"), [(True, 200), (False, 422)])
async def test_where_a_browser_goes_after_its_recovery(transitions: bool, status: int) -> None:
    async with serving(KratosOptions(continue_with_transitions=transitions), is_browser=True) as browser:
        await browser.create_identity(EMAIL)
        flow = await browser.start("recovery")
        flow = await browser.submit(flow, "recovery", method="code", email=EMAIL)
        assert (await browser.submit(flow, "recovery", code=code_to(browser, EMAIL))).status == status
        assert (await browser("GET", "/sessions/whoami")).status == 200


# Verification


async def test_verification_by_link() -> None:
    async with serving(KratosOptions(verification_method="link"), is_browser=True) as browser:
        await browser.create_identity(EMAIL)
        flow = await browser.start("verification")
        sent = await browser.submit(flow, "verification", method="link", email=EMAIL)
        assert sent.message_ids == [1080001]
        link = browser.local.outbox.last(to=EMAIL).link
        first = await browser("GET", link, headers={"Accept": "text/html"})
        passed = await browser("GET", f"/self-service/verification/flows?id={flow.body['id']}")
        assert (first.status, passed.body["state"]) == (303, "passed_challenge")
        again = await browser("GET", link, headers={"Accept": "text/html"})
        found = re.search(r"flow=([\w-]+)", again.headers["Location"])
        assert found
        shown = await browser("GET", f"/self-service/verification/flows?id={found[1]}")
        assert shown.message_ids == [4070001]


async def test_login_waits_for_a_verified_address() -> None:
    async with serving(KratosOptions(requires_verified_address=True)) as client:
        await client.create_identity(EMAIL)
        refused = await client.log_in(EMAIL)
        assert (refused.status, refused.error["id"]) == (403, "session_verified_address_required")
        flow = refused.error["details"]["continue_with"][0]["flow"]["id"]
        await client.submit(flow, "verification", method="code", code=code_to(client, EMAIL))
        assert (await client.log_in(EMAIL)).status == 200


# Registration


async def test_registration_in_one_step_without_a_session() -> None:
    options = KratosOptions(registration_style="unified", signs_in_after_registration=False, login_hints=True)
    async with serving(options) as client:
        flow = await client.start("registration")
        fields = {"method": "password", "password": PASSWORD, "traits": {"email": EMAIL}}
        done = await client.submit(flow, "registration", **fields)
        assert sorted(done.body) == ["continue_with", "identity"]
        again = await client.submit(await client.start("registration"), "registration", **fields)
        context: dict[str, Any] = again.body["ui"]["messages"][0]["context"]
        assert (again.message_ids, context["available_credential_types"]) == ([4000028], ["code", "password"])


@pytest.mark.parametrize("kind", ["registration", "recovery", "verification"])
async def test_a_flow_that_is_switched_off(kind: Any) -> None:
    async with serving(KratosOptions(disabled_flows=frozenset({kind}))) as client:
        refused = await client("GET", f"/self-service/{kind}/api")
        assert (refused.status, "disabled" in refused.error["reason"]) == (400, True)


# Sessions


async def test_the_session_cookie_has_another_name_and_ends_with_the_browser() -> None:
    cookie = SessionCookieOptions(name="shop", is_persistent=False, same_site="Strict")
    async with serving(KratosOptions(session_cookie=cookie), is_browser=True) as browser:
        await browser.create_identity(EMAIL)
        done = await browser.log_in(EMAIL)
        [found] = [value for value in done.headers.getall("Set-Cookie") if value.startswith("shop=")]  # type: ignore[attr-defined]
        assert found.endswith("; Path=/; HttpOnly; SameSite=Strict")
        assert (await browser("GET", "/sessions/whoami")).status == 200


async def test_a_session_is_extended_only_near_its_end() -> None:
    options = KratosOptions(session_extend_from=timedelta(hours=1), faster_session_extend=True)
    async with serving(options) as client:
        await client.create_identity(EMAIL)
        session = (await client.log_in(EMAIL)).body["session"]
        path = f"/admin/sessions/{session['id']}"
        assert (await client("PATCH", f"{path}/extend")).status == 204
        assert (await client("GET", path)).body["expires_at"] == session["expires_at"]
        client.local.clock.advance(23.5 * 3600)
        await client("PATCH", f"{path}/extend")
        assert (await client("GET", path)).body["expires_at"] > session["expires_at"]


async def test_the_number_of_wrong_codes_is_limited() -> None:
    async with serving(KratosOptions(maximum_code_attempts=1)) as client:
        await client.create_identity(EMAIL)
        flow = await client.start("login")
        await client.submit(flow, "login", method="code", identifier=EMAIL)
        wrong = {"method": "code", "identifier": EMAIL, "code": "000000"}
        first, second = [(await client.submit(flow, "login", **wrong)).message_ids for _ in range(2)]
        assert (first, second) == ([4010008], [4000001])
