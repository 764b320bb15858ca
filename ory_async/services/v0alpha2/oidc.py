"""The old names of OpenID Connect, and of the public keys."""

from __future__ import annotations

from ..oidc import AsyncOidcService as Oidc
from ..wellknown import AsyncWellknownService as Wellknown
from .renaming import OldNames, Renaming

renamed = Renaming(Oidc)
renamed_wellknown = Renaming(Wellknown)


class OidcNames(OldNames):
    """OpenID Connect, dynamic registration, and the keys that verify tokens."""

    discover_oidc_configuration = renamed(Oidc.discover_oidc_configuration)
    dynamic_client_registration_create_oauth2_client = renamed(Oidc.create_oidc_dynamic_client, oauth2_client="body")
    dynamic_client_registration_delete_oauth2_client = renamed(Oidc.delete_oidc_dynamic_client)
    dynamic_client_registration_get_oauth2_client = renamed(Oidc.get_oidc_dynamic_client)
    dynamic_client_registration_update_oauth2_client = renamed(Oidc.set_oidc_dynamic_client, oauth2_client="body")
    get_oidc_user_info = renamed(Oidc.get_oidc_user_info)
    perform_oidc_front_or_back_channel_logout = renamed(Oidc.revoke_oidc_session)
    discover_json_web_keys = renamed_wellknown(Wellknown.discover_json_web_keys)

    # as the clients of that time spell them
    dynamic_client_registration_create_o_auth2_client = dynamic_client_registration_create_oauth2_client
    dynamic_client_registration_delete_o_auth2_client = dynamic_client_registration_delete_oauth2_client
    dynamic_client_registration_get_o_auth2_client = dynamic_client_registration_get_oauth2_client
    dynamic_client_registration_update_o_auth2_client = dynamic_client_registration_update_oauth2_client
