"""OAuth2, blocking."""

from __future__ import annotations

from ory_async.services.oauth2 import AsyncOAuth2Service

from ..blocking import BlockingService, blocking


class OAuth2Service(BlockingService):
    __doc__ = AsyncOAuth2Service.__doc__

    accept_oauth2_consent_request = blocking(AsyncOAuth2Service.accept_oauth2_consent_request)
    accept_oauth2_login_request = blocking(AsyncOAuth2Service.accept_oauth2_login_request)
    accept_oauth2_logout_request = blocking(AsyncOAuth2Service.accept_oauth2_logout_request)
    accept_user_code_request = blocking(AsyncOAuth2Service.accept_user_code_request)
    create_oauth2_client = blocking(AsyncOAuth2Service.create_oauth2_client)
    delete_oauth2_client = blocking(AsyncOAuth2Service.delete_oauth2_client)
    delete_oauth2_token = blocking(AsyncOAuth2Service.delete_oauth2_token)
    delete_rotated_oauth2_client_secrets = blocking(AsyncOAuth2Service.delete_rotated_oauth2_client_secrets)
    delete_trusted_oauth2_jwt_grant_issuer = blocking(AsyncOAuth2Service.delete_trusted_oauth2_jwt_grant_issuer)
    get_oauth2_client = blocking(AsyncOAuth2Service.get_oauth2_client)
    get_oauth2_consent_request = blocking(AsyncOAuth2Service.get_oauth2_consent_request)
    get_oauth2_login_request = blocking(AsyncOAuth2Service.get_oauth2_login_request)
    get_oauth2_logout_request = blocking(AsyncOAuth2Service.get_oauth2_logout_request)
    get_trusted_oauth2_jwt_grant_issuer = blocking(AsyncOAuth2Service.get_trusted_oauth2_jwt_grant_issuer)
    introspect_oauth2_token = blocking(AsyncOAuth2Service.introspect_oauth2_token)
    list_oauth2_clients = blocking(AsyncOAuth2Service.list_oauth2_clients)
    list_oauth2_consent_sessions = blocking(AsyncOAuth2Service.list_oauth2_consent_sessions)
    list_trusted_oauth2_jwt_grant_issuers = blocking(AsyncOAuth2Service.list_trusted_oauth2_jwt_grant_issuers)
    oauth2_authorize = blocking(AsyncOAuth2Service.oauth2_authorize)
    oauth2_device_flow = blocking(AsyncOAuth2Service.oauth2_device_flow)
    oauth2_token_exchange = blocking(AsyncOAuth2Service.oauth2_token_exchange)
    patch_oauth2_client = blocking(AsyncOAuth2Service.patch_oauth2_client)
    perform_oauth2_device_verification_flow = blocking(AsyncOAuth2Service.perform_oauth2_device_verification_flow)
    reject_oauth2_consent_request = blocking(AsyncOAuth2Service.reject_oauth2_consent_request)
    reject_oauth2_login_request = blocking(AsyncOAuth2Service.reject_oauth2_login_request)
    reject_oauth2_logout_request = blocking(AsyncOAuth2Service.reject_oauth2_logout_request)
    revoke_oauth2_consent_sessions = blocking(AsyncOAuth2Service.revoke_oauth2_consent_sessions)
    revoke_oauth2_login_sessions = blocking(AsyncOAuth2Service.revoke_oauth2_login_sessions)
    revoke_oauth2_token = blocking(AsyncOAuth2Service.revoke_oauth2_token)
    rotate_oauth2_client_secret = blocking(AsyncOAuth2Service.rotate_oauth2_client_secret)
    set_oauth2_client = blocking(AsyncOAuth2Service.set_oauth2_client)
    set_oauth2_client_lifespans = blocking(AsyncOAuth2Service.set_oauth2_client_lifespans)
    trust_oauth2_jwt_grant_issuer = blocking(AsyncOAuth2Service.trust_oauth2_jwt_grant_issuer)
