"""Traces and metrics of calls to Ory, by OpenTelemetry.

    ory = instrument(Ory.from_env())

Each call makes a client span named after its operation, such as ``ory.identity.get_identity``, that holds all its
attempts, and counts in the histogram ``ory.client.operation.duration``. The span's context goes along with the request
(W3C Trace Context, as the propagator in use writes it). What is recorded names no path, query, id, header or body.
Where the package ``opentelemetry-api`` is not installed (extra ``opentelemetry``), `instrument` changes nothing.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar
from urllib.parse import urlsplit

from ..client import VERSION
from ..messages import Answer, Request
from ..pipeline import Around

if TYPE_CHECKING:
    from opentelemetry.metrics import MeterProvider
    from opentelemetry.trace import TracerProvider


class _Client(Protocol):
    def with_options(self, *, around: Around | None) -> Self: ...


C = TypeVar("C", bound=_Client)


def instrument(
    ory: C, *, tracer_provider: TracerProvider | None = None, meter_provider: MeterProvider | None = None
) -> C:
    """A copy of a client, of either package, whose calls are traced and measured; the connections are shared.

    The providers are the global ones by default. The copy has the option ``around`` set, in place of one of your own.
    """
    try:
        around = tracing(tracer_provider=tracer_provider, meter_provider=meter_provider)
    except ImportError:
        return ory
    return ory.with_options(around=around)


def tracing(*, tracer_provider: TracerProvider | None = None, meter_provider: MeterProvider | None = None) -> Around:
    """What `instrument` sets as the option ``around``, to be combined with a function of your own.

    Raises `ImportError` where OpenTelemetry is not installed.
    """
    from opentelemetry import metrics, propagate, trace

    tracer = trace.get_tracer("ory_async", VERSION, tracer_provider)
    duration = metrics.get_meter("ory_async", VERSION, meter_provider).create_histogram(
        "ory.client.operation.duration", unit="s", description="How long calls to Ory take, with all their attempts."
    )

    async def around(request: Request, proceed: Callable[[], Awaitable[Answer]]) -> Answer:
        attributes = _attributes(request)
        seen = dict(attributes)
        started = time.perf_counter()
        with tracer.start_as_current_span(
            f"ory.{attributes['ory.operation']}",
            kind=trace.SpanKind.CLIENT,
            attributes=attributes,
            record_exception=False,  # its message and its traceback may hold what is not meant for traces
            set_status_on_exception=False,
        ) as span:
            propagate.inject(request.headers)
            try:
                answer = await proceed()
            except BaseException as error:
                seen["error.type"] = type(error).__qualname__
                raise
            else:
                seen["http.response.status_code"] = answer.status
                if _is_error(request, answer):
                    seen["error.type"] = str(answer.status)
                return answer
            finally:
                duration.record(time.perf_counter() - started, seen)
                span.set_attributes(seen)
                if request.attempt > 1:
                    span.set_attribute("http.request.resend_count", request.attempt - 1)
                if "error.type" in seen:
                    span.set_status(trace.StatusCode.ERROR)

    return around


def _attributes(request: Request) -> dict[str, Any]:
    """What is known before the answer, in the names of OpenTelemetry's semantic conventions for HTTP clients."""
    where = urlsplit(request.url)
    name, _, is_free = request.operation.name.partition(" ")  # calls by `Ory.request` have a path in their name
    attributes: dict[str, Any] = {
        "http.request.method": request.method,
        "server.address": where.hostname or "",
        "ory.operation": name,
    }
    if not is_free:
        attributes["url.template"] = request.operation.path.partition("?")[0]
    port = where.port or {"https": 443, "http": 80}.get(where.scheme)
    if port is not None:
        attributes["server.port"] = port
    return attributes


def _is_error(request: Request, answer: Answer) -> bool:
    """Whether a status is a failure, which the answer to a check, and a form to be filled in again, are not."""
    operation = request.operation
    if operation.also is not None and answer.status == operation.also.status:
        return False
    return answer.status >= 400 and not (operation.flow is not None and answer.status in (400, 422))
