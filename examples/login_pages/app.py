"""The pages of self-service as a FastAPI app: registration, login, settings, recovery, verification, sessions, logout.

    python -m examples.login_pages.app        # then open http://localhost:4455

It runs against a local Ory, which it starts, unless the environment names servers (ORY_SDK_URL, ...), whose pages have
to be set to this app. The browser talks to this app only: each form comes here and is submitted by `ory_async.flows`,
with the browser's cookies; those that the server sets go back to the browser.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import os
from collections.abc import AsyncGenerator, Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import uvicorn
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates
from starlette.exceptions import HTTPException as StarletteHTTPException

from ory_async import Ory, errors, flows, models
from ory_async.local import LocalOry
from ory_async.local.kratos import KratosOptions, RelyingParty

from . import pages

HERE = Path(__file__).parent
URL = "http://localhost:4455"  # passkeys need a name, not an address
OPENERS: Mapping[str, Any] = {
    "login": flows.login,
    "registration": flows.registration,
    "settings": flows.settings,
    "recovery": flows.recovery,
    "verification": flows.verification,
}
HEADERS = {
    "Cache-Control": "no-store",
    # No form-action: browsers apply it to redirects too, and would stop the way to a social sign-in.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}

templates = Jinja2Templates(HERE / "templates")
router = APIRouter(include_in_schema=False)


# what each request brings


def client_for(request: Request) -> Ory:
    """The client, which tells the server whose browser it is: people see it in the list of their sessions."""
    ory: Ory = request.app.state.ory
    headers = {"X-Forwarded-For": request.client.host} if request.client else {}
    return ory.with_options(user_agent=request.headers.get("user-agent", "unknown"), headers=headers)


def cookie_of(request: Request) -> str:
    return request.headers.get("cookie", "")


def from_our_pages(request: Request) -> None:
    """Refuse what another site posts; old browsers do not tell, and have only the cookies' SameSite."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise HTTPException(403, "This form was sent from another site.")


Client = Annotated[Ory, Depends(client_for)]
Cookie = Annotated[str, Depends(cookie_of)]
FROM_OUR_PAGES = [Depends(from_our_pages)]


# what the pages show


@router.get("/")
@router.get("/welcome")
async def welcome(request: Request, ory: Client, cookie: Cookie) -> Response:
    try:
        session = await ory.frontend.to_session(cookie=cookie)
    except errors.NoActiveSession:
        return render(request, "hello.html")
    return render(request, "welcome.html", session=session)


@router.get("/sessions")
async def sessions(request: Request, ory: Client, cookie: Cookie) -> Response:
    session = await ory.frontend.to_session(cookie=cookie)
    others = [each async for each in ory.frontend.list_my_sessions(cookie=cookie)]
    return render(request, "sessions.html", session=session, others=others)


@router.post("/sessions/revoke", dependencies=FROM_OUR_PAGES)
async def revoke_session(request: Request, ory: Client, cookie: Cookie) -> Response:
    """End the session that the form names, or all but this one."""
    id = (await request.form()).get("id")
    if isinstance(id, str):
        await ory.frontend.disable_my_session(id, cookie=cookie)
    else:
        await ory.frontend.disable_my_other_sessions(cookie=cookie)
    return go(request, "/sessions")


@router.get("/logout")
async def ask_to_log_out(request: Request) -> Response:
    return render(request, "logout.html")


@router.post("/logout", dependencies=FROM_OUR_PAGES)
async def log_out(request: Request, ory: Client, cookie: Cookie) -> Response:
    ended = await flows.logout(ory, cookie=cookie)
    return go(request, "/", ended.set_cookies)


@router.get("/error")
async def server_error(request: Request, ory: Client, id: str) -> Response:
    """What the server has to say when there is no form to say it in; browsers are sent here with its number."""
    found = await ory.frontend.get_flow_error(id=id)
    error = found.error or {}
    return fail(request, 400, str(error.get("reason") or error.get("message") or "The server gave no reason."))


@router.get("/.well-known/ory/webauthn.js")
async def keys_script(ory: Client) -> Response:
    """The server's script for security keys and passkeys, from this origin."""
    return Response(await ory.frontend.get_webauthn_javascript(), media_type="text/javascript")


@router.get("/{kind}")
async def show(request: Request, ory: Client, cookie: Cookie, kind: str) -> Response:
    """Draw a flow: the one that the URL names, or a new one."""
    opener, query = opener_of(kind), request.query_params
    if id := query.get("flow"):
        try:
            flow: flows.AnyFlow = await opener(ory, id=id, cookie=cookie)
        except (errors.Gone, errors.NotFound, errors.CsrfViolation) as error:
            return go(request, pages.with_query(f"/{kind}", return_to=(error.details or {}).get("return_to")))
    else:
        flow = await opener(ory, browser=True, cookie=cookie, **options(kind, query))
    return render(request, "flow.html", flow.set_cookies, page=pages.page(flow))


@router.post("/{kind}", dependencies=FROM_OUR_PAGES)
async def take(request: Request, ory: Client, cookie: Cookie, kind: str, flow: str) -> Response:
    """Submit what was posted, and send the browser to what comes of it."""
    posted = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    try:
        opened: flows.AnyFlow = await opener_of(kind)(ory, id=flow, cookie=cookie)
    except (errors.Gone, errors.NotFound):
        return go(request, f"/{kind}")
    outcome = await opened.submit_form(posted)
    match outcome:
        case flows.Completed():
            return go(request, after(outcome), outcome.set_cookies)
        case flows.Invalid() | flows.NextStep() | flows.Expired():
            return go(request, page_of(outcome.flow), outcome.set_cookies)
        case flows.RedirectTo(url=url):
            return go(request, url, outcome.set_cookies)
        case flows.AlreadyLoggedIn():
            return go(request, "/welcome", outcome.set_cookies)


# how they do it


def opener_of(kind: str) -> Any:
    if kind not in OPENERS:
        raise HTTPException(404)
    return OPENERS[kind]


def options(kind: str, query: Mapping[str, str]) -> dict[str, Any]:
    """What a new flow is asked for, by the URL of its page."""
    asked: dict[str, Any] = {"return_to": query.get("return_to") or None}
    if kind == "login":
        asked |= {"aal": query.get("aal"), "refresh": query.get("refresh") == "true" or None}
    return asked


def page_of(flow: flows.AnyFlow) -> str:
    return pages.with_query(f"/{flow.kind}", flow=flow.id)


def after(done: flows.Completed[flows.AnyFlow]) -> str:
    """Where the browser goes when a flow is done: first to a new address that wants to be verified."""
    for step in done.continue_with:
        if isinstance(step, models.ContinueWithVerificationUi):
            return pages.with_query("/verification", flow=step.flow.id)
    if done.flow is not None and (done.flow.kind == "verification" or not done.redirect_to):
        return page_of(done.flow)  # it tells the good news; that of a verification has a link onwards
    return done.redirect_to or "/welcome"


def go(request: Request, url: str, set_cookies: Iterable[str] = ()) -> Response:
    """Send the browser on. Where the server would begin or go on with a flow, our page does it."""
    parts = urlsplit(url)
    if parts.path.startswith("/self-service/"):
        url = f"/{parts.path.split('/')[2]}" + (f"?{parts.query}" if parts.query else "")
    return with_cookies(request, RedirectResponse(url, 303), set_cookies)


def render(
    request: Request, template: str, set_cookies: Iterable[str] = (), *, status: int = 200, **context: Any
) -> Response:
    return with_cookies(request, templates.TemplateResponse(request, template, context, status), set_cookies)


def fail(request: Request, status: int, text: str) -> Response:
    return render(request, "error.html", status=status, text=text)


def with_cookies(request: Request, response: Response, set_cookies: Iterable[str]) -> Response:
    """Hand the server's cookies on to the browser, each of them, with the headers of a page."""
    for header in set_cookies:
        response.headers.append("Set-Cookie", for_host(header, request.url.hostname or ""))
    response.headers.update(HEADERS)
    return response


def for_host(set_cookie: str, host: str) -> str:
    """A cookie of the server as one of this app: a domain that is not the app's would make the browser drop it."""
    parts = [part.strip() for part in set_cookie.split(";")]
    for part in parts[1:]:
        name, _, value = part.partition("=")
        domain = value.strip().lstrip(".").lower()
        if name.strip().lower() == "domain" and host != domain and not host.endswith(f".{domain}"):
            parts.remove(part)
    return "; ".join(parts)


# what else a server may say


async def log_in_first(request: Request, error: Exception) -> Response:
    """Nobody is logged in, or by one factor only: do that, and come back."""
    aal = "aal2" if isinstance(error, errors.SecondFactorRequired) else None
    is_page = request.method == "GET" and request.url.path != "/login"
    back = str(request.url) if is_page else request.query_params.get("return_to")
    return go(request, pages.with_query("/login", aal=aal, return_to=back))


async def welcome_back(request: Request, error: Exception) -> Response:
    return go(request, "/welcome")


async def refused(request: Request, error: Exception) -> Response:
    match error:
        case errors.CsrfViolation():
            text = "The form was too old, or your browser has blocked its cookie. Please begin again."
            return fail(request, 403, text)
        case errors.RateLimited():
            return fail(request, 429, "That was a bit much. Please wait a moment.")
        case errors.ApiError(status=status) if status < 500:
            return fail(request, status, str(error.reason or error.message))
        case _:
            return fail(request, 503, "We cannot reach the sign-in service. Please try again in a moment.")


async def http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, StarletteHTTPException) else 500
    text = "There is no such page." if status == 404 else str(getattr(error, "detail", "Something went wrong."))
    return fail(request, status, text)


async def incomplete(request: Request, error: Exception) -> Response:
    return fail(request, 400, "Something is missing in this address.")


# putting it together


def application(ory: Ory | None = None) -> FastAPI:
    """The pages; without a client they take the environment's Ory, or start a local one."""

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        async with contextlib.AsyncExitStack() as stack:
            app.state.ory = ory or await stack.enter_async_context(environment())
            yield

    app = FastAPI(lifespan=lifespan, openapi_url=None)
    app.mount("/static", StaticFiles(directory=HERE / "static"))
    app.include_router(router)
    app.add_exception_handler(errors.Unauthorized, log_in_first)
    app.add_exception_handler(errors.SecondFactorRequired, log_in_first)
    app.add_exception_handler(errors.SessionAlreadyAvailable, welcome_back)
    app.add_exception_handler(errors.OryError, refused)
    app.add_exception_handler(StarletteHTTPException, http_error)
    app.add_exception_handler(RequestValidationError, incomplete)
    return app


@contextlib.asynccontextmanager
async def environment() -> AsyncGenerator[Ory]:
    """A client of the servers that the environment names; by default of a local Ory, whose messages are printed."""
    if any(name.startswith("ORY_") and name.endswith("_URL") for name in os.environ):
        async with Ory.from_env() as ory:
            yield ory
        return
    keys = RelyingParty(origins=(URL,))
    kratos = KratosOptions(ui_url=URL, passkeys=keys, webauthn=keys, oidc_providers=("example",))
    # Its host is this app's too, so that the cookies are there when a social sign-in comes back to it.
    async with LocalOry(host="localhost", port=4000, kratos=kratos) as local, local.client() as ory:
        printing = asyncio.create_task(print_messages(local))
        yield ory
        printing.cancel()


async def print_messages(local: LocalOry) -> None:
    """Print the messages with the codes, which nobody delivers."""
    count = 0
    while True:
        count += 1
        message = await local.outbox.wait(count=count, timeout=math.inf)
        print(f"to {message.to}: {message.subject}: {message.code or message.link}", flush=True)


if __name__ == "__main__":
    uvicorn.run(application(), host="localhost", port=urlsplit(URL).port or 80)
