"""The way of one call: build, authorise, send, try again, read."""

from __future__ import annotations

import asyncio
import inspect
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol, TypeAlias

import attrs

from . import answering
from .auth import Auth
from .config import Plane, Timeout
from .errors import ConfigurationError, TransportError
from .messages import Answer, Request, capture
from .operation import Operation, Parameters, build
from .retry import RETRYABLE, RetryPolicy

logger = logging.getLogger("ory_async")

OnRequest: TypeAlias = Callable[[Request], Awaitable[None] | None]
"""Called before each attempt; it may add headers to the request."""
OnResponse: TypeAlias = Callable[[Request, Answer], Awaitable[None] | None]
"""Called with each answer, also with those that are tried again or become errors."""


class Sender(Protocol):
    """What the pipeline needs of a transport."""

    async def send(self, request: Request, timeout: Timeout) -> Answer: ...


@attrs.frozen(kw_only=True)
class Settings:
    """Everything about a call that is not the call itself."""

    planes: Mapping[Plane, str]
    auth: Auth | None = None
    workspace_auth: Auth | None = None
    timeout: Timeout
    retry: RetryPolicy | None
    headers: Mapping[str, str] = attrs.field(factory=dict, repr=False)
    query: Parameters = attrs.field(factory=dict, repr=False)
    on_request: OnRequest | None = None
    on_response: OnResponse | None = None


class Pipeline:
    """Carries calls out, with one client's settings over its connections."""

    def __init__(self, settings: Settings, transport: Sender) -> None:
        self.settings = settings
        self._transport = transport

    def base_url(self, plane: Plane, operation: str) -> str:
        """The URL of a plane; raises `ConfigurationError` that names the missing setting."""
        url = self.settings.planes.get(plane)
        if url is None:
            raise ConfigurationError(
                f"{operation} needs {plane}: give Ory.self_hosted({plane}=...), or set ORY_{plane.upper()}_URL"
            )
        return url

    async def call(
        self,
        operation: Operation,
        *,
        path: Mapping[str, str] | None = None,
        query: Parameters | None = None,
        headers: Mapping[str, str | None] | None = None,
        content: tuple[str, bytes] | None = None,
        auth: Auth | None = None,
    ) -> tuple[Any, Answer]:
        """Carry one call out; gives its result and the answer it was read from."""
        settings = self.settings
        base = self.base_url(operation.plane, operation.name)
        if settings.query:
            query = {**(query or {}), **settings.query}
        request = build(operation, base, settings.headers, path=path, query=query, headers=headers, content=content)
        answer = await self._send(request, auth or self._credential(operation))
        seen = capture.get()
        if seen is not None:
            seen.answer = answer
        return answering.read(operation, answer), answer

    def _credential(self, operation: Operation) -> Auth | None:
        if operation.credential == "api_key":
            return self.settings.auth
        if operation.credential == "workspace_api_key":
            if self.settings.workspace_auth is None:
                raise ConfigurationError(
                    f"{operation.name} needs a workspace API key: give workspace_api_key, or set ORY_WORKSPACE_API_KEY"
                )
            return self.settings.workspace_auth
        return None

    async def _send(self, request: Request, auth: Auth | None) -> Answer:
        """Send a request until it is answered for good."""
        retry = self.settings.retry
        while True:
            if auth is not None:
                request.headers["Authorization"] = await auth.authorization()
            try:
                answer = await self._attempt(request)
            except TransportError as error:
                wait = (
                    retry.after_failure(error, attempt=request.attempt, repeatable=request.operation.repeatable)
                    if retry
                    else None
                )
                if wait is None:
                    raise
                logger.info("%s: %s; next attempt in %.2f s", request.operation.name, type(error).__name__, wait)
            else:
                wait = self._wait_after(request, answer, retry)
                if wait is None:
                    return answer
                logger.info("%s: %d; next attempt in %.2f s", request.operation.name, answer.status, wait)
            await asyncio.sleep(wait)
            request.attempt += 1

    @staticmethod
    def _wait_after(request: Request, answer: Answer, retry: RetryPolicy | None) -> float | None:
        if retry is None or answer.status not in RETRYABLE:
            return None
        repeatable = request.operation.repeatable
        return retry.after_answer(answer.status, answer.headers, attempt=request.attempt, repeatable=repeatable)

    async def _attempt(self, request: Request) -> Answer:
        settings = self.settings
        if settings.on_request is not None:
            await _tell(settings.on_request(request))
        started = time.perf_counter()
        answer = await self._transport.send(request, settings.timeout)
        if logger.isEnabledFor(logging.DEBUG):
            took = (time.perf_counter() - started) * 1000
            operation = request.operation  # its path template: ids and tokens stay out of logs
            logger.debug(
                "%s: %s %s -> %d in %.1f ms", operation.name, operation.method, operation.path, answer.status, took
            )
        if settings.on_response is not None:
            await _tell(settings.on_response(request, answer))
        return answer


async def _tell(told: Awaitable[None] | None) -> None:
    if inspect.isawaitable(told):
        await told
