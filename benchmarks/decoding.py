"""From the bytes of an answer to a model and back: ours, the official client's, structs of msgspec, and cattrs as it is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import attrs
import msgspec
import ory_client

import ory_async
from ory_async import models

from . import peers
from .documents import document, identities
from .measuring import Goal, Result, Turns, at_least, at_most, microseconds, ratio, seconds_each, take_turns

Functions: TypeAlias = dict[str, Callable[[], object]]


@attrs.frozen
class Subject:
    """A document and what it becomes."""

    name: str
    raw: bytes
    kind: Any
    """The type of ours: a model, or a list of one."""
    official: Any
    """The model of the official client, of the document or of its items."""
    calls: int
    """How often it is decoded in a turn."""


def measure(*, quick: bool) -> list[Result]:
    results = []
    for subject in _subjects():
        calls, rounds = (max(1, subject.calls // 8), 3) if quick else (subject.calls, 11)
        goals = (at_least(4), at_most(4.5)) if subject.name == "a session" else (None, None)
        results += _results(f"decode {subject.name}", _turns(_decoding(subject), calls, rounds), *goals)
        results += _results(f"encode {subject.name}", _turns(_encoding(subject), calls, rounds), None, None)
    return results


def _subjects() -> Iterator[Subject]:
    yield Subject("a session", document("session"), models.Session, ory_client.Session, 2000)
    yield Subject("250 identities", identities(250), list[models.Identity], ory_client.Identity, 10)
    yield Subject("an OAuth 2 client", document("oauth2_client"), models.OAuth2Client, ory_client.OAuth2Client, 1000)
    yield Subject("a login flow", document("login_flow"), models.LoginFlow, ory_client.LoginFlow, 500)
    yield Subject("a project", document("project"), models.NormalizedProject, ory_client.NormalizedProject, 100)


def _decoding(subject: Subject) -> Functions:
    raw, kind = subject.raw, subject.kind
    struct = msgspec.json.Decoder(peers.structs.of(kind))
    plain = peers.classes.of(kind)
    return {
        "ours": lambda: ory_async.from_json(kind, raw),
        "official client": lambda: _official(subject),
        "msgspec": lambda: struct.decode(raw),
        "cattrs": lambda: peers.converter().loads(raw, plain),
    }


def _encoding(subject: Subject) -> Functions:
    """To the bytes of a body. The official client's models cannot write times; what sends its requests can."""
    ours, official, struct, plain = (decode() for decode in _decoding(subject).values())
    official_api: Any = ory_client.ApiClient()
    encoder = msgspec.json.Encoder()
    return {
        "ours": lambda: ory_async.to_json(ours),
        "official client": lambda: json.dumps(official_api.sanitize_for_serialization(official)).encode(),
        "msgspec": lambda: encoder.encode(struct),
        "cattrs": lambda: peers.converter().dumps(plain),
    }


def _official(subject: Subject) -> object:
    data = json.loads(subject.raw)
    read = subject.official.from_dict
    return [read(item) for item in data] if isinstance(data, list) else read(data)


def _turns(functions: Functions, calls: int, rounds: int) -> Turns:
    contenders = {name: seconds_each(function, calls) for name, function in functions.items()}
    take_turns(contenders, 1)
    return take_turns(contenders, rounds)


def _results(what: str, turns: Turns, faster: Goal | None, slower: Goal | None) -> list[Result]:
    def beside(name: str) -> str:
        return f"{name} {microseconds(turns[name])}"

    ours = microseconds(turns["ours"])
    return [
        *(
            Result(f"{what}: times as fast", ours, beside(name), ratio(turns, name, "ours"), goal)
            for name, goal in (("official client", faster), ("cattrs", None))
        ),
        Result(f"{what}: time", ours, beside("msgspec"), ratio(turns, "ours", "msgspec"), slower),
    ]
