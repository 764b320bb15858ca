from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from urllib.parse import unquote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ory_async import ApiKey, Auth, BasicAuth, BearerToken
from ory_async.errors import ConfigurationError


@pytest.mark.parametrize(
    ("bad", "hint"),
    [
        ("", "not empty"),
        (None, "not empty"),
        (b"ory_pat_x", "must be text"),
        ("ory_pat_x\n", "line break"),
        ("ory_pat_x\r\nX-Evil: 1", "line break"),
        ("ory_pat_\x00", "control character"),
        ("ory_pat_\x7f", "control character"),
        ("ory_pat_\ud800", "lone surrogate"),
    ],
)
@pytest.mark.parametrize("kind", [ApiKey, BearerToken])
def test_a_key_that_no_header_can_carry_is_refused(kind: Callable[[object], Auth], bad: object, hint: str) -> None:
    with pytest.raises(ConfigurationError, match=hint) as raised:
        kind(bad)
    assert "ory_pat" not in str(raised.value)


@pytest.mark.parametrize("pair", [(None, "x"), ("x", None), (b"x", "x"), ("\ud800", "x"), ("x", "\ud800")])
def test_bad_basic_credentials_are_refused(pair: tuple[str, str]) -> None:
    with pytest.raises(ConfigurationError, match=r"the (username|password)"):
        BasicAuth(*pair)


def test_scopes_are_a_list() -> None:
    with pytest.raises(ConfigurationError, match="scopes must be a list"):
        BearerToken("x", scopes="openid")


async def test_key_and_token_become_bearer_headers() -> None:
    assert await ApiKey("ory_pat_x").authorization() == "Bearer ory_pat_x"
    assert await BearerToken("t").authorization() == "Bearer t"


async def test_a_fetched_token_is_asked_for_with_its_scopes_each_time() -> None:
    asked: list[Sequence[str]] = []

    async def fetch(scopes: Sequence[str]) -> str:
        asked.append(scopes)
        return f"token-{len(asked)}"

    auth = BearerToken(fetch, scopes=["a", "b"])
    assert [await auth.authorization(), await auth.authorization()] == ["Bearer token-1", "Bearer token-2"]
    assert asked == [("a", "b"), ("a", "b")]


@pytest.mark.parametrize("fetched", ["", None, "x\n", "x\r\nX-Evil: 1"])
async def test_a_bad_fetched_token_is_refused(fetched: str) -> None:
    async def fetch(scopes: Sequence[str]) -> str:
        return fetched

    with pytest.raises(ConfigurationError, match="the fetched token"):
        await BearerToken(fetch).authorization()


@given(username=st.text(), password=st.text())
async def test_basic_credentials_are_form_encoded_and_come_back_whole(username: str, password: str) -> None:
    kind, _, encoded = (await BasicAuth(username, password).authorization()).partition(" ")
    assert kind == "Basic"
    parts = base64.b64decode(encoded).decode("ascii").split(":")
    assert [unquote_plus(part) for part in parts] == [username, password]


async def test_a_blank_in_a_client_id_is_a_plus() -> None:
    header = await BasicAuth("my client", "a:b%").authorization()
    assert base64.b64decode(header.removeprefix("Basic ")) == b"my+client:a%3Ab%25"


async def _fetch(scopes: Sequence[str]) -> str:
    return "planted"


@pytest.mark.parametrize(
    "auth", [ApiKey("planted"), BearerToken("planted"), BearerToken(_fetch), BasicAuth("planted", "planted")]
)
def test_nothing_of_a_credential_shows(auth: Auth) -> None:
    assert "planted" not in repr(auth) + str(auth)
    assert base64.b64encode(b"planted").decode()[:8] not in repr(auth)
    assert isinstance(auth, Auth)
