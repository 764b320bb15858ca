from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ory_async.redaction import REDACTED, redact, redact_text

SECRET_NAMES = [
    "session_token",
    "access_token",
    "password",
    "client_secret",
    "cookie",
    "Authorization",
    "csrf_token",
    "code",
    "recovery_code",
    "hashed_password",
    "totp_url",
    "logout_token",
    "code_verifier",
    "client_assertion",
    "d",
]
PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
JSON = st.recursive(
    PLAIN, lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(SECRET_NAMES), inner)
)
PLANTED = "pLanted"


@given(JSON)
def test_redacting_never_raises_and_keeps_the_shape(data: Any) -> None:
    redacted = redact(data)
    assert type(redacted) is type(data) or redacted == REDACTED
    if isinstance(data, dict):
        assert list(redacted) == list(data)
    if isinstance(data, list):
        assert len(redacted) == len(data)


@given(st.text())
def test_redacting_text_never_raises(text: str) -> None:
    assert isinstance(redact_text(text), str)


@given(
    around=JSON,
    name=st.sampled_from(SECRET_NAMES),
    in_list=st.booleans(),
    upper=st.booleans(),
    outside=st.lists(st.sampled_from(["error", "details", "items", "ui", "nodes"]), max_size=4),
)
def test_a_planted_secret_never_shows(around: Any, name: str, in_list: bool, upper: bool, outside: list[str]) -> None:
    data: Any = {"around": around, name.upper() if upper else name: [PLANTED] if in_list else PLANTED}
    for step in outside:
        data = {step: [data]}
    assert PLANTED not in json.dumps(redact(data))


@given(
    before=st.text(),
    after=st.text(alphabet=" \n\"'<&,;"),
    form=st.sampled_from(
        [
            "ory_st_{}",
            "ory_pat_{}",
            "ory_at_{}.{}",
            "eyJhbGciOiJub25lIn0.{}.{}",
            "Bearer {}",
            "token={}",
            "https://x.example/?flow=1&code={}",
            "login_challenge={}",
            "client_secret={}",
        ]
    ),
)
def test_a_secret_in_running_text_never_shows(before: str, after: str, form: str) -> None:
    text = f"{before} {form.format(PLANTED, PLANTED)}{after}"
    assert PLANTED not in redact_text(text)
    assert PLANTED not in json.dumps(redact({"message": [text]}))


@pytest.mark.parametrize("text", ['{"session_token": "pLanted"}', '{"a": 1, "Password" : "pLanted", "b": 2}', "x" * 40])
def test_secrets_in_broken_json_and_long_random_text_never_show(text: str) -> None:
    assert PLANTED not in redact_text(text)
    assert REDACTED in redact_text(text)


def test_the_value_of_a_secret_form_field_never_shows() -> None:
    node = {"name": "csrf_token", "type": "hidden", "value": PLANTED}
    assert redact({"attributes": node}) == {"attributes": {**node, "value": REDACTED}}


@pytest.mark.parametrize(
    "data",
    [
        {"error": {"code": 404, "status": "Not Found", "message": "Unable to locate the resource"}},
        {"token_type": "bearer", "next_page_token": "abc"},
        {"id": "9f425a8d-7efc-4768-8f23-7647a74fdf13", "state": "active", "n": 1.5, "ok": True, "none": None},
        {"name": "traits.email", "value": "a@b.example"},
    ],
)
def test_what_is_no_secret_stays(data: dict[str, Any]) -> None:
    assert redact(data) == data


def test_the_original_is_left_alone() -> None:
    data = {"password": "x", "nested": [{"token": "y"}]}
    redact(data)
    assert data == {"password": "x", "nested": [{"token": "y"}]}


def test_what_is_nested_too_deeply_is_left_out_as_a_whole() -> None:
    deep: Any = PLANTED
    for _ in range(100_000):
        deep = [deep]
    assert redact({"deep": deep}) == REDACTED


@pytest.mark.parametrize(
    "unit", ["eyJ", "eyJ. ", '"', '"token', "token=", "ory_st_", "=", "a", "Bearer ", '"token": "']
)
def test_long_text_takes_no_quadratic_time(unit: str) -> None:
    text = unit * (100_000 // len(unit))
    started = time.process_time()
    redact_text(text)
    assert time.process_time() - started < 1
