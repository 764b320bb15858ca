"""JSON Web Keys of the local Hydra, and its own signing keys."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from joserfc import jws
from joserfc.jwk import KeySet, RSAKey, import_key

from ory_async import Ory, errors, models, to_dict
from ory_async.local import LocalOry
from ory_async.local.hydra.keys import (
    ACCESS_TOKEN_KEYS,
    ID_TOKEN_KEYS,
    SIGNATURE_ALGORITHMS,
    InvalidToken,
    Keys,
    decode,
    generate_key,
    verify_jwt,
)
from ory_async.local.hydra.state import Store

pytestmark = [pytest.mark.asyncio, pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")]


@pytest.fixture
async def ory(local: LocalOry) -> AsyncIterator[Ory]:
    async with Ory(local.url) as ory:
        yield ory


async def published_keys(ory: Ory) -> list[models.JsonWebKey]:
    return list((await ory.wellknown.discover_json_web_keys()).keys or [])


@pytest.mark.parametrize("algorithm", SIGNATURE_ALGORITHMS)
async def test_a_created_key_signs_with_its_algorithm(ory: Ory, algorithm: str) -> None:
    created = await ory.jwk.create_json_web_key_set(
        "set", models.CreateJsonWebKeySet(alg=algorithm, use="sig", kid="k")
    )
    [key] = to_dict(created)["keys"]
    assert (key["alg"], key["use"], key["kid"]) == (algorithm, "sig", "k")
    token = jws.serialize_compact({"alg": algorithm}, b"{}", import_key(key), algorithms=[algorithm])
    public = {name: value for name, value in key.items() if name not in ("d", "p", "q", "dp", "dq", "qi")}
    assert verify_jwt(token, public, [algorithm]) == {}


async def test_signing_keys_are_published_and_survive_a_reset(ory: Ory, local: LocalOry) -> None:
    before = await ory.wellknown.discover_json_web_keys()
    assert [key.use for key in before.keys or ()] == ["sig", "sig"]
    assert all("d" not in key for key in to_dict(before)["keys"])
    local.reset()
    assert await ory.wellknown.discover_json_web_keys() == before


async def test_a_rotated_signing_key_is_published_first(ory: Ory) -> None:
    [old, other] = await published_keys(ory)
    await ory.jwk.create_json_web_key_set(
        ID_TOKEN_KEYS, models.CreateJsonWebKeySet(alg="RS256", use="sig", kid="rotated")
    )
    published = await published_keys(ory)
    assert [key.kid for key in published] == ["rotated", old.kid, other.kid]
    await ory.jwk.delete_json_web_key(ID_TOKEN_KEYS, old.kid or "")
    published = await published_keys(ory)
    assert [key.kid for key in published] == ["rotated", other.kid]


async def test_a_deleted_signing_key_is_made_anew(ory: Ory) -> None:
    before = await published_keys(ory)
    await ory.jwk.delete_json_web_key_set(ACCESS_TOKEN_KEYS)
    after = await published_keys(ory)
    assert before[0] == after[0]
    assert before[1].kid != after[1].kid
    assert before[1].n != after[1].n


@pytest.mark.parametrize("name", ["a/b", "ünï ✓", "100%", "a?b#c"])
async def test_odd_names_of_sets_and_keys(ory: Ory, name: str) -> None:
    await ory.jwk.create_json_web_key_set(name, models.CreateJsonWebKeySet(alg="ES256", use="sig", kid=name))
    assert [key.kid for key in (await ory.jwk.get_json_web_key(name, name)).keys or ()] == [name]
    await ory.jwk.delete_json_web_key(name, name)
    with pytest.raises(errors.NotFound):
        await ory.jwk.get_json_web_key_set(name)


async def test_a_set_with_a_kid_twice_is_refused(ory: Ory) -> None:
    key = RSAKey.generate_key(1024, {"kid": "k"}).as_dict(private=False)
    with pytest.raises(errors.Conflict):
        await ory.jwk.set_json_web_key_set("set", {"keys": [key, key]})


async def test_servers_of_a_process_share_the_work_of_making_keys_but_not_their_ids() -> None:
    one, other = Keys(Store()), Keys(Store())
    [first], [second] = await one.key_set(ID_TOKEN_KEYS), await other.key_set(ID_TOKEN_KEYS)
    assert (first["n"], first["kid"] == second["kid"]) == (second["n"], False)
    with pytest.raises(InvalidToken):
        await other.verify(ID_TOKEN_KEYS, await one.sign(ID_TOKEN_KEYS, {}))
    assert (await one.key_set(ACCESS_TOKEN_KEYS))[0]["n"] != first["n"]


async def test_concurrent_first_signatures_share_a_key() -> None:
    keys = Keys(Store())
    first, second = await asyncio.gather(keys.sign(ID_TOKEN_KEYS, {"n": 1}), keys.sign(ID_TOKEN_KEYS, {"n": 2}))
    assert decode(first)[0] == decode(second)[0]
    assert len(await keys.key_set(ID_TOKEN_KEYS)) == 1
    assert await keys.verify(ID_TOKEN_KEYS, first) == {"n": 1}
    with pytest.raises(InvalidToken):
        await keys.verify(ACCESS_TOKEN_KEYS, first)


async def test_published_keys_verify_what_was_signed(ory: Ory, local: LocalOry) -> None:
    published = to_dict(await ory.wellknown.discover_json_web_keys())
    token = await Keys(local.hydra.state).sign(ACCESS_TOKEN_KEYS, {"sub": "alice"})
    verified = jws.deserialize_compact(token, KeySet.import_key_set(published), algorithms=["RS256"])
    assert verified.payload == b'{"sub":"alice"}'


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a.b",
        "a.b.c",
        "....",
        "e30.e30.",
        "e30.W10.x",
        "bnVsbA.bnVsbA.x",
        "eyJhbGciOjV9.e30.x",
        "eyJhbGciOiJub25lIn0.e30.",
        "eyJhbGciOiJIUzI1NiJ9.e30.x",
        "eyJhbGciOiJSUzI1NiIsImtpZCI6e319.e30.x",
        "ünï.cö.de",
        "eyJhIjpOYU59.e30.x",
    ],
)
async def test_what_is_no_signed_token_is_an_invalid_one(token: str) -> None:
    key = await generate_key("ES256", use="sig")
    with pytest.raises(InvalidToken):
        verify_jwt(token, key, ["ES256"])
    with pytest.raises(InvalidToken):
        verify_jwt(token, {"kty": "oct", "k": "c2VjcmV0"}, ["RS256"])


async def test_starting_makes_no_keys(local: LocalOry) -> None:
    assert not local.hydra.state.key_sets
