"""Self-service without status codes: log in, register, recover, verify, change settings and log out.

    flow = await flows.login(ory)
    match await flow.submit("password", identifier="ann@example.com", password="..."):
        case flows.Completed(session_token=token):
            ...

A flow is a `Flow`: its form, and `Flow.submit`, which gives an `Outcome`.
"""

from __future__ import annotations

from .cookies import merge_cookies
from .flow import AnyFlow, Flow, Outcome
from .form import FlowModel, Form, Method
from .openings import login, logout, recovery, registration, settings, verification
from .outcomes import AlreadyLoggedIn, Completed, Expired, Invalid, NextStep, OutcomeOf, Reason, RedirectTo

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
