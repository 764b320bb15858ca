"""Recovery of an account whose credentials are lost."""

from __future__ import annotations

from collections.abc import Mapping

from ... import models
from ...messages import Redirect
from ...operation import GET, POST
from .base import FrontendOperations


class RecoveryOperations(FrontendOperations):
    """Get back into an account by a code or a link that is sent to its address."""

    async def create_browser_recovery_flow(
        self, *, return_to: str | None = None, skip_settings: str | None = None
    ) -> models.RecoveryFlow:
        """Begin to recover an account, in a browser.

        `return_to` is where the browser goes in the end; with ``skip_settings="true"`` it goes there without passing
        the settings page. The answer sets the CSRF cookie that the submission needs.

        Raises `BadRequest` when `return_to` is not allowed or recovery is disabled. No cookies go along, so a session
        that the browser may have is not noticed.

        https://www.ory.com/docs/reference/api#tag/frontend/operation/createBrowserRecoveryFlow
        """
        return await self._call(
            "create_browser_recovery_flow",
            GET,
            "/self-service/recovery/browser",
            models.RecoveryFlow,
            query={"return_to": return_to, "skip_settings": skip_settings},
            bucket="kratos-public-medium",
        )

    async def create_native_recovery_flow(self) -> models.RecoveryFlow:
        """Begin to recover an account, in an app outside browsers.

        Raises `BadRequest` when recovery is disabled.

        https://www.ory.com/docs/reference/api#tag/frontend/operation/createNativeRecoveryFlow
        """
        return await self._call(
            "create_native_recovery_flow",
            GET,
            "/self-service/recovery/api",
            models.RecoveryFlow,
            bucket="kratos-public-medium",
        )

    async def get_recovery_flow(self, *, id: str, cookie: str | None = None) -> models.RecoveryFlow:
        """Fetch a recovery flow, to show its form.

        A browser flow needs the cookies of the browser that began it, unless it was made for a person by
        `create_recovery_code_for_identity`.

        Raises `NotFound` when there is no such flow, `FlowExpired` when it is too old, `CsrfViolation` when the cookies
        are not those of the flow.

        https://www.ory.com/docs/reference/api#tag/frontend/operation/getRecoveryFlow
        """
        return await self._call(
            "get_recovery_flow",
            GET,
            "/self-service/recovery/flows",
            models.RecoveryFlow,
            query={"id": id},
            headers={"Cookie": cookie},
            bucket="kratos-public-high",
        )

    async def update_recovery_flow(
        self,
        body: models.UpdateRecoveryFlowBody | Mapping[str, models.Json],
        *,
        flow: str,
        token: str | None = None,
        cookie: str | None = None,
    ) -> models.RecoveryFlow | Redirect:
        """Submit the form of a recovery flow; `flow` is its id, `token` what a recovery link carries.

        Returns the flow, also when a code was wrong: look at its state and at the messages of its ``ui``. After
        ``passed_challenge``, ``continue_with`` has the settings flow, and for an app outside browsers the session
        token. When a browser flow is too old, a `Redirect` leads to its successor.

        Raises `FlowNotCompleted` when the input is no valid form, `FlowExpired` when a native flow is too old,
        `BrowserRedirectRequired` on servers that send browsers on by it, `CsrfViolation`; `BadRequest` after too many
        wrong codes or for a code that was used (``details`` say where to begin anew); `NotFound` for an unknown flow.

        https://www.ory.com/docs/reference/api#tag/frontend/operation/updateRecoveryFlow
        """
        return await self._call(
            "update_recovery_flow",
            POST,
            "/self-service/recovery",
            models.RecoveryFlow,
            query={"flow": flow, "token": token},
            headers={"Cookie": cookie},
            body=body,
            accepts=models.UpdateRecoveryFlowBody,
            flow=models.RecoveryFlow,
            redirects=True,
            bucket="kratos-public-low",
        )
