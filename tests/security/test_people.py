"""What belongs to one person never reaches another, however many calls go through one client at once."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

import ory_sync
from ory_async import Limits, Ory, RetryPolicy, errors, with_response
from tests.support.raw_server import Line, RawServer, Script, answer, json_answer
from tests.support.recording_server import Answer, RecordingServer, Seen

PEOPLE = 50
CALLS = 40
NO_WAIT = RetryPolicy(base=0)


def credential_of(line: Line) -> str:
    """Whoever is asked for by the headers; they must name one person only."""
    names = {name.lower(): value for name, value in line.request.headers}
    found = [names[name].rpartition("=")[2] for name in ("cookie", "x-session-token") if name in names]
    assert len(found) == 1
    return found[0]


def moody(seed: int) -> Script:
    """A server that answers each with their own session and cookie, after a while, late, twice, with errors, or never."""
    chance = random.Random(seed)

    async def script(line: Line) -> None:
        person = credential_of(line)
        own = f"Set-Cookie: ory_kratos_session={person}; Path=/"
        await asyncio.sleep(chance.random() / 500)
        mood = chance.random()
        if mood < 0.05:
            line.reset()
        elif mood < 0.1:
            await line.send(answer(503, b"", f"{own}\nRetry-After: 0"))
        elif mood < 0.15:
            await line.send(json_answer({"error": {"code": 403, "reason": person}}, 403, own))
        elif mood < 0.155:
            await line.until_closed()
        else:
            await line.send(json_answer({"id": person, "identity": {"id": person}}, 200, own))

    return script


async def visit(ory: Ory, person: str, chance: random.Random) -> int:
    """Call again and again for one person; gives how many calls had an answer."""
    answers = 0
    for number in range(CALLS):
        shown = {"cookie": f"ory_kratos_session={person}"} if number % 2 else {"x_session_token": person}
        try:
            async with asyncio.timeout(chance.choice([10, 10, 10, 0.001])):  # some are cancelled on their way
                answered = await with_response(ory.frontend.to_session)(**shown)
        except errors.Forbidden as error:
            whose, cookies = error.reason, error.set_cookies
        except (errors.TransportError, errors.ServerError, TimeoutError):
            continue
        else:
            whose, cookies = answered.data.id, answered.set_cookies
        assert whose == person
        assert cookies == [f"ory_kratos_session={person}; Path=/"]
        answers += 1
    return answers


async def test_interleaved_calls_of_many_people() -> None:
    chance = random.Random(1)
    async with (
        RawServer(moody(2)) as server,
        Ory(server.url, limits=Limits(connections=15), retry=NO_WAIT, timeout=0.5) as ory,
    ):
        answers = await asyncio.gather(*(visit(ory, f"person{number}", chance) for number in range(PEOPLE)))
        assert sum(answers) > PEOPLE * CALLS / 3
        assert server.connections > 15  # some broke, and nobody was given the rest of another's answer


async def test_an_answer_that_comes_too_late_is_not_the_answer_of_the_next_call() -> None:
    async def late(line: Line) -> None:
        person = credential_of(line)
        if person == "hasty":
            await asyncio.sleep(0.1)
        await line.send(json_answer({"id": person}))

    async with RawServer(late) as server, Ory(server.url, limits=Limits(connections=1), retry=None) as ory:
        for _ in range(3):
            with pytest.raises(errors.RequestTimeout):
                await ory.with_options(timeout=0.05).frontend.to_session(x_session_token="hasty")
            assert (await ory.frontend.to_session(x_session_token="calm")).id == "calm"


async def test_an_answer_beyond_its_length_is_not_the_answer_of_the_next_call() -> None:
    planted = json_answer({"id": "planted"})
    async with (
        RawServer(json_answer({"id": "first"}) + planted, json_answer({"id": "second"})) as server,
        Ory(server.url, limits=Limits(connections=1), retry=NO_WAIT) as ory,
    ):
        assert (await ory.frontend.to_session(x_session_token="first")).id == "first"
        assert (await ory.frontend.to_session(x_session_token="second")).id == "second"


def own_session(seen: Seen) -> Answer:
    person = (seen.headers.get("Cookie") or seen.headers["X-Session-Token"]).rpartition("=")[2]
    return 200, [("Content-Type", "application/json"), ("Set-Cookie", f"s={person}")], json.dumps({"id": person})


@pytest.fixture
def ory(recording_server: RecordingServer) -> Iterator[ory_sync.Ory]:
    recording_server.answer_by(own_session)
    with ory_sync.Ory(recording_server.url, limits=Limits(connections=8)) as ory:
        yield ory


def test_threads_of_many_people(ory: ory_sync.Ory) -> None:
    def visit(number: int) -> bool:
        person = f"person{number}"
        shown = {"cookie": f"s={person}"} if number % 2 else {"x_session_token": person}
        answered = ory_sync.with_response(ory.frontend.to_session)(**shown)
        return answered.data.id == person and answered.set_cookies == [f"s={person}"]

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(visit, range(1500)))
