"""Plays recorded requests on a local Ory and compares its answers with the recorded ones.

Ids, tokens and codes of a recording are replaced by those that the local Ory gave in their place; its clock runs as
the recorded one did. What recordings take for granted (accounts and sessions made before they began) is made from what
their answers show.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl, quote, unquote_plus, urlencode

import aiohttp
from pyotp.totp import TOTP
from yarl import URL

from ory_async.local import LocalOry
from ory_async.local.clock import Clock

from .kratos_client import PASSWORD

COMPARED_HEADERS = ("Content-Type", "Ory-Error-Id", "Cache-Control", "Vary", "Allow", "Ory-Session-Cache-For")
# Values the local Ory must repeat word by word; of all others only the JSON type is compared.
VERBATIM = ("reason", "message", "text", "status", "state", "type", "via", "action", "method", "active")

UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
SECRET = r"(?<![\w+/-])(?=[\w+/-]*\d)(?=[\w+/-]*[A-Za-z])[\w+/-]{20,}=*"
IDENTIFYING = re.compile(rf"{UUID}|ory_(?:st|lo|at|rt|ac)_[\w.-]+|{SECRET}")
UUIDS = re.compile(UUID)
CHANGING = re.compile(
    rf"{IDENTIFYING.pattern}|127\.0\.0\.1(?::|%3A)\d+|\d+\.\d\d minutes|\d{{4}}-\d\d-\d\d\S*|\b\d{{6}}\b"
)
MADE_UP_CODES = ("000000", "111111", "123456", "999999")
# Recorded times have no fractions: a second that has passed may have been longer.
_ROUNDING = 0.3
_SECRETS = ("secret", "code", "recovery_code", "client_secret")
_WRONG_CODE = ("is invalid or has already been used", "submitted too often", "authentication code is invalid")
# The recorded server sent to Hydra, the local one plays the provider itself.
PROVIDER = re.compile(r"http://[^/ ]+/(?:oauth2/auth|local/oidc/authorize)\?\S+")
NOWHERE = ("00000000-0000-0000-0000-", "00000000-0000-4000-8000-")


@dataclass(frozen=True)
class Verdict:
    """What came of one exchange: nothing said where the answers are the same."""

    place: str
    wanted: Any
    got: Any
    unknown: tuple[str, ...] = ()

    @property
    def is_same(self) -> bool:
        return bool(self.wanted == self.got)

    @property
    def counts(self) -> bool:
        """Whether the answers can be compared: nothing the request names was made elsewhere, or they are the same."""
        return self.is_same or not self.unknown

    def difference(self) -> str:
        """Say in few lines where the answers part."""
        return "; ".join(differences(self.wanted, self.got, ""))


def stop(clock: Clock) -> None:
    """Let a clock stand still but for a moment whenever it is looked at: how long a test takes is none of its business."""
    began, looks = clock.now() - clock._ahead, itertools.count()
    clock.now = lambda: began + clock._ahead + timedelta(microseconds=next(looks))  # type: ignore[method-assign]


class Replay:
    """One scenario: asks the local Ory and remembers what stands for what."""

    def __init__(self, local: LocalOry, session: aiohttp.ClientSession) -> None:
        self.local = local
        self.session = session
        self.known: dict[str, str] = {}
        self.totp_secrets: list[str] = []
        self.provider_email = "tester@example.com"
        self.refuses_code = False
        self.flow_id = ""
        self._began: float | None = None
        stop(local.clock)

    async def play(self, name: str, exchanges: list[dict[str, Any]]) -> list[Verdict]:
        """Ask everything in order and judge every answer."""
        return [await self.judged(f"{name}#{index}", exchange) for index, exchange in enumerate(exchanges)]

    async def judged(self, place: str, exchange: Mapping[str, Any]) -> Verdict:
        recorded = exchange["response"]
        self.follow_clock(recorded)
        self.flow_id = self.translated(dict(exchange["request"]["query"]).get("flow", ""))
        self.refuses_code = any(sign in recorded["body_text"] for sign in _WRONG_CODE)
        if exchange["request"]["path_template"].startswith("/self-service/methods/oidc/callback"):
            await self.sign_in_at_provider(dict(exchange["request"]["query"]))
        unknown = tuple(dict.fromkeys(self.unknown(exchange["request"])))
        status, headers, text = await self.ask(exchange)
        if status == recorded["status"]:
            if is_json(recorded["body_text"]) and is_json(text):
                self.learn(json.loads(recorded["body_text"]), json.loads(text))
            self.learn_headers(recorded["headers"], headers)
        wanted = [recorded["status"], compared(recorded["headers"]), body_of(recorded["body_text"])]
        return Verdict(place, wanted, [status, compared(headers.items()), body_of(text)], unknown)

    def follow_clock(self, recorded: Mapping[str, Any]) -> None:
        """Let as much time pass as passed between the recorded answers."""
        date = next((value for name, value in recorded["headers"] if name == "Date"), None)
        if date is None:
            return
        then = parsedate_to_datetime(date).timestamp()
        offset = then - self.local.clock.now().timestamp()
        self._began = offset if self._began is None else self._began
        step = offset - self._began
        if step > 0:
            self.local.clock.advance(step + _ROUNDING)
            self._began -= _ROUNDING

    async def sign_in_at_provider(self, query: Mapping[str, str]) -> None:
        """Have the local provider give a code for the recorded one."""
        if "code" not in query:
            return
        params = {"state": self.translated(query["state"]), "email": self.provider_email}
        url = self.local.url + "/local/oidc/authorize"
        async with self.session.get(url, params=params, allow_redirects=False) as response:
            self.known[query["code"]] = URL(response.headers.get("Location", "")).query.get("code", "")

    async def ask(self, exchange: Mapping[str, Any]) -> tuple[int, Any, str]:
        recorded = exchange["request"]
        base = self.local.urls[exchange["plane"]] if "plane" in exchange else self.local.url
        async with self.session.request(
            recorded["method"],
            URL(base + self.target(recorded), encoded=True),
            headers=[(name, self.header(name, value)) for name, value in recorded["headers"]],
            data=self.body(recorded),
            skip_auto_headers=("Accept", "User-Agent", "Content-Type"),
            allow_redirects=False,
        ) as response:
            return response.status, response.headers.copy(), await response.text()

    def target(self, recorded: Mapping[str, Any]) -> str:
        path: str = recorded["path_template"]
        for name, value in (recorded["path_params"] or {}).items():
            path = path.replace(f"{{{name}}}", quote(self.translated(value), safe="/" if name == "externalID" else ""))
        query = "&".join(f"{quote(name)}={quote(self.translated(value), safe='')}" for name, value in recorded["query"])
        return f"{path}?{query}" if query else path

    def translated(self, text: str) -> str:
        return IDENTIFYING.sub(lambda found: self.known.get(found[0], found[0]), self.known.get(text, text))

    def header(self, name: str, value: str) -> str:
        if name == "Cookie":
            return "; ".join(self.known.get(pair, pair) for pair in value.split("; "))
        return self.translated(value)

    def body(self, recorded: Mapping[str, Any]) -> bytes | None:
        body = recorded["body"]
        if body is None:
            return None
        if isinstance(body, str) and recorded.get("body_kind") != "json":
            if ["Content-Type", "application/x-www-form-urlencoded"] not in recorded["headers"]:
                return self.translated(body).encode()
            fields = parse_qsl(body, keep_blank_values=True)
            return urlencode([(name, self.translated_json(value, name)) for name, value in fields]).encode()
        return json.dumps(self.translated_json(body)).encode()

    def translated_json(self, value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {key: self.translated_json(item, key) for key, item in value.items()}
        if isinstance(value, list):
            return [self.translated_json(item) for item in value]
        if not isinstance(value, str):
            return value
        if re.fullmatch(r"\d{6}", value):
            return self.totp_code(value) if name == "totp_code" else self.code(value)
        return self.translated(value)

    def code(self, recorded: str) -> str:
        """Give the code of the flow for a code of the recording, but leave the made-up ones."""
        flow = self.local.kratos.state.flows.get(self.flow_id)
        if self.refuses_code or recorded in MADE_UP_CODES or flow is None or flow.code is None:
            return "000000"
        return str(flow.code.secret)

    def totp_code(self, recorded: str) -> str:
        """Give the current code of the newest secret, but leave the made-up ones."""
        now = self.local.clock.now()
        if self.refuses_code or recorded in MADE_UP_CODES or not self.totp_secrets:
            return "000000"
        return TOTP(self.totp_secrets[-1]).at(now)

    def unknown(self, recorded: Mapping[str, Any]) -> Iterator[str]:
        """Yield the ids, tokens and cookies in a request that nothing answered so far has named."""
        parts = [*(recorded["path_params"] or {}).values(), *(value for _, value in recorded["query"])]
        parts += [value for name, value in recorded["headers"] if name != "Cookie"]
        body = recorded["body"]
        parts.append(unquote_plus(body) if isinstance(body, str) else json.dumps(body))
        for found in IDENTIFYING.findall(" ".join(parts)):
            if found not in self.known and not found.startswith(NOWHERE) and PASSWORD not in found:
                yield found
        for name, value in recorded["headers"]:
            if name == "Cookie":
                yield from (pair for pair in value.split("; ") if pair not in self.known)

    def learn(self, recorded: Any, answered: Any, name: str = "") -> None:
        """Remember which value of the local Ory stands for which of the recording."""
        if isinstance(recorded, dict) and isinstance(answered, dict):
            for key in recorded.keys() & answered.keys():
                self.learn(recorded[key], answered[key], key)
        elif isinstance(recorded, list) and isinstance(answered, list):
            for one, other in paired(recorded, answered):
                self.learn(one, other)
        elif isinstance(recorded, str) and isinstance(answered, str) and recorded != answered:
            if re.fullmatch("[A-Z2-7]{32}", recorded):
                self.totp_secrets.append(answered)
            if name in _SECRETS:
                self.known[recorded] = answered
            if recorded.startswith("http"):
                self.learn_url(recorded, answered)
            elif "http" not in recorded:
                self.known.update(zip(IDENTIFYING.findall(recorded), IDENTIFYING.findall(answered), strict=False))

    def learn_url(self, recorded: str, answered: str) -> None:
        """Learn from the parts of two URLs, unless they lead to different places."""
        one, other = URL(recorded), URL(answered)
        if UUIDS.sub("*", one.path) != UUIDS.sub("*", other.path) and "authorize" not in other.path:
            return
        self.known.update(zip(UUIDS.findall(one.path), UUIDS.findall(other.path), strict=False))
        for name in one.query.keys() & other.query.keys():
            self.learn(one.query[name], other.query[name])

    def learn_headers(self, recorded: list[list[str]], answered: Any) -> None:
        for header, learn in (("Location", self.learn_url), ("Link", self.learn)):
            values = [value for name, value in recorded if name == header]
            for one, other in zip(values, answered.getall(header, []), strict=False):
                learn(one, other)
        cookies = {cookie_kind(value): value.split(";")[0] for value in answered.getall("Set-Cookie", [])}
        for name, value in recorded:
            if name == "Set-Cookie" and (cookie := cookies.get(cookie_kind(value))):
                self.known[value.split(";")[0]] = cookie


def cookie_kind(cookie: str) -> str:
    """Tell cookies apart whose names depend on the server."""
    return next((kind for kind in ("csrf", "continuity", "session") if kind in cookie.partition("=")[0]), cookie)


def is_json(text: str) -> bool:
    return text.startswith(("{", "["))


def paired(recorded: list[Any], answered: list[Any]) -> Iterable[tuple[Any, Any]]:
    """Pair the items of two lists, nodes of forms by their names."""
    if recorded and all(isinstance(item, dict) and "attributes" in item for item in recorded):
        others: dict[tuple[Any, ...], list[Any]] = {}
        for node in answered:
            others.setdefault(node_key(node), []).append(node)
        return [(node, others[node_key(node)].pop(0)) for node in recorded if others.get(node_key(node))]
    return zip(recorded, answered, strict=False)


def node_key(node: Mapping[str, Any]) -> tuple[Any, ...]:
    attributes = node["attributes"]
    return node["group"], attributes.get("name", attributes.get("id")), attributes.get("type"), node["type"]


def shape(value: Any, name: str = "") -> Any:
    """Reduce a body to what has to be the same."""
    if isinstance(value, dict):
        if "attributes" in value:
            return node_shape(value)
        return {key: shape(item, key) for key, item in value.items()}
    if isinstance(value, list):
        shapes = sorted((shape(item) for item in value), key=str)
        return shapes if name == "nodes" else [shape for shape, _ in itertools.groupby(shapes)]
    if isinstance(value, str) and name in VERBATIM:
        return CHANGING.sub("*", PROVIDER.sub("*", value))
    return value if value is None or isinstance(value, bool) else type(value).__name__


def node_shape(node: Mapping[str, Any]) -> Any:
    attributes = {
        key: CHANGING.sub("*", value) if isinstance(value, str) else value
        for key, value in node["attributes"].items()
        if key not in ("value", "src", "integrity", "text", "onclick")
    }
    messages = [message["id"] for message in node["messages"]]
    return [node["group"], attributes, messages, node["meta"].get("label", {}).get("id")]


def compared(headers: Iterable[Any]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in headers:
        if name in COMPARED_HEADERS:
            found.setdefault(name, []).append(value)
        elif name == "Link":
            found[name] = re.findall(r'rel="\w+"', value)
        elif name == "Location":
            found[name] = [CHANGING.sub("*", value)]
        elif name == "Set-Cookie":
            plain = re.sub(r"^(csrf_token)_[0-9a-f]{64}=[^;]*|^(\w+)=[^;]*", r"\1\2*", value)
            plain = re.sub(r"Expires=[^;]*|Max-Age=8\d{4}", "*", plain)
            found[name] = sorted([*found.get(name, []), plain])
    return found


def body_of(text: str) -> Any:
    try:
        return shape(json.loads(text))
    except json.JSONDecodeError:
        return bool(text)


def differences(wanted: Any, got: Any, place: str) -> Iterator[str]:
    """Yield where two shapes part, with what stands there."""
    if isinstance(wanted, dict) and isinstance(got, dict):
        for name in dict.fromkeys([*wanted, *got]):
            if wanted.get(name, "absent") != got.get(name, "absent"):
                yield from differences(wanted.get(name, "absent"), got.get(name, "absent"), f"{place}.{name}")
    elif isinstance(wanted, list) and isinstance(got, list) and place.endswith(("nodes", "Set-Cookie")):
        lacking = [item for item in wanted if item not in got]
        surplus = [item for item in got if item not in wanted]
        yield f"{place}: lacks {lacking}, has too many {surplus}"
    elif isinstance(wanted, list) and isinstance(got, list) and len(wanted) == len(got):
        for index, (one, other) in enumerate(zip(wanted, got, strict=True)):
            if one != other:
                yield from differences(one, other, f"{place}[{index}]")
    else:
        yield f"{place}: wanted {wanted!r}, got {got!r}"
