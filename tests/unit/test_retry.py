from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ory_async import Headers, RetryPolicy
from ory_async.errors import ConfigurationError, ConnectError, ConnectionLost, RequestTimeout, TransportError
from ory_async.retry import retry_after

AT_ONCE = RetryPolicy(base=0)


@pytest.mark.parametrize(
    ("status", "repeatable", "again"),
    [
        *((status, True, True) for status in (429, 502, 503, 504)),
        (429, False, True),
        *((status, False, False) for status in (502, 503, 504)),
        *(
            (status, True, False)
            for status in (200, 204, 303, 400, 401, 403, 404, 408, 409, 410, 422, 425, 500, 501, 505)
        ),
        (500, False, False),
    ],
)
def test_which_answers_are_tried_again(status: int, repeatable: bool, again: bool) -> None:
    wait = AT_ONCE.after_answer(status, {}, attempt=1, repeatable=repeatable)
    assert wait == (0 if again else None)


@pytest.mark.parametrize(
    ("error", "repeatable", "again"),
    [
        (ConnectError("refused"), True, True),
        (ConnectError("refused"), False, True),
        (ConnectionLost("reset"), True, True),
        (ConnectionLost("reset"), False, False),
        (RequestTimeout("slow", sent=True), True, True),
        (RequestTimeout("slow", sent=True), False, False),
        (RequestTimeout("no connection", sent=False), False, True),
    ],
)
def test_which_failures_are_tried_again(error: TransportError, repeatable: bool, again: bool) -> None:
    wait = AT_ONCE.after_failure(error, attempt=1, repeatable=repeatable)
    assert wait == (0 if again else None)


@pytest.mark.parametrize("attempts", [1, 2, 5])
def test_the_last_attempt_is_the_last(attempts: int) -> None:
    policy = RetryPolicy(attempts=attempts, base=0)
    refused = ConnectError("refused")
    assert [policy.after_failure(refused, attempt=n, repeatable=True) for n in range(1, attempts + 1)] == [
        *[0] * (attempts - 1),
        None,
    ]
    assert policy.after_answer(503, {}, attempt=attempts, repeatable=True) is None


@given(
    base=st.floats(0, 1e6), cap=st.floats(0, 1e6), attempt=st.integers(1, 100_000), status=st.sampled_from([429, 503])
)
def test_the_wait_is_drawn_up_to_the_doubled_base_and_the_cap(
    base: float, cap: float, attempt: int, status: int
) -> None:
    wait = RetryPolicy(attempts=200_000, base=base, cap=cap).after_answer(status, {}, attempt=attempt, repeatable=True)
    assert wait is not None
    assert 0 <= wait <= cap
    if attempt < 100:
        assert wait <= base * 2 ** (attempt - 1)


@pytest.mark.parametrize(
    "settings",
    [
        {"attempts": 0},
        {"attempts": -1},
        {"attempts": "3"},
        {"attempts": 1.5},
        {"base": -1},
        {"cap": -0.1},
        {"max_retry_after": -1},
        {"base": float("nan")},
        {"cap": "8"},
        {"max_retry_after": None},
    ],
)
def test_a_policy_that_makes_no_sense_is_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match=next(iter(settings))):
        RetryPolicy(**settings)


# what the server asks for


def headers(**values: str) -> Headers:
    return Headers.of((name.replace("_", "-"), value) for name, value in values.items())


@pytest.mark.parametrize(
    ("value", "seconds"), [("0", 0), ("7", 7), (" 120 ", 120), ("0003", 3), ("86400", 86400), ("99999", 99999)]
)
def test_retry_after_in_seconds(value: str, seconds: int) -> None:
    assert retry_after(headers(Retry_After=value)) == seconds


@pytest.mark.parametrize("form", ["%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %d %H:%M:%S %Y GMT"])
def test_retry_after_as_a_date(form: str) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=60)
    assert retry_after(headers(Retry_After=soon.strftime(form))) == pytest.approx(60, abs=5)


def test_a_date_that_has_passed_means_at_once() -> None:
    assert retry_after(headers(Retry_After="Fri, 31 Dec 1999 23:59:59 GMT")) == 0


def test_the_reset_of_the_rate_limit_as_seconds_or_as_a_point_in_time() -> None:
    assert retry_after(headers(x_ratelimit_reset="12")) == 12
    assert retry_after(headers(x_ratelimit_reset=str(int(time.time()) + 30))) == pytest.approx(30, abs=5)
    assert retry_after(headers(x_ratelimit_reset=str(int(time.time()) - 30))) == 0


def test_retry_after_goes_first_but_nonsense_in_it_does_not_hide_the_reset() -> None:
    assert retry_after(headers(Retry_After="3", x_ratelimit_reset="9")) == 3
    assert retry_after(headers(Retry_After="soon", x_ratelimit_reset="9")) == 9


@pytest.mark.parametrize(
    "value", ["", "soon", "-5", "1.5", "1e3", "+7", "\u0663", "7 seconds", "9" * 400, "Mon, 99 Foo 2026 00:00:00 GMT"]
)
def test_nonsense_is_no_wish(value: str) -> None:
    assert retry_after(headers(Retry_After=value)) is None
    if value != "7":
        assert retry_after(headers(x_ratelimit_reset=value)) is None


DATES = st.datetimes().map(lambda time: format_datetime(time)) | st.from_regex(
    r"\w{0,9},? ?\d{1,9}[ -]\w{1,9}[ -]-?\d{1,6} \d{1,3}[:.]\d{1,3}([:.]\d{1,3})? ?[+-]?\w{0,6}"
)


@given(st.text() | DATES, st.text() | DATES)
def test_reading_the_wish_never_raises(wish: str, reset: str) -> None:
    seconds = retry_after({"retry-after": wish, "x-ratelimit-reset": reset})
    assert seconds is None or seconds >= 0


def test_a_wish_is_obeyed_up_to_the_longest_and_beyond_it_the_answer_is_final() -> None:
    policy = RetryPolicy(base=1000, cap=1000, max_retry_after=30)
    for wish, wait in [("0", 0), ("30", 30), ("31", None)]:
        assert policy.after_answer(429, headers(Retry_After=wish), attempt=1, repeatable=False) == wait
