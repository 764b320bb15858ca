"""Answers as the Go servers of Ory write them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from aiohttp import web

BAD_REQUEST = "The request was malformed or contained invalid parameters"
UNAUTHORIZED = "The request could not be authorized"
FORBIDDEN = "The requested action was forbidden"
NOT_FOUND = "The requested resource could not be found"
NO_ROW = "Unable to locate the resource"

NO_CACHE = "private, no-cache, no-store, must-revalidate"
"""The header Cache-Control of everything that nobody may keep."""

_GO_ESCAPES = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}


def dumps(data: Any) -> bytes:
    """Encode JSON like Go's encoder: compact, `<>&` escaped, one newline at the end."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(_GO_ESCAPES) + "\n"
    try:
        return text.encode()
    except UnicodeEncodeError:  # a lone surrogate, which Kratos gives back as it came
        return (json.dumps(data, separators=(",", ":")).translate(_GO_ESCAPES) + "\n").encode()


def json_answer(data: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """Answer with a JSON document."""
    return web.Response(
        body=dumps(data), status=status, headers=headers, content_type="application/json", charset="utf-8"
    )


def no_content(*, json_type: bool = False) -> web.Response:
    """Answer 204; some Go handlers still name the JSON content type (`json_type`)."""
    headers = {"Content-Type": "application/json; charset=utf-8"} if json_type else {}
    return web.Response(status=204, headers=headers)


def text_answer(text: str, status: int, headers: Mapping[str, str] | None = None) -> web.Response:
    """Answer with plain text, as Go's router does for unknown routes."""
    return web.Response(text=text, status=status, headers={"X-Content-Type-Options": "nosniff", **(headers or {})})


def no_route_answer() -> web.Response:
    """Answer 404 as Hydra does for unknown routes."""
    reason = "The requested route does not exist. Make sure you are using the right path, domain, and port."
    error = {"code": 404, "message": "Not Found", "reason": reason}
    return json_answer({"error": error}, 404, {"Cache-Control": NO_CACHE})


_PHRASES = {413: "Request Entity Too Large", 422: "Unprocessable Entity"}
"""As Go spells them; Python follows a newer RFC from 3.13 on."""


class Problem(Exception):
    """An error answer, raised where it is found and written by the route's wrapper.

    `code` is the number in the body where it differs from the HTTP status; `siblings` stand beside `error` in the
    body (`redirect_browser_to`, `use_flow_id`, ...).
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        reason: str | None = None,
        id: str | None = None,
        details: Mapping[str, Any] | None = None,
        code: int | None = None,
        siblings: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(reason or message)
        self.status = status
        self.message = message
        self.reason = reason
        self.id = id
        self.details = details
        self.code = code or status
        self.siblings = dict(siblings or {})

    def content(self) -> dict[str, Any]:
        """Return the inner error object, in the order of Go's struct."""
        fields = {
            "id": self.id,
            "code": self.code,
            "status": _PHRASES.get(self.code) or HTTPStatus(self.code).phrase,
            "reason": self.reason,
            "details": self.details,
            "message": self.message,
        }
        return {name: value for name, value in fields.items() if value is not None}

    def answer(self) -> web.Response:
        """Write the error as its HTTP answer."""
        body = dumps({"error": self.content(), **self.siblings})
        headers = {"Content-Type": "application/json", "Ory-Error-Id": self.id or ""}
        return web.Response(body=body, status=self.status, headers=headers)


def bad_request(reason: str, *, message: str = BAD_REQUEST, id: str | None = None) -> Problem:
    """Make a 400 with Ory's usual message."""
    return Problem(400, message, reason=reason, id=id)


def not_found(reason: str | None = None) -> Problem:
    """Make a 404: a missing row when there is no reason, else a missing resource."""
    return Problem(404, NO_ROW if reason is None else NOT_FOUND, reason=reason)
