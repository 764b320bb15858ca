"""How much the packages take on the disk, as an installer unpacks them."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import ory_async
import ory_sync

from .measuring import Result, at_most


def measure(*, quick: bool) -> list[Result]:
    megabytes = sum(map(_bytes_of, (ory_async, ory_sync))) / 1e6
    return [Result("unpacked packages, MB", f"{megabytes:.2f} MB", "nothing", megabytes, at_most(2.5))]


def _bytes_of(package: ModuleType) -> int:
    files = (path for folder in package.__path__ for path in Path(folder).rglob("*") if path.is_file())
    return sum(path.stat().st_size for path in files if path.parent.name != "__pycache__")
