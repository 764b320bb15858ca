"""What comes of a submission.

    match await flow.submit("password", identifier="ann@example.com", password="..."):
        case Completed(session=session, session_token=token): ...
        case Invalid(flow=flow, messages=messages, by_field=by_field): ...
        case NextStep(flow=flow, method=method, reason=reason): ...
        case RedirectTo(url=url): ...
        case Expired(flow=flow): ...
        case AlreadyLoggedIn(): ...

They are read from the flow's state and messages, not from HTTP statuses: a 400 may be a success, a 200 a failure.
"""

from __future__ import annotations

from typing import Generic, Literal, TypeAlias, TypeVar

import attrs

from .. import models

F_co = TypeVar("F_co", covariant=True)
"""The kind of flow: that of ory_async or that of ory_sync."""

Reason: TypeAlias = Literal[
    "code_sent",
    "link_sent",
    "choose_method",
    "choose_address",
    "confirm_address",
    "second_factor",
    "refresh",
    "verify_address",
    "confirm",
    "show_form",
]
"""Why a flow goes on.

``code_sent`` and ``link_sent``: a message is on its way. ``choose_method``: this step is done, and the form offers the
methods of the next. ``choose_address``, ``confirm_address``: where a recovery sends its code. ``second_factor``: the
session has to be raised to AAL2. ``refresh``: the login is too old for this change; log in again, then repeat it.
``verify_address``: nobody is let in before an address is verified. ``confirm``: new lookup codes are shown, and hold once
they are confirmed. ``show_form``: the form has changed; show it.
"""


@attrs.frozen(kw_only=True)
class Answered:
    """What all outcomes carry."""

    set_cookies: list[str] = attrs.field(factory=list, repr=False)
    """Set-Cookie headers for the browser: hand it each of them. Empty for apps."""
    continue_with: list[models.ContinueWith] = attrs.field(factory=list)
    """What the application may do next, as the server lists it."""


@attrs.frozen
class Completed(Answered, Generic[F_co]):
    """The flow has done what it is for."""

    session: models.Session | None = None
    """Who is logged in, after a login; after a registration where the server logs people in at once."""
    session_token: str | None = attrs.field(default=None, repr=False)
    """What an app calls with from now on; browsers have a cookie instead."""
    identity: models.Identity | None = None
    """The account, after a registration or a change of settings; after a login, where the server tells."""
    flow: F_co | None = None
    """The flow as it is now: settings may be submitted again."""
    redirect_to: str | None = None
    """Where the browser goes now, such as the flow's ``return_to``."""


@attrs.frozen
class Invalid(Answered, Generic[F_co]):
    """Something was wrong: show the form again, with what is said about it."""

    flow: F_co
    """The flow as it is now, ready to be submitted again."""
    messages: list[models.UiText] = attrs.field(factory=list)
    """The errors that concern the form as a whole."""
    by_field: dict[str, list[models.UiText]] = attrs.field(factory=dict)
    """The errors of single fields, by their names, such as ``traits.email``."""


@attrs.frozen
class NextStep(Answered, Generic[F_co]):
    """This step is done, and another one follows."""

    flow: F_co
    """The flow to go on with; for a second factor, a refresh or a verification that is another one."""
    reason: Reason
    method: str | None = None
    """The method of the next step; None while there is a choice."""
    messages: list[models.UiText] = attrs.field(factory=list)
    """What to tell, such as that a code was sent."""
    session_token: str | None = attrs.field(default=None, repr=False)
    """The token of the session that a second factor will raise, for apps: keep it."""


@attrs.frozen
class RedirectTo(Answered):
    """The browser has to go there: to a social sign-in, to the OAuth2 server, to the settings after a recovery."""

    url: str


@attrs.frozen
class Expired(Answered, Generic[F_co]):
    """The flow was too old or is used up."""

    flow: F_co
    """A fresh one to begin again with."""


@attrs.frozen
class AlreadyLoggedIn(Answered):
    """There is a session already, so there is nothing to log in or to register for."""


OutcomeOf: TypeAlias = Completed[F_co] | Invalid[F_co] | NextStep[F_co] | RedirectTo | Expired[F_co] | AlreadyLoggedIn
"""One of the outcomes, with flows of one of the two packages."""
