"""OpenID Connect: who has logged in, logging out, and clients that register themselves."""

from __future__ import annotations

from collections.abc import Mapping

from .. import models
from ..auth import Auth
from ..messages import Redirect
from ..operation import DELETE, GET, POST, PUT, AlsoResult
from .base import Service


class AsyncOidcService(Service):
    """Speak OpenID Connect with the public endpoints of Hydra.

    Dynamic registration (RFC 7591 and 7592) needs a server that allows it. A client made so is read, changed and deleted
    with its own ``registration_access_token``, as ``auth=BearerToken(...)``.
    """

    tag = "oidc"
    product = "hydra"
    credential = None

    async def discover_oidc_configuration(self) -> models.OidcConfiguration:
        """Fetch where the endpoints of the server are, and what it can do.

        https://www.ory.com/docs/reference/api#tag/oidc/operation/discoverOidcConfiguration
        """
        return await self._call(
            "discover_oidc_configuration",
            GET,
            "/.well-known/openid-configuration",
            models.OidcConfiguration,
            bucket="hydra-public-high",
        )

    async def get_oidc_user_info(self, *, auth: Auth | None = None) -> models.OidcUserInfo | str:
        """Fetch what the server tells of a person, with an access token as ``auth=BearerToken(token)``.

        Returns a JWT, as text and unverified, for clients whose ``userinfo_signed_response_alg`` is an algorithm.

        Raises `OAuth2Error` (401) when the token is missing, has expired, or is no access token.

        https://www.ory.com/docs/reference/api#tag/oidc/operation/getOidcUserInfo
        """
        return await self._call(
            "get_oidc_user_info",
            GET,
            "/userinfo",
            models.OidcUserInfo,
            signed=True,
            auth=auth,
            protocol=True,
            bucket="hydra-public-medium",
        )

    async def revoke_oidc_session(
        self,
        /,
        *,
        id_token_hint: str | None = None,
        post_logout_redirect_uri: str | None = None,
        state: str | None = None,
        client_id: str | None = None,
        logout_hint: str | None = None,
        ui_locales: str | None = None,
        cookie: str | None = None,
        **more: str,
    ) -> Redirect | str:
        """Log out (OpenID Connect RP-Initiated Logout section 2), as a browser does.

        An application mostly sends the browser to this URL instead of calling it. `id_token_hint` is an ID token of the
        session that shall end; only with it may the browser come back to `post_logout_redirect_uri`, which the client
        must be registered with. `cookie` is the browser's, by which its session is known.

        Returns the redirect: to the logout page, or back. Where applications log out in frames, it is a page that loads
        them.

        https://www.ory.com/docs/reference/api#tag/oidc/operation/revokeOidcSession
        """
        return await self._call(
            "revoke_oidc_session",
            GET,
            "/oauth2/sessions/logout",
            str,
            redirects=True,
            query={
                "id_token_hint": id_token_hint,
                "post_logout_redirect_uri": post_logout_redirect_uri,
                "state": state,
                "client_id": client_id,
                "logout_hint": logout_hint,
                "ui_locales": ui_locales,
                **more,
            },
            headers={"Cookie": cookie},
            accept="*/*",
            bucket="hydra-public-medium",
        )

    async def create_oidc_dynamic_client(
        self, body: models.OAuth2Client | Mapping[str, models.Json]
    ) -> models.OAuth2Client:
        """Register a client (RFC 7591). Its id and its secret are made by the server.

        Keep ``client_secret`` and ``registration_access_token`` of the answer, which are not shown again.

        Raises `OAuth2Error`: 404 where dynamic registration is off, 400 for what a client may not choose for itself,
        such as ``client_secret``, ``metadata`` or ``skip_consent``.

        https://www.ory.com/docs/reference/api#tag/oidc/operation/createOidcDynamicClient
        """
        return await self._call(
            "create_oidc_dynamic_client",
            POST,
            "/oauth2/register",
            models.OAuth2Client,
            body=body,
            accepts=models.OAuth2Client,
            protocol=True,
            bucket="hydra-public-low",
        )

    async def get_oidc_dynamic_client(self, id: str, *, auth: Auth | None = None) -> models.OAuth2Client:
        """Fetch a client that has registered itself (RFC 7592), without its secret and token.

        Raises `OAuth2Error`: 401 when the token is wrong or there is no such client, 404 where dynamic registration is
        off.

        https://www.ory.com/docs/reference/api#tag/oidc/operation/getOidcDynamicClient
        """
        return await self._call(
            "get_oidc_dynamic_client",
            GET,
            "/oauth2/register/{id}",
            models.OAuth2Client,
            path={"id": id},
            auth=auth,
            protocol=True,
            bucket="hydra-admin-high",
        )

    async def set_oidc_dynamic_client(
        self, id: str, body: models.OAuth2Client | Mapping[str, models.Json], *, auth: Auth | None = None
    ) -> models.OAuth2Client:
        """Put another client in the place of one that has registered itself (RFC 7592).

        The answer has a new ``registration_access_token``; the old one is worthless at once.

        Raises `OAuth2Error`: 401 when the token is wrong or there is no such client, 403 for a ``client_secret`` in the
        body, 404 where dynamic registration is off.

        https://www.ory.com/docs/reference/api#tag/oidc/operation/setOidcDynamicClient
        """
        return await self._call(
            "set_oidc_dynamic_client",
            PUT,
            "/oauth2/register/{id}",
            models.OAuth2Client,
            path={"id": id},
            body=body,
            accepts=models.OAuth2Client,
            auth=auth,
            protocol=True,
            bucket="hydra-public-low",
        )

    async def delete_oidc_dynamic_client(self, id: str, *, auth: Auth | None = None) -> None:
        """Delete a client that has registered itself (RFC 7592).

        Raises `OAuth2Error`: 401 when the token is wrong or there is no such client, so also when it has been deleted
        before, and 404 where dynamic registration is off.

        https://www.ory.com/docs/reference/api#tag/oidc/operation/deleteOidcDynamicClient
        """
        return await self._call(
            "delete_oidc_dynamic_client",
            DELETE,
            "/oauth2/register/{id}",
            None,
            path={"id": id},
            auth=auth,
            protocol=True,
            bucket="hydra-public-low",
        )

    async def create_verifiable_credential(
        self,
        body: models.CreateVerifiableCredentialRequestBody | Mapping[str, models.Json] | None = None,
        *,
        auth: Auth | None = None,
    ) -> models.VerifiableCredentialResponse | models.VerifiableCredentialPrimingResponse:
        """Ask for a verifiable credential, with an access token as ``auth=BearerToken(token)``.

        Without a proof the answer is a `VerifiableCredentialPrimingResponse`, although the server gives it as an error:
        put its ``c_nonce`` into a JWT, sign that with the key the credential shall be for, and ask again with it.

        Raises `OAuth2Error`: 401 when the token is missing or has expired, 400 when the proof or the format is wrong.

        https://www.ory.com/docs/reference/api#tag/oidc/operation/createVerifiableCredential
        """
        return await self._call(
            "create_verifiable_credential",
            POST,
            "/credentials",
            models.VerifiableCredentialResponse,
            body=body,
            accepts=models.CreateVerifiableCredentialRequestBody,
            body_optional=True,
            auth=auth,
            protocol=True,
            also=AlsoResult(400, "c_nonce", models.VerifiableCredentialPrimingResponse),
            bucket="hydra-admin-medium",
        )
