from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True)
class RequestFilter:
    """Which requests are meant: those of a method, and of a path, everything below it, or a pattern (`/admin/*`)."""

    method: str | None = None
    path: str | None = None

    def fits(self, method: str, path: str) -> bool:
        """Tell whether a request is meant; what is None does not matter."""
        return (self.method is None or self.method.upper() == method) and (self.path is None or self._is_below(path))

    def _is_below(self, path: str) -> bool:
        wanted = self.path or ""
        if "*" in wanted or "?" in wanted:
            return fnmatchcase(path, wanted)
        return path == wanted or path.startswith(f"{wanted.rstrip('/')}/")
