"""What Ory answers, as the benchmarks take it. The project is made by its specification, with a value for every setting."""

from __future__ import annotations

from pathlib import Path

import orjson

_FOLDER = Path(__file__).parent / "documents"


def document(name: str) -> bytes:
    """One document, without the blanks that the file has for its readers."""
    return orjson.dumps(orjson.loads((_FOLDER / f"{name}.json").read_bytes()))


def identities(count: int) -> bytes:
    """A list of identities that differ in what differs in life."""
    one = orjson.loads((_FOLDER / "identity.json").read_bytes())
    return orjson.dumps([_numbered(one, number) for number in range(count)])


def _numbered(identity: dict[str, object], number: int) -> dict[str, object]:
    email = f"person-{number}@example.com"
    return {
        **identity,
        "id": f"bbbbbbbb-0000-4000-8000-{number:012}",
        "external_id": f"customer-{number}",
        "traits": {"email": email, "name": {"first": f"Person {number}", "last": "Liddell"}},
    }
