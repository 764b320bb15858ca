"""Documents that come near to what servers send: values of another kind, lost and renamed members, odd texts."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Sequence
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

JUNK: list[Any] = [
    *(None, True, 0, -1, 1e308, 10**30, "", "x", "\x00", "\ud800", "𝄞" * 5, [], {}, [None], [[]], {"a": None}, [{}]),
    *("0001-01-01T00:00:00Z", "2026-02-30T25:61:61Z", "9999-12-31T23:59:59.999999999+23:59", "ory_st_x", "null"),
]
NO_JSON = [b"", b"null", b"[]", b"{}", b"0", b'"x"', b"<html>", b"[" * 9000, b'{"a":' * 3000, b"\xef\xbb\xbf{}", b"NaN"]

Path = tuple[str | int, ...]


def often(times: float) -> settings:
    """That many times the examples of the profile in use."""
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    return settings(max_examples=round(times * settings.default.max_examples), suppress_health_check=slow)


def places(document: Any, path: Path = ()) -> Iterator[Path]:
    """The ways to all values inside a document, itself included."""
    yield path
    if isinstance(document, dict):
        for name in document:
            yield from places(document[name], (*path, name))
    elif isinstance(document, list):
        for index in range(len(document)):
            yield from places(document[index], (*path, index))


@st.composite
def mutated(draw: st.DrawFn, originals: Sequence[Any]) -> Any:
    """One of the documents, changed at up to four places."""
    document = copy.deepcopy(draw(st.sampled_from(originals)))
    for _ in range(draw(st.integers(0, 4))):
        path = draw(st.sampled_from(list(places(document))))
        if not path:
            if draw(st.integers(0, 9)) == 0:
                document = copy.deepcopy(draw(st.sampled_from(JUNK)))
            continue
        parent = document
        for step in path[:-1]:
            parent = parent[step]
        match draw(st.integers(0, 5)) if isinstance(parent, dict) else 0:
            case 4:
                del parent[path[-1]]
            case 5:
                parent[f"{path[-1]}_new"] = parent.pop(path[-1])
            case _:
                parent[path[-1]] = copy.deepcopy(draw(st.sampled_from(JUNK)))
    return document


@st.composite
def bodies(draw: st.DrawFn, originals: Sequence[Any]) -> bytes:
    """The bytes of a mutated document, at times cut off, or none of a document at all."""
    if not originals or draw(st.integers(0, 9)) == 0:
        return draw(st.sampled_from(NO_JSON) | st.binary(max_size=40))
    raw = json.dumps(draw(mutated(originals))).encode()
    return raw[: draw(st.integers(0, len(raw)))] if draw(st.integers(0, 9)) == 0 else raw
