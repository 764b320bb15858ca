"""API keys, blocking."""

from __future__ import annotations

from ory_async.services.api_keys import AsyncApiKeysService

from ..blocking import BlockingService, blocking


class ApiKeysService(BlockingService):
    __doc__ = AsyncApiKeysService.__doc__

    admin_batch_create_imported_api_keys = blocking(AsyncApiKeysService.admin_batch_create_imported_api_keys)
    admin_batch_verify_api_keys = blocking(AsyncApiKeysService.admin_batch_verify_api_keys)
    admin_delete_imported_api_key = blocking(AsyncApiKeysService.admin_delete_imported_api_key)
    admin_derive_token = blocking(AsyncApiKeysService.admin_derive_token)
    admin_get_imported_api_key = blocking(AsyncApiKeysService.admin_get_imported_api_key)
    admin_get_issued_api_key = blocking(AsyncApiKeysService.admin_get_issued_api_key)
    admin_import_api_key = blocking(AsyncApiKeysService.admin_import_api_key)
    admin_issue_api_key = blocking(AsyncApiKeysService.admin_issue_api_key)
    admin_list_imported_api_keys = blocking(AsyncApiKeysService.admin_list_imported_api_keys)
    admin_list_issued_api_keys = blocking(AsyncApiKeysService.admin_list_issued_api_keys)
    admin_revoke_imported_api_key = blocking(AsyncApiKeysService.admin_revoke_imported_api_key)
    admin_revoke_issued_api_key = blocking(AsyncApiKeysService.admin_revoke_issued_api_key)
    admin_rotate_issued_api_key = blocking(AsyncApiKeysService.admin_rotate_issued_api_key)
    admin_update_imported_api_key = blocking(AsyncApiKeysService.admin_update_imported_api_key)
    admin_update_issued_api_key = blocking(AsyncApiKeysService.admin_update_issued_api_key)
    admin_verify_api_key = blocking(AsyncApiKeysService.admin_verify_api_key)
    get_jwks = blocking(AsyncApiKeysService.get_jwks)
    revoke_api_key = blocking(AsyncApiKeysService.revoke_api_key)
