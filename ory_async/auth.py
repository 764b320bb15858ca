"""Credentials. Each makes the value of an Authorization header; none does input or output of its own."""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, TypeAlias, runtime_checkable
from urllib.parse import quote_plus

from .errors import ConfigurationError

TokenFetcher: TypeAlias = Callable[[Sequence[str]], Awaitable[str]]
"""An async function that is given the scopes and returns an access token; asked at each attempt, so it should cache."""


@runtime_checkable
class Auth(Protocol):
    """Anything that can authorise a request."""

    async def authorization(self) -> str:
        """The value of the Authorization header."""
        ...


def _checked(name: str, value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ConfigurationError(f"{name} must be text that is not empty")
    if any(ord(c) < 32 or ord(c) == 127 for c in value):
        raise ConfigurationError(f"{name} holds a control character, such as a line break at its end")
    return _encodable(name, value)


def _encodable(name: str, value: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ConfigurationError(f"{name} holds a lone surrogate, which no header can carry") from None
    return value


class ApiKey:
    """An API key of an Ory Network project (``ory_pat_...``) or workspace (``ory_wak_...``)."""

    __slots__ = ("_header",)

    def __init__(self, key: str) -> None:
        self._header = f"Bearer {_checked('the API key', key)}"

    async def authorization(self) -> str:
        return self._header

    def __repr__(self) -> str:
        return f"{type(self).__name__}(...)"


class BearerToken:
    """A bearer token (RFC 6750): a string, or an async function that fetches one for the given scopes."""

    __slots__ = ("_scopes", "_token")

    def __init__(self, token: str | TokenFetcher, *, scopes: Sequence[str] = ()) -> None:
        if isinstance(scopes, str):
            raise ConfigurationError("scopes must be a list of them, not one string")
        self._token = token if callable(token) else _checked("the token", token)
        self._scopes = tuple(scopes)

    async def authorization(self) -> str:
        if isinstance(self._token, str):
            return f"Bearer {self._token}"
        return f"Bearer {_checked('the fetched token', await self._token(self._scopes))}"

    def __repr__(self) -> str:
        return f"BearerToken(..., scopes={list(self._scopes)})"


class BasicAuth:
    """A client id and its secret, form-url-encoded before they are joined, as OAuth2 wants (RFC 6749 section 2.3.1)."""

    __slots__ = ("_header",)

    def __init__(self, username: str, password: str) -> None:
        for name, value in (("the username", username), ("the password", password)):
            if not isinstance(value, str):
                raise ConfigurationError(f"{name} must be text, not {type(value).__name__}")
            _encodable(name, value)
        pair = f"{quote_plus(username)}:{quote_plus(password)}"
        self._header = f"Basic {base64.b64encode(pair.encode()).decode()}"

    async def authorization(self) -> str:
        return self._header

    def __repr__(self) -> str:
        return "BasicAuth(...)"
