"""People who log in to the OAuth2 server are those who are logged in to Kratos."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Final, TypeAlias

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ... import models
from ...caching import Clock
from ...client import Ory
from ...errors import ConfigurationError, NotFound
from ...sessions import Level, SessionVerifier, VerifiedSession
from .provider import LoginAsked

_LEVELS: Final[tuple[Level, ...]] = ("aal1", "aal2", "aal3")

Subject: TypeAlias = Callable[[models.Session], str]


class KratosSessions:
    """Tells by the session of Kratos, or the Ory Network, who somebody is; who has none is sent to log in there.

    `verifier` finds the session; give it the `public_url`, and allow this app's URLs as ``return_to`` there. `subject`
    makes the ``sub`` of all tokens of a session, by default the id of the identity. With `remember` Hydra remembers a
    login by itself for that long, as requests with ``prompt=none`` need it; then a logout of Kratos alone does not end
    it. Without it the session of Kratos decides each time.

    An application may ask for a second factor by ``acr_values=aal2``, and for a new login by ``prompt=login`` or
    ``max_age``.
    """

    def __init__(
        self,
        ory: Ory,
        verifier: SessionVerifier,
        *,
        subject: Subject | None = None,
        remember: timedelta | None = None,
        clock: Clock = time.time,
    ) -> None:
        if remember is not None and remember < timedelta(seconds=1):
            raise ConfigurationError("remember must be a second or longer")
        self._ory = ory
        self._verifier = verifier
        self._subject = subject or _identity_id
        self._remember = remember
        self._clock = clock

    async def authenticate(
        self, request: Request, asked: LoginAsked
    ) -> models.AcceptOAuth2LoginRequest | models.RejectOAuth2Request | Response:
        """Accept the login as the person of the session, or send the browser to log in."""
        wanted = asked.request.oidc_context.acr_values if asked.request.oidc_context else None
        found = await self._verifier.verify(
            request.headers,
            aal=next((level for level in _LEVELS if level in (wanted or ())), None),
            max_age=self._longest_ago(asked),
            return_to=asked.way_back,
        )
        if isinstance(found, VerifiedSession):
            return self._accepted(found.session)
        if found.redirect_browser_to is None:
            raise ConfigurationError("nobody is logged in: give the SessionVerifier a public_url to send browsers to")
        return RedirectResponse(found.redirect_browser_to, 303)

    async def log_out(self, request: Request, asked: models.OAuth2LogoutRequest) -> None:
        """End the session of Kratos as well, where it is the same person's."""
        session = await self._verifier.session(request.headers)
        if session is None or self._subject(session) != asked.subject:
            return
        with contextlib.suppress(NotFound):  # it has ended meanwhile
            await self._ory.identity.disable_session(session.id)
        await self._verifier.revoked(session.id)

    def _longest_ago(self, asked: LoginAsked) -> timedelta | None:
        """How long ago the person may have logged in."""
        if asked.not_before is None:
            return None
        return timedelta(seconds=max(0.0, self._clock() - asked.not_before))

    def _accepted(self, session: models.Session) -> models.AcceptOAuth2LoginRequest:
        methods = session.authentication_methods or []
        return models.AcceptOAuth2LoginRequest(
            subject=self._subject(session),
            remember=self._remember is not None,
            remember_for=None if self._remember is None else int(self._remember.total_seconds()),
            acr=session.authenticator_assurance_level,
            amr=[str(method.method) for method in methods if method.method],
            identity_provider_session_id=session.id,
        )


def _identity_id(session: models.Session) -> str:
    if session.identity is None:
        raise ConfigurationError("the session tells no identity, so there is no subject")
    return session.identity.id
