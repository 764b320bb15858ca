"""The frontend: what people do for themselves, in flows that begin, are shown as a form, and are submitted."""

from __future__ import annotations

from .errors import ErrorOperations
from .login import LoginOperations
from .logout import LogoutOperations
from .recovery import RecoveryOperations
from .registration import RegistrationOperations
from .saml import SamlOperations
from .sessions import SessionOperations
from .settings import SettingsOperations
from .verification import VerificationOperations
from .wellknown import WellKnownOperations

__all__ = ["AsyncFrontendService"]


class AsyncFrontendService(
    LoginOperations,
    RegistrationOperations,
    SettingsOperations,
    RecoveryOperations,
    VerificationOperations,
    LogoutOperations,
    SessionOperations,
    SamlOperations,
    WellKnownOperations,
    ErrorOperations,
):
    """Log people in and out, register them, let them recover accounts, verify addresses and change their settings.

    Each kind of flow comes in two types. A browser flow belongs to the browser's cookies: pass its Cookie header as
    `cookie`, and hand the Set-Cookie headers of the answer back to it (see `with_response`; errors have `set_cookies`).
    A native flow, for apps outside browsers, has no cookies and ends with a session token, sent as `x_session_token`;
    it does not protect against CSRF, so never serve it to a browser. Where a call takes both, the token wins.
    """
