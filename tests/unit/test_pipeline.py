"""The way of one call, over a transport without a network."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from typing import Any

import pytest

from ory_async import Answer, BasicAuth, BearerToken, Headers, Ory, RetryPolicy, Timeout, errors, models, with_response
from tests.support.stub_transport import StubTransport, client_of, reply

AT_ONCE = RetryPolicy(attempts=4, base=0)
REFUSED = errors.ConnectError("refused")
LOST = errors.ConnectionLost("reset")
PLANTED = "pLanted"


async def read_one(ory: Ory) -> object:
    return await ory.courier.get_courier_message("m1")


async def write_one(ory: Ory) -> object:
    return await ory.request("POST", "/admin/things", plane="kratos_admin", body={"a": 1})


async def test_a_call_becomes_one_request_and_its_answer_the_model() -> None:
    transport = StubTransport(reply({"id": "m/1"}))
    message = await client_of(transport).courier.get_courier_message("m/1")
    assert isinstance(message, models.Message)
    assert message.id == "m/1"
    [(method, url, headers, body)] = transport.sent
    assert (method, url, body) == ("GET", "https://ory.example/admin/courier/messages/m%2F1", None)
    assert headers.keys() == {"User-Agent", "Accept"}
    assert headers["Accept"] == "application/json"


@pytest.mark.parametrize("id", ["", ".", "..", None, 7, "\ud800"])
async def test_bad_input_is_refused_before_anything_is_sent(id: Any) -> None:
    transport = StubTransport()
    with pytest.raises(errors.InvalidRequest, match=r"courier\.get_courier_message: id"):
        await client_of(transport).courier.get_courier_message(id)
    assert transport.sent == []


# retries


@pytest.mark.parametrize(
    ("script", "reads", "writes"),
    [
        ([reply({}, 429)], 4, 4),
        ([reply({}, 502)], 4, 1),
        ([reply({}, 503)], 4, 1),
        ([reply({}, 504)], 4, 1),
        ([reply({}, 500)], 1, 1),
        ([reply({}, 404)], 1, 1),
        ([REFUSED], 4, 4),
        ([LOST], 4, 1),
        ([errors.RequestTimeout("slow")], 4, 1),
        ([errors.DecodeError("too large")], 1, 1),
        ([errors.ClientClosed("closed")], 1, 1),
        ([reply({}, 503), REFUSED, reply({}, 429), reply({"id": "m1"})], 4, 1),
        ([REFUSED, reply({}, 429), reply({"id": "m1"})], 3, 3),
    ],
)
async def test_how_often_a_read_and_a_write_are_sent(script: list[Any], reads: int, writes: int) -> None:
    for call, times in ((read_one, reads), (write_one, writes)):
        transport = StubTransport(*script)
        with contextlib.suppress(errors.OryError):
            await call(client_of(transport, retry=AT_ONCE))
        assert len(transport.sent) == times


async def test_without_a_policy_nothing_is_repeated() -> None:
    for turn in (reply({}, 429), REFUSED):
        transport = StubTransport(turn)
        with pytest.raises(errors.OryError):
            await read_one(client_of(transport, retry=None))
        assert len(transport.sent) == 1


async def test_attempts_are_counted_and_sent_alike() -> None:
    attempts: list[int] = []
    transport = StubTransport(reply({}, 503), reply({}, 503), reply({"id": "m1"}))
    await read_one(client_of(transport, retry=AT_ONCE, on_request=lambda request: attempts.append(request.attempt)))
    assert attempts == [1, 2, 3]
    assert transport.sent[0] == transport.sent[1] == transport.sent[2]


async def test_the_wait_is_what_the_server_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    transport = StubTransport(
        reply({}, 429, Retry_After="7"),
        reply({}, 503, x_ratelimit_reset="9"),
        reply({}, 429, Retry_After="0"),
        reply({}),
    )
    await read_one(client_of(transport, retry=RetryPolicy(attempts=4, base=100, cap=100)))
    assert waits == [7, 9, 0]


async def test_a_longer_wish_is_raised_at_once() -> None:
    transport = StubTransport(reply({}, 429, Retry_After="31"))
    with pytest.raises(errors.RateLimited) as raised:
        await read_one(client_of(transport, retry=RetryPolicy(max_retry_after=30)))
    assert raised.value.retry_after == 31
    assert len(transport.sent) == 1


async def test_a_token_is_fetched_anew_for_each_attempt() -> None:
    tokens = iter(["t1", "t2", "t3"])

    async def fetch(scopes: Sequence[str]) -> str:
        return next(tokens)

    transport = StubTransport(reply({}, 503), reply({}))
    await read_one(client_of(transport, auth=BearerToken(fetch), retry=AT_ONCE))
    assert [headers["Authorization"] for _, _, headers, _ in transport.sent] == ["Bearer t1", "Bearer t2"]


async def test_an_error_of_the_token_fetcher_comes_as_it_is() -> None:
    async def fetch(scopes: Sequence[str]) -> str:
        raise LookupError("no token")

    transport = StubTransport()
    with pytest.raises(LookupError, match="no token"):
        await read_one(client_of(transport, auth=BearerToken(fetch)))
    assert transport.sent == []


# credentials


@pytest.mark.parametrize(
    ("plane", "sent"),
    [
        ("kratos_public", None),
        ("hydra_public", None),
        ("kratos_admin", "Bearer ory_pat_x"),
        ("hydra_admin", "Bearer ory_pat_x"),
        ("keto_read", "Bearer ory_pat_x"),
        ("console", "Bearer ory_wak_y"),
    ],
)
async def test_a_credential_goes_only_where_it_is_asked_for(plane: Any, sent: str | None) -> None:
    transport = StubTransport()
    ory = client_of(transport, auth="ory_pat_x", workspace_api_key="ory_wak_y")
    await ory.request("GET", "/things", plane=plane)
    assert transport.sent[0][2].get("Authorization") == sent


async def test_the_credential_of_a_call_goes_before_that_of_the_client() -> None:
    transport = StubTransport()
    ory = client_of(transport, auth="ory_pat_x")
    await ory.request("GET", "/things", plane="kratos_admin", auth=BasicAuth("a", "b"))
    assert transport.sent[0][2]["Authorization"] == "Basic YTpi"


async def test_the_console_needs_a_key_of_its_own() -> None:
    transport = StubTransport()
    with pytest.raises(errors.ConfigurationError, match="give workspace_api_key, or set ORY_WORKSPACE_API_KEY"):
        await client_of(transport, auth="ory_pat_x").request("GET", "/projects", plane="console")
    assert transport.sent == []


@pytest.mark.parametrize("auth", [BasicAuth("a", "b"), BearerToken("t")])
async def test_the_credential_of_a_call_must_not_cross_a_network_unencrypted(auth: Any) -> None:
    planes: Any = {"kratos_admin": "http://kratos:4434"}
    transport: Any = StubTransport()
    with pytest.raises(errors.ConfigurationError, match=r"http://kratos:4434: use https, or allow_insecure=True"):
        await Ory._made(planes, {}, transport).request("GET", "/things", plane="kratos_admin", auth=auth)
    assert transport.sent == []
    await Ory._made(planes, {"allow_insecure": True}, transport).request("GET", "/x", plane="kratos_admin", auth=auth)
    assert len(transport.sent) == 1


class Odd:
    """A credential of the user's own."""

    def __init__(self, value: Any) -> None:
        self._value = value

    async def authorization(self) -> Any:
        return self._value


@pytest.mark.parametrize("auth", ["ory_pat_x", 7, Odd(None), Odd("a\r\nX-Evil: 1"), Odd("\ud800"), Odd(b"x")])
async def test_a_bad_credential_of_a_call_is_refused(auth: Any) -> None:
    transport = StubTransport()
    with pytest.raises(errors.InvalidRequest, match=r"(auth|Authorization)"):
        await client_of(transport).request("GET", "/things", plane="kratos_admin", auth=auth)
    assert transport.sent == []


async def test_a_plane_without_url_is_named_with_its_settings() -> None:
    ory = Ory.self_hosted(kratos_admin="https://ory.example")
    with pytest.raises(errors.ConfigurationError) as raised:
        await ory.request("GET", "/x", plane="talos_admin")
    assert str(raised.value) == (
        "request GET /x needs talos_admin: give Ory.self_hosted(talos_admin=...), or set ORY_TALOS_ADMIN_URL"
    )


# with_options


async def test_options_of_a_copy() -> None:
    transport = StubTransport(reply([]))
    ory = client_of(transport, headers={"x-tenant": "a"}, query={"region": "eu", "empty": "", "none": None})
    copy = ory.with_options(timeout=2, headers={"X-Tenant": "b"}, query={"page_size": 7})
    await ory.courier.list_courier_messages(page_size=1)
    await copy.courier.list_courier_messages(page_size=1)
    (_, url, headers, _), (_, other_url, other_headers, _) = transport.sent
    assert url.endswith("/admin/courier/messages?page_size=1&region=eu&empty=")
    assert other_url.endswith("/admin/courier/messages?page_size=7")
    assert (headers["X-Tenant"], other_headers["X-Tenant"]) == ("a", "b")
    assert transport.timeouts == [Timeout(), Timeout(total=2, connect=2)]


# with_response


async def test_with_response_gives_status_and_headers_too() -> None:
    answer = Answer(201, Headers.of([("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]), b'{"id": "m1"}')
    response = await with_response(client_of(StubTransport(answer)).courier.get_courier_message)("m1")
    assert (response.data.id, response.status, response.set_cookies) == ("m1", 201, ["a=1", "b=2"])


async def test_with_response_of_a_pager_is_that_of_its_page() -> None:
    transport = StubTransport(reply([{"id": "m1"}], Link='</x?page_token=t>; rel="next"', X_Odd="1"))
    response = await with_response(client_of(transport).courier.list_courier_messages)(page_size=1)
    assert [message.id for message in response.data] == ["m1"]
    assert response.data.next_page_token == "t"
    assert response.headers["X-Odd"] == "1"


async def test_with_response_of_a_helper_is_that_of_its_last_call_after_retries() -> None:
    transport = StubTransport(reply({"id": "m1"}, 200), reply({}, 503), reply({"id": "m2"}, 202))
    ory = client_of(transport, retry=AT_ONCE)

    async def helper() -> str:
        first = await ory.courier.get_courier_message("m1")
        second = await asyncio.create_task(ory.courier.get_courier_message("m2"))
        return first.id + second.id

    response = await with_response(helper)()
    assert (response.data, response.status) == ("m1m2", 202)


async def test_with_response_inside_with_response_sees_each_its_own() -> None:
    transport = StubTransport(reply({}, 200), reply({}, 202), reply({}, 404), reply({}, 201))
    get = client_of(transport).courier.get_courier_message

    async def helper() -> int:
        await get("m1")
        inner = await with_response(get)("m2")
        with pytest.raises(errors.NotFound):
            await with_response(get)("m3")
        await get("m4")
        return inner.status

    response = await with_response(helper)()
    assert (response.data, response.status) == (202, 201)


async def test_calls_side_by_side_see_each_its_own_answer() -> None:
    def echo(request: Any) -> Answer:
        return reply({"id": "x"}, X_Echo=request.url.rpartition("/")[2])

    get = client_of(StubTransport(echo)).courier.get_courier_message
    responses = await asyncio.gather(*(with_response(get)(f"m{number}") for number in range(20)))
    assert [response.headers["x-echo"] for response in responses] == [f"m{number}" for number in range(20)]


async def test_an_error_comes_through_with_response_and_leaves_nothing_behind() -> None:
    ory = client_of(StubTransport(reply({}, 404), reply({"id": "m1"})))
    with pytest.raises(errors.NotFound):
        await with_response(ory.courier.get_courier_message)("m1")
    assert (await ory.courier.get_courier_message("m1")).id == "m1"


async def test_with_response_of_what_makes_no_call_is_refused() -> None:
    async def idle() -> None: ...

    with pytest.raises(TypeError, match="make a call"):
        await with_response(idle)()


def test_with_response_keeps_name_and_docstring() -> None:
    method = client_of(StubTransport()).courier.get_courier_message
    assert with_response(method).__name__ == "get_courier_message"
    assert with_response(method).__doc__ == method.__doc__


# logs


@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO])
async def test_logs_hold_no_id_no_token_and_no_value(level: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(level)
    transport = StubTransport(
        REFUSED,
        reply({"error": {"message": PLANTED}}, 503),
        reply([{"id": PLANTED}], Set_Cookie=PLANTED),
        reply({"id": PLANTED}),
    )
    ory = client_of(transport, auth=PLANTED, headers={"Cookie": PLANTED}, query={"q": PLANTED}, retry=AT_ONCE)
    await ory.courier.list_courier_messages(page_token=PLANTED, recipient=PLANTED)
    await ory.courier.get_courier_message(PLANTED)
    await ory.request("POST", f"/admin/things?token={PLANTED}", plane="kratos_admin", body={"password": PLANTED})
    assert PLANTED not in caplog.text
    assert "courier.list_courier_messages" in caplog.text
    if level == logging.DEBUG:
        assert "GET /admin/courier/messages/{id} -> 200" in caplog.text
        assert "POST /admin/things -> 200" in caplog.text
