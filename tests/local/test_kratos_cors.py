from __future__ import annotations

import pytest

from ory_async.local.kratos import KratosOptions

from .kratos_client import Client
from .kratos_servers import serving

SHOP, OTHER = "http://localhost:3000", "http://localhost:3001"
OPTIONS = KratosOptions(cors_allowed_origins=(SHOP,))


async def allowed(client: Client, method: str, path: str, origin: str) -> str | None:
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "x-session-token",
    }
    return (await client(method, path, headers=headers)).headers.get("Access-Control-Allow-Origin")


@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
async def test_pages_of_an_allowed_origin_may_read(method: str) -> None:
    async with serving(OPTIONS) as client:
        assert await allowed(client, method, "/sessions/whoami", SHOP) == SHOP
        assert await allowed(client, method, "/sessions/whoami", OTHER) is None
        assert await allowed(client, method, "/admin/identities", SHOP) is None


async def test_any_origin_may_be_allowed() -> None:
    async with serving(KratosOptions(cors_allowed_origins=("*",))) as client:
        assert await allowed(client, "GET", "/sessions/whoami", OTHER) == OTHER


async def test_a_preflight_request_tells_what_is_allowed() -> None:
    async with serving(OPTIONS) as client:
        wanted = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
        answer = await client("OPTIONS", "/self-service/login", headers={"Origin": SHOP, **wanted})
        assert answer.status == 204
        assert answer.headers["Access-Control-Allow-Methods"] == "POST"
        assert answer.headers["Access-Control-Allow-Headers"] == "content-type"
        assert answer.headers["Access-Control-Allow-Credentials"] == "true"


async def test_nothing_is_allowed_by_default_but_the_script() -> None:
    async with serving(KratosOptions()) as client:
        assert await allowed(client, "GET", "/sessions/whoami", SHOP) is None
        assert await allowed(client, "GET", "/.well-known/ory/webauthn.js", SHOP) == "*"
