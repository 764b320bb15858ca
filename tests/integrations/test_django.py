"""The adapter for Django, by its own test clients: sync and async, with views of both kinds."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import django
import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse, JsonResponse
from django.test import AsyncClient, Client, override_settings
from django.urls import path
from django.views.decorators.cache import cache_page

from ory_async.errors import ConfigurationError
from ory_async.integrations.django import OryRequest, access, permission_required, session_required
from ory_async.local import LocalOry
from ory_pytest import ory_local as ory_local
from ory_pytest import ory_local_options as ory_local_options
from ory_pytest import ory_local_server as ory_local_server
from ory_pytest import ory_sync as ory_sync
from ory_sync import Ory

from .people import PAGE, Member, join, prolong

if not settings.configured:
    settings.configure(INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes"], SECRET_KEY="tests")
    django.setup()


@session_required
def me(request: OryRequest) -> JsonResponse:
    identity = request.ory_session.identity
    return JsonResponse(identity.traits if identity else {})


@session_required
async def async_me(request: OryRequest) -> JsonResponse:
    identity = request.ory_session.identity
    return JsonResponse(identity.traits if identity else {})


@permission_required("File:{id}", "view")
def read(request: OryRequest, id: str) -> HttpResponse:
    return HttpResponse(id)


@permission_required("File:{id}", "view")
async def async_read(request: OryRequest, id: str) -> HttpResponse:
    return HttpResponse(id)


@session_required(aal="aal2")
async def strict(request: OryRequest) -> HttpResponse:
    return HttpResponse()


def home(request: OryRequest) -> HttpResponse:
    return HttpResponse(f"{'somebody' if request.ory_session else 'nobody'}, {request.user}")


async def async_home(request: OryRequest) -> HttpResponse:
    session = await access(request).aoptional_session()
    return HttpResponse(f"{'somebody' if session else 'nobody'}, {await request.auser()}")


@cache_page(60)
@session_required
def kept(request: OryRequest) -> HttpResponse:
    return HttpResponse(request.ory_session.id)


def bye(request: OryRequest) -> HttpResponse:
    own = access(request)
    own.session()
    own.forget()
    response = HttpResponse()
    response.delete_cookie("ory_kratos_session")
    return response


def email_of(session: Any) -> str:
    """The hook for users."""
    return str(session.identity.traits["email"])


VIEWS = (
    path("", home),
    path("async", async_home),
    path("me", me),
    path("async/me", async_me),
    path("files/<path:id>", read),
    path("async/files/<path:id>", async_read),
    path("strict", strict),
    path("kept", kept),
    path("bye", bye),
)


@pytest.fixture(autouse=True)
def project(ory_sync: Ory) -> Iterator[None]:
    with override_settings(
        ALLOWED_HOSTS=["testserver"],
        MIDDLEWARE=["ory_async.integrations.django.OryMiddleware"],
        ORY={"ory": ory_sync, "public_url": "https://auth.example.com", "user": f"{__name__}.email_of"},
        ROOT_URLCONF=VIEWS,
    ):
        cache.clear()
        yield


@pytest.fixture
def alice(ory_local: LocalOry) -> Member:
    async def joined() -> Member:
        async with ory_local.client() as ory:
            alice = await join(ory, "alice@example.com")
            await prolong(ory, alice)
            return alice

    return asyncio.run(joined())


class Browser:
    """Django's sync or async client, as one; it keeps no cookies."""

    def __init__(self, is_async: bool) -> None:
        self._is_async = is_async

    def get(self, path: str, headers: dict[str, str] | None = None) -> Any:
        others = {name: value for name, value in (headers or {}).items() if name != "Cookie"}
        client = AsyncClient() if self._is_async else Client()
        client.cookies.load((headers or {}).get("Cookie", ""))  # a header of its own would be one too many
        answer: Any = client.get(path, headers=others)
        return asyncio.run(answer) if self._is_async else answer


@pytest.fixture(params=[False, True], ids=["wsgi", "asgi"])
def client(request: pytest.FixtureRequest) -> Browser:
    return Browser(request.param)


@pytest.mark.parametrize("prefix", ["", "async/"])
def test_views(client: Browser, alice: Member, prefix: str) -> None:
    assert client.get(f"/{prefix}me", alice.by_cookie).json()["email"] == alice.email
    assert client.get(f"/{prefix}me").status_code == 401
    assert client.get(f"/{prefix}files/a/b", alice.by_token).status_code == 403
    assert client.get("/strict", alice.by_token).json()["type"] == "urn:ory:session_aal2_required"


@pytest.mark.parametrize("path", ["/", "/async"])
def test_the_hook_for_users(client: Browser, alice: Member, path: str) -> None:
    assert client.get(path, alice.by_token).content == b"somebody, alice@example.com"
    assert client.get(path).content == b"nobody, AnonymousUser"


def test_a_browser_comes_back(client: Browser) -> None:
    location = client.get("/files/a%20b?x=%26", PAGE)["Location"]
    assert location.endswith("return_to=http%3A%2F%2Ftestserver%2Ffiles%2Fa%2520b%3Fx%3D%2526")


def test_a_host_that_is_not_allowed_is_refused(client: Browser) -> None:
    assert client.get("/me", {**PAGE, "Host": "evil.example"}).status_code == 400


def test_cookies(client: Browser, alice: Member) -> None:
    [anew] = client.get("/me", alice.by_cookie).cookies.values()
    assert anew.key == "ory_kratos_session"
    assert "HttpOnly" in anew.OutputString()
    [deletion] = client.get("/bye", alice.by_cookie).cookies.values()
    assert deletion["max-age"] == 0


def test_a_page_of_somebody_is_not_kept_for_others(client: Browser, alice: Member) -> None:
    """Although the decorator that keeps pages stands outside."""
    assert client.get("/kept", alice.by_token).status_code == 200
    assert client.get("/kept").status_code == 401


def test_a_project_without_the_middleware_lets_nobody_in(client: Browser) -> None:
    with override_settings(MIDDLEWARE=[]), pytest.raises((ConfigurationError, ImproperlyConfigured)):
        client.get("/me")


def test_settings_that_make_no_sense(ory_sync: Ory) -> None:
    with (
        override_settings(ORY={"ory": ory_sync, "publc_url": "x"}),
        pytest.raises(ConfigurationError, match="publc_url"),
    ):
        Client().get("/me")
