"""Submissions that are repeated, come from elsewhere, or are somebody else's: what real servers answered to them."""

from __future__ import annotations

import pytest

from .kratos_client import PASSWORD, Client

EMAIL = "ann@example.com"
OTHER = "bob@example.com"


@pytest.mark.parametrize("header", ["Cookie", "Origin"])
async def test_a_browser_can_not_submit_the_flow_of_an_app(client: Client, header: str) -> None:
    flow = await client.start("login")
    path, fields = f"/self-service/login?flow={flow.body['id']}", {"method": "password", "identifier": "x"}
    refused = await client("POST", path, fields | {"password": "x"}, headers={header: "a=b"})
    assert (refused.status, refused.message_ids) == (400, [4000001])
    assert f'"{header}"' in refused.body["ui"]["messages"][0]["text"]
    tolerated = await client("POST", path, fields | {"password": "x"}, headers={"Cookie": "__cf_bm=1"})
    assert tolerated.message_ids == [4000006]


async def test_a_recovery_of_an_app_begins_anew_for_a_browser(client: Client) -> None:
    flow = await client.start("recovery")
    path = f"/self-service/recovery?flow={flow.body['id']}"
    refused = await client("POST", path, {"method": "code", "email": EMAIL}, headers={"Cookie": "a=b"})
    [going_on] = refused.error["details"]["continue_with"]
    fresh = await client("GET", f"/self-service/recovery/flows?id={going_on['flow']['id']}")
    assert (refused.status, fresh.message_ids) == (400, [4000001])


async def test_a_new_password_is_another_one(client: Client) -> None:
    await client.create_identity(EMAIL)
    token = (await client.log_in(EMAIL)).body["session_token"]
    settings = await client.start("settings", token=token)
    same = await client.submit(settings, "settings", token=token, method="password", password=PASSWORD)
    assert (same.status, same.node("password", "password")["messages"][0]["id"]) == (400, 4000039)
    other = await client.submit(settings, "settings", token=token, method="password", password="an0ther-passphrase")
    assert other.status == 200


async def test_the_login_of_somebody_else_does_not_refresh_a_session(client: Client) -> None:
    for email in (EMAIL, OTHER):
        await client.create_identity(email)
    first = (await client.log_in(EMAIL)).body
    flow = await client.start("login", token=first["session_token"], params={"refresh": "true"})
    fields = {"method": "password", "identifier": OTHER, "password": PASSWORD}
    second = (await client.submit(flow, "login", token=first["session_token"], **fields)).body
    assert second["session"]["identity"]["traits"]["email"] == OTHER
    assert second["session"]["id"] != first["session"]["id"]
    for login, email in ((first, EMAIL), (second, OTHER)):
        owner = await client("GET", "/sessions/whoami", token=login["session_token"])
        assert owner.body["identity"]["traits"]["email"] == email


async def test_a_login_leaves_the_form_as_it_was(client: Client) -> None:
    await client.create_identity(EMAIL)
    flow = await client.start("login")
    fields = {"method": "password", "identifier": EMAIL}
    wrong = await client.submit(flow, "login", **fields, password="wrong")
    assert (await client.submit(flow, "login", **fields, password=PASSWORD)).status == 200
    assert (await client("GET", f"/self-service/login/flows?id={flow.body['id']}")).body["ui"] == wrong.body["ui"]


async def test_a_code_is_for_the_address_it_was_sent_to(client: Client) -> None:
    flow = await client.start("registration")
    await client.submit(flow, "registration", method="code", traits={"email": EMAIL})
    code = await client.latest_code(EMAIL)
    answers = [
        (await client.submit(flow, "registration", method="code", code=code, traits={"email": email})).message_ids
        for email in (OTHER, OTHER, EMAIL, EMAIL)
    ]
    assert answers == [[4000036], [4040003], [4000036], [4000001]]  # the last one: the code has been used
    assert (await client("GET", "/admin/identities")).body == []


async def test_the_code_of_somebody_else_is_not_used_up(client: Client) -> None:
    for email in (EMAIL, OTHER):
        await client.create_identity(email)
    flow = await client.start("login")
    await client.submit(flow, "login", method="code", identifier=EMAIL)
    code = await client.latest_code(EMAIL)
    other = await client.submit(flow, "login", method="code", identifier=OTHER, code=code)
    assert other.message_ids == [4010008]
    nobody = await client.submit(flow, "login", method="code", code=code)
    assert nobody.node("identifier")["messages"][0]["id"] == 4000002
    assert (await client.submit(flow, "login", method="code", identifier=EMAIL, code=code)).status == 200


async def test_a_recovery_ends_with_its_owner(client: Client) -> None:
    identity = await client.create_identity(EMAIL)
    body = {"identity_id": identity["id"], "flow_type": "api"}
    unused, used = [(await client("POST", "/admin/recovery/code", body)).body for _ in range(2)]
    used_id, unused_id = (each["recovery_link"].rpartition("=")[2] for each in (used, unused))
    done = await client("POST", f"/self-service/recovery?flow={used_id}", {"code": used["recovery_code"]})
    assert done.body["state"] == "passed_challenge"
    await client("DELETE", f"/admin/identities/{identity['id']}")
    assert (await client("GET", f"/self-service/recovery/flows?id={used_id}")).status == 404
    for _ in range(2):
        late = await client("POST", f"/self-service/recovery?flow={unused_id}", {"code": unused["recovery_code"]})
        assert (late.status, late.message_ids) == (200, [4060006])


async def test_a_disabled_account_is_still_logged_in_where_nobody_may_be(client: Client) -> None:
    identity = await client.create_identity(EMAIL)
    token = (await client.log_in(EMAIL)).body["session_token"]
    await client(
        "PATCH", f"/admin/identities/{identity['id']}", [{"op": "replace", "path": "/state", "value": "inactive"}]
    )
    for kind in ("recovery", "registration"):
        refused = await client("GET", f"/self-service/{kind}/api", token=token)
        assert (refused.status, refused.error["id"]) == (400, "session_already_available")
    assert (await client("GET", "/self-service/login/api", token=token)).status == 200


async def test_a_verification_that_met_a_foreign_method_stays_without_one(client: Client) -> None:
    flow = await client.start("verification")
    for count, fields in enumerate(({"method": "link", "email": EMAIL}, {"method": "code", "email": EMAIL}), start=1):
        refused = await client.submit(flow, "verification", **fields)
        assert (refused.status, refused.message_ids) == (400, [4010006] * count)


async def test_all_of_a_patch_is_allowed_before_any_of_it_is_applied(client: Client) -> None:
    identity = await client.create_identity(EMAIL)
    patch = [{"op": "remove", "path": "/traits/nothing"}, {"op": "replace", "path": "/credentials", "value": {}}]
    refused = await client("PATCH", f"/admin/identities/{identity['id']}", patch)
    assert refused.error["message"] == "patch includes denied path: /credentials"


async def test_what_is_wrong_with_a_form_comes_before_where_it_is_from(browser: Client) -> None:
    for kind, missing in (("login", "password"), ("registration", "traits.email")):
        flow = await browser.start(kind)
        path = f"/self-service/{kind}?flow={flow.body['id']}"
        fields = {"method": "password", "identifier": "x", "password": "" if kind == "login" else PASSWORD}
        refused = await browser("POST", path, fields | {"traits": {}})
        assert (refused.status, refused.node(missing)["messages"][0]["id"]) == (400, 4000002)
        unknown = await browser("POST", path, {"method": "nonsense", "traits": {"email": EMAIL}})
        assert (unknown.status, len(unknown.message_ids)) == (400, 1)
        foreign = await browser("POST", path, fields | {"password": PASSWORD, "traits": {"email": EMAIL}})
        assert (foreign.status, foreign.error["id"]) == (403, "security_csrf_violation")
