"""Each way an exchange can go wrong on a real socket: the typed error, in time, and nothing left behind."""

from __future__ import annotations

import asyncio
import gzip
import time
import traceback
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from ory_async import Limits, Ory, Request, RetryPolicy, Timeout, errors, models
from tests.support.connections import connector_of, idle, in_use, until
from tests.support.faults import (
    BROKEN,
    ERROR_SHAPES,
    EVERY_STATUS,
    SLOW,
    TOO_LARGE,
    UNREADABLE,
    after,
    half_close,
    hang_up,
    silence,
)
from tests.support.raw_server import Line, RawServer, Script, answer, error_answer, json_answer, unused_port

PLANTED = "pLanted"
LIMIT = 100_000

OK = json_answer({"id": "m1"})


@asynccontextmanager
async def talking(*scripts: Script, **options: Any) -> AsyncIterator[tuple[Ory, RawServer]]:
    """A client without retries, and the server that it talks to."""
    async with RawServer(*scripts) as server:
        settings: dict[str, Any] = {"retry": None, "timeout": 5.0, "limits": Limits(response_bytes=LIMIT)} | options
        async with Ory(server.url, **settings) as ory:
            yield ory, server
        await server.all_closed()


def get(ory: Ory) -> Awaitable[models.Message]:
    return ory.courier.get_courier_message(PLANTED)


def in_time() -> float:
    """Seconds that no failure may take; uvloop reads up to 8 MB of a flood before it looks at the time."""
    return 2.0 if isinstance(asyncio.get_running_loop(), asyncio.BaseEventLoop) else 5.0


async def failure_of(call: Awaitable[object]) -> errors.OryError:
    """The error of a call, which must come in time and say where, but no id and no token, not even in its causes."""
    started = time.monotonic()
    with pytest.raises(errors.OryError) as raised:
        await call
    assert time.monotonic() - started < in_time()
    assert "courier.get_courier_message" in str(raised.value)
    assert "\n" not in str(raised.value)
    assert PLANTED not in "".join(traceback.format_exception(raised.value))
    return raised.value


# no connection


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:{port}", "https://127.0.0.1:{port}", "http://[::1]:{port}", "http://x.invalid:{port}"]
)
async def test_no_connection(url: str) -> None:
    async with Ory(url.format(port=unused_port()), retry=None, timeout=1.5) as ory:
        error = await failure_of(get(ory))
        assert type(error) is errors.ConnectError
        assert (error.sent, error.operation) == (False, "courier.get_courier_message")
        assert in_use(ory) == idle(ory) == 0


async def test_a_name_whose_address_nobody_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    async def resolve(*_: object, **__: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(aiohttp.DefaultResolver, "resolve", resolve)
    async with Ory("http://ory.invalid", retry=None, timeout=0.1) as ory:
        error = await failure_of(get(ory))
        assert type(error) is errors.RequestTimeout
        assert error.sent is False
        assert "no connection within 0.1 s" in str(error)
        assert in_use(ory) == idle(ory) == 0


async def test_a_plain_server_behind_https() -> None:
    async with (
        RawServer(greeting=b"HTTP/1.1 400 Bad Request\r\n\r\n") as server,
        Ory(server.url.replace("http", "https"), retry=None, timeout=1.5) as ory,
    ):
        error = await failure_of(get(ory))
        assert type(error) is errors.ConnectError
        assert error.sent is False
        assert server.heard == []


async def test_a_server_that_accepts_but_never_finishes_the_tls_handshake() -> None:
    async with (
        RawServer() as server,
        Ory(server.url.replace("http", "https"), retry=None, timeout=Timeout(total=5, connect=0.1)) as ory,
    ):
        error = await failure_of(get(ory))
        assert type(error) is errors.RequestTimeout
        assert error.sent is False
        assert "no connection within 0.1 s" in str(error)


@pytest.mark.parametrize("status", [403, 407, 502])
async def test_a_proxy_that_refuses_the_tunnel(status: int) -> None:
    async with (
        RawServer(answer(status)) as proxy,
        Ory("https://ory.invalid", proxy=proxy.url, retry=None) as ory,
    ):
        error = await failure_of(get(ory))
        assert type(error) is errors.ConnectError
        assert error.sent is False
        assert [heard.method for heard in proxy.heard] == ["CONNECT"]


async def test_a_proxy_that_is_not_there() -> None:
    async with Ory("http://ory.invalid", proxy=f"http://127.0.0.1:{unused_port()}", retry=None) as ory:
        error = await failure_of(get(ory))
        assert type(error) is errors.ConnectError


async def test_calls_that_wait_for_a_connection_wait_inside_their_time_limit() -> None:
    async with talking(silence, timeout=0.15, limits=Limits(connections=1)) as (ory, server):
        found = await asyncio.gather(*(failure_of(get(ory)) for _ in range(3)))
        assert {type(error) for error in found} == {errors.RequestTimeout}
        assert len(server.heard) <= 3
        assert in_use(ory) == idle(ory) == 0


async def test_a_call_that_never_had_a_connection_was_not_sent_and_is_tried_again() -> None:
    attempts: list[tuple[str, int]] = []

    def note(request: Request) -> None:
        attempts.append((request.method, request.attempt))

    async with talking(silence, limits=Limits(connections=1), on_request=note) as (ory, server):
        first = asyncio.create_task(get(ory))
        await until(lambda: server.heard)
        hurried = ory.with_options(timeout=0.1, retry=RetryPolicy(attempts=2, base=0))
        with pytest.raises(errors.RequestTimeout, match=r"no connection within 0\.1 s") as raised:
            await hurried.request("POST", "/admin/things", plane="kratos_admin", body={})
        assert raised.value.sent is False
        assert attempts == [("GET", 1), ("POST", 1), ("POST", 2)]
        assert [heard.method for heard in server.heard] == ["GET"]
        first.cancel()


@pytest.mark.asyncio(loop_factories=["asyncio"])  # uvloop reads into a buffer that it keeps
async def test_connections_read_no_more_at_once_than_the_c_library_has_at_hand() -> None:
    async with talking(OK) as (ory, _):
        await get(ory)
        [[(protocol, _)]] = connector_of(ory)._conns.values()
        assert getattr(protocol.transport, "max_size", 0) == 65536


# a connection that breaks, or says what is no HTTP


@pytest.mark.parametrize("how", BROKEN)
async def test_a_broken_answer_is_a_lost_connection(how: str) -> None:
    async with talking(BROKEN[how], timeout=1.5) as (ory, server):
        error = await failure_of(get(ory))
        assert type(error) is errors.ConnectionLost
        assert (error.sent, error.operation) == (True, "courier.get_courier_message")
        assert in_use(ory) == idle(ory) == 0
        assert len(server.heard) == 1


@pytest.mark.parametrize("how", BROKEN)
async def test_the_call_after_a_broken_one_is_not_harmed(how: str) -> None:
    async with talking(BROKEN[how], OK, timeout=1.5) as (ory, _):
        await failure_of(get(ory))
        assert (await get(ory)).id == "m1"


async def test_a_connection_that_is_gone_in_the_words_of_uvloop(monkeypatch: pytest.MonkeyPatch) -> None:
    async def connect(*_: object, **__: object) -> None:
        raise RuntimeError("unable to perform operation on <UVPoll closed=True 0x7f32>; the handler is closed")

    async with talking(OK) as (ory, _):
        await get(ory)
        with monkeypatch.context() as patched:
            patched.setattr(connector_of(ory), "connect", connect)
            error = await failure_of(get(ory))
        assert type(error) is errors.ConnectionLost
        assert "the handler is closed" in str(error)
        assert (await get(ory)).id == "m1"


# slowness


@pytest.mark.parametrize("how", SLOW)
async def test_a_slow_answer_ends_at_the_time_limit(how: str) -> None:
    async with talking(SLOW[how], OK, timeout=Timeout(total=0.2)) as (ory, server):
        error = await failure_of(get(ory))
        assert type(error) is errors.RequestTimeout
        assert "no answer within 0.2 s" in str(error)
        assert error.sent is True
        assert in_use(ory) == idle(ory) == 0
        await server.all_closed()
        assert (await ory.with_options(timeout=2).courier.get_courier_message("m1")).id == "m1"


async def test_a_time_limit_of_one_call_leaves_the_others_alone() -> None:
    async def slow_for_the_first(line: Line) -> None:
        if line.request.target.endswith("slow"):
            await line.until_closed()
        else:
            await asyncio.sleep(0.25)
            await line.send(OK)

    async with talking(slow_for_the_first) as (ory, _):
        hasty = ory.with_options(timeout=0.1)
        late, *others = await asyncio.gather(
            hasty.courier.get_courier_message("slow"),
            *(ory.courier.get_courier_message("m1") for _ in range(3)),
            return_exceptions=True,
        )
        assert isinstance(late, errors.RequestTimeout)
        assert [type(other) for other in others] == [models.Message] * 3


# size


@pytest.mark.parametrize("how", TOO_LARGE)
async def test_a_body_beyond_the_limit_is_not_read(how: str) -> None:
    async with talking(TOO_LARGE[how], OK) as (ory, _):
        error = await failure_of(get(ory))
        assert type(error) is errors.DecodeError
        assert "is larger than 100000 bytes" in str(error)
        assert "limits=Limits(response_bytes=...)" in str(error)
        assert in_use(ory) == idle(ory) == 0
        assert (await get(ory)).id == "m1"


@pytest.mark.parametrize("compressed", [False, True])
async def test_a_body_just_inside_the_limit_is_read(compressed: bool) -> None:
    body = b'{"id": "m1"}'.ljust(LIMIT)
    whole = answer(200, gzip.compress(body), "Content-Encoding: gzip") if compressed else answer(200, body)
    async with talking(whole) as (ory, _):
        assert (await get(ory)).id == "m1"


# answers that are whole, though odd


@pytest.mark.parametrize("shape", ERROR_SHAPES)
@pytest.mark.parametrize(("status", "kind"), EVERY_STATUS)
async def test_every_status_with_every_shape_of_error(status: int, kind: type[errors.ApiError], shape: str) -> None:
    html = "text/html" if shape == "html" else "application/json"
    async with talking(answer(status, ERROR_SHAPES[shape], f"Content-Type: {html}\nX-Request-Id: r1")) as (ory, _):
        error = await failure_of(get(ory))
        assert type(error) is kind
        assert (error.status, error.request_id) == (status, "r1")
        assert (in_use(ory), idle(ory)) == (0, 1)
        if shape in ("kratos", "hydra"):
            assert (error.message, error.reason) == ("because", "of this")


@pytest.mark.parametrize("upgrade", ["", "Upgrade: websocket\r\nConnection: Upgrade\r\n"])
async def test_a_switch_of_protocols_that_nobody_asked_for(upgrade: str) -> None:
    async with talking(f"HTTP/1.1 101 Switching Protocols\r\n{upgrade}\r\n".encode(), OK) as (ory, _):
        error = await failure_of(get(ory))
        assert type(error) is errors.ApiError
        assert error.status == 101
        assert (await get(ory)).id == "m1"


@pytest.mark.parametrize(("body", "hint"), UNREADABLE.values(), ids=UNREADABLE)
async def test_a_success_that_cannot_be_read(body: bytes, hint: str) -> None:
    async with talking(answer(200, body, "Content-Type: application/json")) as (ory, _):
        error = await failure_of(get(ory))
        assert type(error) is errors.DecodeError
        assert hint in str(error)
        assert (in_use(ory), idle(ory)) == (0, 1)


@pytest.mark.parametrize(
    "script",
    [
        b"HTTP/1.1 204 No Content\r\nContent-Type: application/json; charset=utf-8\r\n\r\n",
        b"HTTP/1.1 204 No Content\r\n\r\n",
        answer(200, b""),
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + answer(200, b"null"),
        after(b"HTTP/1.0 200 OK\r\n\r\n", hang_up),
        after(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nnull", hang_up),
    ],
    ids=["204 with a type", "204", "empty", "interim", "http/1.0", "closed at its end"],
)
async def test_answers_without_a_body_or_a_length(script: Script) -> None:
    async with talking(script) as (ory, _):
        assert await ory.request("DELETE", "/admin/things/1", plane="kratos_admin") is None
        assert in_use(ory) == 0


# connections


async def test_a_connection_half_closed_after_an_answer_is_not_used_again() -> None:
    async with talking(after(OK, half_close), OK) as (ory, server):
        await get(ory)
        await server.all_closed()  # the client has closed its half
        await ory.request("POST", "/admin/things", plane="kratos_admin", body={})
        assert (server.connections, len(server.heard)) == (2, 2)


async def test_a_connection_is_used_again() -> None:
    async with talking(OK, error_answer(404), OK) as (ory, server):
        await get(ory)
        with pytest.raises(errors.NotFound):
            await get(ory)
        await get(ory)
        assert server.connections == 1


async def test_a_connection_closed_while_idle_does_not_harm_the_next_read() -> None:
    async with talking(after(OK, hang_up), OK, retry=RetryPolicy(base=0)) as (ory, server):
        await get(ory)
        await server.all_closed()
        assert (await get(ory)).id == "m1"
        assert (server.connections, len(server.heard)) == (2, 2)


async def test_a_connection_closed_at_the_next_request_is_lost_for_a_write() -> None:
    async with talking(OK, hang_up, OK) as (ory, server):
        await get(ory)
        with pytest.raises(errors.ConnectionLost):
            await ory.request("POST", "/admin/things", plane="kratos_admin", body={})
        assert len(server.heard) == 2  # it was not sent again


async def test_connections_close_with_the_client() -> None:
    async with RawServer(OK) as server:
        ory = Ory(server.url)
        await get(ory)
        connector = connector_of(ory)
        assert server.open == 1
        await ory.close()
        await server.all_closed()
        assert connector.closed


async def test_a_session_of_the_user_stays_open() -> None:
    import aiohttp

    async with (
        RawServer(OK) as server,
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), raise_for_status=True) as session,
    ):
        async with Ory(server.url, session=session) as ory:
            await get(ory)
        assert not session.closed
        async with session.get(server.url) as response:
            assert response.status == 200


async def test_a_session_of_the_user_that_was_closed() -> None:
    import aiohttp

    session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
    await session.close()
    async with RawServer(OK) as server, Ory(server.url, session=session) as ory:
        assert type(await failure_of(get(ory))) is errors.ClientClosed


# what travels, and what never does


async def test_no_redirect_is_followed() -> None:
    async with RawServer(OK) as elsewhere:
        script = answer(307, b"<a>Moved</a>", f"Location: {elsewhere.url}/stolen")
        async with talking(script, auth="ory_pat_x") as (ory, server):
            error = await failure_of(get(ory))
            assert type(error) is errors.UnexpectedRedirect
            assert error.location == f"{elsewhere.url}/stolen"
            assert (len(server.heard), elsewhere.heard) == (1, [])


async def test_no_cookie_is_kept() -> None:
    setting = json_answer({}, 200, "Set-Cookie: ory_kratos_session=someone; Path=/\nSet-Cookie: csrf=1; Path=/")
    async with talking(setting) as (ory, server):
        await get(ory)
        await get(ory)
        await ory.request("GET", "/x", plane="kratos_public", headers={"Cookie": "mine=1"})
        await get(ory)
        assert [heard.header("Cookie") for heard in server.heard] == [None, None, "mine=1", None]


async def test_a_key_goes_only_to_operations_that_ask_for_it() -> None:
    async with talking(OK, auth="ory_pat_x") as (ory, server):
        await get(ory)
        await ory.request("GET", "/sessions/whoami", plane="kratos_public", headers={"X-Session-Token": "t"})
        assert [heard.header("Authorization") for heard in server.heard] == ["Bearer ory_pat_x", None]
        assert server.heard[1].header("X-Session-Token") == "t"


async def test_a_request_on_the_wire() -> None:
    async with talking(OK) as (ory, server):
        await ory.request(
            "POST", "/admin/a%2Fb", plane="kratos_admin", body={"ä": "\ud800"}, query={"q": "a b/ä", "e": ""}
        )
        [heard] = server.heard
        assert (heard.method, heard.target) == ("POST", "/admin/a%2Fb?q=a%20b%2F%C3%A4&e=")
        assert heard.header("Accept") == heard.header("Content-Type") == "application/json"
        assert heard.body == b'{"\\u00e4":"\\ud800"}'
        names = {name.lower() for name, _ in heard.headers}
        assert names == {"host", "user-agent", "accept", "accept-encoding", "content-type", "content-length"}


@pytest.mark.parametrize("id", ["a/b", "a?b=c", "a#b", "a%2Fb", "../x", "a b", "ä", "a;b", "..;", "\x00"])
async def test_an_id_reaches_the_server_as_one_segment(id: str) -> None:
    from urllib.parse import unquote

    async with talking(OK) as (ory, server):
        await ory.courier.get_courier_message(id)
        assert server.heard[0].target.count("/") == 4
        assert unquote(server.heard[0].target.rpartition("/")[2]) == id
