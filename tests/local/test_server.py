from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

import aiohttp
import pytest

from ory_async.local import LocalOry

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
    answer = await client("GET", "/workspaces")
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
            assert local.environment == {"ORY_SDK_URL": local.url}


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


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_command_serves_until_interrupted(number: signal.Signals, tmp_path: Path) -> None:
    schema = {
        "type": "object",
        "properties": {"traits": {"type": "object", "properties": {"name": {"type": "string"}}}},
    }
    (tmp_path / "schema.json").write_text(json.dumps(schema))
    (tmp_path / "model.ts").write_text("class Planet implements Namespace {}")
    command = [sys.executable, "-m", "ory_async.local", "--port", "0"]
    command += ["--schema", str(tmp_path / "schema.json"), "--opl", str(tmp_path / "model.ts")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ) as process:
        assert process.stdout
        url = process.stdout.readline().strip().removeprefix("export ORY_SDK_URL=")
        with urllib.request.urlopen(f"{url}/schemas/default") as response:
            assert json.load(response) == schema
        with urllib.request.urlopen(f"{url}/namespaces") as response:
            assert json.load(response) == {"namespaces": [{"name": "Planet"}]}
        process.send_signal(number)
        assert process.wait(10) == 0
