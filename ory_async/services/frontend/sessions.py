"""Sessions, as the person sees them whose they are."""

from __future__ import annotations

from ... import models
from ...operation import DELETE, GET
from ...pagination import AsyncPager, ByNumber
from .base import FrontendOperations


class SessionOperations(FrontendOperations):
    """Who is calling, and where else they are logged in."""

    async def to_session(
        self, *, tokenize_as: str | None = None, x_session_token: str | None = None, cookie: str | None = None
    ) -> models.Session:
        """Tell who is logged in: the session of a session token or of a browser's cookies.

        With `tokenize_as`, the name of a template, the session comes also as a JWT, in ``tokenized``. A server may set
        the session cookie anew: hand the Set-Cookie headers to the browser (see `with_response`).

        Raises `NoActiveSession` when nobody is, `SecondFactorRequired` when the session has to be raised first, and
        `BadRequest` for an unknown template.

        https://www.ory.com/docs/reference/api#tag/frontend/operation/toSession
        """
        return await self._call(
            "to_session",
            GET,
            "/sessions/whoami",
            models.Session,
            query={"tokenize_as": tokenize_as},
            headers={"X-Session-Token": x_session_token, "Cookie": cookie},
            bucket="kratos-public-high",
        )

    def list_my_sessions(
        self,
        *,
        per_page: int | None = None,
        page: int | None = None,
        page_size: int | None = None,
        page_token: str | None = None,
        x_session_token: str | None = None,
        cookie: str | None = None,
    ) -> AsyncPager[models.Session]:
        """List the person's other active sessions, newest first; the current one is not among them.

        `page_size` is 250 where it is not given; the server takes 1 to 500. `page` and `per_page` are the older
        spelling; pages 0 and 1 are the same one. Some servers name a wrong next page: iterate over the pager, which
        gives each session once, instead of following ``next_page_token``. The identities in it come without their
        addresses and schema URL.

        Raises `Unauthorized` without a session.

        https://www.ory.com/docs/reference/api#tag/frontend/operation/listMySessions
        """
        return self._list(
            "list_my_sessions",
            "/sessions",
            models.Session,
            course=ByNumber,
            query={"per_page": per_page, "page": page, "page_size": page_size, "page_token": page_token},
            headers={"X-Session-Token": x_session_token, "Cookie": cookie},
            bucket="kratos-public-medium",
        )

    async def disable_my_session(
        self, id: str, *, x_session_token: str | None = None, cookie: str | None = None
    ) -> None:
        """Log the person out in one other place. An unknown id, or another person's, is passed over in silence.

        Raises `BadRequest` for the current session (log out instead) and when the id is no UUID, `Unauthorized` without
        a session.

        https://www.ory.com/docs/reference/api#tag/frontend/operation/disableMySession
        """
        return await self._call(
            "disable_my_session",
            DELETE,
            "/sessions/{id}",
            None,
            path={"id": id},
            headers={"X-Session-Token": x_session_token, "Cookie": cookie},
            bucket="kratos-public-low",
        )

    async def disable_my_other_sessions(
        self, *, x_session_token: str | None = None, cookie: str | None = None
    ) -> models.DeleteMySessionsCount:
        """Log the person out everywhere else; the current session goes on.

        Returns how many sessions that ended; some servers count those that had ended before.

        Raises `Unauthorized` without a session.

        https://www.ory.com/docs/reference/api#tag/frontend/operation/disableMyOtherSessions
        """
        return await self._call(
            "disable_my_other_sessions",
            DELETE,
            "/sessions",
            models.DeleteMySessionsCount,
            headers={"X-Session-Token": x_session_token, "Cookie": cookie},
            bucket="kratos-public-low",
        )

    async def exchange_session_token(self, *, init_code: str, return_to_code: str) -> models.SuccessfulNativeLogin:
        """Get the session token of a native flow that was finished in a browser, by a social sign-in.

        `init_code` is the flow's ``session_token_exchange_code``; `return_to_code` is the ``code`` in the URL that the
        browser came back to.

        Raises `NotFound` for a wrong code and while there is no session yet, `FlowNotCompleted` when the sign-in was
        refused or needs more input, and `BadRequest` when a code is empty.

        https://www.ory.com/docs/reference/api#tag/frontend/operation/exchangeSessionToken
        """
        return await self._call(
            "exchange_session_token",
            GET,
            "/sessions/token-exchange",
            models.SuccessfulNativeLogin,
            query={"init_code": init_code, "return_to_code": return_to_code},
            flow=models.LoginFlow,
            bucket="kratos-public-medium",
        )
