"""The blocking twins of sessions, principals and jwt: the same names and words, and they work from many threads."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType
from typing import Any

import pytest

import ory_async.jwt
import ory_async.principals
import ory_async.sessions
import ory_sync.jwt
import ory_sync.principals
import ory_sync.sessions
from ory_async.local import LocalOry
from ory_sync import Ory, errors, models
from ory_sync.jwt import InvalidToken, JWTVerifier, KeySet
from ory_sync.principals import Authenticator, JWTPrincipal, Refused, SessionPrincipal
from ory_sync.sessions import NoSession, SessionCache, SessionVerifier, VerifiedSession

from .test_jwt import AUDIENCE, CLAIMS, ISSUER, KEYS, NOW, RSA, public, signed

ROOMS = [
    (ory_async.sessions, ory_sync.sessions),
    (ory_async.principals, ory_sync.principals),
    (ory_async.jwt, ory_sync.jwt),
]
TWINS = {"Authenticator", "JWTVerifier", "KeySet", "KeySource", "SessionVerifier"}


@pytest.fixture
def ory() -> Iterator[Ory]:
    with LocalOry.in_thread() as local, Ory(local.url) as ory:
        yield ory


def token_of(ory: Ory, email: str) -> str:
    flow = ory.frontend.create_native_registration_flow()
    body = models.UpdateRegistrationFlowWithPasswordMethod(traits={"email": email}, password="a-long-passphrase")
    token = ory.frontend.update_registration_flow(body, flow=flow.id).session_token
    assert token is not None
    return token


def parameters(function: Any) -> dict[str, tuple[Any, Any]]:
    """The names and defaults of the parameters, and their types but for those of twins."""
    return {
        name: (each.default, None if name in ("ory", "source", "jwks") else each.annotation)
        for name, each in inspect.signature(function).parameters.items()
    }


@pytest.mark.parametrize(("room", "twin"), ROOMS, ids=lambda room: room.__name__)
def test_both_rooms_have_the_same_names_and_words(room: ModuleType, twin: ModuleType) -> None:
    assert room.__all__ == sorted(room.__all__, key=lambda name: (not name.isupper(), name))
    for name in room.__all__:
        ours, theirs = getattr(room, name), getattr(twin, name)
        if name not in TWINS:
            assert theirs is ours, name
        elif inspect.isclass(ours):
            assert ours.__doc__ == theirs.__doc__
            methods = {each for each in vars(ours) if not each.startswith("_")} | {"__init__"}
            assert methods == {each for each in vars(theirs) if not each.startswith("_")} | {"__init__"}
            for method in methods:
                assert parameters(getattr(ours, method)) == parameters(getattr(theirs, method)), method
                if method != "__init__":
                    assert getattr(ours, method).__doc__ == getattr(theirs, method).__doc__
                    assert not inspect.iscoroutinefunction(getattr(theirs, method))


def test_sessions(ory: Ory) -> None:
    verifier = SessionVerifier(ory, cache=SessionCache(ttl=60), public_url="https://auth.example.com")
    headers = {"X-Session-Token": token_of(ory, "alice@example.com")}
    verified = verifier.verify(headers, aal="aal1")
    assert isinstance(verified, VerifiedSession)
    assert verifier.session(headers) == verified.session
    assert verifier.verify_credential(*verifier.credentials(headers)) == verified
    ory.identity.disable_session(verified.session.id)
    assert verifier.session(headers) is not None
    verifier.revoked(verified.session.id)
    assert verifier.session(headers) is None
    assert verifier.verify({}) == NoSession("https://auth.example.com/self-service/login/browser")
    assert verifier.missing(errors.NoActiveSession("none")) == verifier.verify({})
    assert verifier.tokenized(headers, "jwt") is None
    verifier.forget(headers)


def test_many_threads_share_what_is_asked(ory: Ory) -> None:
    asked: list[str] = []
    counting = ory.with_options(on_request=lambda request: asked.append(request.url))
    verifier = SessionVerifier(counting, cache=SessionCache(ttl=60))
    people = {email: token_of(ory, email) for email in (f"p{number}@example.com" for number in range(4))}

    def request(email: str) -> bool:
        session = verifier.session({"X-Session-Token": people[email]})
        return session is not None and session.identity is not None and session.identity.traits["email"] == email

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(request, list(people) * 100))
    assert len(asked) == 4


def test_keys_are_fetched_by_a_blocking_function() -> None:
    asked: list[None] = []

    def source() -> dict[str, Any]:
        with pytest.raises(RuntimeError):  # it runs where it may block: in a thread without a loop
            asyncio.get_running_loop()
        asked.append(None)
        return public(*KEYS.values())

    verifier = JWTVerifier(KeySet(source), issuer=ISSUER, audience=AUDIENCE, clock=lambda: NOW)
    with ThreadPoolExecutor(8) as pool:
        tokens = list(pool.map(verifier.verify, [signed(CLAIMS), signed(CLAIMS, "ES256")] * 20))
    assert {token.subject for token in tokens} == {"alice"}
    assert len(asked) == 1
    with pytest.raises(InvalidToken) as invalid:
        verifier.verify("a.b.c")
    assert invalid.value.reason == "malformed"


def test_principals(ory: Ory) -> None:
    jwt = JWTVerifier(public(RSA), issuer=ISSUER, audience=AUDIENCE, clock=lambda: NOW)
    sessions = SessionVerifier(ory, cache=SessionCache(ttl=60))
    authenticator = Authenticator(ory, accept=["session_token", "jwt"], sessions=sessions, jwt=jwt)
    headers = {"Authorization": f"Bearer {token_of(ory, 'alice@example.com')}"}
    caller = authenticator.authenticate(headers)
    assert isinstance(caller, SessionPrincipal)
    ory.identity.disable_session(caller.session.id)
    authenticator.forget(headers)
    refused = authenticator.authenticate(headers)
    assert isinstance(refused, Refused)
    assert refused.reason == "invalid_credential"
    authenticator.revoked(caller.subject)
    by_jwt = authenticator.authenticate({"Authorization": f"Bearer {signed(CLAIMS)}"}, scopes=["read"])
    assert isinstance(by_jwt, JWTPrincipal)
    assert by_jwt.claims["sub"] == "alice"
