"""The cookies that the example's login pages hand on to the browser."""

from __future__ import annotations

import pytest

from examples.login_pages.app import for_host


@pytest.mark.parametrize(
    ("host", "attributes", "kept"),
    [
        ("app.example", "Path=/; Domain=slug.projects.example; HttpOnly", "Path=/; HttpOnly"),
        ("app.example", "Path=/; domain=.APP.example; HttpOnly", "Path=/; domain=.APP.example; HttpOnly"),
        ("www.app.example", "Domain=app.example", "Domain=app.example"),
        ("app.example", "Domain=pp.example; SameSite=Lax", "SameSite=Lax"),
        ("app.example", "Path=/; HttpOnly", "Path=/; HttpOnly"),
    ],
)
def test_cookies_get_a_domain_that_the_browser_takes(host: str, attributes: str, kept: str) -> None:
    assert for_host(f"session=a=b; {attributes}", host) == f"session=a=b; {kept}"
