"""Keys that were made elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

from ... import models
from ...operation import DELETE, GET, PATCH, POST
from ...pagination import AsyncPager
from ..base import Service
from .request_ids import with_request_id


class ImportedKeyOperations(Service):
    """Import keys, look at them, change, revoke and delete them. The id of an imported key is a hash of it."""

    async def admin_import_api_key(
        self, body: models.ImportApiKeyRequest | Mapping[str, models.Json]
    ) -> models.ImportedApiKey:
        """Import a key, which is verified here from then on. The server keeps a hash of it only.

        A body without a `request_id` is sent with a new one, so that the call can be repeated after a lost answer: a
        server that has imported the key already answers as it did the first time.

        Raises `Conflict` when the key was imported before by another request, or looks like one that the server made,
        and `BadRequest` for a body that the server does not accept.

        https://www.ory.com/docs/reference/api#tag/ApiKeys/operation/adminImportApiKey
        """
        return await self._call(
            "admin_import_api_key",
            POST,
            "/v2alpha1/admin/importedApiKeys",
            models.ImportedApiKey,
            body=with_request_id(body),
            accepts=models.ImportApiKeyRequest,
            repeatable=True,
        )

    async def admin_batch_create_imported_api_keys(
        self, body: models.BatchCreateImportedApiKeysRequest | Mapping[str, models.Json]
    ) -> models.BatchCreateImportedApiKeysResponse:
        """Import up to 1000 keys. Look at each result: some may have failed, though the call succeeds.

        It is not repeated after a lost answer, since servers pass over the `request_id` of the keys in a batch. Calling
        again is safe all the same: keys that are there already fail, with a code that ends in ``ALREADY_EXISTS``.

        Raises the error that most of them have when all have failed: `Conflict` when they are there already,
        `BadRequest` when they are not accepted.

        https://www.ory.com/docs/reference/api#tag/ApiKeys/operation/adminBatchCreateImportedApiKeys
        """
        return await self._call(
            "admin_batch_create_imported_api_keys",
            POST,
            "/v2alpha1/admin/importedApiKeys:batchCreate",
            models.BatchCreateImportedApiKeysResponse,
            body=body,
            accepts=models.BatchCreateImportedApiKeysRequest,
        )

    async def admin_get_imported_api_key(self, key_id: str) -> models.ImportedApiKey:
        """Fetch what is known of an imported key; the key itself is not.

        Raises `NotFound` when there is no such key.

        https://www.ory.com/docs/reference/api#tag/ApiKeys/operation/adminGetImportedApiKey
        """
        return await self._call(
            "admin_get_imported_api_key",
            GET,
            "/v2alpha1/admin/importedApiKeys/{key_id}",
            models.ImportedApiKey,
            path={"key_id": key_id},
        )

    def admin_list_imported_api_keys(
        self, *, page_size: int | None = None, page_token: str | None = None, filter: str | None = None
    ) -> AsyncPager[models.ImportedApiKey]:
        """List imported keys.

        `page_size` is 50 where it is not given; the server takes up to 1000. `filter` is an expression (AIP-160) on
        ``actor_id`` and ``status``, such as ``actor_id="user_123" AND status=KEY_STATUS_ACTIVE``.

        Raises `BadRequest` for a filter or a page token that the server does not accept.

        https://www.ory.com/docs/reference/api#tag/ApiKeys/operation/adminListImportedApiKeys
        """
        return self._list_inside(
            "admin_list_imported_api_keys",
            "/v2alpha1/admin/importedApiKeys",
            models.ListImportedApiKeysResponse,
            "imported_api_keys",
            query={"page_size": page_size, "page_token": page_token, "filter": filter},
        )

    async def admin_update_imported_api_key(
        self,
        key_id: str,
        body: models.AdminUpdateImportedApiKeyRequest | Mapping[str, models.Json],
        *,
        update_mask: str | None = None,
    ) -> models.ImportedApiKey:
        """Change an imported key.

        `update_mask` names the fields to change, with commas between them: name, scopes, metadata, rate_limit_policy,
        ip_restriction. A field that it names but the body lacks is emptied. Without it, the fields of the body are
        changed.

        Raises `NotFound` when there is no such key, `BadRequest` for a field that cannot be changed.

        https://www.ory.com/docs/reference/api#tag/ApiKeys/operation/adminUpdateImportedApiKey
        """
        return await self._call(
            "admin_update_imported_api_key",
            PATCH,
            "/v2alpha1/admin/importedApiKeys/{key_id}",
            models.ImportedApiKey,
            path={"key_id": key_id},
            query={"update_mask": update_mask},
            body=body,
            accepts=models.AdminUpdateImportedApiKeyRequest,
        )

    async def admin_revoke_imported_api_key(
        self, key_id: str, body: models.AdminRevokeImportedApiKeyBody | Mapping[str, models.Json]
    ) -> None:
        """Revoke an imported key, for good. It stays in the records.

        Raises `NotFound` when there is no such key, `Conflict` when it is revoked already, `BadRequest` without a
        reason, and for a description along with any reason but ``REVOCATION_REASON_PRIVILEGE_WITHDRAWN``.

        https://www.ory.com/docs/reference/api#tag/ApiKeys/operation/adminRevokeImportedApiKey
        """
        return await self._call(
            "admin_revoke_imported_api_key",
            POST,
            "/v2alpha1/admin/importedApiKeys/{key_id}:revoke",
            None,
            path={"key_id": key_id},
            body=body,
            accepts=models.AdminRevokeImportedApiKeyBody,
        )

    async def admin_delete_imported_api_key(self, key_id: str) -> None:
        """Delete an imported key from the records. Mostly `admin_revoke_imported_api_key` is what you want.

        Raises `NotFound` when there is no such key, which may also be the answer to a repeated attempt.

        https://www.ory.com/docs/reference/api#tag/ApiKeys/operation/adminDeleteImportedApiKey
        """
        return await self._call(
            "admin_delete_imported_api_key",
            DELETE,
            "/v2alpha1/admin/importedApiKeys/{key_id}",
            None,
            path={"key_id": key_id},
        )
