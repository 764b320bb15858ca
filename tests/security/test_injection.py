"""Arguments cannot change which request is made: no header, path, query or host is added by what they hold."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ory_async import AsyncPager, BasicAuth, BearerToken, Ory, errors
from ory_async.config import PLANES, base_url
from tests.support.arguments import arguments
from tests.support.stub_transport import StubTransport
from tests.support.table import ROWS, Parameter, Row

EVIL = [
    "x\r\nX-Evil: 1",
    "x\nX-Evil: 1",
    "x\rX-Evil: 1",
    "x\x00",
    "x\x7f",
    "x\u2028y",
    "../../admin",
    "..",
    "a/b?c=d#e",
]
URL = re.compile(r"https://ory\.example(/[!-~]*)")


def client(**options: Any) -> tuple[Ory, StubTransport]:
    transport = StubTransport()
    return Ory._made(dict.fromkeys(PLANES, "https://ory.example"), options, transport), transport  # type: ignore[arg-type]


async def carry_out(ory: Ory, row: Row, values: dict[str, Any]) -> None:
    """Call an operation; whether its answer can be read is of no interest here."""
    with contextlib.suppress(errors.DecodeError):
        result = getattr(getattr(ory, row.service), row.name)(**values)
        await (result.page() if isinstance(result, AsyncPager) else result)


def finish(coroutine: Any) -> None:
    """Run a coroutine that waits for nothing."""
    with contextlib.suppress(StopIteration):
        coroutine.send(None)
        pytest.fail("it waits")


def check_sent(row: Row, transport: StubTransport) -> None:
    """A request was made as its arguments had to make it: of so many segments and headers, and of printable signs."""
    for _, url, headers, _ in transport.sent:
        found = URL.fullmatch(url)
        assert found
        path = urlsplit(found[1]).path
        assert path.count("/") == row.path.count("/")
        assert not {".", ".."} & set(path.split("/"))
        assert urlsplit(url).fragment == ""
        known = {parameter.wire for parameter in row.in_place("query")}
        assert {name for name, _ in parse_qsl(urlsplit(url).query, keep_blank_values=True)} <= known
        assert "X-Evil" not in headers
        for name, value in headers.items():
            assert not re.search(r"[\x00-\x08\x0a-\x1f\x7f]", name + value)


def texts(row: Row) -> list[Parameter]:
    return [parameter for parameter in row.parameters if parameter.scalar == "str"]


@pytest.mark.parametrize("evil", EVIL, ids=ascii)
def test_no_argument_of_any_operation_adds_to_the_request(evil: str) -> None:
    for row in ROWS:
        for parameter in texts(row):
            ory, transport = client(workspace_api_key="ory_wak_x")
            values = {**arguments(row), parameter.python: [evil] if parameter.is_list else evil}
            try:
                finish(carry_out(ory, row, values))
            except errors.InvalidRequest:
                assert transport.sent == []
            else:
                check_sent(row, transport)


WITH_IDS = [row for row in ROWS if row.in_place("path")]


@settings(max_examples=4 * settings.default.max_examples)
@given(row=st.sampled_from(WITH_IDS), id=st.text() | st.text("./%2eE5cC\\;\x00 "))
def test_any_id_is_one_segment_or_refused(row: Row, id: str) -> None:
    ory, transport = client(workspace_api_key="ory_wak_x")
    [*_, last] = row.in_place("path")
    try:
        finish(carry_out(ory, row, {**arguments(row), last.python: id}))
    except errors.InvalidRequest:
        assert id in ("", ".", "..") or not id.isascii()  # a lone surrogate
        assert transport.sent == []
    else:
        check_sent(row, transport)
        [at] = [at for at, step in enumerate(row.path.split("/")) if f"{{{last.wire}}}" in step]
        sent = unquote(urlsplit(transport.sent[0][1]).path.split("/")[at])
        assert id in sent


MADE: dict[str, Callable[[str], object]] = {
    "url": lambda evil: Ory(f"https://ory.example/{evil}"),
    "host": lambda evil: Ory(f"https://ory.example{evil}"),
    "plane": lambda evil: Ory.self_hosted(kratos_public=f"https://ory.example/{evil}"),
    "project": lambda evil: Ory.network(f"slug{evil}"),
    "user agent": lambda evil: Ory("https://ory.example", user_agent=evil),
    "header": lambda evil: Ory("https://ory.example", headers={"X-Tenant": evil}),
    "header's name": lambda evil: Ory("https://ory.example", headers={evil: "x"}),
    "api key": lambda evil: Ory("https://ory.example", auth=evil),
    "workspace api key": lambda evil: Ory("https://ory.example", workspace_api_key=evil),
    "bearer token": BearerToken,
    "proxy": lambda evil: Ory("https://ory.example", proxy=f"http://proxy.example/{evil}"),
    "environment": lambda evil: Ory.from_env({"ORY_SDK_URL": f"https://ory.example/{evil}"}),
}


@pytest.mark.parametrize("setting", MADE)
@pytest.mark.parametrize("evil", ["x\r\nX-Evil: 1", "x\nX-Evil: 1", "x\x00", "x\x7f"], ids=ascii)
def test_no_setting_breaks_a_line(setting: str, evil: str) -> None:
    with pytest.raises(errors.ConfigurationError) as raised:
        MADE[setting](evil)
    assert not re.search(r"[\x00-\x1f\x7f]", str(raised.value))


async def test_names_and_values_of_basic_credentials_stay_in_their_places() -> None:
    header = await BasicAuth("a:b\r\nX-Evil: 1", "\x00").authorization()
    assert re.fullmatch(r"Basic [\w+/=]+", header)


@pytest.mark.parametrize("name", ["Host", "Content-Length", "Transfer-Encoding", "connection", "X\r\nY", "X:", ""])
def test_headers_of_the_transport_cannot_be_set(name: str) -> None:
    with pytest.raises(errors.ConfigurationError):
        Ory("https://ory.example", headers={name: "x"})


HOSTS = st.sampled_from(["ory.example", "user:pw@ory.example", "[::1]", "ory.example:99999", "ORY.example", "", "é"])


@given(
    st.text()
    | st.builds("{}://{}{}".format, st.sampled_from(["http", "https", "HTTPS", "file", "javascript"]), HOSTS, st.text())
)
def test_a_base_url_is_plain_or_refused(url: str) -> None:
    try:
        plain = base_url("url", url)
    except errors.ConfigurationError:
        return
    parts = urlsplit(plain)
    assert parts.scheme in ("http", "https")
    assert parts.hostname
    assert "@" not in parts.netloc
    assert (parts.query, parts.fragment) == ("", "")
    assert re.fullmatch(r"[!-~]+", plain)
