"""Every operation of the table is answered, but those that are listed here."""

from __future__ import annotations

import re
from collections.abc import Iterator

import aiohttp
import pytest

from ory_async.local import LocalOry
from tests.support.table import ROWS, Row

SAML = "single sign-on by SAML is a part of the Ory Network that is not played"
FEDCM = "FedCM needs an identity provider in the browser"
UNANSWERED = {
    "frontend.create_fedcm_flow": FEDCM,
    "frontend.update_fedcm_flow": FEDCM,
    "frontend.create_idp_initiated_saml_browser_login_flow": SAML,
    "frontend.get_saml_metadata": SAML,
    "frontend.get_saml_provider_metadata": SAML,
    "frontend.init_saml_login": SAML,
    "frontend.init_saml_login_request": SAML,
    "frontend.submit_saml_assertion": SAML,
    "frontend.get_webauthn_related_origins": "no browser asks for it on loopback",
}
NO_ROUTE = ("404 page not found", "Method Not Allowed", "The requested route does not exist")


@pytest.fixture(scope="module")
def running() -> Iterator[LocalOry]:
    with LocalOry.in_thread() as running:
        yield running


@pytest.mark.parametrize("row", ROWS, ids=str)
async def test_every_operation_is_answered(row: Row, running: LocalOry) -> None:
    url = running.url + re.sub(r"{\w+}", "x", row.path)
    headers = {"Authorization": f"Bearer {running.environment['ORY_WORKSPACE_API_KEY']}"}
    async with (
        aiohttp.ClientSession(headers=headers, cookie_jar=aiohttp.DummyCookieJar()) as session,
        session.request(row.method, url, allow_redirects=False) as answer,
    ):
        text = await answer.text()
    assert not any(phrase in text for phrase in NO_ROUTE)
    assert (answer.status == 501) is (row.id in UNANSWERED)
    assert answer.status == 501 or answer.status < 500


def test_what_is_not_answered_is_in_the_table() -> None:
    assert UNANSWERED.keys() <= {row.id for row in ROWS}
