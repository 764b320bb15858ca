"""Ory under the app's own origin: what passes, what is written anew, and what is refused."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, TypeAlias, Unpack

import httpx
import pytest
from aiohttp import web
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

from ory_async import Ory
from ory_async.errors import ConfigurationError
from ory_async.integrations.proxy import OryProxy, ProxyOptions
from ory_async.integrations.proxy.aiohttp import add_proxy
from ory_async.local import LocalOry
from ory_async.local.kratos.options import KratosOptions
from ory_async.sessions import SessionVerifier
from tests.conformance.support import PASSWORD, register
from tests.support.asgi import serving
from tests.support.raw_server import Line, RawServer, answer, json_answer, unused_port

Site: TypeAlias = Callable[..., AbstractAsyncContextManager[str]]


@asynccontextmanager
async def _by_uvicorn(ory: Ory, prefix: str = "/.ory", **options: Unpack[ProxyOptions]) -> AsyncIterator[str]:
    async def own(request: Request) -> PlainTextResponse:
        return PlainTextResponse("own")

    proxy = OryProxy(ory, **options)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        async with serving(Starlette(routes=[Route("/login", own), Mount(prefix, proxy)]), listening):
            yield f"http://localhost:{listening.getsockname()[1]}"


@asynccontextmanager
async def _by_aiohttp(ory: Ory, prefix: str = "/.ory", **options: Unpack[ProxyOptions]) -> AsyncIterator[str]:
    async def own(request: web.Request) -> web.Response:
        return web.Response(text="own")

    app = web.Application()
    app.router.add_get("/login", own)
    add_proxy(app, ory, prefix, **options)
    runner = web.AppRunner(app)
    await runner.setup()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        await web.SockSite(runner, listening).start()
        try:
            yield f"http://localhost:{listening.getsockname()[1]}"
        finally:
            await runner.cleanup()


@pytest.fixture(params=[_by_uvicorn, _by_aiohttp], ids=["uvicorn", "aiohttp"])
def site(request: pytest.FixtureRequest) -> Site:
    made: Site = request.param
    return made


@asynccontextmanager
async def _before(upstream: RawServer, made: Site, **options: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an app with the proxy in front of a server."""
    async with (
        Ory(upstream.url, auth="ory_pat_secret", timeout=1) as ory,
        made(ory, **options) as url,
        httpx.AsyncClient(base_url=url) as client,
    ):
        yield client


@pytest.mark.parametrize("prefix", ["/.ory", ""])
async def test_a_browser_logs_in_without_leaving_the_apps_origin(site: Site, prefix: str) -> None:
    port = unused_port()
    async with (
        LocalOry(port=port, kratos=KratosOptions(ui_url=f"http://127.0.0.1:{port}/ui")) as local,
        Ory(local.url) as ory,
        site(ory, prefix) as url,
        httpx.AsyncClient() as browser,
    ):
        await register(ory, "ann@example.com")
        opened = await browser.get(f"{url}{prefix}/self-service/login/browser", headers={"Accept": "text/html"})
        assert opened.status_code == 303
        assert opened.headers["location"].startswith(f"{url}{prefix}/ui/login?flow=")

        id = httpx.URL(opened.headers["location"]).params["flow"]
        flow = (await browser.get(f"{url}{prefix}/self-service/login/flows", params={"id": id})).json()
        assert flow["ui"]["action"] == f"{url}{prefix}/self-service/login?flow={id}"
        token = next(
            node["attributes"]["value"] for node in flow["ui"]["nodes"] if node["attributes"]["name"] == "csrf_token"
        )
        form = {"csrf_token": token, "method": "password", "identifier": "ann@example.com", "password": PASSWORD}
        done = await browser.post(flow["ui"]["action"], data=form, headers={"Origin": url, "Accept": "text/html"})
        assert done.status_code == 303

        whoami = await browser.get(f"{url}{prefix}/sessions/whoami")
        assert whoami.json()["identity"]["traits"]["email"] == "ann@example.com"
        assert {cookie.domain for cookie in browser.cookies.jar} == {"localhost.local"}
        assert {cookie.path for cookie in browser.cookies.jar} == {"/"}
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser.cookies.jar)
        assert await SessionVerifier(ory).session({"Cookie": cookies}), "the app sees the session as well"

        left = (await browser.get(f"{url}{prefix}/self-service/logout/browser")).json()
        assert left["logout_url"].startswith(f"{url}{prefix}/self-service/logout?")
        await browser.get(left["logout_url"])
        assert (await browser.get(f"{url}{prefix}/sessions/whoami")).status_code == 401
        assert (await browser.get(f"{url}/login")).text == "own"


async def test_an_oauth2_client_finds_the_endpoints_here_and_the_issuer_where_it_is(site: Site) -> None:
    async with LocalOry() as local, Ory(local.url) as ory, site(ory) as url, httpx.AsyncClient() as client:
        there = (await client.get(f"{local.url}/.well-known/openid-configuration")).json()
        here = (await client.get(f"{url}/.ory/.well-known/openid-configuration")).json()
        assert here["issuer"] == there["issuer"]
        assert here["token_endpoint"] == f"{url}/.ory/oauth2/token"
        assert here["userinfo_endpoint"] == f"{url}/.ory/userinfo"
        assert (await client.post(here["token_endpoint"], data={"grant_type": "x"})).json()["error"]


# what goes to Ory


async def test_only_what_is_for_ory_goes_there(site: Site) -> None:
    async with RawServer(json_answer({})) as upstream, _before(upstream, site) as client:
        await client.get(
            "/.ory/sessions/whoami?a=%2F&b=c+d",
            headers={
                "Accept": "application/json",
                "Accept-Encoding": "gzip, br",
                "Connection": "keep-alive, X-Session-Token",
                "Cookie": "app=secret; ory_kratos_session=a=b; csrf_token_1=c; ory=no",
                "Forwarded": "for=1.2.3.4",
                "Keep-Alive": "timeout=5",
                "Proxy-Authorization": "Basic eA==",
                "TE": "trailers",
                "X-Forwarded-Host": "evil.example",
                "X-Real-IP": "1.2.3.4",
                "X-Internal": "1",
            },
        )
        [heard] = upstream.heard
        assert heard.target == "/sessions/whoami?a=%2F&b=c+d"
        headers = {name.lower(): value for name, value in heard.headers}
        assert headers.pop("user-agent").startswith("python-httpx/")
        headers.pop("connection", None)
        assert headers == {
            "host": f"127.0.0.1:{upstream.port}",
            "accept": "application/json",
            "accept-encoding": "identity",
            "cookie": "ory_kratos_session=a=b; csrf_token_1=c",
            "x-forwarded-for": "127.0.0.1",
            "ory-base-url-rewrite": "false",
            "ory-no-custom-domain-redirect": "true",
        }


@pytest.mark.parametrize(("origin", "sent"), [("own", "upstream"), ("https://evil.example", None), ("null", None)])
async def test_the_apps_own_origin_becomes_the_servers_and_a_foreign_one_stays(
    site: Site, origin: str, sent: str | None
) -> None:
    async with RawServer(json_answer({})) as upstream, _before(upstream, site) as client:
        own = str(client.base_url)
        given = own if origin == "own" else origin
        headers = {"Origin": given, "Referer": f"{given}/login?flow=1"}
        await client.post("/.ory/self-service/login?flow=1", headers=headers, content=b"{}")
        [heard] = upstream.heard
        assert heard.header("Origin") == (upstream.url if sent else given)
        assert heard.header("Referer") == (f"{upstream.url}/" if sent else f"{given}/login?flow=1")


async def test_what_a_client_shows_for_itself_goes_along_and_the_apps_api_key_never(site: Site) -> None:
    async with RawServer(json_answer({})) as upstream, _before(upstream, site) as client:
        for headers in ({"Authorization": "Basic eDp5"}, {"X-Session-Token": "ory_st_x"}, {}):
            await client.post("/.ory/oauth2/token", headers=headers, data={"grant_type": "x"})
        assert [heard.header("Authorization") for heard in upstream.heard] == ["Basic eDp5", None, None]
        assert [heard.header("X-Session-Token") for heard in upstream.heard] == [None, "ory_st_x", None]
        assert {heard.body for heard in upstream.heard} == {b"grant_type=x"}


async def test_a_body_without_a_length_is_handed_on(site: Site) -> None:
    async def parts() -> AsyncIterator[bytes]:
        yield b"one "
        yield b"two"

    async with RawServer(_whole_and_hang_up) as upstream, _before(upstream, site) as client:
        assert (await client.post("/.ory/self-service/login", content=parts())).status_code == 200
        assert upstream.heard[0].header("Transfer-Encoding") == "chunked"


async def _whole_and_hang_up(line: Line) -> None:
    await line.send(answer(headers="Connection: close"))
    await line.hang_up()


# what comes back


async def test_urls_in_answers_lead_to_the_app_where_their_paths_are_public(site: Site) -> None:
    async with RawServer() as upstream, _before(upstream, site) as client:
        there, here = upstream.url, f"{client.base_url}/.ory"
        upstream._scripts = (
            json_answer(
                {
                    "ui": {"action": f"{there}/self-service/login?flow=1&x=%2F"},
                    "script": f"{there}/.well-known/ory/webauthn.js",
                    "issuer": there,
                    "other": [f"{there}/admin/identities", f"{there}.evil.example/ui/x", "https://shop.example/ui/"],
                },
                headers=f'Link: <{there}/sessions?page=2>; rel="next"',
            ),
        )
        answered = await client.get("/.ory/self-service/login/flows?id=1")
        assert answered.json() == {
            "ui": {"action": f"{here}/self-service/login?flow=1&x=%2F"},
            "script": f"{here}/.well-known/ory/webauthn.js",
            "issuer": there,
            "other": [f"{there}/admin/identities", f"{there}.evil.example/ui/x", "https://shop.example/ui/"],
        }
        assert answered.headers["link"] == f'<{here}/sessions?page=2>; rel="next"'


@pytest.mark.parametrize(
    ("location", "written"),
    [
        ("{there}/ui/login?flow=1#a", "{here}/ui/login?flow=1#a"),
        ("/ui/login?flow=1", "{here}/ui/login?flow=1"),
        ("../registration/browser", "{here}/self-service/registration/browser"),
        ("https://shop.example/ui/login", "https://shop.example/ui/login"),
        ("//shop.example/ui/login", "//shop.example/ui/login"),
        (
            "https://accounts.example/?redirect_uri={there}/self-service/x",
            "https://accounts.example/?redirect_uri={there}/self-service/x",
        ),
        ("{there}/ui/login?return_to={there}/ui/welcome", "{here}/ui/login?return_to={there}/ui/welcome"),
        ("{there}/", "{there}/"),
        ("{there}@shop.example/ui/", "{there}@shop.example/ui/"),
        ("http://[", "http://["),
    ],
)
async def test_redirects_within_ory_lead_to_the_app(site: Site, location: str, written: str) -> None:
    async with RawServer() as upstream, _before(upstream, site) as client:
        places = {"there": upstream.url, "here": f"{client.base_url}/.ory"}
        upstream._scripts = (answer(303, headers=f"Location: {location.format(**places)}"),)
        answered = await client.get("/.ory/self-service/login/browser")
        assert answered.status_code == 303
        assert answered.headers["location"] == written.format(**places)


async def test_further_urls_of_the_server_are_known(site: Site) -> None:
    async with (
        RawServer(json_answer({"action": "https://auth.example/ui/login"})) as upstream,
        _before(upstream, site, server_urls=["https://auth.example"]) as client,
    ):
        answered = await client.get("/.ory/self-service/login/flows?id=1")
        assert answered.json() == {"action": f"{client.base_url}/.ory/ui/login"}


_KEPT = "Expires=Sat, 21 Nov 2026 10:00:00 GMT; HttpOnly"
_COOKIE = f"ory_session_x=a=b; Domain=ory.example; Path=/self-service; {_KEPT}; "


@pytest.mark.parametrize(
    ("origin", "given", "written"),
    [
        (None, f"{_COOKIE}Secure; SameSite=Lax", f"{_KEPT}; SameSite=Lax"),
        (None, f"{_COOKIE}secure;SameSite=None; Partitioned", f"{_KEPT}; SameSite=Lax"),
        ("https://localhost", f"{_COOKIE}Secure; SameSite=None", f"{_KEPT}; Secure; SameSite=None"),
    ],
)
async def test_cookies_become_those_of_the_apps_origin(
    site: Site, origin: str | None, given: str, written: str
) -> None:
    headers = f"Set-Cookie: {given}\nSet-Cookie: app=overwritten; Path=/"
    async with RawServer(answer(headers=headers)) as upstream, _before(upstream, site, origin=origin) as client:
        answered = await client.get("/.ory/sessions/whoami")
        assert answered.headers.get_list("set-cookie") == [f"ory_session_x=a=b; Path=/; {written}"]


async def test_no_header_speaks_for_the_apps_whole_origin(site: Site) -> None:
    headers = (
        "Strict-Transport-Security: max-age=1\nAlt-Svc: h3\nClear-Site-Data: *\nAccess-Control-Allow-Origin: *\n"
        "Server: there\nOry-Session-Cache-For: 60\nRetry-After: 1\nX-RateLimit-Reset: 2\nVary: Origin\nVary: Cookie"
    )
    async with RawServer(answer(429, headers=headers)) as upstream, _before(upstream, site) as client:
        answered = await client.get("/.ory/sessions/whoami")
        assert answered.status_code == 429
        assert answered.headers.get("server") != "there"
        found = {
            name: value
            for name, value in answered.headers.items()
            if name not in ("server", "date", "content-type", "content-length", "transfer-encoding")
        }
        assert found == {
            "ory-session-cache-for": "60",
            "retry-after": "1",
            "x-ratelimit-reset": "2",
            "vary": "Origin, Cookie",
        }


async def test_what_holds_no_urls_streams_through(site: Site) -> None:
    seen = asyncio.Event()

    async def in_two_halves(line: Line) -> None:
        await line.send(b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 6\r\n\r\none")
        await seen.wait()
        await line.send(b"two")

    async with (
        RawServer(in_two_halves) as upstream,
        _before(upstream, site) as client,
        client.stream("GET", "/.ory/ui/logo.png") as answered,
    ):
        assert answered.headers["content-length"] == "6"
        chunks = answered.aiter_raw()
        assert await anext(chunks) == b"one"
        seen.set()
        assert [chunk async for chunk in chunks] == [b"two"]


async def test_head_has_no_body(site: Site) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9\r\n\r\n"
    async with RawServer(head) as upstream, _before(upstream, site) as client:
        answered = await client.head("/.ory/ui/login")
        assert (answered.status_code, answered.content) == (200, b"")


@pytest.mark.parametrize(
    ("script", "status"),
    [
        (answer(200, b"x" * 20, "Content-Type: text/html\nContent-Encoding: gzip"), 502),
        (answer(200, b" " * (9 << 20), "Content-Type: application/json"), 502),
        (b"nonsense\r\n\r\n", 502),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9\r\n\r\nhalf", 504),
    ],
)
async def test_no_good_answer_of_ory_is_told_as_a_problem(site: Site, script: bytes, status: int) -> None:
    async with RawServer(script) as upstream, _before(upstream, site) as client:
        answered = await client.get("/.ory/ui/login")
        assert answered.status_code == status
        assert answered.headers["content-type"] == "application/problem+json"
        assert answered.json()["status"] == status


async def test_an_ory_that_is_not_there_is_told_as_a_problem(site: Site) -> None:
    async with Ory(f"http://127.0.0.1:{unused_port()}") as ory, site(ory) as url, httpx.AsyncClient() as client:
        answered = await client.get(f"{url}/.ory/sessions/whoami")
        assert answered.status_code == 502
        assert answered.json()["detail"] == "Ory cannot be reached."


async def test_connections_are_given_back(site: Site) -> None:
    async with RawServer(json_answer({})) as upstream, _before(upstream, site) as client:
        for _ in range(3):
            await client.get("/.ory/sessions/whoami")
        assert upstream.connections == 1


async def test_nobody_gets_the_cookies_of_another(site: Site) -> None:
    async def echo(line: Line) -> None:
        cookie = line.request.header("Cookie")
        await line.send(json_answer({"whose": cookie}, headers=f"Set-Cookie: {cookie}; Path=/"))

    async def ask(client: httpx.AsyncClient, number: int) -> None:
        own = {"Cookie": f"ory_session_x={number}"} if number % 3 else {}
        request = client.build_request("GET", "/.ory/sessions/whoami", headers=own)
        request.headers.pop("Cookie", None)
        request.headers.update(own)
        answered = await client.send(request)
        assert answered.json() == {"whose": own.get("Cookie")}
        assert answered.headers.get_list("set-cookie") == ([f"{own['Cookie']}; Path=/"] if own else [])

    async with RawServer(echo) as upstream, _before(upstream, site) as client:
        await asyncio.gather(*(ask(client, number) for number in range(60)))


async def test_an_upload_that_breaks_off_reaches_ory_as_one(site: Site) -> None:
    ended = asyncio.Event()
    heard: list[bytes] = []

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read())  # until the proxy hangs up
        writer.close()
        ended.set()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, Ory(f"http://127.0.0.1:{port}") as ory, site(ory) as url:
        _, writer = await asyncio.open_connection("127.0.0.1", httpx.URL(url).port)
        host = httpx.URL(url).netloc.decode()
        writer.write(
            f"POST /.ory/self-service/login HTTP/1.1\r\nHost: {host}\r\nContent-Length: 9\r\n\r\nhalf".encode()
        )
        await writer.drain()
        writer.close()
        await writer.wait_closed()
        async with asyncio.timeout(5):
            await ended.wait()
    assert len(heard[0].partition(b"\r\n\r\n")[2]) < 9


# what is refused

_PATHS = {
    "admin": "/.ory/admin/identities",
    "another admin": "/.ory/identities",
    "relation tuples": "/.ory/relation-tuples",
    "the root": "/.ory/",
    "another case": "/.ory/Self-Service/login/browser",
    "a longer name": "/.ory/sessionsx",
    "its own prefix": "/.ory/.ory/sessions/whoami",
    "health": "/.ory/health/ready",
}
_UNCLEAR_PATHS = {
    "dots": "/.ory/self-service/../admin/identities",
    "one dot": "/.ory/self-service/./login",
    "encoded dots": "/.ory/self-service/%2e%2E/admin/identities",
    "one encoded dot": "/.ory/self-service/.%2e/admin/identities",
    "an encoded slash": "/.ory/self-service/..%2Fadmin",
    "a backslash": "/.ory/self-service/..\\admin",
    "an encoded backslash": "/.ory/self-service/..%5cadmin",
    "encoded twice": "/.ory/self-service/%252e%252e/admin",
    "two slashes": "/.ory/self-service//admin",
    "two slashes first": "/.ory//self-service/login",
    "a parameter": "/.ory/self-service/..;/admin",
    "an encoded parameter": "/.ory/self-service/..%3b/admin",
    "a null byte": "/.ory/self-service/%00",
    "a line break": "/.ory/self-service/%0d%0ax",
    "half an escape": "/.ory/self-service/%2",
}


async def _raw(url: str, head: str, body: bytes = b"") -> int:
    """The status of the answer to a request as it stands; `HOST` in it is the app's."""
    place = httpx.URL(url)
    reader, writer = await asyncio.open_connection("127.0.0.1", place.port)
    lines = head.replace("HOST", f"localhost:{place.port}").replace("\n", "\r\n")
    writer.write(f"{lines}\r\n\r\n".encode("latin-1") + body)
    await writer.drain()
    first = await reader.readline()
    writer.close()
    await writer.wait_closed()
    return int(first.split(b" ")[1])


@pytest.mark.parametrize("path", [*_PATHS, *_UNCLEAR_PATHS])
async def test_other_paths_are_refused(site: Site, path: str) -> None:
    target, status = (_PATHS[path], 404) if path in _PATHS else (_UNCLEAR_PATHS[path], 400)
    async with RawServer() as upstream, Ory(upstream.url) as ory, site(ory) as url:
        refused = await _raw(url, f"GET {target} HTTP/1.1\nHost: HOST")
        # a server may turn a path into its plain form; then it is another path, of the app or of nobody
        assert refused in {status, 404}
        assert upstream.heard == []


_REQUESTS = {
    "another host": "GET /.ory/sessions/whoami HTTP/1.1\nHost: evil.example",
    "a host that begins like the app's": "GET /.ory/sessions/whoami HTTP/1.1\nHost: localhost.evil.example",
    "a host with a user": "GET /.ory/sessions/whoami HTTP/1.1\nHost: localhost@evil.example",
    "no host": "GET /.ory/sessions/whoami HTTP/1.1\nX: y",
    "two hosts": "GET /.ory/sessions/whoami HTTP/1.1\nHost: HOST\nHost: localhost",
    "a whole URL": "GET http://evil.example/sessions/whoami HTTP/1.1\nHost: HOST",
    "two lengths": "POST /.ory/self-service/login HTTP/1.1\nHost: HOST\nContent-Length: 0\nContent-Length: 5",
    "a length and chunks": (
        "POST /.ory/self-service/login HTTP/1.1\nHost: HOST\nContent-Length: 5\nTransfer-Encoding: chunked"
    ),
    "an unknown coding": "POST /.ory/self-service/login HTTP/1.1\nHost: HOST\nTransfer-Encoding: gzip",
    "a negative length": "POST /.ory/self-service/login HTTP/1.1\nHost: HOST\nContent-Length: -1",
    "a control character": "GET /.ory/sessions/whoami HTTP/1.1\nHost: HOST\nCookie: ory_x=a\x01b",
    "two authorizations": "GET /.ory/userinfo HTTP/1.1\nHost: HOST\nAuthorization: Bearer a\nAuthorization: Bearer b",
    "another method": "TRACE /.ory/sessions/whoami HTTP/1.1\nHost: HOST",
    "a preflight": "OPTIONS /.ory/sessions/whoami HTTP/1.1\nHost: HOST\nOrigin: https://evil.example",
    "large headers": f"GET /.ory/sessions/whoami HTTP/1.1\nHost: HOST\nX-A: {'a' * 7000}\n"
    + "\n".join(f"X-{number}: {'a' * 7000}" for number in range(5)),
    "a large query": f"GET /.ory/sessions/whoami?{'a' * 200_000} HTTP/1.1\nHost: HOST",
}


@pytest.mark.parametrize("request_", _REQUESTS)
async def test_unsound_requests_are_refused(site: Site, request_: str) -> None:
    async with RawServer() as upstream, Ory(upstream.url) as ory, site(ory) as url:
        status = await _raw(url, _REQUESTS[request_], b"0\r\n\r\n")
        assert status in {400, 404, 405, 414, 431, 501}
        assert upstream.heard == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([(b"host", b"localhost"), (b"content-length", b"1"), (b"transfer-encoding", b"chunked")], 400),
        ([(b"host", b"localhost"), (b"content-length", b"1"), (b"Content-Length", b"1")], 400),
        ([(b"host", b"localhost"), (b"transfer-encoding", b"chunked, gzip")], 400),
        ([(b"host", b"localhost"), (b"content-length", b"+1")], 400),
        ([(b"host", b"localhost"), (b"cookie", b"ory_x=a\r\nX-Evil: 1")], 400),
        ([(b"host", b"localhost"), (b"x y", b"1")], 400),
        ([(b"host", b"localhost"), (b"cookie", b"a" * 33_000)], 431),
        ([(b"host", b"localhost\x00")], 400),
        ([(b"host", "löcalhost".encode())], 400),
        ([], 400),
    ],
)
async def test_the_proxy_itself_refuses_what_a_server_lets_through(
    headers: list[tuple[bytes, bytes]], status: int
) -> None:
    async with RawServer() as upstream, Ory(upstream.url) as ory:
        assert await _directly(OryProxy(ory), headers=headers) == status
        assert upstream.heard == []


async def test_the_address_of_the_client_is_what_the_server_says() -> None:
    async with RawServer(json_answer({})) as upstream, Ory(upstream.url) as ory:
        headers = [(b"host", b"localhost"), (b"x-forwarded-for", b"1.2.3.4"), (b"x-forwarded-for", b"5.6.7.8")]
        assert await _directly(OryProxy(ory), headers=headers, client=("192.0.2.1", 4000)) == 200
        assert upstream.heard[0].header("X-Forwarded-For") == "192.0.2.1"


async def test_a_path_that_the_server_decoded_is_refused_when_it_was_not_plain() -> None:
    async with RawServer() as upstream, Ory(upstream.url) as ory:
        headers = [(b"host", b"localhost")]
        path, raw = "/.ory/self-service/login", b"/%2Eory/self-service/login"
        status = await _directly(OryProxy(ory), headers=headers, path=path, raw_path=raw, root_path="/.ory")
        assert status == 400
        assert upstream.heard == []


async def _directly(proxy: OryProxy, **scope: Any) -> int:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    whole = {"type": "http", "method": "POST", "path": "/sessions", "query_string": b"", **scope}
    await proxy(whole, receive, send)
    status: int = sent[0]["status"]
    return status


async def test_the_hosts_of_the_app_are_named() -> None:
    async with RawServer(json_answer({})) as upstream, Ory(upstream.url) as ory:

        async def answered(host: bytes, **options: Any) -> int:
            return await _directly(OryProxy(ory, **options), headers=[(b"host", host)])

        assert await answered(b"a.preview.example", hosts=["*.preview.example"]) == 200
        assert await answered(b"preview.example.evil", hosts=["*.preview.example"]) == 400
        assert await answered(b"shop.example", origin="https://shop.example") == 200
        assert await answered(b"localhost:80", origin="https://shop.example") == 400
        assert await answered(b"inside:8000", origin="https://shop.example", hosts=["inside"]) == 200
        assert await answered(b"[::1]:8000") == 200


async def test_websockets_are_closed_and_life_is_complete() -> None:
    sent: list[Any] = []
    messages = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])

    async def receive() -> dict[str, Any]:
        return next(messages)

    async def send(message: Any) -> None:
        sent.append(message["type"])

    async with Ory("http://127.0.0.1:4000") as ory:
        await OryProxy(ory)({"type": "lifespan"}, receive, send)
        await OryProxy(ory)({"type": "websocket", "path": "/sessions"}, receive, send)
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete", "websocket.close"]


@pytest.mark.parametrize(
    "options",
    [
        {"origin": "shop.example"},
        {"origin": "https://shop.example/app"},
        {"hosts": "shop.example"},
        {"hosts": []},
        {"server_urls": ["auth.example"]},
        {"cookies": "ory_*"},
        {"cookie": ["ory_*"]},
    ],
)
async def test_options_that_make_no_sense_are_refused(options: Any) -> None:
    with pytest.raises(ConfigurationError):
        OryProxy(Ory("http://127.0.0.1:4000"), **options)


async def test_a_client_of_other_servers_has_nothing_to_serve() -> None:
    with pytest.raises(ConfigurationError, match="kratos_public or hydra_public"):
        OryProxy(Ory.self_hosted(keto_read="http://127.0.0.1:4466"))
    async with RawServer(json_answer({})) as upstream, Ory.self_hosted(kratos_public=upstream.url) as ory:
        assert await _directly(OryProxy(ory), path="/oauth2/auth", headers=[(b"host", b"localhost")]) == 404
