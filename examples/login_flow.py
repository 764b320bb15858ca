"""The pages of self-service, drawn by a server of your own: registration, login, settings, recovery, verification, logout.

    python examples/login_flow.py          # then open http://127.0.0.1:4455/registration

It runs against a local Ory, which it starts, unless the environment names servers (ORY_SDK_URL, ...), whose pages have
to be set to this one. One handler draws the form of any flow, another one takes it; what comes of it is an outcome.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack
from html import escape
from typing import Any

from aiohttp import web

from ory_async import Ory, errors, flows, models
from ory_async.local import LocalOry

PORT = 4455
OPENERS: dict[str, Any] = {
    "login": flows.login,
    "registration": flows.registration,
    "settings": flows.settings,
    "recovery": flows.recovery,
    "verification": flows.verification,
}
ORY = web.AppKey("ORY", Ory)


# what a flow looks like


def page(title: str, content: str, set_cookies: Iterable[str] = (), status: int = 200) -> web.Response:
    links = " ".join(f'<a href="/{path}">{path}</a>' for path in (*OPENERS, "logout"))
    text = f"<!doctype html><title>{title}</title><nav>{links}</nav><h1>{title}</h1>{content}"
    return with_cookies(web.Response(text=text, content_type="text/html", status=status), set_cookies)


def form(flow: flows.AnyFlow, set_cookies: Iterable[str] = ()) -> web.Response:
    """The form of a flow: first what the server says, then the fields, one form for each method."""
    said = "".join(f"<p><b>{escape(message.text)}</b></p>" for message in flow.messages)
    shared = "".join(element(node) for node in flow.nodes("default"))
    groups = [group for group in dict.fromkeys(str(node.group) for node in flow.nodes()) if group != "default"]
    forms = (
        f'<form method="post" action="/{flow.kind}?flow={escape(flow.id)}"><fieldset><legend>{escape(group)}</legend>'
        f"{shared}{''.join(element(node) for node in flow.nodes(group))}</fieldset></form>"
        for group in groups
    )
    return page(flow.kind, said + "".join(forms), set_cookies)


def element(node: models.UiNode) -> str:
    """One element of a form; a library of templates would do the same."""
    label = escape(node.meta.label.text if node.meta and node.meta.label else "")
    said = "".join(f"<em>{escape(message.text)}</em>" for message in node.messages or ())
    match node.attributes:
        case models.UiNodeInputAttributes(name=name, type="submit" | "button", value=value):
            return f'<p><button name="{escape(name)}" value="{escape(str(value))}" formnovalidate>{label}</button></p>'
        case models.UiNodeInputAttributes(name=name, type=type, value=value, required=required):
            shown = "" if value is None else f' value="{escape(str(value))}"'
            needed = " required" if required and type != "hidden" else ""
            field = f'<input name="{escape(name)}" type="{escape(type)}"{shown}{needed}>'
            return field if type == "hidden" else f"<p><label>{label} {field}</label> {said}</p>"
        case models.UiNodeTextAttributes(text=text):
            return f"<p>{label}: <code>{escape(text.text)}</code></p>"
        case models.UiNodeImageAttributes(src=src):
            return f'<p><img src="{escape(src)}" alt="{label}"></p>'
        case models.UiNodeAnchorAttributes(href=href):
            return f'<p><a href="{escape(href)}">{label}</a></p>'
        case _:
            return ""  # scripts, for security keys and passkeys, are left out here


def with_cookies(response: web.Response, set_cookies: Iterable[str]) -> web.Response:
    """Hand the server's cookies on to the browser, each of them."""
    for header in set_cookies:
        response.headers.add("Set-Cookie", header)
    return response


def go(path: str, set_cookies: Iterable[str] = ()) -> web.Response:
    return with_cookies(web.Response(status=303, headers={"Location": path}), set_cookies)


# what the pages do


async def show(request: web.Request) -> web.Response:
    """Draw a flow: the one that the URL names, or a new one."""
    kind, cookie, ory = request.path.strip("/"), request.headers.get("Cookie"), request.app[ORY]
    try:
        if id := request.query.get("flow"):
            flow: flows.AnyFlow = await OPENERS[kind](ory, id=id, cookie=cookie)
        else:
            options = {name: request.query[name] for name in ("aal", "return_to") if name in request.query}
            flow = await OPENERS[kind](ory, browser=True, cookie=cookie, **options)
    except (errors.Gone, errors.NotFound, errors.CsrfViolation):
        return go(f"/{kind}")
    except errors.SecondFactorRequired:
        return go("/login?aal=aal2")
    except errors.Unauthorized:
        return go("/login")
    except errors.BadRequest as error:
        if error.error_id == "session_already_available":
            return go("/")
        raise
    return form(flow, flow.set_cookies)


async def take(request: web.Request) -> web.Response:
    """Submit what was posted, and do what comes of it."""
    kind, cookie = request.path.strip("/"), request.headers.get("Cookie")
    posted = {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    try:
        flow: flows.AnyFlow = await OPENERS[kind](request.app[ORY], id=request.query.get("flow", ""), cookie=cookie)
        outcome = await flow.submit_form(posted)
    except (errors.Gone, errors.NotFound, errors.Unauthorized, errors.CsrfViolation):
        return go(f"/{kind}")
    match outcome:
        case flows.Completed():
            way_on = (step for step in outcome.continue_with if isinstance(step, models.ContinueWithVerificationUi))
            verification = next((f"/verification?flow={step.flow.id}" for step in way_on), None)
            return go(verification or "/", outcome.set_cookies)
        case flows.Invalid(flow=flow) | flows.NextStep(flow=flow) | flows.Expired(flow=flow):
            return form(flow, outcome.set_cookies)
        case flows.RedirectTo(url=url):
            return go(url, outcome.set_cookies)
        case flows.AlreadyLoggedIn():
            return go("/", outcome.set_cookies)


async def home(request: web.Request) -> web.Response:
    try:
        session = await request.app[ORY].frontend.to_session(cookie=request.headers.get("Cookie"))
    except (errors.Unauthorized, errors.SecondFactorRequired):
        return page("Nobody is logged in", "")
    traits = session.identity.traits if session.identity else {}
    return page("Welcome", f"<p>{escape(str(traits))}</p>")


async def log_out(request: web.Request) -> web.Response:
    ended = await flows.logout(request.app[ORY], cookie=request.headers.get("Cookie", ""))
    return go("/", ended.set_cookies)


def application(ory: Ory | None = None) -> web.Application:
    """The pages; without a client they take the environment's Ory, or start a local one."""

    async def servers(app: web.Application) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            if ory is not None:
                app[ORY] = ory
            elif any(name.startswith("ORY_") and name.endswith("_URL") for name in os.environ):
                app[ORY] = await stack.enter_async_context(Ory.from_env())
            else:
                local = await stack.enter_async_context(LocalOry())
                app[ORY] = await stack.enter_async_context(Ory(local.url))
            yield

    app = web.Application()
    app.cleanup_ctx.append(servers)
    app.add_routes([web.get("/", home), web.get("/logout", log_out)])
    for kind in OPENERS:
        app.add_routes([web.get(f"/{kind}", show), web.post(f"/{kind}", take)])
    return app


if __name__ == "__main__":
    web.run_app(application(), host="127.0.0.1", port=PORT)
