"""Logging in."""

from __future__ import annotations

from collections.abc import Mapping

from ... import models
from ...operation import DELETE, GET, POST
from .base import FrontendOperations


class LoginOperations(FrontendOperations):
    """Log in, with a first or a second factor, or by the browser's federated credentials (FedCM)."""

    async def create_browser_login_flow(
        self,
        *,
        refresh: bool | None = None,
        aal: models.AuthenticatorAssuranceLevel | str | None = None,
        return_to: str | None = None,
        login_challenge: str | None = None,
        organization: str | None = None,
        via: str | None = None,
        identity_schema: str | None = None,
        cookie: str | None = None,
    ) -> models.LoginFlow:
        """Begin to log in, in a browser.

        `refresh` asks a person with a session to log in again, ``aal="aal2"`` for a second factor; where none is set
        up, that flow has no nodes. `return_to` is where the browser goes in the end. `login_challenge` comes from the
        OAuth2 server. Only the Ory Network knows `organization`. `via` is deprecated. The answer sets the CSRF cookie.

        Raises `SessionAlreadyAvailable` when there is a session already, even if that accepted the `login_challenge`;
        `BadRequest` when an argument is refused; `NoActiveSession` when ``aal2`` is asked for without a session.

        https://www.ory.com/docs/reference/api#tag/frontend/operation/createBrowserLoginFlow
        """
        return await self._call(
            "create_browser_login_flow",
            GET,
            "/self-service/login/browser",
            models.LoginFlow,
            query={
                "refresh": refresh,
                "aal": aal,
                "return_to": return_to,
                "login_challenge": login_challenge,
                "organization": organization,
                "via": via,
                "identity_schema": identity_schema,
            },
            headers={"Cookie": cookie},
            bucket="kratos-public-medium",
        )

    async def create_native_login_flow(
        self,
        *,
        refresh: bool | None = None,
        aal: models.AuthenticatorAssuranceLevel | str | None = None,
        return_session_token_exchange_code: bool | None = None,
        return_to: str | None = None,
        organization: str | None = None,
        via: str | None = None,
        identity_schema: str | None = None,
        x_session_token: str | None = None,
    ) -> models.LoginFlow:
        """Begin to log in, in an app outside browsers.

        `return_session_token_exchange_code` prepares for a social sign-in, which takes place in a browser: the flow's
        ``session_token_exchange_code`` is then the `init_code` of `exchange_session_token`. `return_to` is where that
        browser goes in the end. The other parameters are those of `create_browser_login_flow`; `refresh` and `aal`
        concern the session of `x_session_token`.

        Raises `SessionAlreadyAvailable` when there is a session already, `BadRequest` when `return_to` is not
        allowed or `identity_schema` not enabled; `NoActiveSession` when ``aal2`` is asked for without a session.

        https://www.ory.com/docs/reference/api#tag/frontend/operation/createNativeLoginFlow
        """
        return await self._call(
            "create_native_login_flow",
            GET,
            "/self-service/login/api",
            models.LoginFlow,
            query={
                "refresh": refresh,
                "aal": aal,
                "return_session_token_exchange_code": return_session_token_exchange_code,
                "return_to": return_to,
                "organization": organization,
                "via": via,
                "identity_schema": identity_schema,
            },
            headers={"X-Session-Token": x_session_token},
            bucket="kratos-public-medium",
        )

    async def get_login_flow(self, *, id: str, cookie: str | None = None) -> models.LoginFlow:
        """Fetch a login flow, to show its form.

        A browser flow needs the cookies of the browser that began it.

        Raises `NotFound` when there is no such flow, `FlowExpired` when it is too old, `Forbidden` (mostly
        `CsrfViolation`) when the cookies are not those of the flow.

        https://www.ory.com/docs/reference/api#tag/frontend/operation/getLoginFlow
        """
        return await self._call(
            "get_login_flow",
            GET,
            "/self-service/login/flows",
            models.LoginFlow,
            query={"id": id},
            headers={"Cookie": cookie},
            bucket="kratos-public-high",
        )

    async def update_login_flow(
        self,
        body: models.UpdateLoginFlowBody | Mapping[str, models.Json],
        *,
        flow: str,
        x_session_token: str | None = None,
        cookie: str | None = None,
    ) -> models.SuccessfulNativeLogin:
        """Submit the form of a login flow; `flow` is its id.

        Returns the session; its token too for a native flow, which succeeds (with ``identity`` None) even when a second
        factor is outstanding. A browser gets the session by the answer's Set-Cookie headers.

        Raises `FlowNotCompleted` while the flow goes on: something was wrong, or a code was sent, which is a success of
        this step. `BrowserRedirectRequired` when the browser has to go on elsewhere: to a social sign-in, a second
        factor, the OAuth2 server; its Set-Cookie headers may hold the session. `FlowExpired`, `CsrfViolation`;
        `Forbidden` (``session_verified_address_required``) when an address has to be verified first; `NotFound`.

        https://www.ory.com/docs/reference/api#tag/frontend/operation/updateLoginFlow
        """
        return await self._call(
            "update_login_flow",
            POST,
            "/self-service/login",
            models.SuccessfulNativeLogin,
            query={"flow": flow},
            headers={"X-Session-Token": x_session_token, "Cookie": cookie},
            body=body,
            accepts=models.UpdateLoginFlowBody,
            flow=models.LoginFlow,
            bucket="kratos-public-low",
        )

    async def create_fedcm_flow(self) -> models.CreateFedcmFlowResponse:
        """Fetch what the browser's ``navigator.credentials.get`` needs: the FedCM providers, and a CSRF token.

        Only the Ory Network and the enterprise build have it; elsewhere it raises `NotFound`.

        https://www.ory.com/docs/reference/api#tag/frontend/operation/createFedcmFlow
        """
        return await self._call(
            "create_fedcm_flow",
            GET,
            "/self-service/fed-cm/parameters",
            models.CreateFedcmFlowResponse,
            bucket="kratos-public-high",
        )

    async def update_fedcm_flow(
        self, body: models.UpdateFedcmFlowBody | Mapping[str, models.Json]
    ) -> models.SuccessfulNativeLogin:
        """Log in with the token that the browser got from a FedCM provider; see `create_fedcm_flow`.

        Only the Ory Network and the enterprise build have it; elsewhere it raises `Forbidden`.

        Raises `FlowNotCompleted` when more input is needed, `FlowExpired`, and `BrowserRedirectRequired` when the
        browser has to go on elsewhere.

        https://www.ory.com/docs/reference/api#tag/frontend/operation/updateFedcmFlow
        """
        return await self._call(
            "update_fedcm_flow",
            POST,
            "/self-service/fed-cm/token",
            models.SuccessfulNativeLogin,
            body=body,
            accepts=models.UpdateFedcmFlowBody,
            flow=models.LoginFlow,
            bucket="kratos-public-low",
        )

    async def delete_test_login_flow(self, *, id: str, cookie: str | None = None) -> None:
        """Delete a login flow that was made to test a social sign-in provider.

        Once the provider has answered, the flow can be deleted only with the cookie that its callback set. Kratos
        up to v26.2 does not have the operation.

        Raises `NotFound` when there is no such flow, `Forbidden` when the cookie is missing, `BadRequest` when the id
        is no UUID.

        https://www.ory.com/docs/reference/api#tag/frontend/operation/deleteTestLoginFlow
        """
        return await self._call(
            "delete_test_login_flow",
            DELETE,
            "/self-service/login/test",
            None,
            query={"id": id},
            headers={"Cookie": cookie},
            bucket="kratos-public-high",
        )
