from __future__ import annotations

import asyncio
import contextvars
from typing import Any

import pytest

from ory_async import Answer, Request, RetryPolicy, errors
from tests.support.stub_transport import StubTransport, client_of, reply

user: contextvars.ContextVar[str] = contextvars.ContextVar("user", default="nobody")


async def test_hooks_see_every_attempt_and_every_answer() -> None:
    seen: list[tuple[str, int, int]] = []
    ory = client_of(
        StubTransport(reply({}, 503), errors.ConnectError("refused"), reply({}, 404)),
        retry=RetryPolicy(base=0),
        on_request=lambda request: seen.append((request.operation.name, request.attempt, 0)),
        on_response=lambda request, answer: seen.append((request.operation.name, request.attempt, answer.status)),
    )
    with pytest.raises(errors.NotFound):
        await ory.courier.get_courier_message("m1")
    name = "courier.get_courier_message"
    assert seen == [(name, 1, 0), (name, 1, 503), (name, 2, 0), (name, 3, 0), (name, 3, 404)]


async def test_async_hooks_are_awaited_in_order() -> None:
    steps: list[str] = []

    async def before(request: Request) -> None:
        await asyncio.sleep(0)
        request.headers["X-Trace"] = "t1"
        steps.append("before")

    async def after(request: Request, answer: Answer) -> None:
        await asyncio.sleep(0)
        steps.append(f"after {answer.status}")

    def send(request: Request) -> Answer:
        steps.append("send")
        return reply({})

    transport = StubTransport(send)
    await client_of(transport, on_request=before, on_response=after).courier.get_courier_message("m1")
    assert steps == ["before", "send", "after 200"]
    assert transport.sent[0][2]["X-Trace"] == "t1"


async def test_hooks_see_the_context_of_the_caller() -> None:
    seen: list[str] = []
    ory = client_of(StubTransport(), on_request=lambda request: seen.append(user.get()))

    async def call(name: str) -> None:
        user.set(name)
        await ory.courier.get_courier_message("m1")

    await asyncio.gather(call("ann"), call("bob"))
    assert sorted(seen) == ["ann", "bob"]


async def test_a_header_of_one_call_does_not_reach_the_next() -> None:
    names = iter(["X-First", "X-Second"])

    def add(request: Request) -> None:
        request.headers[next(names)] = "1"

    transport = StubTransport()
    ory = client_of(transport, on_request=add)
    await ory.courier.get_courier_message("m1")
    await ory.courier.get_courier_message("m1")
    assert "X-First" in transport.sent[0][2]
    assert "X-First" not in transport.sent[1][2]


@pytest.mark.parametrize(
    ("name", "value"), [("X-A", "a\r\nX-Evil: 1"), ("X A", "a"), (7, "a"), ("X-A", 7), ("X-A", "\ud800")]
)
async def test_a_bad_header_of_a_hook_is_refused(name: Any, value: Any) -> None:
    def add(request: Request) -> None:
        request.headers[name] = value

    transport = StubTransport()
    with pytest.raises(errors.InvalidRequest, match="header"):
        await client_of(transport, on_request=add).courier.get_courier_message("m1")
    assert transport.sent == []


@pytest.mark.parametrize("which", ["on_request", "on_response"])
@pytest.mark.parametrize("is_async", [False, True])
async def test_an_error_of_a_hook_comes_as_it_is_and_is_not_tried_again(which: str, is_async: bool) -> None:
    calls = 0

    def fail(*_: object) -> None:
        nonlocal calls
        calls += 1
        raise LookupError("in the hook")

    async def fail_later(*_: object) -> None:
        fail()

    ory = client_of(StubTransport(), **{which: fail_later if is_async else fail})
    with pytest.raises(LookupError, match="in the hook"):
        await ory.courier.get_courier_message("m1")
    assert calls == 1


async def test_a_call_cancelled_inside_a_hook_sends_nothing() -> None:
    async def wait(request: Request) -> None:
        await asyncio.Event().wait()

    transport = StubTransport()
    call = asyncio.create_task(client_of(transport, on_request=wait).courier.get_courier_message("m1"))
    await asyncio.sleep(0)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert transport.sent == []


async def test_hooks_of_a_copy_are_its_own() -> None:
    seen: list[str] = []
    ory = client_of(StubTransport(), on_request=lambda request: seen.append("first"))
    await ory.with_options(on_request=lambda request: seen.append("second")).courier.get_courier_message("m1")
    await ory.with_options(on_request=None).courier.get_courier_message("m1")
    await ory.courier.get_courier_message("m1")
    assert seen == ["second", "first"]
