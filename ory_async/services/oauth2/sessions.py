"""What people have granted, where they are logged in, and the tokens of clients, as an administrator sees them."""

from __future__ import annotations

from ... import models
from ...operation import DELETE
from ...pagination import AsyncPager
from ..base import Service


class SessionOperations(Service):
    """Look at consents; revoke consents, logins and tokens."""

    def list_oauth2_consent_sessions(
        self,
        *,
        subject: str,
        page_size: int | None = None,
        page_token: str | None = None,
        login_session_id: str | None = None,
    ) -> AsyncPager[models.OAuth2ConsentSession]:
        """List what somebody has granted to applications, in no order of time.

        An unknown subject has granted nothing. `login_session_id` picks what was granted in one login session.

        https://www.ory.com/docs/reference/api#tag/oAuth2/operation/listOAuth2ConsentSessions
        """
        return self._list(
            "list_oauth2_consent_sessions",
            "/admin/oauth2/auth/sessions/consent",
            models.OAuth2ConsentSession,
            query={
                "subject": subject,
                "page_size": page_size,
                "page_token": page_token,
                "login_session_id": login_session_id,
            },
            bucket="hydra-admin-high",
        )

    async def revoke_oauth2_consent_sessions(
        self,
        *,
        subject: str | None = None,
        client: str | None = None,
        consent_request_id: str | None = None,
        all: bool | None = None,
    ) -> None:
        """Take back what somebody has granted, with all tokens that come from it.

        Give one of these: `subject` and `client`, the id of an application; `subject` and ``all=True``; or
        `consent_request_id` alone. It does no harm where there is nothing to revoke.

        Raises `BadRequest` for any other combination.

        https://www.ory.com/docs/reference/api#tag/oAuth2/operation/revokeOAuth2ConsentSessions
        """
        return await self._call(
            "revoke_oauth2_consent_sessions",
            DELETE,
            "/admin/oauth2/auth/sessions/consent",
            None,
            query={"subject": subject, "client": client, "consent_request_id": consent_request_id, "all": all},
            bucket="hydra-admin-low",
        )

    async def revoke_oauth2_login_sessions(self, *, subject: str | None = None, sid: str | None = None) -> None:
        """Log somebody out of Hydra: of all browsers by `subject`, or of one login session by `sid`, which wins.

        Tokens stay valid; see `revoke_oauth2_consent_sessions`. Applications are told only about a `sid`. It does no
        harm where there is nothing to end.

        Raises `BadRequest` when neither is given.

        https://www.ory.com/docs/reference/api#tag/oAuth2/operation/revokeOAuth2LoginSessions
        """
        return await self._call(
            "revoke_oauth2_login_sessions",
            DELETE,
            "/admin/oauth2/auth/sessions/login",
            None,
            query={"subject": subject, "sid": sid},
            bucket="hydra-admin-low",
        )

    async def delete_oauth2_token(self, *, client_id: str) -> None:
        """Delete all access tokens of a client. Refresh tokens stay valid.

        It does no harm where there are none.

        https://www.ory.com/docs/reference/api#tag/oAuth2/operation/deleteOAuth2Token
        """
        return await self._call(
            "delete_oauth2_token",
            DELETE,
            "/admin/oauth2/tokens",
            None,
            query={"client_id": client_id},
            bucket="hydra-admin-low",
        )
