"""Self-service, blocking: registration, login, settings, recovery, verification, logout, and one's own sessions."""

from __future__ import annotations

from ory_async.services.frontend import AsyncFrontendService

from ..blocking import BlockingService, blocking


class FrontendService(BlockingService):
    __doc__ = AsyncFrontendService.__doc__

    create_browser_login_flow = blocking(AsyncFrontendService.create_browser_login_flow)
    create_browser_logout_flow = blocking(AsyncFrontendService.create_browser_logout_flow)
    create_browser_recovery_flow = blocking(AsyncFrontendService.create_browser_recovery_flow)
    create_browser_registration_flow = blocking(AsyncFrontendService.create_browser_registration_flow)
    create_browser_settings_flow = blocking(AsyncFrontendService.create_browser_settings_flow)
    create_browser_verification_flow = blocking(AsyncFrontendService.create_browser_verification_flow)
    create_fedcm_flow = blocking(AsyncFrontendService.create_fedcm_flow)
    create_idp_initiated_saml_browser_login_flow = blocking(
        AsyncFrontendService.create_idp_initiated_saml_browser_login_flow
    )
    create_native_login_flow = blocking(AsyncFrontendService.create_native_login_flow)
    create_native_recovery_flow = blocking(AsyncFrontendService.create_native_recovery_flow)
    create_native_registration_flow = blocking(AsyncFrontendService.create_native_registration_flow)
    create_native_settings_flow = blocking(AsyncFrontendService.create_native_settings_flow)
    create_native_verification_flow = blocking(AsyncFrontendService.create_native_verification_flow)
    delete_test_login_flow = blocking(AsyncFrontendService.delete_test_login_flow)
    disable_my_other_sessions = blocking(AsyncFrontendService.disable_my_other_sessions)
    disable_my_session = blocking(AsyncFrontendService.disable_my_session)
    exchange_session_token = blocking(AsyncFrontendService.exchange_session_token)
    get_flow_error = blocking(AsyncFrontendService.get_flow_error)
    get_login_flow = blocking(AsyncFrontendService.get_login_flow)
    get_recovery_flow = blocking(AsyncFrontendService.get_recovery_flow)
    get_registration_flow = blocking(AsyncFrontendService.get_registration_flow)
    get_saml_metadata = blocking(AsyncFrontendService.get_saml_metadata)
    get_saml_provider_metadata = blocking(AsyncFrontendService.get_saml_provider_metadata)
    get_settings_flow = blocking(AsyncFrontendService.get_settings_flow)
    get_verification_flow = blocking(AsyncFrontendService.get_verification_flow)
    get_webauthn_javascript = blocking(AsyncFrontendService.get_webauthn_javascript)
    get_webauthn_related_origins = blocking(AsyncFrontendService.get_webauthn_related_origins)
    get_well_known_change_password = blocking(AsyncFrontendService.get_well_known_change_password)
    init_saml_login = blocking(AsyncFrontendService.init_saml_login)
    init_saml_login_request = blocking(AsyncFrontendService.init_saml_login_request)
    list_my_sessions = blocking(AsyncFrontendService.list_my_sessions)
    perform_native_logout = blocking(AsyncFrontendService.perform_native_logout)
    submit_saml_assertion = blocking(AsyncFrontendService.submit_saml_assertion)
    to_session = blocking(AsyncFrontendService.to_session)
    update_fedcm_flow = blocking(AsyncFrontendService.update_fedcm_flow)
    update_login_flow = blocking(AsyncFrontendService.update_login_flow)
    update_logout_flow = blocking(AsyncFrontendService.update_logout_flow)
    update_recovery_flow = blocking(AsyncFrontendService.update_recovery_flow)
    update_registration_flow = blocking(AsyncFrontendService.update_registration_flow)
    update_settings_flow = blocking(AsyncFrontendService.update_settings_flow)
    update_verification_flow = blocking(AsyncFrontendService.update_verification_flow)
