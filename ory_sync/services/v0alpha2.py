"""Old names of operations, blocking."""

from __future__ import annotations

from ory_async.services.v0alpha2 import AsyncV0alpha2Service

from ..blocking import BlockingService, blocking


class V0alpha2Service(BlockingService):
    __doc__ = AsyncV0alpha2Service.__doc__

    admin_accept_oauth2_consent_request = blocking(AsyncV0alpha2Service.admin_accept_oauth2_consent_request)
    admin_accept_oauth2_login_request = blocking(AsyncV0alpha2Service.admin_accept_oauth2_login_request)
    admin_accept_oauth2_logout_request = blocking(AsyncV0alpha2Service.admin_accept_oauth2_logout_request)
    admin_create_identity = blocking(AsyncV0alpha2Service.admin_create_identity)
    admin_create_json_web_key_set = blocking(AsyncV0alpha2Service.admin_create_json_web_key_set)
    admin_create_oauth2_client = blocking(AsyncV0alpha2Service.admin_create_oauth2_client)
    admin_create_self_service_recovery_code = blocking(AsyncV0alpha2Service.admin_create_self_service_recovery_code)
    admin_create_self_service_recovery_link = blocking(AsyncV0alpha2Service.admin_create_self_service_recovery_link)
    admin_delete_identity = blocking(AsyncV0alpha2Service.admin_delete_identity)
    admin_delete_identity_sessions = blocking(AsyncV0alpha2Service.admin_delete_identity_sessions)
    admin_delete_json_web_key = blocking(AsyncV0alpha2Service.admin_delete_json_web_key)
    admin_delete_json_web_key_set = blocking(AsyncV0alpha2Service.admin_delete_json_web_key_set)
    admin_delete_oauth2_client = blocking(AsyncV0alpha2Service.admin_delete_oauth2_client)
    admin_delete_oauth2_token = blocking(AsyncV0alpha2Service.admin_delete_oauth2_token)
    admin_delete_trusted_oauth2_jwt_grant_issuer = blocking(
        AsyncV0alpha2Service.admin_delete_trusted_oauth2_jwt_grant_issuer
    )
    admin_extend_session = blocking(AsyncV0alpha2Service.admin_extend_session)
    admin_get_identity = blocking(AsyncV0alpha2Service.admin_get_identity)
    admin_get_json_web_key = blocking(AsyncV0alpha2Service.admin_get_json_web_key)
    admin_get_json_web_key_set = blocking(AsyncV0alpha2Service.admin_get_json_web_key_set)
    admin_get_oauth2_client = blocking(AsyncV0alpha2Service.admin_get_oauth2_client)
    admin_get_oauth2_consent_request = blocking(AsyncV0alpha2Service.admin_get_oauth2_consent_request)
    admin_get_oauth2_login_request = blocking(AsyncV0alpha2Service.admin_get_oauth2_login_request)
    admin_get_oauth2_logout_request = blocking(AsyncV0alpha2Service.admin_get_oauth2_logout_request)
    admin_get_trusted_oauth2_jwt_grant_issuer = blocking(AsyncV0alpha2Service.admin_get_trusted_oauth2_jwt_grant_issuer)
    admin_introspect_oauth2_token = blocking(AsyncV0alpha2Service.admin_introspect_oauth2_token)
    admin_list_courier_messages = blocking(AsyncV0alpha2Service.admin_list_courier_messages)
    admin_list_identities = blocking(AsyncV0alpha2Service.admin_list_identities)
    admin_list_identity_sessions = blocking(AsyncV0alpha2Service.admin_list_identity_sessions)
    admin_list_oauth2_clients = blocking(AsyncV0alpha2Service.admin_list_oauth2_clients)
    admin_list_oauth2_subject_consent_sessions = blocking(
        AsyncV0alpha2Service.admin_list_oauth2_subject_consent_sessions
    )
    admin_list_trusted_oauth2_jwt_grant_issuers = blocking(
        AsyncV0alpha2Service.admin_list_trusted_oauth2_jwt_grant_issuers
    )
    admin_patch_identity = blocking(AsyncV0alpha2Service.admin_patch_identity)
    admin_patch_oauth2_client = blocking(AsyncV0alpha2Service.admin_patch_oauth2_client)
    admin_reject_oauth2_consent_request = blocking(AsyncV0alpha2Service.admin_reject_oauth2_consent_request)
    admin_reject_oauth2_login_request = blocking(AsyncV0alpha2Service.admin_reject_oauth2_login_request)
    admin_reject_oauth2_logout_request = blocking(AsyncV0alpha2Service.admin_reject_oauth2_logout_request)
    admin_revoke_oauth2_consent_sessions = blocking(AsyncV0alpha2Service.admin_revoke_oauth2_consent_sessions)
    admin_revoke_oauth2_login_sessions = blocking(AsyncV0alpha2Service.admin_revoke_oauth2_login_sessions)
    admin_trust_oauth2_jwt_grant_issuer = blocking(AsyncV0alpha2Service.admin_trust_oauth2_jwt_grant_issuer)
    admin_update_identity = blocking(AsyncV0alpha2Service.admin_update_identity)
    admin_update_json_web_key = blocking(AsyncV0alpha2Service.admin_update_json_web_key)
    admin_update_json_web_key_set = blocking(AsyncV0alpha2Service.admin_update_json_web_key_set)
    admin_update_oauth2_client = blocking(AsyncV0alpha2Service.admin_update_oauth2_client)
    create_project = blocking(AsyncV0alpha2Service.create_project)
    create_project_api_key = blocking(AsyncV0alpha2Service.create_project_api_key)
    create_self_service_logout_flow_url_for_browsers = blocking(
        AsyncV0alpha2Service.create_self_service_logout_flow_url_for_browsers
    )
    delete_project_api_key = blocking(AsyncV0alpha2Service.delete_project_api_key)
    discover_json_web_keys = blocking(AsyncV0alpha2Service.discover_json_web_keys)
    discover_oidc_configuration = blocking(AsyncV0alpha2Service.discover_oidc_configuration)
    dynamic_client_registration_create_oauth2_client = blocking(
        AsyncV0alpha2Service.dynamic_client_registration_create_oauth2_client
    )
    dynamic_client_registration_delete_oauth2_client = blocking(
        AsyncV0alpha2Service.dynamic_client_registration_delete_oauth2_client
    )
    dynamic_client_registration_get_oauth2_client = blocking(
        AsyncV0alpha2Service.dynamic_client_registration_get_oauth2_client
    )
    dynamic_client_registration_update_oauth2_client = blocking(
        AsyncV0alpha2Service.dynamic_client_registration_update_oauth2_client
    )
    get_identity_schema = blocking(AsyncV0alpha2Service.get_identity_schema)
    get_oidc_user_info = blocking(AsyncV0alpha2Service.get_oidc_user_info)
    get_project = blocking(AsyncV0alpha2Service.get_project)
    get_project_members = blocking(AsyncV0alpha2Service.get_project_members)
    get_self_service_error = blocking(AsyncV0alpha2Service.get_self_service_error)
    get_self_service_login_flow = blocking(AsyncV0alpha2Service.get_self_service_login_flow)
    get_self_service_recovery_flow = blocking(AsyncV0alpha2Service.get_self_service_recovery_flow)
    get_self_service_registration_flow = blocking(AsyncV0alpha2Service.get_self_service_registration_flow)
    get_self_service_settings_flow = blocking(AsyncV0alpha2Service.get_self_service_settings_flow)
    get_self_service_verification_flow = blocking(AsyncV0alpha2Service.get_self_service_verification_flow)
    get_webauthn_javascript = blocking(AsyncV0alpha2Service.get_webauthn_javascript)
    initialize_self_service_login_flow_for_browsers = blocking(
        AsyncV0alpha2Service.initialize_self_service_login_flow_for_browsers
    )
    initialize_self_service_login_flow_without_browser = blocking(
        AsyncV0alpha2Service.initialize_self_service_login_flow_without_browser
    )
    initialize_self_service_recovery_flow_for_browsers = blocking(
        AsyncV0alpha2Service.initialize_self_service_recovery_flow_for_browsers
    )
    initialize_self_service_recovery_flow_without_browser = blocking(
        AsyncV0alpha2Service.initialize_self_service_recovery_flow_without_browser
    )
    initialize_self_service_registration_flow_for_browsers = blocking(
        AsyncV0alpha2Service.initialize_self_service_registration_flow_for_browsers
    )
    initialize_self_service_registration_flow_without_browser = blocking(
        AsyncV0alpha2Service.initialize_self_service_registration_flow_without_browser
    )
    initialize_self_service_settings_flow_for_browsers = blocking(
        AsyncV0alpha2Service.initialize_self_service_settings_flow_for_browsers
    )
    initialize_self_service_settings_flow_without_browser = blocking(
        AsyncV0alpha2Service.initialize_self_service_settings_flow_without_browser
    )
    initialize_self_service_verification_flow_for_browsers = blocking(
        AsyncV0alpha2Service.initialize_self_service_verification_flow_for_browsers
    )
    initialize_self_service_verification_flow_without_browser = blocking(
        AsyncV0alpha2Service.initialize_self_service_verification_flow_without_browser
    )
    list_identity_schemas = blocking(AsyncV0alpha2Service.list_identity_schemas)
    list_project_api_keys = blocking(AsyncV0alpha2Service.list_project_api_keys)
    list_projects = blocking(AsyncV0alpha2Service.list_projects)
    list_sessions = blocking(AsyncV0alpha2Service.list_sessions)
    patch_project = blocking(AsyncV0alpha2Service.patch_project)
    perform_oauth2_authorization_flow = blocking(AsyncV0alpha2Service.perform_oauth2_authorization_flow)
    perform_oauth2_token_flow = blocking(AsyncV0alpha2Service.perform_oauth2_token_flow)
    perform_oidc_front_or_back_channel_logout = blocking(AsyncV0alpha2Service.perform_oidc_front_or_back_channel_logout)
    purge_project = blocking(AsyncV0alpha2Service.purge_project)
    remove_project_member = blocking(AsyncV0alpha2Service.remove_project_member)
    revoke_oauth2_token = blocking(AsyncV0alpha2Service.revoke_oauth2_token)
    revoke_session = blocking(AsyncV0alpha2Service.revoke_session)
    revoke_sessions = blocking(AsyncV0alpha2Service.revoke_sessions)
    submit_self_service_login_flow = blocking(AsyncV0alpha2Service.submit_self_service_login_flow)
    submit_self_service_logout_flow = blocking(AsyncV0alpha2Service.submit_self_service_logout_flow)
    submit_self_service_logout_flow_without_browser = blocking(
        AsyncV0alpha2Service.submit_self_service_logout_flow_without_browser
    )
    submit_self_service_recovery_flow = blocking(AsyncV0alpha2Service.submit_self_service_recovery_flow)
    submit_self_service_registration_flow = blocking(AsyncV0alpha2Service.submit_self_service_registration_flow)
    submit_self_service_settings_flow = blocking(AsyncV0alpha2Service.submit_self_service_settings_flow)
    submit_self_service_verification_flow = blocking(AsyncV0alpha2Service.submit_self_service_verification_flow)
    to_session = blocking(AsyncV0alpha2Service.to_session)
    update_project = blocking(AsyncV0alpha2Service.update_project)

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
    dynamic_client_registration_create_o_auth2_client = dynamic_client_registration_create_oauth2_client
    dynamic_client_registration_delete_o_auth2_client = dynamic_client_registration_delete_oauth2_client
    dynamic_client_registration_get_o_auth2_client = dynamic_client_registration_get_oauth2_client
    dynamic_client_registration_update_o_auth2_client = dynamic_client_registration_update_oauth2_client
    get_web_authn_java_script = get_webauthn_javascript
    perform_o_auth2_authorization_flow = perform_oauth2_authorization_flow
    perform_o_auth2_token_flow = perform_oauth2_token_flow
    revoke_o_auth2_token = revoke_oauth2_token
