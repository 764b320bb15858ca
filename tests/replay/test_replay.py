"""What real servers answered, answered again: each recorded exchange goes through the typed method."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from ory_async import OryError, from_dict
from tests.support.recording_server import RecordingServer
from tests.support.recordings import SCENARIOS, Exchange, Inexpressible, exchanges
from tests.support.strays import strays
from tests.support.twins import Call, Twin, calling

from .judging import document_type, losses, problems_of_error, problems_of_request, problems_of_result

REPLAYED = 1897
"""How many exchanges are replayed."""
INEXPRESSIBLE = {
    "a body of another kind": 5,
    "a body that is no JSON": 62,
    "a body that is no form": 4,
    "a body where the operation has none": 1,
    "a broken credential": 1,
    "a credential that the operation does not take": 8,
    "a parameter given twice": 3,
    "a parameter of another type": 17,
    "a query parameter that the operation does not have": 8,
    "a required parameter is left out": 20,
    "the required body is left out": 2,
}
"""How many are not, and why: the typed methods refuse to make such requests, which were wrong on purpose."""

UNKNOWN = {
    *(f"ExpandedPermissionTree.{member}" for member in ("code", "message", "status")),
    *(f"OidcUserInfo.{claim}" for claim in ("acr", "address", "amr", "aud", "auth_time", "big", "custom")),
    *(f"OidcUserInfo.{claim}" for claim in ("iat", "iss", "rat")),
    "DeviceAuthorization.Header",
}
"""What no model knows of the answers: an error inside a success, see test_findings_keto.py; claims that any server may
add to userinfo; and a field that has slipped out of Hydra, always null."""

BLOCKING_SAMPLE = {
    "browser_step_up",
    "courier",
    "dcr_lifecycle",
    "flow_code_pkce_basic",
    "flow_device",
    "identity_list_paging",
    "identity_values",
    "keto_check_post_mirror",
    "keto_list_paging",
    "keto_opl",
    "native_login_code",
    "schemas",
    "userinfo",
    "var_expired_flows_short",
    "whoami_tokenize",
}


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_replay(recording_server: RecordingServer, path: Path) -> None:
    replay(recording_server, "async", path)


@pytest.mark.parametrize(
    "path", [path for path in SCENARIOS if path.stem in BLOCKING_SAMPLE], ids=lambda path: path.stem
)
def test_replay_blocking(recording_server: RecordingServer, path: Path) -> None:
    replay(recording_server, "sync", path)


def replay(server: RecordingServer, twin: Twin, path: Path) -> None:
    with calling(twin, lambda ory: ory(server.url, retry=None)) as call:
        problems = [
            f"{exchange}: {problem}"
            for exchange in exchanges(path)
            if reason_to_skip(exchange) is None
            for problem in problems_of(server, call, exchange)
        ]
    assert problems == []


def reason_to_skip(exchange: Exchange) -> str | None:
    try:
        exchange.arguments()
    except Inexpressible as reason:
        return str(reason)
    return None


def problems_of(server: RecordingServer, call: Call, exchange: Exchange) -> list[str]:
    server.answer(exchange.status, exchange.headers, exchange.answer)
    try:
        judged = problems_of_result(exchange, call(exchange.row, **exchange.arguments()))
    except OryError as error:
        judged = problems_of_error(exchange, error)
    if not server.saw_something:
        return ["nothing was sent"]
    return [*problems_of_request(exchange, server.seen), *judged]


def test_nothing_drops_out() -> None:
    reasons = Counter(reason_to_skip(exchange) for path in SCENARIOS for exchange in exchanges(path))
    assert reasons.pop(None) == REPLAYED
    assert reasons == INEXPRESSIBLE
    assert {path.stem for path in SCENARIOS} >= BLOCKING_SAMPLE


def test_models_know_what_servers_answer() -> None:
    """A misspelled field would be kept as an unknown one, and come back without loss."""
    found: set[str] = set()
    for exchange in (exchange for path in SCENARIOS for exchange in exchanges(path) if exchange.is_json):
        kind = document_type(exchange)
        if kind is not None:
            found.update(strays(from_dict(kind, exchange.document)))
    assert found == UNKNOWN


@pytest.mark.parametrize(
    ("recorded", "encoded"),
    [
        ({"a": 1}, {}),
        ({}, {"a": 1}),
        ({"a": []}, {}),
        ({"a": 1}, {"a": True}),
        ([1, 2], [2, 1]),
        ("2026-11-21T05:24:42.5Z", "2026-11-21T05:24:42Z"),
        (None, ""),
    ],
)
def test_a_loss_is_seen(recorded: object, encoded: object) -> None:
    assert len(list(losses(recorded, encoded))) >= 1


@pytest.mark.parametrize(
    ("recorded", "encoded"),
    [
        ({"a": None, "b": {"c": None}}, {"b": {}}),
        ({"a": None}, {"a": []}),
        ("0001-01-01T00:00:00Z", None),
        ("2026-11-21T05:24:42.123456789Z", "2026-11-21T06:24:42.123456+01:00"),
    ],
)
def test_what_says_nothing_is_no_loss(recorded: object, encoded: object) -> None:
    assert list(losses(recorded, encoded)) == []
