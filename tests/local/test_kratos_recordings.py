"""Plays what was asked of a real Kratos through the local one and compares status, headers and the shape of the body.

Only scenarios that build their state themselves are played. Ids, tokens and codes of the recording are replaced by
those that the local Kratos gave in their place.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest

from ory_async.local import LocalOry
from ory_async.local.kratos.schemas import DEFAULT_SCHEMA

RECORDINGS = Path(__file__).parent.parent / "data" / "recordings" / "kratos"
COMPARED_HEADERS = ("Content-Type", "Ory-Error-Id", "Cache-Control", "Vary")
# Values the local Kratos must repeat word by word; of all others only the JSON type is compared.
VERBATIM = ("reason", "message", "text", "status", "state", "type", "via", "action", "method", "active")
# Login by WebAuthn, passkeys and OpenID Connect, which only a real Kratos offers.
FOREIGN_GROUPS = ("oidc", "passkey", "webauthn")

UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
IDENTIFYING = re.compile(rf"{UUID}|ory_(?:st|lo)_\w+|[A-Za-z0-9+/]{{43,}}=*")
CHANGING = re.compile(rf"{UUID}|127\.0\.0\.1(?::|%3A)\d+|\d+\.\d\d minutes|\d{{4}}-\d\d-\d\d\S*")

# scenario: exchanges that are not compared, and why
PLAYED: dict[str, dict[int, str]] = {
    "browser_registration_ajax": {},
    "flow_errors": {},
    "identity_batch": {},
    "identity_create_rejected": {},
    "identity_delete_credentials": {},
    "identity_full": {},
    "identity_import_passwords": {},
    "identity_patch": {23: "an identity made elsewhere"},
    "identity_update": {
        14: "the words of Go's JSON scanner",
        15: "an identity made elsewhere",
        16: "an identity made elsewhere",
    },
    "identity_values": {9: "a fault of SQLite", 10: "a fault of SQLite"},
    "identity_wrong_ids": {},
    "native_login_bad_requests": {},
    "native_registration_code": {8: "the real server forgets that the flow had other traits before"},
    "schemas": {12: "a cookie with a 404"},
    "whoami_unauthorized": {12: "a redirect between ports"},
}


class Replay:
    """One scenario: asks the local Kratos and remembers what stands for what."""

    def __init__(self, local: LocalOry, session: aiohttp.ClientSession) -> None:
        self.local = local
        self.session = session
        self.known: dict[str, str] = {}

    async def ask(self, recorded: dict[str, Any]) -> tuple[int, Any, str]:
        path = recorded["path_template"]
        for name, value in (recorded["path_params"] or {}).items():
            safe = "/" if name == "externalID" else ""
            path = path.replace(f"{{{name}}}", quote(self.translated(value), safe=safe))
        async with self.session.request(
            recorded["method"],
            self.local.url + path,
            params=[(name, self.translated(value)) for name, value in recorded["query"]],
            headers=[(name, self.header(name, value)) for name, value in recorded["headers"]],
            data=self.body(recorded),
            skip_auto_headers=("Accept", "User-Agent", "Content-Type"),
            allow_redirects=False,
        ) as response:
            return response.status, response.headers.copy(), await response.text()

    def translated(self, text: str) -> str:
        return IDENTIFYING.sub(lambda found: self.known.get(found[0], found[0]), text)

    def header(self, name: str, value: str) -> str:
        if name == "Cookie":
            return "; ".join(self.known.get(pair, pair) for pair in value.split("; "))
        return self.translated(value)

    def body(self, recorded: dict[str, Any]) -> str | None:
        body = recorded["body"]
        if body is None:
            return None
        if isinstance(body, dict) and re.fullmatch(r"\d{6}", str(body.get("code"))):
            body = {**body, "code": self.code(body["code"])}
        is_text = isinstance(body, str) and recorded.get("body_kind") != "json"
        return self.translated(body if is_text else json.dumps(body))

    def code(self, recorded: str) -> str:
        """Give the code that was sent last for a code of the recording, but leave the made-up ones."""
        messages = list(self.local.kratos.state.messages.values())
        sent = re.search(r"\b\d{6}\b", messages[-1].body) if messages else None
        return recorded if recorded in ("000000", "123456") or sent is None else sent[0]

    def learn(self, recorded: Any, answered: Any) -> None:
        """Remember which value of the local Kratos stands for which of the recording."""
        if isinstance(recorded, dict) and isinstance(answered, dict):
            for name in recorded.keys() & answered.keys():
                self.learn(recorded[name], answered[name])
        elif isinstance(recorded, list) and isinstance(answered, list):
            for one, other in zip(of_ours(recorded), of_ours(answered), strict=False):
                self.learn(one, other)
        elif isinstance(recorded, str) and isinstance(answered, str):
            self.known.update(zip(IDENTIFYING.findall(recorded), IDENTIFYING.findall(answered), strict=False))

    def learn_headers(self, recorded: list[list[str]], answered: Any) -> None:
        for name in ("Location", "Set-Cookie"):
            values = sorted(value for header, value in recorded if header == name)
            for one, other in zip(values, sorted(answered.getall(name, [])), strict=False):
                if name == "Location":
                    self.learn(one, other)
                self.known[one.split(";")[0]] = other.split(";")[0]


def of_ours(items: list[Any]) -> list[Any]:
    return [item for item in items if not (isinstance(item, dict) and item.get("group") in FOREIGN_GROUPS)]


def shape(value: Any, name: str = "") -> Any:
    """Reduce a body to what has to be the same."""
    if isinstance(value, dict):
        if "attributes" in value:
            return node_shape(value)
        return {key: shape(item, key) for key, item in value.items()}
    if isinstance(value, list):
        shapes = [shape(item) for item in of_ours(value)]
        return sorted(shapes, key=str) if name == "nodes" else shapes[:1]
    if isinstance(value, str) and name in VERBATIM:
        return CHANGING.sub("*", value)
    return value if value is None or isinstance(value, bool) else type(value).__name__


def node_shape(node: dict[str, Any]) -> Any:
    attributes = {key: value for key, value in node["attributes"].items() if key != "value"}
    messages = [message["id"] for message in node["messages"]]
    return [node["group"], attributes, messages, node["meta"].get("label", {}).get("id")]


def compared(headers: Iterator[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in headers:
        if name in COMPARED_HEADERS:
            found.setdefault(name, []).append(value)
        elif name == "Link":
            found[name] = re.findall(r'rel="\w+"', value)
        elif name in ("Location", "Set-Cookie"):
            pattern = r"_[0-9a-f]{64}=[^;]*|_session=[^;]*|Expires=[^;]*" if name == "Set-Cookie" else CHANGING
            found[name] = sorted([*found.get(name, []), re.sub(pattern, "*", value)])
    return found


def body_of(text: str) -> Any:
    try:
        return shape(json.loads(text))
    except json.JSONDecodeError:
        return bool(text)


@pytest.fixture
def schemas() -> dict[str, Any]:
    """The schemas of the recorded server."""
    customer = json.loads(json.dumps(DEFAULT_SCHEMA))
    customer["properties"]["traits"]["properties"]["tier"] = {"type": "string", "enum": ["free", "pro"]}
    return {"default": DEFAULT_SCHEMA, "customer": customer}


@pytest.mark.parametrize("scenario", PLAYED)
async def test_answers_like_the_recorded_kratos(scenario: str, schemas: dict[str, Any]) -> None:
    exchanges = json.loads((RECORDINGS / f"{scenario}.json").read_text("utf-8"))["exchanges"]
    jar = aiohttp.DummyCookieJar()
    async with LocalOry(schemas=schemas) as local, aiohttp.ClientSession(cookie_jar=jar) as session:
        replay = Replay(local, session)
        for index, exchange in enumerate(exchanges):
            recorded = exchange["response"]
            status, headers, text = await replay.ask(exchange["request"])
            if recorded["body_is_json"] and text:
                replay.learn(json.loads(recorded["body_text"]), json.loads(text))
            replay.learn_headers(recorded["headers"], headers)
            if index in PLAYED[scenario]:
                continue
            got = status, compared(iter(headers.items())), body_of(text)
            recorded_headers = compared(iter(map(tuple, recorded["headers"])))
            wanted = recorded["status"], recorded_headers, body_of(recorded["body_text"])
            assert got == wanted, f"{scenario}#{index}"
