"""Ways into an account that an administrator hands out, and a login that only tries a provider."""

from __future__ import annotations

from collections.abc import Mapping

from ... import models
from ...operation import POST
from ..base import Service


class RecoveryOperations(Service):
    """Make recovery codes and links, and flows to test a social sign-in provider."""

    async def create_recovery_code_for_identity(
        self, body: models.CreateRecoveryCodeForIdentityBody | Mapping[str, models.Json] | None = None
    ) -> models.RecoveryCodeForIdentity:
        """Make a code, and the link to the page that asks for it, by which a person recovers an account.

        Nothing is sent: handing it over is up to you. It works for inactive identities too. ``expires_in`` is a
        duration such as ``1h30m``; the server's own default holds without it. ``flow_type`` is ``browser``, the
        default, or ``api``.

        Raises `NotFound` when there is no such identity, `BadRequest` for a malformed id, duration or flow type.

        https://www.ory.com/docs/reference/api#tag/identity/operation/createRecoveryCodeForIdentity
        """
        return await self._call(
            "create_recovery_code_for_identity",
            POST,
            "/admin/recovery/code",
            models.RecoveryCodeForIdentity,
            body=body,
            accepts=models.CreateRecoveryCodeForIdentityBody,
            body_optional=True,
            bucket="kratos-admin-low",
        )

    async def create_recovery_link_for_identity(
        self,
        body: models.CreateRecoveryLinkForIdentityBody | Mapping[str, models.Json] | None = None,
        *,
        return_to: str | None = None,
    ) -> models.RecoveryLinkForIdentity:
        """Make a link by which a person recovers an account; whoever opens it gets in.

        Nothing is sent: handing it over is up to you. `return_to` is where the browser goes in the end. ``expires_in``
        is a duration such as ``1h30m``; the server's own default holds without it.

        Raises `BadRequest` when there is no such identity (here it is no `NotFound`), for a malformed id or duration,
        and when `return_to` is not allowed.

        https://www.ory.com/docs/reference/api#tag/identity/operation/createRecoveryLinkForIdentity
        """
        return await self._call(
            "create_recovery_link_for_identity",
            POST,
            "/admin/recovery/link",
            models.RecoveryLinkForIdentity,
            query={"return_to": return_to},
            body=body,
            accepts=models.CreateRecoveryLinkForIdentityBody,
            body_optional=True,
            bucket="kratos-admin-low",
        )

    async def create_test_login_flow(
        self, body: models.CreateTestLoginFlowBody | Mapping[str, models.Json]
    ) -> models.LoginFlow:
        """Begin a login that only tries one social sign-in provider: it makes no identity and no session.

        Send a browser through the flow. What the provider said is then in ``test_context`` of the flow, which
        `get_login_flow` of the frontend fetches by that browser's cookies; `delete_test_login_flow` removes it.

        Raises `NotFound` when the provider is not configured, `BadRequest` when it is missing. Kratos up to
        v26.2 does not have the operation.

        https://www.ory.com/docs/reference/api#tag/identity/operation/createTestLoginFlow
        """
        return await self._call(
            "create_test_login_flow",
            POST,
            "/admin/test-login-flows",
            models.LoginFlow,
            body=body,
            accepts=models.CreateTestLoginFlowBody,
            bucket="kratos-admin-low",
        )
