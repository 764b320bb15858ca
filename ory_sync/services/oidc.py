"""OpenID Connect, blocking."""

from __future__ import annotations

from ory_async.services.oidc import AsyncOidcService

from ..blocking import BlockingService, blocking


class OidcService(BlockingService):
    __doc__ = AsyncOidcService.__doc__

    create_oidc_dynamic_client = blocking(AsyncOidcService.create_oidc_dynamic_client)
    create_verifiable_credential = blocking(AsyncOidcService.create_verifiable_credential)
    delete_oidc_dynamic_client = blocking(AsyncOidcService.delete_oidc_dynamic_client)
    discover_oidc_configuration = blocking(AsyncOidcService.discover_oidc_configuration)
    get_oidc_dynamic_client = blocking(AsyncOidcService.get_oidc_dynamic_client)
    get_oidc_user_info = blocking(AsyncOidcService.get_oidc_user_info)
    revoke_oidc_session = blocking(AsyncOidcService.revoke_oidc_session)
    set_oidc_dynamic_client = blocking(AsyncOidcService.set_oidc_dynamic_client)
