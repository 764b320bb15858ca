"""Credentials reach the operations that ask for them, at the origins that were configured, and nobody else."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest

from ory_async import Ory, RetryPolicy, errors
from ory_async.config import PLANES
from tests.support.arguments import arguments
from tests.support.raw_server import RawServer, answer, json_answer, unused_port
from tests.support.stub_transport import StubTransport
from tests.support.table import ROWS

from .test_injection import carry_out, finish

KEYS = {"oryAccessToken": "Bearer ory_pat_x", "oryWorkspaceApiKey": "Bearer ory_wak_x"}
HOSTS: dict[Any, str] = {plane: f"https://{plane.replace('_', '-')}.example" for plane in PLANES}
OPTIONS: dict[str, Any] = {"auth": "ory_pat_x", "workspace_api_key": "ory_wak_x", "retry": None, "timeout": 5.0}
OK = json_answer({"id": "i"})


def test_each_operation_calls_its_own_origin_with_the_credential_that_it_asks_for() -> None:
    for row in ROWS:
        transport = StubTransport()
        finish(carry_out(Ory._made(HOSTS, OPTIONS, transport), row, arguments(row)))  # type: ignore[arg-type]
        [(_, url, headers, _)] = transport.sent
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        assert origin == HOSTS.get(row.plane, origin), row
        assert origin in HOSTS.values(), row
        expected = next((KEYS[kind] for kind in KEYS if kind in row.auth), None)
        assert headers.get("Authorization") == expected, row


@pytest.mark.parametrize("status", [300, 301, 302, 303, 307, 308])
async def test_a_redirect_takes_no_credential_along(status: int) -> None:
    async with RawServer(OK) as elsewhere:
        script = answer(status, b"", f"Location: {elsewhere.url}/stolen\nRefresh: 0; url={elsewhere.url}/stolen")
        async with RawServer(script) as server, Ory(server.url, **{**OPTIONS, "retry": RetryPolicy(base=0)}) as ory:
            calls = [
                ory.identity.get_identity("i"),
                ory.identity.update_identity("i", {}),
                ory.project.get_project("p"),
                ory.frontend.to_session(cookie="ory_kratos_session=x"),
            ]
            for number, call in enumerate(calls, 1):
                with pytest.raises(errors.UnexpectedRedirect):
                    await call
                assert len(server.heard) == number
        assert (elsewhere.heard, elsewhere.connections) == ([], 0)


async def test_the_environment_cannot_turn_calls_elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    nowhere = f"http://127.0.0.1:{unused_port()}"
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, nowhere)
        monkeypatch.setenv(name.lower(), nowhere)
    monkeypatch.delenv("NO_PROXY", raising=False)
    netrc = tmp_path / "netrc"
    netrc.write_text("default login someone password planted\n")
    monkeypatch.setenv("NETRC", str(netrc))
    async with RawServer(OK) as server, Ory(server.url, retry=None) as ory:
        await ory.identity.get_identity("i")
        assert server.heard[0].header("Authorization") is None


async def test_a_proxy_does_not_see_what_goes_through_its_tunnel() -> None:
    async with RawServer(answer(502)) as proxy:
        options = {**OPTIONS, "proxy": proxy.url.replace("//", "//user:planted@")}
        async with Ory("https://ory.invalid", **options) as ory:
            with pytest.raises(errors.ConnectError) as raised:
                await ory.identity.get_identity("i")
        assert "planted" not in str(raised.value)
        [heard] = proxy.heard
        assert heard.method == "CONNECT"
        assert heard.header("Authorization") is None
        assert heard.header("Proxy-Authorization") is not None
        assert "ory_pat" not in repr(heard)


@pytest.mark.parametrize("url", ["http://ory.example", "http://10.0.0.1", "http://localhost.evil.example"])
@pytest.mark.parametrize("options", [{"auth": "ory_pat_x"}, {"workspace_api_key": "ory_wak_x"}])
def test_no_key_goes_over_an_open_network(url: str, options: dict[str, Any]) -> None:
    with pytest.raises(errors.ConfigurationError, match="unencrypted"):
        Ory(url, **options)
    Ory(url, **options, allow_insecure=True)
