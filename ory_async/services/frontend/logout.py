"""Logging out."""

from __future__ import annotations

from collections.abc import Mapping

from ... import models
from ...messages import Redirect
from ...operation import DELETE, GET
from .base import FrontendOperations


class LogoutOperations(FrontendOperations):
    """End one's session."""

    async def create_browser_logout_flow(
        self, *, return_to: str | None = None, cookie: str | None = None
    ) -> models.LogoutFlow:
        """Make the URL that logs a browser out, for the session in its cookies.

        Put ``logout_url`` into a link, or give ``logout_token`` to `update_logout_flow`. `return_to` is where the
        browser goes in the end.

        Raises `NoActiveSession`, and `BadRequest` when `return_to` is not allowed.

        https://www.ory.com/docs/reference/api#tag/frontend/operation/createBrowserLogoutFlow
        """
        return await self._call(
            "create_browser_logout_flow",
            GET,
            "/self-service/logout/browser",
            models.LogoutFlow,
            query={"return_to": return_to},
            headers={"Cookie": cookie},
            bucket="kratos-public-medium",
        )

    async def update_logout_flow(
        self, *, token: str | None = None, return_to: str | None = None, cookie: str | None = None
    ) -> Redirect | None:
        """Log a browser out, with the `token` of `create_browser_logout_flow` and the browser's cookies.

        The answer's Set-Cookie headers remove the session from the browser: hand them to it (see `with_response`).
        Returns None, or the redirect where a page was asked for.

        Raises `NoActiveSession`, also when the session has just ended; `Forbidden` when the token belongs to another
        session; `BadRequest` without a token.

        https://www.ory.com/docs/reference/api#tag/frontend/operation/updateLogoutFlow
        """
        return await self._call(
            "update_logout_flow",
            GET,
            "/self-service/logout",
            None,
            redirects=True,
            query={"token": token, "return_to": return_to},
            headers={"Cookie": cookie},
            bucket="kratos-public-high",
        )

    async def perform_native_logout(self, body: models.PerformNativeLogoutBody | Mapping[str, models.Json]) -> None:
        """Log an app outside browsers out: end the session of a token. A second time does no harm.

        Raises `Forbidden` when the token is unknown or empty, `BadRequest` when the body has another shape.

        https://www.ory.com/docs/reference/api#tag/frontend/operation/performNativeLogout
        """
        return await self._call(
            "perform_native_logout",
            DELETE,
            "/self-service/logout/api",
            None,
            body=body,
            accepts=models.PerformNativeLogoutBody,
            bucket="kratos-public-medium",
        )
