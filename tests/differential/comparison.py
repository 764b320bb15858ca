"""How two answers are compared: what differs by nature is blotted out, everything else has to be the same."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from .side import Answer, Side

# The headers that clients and browsers go by. Their values are compared as well.
HEADERS = (
    "allow",
    "cache-control",
    "content-type",
    "link",
    "location",
    "ory-session-cache-for",
    "retry-after",
    "set-cookie",
    "www-authenticate",
    "x-total-count",
)

_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?( \+0000 UTC|Z|[+-]\d\d:\d\d)")
_UUID = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")
_JWT = re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*")
_BCRYPT = re.compile(r"(?<=\$2[aby]\$\d\d\$)[./A-Za-z0-9]{53}")
_IN_QUERY = re.compile(r"((?:_challenge|_verifier|[?&](?:user_)?code|[?&]token|id_token|access_token)=)[^&\"\s]+")
_TOKEN = re.compile(r"\bory_[a-z]{2}_[\w.-]+")
_CODE = re.compile(r"\b\d{6}\b")
_RANDOM = re.compile(r"[A-Za-z0-9_=+~/.-]{22,}")
_COOKIE_HASH = re.compile(r"(?<=csrf_)((?:token_|dev_|token_dev_)?)[0-9a-f]{8,64}|(?<=_dev_)\d+")
_MADE_UP = ("client_secret", "user_code", "c_nonce", "ip_address", "d", "n", "p", "q", "x", "y", "dp", "dq", "qi")
_COUNTED = ("exp", "iat", "nbf", "auth_time", "rat", "expires_in", "requested_at", "since")


@dataclass(frozen=True)
class Known:
    """A difference that stays, and why; `operation` and `place` are regular expressions."""

    operation: str
    place: str
    reason: str

    def covers(self, operation: str, place: str) -> bool:
        return bool(re.fullmatch(self.operation, operation) and re.fullmatch(self.place, place))


@dataclass(frozen=True)
class Difference:
    place: str
    local: Any
    real: Any

    def __str__(self) -> str:
        return f"{self.place}: local {_short(self.local)}, real {_short(self.real)}"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) < 300 else f"{text[:300]}..."


def differences(
    local: tuple[Side, Answer], real: tuple[Side, Answer], unordered: Sequence[str] = ()
) -> list[Difference]:
    """What the two answers do not have in common; lists under the names of `unordered` are sorted before."""
    one, other = _view(*local, unordered), _view(*real, unordered)
    if one["status"] != other["status"]:  # then all the rest differs, too
        return [Difference("status", [one["status"], one["body"]], [other["status"], other["body"]])]
    return list(_compare("", one, other))


def _compare(place: str, local: Any, real: Any) -> Iterator[Difference]:
    if isinstance(local, dict) and isinstance(real, dict):
        for key in sorted(local.keys() | real.keys()):
            yield from _compare(f"{place}.{key}", local.get(key, "(absent)"), real.get(key, "(absent)"))
    elif isinstance(local, list) and isinstance(real, list) and len(local) == len(real):
        for index, (one, other) in enumerate(zip(local, real, strict=True)):
            yield from _compare(f"{place}[{index}]", one, other)
    elif local != real:
        yield Difference(place.removeprefix("."), local, real)


def _view(side: Side, answer: Answer, unordered: Sequence[str]) -> dict[str, Any]:
    blot = _Blot(side, unordered)
    document, text = answer.json, answer.body.decode("utf-8", "replace")
    if answer.header("content-type").startswith("text/html"):
        body: Any = [
            blot.text(html.unescape(found)) for found in re.findall(r'(?:href|action|name|value)="([^"]*)"', text)
        ]
    else:
        body = blot.value("", document) if document is not None else blot.text(text)
    headers = {name: blot.header(name, answer) for name in HEADERS if answer.header(name)}
    return {"status": answer.status, "headers": headers, "body": body}


class _Blot:
    """Takes out what one side made up: its addresses, ids, tokens and times."""

    def __init__(self, side: Side, unordered: Sequence[str]) -> None:
        self._unordered = unordered
        names = {value: f"<{name}>" for name, value in side.values.items() if value}
        names |= {f"http://{host}": "<ory>" for host in side.hosts}
        self._names = dict(sorted(names.items(), key=lambda item: -len(item[0])))

    def header(self, name: str, answer: Answer) -> Any:
        if name == "set-cookie":
            return sorted(self._cookie(each) for each in answer.cookies)
        if name in ("location", "link"):
            return [self._url(part) for part in re.split(r"[<>]", answer.header(name)) if part]
        if name == "content-type":
            return answer.header(name).lower().replace(" ", "")
        return self.text(answer.header(name))

    def _cookie(self, header: str) -> str:
        pair, _, attributes = header.partition(";")
        kept = sorted(part.strip() for part in attributes.split(";") if not part.strip().startswith("Expires"))
        kept = [re.sub(r"Max-Age=(\d{2})\d+", r"Max-Age=\1...", part) for part in kept]  # counted down since
        return "; ".join([_COOKIE_HASH.sub(r"\1<hash>", pair.partition("=")[0]), *kept])

    def _url(self, url: str) -> Any:
        parts = urlsplit(url)
        query = {key: self.text(value) for key, value in parse_qsl(parts.query, keep_blank_values=True)}
        return [self.text(parts._replace(query="").geturl()), query]

    def value(self, key: str, value: Any) -> Any:
        if isinstance(value, dict):
            if "text" in value and {"secret", "secrets"} & (value.get("context") or {}).keys():
                value = {**value, "text": "<made up>", "context": sorted(value["context"])}  # one-time passwords
            return {self.text(name): self.value(name, each) for name, each in value.items()}
        if isinstance(value, list):
            items = [self.value(key, each) for each in value]
            return sorted(items, key=json.dumps) if key in self._unordered else items
        if isinstance(value, str):
            return "<made up>" if value and key in _MADE_UP else self.text(value)
        if key in _COUNTED and isinstance(value, int | float) and not isinstance(value, bool):
            return "<counted>"
        return value

    def text(self, text: str) -> str:
        for value, name in self._names.items():
            text = text.replace(value, name)
        text = _TIME.sub("<time>", text)
        text = _IN_QUERY.sub(r"\1<random>", text)
        text = _UUID.sub("<uuid>", text)
        text = _JWT.sub("<jwt>", text)
        text = _TOKEN.sub("<token>", text)
        text = _BCRYPT.sub("<random>", text)
        text = _RANDOM.sub(lambda found: found[0] if _is_plain(found[0]) else "<random>", text)
        return _CODE.sub("<code>", text)


def _is_plain(text: str) -> bool:
    """Whether it is something of the protocol, a path for example, rather than random, which mixes all characters."""
    mixed = re.search(r"\d", text) and re.search(r"[a-z]", text) and re.search(r"[A-Z]", text)
    return not (mixed or re.fullmatch(r"[0-9a-f]+", text))
