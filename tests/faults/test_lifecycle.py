"""A client from its making to its end: cancelled at every point, closed while in use, on one loop after another."""

from __future__ import annotations

import asyncio
import gc
import types
from collections.abc import Awaitable, Callable, Generator, Sequence
from typing import Any

import pytest

from ory_async import Answer, BearerToken, Limits, Ory, Request, RetryPolicy, errors, models
from ory_async.permissions import Coalescer
from ory_async.sessions import SessionCache, SessionVerifier
from tests.support.connections import connector_of, idle, in_use, until
from tests.support.faults import silence
from tests.support.raw_server import Line, RawServer, answer, error_answer, json_answer

OK = json_answer({"id": "m1"})
ALLOWED = json_answer({"results": [{"allowed": True}]})
AT_IMPORT = Ory("http://127.0.0.1:1", retry=None)


async def echo(line: Line) -> None:
    await asyncio.sleep(0.001)
    await line.send(json_answer({"id": line.request.target.rpartition("/")[2]}))


# cancellation


@types.coroutine
def cancelled_at(point: int, coroutine: Any) -> Generator[Any, None, Any]:
    """Run a coroutine, and cancel the task in which it runs when it waits for the `point`-th time."""
    waits = 0
    sent: Any = None
    error: BaseException | None = None
    while True:
        try:
            waited_for = coroutine.send(sent) if error is None else coroutine.throw(error)
        except StopIteration as stop:
            return stop.value
        if waits == point:
            task = asyncio.current_task()
            assert task is not None
            task.cancel()
        waits += 1
        sent, error = None, None
        try:
            sent = yield waited_for
        except BaseException as raised:
            error = raised


async def as_task(steps: Any) -> Any:
    """A coroutine of the kind that tasks are made of."""
    return await steps


async def one_message(ory: Ory) -> None:
    await ory.courier.get_courier_message("m1")


async def one_write(ory: Ory) -> None:
    await ory.request("POST", "/admin/things", plane="kratos_admin", body={"large": "x" * 500_000})


async def all_messages(ory: Ory) -> None:
    assert [message.id async for message in ory.courier.list_courier_messages()] == ["1", "2", "3", "4"]


async def a_watched_message(ory: Ory) -> None:
    """With a token that has to be fetched, and with hooks that wait."""

    async def wait(*_: object) -> None:
        await asyncio.sleep(0)

    async def fetch(_: Sequence[str]) -> str:
        await asyncio.sleep(0)
        return "token"

    async def around(request: Request, proceed: Callable[[], Awaitable[Answer]]) -> Answer:
        await asyncio.sleep(0)
        answered = await proceed()
        await asyncio.sleep(0)
        return answered

    hooks: dict[str, Any] = {"on_request": wait, "on_response": wait, "around": around}
    await one_message(ory.with_options(auth=BearerToken(fetch), **hooks))


async def a_session(ory: Ory) -> None:
    assert await SessionVerifier(ory, cache=SessionCache(ttl=60)).session({"x-session-token": "ory_st_x"})


async def many_checks(ory: Ory) -> None:
    assert await ory.permission.are_allowed([("File:a", "view", "User:ann")] * 3, batch_size=1) == [True] * 3


async def joined_checks(ory: Ory) -> None:
    async with Coalescer(ory) as checks:
        assert await checks.is_allowed("File:a", "view", "User:ann")


async def slowly_in_parts(line: Line) -> None:
    whole = json_answer({"id": "m1", "body": "x" * 100_000})
    for start in range(0, len(whole), 40_000):
        await line.send(whole[start : start + 40_000])
        await asyncio.sleep(0.001)


async def two_pages(line: Line) -> None:
    await asyncio.sleep(0.001)
    if "page_token" in line.request.target:
        await line.send(json_answer([{"id": "3"}, {"id": "4"}]))
    else:
        await line.send(json_answer([{"id": "1"}, {"id": "2"}], 200, 'Link: </x?page_token=t>; rel="next"'))


async def first_page_only(line: Line) -> None:
    if "page_token" in line.request.target:
        await line.until_closed()
    else:
        await two_pages(line)


@pytest.mark.parametrize(
    ("call", "scripts"),
    [
        (one_message, [slowly_in_parts]),
        (one_message, [error_answer(503), error_answer(429, "Retry-After: 0"), OK]),
        (one_write, [OK]),
        (all_messages, [two_pages]),
        (a_watched_message, [OK]),
        (a_session, [OK]),
        (many_checks, [ALLOWED]),
        (joined_checks, [ALLOWED]),
    ],
    ids=["read", "retries", "write", "pages", "hooks", "session", "batches", "coalescer"],
)
@pytest.mark.parametrize("warm", [False, True])
async def test_a_call_cancelled_anywhere_leaves_nothing(
    call: Callable[[Ory], Awaitable[None]], scripts: list[Any], warm: bool
) -> None:
    finished, point = False, 0
    while not finished:
        async with RawServer(*([OK] * warm), *scripts) as server, Ory(server.url, retry=RetryPolicy(base=0)) as ory:
            if warm:  # with a connection that is open already
                await one_message(ory)
            others = asyncio.all_tasks()
            task = asyncio.create_task(as_task(cancelled_at(point, call(ory))))
            await asyncio.wait([task])
            finished = not task.cancelled()
            if finished:
                task.result()
            assert client_tasks() <= others - {task}
            assert in_use(ory) == 0 if ory._transport._pools else finished is False
            await ory.with_options(timeout=2).request("GET", "/x", plane="kratos_admin")  # it still works
        point += 1
    assert point > 1


def client_tasks() -> set[asyncio.Task[Any]]:
    """All tasks but those of the server."""
    server = ("RawServer", "_accept_connection")
    return {task for task in asyncio.all_tasks() if not any(name in repr(task.get_coro()) for name in server)}


async def test_a_cancelled_call_gives_its_connection_up() -> None:
    async with RawServer(silence, OK) as server, Ory(server.url) as ory:
        call = asyncio.create_task(one_message(ory))
        await until(lambda: server.heard)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert in_use(ory) == idle(ory) == 0
        await server.all_closed()
        await one_message(ory)


async def test_a_cancellation_is_no_timeout_and_a_timeout_no_cancellation() -> None:
    async with RawServer(silence) as server, Ory(server.url, retry=None) as ory:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(one_message(ory), 0.05)
        with pytest.raises(errors.RequestTimeout):
            async with asyncio.timeout(5):
                await one_message(ory.with_options(timeout=0.05))
        task = asyncio.current_task()
        assert task is not None
        assert task.cancelling() == 0


async def in_a_group(ory: Ory, *ids: str) -> None:
    async with asyncio.TaskGroup() as group:
        for id in ids:
            group.create_task(ory.courier.get_courier_message(id))


async def test_a_failed_call_in_a_group_cancels_the_others() -> None:
    async def by_id(line: Line) -> None:
        if line.request.target.endswith("bad"):
            await line.send(error_answer(404))
        else:
            await line.until_closed()

    async with RawServer(by_id) as server, Ory(server.url) as ory:
        with pytest.raises(ExceptionGroup) as raised:
            await in_a_group(ory, "m1", "m2", "bad", "m3")
        assert [type(error) for error in raised.value.exceptions] == [errors.NotFound]
        assert in_use(ory) == 0


async def test_leaving_the_items_gives_the_page_ahead_and_its_connection_up() -> None:
    async with RawServer(first_page_only) as server, Ory(server.url) as ory:
        async for message in ory.courier.list_courier_messages():
            if message.id == "2":
                await until(lambda: len(server.heard) == 2)
                break
        await until(lambda: not in_use(ory))
        await server.all_closed()  # that of the page ahead cannot be used again
        assert len(server.heard) == 2


# closing


async def test_closing_ends_calls_under_way_and_those_that_wait_for_a_connection() -> None:
    async with RawServer(silence) as server:
        ory = Ory(server.url, limits=Limits(connections=2))
        calls = [asyncio.create_task(one_message(ory)) for _ in range(5)]
        await until(lambda: len(server.heard) == 2)
        await ory.close()
        for result in await asyncio.gather(*calls, return_exceptions=True):
            assert type(result) is errors.ClientClosed
            assert "the client was closed during the call" in str(result)
        await server.all_closed()


async def test_closing_ends_a_call_inside_its_body() -> None:
    async def begin(line: Line) -> None:
        await line.send(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{")
        await line.until_closed()

    async with RawServer(begin) as server:
        ory = Ory(server.url)
        call = asyncio.create_task(one_message(ory))
        await until(lambda: server.heard)
        await asyncio.sleep(0.01)
        await ory.close()
        with pytest.raises(errors.ClientClosed):
            await call


async def test_closing_ends_a_call_that_waits_to_try_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RetryPolicy, "_backoff", lambda policy, attempt: 3600.0)
    async with RawServer(error_answer(429), OK) as server:
        ory = Ory(server.url)
        call = asyncio.create_task(one_message(ory))
        await until(lambda: server.heard and not in_use(ory))
        await ory.close()
        with pytest.raises(errors.ClientClosed):
            await asyncio.wait_for(call, 10)
        assert len(server.heard) == 1


async def test_closing_ends_a_list_and_the_page_ahead_of_it() -> None:
    async with RawServer(first_page_only) as server:
        ory = Ory(server.url)
        messages = aiter(ory.courier.list_courier_messages())
        assert [(await anext(messages)).id for _ in range(2)] == ["1", "2"]
        await until(lambda: len(server.heard) == 2)
        await ory.close()
        with pytest.raises(errors.ClientClosed):
            await anext(messages)
        await server.all_closed()


async def test_closing_twice_is_fine_and_using_after_it_is_refused() -> None:
    async with RawServer(OK) as server:
        ory = Ory(server.url)
        copy, own = ory.with_options(timeout=1), ory.with_options(limits=Limits(connections=1))
        await one_message(ory)
        await one_message(own)
        await ory.close()
        await ory.close()
        for closed in (ory, copy):
            with pytest.raises(errors.ClientClosed, match="make a new one"):
                await one_message(closed)
        await one_message(own)  # its connections are its own
        await own.close()
        await copy.close()


async def test_a_client_that_was_never_used_closes() -> None:
    async with Ory("http://127.0.0.1:1"):
        pass


async def test_an_error_inside_the_block_closes_the_client() -> None:
    async with RawServer(OK) as server:
        ory = Ory(server.url)
        with pytest.raises(LookupError):
            await fail_inside(ory)
        with pytest.raises(errors.ClientClosed):
            await one_message(ory)


async def fail_inside(ory: Ory) -> None:
    async with ory:
        await one_message(ory)
        raise LookupError


async def test_a_copy_shares_connections() -> None:
    async with RawServer(OK) as server, Ory(server.url) as ory:
        await one_message(ory)
        await one_message(ory.with_options(timeout=1, headers={"X-A": "1"}))
        assert server.connections == 1
        async with ory.with_options(limits=Limits(connections=1)) as own:
            await one_message(own)
        assert server.connections == 2
        await one_message(ory)


# loops


def test_one_client_on_several_loops_one_after_another() -> None:
    async def use(ory: Ory) -> tuple[models.Message, Any]:
        async with RawServer(OK) as server:
            here = Ory._made(dict.fromkeys(("kratos_admin",), server.url), {}, ory._transport)  # type: ignore[arg-type]
            message, _ = await asyncio.gather(
                here.courier.get_courier_message("m1"), here.courier.get_courier_message("m2")
            )
            return message, connector_of(here)

    connectors = []
    for _ in range(3):
        message, connector = asyncio.run(use(AT_IMPORT))
        connectors.append(connector)
        assert message.id == "m1"
    assert len(set(map(id, connectors))) == 3
    assert len(AT_IMPORT._transport._pools) == 1  # those of ended loops are forgotten
    asyncio.run(AT_IMPORT.close())
    assert AT_IMPORT._transport._pools == {}
    gc.collect()  # an unclosed connection would warn here, which is an error


async def test_a_client_made_on_a_loop_can_be_used_on_that_of_another_thread() -> None:
    async def use(ory: Ory) -> str:
        return (await ory.courier.get_courier_message("m1")).id

    async with RawServer(echo) as server:
        ory = Ory(server.url)
        assert await use(ory) == "m1"
        assert await asyncio.to_thread(asyncio.run, use(ory)) == "m1"
        await ory.close()
        with pytest.raises(errors.ClientClosed):
            await asyncio.to_thread(asyncio.run, use(ory))
        await server.all_closed()


# many at once


async def test_many_calls_over_few_connections_get_each_its_own_answer() -> None:
    async with RawServer(echo) as server, Ory(server.url, limits=Limits(connections=50)) as ory:
        ids = [f"m{number}" for number in range(1000)]
        messages = await asyncio.gather(*map(ory.courier.get_courier_message, ids))
        assert [message.id for message in messages] == ids
        assert server.peak <= 50
        assert server.connections <= 50
        assert in_use(ory) == 0


async def test_a_forgotten_client_closes_its_connections() -> None:
    async with RawServer(echo) as server:
        ory = Ory(server.url)
        assert (await ory.courier.get_courier_message("m1")).id == "m1"
        held_by_itself: list[Any] = [ory]
        held_by_itself.append(held_by_itself)
        del ory, held_by_itself
        assert server.open == 1
        gc.collect()  # an unclosed connection would warn here, which is an error
        await server.all_closed()


async def test_many_calls_of_which_some_fail() -> None:
    async def moody(line: Line) -> None:
        number = int(line.request.target.rpartition("/m")[2])
        if number % 4 == 0:
            line.reset()
        elif number % 4 == 1:
            await line.send(answer(500))
        elif number % 4 == 2:
            await line.until_closed()
        else:
            await echo(line)

    async with (
        RawServer(moody) as server,
        Ory(server.url, limits=Limits(connections=40), retry=None) as ory,
    ):
        impatient = ory.with_options(timeout=0.5)
        calls = (
            (impatient if number % 4 == 2 else ory).courier.get_courier_message(f"m{number}") for number in range(120)
        )
        results = await asyncio.gather(*calls, return_exceptions=True)
        kinds = [errors.ConnectionLost, errors.ServerError, errors.RequestTimeout, models.Message]
        assert [type(result) for result in results] == kinds * 30
        assert in_use(ory) == 0
