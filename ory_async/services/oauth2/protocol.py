"""The protocol itself, for anybody: authorization, tokens, devices, revocation; and introspection, for servers."""

from __future__ import annotations

from collections.abc import Sequence

from ... import models
from ...auth import Auth
from ...messages import Redirect
from ...operation import GET, POST, checked_sequence
from ..base import Service


class ProtocolOperations(Service):
    """OAuth2 as its RFCs have it; parameters that are not listed are given by their names all the same.

    A client with a secret proves who it is by ``auth=BasicAuth(client_id, client_secret)``. One that is registered for
    ``client_secret_post`` gives `client_id` and `client_secret` instead, one without a secret `client_id` alone, and
    one with keys a JWT of its own as `client_assertion`, whose type is
    ``urn:ietf:params:oauth:client-assertion-type:jwt-bearer``.
    """

    async def oauth2_authorize(
        self,
        /,
        *,
        client_id: str | None = None,
        response_type: str | None = None,
        redirect_uri: str | None = None,
        scope: str | None = None,
        state: str | None = None,
        response_mode: str | None = None,
        code_challenge: str | None = None,
        code_challenge_method: str | None = None,
        nonce: str | None = None,
        display: str | None = None,
        prompt: str | None = None,
        max_age: int | None = None,
        ui_locales: str | None = None,
        id_token_hint: str | None = None,
        login_hint: str | None = None,
        acr_values: str | None = None,
        claims: str | None = None,
        request: str | None = None,
        request_uri: str | None = None,
        audience: str | None = None,
        resource: Sequence[str] | None = None,
        cookie: str | None = None,
        **more: str,
    ) -> Redirect | str:
        """Ask for an authorization (RFC 6749 section 4.1.1), as a browser does.

        An application mostly sends the browser to this URL instead of calling it. `state` has at least 8 characters.
        `scope`, `audience`, `prompt`, `ui_locales` and `acr_values` are lists with blanks between the items; `claims` is
        JSON; `max_age` is in seconds. `code_challenge` is from RFC 7636, `resource` from RFC 8707, and what is about
        logging in from OpenID Connect Core section 3.1.2.1. `cookie` is the browser's: its flow fails without it.

        Returns the redirect: to the login page, or back to the application with a code or with an error, which may be
        in the query or in the fragment. With ``response_mode="form_post"`` the way back is a page that submits itself.

        https://www.ory.com/docs/reference/api#tag/oAuth2/operation/oAuth2Authorize
        """
        return await self._call(
            "oauth2_authorize",
            GET,
            "/oauth2/auth",
            str,
            redirects=True,
            query={
                "client_id": client_id,
                "response_type": response_type,
                "redirect_uri": redirect_uri,
                "scope": scope,
                "state": state,
                "response_mode": response_mode,
                "code_challenge": code_challenge,
                "code_challenge_method": code_challenge_method,
                "nonce": nonce,
                "display": display,
                "prompt": prompt,
                "max_age": max_age,
                "ui_locales": ui_locales,
                "id_token_hint": id_token_hint,
                "login_hint": login_hint,
                "acr_values": acr_values,
                "claims": claims,
                "request": request,
                "request_uri": request_uri,
                "audience": audience,
                "resource": checked_sequence("resource", resource),
                **more,
            },
            headers={"Cookie": cookie},
            credential=None,
            protocol=True,
            accept="*/*",
            repeatable=False,  # the verifier that comes from the consent page works once
            bucket="hydra-public-medium",
        )

    async def oauth2_token_exchange(
        self,
        /,
        *,
        grant_type: str,
        code: str | None = None,
        redirect_uri: str | None = None,
        code_verifier: str | None = None,
        refresh_token: str | None = None,
        device_code: str | None = None,
        assertion: str | None = None,
        scope: str | None = None,
        audience: str | None = None,
        resource: Sequence[str] | None = None,
        client_id: str | None = None,
        client_secret: str | None = None,
        client_assertion: str | None = None,
        client_assertion_type: str | None = None,
        auth: Auth | None = None,
        **more: str,
    ) -> models.OAuth2TokenExchange:
        """Trade a grant for tokens (RFC 6749 section 3.2).

        What it takes depends on `grant_type`: ``authorization_code`` takes `code`, `redirect_uri` and the
        `code_verifier` of RFC 7636; ``refresh_token`` that token; ``client_credentials`` only `scope` and `audience`;
        ``urn:ietf:params:oauth:grant-type:device_code`` the `device_code` of RFC 8628, and
        ``urn:ietf:params:oauth:grant-type:jwt-bearer`` the `assertion` of RFC 7523.

        It is never sent twice after an attempt whose outcome is unknown, since a code or a refresh token works once:
        a second use of a refresh token ends all that came from it.

        Raises `OAuth2Error`, whose ``error`` is the code of the RFC: ``invalid_grant`` when the grant is used, expired
        or another client's, ``invalid_client`` for a wrong secret, ``authorization_pending`` while a device waits. A
        500 may be a mistake of the client, such as an assertion that has expired.

        https://www.ory.com/docs/reference/api#tag/oAuth2/operation/oauth2TokenExchange
        """
        return await self._call(
            "oauth2_token_exchange",
            POST,
            "/oauth2/token",
            models.OAuth2TokenExchange,
            form={
                "grant_type": grant_type,
                "code": code,
                "redirect_uri": redirect_uri,
                "code_verifier": code_verifier,
                "refresh_token": refresh_token,
                "device_code": device_code,
                "assertion": assertion,
                "scope": scope,
                "audience": audience,
                "resource": checked_sequence("resource", resource),
                "client_id": client_id,
                "client_secret": client_secret,
                "client_assertion": client_assertion,
                "client_assertion_type": client_assertion_type,
                **more,
            },
            auth=auth,
            credential=None,
            protocol=True,
            bucket="hydra-public-medium",
        )

    async def oauth2_device_flow(
        self,
        /,
        *,
        client_id: str | None = None,
        scope: str | None = None,
        audience: str | None = None,
        client_secret: str | None = None,
        client_assertion: str | None = None,
        client_assertion_type: str | None = None,
        auth: Auth | None = None,
        **more: str,
    ) -> models.DeviceAuthorization:
        """Begin to log in on a device that cannot show pages (RFC 8628 section 3.1).

        Show the ``user_code`` and the ``verification_uri`` of the answer, then ask `oauth2_token_exchange` again and
        again, with pauses of ``interval`` seconds, until it gives tokens or ``expires_in`` seconds have passed. Stop by
        yourself then: Hydra may answer ``authorization_pending`` for ever, also to a device that was refused.

        Raises `OAuth2Error` when the client is unknown or may not use this grant.

        https://www.ory.com/docs/reference/api#tag/oAuth2/operation/oAuth2DeviceFlow
        """
        return await self._call(
            "oauth2_device_flow",
            POST,
            "/oauth2/device/auth",
            models.DeviceAuthorization,
            form={
                "client_id": client_id,
                "scope": scope,
                "audience": audience,
                "client_secret": client_secret,
                "client_assertion": client_assertion,
                "client_assertion_type": client_assertion_type,
                **more,
            },
            auth=auth,
            credential=None,
            protocol=True,
            bucket="hydra-public-high",
        )

    async def perform_oauth2_device_verification_flow(
        self, /, *, user_code: str | None = None, cookie: str | None = None, **more: str
    ) -> Redirect:
        """Begin the part of a device's login that takes place in a browser; it is the ``verification_uri`` of the device.

        Returns the redirect: to the page where the code is confirmed (see `accept_user_code_request`), then to login and
        consent. `cookie` is the browser's: the flow fails without it.

        Raises `OAuth2Error` when the browser's cookies are not those of the flow, and in the end when it was refused.

        https://www.ory.com/docs/reference/api#tag/oAuth2/operation/performOAuth2DeviceVerificationFlow
        """
        return await self._call(
            "perform_oauth2_device_verification_flow",
            GET,
            "/oauth2/device/verify",
            Redirect,
            redirects=True,
            query={"user_code": user_code, **more},
            headers={"Cookie": cookie},
            credential=None,
            protocol=True,
            accept="*/*",
            repeatable=False,  # the verifier that comes from the consent page works once
            bucket="hydra-admin-high",
        )

    async def revoke_oauth2_token(
        self,
        /,
        *,
        token: str,
        token_type_hint: str | None = None,
        client_id: str | None = None,
        client_secret: str | None = None,
        client_assertion: str | None = None,
        client_assertion_type: str | None = None,
        auth: Auth | None = None,
        **more: str,
    ) -> None:
        """Make a token worthless (RFC 7009): an access token and the refresh token beside it go together.

        It does no harm where the token is unknown. A token of another client is not revoked, though servers answer as
        if it were.

        Raises `OAuth2Error` when the client is missing or its secret is wrong.

        https://www.ory.com/docs/reference/api#tag/oAuth2/operation/revokeOAuth2Token
        """
        return await self._call(
            "revoke_oauth2_token",
            POST,
            "/oauth2/revoke",
            None,
            form={
                "token": token,
                "token_type_hint": token_type_hint,
                "client_id": client_id,
                "client_secret": client_secret,
                "client_assertion": client_assertion,
                "client_assertion_type": client_assertion_type,
                **more,
            },
            auth=auth,
            credential=None,
            protocol=True,
            bucket="hydra-public-medium",
        )

    async def introspect_oauth2_token(
        self, /, *, token: str, scope: str | None = None, token_type_hint: str | None = None, **more: str
    ) -> models.IntrospectedOAuth2Token:
        """Ask what an access or refresh token says (RFC 7662), as a server does that has been given one.

        `scope` names scopes, with blanks between them, that the token must have. Look at ``active`` of the result first:
        what is unknown, expired, or lacks a scope is no error.

        Raises `OAuth2Error` when the token is missing.

        https://www.ory.com/docs/reference/api#tag/oAuth2/operation/introspectOAuth2Token
        """
        return await self._call(
            "introspect_oauth2_token",
            POST,
            "/admin/oauth2/introspect",
            models.IntrospectedOAuth2Token,
            form={"token": token, "scope": scope, "token_type_hint": token_type_hint, **more},
            protocol=True,
            repeatable=True,
            bucket="hydra-admin-high",
        )
