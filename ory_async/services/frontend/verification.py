"""Verification of addresses."""

from __future__ import annotations

from collections.abc import Mapping

from ... import models
from ...messages import Redirect
from ...operation import GET, POST
from .base import FrontendOperations


class VerificationOperations(FrontendOperations):
    """Prove that an e-mail address or phone number is one's own."""

    async def create_browser_verification_flow(self, *, return_to: str | None = None) -> models.VerificationFlow:
        """Begin to verify an address, in a browser.

        `return_to` is where the browser goes in the end. The answer sets the CSRF cookie that the submission needs.

        Raises `BadRequest` when `return_to` is not allowed or verification is disabled.

        https://www.ory.com/docs/reference/api#tag/frontend/operation/createBrowserVerificationFlow
        """
        return await self._call(
            "create_browser_verification_flow",
            GET,
            "/self-service/verification/browser",
            models.VerificationFlow,
            query={"return_to": return_to},
            bucket="kratos-public-medium",
        )

    async def create_native_verification_flow(self, *, return_to: str | None = None) -> models.VerificationFlow:
        """Begin to verify an address, in an app outside browsers.

        `return_to` is the URL that the finished flow leads to.

        Raises `BadRequest` when `return_to` is not allowed or verification is disabled.

        https://www.ory.com/docs/reference/api#tag/frontend/operation/createNativeVerificationFlow
        """
        return await self._call(
            "create_native_verification_flow",
            GET,
            "/self-service/verification/api",
            models.VerificationFlow,
            query={"return_to": return_to},
            bucket="kratos-public-medium",
        )

    async def get_verification_flow(self, *, id: str, cookie: str | None = None) -> models.VerificationFlow:
        """Fetch a verification flow, to show its form.

        A browser flow needs the cookies of the browser that began it.

        Raises `NotFound` when there is no such flow, `FlowExpired` when it is too old, `CsrfViolation` when the cookies
        are not those of the flow.

        https://www.ory.com/docs/reference/api#tag/frontend/operation/getVerificationFlow
        """
        return await self._call(
            "get_verification_flow",
            GET,
            "/self-service/verification/flows",
            models.VerificationFlow,
            query={"id": id},
            headers={"Cookie": cookie},
            bucket="kratos-public-high",
        )

    async def update_verification_flow(
        self,
        body: models.UpdateVerificationFlowBody | Mapping[str, models.Json],
        *,
        flow: str,
        token: str | None = None,
        cookie: str | None = None,
    ) -> models.VerificationFlow | Redirect:
        """Submit the form of a verification flow; `flow` is its id, `token` what a verification link carries.

        Returns the flow, also when a code was wrong: look at its state and at the messages of its ``ui``. A phone
        number goes in the field ``email`` too. Whether an address is known at all, the answer does not tell. When the
        flow is too old, also a native one, a `Redirect` leads to its successor, a browser flow.

        Raises `FlowNotCompleted` when the input is no valid form, `FlowReplaced` after too many wrong codes or when the
        flow has passed before, `CsrfViolation`; `NotFound` for an unknown flow.

        https://www.ory.com/docs/reference/api#tag/frontend/operation/updateVerificationFlow
        """
        return await self._call(
            "update_verification_flow",
            POST,
            "/self-service/verification",
            models.VerificationFlow,
            query={"flow": flow, "token": token},
            headers={"Cookie": cookie},
            body=body,
            accepts=models.UpdateVerificationFlowBody,
            flow=models.VerificationFlow,
            redirects=True,
            bucket="kratos-public-low",
        )
