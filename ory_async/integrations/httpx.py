"""Access tokens for calls that are made by httpx.

    tokens = ClientCredentials(ory, client_id="reports", client_secret="...", scopes=["orders.read"])
    async with httpx.AsyncClient(auth=BearerAuth(tokens, ["https://orders.example.com"])) as client: ...

A blocking client takes it with the tokens of `ory_sync.tokens`. Needs the extra ``httpx``.
"""

from __future__ import annotations

import httpx

from .bearer import BearerFlow


class BearerAuth(BearerFlow[httpx.Request, httpx.Response], httpx.Auth):
    """Authorises requests to the given origins, and no others; a token that is refused by a 401 is replaced once.

    `tokens` is a `ClientCredentials`, or anything else with its methods `token` and `invalidate`.
    """
