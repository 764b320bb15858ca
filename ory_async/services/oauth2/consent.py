"""The pages that Hydra sends a browser to: login, consent, logout, and the codes of devices."""

from __future__ import annotations

from collections.abc import Mapping

from ... import models
from ...operation import GET, PUT
from ..base import Service


class ConsentOperations(Service):
    """Fetch what Hydra asks, by the challenge in the page's query, and accept or reject it.

    Send the browser to ``redirect_to`` of the answer in any case. A request that has been answered before is answered
    anew by newer servers; older ones raise `Gone`, whose ``redirect_to`` is where to send the browser instead.
    """

    async def get_oauth2_login_request(self, *, login_challenge: str) -> models.OAuth2LoginRequest:
        """Fetch what a login page is asked.

        Where ``skip`` is set, show no page but accept at once, with the ``subject`` of the request.

        Raises `NotFound` when there is no such request, `Unauthorized` when it has expired, and `Gone` when it has been
        answered before.

        https://www.ory.com/docs/reference/api#tag/oAuth2/operation/getOAuth2LoginRequest
        """
        return await self._call(
            "get_oauth2_login_request",
            GET,
            "/admin/oauth2/auth/requests/login",
            models.OAuth2LoginRequest,
            query={"login_challenge": login_challenge},
            bucket="hydra-admin-high",
        )

    async def accept_oauth2_login_request(
        self,
        body: models.AcceptOAuth2LoginRequest | Mapping[str, models.Json] | None = None,
        *,
        login_challenge: str,
    ) -> models.OAuth2RedirectTo:
        """Say who has logged in.

        For another subject than the one that the browser is remembered with, ``redirect_to`` leads to a new login.

        Raises `NotFound` when there is no such request, `Unauthorized` when it has expired, and `BadRequest` without a
        subject.

        https://www.ory.com/docs/reference/api#tag/oAuth2/operation/acceptOAuth2LoginRequest
        """
        return await self._call(
            "accept_oauth2_login_request",
            PUT,
            "/admin/oauth2/auth/requests/login/accept",
            models.OAuth2RedirectTo,
            query={"login_challenge": login_challenge},
            body=body,
            accepts=models.AcceptOAuth2LoginRequest,
            body_optional=True,
            bucket="hydra-admin-high",
        )

    async def reject_oauth2_login_request(
        self,
        body: models.RejectOAuth2Request | Mapping[str, models.Json] | None = None,
        *,
        login_challenge: str,
    ) -> models.OAuth2RedirectTo:
        """Refuse a login; the application is told the error of the body.

        Give an ``error``, such as ``access_denied``: what Hydra says without one is no code of the RFC.

        Raises `NotFound` when there is no such request, and `Unauthorized` when it has expired.

        https://www.ory.com/docs/reference/api#tag/oAuth2/operation/rejectOAuth2LoginRequest
        """
        return await self._call(
            "reject_oauth2_login_request",
            PUT,
            "/admin/oauth2/auth/requests/login/reject",
            models.OAuth2RedirectTo,
            query={"login_challenge": login_challenge},
            body=body,
            accepts=models.RejectOAuth2Request,
            body_optional=True,
            bucket="hydra-admin-high",
        )

    async def get_oauth2_consent_request(self, *, consent_challenge: str) -> models.OAuth2ConsentRequest:
        """Fetch what a consent page is asked.

        Where ``skip`` is set, or ``skip_consent`` of the client, show no page but accept at once.

        Raises `NotFound` when there is no such request, `Unauthorized` when it has expired, and `Gone` when it has been
        answered before.

        https://www.ory.com/docs/reference/api#tag/oAuth2/operation/getOAuth2ConsentRequest
        """
        return await self._call(
            "get_oauth2_consent_request",
            GET,
            "/admin/oauth2/auth/requests/consent",
            models.OAuth2ConsentRequest,
            query={"consent_challenge": consent_challenge},
            bucket="hydra-admin-high",
        )

    async def accept_oauth2_consent_request(
        self,
        body: models.AcceptOAuth2ConsentRequest | Mapping[str, models.Json] | None = None,
        *,
        consent_challenge: str,
    ) -> models.OAuth2RedirectTo:
        """Say what is granted. Hydra takes also what was not asked for, so check it before.

        Raises `NotFound` when there is no such request, `Unauthorized` when it has expired, and `BadRequest` for a body
        that makes no sense.

        https://www.ory.com/docs/reference/api#tag/oAuth2/operation/acceptOAuth2ConsentRequest
        """
        return await self._call(
            "accept_oauth2_consent_request",
            PUT,
            "/admin/oauth2/auth/requests/consent/accept",
            models.OAuth2RedirectTo,
            query={"consent_challenge": consent_challenge},
            body=body,
            accepts=models.AcceptOAuth2ConsentRequest,
            body_optional=True,
            bucket="hydra-admin-high",
        )

    async def reject_oauth2_consent_request(
        self,
        body: models.RejectOAuth2Request | Mapping[str, models.Json] | None = None,
        *,
        consent_challenge: str,
    ) -> models.OAuth2RedirectTo:
        """Refuse to grant anything; the application is told the error of the body.

        Give an ``error``, such as ``access_denied``: what Hydra says without one is no code of the RFC.

        Raises `NotFound` when there is no such request, and `Unauthorized` when it has expired.

        https://www.ory.com/docs/reference/api#tag/oAuth2/operation/rejectOAuth2ConsentRequest
        """
        return await self._call(
            "reject_oauth2_consent_request",
            PUT,
            "/admin/oauth2/auth/requests/consent/reject",
            models.OAuth2RedirectTo,
            query={"consent_challenge": consent_challenge},
            body=body,
            accepts=models.RejectOAuth2Request,
            body_optional=True,
            bucket="hydra-admin-high",
        )

    async def get_oauth2_logout_request(self, *, logout_challenge: str) -> models.OAuth2LogoutRequest:
        """Fetch what a logout page is asked.

        Let the person confirm it where ``client`` is None: no application has vouched for the request then.

        Raises `NotFound` when there is no such request, `Unauthorized` when it has expired, and `Gone` when it has been
        answered before.

        https://www.ory.com/docs/reference/api#tag/oAuth2/operation/getOAuth2LogoutRequest
        """
        return await self._call(
            "get_oauth2_logout_request",
            GET,
            "/admin/oauth2/auth/requests/logout",
            models.OAuth2LogoutRequest,
            query={"logout_challenge": logout_challenge},
            bucket="hydra-admin-high",
        )

    async def accept_oauth2_logout_request(self, *, logout_challenge: str) -> models.OAuth2RedirectTo:
        """Agree to a logout. It takes place when the browser arrives at ``redirect_to``.

        Raises `NotFound` when there is no such request, and `Unauthorized` when it has expired.

        https://www.ory.com/docs/reference/api#tag/oAuth2/operation/acceptOAuth2LogoutRequest
        """
        return await self._call(
            "accept_oauth2_logout_request",
            PUT,
            "/admin/oauth2/auth/requests/logout/accept",
            models.OAuth2RedirectTo,
            query={"logout_challenge": logout_challenge},
            bucket="hydra-admin-high",
        )

    async def reject_oauth2_logout_request(self, *, logout_challenge: str) -> None:
        """Stay logged in. There is no way back to the application: show the person a page of your own.

        Raises `NotFound` when there is no such request, and `Unauthorized` when it has expired.

        https://www.ory.com/docs/reference/api#tag/oAuth2/operation/rejectOAuth2LogoutRequest
        """
        return await self._call(
            "reject_oauth2_logout_request",
            PUT,
            "/admin/oauth2/auth/requests/logout/reject",
            None,
            query={"logout_challenge": logout_challenge},
            bucket="hydra-admin-high",
        )

    async def accept_user_code_request(
        self,
        body: models.AcceptDeviceUserCodeRequest | Mapping[str, models.Json] | None = None,
        *,
        device_challenge: str,
    ) -> models.OAuth2RedirectTo:
        """Pass on the code that somebody has read from a device and typed in; login and consent come next.

        Raises `BadRequest` for a wrong code, which is the first place to notice it, `NotFound` when there is no such
        request, and `Unauthorized` when it has expired.

        https://www.ory.com/docs/reference/api#tag/oAuth2/operation/acceptUserCodeRequest
        """
        return await self._call(
            "accept_user_code_request",
            PUT,
            "/admin/oauth2/auth/requests/device/accept",
            models.OAuth2RedirectTo,
            query={"device_challenge": device_challenge},
            body=body,
            accepts=models.AcceptDeviceUserCodeRequest,
            body_optional=True,
            bucket="hydra-admin-high",
        )
