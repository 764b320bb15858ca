"""A program that logs in for itself, and an API that asks who is calling.

Run it: ``python examples/machine_to_machine.py``. It uses the Ory that the environment names (ORY_SDK_URL and so on); where
it names none, a local one.
"""

from __future__ import annotations

import asyncio
import os

from ory_async import Ory
from ory_async.local import LocalOry
from ory_async.principals import AccessTokenPrincipal, Authenticator, Refused
from ory_async.tokens import ClientCredentials


async def main() -> None:
    if any(name.startswith("ORY_") and name.endswith("_URL") for name in os.environ):
        async with Ory.from_env() as ory:
            await walk(ory)
    else:
        async with LocalOry() as local, Ory(local.url) as ory:
            await walk(ory)


async def walk(ory: Ory) -> None:
    reports = await ory.oauth2.create_oauth2_client(
        {"client_name": "reports", "grant_types": ["client_credentials"], "scope": "orders.read"}
    )
    try:
        tokens = ClientCredentials(
            ory, client_id=reports.client_id or "", client_secret=reports.client_secret, scopes=["orders.read"]
        )
        await ask(ory, {"Authorization": await tokens.authorization()})
        await ask(ory, {"Authorization": "Bearer something-else"})
    finally:
        await ory.oauth2.delete_oauth2_client(reports.client_id or "")


async def ask(ory: Ory, headers: dict[str, str]) -> None:
    """What the API does with the headers of a request."""
    match await Authenticator(ory).authenticate(headers, scopes=["orders.read"]):
        case AccessTokenPrincipal(subject, client_id=client_id):
            print(f"200: {subject} may read orders (client {client_id})")
        case Refused(reason, status=status):
            print(f"{status}: {reason}")
        case other:
            print("403: not by", type(other).__name__)


if __name__ == "__main__":
    asyncio.run(main())
