"""Everything that this SDK raises.

    OryError
    ├── ConfigurationError              a setting is missing or makes no sense
    ├── InvalidRequest (ValueError)     refused before anything was sent
    ├── ClientClosed                    used after close()
    ├── TransportError                  no answer
    │   ├── ConnectError                nothing was sent
    │   ├── RequestTimeout
    │   └── ConnectionLost              sent, then the connection broke
    ├── DecodeError                     the answer is another kind of thing than promised
    └── ApiError                        the server says no
        ├── UnexpectedRedirect  3xx     where the operation promises a document
        ├── BadRequest          400
        │   └── SessionAlreadyAvailable
        ├── Unauthorized        401
        │   └── NoActiveSession
        ├── Forbidden           403
        │   ├── SecondFactorRequired
        │   ├── SessionRefreshRequired
        │   └── CsrfViolation
        ├── NotFound            404
        ├── Conflict            409
        ├── Gone                410
        │   ├── FlowExpired
        │   └── FlowReplaced
        ├── UnprocessableEntity 422
        │   └── BrowserRedirectRequired
        ├── RateLimited         429
        ├── ServerError         5xx
        ├── FlowNotCompleted    400, 422  the body is a flow: more input, a code was sent, messages
        └── OAuth2Error                 from the OAuth2 protocol endpoints (RFC 6749 section 5.2)

Every error pickles, equals another one of the same contents, and says in one line what failed, where and why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import models
    from .messages import Headers

    Flow = (
        models.LoginFlow | models.RegistrationFlow | models.SettingsFlow | models.RecoveryFlow | models.VerificationFlow
    )


class OryError(Exception):
    """The base of all errors of this SDK."""

    def __init__(self, line: str, /, **facts: Any) -> None:
        super().__init__(line)
        self.__dict__.update(facts)

    def __reduce__(self) -> tuple[Any, ...]:
        return _revive, (type(self), self.args, self.__dict__)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, OryError):
            return NotImplemented
        return type(self) is type(other) and self.args == other.args and _facts(self) == _facts(other)

    def __hash__(self) -> int:
        return hash((type(self), self.args))


def _revive(cls: type[OryError], args: tuple[Any, ...], facts: dict[str, Any]) -> OryError:
    error = cls.__new__(cls, *args)
    error.args = args
    error.__dict__.update(facts)
    return error


def _facts(error: OryError) -> dict[str, Any]:
    return {name: fact for name, fact in error.__dict__.items() if not name.startswith("__")}


class ConfigurationError(OryError):
    """A setting is missing, contradicts another one, or would be unsafe; the message names it."""


class InvalidRequest(OryError, ValueError):
    """The arguments make no valid request; nothing was sent."""


class ClientClosed(OryError):
    """The client was closed, before or during the call."""


class TransportError(OryError):
    """There is no answer."""

    operation: str = ""
    sent: bool = True
    """Whether the server may have seen the request."""


class ConnectError(TransportError):
    """No connection: refused, unknown host, failed TLS. Nothing was sent."""

    sent = False


class RequestTimeout(TransportError):
    """A time limit passed, before or while the answer came; `sent` tells whether there was a connection.

    With a session of your own it may be True where there was none.
    """


class ConnectionLost(TransportError):
    """The connection broke, or what came was no HTTP, after the request was sent."""


class DecodeError(OryError):
    """The answer is no JSON where JSON is promised, or another kind of thing than the model promises."""

    status: int | None = None
    operation: str | None = None
    path: Sequence[str | int] = ()
    """The way to the place in the document: names of members and indexes of items."""
    body: bytes | None = None
    """The first 200 bytes, without secrets."""


class ApiError(OryError):
    """The server answered with an error.

    Its message is for people; programs look at the class, `status`, and `error_id` where the server gives one.
    """

    operation: str
    """The operation that failed, such as ``identity.get_identity``."""
    status: int
    error_id: str | None = None
    message: str | None = None
    reason: str | None = None
    details: Mapping[str, Any] | None = None
    """What else the server says about it, as it came; pickled and copied without secrets."""
    request_id: str | None = None
    headers: Headers
    body: Any = None
    """The parsed JSON of the answer, or its text, without secrets."""
    retry_after: float | None = None
    """Seconds to wait before another try, as the server asks."""

    @property
    def set_cookies(self) -> list[str]:
        """The Set-Cookie headers of the answer, which a browser must be given as with any answer."""
        return self.headers.get_all("set-cookie")

    def __reduce__(self) -> tuple[Any, ...]:
        from .redaction import redact

        facts = {name: redact(fact) if name == "details" else fact for name, fact in self.__dict__.items()}
        return _revive, (type(self), self.args, facts)


class UnexpectedRedirect(ApiError):
    """A redirect where the operation promises a document. It was not followed."""

    location: str | None = None


class BadRequest(ApiError):
    """400: the server does not accept the request."""


class SessionAlreadyAvailable(BadRequest):
    """There is a session already, so that nobody needs to log in, register or recover an account."""


class Unauthorized(ApiError):
    """401: no credential, or one that is not valid."""


class NoActiveSession(Unauthorized):
    """There is no session, or it has ended: log in."""


class Forbidden(ApiError):
    """403: the credential does not allow this."""


class SecondFactorRequired(Forbidden):
    """The session has to be raised to the second factor (AAL2) first."""

    redirect_browser_to: str | None = None


class SessionRefreshRequired(Forbidden):
    """The session is too old for this: log in again (a login flow with ``refresh=True``)."""

    redirect_browser_to: str | None = None


class CsrfViolation(Forbidden):
    """The CSRF token or cookie is missing or wrong: pass the browser's cookies, or use a native flow."""


class NotFound(ApiError):
    """404: there is no such thing."""


class Conflict(ApiError):
    """409: it exists already."""


class Gone(ApiError):
    """410: it has been used or has expired."""

    redirect_to: str | None = None


class FlowExpired(Gone):
    """The flow has expired: go on with `use_flow_id`, or start a new one where there is none."""

    use_flow_id: str | None = None


class FlowReplaced(Gone):
    """Another flow has taken its place: go on with `use_flow_id`."""

    use_flow_id: str | None = None


class UnprocessableEntity(ApiError):
    """422: understood, but it cannot be done. From a permission check: the answer is unknown, not "denied"."""


class BrowserRedirectRequired(UnprocessableEntity):
    """The browser has to go to `redirect_browser_to`; hand it `set_cookies` as well."""

    redirect_browser_to: str | None = None


class RateLimited(ApiError):
    """429: too many requests; `bucket` names the limit that the operation counts against, where known."""

    bucket: str | None = None


class ServerError(ApiError):
    """5xx: the server failed."""


class FlowNotCompleted(ApiError):
    """The flow goes on: its messages say what is missing, or that a code was sent (which is a success)."""

    flow: Flow

    @property
    def messages(self) -> list[models.UiText]:
        """All messages of the flow: those of the form first, then those of its fields."""
        ui = self.flow.ui
        if ui is None:
            return []
        return [*(ui.messages or ()), *(message for node in ui.nodes or () for message in node.messages or ())]


class OAuth2Error(ApiError):
    """An error of the OAuth2 protocol (RFC 6749 section 5.2)."""

    error: str
    """The code, such as ``invalid_grant``."""
    error_description: str | None = None
