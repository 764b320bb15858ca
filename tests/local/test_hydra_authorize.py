"""The authorization endpoint of the local Hydra: what settings and time change, and the rarer response types."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import aiohttp
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from ory_async import errors

from ..conformance.oauth2 import CALLBACK, SCOPE, Application, Visitor, basic, challenge, page_of, query_of, verified
from .hydra_client import fragment_of, world

pytestmark = pytest.mark.asyncio


def half_hash(token: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()[:16]).decode().rstrip("=")


@pytest.mark.parametrize(
    ("response_type", "expected"),
    [
        ("token", {"access_token", "expires_in", "scope", "state", "token_type"}),
        ("id_token", {"id_token", "state"}),
        ("id_token token", {"access_token", "expires_in", "id_token", "scope", "state", "token_type"}),
        ("code id_token", {"code", "id_token", "state"}),
        ("code token", {"access_token", "code", "expires_in", "scope", "state", "token_type"}),
        (
            "token code id_token",
            {"access_token", "code", "expires_in", "id_token", "scope", "state", "token_type"},
        ),
    ],
)
async def test_tokens_come_in_the_fragment(response_type: str, expected: set[str]) -> None:
    async with world() as w:
        answer = fragment_of(await w.way_back(response_type=response_type))
        assert answer.keys() == expected
        if "access_token" in answer:
            assert (await w.ory.oauth2.introspect_oauth2_token(token=answer["access_token"])).sub == "alice"
        if "id_token" in answer:
            claims = (await verified(w.ory, answer["id_token"])).claims
            hashes = {"at_hash": answer.get("access_token"), "c_hash": answer.get("code")}
            expected_hashes = {name: value and half_hash(value) for name, value in hashes.items()}
            assert {name: claims.get(name) for name in hashes} == expected_hashes


@pytest.mark.parametrize(
    ("client", "changes", "error"),
    [
        ({"grant_types": ["authorization_code"]}, {"response_type": "token"}, "invalid_grant"),
        ({"grant_types": ["implicit"]}, {"response_type": "code id_token"}, "invalid_grant"),
        ({}, {"response_type": "id_token", "nonce": ""}, "invalid_request"),
        ({}, {"response_type": "id_token", "nonce": "short"}, "insufficient_entropy"),
        ({}, {"response_type": "id_token", "scope": "photos"}, "unsupported_response_type"),
    ],
)
async def test_refused_once_the_user_has_agreed(client: dict[str, Any], changes: dict[str, str], error: str) -> None:
    async with world(client) as w:
        scopes = changes.get("scope", SCOPE).split()
        visitor = Visitor(w.ory)
        page = await visitor.log_in(await visitor.open(**Application(w.client).request(**changes)), "alice")
        assert fragment_of(await visitor.consent(page, scopes))["error"] == error


async def test_requests_expire_by_the_clock() -> None:
    async with world() as w:
        visitor = Visitor(w.ory)
        login_page = await visitor.open(**Application(w.client).request())
        login_challenge = challenge(login_page, "login")
        accepted = await w.ory.oauth2.accept_oauth2_login_request({"subject": "a"}, login_challenge=login_challenge)
        w.local.clock.advance(31 * 60)
        with pytest.raises(errors.Unauthorized, match="has expired"):
            await w.ory.oauth2.get_oauth2_login_request(login_challenge=login_challenge)
        with pytest.raises(errors.Unauthorized, match="has expired"):
            await w.ory.oauth2.reject_oauth2_login_request({"error": "x"}, login_challenge=login_challenge)
        assert query_of(await visitor.follow(accepted.redirect_to))["error"] == "request_unauthorized"


async def test_reset_forgets_challenges_sessions_and_tokens() -> None:
    async with world() as w:
        visitor = Visitor(w.ory)
        token = await w.ory.oauth2.oauth2_token_exchange(grant_type="client_credentials", auth=basic(w.client))
        page = await visitor.open(**Application(w.client).request())
        w.local.reset()
        with pytest.raises(errors.NotFound):
            await w.ory.oauth2.get_oauth2_login_request(login_challenge=challenge(page, "login"))
        assert not (await w.ory.oauth2.introspect_oauth2_token(token=token.access_token or "")).active


async def test_max_age_asks_for_a_new_login() -> None:
    async with world() as w:
        visitor, application = Visitor(w.ory), Application(w.client)
        await visitor.consent(
            await visitor.log_in(await visitor.open(**application.request()), "alice", remember=True), remember=True
        )
        for max_age, is_known in (("3600", True), ("0", False)):
            w.local.clock.advance(60)
            page = await visitor.open(**application.request(max_age=max_age))
            login = await w.ory.oauth2.get_oauth2_login_request(login_challenge=challenge(page, "login"))
            assert (login.skip, login.subject) == (is_known, "alice" if is_known else "")
        refused = await visitor.open(**application.request(max_age="0", prompt="none"))
        assert query_of(refused)["error"] == "login_required"


async def test_remembered_consent_ends_with_its_time() -> None:
    async with world() as w:
        visitor, application = Visitor(w.ory), Application(w.client)

        async def asked_for_consent() -> bool:
            page = await visitor.log_in(await visitor.open(**application.request()), "alice", remember=True)
            asked = await w.ory.oauth2.get_oauth2_consent_request(consent_challenge=challenge(page, "consent"))
            await visitor.consent(page, remember=True, remember_for=60)
            return not asked.skip

        assert await asked_for_consent()
        assert not await asked_for_consent()
        w.local.clock.advance(61)
        assert await asked_for_consent()


@pytest.mark.parametrize("changes", [{"code_challenge": ""}, {"code_challenge_method": "plain"}])
async def test_enforced_pkce_is_refused_after_consent(changes: dict[str, str]) -> None:
    async with world(pkce_enforced=True) as w:
        answer = query_of(await w.way_back(**changes))
        assert (answer["error"], "Clients must" in answer["error_description"]) == ("invalid_request", True)


async def test_pkce_may_be_enforced_for_public_clients_only() -> None:
    async with world({"token_endpoint_auth_method": "none"}, pkce_enforced_for_public_clients=True) as w:
        assert query_of(await w.way_back(code_challenge=""))["error"] == "invalid_request"
        w.client = await w.new_client()
        assert query_of(await w.way_back(code_challenge=""))["code"]


async def test_loopback_redirects_may_have_any_port() -> None:
    async with world({"redirect_uris": ["http://127.0.0.1:8000/cb"]}) as w:
        assert (await w.way_back(redirect_uri="http://127.0.0.1:51234/cb")).startswith(
            "http://127.0.0.1:51234/cb?code="
        )
        wrong = await Visitor(w.ory).open(**Application(w.client).request(redirect_uri="http://127.0.0.1:51234/other"))
        assert page_of(wrong) == "error"


async def test_claims_of_the_consent_cannot_replace_those_of_the_protocol() -> None:
    async with world() as w:
        visitor, application = Visitor(w.ory), Application(w.client)
        page = await visitor.log_in(await visitor.open(**application.request()), "alice", amr=["pwd"], acr="aal1")
        claims = {"sub": "mallory", "iss": "x", "exp": 1, "nonce": "x", "sid": "x", "acr": "x", "email": "a@b.example"}
        back = await visitor.consent(page, session={"id_token": claims, "access_token": {"sub": "mallory", "n": 2**60}})
        tokens = await application.redeem(w.ory, back)
        id_token = (await verified(w.ory, tokens.id_token or "")).claims
        assert (id_token["sub"], id_token["nonce"], id_token["email"]) == ("alice", application.nonce, "a@b.example")
        assert (id_token["iss"], id_token["acr"], id_token["amr"]) == (w.local.url, "aal1", ["pwd"])
        introspected = await w.ory.oauth2.introspect_oauth2_token(token=tokens.access_token or "")
        assert (introspected.sub, introspected.ext) == ("alice", {"n": 2**60, "sub": "mallory"})


async def test_request_object_adds_its_parameters() -> None:
    key = RSAKey.generate_key(2048, {"use": "sig", "kid": "ro", "alg": "RS256"})
    async with world({"jwks": {"keys": [key.as_dict(private=False)]}}) as w:
        application = Application(w.client)
        request = jwt.encode({"alg": "RS256", "kid": "ro"}, {"scope": "photos", "state": "from-the-object"}, key)
        query = application.request(scope="openid", request=request, state="")
        visitor = Visitor(w.ory)
        page = await visitor.open(**query)
        asked = await w.ory.oauth2.get_oauth2_login_request(login_challenge=challenge(page, "login"))
        assert asked.requested_scope == ["photos", "openid"]
        back = await visitor.consent(await visitor.log_in(page, "alice"), ["openid"])
        assert query_of(back)["state"] == "from-the-object"
        head, claims, _ = request.split(".")
        other = await visitor.open(**application.request(request=f"{head}.{claims}.c2ln"))
        assert query_of(other)["error"] == "invalid_request_object"
        unknown = jwt.encode({"alg": "RS256", "kid": "other"}, {}, key)
        other = await visitor.open(**application.request(request=unknown))
        assert "Unable to retrieve RSA signing key" in query_of(other)["error_description"]


async def test_parameters_may_be_posted() -> None:
    async with world() as w, aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        form = Application(w.client).request()
        async with session.post(f"{w.local.url}/oauth2/auth", data=form, allow_redirects=False) as response:
            assert (response.status, page_of(response.headers["Location"])) == (302, "login")


async def test_error_page_shows_what_went_wrong_and_runs_none_of_it() -> None:
    async with world() as w, aiohttp.ClientSession() as session:
        page = await Visitor(w.ory).open(client_id="<script>", redirect_uri=CALLBACK)
        async with session.get(page.replace("invalid_client", "<script>")) as response:
            text = await response.text()
        assert (response.status, "<script>" in text, "&lt;script&gt;" in text) == (500, False, True)


@pytest.mark.parametrize("seconds", [-1, 0, 10**12])
async def test_any_number_of_seconds_may_be_remembered(seconds: int) -> None:
    async with world() as w:
        visitor, application = Visitor(w.ory), Application(w.client)
        page = await visitor.open(**application.request())
        page = await visitor.log_in(page, "alice", remember=True, remember_for=seconds)
        assert query_of(await visitor.consent(page, remember=True, remember_for=seconds))["code"]
        page = await visitor.open(**application.request())
        asked = await w.ory.oauth2.get_oauth2_login_request(login_challenge=challenge(page, "login"))
        body = {"subject": "alice", "remember_for": 2**63}
        with pytest.raises(errors.BadRequest, match="cannot unmarshal number"):
            await w.ory.oauth2.accept_oauth2_login_request(body, login_challenge=asked.challenge or "")
        assert asked.skip


async def test_a_login_gives_one_consent() -> None:
    async with world() as w:
        visitor, application = Visitor(w.ory), Application(w.client)
        login = challenge(await visitor.open(**application.request()), "login")
        ways = []
        for subject in ("alice", "bob"):
            accepted = await w.ory.oauth2.accept_oauth2_login_request({"subject": subject}, login_challenge=login)
            ways.append(query_of(await visitor.consent(await visitor.follow(accepted.redirect_to))))
        assert "code" in ways[0]
        assert ways[1]["error"] == "access_denied"
