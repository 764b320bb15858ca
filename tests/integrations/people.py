"""People who are logged in to a local Ory, for the tests of apps."""

from __future__ import annotations

from http.cookies import SimpleCookie

import attrs
import pyotp

from ory_async import Ory, models
from tests.conformance.support import PASSWORD, Browser, Person, log_in, register
from tests.conformance.test_second_factor import raise_session, set_up_totp

PAGE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
"""What browsers send on their way to a page."""


@attrs.frozen
class Member:
    """Somebody with an account, logged in by an app and in a browser."""

    id: str
    email: str
    token: str
    cookie: str
    """The Cookie header of the browser."""

    @property
    def by_token(self) -> dict[str, str]:
        return {"X-Session-Token": self.token}

    @property
    def by_cookie(self) -> dict[str, str]:
        return {"Cookie": f"app=theirs; {self.cookie}"}


async def join(ory: Ory, email: str) -> Member:
    """A new member."""
    registered = await register(ory, email)
    browser = Browser()
    flow = await browser(ory.frontend.create_browser_login_flow)
    fields = {"method": "password", "identifier": email, "password": PASSWORD}
    await browser.submit(ory.frontend.update_login_flow, flow, **fields)
    assert registered.session_token is not None
    return Member(registered.identity.id, email, registered.session_token, browser.cookie)


async def two_factors(ory: Ory, email: str) -> tuple[str, str]:
    """Session tokens of somebody new with a second factor: of a session that lacks it, and of one that has it."""
    registered = await register(ory, email)
    assert registered.session_token is not None
    totp = await set_up_totp(ory, Person(email=email, identity=registered.identity, token=registered.session_token))
    weak, strong = [str((await log_in(ory, email)).session_token) for _ in range(2)]
    code = pyotp.TOTP(totp.secret).now()
    await raise_session(ory, strong, models.UpdateLoginFlowWithTotpMethod(totp_code=code))
    return weak, strong


async def prolong(ory: Ory, member: Member) -> None:
    """Let the sessions of somebody last longer than their cookies: now whoami sets these anew."""
    async for session in ory.identity.list_identity_sessions(member.id):
        await ory.identity.extend_session(session.id)


def session_cookie(header: str) -> str:
    """The pair of a Set-Cookie header, which a browser sends back."""
    [(name, morsel)] = SimpleCookie(header.replace("SameSite=Lax", "")).items()
    return f"{name}={morsel.coded_value}"
