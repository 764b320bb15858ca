"""Token stores: what each of them promises, in memory and in Redis."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from ory_async.errors import ConfigurationError
from ory_async.integrations.login_kit import MemoryTokenStore, RedisTokenStore, StoreUnavailable, TokenStore

from .login_kit_world import World, world_of

needs_redis = pytest.mark.skipif(shutil.which("redis-server") is None, reason="needs redis-server on PATH")

Wait = Callable[[float], Awaitable[object]]


@asynccontextmanager
async def redis_server() -> AsyncIterator[str]:
    """A Redis of our own, at a socket; gives its path."""
    with tempfile.TemporaryDirectory(prefix="redis") as folder:
        path = str(Path(folder) / "socket")
        program = await asyncio.create_subprocess_exec(
            *("redis-server", "--port", "0", "--unixsocket", path, "--save", "", "--dir", folder),
            stdout=asyncio.subprocess.DEVNULL,
        )
        try:
            async with Redis(unix_socket_path=path) as redis:
                while not await answers(redis):  # noqa: ASYNC110 - it is another process
                    await asyncio.sleep(0.01)
            yield path
        finally:
            if program.returncode is None:
                program.terminate()
            await program.wait()


async def answers(redis: Redis) -> bool:
    try:
        return bool(await redis.ping())
    except RedisConnectionError:
        return False


@asynccontextmanager
async def memory() -> AsyncIterator[tuple[TokenStore, Wait]]:
    ahead = 0.0

    async def wait(seconds: float) -> None:
        nonlocal ahead
        ahead += seconds

    yield MemoryTokenStore(clock=lambda: ahead), wait


@asynccontextmanager
async def redis() -> AsyncIterator[tuple[TokenStore, Wait]]:
    async with redis_server() as path, Redis(unix_socket_path=path) as client:
        yield RedisTokenStore(client), asyncio.sleep


@asynccontextmanager
async def redis_of_text() -> AsyncIterator[tuple[TokenStore, Wait]]:
    async with redis_server() as path, Redis(unix_socket_path=path, decode_responses=True) as client:
        yield RedisTokenStore(client, prefix="{text}:"), asyncio.sleep


@pytest.fixture(params=[memory, pytest.param(redis, marks=needs_redis), pytest.param(redis_of_text, marks=needs_redis)])
async def kept(request: pytest.FixtureRequest) -> AsyncIterator[tuple[TokenStore, Wait]]:
    async with request.param() as kept:
        yield kept


@pytest.fixture
def store(kept: tuple[TokenStore, Wait]) -> TokenStore:
    return kept[0]


async def test_values_are_kept_and_forgotten(store: TokenStore) -> None:
    assert await store.load("a") is None
    await store.save("a", b"1", lifetime=60, groups=[])
    await store.save("b", b"2", lifetime=60, groups=[])
    assert (await store.load("a"), await store.load("b")) == (b"1", b"2")
    await store.save("a", b"3", lifetime=60, groups=[])
    assert await store.load("a") == b"3"
    await store.delete("a")
    await store.delete("a")
    assert (await store.load("a"), await store.load("b")) == (None, b"2")


async def test_only_what_is_there_is_replaced(store: TokenStore) -> None:
    assert await store.replace("a", b"1") is False
    assert await store.load("a") is None
    await store.save("a", b"1", lifetime=60, groups=["g"])
    assert await store.replace("a", b"2") is True
    assert await store.load("a") == b"2"
    await store.delete_group("g")
    assert await store.replace("a", b"3") is False


async def test_groups_are_forgotten_together(store: TokenStore) -> None:
    await store.save("a", b"1", lifetime=60, groups=["one", "all"])
    await store.save("b", b"2", lifetime=60, groups=["two", "all"])
    await store.save("c", b"3", lifetime=60, groups=["two"])
    await store.delete_group("none")
    await store.delete_group("one")
    assert [await store.load(key) for key in "abc"] == [None, b"2", b"3"]
    await store.save("d", b"4", lifetime=60, groups=["all"])
    await store.delete_group("all")
    assert [await store.load(key) for key in "abcd"] == [None, None, b"3", None]
    await store.delete("c")
    await store.delete_group("two")


async def test_everything_ends(kept: tuple[TokenStore, Wait]) -> None:
    store, wait = kept
    await store.save("short", b"1", lifetime=0.2, groups=["g"])
    await store.save("long", b"2", lifetime=60, groups=["g"])
    assert await store.once("mark", lifetime=0.2)
    assert await store.replace("short", b"2")
    await wait(0.3)
    assert [await store.load(key) for key in ("short", "long")] == [None, b"2"]
    assert not await store.replace("short", b"3")
    assert await store.once("mark", lifetime=60)
    await store.delete_group("g")
    assert await store.load("long") is None


async def test_marks_are_new_once(store: TokenStore) -> None:
    assert [await store.once(mark, lifetime=60) for mark in "aaba"] == [True, False, True, False]
    asked = await asyncio.gather(*(store.once("c", lifetime=60) for _ in range(20)))
    assert asked.count(True) == 1


async def test_a_lock_lets_one_in_at_a_time(store: TokenStore) -> None:
    inside = most = 0

    async def enter(key: str) -> None:
        nonlocal inside, most
        async with store.lock(key):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.005)
            inside -= 1

    await asyncio.gather(*(enter("a") for _ in range(4)))
    assert most == 1
    with pytest.raises(KeyError):
        async with store.lock("a"):
            raise KeyError
    async with store.lock("a"), store.lock("b"):
        pass


async def test_memory_is_bounded() -> None:
    store = MemoryTokenStore(max_size=3)
    for key in "abc":
        await store.save(key, b"1", lifetime=60, groups=["g", key])
    await store.load("a")
    await store.save("d", b"1", lifetime=60, groups=["g"])
    assert [await store.load(key) for key in "abcd"] == [b"1", None, b"1", b"1"]
    await store.delete_group("g")
    for mark in range(100):
        assert await store.once(str(mark), lifetime=60)
    assert len(store) == 0
    assert max(len(part) for part in vars(store).values() if hasattr(part, "__len__")) == 3
    assert "1" not in repr(store)
    for size in (0, True, "3"):
        with pytest.raises(ConfigurationError, match="max_size"):
            MemoryTokenStore(max_size=size)  # type: ignore[arg-type]


# Redis


@needs_redis
async def test_redis_keeps_no_list_of_logins_that_are_over() -> None:
    async with redis_server() as path, Redis(unix_socket_path=path) as client:
        store = RedisTokenStore(client)
        await store.save("a", b"1", lifetime=0.01, groups=["g"])
        await asyncio.sleep(0.05)
        await store.save("b", b"1", lifetime=60, groups=["g"])
        assert await client.zrange("ory_login:group:g", 0, -1) == [b"b"]
        assert all([0 < await client.pttl(key) <= 61_000 for key in await client.keys("*")])


@needs_redis
async def test_redis_that_is_gone_logs_nobody_out(world: World) -> None:
    async with redis_server() as path, Redis(unix_socket_path=path) as client:
        site = await world.site(store=RedisTokenStore(client))
        async with site.browser() as alice:
            await alice.log_in("alice")
            assert await alice.who() == "alice"
            await client.shutdown(nosave=True)
            for path in ("/me", "/maybe", "/auth/callback"):
                response = await alice.pages.get(path)
                assert response.status_code == (400 if path == "/auth/callback" else 503)
                assert "set-cookie" not in response.headers
            assert (await alice.pages.get("/public")).json() == "hello"
            response = await alice.pages.get("/me", headers={"Accept": "application/json"})
            assert response.headers["content-type"] == "application/problem+json"
            assert response.json()["type"] == "urn:ory:unavailable"


@needs_redis
async def test_who_waits_too_long_for_redis_is_told_so() -> None:
    async with redis_server() as path, Redis(unix_socket_path=path) as client:
        patient, hasty = RedisTokenStore(client), RedisTokenStore(client, patience=0.05)
        async with patient.lock("a"):
            began = time.monotonic()
            with pytest.raises(StoreUnavailable, match="too long"):
                async with hasty.lock("a"):
                    raise AssertionError
            assert time.monotonic() - began < 5


@needs_redis
async def test_two_processes_renew_once(world: World) -> None:
    async with redis_server() as path, Redis(unix_socket_path=path) as one, Redis(unix_socket_path=path) as two:
        first = await world.site(store=RedisTokenStore(one))
        second = await first.replica(store=RedisTokenStore(two))
        async with first.browser() as alice, second.browser() as elsewhere:
            await alice.log_in("alice")
            elsewhere.pages.cookies.set("ory_login", alice.cookie())
            world.now.advance(3590)
            people: list[Any] = 5 * [alice, elsewhere]
            tokens = await asyncio.gather(*(person.token() for person in people))
            assert len(set(tokens)) == 1
            assert world.renewals == 1
            assert "ory_at_" not in str([await one.get(key) for key in await one.keys("*:login:*")])
            await alice.pages.post("/auth/logout")
            assert await elsewhere.who() is None


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with world_of() as world:
        yield world
