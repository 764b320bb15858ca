from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ory_async.config import PLANES, Environment
from ory_async.local.cli import main

SCHEMA = {
    "type": "object",
    "properties": {"traits": {"type": "object", "properties": {"name": {"type": "string"}}}},
}
OPL = "class Planet implements Namespace { related: { moons: Planet[] } }"


@contextmanager
def serving(*arguments: str, ends_by: signal.Signals = signal.SIGTERM) -> Iterator[dict[str, str]]:
    """Run the command; gives the environment that it prints."""
    command = [sys.executable, "-m", "ory_async.local", "--port", "0", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            environment: dict[str, str] = {}
            while "ORY_WORKSPACE_API_KEY" not in environment:
                line = process.stdout.readline()
                assert line.startswith("export "), line
                name, _, value = line.removeprefix("export ").strip().partition("=")
                environment[name] = value
            yield environment
        finally:
            process.send_signal(ends_by)
            assert process.wait(10) == 0


def get(url: str | urllib.request.Request) -> Any:
    with urllib.request.urlopen(url) as response:
        return json.load(response)


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_what_it_is_given_until_interrupted(number: signal.Signals, tmp_path: Path) -> None:
    (tmp_path / "schema.json").write_text(json.dumps(SCHEMA))
    (tmp_path / "model.ts").write_text(OPL)
    (tmp_path / "seed.yaml").write_text(
        "identities: [{traits: {name: Ann}}]\nrelation_tuples: ['Planet:earth#moons@Planet:moon']\n"
    )
    (tmp_path / "more.json").write_text(json.dumps({"identities": [{"schema_id": "other", "traits": {"name": "Bo"}}]}))
    schema, opl, seed, more = (str(tmp_path / name) for name in ("schema.json", "model.ts", "seed.yaml", "more.json"))
    arguments = ["--schema", schema, "--schema", f"other={schema}", "--opl", opl, "--seed", seed, "--seed", more]
    with serving(*arguments, ends_by=number) as environment:
        url = environment["ORY_SDK_URL"]
        assert get(f"{url}/schemas/default") == get(f"{url}/schemas/other") == SCHEMA
        assert get(f"{url}/namespaces") == {"namespaces": [{"name": "Planet"}]}
        names = {identity["traits"]["name"]: identity["schema_id"] for identity in get(f"{url}/admin/identities")}
        assert names == {"Ann": "default", "Bo": "other"}
        assert len(get(f"{url}/relation-tuples")["relation_tuples"]) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("quiet", [[], ["--quiet"]])
def test_it_tells_codes_and_links(quiet: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    with serving("--oidc-provider", "google", *quiet) as environment:
        url = f"{environment['ORY_SDK_URL']}/self-service"
        flow = get(f"{url}/registration/api")
        assert any(node["group"] == "oidc" for node in flow["ui"]["nodes"])
        body = {"method": "password", "password": "corr3ct-h0rse-battery", "traits": {"email": "ann@example.com"}}
        request = urllib.request.Request(
            f"{url}/registration?flow={flow['id']}", json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        get(request)
    told = capfd.readouterr().err
    pattern = r"verification_code_valid to ann@example\.com: \d{6} http://\S+\n"
    assert re.fullmatch("" if quiet else pattern, told)


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_planes_with_ports_of_their_own() -> None:
    with serving("--plane", "kratos_public=0", "--plane", "keto_read=0") as environment:
        planes = Environment.read(environment).planes
        assert set(planes) == set(PLANES)
        assert planes["kratos_admin"] == environment["ORY_SDK_URL"]
        assert len({planes["kratos_public"], planes["keto_read"], planes["kratos_admin"]}) == 3
        assert get(f"{planes['keto_read']}/namespaces")
        with pytest.raises(urllib.error.HTTPError, match="404") as refused:
            get(f"{planes['kratos_public']}/namespaces")
        refused.value.close()


def test_help_names_everything(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    options = ("--host", "--port", "--plane", "--schema", "--opl", "--seed", "--ui-url", "--oidc-provider", "--quiet")
    assert all(name in shown for name in (*options, *PLANES))
    assert max(map(len, shown.splitlines())) <= 120


def complaint(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What the command says instead of starting: one line, and the exit code 2."""
    try:
        code: Any = main(arguments)
    except SystemExit as ended:
        code = ended.code
    written = capsys.readouterr()
    assert (code, written.out) == (2, "")
    assert written.err.count("\n") == 1
    return written.err


def test_a_port_in_use(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        said = complaint(capsys, "--port", port)
        assert said == f"ory-local: cannot listen on 127.0.0.1:{port}: address already in use\n"
        assert f"127.0.0.1:{port}" in complaint(capsys, "--port", "0", "--plane", f"keto_opl={port}")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--port", "70000"), "'70000' is not a port"),
        (("--plane", "kratos=1"), "'kratos' is not a plane"),
        (("--plane", "kratos_admin=x"), "'x' is not a port"),
        (("--nonsense",), "unrecognized arguments: --nonsense"),
    ],
)
def test_bad_arguments(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str) -> None:
    assert said in complaint(capsys, *arguments)


@pytest.mark.parametrize(
    ("option", "name", "content", "said"),
    [
        ("--schema", "a.json", '{"type":\n nope}', ":2:2: Expecting value"),
        ("--schema", "a.json", '{"properties": {"traits": {"type": "nope"}}}', ": $.properties.traits.type: 'nope'"),
        ("--schema", "a.json", "[]", ": $: [] is not of type 'object', 'boolean'"),
        ("--schema", "a.json", "true", ": an identity schema is an object"),
        ("--opl", "a.ts", "class A implements Namespace {\n related: { x: Nope[] } }", "2:15: namespace"),
        ("--seed", "a.yaml", "identities: [{traits: {}}]", ": identities[0]: I[#/traits] S["),
        ("--seed", "a.yaml", "identities: [", ":1:14: "),
    ],
)
def test_bad_files(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, option: str, name: str, content: str, said: str
) -> None:
    file = tmp_path / name
    assert f"ory-local: {file}: No such file" in complaint(capsys, "--port", "0", option, str(file))
    file.write_text(content)
    told = complaint(capsys, "--port", "0", option, str(file))
    assert told.startswith(f"ory-local: {file}")
    assert said in told
