"""Making a client: which settings it takes and refuses, and what it shows of them."""

from __future__ import annotations

import ssl
from typing import Any

import aiohttp
import pytest

from ory_async import (
    ApiKey,
    BearerToken,
    Limits,
    Ory,
    RetryPolicy,
    Timeout,
    errors,
    models,
)
from ory_async.client import SERVICES
from tests.support.aioresponses_shim import mocked_answers
from tests.support.stub_transport import StubTransport, client_of, reply

URL = "https://ory.example"


class NoCoroutine:
    def authorization(self) -> str:
        return "Bearer x"


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        ({"tiemout": 3}, "unknown option: tiemout; there are allow_insecure, around, auth"),
        ({"timeout": "3"}, "total must be a positive number, not '3'"),
        ({"timeout": 0}, "total must be a positive number"),
        ({"timeout": float("nan")}, "total must be a positive number"),
        ({"timeout": aiohttp.ClientTimeout()}, "total must be a positive number"),
        ({"retry": 3}, "retry must be a RetryPolicy, not int"),
        ({"limits": 3}, "limits must be a Limits, not int"),
        ({"auth": 3}, "auth must be an API key, a BearerToken"),
        ({"auth": ""}, "the API key must be text that is not empty"),
        ({"auth": "ory_pat_x\n"}, "line break"),
        ({"auth": ApiKey}, "auth must be"),
        ({"auth": NoCoroutine()}, "auth must be"),
        ({"workspace_api_key": ""}, "the API key must be text"),
        ({"workspace_api_key": b"x"}, "the API key must be text"),
        ({"headers": [("a", "b")]}, "headers must be a Mapping, not list"),
        ({"headers": {"Content-Length": "1"}}, "'Content-Length' is no header that can be set"),
        ({"headers": {"HOST": "evil"}}, "'HOST' is no header that can be set"),
        ({"headers": {"X-A": "a\nb"}}, "the header X-A holds a control character"),
        ({"headers": {"X A": "a"}}, "'X A' is no name of a header"),
        ({"headers": {"X-Ä": "a"}}, "is no name of a header"),
        ({"headers": {7: "a"}}, "7 is no name of a header"),
        ({"headers": {"X-A": None}}, "the header X-A must be text, not NoneType"),
        ({"query": "a=b"}, "query must be a Mapping, not str"),
        ({"query": {"a": float("nan")}}, "query: a must be text, a number or a boolean"),
        ({"query": {7: "a"}}, "query: 7 is no name of a query parameter"),
        ({"query": {"a": "\ud800"}}, "query: a holds a lone surrogate"),
        ({"user_agent": "a\r\nb"}, "the header User-Agent holds a control character"),
        ({"user_agent": 7}, "user_agent must be a str"),
        ({"on_request": "log"}, "on_request must be a Callable, not str"),
        ({"trace_configs": 7}, "trace_configs must be a Sequence, not int"),
        ({"allow_insecure": "false"}, "allow_insecure must be a bool, not str"),
        ({"on_response": 1}, "on_response must be a Callable, not int"),
        ({"around": 1}, "around must be a Callable, not int"),
        ({"proxy": "proxy:3128"}, "proxy must be an absolute URL"),
        ({"tls": True}, "tls must be an ssl.SSLContext"),
        ({"session": "x"}, "session must be a ClientSession, not str"),
    ],
)
def test_an_option_that_makes_no_sense_is_refused(options: dict[str, Any], hint: str) -> None:
    with pytest.raises(errors.ConfigurationError) as raised:
        Ory(URL, **options)
    assert hint in str(raised.value)
    with pytest.raises(errors.ConfigurationError):
        Ory(URL).with_options(**options)


async def test_a_session_that_keeps_cookies_is_refused() -> None:
    async with aiohttp.ClientSession() as session:
        with pytest.raises(errors.ConfigurationError, match=r"cookie_jar=aiohttp\.DummyCookieJar"):
            Ory(URL, session=session)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        Ory(URL, session=session)


@pytest.mark.parametrize("url", ["http://ory.example", "http://10.0.0.7:4434"])
@pytest.mark.parametrize("options", [{"auth": "ory_pat_planted"}, {"workspace_api_key": "ory_wak_planted"}])
def test_a_key_must_not_cross_a_network_unencrypted(url: str, options: dict[str, Any]) -> None:
    with pytest.raises(errors.ConfigurationError, match="use https, or allow_insecure=True") as raised:
        Ory(url, **options)
    assert url in str(raised.value)
    assert "planted" not in str(raised.value)
    Ory(url)
    Ory(url, allow_insecure=True, **options)
    with pytest.raises(errors.ConfigurationError, match="unencrypted"):
        Ory(url).with_options(**options)


@pytest.mark.parametrize("url", ["http://127.0.0.1:4434", "http://localhost:4000", "http://[::1]:4434", URL])
def test_on_this_machine_and_over_https_a_key_may_go(url: str) -> None:
    Ory(url, auth="ory_pat_x")


def test_one_exposed_plane_among_others_is_named() -> None:
    with pytest.raises(errors.ConfigurationError, match=r"to http://hydra:4445 \(hydra_admin\)"):
        Ory.self_hosted(kratos_admin="http://127.0.0.1:4434", hydra_admin="http://hydra:4445", auth="ory_pat_x")


async def test_a_missing_plane_is_named() -> None:
    ory = Ory.self_hosted(kratos_public="http://127.0.0.1:4433")
    with pytest.raises(errors.ConfigurationError, match=r"kratos_admin: give Ory\.self_hosted\(kratos_admin=\.\.\.\)"):
        await ory.courier.get_courier_message("m1")


def test_the_ways_to_make_a_client() -> None:
    network = Ory.network("happy-noether", api_key="ory_pat_x", workspace_api_key="ory_wak_x")
    assert repr(network) == "<Ory https://happy-noether.projects.oryapis.com>"
    assert repr(Ory("http://127.0.0.1:4000/")) == "<Ory http://127.0.0.1:4000>"
    hosted = Ory.self_hosted(kratos_public="http://a", kratos_admin="http://b", keto_read="http://c")
    assert repr(hosted) == "<Ory kratos_public=http://a, kratos_admin=http://b, keto_read=http://c>"
    environ = {"ORY_SDK_URL": "https://x.projects.oryapis.com", "ORY_API_KEY": "ory_pat_x"}
    assert repr(Ory.from_env(environ)) == "<Ory https://x.projects.oryapis.com>"
    with pytest.raises(errors.ConfigurationError, match="set ORY_SDK_URL"):
        Ory.from_env({})


async def test_what_is_given_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORY_SDK_URL", "http://ory.example")
    monkeypatch.setenv("ORY_API_KEY", "ory_pat_environment")
    with pytest.raises(errors.ConfigurationError, match="unencrypted"):
        Ory.from_env()
    Ory.from_env(auth=None)


@pytest.mark.parametrize(
    "made", [Ory.network("x", api_key="planted", workspace_api_key="planted"), Ory(URL, auth="planted")]
)
def test_no_secret_shows(made: Ory) -> None:
    copy = made.with_options(headers={"Cookie": "planted"}, query={"token": "planted"}, proxy="http://127.0.0.1:1")
    for ory in (made, copy):
        assert "planted" not in f"{ory!r} {ory} {ory._pipeline.settings!r} {ory._transport!r} {ory.courier!r}"


def test_a_number_is_the_total_time_limit() -> None:
    assert Ory(URL, timeout=2)._pipeline.settings.timeout == Timeout(total=2, connect=2)
    assert Ory(URL, timeout=60)._pipeline.settings.timeout == Timeout(total=60, connect=5)
    assert Ory(URL, timeout=None)._pipeline.settings.timeout == Timeout()


@pytest.mark.parametrize(
    ("options", "shared"),
    [
        ({"timeout": 1, "retry": None, "auth": None, "headers": {}}, True),
        ({"limits": Limits(connections=1)}, False),
        ({"proxy": "http://127.0.0.1:3128"}, False),
        ({"tls": ssl.create_default_context()}, False),
        ({"trace_configs": []}, False),
    ],
)
def test_a_copy_shares_connections_unless_their_making_changes(options: dict[str, Any], shared: bool) -> None:
    ory = Ory(URL)
    assert (ory.with_options(**options)._transport is ory._transport) is shared


async def test_a_copy_keeps_the_other_options_and_the_original_stays() -> None:
    transport = StubTransport()
    ory = client_of(transport, auth="ory_pat_x", user_agent="mine/1", retry=RetryPolicy(attempts=2, base=0))
    await ory.with_options(headers={"X-A": "1"}).with_options(timeout=1).courier.get_courier_message("m1")
    await ory.courier.get_courier_message("m1")
    first, second = (headers for _, _, headers, _ in transport.sent)
    assert (first["Authorization"], first["User-Agent"], first["X-A"]) == ("Bearer ory_pat_x", "mine/1", "1")
    assert "X-A" not in second


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_is_made_once_and_names_itself(name: str) -> None:
    ory = Ory(URL)
    assert getattr(ory, name) is getattr(ory, name)
    assert getattr(ory, name).tag == name


def test_services_can_be_made_ready_by_name() -> None:
    Ory(URL).preload("courier")
    with pytest.raises(errors.ConfigurationError, match="there is no service 'curier'; there are api_keys, courier, "):
        Ory(URL).preload("curier")


# old spellings


def test_another_spelling_of_a_method_is_found_with_a_warning() -> None:
    courier = Ory(URL).courier
    with pytest.deprecated_call(match="is spelled get_courier_message here"):
        assert courier.getcourier_message == courier.get_courier_message
    with pytest.raises(AttributeError, match="AsyncCourierService has no operation 'get_parcel'"):
        courier.get_parcel  # noqa: B018
    assert not hasattr(courier, "__wrapped__")


# any endpoint


async def test_any_endpoint_can_be_called() -> None:
    transport = StubTransport(reply({"a": [1]}), reply({"id": "m1"}), reply())
    ory = client_of(transport)
    assert await ory.request("post", "/admin/new?x=%2F", plane="kratos_admin", body=[{"n": 1}], query=None) == {
        "a": [1]
    }
    message = await ory.request("GET", "/admin/m", plane="kratos_admin", model=models.Message, query={"q": "a b"})
    assert message.id == "m1"
    assert await ory.request("DELETE", "/admin/m", plane="kratos_admin") is None
    (method, url, headers, body), (_, second, _, _), _ = transport.sent
    assert (method, url, body) == ("POST", "https://ory.example/admin/new?x=%2F", b'[{"n":1}]')
    assert headers["Content-Type"] == "application/json"
    assert second == "https://ory.example/admin/m?q=a%20b"


@pytest.mark.parametrize(
    ("method", "path", "hint"),
    [
        ("GET", "admin/x", "start with a slash"),
        ("GET", "https://evil.example/x", "start with a slash"),
        ("GET", "/admin/../x", "no dot segments"),
        ("GET", "/admin/%2E%2e/x", "no dot segments"),
        ("GET", "/admin/./x?token=planted", "no dot segments"),
        ("GET", "/admin/a b?token=planted", "percent-encoded"),
        ("GET", "/admin/ä", "percent-encoded"),
        ("GET", "/admin/x#part", "percent-encoded"),
        ("GET", "/admin/x\r\nX-Evil: 1", "percent-encoded"),
        ("GET", "/admin/\ud800", "percent-encoded"),
        ("GE T", "/admin/x", "no method of HTTP"),
        ("", "/admin/x", "no method of HTTP"),
        ("GET\r\n", "/admin/x", "no method of HTTP"),
    ],
)
async def test_a_path_or_method_that_cannot_go_as_it_is_is_refused(method: str, path: str, hint: str) -> None:
    transport = StubTransport()
    with pytest.raises(errors.InvalidRequest, match=hint) as raised:
        await client_of(transport).request(method, path, plane="kratos_admin")
    assert "planted" not in str(raised.value)
    assert transport.sent == []


@pytest.mark.parametrize("headers", [{"X\r\nEvil": "1"}, {"X-A": "1\n"}, {"X-A": 1}])
async def test_bad_headers_of_any_endpoint_are_refused(headers: Any) -> None:
    transport = StubTransport()
    with pytest.raises(errors.InvalidRequest, match="header"):
        await client_of(transport).request("GET", "/x", plane="kratos_admin", headers=headers)
    assert transport.sent == []


@pytest.mark.parametrize("body", [float("nan"), {"a": float("inf")}, [b"x"], {1, 2}, object()])
async def test_a_body_that_json_cannot_express_is_refused(body: Any) -> None:
    transport = StubTransport()
    with pytest.raises(errors.InvalidRequest, match="request POST /x: "):
        await client_of(transport).request("POST", "/x", plane="kratos_admin", body=body)
    assert transport.sent == []


# over aiohttp, mocked as users mock it


async def test_users_can_mock_aiohttp_under_the_client() -> None:
    with mocked_answers() as mocked:
        mocked.get(f"{URL}/admin/courier/messages/m1", payload={"id": "m1", "status": "sent"})
        mocked.get(
            f"{URL}/admin/courier/messages?page_size=2",
            payload=[{"id": "m1"}, {"id": "m2"}],
            headers={"Link": '</admin/courier/messages?page_size=2&page_token=t2>; rel="next"'},
        )
        mocked.get(f"{URL}/admin/courier/messages?page_size=2&page_token=t2", payload=[{"id": "m3"}])
        mocked.get(
            f"{URL}/admin/courier/messages/none", status=404, payload={"error": {"code": 404, "message": "gone"}}
        )
        async with Ory(URL, auth=BearerToken("t")) as ory:
            message = await ory.courier.get_courier_message("m1")
            assert message.status is models.CourierMessageStatus.SENT
            assert [item.id async for item in ory.courier.list_courier_messages(page_size=2)] == ["m1", "m2", "m3"]
            with pytest.raises(errors.NotFound, match=r"courier\.get_courier_message: 404: gone"):
                await ory.courier.get_courier_message("none")
