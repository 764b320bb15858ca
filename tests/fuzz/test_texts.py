"""Small languages, read from any text: headers, URLs, relation tuples, permission models, cookies."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ory_async import Ory, errors
from ory_async.flows import merge_cookies
from ory_async.jwt import InvalidToken
from ory_async.local.keto.opl import parse
from ory_async.pagination import next_token
from ory_async.permissions import RelationTuple, SubjectSet
from ory_async.principals import Authenticator, Refused
from ory_async.retry import retry_after
from tests.rooms.test_jwt import CLAIMS, part, signed, verifier_of
from tests.support.stub_transport import StubTransport, client_of, reply

from .mutation import mutated, often


def made_of(*pieces: str) -> st.SearchStrategy[str]:
    """Texts put together of the signs of a language, and of anything else."""
    return st.lists(st.sampled_from(pieces) | st.text(max_size=3), max_size=25).map("".join)


LINKS = made_of(
    "<", ">", ";", ",", " ", "=", '"', "\\", "rel", "next", "first", "?page_token=", "&", "%7B", "%zz", "/x"
)


@often(2)
@given(LINKS)
def test_links(link: str) -> None:
    token = next_token(link)
    assert token is None or token


@given(st.sampled_from(["<", "<x>;", '<x>;rel="', "<x>; a=b ", ' ;rel="next ', ", ", ' ="']), st.integers(1, 5))
def test_long_links_take_no_quadratic_time(unit: str, tail: int) -> None:
    started = time.process_time()
    next_token(unit * 4000 + ">" * tail)
    assert time.process_time() - started < 1


WISHES = made_of(
    "1", "0", "-", ".", "e", "Wed, ", "21 Oct ", "2015 ", "99999 ", "07:28:00 ", "GMT", "+9999", "(", ")", "²"
)


@often(2)
@given(WISHES, WISHES)
def test_wishes_to_wait(wish: str, reset: str) -> None:
    seconds = retry_after({"retry-after": wish, "x-ratelimit-reset": reset})
    assert seconds is None or seconds >= 0


URLS = made_of(
    "http", "https", "://", "/", "//", "@", ":", "ory.example", "[::1]", "[", "]", "%2e", "..", "?", "#", "80", "é"
)


@often(2)
@given(URLS)
def test_urls(url: str) -> None:
    with contextlib.suppress(errors.ConfigurationError):
        ory = Ory(url)
        parts = urlsplit(ory._pipeline.base_url("kratos_public", "x"))
        assert parts.hostname
        assert parts.hostname in url.lower()
        assert parts.username is None
    with contextlib.suppress(errors.ConfigurationError):
        Ory.network(url)
    with contextlib.suppress(errors.ConfigurationError):
        Ory.from_env({"ORY_SDK_URL": url, "ORY_KRATOS_ADMIN_URL": url[::-1]})


TUPLES = made_of(":", "#", "@", "(", ")", "User", "alice", "File", "view", "...", "*", " ", "\n")


@often(2)
@given(TUPLES)
def test_relation_tuples(text: str) -> None:
    try:
        read = RelationTuple.parse(text)
    except errors.InvalidRequest:
        pass
    else:
        assert RelationTuple.parse(str(read)) == read
        assert read.namespace
        assert read.object
    with contextlib.suppress(errors.InvalidRequest):
        subject = SubjectSet.parse(text)
        assert SubjectSet.parse(str(subject)) == subject


OPL = made_of(
    *(
        "class ",
        "User ",
        "implements ",
        "Namespace ",
        "{",
        "}",
        "related",
        "permits",
        ":",
        "[",
        "]",
        "(",
        ")",
        "=>",
        "!",
    ),
    *(
        "this.",
        "includes",
        "traverse",
        "ctx",
        ".subject",
        "&&",
        "||",
        "|",
        "SubjectSet<",
        ">",
        ",",
        '"',
        "'",
        "//",
        "/*",
    ),
)


@often(2)
@given(OPL)
def test_permission_models(source: str) -> None:
    namespaces, mistakes = parse(source)
    assert isinstance(namespaces, dict)
    lines = source.count("\n") + 1
    for mistake in mistakes:
        assert 1 <= mistake.start.line <= mistake.end.line <= lines


VALID = """class User implements Namespace {}
class File implements Namespace {
  related: { owners: User[] }
  permits = { view: (ctx: Context): boolean => this.related.owners.includes(ctx.subject) }
}"""


@often(1)
@given(st.randoms(use_true_random=False))
def test_permission_models_with_mistakes(chance: random.Random) -> None:
    source = list(VALID)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(source))
        source[at : at + chance.randint(0, 3)] = chance.choice(["", " ", "{", "}", "(", '"', "x", "\x00", "\n"])
    parse("".join(source))


COOKIES = made_of(
    ";", "=", ",", " ", "a", "b", "Path=/", "Max-Age=0", "Max-Age=-1", "Expires=", "Thu, 01 Jan 1970", '"'
)


@often(1)
@given(COOKIES, st.lists(COOKIES, max_size=3))
def test_cookies(before: str, set_cookies: list[str]) -> None:
    assert isinstance(merge_cookies(before, set_cookies), str)


JWTS = made_of("eyJhbGciOiJFUzI1NiJ9", "eyJhbGciOiJub25lIn0", "e30", ".", "=", "-", "_", "AA", "[" * 3000)


@often(1)
@given(JWTS | st.builds("{}.{}.{}".format, *[st.binary(max_size=30).map(part)] * 3))
def test_jwts(token: str) -> None:
    with pytest.raises(InvalidToken):
        asyncio.run(verifier_of().verify(token))


CLAIMS_AND_HEADERS = st.tuples(mutated([CLAIMS]), mutated([{"alg": "ES256", "kid": "ec-256", "typ": "JWT"}]))


@often(1)
@given(CLAIMS_AND_HEADERS)
def test_claims_and_headers_of_jwts(each: tuple[Any, Any]) -> None:
    claims, header = each
    token = signed(claims, "ES256", **header) if isinstance(header, dict) else signed(claims, "ES256")
    with contextlib.suppress(InvalidToken):
        verified = asyncio.run(verifier_of().verify(token, nonce=None, access_token="x"))
        assert verified.claims == claims
        assert verified.subject is None or isinstance(verified.subject, str)
        assert all(isinstance(each, str) for each in (*verified.scopes, *verified.audience))


CREDENTIALS = made_of(
    "ory_kratos_session=",
    "ory_session_x=",
    ";",
    " ",
    ",",
    "Bearer ",
    "bearer",
    "ory_st_x",
    "ory_at_x",
    "=",
    "é",
    "\x00",
)


@often(1)
@given(st.sampled_from(["Cookie", "AUTHORIZATION", "x-session-token", "X-API-Key"]), CREDENTIALS)
def test_credentials_of_requests(name: str, value: str) -> None:
    transport = StubTransport(reply({"active": False}))
    kinds: list[Any] = ["session_cookie", "session_token", "access_token", "api_key"]
    outcome = asyncio.run(Authenticator(client_of(transport), accept=kinds).authenticate({name: value}))
    assert isinstance(outcome, Refused)
    for _, _, headers, _ in transport.sent:
        assert all(text.isprintable() for text in headers.values())
