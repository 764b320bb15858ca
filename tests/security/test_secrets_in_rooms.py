"""The rooms above the services tell no secret that they are given, either."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from ory_async import Ory, bulk, errors, flows, from_dict, models
from ory_async.jwt import JWTVerifier
from ory_async.principals import Authenticator
from ory_async.sessions import SessionVerifier
from ory_async.tokens import AuthorizationCode, ClientCredentials, DeviceFlow, Introspector, TokenSet, Transaction
from tests.rooms.flow_support import document, field
from tests.support.raw_server import RawServer

from .test_secrets import FAILURES, OPTIONS, PACKAGES, PLANTED, check

CORE = {
    "answering",
    "decoding",
    "messages",
    "operation",
    "pipeline",
    "redaction",
    "retry",
    "serialization",
    "transport",
}
TOKEN, COOKIE = f"ory_st_{PLANTED}", f"ory_kratos_session={PLANTED}"
TOKENS = TokenSet(access_token=PLANTED, refresh_token=PLANTED, id_token=PLANTED)
WAY_BACK = Transaction(state=PLANTED, nonce=PLANTED, code_verifier=PLANTED, redirect_uri="https://r.example")
PERSON = {"schema_id": "s", "traits": {}, "credentials": {"password": {"config": {"password": PLANTED}}}}


def flow(ory: Ory, type: str) -> flows.Flow[models.LoginFlow]:
    fields = [field("identifier", required=True), field("password", group="password", required=True)]
    data = from_dict(models.LoginFlow, document("login", type, "f", *fields))
    return flows.Flow(data=data, ory=ory, cookie=COOKIE, session_token=TOKEN, exchange_code=PLANTED)


def login(ory: Ory) -> AuthorizationCode:
    secret: dict[str, Any] = {"client_secret": PLANTED, "authentication": "post"}
    return AuthorizationCode(ory, client_id="c", redirect_uri="https://r.example", **secret)


def verifier(ory: Ory) -> JWTVerifier[Any]:
    return JWTVerifier(ory.wellknown.discover_json_web_keys, issuer=None, audience=None)


CALLS: dict[str, Callable[[Ory], Awaitable[object]]] = {
    "submit": lambda ory: flow(ory, "browser").submit("password", identifier="ann", password=PLANTED),
    "submit_form": lambda ory: flow(ory, "api").submit_form({"method": "password", "password": PLANTED}),
    "exchange": lambda ory: flow(ory, "api").exchange(PLANTED),
    "begin": lambda ory: flows.registration(ory, browser=True, cookie=COOKIE),
    "logout": lambda ory: flows.logout(ory, session_token=TOKEN),
    "verify a session": lambda ory: SessionVerifier(ory).verify({"cookie": COOKIE}),
    "verify anew": lambda ory: SessionVerifier(ory).verify({"x-session-token": TOKEN}, fresh=True),
    "tokenized": lambda ory: SessionVerifier(ory).tokenized({"x-session-token": TOKEN}, "template"),
    "introspect": lambda ory: Introspector(ory).introspect(PLANTED),
    "access token": lambda ory: Authenticator(ory).authenticate({"authorization": f"Bearer ory_at_{PLANTED}"}),
    "api key": lambda ory: Authenticator(ory, accept=["api_key"]).authenticate({"x-api-key": PLANTED}),
    "jwt": lambda ory: verifier(ory).verify(f"eyJhbGciOiJSUzI1NiJ9.{PLANTED}.eA"),
    "machine": lambda ory: ClientCredentials(ory, client_id="c", client_secret=PLANTED).token(),
    "device": lambda ory: DeviceFlow(ory, client_id="c", client_secret=PLANTED, authentication="post").begin(),
    "finish": lambda ory: login(ory).finish(WAY_BACK, {"state": PLANTED, "code": PLANTED}),
    "refresh": lambda ory: login(ory).refresh(TOKENS),
    "revoke": lambda ory: login(ory).revoke(TOKENS),
    "bulk": lambda ory: in_full(bulk.import_identities(ory, [PERSON], timeout=0.3)),
}


async def in_full(run: bulk.Run[Any]) -> None:
    async for result in run:
        if result.error is not None:
            raise result.error


def in_the_core(frame: traceback.FrameSummary) -> bool:
    """A frame that builds, sends or reads a call, whoever made it."""
    return frame.filename.startswith(PACKAGES) and Path(frame.filename).stem in CORE


@pytest.mark.parametrize("how", FAILURES)
async def test_failed_calls_of_rooms_tell_no_secret(
    how: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ory_async.bulk.run._ATTEMPTS", 1)  # it would wait before the next one
    caplog.set_level(logging.DEBUG)
    failed = 0
    async with RawServer(FAILURES[how]) as server, Ory(server.url, **OPTIONS) as ory:
        for call in CALLS.values():
            try:
                await call(ory)
            except errors.OryError as error:
                check(error, caplog.text, in_the_core)
                failed += 1
    assert failed >= 10
