from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ory_async import BasicAuth, Ory, errors, models
from ory_async.local import LocalOry

SEED = """
identities:
  - traits: {email: alice@example.com, name: {first: Alice, last: 2000-01-01}}
    password: correct-horse-battery
    verified: true
    external_id: alice
    metadata_public: {plan: gold}
  - traits: {email: bob@example.com}
    state: inactive
    verifiable_addresses: [{value: bob@example.com, verified: true, via: email, status: completed}]
oauth2_clients:
  - {client_id: shop, client_secret: a-secret-of-the-shop, grant_types: [client_credentials], scope: read}
relation_tuples:
  - Group:staff#members@User:alice
  - File:readme#viewers@(Group:staff#members)
  - File:readme#owners@bob
  - {namespace: File, object: notes, relation: owners, subject_id: bob}
jwks:
  app:
    keys: [{kty: oct, kid: first, alg: HS256, use: sig, k: YS1zZWNyZXQtb2YtdGhpcnR5LXR3by1ieXRlcy0xMjM0}]
"""


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    path = tmp_path / "seed.yaml"
    path.write_text(SEED)
    return path


async def log_in(ory: Ory, password: str) -> models.SuccessfulNativeLogin:
    flow = await ory.frontend.create_native_login_flow()
    body = models.UpdateLoginFlowWithPasswordMethod(identifier="alice@example.com", password=password)
    return await ory.frontend.update_login_flow(body, flow=flow.id)


async def check(ory: Ory) -> list[str]:
    """Look at everything that the seed has; give the ids of the identities."""
    alice = await ory.identity.get_identity_by_external_id("alice")
    assert alice.traits["name"] == {"first": "Alice", "last": "2000-01-01"}
    assert alice.metadata_public == {"plan": "gold"}
    [bob] = await ory.identity.list_identities(credentials_identifier="bob@example.com")
    assert bob.state == "inactive"
    for identity in (alice, bob):
        assert identity.verifiable_addresses
        assert all(address.verified for address in identity.verifiable_addresses)
    assert (await log_in(ory, "correct-horse-battery")).session_token
    proof = BasicAuth("shop", "a-secret-of-the-shop")
    token = await ory.oauth2.oauth2_token_exchange(grant_type="client_credentials", scope="read", auth=proof)
    assert token.access_token
    assert await ory.permission.is_allowed("File:readme", "view", "User:alice")
    assert not await ory.permission.is_allowed("File:readme", "edit", "User:alice")
    tuples = [each async for each in ory.relationship.get_relationships(namespace="File")]
    assert sorted((each.object, each.subject_id or "") for each in tuples) == [
        ("notes", "bob"),
        ("readme", ""),
        ("readme", "bob"),
    ]
    [key] = (await ory.jwk.get_json_web_key_set("app")).keys or []
    assert key.kid == "first"
    return [alice.id, bob.id]


async def test_a_seed_is_there_from_the_start_and_after_each_reset(seed: Path) -> None:
    async with LocalOry(seed=seed) as local, local.client() as ory:
        ids = await check(ory)
        for _ in range(2):
            for identity in ids:
                await ory.identity.delete_identity(identity)
            await ory.oauth2.delete_oauth2_client("shop")
            await ory.relationship.delete_relationships(namespace="File")
            await ory.identity.create_identity({"traits": {"email": "carol@example.com"}})
            local.reset()
            assert await check(ory) == ids
            assert len(await ory.identity.list_identities()) == 2


async def test_what_is_done_to_a_seed_does_not_stay(seed: Path) -> None:
    async with LocalOry(seed=seed) as local, local.client() as ory:
        alice = await ory.identity.get_identity_by_external_id("alice")
        patch = [models.JsonPatch(op="replace", path="/traits/name/first", value="Eve")]
        await ory.identity.patch_identity(alice.id, patch)
        await ory.oauth2.patch_oauth2_client("shop", [models.JsonPatch(op="replace", path="/scope", value="write")])
        local.reset()
        await check(ory)


async def test_started_again_it_is_not_planted_twice(seed: Path) -> None:
    local = LocalOry(seed=seed)
    for _ in range(2):
        async with local, local.client() as ory:
            await check(ory)


async def test_several_seeds_files_and_mappings(tmp_path: Path) -> None:
    file = tmp_path / "people.json"
    file.write_text(json.dumps({"identities": [{"traits": {"email": "a@example.com"}}], "jwks": None}))
    more = {"identities": [{"traits": {"email": "b@example.com"}}]}
    async with LocalOry(seed=[str(file), more]) as local, local.client() as ory:
        assert [identity.traits["email"] async for identity in ory.identity.list_identities()] != []
        assert len(await ory.identity.list_identities()) == 2


@pytest.mark.parametrize(
    ("seed", "complaint"),
    [
        ({"people": []}, "seed: unknown section 'people'; there are identities, "),
        ({"identities": {}}, "seed: identities is not a list"),
        ({"jwks": []}, "seed: jwks is not a mapping"),
    ],
)
def test_shape(seed: Any, complaint: str) -> None:
    with pytest.raises(errors.ConfigurationError) as caught:
        LocalOry(seed=seed)
    assert str(caught.value).startswith(complaint)


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("a.json", '{"identities":\n [}', ":2:3: Expecting value"),
        ("a.yaml", "identities:\n - [}", ":2:5: "),
        ("a.yaml", "- just\n- a list", ": a seed is a mapping of identities, "),
        ("a.yaml", b"\xff\xfe\xfa", ": "),
        ("missing.yaml", None, ": No such file"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, name: str, text: str | bytes | None, complaint: str) -> None:
    file = tmp_path / name
    if text is not None:
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(errors.ConfigurationError) as caught:
        LocalOry(seed=file)
    assert str(caught.value).startswith(f"{file}{complaint}")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("section", "item", "complaint"),
    [
        (
            "identities",
            {"traits": {"email": "nobody"}},
            "I[#/traits/email] S[#/properties/traits/",
        ),
        ("identities", {"traits": {"email": "a@b.c"}, "colour": "red"}, 'json: unknown field "colour"'),
        ("identities", {"traits": {"email": "first@example.com"}}, "This identity conflicts with another identity"),
        ("identities", {"traits": {"email": "a@b.c"}, "schema_id": "x"}, "Unable to find JSON Schema ID: x"),
        ("identities", {"traits": {"email": "a@b.c"}, "password": 1}, "the password is not text"),
        ("identities", {"traits": {"email": "a@b.c"}, "verified": ["a@b.c"]}, "verified is true or false"),
        ("identities", "alice", "this is not a mapping"),
        ("oauth2_clients", {"redirect_uris": ["not a url"]}, ""),
        ("oauth2_clients", None, "this is not a mapping"),
        ("relation_tuples", "File:readme", "'File:readme' is no relation tuple"),
        ("relation_tuples", "Planet:mars#owners@alice", 'Unknown namespace with name "Planet".'),
        ("relation_tuples", {"namespace": "File", "object": "a", "relation": "owners"}, "subject is not allowed to be"),
        ("relation_tuples", {"namespace": 1}, "json: cannot unmarshal number"),
    ],
)
async def test_what_ory_would_refuse(section: str, item: Any, complaint: str) -> None:
    seed = {"identities": [{"traits": {"email": "first@example.com"}}], section: [item]}
    if section == "identities":
        seed[section] = [{"traits": {"email": "first@example.com"}}, item]
    local = LocalOry(seed=seed)
    with pytest.raises(errors.ConfigurationError) as caught:
        await local.start()
    assert str(caught.value).startswith(f"seed: {section}[{len(seed[section]) - 1}]: {complaint}")
    assert "\n" not in str(caught.value)
    with pytest.raises(RuntimeError, match="not running"):
        _ = local.url
    with pytest.raises(errors.ConfigurationError) as again:
        await local.start()
    assert str(again.value) == str(caught.value)
