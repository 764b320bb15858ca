"""Asks the local Hydra what a real one was asked, and compares the answers.

The local Hydra believes to have the recorded one's address and time, so what expired then expires again. Everything
that servers make up (ids, challenges, codes, tokens, keys) is replaced by what the local one gave in its place.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote, quote_plus, urlsplit

import aiohttp
from yarl import URL

from ory_async.config import Plane
from ory_async.local import LocalOry
from tests.local.replay import Verdict, is_json

from .assertions import Signer
from .clients import clients_of
from .preparation import Preparation
from .scenarios import SCENARIOS, Scenario, address_of, options_of
from .wire import basic_of, claims_of, parameters_of

COMPARED_HEADERS = ("Content-Type", "Cache-Control", "Pragma", "Www-Authenticate", "Allow")
# What servers make up: it stands for what the local Hydra gave in its place.
MADE_UP = (
    *(f"{page}_{kind}" for page in ("login", "consent", "logout", "device") for kind in ("challenge", "verifier")),
    *("code", "access_token", "refresh_token", "id_token", "device_code", "user_code", "challenge", "c_nonce"),
    "credential_draft_00",
    *("client_secret", "consent_request_id", "session_id", "login_session_id", "sid", "registration_access_token"),
    *("client_id", "id", "kid", "x", "y", "n", "d", "p", "q", "dp", "dq", "qi", "jti", "at_hash", "c_hash"),
)
# What follows from the second in which a server was asked, and from its make: only the JSON type is compared.
TYPED = (
    *("created_at", "updated_at", "requested_at", "handled_at", "authenticated_at", "expires_in", "expires_at"),
    *("exp", "iat", "nbf", "auth_time", "rat", "version", "obfuscated_subject"),
)
_MADE_UP_TOKEN = re.compile(
    r"ory_[a-z]{2}_[\w.-]+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b[0-9a-f]{64}\b|did:jwk:[\w-]+"
)
_NOT_ADDED = ("Accept", "User-Agent", "Content-Type")
_SHORTEST = 6  # shorter values are words rather than made up


class RecordedOry(LocalOry):
    """A local Ory that believes to have the address and the time of the recorded one.

    Between two answers its clock stands still, but for a moment whenever it is looked at.
    """

    def __init__(self, about: str) -> None:
        super().__init__(ports={"hydra_public": 0, "hydra_admin": 0}, hydra=options_of(about))
        self.issuer = address_of(about)
        self._moment = datetime.fromtimestamp(0, UTC)
        self.clock.now = self._now  # type: ignore[method-assign]

    def wait_until(self, moment: datetime) -> None:
        self._moment = max(self._moment, moment)

    def _now(self) -> datetime:
        self._moment += timedelta(microseconds=1)
        return self._moment

    def _url_of(self, plane: Plane) -> str:
        return self.issuer


class HydraReplay:
    """One scenario: asks the local Hydra and remembers what stands for what."""

    def __init__(self, local: RecordedOry, session: aiohttp.ClientSession, *, exposes_inside: bool) -> None:
        self.local = local
        self.typed = (*TYPED, "error_description") if exposes_inside else TYPED
        self.session = session
        self.known: dict[str, str] = {}
        self.jar: dict[str, str] = {}
        self.pending = ""
        """Where a page sent the browser; empty when it was seen to go there."""

    async def judged(self, place: str, exchange: Mapping[str, Any]) -> Verdict:
        recorded = exchange["response"]
        status, headers, text = await self.ask(exchange["plane"], exchange["request"])
        self.learn_headers(recorded["headers"], headers)
        if is_json(recorded["body_text"]) and is_json(text):
            self.learn(json.loads(recorded["body_text"]), json.loads(text))
            self.pending = json.loads(text).get("redirect_to", "") if text.startswith("{") else ""
        if claims := claims_of(recorded["body_text"]):
            self.learn(claims, claims_of(text))
        wanted = [recorded["status"], self.headers_of(recorded["headers"]), self.body_of(recorded["body_text"])]
        return Verdict(place, wanted, [status, self.headers_of(headers), self.body_of(text)])

    def wait_until(self, recorded: Mapping[str, Any]) -> None:
        """Let the clock show when the recorded answer was given."""
        self.local.wait_until(parsedate_to_datetime(dict(recorded["headers"])["Date"]))

    async def ask(self, plane: Plane, recorded: Mapping[str, Any]) -> tuple[int, list[tuple[str, str]], str]:
        path = recorded["path_template"]
        for name, value in (recorded["path_params"] or {}).items():
            path = path.replace(f"{{{name}}}", quote(self.translated(value), safe=""))
        query = "&".join(f"{quote(name)}={quote(self.translated(value), safe='')}" for name, value in recorded["query"])
        headers = [(name, self._header(name, value)) for name, value in recorded["headers"]]
        url = f"{self.local.urls[plane]}{path}?{query}".rstrip("?")
        sent = {"headers": headers, "data": self._body(recorded), "skip_auto_headers": _NOT_ADDED}
        return await self.send(recorded["method"], url, **sent)

    async def send(self, method: str, url: str, **sent: Any) -> tuple[int, list[tuple[str, str]], str]:
        """Send something and keep the cookies of the answer."""
        async with self.session.request(method, URL(url, encoded=True), allow_redirects=False, **sent) as response:
            for cookie in response.headers.getall("Set-Cookie", []):
                name, _, value = cookie.partition(";")[0].partition("=")
                self.jar[name] = value
                if "Max-Age=0" in cookie:
                    del self.jar[name]
            return response.status, list(response.headers.items()), await response.text()

    def translated(self, text: str) -> str:
        for old, new in self.known.items():
            text = text.replace(old, new)
        return text

    def _header(self, name: str, value: str) -> str:
        if name == "Cookie":
            return "; ".join(self._cookie(*pair.partition("=")[::2]) for pair in value.split("; "))
        if not (credentials := basic_of(value)):
            return self.translated(value)
        return f"Basic {base64.b64encode(self.translated(credentials).encode()).decode()}"

    def _cookie(self, name: str, value: str) -> str:
        """Give a cookie that was seen being set, or the one that the browser has by this name."""
        return self.known.get(f"{name}={value}") or f"{name}={self.jar.get(name, value)}"

    def _body(self, recorded: Mapping[str, Any]) -> bytes | None:
        body = recorded["body"]
        if recorded["body_kind"] is None:
            return None
        return self.translated(json.dumps(body) if recorded["body_kind"] == "json" else str(body)).encode()

    # What stands for what

    def learn(self, recorded: Any, answered: Any, name: str = "") -> None:
        """Remember what the local Hydra made up in place of the recorded one."""
        if isinstance(recorded, dict) and isinstance(answered, dict):
            for key in recorded.keys() & answered.keys():
                self.learn(recorded[key], answered[key], key)
        elif isinstance(recorded, list) and isinstance(answered, list):
            for one, other in zip(recorded, answered, strict=False):
                self.learn(one, other, name)
        elif isinstance(recorded, str) and isinstance(answered, str) and recorded != answered:
            if "://" in recorded:
                self.learn(parameters_of(recorded), parameters_of(answered))
            elif name in MADE_UP and min(len(recorded), len(answered)) >= _SHORTEST:
                self.stands_for(recorded, answered)
            for one, other in zip(_MADE_UP_TOKEN.findall(recorded), _MADE_UP_TOKEN.findall(answered), strict=False):
                self.stands_for(one, other)

    def stands_for(self, recorded: str, local: str) -> None:
        """Remember a pair, as it is and as it is written in URLs; the first that is known stays."""
        if recorded in self.known:
            return
        self.known[quote_plus(recorded)] = quote_plus(local)
        self.known[recorded] = local
        if claims := claims_of(recorded):
            self.learn(claims, claims_of(local))

    def learn_headers(self, recorded: Iterable[Iterable[str]], answered: list[tuple[str, str]]) -> None:
        for wanted in ("Location", "Set-Cookie"):
            ours = sorted((value for name, value in answered if name == wanted), key=cookie_name)
            theirs = sorted((value for name, value in recorded if name == wanted), key=cookie_name)
            for one, other in zip(theirs, ours, strict=False):
                if wanted == "Location":
                    self.learn(one, other)
                else:
                    self.known[one.partition(";")[0]] = other.partition(";")[0]

    # What has to be the same

    def headers_of(self, headers: Iterable[Iterable[str]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, value in headers:
            if name.title() in COMPARED_HEADERS:
                found[name.title()] = value
            elif name == "Link":
                found[name] = re.sub(r"page_token=[\w%-]+", "page_token=*", value)
            elif name == "Location":
                found[name] = self.shape(value)
            elif name == "Set-Cookie":
                attributes = re.sub(r"Expires=(?![^;]*1970)[^;]+", "Expires=*", value.partition(";")[2])
                found[name] = sorted([*found.get(name, []), f"{cookie_name(value)}=*;{attributes}"])
        return found

    def body_of(self, text: str) -> Any:
        try:
            shape = self.shape(json.loads(text))
            return sorted(shape, key=str) if isinstance(shape, list) else shape  # lists are in the order of ids
        except json.JSONDecodeError:
            return self.shape(text) if claims_of(text) else bool(text)

    def shape(self, value: Any, name: str = "") -> Any:
        """Put in what stands for what; the order of members has to be the same."""
        if isinstance(value, dict):
            return {"(order)": " ".join(value), **{key: self.shape(item, key) for key, item in value.items()}}
        if isinstance(value, list):
            return [self.shape(item, name) for item in value]
        if name in self.typed:
            return type(value).__name__
        if not isinstance(value, str):
            return value
        if name != "access_token" and (claims := claims_of(value)):
            return self.shape(claims)
        if "://" in value and (parameters := parameters_of(value)):
            parts = urlsplit(self.translated(value))
            in_order = parameters if name != "request_url" else dict(sorted(parameters.items()))
            return parts.scheme, parts.netloc, parts.path, bool(parts.fragment), self.shape(in_order)
        return self.translated(value)


def cookie_name(set_cookie: str) -> str:
    return re.sub(r"\d+", "*", set_cookie.partition("=")[0])


@asynccontextmanager
async def playing(name: str, recording: Mapping[str, Any]) -> AsyncGenerator[tuple[HydraReplay, Preparation]]:
    """Run a Hydra that takes itself for the recorded one, with the clients that were there before."""
    scenario, exchanges = SCENARIOS.get(name, Scenario()), recording["exchanges"]
    local, signer = RecordedOry(recording["about"]), Signer(exchanges)
    async with local, aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        for client in clients_of(scenario, exchanges, signer):
            local.hydra.add_client(client)
        replay = HydraReplay(local, session, exposes_inside="expose_internal_errors" in recording["about"])
        yield replay, Preparation(replay, exchanges, scenario=scenario, signer=signer)


async def verdicts_of(name: str, recording: Mapping[str, Any]) -> list[Verdict]:
    """Play one scenario and judge every answer."""
    verdicts = []
    async with playing(name, recording) as (replay, preparation):
        replay.wait_until(recording["exchanges"][0]["response"])
        await preparation.begin()
        for index, exchange in enumerate(recording["exchanges"]):
            replay.wait_until(exchange["response"])
            await preparation.make(index)
            verdicts.append(await replay.judged(f"{name}#{index}", exchange))
    return verdicts
