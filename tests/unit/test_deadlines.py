from __future__ import annotations

import asyncio

import pytest

from ory_async.deadlines import Deadlines

FOR_EVER = 60.0


@pytest.fixture
async def deadlines() -> Deadlines:
    return Deadlines(asyncio.get_running_loop())


async def wait(deadlines: Deadlines, seconds: float) -> None:
    with deadlines.within(seconds):
        await asyncio.Event().wait()


async def test_a_limit_that_passes_is_a_timeout(deadlines: Deadlines) -> None:
    with pytest.raises(TimeoutError):
        await wait(deadlines, 0.01)
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0
    assert not deadlines.open


async def test_what_is_done_in_time_is_done(deadlines: Deadlines) -> None:
    with deadlines.within(0.01):
        await asyncio.sleep(0)
    await asyncio.sleep(0.02)  # the timer rings for nobody


async def test_limits_pass_in_their_own_order(deadlines: Deadlines) -> None:
    ended: list[float] = []

    async def one(seconds: float) -> None:
        with pytest.raises(TimeoutError):
            await wait(deadlines, seconds)
        ended.append(seconds)

    await asyncio.gather(*map(one, (0.06, 0.02, 0.04)))
    assert ended == [0.02, 0.04, 0.06]


async def test_a_cancellation_from_outside_stays_one(deadlines: Deadlines) -> None:
    task = asyncio.create_task(wait(deadlines, FOR_EVER))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_cancellation_at_the_moment_of_the_limit_is_not_swallowed(deadlines: Deadlines) -> None:
    task = asyncio.create_task(wait(deadlines, FOR_EVER))
    await asyncio.sleep(0)
    deadlines.expire_all()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_an_error_inside_comes_as_it_is(deadlines: Deadlines) -> None:
    with pytest.raises(LookupError), deadlines.within(FOR_EVER):
        raise LookupError
    assert not deadlines.open


async def test_the_end_of_the_client_is_the_end_of_all_limits(deadlines: Deadlines) -> None:
    tasks = [asyncio.create_task(wait(deadlines, FOR_EVER)) for _ in range(3)]
    await asyncio.sleep(0)
    deadlines.expire_all()
    assert {type(result) for result in await asyncio.gather(*tasks, return_exceptions=True)} == {TimeoutError}
    with pytest.raises(TimeoutError):
        await wait(deadlines, 0.01)


async def test_a_limit_inside_another_one(deadlines: Deadlines) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await wait(deadlines, FOR_EVER)
    with deadlines.within(FOR_EVER), pytest.raises(TimeoutError):
        await wait(deadlines, 0.01)
