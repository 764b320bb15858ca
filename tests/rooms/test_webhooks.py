"""What all receivers share: who may call, what is refused, duplicates, and frameworks."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import fastapi
import httpx
import pytest
import uvicorn
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from starlette.applications import Starlette
from starlette.routing import Route

from ory_async import errors
from ory_async.webhooks import (
    Action,
    ActionReceiver,
    Authentication,
    Block,
    Deliveries,
    Endpoint,
    EventReceiver,
    PasswordMigration,
    PasswordMigrationReceiver,
    Receiver,
    WebhookRefused,
)

KEY = {"X-API-Key": "a-key"}
ANN = {"flow": {"id": "f1", "type": "api"}, "identity": {"id": "i1", "traits": {"email": "ann@example.com"}}}
BODY = json.dumps(ANN).encode()


def receiver(*keys: str, **options: Any) -> ActionReceiver[Action]:
    return ActionReceiver(Authentication.api_key(*keys or ("a-key",)), **options)


class Handler:
    """Blocks what it sees, and counts."""

    def __init__(self) -> None:
        self.seen: list[Action] = []
        self.failing = False
        self.has_begun = asyncio.Event()
        self.may_end = asyncio.Event()
        self.may_end.set()

    async def __call__(self, action: Action) -> Block:
        self.seen.append(action)
        self.has_begun.set()
        await self.may_end.wait()
        if self.failing:
            raise RuntimeError("the database is away")
        return Block(f"no {len(self.seen)}")


@pytest.fixture
def handler() -> Handler:
    return Handler()


# who may call


@pytest.mark.parametrize(
    ("authentication", "good", "bad"),
    [
        (Authentication.api_key("k", "older"), {"x-api-key": "k"}, {"X-API-Key": "kk"}),
        (Authentication.api_key("k", "older"), {"X-Api-Key": "older"}, {"Authorization": "k"}),
        (Authentication.api_key("k", header="Authorization"), {"authorization": "k"}, {"authorization": "Bearer k"}),
        (Authentication.cookie("hook", "k"), {"Cookie": "a=b; hook=k"}, {"Cookie": "hooks=k; hook=; other=k"}),
        (
            Authentication.basic("ory", "p:w"),
            {"Authorization": "Basic b3J5OnA6dw=="},
            {"Authorization": "Basic b3J5Og=="},
        ),
        (Authentication.basic("ory", "p:w"), {"Authorization": "basic b3J5OnA6dw=="}, {"Authorization": "Basic %%%"}),
        (Authentication.bearer("t"), {"Authorization": "bearer t"}, {"Authorization": "Bearer"}),
        (Authentication.bearer("t"), {"Authorization": "Bearer t"}, {"Authorization": "Basic dA=="}),
        (Authentication.api_key("schlüssel"), {"X-API-Key": "schlüssel"}, {"X-API-Key": "schl\udcfcssel"}),
    ],
)
def test_callers_show_a_secret(authentication: Authentication, good: dict[str, str], bad: dict[str, str]) -> None:
    receiver = ActionReceiver(authentication)
    assert receiver.receive(good, BODY).flow.id == "f1"
    for headers in (bad, {}):
        with pytest.raises(WebhookRefused) as caught:
            receiver.receive(headers, BODY)
        assert (caught.value.status, caught.value.reason) == (401, "unauthenticated")


def test_nothing_needs_to_be_shown_where_that_is_said() -> None:
    assert ActionReceiver(Authentication.none()).receive({}, BODY).flow.id == "f1"


@pytest.mark.parametrize(
    "make",
    [
        Authentication.api_key,
        lambda: Authentication.api_key(""),
        lambda: Authentication.api_key(" k"),
        lambda: Authentication.api_key("k", header="X Key"),
        lambda: Authentication.basic("user"),
        lambda: Authentication.bearer(None),  # type: ignore[arg-type]
        lambda: ActionReceiver("a-key"),  # type: ignore[call-overload]
        lambda: receiver(max_body=0),
        lambda: Deliveries(ttl=0),
        lambda: Deliveries(max_size=0),
    ],
)
def test_settings_that_make_no_sense(make: Callable[[], object]) -> None:
    with pytest.raises((errors.ConfigurationError, errors.InvalidRequest)):
        make()


def test_secrets_are_not_shown() -> None:
    for shown in (Authentication.basic("ory", "hidden-pw"), Authentication.api_key("hidden-key")):
        assert "hidden" not in repr(shown)
    payload = PasswordMigrationReceiver(Authentication.none()).receive({}, b'{"identifier":"ann","password":"hidden"}')
    assert payload.password == "hidden"
    assert "hidden" not in repr(payload)


# what is refused


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"no JSON", 400),
        (b"\xff\xfe", 400),
        (b'{"flow": NaN}', 400),
        (b"[" * 65 + b"]" * 65, 400),
        (b"[" * 100_000, 400),
        (b'{"flow":{"id":' + b'{"a":' * 500 + b"1" + b"}" * 502, 400),
        (b"null", 422),
        (b"[]", 422),
        (b"{}", 422),
        (b'{"flow": "hidden"}', 422),
        (b'{"flow": {"id": "f"}, "identity": ["hidden"]}', 422),
        (b"x" * 1_048_577, 413),
    ],
)
async def test_bad_bodies_are_refused(body: bytes, status: int, handler: Handler) -> None:
    with pytest.raises(WebhookRefused) as caught:
        receiver().receive(KEY, body)
    assert caught.value.status == status
    assert "hidden" not in str(caught.value)
    reply = await receiver().endpoint(handler).respond(KEY, body)
    assert (reply.status, reply.headers["Content-Type"]) == (status, "application/problem+json")
    assert json.loads(reply.body) == {
        "title": caught.value.reason,
        "status": status,
        "detail": str(caught.value),
    }
    assert handler.seen == []


@pytest.mark.parametrize("headers", [None, "X-API-Key: a-key", {"X-API-Key": 1}])
def test_headers_that_are_none(headers: Any) -> None:
    with pytest.raises(errors.InvalidRequest):
        receiver().receive(headers, BODY)


async def test_an_answer_that_is_none(handler: Handler) -> None:
    async def true(payload: PasswordMigration) -> Any:
        return "yes"

    receiver = PasswordMigrationReceiver(Authentication.none())
    with pytest.raises(errors.ConfigurationError, match="str is no answer"):
        await receiver.endpoint(true).respond({}, b'{"identifier":"a","password":"p"}')


# duplicates


async def test_a_delivery_is_handled_once_and_answered_again(handler: Handler) -> None:
    endpoint = receiver().endpoint(handler)
    first = await endpoint.respond({**KEY, "Ory-Webhook-Request-ID": "r1", "Ory-Webhook-Trigger-ID": "t1"}, BODY)
    for again in ({"ory-webhook-request-id": "r1"}, {"Ory-Webhook-Request-ID": "r2", "Ory-Webhook-Trigger-ID": "t1"}):
        assert await endpoint.respond({**KEY, **again}, BODY) == first
    assert len(handler.seen) == 1
    other = await endpoint.respond({**KEY, "Ory-Webhook-Request-ID": "r3", "Ory-Webhook-Trigger-ID": "t3"}, BODY)
    assert other != first
    assert len(handler.seen) == 2


async def test_an_id_says_nothing_about_another_body_or_without_a_credential(handler: Handler) -> None:
    endpoint, id = receiver().endpoint(handler), {"Ory-Webhook-Request-ID": "r1"}
    await endpoint.respond({**KEY, **id}, BODY)
    await endpoint.respond({**KEY, **id}, BODY + b" ")
    assert len(handler.seen) == 2
    assert (await endpoint.respond(id, BODY)).status == 401


async def test_without_ids_each_request_counts(handler: Handler) -> None:
    endpoint = receiver().endpoint(handler)
    assert await endpoint.respond(KEY, BODY) != await endpoint.respond(KEY, BODY)


async def test_duplicates_that_overlap_wait_for_the_first(handler: Handler) -> None:
    handler.may_end.clear()
    endpoint, headers = receiver().endpoint(handler), {**KEY, "Ory-Webhook-Request-ID": "r1"}
    calls = [asyncio.create_task(endpoint.respond(headers, BODY)) for _ in range(5)]
    await handler.has_begun.wait()
    calls[0].cancel()  # as when the connection of the first one breaks
    handler.may_end.set()
    replies = await asyncio.gather(*calls[1:])
    assert len(handler.seen) == 1
    assert [reply.status for reply in replies] == [400] * 4


async def test_what_failed_is_done_anew(handler: Handler) -> None:
    handler.failing = True
    endpoint, headers = receiver().endpoint(handler), {**KEY, "Ory-Webhook-Request-ID": "r1"}
    with pytest.raises(RuntimeError):
        await endpoint.respond(headers, BODY)
    handler.failing = False
    assert (await endpoint.respond(headers, BODY)).status == 400
    assert len(handler.seen) == 2


async def test_little_is_kept_and_not_for_long() -> None:
    now, runs = [0.0], []
    deliveries: Deliveries[int] = Deliveries(ttl=60, max_size=2, clock=lambda: now[0])

    async def once(key: bytes) -> None:
        async def run() -> int:
            runs.append(key)
            return len(runs)

        await deliveries.once([key], run)

    for key in (b"a", b"b", b"a", b"c", b"c", b"a"):
        await once(key)
    assert runs == [b"a", b"b", b"c", b"a"]  # a was the oldest of three
    assert len(deliveries) == 2
    now[0] = 60.0
    await once(b"c")
    assert runs[-1] == b"c"
    assert "2 of 2" in repr(deliveries)


# frameworks


def on_starlette(endpoint: Endpoint[Any, Any]) -> Any:
    return Starlette(routes=[Route("/hook", endpoint, methods=["POST"])])


def on_fastapi(endpoint: Endpoint[Any, Any]) -> Any:
    return fastapi.FastAPI(routes=[Route("/hook", endpoint, methods=["POST"])])


def on_fastapi_by_hand(endpoint: Endpoint[Any, Any]) -> Any:
    app = fastapi.FastAPI()

    @app.post("/hook")
    async def hook(request: fastapi.Request) -> fastapi.Response:
        reply = await endpoint.respond(request.headers, await request.body())
        return fastapi.Response(reply.body, reply.status, dict(reply.headers))

    return app


@pytest.mark.parametrize("mount", [on_starlette, on_fastapi, on_fastapi_by_hand, lambda endpoint: endpoint])
async def test_asgi_frameworks(mount: Callable[[Endpoint[Any, Any]], Any], handler: Handler) -> None:
    transport = httpx.ASGITransport(mount(receiver().endpoint(handler)))
    async with httpx.AsyncClient(transport=transport, base_url="http://app") as client:
        answer = await client.post("/hook", content=BODY, headers=KEY)
        assert answer.status_code == 400
        assert answer.json()["messages"][0]["messages"][0]["text"] == "no 1"
        assert answer.headers["content-type"] == "application/json"
        assert (await client.post("/hook", content=BODY)).status_code == 401
        assert (await client.get("/hook", headers=KEY)).status_code == 405


async def test_aiohttp(handler: Handler) -> None:
    endpoint = receiver().endpoint(handler)

    async def hook(request: web.Request) -> web.Response:
        reply = await endpoint.respond(request.headers, await request.read())
        return web.Response(body=reply.body, status=reply.status, headers=reply.headers)

    app = web.Application()
    app.router.add_post("/hook", hook)
    async with TestClient(TestServer(app)) as client:
        answer = await client.post("/hook", data=BODY, headers=KEY)
        assert (answer.status, answer.content_type) == (400, "application/json")


def test_the_halves_serve_blocking_frameworks() -> None:
    hooks: Receiver[Action, Any] = receiver()
    action = hooks.receive(KEY, BODY)
    assert action.identity is not None
    assert hooks.reply(None).status == 204
    assert hooks.reply(Block("no")).status == 400


async def test_a_challenge_and_the_methods_are_told(handler: Handler) -> None:
    endpoint = ActionReceiver(Authentication.basic("ory", "pw")).endpoint(handler)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(endpoint), base_url="http://app") as client:
        answer = await client.post("/", content=BODY)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Basic realm="webhooks"')
        answer = await client.put("/", content=BODY)
        assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


async def test_other_protocols_of_asgi_are_not_served(handler: Handler) -> None:
    with pytest.raises(errors.ConfigurationError, match="websocket"):
        await receiver().endpoint(handler)({"type": "websocket"}, None, None)  # type: ignore[arg-type]


async def test_a_caller_that_goes_away_is_not_answered(handler: Handler) -> None:
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"x-api-key", b"a-key")]
    await receiver().endpoint(handler)({"type": "http", "method": "POST", "headers": headers}, receive, send)
    assert sent == []
    assert handler.seen == []


@pytest.fixture
async def served() -> AsyncIterator[Callable[[Any], Awaitable[str]]]:
    """Serves an ASGI application by a real server; gives its URL."""
    running: list[tuple[uvicorn.Server, asyncio.Task[None]]] = []

    async def serve(app: Any) -> str:
        server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical", lifespan="off", ws="none"))
        running.append((server, asyncio.create_task(server.serve())))
        while not server.started:  # noqa: ASYNC110 - there is nothing to wait for
            await asyncio.sleep(0.01)
        return f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"

    yield serve
    for server, task in running:
        server.should_exit = True
        await task


async def test_a_real_server(served: Callable[[Any], Awaitable[str]], handler: Handler) -> None:
    url = await served(receiver(max_body=10_000).endpoint(handler))
    async with aiohttp.ClientSession() as session:
        async with session.post(url, data=BODY, headers=KEY) as answer:
            assert (answer.status, (await answer.json())["messages"][0]["instance_ptr"]) == (400, "#/")
        async with session.post(url, data=b"x" * 10_001, headers=KEY) as answer:
            assert answer.status == 413
        async with session.post(url, data=b"x" * 10_001) as answer:
            assert answer.status == 401
    reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
    writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nX-API-Key: a-key\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _ in range(3):
        writer.write(b"1000\r\n" + b"x" * 0x1000 + b"\r\n")
    await writer.drain()
    assert b" 413 " in await reader.readline()  # before the body has ended
    writer.close()


async def test_a_flood_of_events_with_one_caller_each_is_kept_apart() -> None:
    """What one caller sends is never answered with what came of another one's request."""

    async def handle(action: Action) -> Block:
        await asyncio.sleep(0)
        assert action.identity is not None
        return Block(action.identity.id)

    endpoint = receiver().endpoint(handle)

    async def call(number: int) -> None:
        body = json.dumps({"flow": {"id": "f"}, "identity": {"id": f"i{number}", "traits": {}}}).encode()
        reply = await endpoint.respond({**KEY, "Ory-Webhook-Trigger-ID": f"t{number % 50}"}, body)
        assert json.loads(reply.body)["messages"][0]["messages"][0]["text"] == f"i{number}"

    await asyncio.gather(*(call(number) for number in range(200)))


def test_event_bodies_may_be_larger() -> None:
    assert EventReceiver(Authentication.none()).max_body > receiver().max_body
