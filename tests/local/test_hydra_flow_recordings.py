"""Plays whole flows that a real Hydra was led through, browser and all, and compares everything that it answered.

The local Hydra believes to have the recorded one's address and time, so signatures that name the address hold, and what
expired then expires again. Clients are made as the recording shows them. Challenges, codes, tokens and cookies of the
recording are replaced by those that the local Hydra gave in their place.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import AsyncGenerator, Collection, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, quote_plus, unquote, urlsplit

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from yarl import URL

from ory_async.local.clock import Clock
from ory_async.local.hydra import Hydra, HydraOptions

pytestmark = pytest.mark.asyncio

RECORDINGS = Path(__file__).parent.parent / "data" / "recordings" / "hydra"
PAGES = "http://127.0.0.1:3000"
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
APP = {
    "redirect_uris": ["https://app.example/cb"],
    "grant_types": ["authorization_code", "refresh_token"],
    "response_types": ["code"],
    "scope": "openid offline_access profile email",
    "client_secret": "a-secret-of-the-recorder",
}
MACHINE = {
    **APP,
    "grant_types": ["client_credentials"],
    "scope": "read write prüfung",
    "audience": ["https://api.example"],
}
PUBLIC = {"token_endpoint_auth_method": "none", "client_secret": ""}
UI: dict[str, Any] = {
    "login_ui_url": f"{PAGES}/login",
    "consent_ui_url": f"{PAGES}/consent",
    "logout_ui_url": f"{PAGES}/logout",
    "device_ui_url": f"{PAGES}/device/verify",
    "device_done_url": f"{PAGES}/device/success",
}
SHORT_LIVED: dict[str, Any] = {
    "login_consent_lifespan": timedelta(seconds=2),
    "access_token_lifespan": timedelta(seconds=2),
    "refresh_token_lifespan": timedelta(seconds=4),
    "id_token_lifespan": timedelta(seconds=2),
    "authorization_code_lifespan": timedelta(seconds=2),
    "device_code_lifespan": timedelta(seconds=3),
    "device_polling_interval": timedelta(seconds=2),
    "pkce_enforced": True,
    "grants_all_scopes_by_default": True,
    "refresh_grace_period": timedelta(seconds=30),
}

COMPARED_HEADERS = ("Content-Type", "Cache-Control", "Pragma", "Www-Authenticate", "Location", "Link")
# What each server chooses for itself, and what follows from the second in which it was asked.
CHOSEN = (
    *("challenge", "session_id", "consent_request_id", "login_challenge", "login_session_id", "handled_at", "sid"),
    *("access_token", "refresh_token", "id_token", "device_code", "expires_in", "created_at", "updated_at"),
    *("auth_time", "rat", "exp", "iat", "nbf", "user_code", "at_hash"),
)


@dataclass(frozen=True)
class Scenario:
    """A recording; what its clients are like beside `APP`, and the exchanges that are not compared, with the reason.

    Where what came before was not recorded, `alone` are the exchanges that need nothing of it; only they are played.
    """

    name: str
    client: Mapping[str, Any] = field(default_factory=dict)
    clients: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    skipped: Mapping[int, str] = field(default_factory=dict)
    alone: Collection[int] | None = None


SCENARIOS = (
    Scenario("flow_code_pkce_basic"),
    Scenario("flow_device", client={**PUBLIC, "grant_types": [DEVICE_GRANT, "refresh_token"]}),
    Scenario("subject_unicode"),
    Scenario("authorize_errors", clients={"c5c287e2-d2da-4452-903e-2204d785b15e": PUBLIC}),
    Scenario("authorize_request_object"),
    Scenario("token_encodings", client=MACHINE),
    Scenario(
        "grant_client_credentials",
        client=MACHINE,
        clients={
            "1c05690e-6550-4ab5-8e04-03624aac3e69": {"token_endpoint_auth_method": "client_secret_post"},
            "10ab90ab-374c-4d81-926b-72991b2c989b": {"access_token_strategy": "jwt"},
            "5c7ca0aa-43db-422a-9523-dbb175e47009": {"client_secret": "sécrèt:with%odd&chars ✓"},
            "888e2ecb-6776-4c5f-b5c3-441bb4fc50d6": {"client_secret": "a+b secret"},
            "088014f2-b460-46e3-9e5f-097fdafd27b9": PUBLIC,
        },
        skipped=dict.fromkeys((9, 10, 11, 12), "the key of the client was not recorded"),
    ),
    Scenario(
        "var_client_credentials_default_scope",
        client={**MACHINE, "scope": "read write"},
        clients={"24a25392-2c68-48d6-b808-e7c45d817699": {"scope": ""}},
        options=SHORT_LIVED,
    ),
    Scenario(
        "var_expired_device_code",
        client={**PUBLIC, "grant_types": [DEVICE_GRANT, "refresh_token"]},
        options=SHORT_LIVED,
    ),
    Scenario("login_requests", alone=range(2, 8)),
    Scenario("consent_requests", alone=(*range(2, 7), 27)),
    Scenario("flow_remember_skip", alone=(9, *range(19, 24))),
    Scenario("consent_sessions_revoke", alone=(*range(5, 14),)),
    Scenario("login_sessions_and_tokens", alone=(*range(4, 9), 10, 13, 14)),
    Scenario("logout_reject_and_errors", alone=(*range(5, 17), 19, 22)),
    Scenario("token_revoke", alone=(2, 4, 5, 6, 9, 10)),
    Scenario("userinfo", alone=(5, 6, 7)),
    Scenario("verifiable_credentials", alone=(0, 10)),
    Scenario("var_expired_challenges", options=SHORT_LIVED, alone=range(5)),
    Scenario("var_pkce_enforced", options=SHORT_LIVED, alone=range(3)),
)


class Replay:
    """Asks the local Hydra what the recorded one was asked, and remembers what stands for what."""

    def __init__(self, url: URL, session: aiohttp.ClientSession) -> None:
        self._url = url
        self._session = session
        self._known: dict[str, str] = {}

    async def ask(self, recorded: Mapping[str, Any]) -> aiohttp.ClientResponse:
        path = recorded["path_template"]
        for name, value in (recorded["path_params"] or {}).items():
            path = path.replace(f"{{{name}}}", quote(self.translated(value), safe=""))
        query = "&".join(f"{quote(name)}={quote(self.translated(value), safe='')}" for name, value in recorded["query"])
        body = recorded["body"]
        if recorded["body_kind"] == "json":
            body = self.translated(json.dumps(body))
        elif body is not None:
            body = self.translated(body, encoded=True)
        async with self._session.request(
            recorded["method"],
            URL(f"{str(self._url).rstrip('/')}{path}" + (f"?{query}" if query else ""), encoded=True),
            headers=[(name, self._header(value)) for name, value in recorded["headers"]],
            data=body,
            skip_auto_headers=("Accept", "User-Agent", "Content-Type"),
            allow_redirects=False,
        ) as response:
            await response.read()
            return response

    def translated(self, text: str, *, encoded: bool = False) -> str:
        """A text of the recording with the local values in place of the recorded ones; `encoded` as in URLs."""
        for one in sorted(self._known, key=len, reverse=True):
            new = self._known[one]
            text = text.replace(quote_plus(one), quote_plus(new)) if encoded else text.replace(one, new)
        return text

    def _header(self, value: str) -> str:
        if not (credentials := basic_of(value)):
            return self.translated(value)
        return f"Basic {base64.b64encode(self.translated(credentials).encode()).decode()}"

    def learn(self, recorded: Any, answered: Any, name: str = "") -> None:
        """Remember what stands for what in two documents, and in the URLs in them."""
        if isinstance(recorded, dict) and isinstance(answered, dict):
            for key in recorded.keys() & answered.keys():
                self.learn(recorded[key], answered[key], key)
        elif isinstance(recorded, list) and isinstance(answered, list):
            for one, other in zip(recorded, answered, strict=False):
                self.learn(one, other)
        elif isinstance(recorded, str) and isinstance(answered, str) and recorded != answered:
            if "://" in recorded:
                self._learn_url(recorded, answered)
            elif name in CHOSEN:
                self._known[recorded] = answered

    def _learn_url(self, recorded: str, answered: str) -> None:
        parts = ((urlsplit(url).query, urlsplit(url).fragment) for url in (recorded, answered))
        for one, other in zip(*parts, strict=True):
            values = dict(parse_qsl(other))
            for name, value in parse_qsl(one):
                if len(value) > 32 and " " not in value and values.get(name, value) != value:
                    self._known[value] = values[name]

    def learn_cookies(self, recorded: list[str], answered: list[str]) -> None:
        """Remember the values of cookies; their names and attributes have to be the same."""
        for one, other in zip(recorded, answered, strict=True):
            (name, _, value), (same, _, new) = (cookie.partition(";")[0].partition("=") for cookie in (one, other))
            assert name == same
            assert attributes(one) == attributes(other)
            self._known[value] = new


def attributes(cookie: str) -> list[str]:
    return [each for each in cookie.split("; ")[1:] if not each.startswith("Expires=") or "1970" in each]


def shape(value: Any, name: str = "") -> Any:
    """Reduce a body to what has to be the same; the order of its members has to."""
    if name in CHOSEN and value:
        return type(value).__name__
    if isinstance(value, dict):
        return [(key, shape(item, key)) for key, item in value.items()]
    return [shape(item) for item in value] if isinstance(value, list) else value


def body_of(text: str) -> Any:
    if not text.startswith(("{", "[")):
        return bool(text)
    return shape(json.loads(text))


def headers_of(headers: Any) -> dict[str, str]:
    found = {name.title(): value for name, value in headers if name.title() in COMPARED_HEADERS}
    if "Link" in found:
        found["Link"] = re.sub(r"page_token=[\w%-]+", "page_token=*", found["Link"])
    return found


def basic_of(header: str) -> str:
    """The credentials of an Authorization header, empty when it has none that can be read."""
    scheme, _, credentials = header.partition(" ")
    try:
        return base64.b64decode(credentials).decode() if scheme == "Basic" else ""
    except ValueError:
        return ""


def client_ids(exchange: Mapping[str, Any]) -> Iterator[str]:
    request = exchange["request"]
    yield from (value for name, value in request["query"] if name == "client_id")
    if request["body_kind"] == "form":
        yield from (value for name, value in parse_qsl(request["body"]) if name == "client_id")
    for _, value in request["headers"]:
        yield unquote(basic_of(value).partition(":")[0])


def shown_clients(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if value.get("client"):
            yield value["client"]
        for item in value.values():
            yield from shown_clients(item)
    elif isinstance(value, list):
        for item in value:
            yield from shown_clients(item)


def clients_of(scenario: Scenario, exchanges: list[dict[str, Any]]) -> list[dict[str, Any]]:
    ids = dict.fromkeys(id for exchange in exchanges for id in client_ids(exchange) if id.count("-") == 4)
    clients = {id: {**APP, **scenario.client, **scenario.clients.get(id, {}), "client_id": id} for id in ids}
    for exchange in exchanges:
        text = exchange["response"]["body_text"]
        for shown in shown_clients(json.loads(text)) if text.startswith(("{", "[")) else ():
            clients[shown["client_id"]] = {**shown, "client_secret": clients[shown["client_id"]]["client_secret"]}
    return list(clients.values())


@asynccontextmanager
async def playing(
    scenario: Scenario, exchanges: list[dict[str, Any]], server_url: str
) -> AsyncGenerator[tuple[Replay, Clock]]:
    clock = Clock()
    options = HydraOptions(**{**UI, **scenario.options})
    hydra = Hydra(clock=clock, base_url=lambda: server_url, options=options)
    application = web.Application()
    application.add_routes(hydra.routes())
    async with TestServer(application) as server, aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        for client in clients_of(scenario, exchanges):
            async with session.post(server.make_url("/admin/clients"), json=client) as response:
                assert response.status == 201, await response.text()
        yield Replay(server.make_url(""), session), clock


def turn(clock: Clock, recorded: Mapping[str, Any]) -> None:
    """Set the clock to the second in which the recorded server answered."""
    dates = [value for name, value in recorded["headers"] if name == "Date"]
    clock.reset()
    clock.advance((parsedate_to_datetime(dates[0]) - datetime.now(UTC)).total_seconds())


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
async def test_leads_a_browser_like_the_recorded_hydra(scenario: Scenario) -> None:
    text = (RECORDINGS / f"{scenario.name}.json").read_text("utf-8")
    exchanges = json.loads(text)["exchanges"]
    found = re.search(r"http://127\.0\.0\.1:[45]\d\d4", text)
    async with playing(scenario, exchanges, found[0] if found else "http://127.0.0.1:4444") as (replay, clock):
        for index, exchange in enumerate(exchanges):
            recorded = exchange["response"]
            if scenario.alone is not None and index not in scenario.alone:
                continue
            turn(clock, recorded)
            answered = await replay.ask(exchange["request"])
            answered_text = await answered.text()
            cookies = [value for name, value in recorded["headers"] if name == "Set-Cookie"]
            where = f"{scenario.name}#{index}"
            if recorded["status"] == answered.status:
                replay.learn_cookies(cookies, answered.headers.getall("Set-Cookie", []))
                location = dict(recorded["headers"]).get("Location", "")
                replay.learn(location, answered.headers.get("Location", ""))
                if recorded["body_text"].startswith(("{", "[")) and answered_text.startswith(("{", "[")):
                    replay.learn(json.loads(recorded["body_text"]), json.loads(answered_text))
            if index in scenario.skipped:
                continue
            wanted_headers = headers_of(
                (name, replay.translated(value, encoded=True)) for name, value in recorded["headers"]
            )
            assert (answered.status, headers_of(answered.headers.items())) == (recorded["status"], wanted_headers), (
                where
            )
            assert body_of(answered_text) == body_of(replay.translated(recorded["body_text"], encoded=True)), where
