"""Who sends a request: sessions, access tokens and JWTs, verified as an API does it."""

from __future__ import annotations

import asyncio

import pytest

from ory_async import Ory, models
from ory_async.jwt import JWTVerifier
from ory_async.principals import AccessTokenPrincipal, Authenticator, JWTPrincipal, Refused, SessionPrincipal
from ory_async.sessions import NoSession, SecondFactorNeeded, SessionCache, SessionVerifier, VerifiedSession

from .oauth2 import NewClient, basic
from .support import PASSWORD, Browser, Person

API = "https://api.example.com"
LOGIN = "https://auth.example.com/self-service/login/browser"


async def test_the_session_of_a_browser_and_of_an_app(ory: Ory, person: Person) -> None:
    browser = Browser()
    flow = await browser(ory.frontend.create_browser_login_flow)
    fields = {"method": "password", "identifier": person.email, "password": PASSWORD}
    await browser.submit(ory.frontend.update_login_flow, flow, **fields)

    verifier = SessionVerifier(ory, cache=SessionCache(ttl=60), public_url="https://auth.example.com")
    cookie = {"Cookie": f"cart=7; {browser.cookie}"}
    together = await asyncio.gather(*(verifier.verify(cookie) for _ in range(20)))
    [session] = {
        outcome.session.id: outcome.session for outcome in together if isinstance(outcome, VerifiedSession)
    }.values()
    assert session.identity is not None
    assert session.identity.id == person.identity.id
    by_token = await verifier.session({"Authorization": f"Bearer {person.token}"})
    assert by_token is not None
    assert by_token.id != session.id

    assert await verifier.verify(cookie, aal="aal2") == SecondFactorNeeded(f"{LOGIN}?aal=aal2")
    await ory.identity.disable_session(session.id)
    assert await verifier.session(cookie) is not None
    assert await verifier.session(cookie, fresh=True) is None
    assert await verifier.verify(cookie) == NoSession(LOGIN)


@pytest.mark.parametrize("strategy", ["opaque", "jwt"])
async def test_an_access_token(ory: Ory, new_client: NewClient, strategy: str) -> None:
    client: models.OAuth2Client = await new_client(access_token_strategy=strategy, audience=[API], scope="read write")
    grant = {"grant_type": "client_credentials", "scope": "read", "audience": API}
    token = (await ory.oauth2.oauth2_token_exchange(**grant, auth=basic(client))).access_token
    headers = {"Authorization": f"Bearer {token}"}

    asking = Authenticator(ory, audience=API)
    caller = await asking.authenticate(headers, scopes=["read"])
    assert isinstance(caller, AccessTokenPrincipal)
    assert (caller.subject, caller.client_id, caller.scopes, caller.audience) == (
        (client.client_id, client.client_id, {"read"}, {API})
    )
    refused = await asking.authenticate(headers, scopes=["write"])
    assert isinstance(refused, Refused)
    assert refused.reason == "insufficient_scope"

    issuer = (await ory.oidc.discover_oidc_configuration()).issuer
    verifier = JWTVerifier(ory.wellknown.discover_json_web_keys, issuer=issuer, audience=API)
    local = await Authenticator(ory, jwt=verifier).authenticate(headers, scopes=["read"])
    assert isinstance(local, JWTPrincipal if strategy == "jwt" else AccessTokenPrincipal)
    assert (local.subject, local.client_id, local.scopes, local.audience) == (
        (caller.subject, caller.client_id, caller.scopes, caller.audience)
    )

    await ory.oauth2.revoke_oauth2_token(token=token, auth=basic(client))
    assert isinstance(await asking.authenticate(headers), Refused)


async def test_a_session_token_is_no_access_token(ory: Ory, person: Person) -> None:
    headers = {"Authorization": f"Bearer {person.token}"}
    assert isinstance(await Authenticator(ory).authenticate(headers), SessionPrincipal)
    refused = await Authenticator(ory, accept=["access_token"]).authenticate(headers)
    assert isinstance(refused, Refused)
    assert refused.reason == "no_credential"
