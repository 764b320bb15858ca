"""Access tokens for calls that are made by aiohttp (3.12 or newer).

tokens = ClientCredentials(ory, client_id="reports", client_secret="...", scopes=["orders.read"])
async with aiohttp.ClientSession(middlewares=[bearer(tokens, ["https://orders.example.com"])]) as session: ...
"""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import ClientHandlerType, ClientMiddlewareType, ClientRequest, ClientResponse

from .bearer import AccessTokens, Origins


def bearer(tokens: AccessTokens, origins: Sequence[str]) -> ClientMiddlewareType:
    """A middleware that authorises requests to the given origins, and no others, also after a redirect.

    A token that is refused by a 401 is replaced once, unless the request has a body that cannot be sent again. `tokens`
    is a `ClientCredentials` of `ory_async.tokens`, or anything else with its methods `token` and `invalidate`.
    """
    places = Origins(origins)

    async def authorise(request: ClientRequest, send: ClientHandlerType) -> ClientResponse:
        if str(request.url) not in places:
            return await send(request)
        token = await _token(tokens, request)
        response = await send(request)
        if response.status != 401 or not _can_be_repeated(request):
            return response
        response.release()
        tokens.invalidate(token)
        await _token(tokens, request)
        return await send(request)

    return authorise


async def _token(tokens: AccessTokens, request: ClientRequest) -> str:
    given = tokens.token()
    token = given if isinstance(given, str) else await given
    request.headers["Authorization"] = f"Bearer {token}"
    return token


def _can_be_repeated(request: ClientRequest) -> bool:
    """Whether the body is there still: bytes are, a stream that was sent is not."""
    body = request.body
    return isinstance(body, bytes) or getattr(body, "consumed", True) is False
