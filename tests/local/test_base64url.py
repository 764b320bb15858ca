"""Base64 for URLs, as page tokens, JWTs and passkeys have it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ory_async.local import base64url


@given(st.binary())
def test_what_is_written_can_be_read_with_padding_or_without(data: bytes) -> None:
    text = base64url.encoded(data)
    assert set("+/=").isdisjoint(text)
    assert base64url.decoded(text) == base64url.decoded(text + "=" * (-len(text) % 4)) == data


@pytest.mark.parametrize("text", ["a+/b", "YQ==YQ==", "Y Q", "YQ\n", "é", "A"])
def test_what_is_no_base64url_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"base64"):
        base64url.decoded(text)
