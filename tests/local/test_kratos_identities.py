from __future__ import annotations

import json
import re

import bcrypt
import pytest

from .kratos_client import PASSWORD, Client

BAD_REQUEST = "The request was malformed or contained invalid parameters"


async def test_created_identity_is_found_again(client: Client) -> None:
    created = await client("POST", "/admin/identities", {"traits": {"email": "Ann@Example.com"}, "external_id": "a/b"})
    assert created.status == 201
    assert created.headers["Location"].endswith(f"/identities/{created.body['id']}")
    assert created.body["credentials"]["password"]["identifiers"] == ["ann@example.com"]
    assert created.body["verifiable_addresses"][0]["status"] == "pending"
    assert "metadata_admin" not in created.body
    by_id = await client("GET", f"/admin/identities/{created.body['id']}")
    by_external_id = await client("GET", "/admin/identities/by/external/a/b")
    assert by_id.body == by_external_id.body
    assert by_id.body["traits"] == {"email": "Ann@Example.com"}
    assert by_id.body["metadata_admin"] is None


async def test_credential_config_only_when_asked_for(client: Client) -> None:
    identity = await client.create_identity("a@example.com")
    path = f"/admin/identities/{identity['id']}"
    assert "config" not in (await client("GET", path)).body["credentials"]["password"]
    shown = await client("GET", path, params={"include_credential": "password"})
    assert shown.body["credentials"]["password"]["config"]["hashed_password"].startswith("$2a$04$")
    refused = await client("GET", path, params={"include_credential": "bogus"})
    assert refused.error["reason"] == "Invalid value `[]` for parameter `include_credential`."


@pytest.mark.parametrize("algorithm", ["bcrypt", "pbkdf2"])
async def test_imported_hash_logs_in_only_with_its_password(client: Client, algorithm: str) -> None:
    hashes = {
        "bcrypt": bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(8)).decode(),
        "pbkdf2": "$pbkdf2-sha256$i=1000,l=32$O9ACdyVvx5vaZ0E0bhzgZA$sxsooOnNcfK5yBd4KI7SrHrPw5+3rIdc47fcVsySxSU",
    }
    credentials = {"password": {"config": {"hashed_password": hashes[algorithm]}}}
    await client.create_identity("a@example.com", credentials=credentials)
    right, wrong = await client.log_in("a@example.com"), await client.log_in("a@example.com", "other")
    assert (right.status, wrong.status) == (200, 400)


async def test_imported_oidc_credential_gives_identifiers(client: Client) -> None:
    credentials = {"oidc": {"config": {"providers": [{"provider": "github", "subject": "7"}]}}}
    identity = await client.create_identity("a@example.com", credentials=credentials)
    assert identity["credentials"]["oidc"]["identifiers"] == ["github:7"]
    found = await client("GET", "/admin/identities", params={"credentials_identifier": "github:7"})
    assert [item["id"] for item in found.body] == [identity["id"]]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({}, 'I[#/traits] S[#/properties/traits/required] missing properties: "email"'),
        ({"traits": None}, "I[#/traits] S[#/properties/traits/type] expected object, but got null"),
        ({"traits": {"email": "a@b.c"}, "schema_id": "unknown"}, "Unable to find JSON Schema ID: unknown"),
        ({"traits": {"email": "a@b.c"}, "state": "sleeping"}, "identity state is not valid"),
        (
            {"traits": {"email": "a@b.c", "extra": 1}},
            'I[#/traits] S[#/properties/traits/additionalProperties] additionalProperties "extra" not allowed',
        ),
        (
            {"traits": {"email": "broken"}},
            (
                "I[#/traits/email] S[#/properties/traits/properties/email] validation failed\n"
                '  I[#/traits/email] S[#/properties/traits/properties/email/format] "broken" is not valid "email"\n'
                "  I[#/traits/email] S[#/properties/traits/properties/email] mail: missing '@' or angle-addr"
            ),
        ),
    ],
)
async def test_refused_identity_says_why(client: Client, body: object, reason: str) -> None:
    answer = await client("POST", "/admin/identities", body)
    assert (answer.status, answer.headers["Ory-Error-Id"]) == (400, "")
    assert answer.error == {"code": 400, "status": "Bad Request", "reason": reason, "message": BAD_REQUEST}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "EOF"),
        ("{", "unexpected EOF"),
        ('{"traits": NaN}', "invalid character 'N' looking for beginning of value"),
        ('{"surprise": 1}', 'json: unknown field "surprise"'),
        ('{"organization_id": "no-uuid"}', 'uuid: incorrect UUID length 7 in string "no-uuid"'),
    ],
)
async def test_unreadable_body_is_told_in_go_words(client: Client, text: str, message: str) -> None:
    answer = await client("POST", "/admin/identities", data=text)
    assert answer.error == {"code": 400, "status": "Bad Request", "message": message}


@pytest.mark.parametrize(
    "fields",
    [
        {"external_id": ["x"]},
        {"credentials": {"password": "x"}},
        {"credentials": {"oidc": {"config": {"providers": [{"provider": "p"}]}}}},
        {"credentials": {"lookup_secret": {"config": {"codes": [1]}}}},
    ],
)
async def test_malformed_parts_are_refused(client: Client, fields: dict[str, object]) -> None:
    body = {"traits": {"email": "a@example.com"}, **fields}
    assert (await client("POST", "/admin/identities", body)).status == 400
    identity = await client.create_identity("a@example.com")
    assert (await client("PUT", f"/admin/identities/{identity['id']}", body)).status == 400


async def test_conflicts(client: Client) -> None:
    await client.create_identity("a@example.com", external_id="x")
    other = await client.create_identity("b@example.com")
    created = await client("POST", "/admin/identities", {"traits": {"email": "A@example.com"}})
    assert created.status == 409
    assert created.error["message"] == "The resource could not be created due to a conflict"
    path = f"/admin/identities/{other['id']}"
    updated = await client("PUT", path, {"traits": {"email": "a@example.com"}, "state": "active"})
    assert updated.status == 409
    assert "reason" not in updated.error
    patched = await client("PATCH", path, [{"op": "add", "path": "/external_id", "value": "x"}])
    assert patched.status == 409
    assert (await client("GET", path)).body["traits"] == {"email": "b@example.com"}


async def test_put_replaces_and_drops_what_is_not_sent(client: Client) -> None:
    identity = await client.create_identity("a@example.com", metadata_public={"x": 1}, external_id="e")
    path = f"/admin/identities/{identity['id']}"
    answer = await client("PUT", path, {"traits": {"email": "new@example.com"}, "state": "inactive", "unknown": 1})
    assert answer.status == 200
    assert (answer.body["state"], answer.body["metadata_public"]) == ("inactive", None)
    assert "external_id" not in answer.body
    assert answer.body["credentials"]["password"]["identifiers"] == ["new@example.com"]
    assert (await client("GET", "/admin/identities/by/external/e")).status == 404
    again = await client("POST", "/admin/identities", {"traits": {"email": "a@example.com"}})
    assert again.status == 201


async def test_json_patch(client: Client) -> None:
    identity = await client.create_identity("a@example.com", metadata_public={"list": [1, 2, 3]})
    patch = [
        {"op": "add", "path": "/metadata_public/list/-", "value": {"k": None}},
        {"op": "remove", "path": "/metadata_public/list/0"},
        {"op": "replace", "path": "/traits/email", "value": "b@example.com"},
        {"op": "add", "path": "/metadata_admin", "value": {"m~n": 1, "a/b": 2}},
        {"op": "replace", "path": "/metadata_admin/a~1b", "value": 3},
    ]
    answer = await client("PATCH", f"/admin/identities/{identity['id']}", patch)
    assert answer.status == 200
    assert answer.body["metadata_public"] == {"list": [2, 3, {"k": None}]}
    assert answer.body["metadata_admin"] == {"m~n": 1, "a/b": 3}
    assert answer.body["verifiable_addresses"][0]["value"] == "b@example.com"


@pytest.mark.parametrize(
    ("patch", "message"),
    [
        ([{"op": "test", "path": "/state", "value": "active"}], "unsupported operation: test"),
        ([{"op": "move", "from": "/traits", "path": "/x"}], "unsupported operation: move"),
        ([{"op": "replace", "path": "/credentials", "value": {}}], "patch includes denied path: /credentials"),
        (
            [{"op": "remove", "path": "/traits/none"}],
            "error in remove for path: '/traits/none': unable to remove nonexistent key: none: missing value",
        ),
        ({"op": "replace"}, "json: cannot unmarshal object into Go value of type []identity.patchOp"),
    ],
)
async def test_refused_patch_leaves_no_trace(client: Client, patch: object, message: str) -> None:
    identity = await client.create_identity("a@example.com")
    path = f"/admin/identities/{identity['id']}"
    before = (await client("GET", path)).body
    answer = await client("PATCH", path, patch)
    assert (answer.status, answer.error["message"]) == (400, message)
    assert (await client("GET", path)).body == before


async def test_batch_reports_each_item(client: Client) -> None:
    ids = [f"{number}{number}111111-1111-4111-8111-111111111111" for number in range(3)]
    items = [
        {"create": {"traits": {"email": "a@example.com"}}, "patch_id": ids[0]},
        {"create": {"traits": {"email": "broken"}}, "patch_id": ids[1]},
        {"create": {"traits": {"email": "a@example.com"}}, "patch_id": ids[2]},
        {},
    ]
    answer = await client("PATCH", "/admin/identities", {"identities": items})
    assert answer.status == 200
    created, invalid, conflict, nothing = answer.body["identities"]
    assert (created["action"], invalid["action"], conflict["action"], nothing) == ("create", "error", "error", None)
    assert (invalid["error"]["code"], conflict["error"]["code"]) == (400, 409)
    assert [item["patch_id"] for item in (created, invalid, conflict)] == ids
    all_conflict = await client("PATCH", "/admin/identities", {"identities": items[:1]})
    assert all_conflict.status == 409


async def test_batch_with_a_bad_body_has_another_code_inside(client: Client) -> None:
    items = [{"create": {"traits": {"email": "a@example.com"}}, "patch_id": "no-uuid"}]
    answer = await client("PATCH", "/admin/identities", {"identities": items})
    assert (answer.status, answer.error["code"]) == (400, 500)


async def test_pages_by_key_hold_every_identity_once(client: Client) -> None:
    created = {(await client.create_identity(f"u{number}@example.com"))["id"] for number in range(7)}
    seen: list[str] = []
    path = "/admin/identities?page_size=3"
    while path:
        answer = await client("GET", path)
        seen += [item["id"] for item in answer.body]
        following = re.search(r'<([^>]*)>; rel="next"', answer.headers["Link"])
        path = following[1] if following else ""
    assert len(seen) == 7
    assert set(seen) == created
    forged = await client("GET", "/admin/identities?page_token=garbage")
    assert forged.status == 400


async def test_old_page_parameters(client: Client) -> None:
    for number in range(5):
        await client.create_identity(f"u{number}@example.com")
    answer = await client("GET", "/admin/identities?per_page=2&page=1")
    assert (len(answer.body), answer.headers["X-Total-Count"]) == (2, "5")
    assert answer.headers["Link"] == (
        '</admin/identities?page=0&per_page=2>; rel="first",</admin/identities?page=2&per_page=2>; rel="next",'
        '</admin/identities?page=0&per_page=2>; rel="prev",</admin/identities?page=2&per_page=2>; rel="last"'
    )
    too_far = await client("GET", "/admin/identities?per_page=500&page=3")
    assert too_far.status == 400


async def test_filters(client: Client) -> None:
    first, second = [await client.create_identity(f"{name}@example.com") for name in ("anna", "bert")]
    by_ids = await client("GET", f"/admin/identities?ids={first['id']}&ids={second['id']}")
    exact = await client("GET", "/admin/identities?credentials_identifier=ANNA@example.com")
    similar = await client("GET", "/admin/identities?preview_credentials_identifier_similar=ert")
    assert len(by_ids.body) == 2
    assert "credentials" not in by_ids.body[0]
    assert [item["id"] for item in exact.body] == [first["id"]]
    assert "credentials" in exact.body[0]
    assert [item["id"] for item in similar.body] == [second["id"]]
    both = await client("GET", f"/admin/identities?ids={first['id']}&credentials_identifier=x")
    assert both.status == 400


async def test_deleting_credentials(client: Client) -> None:
    secret = "otpauth://totp/Local:x?secret=JBSWY3DPEHPK3PXP&issuer=Local"
    providers = [{"provider": "p", "subject": "1"}, {"provider": "p", "subject": "2"}]
    credentials = {
        "password": {"config": {"password": PASSWORD}},
        "totp": {"config": {"totp_url": secret}},
        "oidc": {"config": {"providers": providers}},
    }
    identity = await client.create_identity("a@example.com", credentials=credentials)
    path = f"/admin/identities/{identity['id']}/credentials"
    statuses = [
        (await client("DELETE", f"{path}/{type}")).status
        for type in ("totp", "totp", "oidc", "oidc?identifier=p:9", "oidc?identifier=p:1", "code", "bogus", "password")
    ]
    assert statuses == [204, 404, 400, 404, 204, 400, 404, 204]
    left = (await client("GET", f"/admin/identities/{identity['id']}?include_credential=password")).body["credentials"]
    assert left["oidc"]["identifiers"] == ["p:2"]
    assert left["password"]["config"] == {}
    assert "totp" not in left


async def test_deleted_identity_takes_its_sessions_along(client: Client) -> None:
    identity = await client.create_identity("a@example.com")
    session = (await client.log_in("a@example.com")).body
    assert (await client("DELETE", f"/admin/identities/{identity['id']}")).status == 204
    assert (await client("DELETE", f"/admin/identities/{identity['id']}")).status == 404
    assert (await client("GET", "/sessions/whoami", token=session["session_token"])).status == 401
    assert (await client("GET", f"/admin/sessions/{session['session']['id']}")).status == 404


async def test_traits_come_back_verbatim(client: Client) -> None:
    traits = {"email": "a@example.com", "name": {"first": "lone \ud83d, nul \u0000, <&>\u2028", "last": "é"}}
    created = await client("POST", "/admin/identities", data=json.dumps({"traits": traits}))
    read = await client("GET", f"/admin/identities/{created.body['id']}")
    assert read.body["traits"] == traits


async def test_schemas(client: Client) -> None:
    identity = await client.create_identity("a@example.com")
    listed = await client("GET", "/schemas")
    assert [item["id"] for item in listed.body] == ["default"]
    assert listed.headers["X-Total-Count"] == "1"
    assert (await client("GET", identity["schema_url"])).body == listed.body[0]["schema"]
    assert (await client("GET", "/schemas/default")).body == listed.body[0]["schema"]
    unknown = await client("GET", "/schemas/unknown")
    assert (unknown.status, unknown.error["reason"]) == (404, "Identity schema `unknown` could not be found.")
