"""The old names of the frontend: self-service."""

from __future__ import annotations

from ..frontend import AsyncFrontendService as Frontend
from .renaming import OldNames, Renaming

renamed = Renaming(Frontend)


class FrontendNames(OldNames):
    """Self-service flows, and one's own sessions."""

    create_self_service_logout_flow_url_for_browsers = renamed(Frontend.create_browser_logout_flow)
    get_self_service_error = renamed(Frontend.get_flow_error)
    get_self_service_login_flow = renamed(Frontend.get_login_flow)
    get_self_service_recovery_flow = renamed(Frontend.get_recovery_flow)
    get_self_service_registration_flow = renamed(Frontend.get_registration_flow)
    get_self_service_settings_flow = renamed(Frontend.get_settings_flow)
    get_self_service_verification_flow = renamed(Frontend.get_verification_flow)
    get_webauthn_javascript = renamed(Frontend.get_webauthn_javascript)
    initialize_self_service_login_flow_for_browsers = renamed(Frontend.create_browser_login_flow)
    initialize_self_service_login_flow_without_browser = renamed(Frontend.create_native_login_flow)
    initialize_self_service_recovery_flow_for_browsers = renamed(Frontend.create_browser_recovery_flow)
    initialize_self_service_recovery_flow_without_browser = renamed(Frontend.create_native_recovery_flow)
    initialize_self_service_registration_flow_for_browsers = renamed(Frontend.create_browser_registration_flow)
    initialize_self_service_registration_flow_without_browser = renamed(Frontend.create_native_registration_flow)
    initialize_self_service_settings_flow_for_browsers = renamed(Frontend.create_browser_settings_flow)
    initialize_self_service_settings_flow_without_browser = renamed(Frontend.create_native_settings_flow)
    initialize_self_service_verification_flow_for_browsers = renamed(Frontend.create_browser_verification_flow)
    initialize_self_service_verification_flow_without_browser = renamed(Frontend.create_native_verification_flow)
    list_sessions = renamed(Frontend.list_my_sessions)
    revoke_session = renamed(Frontend.disable_my_session)
    revoke_sessions = renamed(Frontend.disable_my_other_sessions)
    submit_self_service_login_flow = renamed(Frontend.update_login_flow, submit_self_service_login_flow_body="body")
    submit_self_service_logout_flow = renamed(Frontend.update_logout_flow)
    submit_self_service_logout_flow_without_browser = renamed(
        Frontend.perform_native_logout, submit_self_service_logout_flow_without_browser_body="body"
    )
    submit_self_service_recovery_flow = renamed(
        Frontend.update_recovery_flow, submit_self_service_recovery_flow_body="body"
    )
    submit_self_service_registration_flow = renamed(
        Frontend.update_registration_flow, submit_self_service_registration_flow_body="body"
    )
    submit_self_service_settings_flow = renamed(
        Frontend.update_settings_flow, submit_self_service_settings_flow_body="body"
    )
    submit_self_service_verification_flow = renamed(
        Frontend.update_verification_flow, submit_self_service_verification_flow_body="body"
    )
    to_session = renamed(Frontend.to_session)

    # as the clients of that time spell them
    get_web_authn_java_script = get_webauthn_javascript
