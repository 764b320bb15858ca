"""Who is calling, blocking: from the headers of a request to a session, without asking the server each time.

    verifier = SessionVerifier(ory, cache=SessionCache(ttl=60))
    verified = verifier.verify(request.headers, aal="aal2")

It may be used from any number of threads.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from ory_async import sessions
from ory_async.caching import Clock
from ory_async.sessions import Credential as Credential
from ory_async.sessions import Level as Level
from ory_async.sessions import Missing as Missing
from ory_async.sessions import NoSession as NoSession
from ory_async.sessions import RefreshNeeded as RefreshNeeded
from ory_async.sessions import RequestHeaders as RequestHeaders
from ory_async.sessions import SecondFactorNeeded as SecondFactorNeeded
from ory_async.sessions import SessionCache as SessionCache
from ory_async.sessions import VerifiedSession as VerifiedSession

from .blocking import BlockingService, blocking, plain
from .client import Ory


class SessionVerifier(BlockingService):
    __doc__ = sessions.SessionVerifier.__doc__

    def __init__(
        self,
        ory: Ory,
        *,
        cache: SessionCache | None = None,
        cookies: Sequence[str] = sessions.SESSION_COOKIES,
        public_url: str | None = None,
        clock: Clock = time.time,
    ) -> None:
        around = ory._ory  # noqa: SLF001 - the async client that it wraps
        super().__init__(
            sessions.SessionVerifier(around, cache=cache, cookies=cookies, public_url=public_url, clock=clock)
        )

    credentials = plain(sessions.SessionVerifier.credentials)
    forget = blocking(sessions.SessionVerifier.forget)
    missing = plain(sessions.SessionVerifier.missing)
    revoked = blocking(sessions.SessionVerifier.revoked)
    session = blocking(sessions.SessionVerifier.session)
    tokenized = blocking(sessions.SessionVerifier.tokenized)
    verify = blocking(sessions.SessionVerifier.verify)
    verify_credential = blocking(sessions.SessionVerifier.verify_credential)
