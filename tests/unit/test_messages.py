from __future__ import annotations

import copy
import pickle

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ory_async import Answer, Headers, Redirect, Request, Response, models
from ory_async.operation import Operation

RAW = [
    (b"Set-Cookie", b"a=planted; Path=/"),
    (b"X-Request-Id", b"r1"),
    (b"set-cookie", b"b=planted"),
    (b"X-Odd", b"\xff"),
]


def test_headers_are_found_in_any_case_the_first_one_by_index() -> None:
    headers = Headers(RAW)
    assert headers["x-request-id"] == headers["X-REQUEST-ID"] == "r1"
    assert headers["Set-Cookie"] == "a=planted; Path=/"
    assert headers.get_all("SET-COOKIE") == ["a=planted; Path=/", "b=planted"]
    assert headers.get("missing") is None
    assert headers.get_all("missing") == []
    assert "X-Odd" in headers
    assert 7 not in headers
    assert list(headers) == ["set-cookie", "x-request-id", "x-odd"]
    assert len(headers) == 3
    with pytest.raises(KeyError):
        headers["missing"]


@given(st.lists(st.tuples(st.binary(), st.binary())))
def test_headers_take_any_bytes(raw: list[tuple[bytes, bytes]]) -> None:
    headers = Headers(raw)
    assert sum(len(headers.get_all(name)) for name in headers) == len(raw)
    assert headers == Headers(raw)


def test_headers_show_their_names_only() -> None:
    assert repr(Headers(RAW)) == "Headers(set-cookie, x-request-id, x-odd)"


def test_headers_compare_by_what_they_say() -> None:
    assert Headers.of([("A", "1")]) == Headers([(b"a", b"1")])
    assert Headers.of([("A", "1")]) != Headers.of([("A", "2")])
    assert Headers() != {}


def test_headers_travel_without_cookies() -> None:
    for again in (pickle.loads(pickle.dumps(Headers(RAW))), copy.copy(Headers(RAW))):
        assert dict(again) == {"x-request-id": "r1", "x-odd": "\udcff"}


def request(**facts: object) -> Request:
    operation = Operation(
        name="frontend.to_session",
        method="GET",
        path="/sessions/whoami",
        plane="kratos_public",
        credential=None,
        result=models.Session,
        repeatable=True,
    )
    return Request(operation, "https://x.example/?token=planted", {"Cookie": "planted"}, b"planted")


@pytest.mark.parametrize(
    "holder",
    [
        request(),
        Answer(200, Headers(RAW), b"planted"),
        Redirect(303, "https://x.example/?code=planted", ["planted"]),
        Response(None, 200, Headers(RAW)),
    ],
    ids=lambda holder: type(holder).__name__,
)
def test_nothing_secret_shows(holder: object) -> None:
    assert "planted" not in repr(holder) + str(holder)


def test_a_request_knows_its_method() -> None:
    assert request().method == "GET"


def test_a_response_gives_each_cookie_of_its_own() -> None:
    assert Response("x", 200, Headers(RAW)).set_cookies == ["a=planted; Path=/", "b=planted"]


def test_results_cannot_be_changed() -> None:
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        Response("x", 200, Headers()).status = 500  # type: ignore[misc]
