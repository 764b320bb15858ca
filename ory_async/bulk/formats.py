"""Files of identities: JSON Lines, and CSV whose columns name the members (``traits.name.first``)."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, TypeAlias, TypeVar

from .. import models
from ..errors import DecodeError, InvalidRequest
from ..models.base import Json
from ..serialization import from_dict, from_json, to_dict, to_json
from .changing import Function

T = TypeVar("T")

Format: TypeAlias = Literal["jsonl", "csv"]
Row: TypeAlias = dict[str, Json]

SHORTHANDS = {
    "password": "credentials.password.config.password",
    "hashed_password": "credentials.password.config.hashed_password",
}
"""Columns that stand for a longer name."""

_AS_JSON = ":json"
_ID = "id"
_GIVEN_BY_THE_SERVER = frozenset({_ID, "schema_url", "created_at", "updated_at", "state_changed_at"})
_ADDRESSES = {"verifiable_addresses": ("value", "via", "verified", "status"), "recovery_addresses": ("value", "via")}
_UPDATABLE = ("schema_id", "state", "traits", "metadata_public", "metadata_admin", "external_id", "organization_id")


class BadRow(InvalidRequest):
    """A line of a file that cannot be read; the message names the file and the line."""

    line: int


def format_of(path: Path, format: Format | None = None) -> Format:
    """The format of a file: the one given, or the one that its name tells."""
    if format is not None:
        return format
    if path.suffix == ".csv":
        return "csv"
    if path.suffix in (".jsonl", ".ndjson"):
        return "jsonl"
    raise InvalidRequest(f"{path}: the name tells no format; give --format jsonl or --format csv")


def read(path: Path, format: Format, make: Callable[[Row], T]) -> Iterator[T]:
    """What `make` makes of each row of a file. Raises `BadRow` for the first that it refuses."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        line = 0
        try:
            for line, row in _csv_rows(file) if format == "csv" else _json_rows(file):  # noqa: B007 - errors tell the line
                yield make(row)
        except BadRow as error:
            raise BadRow(f"{path}, line {error.line}: {error}") from None
        except UnicodeDecodeError:
            raise BadRow(f"{path}, after line {line}: it is no UTF-8") from None
        except (DecodeError, InvalidRequest, csv.Error) as error:
            raise BadRow(f"{path}, line {line}: {error}") from None


def _json_rows(file: Iterable[str]) -> Iterator[tuple[int, Row]]:
    for line, text in enumerate(file, 1):
        if text.strip():
            try:
                row = from_json(dict[str, Json], text)
            except DecodeError:
                raise BadRow("it is no JSON object", line=line) from None
            yield line, row


def _csv_rows(file: Iterable[str]) -> Iterator[tuple[int, Row]]:
    reader = csv.reader(file)
    columns = next(reader, [])
    if len(set(columns)) < len(columns) or "" in columns:
        raise BadRow("each column needs a name of its own", line=1)
    for cells in reader:
        if len(cells) > len(columns):
            raise BadRow(f"it has {len(cells)} cells in {len(columns)} columns", line=reader.line_num)
        try:
            if any(cells):
                yield reader.line_num, _unfolded(zip(columns, cells, strict=False))
        except InvalidRequest as error:
            raise BadRow(str(error), line=reader.line_num) from None


def _unfolded(cells: Iterable[tuple[str, str]]) -> Row:
    """The object whose members the cells are; an empty cell is none."""
    row: Row = {}
    for column, cell in cells:
        if cell == "":
            continue
        name = column.removesuffix(_AS_JSON)
        value: Json = cell
        if column.endswith(_AS_JSON):
            try:
                value = json.loads(cell)
            except ValueError:
                raise InvalidRequest(f"the cell of {column} is no JSON") from None
        *path, last = SHORTHANDS.get(name, name).split(".")
        place = row
        for step in path:
            place = place.setdefault(step, {})
            if not isinstance(place, dict):
                raise InvalidRequest(f"the columns {step} and {name} contradict each other")
        place[last] = value
    return row


def body_of(schema_id: str) -> Callable[[Row], models.CreateIdentityBody]:
    """What makes a body of a row to import, which may be one of an export.

    `schema_id` is that of rows which name none.
    """

    def make(row: Row) -> models.CreateIdentityBody:
        given = {name: value for name, value in row.items() if name not in _GIVEN_BY_THE_SERVER and value is not None}
        if isinstance(row.get("credentials"), dict):
            given["credentials"] = _importable(row["credentials"])
        for addresses, members in _ADDRESSES.items():
            if isinstance(row.get(addresses), list):
                given[addresses] = [{name: each.get(name) for name in members} for each in row[addresses]]
        body = from_dict(models.CreateIdentityBody, {"schema_id": schema_id, **given})
        if body.extra:
            raise InvalidRequest(f"an identity to import has no member {', '.join(body.extra)}")
        if not isinstance(body.traits, dict):
            raise InvalidRequest("an identity needs traits")
        return body

    return make


def _importable(credentials: Row) -> Row:
    """Credentials to import; those of an export, which tell their type, hold more than a server takes back."""
    taken: Row = {}
    for kind, credential in credentials.items():
        if not isinstance(credential, dict) or "type" not in credential:
            taken[kind] = credential
        elif config := credential.get("config"):
            if kind == "password":
                taken[kind] = {"config": {"hashed_password": config.get("hashed_password")}}
            elif kind == "oidc":
                accounts = [{"provider": one["provider"], "subject": one["subject"]} for one in config["providers"]]
                taken[kind] = {"config": {"providers": accounts}}
            else:
                raise InvalidRequest(f"exported credentials of the type {kind} cannot be imported")
    return taken


def id_of(row: Row) -> str:
    """The id in a row."""
    id = row.get(_ID)
    if not isinstance(id, str) or not id:
        raise InvalidRequest("it has no id")
    return id


def update_of(row: Row) -> tuple[str, Function]:
    """The update that a row asks for: its members are merged into the identity, as RFC 7396 has it."""
    id, changes = id_of(row), {name: value for name, value in row.items() if name != _ID}
    if unknown := changes.keys() - set(_UPDATABLE):
        raise InvalidRequest(f"{', '.join(sorted(unknown))} cannot be updated; there are {', '.join(_UPDATABLE)}")

    def change(identity: models.Identity) -> None:
        for name, value in changes.items():
            setattr(identity, name, merged(getattr(identity, name), value))

    return id, change


def merged(old: Json, new: Json) -> Json:
    """A value with another one merged into it by JSON Merge Patch (RFC 7396): a null takes a member away."""
    if not isinstance(new, dict):
        return new
    kept = dict(old) if isinstance(old, dict) else {}
    for name, value in new.items():
        if value is None:
            kept.pop(name, None)
        else:
            kept[name] = merged(kept.get(name), value)
    return kept


class Output:
    """A file that is written line by line, and taken up again where a run goes on; nobody else may read it."""

    def __init__(self, path: Path, keep: int = 0) -> None:
        self._file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b")
        self._file.truncate(keep)
        self._file.seek(keep)

    def write(self, lines: Iterable[bytes]) -> int:
        """Write lines for good; gives the size of the file."""
        self._file.writelines(lines)
        self._file.flush()
        os.fsync(self._file.fileno())
        return self._file.tell()

    def close(self) -> None:
        self._file.close()


@contextmanager
def output(path: Path, keep: int = 0) -> Generator[Output]:
    """Open a file to write, of which the first bytes are kept."""
    opened = Output(path, keep)
    try:
        yield opened
    finally:
        opened.close()


def lines_of(identities: Sequence[models.Identity], columns: Sequence[str] | None) -> Iterator[bytes]:
    """The lines of a file of identities: CSV where columns are given, JSON Lines where not."""
    for identity in identities:
        wire = to_dict(identity)
        yield to_json(wire) + b"\n" if columns is None else csv_line([_cell(wire, column) for column in columns])


def csv_line(cells: Sequence[str]) -> bytes:
    """A line of CSV."""
    buffer: list[str] = []
    writer: Any = csv.writer(_Lines(buffer), lineterminator="\r\n")
    writer.writerow(cells)
    return buffer[0].encode("utf-8", "surrogatepass")


class _Lines:
    """What a csv.writer writes to."""

    def __init__(self, lines: list[str]) -> None:
        self.write = lines.append


def _cell(wire: Row, column: str) -> str:
    name = column.removesuffix(_AS_JSON)
    value: Json = wire
    for step in name.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    if value is None:
        return ""
    if isinstance(value, str) and not column.endswith(_AS_JSON):
        return value
    return to_json(value).decode()
