"""What the scenarios have in common: people who register and log in, the messages they get, the forms they see."""

from __future__ import annotations

import re
import secrets
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any, ParamSpec, Protocol, TypeVar

from ory_async import Ory, errors, models, with_response

P = ParamSpec("P")
T = TypeVar("T")

PASSWORD = "corr3ct-h0rse-battery"
OTHER_PASSWORD = "an0ther-passphrase"
NOBODY = "00000000-0000-4000-8000-000000000000"


class NewName(Protocol):
    """Makes fresh names that begin with a given one."""

    def __call__(self, name: str = ...) -> str: ...


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody who has registered with `PASSWORD` and is logged in by `token`."""

    email: str
    identity: models.Identity
    token: str


def fresh(name: str) -> str:
    """A name that no other scenario has, nor an earlier run of this one."""
    return f"{name}-{secrets.token_hex(6)}"


async def register(ory: Ory, email: str, password: str = PASSWORD) -> models.SuccessfulNativeRegistration:
    flow = await ory.frontend.create_native_registration_flow()
    body = models.UpdateRegistrationFlowWithPasswordMethod(traits={"email": email}, password=password)
    return await ory.frontend.update_registration_flow(body, flow=flow.id)


async def log_in(ory: Ory, email: str, password: str = PASSWORD) -> models.SuccessfulNativeLogin:
    flow = await ory.frontend.create_native_login_flow()
    body = models.UpdateLoginFlowWithPasswordMethod(identifier=email, password=password)
    return await ory.frontend.update_login_flow(body, flow=flow.id)


async def latest_code(ory: Ory, email: str) -> str:
    """The code in the newest message to an address."""
    [message, *_] = await ory.courier.list_courier_messages(recipient=email)
    found = re.search(r"\b\d{6}\b", message.body)
    assert found
    return found[0]


async def use_recovery_code(ory: Ory, flow: str, code: str) -> models.RecoveryFlow | str:
    """Recover by a code in an app; gives the flow, which tells the way on.

    Servers without feature_flags.use_continue_with_transitions have no session for an app, but name a page for a
    browser: then it gives that URL.
    """
    body = models.UpdateRecoveryFlowWithCodeMethod(code=code)
    try:
        answer = await ory.frontend.update_recovery_flow(body, flow=flow)
    except errors.BrowserRedirectRequired as elsewhere:
        return elsewhere.redirect_browser_to or ""
    assert isinstance(answer, models.RecoveryFlow)
    return answer


def message_ids(flow: Any) -> list[int]:
    """The numbers of the messages of a flow's form as a whole."""
    return [message.id for message in flow.ui.messages or ()]


def node(flow: Any, name: str) -> Any:
    """What the form shows under a name or an id: the attributes of that node."""
    attributes = (node.attributes for node in flow.ui.nodes)
    return next(each for each in attributes if name in (getattr(each, "name", None), getattr(each, "id", None)))


def csrf_token(flow: Any) -> str:
    return str(node(flow, "csrf_token").value)


class Browser:
    """The cookies of one browser; calling it with a method makes the call with them and keeps those of the answer."""

    def __init__(self) -> None:
        self._cookies: dict[str, str] = {}

    @property
    def cookie(self) -> str:
        """The Cookie header."""
        return "; ".join(f"{name}={value}" for name, value in self._cookies.items())

    def keep(self, set_cookies: Iterable[str]) -> None:
        """Take Set-Cookie headers as a browser does, also those that delete."""
        for header in set_cookies:
            pair, _, attributes = header.partition(";")
            name, _, value = pair.partition("=")
            if "max-age=0" in attributes.lower().replace(" ", "").split(";"):
                self._cookies.pop(name, None)
            else:
                self._cookies[name] = value

    async def __call__(self, method: Callable[P, Awaitable[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        answered = await with_response(method)(*args, **kwargs)
        self.keep(answered.set_cookies)
        return answered.data

    async def submit(self, update: Callable[..., Awaitable[T]], flow: Any, **fields: Any) -> T:
        """Submit a flow with its CSRF token and the cookies."""
        return await self(update, {"csrf_token": csrf_token(flow), **fields}, flow=flow.id, cookie=self.cookie)
