"""Each kind of fault through the blocking client: the same typed errors, in time, and nothing left on its loop."""

from __future__ import annotations

import asyncio
import gc
import gzip
import threading
import time
import warnings
import weakref
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal

from ory_sync import Limits, Ory, RetryPolicy, Timeout, errors, models
from ory_sync.portal import portal as client_portal
from tests.support.connections import in_use
from tests.support.faults import (
    BROKEN,
    ERROR_SHAPES,
    EVERY_STATUS,
    SLOW,
    TOO_LARGE,
    UNREADABLE,
    WISHES,
    after,
    half_close,
    silence,
)
from tests.support.raw_server import Line, RawServer, Script, answer, error_answer, json_answer, unused_port

OK = json_answer({"id": "m1"})
AT_ONCE = RetryPolicy(base=0)


@pytest.fixture(scope="module")
def portal() -> Iterator[BlockingPortal]:
    """The loop of the servers."""
    with start_blocking_portal() as portal:
        yield portal


@contextmanager
def talking(portal: BlockingPortal, *scripts: Script, **options: Any) -> Iterator[tuple[Ory, RawServer]]:
    """A client without retries, and the server that it talks to; in the end no task and no connection are left."""
    settings: dict[str, Any] = {"retry": None, "timeout": 5.0, "limits": Limits(response_bytes=100_000)} | options
    with portal.wrap_async_context_manager(RawServer(*scripts)) as server:
        before = on_the_loop(tasks)
        with Ory(server.url, **settings) as ory:
            yield ory, server
            assert on_the_loop(lambda: in_use(ory._ory)) == 0
        assert on_the_loop(tasks) <= before
        portal.call(server.all_closed)


def on_the_loop(ask: Any) -> Any:
    """What the loop of the blocking clients says."""

    async def asking() -> Any:
        for _ in range(3):
            await asyncio.sleep(0)
        return ask()

    return client_portal().call(asking())


def tasks() -> set[asyncio.Task[Any]]:
    return asyncio.all_tasks() - {asyncio.current_task()}  # type: ignore[arg-type]


def get(ory: Ory) -> models.Message:
    return ory.courier.get_courier_message("m1")


def failure_of(ory: Ory) -> errors.OryError:
    started = time.monotonic()
    with pytest.raises(errors.OryError) as raised:
        get(ory)
    assert time.monotonic() - started < 3
    return raised.value


@pytest.mark.parametrize("url", ["http://127.0.0.1:{}", "https://127.0.0.1:{}", "http://ory.invalid:{}"])
def test_no_connection(url: str) -> None:
    with Ory(url.format(unused_port()), retry=None, timeout=2) as ory:
        error = failure_of(ory)
        assert isinstance(error, errors.ConnectError)
        assert error.sent is False


@pytest.mark.parametrize("greeting", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b""])
def test_no_tls(portal: BlockingPortal, greeting: bytes) -> None:
    with portal.wrap_async_context_manager(RawServer(greeting=greeting)) as server:
        with Ory(server.url.replace("http", "https"), retry=None, timeout=Timeout(total=2, connect=0.2)) as ory:
            error = failure_of(ory)
        assert isinstance(error, errors.ConnectError if greeting else errors.RequestTimeout)
        assert error.sent is False
        assert server.heard == []


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_answer(portal: BlockingPortal, how: str) -> None:
    with talking(portal, BROKEN[how], OK) as (ory, server):
        assert type(failure_of(ory)) is errors.ConnectionLost
        assert len(server.heard) == 1
        assert get(ory).id == "m1"


@pytest.mark.parametrize("how", SLOW)
def test_a_slow_answer(portal: BlockingPortal, how: str) -> None:
    with talking(portal, SLOW[how], timeout=0.1) as (ory, _):
        assert type(failure_of(ory)) is errors.RequestTimeout


@pytest.mark.parametrize("how", TOO_LARGE)
def test_an_answer_that_is_too_large(portal: BlockingPortal, how: str) -> None:
    with talking(portal, TOO_LARGE[how], OK) as (ory, _):
        assert "is larger than 100000 bytes" in str(failure_of(ory))
        assert get(ory).id == "m1"


@pytest.mark.parametrize(("body", "hint"), UNREADABLE.values(), ids=UNREADABLE)
@pytest.mark.parametrize("compressed", [False, True])
def test_a_success_that_cannot_be_read(portal: BlockingPortal, body: bytes, hint: str, compressed: bool) -> None:
    script = answer(200, gzip.compress(body), "Content-Encoding: gzip") if compressed else answer(200, body)
    with talking(portal, script) as (ory, _):
        error = failure_of(ory)
        assert type(error) is errors.DecodeError
        assert hint in str(error)


@pytest.mark.parametrize("shape", ERROR_SHAPES)
def test_errors_of_every_status_and_shape(portal: BlockingPortal, shape: str) -> None:
    scripts = [answer(status, ERROR_SHAPES[shape], "Location: /stolen") for status, _ in EVERY_STATUS]
    with talking(portal, *scripts) as (ory, server):
        for status, kind in EVERY_STATUS:
            error = failure_of(ory)
            assert type(error) is kind
            assert isinstance(error, errors.ApiError)
            assert error.status == status
        assert server.connections == 1
        assert len(server.heard) == len(EVERY_STATUS)  # no redirect was followed


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(("headers", "wish"), WISHES)
def test_what_a_server_wishes_is_obeyed(portal: BlockingPortal, status: int, headers: str, wish: float | None) -> None:
    policy = RetryPolicy(base=1000, cap=1000) if wish == 0 else AT_ONCE
    with talking(portal, error_answer(status, headers), OK, retry=policy) as (ory, server):
        if wish:
            error = failure_of(ory)
            assert isinstance(error, errors.ApiError)
            assert error.retry_after == wish
        else:
            assert get(ory).id == "m1"
        assert len(server.heard) == (1 if wish else 2)


def test_a_connection_half_closed_after_an_answer_is_not_used_again(portal: BlockingPortal) -> None:
    with talking(portal, after(OK, half_close), OK) as (ory, server):
        get(ory)
        portal.call(server.all_closed)
        ory.request("POST", "/admin/things", plane="kratos_admin", body={})
        assert (server.connections, len(server.heard)) == (2, 2)


@pytest.mark.parametrize("fault", [BROKEN["reset before the answer"], error_answer(503), error_answer(502)])
def test_only_what_is_safe_is_sent_again(portal: BlockingPortal, fault: Script) -> None:
    with talking(portal, fault, OK, fault, retry=AT_ONCE) as (ory, server):
        assert get(ory).id == "m1"
        assert len(server.heard) == 2
        with pytest.raises(errors.OryError):
            ory.request("POST", "/admin/things", plane="kratos_admin", body={})
        assert len(server.heard) == 3


def test_closing_ends_the_calls_of_other_threads(portal: BlockingPortal) -> None:
    heard = threading.Semaphore(0)

    async def hold(line: Line) -> None:
        heard.release()
        await silence(line)

    with portal.wrap_async_context_manager(RawServer(hold)) as server, ThreadPoolExecutor(3) as pool:
        ory = Ory(server.url)
        calls = [pool.submit(get, ory) for _ in range(3)]
        for _ in calls:
            assert heard.acquire(timeout=5)
        ory.close()
        for call in calls:
            assert type(call.exception(timeout=5)) is errors.ClientClosed
        portal.call(server.all_closed)


def test_many_threads_of_which_some_fail(portal: BlockingPortal) -> None:
    async def moody(line: Line) -> None:
        number = int(line.request.target.rpartition("/m")[2])
        if number % 3 == 0:
            line.reset()
        elif number % 3 == 1:
            await line.send(answer(500))
        else:
            await line.send(json_answer({"id": f"m{number}"}))

    def call(number: int) -> type:
        try:
            message = ory.courier.get_courier_message(f"m{number}")
        except errors.OryError as error:
            return type(error)
        assert message.id == f"m{number}"
        return type(message)

    with talking(portal, moody) as (ory, _), ThreadPoolExecutor(8) as pool:
        kinds: list[type] = [errors.ConnectionLost, errors.ServerError, models.Message]
        assert list(pool.map(call, range(240))) == kinds * 80


def test_an_error_goes_when_nobody_needs_it(portal: BlockingPortal) -> None:
    """Nothing that it refers to refers back to it, or memory would grow until the collector runs."""

    def fail() -> weakref.ref[errors.OryError]:
        try:
            get(ory)
        except errors.OryError as error:
            return weakref.ref(error)
        pytest.fail("there was no error")

    with talking(portal, error_answer(404)) as (ory, _):
        gc.collect()
        gc.disable()
        try:
            gone = fail()
            on_the_loop(tasks)
            assert gone() is None
        finally:
            gc.enable()


def test_no_warning_of_a_call_that_failed(portal: BlockingPortal) -> None:
    with warnings.catch_warnings(record=True) as seen, talking(portal, BROKEN["garbage"]) as (ory, _):
        warnings.simplefilter("always")
        failure_of(ory)
    assert seen == []
