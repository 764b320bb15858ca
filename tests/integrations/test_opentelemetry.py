"""Calls are traced and measured, and nothing that is secret is recorded."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from typing import Any

import attrs
import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import HistogramDataPoint, InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

import ory_sync
from ory_async import Ory, RetryPolicy, errors
from ory_async.integrations.opentelemetry import instrument, tracing
from ory_async.local import LocalOry
from tests.support.stub_transport import StubTransport, client_of, reply


class Telemetry:
    """Providers that keep what is recorded."""

    def __init__(self) -> None:
        self._spans = InMemorySpanExporter()
        self._metrics = InMemoryMetricReader()
        self.tracers = TracerProvider()
        self.tracers.add_span_processor(SimpleSpanProcessor(self._spans))
        self.meters = MeterProvider([self._metrics])

    def watch(self, ory: Any) -> Any:
        return instrument(ory, tracer_provider=self.tracers, meter_provider=self.meters)

    @property
    def spans(self) -> tuple[ReadableSpan, ...]:
        return self._spans.get_finished_spans()

    @property
    def points(self) -> list[HistogramDataPoint]:
        data = self._metrics.get_metrics_data()
        if data is None:
            return []
        [metric] = data.resource_metrics[0].scope_metrics[0].metrics
        assert (metric.name, metric.unit) == ("ory.client.operation.duration", "s")
        return [point for point in metric.data.data_points if isinstance(point, HistogramDataPoint)]


@pytest.fixture
def telemetry() -> Telemetry:
    return Telemetry()


@attrs.define
class World:
    local: LocalOry
    ory: Ory
    telemetry: Telemetry


@pytest.fixture
async def world(telemetry: Telemetry) -> AsyncIterator[World]:
    async with LocalOry() as local, Ory(local.url) as ory:
        yield World(local, telemetry.watch(ory), telemetry)


async def test_a_span_and_a_measure_for_each_call(world: World) -> None:
    identity = await world.ory.identity.create_identity({"schema_id": "default", "traits": {"email": "a@example.com"}})
    await world.ory.identity.get_identity(identity.id, include_credential=["password"])
    created, fetched = world.telemetry.spans
    assert (created.name, created.kind) == ("ory.identity.create_identity", SpanKind.CLIENT)
    assert (fetched.name, fetched.status.status_code) == ("ory.identity.get_identity", StatusCode.UNSET)
    expected = {
        "http.request.method": "GET",
        "url.template": "/admin/identities/{id}",
        "server.address": "127.0.0.1",
        "server.port": int(world.local.url.rpartition(":")[2]),
        "ory.operation": "identity.get_identity",
        "http.response.status_code": 200,
    }
    assert fetched.attributes == expected
    point = next(point for point in world.telemetry.points if point.attributes == expected)
    assert point.count == 1
    assert 0 < point.sum < 10


async def test_nothing_of_a_person_is_recorded(world: World) -> None:
    with pytest.raises(errors.NotFound):
        await world.ory.identity.get_identity("hidden-id")
    with pytest.raises(errors.Unauthorized):
        await world.ory.frontend.to_session(x_session_token="ory_st_hidden", cookie="hidden=1")
    await world.ory.request("GET", "/admin/identities?credentials_identifier=hidden", plane="kratos_admin")
    with pytest.raises(errors.NotFound):
        await world.ory.request("GET", "/admin/identities/hidden-id", plane="kratos_admin")
    recorded = "".join(span.to_json() for span in world.telemetry.spans) + repr(world.telemetry.points)
    assert "hidden" not in recorded
    assert [span.name for span in world.telemetry.spans][-1] == "ory.request"


async def test_an_error_is_recorded_with_its_status(world: World) -> None:
    with pytest.raises(errors.NotFound):
        await world.ory.identity.get_identity("nobody")
    [span] = world.telemetry.spans
    assert span.status.status_code == StatusCode.ERROR
    assert span.attributes is not None
    assert span.attributes["error.type"] == "404"
    assert span.events == ()


async def test_a_denied_check_is_no_error(world: World) -> None:
    assert not await world.ory.permission.is_allowed("File:readme", "view", "User:alice")
    [span] = world.telemetry.spans
    assert span.status.status_code == StatusCode.UNSET


async def test_the_context_goes_along_and_is_that_of_the_caller(telemetry: Telemetry) -> None:
    transport = StubTransport()
    ory = telemetry.watch(client_of(transport))
    with telemetry.tracers.get_tracer("app").start_as_current_span("request"):
        await ory.courier.get_courier_message("m1")
    call, request = telemetry.spans
    assert call.parent is not None
    assert call.context is not None
    assert request.context is not None
    assert call.parent.span_id == request.context.span_id
    sent = transport.sent[0][2]["traceparent"]
    assert sent.startswith(f"00-{call.context.trace_id:032x}-{call.context.span_id:016x}-")


async def test_one_span_for_all_attempts(telemetry: Telemetry) -> None:
    transport = StubTransport(reply({}, 503), errors.ConnectError("refused"), reply({}))
    ory = telemetry.watch(client_of(transport, retry=RetryPolicy(base=0)))
    await ory.courier.get_courier_message("m1")
    [span] = telemetry.spans
    assert span.attributes is not None
    assert span.attributes["http.request.resend_count"] == 2
    assert len({headers["traceparent"] for _, _, headers, _ in transport.sent}) == 1
    assert len(transport.sent) == 3


async def test_a_failure_without_an_answer_ends_the_span(telemetry: Telemetry) -> None:
    ory = telemetry.watch(client_of(StubTransport(errors.ConnectionLost("it broke: hidden")), retry=None))
    with pytest.raises(errors.ConnectionLost):
        await ory.courier.get_courier_message("m1")
    [span] = telemetry.spans
    assert span.status.status_code == StatusCode.ERROR
    assert span.attributes is not None
    assert span.attributes["error.type"] == "ConnectionLost"
    assert "hidden" not in span.to_json()
    assert telemetry.points[0].attributes is not None
    assert telemetry.points[0].attributes["error.type"] == "ConnectionLost"


async def test_a_cancelled_call_ends_its_span(world: World) -> None:
    world.local.faults.latency(30)
    begun = asyncio.Event()
    ory = world.ory.with_options(on_request=lambda request: begun.set())
    call = asyncio.create_task(ory.metadata.is_alive())
    await begun.wait()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    [span] = world.telemetry.spans
    assert span.attributes is not None
    assert span.attributes["error.type"] == "CancelledError"


async def test_calls_at_the_same_time_keep_their_own_context(world: World) -> None:
    tracer = world.telemetry.tracers.get_tracer("app")

    async def call(number: int) -> None:
        with tracer.start_as_current_span(f"request {number}"):
            await world.ory.metadata.is_alive()

    await asyncio.gather(*(call(number) for number in range(20)))
    parents = [span.parent.span_id for span in world.telemetry.spans if span.parent is not None]
    assert len(parents) == len(set(parents)) == 20


def test_the_blocking_client(telemetry: Telemetry) -> None:
    with LocalOry.in_thread() as local, ory_sync.Ory(local.url) as ory:
        watched = telemetry.watch(ory)
        with telemetry.tracers.get_tracer("app").start_as_current_span("request"):
            watched.metadata.is_alive()
        ory.metadata.is_alive()
    call, request = telemetry.spans
    assert call.name == "ory.metadata.is_alive"
    assert call.parent is not None
    assert request.context is not None
    assert call.parent.span_id == request.context.span_id


def test_without_opentelemetry_the_client_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    ory = Ory("http://127.0.0.1:4000")
    assert instrument(ory) is ory
    with pytest.raises(ImportError):
        tracing()


async def test_a_function_of_ones_own_around_each_call() -> None:
    steps: list[str] = []

    async def around(request: Any, proceed: Any) -> Any:
        steps.append(f"before {request.operation.name}")
        request.headers["X-Mine"] = "1"
        answer = await proceed()
        steps.append(f"after {answer.status}")
        return answer

    transport = StubTransport(reply({}, 503), reply({}))
    ory = client_of(transport, around=around, retry=RetryPolicy(base=0))
    await ory.courier.get_courier_message("m1")
    assert steps == ["before courier.get_courier_message", "after 200"]
    assert [headers["X-Mine"] for _, _, headers, _ in transport.sent] == ["1", "1"]


async def test_a_bad_header_of_that_function_is_refused() -> None:
    async def around(request: Any, proceed: Any) -> Any:
        request.headers["X-Mine"] = "a\r\nX-Evil: 1"
        return await proceed()

    transport = StubTransport()
    with pytest.raises(errors.InvalidRequest):
        await client_of(transport, around=around).courier.get_courier_message("m1")
    assert transport.sent == []
