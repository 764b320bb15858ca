"""Registration of new people."""

from __future__ import annotations

from collections.abc import Mapping

from ... import models
from ...operation import GET, POST
from .base import FrontendOperations


class RegistrationOperations(FrontendOperations):
    """Make an account for oneself."""

    async def create_browser_registration_flow(
        self,
        *,
        return_to: str | None = None,
        login_challenge: str | None = None,
        after_verification_return_to: str | None = None,
        organization: str | None = None,
        identity_schema: str | None = None,
    ) -> models.RegistrationFlow:
        """Begin to register, in a browser.

        `return_to` is where the browser goes in the end, `after_verification_return_to` where the link in the
        verification message leads to. `login_challenge` comes from the OAuth2 server. Only the Ory Network knows
        `organization`. The answer sets the CSRF cookie that the submission needs.

        Raises `BadRequest` when an argument is refused. No cookies go along, so a session that the browser may have is
        not noticed; `to_session` tells.

        https://www.ory.com/docs/reference/api#tag/frontend/operation/createBrowserRegistrationFlow
        """
        return await self._call(
            "create_browser_registration_flow",
            GET,
            "/self-service/registration/browser",
            models.RegistrationFlow,
            query={
                "return_to": return_to,
                "login_challenge": login_challenge,
                "after_verification_return_to": after_verification_return_to,
                "organization": organization,
                "identity_schema": identity_schema,
            },
            bucket="kratos-public-medium",
        )

    async def create_native_registration_flow(
        self,
        *,
        return_session_token_exchange_code: bool | None = None,
        return_to: str | None = None,
        organization: str | None = None,
        identity_schema: str | None = None,
    ) -> models.RegistrationFlow:
        """Begin to register, in an app outside browsers.

        `return_session_token_exchange_code` prepares for a social sign-in, which takes place in a browser: the flow's
        ``session_token_exchange_code`` is then the `init_code` of `exchange_session_token`. `return_to` is where that
        browser goes in the end.

        Raises `BadRequest` when an argument is refused. With an `organization`, the flow may have no nodes.

        https://www.ory.com/docs/reference/api#tag/frontend/operation/createNativeRegistrationFlow
        """
        return await self._call(
            "create_native_registration_flow",
            GET,
            "/self-service/registration/api",
            models.RegistrationFlow,
            query={
                "return_session_token_exchange_code": return_session_token_exchange_code,
                "return_to": return_to,
                "organization": organization,
                "identity_schema": identity_schema,
            },
            bucket="kratos-public-medium",
        )

    async def get_registration_flow(self, *, id: str, cookie: str | None = None) -> models.RegistrationFlow:
        """Fetch a registration flow, to show its form.

        A browser flow needs the cookies of the browser that began it.

        Raises `NotFound` when there is no such flow, `FlowExpired` when it is too old, `CsrfViolation` when the cookies
        are not those of the flow.

        https://www.ory.com/docs/reference/api#tag/frontend/operation/getRegistrationFlow
        """
        return await self._call(
            "get_registration_flow",
            GET,
            "/self-service/registration/flows",
            models.RegistrationFlow,
            query={"id": id},
            headers={"Cookie": cookie},
            bucket="kratos-public-high",
        )

    async def update_registration_flow(
        self,
        body: models.UpdateRegistrationFlowBody | Mapping[str, models.Json],
        *,
        flow: str,
        cookie: str | None = None,
    ) -> models.SuccessfulNativeRegistration:
        """Submit the form of a registration flow; `flow` is its id.

        Returns the new identity, and what to do next in ``continue_with``. A session, for a native flow with its token,
        is there only where the project logs people in after this method; a browser gets it by the answer's Set-Cookie
        headers. Submitted once more, a finished flow makes another account.

        Raises `FlowNotCompleted` while the flow goes on: something was wrong, or this step succeeded and the next one
        follows (``method="profile"``, a code was sent). `BrowserRedirectRequired` when the browser has to go on
        elsewhere, to a social sign-in for instance. `FlowExpired`, `CsrfViolation`; `NotFound`.

        https://www.ory.com/docs/reference/api#tag/frontend/operation/updateRegistrationFlow
        """
        return await self._call(
            "update_registration_flow",
            POST,
            "/self-service/registration",
            models.SuccessfulNativeRegistration,
            query={"flow": flow},
            headers={"Cookie": cookie},
            body=body,
            accepts=models.UpdateRegistrationFlowBody,
            flow=models.RegistrationFlow,
            bucket="kratos-public-low",
        )
