from __future__ import annotations

import asyncio
import inspect
import json
import re
import threading
import urllib.request
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from ory_async.config import PLANES, Plane
from ory_async.errors import BadRequest, ConfigurationError
from ory_async.local import KetoOptions, LocalOptions, LocalOry

from .kratos_client import Client

DATA = Path(__file__).parent.parent / "data"


async def test_health_and_version(client: Client) -> None:
    answers = [await client("GET", path) for path in ("/health/alive", "/health/ready", "/version")]
    assert [answer.body for answer in answers] == [{"status": "ok"}, {"status": "ok"}, {"version": "local"}]


async def test_unknown_routes_and_methods_are_plain_text(client: Client) -> None:
    unknown = await client("GET", "/nowhere")
    wrong = await client("PUT", "/admin/identities")
    assert (unknown.status, unknown.body) == (404, "404 page not found\n")
    assert unknown.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert (wrong.status, wrong.body) == (405, "Method Not Allowed\n")
    assert "POST" in wrong.headers["Allow"]


async def test_no_operation_of_the_table_is_an_unknown_route(client: Client) -> None:
    operations = json.loads((DATA / "operations.json").read_text("utf-8"))
    unknown = [
        operation["name"]
        for operation in operations
        if (await client(operation["method"], re.sub(r"{\w+}", "x", operation["path"]))).body
        in ("404 page not found\n", "Method Not Allowed\n")
    ]
    assert len(operations) > 150
    assert unknown == []


async def test_operation_that_is_not_answered_yet_says_so(client: Client) -> None:
    answer = await client("GET", "/self-service/methods/saml/metadata")
    assert (answer.status, answer.error["status"]) == (501, "Not Implemented")


async def test_keto_stands_behind_the_same_url(client: Client) -> None:
    assert (await client("GET", "/namespaces")).status == 200


async def test_reset_forgets_everything(client: Client) -> None:
    await client.create_identity("a@example.com")
    token = (await client.log_in("a@example.com")).body["session_token"]
    client.local.clock.advance(3600)
    ahead = client.local.clock.now()
    client.local.reset()
    assert client.local.clock.now() < ahead
    assert (await client("GET", "/admin/identities")).body == []
    assert (await client("GET", "/admin/sessions")).body == []
    assert (await client("GET", "/sessions/whoami", token=token)).status == 401
    await client.create_identity("a@example.com")


async def test_stop_neither_waits_for_idle_connections_nor_leaves_tasks() -> None:
    before = asyncio.all_tasks()
    async with aiohttp.ClientSession() as session:
        async with LocalOry() as local, session.get(f"{local.url}/health/alive") as response:
            await response.read()
        stopped = asyncio.get_running_loop().time()
        await local.stop()
        assert asyncio.get_running_loop().time() - stopped < 0.5
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == before


async def test_started_again_on_another_port() -> None:
    local = LocalOry()
    with pytest.raises(RuntimeError, match="not running"):
        _ = local.url
    for _ in range(2):
        async with local, aiohttp.ClientSession() as session, session.get(f"{local.url}/version") as response:
            assert response.status == 200
            assert local.environment["ORY_SDK_URL"] == local.url


async def test_port_in_use_is_an_error() -> None:
    async with LocalOry() as local:
        other = LocalOry(port=int(local.url.rpartition(":")[2]))
        with pytest.raises(OSError, match="address"):
            await other.start()
        with pytest.raises(RuntimeError):
            _ = other.url


def servers() -> int:
    return [thread.name for thread in threading.enumerate()].count("ory-local")


def test_in_a_thread() -> None:
    before = servers()  # other tests have one for a whole session
    with LocalOry.in_thread() as local:
        with urllib.request.urlopen(f"{local.url}/health/ready") as response:
            assert json.load(response) == {"status": "ok"}
        assert servers() == before + 1
    assert servers() == before


def test_in_a_thread_tells_why_it_could_not_start() -> None:
    with LocalOry.in_thread() as local:
        port = int(local.url.rpartition(":")[2])
        with pytest.raises(OSError, match="address"), LocalOry.in_thread(port=port):
            pytest.fail("two servers on one port")


async def test_a_client_of_its_own(local: LocalOry) -> None:
    async with local.client(timeout=3.0) as ory:
        assert len(await ory.identity.list_identities()) == 0
        assert local.requests[-1].headers["Authorization"] == "[redacted]"


def test_the_options_are_the_parameters() -> None:
    assert {*LocalOptions.__annotations__} == {*inspect.signature(LocalOry).parameters}


class Planes:
    """Requests to the ports of planes; redirects are not followed."""

    def __init__(self, local: LocalOry, session: aiohttp.ClientSession) -> None:
        self.local = local
        self._session = session

    async def __call__(self, plane: Plane, path: str, method: str = "GET") -> tuple[int, str | None, str]:
        url = f"{self.local.urls[plane]}{path}"
        async with self._session.request(method, url, allow_redirects=False) as answer:
            return answer.status, answer.headers.get("Location"), await answer.text()


@pytest.fixture
async def planes() -> AsyncIterator[Planes]:
    ports: dict[Plane, int] = dict.fromkeys(PLANES, 0)
    async with LocalOry(ports=ports) as local, aiohttp.ClientSession() as session:
        yield Planes(local, session)


async def test_a_plane_answers_only_its_own_paths(planes: Planes) -> None:
    homes: dict[str, Plane] = {
        "/schemas": "kratos_public",
        "/admin/identities": "kratos_admin",
        "/.well-known/openid-configuration": "hydra_public",
        "/admin/clients": "hydra_admin",
        "/namespaces": "keto_read",
        "/admin/relation-tuples?namespace=File": "keto_write",
        "/opl/syntax/check": "keto_opl",
    }
    methods = {"keto_write": "DELETE", "keto_opl": "POST"}
    for path, home in homes.items():
        for plane in homes.values():
            status, location, text = await planes(plane, path, methods.get(home, "GET"))
            if plane == home:
                assert status < 300, (plane, path)
            elif plane.startswith("kratos_") and home.startswith("kratos_"):
                assert (status, location) == (307, f"{planes.local.urls[home]}{path}")
            else:
                assert status == 404, (plane, path)
                assert ("route does not exist" in text) == plane.startswith("hydra_"), (plane, path)
    async with aiohttp.ClientSession() as session, session.get(f"{planes.local.url}/admin/identities") as everywhere:
        assert everywhere.status == 200


async def test_kratos_sends_to_the_other_port_but_not_for_sessions(planes: Planes) -> None:
    status, location, body = await planes("kratos_public", "/admin/identities?ids=a&ids=b")
    target = f"{planes.local.urls['kratos_admin']}/admin/identities?ids=a&ids=b"
    assert (status, location) == (307, target)
    assert target.replace("&", "&amp;") in body
    assert await planes("kratos_public", "/admin/identities", "POST") == (
        307,
        f"{planes.local.urls['kratos_admin']}/admin/identities",
        "",
    )
    assert await planes("kratos_public", "/admin/sessions") == (404, None, "404 page not found\n")


async def test_health_is_on_every_plane_and_the_version_not_on_public_ones(planes: Planes) -> None:
    for plane in PLANES:
        assert (await planes(plane, "/health/ready"))[0] == 200
        assert (await planes(plane, "/version"))[0] == (404 if plane in ("kratos_public", "hydra_public") else 200)


async def test_links_lead_to_the_planes_own_port(planes: Planes) -> None:
    local = planes.local
    async with local.client() as ory:
        flow = await ory.frontend.create_native_login_flow()
        assert flow.ui.action.startswith(local.urls["kratos_public"])
        discovered = await ory.oidc.discover_oidc_configuration()
        assert discovered.token_endpoint.startswith(local.urls["hydra_public"])
        assert {seen.path for seen in local.requests} == {
            "/self-service/login/api",
            "/.well-known/openid-configuration",
        }


async def test_an_unknown_plane_and_a_port_in_use() -> None:
    with pytest.raises(ConfigurationError, match="unknown plane: kratos; there are kratos_public"):
        LocalOry(ports={"kratos": 1})  # type: ignore[dict-item]
    async with LocalOry() as local:
        port = int(local.url.rpartition(":")[2])
        other = LocalOry(ports={"keto_read": port})
        with pytest.raises(OSError, match=f"cannot listen on 127.0.0.1:{port}"):
            await other.start()
        assert_not_running(other)
        other = LocalOry(host="name.invalid")
        with pytest.raises(OSError, match=r"cannot listen on name\.invalid:0"):
            await other.start()


def assert_not_running(local: LocalOry) -> None:
    with pytest.raises(RuntimeError, match="not running"):
        _ = local.urls


async def test_limits_of_keto_can_be_set() -> None:
    question = {"namespace": "File", "object": "readme", "relation": "view", "subject_id": "alice"}
    async with LocalOry(keto=KetoOptions(max_batch=1)) as local, local.client() as ory:
        assert (await ory.permission.batch_check_permission({"tuples": [question]})).results
        with pytest.raises(BadRequest, match="max size of 1"):
            await ory.permission.batch_check_permission({"tuples": [question] * 2})


async def test_namespaces_without_a_model_are_the_default_ones(local: LocalOry) -> None:
    async with local.client() as ory:
        namespaces = (await ory.relationship.list_relationship_namespaces()).namespaces
        assert [namespace.name for namespace in namespaces or ()] == ["User", "Group", "Folder", "File"]
