"""What the proxy answers by itself."""

from __future__ import annotations

from http import HTTPStatus

import orjson

from ..problems import MEDIA_TYPE


class Refused(Exception):
    """A request that goes no further, or one that Ory gave no answer to."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status
        self.why = why

    @property
    def headers(self) -> list[tuple[str, str]]:
        """The headers of the answer."""
        return [
            ("content-type", MEDIA_TYPE),
            ("content-length", str(len(self.body))),
            ("cache-control", "no-store"),
        ]

    @property
    def body(self) -> bytes:
        """The answer as problem details (RFC 9457)."""
        title = HTTPStatus(self.status).phrase
        return orjson.dumps({"type": "about:blank", "title": title, "status": self.status, "detail": self.why})
