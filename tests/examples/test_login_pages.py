"""The example's login pages, used by somebody with a keyboard in Chromium, on a local Ory."""

from __future__ import annotations

import re
import socket
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pyotp
import pytest
import pytest_asyncio

from examples.login_pages.app import application
from ory_async import Ory
from ory_async.local import LocalOry
from ory_async.local.kratos import KratosOptions, RelyingParty
from tests.support.asgi import serving
from tests.support.browser import chromium

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.asyncio(loop_scope="module")

ANN, BEN = "ann@example.com", "ben@example.com"
PASSWORD, OTHER_PASSWORD = "a-long-and-rare-passphrase", "another-rare-passphrase"
SEED = {"identities": [{"traits": {"email": BEN}, "password": PASSWORD, "verified": True}]}
HIDDEN_AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@dataclass
class Somebody:
    """Somebody with a browser who has no mouse: what a page asks for is reached by Tab, and pressed by Enter."""

    local: LocalOry
    url: str
    context: BrowserContext
    page: Page

    async def open(self, path: str) -> None:
        await self.page.goto(self.url + path)

    async def reach(self, selector: str) -> None:
        """Press Tab until the focus is there."""
        for _ in range(60):
            if await self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
            await self.page.keyboard.press("Tab")
        raise AssertionError(f"{selector} cannot be reached by the keyboard at {self.page.url}")

    async def type(self, name: str, text: str) -> None:
        await self.reach(f"[name='{name}']:not([type=hidden])")
        await self.page.keyboard.press("Control+A")
        await self.page.keyboard.type(text)

    async def enter(self, name: str, text: str) -> None:
        """Fill in a field and press Enter in it."""
        await self.type(name, text)
        await self._enter()

    async def press(self, selector: str) -> None:
        """Press a button or follow a link."""
        await self.reach(selector)
        await self._enter()

    async def _enter(self) -> None:
        async with self.page.expect_navigation():
            await self.page.keyboard.press("Enter")

    async def log_in(self, password: str = PASSWORD, email: str = BEN) -> None:
        await self.open("/login")
        await self.type("identifier", email)
        await self.enter("password", password)

    async def log_out(self) -> None:
        await self.open("/welcome")
        await self.press("nav button")
        assert await self.heading() == "Hello"

    async def heading(self) -> str:
        return await self.page.inner_text("h1")

    async def text(self, selector: str) -> str:
        return await self.page.inner_text(selector)

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.url).partition("?")[0]


@asynccontextmanager
async def somebody_at(host: str, browser: Browser) -> AsyncGenerator[Somebody]:
    """Somebody at the pages, which are served at a host; the local Ory is at 127.0.0.1."""
    async with AsyncExitStack() as stack:
        listening = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        url = f"http://{host}:{listening.getsockname()[1]}"
        keys = RelyingParty(origins=(url,))
        kratos = KratosOptions(ui_url=url, passkeys=keys, webauthn=keys, oidc_providers=("example",))
        local = await stack.enter_async_context(LocalOry(kratos=kratos, seed=SEED))
        ory = await stack.enter_async_context(Ory(local.url))
        await stack.enter_async_context(serving(application(ory), listening, lifespan="auto"))
        context = await browser.new_context()
        page = await context.new_page()
        page.set_default_timeout(30_000)
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if "Content Security" in said.text else None)
        yield Somebody(local, url, context, page)
        assert faults == []
        await context.close()


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as started:
        yield started


@pytest_asyncio.fixture(loop_scope="module")
async def somebody(browser: Browser) -> AsyncIterator[Somebody]:
    async with somebody_at("localhost", browser) as person:
        yield person


async def add_authenticator(page: Page) -> None:
    """Give the browser a device for passkeys and security keys, with somebody who always agrees."""
    devtools = await page.context.new_cdp_session(page)
    await devtools.send("WebAuthn.enable")
    await devtools.send("WebAuthn.addVirtualAuthenticator", {"options": HIDDEN_AUTHENTICATOR})


async def test_a_newcomer_registers_verifies_and_comes_back(somebody: Somebody) -> None:
    await somebody.open("/")
    await somebody.press("a[href='/registration']")
    await somebody.type("traits.name.first", "Ann")
    await somebody.page.keyboard.press("Shift+Tab")
    await somebody.enter("traits.email", ANN)
    await somebody.enter("password", PASSWORD)
    assert somebody.path == "/verification"

    await somebody.enter("code", "000000")
    assert "invalid" in await somebody.text(".notice.error")
    await somebody.enter("code", somebody.local.outbox.last(to=ANN).code)
    assert await somebody.heading() == "Address verified"
    await somebody.press("main a.button")
    assert await somebody.heading() == "Welcome, Ann"
    assert f"{ANN}, verified" in await somebody.text("dl")

    await somebody.open("/login")
    assert somebody.path == "/welcome"
    await somebody.log_out()
    await somebody.log_in(email=ANN)
    assert await somebody.heading() == "Welcome, Ann"


async def test_what_is_wrong_is_said_at_the_field(somebody: Somebody) -> None:
    page = somebody.page
    await somebody.open("/registration")
    await somebody.enter("traits.email", "nobody")
    assert await page.title() == "Error: Create an account · Example"
    assert await page.evaluate("document.activeElement.matches('.notice.error')")
    email = page.locator("[name='traits.email']")
    assert await email.get_attribute("aria-invalid") == "true"
    assert await email.input_value() == "nobody"
    described_by = await email.get_attribute("aria-describedby")
    assert "valid email" in await somebody.text(f"#{described_by}")

    await somebody.enter("traits.email", '"><i id=markup>')
    assert await email.input_value() == '"><i id=markup>'
    assert await page.locator("#markup").count() == 0

    await somebody.reach(".notice a")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.name") == "traits.name.first"

    await somebody.log_in(password="wrong")
    assert "credentials are invalid" in await somebody.text(".notice.error")
    assert await page.locator("[name=identifier]").input_value() == BEN
    assert await page.locator("[name=password]").input_value() == ""
    await somebody.open("/login")
    await somebody.enter("identifier", BEN)
    assert "Fill this in." in await somebody.text("#password-password-said")


async def test_an_authenticator_app_is_the_second_step(somebody: Somebody) -> None:
    await somebody.log_in()
    await somebody.open("/settings")
    assert (await somebody.page.get_attribute("img.qr", "src") or "").startswith("data:image/png")
    app = pyotp.totp.TOTP(await somebody.text("form[aria-labelledby=totp] code"))
    await somebody.enter("totp_code", app.now())
    assert "saved" in await somebody.text(".notice.success")

    await somebody.press("[name=lookup_secret_regenerate]")
    assert await somebody.page.evaluate("document.activeElement.matches(':has(.codes)')")
    backup = (await somebody.page.locator(".codes code").all_inner_texts())[0]
    await somebody.press("[name=lookup_secret_confirm]")

    await somebody.log_out()
    await somebody.log_in()
    assert await somebody.heading() == "Second step"
    await somebody.open("/sessions")
    assert await somebody.heading() == "Second step"  # and after it, back to the sessions
    await somebody.enter("totp_code", "000000")
    assert "invalid" in await somebody.text(".notice.error")
    await somebody.enter("lookup_secret", backup)
    assert await somebody.heading() == "Sessions"
    await somebody.open("/settings")
    await somebody.press("[name=totp_unlink]")
    await somebody.open("/welcome")
    assert "two steps" in await somebody.text("dl")


async def test_a_forgotten_password_is_replaced(somebody: Somebody) -> None:
    await somebody.open("/login")
    await somebody.press("a[href='/recovery']")
    await somebody.enter("email", BEN)
    assert "recovery code" in await somebody.text(".notice.info")
    await somebody.enter("code", somebody.local.outbox.last(to=BEN).code)
    assert somebody.path == "/settings"
    assert "recovered your account" in await somebody.text(".notice.success")
    await somebody.enter("password", OTHER_PASSWORD)
    await somebody.log_out()
    await somebody.log_in()
    assert await somebody.heading() == "Log in"
    await somebody.log_in(password=OTHER_PASSWORD)
    assert await somebody.heading() == "Welcome"


async def test_a_code_logs_in_without_a_password(somebody: Somebody) -> None:
    await somebody.open("/login")
    await somebody.type("identifier", BEN)
    await somebody.press("button[value=code]")
    await somebody.press("[name=resend]")
    await somebody.enter("code", somebody.local.outbox.last(to=BEN).code)
    assert await somebody.heading() == "Welcome"


async def test_a_passkey_is_added_and_logs_in(somebody: Somebody) -> None:
    await add_authenticator(somebody.page)
    await somebody.log_in()
    await somebody.open("/settings")
    await somebody.press("[name=passkey_register_trigger]")
    assert "saved" in await somebody.text(".notice.success")
    assert await somebody.page.locator("[name=passkey_remove]").count() == 1
    await somebody.log_out()
    async with somebody.page.expect_navigation(url=re.compile("/welcome")):
        await somebody.open("/login")  # where the browser offers the passkey at once, and its owner agrees
    assert "passkey" in await somebody.text("dl")
    await somebody.log_out()
    await somebody.page.add_init_script("PublicKeyCredential.isConditionalMediationAvailable = async () => false")
    await somebody.open("/login")
    await somebody.press("[name=passkey_login_trigger]")
    assert "passkey" in await somebody.text("dl")


async def test_a_newcomer_registers_with_a_passkey(somebody: Somebody) -> None:
    await add_authenticator(somebody.page)
    await somebody.open("/registration")
    await somebody.enter("traits.email", ANN)
    await somebody.press("[name=passkey_register_trigger]")
    assert somebody.path == "/verification"
    await somebody.enter("code", somebody.local.outbox.last(to=ANN).code)
    async with somebody.page.expect_navigation(url=re.compile("/welcome")):
        await somebody.open("/login")
    assert ANN in await somebody.text("dl")


async def test_a_security_key_is_the_second_step(somebody: Somebody) -> None:
    await add_authenticator(somebody.page)
    await somebody.log_in()
    await somebody.open("/settings")
    await somebody.type("webauthn_register_displayname", "the blue one")
    await somebody.press("[name=webauthn_register_trigger]")
    assert "the blue one" in await somebody.text("[name=webauthn_remove]")
    await somebody.log_out()
    await somebody.log_in()
    assert await somebody.heading() == "Second step"
    await somebody.press("[name=webauthn_login_trigger]")
    assert await somebody.heading() == "Welcome"
    assert "two steps" in await somebody.text("dl")


async def test_a_social_sign_in_comes_back(browser: Browser) -> None:
    async with somebody_at("127.0.0.1", browser) as somebody:  # the host that the provider sends back to
        await somebody.open("/login?return_to=" + quote(f"{somebody.url}/sessions", safe=""))
        await somebody.press("[name=provider]")
        await somebody.enter("email", ANN)
        assert await somebody.heading() == "Sessions"
        await somebody.open("/settings")
        await somebody.enter("password", PASSWORD)
        await somebody.press("[name=unlink]")
        assert await somebody.page.locator("[name=link]").count() == 1


async def test_where_somebody_wants_to_go_is_kept(somebody: Somebody) -> None:
    await somebody.open("/sessions")
    assert somebody.path == "/login"
    await somebody.press("a[href^='/registration']")
    await somebody.press("a[href^='/login']")
    await somebody.type("identifier", BEN)
    await somebody.enter("password", "wrong")
    await somebody.enter("password", PASSWORD)
    assert await somebody.heading() == "Sessions"


async def test_old_logins_are_confirmed_and_old_forms_begun_again(somebody: Somebody) -> None:
    await somebody.log_in()
    await somebody.open("/settings")
    somebody.local.clock.advance(20 * 60)
    await somebody.enter("password", OTHER_PASSWORD)
    assert await somebody.heading() == "Is it you?"
    await somebody.type("identifier", BEN)
    await somebody.enter("password", PASSWORD)
    assert somebody.path == "/settings"
    await somebody.enter("password", OTHER_PASSWORD)
    assert "saved" in await somebody.text(".notice.success")

    await somebody.log_out()
    await somebody.log_in(password="wrong")
    somebody.local.clock.advance(3600)
    await somebody.enter("password", OTHER_PASSWORD)
    assert await somebody.heading() == "Log in"
    await somebody.page.reload()
    await somebody.type("identifier", BEN)
    await somebody.enter("password", OTHER_PASSWORD)
    assert await somebody.heading() == "Welcome"


async def test_other_sessions_are_listed_and_ended(somebody: Somebody, browser: Browser) -> None:
    elsewhere = await browser.new_context(user_agent="Another browser")
    other = Somebody(somebody.local, somebody.url, elsewhere, await elsewhere.new_page())
    await other.log_in()
    await somebody.log_in()
    await somebody.open("/sessions")
    assert "Another browser" in await somebody.text("section:last-of-type")
    await somebody.press("button.danger")
    assert "here only" in await somebody.text("main")
    await other.open("/welcome")
    assert await other.heading() == "Hello"
    await other.open("/settings")
    assert await other.heading() == "Log in"


async def test_forms_of_other_sites_are_refused(somebody: Somebody) -> None:
    await somebody.open("/login")
    action = await somebody.page.get_attribute("form", "action") or ""
    form: dict[str, str | float | bool] = {"method": "password", "identifier": BEN, "password": PASSWORD}
    answer = await somebody.context.request.post(somebody.url + action, form=form)
    assert answer.status == 403
    assert "begin again" in await answer.text()

    await somebody.log_in()
    cross_site = {"Sec-Fetch-Site": "cross-site"}
    for path in ("/logout", "/sessions/revoke", action):
        answer = await somebody.context.request.post(somebody.url + path, headers=cross_site)
        assert answer.status == 403
    await somebody.open("/welcome")
    assert await somebody.heading() == "Welcome"


async def test_the_browser_talks_to_the_app_only(somebody: Somebody) -> None:
    asked: set[str] = set()
    somebody.page.on("request", lambda request: asked.add(request.url))
    await somebody.log_in()
    await somebody.open("/settings")
    assert all(url.startswith((somebody.url, "data:")) for url in asked), asked
    cookies: list[Any] = list(await somebody.context.cookies())
    assert {cookie["domain"] for cookie in cookies} == {"localhost"}
    assert all(cookie["httpOnly"] for cookie in cookies)


async def test_pages_fit_narrow_screens(somebody: Somebody) -> None:
    await somebody.page.set_viewport_size({"width": 320, "height": 640})
    for path in ("/", "/registration", "/recovery", "/login"):
        await somebody.open(path)
        assert await somebody.page.evaluate("document.documentElement.scrollWidth") <= 320, path
    await somebody.log_in()
    for path in ("/welcome", "/settings", "/sessions", "/logout"):
        await somebody.open(path)
        assert await somebody.page.evaluate("document.documentElement.scrollWidth") <= 320, path


async def test_pages_for_what_goes_wrong(somebody: Somebody) -> None:
    for path, status, text in (
        ("/nowhere", 404, "no such page"),
        ("/error?id=stub:500", 400, "stub error"),
        ("/error", 400, "missing in this address"),
        ("/login?return_to=https://elsewhere.example", 400, "return_to"),
    ):
        answer = await somebody.context.request.get(somebody.url + path)
        assert answer.status == status
        assert text in await answer.text()
    somebody.local.faults.next(status=503, times=10)
    answer = await somebody.context.request.get(somebody.url + "/login")
    assert answer.status == 503
    assert answer.headers["cache-control"] == "no-store"
    await somebody.open("/login?flow=00000000-0000-4000-8000-000000000000")
    assert somebody.path == "/login"
