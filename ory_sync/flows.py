"""Self-service without status codes, blocking; see `ory_async.flows`.

flow = flows.login(ory)
match flow.submit("password", identifier="ann@example.com", password="..."):
    case flows.Completed(session_token=token):
        ...
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeAlias

import attrs

import ory_async
from ory_async import flows
from ory_async.flows import (
    AlreadyLoggedIn,
    Completed,
    Expired,
    FlowModel,
    Form,
    Invalid,
    Method,
    NextStep,
    OutcomeOf,
    Reason,
    RedirectTo,
    merge_cookies,
)
from ory_async.flows.form import M_co

from .client import Ory
from .portal import portal

__all__ = [
    "AlreadyLoggedIn",
    "AnyFlow",
    "Completed",
    "Expired",
    "Flow",
    "FlowModel",
    "Form",
    "Invalid",
    "Method",
    "NextStep",
    "Outcome",
    "OutcomeOf",
    "Reason",
    "RedirectTo",
    "login",
    "logout",
    "merge_cookies",
    "recovery",
    "registration",
    "settings",
    "verification",
]

P = ParamSpec("P")


def _asynchronous(ory: Ory) -> ory_async.Ory:
    return ory._ory  # noqa: SLF001 - the client that this one carries out


def _submitting(
    method: Callable[Concatenate[Any, P], Coroutine[Any, Any, flows.Outcome]],
) -> Callable[Concatenate[Any, P], Outcome]:
    """The blocking twin of a method that submits a flow."""

    @wraps(method)
    def submit(self: AnyFlow, /, *args: Any, **kwargs: Any) -> Any:
        return _twin(portal().call(method(self._flow, *args, **kwargs)))

    return submit


def _opening(
    open: Callable[Concatenate[Any, P], Coroutine[Any, Any, flows.Flow[M_co]]],
) -> Callable[Concatenate[Ory, P], Flow[M_co]]:
    """The blocking twin of a function that opens a flow."""

    @wraps(open)
    def opened(ory: Ory, /, *args: Any, **kwargs: Any) -> Any:
        flow = portal().call(open(_asynchronous(ory), *args, **kwargs))
        return Flow(data=flow.data, flow=flow)

    return opened


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Flow(Form[M_co]):
    """A flow of any kind: its form, and how to submit it."""

    _flow: flows.Flow[M_co] = attrs.field(alias="flow")

    @property
    def cookie(self) -> str | None:
        """The Cookie header of its browser, with what the answers since have set."""
        return self._flow.cookie

    @property
    def session_token(self) -> str | None:
        """The session of its app, for settings, a second factor or a refresh."""
        return self._flow.session_token

    @property
    def set_cookies(self) -> list[str]:
        """Set-Cookie headers that came with the flow: hand each of them to the browser, or it cannot submit the form."""
        return self._flow.set_cookies

    @property
    def exchange_code(self) -> str | None:
        """What `exchange` needs, in flows of apps that were begun with ``return_session_token_exchange_code``."""
        return self._flow.exchange_code

    submit = _submitting(flows.Flow.submit)
    submit_form = _submitting(flows.Flow.submit_form)
    send = _submitting(flows.Flow.send)
    exchange = _submitting(flows.Flow.exchange)


AnyFlow: TypeAlias = Flow[FlowModel]
"""A flow of any kind."""

Outcome: TypeAlias = OutcomeOf[AnyFlow]
"""What comes of a submission."""


def _twin(outcome: Any) -> Any:
    """An outcome with the blocking twin of its flow."""
    flow = getattr(outcome, "flow", None)
    return outcome if flow is None else attrs.evolve(outcome, flow=Flow(data=flow.data, flow=flow))


login = _opening(flows.login)
registration = _opening(flows.registration)
settings = _opening(flows.settings)
recovery = _opening(flows.recovery)
verification = _opening(flows.verification)


@wraps(flows.logout)
def logout(
    ory: Ory, *, cookie: str | None = None, session_token: str | None = None, return_to: str | None = None
) -> Completed[AnyFlow]:
    ended: Completed[AnyFlow] = _twin(
        portal().call(flows.logout(_asynchronous(ory), cookie=cookie, session_token=session_token, return_to=return_to))
    )
    return ended
