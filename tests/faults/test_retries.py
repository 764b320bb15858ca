"""What is sent again over a real connection, and how often."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from ory_async import Ory, RetryPolicy, Timeout, errors, with_response
from tests.support.connections import in_use
from tests.support.faults import WISHES, silence
from tests.support.raw_server import Line, RawServer, Script, answer, error_answer, json_answer, unused_port

OK = json_answer({"id": "m1"})
AT_ONCE = RetryPolicy(attempts=4, base=0)
FOR_EVER = RetryPolicy(attempts=4, base=1000, cap=1000)


async def reset(line: Line) -> None:
    line.reset()


async def reset_inside(line: Line) -> None:
    await line.send(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{")
    line.reset()


FAULTS: dict[str, Script] = {
    "429": error_answer(429),
    "502": answer(502, b"<html>", "Content-Type: text/html"),
    "503": error_answer(503),
    "504": answer(504),
    "reset": reset,
    "reset inside": reset_inside,
    "garbage": b"garbage\r\n\r\n",
}


async def attempts_of(method: str, *scripts: Script) -> int:
    """How often a call reached the server, whose answers were these."""
    hooked: list[int] = []
    async with (
        RawServer(*scripts) as server,
        Ory(server.url, retry=AT_ONCE, on_request=lambda request: hooked.append(request.attempt)) as ory,
    ):
        body = {"a": 1} if method in ("POST", "PUT", "PATCH") else None
        with contextlib.suppress(errors.ApiError, errors.TransportError):
            await ory.request(method, "/admin/things", plane="kratos_admin", body=body)
        assert in_use(ory) == 0
        assert hooked == list(range(1, len(server.heard) + 1))
        assert len({(heard.method, heard.target, heard.body) for heard in server.heard}) == 1
        return len(server.heard)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize("fault", FAULTS)
async def test_what_is_idempotent_is_sent_again(method: str, fault: str) -> None:
    assert await attempts_of(method, FAULTS[fault], FAULTS[fault], OK) == 3
    assert await attempts_of(method, FAULTS[fault]) == 4


@pytest.mark.parametrize("method", ["POST", "PATCH"])
@pytest.mark.parametrize("fault", FAULTS)
async def test_what_is_not_idempotent_is_sent_again_only_where_it_was_not_handled(method: str, fault: str) -> None:
    assert await attempts_of(method, FAULTS[fault], OK) == (2 if fault == "429" else 1)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 500, 501])
async def test_a_final_answer_is_final(method: str, status: int) -> None:
    assert await attempts_of(method, error_answer(status), OK) == 1


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_without_a_policy_nothing_is_sent_again(method: str) -> None:
    for script in (error_answer(429), reset):
        async with RawServer(script, OK) as server, Ory(server.url, retry=None) as ory:
            with pytest.raises(errors.OryError):
                await ory.request(method, "/admin/things", plane="kratos_admin")
            assert len(server.heard) == 1


async def test_a_refused_connection_is_tried_again_for_writes_too() -> None:
    attempts: list[int] = []
    url = f"http://127.0.0.1:{unused_port()}"
    async with Ory(url, retry=AT_ONCE, on_request=lambda request: attempts.append(request.attempt)) as ory:
        with pytest.raises(errors.ConnectError):
            await ory.request("POST", "/admin/things", plane="kratos_admin", body={})
    assert attempts == [1, 2, 3, 4]


async def test_a_time_limit_holds_for_each_attempt() -> None:
    async with (
        RawServer(silence, silence, OK) as server,
        Ory(server.url, retry=AT_ONCE, timeout=Timeout(total=0.15)) as ory,
    ):
        assert (await ory.courier.get_courier_message("m1")).id == "m1"
        assert len(server.heard) == 3


async def test_the_answer_with_response_is_the_last_one() -> None:
    async with RawServer(error_answer(503), json_answer({"id": "m1"}, 200, "X-Odd: 1")) as server:
        async with Ory(server.url, retry=AT_ONCE) as ory:
            response = await with_response(ory.courier.get_courier_message)("m1")
        assert (response.status, response.headers["x-odd"]) == (200, "1")


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(("headers", "wish"), WISHES)
async def test_what_a_server_wishes_is_obeyed(status: int, headers: str, wish: float | None, method: str) -> None:
    again = not wish and (status == 429 or method == "GET")
    policy = FOR_EVER if wish == 0 else AT_ONCE  # a wish that makes no sense leaves the wait to the policy
    async with RawServer(error_answer(status, headers), OK) as server, Ory(server.url, retry=policy) as ory:
        call = ory.request(method, "/admin/things", plane="kratos_admin")
        if again:
            await call
        else:
            with pytest.raises((errors.RateLimited, errors.ServerError)) as raised:
                await call
            assert raised.value.retry_after == wish
        assert len(server.heard) == (2 if again else 1)
        assert in_use(ory) == 0


def soon(form: str) -> str:
    """The header that asks to wait for a thousand seconds."""
    then = datetime.now(UTC) + timedelta(seconds=1000)
    return {
        "seconds": "Retry-After: 1000",
        "date": f"Retry-After: {format_datetime(then, usegmt=True)}",
        "reset in seconds": "x-ratelimit-reset: 1000",
        "reset at a time": f"x-ratelimit-reset: {int(then.timestamp())}",
    }[form]


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("form", ["seconds", "date", "reset in seconds", "reset at a time"])
async def test_a_longer_wish_than_the_longest_is_raised_at_once(status: int, form: str) -> None:
    async with RawServer(error_answer(status, soon(form)), OK) as server, Ory(server.url) as ory:
        with pytest.raises((errors.RateLimited, errors.ServerError)) as raised:
            await ory.courier.get_courier_message("m1")
        assert raised.value.retry_after == pytest.approx(1000, abs=30)
        assert len(server.heard) == 1
