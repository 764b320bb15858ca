from __future__ import annotations

import pytest

from ory_async import Limits, Timeout
from ory_async.config import (
    CONSOLE_URL,
    PLANES,
    Environment,
    base_url,
    everywhere,
    is_exposed,
    network,
    plane_of,
    proxy_url,
    self_hosted,
)
from ory_async.errors import ConfigurationError


@pytest.mark.parametrize(
    ("url", "hint"),
    [
        ("", "absolute URL"),
        ("example.com", "absolute URL"),
        ("//example.com", "absolute URL"),
        ("ftp://example.com", "absolute URL"),
        ("https://", "absolute URL"),
        ("https:///path", "absolute URL"),
        ("https://example.com:port", "ort"),
        ("https://example.com:99999", "ort"),
        ("http://[::1", "IPv6"),
        ("https://example.com?tenant=1", "without user, query, fragment"),
        ("https://example.com#part", "without user, query, fragment"),
        ("https://user@example.com", "without user, query, fragment"),
        ("https://user:password@example.com", "without user, query, fragment"),
        ("https://:password@example.com", "without user, query, fragment"),
        ("https://exa mple.com", "blanks"),
        ("https://example.com\n", "blanks"),
        ("https://example.com\x7f", "blanks"),
        ("https://bücher.example", "xn--"),
        ("https://example.com/ä", "percent-encoded"),
        (None, "as text, not NoneType"),
        (b"https://example.com", "as text, not bytes"),
    ],
)
def test_a_bad_url_is_refused_and_the_setting_is_named(url: str, hint: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^kratos_public") as raised:
        base_url("kratos_public", url)
    assert hint in str(raised.value)


def test_a_refused_url_does_not_show_the_password_in_it() -> None:
    with pytest.raises(ConfigurationError) as raised:
        base_url("url", "https://user:hunter2@example.com")
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://example.com", "https://example.com"),
        ("https://example.com/", "https://example.com"),
        ("http://127.0.0.1:4433/kratos//", "http://127.0.0.1:4433/kratos"),
        ("http://[::1]:4433", "http://[::1]:4433"),
        ("HTTPS://Example.com/%C3%A4", "HTTPS://Example.com/%C3%A4"),
    ],
)
def test_a_good_url_loses_its_last_slash_only(url: str, kept: str) -> None:
    assert base_url("url", url) == kept


@pytest.mark.parametrize(
    ("url", "exposed"),
    [
        ("https://example.com", False),
        ("http://example.com", True),
        ("http://127.0.0.1:4433", False),
        ("http://127.8.8.8", False),
        ("http://[::1]:4433", False),
        ("http://localhost:4000", False),
        ("http://auth.localhost", False),
        ("http://127.0.0.1.example.com", True),
        ("http://localhost.example.com", True),
        ("http://0.0.0.0:4433", True),
        ("http://10.0.0.7", True),
        ("HTTP://example.com", True),
    ],
)
def test_loopback_and_https_are_not_exposed(url: str, exposed: bool) -> None:
    assert is_exposed(url) is exposed


def test_everything_behind_one_url() -> None:
    assert everywhere("https://auth.example.com/") == dict.fromkeys(PLANES, "https://auth.example.com")


@pytest.mark.parametrize("project", ["happy-noether-abc123", "https://happy-noether-abc123.projects.oryapis.com/"])
def test_a_project_of_the_network_by_slug_or_url(project: str) -> None:
    planes = network(project)
    assert planes.pop("console") == CONSOLE_URL
    assert set(planes.values()) == {"https://happy-noether-abc123.projects.oryapis.com"}


@pytest.mark.parametrize(
    "project", ["", "evil.example/", "evil.example?", "evil.example#", "a@evil.example:80/x", "a\\b", "slug\n", None, 7]
)
def test_what_is_neither_slug_nor_url_cannot_become_another_host(project: str) -> None:
    with pytest.raises(ConfigurationError, match="slug"):
        network(project)


def test_only_the_given_planes_are_set() -> None:
    planes = self_hosted({"kratos_public": "http://127.0.0.1:4433/", "hydra_admin": None})
    assert planes == {"kratos_public": "http://127.0.0.1:4433"}


def test_an_unknown_plane_is_named_and_the_known_ones_listed() -> None:
    with pytest.raises(ConfigurationError, match="unknown plane: kratos; there are kratos_public, kratos_admin"):
        self_hosted({"kratos": "http://127.0.0.1"})


@pytest.mark.parametrize(
    ("product", "path", "plane"),
    [
        ("kratos", "/sessions/whoami", "kratos_public"),
        ("kratos", "/admin/identities", "kratos_admin"),
        ("hydra", "/oauth2/token", "hydra_public"),
        ("hydra", "/admin/clients", "hydra_admin"),
        ("keto", "/relation-tuples/check", "keto_read"),
        ("keto", "/admin/relation-tuples", "keto_write"),
        ("keto", "/opl/syntax/check", "keto_opl"),
        ("talos", "/v2alpha1/admin/apiKeys", "talos_admin"),
        ("talos", "/v2alpha1/apiKeys:verify", "talos_public"),
        ("console", "/projects", "console"),
    ],
)
def test_product_and_path_decide_the_plane(product: str, path: str, plane: str) -> None:
    assert plane_of(product, path) == plane  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", [Timeout, Limits])
@pytest.mark.parametrize(
    "value", [0, -1, float("nan"), float("inf"), "5", None, True, 10**400, [1]], ids=lambda value: f"{value!r:.12}"
)
def test_limits_are_positive_numbers(kind: type, value: object) -> None:
    for name in kind.__annotations__:
        with pytest.raises(ConfigurationError, match=f"{name} must be a positive number"):
            kind(**{name: value})


def test_the_environment_is_read_by_plane() -> None:
    environment = Environment.read(
        {
            "ORY_SDK_URL": "https://auth.example.com/",
            "ORY_KETO_READ_URL": "http://127.0.0.1:4466",
            "ORY_API_KEY": "ory_pat_planted",
            "ORY_WORKSPACE_API_KEY": "",
        }
    )
    assert environment.planes["kratos_admin"] == "https://auth.example.com"
    assert environment.planes["keto_read"] == "http://127.0.0.1:4466"
    assert environment.planes["console"] == "https://auth.example.com"
    assert environment.api_key == "ory_pat_planted"
    assert environment.workspace_api_key is None
    assert "planted" not in repr(environment)


def test_on_the_network_the_console_has_its_own_url() -> None:
    planes = Environment.read({"ORY_SDK_URL": "https://slug.projects.oryapis.com"}).planes
    assert planes["console"] == CONSOLE_URL
    assert planes["kratos_public"] == "https://slug.projects.oryapis.com"


def test_the_variable_with_a_bad_url_is_named() -> None:
    with pytest.raises(ConfigurationError, match="ORY_KRATOS_ADMIN_URL must be an absolute URL"):
        Environment.read({"ORY_KRATOS_ADMIN_URL": "localhost:4434"})


def test_an_empty_environment_tells_what_to_set() -> None:
    with pytest.raises(ConfigurationError, match="set ORY_SDK_URL, or ORY_KRATOS_PUBLIC_URL"):
        Environment.read({"ORY_API_KEY": "ory_pat_x", "ORY_SDK_URL": ""})


def test_a_proxy_may_ask_for_a_password() -> None:
    assert proxy_url("http://user:p@ss@proxy.example:3128/") == "http://user:p@ss@proxy.example:3128"
    assert proxy_url("http://proxy.example") == "http://proxy.example"


@pytest.mark.parametrize("url", ["user:secret@proxy.example", "ftp://user:secret@proxy.example", "http://user:secret@"])
def test_a_proxy_that_is_no_url_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        proxy_url(url)
    assert "secret" not in str(raised.value)
