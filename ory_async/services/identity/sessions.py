"""Sessions, as an administrator sees them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ... import models
from ...operation import DELETE, GET, PATCH, POST, checked_sequence
from ...pagination import AsyncPager, ByNumber
from ..base import Service


class SessionOperations(Service):
    """Look at sessions, make them last longer, end them."""

    def list_sessions(
        self,
        *,
        page_size: int | None = None,
        page_token: str | None = None,
        active: bool | None = None,
        expand: Sequence[str] | None = None,
    ) -> AsyncPager[models.Session]:
        """List the sessions of all identities.

        `active` picks those that are active, or those that are not. `expand` names what comes along: ``identity``,
        ``devices``; without it both are empty. `page_size` is 250 where it is not given; the server takes 1 to 1000.

        Raises `BadRequest` for something else to expand, and for a page token that is not the server's own.

        https://www.ory.com/docs/reference/api#tag/identity/operation/listSessions
        """
        return self._list(
            "list_sessions",
            "/admin/sessions",
            models.Session,
            query={
                "page_size": page_size,
                "page_token": page_token,
                "active": active,
                "expand": checked_sequence("expand", expand),
            },
            bucket="kratos-admin-medium",
        )

    def list_identity_sessions(
        self,
        id: str,
        *,
        per_page: int | None = None,
        page: int | None = None,
        page_size: int | None = None,
        page_token: str | None = None,
        active: bool | None = None,
    ) -> AsyncPager[models.Session]:
        """List the sessions of one identity; there are none where the identity does not exist.

        `active` picks those that are active, or those that are not. `page_size` is 250 where it is not given; the
        server takes 1 to 500. `page` and `per_page` are the older spelling; pages 0 and 1 are the same one. Some
        servers name a wrong next page: iterate over the pager, which gives each session once, instead of following
        ``next_page_token``. The identities in it come without their addresses and schema URL.

        Raises `BadRequest` when the id is no UUID.

        https://www.ory.com/docs/reference/api#tag/identity/operation/listIdentitySessions
        """
        return self._list(
            "list_identity_sessions",
            "/admin/identities/{id}/sessions",
            models.Session,
            course=ByNumber,
            path={"id": id},
            query={
                "per_page": per_page,
                "page": page,
                "page_size": page_size,
                "page_token": page_token,
                "active": active,
            },
            bucket="kratos-admin-medium",
        )

    async def get_session(self, id: str, *, expand: Sequence[str] | None = None) -> models.Session:
        """Fetch one session, active or not.

        `expand` names what comes along: ``identity``, ``devices``; without it both are empty.

        Raises `NotFound` when there is no such session, `BadRequest` when the id is no UUID and for something else to
        expand.

        https://www.ory.com/docs/reference/api#tag/identity/operation/getSession
        """
        return await self._call(
            "get_session",
            GET,
            "/admin/sessions/{id}",
            models.Session,
            path={"id": id},
            query={"expand": checked_sequence("expand", expand)},
            bucket="kratos-admin-high",
        )

    async def extend_session(self, id: str) -> models.Session | None:
        """Make a session last longer, also one that has expired, which is valid again then.

        Returns the session, or None from servers that do not send it (today's default). Neither tells whether anything
        was extended, for servers may pass over in silence that it is too early: look at ``expires_at`` of
        `get_session`.

        Raises `NotFound` when there is no such session, on some servers also when it was extended a moment ago, and
        `BadRequest` when the id is no UUID.

        https://www.ory.com/docs/reference/api#tag/identity/operation/extendSession
        """
        return await self._call(
            "extend_session",
            PATCH,
            "/admin/sessions/{id}/extend",
            models.Session,
            path={"id": id},
            optional=True,
            bucket="kratos-admin-low",
        )

    async def disable_session(self, id: str) -> None:
        """End one session; it is kept, and is not active any more.

        Raises `NotFound` when there is no such session, `BadRequest` when the id is no UUID.

        https://www.ory.com/docs/reference/api#tag/identity/operation/disableSession
        """
        return await self._call(
            "disable_session",
            DELETE,
            "/admin/sessions/{id}",
            None,
            path={"id": id},
            bucket="kratos-admin-low",
        )

    async def delete_identity_sessions(self, id: str) -> None:
        """Delete all sessions of an identity for good, which logs it out everywhere.

        Raises `NotFound` when it has none, so also when there is no such identity, and `BadRequest` when the id is no
        UUID.

        https://www.ory.com/docs/reference/api#tag/identity/operation/deleteIdentitySessions
        """
        return await self._call(
            "delete_identity_sessions",
            DELETE,
            "/admin/identities/{id}/sessions",
            None,
            path={"id": id},
            bucket="kratos-admin-low",
        )

    async def manage_sessions(
        self, body: models.ManageSessionsBody | Mapping[str, models.Json]
    ) -> models.ManageSessionsResponse:
        """Disable or delete many sessions: those of up to 500 `identities`, or up to 500 `sessions`, by their ids.

        ``identities=["*"]`` stands for every identity there is, and so ends every session. Call it again, then, as long
        as ``more`` is true. ``processed`` counts the sessions that were changed.

        Raises `BadRequest` when both or neither of the lists are given, and for more than 500 ids. Kratos up
        to v26.2 does not have the operation.

        https://www.ory.com/docs/reference/api#tag/identity/operation/manageSessions
        """
        return await self._call(
            "manage_sessions",
            POST,
            "/admin/sessions",
            models.ManageSessionsResponse,
            body=body,
            accepts=models.ManageSessionsBody,
            bucket="kratos-admin-low",
        )
