"""People who go through flows at a local Ory, and recorded submissions made again by a flow."""

from __future__ import annotations

import json
import os
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any, TypeVar

import pyotp
import pytest

from ory_async import Ory, flows, from_dict
from ory_async.flows.flow import MODELS
from ory_async.flows.form import Kind
from ory_async.local import LocalOry
from tests.support.recording_server import Answer, RecordingServer, Seen
from tests.support.recordings import SCENARIOS, Exchange, Inexpressible, exchanges

T = TypeVar("T")

EMAIL = "ann-of-the-flows@example.com"
PASSWORD = "corr3ct-h0rse-battery"
OTHER_PASSWORD = "an0ther-passphrase"
FRESH = "a-fresh-flow"


PUBLIC_URL = os.environ.get("ORY_CONFORMANCE_KRATOS_PUBLIC_URL")
ADMIN_URL = os.environ.get("ORY_CONFORMANCE_KRATOS_ADMIN_URL")
"""The servers that the environment names, as for tests/conformance; by default the scenarios go to a local Ory."""


@pytest.fixture
async def started() -> AsyncIterator[LocalOry | None]:
    """The local Ory; None where the environment names servers."""
    if PUBLIC_URL:
        yield None
        return
    async with LocalOry() as local:
        yield local


@pytest.fixture
def local(started: LocalOry | None) -> LocalOry:
    if started is None:
        pytest.skip("the clock of a real server cannot be set")
    return started


@pytest.fixture
async def ory(started: LocalOry | None) -> AsyncIterator[Ory]:
    async with (
        Ory(started.url)
        if started is not None
        else Ory.self_hosted(kratos_public=PUBLIC_URL, kratos_admin=ADMIN_URL) as ory
    ):
        yield ory
        for identity in await ory.identity.list_identities(credentials_identifier=EMAIL):
            await ory.identity.delete_identity(identity.id)


@pytest.fixture
async def token(ory: Ory) -> str:
    """The session of somebody who has registered as `EMAIL` with `PASSWORD`."""
    return await register(ory)


def expect(kind: type[T], outcome: object) -> T:
    """The outcome, which has to be of a kind."""
    assert isinstance(outcome, kind), outcome
    return outcome


async def register(ory: Ory, email: str = EMAIL) -> str:
    flow = await flows.registration(ory)
    done = expect(flows.Completed, await flow.submit("password", traits={"email": email}, password=PASSWORD))
    assert done.session_token is not None
    return done.session_token


async def latest_code(ory: Ory, email: str = EMAIL) -> str:
    """The code in the newest message to an address."""
    [message, *_] = await ory.courier.list_courier_messages(recipient=email)
    found = re.search(r"\b\d{6}\b", message.body)
    assert found
    return found[0]


async def set_up_totp(ory: Ory, token: str) -> pyotp.TOTP:
    flow = await flows.settings(ory, session_token=token)
    shown: Any = flow.node("totp_secret_key")
    totp = pyotp.TOTP(shown.attributes.text.text)
    expect(flows.Completed, await flow.submit("totp", totp_code=totp.now()))
    return totp


def submissions() -> Iterator[Exchange]:
    """The recorded submissions in JSON, of flows of all kinds."""
    for path in SCENARIOS:
        for exchange in exchanges(path):
            wants_json = exchange.sent_headers.get("accept") == "application/json"
            if exchange.row.name.startswith("update_") and exchange.method == "POST" and wants_json:
                try:
                    exchange.arguments()
                except Inexpressible:
                    continue
                yield exchange


def field(name: str, *, group: str = "default", type: str = "text", **attributes: Any) -> dict[str, Any]:
    """An input of a form as a server sends it."""
    shown = {"node_type": "input", "name": name, "type": type, "disabled": False, **attributes}
    return {"type": "input", "group": group, "attributes": shown, "messages": [], "meta": {}}


def document(kind: str, type: str, id: str, *nodes: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A flow as a server sends it."""
    token = "token" if type == "browser" else ""
    csrf = field("csrf_token", type="hidden", value=token, required=True)
    ui = {"action": f"http://127.0.0.1/self-service/{kind}?flow={id}", "method": "POST", "nodes": [csrf, *nodes]}
    state = "show_form" if kind == "settings" else "choose_method"
    return {"id": id, "type": type, "state": state, "ui": ui, "request_url": "http://127.0.0.1/", **more}


async def replay(ory: Ory, server: RecordingServer, exchange: Exchange) -> flows.Outcome:
    """Submit what was recorded, to a server that answers as recorded and gives other flows where asked for them."""
    kind: Kind = exchange.row.name.split("_")[1]  # type: ignore[assignment]
    is_browser = "cookie" in exchange.sent_headers or "csrf_token" in exchange.body
    sent = document(kind, "browser" if is_browser else "api", dict(exchange.query).get("flow", ""))

    def answer(seen: Seen) -> Answer:
        if seen.method == "POST":
            return exchange.status, exchange.headers, exchange.answer
        type = "browser" if is_browser and not seen.path.endswith("/api") else "api"
        found = document(seen.path.split("/")[2], type, dict(seen.query).get("id", FRESH))
        return 200, [("Content-Type", "application/json")], json.dumps(found)

    server.answer_by(answer)
    flow = flows.Flow(
        data=from_dict(MODELS[kind], sent),
        ory=ory,
        cookie=exchange.sent_headers.get("cookie", "") if is_browser else None,
        session_token=exchange.sent_headers.get("x-session-token"),
    )
    return await flow.send(exchange.body)
