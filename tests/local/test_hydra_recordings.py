"""Plays what was asked of a real Hydra through the local one and compares status, headers and the shape of the body.

Clients that a scenario finds are made beforehand. Ids, tokens and secrets of the recording are replaced by those that
the local Hydra gave in their place.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import AsyncGenerator, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, quote_plus, unquote_plus, urlsplit

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from yarl import URL

from ory_async.local.clock import Clock
from ory_async.local.hydra import Hydra, HydraOptions

pytestmark = pytest.mark.asyncio

RECORDINGS = Path(__file__).parent.parent / "data" / "recordings" / "hydra"
COMPARED_HEADERS = ("Content-Type", "Cache-Control", "Pragma", "Www-Authenticate")
# Parameters and cookies whose value is sealed, random or a token: it stands for what the local Hydra gave in its place.
SEALED = (
    *(f"{page}_{kind}" for page in ("login", "consent", "logout", "device") for kind in ("challenge", "verifier")),
    *("code", "access_token", "refresh_token", "id_token", "device_code", "user_code", "challenge", "id_token_hint"),
    *("client_secret", "consent_request_id", "session_id", "login_session_id", "sid", "registration_access_token"),
)
# Values that the recorded and the local server choose themselves; of these only the JSON type is compared.
CHOSEN = (
    *SEALED,
    *("client_id", "registration_client_uri", "id", "kid", "x", "y", "n", "d", "p", "q", "dp", "dq", "qi"),
    *("created_at", "updated_at", "requested_at", "handled_at", "authenticated_at", "expires_in"),
    *("exp", "iat", "nbf", "auth_time", "rat", "expires_at", "verification_uri_complete", "jti"),
)

SERVER = re.compile(r"http://127\.0\.0\.1:[45][45]44")
IDENTIFYING = re.compile(r"ory_[a-z]t_[\w.-]+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

SECRET = {"client_secret": "a-secret-of-the-recorder"}
APP = {
    "redirect_uris": ["https://app.example/cb"],
    "grant_types": ["authorization_code", "refresh_token"],
    "response_types": ["code"],
    "scope": "openid offline_access profile email",
}
MACHINE = {"grant_types": ["client_credentials"], "scope": "read write", "audience": ["https://api.example"]}
DEVICE = {"grant_types": ["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"]}
PUBLIC = {"token_endpoint_auth_method": "none"}


RECORDED = HydraOptions(
    login_ui_url="http://127.0.0.1:3000/login",
    consent_ui_url="http://127.0.0.1:3000/consent",
    logout_ui_url="http://127.0.0.1:3000/logout",
    device_ui_url="http://127.0.0.1:3000/device/verify",
    device_done_url="http://127.0.0.1:3000/device/success",
    post_logout_url="http://127.0.0.1:3000/logged-out",
)
SHORT = replace(
    RECORDED,
    login_consent_lifespan=timedelta(seconds=2),
    access_token_lifespan=timedelta(seconds=2),
    refresh_token_lifespan=timedelta(seconds=4),
    id_token_lifespan=timedelta(seconds=2),
    authorization_code_lifespan=timedelta(seconds=2),
    device_code_lifespan=timedelta(seconds=3),
    device_polling_interval=timedelta(seconds=2),
    pkce_enforced=True,
    grants_all_scopes_by_default=True,
    refresh_grace_period=timedelta(seconds=30),
)
"""The recorded server with short lifetimes."""
SHORT_LIVED_URL = "http://127.0.0.1:5544"


@dataclass(frozen=True)
class Scenario:
    """A recording: the clients it finds, the server's settings, and exchanges not compared with the reason.

    The clients are those that its answers show; `clients` gives what they do not tell, by id.
    """

    name: str
    clients: dict[str, dict[str, Any]] = field(default_factory=dict)
    options: HydraOptions = RECORDED
    skipped: dict[int, str] = field(default_factory=dict)


SCENARIOS = (
    Scenario("authorize_errors"),
    Scenario("authorize_request_object"),
    Scenario("client_create_full"),
    Scenario("client_create_kinds"),
    Scenario("client_create_minimal"),
    Scenario("client_lifespans", skipped={9: "the words of Go's JSON scanner"}),
    Scenario("client_list_filter"),
    Scenario(
        "client_patch",
        {"da1f6550-dca9-4fdc-9cf3-d944ba72c3bf": {**APP, "contacts": ["a@b.example"], "metadata": {"a": 1}}},
    ),
    Scenario("client_secret_rotation", {"63169a70-ee42-4cc5-bf68-3dddce511452": PUBLIC}),
    Scenario("client_set"),
    Scenario("client_unicode"),
    Scenario("consent_requests"),
    Scenario("consent_sessions_revoke"),
    Scenario("dcr_lifecycle"),
    Scenario("discovery", skipped={4: "both planes are one here"}),
    Scenario("flow_code_pkce_basic"),
    Scenario(
        "flow_code_public_and_post",
        {"6960d360-d29f-49d7-92cb-23fe5e65faf4": PUBLIC},
        skipped=dict.fromkeys((6, 7, 8), "a code given out before"),
    ),
    Scenario("flow_device", {"10d8b80b-352c-4f2b-96f9-1d85c6915053": {**DEVICE, **PUBLIC}}),
    Scenario(
        "grant_client_credentials",
        {
            "1a6eec28-b09d-4551-8135-94e3632d883a": MACHINE,
            "1c05690e-6550-4ab5-8e04-03624aac3e69": {**MACHINE, "token_endpoint_auth_method": "client_secret_post"},
            "10ab90ab-374c-4d81-926b-72991b2c989b": {**MACHINE, "access_token_strategy": "jwt"},
            "5c7ca0aa-43db-422a-9523-dbb175e47009": {**MACHINE, "client_secret": "sécrèt:with%odd&chars ✓"},
            "888e2ecb-6776-4c5f-b5c3-441bb4fc50d6": {**MACHINE, "client_secret": "a+b secret"},
            "088014f2-b460-46e3-9e5f-097fdafd27b9": {**MACHINE, **PUBLIC},
        },
        skipped=dict.fromkeys(range(9, 13), "signed by a key that was not recorded"),
    ),
    Scenario("jwk_create"),
    Scenario("jwk_errors"),
    Scenario("jwk_manage"),
    Scenario("login_accept_fields"),
    Scenario("login_requests", skipped={27: "a verifier given out before"}),
    Scenario("login_sessions_and_tokens", skipped=dict.fromkeys((9, 12), "a token given out before")),
    Scenario("subject_unicode"),
    Scenario("token_encodings", {"135cf419-bfda-4b1d-b0c1-0e35e6334806": {**MACHINE, "scope": "read write prüfung"}}),
    Scenario("token_revoke", skipped={8: "a token given out before"}),
    Scenario("trust_issuers", skipped={**dict.fromkeys((8, 9, 10, 11, 14), "the order is that of random ids")}),
    Scenario("trust_issuers_errors"),
    Scenario(
        "var_client_credentials_default_scope",
        {
            "54366713-faf0-4716-b88a-5baaefe96807": {**MACHINE, "audience": []},
            "24a25392-2c68-48d6-b808-e7c45d817699": {**MACHINE, "scope": ""},
        },
        options=SHORT,
    ),
    Scenario(
        "var_dcr_disabled",
        options=replace(RECORDED, dynamic_registration=False),
        skipped={7: "a server with another discovery document"},
    ),
    Scenario(
        "var_jwt_bearer_limits",
        {
            "87aea7e2-3b51-42ae-82b8-546806adf46f": {
                "grant_types": ["urn:ietf:params:oauth:grant-type:jwt-bearer"],
                "scope": "read",
            }
        },
        options=replace(SHORT, jwt_bearer_max_lifespan=timedelta(minutes=1)),
        skipped=dict.fromkeys((2, 3, 6), "jti and iat are not optional here"),
    ),
    Scenario(
        "var_expired_challenges",
        options=SHORT,
        skipped=dict.fromkeys(range(5, 12), "challenges and codes given out before"),
    ),
    Scenario("var_expired_device_code", {"eeb5fe74-c044-48e2-92eb-e06df330e222": {**DEVICE, **PUBLIC}}, options=SHORT),
)


class Replay:
    """One scenario: asks the local Hydra and remembers what stands for what."""

    def __init__(self, url: str, issuer: str, session: aiohttp.ClientSession, clock: Clock) -> None:
        self.url = url
        self.issuer = issuer
        self.session = session
        self.clock = clock
        self.known: dict[str, str] = {}
        self.cookies: dict[str, str] = {}
        self.jar: dict[str, str] = {}
        self.login: dict[str, Any] = {"subject": "alice"}

    def wait_until(self, response: dict[str, Any]) -> None:
        """Let the clock show when the recorded answer was given."""
        moment = parsedate_to_datetime(dict(response["headers"])["Date"])
        self.clock.advance((moment - self.clock.now()).total_seconds())

    async def prepare(self, exchange: dict[str, Any]) -> None:
        """Make the login or consent request that an exchange is about, if the recording began with it."""
        body = exchange["response"]["body_text"]
        shown = json.loads(body) if body.startswith("{") else {}
        start = shown.get("request_url") or re.sub(r"&\w+_verifier=[^&]*", "", shown.get("redirect_to", ""))
        challenges = [value for name, value in exchange["request"]["query"] if name.endswith("challenge")]
        if not start or not challenges or challenges[0] in self.known:
            return
        at = await self.browse(start)
        if "consent" in exchange["request"]["path_template"]:
            accept = f"{self.url}/admin/oauth2/auth/requests/login/accept"
            if "request_url" in shown:
                self.login = {name: shown[name] for name in ("subject", "acr", "amr", "context")}
            async with self.session.put(accept, params=at, json=self.login) as response:
                at = await self.browse((await response.json())["redirect_to"])
        self.known[challenges[0]] = at.get("consent_challenge") or at["login_challenge"]

    async def browse(self, url: str) -> dict[str, str]:
        """Go to a URL with the cookies of a browser; return the parameters of the page it is sent to."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.jar.items())
        url = url.replace(self.issuer, self.url)
        async with self.session.get(
            URL(url, encoded=True), headers={"Cookie": cookies}, allow_redirects=False
        ) as response:
            for cookie in response.headers.getall("Set-Cookie", []):
                name, _, value = cookie.partition(";")[0].partition("=")
                self.jar[name] = value
            return parameters_of(response.headers["Location"])

    async def ask(self, recorded: dict[str, Any]) -> tuple[int, Iterable[tuple[str, str]], str]:
        path = recorded["path_template"]
        for name, value in (recorded["path_params"] or {}).items():
            path = path.replace(f"{{{name}}}", quote(self.translated(value), safe=""))
        query = "&".join(f"{quote(name)}={quote(self.translated(value), safe='')}" for name, value in recorded["query"])
        async with self.session.request(
            recorded["method"],
            URL(f"{self.url}{path}?{query}".rstrip("?"), encoded=True),
            headers=[(name, self.header(name, value)) for name, value in recorded["headers"]],
            data=self.body(recorded),
            skip_auto_headers=("Accept", "User-Agent", "Content-Type"),
            allow_redirects=False,
        ) as response:
            return response.status, list(response.headers.items()), await response.text()

    def translated(self, text: str) -> str:
        for old, new in self.known.items():
            text = text.replace(old, new)
        return text

    def header(self, name: str, value: str) -> str:
        if name == "Cookie":
            return "; ".join(self.cookies.get(pair) or self.of_browser(pair) for pair in value.split("; "))
        scheme, _, credentials = value.partition(" ")
        if scheme != "Basic":
            return self.translated(value)
        translated = self.translated(base64.b64decode(credentials).decode())
        return f"Basic {base64.b64encode(translated.encode()).decode()}"

    def of_browser(self, pair: str) -> str:
        name, _, value = pair.partition("=")
        return f"{name}={self.jar.get(name, value)}"

    def body(self, recorded: dict[str, Any]) -> bytes | None:
        body = recorded["body"]
        if recorded["body_kind"] is None:
            return None
        return self.translated(json.dumps(body) if recorded["body_kind"] == "json" else str(body)).encode()

    def learn(self, recorded: Any, answered: Any, name: str = "") -> None:
        """Remember which value of the local Hydra stands for which of the recording."""
        if isinstance(recorded, dict) and isinstance(answered, dict):
            for key in recorded.keys() & answered.keys():
                self.learn(recorded[key], answered[key], key)
        elif isinstance(recorded, list) and isinstance(answered, list):
            for one, other in zip(recorded, answered, strict=False):
                self.learn(one, other)
        elif isinstance(recorded, str) and isinstance(answered, str) and recorded != answered:
            if name in SEALED and recorded:
                self.known[quote_plus(recorded)] = quote_plus(answered)
                self.known[recorded] = answered
            elif name == "redirect_to":
                self.learn(parameters_of(recorded), parameters_of(answered))
            self.known.update(zip(IDENTIFYING.findall(recorded), IDENTIFYING.findall(answered), strict=False))

    def learn_headers(self, recorded: list[list[str]], answered: Iterable[tuple[str, str]]) -> None:
        answered = list(answered)
        for name in ("Location", "Set-Cookie"):
            ours = sorted((value for header, value in answered if header == name), key=cookie_name)
            theirs = sorted((value for header, value in recorded if header == name), key=cookie_name)
            for one, other in zip(theirs, ours, strict=False):
                if name == "Location":
                    self.learn(parameters_of(one), parameters_of(other))
                else:
                    self.cookies[one.partition(";")[0]] = other.partition(";")[0]


def parameters_of(url: str) -> dict[str, str]:
    """The parameters of a URL, in its query or in its fragment."""
    parts = urlsplit(url)
    return dict(parse_qsl(parts.query, keep_blank_values=True) + parse_qsl(parts.fragment, keep_blank_values=True))


def redirect_shape(url: str) -> Any:
    """Reduce a URL to what has to be the same."""
    parts = urlsplit(url)
    separator = "#" if parts.fragment else "?"
    place = IDENTIFYING.sub("*", f"{parts.scheme}://{parts.netloc}{parts.path}")
    return place, separator, shape(parameters_of(url))


def cookie_name(set_cookie: str) -> str:
    return re.sub(r"\d+", "*", set_cookie.partition("=")[0])


def shape(value: Any, name: str = "") -> Any:
    """Reduce a body to what has to be the same; the order of its members has to."""
    if isinstance(value, dict):
        return [(key, shape(item, key)) for key, item in value.items()]
    if isinstance(value, list):
        return [shape(item) for item in value]
    if name in ("redirect_to", "request_url") and isinstance(value, str):
        place, separator, parameters = redirect_shape(value)
        return place, separator, sorted(parameters) if name == "request_url" else parameters
    if name in CHOSEN:
        return type(value).__name__
    return value


def compared(headers: Iterable[tuple[str, str]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in headers:
        if name.title() in COMPARED_HEADERS:
            found[name.title()] = value
        elif name == "Link":
            found[name] = re.sub(r"page_token=[\w%-]+", "page_token=*", value)
        elif name == "Location":
            found[name] = redirect_shape(value)
        elif name == "Set-Cookie":
            attributes = re.sub(r"Expires=[^;]+", "Expires=*", value.partition(";")[2])
            found[name] = sorted([*found.get(name, []), f"{cookie_name(value)}=*;{attributes}"])
    return found


def body_of(text: str) -> Any:
    try:
        return shape(json.loads(text))
    except json.JSONDecodeError:
        return bool(text)


def clients_of(scenario: Scenario, exchanges: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the clients that a scenario finds: those it names but does not create, as its answers show them."""
    created: set[str] = set()
    shown: dict[str, dict[str, Any]] = {}
    named = dict.fromkeys(scenario.clients)
    for exchange in exchanges:
        request, response = exchange["request"], exchange["response"]
        named |= dict.fromkeys(value for name, value in request["query"] if name == "client_id")
        if request["path_template"].startswith("/admin/clients/{id}"):
            named[request["path_params"]["id"]] = None
        for name, value in request["headers"]:
            if name == "Authorization" and value.startswith("Basic "):
                named[unquote_plus(base64.b64decode(value[6:]).decode().partition(":")[0])] = None
        if request["body_kind"] == "form":
            named |= dict.fromkeys(value for name, value in parse_qsl(request["body"]) if name == "client_id")
        for client in clients_in(
            json.loads(response["body_text"]) if response["body_text"][:1] in ("{", "[") else None
        ):
            if response["status"] == 201:
                created.add(client["client_id"])
            shown.setdefault(client["client_id"], client)
    for id in named.keys() | shown.keys():
        if id not in created and id != "no-such-client":
            yield {**shown.get(id, APP), **SECRET, **scenario.clients.get(id, {}), "client_id": id}


def clients_in(body: Any) -> Iterator[dict[str, Any]]:
    if isinstance(body, dict):
        if "client_id" in body and "skip_consent" in body:
            yield body
        body = list(body.values())
    for item in body if isinstance(body, list) else ():
        yield from clients_in(item)


@asynccontextmanager
async def playing(scenario: Scenario, exchanges: list[dict[str, Any]]) -> AsyncGenerator[Replay]:
    """Run a Hydra that takes itself for the recorded one."""
    found = SERVER.search(json.dumps(exchanges))
    issuer, clock = found[0] if found else SHORT_LIVED_URL, Clock()
    hydra = Hydra(clock=clock, base_url=lambda: issuer, options=scenario.options)
    for client in clients_of(scenario, exchanges):
        hydra.add_client(client)
    application = web.Application()
    application.add_routes(hydra.routes())
    async with TestServer(application) as server, aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield Replay(str(server.make_url("")).rstrip("/"), issuer, session, clock)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
async def test_answers_like_the_recorded_hydra(scenario: Scenario) -> None:
    exchanges = json.loads((RECORDINGS / f"{scenario.name}.json").read_text("utf-8"))["exchanges"]
    async with playing(scenario, exchanges) as replay:
        for index, exchange in enumerate(exchanges):
            recorded = exchange["response"]
            replay.wait_until(recorded)
            await replay.prepare(exchange)
            status, headers, text = await replay.ask(exchange["request"])
            if recorded["body_text"].startswith(("{", "[")) and text.startswith(("{", "[")):
                replay.learn(json.loads(recorded["body_text"]), json.loads(text))
            replay.learn_headers(recorded["headers"], headers)
            if index in scenario.skipped:
                continue
            got = status, compared(headers), body_of(text)
            wanted = recorded["status"], compared(map(tuple, recorded["headers"])), body_of(recorded["body_text"])
            assert got == wanted, f"{scenario.name}#{index}"
