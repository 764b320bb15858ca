"""A device that waits for a person: with pauses, as long as it makes sense, and no longer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from ory_async import errors, models
from ory_async.tokens import AuthorizationFailed, DeviceCode, DeviceFlow
from tests.conformance.oauth2 import Visitor, challenge

from .oauth2_world import SECRET, Applications, applications


@pytest.fixture
async def world() -> AsyncIterator[Applications]:
    async with applications() as world:
        yield world


class Pauses:
    """Pauses that take no time; something may happen in one of them."""

    def __init__(self, world: Applications) -> None:
        self._world = world
        self.taken: list[float] = []
        self.events: dict[int, Callable[[], Awaitable[object]]] = {}

    async def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)
        self._world.now.advance(seconds)
        event = self.events.get(len(self.taken))
        if event is not None:
            await event()


async def flow_of(world: Applications) -> tuple[DeviceFlow, Pauses]:
    pauses = Pauses(world)
    client_id = await world.new()
    scopes = ["openid", "offline_access"]
    flow = DeviceFlow(
        world.ory, client_id=client_id, client_secret=SECRET, scopes=scopes, clock=world.now, sleep=pauses
    )
    return flow, pauses


async def confirm(world: Applications, code: DeviceCode) -> None:
    visitor = Visitor(world.ory)
    page = await visitor.follow(code.verification_uri_complete or "")
    accepted = await world.ory.oauth2.accept_user_code_request(
        models.AcceptDeviceUserCodeRequest(user_code=code.user_code), device_challenge=challenge(page, "device")
    )
    await visitor.consent(await visitor.log_in(await visitor.follow(accepted.redirect_to), "alice"))


async def test_waiting_until_the_person_has_confirmed(world: Applications) -> None:
    flow, pauses = await flow_of(world)
    code = await flow.begin()
    pauses.events[3] = lambda: confirm(world, code)
    polls: list[DeviceCode] = []
    tokens = await flow.wait(code, on_poll=polls.append)
    assert tokens.subject == "alice"
    assert tokens.refresh_token
    assert pauses.taken == [5.0] * 3
    assert polls == [code] * 3


async def test_nobody_confirms(world: Applications) -> None:
    flow, pauses = await flow_of(world)
    code = await flow.begin()
    with pytest.raises(AuthorizationFailed) as failed:
        await flow.wait(code)
    assert failed.value.error == "expired_token"
    assert sum(pauses.taken) < 600


async def test_a_server_that_is_away_for_a_while_is_asked_more_slowly(world: Applications) -> None:
    flow, pauses = await flow_of(world)
    code = await flow.begin()
    pauses.events[1] = lambda: asyncio.to_thread(world.local.faults.next, status=503, path="/oauth2/token")
    pauses.events[2] = lambda: asyncio.to_thread(world.local.faults.next, reset=True, path="/oauth2/token")
    pauses.events[3] = lambda: confirm(world, code)
    assert (await flow.wait(code)).subject == "alice"
    assert pauses.taken == [5.0, 11.0, 23.0]


async def test_slower_where_the_server_wishes(world: Applications) -> None:
    flow, pauses = await flow_of(world)
    code = await flow.begin()
    body = b'{"error":"slow_down"}'
    pauses.events[1] = lambda: asyncio.to_thread(world.local.faults.next, status=400, body=body, path="/oauth2/token")
    pauses.events[2] = lambda: confirm(world, code)
    assert (await flow.wait(code)).subject == "alice"
    assert pauses.taken == [5.0, 10.0]


@pytest.mark.parametrize("error", ["access_denied", "expired_token"])
async def test_a_refusal_ends_it(world: Applications, error: str) -> None:
    flow, pauses = await flow_of(world)
    code = await flow.begin()
    body = f'{{"error":"{error}"}}'.encode()
    world.local.faults.next(status=400, body=body, path="/oauth2/token")
    with pytest.raises(AuthorizationFailed) as failed:
        await flow.wait(code)
    assert failed.value.error == error
    assert len(pauses.taken) == 1


async def test_an_unknown_device_is_refused_at_once(world: Applications) -> None:
    flow, pauses = await flow_of(world)
    code = await flow.begin()
    unknown = DeviceCode("a", "https://b", None, code.expires_at, 5.0, "ory_dc_unknown.unknown")
    with pytest.raises(errors.OAuth2Error):
        await flow.wait(unknown)
    assert len(pauses.taken) == 1


async def test_waiting_can_be_cancelled(world: Applications) -> None:
    flow, _ = await flow_of(world)
    code = await flow.begin()
    begun = asyncio.Event()

    async def sleep(seconds: float) -> None:
        begun.set()
        await asyncio.Event().wait()

    waiting_flow = DeviceFlow(world.ory, client_id="a", sleep=sleep)
    waiting = asyncio.create_task(waiting_flow.wait(code))
    await begun.wait()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_a_code_shows_no_secret(world: Applications) -> None:
    code = await (await flow_of(world))[0].begin()
    assert code.device_code not in repr(code)
