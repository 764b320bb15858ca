"""One entry for all that an API is shown: who is let in as what, who is not, and who is asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from ory_async import Answer, Ory, Request, errors
from ory_async.config import PLANES
from ory_async.jwt import JWTVerifier
from ory_async.principals import (
    AccessTokenPrincipal,
    ApiKeyPrincipal,
    Authenticator,
    JWTPrincipal,
    Refused,
    SessionPrincipal,
)
from ory_async.sessions import SessionCache, SessionVerifier
from tests.support.stub_transport import StubTransport, reply

from .test_jwt import AUDIENCE, CLAIMS, ISSUER, NOW, RSA, public, signed

KEY, DERIVED = "acme_sk_live_1", "acme_mc_1"
ALL: Any = ("session_cookie", "session_token", "jwt", "access_token", "api_key")


class Servers:
    """Kratos, Hydra and Talos as far as they say who somebody is; what was asked, in short, and the next faults."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.requests: list[Request] = []
        self.sessions: dict[str, Any] = {
            "ory_st_alice": {"aal": "aal1", "id": "alice"},
            "ory_kratos_session=bob": {"aal": "aal2", "id": "bob"},
        }
        self.tokens: dict[str, Any] = {
            "ory_at_good": {"sub": "alice", "client_id": "shop", "scope": "read write", "aud": [AUDIENCE]},
            "opaque": {"client_id": "machine", "exp": int(NOW + 60)},
            "refresh": {"sub": "alice", "token_use": "refresh_token"},
            "nobody": {},
        }
        self.keys: dict[str, Any] = {
            KEY: {"key_id": "k-1", "actor_id": "robot", "scopes": ["read"]},
            "busy": {"is_valid": False, "error_code": "VERIFICATION_ERROR_RATE_LIMITED"}
            | {"rate_limit_reset_time": "2030-01-01T00:00:00Z"},
            "broken": {"is_valid": False, "error_code": "VERIFICATION_ERROR_INTERNAL"},
            "anonymous": {"key_id": "k-2"},
        }

    def answer(self, request: Request) -> Answer:
        self.requests.append(request)
        body = (request.body or b"").decode()
        match urlsplit(request.url).path:
            case "/sessions/whoami":
                return self._whoami(request.headers.get("X-Session-Token") or request.headers["Cookie"])
            case "/admin/oauth2/introspect":
                [token] = parse_qs(body)["token"]
                self.asked.append(f"introspect {token}")
                known = self.tokens.get(token)
                return reply({"active": False} if known is None else {"active": True, **known})
            case "/v2alpha1/admin/apiKeys:verify":
                key = json.loads(body)["credential"]
                self.asked.append(f"verify {key}")
                known = self.keys.get(key, {"is_valid": False, "error_code": "VERIFICATION_ERROR_NOT_FOUND"})
                return reply({"is_valid": True, **known})
        return reply({"error": "unexpected"}, 404)

    def _whoami(self, credential: str) -> Answer:
        self.asked.append(f"whoami {credential}")
        known = self.sessions.get(credential)
        if known is None:
            return reply({"error": {"code": 401}}, 401)
        session = {"id": f"s-{known['id']}", "active": True, "authenticator_assurance_level": known["aal"]}
        moment = datetime.fromtimestamp(NOW, UTC)
        times = {"expires_at": (moment + timedelta(days=1)).isoformat(), "authenticated_at": moment.isoformat()}
        identity = {"id": known["id"], "schema_id": "default"} if known["id"] else None
        return reply({**session, **times, "identity": identity}, Set_Cookie="ory_kratos_session=new")


@pytest.fixture
def servers() -> Servers:
    return Servers()


@pytest.fixture
def ory(servers: Servers) -> Ory:
    planes: Any = dict.fromkeys(PLANES, "https://ory.example")
    return Ory._made(planes, {"retry": None}, StubTransport(servers.answer))  # type: ignore[arg-type]


def verifier() -> JWTVerifier[Any]:
    return JWTVerifier(public(RSA), issuer=ISSUER, audience=AUDIENCE, clock=lambda: NOW)


def authenticator_of(ory: Ory, **settings: Any) -> Authenticator[Any]:
    accept = settings.setdefault("accept", ALL)
    if "jwt" in (accept or ()):
        settings.setdefault("jwt", verifier())
    settings.setdefault("sessions", SessionVerifier(ory, cache=settings.get("cache"), clock=lambda: NOW))
    return Authenticator(ory, **settings)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def refusal(authenticator: Authenticator[Any], headers: dict[str, str], **demands: Any) -> Refused:
    refused = await authenticator.authenticate(headers, **demands)
    assert isinstance(refused, Refused), refused
    return refused


# who is let in


async def test_every_kind_of_credential(ory: Ory) -> None:
    authenticator = authenticator_of(ory)
    seen = []
    for headers in (
        {"Cookie": "a=1; ory_kratos_session=bob"},
        {"X-Session-Token": "ory_st_alice"},
        bearer("ory_st_alice"),
        bearer(signed(CLAIMS)),
        bearer("ory_at_good"),
        bearer("opaque"),
        bearer(KEY),
        {"X-API-Key": KEY},
    ):
        match await authenticator.authenticate(headers):
            case SessionPrincipal(subject, session, set_cookies):
                assert set_cookies == ["ory_kratos_session=new"]
                seen.append(f"{subject} by session {session.id}")
            case AccessTokenPrincipal(subject, client_id, scopes):
                seen.append(f"{subject} by {client_id} for {sorted(scopes)}")
            case JWTPrincipal(subject, claims=claims):
                seen.append(f"{subject} by {claims['iss']}")
            case ApiKeyPrincipal(subject, key_id, scopes):
                seen.append(f"{subject} by {key_id} for {sorted(scopes)}")
            case Refused(reason):
                seen.append(reason)
    assert seen == [
        "bob by session s-bob",
        "alice by session s-alice",
        "alice by session s-alice",
        f"alice by {ISSUER}",
        "alice by shop for ['read', 'write']",
        "machine by machine for []",
        "robot by k-1 for ['read']",
        "robot by k-1 for ['read']",
    ]


async def test_a_credential_goes_only_where_it_may_be_meant_for(ory: Ory, servers: Servers) -> None:
    authenticator = authenticator_of(ory)
    tokens = ["ory_st_x", "ory_rt_x", "ory_ac_x", "ory_at_x", "sk_x", signed({**CLAIMS, "exp": 1})]
    for token in tokens:
        await refusal(authenticator, bearer(token))
    derived = f"verify {tokens[-1]}"  # a JWT may come from an API key
    assert servers.asked == ["whoami ory_st_x", "introspect ory_at_x", "introspect sk_x", "verify sk_x", derived]


async def test_only_accepted_kinds_in_their_order(ory: Ory, servers: Servers) -> None:
    everything = {**bearer("opaque"), "X-API-Key": KEY, "Cookie": "ory_kratos_session=bob"}
    for accept, kind in (
        (["api_key", "access_token", "session_cookie"], ApiKeyPrincipal),
        (["access_token", "api_key"], AccessTokenPrincipal),
        (["session_token", "session_cookie", "api_key"], SessionPrincipal),
        (["session_token"], Refused),
    ):
        assert isinstance(await authenticator_of(ory, accept=accept).authenticate(everything), kind)
    assert servers.asked == [f"verify {KEY}", "introspect opaque", "whoami ory_kratos_session=bob"]


async def test_a_session_token_counts_beside_a_cookie_that_is_not_accepted(ory: Ory) -> None:
    authenticator = authenticator_of(ory, accept=["session_token"])
    headers = {**bearer("ory_st_alice"), "Cookie": "ory_kratos_session=bob"}
    assert getattr(await authenticator.authenticate(headers), "subject", None) == "alice"


async def test_the_next_good_credential_counts(ory: Ory) -> None:
    authenticator = authenticator_of(ory)
    headers = {**bearer("ory_at_good"), "Cookie": "ory_kratos_session=stale"}
    assert isinstance(await authenticator.authenticate(headers), AccessTokenPrincipal)


async def test_what_is_accepted_by_default(ory: Ory, servers: Servers) -> None:
    plain = authenticator_of(ory, accept=None)
    assert isinstance(await plain.authenticate(bearer("ory_at_good")), AccessTokenPrincipal)
    token = signed(CLAIMS)
    servers.tokens[token] = {"sub": "alice"}
    assert isinstance(await plain.authenticate(bearer(token)), AccessTokenPrincipal)
    with_jwt = authenticator_of(ory, accept=None, jwt=verifier())
    assert isinstance(await with_jwt.authenticate(bearer(token)), JWTPrincipal)
    assert (await refusal(with_jwt, {"X-API-Key": KEY})).reason == "no_credential"


async def test_another_header_for_api_keys(ory: Ory) -> None:
    authenticator = authenticator_of(ory, accept=["api_key"], api_key_header="Api-Token")
    assert isinstance(await authenticator.authenticate({"api-token": KEY}), ApiKeyPrincipal)
    assert (await refusal(authenticator, {"X-API-Key": KEY})).reason == "no_credential"


# who is not


async def test_without_a_credential(ory: Ory, servers: Servers) -> None:
    refused = await refusal(authenticator_of(ory, realm="shop"), {"Authorization": "Basic YTpi", "X-API-Key": " "})
    assert (refused.reason, refused.status) == ("no_credential", 401)
    assert refused.www_authenticate == 'Bearer realm="shop"'
    assert servers.asked == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Cookie": "ory_kratos_session=x"},
        bearer("ory_st_x"),
        bearer("ory_at_x"),
        bearer("refresh"),
        bearer("nobody"),
        {"X-API-Key": "x"},
        {"X-API-Key": "anonymous"},
        bearer(signed({**CLAIMS, "exp": 1})),
        bearer(signed({**CLAIMS, "sub": None})),
    ],
    ids=lambda headers: repr(headers)[:40],
)
async def test_a_credential_that_is_not_good(ory: Ory, headers: dict[str, str]) -> None:
    refused = await refusal(authenticator_of(ory), headers)
    assert (refused.reason, refused.status) == ("invalid_credential", 401)
    assert refused.www_authenticate.startswith('Bearer realm="api", error="invalid_token", error_description="')


@pytest.mark.parametrize("mark", ["at_hash", "nonce", "rat", "events", "c_hash"])
async def test_id_tokens_and_logout_tokens_are_no_access_tokens(ory: Ory, mark: str) -> None:
    refused = await refusal(authenticator_of(ory, accept=["jwt"]), bearer(signed({**CLAIMS, mark: "x"})))
    assert (refused.reason, refused.detail) == ("invalid_credential", "the token is no access token")


async def test_a_session_without_an_identity(ory: Ory, servers: Servers) -> None:
    servers.sessions["ory_st_half"] = {"aal": "aal1", "id": None}
    assert (await refusal(authenticator_of(ory), bearer("ory_st_half"))).reason == "invalid_credential"


async def test_scopes(ory: Ory) -> None:
    authenticator = authenticator_of(ory, scopes=["read"])
    for headers in (bearer("ory_at_good"), bearer(signed(CLAIMS)), {"X-API-Key": KEY}):
        assert not isinstance(await authenticator.authenticate(headers), Refused)
        refused = await refusal(authenticator, headers, scopes=["admin"])
        assert (refused.reason, refused.status) == ("insufficient_scope", 403)
        assert refused.www_authenticate.endswith(
            'error="insufficient_scope", error_description="these scopes are needed: admin read", scope="admin read"'
        )
    assert isinstance(await authenticator.authenticate(bearer("ory_st_alice"), scopes=["admin"]), SessionPrincipal)
    assert (await refusal(authenticator, bearer("opaque"))).reason == "insufficient_scope"


async def test_the_refusal_that_came_further_is_told(ory: Ory) -> None:
    authenticator = authenticator_of(ory)
    refused = await refusal(
        authenticator, bearer(KEY), scopes=["admin"]
    )  # no access token, and a key without the scope
    assert refused.reason == "insufficient_scope"


async def test_audience(ory: Ory, servers: Servers) -> None:
    ours = authenticator_of(ory, audience=["x", AUDIENCE])
    for headers in (bearer("ory_at_good"), bearer(signed(CLAIMS)), bearer("ory_st_alice"), {"X-API-Key": KEY}):
        assert not isinstance(await ours.authenticate(headers), Refused)
    assert json.loads(servers.requests[-1].body or b"")["expected_audiences"] == [AUDIENCE, "x"]
    others = authenticator_of(ory, accept=["access_token"], audience="https://other.example.com")
    assert (await refusal(others, bearer("ory_at_good"))).detail == "the token is meant for others"


async def test_second_factor_and_freshness(ory: Ory) -> None:
    sessions = SessionVerifier(ory, public_url="https://auth.example.com", clock=lambda: NOW + 100)
    authenticator = authenticator_of(ory, sessions=sessions)
    headers = bearer("ory_st_alice")
    more = await refusal(authenticator, headers, aal="aal2", return_to="/x")
    assert (more.reason, more.status) == ("second_factor_required", 401)
    assert 'error="insufficient_user_authentication"' in more.www_authenticate
    assert more.redirect_browser_to == "https://auth.example.com/self-service/login/browser?aal=aal2&return_to=%2Fx"
    again = await refusal(authenticator, headers, max_age=timedelta(seconds=99))
    assert again.reason == "refresh_required"
    assert again.redirect_browser_to == "https://auth.example.com/self-service/login/browser?refresh=true"
    assert (await authenticator.authenticate({"Cookie": "ory_kratos_session=bob"}, aal="aal2")) is not None


async def test_keys_that_are_limited_or_cannot_be_verified(ory: Ory) -> None:
    authenticator = authenticator_of(ory)
    busy = await refusal(authenticator, {"X-API-Key": "busy"})
    assert (busy.reason, busy.status, busy.retry_at) == ("rate_limited", 429, datetime(2030, 1, 1, tzinfo=UTC))
    broken = await refusal(authenticator, {"X-API-Key": "broken"})
    assert (broken.reason, broken.status) == ("unavailable", 503)


async def test_a_server_that_cannot_tell_lets_nobody_in(servers: Servers) -> None:
    def fail(request: Request) -> Answer:
        return reply({"error": "server_error"}, 500)

    planes: Any = dict.fromkeys(PLANES, "https://ory.example")
    ory = Ory._made(planes, {"retry": None}, StubTransport(fail))  # type: ignore[arg-type]
    for headers in (bearer("ory_st_x"), bearer("ory_at_x"), {"X-API-Key": "x"}):
        with pytest.raises(errors.ApiError):
            await authenticator_of(ory).authenticate(headers)
    without = Ory._made({"kratos_public": "https://ory.example"}, {}, StubTransport(fail))  # type: ignore[arg-type]
    with pytest.raises(errors.ConfigurationError, match="hydra_admin"):
        await authenticator_of(without).authenticate(bearer("ory_at_x"))


# what is kept


async def test_answers_about_tokens_and_keys_are_kept(ory: Ory, servers: Servers) -> None:
    now = [NOW]
    cache = SessionCache(ttl=3600, clock=lambda: now[0])
    authenticator = authenticator_of(ory, cache=cache)
    shown = [bearer("ory_st_alice"), bearer("opaque"), {"X-API-Key": KEY}]
    for _ in range(3):
        for headers in shown:
            assert not isinstance(await authenticator.authenticate(headers), Refused)
    assert servers.asked == ["whoami ory_st_alice", "introspect opaque", f"verify {KEY}"]
    now[0] += 61  # the token's `exp` is past
    await authenticator.authenticate(bearer("opaque"))
    assert servers.asked[3:] == ["introspect opaque"]


async def test_what_ends_it(ory: Ory, servers: Servers) -> None:
    cache = SessionCache(ttl=3600, clock=lambda: NOW)
    authenticator = authenticator_of(ory, cache=cache)
    shown = [bearer("ory_st_alice"), bearer("ory_at_good"), {"X-API-Key": KEY}]

    async def ask_all(**demands: Any) -> int:
        servers.asked.clear()
        for headers in shown:
            assert not isinstance(await authenticator.authenticate(headers, **demands), Refused)
        return len(servers.asked)

    assert [await ask_all(), await ask_all(), await ask_all(fresh=True), await ask_all()] == [3, 0, 3, 0]
    for headers in shown:
        await authenticator.forget(headers)
    assert await ask_all() == 3
    for id, questions in (("alice", 2), ("s-alice", 1), ("shop", 1), ("k-1", 1), ("robot", 1), ("nobody", 0)):
        await authenticator.revoked(id)
        assert await ask_all() == questions, id


async def test_fresh_is_told_to_the_servers(ory: Ory, servers: Servers) -> None:
    authenticator = authenticator_of(ory)
    await authenticator.authenticate(bearer("ory_st_alice"), fresh=True)
    await authenticator.authenticate({"X-API-Key": KEY}, fresh=True)
    assert [request.headers["Cache-Control"] for request in servers.requests] == ["max-age=0", "no-cache"]


async def test_a_fresh_no_ends_what_is_kept(ory: Ory, servers: Servers) -> None:
    authenticator = authenticator_of(ory, cache=SessionCache(ttl=3600, clock=lambda: NOW))
    for headers, known in ((bearer("ory_at_good"), servers.tokens), ({"X-API-Key": KEY}, servers.keys)):
        assert not isinstance(await authenticator.authenticate(headers), Refused)
        known.clear()
        assert not isinstance(await authenticator.authenticate(headers), Refused)
        await refusal(authenticator, headers, fresh=True)
        await refusal(authenticator, headers)


async def test_an_answer_is_kept_for_the_audience_that_was_asked_for(ory: Ory, servers: Servers) -> None:
    cache = SessionCache(ttl=3600, clock=lambda: NOW)
    for audience in ("a", "b"):
        authenticator = authenticator_of(ory, accept=["api_key"], cache=cache, audience=audience)
        for _ in range(2):
            await authenticator.authenticate({"X-API-Key": KEY})
    assert [json.loads(request.body or b"")["expected_audiences"] for request in servers.requests] == [["a"], ["b"]]


async def test_no_is_not_kept(ory: Ory, servers: Servers) -> None:
    cache = SessionCache(ttl=3600)
    authenticator = authenticator_of(ory, cache=cache)
    for headers in (bearer("ory_at_x"), bearer("refresh"), {"X-API-Key": "x"}, bearer("ory_st_x")):
        await refusal(authenticator, headers)
    assert len(cache) == 0


# settings


@pytest.mark.parametrize(
    "settings",
    [
        {"accept": []},
        {"accept": "jwt"},
        {"accept": ["password"]},
        {"accept": ["access_token"], "jwt": "given"},
        {"realm": 'a"b'},
        {"realm": "a\nb"},
    ],
    ids=repr,
)
def test_settings_are_checked(ory: Ory, settings: dict[str, Any]) -> None:
    if "jwt" in settings:
        settings = {**settings, "jwt": verifier()}
    with pytest.raises(errors.ConfigurationError):
        Authenticator(ory, **settings)


def test_jwts_need_a_verifier(ory: Ory) -> None:
    with pytest.raises(errors.ConfigurationError, match="JWTVerifier"):
        Authenticator(ory, accept=["jwt"])


@pytest.mark.parametrize("make", [lambda ory: Authenticator(ory, scopes="read"), None], ids=["all", "one"])
async def test_scopes_are_a_list(ory: Ory, make: Callable[[Ory], object] | None) -> None:
    with pytest.raises(errors.InvalidRequest):
        make(ory) if make else await Authenticator(ory).authenticate({}, scopes="read")


async def test_nothing_secret_shows(ory: Ory) -> None:
    authenticator = authenticator_of(ory)
    token = signed(CLAIMS)
    shown = [bearer("ory_st_alice"), bearer("ory_at_good"), {"X-API-Key": KEY}, bearer(token)]
    text = repr([await authenticator.authenticate(headers) for headers in shown])
    for secret in ("ory_st_alice", "ory_at_good", KEY, token, "ory_kratos_session=new"):
        assert secret not in text
