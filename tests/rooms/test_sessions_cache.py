"""What is asked once and kept: by whom, for how long, and what ends it."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from ory_async import errors, models
from ory_async.caching import SingleFlight
from ory_async.local.kratos import KratosOptions
from ory_async.sessions import SessionCache, SessionVerifier, VerifiedSession
from tests.support.stub_transport import StubTransport, client_of, reply

from .callers import World, email_of, settle, world_of


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with world_of() as world:
        yield world


def verifier_of(world: World, **settings: Any) -> SessionVerifier:
    """A verifier whose cache has these settings, an hour if there are none."""
    cache = SessionCache(clock=world.now, **(settings or {"ttl": 3600}))
    return SessionVerifier(world.ory, cache=cache, clock=world.now)


# how often is asked


async def test_fifty_requests_at_once_make_one_question(world: World) -> None:
    headers = {"Cookie": await world.cookie()}
    verifier = verifier_of(world)
    outcomes = await asyncio.gather(*(verifier.verify(headers) for _ in range(50)))
    assert {outcome.session.id for outcome in outcomes if isinstance(outcome, VerifiedSession)} != set()
    assert all(isinstance(outcome, VerifiedSession) for outcome in outcomes)
    assert len(world.asked) == 1


async def test_without_a_cache_only_those_who_wait_share_a_question(world: World) -> None:
    headers = {"X-Session-Token": await world.token()}
    verifier = SessionVerifier(world.ory)
    await asyncio.gather(*(verifier.verify(headers) for _ in range(50)))
    assert len(world.asked) == 1
    await verifier.verify(headers)
    assert len(world.asked) == 2


async def test_a_session_is_asked_for_again_after_the_ttl(world: World) -> None:
    headers = {"X-Session-Token": await world.token()}
    verifier = verifier_of(world, ttl=60)
    for seconds, questions in ((0, 1), (59, 1), (1, 2), (59, 2), (-200, 3)):  # the last: a clock set back
        world.now.advance(seconds)
        assert await verifier.session(headers) is not None
        assert len(world.asked) == questions, seconds


async def test_a_revoked_session_is_refused_within_the_ttl(world: World) -> None:
    headers = {"X-Session-Token": await world.token()}
    verifier = verifier_of(world, ttl=60)
    session = await verifier.session(headers)
    assert session is not None
    await world.ory.identity.disable_session(session.id)
    world.now.advance(60)
    assert await verifier.session(headers) is None


async def test_a_session_is_never_kept_past_its_end(world: World) -> None:
    headers = {"X-Session-Token": await world.token()}
    verifier = verifier_of(world, ttl=10**9)
    assert await verifier.session(headers) is not None
    world.now.advance(86_390)
    assert await verifier.session(headers) is not None
    assert len(world.asked) == 1
    world.now.advance(20)
    assert await verifier.session(headers) is None


@pytest.mark.parametrize(("ttl", "kept_for"), [(None, 90), (30, 30), (3600, 90)])
async def test_the_server_says_how_long(ttl: float | None, kept_for: int) -> None:
    async with world_of(KratosOptions(session_cache_max_age=timedelta(seconds=90))) as world:
        headers = {"X-Session-Token": await world.token()}
        verifier = verifier_of(world, ttl=ttl)
        for seconds, questions in ((0, 1), (kept_for - 1, 1), (1, 2)):
            world.now.advance(seconds)
            assert await verifier.session(headers) is not None
            assert len(world.asked) == questions


@pytest.mark.parametrize("allowed", ["0", "-5", "soon", "", "1" * 20, "²"])
async def test_an_odd_word_of_the_server_keeps_nothing(allowed: str) -> None:
    transport = StubTransport(reply({"id": "1", "active": True}, Ory_Session_Cache_For=allowed))
    verifier = SessionVerifier(client_of(transport), cache=SessionCache(ttl=60))
    for _ in range(2):
        assert await verifier.session({"X-Session-Token": "ory_st_token"}) is not None
    assert len(transport.sent) == 2


async def test_without_a_word_of_the_server_and_a_ttl_nothing_is_kept(world: World) -> None:
    headers = {"X-Session-Token": await world.token()}
    verifier = verifier_of(world, ttl=None)
    for _ in range(2):
        assert await verifier.session(headers) is not None
    assert len(world.asked) == 2


async def test_no_is_never_kept() -> None:
    async with world_of(KratosOptions(session_cache_max_age=timedelta(seconds=90))) as world:
        verifier = verifier_of(world)
        for _ in range(2):
            assert await verifier.session({"Cookie": "ory_kratos_session=wrong"}) is None
        assert len(world.asked) == 2


async def test_the_least_recently_used_goes_first(world: World) -> None:
    people = [{"X-Session-Token": await world.token(f"p{number}@example.com")} for number in range(3)]
    cache = SessionCache(ttl=60, max_size=2, clock=world.now)
    verifier = SessionVerifier(world.ory, cache=cache, clock=world.now)
    for person, questions in ((0, 1), (1, 2), (0, 2), (2, 3), (0, 3), (1, 4)):
        assert email_of(await verifier.session(people[person])) == f"p{person}@example.com"
        assert len(world.asked) == questions
    assert len(cache) == 2


@pytest.mark.parametrize("settings", [{"ttl": 0}, {"ttl": -1}, {"ttl": True}, {"ttl": "60"}, {"max_size": 0}])
def test_settings_of_the_cache_are_checked(settings: dict[str, Any]) -> None:
    with pytest.raises(errors.ConfigurationError):
        SessionCache(**settings)


# what ends it


async def test_fresh_passes_over_every_cache(world: World) -> None:
    headers = {"X-Session-Token": await world.token()}
    verifier = verifier_of(world)
    session = await verifier.session(headers)
    assert session is not None
    await world.ory.identity.disable_session(session.id)
    assert await verifier.session(headers) is not None
    assert await verifier.session(headers, fresh=True) is None
    assert await verifier.session(headers) is None, "the older answer must be gone"
    plain, fresh, _ = world.asked
    assert "Cache-Control" not in plain.headers
    assert (fresh.headers["Cache-Control"], fresh.headers["X-App"]) == ("max-age=0", "shop")
    assert fresh.headers["X-Session-Token"] == headers["X-Session-Token"]


async def test_fresh_works_with_cookies_and_is_kept(world: World) -> None:
    headers = {"Cookie": await world.cookie()}
    verifier = verifier_of(world)
    assert await verifier.session(headers, fresh=True) is not None
    assert await verifier.session(headers) is not None
    assert len(world.asked) == 1


async def test_fresh_waits_for_no_older_question(world: World) -> None:
    headers = {"X-Session-Token": await world.token()}
    verifier = verifier_of(world)
    opened = asyncio.Event()
    world.gate = opened.wait
    older = asyncio.create_task(verifier.session(headers))
    await settle()
    world.gate = None
    assert await verifier.session(headers, fresh=True) is not None
    opened.set()
    assert await older is not None
    assert len(world.asked) == 2


async def test_forgetting_after_a_logout(world: World) -> None:
    alice, bob = [{"X-Session-Token": await world.token(f"{name}@example.com")} for name in ("alice", "bob")]
    verifier = verifier_of(world)
    for headers in (alice, bob):
        await verifier.session(headers)
    await world.ory.frontend.perform_native_logout({"session_token": alice["X-Session-Token"]})
    await verifier.forget(alice)
    assert await verifier.session(alice) is None
    assert await verifier.session(bob) is not None
    assert len(world.asked) == 3


@pytest.mark.parametrize("of", ["session", "identity"])
async def test_a_revocation_told_by_others(world: World, of: str) -> None:
    alice, bob = [{"X-Session-Token": await world.token(f"{name}@example.com")} for name in ("alice", "bob")]
    verifier = verifier_of(world)
    session = await verifier.session(alice)
    await verifier.session(bob)
    assert session is not None
    assert session.identity is not None
    await world.ory.identity.disable_session(session.id)
    await verifier.revoked(session.id if of == "session" else session.identity.id)
    assert await verifier.session(alice) is None
    assert await verifier.session(bob) is not None
    assert len(world.asked) == 3


class Held:
    """A verifier whose first answer, which is good, is held on its way; the next ones say that there is no session."""

    def __init__(self) -> None:
        self.cache = SessionCache(ttl=3600)
        self.headers = {"X-Session-Token": "ory_st_token"}
        transport = StubTransport(reply({"id": "s-1", "active": True}), reply({"error": {"code": 401}}, 401))
        self.verifier = SessionVerifier(client_of(transport, on_response=self._hold), cache=self.cache)
        self._arrived, self._leaving, self._is_first = asyncio.Event(), asyncio.Event(), True

    async def begin(self) -> asyncio.Task[models.Session | None]:
        waiting = asyncio.create_task(self.verifier.session(self.headers))
        await self._arrived.wait()
        return waiting

    def let_go(self) -> None:
        self._leaving.set()

    async def _hold(self, *_: object) -> None:
        is_first, self._is_first = self._is_first, False
        if is_first:
            self._arrived.set()
            await self._leaving.wait()

    async def revoke(self, by: str) -> None:
        if by == "revoked":
            await self.verifier.revoked("s-1")
        elif by == "forget":
            await self.verifier.forget(self.headers)
        else:
            assert await self.verifier.session(self.headers, fresh=True) is None


@pytest.mark.parametrize("by", ["revoked", "forget", "fresh"])
async def test_an_answer_on_its_way_is_not_kept_after_a_revocation(by: str) -> None:
    held = Held()
    before = await held.begin()
    await held.revoke(by)
    held.let_go()
    assert await before is not None
    assert len(held.cache) == 0


@pytest.mark.parametrize("by", ["revoked", "forget"])
async def test_who_asks_after_a_revocation_gets_no_older_answer(by: str) -> None:
    held = Held()
    before = await held.begin()
    await held.revoke(by)
    assert await held.verifier.session(held.headers) is None
    held.let_go()
    assert await before is not None


# those who wait


async def test_one_who_stops_waiting_harms_nobody(world: World) -> None:
    headers = {"X-Session-Token": await world.token()}
    verifier = verifier_of(world)
    opened = asyncio.Event()
    world.gate = opened.wait
    waiting = [asyncio.create_task(verifier.session(headers)) for _ in range(5)]
    await settle()
    for task in (waiting[0], waiting[3]):  # the first one began the question
        task.cancel()
    await settle()
    opened.set()
    outcomes = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(outcome).__name__ for outcome in outcomes] == [
        "CancelledError",
        "Session",
        "Session",
        "CancelledError",
        "Session",
    ]
    assert len(world.asked) == 1


async def test_the_question_ends_with_the_last_one_who_waits(world: World) -> None:
    headers = {"X-Session-Token": await world.token()}
    verifier = verifier_of(world)
    around = asyncio.all_tasks()
    opened = asyncio.Event()
    world.gate = opened.wait
    waiting = [asyncio.create_task(verifier.session(headers)) for _ in range(3)]
    await settle()
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert asyncio.all_tasks() == around
    world.gate = None
    assert await verifier.session(headers) is not None
    assert len(world.asked) == 2


async def test_an_error_goes_to_all_who_wait_and_is_not_kept() -> None:
    opened = asyncio.Event()

    async def wait_for_all(*_: object) -> None:
        await opened.wait()

    transport = StubTransport(errors.ConnectError("refused"), reply({"id": "1", "active": True}))
    verifier = SessionVerifier(client_of(transport, retry=None, on_request=wait_for_all), cache=SessionCache(ttl=60))
    headers = {"X-Session-Token": "ory_st_token"}
    waiting = [asyncio.create_task(verifier.session(headers)) for _ in range(10)]
    await settle()
    opened.set()
    outcomes = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [errors.ConnectError] * 10
    assert len(transport.sent) == 1
    assert await verifier.session(headers) is not None


def test_a_question_of_another_loop_is_not_waited_for() -> None:
    flights: SingleFlight[str] = SingleFlight()

    async def never() -> str:
        await asyncio.Event().wait()
        raise AssertionError

    async def at_once() -> str:
        return "answer"

    abandoned = asyncio.new_event_loop()
    waiting = abandoned.create_task(flights.join("key", never))
    abandoned.run_until_complete(asyncio.sleep(0))
    assert asyncio.run(flights.join("key", at_once)) == "answer"
    waiting.cancel()
    abandoned.run_until_complete(asyncio.gather(waiting, return_exceptions=True))
    abandoned.close()


# cookies that the server sets anew


async def test_a_cookie_set_anew_is_handed_on_once(world: World) -> None:
    headers = {"Cookie": await world.cookie()}
    verifier = verifier_of(world)
    session = await verifier.session(headers)
    assert session is not None
    world.local.clock.advance(3600)
    await world.ory.identity.extend_session(session.id)  # now the session outlives the cookie
    await verifier.forget(headers)
    outcomes = await asyncio.gather(*(verifier.verify(headers) for _ in range(20)))
    outcomes.append(await verifier.verify(headers))
    cookies = [outcome.set_cookies for outcome in outcomes if isinstance(outcome, VerifiedSession)]
    assert len(cookies) == 21
    [handed_on] = [each for each in cookies if each]
    assert [cookie.partition("=")[0] for cookie in handed_on] == ["ory_kratos_session"]
    assert len(world.asked) == 2


# one person's session is no other's


async def test_a_session_is_the_callers_own(world: World) -> None:
    headers = {"X-Session-Token": await world.token()}
    verifier = verifier_of(world)
    together = await asyncio.gather(*(verifier.session(headers) for _ in range(3)))
    for session in (*together, await verifier.session(headers)):
        assert session is not None
        assert session.identity is not None
        assert session.identity.traits["email"] == "alice@example.com"
        session.identity.traits["email"] = "mallory@example.com"


async def test_nobody_sees_the_session_of_another(world: World) -> None:
    chance = random.Random(7)
    people: dict[str, dict[str, str]] = {}
    for number in range(6):
        email = f"p{number}@example.com"
        name = "Cookie" if number % 2 else "X-Session-Token"
        people[email] = {name: await (world.cookie(email) if number % 2 else world.token(email))}
    cache = SessionCache(ttl=3, max_size=4, clock=world.now)  # too small for all, so that entries come and go
    verifier = SessionVerifier(world.ory, cache=cache, clock=world.now)
    turns = itertools.count()
    seen = 0

    async def request() -> None:
        nonlocal seen
        for _ in range(30):
            email, headers = chance.choice(list(people.items()))
            turn = next(turns)
            if turn % 250 == 0:
                world.now.advance(1)
            if turn % 97 == 0:
                await verifier.forget(headers)
            if turn % 13 == 0:  # one who goes away in the middle
                leaving = asyncio.create_task(verifier.session(headers))
                await asyncio.sleep(0)
                leaving.cancel()
                await asyncio.gather(leaving, return_exceptions=True)
            session = await verifier.session(headers, fresh=turn % 101 == 0)
            assert email_of(session) == email
            seen += 1

    await asyncio.gather(*(request() for _ in range(100)))
    assert seen == 3000
    assert len(world.asked) < 2000
    assert len(cache) <= 4
