"""Settings: what people change of their own account."""

from __future__ import annotations

from collections.abc import Mapping

from ... import models
from ...operation import GET, POST
from .base import FrontendOperations


class SettingsOperations(FrontendOperations):
    """Change one's profile, password, second factors and linked accounts."""

    async def create_browser_settings_flow(
        self, *, return_to: str | None = None, organization: str | None = None, cookie: str | None = None
    ) -> models.SettingsFlow:
        """Begin to change settings, in a browser whose cookies hold a session.

        `return_to` is where the browser goes in the end. Only the Ory Network knows `organization`.

        Raises `NoActiveSession`, `SecondFactorRequired` when the session has to be raised first, and `BadRequest` when
        `return_to` is not allowed.

        https://www.ory.com/docs/reference/api#tag/frontend/operation/createBrowserSettingsFlow
        """
        return await self._call(
            "create_browser_settings_flow",
            GET,
            "/self-service/settings/browser",
            models.SettingsFlow,
            query={"return_to": return_to, "organization": organization},
            headers={"Cookie": cookie},
            bucket="kratos-public-medium",
        )

    async def create_native_settings_flow(
        self, *, organization: str | None = None, x_session_token: str | None = None
    ) -> models.SettingsFlow:
        """Begin to change settings, in an app outside browsers, with the token of a session.

        Raises `NoActiveSession`, and `SecondFactorRequired` when the session has to be raised first.

        https://www.ory.com/docs/reference/api#tag/frontend/operation/createNativeSettingsFlow
        """
        return await self._call(
            "create_native_settings_flow",
            GET,
            "/self-service/settings/api",
            models.SettingsFlow,
            query={"organization": organization},
            headers={"X-Session-Token": x_session_token},
            bucket="kratos-public-medium",
        )

    async def get_settings_flow(
        self, *, id: str, x_session_token: str | None = None, cookie: str | None = None
    ) -> models.SettingsFlow:
        """Fetch a settings flow, to show its form; it needs the session of the person who began it.

        Raises `Unauthorized` without a session, `SecondFactorRequired` when the session has to be raised first,
        `Forbidden` when the flow is another person's, `NotFound` when there is no such flow, `FlowExpired`.

        https://www.ory.com/docs/reference/api#tag/frontend/operation/getSettingsFlow
        """
        return await self._call(
            "get_settings_flow",
            GET,
            "/self-service/settings/flows",
            models.SettingsFlow,
            query={"id": id},
            headers={"X-Session-Token": x_session_token, "Cookie": cookie},
            bucket="kratos-public-high",
        )

    async def update_settings_flow(
        self,
        body: models.UpdateSettingsFlowBody | Mapping[str, models.Json],
        *,
        flow: str,
        x_session_token: str | None = None,
        cookie: str | None = None,
    ) -> models.SettingsFlow:
        """Submit the form of a settings flow; `flow` is its id.

        Returns the flow, with the identity as it is now. The flow can be submitted again; its ``ui.action`` may name
        another flow than its ``id``, and both work.

        Raises `FlowNotCompleted` when something was wrong; its state and messages may still tell of an earlier success.
        `SessionRefreshRequired` when the login is too old for this change, `SecondFactorRequired`,
        `BrowserRedirectRequired` (to link an account elsewhere), `CsrfViolation`, `FlowExpired`; `Unauthorized` without
        a session; `Forbidden` when the flow is another person's.

        https://www.ory.com/docs/reference/api#tag/frontend/operation/updateSettingsFlow
        """
        return await self._call(
            "update_settings_flow",
            POST,
            "/self-service/settings",
            models.SettingsFlow,
            query={"flow": flow},
            headers={"X-Session-Token": x_session_token, "Cookie": cookie},
            body=body,
            accepts=models.UpdateSettingsFlowBody,
            flow=models.SettingsFlow,
            bucket="kratos-public-low",
        )
