"""Identities, blocking."""

from __future__ import annotations

from ory_async.services.identity import AsyncIdentityService

from ..blocking import BlockingService, blocking


class IdentityService(BlockingService):
    __doc__ = AsyncIdentityService.__doc__

    batch_patch_identities = blocking(AsyncIdentityService.batch_patch_identities)
    create_identity = blocking(AsyncIdentityService.create_identity)
    create_recovery_code_for_identity = blocking(AsyncIdentityService.create_recovery_code_for_identity)
    create_recovery_link_for_identity = blocking(AsyncIdentityService.create_recovery_link_for_identity)
    create_test_login_flow = blocking(AsyncIdentityService.create_test_login_flow)
    delete_identity = blocking(AsyncIdentityService.delete_identity)
    delete_identity_credentials = blocking(AsyncIdentityService.delete_identity_credentials)
    delete_identity_sessions = blocking(AsyncIdentityService.delete_identity_sessions)
    disable_session = blocking(AsyncIdentityService.disable_session)
    extend_session = blocking(AsyncIdentityService.extend_session)
    get_identity = blocking(AsyncIdentityService.get_identity)
    get_identity_by_external_id = blocking(AsyncIdentityService.get_identity_by_external_id)
    get_identity_schema = blocking(AsyncIdentityService.get_identity_schema)
    get_session = blocking(AsyncIdentityService.get_session)
    list_identities = blocking(AsyncIdentityService.list_identities)
    list_identity_schemas = blocking(AsyncIdentityService.list_identity_schemas)
    list_identity_sessions = blocking(AsyncIdentityService.list_identity_sessions)
    list_sessions = blocking(AsyncIdentityService.list_sessions)
    manage_sessions = blocking(AsyncIdentityService.manage_sessions)
    patch_identity = blocking(AsyncIdentityService.patch_identity)
    update_identity = blocking(AsyncIdentityService.update_identity)
