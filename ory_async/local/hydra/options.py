from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, kw_only=True)
class HydraOptions:
    """Settings of the local Hydra, with the defaults of a server in development mode.

    The `..._ui_url` are the pages to which browsers are sent; None means `/ui/...` of the server itself, where there is
    no page: a test that plays the pages takes the challenge from the redirect. `error_url` and `post_logout_url` are
    Hydra's own pages unless set. `access_token_strategy` is `opaque` or `jwt` and holds for clients which do not choose.
    `pkce_enforced` asks PKCE of everybody, `pkce_enforced_for_public_clients` of clients without a secret.
    `default_client_scope` is given to clients that name none, and `grants_all_scopes_by_default` gives all of them to
    client credentials that ask for none. `dynamic_registration` opens /oauth2/register. `subject_salt` goes into
    pairwise subjects. `refresh_grace_period` is how long a refresh token that was used may be used again.
    `jwt_bearer_jti_optional` and `jwt_bearer_iat_optional` accept JWTs as grants that lack the claim.
    """

    login_ui_url: str | None = None
    consent_ui_url: str | None = None
    logout_ui_url: str | None = None
    device_ui_url: str | None = None
    device_done_url: str | None = None
    error_url: str | None = None
    post_logout_url: str | None = None
    access_token_lifespan: timedelta = timedelta(hours=1)
    refresh_token_lifespan: timedelta = timedelta(days=30)
    id_token_lifespan: timedelta = timedelta(hours=1)
    authorization_code_lifespan: timedelta = timedelta(minutes=10)
    login_consent_lifespan: timedelta = timedelta(minutes=30)
    device_code_lifespan: timedelta = timedelta(minutes=10)
    device_polling_interval: timedelta = timedelta(seconds=5)
    credential_nonce_lifespan: timedelta = timedelta(hours=1)
    refresh_grace_period: timedelta = timedelta(0)
    jwt_bearer_max_lifespan: timedelta = timedelta(days=30)
    jwt_bearer_jti_optional: bool = False
    jwt_bearer_iat_optional: bool = False
    access_token_strategy: str = "opaque"
    pkce_enforced: bool = False
    pkce_enforced_for_public_clients: bool = False
    default_client_scope: tuple[str, ...] = ("offline_access", "offline", "openid")
    grants_all_scopes_by_default: bool = False
    dynamic_registration: bool = True
    subject_salt: str = "local-ory-salt"
