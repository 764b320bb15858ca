"""People who log in to an application by the login kit: from its first page to the last one."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, MutableMapping
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.websockets import WebSocket

from ory_async.errors import ConfigurationError, OryError
from ory_async.integrations.login_kit import LoginKit, MemoryTokenStore, StoreUnavailable, current_user, optional_user
from ory_async.tokens import AuthorizationFailed
from tests.conformance.oauth2 import Visitor, query_of

from .login_kit_world import BROWSER, SECRET, Person, Site, World, application, code_of, settings, world_of


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with world_of() as world:
        yield world


@pytest.fixture
async def site(world: World) -> Site:
    return await world.site()


@pytest.fixture
async def alice(site: Site) -> AsyncIterator[Person]:
    async with site.browser() as alice:
        yield alice


# logging in


async def test_somebody_logs_in(alice: Person) -> None:
    assert await alice.who() is None
    response = await alice.log_in("alice")
    assert (response.status_code, response.headers["location"]) == (303, "/")
    assert response.headers["cache-control"] == "no-store"
    assert await alice.who() == "alice"


async def test_a_browser_is_sent_to_log_in_and_comes_back(alice: Person) -> None:
    response = await alice.pages.get("/me?page=2&x=%26")
    assert response.status_code == 303
    assert response.headers["cache-control"] == "no-store"
    response = await alice.log_in("alice", response.headers["location"])
    assert response.headers["location"] == "/me?page=2&x=%26"
    assert (await alice.pages.get(response.headers["location"])).json() == "alice"


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("GET", {"Accept": "application/json"}),
        ("GET", {"Accept": "text/html", "Sec-Fetch-Mode": "cors"}),
        ("POST", BROWSER),
    ],
)
async def test_a_program_is_told_to_log_in(alice: Person, method: str, headers: dict[str, str]) -> None:
    response = await alice.pages.request(method, "/me", headers=headers)
    assert response.status_code == 401
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["www-authenticate"]
    assert response.json() == {
        "type": "urn:ory:session_inactive",
        "title": "Nobody is logged in.",
        "status": 401,
        "redirect_browser_to": "/auth/login?return_to=%2Fme",
    }


async def test_a_page_whose_name_is_no_plain_text(alice: Person) -> None:
    response = await alice.pages.get("/caf%C3%A9%2F1?q=%E2%82%AC")
    assert response.headers["location"] == "/auth/login?return_to=%2Fcaf%25C3%25A9%252F1%3Fq%3D%25E2%2582%25AC"
    response = await alice.log_in("alice", response.headers["location"])
    assert response.headers["location"] == "/caf%C3%A9%2F1?q=%E2%82%AC"


async def test_cookies_hold_no_token_and_are_closed_to_scripts(site: Site, alice: Person) -> None:
    begun = await alice.pages.get("/auth/login")
    response = await alice.pages.get(await alice.agree(begun.headers["location"], "alice"))
    lifetimes = ["Max-Age=600", "Max-Age=86400", "Max-Age=0"]
    headers = [*begun.headers.get_list("set-cookie"), *response.headers.get_list("set-cookie")]
    for header, lifetime in zip(headers, lifetimes, strict=True):
        assert {"HttpOnly", "SameSite=lax", "Path=/", lifetime} <= set(header.split("; "))
        assert "Domain" not in header
        assert len(header) < 2000
    token = await alice.token()
    assert token.startswith("ory_at_")
    held = str(alice.pages.cookies.jar) + repr(site.store) + repr(vars(site.store))
    assert token not in held
    assert token[len("ory_at_") :] not in held


async def test_over_https_cookies_belong_to_this_host_only(world: World) -> None:
    site = await Site.of(world, "https://shop.example")
    transport = httpx.ASGITransport(application(site.kit))
    async with httpx.AsyncClient(transport=transport, base_url=site.url, headers=BROWSER) as pages:
        alice = Person(world, pages, Visitor(world.ory))
        assert (await alice.log_in("alice")).headers["location"] == "/"
        assert await alice.who() == "alice"
        [cookie] = pages.cookies.jar
        assert cookie.name == "__Host-ory_login"
        assert cookie.secure


async def test_the_link_to_sign_up(site: Site, alice: Person) -> None:
    url = site.kit.login_url("/welcome", prompt="registration", login_hint="alice@example.com")
    query = query_of(await alice.begin(url))
    assert (query["prompt"], query["login_hint"]) == ("registration", "alice@example.com")
    query = query_of(await alice.begin("/auth/login?scope=admin&state=1&redirect_uri=https://evil.example"))
    assert query["scope"] == "openid offline_access photos"
    assert query["redirect_uri"] == f"{site.url}/auth/callback"


@pytest.mark.parametrize(
    "return_to",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "/\t/evil.example",
        "\t//evil.example",
        " /evil",
        "/a\r\nSet-Cookie: a=b",
        "javascript:alert(1)",
        "evil.example",
        "/caf\u00e9",
        "/" + 1000 * "a",
        "",
    ],
)
async def test_nobody_is_sent_elsewhere_after_the_login(alice: Person, return_to: str) -> None:
    url = str(httpx.URL("/auth/login", params={"return_to": return_to}))
    response = await alice.log_in("alice", url)
    assert response.headers["location"] == "/"


async def test_two_tabs_log_in_at_the_same_time(alice: Person) -> None:
    first, second = await alice.begin("/auth/login?return_to=/one"), await alice.begin("/auth/login?return_to=/two")
    assert (await alice.pages.get(await alice.agree(first, "alice"))).headers["location"] == "/one"
    again = await alice.visitor.open(**query_of(second))
    way_back = await alice.visitor.consent(await alice.visitor.log_in(again, "alice"))
    assert (await alice.pages.get(way_back)).headers["location"] == "/two"
    assert await alice.who() == "alice"


async def test_of_many_logins_that_have_begun_the_oldest_are_forgotten(alice: Person) -> None:
    urls = [await alice.begin() for _ in range(12)]
    assert len(alice.pages.cookies.jar) == 8
    assert (await alice.pages.get(await alice.agree(urls[0], "alice"))).status_code == 400
    assert (await alice.log_in("alice")).status_code == 303


async def test_logging_in_again_ends_the_login_before(site: Site, alice: Person) -> None:
    await alice.log_in("alice")
    old = alice.cookie()
    alice.visitor = Visitor(alice.world.ory)
    await alice.log_in("bob")
    assert await alice.who() == "bob"
    async with site.browser() as thief:
        thief.pages.cookies.set("ory_login", old)
        assert await thief.who() is None


async def test_a_login_ends(world: World, alice: Person) -> None:
    await alice.log_in("alice")
    cookie = alice.cookie()
    world.now.advance(86_399)
    assert await alice.who() == "alice"
    world.now.advance(1)
    alice.pages.cookies.set("ory_login", cookie)
    assert await alice.who() is None


# what goes wrong


async def failed(alice: Person, way_back: str, status: int = 400) -> httpx.Response:
    response = await alice.pages.get(way_back)
    assert response.status_code == status
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert "Not logged in" in response.text
    assert await alice.who() is None
    return response


async def test_who_refuses_is_told_so_and_can_try_again(alice: Person) -> None:
    url = await alice.begin("/auth/login?return_to=/me")
    text = "<script>alert(1)</script>"
    response = await failed(alice, await alice.refuse(url, error="access_denied", error_description=text), 403)
    assert "script" not in response.text
    assert 'href="/auth/login?return_to=%2Fme"' in response.text
    assert len(alice.pages.cookies.jar) == 0


async def test_another_error_of_the_server(alice: Person) -> None:
    way_back = await alice.refuse(await alice.begin(), error="temporarily_unavailable", error_description="later")
    await failed(alice, way_back)


async def test_a_way_back_does_not_work_twice(world: World, alice: Person) -> None:
    url = await alice.begin()
    before = dict(alice.pages.cookies)
    way_back = await alice.agree(url, "alice")
    assert (await alice.pages.get(way_back)).status_code == 303
    redeemed = len(world.forms)
    alice.pages.cookies.clear()
    for name, value in before.items():
        alice.pages.cookies.set(name, value)
    await failed(alice, way_back)
    assert len(world.forms) == redeemed, "the code must not be shown to the server again: that revokes the tokens"


async def test_a_way_back_works_in_no_other_browser(site: Site, alice: Person) -> None:
    way_back = await alice.agree(await alice.begin(), "mallory")
    async with site.browser() as victim:
        await failed(victim, way_back)
        await victim.begin()
        await failed(victim, way_back)


async def test_a_login_takes_ten_minutes_at_most(world: World, alice: Person) -> None:
    url = await alice.begin()
    cookies = dict(alice.pages.cookies)
    world.now.advance(601)
    for name, value in cookies.items():
        alice.pages.cookies.set(name, value)
    await failed(alice, await alice.agree(url, "alice"))


@pytest.mark.parametrize("query", ["", "?code=1", "?state=&code=", "?error=access_denied", "?state=a&state=b&code=c"])
async def test_ways_back_that_are_none(alice: Person, query: str) -> None:
    await alice.begin()
    await failed(alice, f"/auth/callback{query}")


async def test_changed_cookies_are_no_cookies(site: Site, alice: Person) -> None:
    await alice.log_in("alice")
    good = alice.cookie()
    header, _, iv, text, tag = good.split(".")
    other_tag = ("B" if tag[0] == "A" else "A") + tag[1:]
    other_text = ("B" if text[0] == "A" else "A") + text[1:]
    changed = [
        f"{header}..{iv}.{text}.{other_tag}",
        f"{header}..{iv}.{other_text}.{tag}",
        f"{header}..{iv}.{text}.",
        f"{header}..{iv}..{tag}",
        "eyJhbGciOiJub25lIn0.eyJpZCI6IjEifQ.",
        "....",
        "x",
        good[:-1],
        4000 * "a",
    ]
    async with site.browser() as thief:
        for value in changed:
            thief.pages.cookies.set("ory_login", value)
            assert await thief.who() is None
        thief.pages.cookies.set("ory_login", good)
        assert await thief.who() == "alice"


async def test_what_was_sealed_for_one_purpose_opens_for_no_other(alice: Person) -> None:
    await alice.begin()
    begun = alice.cookie("ory_login")
    alice.pages.cookies.set("ory_login", begun)
    assert await alice.who() is None


async def test_who_writes_into_the_store_gets_nobody_elses_login(site: Site, alice: Person) -> None:
    assert isinstance(site.store, MemoryTokenStore)
    async with site.browser() as bob:
        await alice.log_in("alice")
        await bob.log_in("bob")
        of_alice, of_bob = site.store._values.values()
        of_bob.value = of_alice.value
        assert [await alice.who(), await bob.who()] == ["alice", None]
        of_bob.value = b"no login"
        assert await bob.who() is None


async def test_a_server_that_does_not_answer_logs_nobody_in(world: World, alice: Person) -> None:
    world.local.faults.next(times=1, status=503)
    response = await alice.pages.get("/auth/login")
    assert response.status_code == 503
    way_back = await alice.agree(await alice.begin(), "alice")
    world.local.faults.next(times=1, status=503)
    await failed(alice, way_back, 503)


async def test_a_store_that_does_not_answer(site: Site, alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise StoreUnavailable("not now")

    way_back = await alice.agree(await alice.begin(), "alice")
    with monkeypatch.context() as patches:
        patches.setattr(site.store, "save", broken)
        await failed(alice, way_back, 503)
    await alice.log_in("alice")
    with monkeypatch.context() as patches:
        patches.setattr(site.store, "delete", broken)
        response = await alice.pages.post("/auth/logout")
    assert response.status_code == 503
    assert "Still logged in" in response.text
    assert await alice.who() == "alice"


async def test_two_applications_on_one_host(world: World) -> None:
    shop, admin = await world.site(cookie="shop"), await world.site(cookie="shop_admin")
    async with shop.browser() as alice:
        await alice.log_in("alice")
        alice.pages.base_url = httpx.URL(admin.url)
        await alice.log_in("alice")
        for _ in range(9):
            await alice.begin()
        assert await alice.who() == "alice"
        alice.pages.base_url = httpx.URL(shop.url)
        for _ in range(9):
            await alice.begin()
        assert await alice.who() == "alice"
        alice.pages.base_url = httpx.URL(admin.url)
        assert await alice.who() == "alice"


async def test_a_page_of_the_applications_own_for_failures(world: World) -> None:
    seen: list[OryError] = []

    async def page(request: Request, error: OryError, retry_url: str) -> Response:
        seen.append(error)
        return PlainTextResponse(f"sorry, try {retry_url}", 418)

    site = await world.site(failure_page=page)
    async with site.browser() as alice:
        response = await alice.pages.get(await alice.refuse(await alice.begin(), error="access_denied"))
    assert (response.status_code, response.text) == (418, "sorry, try /auth/login?return_to=%2F")
    assert response.headers["cache-control"] == "no-store"
    [error] = seen
    assert isinstance(error, AuthorizationFailed)
    assert error.error == "access_denied"


# many people, and many applications


async def test_nobody_gets_what_is_anothers(world: World, site: Site) -> None:
    everybody = asyncio.Barrier(12)

    async def visit(name: str) -> None:
        async with site.browser() as person:
            await person.log_in(name)
            await everybody.wait()  # nobody is on the way when the clock leaps: a login must end within ten minutes
            for _ in range(10):
                assert await person.who() == name
                if name.endswith("0"):
                    world.now.advance(600)  # so that tokens are renewed now and then
            response = await person.pages.get("/me")
            assert response.json() == name
            assert "set-cookie" not in response.headers

    await asyncio.gather(*(visit(f"person-{number}") for number in range(everybody.parties)))


async def test_pages_that_ask_who_is_there_are_not_cached(alice: Person) -> None:
    response = await alice.pages.get("/maybe")
    assert (response.headers["cache-control"], response.headers["vary"]) == ("private, no-store", "Cookie")
    response = await alice.pages.get("/public")
    assert "cache-control" not in response.headers
    assert "vary" not in response.headers


async def test_what_openapi_tells(alice: Person) -> None:
    document = (await alice.pages.get("/openapi.json")).json()
    assert document["components"]["securitySchemes"]["Login"]["in"] == "cookie"
    assert document["paths"]["/me"]["get"]["security"] == [{"Login": []}]
    assert not [path for path in document["paths"] if path.startswith("/auth")]


async def test_starlette_alone_and_applications_inside_others(world: World) -> None:
    asked = 0

    async def me(request: Request) -> Response:
        first, second = await optional_user(request), await current_user(request)
        assert first is second
        return PlainTextResponse(second.subject)

    async def static(request: Request) -> Response:
        raise AssertionError("the routes of the kit come first")

    class Counting(MemoryTokenStore):
        async def load(self, key: str) -> bytes | None:
            nonlocal asked
            asked += 1
            return await super().load(key)

    inner = Starlette(routes=[Route("/me", me)])
    app = Starlette(routes=[Mount("/account", inner), Route("/{path:path}", static)])
    site = await Site.of(world, "http://shop.example", store=Counting(clock=world.now))
    site.kit.install(app)
    site.kit.install(inner, routes=False)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=site.url, headers=BROWSER) as pages:
        alice = Person(world, pages, Visitor(world.ory))
        response = await pages.get("/account/me")
        assert response.headers["location"] == "/auth/login?return_to=%2Faccount%2Fme"
        await alice.log_in("alice")
        assert (await pages.get("/account/me")).text == "alice"
        assert asked == 1, "one request asks the store once"
        api = await pages.get("/account/me", headers={"Accept": "application/json", "Cookie": "ory_login=no"})
        assert api.status_code == 401


async def test_websockets(world: World) -> None:
    async def talk(websocket: WebSocket) -> None:
        user = await current_user(websocket)
        await websocket.accept()
        await websocket.close(reason=user.subject)

    async def connect(**headers: str) -> list[MutableMapping[str, Any]]:
        sent: list[MutableMapping[str, Any]] = []

        async def receive() -> dict[str, str]:
            return {"type": "websocket.connect"}

        async def send(message: MutableMapping[str, Any]) -> None:
            sent.append(message)

        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        await app({"type": "websocket", "path": "/talk", "query_string": b"", "headers": raw}, receive, send)
        return sent

    site = await world.site()
    app = Starlette(routes=[WebSocketRoute("/talk", talk)])
    site.kit.install(app)
    assert await connect() == [{"type": "websocket.close", "code": 1008}]
    async with site.browser() as alice:
        await alice.log_in("alice")
        accepted, closed = await connect(cookie=f"ory_login={alice.cookie()}")
    assert (accepted["type"], closed["reason"]) == ("websocket.accept", "alice")


@pytest.mark.parametrize("proxy_takes_it_away", [True, False])
async def test_behind_a_proxy_under_a_path(world: World, proxy_takes_it_away: bool) -> None:
    url = "http://shop.example/shop"
    site = await Site.of(world, url)
    base_url = "http://shop.example" if proxy_takes_it_away else url
    transport = httpx.ASGITransport(application(site.kit), root_path="/shop")
    async with httpx.AsyncClient(transport=transport, base_url=base_url, headers=BROWSER) as pages:
        alice = Person(world, pages, Visitor(world.ory))
        response = await pages.get("/me")
        location = response.headers["location"]
        assert location == "/shop/auth/login?return_to=%2Fshop%2Fme"
        way_back = await alice.agree(await alice.begin("/auth/login?return_to=/shop/me"), "alice")
        inside = urlsplit(way_back)._replace(scheme="", netloc="").geturl().removeprefix("/shop")
        assert (await pages.get(inside)).headers["location"] == "/shop/me"
        assert (await pages.get("/me")).json() == "alice"


async def test_an_application_without_a_kit(world: World) -> None:
    async def me(request: Request) -> Response:
        await current_user(request)
        raise AssertionError

    transport = httpx.ASGITransport(Starlette(routes=[Route("/me", me)]))
    async with httpx.AsyncClient(transport=transport, base_url="http://shop.example") as pages:
        with pytest.raises(ConfigurationError, match="install"):
            await pages.get("/me")


async def test_secrets_are_changed_without_logging_out(world: World) -> None:
    store = MemoryTokenStore(clock=world.now)
    old = await world.site(store=store)
    new_secret = "another-secret-of-thirty-two-letters"
    code = code_of(world, old.client_id, f"{old.url}/auth/callback")

    async def who(kit: LoginKit, cookie: str) -> str | None:
        request = Request({"type": "http", "headers": [(b"cookie", f"ory_login={cookie}".encode())]})
        user = await kit.find(request)
        return None if user is None else user.subject

    async with old.browser() as alice:
        await alice.log_in("alice")
        cookie = alice.cookie()
    assert await who(LoginKit(code, **settings(world, store=store, secret=[new_secret, SECRET])), cookie) == "alice"
    assert await who(LoginKit(code, **settings(world, store=store, secret=new_secret)), cookie) is None


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"secret": "short"}, "secret"),
        ({"secret": []}, "secret"),
        ({"secret": [SECRET, "short"]}, "secret"),
        ({"prefix": "/login"}, "redirect_uri"),
        ({"prefix": "auth"}, "prefix"),
        ({"prefix": "/auth/"}, "prefix"),
        ({"home": "https://evil.example"}, "home"),
        ({"lifetime": 0}, "lifetime"),
        ({"lifetime": float("inf")}, "lifetime"),
        ({"lifetime": "1"}, "lifetime"),
        ({"margin": -1}, "margin"),
        ({"margin": True}, "margin"),
        ({"cookie": "a.b"}, "cookie"),
        ({"cookie": ""}, "cookie"),
        ({"secret": [7]}, "secret"),
    ],
)
async def test_settings_that_make_no_sense(world: World, options: dict[str, Any], word: str) -> None:
    code = code_of(world, "shop", "https://shop.example/auth/callback")
    with pytest.raises(ConfigurationError, match=word):
        LoginKit(code, **settings(world, **options))


def test_nothing_more_is_imported_than_is_used() -> None:
    program = (
        "import sys\n"
        "sys.modules.update(dict.fromkeys(['fastapi', 'redis', 'jinja2', 'multipart', 'python_multipart']))\n"
        "import ory_async.integrations.login_kit\n"
        "import ory_async\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, env=os.environ, timeout=60)
    program = "import sys, ory_async.tokens; assert not {'starlette', 'fastapi', 'redis'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True, env=os.environ, timeout=60)
