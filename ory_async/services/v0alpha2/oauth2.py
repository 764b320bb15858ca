"""The old names of OAuth2: clients, login, consent and logout, tokens, trusted issuers."""

from __future__ import annotations

from ..oauth2 import AsyncOAuth2Service as OAuth2
from .renaming import OldNames, Renaming

renamed = Renaming(OAuth2)


class OAuth2Names(OldNames):
    """OAuth2 clients, the requests of its users, tokens, and trusted issuers."""

    admin_accept_oauth2_consent_request = renamed(
        OAuth2.accept_oauth2_consent_request, accept_oauth2_consent_request="body"
    )
    admin_accept_oauth2_login_request = renamed(OAuth2.accept_oauth2_login_request, accept_oauth2_login_request="body")
    admin_accept_oauth2_logout_request = renamed(OAuth2.accept_oauth2_logout_request)
    admin_create_oauth2_client = renamed(OAuth2.create_oauth2_client, oauth2_client="body")
    admin_delete_oauth2_client = renamed(OAuth2.delete_oauth2_client)
    admin_delete_oauth2_token = renamed(OAuth2.delete_oauth2_token)
    admin_delete_trusted_oauth2_jwt_grant_issuer = renamed(OAuth2.delete_trusted_oauth2_jwt_grant_issuer)
    admin_get_oauth2_client = renamed(OAuth2.get_oauth2_client)
    admin_get_oauth2_consent_request = renamed(OAuth2.get_oauth2_consent_request)
    admin_get_oauth2_login_request = renamed(OAuth2.get_oauth2_login_request)
    admin_get_oauth2_logout_request = renamed(OAuth2.get_oauth2_logout_request)
    admin_get_trusted_oauth2_jwt_grant_issuer = renamed(OAuth2.get_trusted_oauth2_jwt_grant_issuer)
    admin_introspect_oauth2_token = renamed(OAuth2.introspect_oauth2_token)
    admin_list_oauth2_clients = renamed(OAuth2.list_oauth2_clients)
    admin_list_oauth2_subject_consent_sessions = renamed(
        OAuth2.list_oauth2_consent_sessions, link=None, x_total_count=None
    )
    admin_list_trusted_oauth2_jwt_grant_issuers = renamed(
        OAuth2.list_trusted_oauth2_jwt_grant_issuers, max_items=None, default_items=None, limit=None, offset=None
    )
    admin_patch_oauth2_client = renamed(OAuth2.patch_oauth2_client, json_patch="body")
    admin_reject_oauth2_consent_request = renamed(OAuth2.reject_oauth2_consent_request, reject_oauth2_request="body")
    admin_reject_oauth2_login_request = renamed(OAuth2.reject_oauth2_login_request, reject_oauth2_request="body")
    admin_reject_oauth2_logout_request = renamed(OAuth2.reject_oauth2_logout_request, reject_oauth2_request=None)
    admin_revoke_oauth2_consent_sessions = renamed(OAuth2.revoke_oauth2_consent_sessions)
    admin_revoke_oauth2_login_sessions = renamed(OAuth2.revoke_oauth2_login_sessions)
    admin_trust_oauth2_jwt_grant_issuer = renamed(
        OAuth2.trust_oauth2_jwt_grant_issuer, admin_trust_oauth2_jwt_grant_issuer_body="body"
    )
    admin_update_oauth2_client = renamed(OAuth2.set_oauth2_client, oauth2_client="body")
    perform_oauth2_authorization_flow = renamed(OAuth2.oauth2_authorize)
    perform_oauth2_token_flow = renamed(OAuth2.oauth2_token_exchange)
    revoke_oauth2_token = renamed(OAuth2.revoke_oauth2_token)

    # as the clients of that time spell them
    admin_accept_o_auth2_consent_request = admin_accept_oauth2_consent_request
    admin_accept_o_auth2_login_request = admin_accept_oauth2_login_request
    admin_accept_o_auth2_logout_request = admin_accept_oauth2_logout_request
    admin_create_o_auth2_client = admin_create_oauth2_client
    admin_delete_o_auth2_client = admin_delete_oauth2_client
    admin_delete_o_auth2_token = admin_delete_oauth2_token
    admin_delete_trusted_o_auth2_jwt_grant_issuer = admin_delete_trusted_oauth2_jwt_grant_issuer
    admin_get_o_auth2_client = admin_get_oauth2_client
    admin_get_o_auth2_consent_request = admin_get_oauth2_consent_request
    admin_get_o_auth2_login_request = admin_get_oauth2_login_request
    admin_get_o_auth2_logout_request = admin_get_oauth2_logout_request
    admin_get_trusted_o_auth2_jwt_grant_issuer = admin_get_trusted_oauth2_jwt_grant_issuer
    admin_introspect_o_auth2_token = admin_introspect_oauth2_token
    admin_list_o_auth2_clients = admin_list_oauth2_clients
    admin_list_o_auth2_subject_consent_sessions = admin_list_oauth2_subject_consent_sessions
    admin_list_trusted_o_auth2_jwt_grant_issuers = admin_list_trusted_oauth2_jwt_grant_issuers
    admin_patch_o_auth2_client = admin_patch_oauth2_client
    admin_reject_o_auth2_consent_request = admin_reject_oauth2_consent_request
    admin_reject_o_auth2_login_request = admin_reject_oauth2_login_request
    admin_reject_o_auth2_logout_request = admin_reject_oauth2_logout_request
    admin_revoke_o_auth2_consent_sessions = admin_revoke_oauth2_consent_sessions
    admin_revoke_o_auth2_login_sessions = admin_revoke_oauth2_login_sessions
    admin_trust_o_auth2_jwt_grant_issuer = admin_trust_oauth2_jwt_grant_issuer
    admin_update_o_auth2_client = admin_update_oauth2_client
    perform_o_auth2_authorization_flow = perform_oauth2_authorization_flow
    perform_o_auth2_token_flow = perform_oauth2_token_flow
    revoke_o_auth2_token = revoke_oauth2_token
