"""A planted secret shows in no repr, log line, error, traceback with its locals, or pickle."""

from __future__ import annotations

import asyncio
import logging
import pickle
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal

import ory_async
import ory_sync
from ory_async import BasicAuth, BearerToken, Ory, Request, RetryPolicy, errors, models
from tests.support.raw_server import Line, RawServer, Script, answer, json_answer

PLANTED = "pLanted"
KEY = f"ory_pat_{PLANTED}"
PACKAGES = tuple(str(Path(package.__file__).parent) for package in (ory_async, ory_sync))

CALLS: dict[str, Callable[[Any], Any]] = {
    "cookie": lambda ory: ory.frontend.to_session(cookie=f"ory_kratos_session={PLANTED}"),
    "session token": lambda ory: ory.frontend.to_session(x_session_token=f"ory_st_{PLANTED}"),
    "api key": lambda ory: ory.identity.get_identity("i"),
    "workspace api key": lambda ory: ory.project.get_project("p"),
    "model": lambda ory: ory.identity.create_identity(
        models.CreateIdentityBody(schema_id="s", traits={}, credentials=credentials())
    ),
    "mapping": lambda ory: ory.identity.update_identity("i", {"credentials": {"password": PLANTED}}),
    "form": lambda ory: ory.oauth2.oauth2_token_exchange(
        grant_type="authorization_code", code=PLANTED, code_verifier=PLANTED, auth=BasicAuth("client", PLANTED)
    ),
    "bearer": lambda ory: ory.oidc.get_oidc_user_info(auth=BearerToken(PLANTED)),
    "query": lambda ory: ory.oauth2.get_oauth2_login_request(login_challenge=PLANTED),
    "any endpoint": lambda ory: ory.request("GET", "/x", plane="kratos_public", headers={"Cookie": PLANTED}),
}
"""Calls whose arguments, or whose credential, are the secret."""
ENTRANCES = {
    "to_session",
    "get_identity",
    "get_project",
    "create_identity",
    "update_identity",
    "oauth2_token_exchange",
    "get_oidc_user_info",
    "get_oauth2_login_request",
    "request",
    "call",
}
"""The methods themselves, which are called with the secret, and `call` by which the blocking ones are."""


def credentials() -> models.IdentityWithCredentials:
    return models.IdentityWithCredentials(
        password=models.IdentityWithCredentialsPassword(
            config=models.IdentityWithCredentialsPasswordConfig(password=PLANTED)
        )
    )


async def reset(line: Line) -> None:
    line.reset()


async def silence(line: Line) -> None:
    await line.until_closed()


TOLD = {"error": {"code": 403, "message": f"no token={PLANTED}", "details": {"session_token": PLANTED}}}
FAILURES: dict[str, Script] = {
    "refusal": json_answer(TOLD, 403, f"Set-Cookie: ory_kratos_session={PLANTED}"),
    "oauth2 error": json_answer({"error": "invalid_grant", "error_description": f"code={PLANTED}"}, 400),
    "text": answer(500, f'{{"session_token": "{PLANTED}"'.encode()),
    "redirect": answer(302, b"", f"Location: https://elsewhere.example/?code={PLANTED}"),
    "no json": answer(200, f'{{"session_token": "{PLANTED}"'.encode(), "Content-Type: application/json"),
    "another kind": json_answer([{"session_token": PLANTED}]),
    "deep": answer(200, f'{{"session_token": "{PLANTED}", "x": {"[" * 3000}'.encode()),
    "reset": reset,
    "silence": silence,
}


Inside = Callable[[traceback.FrameSummary], bool]
"""Whether no local variable of a frame may hold a secret."""


def below_the_entrance(frame: traceback.FrameSummary) -> bool:
    """Any frame of ours but that of the method that was called."""
    return frame.filename.startswith(PACKAGES) and frame.name not in ENTRANCES


def texts_of(error: BaseException, inside: Inside) -> Iterator[str]:
    """All that a program would write down about an error; of frames inside also the locals."""
    yield f"{error} {error!r} {getattr(error, 'body', None)!r} {getattr(error, 'headers', None)!r}"
    yield "".join(traceback.format_exception(error))
    yield from locals_of(traceback.TracebackException.from_exception(error, capture_locals=True), inside)


def locals_of(told: traceback.TracebackException | None, inside: Inside) -> Iterator[str]:
    if told is None:
        return
    for frame in told.stack:
        if inside(frame):
            yield f"{frame.filename}:{frame.lineno} {frame.name} {frame.locals}"
    yield from locals_of(told.__cause__, inside)
    yield from () if told.__suppress_context__ else locals_of(told.__context__, inside)


def check(error: errors.OryError, log: str, inside: Inside = below_the_entrance) -> None:
    assert [text for text in texts_of(error, inside) if PLANTED in text] == []
    if not isinstance(error, errors.UnexpectedRedirect):  # whose location is what it is there to tell
        assert PLANTED.encode() not in pickle.dumps(error)
    assert PLANTED not in log


OPTIONS: dict[str, Any] = {"auth": KEY, "workspace_api_key": f"ory_wak_{PLANTED}", "retry": None, "timeout": 0.3}


@pytest.mark.parametrize("how", FAILURES)
async def test_failed_calls_tell_no_secret(how: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with RawServer(FAILURES[how]) as server, Ory(server.url, **OPTIONS) as ory:
        outcomes = await asyncio.gather(*(call(ory) for call in CALLS.values()), return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, errors.OryError):
                check(outcome, caplog.text)
            else:  # where a text, or anything, is promised
                assert not isinstance(outcome, BaseException)
        assert sum(isinstance(outcome, errors.OryError) for outcome in outcomes) >= 8


@contextmanager
def served(script: Script) -> Iterator[str]:
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(RawServer(script)) as server:
        yield server.url


@pytest.mark.parametrize("how", ["refusal", "no json", "reset"])
def test_failed_blocking_calls_tell_no_secret(how: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with served(FAILURES[how]) as url, ory_sync.Ory(url, **OPTIONS) as ory:
        for name in ("cookie", "session token", "api key", "model", "form"):
            with pytest.raises(errors.OryError) as raised:
                CALLS[name](ory)
            check(raised.value, caplog.text)


async def test_retries_and_successes_log_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    seen: list[Request] = []
    busy, fine = answer(429, b"", "Retry-After: 0"), json_answer({"id": PLANTED}, 200, f"Set-Cookie: s={PLANTED}")
    options = {**OPTIONS, "retry": RetryPolicy(base=0), "timeout": 5, "on_request": seen.append}
    async with RawServer(busy, fine) as server, Ory(server.url, **options) as ory:
        for call in CALLS.values():
            await call(ory)
    assert "attempt 1 failed" in caplog.text
    assert "frontend.to_session" in caplog.text
    assert PLANTED not in caplog.text
    assert PLANTED not in repr(seen)
    assert any(PLANTED in repr(request.headers) for request in seen)  # it was there


@pytest.mark.parametrize("name", ["cookie", "model", "mapping", "query"])
async def test_refused_arguments_are_not_told(name: str) -> None:
    bad = f"{PLANTED}\n\ud83d"
    refused: dict[str, Callable[[Ory], Any]] = {
        "cookie": lambda ory: ory.frontend.to_session(cookie=bad),
        "model": lambda ory: ory.identity.create_identity({"password": PLANTED, "n": float("nan")}),
        "mapping": lambda ory: ory.relationship.check_opl_syntax(bad),
        "query": lambda ory: ory.oauth2.get_oauth2_login_request(login_challenge=bad),
    }
    async with Ory("http://127.0.0.1:1") as ory:
        with pytest.raises(errors.InvalidRequest) as raised:
            await refused[name](ory)
    assert PLANTED not in f"{raised.value} {raised.value!r}"


def objects() -> Iterator[Any]:
    proxied: dict[str, Any] = {"proxy": f"http://user:{PLANTED}@proxy.example", "headers": {"Cookie": PLANTED}}
    for make in (ory_async.Ory, ory_sync.Ory):
        ory: Any = make("http://127.0.0.1:1", **OPTIONS, **proxied)
        yield from (ory, ory.frontend, ory.with_options(timeout=1), ory.frontend.list_my_sessions(cookie=PLANTED))
    yield from (ory._ory._pipeline.settings, ory._ory._transport, ory._ory._transport._wiring)
    yield from (ory_async.ApiKey(PLANTED), BasicAuth("client", PLANTED), BearerToken(PLANTED), credentials())


def test_no_object_shows_a_secret() -> None:
    for each in objects():
        assert PLANTED not in f"{each!r} {each}", type(each)


@pytest.mark.parametrize("make", [ory_async.Ory, ory_sync.Ory])
def test_clients_and_services_do_not_travel(make: Any) -> None:
    ory = make("http://127.0.0.1:1", **OPTIONS)
    for each in (ory, ory.frontend, ory.identity, ory.frontend.to_session):
        with pytest.raises(TypeError, match="cannot be pickled"):
            pickle.dumps(each)
