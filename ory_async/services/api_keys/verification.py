"""Whether credentials are good, tokens derived from them, and what their holders may do."""

from __future__ import annotations

from collections.abc import Mapping

from ... import models
from ...operation import GET, POST
from ..base import Service


class VerificationOperations(Service):
    """Verify keys and derived tokens, derive tokens, and revoke a key by itself."""

    async def admin_verify_api_key(
        self,
        body: models.VerifyApiKeyRequest | Mapping[str, models.Json],
        *,
        cache_control: str | None = None,
        pragma: str | None = None,
    ) -> models.VerifyApiKeyResponse:
        """Verify a credential that somebody sent you: an issued or imported key, a JWT, a macaroon.

        A credential that is not good is no error: ``is_valid`` of the result is False, and ``error_code`` says why.
        Rate limits in the result, and the ``RateLimit`` headers of the answer, are those of the verified key; they
        never make this call wait or fail.

        `cache_control` is ``no-cache`` to ask the database and not the server's cache, ``no-store`` to keep the result
        out of the cache as well; a revocation may otherwise take a while to show. `pragma`, as ``no-cache``, is the
        older spelling.

        https://www.ory.com/docs/reference/api#tag/ApiKeys/operation/adminVerifyApiKey
        """
        return await self._call(
            "admin_verify_api_key",
            POST,
            "/v2alpha1/admin/apiKeys:verify",
            models.VerifyApiKeyResponse,
            headers={"Cache-Control": cache_control, "Pragma": pragma},
            body=body,
            accepts=models.VerifyApiKeyRequest,
            repeatable=True,
        )

    async def admin_batch_verify_api_keys(
        self,
        body: models.BatchVerifyApiKeysRequest | Mapping[str, models.Json],
        *,
        cache_control: str | None = None,
        pragma: str | None = None,
    ) -> models.BatchVerifyApiKeysResponse:
        """Verify up to 100 credentials; the results come in the order of the request.

        Each result is like that of `admin_verify_api_key`: look at ``is_valid``. `cache_control` and `pragma` hold for
        all of them.

        https://www.ory.com/docs/reference/api#tag/ApiKeys/operation/adminBatchVerifyApiKeys
        """
        return await self._call(
            "admin_batch_verify_api_keys",
            POST,
            "/v2alpha1/admin/apiKeys:batchVerify",
            models.BatchVerifyApiKeysResponse,
            headers={"Cache-Control": cache_control, "Pragma": pragma},
            body=body,
            accepts=models.BatchVerifyApiKeysRequest,
            repeatable=True,
        )

    async def admin_derive_token(
        self, body: models.DeriveTokenRequest | Mapping[str, models.Json]
    ) -> models.DeriveTokenResponse:
        """Make a short-lived token of a key: a JWT, or a macaroon where the body asks for it.

        The token has the scopes of the key, or fewer, and no longer life. It cannot be revoked: revoking the key only
        keeps new tokens from being made.

        Raises `Unauthorized` when the credential is not good, `Forbidden` when it is revoked, and for a scope that the
        key does not have, `BadRequest` for a life that is too long.

        https://www.ory.com/docs/reference/api#tag/ApiKeys/operation/adminDeriveToken
        """
        return await self._call(
            "admin_derive_token",
            POST,
            "/v2alpha1/admin/apiKeys:derive",
            models.DeriveTokenResponse,
            body=body,
            accepts=models.DeriveTokenRequest,
        )

    async def get_jwks(self) -> models.GetJWKSResponse:
        """Fetch the public keys by which derived JWTs can be checked without asking the server.

        https://www.ory.com/docs/reference/api#tag/ApiKeys/operation/getJwks
        """
        return await self._call(
            "get_jwks", GET, "/v2alpha1/derivedKeys/jwks.json", models.GetJWKSResponse, credential=None
        )

    async def revoke_api_key(
        self, body: models.SelfRevokeApiKeyRequest | Mapping[str, models.Json]
    ) -> models.SelfRevokeApiKeyResponse:
        """Revoke a key by itself, for good: whoever has an issued or imported key may do that.

        The key goes in the body, and no credential of the client with it. Derived tokens cannot be revoked. The result
        is an empty mapping.

        Raises `BadRequest` without a reason, and for ``REVOCATION_REASON_PRIVILEGE_WITHDRAWN``, which is for
        administrators.

        https://www.ory.com/docs/reference/api#tag/ApiKeys/operation/revokeApiKey
        """
        return await self._call(
            "revoke_api_key",
            POST,
            "/v2alpha1/apiKeys:selfRevoke",
            models.SelfRevokeApiKeyResponse,
            body=body,
            accepts=models.SelfRevokeApiKeyRequest,
            credential=None,
        )
