"""Where a run stands, kept in a small file, so that it can go on after it was stopped."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
from pathlib import Path
from typing import Self

import attrs

from ..errors import ConfigurationError, DecodeError
from ..models.base import Json
from ..serialization import from_json, to_json

_VERSION = 1


@attrs.frozen
class Mark:
    """A place in the input: how many items come before it, and a digest of these."""

    count: int = 0
    digest: str = ""


class Reading:
    """Counts and digests the input as it is read."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self.count = 0

    def add(self, item: bytes) -> None:
        self.count += 1
        self._hash.update(item + b"\n")

    def mark(self) -> Mark:
        return Mark(self.count, self._hash.hexdigest())


@attrs.define
class Checkpoint:
    """The state of a run; `save` writes it so that the file is whole at any moment, whatever happens."""

    path: Path | None
    kind: str
    """What the run does: ``import``, ``export``, ``update`` or ``delete``."""
    settings: dict[str, Json] = attrs.field(factory=dict)
    """What must be the same when it goes on, such as filters."""
    done: Mark = Mark()
    """The results of all items before it were taken."""
    sent: Mark = Mark()
    """No item after it was sent; between `done` and `sent` the server may have done anything."""
    token: str | None = None
    """The page where an export goes on."""
    finished: bool = False
    """Whether an export has come to its end."""
    succeeded: int = 0
    failed: int = 0
    notes: dict[str, Json] = attrs.field(factory=dict)
    """What belongs to the caller, such as the size of a file that is written along."""

    @classmethod
    async def open(cls, path: str | os.PathLike[str] | None, kind: str, settings: dict[str, Json]) -> Self:
        """The state that the file holds, or a new one where there is no file.

        Raises `ConfigurationError` where the file belongs to another run or cannot be read.
        """
        if path is None:
            return cls(None, kind, settings)
        where = Path(path)
        try:
            found = await asyncio.to_thread(where.read_bytes)
        except FileNotFoundError:
            if not await asyncio.to_thread(where.parent.is_dir):
                raise ConfigurationError(f"there is no directory for the checkpoint {where}") from None
            return cls(where, kind, settings)
        except OSError as error:
            raise ConfigurationError(f"the checkpoint {where} cannot be read: {error}") from error
        try:
            return cls._read(where, kind, settings, from_json(dict[str, Json], found))
        except (DecodeError, TypeError, ValueError):
            raise ConfigurationError(f"{where} is no checkpoint of this version") from None

    @classmethod
    def _read(cls, path: Path, kind: str, settings: dict[str, Json], state: dict[str, Json]) -> Self:
        if state.pop("version", None) != _VERSION:
            raise ValueError
        done, sent = (Mark(**state.pop(name)) for name in ("done", "sent"))
        self = cls(path, done=done, sent=sent, **state)
        if (self.kind, self.settings) != (kind, settings):
            raise ConfigurationError(
                f"the checkpoint {path} belongs to another run: {_told(self.kind, self.settings)}, "
                f"not {_told(kind, settings)}; delete it to start anew"
            )
        return self

    def check(self, mark: Mark) -> None:
        """Refuse an input that is another one than when the checkpoint was written."""
        for known in (self.done, self.sent):
            if known.count == mark.count and known.digest != mark.digest:
                raise ConfigurationError(
                    f"the checkpoint {self.path} belongs to other input: the first {mark.count} items differ; "
                    "delete it to start anew"
                )

    async def save(self) -> None:
        """Write the state to the file, if there is one."""
        if self.path is not None:
            state = {name: value for name, value in attrs.asdict(self).items() if name != "path"}
            await _write(self.path, to_json({"version": _VERSION, **state}))


def _told(kind: str, settings: dict[str, Json]) -> str:
    return " ".join([kind, *(f"{name}={value!r}" for name, value in settings.items())])


async def _write(path: Path, content: bytes) -> None:
    """Write in a thread; a cancellation waits for its end, so that no write ever meets another one."""
    writing = asyncio.ensure_future(asyncio.to_thread(_replace, path, content))
    cancelled = None
    while not writing.done():
        try:
            await asyncio.wait([writing])
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        raise cancelled
    writing.result()


def _replace(path: Path, content: bytes) -> None:
    """Put a file in the place of another in one step; the system's crash leaves one of them, whole."""
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            new.unlink()
        raise ConfigurationError(f"the checkpoint {path} cannot be written: {error}") from error
