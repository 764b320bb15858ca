from __future__ import annotations

import pytest
from pyotp.totp import TOTP

from .kratos_client import PASSWORD, Answer, Client

EMAIL = "ann@example.com"
TRAITS = {"email": EMAIL, "name": {"first": "Ann"}}


async def register(client: Client) -> Answer:
    return await client.submit(
        await client.start("registration"), "registration", method="password", password=PASSWORD, traits=TRAITS
    )


async def logged_in(client: Client) -> str:
    await client.create_identity(EMAIL)
    return str((await client.log_in(EMAIL)).body["session_token"])


async def test_registration_with_password_signs_in_and_sends_a_verification_code(client: Client) -> None:
    answer = await register(client)
    assert answer.status == 200
    token = answer.body["session_token"]
    verify, hand_over = answer.body["continue_with"]
    assert hand_over == {"action": "set_ory_session_token", "ory_session_token": token}
    assert verify["flow"]["verifiable_address"] == EMAIL
    assert (await client("GET", "/sessions/whoami", token=token)).body["identity"]["traits"] == TRAITS
    code = await client.latest_code(EMAIL)
    verified = await client.submit(verify["flow"]["id"], "verification", method="code", code=code)
    assert (verified.body["state"], verified.body["ui"]["method"]) == ("passed_challenge", "GET")
    [address] = (await client("GET", "/sessions/whoami", token=token)).body["identity"]["verifiable_addresses"]
    assert (address["verified"], address["status"]) == (True, "completed")


async def test_registration_in_two_steps(client: Client) -> None:
    flow = await client.start("registration")
    second = await client.submit(flow, "registration", method="profile", traits=TRAITS)
    assert (second.status, second.message_ids) == (400, [1040009])
    assert second.node("traits.email")["attributes"]["type"] == "hidden"
    back = await client.submit(flow, "registration", screen="previous", traits=TRAITS)
    assert (
        back.node("traits.email")["attributes"] | {"value": EMAIL, "type": "email"}
        == (back.node("traits.email")["attributes"])
    )
    done = await client.submit(flow, "registration", method="password", password=PASSWORD, traits=TRAITS)
    assert done.status == 200


@pytest.mark.parametrize(
    ("fields", "node", "message"),
    [
        ({"password": "short", "traits": TRAITS}, "password", 4000032),
        ({"traits": TRAITS}, "password", 4000002),
        ({"password": f"{EMAIL}1", "traits": TRAITS}, "password", 4000031),
        ({"password": PASSWORD, "traits": {"email": "broken"}}, "traits.email", 4000040),
        ({"password": PASSWORD, "traits": {}}, "traits.email", 4000002),
        ({"password": PASSWORD, "traits": {"email": EMAIL, "unknown": 1}}, "traits", 4000001),
        ({"password": PASSWORD, "traits": {"email": EMAIL, "name": "text"}}, "traits.name", 4000026),
    ],
)
async def test_refused_registration_marks_the_input(
    client: Client, fields: dict[str, object], node: str, message: int
) -> None:
    flow = await client.start("registration")
    answer = await client.submit(flow, "registration", method="password", **fields)
    assert answer.status == 400
    assert [found["id"] for found in answer.node(node)["messages"]] == [message]
    assert (await client("GET", "/admin/identities")).body == []


async def test_registration_of_a_known_address(client: Client) -> None:
    await client.create_identity(EMAIL)
    assert (await register(client)).message_ids == [4000007]


async def test_registration_by_code_tells_only_the_owner_that_an_address_is_known(client: Client) -> None:
    await client.create_identity(EMAIL)
    flow = await client.start("registration")
    sent = await client.submit(flow, "registration", method="code", traits=TRAITS)
    assert (sent.message_ids, sent.body["state"]) == ([1040005], "sent_email")
    forgotten = await client.submit(flow, "registration", method="code", traits=TRAITS)
    assert [message["id"] for message in forgotten.node("code")["messages"]] == [4000002]
    code = await client.latest_code(EMAIL)
    taken = await client.submit(flow, "registration", method="code", traits=TRAITS, code=code)
    assert (taken.status, taken.message_ids) == (400, [4000007])


async def test_verification_after_a_registration_leads_where_it_was_to_lead(client: Client) -> None:
    query = {"return_to": "http://127.0.0.1:4455/after", "after_verification_return_to": "http://127.0.0.1:4455/next"}
    for given, expected in ((query, "next"), ({"return_to": query["return_to"]}, "after")):
        flow = await client.start("registration", params=given)
        traits = {"email": f"{expected}@example.com"}
        answer = await client.submit(flow, "registration", method="password", password=PASSWORD, traits=traits)
        verification = answer.body["continue_with"][0]["flow"]["id"]
        begun = (await client("GET", f"/self-service/verification/flows?id={verification}")).body
        assert begun["return_to"] == f"http://127.0.0.1:4455/{expected}"


async def test_registration_with_a_code(client: Client) -> None:
    flow = await client.start("registration")
    sent = await client.submit(flow, "registration", method="code", traits=TRAITS)
    assert (sent.status, sent.body["state"], sent.message_ids) == (400, "sent_email", [1040005])
    wrong = await client.submit(flow, "registration", method="code", code="wrong", traits=TRAITS)
    assert wrong.message_ids == [4040003]
    code = await client.latest_code(EMAIL)
    other = await client.submit(flow, "registration", method="code", code=code, traits={"email": "x@example.com"})
    assert other.message_ids == [4000036]
    back = await client.submit(flow, "registration", method="code", code=code, traits=TRAITS)
    assert back.message_ids == [4000036]  # the form shows the other address now
    done = await client.submit(flow, "registration", method="code", code=code, traits=TRAITS)
    assert (done.status, set(done.body)) == (200, {"identity", "continue_with"})
    assert done.body["identity"]["verifiable_addresses"][0]["verified"] is True


async def test_login_with_password(client: Client) -> None:
    await client.create_identity(EMAIL)
    right, wrong = await client.log_in("ANN@example.com"), await client.log_in(EMAIL, "wrong")
    assert (right.status, right.body["continue_with"]) == (200, None)
    assert right.body["session"]["authentication_methods"][0]["method"] == "password"
    assert (wrong.status, wrong.message_ids) == (400, [4000006])
    assert wrong.node("identifier")["attributes"]["value"] == EMAIL
    nothing = await client.submit(await client.start("login"), "login", method="password")
    assert [found["id"] for found in nothing.node("password")["messages"]] == [4000002]
    unknown = await client.submit(await client.start("login"), "login", method="nonsense")
    assert unknown.message_ids == [4010002]


async def test_login_of_an_inactive_identity(client: Client) -> None:
    await client.create_identity(EMAIL, state="inactive")
    answer = await client.log_in(EMAIL)
    assert (answer.status, answer.message_ids) == (400, [4010011])


async def test_recovery_of_an_inactive_identity(client: Client) -> None:
    identity = await client.create_identity(EMAIL)
    flow = await client.start("recovery")
    await client.submit(flow, "recovery", method="code", email=EMAIL)
    await client("PATCH", f"/admin/identities/{identity['id']}", [{"op": "add", "path": "/state", "value": "inactive"}])
    answer = await client.submit(flow, "recovery", method="code", code=await client.latest_code(EMAIL))
    assert (answer.status, answer.error["id"]) == (400, "identity_disabled")
    assert answer.error["details"]["identity_id"] == identity["id"]
    assert (await client("GET", "/admin/sessions")).body == []


async def test_login_with_a_code(client: Client) -> None:
    await client.create_identity(EMAIL)
    flow = await client.start("login")
    nobody = await client.submit(flow, "login", method="code", identifier="nobody@example.com")
    assert nobody.message_ids == [4000035]
    sent = await client.submit(flow, "login", method="code", identifier=EMAIL)
    assert (sent.status, sent.body["state"], sent.message_ids) == (400, "sent_email", [1010014])
    first = await client.latest_code(EMAIL)
    await client.submit(flow, "login", method="code", identifier=EMAIL, resend="code")
    second = await client.latest_code(EMAIL)
    stale = await client.submit(flow, "login", method="code", identifier=EMAIL, code=f"{first}0")
    assert stale.message_ids == [4010008]
    done = await client.submit(flow, "login", method="code", identifier=EMAIL, code=second)
    assert (done.status, done.body["session"]["authentication_methods"][0]["method"]) == (200, "code")
    again = await client.submit(flow, "login", method="code", identifier=EMAIL, code=second)
    assert again.message_ids == [4010002]


async def test_too_many_wrong_codes(client: Client) -> None:
    await client.create_identity(EMAIL)
    login = await client.start("login")
    await client.submit(login, "login", method="code", identifier=EMAIL)
    answers = [await client.submit(login, "login", method="code", identifier=EMAIL, code="x") for _ in range(6)]
    assert [answer.message_ids for answer in answers] == [[4010008]] * 5 + [[4000001]]
    recovery = await client.start("recovery")
    await client.submit(recovery, "recovery", method="code", email=EMAIL)
    answers = [await client.submit(recovery, "recovery", method="code", code="x") for _ in range(6)]
    assert [answer.status for answer in answers] == [200] * 5 + [400]
    assert answers[-1].error["details"]["continue_with"][0]["action"] == "show_recovery_ui"
    verification = await client.start("verification")
    await client.submit(verification, "verification", method="code", email=EMAIL)
    answers = [await client.submit(verification, "verification", method="code", code="x") for _ in range(6)]
    assert [answer.status for answer in answers] == [200] * 5 + [410]
    assert answers[-1].error["id"] == "self_service_flow_replaced"


async def test_code_expires_by_the_clock(client: Client) -> None:
    await client.create_identity(EMAIL)
    flow = await client.start("recovery")
    await client.submit(flow, "recovery", method="code", email=EMAIL)
    code = await client.latest_code(EMAIL)
    client.local.clock.advance(59 * 60)
    assert (await client.submit(flow, "recovery", method="code", code=code)).body["state"] == "passed_challenge"


async def test_refresh_keeps_the_session(client: Client) -> None:
    token = await logged_in(client)
    refused = await client("GET", "/self-service/login/api", token=token)
    assert refused.error["id"] == "session_already_available"
    flow = await client.start("login", token=token, params={"refresh": "true"})
    assert (flow.body["refresh"], flow.message_ids) == (True, [1010003])
    done = await client.submit(flow, "login", token=token, method="password", identifier=EMAIL, password=PASSWORD)
    assert done.body["session_token"] == token
    assert [method["method"] for method in done.body["session"]["authentication_methods"]] == ["password"] * 2


async def test_totp_from_set_up_to_login(client: Client) -> None:
    token = await logged_in(client)
    settings = await client.start("settings", token=token)
    secret = settings.node("totp_secret_key")["attributes"]["text"]["text"]
    wrong = await client.submit(settings, "settings", token=token, method="totp", totp_code="1")
    assert [found["id"] for found in wrong.node("totp_code")["messages"]] == [4000008]
    code = TOTP(secret).at(client.local.clock.now())
    linked = await client.submit(settings, "settings", token=token, method="totp", totp_code=code)
    assert (linked.status, linked.body["state"], linked.message_ids) == (200, "success", [1050001])

    second = await client.log_in(EMAIL)
    assert (second.status, second.body["session"]["identity"]) == (200, None)
    token = second.body["session_token"]
    refused = await client("GET", "/sessions/whoami", token=token)
    assert (refused.status, refused.error["id"]) == (403, "session_aal2_required")
    assert refused.body["redirect_browser_to"].endswith("/self-service/login/browser?aal=aal2")

    flow = await client.start("login", token=token, params={"aal": "aal2"})
    assert flow.message_ids == [1010004]
    assert (await client.submit(flow, "login", token=token, method="totp", totp_code="1234567")).message_ids == [
        4000008
    ]
    code = TOTP(secret).at(client.local.clock.now())
    done = await client.submit(flow, "login", token=token, method="totp", totp_code=code)
    assert (done.body["session"]["authenticator_assurance_level"], done.body["session_token"]) == ("aal2", token)
    assert (await client("GET", "/sessions/whoami", token=token)).status == 200


async def test_lookup_secrets_work_once_each(client: Client) -> None:
    token = await logged_in(client)
    settings = await client.start("settings", token=token)
    early = await client.submit(settings, "settings", token=token, method="lookup_secret", lookup_secret_confirm=True)
    assert early.message_ids == [4000001]
    shown = await client.submit(
        settings, "settings", token=token, method="lookup_secret", lookup_secret_regenerate=True
    )
    codes = shown.node("lookup_secret_codes")["attributes"]["text"]["text"].split(", ")
    assert len(codes) == 12
    assert shown.body.get("continue_with") is None
    saved = await client.submit(settings, "settings", token=token, method="lookup_secret", lookup_secret_confirm=True)
    assert saved.body["state"] == "success"

    results = []
    for code in (codes[0], codes[0], "wrong"):
        token = (await client.log_in(EMAIL)).body["session_token"]
        flow = await client.start("login", token=token, params={"aal": "aal2"})
        answer = await client.submit(flow, "login", token=token, method="lookup_secret", lookup_secret=code)
        results.append(answer.message_ids if answer.status == 400 else answer.status)
    assert results == [200, [4000012], [4000016]]


async def test_aal2_without_session_or_factor(client: Client) -> None:
    refused = await client("GET", "/self-service/login/api?aal=aal2")
    assert (refused.status, refused.error["id"]) == (401, "session_aal1_required")
    token = await logged_in(client)
    flow = await client.start("login", token=token, params={"aal": "aal2"})
    assert flow.body["ui"]["nodes"] is None


async def test_settings_change_traits_and_password(client: Client) -> None:
    await client.create_identity("other@example.com")
    token = await logged_in(client)
    settings = await client.start("settings", token=token)
    taken = await client.submit(
        settings, "settings", token=token, method="profile", traits={"email": "other@example.com"}
    )
    assert (taken.status, taken.message_ids) == (400, [4000007])
    profile = await client.submit(
        settings, "settings", token=token, method="profile", traits={"email": "new@example.com"}
    )
    assert (profile.status, profile.body["identity"]["traits"]["email"]) == (200, "new@example.com")
    assert profile.body["identity"]["verifiable_addresses"][0]["status"] == "sent"
    assert settings.body["id"] not in profile.body["ui"]["action"]
    password = await client.submit(settings, "settings", token=token, method="password", password="an0ther-passphrase")
    assert password.body["state"] == "success"
    assert (await client.log_in("new@example.com", "an0ther-passphrase")).status == 200
    assert (await client.log_in("new@example.com")).status == 400


async def test_settings_need_a_session_of_the_same_identity(client: Client) -> None:
    token = await logged_in(client)
    settings = await client.start("settings", token=token)
    assert (await client("GET", "/self-service/settings/api")).error["id"] == "session_inactive"
    anonymous = await client.submit(settings, "settings", method="profile", traits=TRAITS)
    assert (anonymous.status, "id" in anonymous.error) == (401, False)
    await client.create_identity("other@example.com")
    other = (await client.log_in("other@example.com")).body["session_token"]
    foreign = await client.submit(settings, "settings", token=other, method="profile", traits=TRAITS)
    assert (foreign.status, foreign.error["id"]) == (403, "security_identity_mismatch")


async def test_old_session_must_be_refreshed_to_change_the_password(client: Client) -> None:
    token = await logged_in(client)
    client.local.clock.advance(16 * 60)
    settings = await client.start("settings", token=token)
    name = await client.submit(settings, "settings", token=token, method="profile", traits=TRAITS)
    password = await client.submit(settings, "settings", token=token, method="password", password="an0ther-passphrase")
    assert (name.status, password.status) == (200, 403)
    assert password.error["id"] == "session_refresh_required"
    assert "refresh=true" in password.body["redirect_browser_to"]


async def test_recovery_with_a_code_opens_the_settings(client: Client) -> None:
    await client.create_identity(EMAIL)
    flow = await client.start("recovery")
    sent = await client.submit(flow, "recovery", method="code", email=EMAIL)
    assert (sent.status, sent.message_ids) == (200, [1060003])
    wrong = await client.submit(flow, "recovery", method="code", code="000")
    assert (wrong.status, wrong.message_ids) == (200, [4060006])
    code = await client.latest_code(EMAIL)
    done = await client.submit(flow, "recovery", method="code", code=code)
    token_entry, settings_entry = done.body["continue_with"]
    token = token_entry["ory_session_token"]
    session = (await client("GET", "/sessions/whoami", token=token)).body
    assert session["authentication_methods"][0]["method"] == "code_recovery"
    settings = await client("GET", f"/self-service/settings/flows?id={settings_entry['flow']['id']}", token=token)
    assert settings.message_ids == [1060001]
    changed = await client.submit(settings, "settings", token=token, method="password", password="an0ther-passphrase")
    assert changed.status == 200
    assert (await client.log_in(EMAIL, "an0ther-passphrase")).status == 200
    guessed = await client.submit(flow, "recovery", method="code", code="000")
    assert (guessed.status, guessed.message_ids) == (200, [4060006])
    again = await client.submit(flow, "recovery", method="code", code=code)
    assert (again.status, "already used" in again.error["reason"]) == (400, True)
    another = await client.submit(flow, "recovery", method="code", email=EMAIL)
    assert (another.status, another.error["details"]["continue_with"][0]["action"]) == (400, "show_recovery_ui")


async def test_recovery_of_an_unknown_address_looks_the_same(client: Client) -> None:
    flow = await client.start("recovery")
    assert (await client.submit(flow, "recovery", method="code", email="nobody@example.com")).message_ids == [1060003]
    assert (await client("GET", "/admin/courier/messages")).body == []


async def test_administrators_code(client: Client) -> None:
    identity = await client.create_identity(EMAIL, state="active")
    body = {"identity_id": identity["id"], "flow_type": "api", "expires_in": "15m"}
    made = await client("POST", "/admin/recovery/code", body)
    assert made.status == 201
    flow_id = made.body["recovery_link"].partition("flow=")[2]
    done = await client.submit(flow_id, "recovery", method="code", code=made.body["recovery_code"])
    assert [entry["action"] for entry in done.body["continue_with"]] == ["set_ory_session_token", "show_settings_ui"]
    for changed, status in (({"identity_id": "x"}, 400), ({"expires_in": "soon"}, 400), ({"expires_in": "-1h"}, 400)):
        assert (await client("POST", "/admin/recovery/code", {**body, **changed})).status == status
    unknown = {"identity_id": "00000000-0000-4000-8000-000000000000"}
    assert (await client("POST", "/admin/recovery/code", unknown)).status == 404
    assert (await client("POST", "/admin/recovery/link", unknown)).status == 400


async def test_verification(client: Client) -> None:
    await client.create_identity(EMAIL)
    flow = await client.start("verification")
    missing = await client.submit(flow, "verification", method="code")
    assert [found["id"] for found in missing.node("email")["messages"]] == [4000002]
    sent = await client.submit(flow, "verification", method="code", email=EMAIL)
    assert sent.message_ids == [1080003]
    assert (await client.submit(flow, "verification", method="code", code="0")).message_ids == [4070006]
    done = await client.submit(flow, "verification", method="code", code=await client.latest_code(EMAIL))
    assert done.message_ids == [1080002]
    again = await client.submit(flow, "verification", method="code", code="0")
    assert (again.status, again.error["id"]) == (410, "self_service_flow_replaced")


async def test_courier_messages(client: Client) -> None:
    await client.create_identity(EMAIL)
    flow = await client.start("recovery")
    for _ in range(3):
        await client.submit(flow, "recovery", method="code", email=EMAIL)
    first = await client("GET", f"/admin/courier/messages?page_size=2&recipient={EMAIL}")
    following = first.headers["Link"].split(",")[1].split(">")[0][1:]
    second = await client("GET", following)
    ids = [message["id"] for message in (*first.body, *second.body)]
    assert len(ids) == len(set(ids)) == 3
    message = (await client("GET", f"/admin/courier/messages/{ids[0]}")).body
    assert client.local.outbox.codes(EMAIL)[-1] in message["body"]
    assert message["dispatches"][0]["error"] is None
    statuses = [
        (await client("GET", f"/admin/courier/messages{query}")).status
        for query in ("?status=queued", "?status=bogus", "?page_token=x", "/bad")
    ]
    assert statuses == [200, 400, 400, 400]


async def test_logout_with_the_token(client: Client) -> None:
    token = await logged_in(client)
    path = "/self-service/logout/api"
    assert [(await client("DELETE", path, {"session_token": token})).status for _ in range(2)] == [204, 204]
    assert (await client("GET", "/sessions/whoami", token=token)).status == 401
    assert (await client("DELETE", path, {"session_token": "unknown"})).status == 403
    assert (await client("DELETE", path)).status == 400


@pytest.mark.parametrize("kind", ["login", "registration", "recovery"])
async def test_expired_flow_names_a_new_one(client: Client, kind: str) -> None:
    flow = await client.start(kind)
    client.local.clock.advance(3605)
    looked_at = await client("GET", f"/self-service/{kind}/flows?id={flow.body['id']}")
    assert (looked_at.status, looked_at.error["id"]) == (410, "self_service_flow_expired")
    submitted = await client("POST", f"/self-service/{kind}?flow={flow.body['id']}", {"method": "password"})
    assert submitted.status == 410
    assert submitted.body["since"] > 5 * 10**9
    fresh = await client("GET", f"/self-service/{kind}/flows?id={submitted.body['use_flow_id']}")
    assert "expired" in fresh.body["ui"]["messages"][0]["text"]


async def test_expired_verification_redirects_even_a_native_client(client: Client) -> None:
    flow = await client.start("verification")
    client.local.clock.advance(3605)
    answer = await client.submit(flow, "verification", method="code", email=EMAIL)
    assert (answer.status, answer.body) == (303, "")
    assert "/self-service/verification/flows?id=" in answer.headers["Location"]


@pytest.mark.parametrize(
    ("text", "content_type", "reason"),
    [
        ('{"method":', "application/json", "Unable to decode form as JSON."),
        ('"x"', "application/json", "Expected JSON sent in request body to be an object but got: String"),
        (
            "<x/>",
            "application/xml",
            (
                'HTTP POST Request used unknown HTTP Header "Content-Type: application/xml", only [multipart/form-data '
                "application/x-www-form-urlencoded application/json] are supported."
            ),
        ),
    ],
)
async def test_body_that_is_no_form(client: Client, text: str, content_type: str, reason: str) -> None:
    flow = await client.start("login")
    path = f"/self-service/login?flow={flow.body['id']}"
    answer = await client("POST", path, data=text, headers={"Content-Type": content_type})
    assert answer.body["ui"]["messages"] == [
        {"id": 4000001, "text": reason, "type": "error", "context": {"reason": reason}}
    ]


async def test_unknown_flows(client: Client) -> None:
    unknown = "00000000-0000-4000-8000-000000000000"
    answers = [
        await client("GET", "/self-service/login/flows?id=x"),
        await client("POST", f"/self-service/login?flow={unknown}", {}),
        await client("POST", "/self-service/login?flow=x", {}),
        await client("GET", "/self-service/login/api?return_to=https://evil.example.org"),
    ]
    assert [answer.status for answer in answers] == [404, 404, 400, 400]
    assert answers[-1].error["id"] == "self_service_flow_return_to_forbidden"
