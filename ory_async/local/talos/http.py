"""Answers common to all handlers of Talos, whose errors have a form of their own."""

from __future__ import annotations

from aiohttp import web

from ..answers import BAD_REQUEST, Problem, json_answer
from ..faults import Handler

FAILED_PRECONDITION = 9
_CODES = {400: 3, 401: 16, 403: 7, 404: 5, 409: 6}
"""The codes of gRPC for statuses of HTTP."""


def plain(handler: Handler) -> Handler:
    """Wrap a handler: problems become answers in the form of gRPC's gateway."""

    async def wrapper(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except Problem as problem:
            code = _CODES[problem.status] if problem.code == problem.status else problem.code
            body = {"code": code, "message": problem.reason or problem.message, "details": []}
            return json_answer(body, problem.status)

    return wrapper


def unfit(reason: str) -> Problem:
    """Make a 400 for what a key is not in the state for."""
    return Problem(400, BAD_REQUEST, reason=reason, code=FAILED_PRECONDITION)
