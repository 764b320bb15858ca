"""How a request that another HTTP library makes is given a token, and another one where the first is refused."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Coroutine, Generator, MutableMapping, Sequence
from typing import Generic, Protocol, TypeVar
from urllib.parse import urlsplit

from ..errors import ConfigurationError


class AccessTokens(Protocol):
    """Where access tokens come from, such as `ClientCredentials` of `ory_async.tokens` or of `ory_sync.tokens`."""

    def token(self) -> Awaitable[str] | str:
        """An access token that is good for some time yet."""
        ...

    def invalidate(self, token: str) -> None:
        """Give another token next time."""
        ...


class Origins:
    """The places that may see a token: schemes and hosts with their ports."""

    def __init__(self, origins: Sequence[str]) -> None:
        if isinstance(origins, str) or not origins:
            raise ConfigurationError("origins must be a list of URLs, such as ['https://orders.example.com']")
        self._origins = frozenset(_origin(url) for url in origins)
        if not all(scheme in ("http", "https") and host for scheme, host, _ in self._origins):
            raise ConfigurationError("each of origins must begin with https:// or http:// and a host")

    def __contains__(self, url: str) -> bool:
        return _origin(url) in self._origins


def _origin(url: str) -> tuple[str, str | None, int | None]:
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname, parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    except ValueError:
        return "", None, None


class _Request(Protocol):
    @property
    def url(self) -> object: ...
    @property
    def headers(self) -> MutableMapping[str, str]: ...


class _Response(Protocol):
    @property
    def status_code(self) -> int: ...


Sent = TypeVar("Sent", bound=_Request)
Got = TypeVar("Got", bound=_Response)


class BearerFlow(Generic[Sent, Got]):
    """Authorises requests to the given origins, and no others; a token that is refused by a 401 is replaced once.

    It is the one flow behind the classes for httpx and for httpx2, which have the same shape.
    """

    def __init__(self, tokens: AccessTokens, origins: Sequence[str]) -> None:
        self._tokens = tokens
        self._origins = Origins(origins)

    async def async_auth_flow(self, request: Sent) -> AsyncGenerator[Sent, Got]:
        """The steps of one request of an async client."""
        if str(request.url) not in self._origins:
            yield request
            return
        for is_last in (False, True):
            given = self._tokens.token()
            token = given if isinstance(given, str) else await given
            request.headers["Authorization"] = f"Bearer {token}"
            response = yield request
            if response.status_code != 401 or is_last:
                return
            self._tokens.invalidate(token)

    def sync_auth_flow(self, request: Sent) -> Generator[Sent, Got, None]:
        """The steps of one request of a blocking client."""
        if str(request.url) not in self._origins:
            yield request
            return
        for is_last in (False, True):
            token = self._tokens.token()
            if not isinstance(token, str):
                if isinstance(token, Coroutine):
                    token.close()
                raise ConfigurationError("a blocking client needs blocking tokens: those of ory_sync.tokens")
            request.headers["Authorization"] = f"Bearer {token}"
            response = yield request
            if response.status_code != 401 or is_last:
                return
            self._tokens.invalidate(token)
