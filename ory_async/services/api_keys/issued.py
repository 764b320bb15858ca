"""Keys that the server makes."""

from __future__ import annotations

from collections.abc import Mapping

from ... import models
from ...operation import GET, PATCH, POST
from ...pagination import AsyncPager
from ..base import Service
from .request_ids import with_request_id


class IssuedKeyOperations(Service):
    """Issue keys, look at them, change, rotate and revoke them."""

    async def admin_issue_api_key(
        self, body: models.IssueApiKeyRequest | Mapping[str, models.Json]
    ) -> models.IssueApiKeyResponse:
        """Issue a key. Its secret is in the answer, and is never shown again.

        A body without a `request_id` is sent with a new one, so that the call can be repeated after a lost answer, and
        still makes one key only. A server that has made the key already answers without the secret: where ``secret``
        is None, revoke the key and issue another.

        Raises `BadRequest` for a body that the server does not accept.

        https://www.ory.com/docs/reference/api#tag/ApiKeys/operation/adminIssueApiKey
        """
        return await self._call(
            "admin_issue_api_key",
            POST,
            "/v2alpha1/admin/issuedApiKeys",
            models.IssueApiKeyResponse,
            body=with_request_id(body),
            accepts=models.IssueApiKeyRequest,
            repeatable=True,
        )

    async def admin_get_issued_api_key(self, key_id: str) -> models.IssuedApiKey:
        """Fetch an issued key, without its secret.

        Raises `NotFound` when there is no such key.

        https://www.ory.com/docs/reference/api#tag/ApiKeys/operation/adminGetIssuedApiKey
        """
        return await self._call(
            "admin_get_issued_api_key",
            GET,
            "/v2alpha1/admin/issuedApiKeys/{key_id}",
            models.IssuedApiKey,
            path={"key_id": key_id},
        )

    def admin_list_issued_api_keys(
        self, *, page_size: int | None = None, page_token: str | None = None, filter: str | None = None
    ) -> AsyncPager[models.IssuedApiKey]:
        """List issued keys, without their secrets.

        `page_size` is 50 where it is not given; the server takes up to 1000. `filter` is an expression (AIP-160) on
        ``actor_id`` and ``status``, such as ``actor_id="user_123" AND status=KEY_STATUS_ACTIVE``.

        Raises `BadRequest` for a filter or a page token that the server does not accept.

        https://www.ory.com/docs/reference/api#tag/ApiKeys/operation/adminListIssuedApiKeys
        """
        return self._list_inside(
            "admin_list_issued_api_keys",
            "/v2alpha1/admin/issuedApiKeys",
            models.ListIssuedApiKeysResponse,
            "issued_api_keys",
            query={"page_size": page_size, "page_token": page_token, "filter": filter},
        )

    async def admin_update_issued_api_key(
        self,
        key_id: str,
        body: models.AdminUpdateIssuedApiKeyRequest | Mapping[str, models.Json],
        *,
        update_mask: str | None = None,
    ) -> models.IssuedApiKey:
        """Change an issued key; its secret stays as it is.

        `update_mask` names the fields to change, with commas between them: name, scopes, metadata, rate_limit_policy,
        ip_restriction. A field that it names but the body lacks is emptied. Without it, the fields of the body are
        changed.

        Raises `NotFound` when there is no such key, `BadRequest` for a field that cannot be changed.

        https://www.ory.com/docs/reference/api#tag/ApiKeys/operation/adminUpdateIssuedApiKey
        """
        return await self._call(
            "admin_update_issued_api_key",
            PATCH,
            "/v2alpha1/admin/issuedApiKeys/{key_id}",
            models.IssuedApiKey,
            path={"key_id": key_id},
            query={"update_mask": update_mask},
            body=body,
            accepts=models.AdminUpdateIssuedApiKeyRequest,
        )

    async def admin_rotate_issued_api_key(
        self, key_id: str, body: models.AdminRotateIssuedApiKeyBody | Mapping[str, models.Json]
    ) -> models.RotateIssuedApiKeyResponse:
        """Replace an issued key by a new one, with another id and another secret; the old one is revoked at once.

        What the body lacks comes from the old key; an empty body, ``{}``, keeps it all. To change keys without an
        interruption, issue another one, spread it, and revoke the old one then. The call is not repeated after a lost
        answer: the old key may be gone, and the new secret with it.

        Raises `NotFound` when there is no such key, `BadRequest` when it is revoked or has expired.

        https://www.ory.com/docs/reference/api#tag/ApiKeys/operation/adminRotateIssuedApiKey
        """
        return await self._call(
            "admin_rotate_issued_api_key",
            POST,
            "/v2alpha1/admin/issuedApiKeys/{key_id}:rotate",
            models.RotateIssuedApiKeyResponse,
            path={"key_id": key_id},
            body=body,
            accepts=models.AdminRotateIssuedApiKeyBody,
        )

    async def admin_revoke_issued_api_key(
        self, key_id: str, body: models.AdminRevokeIssuedApiKeyBody | Mapping[str, models.Json]
    ) -> None:
        """Revoke an issued key, for good. It stays in the records.

        Tokens derived from it are good until they expire.

        Raises `NotFound` when there is no such key, `Conflict` when it is revoked already, `BadRequest` without a
        reason, and for a description along with any reason but ``REVOCATION_REASON_PRIVILEGE_WITHDRAWN``.

        https://www.ory.com/docs/reference/api#tag/ApiKeys/operation/adminRevokeIssuedApiKey
        """
        return await self._call(
            "admin_revoke_issued_api_key",
            POST,
            "/v2alpha1/admin/issuedApiKeys/{key_id}:revoke",
            None,
            path={"key_id": key_id},
            body=body,
            accepts=models.AdminRevokeIssuedApiKeyBody,
        )
