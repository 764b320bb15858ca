"""What all adapters promise, on real server processes: the examples, and the same app on bare Starlette."""

from __future__ import annotations

import asyncio
import os
import random
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path

import httpx
import pytest

from ory_async import Ory, to_dict
from ory_async.local import LocalOry

from .people import PAGE, Member, join, prolong, session_cookie, two_factors
from .serve import SERVERS

ROOT = Path(__file__).parents[2]
EMAIL = "alice@example.com"
PROBLEM = "application/problem+json"


@pytest.fixture(scope="module")
def server() -> Iterator[LocalOry]:
    with LocalOry.in_thread() as local:
        yield local


@pytest.fixture
def local(server: LocalOry) -> LocalOry:
    server.reset()
    return server


@pytest.fixture
async def ory(local: LocalOry) -> AsyncIterator[Ory]:
    async with local.client() as ory:
        yield ory


@pytest.fixture(scope="module", params=SERVERS)
def url(request: pytest.FixtureRequest, server: LocalOry) -> Iterator[str]:
    """Where the app of a framework is served, by a process of its own."""
    command = [sys.executable, "-W", "error", "-m", "tests.integrations.serve", request.param]
    environment = {**os.environ, "ORY_SDK_URL": server.url}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.terminate()


@pytest.fixture
async def app(url: str) -> AsyncIterator[httpx.AsyncClient]:
    forgetful = CookieJar(DefaultCookiePolicy(allowed_domains=[]))  # or one user would be taken for another here
    async with httpx.AsyncClient(base_url=url, timeout=60, cookies=forgetful) as client:
        yield client


def email_in(answer: httpx.Response) -> object:
    assert answer.status_code == 200, answer.text
    return answer.json()["email"]


async def test_whose_request_it_is(app: httpx.AsyncClient, ory: Ory) -> None:
    alice, bob = await join(ory, EMAIL), await join(ory, "bob@example.com")
    for path in ("/", "/me"):
        assert email_in(await app.get(path, headers=alice.by_token)) == alice.email
        assert email_in(await app.get(path, headers=bob.by_cookie)) == bob.email
        assert email_in(await app.get(path, headers={"Authorization": f"Bearer {alice.token}"})) == alice.email
    assert email_in(await app.get("/")) is None


async def test_a_program_gets_a_problem(app: httpx.AsyncClient, local: LocalOry) -> None:
    for headers in ({}, {"X-Session-Token": "ory_st_wrong"}, {"Cookie": "ory_kratos_session=wrong"}):
        answer = await app.get("/me", headers=headers)
        assert (answer.status_code, answer.headers["Content-Type"]) == (401, PROBLEM)
        assert answer.headers["WWW-Authenticate"].startswith("Bearer ")
        assert "no-store" in answer.headers["Cache-Control"]
        problem = answer.json()
        assert (problem["type"], problem["status"]) == ("urn:ory:session_inactive", 401)
        assert problem["redirect_browser_to"] == f"{local.url}/self-service/login/browser"


async def test_a_browser_is_sent_to_log_in_and_comes_back(app: httpx.AsyncClient, local: LocalOry) -> None:
    answer = await app.get("/files/a%20b%3Fc?x=1&y=%26", headers=PAGE)
    assert answer.status_code == 303
    assert "no-store" in answer.headers["Cache-Control"]
    login = httpx.URL(answer.headers["Location"])
    assert str(login).startswith(f"{local.url}/self-service/login/browser?")
    back = httpx.URL(login.params["return_to"])
    assert (back.netloc, back.query) == (app.base_url.netloc, b"x=1&y=%26")
    assert back.path == "/files/a b?c"


@pytest.mark.parametrize("path", ["//evil.example/me", "/\\evil.example/me", "/@evil.example"])
async def test_no_path_leads_to_another_origin(app: httpx.AsyncClient, url: str, path: str) -> None:
    request = httpx.Request("GET", url, headers=PAGE)
    request.extensions["target"] = path.encode()
    answer = await app.send(request)
    location = httpx.URL(answer.headers.get("Location", ""))
    if "return_to" in location.params:
        assert location.params["return_to"].startswith(f"{url}/")


async def test_a_permission(app: httpx.AsyncClient, ory: Ory) -> None:
    alice, bob = await join(ory, EMAIL), await join(ory, "bob@example.com")
    await ory.relationship.grant("File:readme", "owners", f"User:{alice.id}")
    assert email_in(await app.get("/files/readme", headers=alice.by_cookie)) == EMAIL
    for path in ("/files/other", "/files/readme%23owners@User:x", "/files/readme%20"):
        assert (await app.get(path, headers=alice.by_cookie)).status_code == 403
    refused = await app.get("/files/readme", headers=bob.by_token)
    assert (refused.status_code, refused.headers["Content-Type"]) == (403, PROBLEM)
    assert refused.json()["type"] == "urn:ory:permission_denied"
    page = await app.get("/files/readme", headers={**bob.by_cookie, **PAGE})
    assert (page.status_code, page.headers["Content-Type"]) == (403, "text/plain; charset=utf-8")
    assert (await app.get("/files/readme")).status_code == 401


async def test_the_second_factor(app: httpx.AsyncClient, ory: Ory) -> None:
    alice = await join(ory, EMAIL)
    weak = await app.get("/account", headers=alice.by_token)
    assert (weak.status_code, weak.json()["type"]) == (403, "urn:ory:session_aal2_required")
    step_up = httpx.URL((await app.get("/account", headers={**alice.by_cookie, **PAGE})).headers["Location"])
    assert step_up.params["aal"] == "aal2"
    assert step_up.params["return_to"] == f"{app.base_url}/account".replace("//account", "/account")

    half, whole = await two_factors(ory, "carol@example.com")
    assert email_in(await app.get("/account", headers={"X-Session-Token": whole})) == "carol@example.com"
    for path in ("/me", "/account"):
        refused = await app.get(path, headers={"X-Session-Token": half})
        assert (refused.status_code, refused.json()["type"]) == (403, "urn:ory:session_aal2_required")
    assert email_in(await app.get("/", headers={"X-Session-Token": half})) is None


@pytest.mark.parametrize("path", ["/", "/me", "/files/readme"])
async def test_when_ory_fails_nobody_is_let_in_nor_logged_out(
    app: httpx.AsyncClient, ory: Ory, local: LocalOry, path: str
) -> None:
    alice = await join(ory, EMAIL)
    for headers in (alice.by_token, {**alice.by_cookie, **PAGE}):
        for fault in ({"status": 500}, {"reset": True}):
            local.faults.next(**fault, times=20, path="/sessions/whoami")  # type: ignore[arg-type]
            answer = await app.get(path, headers=headers)
            local.faults.clear()
            assert answer.status_code == 503, answer.text
            assert "Location" not in answer.headers
            assert EMAIL not in answer.text
    local.faults.next(status=500, times=20, path="/relation-tuples")
    assert (await app.get("/files/readme", headers=alice.by_token)).status_code == 503


async def test_what_was_made_for_somebody_is_not_shared(app: httpx.AsyncClient, ory: Ory) -> None:
    alice = await join(ory, EMAIL)
    for path in ("/", "/me"):
        assert (await app.get(path, headers=alice.by_cookie)).headers["Cache-Control"] == "private, no-store"
    assert "Cache-Control" not in (await app.get("/health", headers=alice.by_cookie)).headers


async def test_a_cookie_that_ory_sets_anew_is_handed_on_once(app: httpx.AsyncClient, ory: Ory, local: LocalOry) -> None:
    alice = await join(ory, EMAIL)
    assert "Set-Cookie" not in (await app.get("/me", headers=alice.by_cookie)).headers
    local.clock.advance(timedelta(hours=1).total_seconds())
    await prolong(ory, alice)
    for path in ("/", "/me", "/files/secret"):  # the last one is refused, which changes nothing
        answer = await app.get(path, headers=alice.by_cookie)
        [anew] = answer.headers.get_list("Set-Cookie")
        assert anew.startswith("ory_kratos_session=")
        assert "httponly" in anew.lower()
        assert email_in(await app.get("/me", headers={"Cookie": session_cookie(anew)})) == EMAIL


async def test_a_cookie_is_handed_on_as_it_is(app: httpx.AsyncClient, ory: Ory, local: LocalOry) -> None:
    """Also with attributes that Python's own cookies do not know."""
    alice = await join(ory, EMAIL)
    session = to_dict(await ory.frontend.to_session(x_session_token=alice.token))
    cookie = 'ory_session_x="a=b"; Path=/; SameSite=None; Secure; HttpOnly; Partitioned; Priority=High'
    local.faults.next(status=200, body=session, headers={"Set-Cookie": cookie}, path="/sessions/whoami")
    assert (await app.get("/me", headers=alice.by_cookie)).headers.get_list("Set-Cookie") == [cookie]


async def test_mixed_users_never_see_each_other(app: httpx.AsyncClient, ory: Ory, local: LocalOry) -> None:
    members = [await join(ory, f"member-{number}@example.com") for number in range(5)]
    local.clock.advance(timedelta(hours=1).total_seconds())
    for member in members:
        await prolong(ory, member)
        await ory.relationship.grant(f"File:of-{member.email}", "owners", f"User:{member.id}")
    visitors: list[Member | None] = [*members, None]
    chance = random.Random(7)
    gate = asyncio.Semaphore(24)
    cookies: set[tuple[str, str]] = set()

    async def visit(visitor: Member | None, other: Member, path: str) -> None:
        headers = {} if visitor is None else chance.choice([visitor.by_cookie, visitor.by_token])
        async with gate:
            answer = await app.get(path.format(own=visitor and visitor.email, other=other.email), headers=headers)
        if visitor is None:
            assert answer.status_code == (200 if path == "/" else 401)
            assert "@example.com" not in answer.text
            assert "Set-Cookie" not in answer.headers
            return
        is_theirs = "{other}" in path and visitor is not other
        assert answer.status_code == (403 if is_theirs else 200), answer.text
        if not is_theirs:
            assert email_in(answer) == visitor.email
        cookies.update((visitor.email, session_cookie(header)) for header in answer.headers.get_list("Set-Cookie"))

    paths = ["/", "/me", "/files/of-{own}", "/files/of-{other}"]
    visits = [(chance.choice(visitors), chance.choice(members), chance.choice(paths)) for _ in range(240)]
    await asyncio.gather(*(visit(*each) for each in visits))
    assert {email for email, _ in cookies} == {member.email for member in members}
    for email, cookie in cookies:
        assert email_in(await app.get("/me", headers={"Cookie": cookie})) == email
