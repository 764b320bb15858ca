"""Whatever a server answers, a call gives a result or an error of ours: for every operation, through both twins' way."""

from __future__ import annotations

import copy
import functools
import json
import pickle
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ory_async import Answer, AsyncPager, Headers, Ory, errors
from ory_async.config import PLANES
from tests.support.arguments import arguments
from tests.support.recordings import SCENARIOS, exchanges
from tests.support.stub_transport import StubTransport
from tests.support.table import ROWS, Row

from .mutation import bodies, often

STATUSES = st.sampled_from(
    [200, 200, 201, 204, 206, 300, 302, 303, 307, 400, 401, 403, 404, 409, 410, 418, 422, 429, 500, 502, 503, 599, 999]
)
ERRORS: list[Any] = [
    {"error": {"code": 403, "id": "session_aal2_required", "details": {"redirect_browser_to": "/x"}, "message": "no"}},
    {"error": {"id": "self_service_flow_expired"}, "use_flow_id": "f", "expired_at": "2026-01-01T00:00:00Z"},
    {"error": {"id": "browser_location_change_required"}, "redirect_browser_to": "/x"},
    {"error": "invalid_grant", "error_description": "no", "status_code": 400},
    {"code": 5, "message": "no", "details": [{"@type": "x"}]},
    {"allowed": False},
    {"c_nonce": "n", "error": "missing_proof"},
]
ODD_HEADERS = st.lists(
    st.sampled_from(
        [
            ("Link", '</x?page_token=%zz>; rel="next"'),
            ("Link", "<"),
            ("Link", "<>;rel=next,,;"),
            ("X-Total-Count", "-1"),
            ("X-Total-Count", "many"),
            ("Retry-After", "soon"),
            ("Retry-After", "99999999999999999999"),
            ("X-RateLimit-Reset", "1e400"),
            ("Location", "//\x00"),
            ("Set-Cookie", ""),
            ("X-Request-Id", "\udcff"),
            ("Content-Type", "application/jwt"),
            ("Content-Type", ";;;"),
        ]
    ),
    max_size=3,
)


class Recorded(NamedTuple):
    documents: list[Any]
    headers: list[list[tuple[str, str]]]


@functools.cache
def recorded() -> dict[str, Recorded]:
    """For each operation, what real servers have answered, and in which headers."""
    found = {row.id: Recorded([], [[]]) for row in ROWS}
    for path in SCENARIOS:
        for exchange in exchanges(path):
            of_row = found[exchange.row.id]
            if exchange.is_json and len(of_row.documents) < 40:
                of_row.documents.append(json.loads(exchange.answer))
                of_row.headers.append(exchange.headers)
    return found


@st.composite
def calls(draw: st.DrawFn) -> tuple[Row, Answer]:
    row = draw(st.sampled_from(ROWS))
    known = recorded()[row.id]
    headers = [*draw(st.sampled_from(known.headers)), *draw(ODD_HEADERS)]
    return row, Answer(draw(STATUSES), Headers.of(headers), draw(bodies([*known.documents, *ERRORS])))


def run(coroutine: Any) -> Any:
    """The result of a coroutine that waits for nothing."""
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return stop.value
    pytest.fail("it waits")


@often(4)
@given(calls())
def test_every_answer_is_a_result_or_an_error_of_ours(call: tuple[Row, Answer]) -> None:
    row, answer = call
    planes: Any = dict.fromkeys(PLANES, "https://ory.example")
    options: Any = {"retry": None, "workspace_api_key": "ory_wak_x"}
    ory = Ory._made(planes, options, StubTransport(answer))  # type: ignore[arg-type]
    failed: errors.OryError | None = None
    try:
        result = getattr(getattr(ory, row.service), row.name)(**arguments(row))
        result = run(result.page() if isinstance(result, AsyncPager) else result)
    except errors.OryError as error:
        failed = error
    if failed is None:
        assert isinstance(repr(result), str)
        copy.deepcopy(result)
    else:
        assert "\n" not in str(failed)
        assert str(failed).startswith(row.id)
        assert type(pickle.loads(pickle.dumps(failed))) is type(failed)
