"""The way of one call: build, authorise, send, try again, read."""

from __future__ import annotations

import inspect
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any, NoReturn, Protocol, TypeAlias

import attrs

from .auth import Auth
from .config import Plane, Timeout, is_exposed
from .errors import ConfigurationError, InvalidRequest, TransportError
from .messages import Answer, Request, capture
from .operation import Operation, Parameters, build, checked_header
from .retry import RETRYABLE, RetryPolicy

logger = logging.getLogger("ory_async")

OnRequest: TypeAlias = Callable[[Request], Awaitable[None] | None]
"""Called before each attempt; it may add headers to the request."""
OnResponse: TypeAlias = Callable[[Request, Answer], Awaitable[None] | None]
"""Called with each answer, also with those that are tried again or become errors."""
Around: TypeAlias = Callable[[Request, Callable[[], Awaitable[Answer]]], Awaitable[Answer]]
"""Called around each call with all its attempts: an async function that awaits the second argument and returns its
answer. It may add headers to the request before, and sees every error that is raised instead of an answer."""


class Sender(Protocol):
    """What the pipeline needs of a transport."""

    def send(self, request: Request, timeout: Timeout) -> Coroutine[Any, Any, Answer]: ...
    def pause(self, seconds: float) -> Coroutine[Any, Any, None]: ...


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
    around: Around | None = None
    allow_insecure: bool = False


class Pipeline:
    """Carries calls out, with one client's settings over its connections."""

    def __init__(self, settings: Settings, transport: Sender) -> None:
        self.settings = settings
        self._transport = transport

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled, and so keep clients and services from taking their credentials along."""
        raise TypeError("clients of Ory cannot be pickled, they hold credentials; make one where it is needed")

    def base_url(self, plane: Plane, operation: str) -> str:
        """The URL of a plane; raises `ConfigurationError` that names the missing setting."""
        url = self.settings.planes.get(plane)
        if url is None:
            raise ConfigurationError(
                f"{operation} needs {plane}: give Ory.self_hosted({plane}=...), or set ORY_{plane.upper()}_URL"
            )
        return url

    def send(
        self,
        operation: Operation,
        path: Mapping[str, str] | None = None,
        query: Parameters | None = None,
        headers: Mapping[str, str | None] | None = None,
        content: tuple[str, bytes] | None = None,
        auth: Auth | None = None,
    ) -> Coroutine[Any, Any, Answer]:
        """Carry one call out, as often as it takes; gives the last answer, be it a result or an error.

        What cannot be sent is refused here, before anything is awaited.
        """
        settings = self.settings
        base = self.base_url(operation.plane, operation.name)
        if settings.query:
            query = {**(query or {}), **settings.query}
        request = build(operation, base, settings.headers, path=path, query=query, headers=headers, content=content)
        del path, query, headers, content  # they hold secrets, and tracebacks may show the locals of a frame
        if auth is None:
            auth = self._credential(operation)
        else:
            self._check(operation, base, auth)
        if settings.around is None:
            return self._repeat(request, auth)
        return self._surrounded(settings.around, request, auth)

    async def _surrounded(self, around: Around, request: Request, auth: Auth | None) -> Answer:
        async def proceed() -> Answer:
            _check_headers(request)
            return await self._repeat(request, auth)

        return await around(request, proceed)

    async def _repeat(self, request: Request, auth: Auth | None) -> Answer:
        """Send a request until there is an answer to keep, or an error to raise."""
        while True:
            if auth is not None:
                request.headers["Authorization"] = checked_header("Authorization", await auth.authorization())
            try:
                answer = await self._attempt(request)
            except TransportError as error:
                wait = self._wait_after_failure(request, error)
                if wait is None:
                    raise
            else:
                wait = self._wait_after_answer(request, answer) if answer.status in RETRYABLE else None
                if wait is None:
                    seen = capture.get()
                    if seen is not None:
                        seen.answer = answer
                    return answer
            logger.info("%s: attempt %d failed; the next one in %.2f s", request.operation.name, request.attempt, wait)
            await self._transport.pause(wait)
            request.attempt += 1

    def _attempt(self, request: Request) -> Awaitable[Answer]:
        """Send a request once; watched only where somebody watches."""
        settings = self.settings
        sending = self._transport.send(request, settings.timeout)
        if settings.on_request is None and settings.on_response is None and not logger.isEnabledFor(logging.DEBUG):
            return sending
        return self._watched(request, sending)

    async def _watched(self, request: Request, sending: Coroutine[Any, Any, Answer]) -> Answer:
        settings = self.settings
        try:
            if settings.on_request is not None:
                await _tell(settings.on_request(request))
                _check_headers(request)
        except BaseException:
            sending.close()
            raise
        started = time.perf_counter()
        answer = await sending
        took = (time.perf_counter() - started) * 1000
        operation = request.operation
        template = operation.path.partition("?")[0]  # the path without its values: ids and tokens stay out of logs
        logger.debug("%s: %s %s -> %d in %.1f ms", operation.name, operation.method, template, answer.status, took)
        if settings.on_response is not None:
            await _tell(settings.on_response(request, answer))
        return answer

    def _wait_after_failure(self, request: Request, error: TransportError) -> float | None:
        retry = self.settings.retry
        if retry is None:
            return None
        return retry.after_failure(error, attempt=request.attempt, repeatable=request.operation.repeatable)

    def _wait_after_answer(self, request: Request, answer: Answer) -> float | None:
        retry = self.settings.retry
        if retry is None:
            return None
        repeatable = request.operation.repeatable
        return retry.after_answer(answer.status, answer.headers, attempt=request.attempt, repeatable=repeatable)

    def _check(self, operation: Operation, base: str, auth: Auth) -> None:
        """Refuse a credential, given for one call, that is none or would be seen by others."""
        if not isinstance(auth, Auth):
            raise InvalidRequest(f"{operation.name}: auth must be a BearerToken, a BasicAuth or another Auth")
        if is_exposed(base) and not self.settings.allow_insecure:
            raise ConfigurationError(
                f"{operation.name}: the credential would cross the network unencrypted to {base}:"
                " use https, or allow_insecure=True where the network itself is trusted"
            )

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


def _check_headers(request: Request) -> None:
    """Refuse headers, that hooks may have added, which would break the request."""
    for name, value in request.headers.items():
        checked_header(name, value)


async def _tell(told: Awaitable[None] | None) -> None:
    if inspect.isawaitable(told):
        await told
