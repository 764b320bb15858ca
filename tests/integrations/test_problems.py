"""What somebody is told who is not let in, and who counts as a browser."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from ory_async import Ory, models
from ory_async.errors import ConfigurationError
from ory_async.integrations.guard import Guard, ObjectTemplate
from ory_async.integrations.problems import Asked

CHROME = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
URL = "https://shop.example/cart?a=1"


def asked(headers: dict[str, str], method: str = "GET", url: str = URL) -> Asked:
    return Asked(method, headers, lambda: url)


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept": CHROME},
        {"accept": "text/html"},
        {"Accept": "application/json;q=0.5, text/html"},
        {"Accept": "*/*", "Sec-Fetch-Mode": "navigate"},
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_browser_on_its_way_to_a_page(headers: dict[str, str], method: str) -> None:
    assert asked(headers, method).is_navigation
    assert asked(headers, method).return_to(None) == URL


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("GET", {}),
        ("GET", {"Accept": "*/*"}),
        ("GET", {"Accept": "application/json, text/plain, */*"}),
        ("GET", {"Accept": "text/html;q=0.1, application/json"}),
        ("GET", {"Accept": "text/html, application/problem+json"}),
        ("GET", {"Accept": "text/html;q=zero"}),
        ("GET", {"Accept": CHROME, "Sec-Fetch-Mode": "cors"}),
        ("GET", {"Accept": CHROME, "Authorization": "Bearer x"}),
        ("GET", {"Accept": CHROME, "X-Session-Token": "x"}),
        ("POST", {"Accept": CHROME}),
    ],
)
def test_a_program(method: str, headers: dict[str, str]) -> None:
    assert not asked(headers, method).is_navigation
    assert asked(headers, method).return_to(None) is None


@pytest.mark.parametrize(
    ("url", "origin", "expected"),
    [
        ("http://inside:8000/a%2Fb?x=%26", "https://shop.example", "https://shop.example/a%2Fb?x=%26"),
        ("http://[::1]:8000/", None, "http://[::1]:8000/"),
        ("https://shop.example//evil.example/", None, "https://shop.example//evil.example/"),
        ("https://shop.example", None, "https://shop.example/"),
        ("https://shop.example@evil.example/", None, None),
        ("https://a b/", None, None),
        ("https:///path", None, None),
        ("http://[::1/", None, None),
        ("javascript:alert(1)", None, None),
    ],
)
def test_where_a_browser_comes_back_to(url: str, origin: str | None, expected: str | None) -> None:
    assert asked({"Accept": CHROME}, url=url).return_to(origin) == expected


@pytest.mark.parametrize(
    ("template", "parameters", "expected"),
    [
        ("File:{id}", {"id": "readme"}, "File:readme"),
        ("File:{id}", {"id": 7}, "File:7"),
        ("File:{id}", {"id": "Folder:x@User:y"}, "File:Folder:x@User:y"),
        ("File:{id}", {"id": "{other}", "other": "x"}, "File:{other}"),
        ("File:{id}", {"id": "a#owners"}, None),
        ("File:{id}", {"id": ""}, None),
        ("File:{org}/{id}", {"org": "a", "id": "b"}, "File:a/b"),
        ("File:{org}/{id}", {"org": "a/b", "id": "c"}, None),
        ("File:{org}/{id}", {"org": "a", "id": "b/c"}, None),
        ("File:all", {}, "File:all"),
    ],
)
def test_an_object_of_a_path(template: str, parameters: dict[str, Any], expected: str | None) -> None:
    assert ObjectTemplate(template).filled(parameters) == expected


@pytest.mark.parametrize("template", ["", "File", "File:", ":{id}", "File:{id", "File:{a b}", "{ns}:{id}", "F:{a}{b}"])
def test_a_template_that_is_none(template: str) -> None:
    with pytest.raises(ConfigurationError):
        ObjectTemplate(template)


def test_a_template_that_does_not_fit_the_path() -> None:
    with pytest.raises(ConfigurationError, match="no parameter id"):
        ObjectTemplate("File:{id}").filled({"name": "x"})


@pytest.mark.parametrize(
    "options", [{"origin": "shop.example"}, {"origin": "https://a/b"}, {"public_url": "x"}, {"a": 1}]
)
def test_options_that_make_no_sense(options: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        Guard(Ory("http://127.0.0.1:4000"), **options)


async def test_a_cookie_that_the_app_sets_itself_is_left_alone() -> None:
    access = Guard(Ory("http://127.0.0.1:4000")).access(asked({}))
    assert access.sealed("public, max-age=60").cache_control is None  # the session was not looked at
    assert await access.optional_session() is None
    assert access.sealed("public, max-age=60").cache_control == "private, no-store"
    assert access.sealed("private, max-age=60").cache_control is None
    access._set_cookies = ["ory_kratos_session=new; Path=/"]
    assert access.sealed(None, ["ory_kratos_session=; Max-Age=0"]).set_cookies == []
    assert access.sealed(None).set_cookies == []


def test_subjects_can_be_named_otherwise() -> None:
    guard = Guard(Ory("http://127.0.0.1:4000"), subject=lambda session: f"Session:{session.id}")
    assert guard.subject(models.Session(id="1")) == "Session:1"


@pytest.mark.parametrize(
    "module", ["guard", "problems", "blocking", "starlette", "fastapi", "aiohttp", "django", "flask"]
)
def test_no_other_framework_is_imported(module: str) -> None:
    allowed = {"fastapi": {"fastapi", "starlette"}}.get(module, {module})
    code = (
        f"import sys, ory_async.integrations.{module}\n"
        "frameworks = {'starlette', 'fastapi', 'django', 'flask', 'werkzeug'}\n"
        "print(*sorted(frameworks & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    imported = set(run.stdout.split())
    assert imported <= allowed | ({"werkzeug"} if module == "flask" else set())
