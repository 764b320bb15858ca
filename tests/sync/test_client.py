"""The blocking client in one process: its calls, pagers, hooks, context."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextvars import ContextVar

import pytest

import ory_async
from ory_sync import Ory, Pager, Response, errors, models, with_response

from .conftest import Ory as Server


@pytest.fixture
def ory(server: Server) -> Iterator[Ory]:
    with Ory(server.url, retry=None) as client:
        yield client


def test_methods_have_the_signature_and_words_of_the_async_ones() -> None:
    from ory_async.services.frontend import AsyncFrontendService
    from ory_sync.services.frontend import FrontendService

    blocking, awaited = FrontendService.to_session, AsyncFrontendService.to_session
    assert inspect.signature(blocking) == inspect.signature(awaited)
    assert blocking.__doc__ == awaited.__doc__
    assert blocking.__name__ == "to_session"


def test_constructors_mirror_the_async_ones() -> None:
    for name in ("network", "self_hosted", "from_env"):
        blocking, awaited = getattr(Ory, name), getattr(ory_async.Ory, name)
        assert [*inspect.signature(blocking).parameters] == [*inspect.signature(awaited).parameters]
        assert blocking.__doc__ == awaited.__doc__
    ory = Ory.self_hosted(kratos_public="http://127.0.0.1:1")
    assert type(ory) is Ory
    with pytest.raises(errors.ConfigurationError, match="kratos_admin"):
        ory.identity.get_identity("x")


def test_errors_arrive_as_they_are(ory: Ory) -> None:
    with pytest.raises(errors.InvalidRequest, match="line break"):
        ory.frontend.to_session(x_session_token="a\nb")
    with Ory("http://127.0.0.1:1", retry=None) as nowhere, pytest.raises(errors.ConnectError) as caught:
        nowhere.frontend.to_session(x_session_token="a")
    assert caught.value.sent is False


def test_a_list_gives_each_item_once_and_can_be_iterated_again(ory: Ory) -> None:
    pager = ory.frontend.list_my_sessions(page_size=3)
    assert isinstance(pager, Pager)
    assert [session.id for session in pager] == [f"s{number}" for number in range(7)]
    assert [len(page) for page in pager.pages()] == [3, 3, 1]
    assert [session.id for session in pager.page()] == ["s0", "s1", "s2"]


def test_an_iteration_that_is_left_leaves_nothing(ory: Ory) -> None:
    iterator = iter(ory.frontend.list_my_sessions(page_size=3))
    assert [next(iterator).id for _ in range(2)] == ["s0", "s1"]
    iterator.close()  # type: ignore[attr-defined]
    assert ory.frontend.to_session(x_session_token="x").id == "x"


def test_with_response_gives_status_and_headers(ory: Ory) -> None:
    answered: Response[models.Session] = with_response(ory.frontend.to_session)(x_session_token="x")
    assert (answered.data.id, answered.status) == ("x", 200)
    assert answered.headers["content-type"] == "application/json; charset=utf-8"
    page = with_response(ory.frontend.list_my_sessions)(page_size=3)
    assert (len(page.data), page.status) == (3, 200)


def test_context_variables_of_the_caller_reach_the_hooks(server: Server) -> None:
    user: ContextVar[str] = ContextVar("user", default="nobody")
    seen: list[str] = []
    with Ory(server.url, on_request=lambda request: seen.append(user.get())) as ory:
        ory.frontend.to_session(x_session_token="x")
        user.set("alice")
        ory.frontend.to_session(x_session_token="x")
    assert seen == ["nobody", "alice"]


def test_a_hook_that_blocks_is_refused_instead_of_hanging(server: Server) -> None:
    def hook(request: ory_async.Request) -> None:
        ory.frontend.to_session(x_session_token="y")

    with Ory(server.url, on_request=hook) as ory, pytest.raises(errors.ConfigurationError, match="async"):
        ory.frontend.to_session(x_session_token="x")


def test_a_closed_client_says_so(server: Server) -> None:
    ory = Ory(server.url)
    ory.frontend.to_session(x_session_token="x")
    ory.close()
    ory.close()
    with pytest.raises(errors.ClientClosed):
        ory.frontend.to_session(x_session_token="x")


def test_copies_share_connections(server: Server) -> None:
    with Ory(server.url) as ory:
        quick = ory.with_options(timeout=2.0, retry=None)
        assert type(quick) is Ory
        assert quick.frontend.to_session(x_session_token="x").id == "x"
        assert quick._ory._transport is ory._ory._transport


def test_any_endpoint_can_be_called(ory: Ory) -> None:
    session = ory.request(
        "GET", "/sessions/whoami", plane="kratos_public", model=models.Session, headers={"X-Session-Token": "x"}
    )
    assert session.id == "x"
    assert ory.request("GET", "/sessions/whoami", plane="kratos_public", headers={"X-Session-Token": "y"}) == {
        "id": "y"
    }
