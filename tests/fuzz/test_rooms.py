"""Whatever servers answer, the rooms above the services give a result or an error of ours, too."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ory_async import Answer, Headers, Ory, Request, bulk, errors, flows, models, permissions
from ory_async.jwt import JWTVerifier
from ory_async.principals import Authenticator
from ory_async.sessions import SecondFactorNeeded, SessionCache, SessionVerifier
from ory_async.tokens import (
    AuthorizationCode,
    AuthorizationFailed,
    ClientCredentials,
    DeviceFlow,
    TokenSet,
    Transaction,
)
from tests.rooms.test_jwt import KEYS, NOW, public, signed
from tests.support.stub_transport import StubTransport, client_of, reply

from .mutation import mutated, often
from .test_answers import ERRORS, recorded

ISSUER = "https://ory.example"
ID_TOKEN = signed({"iss": ISSUER, "aud": ["c"], "sub": "ann", "exp": NOW + 60, "iat": NOW - 5, "nonce": "n"})
TOKENS = {"access_token": "ory_at_x", "expires_in": 3599, "scope": "openid", "refresh_token": "ory_rt_x"}
TUPLE = {"namespace": "File", "object": "readme", "relation": "view", "subject_id": "ann"}
SET = {**TUPLE, "subject_id": None, "subject_set": {"namespace": "Group", "object": "dev", "relation": "members"}}
MADE: dict[str, list[Any]] = {
    "api_keys.admin_verify_api_key": [
        {"is_valid": True, "key_id": "k", "actor_id": "ann", "scopes": ["read"], "expire_time": "2100-01-01T00:00:00Z"},
        {"is_valid": False, "error_code": "VERIFICATION_ERROR_RATE_LIMITED"},
    ],
    "oidc.discover_oidc_configuration": [
        {"issuer": ISSUER, "authorization_endpoint": ISSUER, "token_endpoint": ISSUER, "end_session_endpoint": ISSUER}
    ],
    "oauth2.oauth2_token_exchange": [TOKENS, {**TOKENS, "id_token": ID_TOKEN}],
    "oauth2.oauth2_device_flow": [
        {"device_code": "d", "user_code": "u", "verification_uri": ISSUER, "expires_in": 600, "interval": 5}
    ],
    "wellknown.discover_json_web_keys": [public(*KEYS.values())],
    "permission.batch_check_permission": [{"results": [{"allowed": True}, {"allowed": False, "error": "no"}]}],
    "permission.expand_permissions": [
        {"type": "union", "tuple": SET, "children": [{"type": "leaf", "tuple": TUPLE}]},
    ],
    "relationship.get_relationships": [{"relation_tuples": [TUPLE, SET], "next_page_token": "t"}],
}
"""Answers that lead further than most of those that were recorded."""
STATUSES = st.sampled_from([200] * 9 + [204, 303, 400, 401, 403, 404, 410, 422, 500, 503])

WHOAMI = "request GET /sessions/whoami"
Visit = Callable[[Ory], Coroutine[Any, Any, None]]
"""Goes through a room, by any number of calls that are `tried`."""


@st.composite
def answers(draw: st.DrawFn, operation: str) -> Answer:
    name = "frontend.to_session" if operation == WHOAMI else operation
    known = recorded().get(name)
    documents = [*MADE.get(name, ()), *(known.documents if known else ())]
    if name not in MADE:
        documents += ERRORS
    headers = draw(st.sampled_from(known.headers)) if known else []
    return Answer(draw(STATUSES), Headers.of(headers), json.dumps(draw(mutated(documents))).encode())


async def tried(call: Awaitable[Any]) -> Any:
    """The result of a call, which can be shown; None where it raised an error of ours."""
    with contextlib.suppress(errors.OryError):
        result = await call
        assert isinstance(repr(result), str)
        return result


async def sessions(ory: Ory) -> None:
    verifier = SessionVerifier(ory, cache=SessionCache(ttl=60), public_url=ISSUER)
    for headers in ({"cookie": "ory_kratos_session=x"}, {"x-session-token": "ory_st_x"}):
        await tried(verifier.verify(headers, aal="aal2", max_age=timedelta(days=1), return_to="/x"))
        await tried(verifier.session(headers))
        await tried(verifier.tokenized(headers, "template"))


async def principals(ory: Ory) -> None:
    verifier = JWTVerifier(ory.wellknown.discover_json_web_keys, issuer=None, audience=None, clock=lambda: NOW)
    kinds: list[Any] = ["session_cookie", "jwt", "access_token", "api_key"]
    authenticator = Authenticator(ory, accept=kinds, jwt=verifier, cache=SessionCache(ttl=60))
    for name, value in {
        "cookie": "ory_kratos_session=x",
        "authorization": "Bearer ory_at_x",
        "x-api-key": "k",
        "Authorization": f"Bearer {signed({'sub': 'ann', 'exp': NOW + 60})}",
    }.items():
        await tried(authenticator.authenticate({name: value}, scopes=["read"]))


async def people(ory: Ory) -> None:
    key: Any = KEYS["ES256"].as_dict(private=True)
    login = AuthorizationCode(ory, client_id="c", private_key=key, redirect_uri="https://r.example", clock=lambda: NOW)
    begun = await tried(login.begin())
    if begun is None:
        return
    transaction = attrs.evolve(begun[1], nonce="n")
    tokens = await tried(login.finish(transaction, {"state": transaction.state, "code": "c", "iss": ISSUER}))
    if tokens is not None:
        assert TokenSet.from_dict(json.loads(json.dumps(tokens.to_dict()))) == tokens
    tokens = tokens or TokenSet(access_token="a", refresh_token="r")
    await tried(login.refresh(tokens))
    await tried(login.logout_url(tokens))


async def machines(ory: Ory) -> None:
    tokens = ClientCredentials(ory, client_id="c", client_secret="s")
    await tried(tokens.token())
    await tried(tokens.authorization())


async def devices(ory: Ory) -> None:
    now = NOW

    async def sleep(seconds: float) -> None:
        nonlocal now
        assert seconds >= 1
        now += max(seconds, 100)

    flow = DeviceFlow(ory, client_id="c", clock=lambda: now, sleep=sleep)
    code = await tried(flow.begin())
    if code is not None and code.expires_at < NOW + 10_000:
        await tried(flow.wait(code))


async def tuples(ory: Ory) -> None:
    asked: list[permissions.TupleLike] = [("File:readme", "view", "User:ann"), ("File:readme", "view", "User:bob")]
    await tried(ory.permission.are_allowed(asked))
    await tried(ory.permission.is_allowed("File:readme", "view", "User:ann"))
    async with permissions.Coalescer(ory) as coalescer:
        calls = (coalescer.is_allowed("File:readme", "view", subject) for subject in ("User:ann", "User:bob"))
        await asyncio.gather(*map(tried, calls))
    tree = await tried(ory.permission.expand("File:readme", "view"))
    if tree is not None:
        assert isinstance(str(tree), str)
        tree.subjects()
    await tried(ory.relationship.subjects_of("File:readme", "view").page())
    await tried(ory.relationship.objects_of("File", "view", "User:ann").page())


KINDS: list[Any] = [flows.login, flows.registration, flows.settings, flows.recovery, flows.verification]


async def forms(ory: Ory) -> None:
    for begin in KINDS:
        await submitted(await tried(begin(ory, browser=True, cookie="a=b")))
        await submitted(await tried(begin(ory)))
    await tried(flows.logout(ory, cookie="a=b", return_to="/x"))


async def submitted(flow: flows.Flow[Any] | None) -> None:
    for _ in range(2):
        if flow is None:
            return
        method, outcome = next(iter(flow.methods), "password"), None
        with contextlib.suppress(errors.InvalidRequest):
            fields: Any = dict.fromkeys(map(str, flow.required(method)), "x")
            outcome = await tried(flow.send(flow.body(method, **fields)))
        outcome = outcome or await tried(flow.submit_form({"method": method, "code": "1"}))
        flow = getattr(outcome, "flow", None)


async def many_identities(ory: Ory) -> None:
    async def in_full(run: bulk.Run[Any]) -> list[Any]:
        return [result async for result in run]

    def promote(identity: models.Identity) -> None:
        identity.metadata_public = {"plan": "gold"}

    people: list[dict[str, Any]] = [
        {"schema_id": "default", "traits": {"email": "ann@example.com"}},
        {"external_id": "x"},
    ]
    await tried(in_full(bulk.import_identities(ory, people, recheck=True)))
    await tried(in_full(bulk.update_identities(ory, [("i", promote)])))
    await tried(in_full(bulk.delete_identities(ory, ["i"])))


ROOMS: list[Visit] = [sessions, principals, people, machines, devices, tuples, forms, many_identities]


@pytest.mark.parametrize("visit", ROOMS, ids=lambda visit: visit.__name__)
def test_every_room_gives_a_result_or_an_error_of_ours(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ory_async.bulk.run._ATTEMPTS", 1)  # it would wait before the next one

    @often(0.3)
    @given(st.data())
    def through(data: st.DataObject) -> None:
        def answer(request: Request) -> Answer:
            return data.draw(answers(request.operation.name))

        ory = client_of(StubTransport(answer), retry=None)
        asyncio.run(visit(ory))

    through()


ACTIVE = {"active": True, "sub": "ann", "client_id": "c"}
[DISCOVERED], [DEVICE] = MADE["oidc.discover_oidc_configuration"], MADE["oauth2.oauth2_device_flow"]
LIES: list[tuple[Visit, str, dict[str, Any]]] = [
    *((machines, "oauth2.oauth2_token_exchange", {**TOKENS, "expires_in": odd}) for odd in ("3599", True, 10**400)),
    (machines, "oauth2.oauth2_token_exchange", {**TOKENS, "scope": 7}),
    (people, "oauth2.oauth2_token_exchange", {**TOKENS, "id_token": 7}),
    (people, "oidc.discover_oidc_configuration", {**DISCOVERED, "issuer": 7}),
    (people, "oidc.discover_oidc_configuration", {**DISCOVERED, "token_endpoint": "\ud800"}),
    *((devices, "oauth2.oauth2_device_flow", {**DEVICE, "interval": odd}) for odd in ("5", -1, 10**400)),
    (devices, "oauth2.oauth2_device_flow", {**DEVICE, "expires_in": "600"}),
    (principals, "oauth2.introspect_oauth2_token", {**ACTIVE, "exp": "soon"}),
    (principals, "oauth2.introspect_oauth2_token", {**ACTIVE, "scope": 7}),
    (tuples, "permission.batch_check_permission", {"results": [None, None]}),
    (tuples, "permission.expand_permissions", {"type": "union", "children": [None]}),
    *((tuples, "relationship.get_relationships", {"relation_tuples": [odd]}) for odd in (None, {}, {**TUPLE, **SET})),
]


@pytest.mark.parametrize(("visit", "operation", "lie"), LIES)
async def test_a_lie_is_no_trap(visit: Visit, operation: str, lie: dict[str, Any]) -> None:
    def answer(request: Request) -> Answer:
        name = request.operation.name
        return reply(lie if name == operation else MADE.get(name, [{}])[0])

    transport = StubTransport(answer)
    await visit(client_of(transport, retry=None))
    assert transport.sent


@pytest.mark.parametrize("lack", ["issuer", "authorization_endpoint", "token_endpoint"])
async def test_a_server_that_lacks_what_a_login_needs_logs_nobody_in(lack: str) -> None:
    ory = client_of(StubTransport(reply({**DISCOVERED, lack: None})))
    with pytest.raises(errors.DecodeError, match=lack):
        await AuthorizationCode(ory, client_id="c", redirect_uri="https://r.example").begin()


def nested(depth: int, opening: str, closing: str) -> Answer:
    return Answer(200, Headers(), f"{opening * depth}1{closing * depth}".encode())


@pytest.mark.parametrize("depth", range(100, 1100, 10))
async def test_depths_that_are_just_too_deep(depth: int) -> None:
    tree, traits = nested(depth, '{"type":"union","children":[', "]}"), nested(depth, '{"traits":{"a":', "}}")
    tree.body = tree.body.replace(b"1", b'{"type":"leaf"}')
    await tried_quietly(client_of(StubTransport(tree)).permission.expand("File:readme", "view"))
    ory = client_of(StubTransport(traits))
    await tried_quietly(bulk.update_with(ory, "i", lambda identity: None))
    await tried_quietly(SessionVerifier(ory, cache=SessionCache(ttl=60)).session({"x-session-token": "ory_st_x"}))


async def tried_quietly(call: Awaitable[Any]) -> None:
    with contextlib.suppress(errors.OryError):
        await call


async def test_lone_surrogates_in_what_a_browser_brings_along() -> None:
    url = "https://ory.example/?a=\ud800"
    refusal = {"error": {"id": "session_aal2_required"}, "redirect_browser_to": url}
    ory = client_of(StubTransport(reply(refusal, 403)), retry=None)
    missing = await SessionVerifier(ory).verify({"cookie": "ory_kratos_session=x"}, return_to="/home")
    assert missing == SecondFactorNeeded(url)
    login = AuthorizationCode(ory, client_id="c", redirect_uri="https://r.example")
    transaction = Transaction(state="s", nonce="n", code_verifier="v", redirect_uri="https://r.example")
    for callback in ("https://r.example/?state=\ud800", {"state": "\ud800"}, {"state": "s", "error": "\ud800"}):
        with pytest.raises(AuthorizationFailed):
            await login.finish(transaction, callback)


@pytest.mark.parametrize("odd", [{"scopes": [{}]}, {"scopes": [7]}, {"expires_at": "soon"}, {"other": 1}])
def test_what_is_no_set_of_tokens(odd: dict[str, Any]) -> None:
    with pytest.raises(errors.DecodeError, match="no set of tokens"):
        TokenSet.from_dict({"access_token": "a", **odd})
