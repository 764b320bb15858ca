"""The old names of identities, their schemas and sessions, and of the courier."""

from __future__ import annotations

from ..courier import AsyncCourierService as Courier
from ..identity import AsyncIdentityService as Identity
from .renaming import OldNames, Renaming

renamed = Renaming(Identity)
renamed_courier = Renaming(Courier)


class IdentityNames(OldNames):
    """Identities, their schemas and sessions, and the messages sent to people."""

    admin_create_identity = renamed(Identity.create_identity, admin_create_identity_body="body")
    admin_create_self_service_recovery_code = renamed(
        Identity.create_recovery_code_for_identity, admin_create_self_service_recovery_code_body="body"
    )
    admin_create_self_service_recovery_link = renamed(
        Identity.create_recovery_link_for_identity, admin_create_self_service_recovery_link_body="body"
    )
    admin_delete_identity = renamed(Identity.delete_identity)
    admin_delete_identity_sessions = renamed(Identity.delete_identity_sessions)
    admin_extend_session = renamed(Identity.extend_session)
    admin_get_identity = renamed(Identity.get_identity)
    admin_list_identities = renamed(Identity.list_identities)
    admin_list_identity_sessions = renamed(Identity.list_identity_sessions)
    admin_patch_identity = renamed(Identity.patch_identity, json_patch="body")
    admin_update_identity = renamed(Identity.update_identity, admin_update_identity_body="body")
    get_identity_schema = renamed(Identity.get_identity_schema)
    list_identity_schemas = renamed(Identity.list_identity_schemas)
    admin_list_courier_messages = renamed_courier(Courier.list_courier_messages, per_page=None, page=None)
