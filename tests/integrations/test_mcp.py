"""MCP servers let in those whom Ory gave a token for them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import attrs
import httpx
import pytest
from fastmcp import FastMCP
from mcp.server.auth.settings import AuthSettings
from mcp.server.mcpserver import MCPServer
from pydantic import AnyHttpUrl

from ory_async import Ory, errors
from ory_async.integrations import fastmcp as for_fastmcp
from ory_async.integrations.mcp import OryTokenVerifier
from ory_async.jwt import JWTVerifier
from ory_async.local import LocalOry
from ory_async.principals import Authenticator
from ory_async.tokens import ClientCredentials
from tests.conformance.support import register

RESOURCE = "https://notes.example/mcp"
HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}


@attrs.define
class World:
    local: LocalOry
    ory: Ory

    async def token(self, scope: str = "notes.read", audience: str | None = RESOURCE) -> str:
        """An access token for the client credentials of a new client."""
        body = {
            "grant_types": ["client_credentials"],
            "scope": "notes.read notes.write",
            "client_secret": "a-secret-of-its-own",
            "audience": [RESOURCE, "https://other.example"],
        }
        client = await self.ory.oauth2.create_oauth2_client(body)
        assert client.client_id is not None
        tokens = ClientCredentials(
            self.ory,
            client_id=client.client_id,
            client_secret="a-secret-of-its-own",
            scopes=scope.split(),
            audience=[audience] if audience else (),
        )
        return await tokens.token()


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with LocalOry() as local, Ory(local.url) as ory:
        yield World(local, ory)


def authenticator(world: World) -> Authenticator[Any]:
    return Authenticator(world.ory, accept=["access_token", "session_token"])


async def test_a_good_token(world: World) -> None:
    token = await world.token()
    known = await OryTokenVerifier(authenticator(world), resource=RESOURCE).verify_token(token)
    assert known is not None
    assert known.scopes == ["notes.read"]
    assert known.client_id == known.subject
    assert known.resource == RESOURCE
    assert known.expires_at is not None
    assert known.claims is not None
    assert known.claims["iss"]


async def test_tokens_that_are_not_good(world: World) -> None:
    verifier = OryTokenVerifier(authenticator(world), resource=RESOURCE)
    session_token = (await register(world.ory, "ann@example.com")).session_token
    assert session_token is not None
    elsewhere = await world.token(audience="https://other.example")
    for token in (
        "",
        "ory_at_unknown",
        "with space",
        "line\r\nbreak",
        session_token,
        elsewhere,
        await world.token(audience=None),
    ):
        assert await verifier.verify_token(token) is None
    known = await OryTokenVerifier(authenticator(world)).verify_token(elsewhere)
    assert known is not None
    assert known.resource is None


async def test_jwts(world: World) -> None:
    from joserfc import jwt
    from joserfc.jwk import ECKey

    key = ECKey.generate_key("P-256", {"kid": "k1"})
    keys = {"keys": [key.as_dict(private=False)]}
    verifier = OryTokenVerifier(
        Authenticator(
            world.ory, accept=["jwt"], jwt=JWTVerifier(keys, issuer="https://auth.example", audience=RESOURCE)
        )
    )
    claims = {
        "iss": "https://auth.example",
        "sub": "ann",
        "client_id": "c1",
        "aud": RESOURCE,
        "exp": 4102444800,
        "scp": ["notes.read"],
    }
    known = await verifier.verify_token(jwt.encode({"alg": "ES256", "kid": "k1"}, claims, key))
    assert known is not None
    assert (known.subject, known.client_id, known.scopes) == ("ann", "c1", ["notes.read"])
    assert known.expires_at == 4102444800
    wrong = jwt.encode({"alg": "ES256", "kid": "k1"}, {**claims, "aud": "https://other.example"}, key)
    assert await verifier.verify_token(wrong) is None


async def test_a_server_that_cannot_tell_is_no_refusal() -> None:
    async with Ory("http://127.0.0.1:9", retry=None) as ory:
        verifier = OryTokenVerifier(Authenticator(ory, accept=["access_token"]))
        with pytest.raises(errors.ConnectError):
            await verifier.verify_token("ory_at_something")


def by_mcp(world: World) -> Any:
    settings = AuthSettings(
        issuer_url=AnyHttpUrl("https://auth.example"),
        resource_server_url=AnyHttpUrl(RESOURCE),
        required_scopes=["notes.read"],
        validate_token_resource=True,
    )
    verifier = OryTokenVerifier(authenticator(world), resource=RESOURCE)
    return MCPServer("notes", token_verifier=verifier, auth=settings).streamable_http_app()


def by_fastmcp(world: World) -> Any:
    verifier = for_fastmcp.OryTokenVerifier(
        authenticator(world), resource=RESOURCE, base_url="https://notes.example", required_scopes=["notes.read"]
    )
    return FastMCP("notes", auth=verifier).http_app()


@pytest.mark.parametrize("make", [by_mcp, by_fastmcp])
async def test_a_server(world: World, make: Callable[[World], Any]) -> None:
    app = make(world)
    accept = {"Accept": "application/json, text/event-stream"}
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8000") as client,
    ):

        async def initialize(token: str) -> int:
            headers = {**accept, "Authorization": f"Bearer {token}"}
            return (await client.post("/mcp", json=HELLO, headers=headers)).status_code

        assert await initialize(await world.token()) == 200
        assert await initialize("ory_at_unknown") == 401
        assert await initialize(await world.token("notes.write")) == 403
        assert (await client.post("/mcp", json=HELLO, headers=accept)).status_code == 401
