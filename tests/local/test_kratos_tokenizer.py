from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from ory_async.local.kratos import KratosOptions, TokenizerTemplate

from .kratos_client import Client
from .kratos_servers import serving

EMAIL = "ann@example.com"
OPTIONS = KratosOptions(
    tokenizer_templates={
        "plain": TokenizerTemplate(),
        "mapped": TokenizerTemplate(
            ttl=timedelta(hours=1),
            claims={"email": "session.identity.traits.email", "none": "session.no.such.value", "plan": "free", "n": 1},
        ),
        "external": TokenizerTemplate(subject_source="external_id"),
    }
)


async def logged_in(client: Client, **fields: Any) -> tuple[dict[str, Any], str]:
    identity = await client.create_identity(EMAIL, **fields)
    return identity, (await client.log_in(EMAIL)).body["session_token"]


async def claims_of(client: Client, token: str) -> dict[str, Any]:
    keys = KeySet.import_key_set((await client("GET", "/.well-known/ory/session-jwks.json")).body)
    decoded = jwt.decode(token, keys, algorithms=["ES256"])
    assert decoded.header["typ"] == "JWT"
    return dict(decoded.claims)


async def test_a_session_as_a_signed_jwt() -> None:
    async with serving(OPTIONS) as client:
        identity, token = await logged_in(client)
        session = (await client("GET", "/sessions/whoami?tokenize_as=plain", token=token)).body
        claims = await claims_of(client, session["tokenized"])
        assert (claims["sub"], claims["sid"], claims["iss"]) == (identity["id"], session["id"], client.local.url + "/")
        assert claims["exp"] - claims["iat"] == 60


async def test_claims_of_a_template() -> None:
    async with serving(OPTIONS) as client:
        _, token = await logged_in(client)
        session = (await client("GET", "/sessions/whoami?tokenize_as=mapped", token=token)).body
        claims = await claims_of(client, session["tokenized"])
        assert (claims["email"], claims["plan"], claims["n"], "none" in claims) == (EMAIL, "free", 1, False)
        assert claims["exp"] - claims["iat"] == 3600


async def test_the_external_id_as_subject() -> None:
    async with serving(OPTIONS) as client:
        _, token = await logged_in(client, external_id="customer-7")
        session = (await client("GET", "/sessions/whoami?tokenize_as=external", token=token)).body
        assert (await claims_of(client, session["tokenized"]))["sub"] == "customer-7"


@pytest.mark.parametrize("name", ["unknown", "external"])
async def test_what_can_not_be_tokenized(name: str) -> None:
    async with serving(OPTIONS) as client:
        _, token = await logged_in(client)
        assert (await client("GET", f"/sessions/whoami?tokenize_as={name}", token=token)).status == 400


async def test_the_published_key_holds_no_secret() -> None:
    async with serving(OPTIONS) as client:
        [key] = (await client("GET", "/.well-known/ory/session-jwks.json")).body["keys"]
        assert (key["kty"], key["alg"], "d" in key) == ("EC", "ES256", False)
