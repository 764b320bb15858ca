"""Session JWTs and API keys as the local Ory makes them, known by the rooms that verify them."""

from __future__ import annotations

import pytest

from ory_async import Ory
from ory_async.jwt import InvalidToken, JWTVerifier
from ory_async.local import KratosOptions, LocalOry, TokenizerTemplate
from ory_async.models.base import Json
from ory_async.principals import ApiKeyPrincipal, Authenticator, JWTPrincipal, Refused
from ory_async.sessions import SessionVerifier
from tests.conformance.support import register

KEYS = "/.well-known/ory/session-jwks.json"
OPTIONS = KratosOptions(
    tokenizer_templates={"shop": TokenizerTemplate(claims={"email": "session.identity.traits.email"})}
)


async def test_a_session_as_a_jwt_is_verified_without_asking_again() -> None:
    async with LocalOry(kratos=OPTIONS) as local, Ory(local.url) as ory:

        async def published() -> dict[str, Json]:
            keys = await ory.request("GET", KEYS, plane="kratos_public")
            assert isinstance(keys, dict)
            return keys

        registered = await register(ory, "ann@example.com")
        text = await SessionVerifier(ory).tokenized({"X-Session-Token": registered.session_token or ""}, "shop")
        assert text is not None
        verifier = JWTVerifier(
            published, issuer=f"{local.url}/", audience=None, clock=lambda: local.clock.now().timestamp()
        )
        verified = await verifier.verify(text)
        assert registered.identity is not None
        assert (verified.subject, verified.claims["email"]) == (registered.identity.id, "ann@example.com")

        authenticator = Authenticator(ory, accept=["jwt"], jwt=verifier)
        asked = len(local.requests)
        principal = await authenticator.authenticate({"Authorization": f"Bearer {text}"})
        assert isinstance(principal, JWTPrincipal)
        assert principal.subject == registered.identity.id
        assert len(local.requests) == asked, "nobody was asked"

        local.clock.advance(120)
        with pytest.raises(InvalidToken) as refused:
            await verifier.verify(text)
        assert refused.value.reason == "expired"


async def test_an_api_key_is_known_until_it_is_revoked() -> None:
    async with LocalOry() as local, local.client() as ory:
        issued = await ory.api_keys.admin_issue_api_key(
            {"name": "reports", "actor_id": "robot", "scopes": ["orders.read"]}
        )
        assert issued.secret
        authenticator = Authenticator(ory, accept=["api_key"])
        headers = {"X-API-Key": issued.secret}
        principal = await authenticator.authenticate(headers, scopes=["orders.read"])
        assert isinstance(principal, ApiKeyPrincipal)
        assert (principal.subject, principal.scopes) == ("robot", {"orders.read"})
        refused = await authenticator.authenticate(headers, scopes=["orders.write"])
        assert isinstance(refused, Refused)
        assert refused.reason == "insufficient_scope"

        assert principal.key_id is not None
        await ory.api_keys.admin_revoke_issued_api_key(principal.key_id, {"reason": "REVOCATION_REASON_SUPERSEDED"})
        refused = await authenticator.authenticate(headers)
        assert isinstance(refused, Refused)
        assert refused.reason == "invalid_credential"
