"""Revisions: the whole configuration of a project, flat, as the Ory Console shows and changes it.

No public operation takes or gives it: `Project` has the same settings in another form, that of the servers' own
configuration files. The names are those of these files, with underscores: ``kratos_selfservice_flows_login_lifespan``
is ``selfservice.flows.login.lifespan`` of Kratos, which its documentation explains.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from .base import Json, Model, OpenEnum, model, secret

if TYPE_CHECKING:
    from .identity import Region
    from .managed_schema import ManagedIdentitySchema
    from .organization import Organization
    from .project import ProjectEnvironment, ProjectState
    from .workspace import Workspace

__all__ = [
    "AccessTokenStrategy",
    "AccountLinkingMode",
    "CreateProjectNormalizedPayload",
    "JwtScopeClaim",
    "KetoNamespace",
    "LinkOrCode",
    "NormalizedProject",
    "NormalizedProjectRevision",
    "NormalizedProjectRevisionCourierChannel",
    "NormalizedProjectRevisionHook",
    "NormalizedProjectRevisionIdentitySchema",
    "NormalizedProjectRevisionSAMLProvider",
    "NormalizedProjectRevisionScimClient",
    "NormalizedProjectRevisionThirdPartyProvider",
    "NormalizedProjectRevisionTokenizerTemplate",
    "Pkce",
    "ProviderState",
    "RevisionAccountExperienceCustomTranslation",
    "ScopeStrategy",
    "TalosRetiredValue",
    "UpdateOnLogin",
    "UserCodeEntropy",
]


class ProviderState(OpenEnum):
    """Whether a provider can be used."""

    ENABLED = "enabled"
    DISABLED = "disabled"


class AccountLinkingMode(OpenEnum):
    """What happens when a provider's account has the identifier of an identity: ask for its credentials, or link both."""

    CONFIRM_WITH_EXISTING_CREDENTIAL = "confirm_with_existing_credential"
    AUTOMATIC = "automatic"


class Pkce(OpenEnum):
    """Whether PKCE is used with a provider: where it says that it can, never, or always."""

    AUTO = "auto"
    NEVER = "never"
    FORCE = "force"


class UpdateOnLogin(OpenEnum):
    """Whether a login writes to the identity what the provider tells."""

    NEVER = "never"
    AUTOMATIC = "automatic"


class LinkOrCode(OpenEnum):
    """What is sent to an address, to recover an account or to verify the address."""

    LINK = "link"
    CODE = "code"


class UserCodeEntropy(OpenEnum):
    """How long the codes are that people type in for a device (RFC 8628)."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class AccessTokenStrategy(OpenEnum):
    """What access tokens are."""

    OPAQUE = "opaque"
    JWT = "jwt"


class JwtScopeClaim(OpenEnum):
    """How a JWT has its scopes: as a list, as one text with blanks between them, or both."""

    LIST = "list"
    STRING = "string"
    BOTH = "both"


class ScopeStrategy(OpenEnum):
    """How scopes are compared: as they are, or with wildcards."""

    EXACT = "exact"
    WILDCARD = "wildcard"


# parts of a revision


@model
class NormalizedProjectRevisionIdentitySchema(Model):
    """An identity schema in use: one that was uploaded, or a preset."""

    id: str | None = None
    project_revision_id: str | None = None
    identity_schema_id: str | None = None
    identity_schema: ManagedIdentitySchema | None = None
    import_id: str | None = None
    """The id that identities know it by, where it came from a configuration file."""
    import_url: str | None = None
    """The schema itself, as a ``base64://`` URL, to be uploaded."""
    preset: str | None = None
    """The name of a schema of Ory's, in place of one of your own."""
    is_default: bool | None = None
    """Whether it is the schema of new identities; one of the schemas is."""
    selfservice_selectable: bool | None = None
    """Whether people who register can choose it."""
    created_at: datetime | None = None
    updated_at: datetime | None = None


@model
class NormalizedProjectRevisionThirdPartyProvider(Model):
    """A provider of social sign-in, or any other that speaks OAuth2 or OpenID Connect."""

    id: str | None = None
    project_revision_id: str | None = None
    provider_id: str | None = None
    """Its name in URLs and flows."""
    provider: str | None = None
    """Its kind: ``google``, ``github``, ``microsoft`` and the like, or ``generic``."""
    label: str | None = None
    state: ProviderState | str | None = None
    organization_id: str | None = None
    """The organization whose people it is for; None for everybody."""
    client_id: str | None = None
    client_secret: str | None = secret(default=None)
    issuer_url: str | None = None
    """For ``generic``: where its OpenID Connect discovery is; without it, `auth_url` and `token_url` are needed."""
    auth_url: str | None = None
    token_url: str | None = None
    scope: list[str] | None = None
    requested_claims: Json = None
    """The ``claims`` parameter (OpenID Connect Core, section 5.5)."""
    pkce: Pkce | str | None = None
    claims_source: str | None = None
    """Where claims are taken from: ``id_token`` or ``userinfo``."""
    subject_source: str | None = None
    """For ``microsoft``: which claim is the subject."""
    additional_id_token_audiences: list[str] | None = None
    """Client ids besides `client_id` that ID tokens may be made for, for apps that submit one."""
    mapper_url: str | None = None
    """Jsonnet code that makes traits of the claims, as a URL."""
    account_linking_mode: AccountLinkingMode | str | None = None
    update_identity_on_login: UpdateOnLogin | str | None = None
    aal2_acr_values: list[str] | None = None
    """Values of ``acr`` that count as a second factor."""
    aal2_amr_values: list[str] | None = None
    """Values of ``amr`` that do, one of which is enough."""
    front_channel_logout: bool | None = None
    proxy_oidc_redirect_url: str | None = None
    """A URL of yours that the provider redirects to instead of Ory's."""
    fedcm_config_url: str | None = None
    net_id_token_origin_header: str | None = None
    azure_tenant: str | None = None
    """For ``microsoft``: a tenant, or ``common``, ``organizations``, ``consumers``."""
    apple_team_id: str | None = None
    apple_private_key_id: str | None = None
    apple_private_key: str | None = secret(default=None)
    created_at: datetime | None = None
    updated_at: datetime | None = None


@model
class NormalizedProjectRevisionSAMLProvider(Model):
    """A provider that speaks SAML."""

    id: str | None = None
    project_revision_id: str | None = None
    provider_id: str | None = None
    """Its name in URLs and flows."""
    label: str | None = None
    state: ProviderState | str | None = None
    organization_id: str | None = None
    raw_idp_metadata_xml: str | None = None
    """What the provider says of itself."""
    valid_to: list[str] | None = None
    """Until when each of its signing certificates is valid."""
    mapper_url: str | None = None
    """Jsonnet code that makes traits of the attributes, as a URL."""
    update_identity_on_login: UpdateOnLogin | str | None = None
    audience_override_base_url: str | None = None
    proxy_acs_url: str | None = None
    """A URL of yours that assertions are posted to instead of Ory's."""
    proxy_saml_audience_override: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


@model
class NormalizedProjectRevisionScimClient(Model):
    """A directory that provisions the people of an organization by SCIM."""

    id: str | None = None
    client_id: str
    label: str
    organization_id: str
    state: ProviderState | str | None = None
    authorization_header_secret: str = secret()
    """What the directory sends in its Authorization header."""
    mapper_url: str
    """Jsonnet code that makes traits of its data, as a URL."""
    proxy_scim_server_url: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


@model
class NormalizedProjectRevisionHook(Model):
    """Something that happens at a step of a flow: a webhook, or an action of the server."""

    id: str | None = None
    project_revision_id: str | None = None
    config_key: str
    """The step, such as ``selfservice.flows.login.after.hooks``."""
    hook: str
    """``web_hook``, or an action such as ``session`` or ``revoke_active_sessions``."""
    web_hook_config_url: str | None = None
    web_hook_config_method: str | None = None
    web_hook_config_body: str | None = None
    """A Jsonnet template that makes the body, as a URL."""
    web_hook_config_auth_type: str | None = None
    """``basic_auth`` or ``api_key``."""
    web_hook_config_auth_api_key_in: str | None = None
    """``header`` or ``cookie``."""
    web_hook_config_auth_api_key_name: str | None = None
    web_hook_config_auth_api_key_value: str | None = secret(default=None)
    web_hook_config_auth_basic_auth_user: str | None = None
    web_hook_config_auth_basic_auth_password: str | None = secret(default=None)
    web_hook_config_can_interrupt: bool | None = None
    """Whether its answer may end the flow with messages."""
    web_hook_config_response_ignore: bool | None = None
    """Whether its answer is not waited for."""
    web_hook_config_response_parse: bool | None = None
    """Whether its answer may change the identity."""
    notify_previous_addresses_config_recipients: str | None = None
    """Who is told of a changed address: ``all``, ``all_verified`` or ``removed`` of the old ones."""
    created_at: datetime | None = None
    updated_at: datetime | None = None


@model
class NormalizedProjectRevisionTokenizerTemplate(Model):
    """How a session becomes a JWT."""

    id: str | None = None
    project_revision_id: str | None = None
    key: str | None = None
    """The name of the template."""
    ttl: str | None = None
    """How long the JWT is valid, as a duration."""
    subject_source: str | None = None
    """``id`` or ``external_id`` of the identity; ``id`` where it is empty."""
    claims_mapper_url: str | None = None
    """Jsonnet code that makes the claims, as a URL."""
    jwks_url: str | None = secret(default=None)
    """The keys to sign with, as a URL; hidden in a repr, as a ``base64://`` one is the keys themselves."""
    created_at: datetime | None = None
    updated_at: datetime | None = None


@model
class NormalizedProjectRevisionCourierChannel(Model):
    """A service that sends messages of one kind, such as SMS."""

    channel_id: str
    """The kind: ``sms``."""
    request_config_method: str
    request_config_url: str | None = None
    request_config_body: str
    """A Jsonnet template that makes the body, as a URL."""
    request_config_headers: Json = secret(default=None)
    request_config_auth_type: str | None = None
    """``basic_auth`` or ``api_key``."""
    request_config_auth_config_api_key_in: str | None = None
    """``header`` or ``query``."""
    request_config_auth_config_api_key_name: str | None = None
    request_config_auth_config_api_key_value: str | None = secret(default=None)
    request_config_auth_config_basic_auth_user: str | None = None
    request_config_auth_config_basic_auth_password: str | None = secret(default=None)
    created_at: datetime | None = None
    updated_at: datetime | None = None


@model
class RevisionAccountExperienceCustomTranslation(Model):
    """Texts of your own for one language."""

    locale: str
    translations: str
    """Where they are, as JSON."""


@model
class KetoNamespace(Model):
    """A namespace of the kind before OPL."""

    id: int | None = None
    name: str | None = None


@model
class TalosRetiredValue(Model):
    """A secret or an issuer of the past, with which keys can still be verified."""

    value: str = secret()
    expires_at: datetime | None = None
    """None for one that stays good."""


# the revision itself


@model
class NormalizedProjectRevision(Model):
    """One state of a project's configuration; each change makes a new one."""

    # The project
    name: str
    id: str | None = None
    project_id: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    organizations: list[Organization] | None = None
    scim_clients: list[NormalizedProjectRevisionScimClient] | None = None
    strict_security: bool | None = None
    """Whether what is only convenient during development is refused; recommended for production."""
    feature_flags: dict[str, bool] | None = None
    """Behaviour that a project opts in to or out of, by name."""
    serve_public_cors_enabled: bool | None = None
    serve_public_cors_allowed_origins: list[str] | None = None
    """Origins such as ``https://app.example``."""
    serve_admin_cors_enabled: bool | None = None
    serve_admin_cors_allowed_origins: list[str] | None = None

    # Account Experience
    account_experience_contact_url: str | None = None
    account_experience_custom_translations: list[RevisionAccountExperienceCustomTranslation] | None = None
    account_experience_default_locale: str | None = None
    """A language tag such as ``en``."""
    account_experience_enabled_locales: list[str] | None = None
    account_experience_favicon_dark: str | None = None
    """Not used yet; nor is the dark logo."""
    account_experience_favicon_light: str | None = None
    account_experience_hide_ory_branding: bool | None = None
    account_experience_hide_registration_link: bool | None = None
    account_experience_locale_behavior: str | None = None
    """``respect_accept_language`` of the browser, or ``force_default``."""
    account_experience_logo_dark: str | None = None
    account_experience_logo_light: str | None = None
    account_experience_privacy_policy_url: str | None = None
    account_experience_terms_of_service_url: str | None = None
    account_experience_theme_variables_dark: str | None = None
    account_experience_theme_variables_light: str | None = None
    """Where the CSS variables of the light theme are."""
    disable_account_experience_welcome_screen: bool | None = None
    """The page at ``/ui/welcome``."""
    enable_ax_v2: bool | None = None
    """Whether the pages are those of the second generation."""

    # Identities (Kratos): secrets, cookies and sessions
    kratos_cookies_same_site: str | None = None
    kratos_secrets_cipher: list[str] | None = secret(default=None)
    kratos_secrets_cookie: list[str] | None = secret(default=None)
    kratos_secrets_default: list[str] | None = secret(default=None)
    kratos_secrets_pagination: list[str] | None = secret(default=None)
    kratos_security_account_enumeration_mitigate: bool | None = None
    """Whether answers are kept from telling who has an account."""
    kratos_security_restricted_origins: list[str] | None = None
    kratos_session_cookie_persistent: bool | None = None
    kratos_session_cookie_same_site: str | None = None
    kratos_session_lifespan: str | None = None
    kratos_session_whoami_required_aal: str | None = None
    """``aal1``, or ``highest_available`` for people with a second factor."""
    kratos_session_whoami_tokenizer_templates: list[NormalizedProjectRevisionTokenizerTemplate] | None = None
    """How sessions become JWTs; see ``tokenize_as`` of `to_session`."""

    # Identities: schemas and hooks
    kratos_identity_schemas: list[NormalizedProjectRevisionIdentitySchema] | None = None
    project_revision_hooks: list[NormalizedProjectRevisionHook] | None = None
    """What happens after, or before, steps of flows."""

    # Identities: flows. Where a browser goes after each is asked by method first, then by flow, then for all of them.
    kratos_selfservice_allowed_return_urls: list[str] | None = None
    """Where a ``return_to`` may lead."""
    kratos_selfservice_default_browser_return_url: str | None = None
    """Where a browser goes after a flow, where none of the settings below says so."""
    kratos_selfservice_flows_error_ui_url: str | None = None
    kratos_selfservice_flows_login_after_code_default_browser_return_url: str | None = None
    kratos_selfservice_flows_login_after_default_browser_return_url: str | None = None
    kratos_selfservice_flows_login_after_lookup_secret_default_browser_return_url: str | None = None
    kratos_selfservice_flows_login_after_oidc_default_browser_return_url: str | None = None
    kratos_selfservice_flows_login_after_passkey_default_browser_return_url: str | None = None
    kratos_selfservice_flows_login_after_password_default_browser_return_url: str | None = None
    kratos_selfservice_flows_login_after_totp_default_browser_return_url: str | None = None
    kratos_selfservice_flows_login_after_webauthn_default_browser_return_url: str | None = None
    kratos_selfservice_flows_login_lifespan: str | None = None
    kratos_selfservice_flows_login_style: str | None = None
    """``unified``: one page for everything; ``identifier_first``: the identifier first."""
    kratos_selfservice_flows_login_ui_url: str | None = None
    kratos_selfservice_flows_logout_after_default_browser_return_url: str | None = None
    kratos_selfservice_flows_recovery_enabled: bool | None = None
    kratos_selfservice_flows_recovery_after_default_browser_return_url: str | None = None
    kratos_selfservice_flows_recovery_lifespan: str | None = None
    kratos_selfservice_flows_recovery_notify_unknown_recipients: bool | None = None
    """Whether an address without account is told so by e-mail."""
    kratos_selfservice_flows_recovery_ui_url: str | None = None
    kratos_selfservice_flows_recovery_use: LinkOrCode | str | None = None
    kratos_selfservice_flows_registration_enabled: bool | None = None
    kratos_selfservice_flows_registration_after_code_default_browser_return_url: str | None = None
    kratos_selfservice_flows_registration_after_default_browser_return_url: str | None = None
    kratos_selfservice_flows_registration_after_oidc_default_browser_return_url: str | None = None
    kratos_selfservice_flows_registration_after_passkey_default_browser_return_url: str | None = None
    kratos_selfservice_flows_registration_after_password_default_browser_return_url: str | None = None
    kratos_selfservice_flows_registration_after_webauthn_default_browser_return_url: str | None = None
    kratos_selfservice_flows_registration_enable_legacy_one_step: bool | None = None
    """Whether the traits and the credentials are asked for on one page, as it was once."""
    kratos_selfservice_flows_registration_lifespan: str | None = None
    kratos_selfservice_flows_registration_login_hints: bool | None = None
    """Whether somebody who has an account is told how they logged in before."""
    kratos_selfservice_flows_registration_ui_url: str | None = None
    kratos_selfservice_flows_settings_after_default_browser_return_url: str | None = None
    kratos_selfservice_flows_settings_after_lookup_secret_default_browser_return_url: str | None = None
    kratos_selfservice_flows_settings_after_oidc_default_browser_return_url: str | None = None
    kratos_selfservice_flows_settings_after_passkey_default_browser_return_url: str | None = None
    kratos_selfservice_flows_settings_after_password_default_browser_return_url: str | None = None
    kratos_selfservice_flows_settings_after_profile_default_browser_return_url: str | None = None
    kratos_selfservice_flows_settings_after_totp_default_browser_return_url: str | None = None
    kratos_selfservice_flows_settings_after_webauthn_default_browser_return_url: str | None = None
    kratos_selfservice_flows_settings_lifespan: str | None = None
    kratos_selfservice_flows_settings_privileged_session_max_age: str | None = None
    """How long after a login credentials can be changed without another one."""
    kratos_selfservice_flows_settings_required_aal: str | None = None
    """``aal1``, or ``highest_available`` for people with a second factor."""
    kratos_selfservice_flows_settings_ui_url: str | None = None
    kratos_selfservice_flows_verification_enabled: bool | None = None
    kratos_selfservice_flows_verification_after_default_browser_return_url: str | None = None
    kratos_selfservice_flows_verification_lifespan: str | None = None
    kratos_selfservice_flows_verification_notify_unknown_recipients: bool | None = None
    """Whether an address without account is told so by e-mail."""
    kratos_selfservice_flows_verification_ui_url: str | None = None
    kratos_selfservice_flows_verification_use: LinkOrCode | str | None = None

    # Identities: ways to log in
    kratos_selfservice_methods_captcha_enabled: bool | None = None
    kratos_selfservice_methods_captcha_config_allowed_domains: list[str] | None = None
    kratos_selfservice_methods_captcha_config_byo: bool | None = None
    """Whether the keys of Cloudflare Turnstile are your own."""
    kratos_selfservice_methods_captcha_config_cf_turnstile_byo_secret: str | None = secret(default=None)
    kratos_selfservice_methods_captcha_config_cf_turnstile_byo_sitekey: str | None = None
    kratos_selfservice_methods_captcha_config_cf_turnstile_secret: str | None = secret(default=None)
    kratos_selfservice_methods_captcha_config_cf_turnstile_sitekey: str | None = None
    kratos_selfservice_methods_captcha_config_legacy_inject_node: bool | None = None
    kratos_selfservice_methods_code_enabled: bool | None = None
    kratos_selfservice_methods_code_config_alphabet: str | None = None
    kratos_selfservice_methods_code_config_length: int | None = None
    kratos_selfservice_methods_code_config_lifespan: str | None = None
    kratos_selfservice_methods_code_config_max_submissions: int | None = None
    """How often a wrong code can be submitted."""
    kratos_selfservice_methods_code_config_missing_credential_fallback_enabled: bool | None = None
    kratos_selfservice_methods_code_mfa_enabled: bool | None = None
    """Whether a code counts as a second factor."""
    kratos_selfservice_methods_code_passwordless_enabled: bool | None = None
    """Whether a code is enough to log in."""
    kratos_selfservice_methods_code_passwordless_login_fallback_enabled: bool | None = None
    """Whether it is enough also for those who registered another way."""
    kratos_selfservice_methods_deviceauthn_enabled: bool | None = None
    kratos_selfservice_methods_deviceauthn_config_android_allow_expired_factory_certificates: bool | None = None
    kratos_selfservice_methods_deviceauthn_config_android_app_ids: list[str] | None = None
    """Digests of the certificates that the apps are signed with."""
    kratos_selfservice_methods_deviceauthn_config_first_factor: bool | None = None
    kratos_selfservice_methods_deviceauthn_config_insecure_allow_relaxed_attestation: bool | None = None
    """For tests; refused but in development projects."""
    kratos_selfservice_methods_deviceauthn_config_ios_app_ids: list[str] | None = None
    kratos_selfservice_methods_deviceauthn_config_ios_biometric_first_factor: bool | None = None
    kratos_selfservice_methods_deviceauthn_config_pin_max_attempts: int | None = None
    """Wrong PINs in a row before a key is locked, 1 to 10; 5 where it is not given."""
    kratos_selfservice_methods_link_enabled: bool | None = None
    kratos_selfservice_methods_link_config_base_url: str | None = None
    """The host that links in e-mails lead to; best left empty."""
    kratos_selfservice_methods_link_config_lifespan: str | None = None
    kratos_selfservice_methods_lookup_secret_enabled: bool | None = None
    kratos_selfservice_methods_oidc_enabled: bool | None = None
    kratos_selfservice_methods_oidc_config_base_redirect_uri: str | None = None
    """The host of the URLs that providers redirect to, where it is not the usual one."""
    kratos_selfservice_methods_oidc_config_providers: list[NormalizedProjectRevisionThirdPartyProvider] | None = None
    kratos_selfservice_methods_oidc_enable_auto_link_policy: bool | None = None
    kratos_selfservice_methods_passkey_enabled: bool | None = None
    kratos_selfservice_methods_passkey_config_attestation_preference: str | None = None
    kratos_selfservice_methods_passkey_config_authenticator_selection_attachment: str | None = None
    kratos_selfservice_methods_passkey_config_authenticator_selection_resident_key: str | None = None
    kratos_selfservice_methods_passkey_config_authenticator_selection_user_verification: str | None = None
    kratos_selfservice_methods_passkey_config_rp_display_name: str | None = None
    kratos_selfservice_methods_passkey_config_rp_id: str | None = None
    kratos_selfservice_methods_passkey_config_rp_origins: list[str] | None = None
    kratos_selfservice_methods_passkey_config_timeouts_login: str | None = None
    kratos_selfservice_methods_passkey_config_timeouts_registration: str | None = None
    kratos_selfservice_methods_password_enabled: bool | None = None
    kratos_selfservice_methods_password_config_haveibeenpwned_enabled: bool | None = None
    """Whether passwords are looked up among those of known breaches."""
    kratos_selfservice_methods_password_config_identifier_similarity_check_enabled: bool | None = None
    kratos_selfservice_methods_password_config_ignore_network_errors: bool | None = None
    """Whether passwords are taken while that service cannot be reached."""
    kratos_selfservice_methods_password_config_max_breaches: int | None = None
    """In how many breaches a password may have been seen."""
    kratos_selfservice_methods_password_config_min_password_length: int | None = None
    kratos_selfservice_methods_profile_enabled: bool | None = None
    kratos_selfservice_methods_saml_enabled: bool | None = None
    kratos_selfservice_methods_saml_config_providers: list[NormalizedProjectRevisionSAMLProvider] | None = None
    kratos_selfservice_methods_totp_enabled: bool | None = None
    kratos_selfservice_methods_totp_config_issuer: str | None = None
    """The name that authenticator apps show."""
    kratos_selfservice_methods_webauthn_enabled: bool | None = None
    kratos_selfservice_methods_webauthn_config_passwordless: bool | None = None
    """Whether a key is enough to log in; otherwise it is a second factor."""
    kratos_selfservice_methods_webauthn_config_rp_display_name: str | None = None
    kratos_selfservice_methods_webauthn_config_rp_icon: str | None = None
    """Passed over by today's servers."""
    kratos_selfservice_methods_webauthn_config_rp_id: str | None = None
    kratos_selfservice_methods_webauthn_config_rp_origins: list[str] | None = None

    # Identities: messages. Templates are URLs (https:// or base64://); those that are empty are Ory's own.
    kratos_courier_channels: list[NormalizedProjectRevisionCourierChannel] | None = None
    kratos_courier_delivery_strategy: str | None = None
    """``smtp``, or ``http`` for a service that sends the e-mails."""
    kratos_courier_http_request_config_auth_api_key_in: str | None = None
    """``header`` or ``cookie``."""
    kratos_courier_http_request_config_auth_api_key_name: str | None = None
    kratos_courier_http_request_config_auth_api_key_value: str | None = secret(default=None)
    kratos_courier_http_request_config_auth_basic_auth_password: str | None = secret(default=None)
    kratos_courier_http_request_config_auth_basic_auth_user: str | None = None
    kratos_courier_http_request_config_auth_type: str | None = None
    """``basic_auth`` or ``api_key``."""
    kratos_courier_http_request_config_body: str | None = None
    """A Jsonnet template in base64, which makes the body of the request."""
    kratos_courier_http_request_config_headers: Json = secret(default=None)
    kratos_courier_http_request_config_method: str | None = None
    kratos_courier_http_request_config_url: str | None = None
    """The service that sends the e-mails."""
    kratos_courier_smtp_connection_uri: str | None = secret(default=None)
    """The mail server, with its user and password: ``smtps://user:password@host:465/``."""
    kratos_courier_smtp_from_address: str | None = None
    kratos_courier_smtp_from_name: str | None = None
    kratos_courier_smtp_headers: Json = secret(default=None)
    """Headers to add to each e-mail."""
    kratos_courier_smtp_local_name: str | None = None
    """The name that is given to the mail server by ``EHLO``."""
    kratos_courier_templates_login_code_valid_email_body_html: str | None = None
    kratos_courier_templates_login_code_valid_email_body_plaintext: str | None = None
    kratos_courier_templates_login_code_valid_email_subject: str | None = None
    kratos_courier_templates_login_code_valid_sms_body_plaintext: str | None = None
    kratos_courier_templates_recovery_code_invalid_email_body_html: str | None = None
    kratos_courier_templates_recovery_code_invalid_email_body_plaintext: str | None = None
    kratos_courier_templates_recovery_code_invalid_email_subject: str | None = None
    kratos_courier_templates_recovery_code_valid_email_body_html: str | None = None
    kratos_courier_templates_recovery_code_valid_email_body_plaintext: str | None = None
    kratos_courier_templates_recovery_code_valid_email_subject: str | None = None
    kratos_courier_templates_recovery_invalid_email_body_html: str | None = None
    kratos_courier_templates_recovery_invalid_email_body_plaintext: str | None = None
    kratos_courier_templates_recovery_invalid_email_subject: str | None = None
    kratos_courier_templates_recovery_valid_email_body_html: str | None = None
    kratos_courier_templates_recovery_valid_email_body_plaintext: str | None = None
    kratos_courier_templates_recovery_valid_email_subject: str | None = None
    kratos_courier_templates_registration_code_valid_email_body_html: str | None = None
    kratos_courier_templates_registration_code_valid_email_body_plaintext: str | None = None
    kratos_courier_templates_registration_code_valid_email_subject: str | None = None
    kratos_courier_templates_registration_code_valid_sms_body_plaintext: str | None = None
    kratos_courier_templates_verifiable_address_changed_email_body_html: str | None = None
    kratos_courier_templates_verifiable_address_changed_email_body_plaintext: str | None = None
    kratos_courier_templates_verifiable_address_changed_email_subject: str | None = None
    kratos_courier_templates_verifiable_address_changed_sms_body_plaintext: str | None = None
    kratos_courier_templates_verification_code_invalid_email_body_html: str | None = None
    kratos_courier_templates_verification_code_invalid_email_body_plaintext: str | None = None
    kratos_courier_templates_verification_code_invalid_email_subject: str | None = None
    kratos_courier_templates_verification_code_valid_email_body_html: str | None = None
    kratos_courier_templates_verification_code_valid_email_body_plaintext: str | None = None
    kratos_courier_templates_verification_code_valid_email_subject: str | None = None
    kratos_courier_templates_verification_code_valid_sms_body_plaintext: str | None = None
    kratos_courier_templates_verification_invalid_email_body_html: str | None = None
    kratos_courier_templates_verification_invalid_email_body_plaintext: str | None = None
    kratos_courier_templates_verification_invalid_email_subject: str | None = None
    kratos_courier_templates_verification_valid_email_body_html: str | None = None
    kratos_courier_templates_verification_valid_email_body_plaintext: str | None = None
    kratos_courier_templates_verification_valid_email_subject: str | None = None

    # Identities: an OAuth2 server of its own, previews, and behaviour of the past or of the future
    kratos_feature_flags_cacheable_sessions: bool | None = None
    kratos_feature_flags_cacheable_sessions_max_age: str | None = None
    """A duration."""
    kratos_feature_flags_choose_recovery_address: bool | None = None
    kratos_feature_flags_enforce_identity_schema_guards: bool | None = None
    kratos_feature_flags_faster_session_extend: bool | None = None
    """Whether an extended session is left out of the answer."""
    kratos_feature_flags_legacy_continue_with_verification_ui: bool | None = None
    kratos_feature_flags_legacy_oidc_registration_node_group: bool | None = None
    kratos_feature_flags_legacy_require_verified_login_error: bool | None = None
    kratos_feature_flags_password_profile_registration_node_group: bool | None = None
    kratos_feature_flags_refresh_login_choose_address: bool | None = None
    kratos_feature_flags_use_continue_with_transitions: bool | None = None
    kratos_feature_flags_webhook_response_directives: bool | None = None
    kratos_oauth2_provider_headers: Json = secret(default=None)
    kratos_oauth2_provider_override_return_to: bool | None = None
    """Whether a flow that began with an OAuth2 request returns to it."""
    kratos_oauth2_provider_url: str | None = None
    """The admin API of another OAuth2 server, whose login requests are answered here."""
    kratos_preview_default_read_consistency_level: str | None = None
    """``strong``, or ``eventual`` for faster lists of identities that are some seconds old."""
    kratos_preview_enable_native_saml_engine: bool | None = None

    # OAuth2 (Hydra). Lifetimes are durations such as ``1h30m``.
    hydra_oauth2_allowed_top_level_claims: list[str] | None = None
    """Claims of a session that stand in the token itself, and not only under ``ext``."""
    hydra_oauth2_client_credentials_default_grant_allowed_scope: bool | None = None
    """Whether a client that names no scope gets all it may have."""
    hydra_oauth2_device_authorization_token_polling_interval: str | None = None
    hydra_oauth2_device_authorization_user_code_entropy_preset: UserCodeEntropy | str | None = None
    hydra_oauth2_exclude_not_before_claim: bool | None = None
    """Whether tokens come without ``nbf``."""
    hydra_oauth2_grant_jwt_iat_optional: bool | None = None
    hydra_oauth2_grant_jwt_jti_optional: bool | None = None
    hydra_oauth2_grant_jwt_max_ttl: str | None = None
    """How old an assertion (RFC 7523) may be."""
    hydra_oauth2_grant_jwt_omit_assertion_audience: bool | None = None
    hydra_oauth2_grant_refresh_token_rotation_grace_period: str | None = None
    """How long a refresh token can be used again after its first use; ``0s`` for not at all."""
    hydra_oauth2_grant_refresh_token_rotation_grace_reuse_count: int | None = None
    """How often, within that time; 0 for any number."""
    hydra_oauth2_mirror_top_level_claims: bool | None = None
    """Whether they stand under ``ext`` as well."""
    hydra_oauth2_pkce_enforced: bool | None = None
    hydra_oauth2_pkce_enforced_for_public_clients: bool | None = None
    hydra_oauth2_preserve_ext_claims: bool | None = None
    """Where they do not: whether the other claims stay under ``ext``."""
    hydra_oauth2_refresh_token_hook: str | None = None
    """An endpoint of yours that may change the claims when a token is refreshed."""
    hydra_oauth2_token_hook: str | None = None
    """The same, for all grants."""
    hydra_oauth2_token_prefix: str | None = None
    """What tokens begin with; ``%s`` in it becomes the kind of the token."""
    hydra_oidc_dynamic_client_registration_enabled: bool | None = None
    hydra_oidc_dynamic_client_registration_default_audience: list[str] | None = None
    hydra_oidc_dynamic_client_registration_default_scope: list[str] | None = None
    """What clients that register themselves may ask for."""
    hydra_oidc_subject_identifiers_pairwise_salt: str | None = secret(default=None)
    hydra_oidc_subject_identifiers_supported_types: list[str] | None = None
    hydra_secrets_cookie: list[str] | None = secret(default=None)
    hydra_secrets_pagination: list[str] | None = secret(default=None)
    hydra_secrets_system: list[str] | None = secret(default=None)
    hydra_serve_cookies_same_site_legacy_workaround: bool | None = None
    hydra_serve_cookies_same_site_mode: str | None = None
    hydra_strategies_access_token: AccessTokenStrategy | str | None = None
    hydra_strategies_jwt_scope_claim: JwtScopeClaim | str | None = None
    hydra_strategies_scope: ScopeStrategy | str | None = None
    """How scopes are compared."""
    hydra_ttl_access_token: str | None = None
    hydra_ttl_auth_code: str | None = None
    hydra_ttl_device_user_code: str | None = None
    hydra_ttl_id_token: str | None = None
    hydra_ttl_login_consent_request: str | None = None
    """How long somebody may take to log in and consent."""
    hydra_ttl_refresh_token: str | None = None
    """``-1`` for tokens that never expire, which is not a good idea."""
    hydra_urls_consent: str | None = None
    hydra_urls_device_success: str | None = None
    hydra_urls_device_verification: str | None = None
    hydra_urls_error: str | None = None
    hydra_urls_login: str | None = None
    """Pages of your own; the Account Experience has them where these are empty."""
    hydra_urls_logout: str | None = None
    hydra_urls_post_logout_redirect: str | None = None
    hydra_urls_registration: str | None = None
    hydra_urls_self_issuer: str | None = None
    """The issuer in tokens: the project's URL, unless you moved here from another one."""
    hydra_webfinger_jwks_broadcast_keys: list[str] | None = None
    """The key sets whose public keys are published."""
    hydra_webfinger_oidc_discovery_auth_url: str | None = None
    hydra_webfinger_oidc_discovery_client_registration_url: str | None = None
    hydra_webfinger_oidc_discovery_device_authorization_url: str | None = None
    hydra_webfinger_oidc_discovery_jwks_url: str | None = None
    hydra_webfinger_oidc_discovery_supported_claims: list[str] | None = None
    hydra_webfinger_oidc_discovery_supported_scope: list[str] | None = None
    hydra_webfinger_oidc_discovery_token_url: str | None = None
    hydra_webfinger_oidc_discovery_userinfo_url: str | None = None

    # Permissions (Keto)
    keto_feature_flags_strict_mode: bool | None = None
    keto_namespace_configuration: str | None = None
    """Where the permission model, in OPL, is: a URL, ``base64://...`` among them."""
    keto_namespaces: list[KetoNamespace] | None = None
    """Namespaces of the kind before OPL."""
    keto_secrets_pagination: list[str] | None = secret(default=None)
    keto_strict_mode_readonly: bool | None = None

    # API keys (Talos)
    talos_cache_enabled: bool | None = None
    """Whether verified keys are remembered, so that a revoked one may be taken until its entry expires."""
    talos_cache_ttl: str | None = None
    talos_credentials_api_keys_default_ttl: str | None = None
    talos_credentials_api_keys_max_ttl: str | None = None
    talos_credentials_api_keys_prefix_current: str | None = None
    talos_credentials_api_keys_prefix_public_current: str | None = None
    talos_credentials_api_keys_prefix_public_retired: list[str] | None = None
    talos_credentials_api_keys_prefix_retired: list[str] | None = None
    """Prefixes of the past, the last one first, whose keys stay valid; likewise for the others."""
    talos_credentials_derived_tokens_default_ttl: str | None = None
    talos_credentials_derived_tokens_jwt_signing_key_id: str | None = None
    talos_credentials_derived_tokens_jwt_signing_keys_urls: list[str] | None = secret(default=None)
    """Hidden in a repr: a ``base64://`` URL is the key itself."""
    talos_credentials_derived_tokens_macaroon_prefix_current: str | None = None
    talos_credentials_derived_tokens_macaroon_prefix_retired: list[str] | None = None
    talos_credentials_issuer: str | None = None
    talos_credentials_issuer_retired: list[str] | None = None
    """The values only of the entries below."""
    talos_credentials_issuer_retired_entries: list[TalosRetiredValue] | None = None
    talos_rate_limit_enabled: bool | None = None
    """Whether verifications are limited."""
    talos_secrets_hmac_current: str | None = secret(default=None)
    talos_secrets_hmac_retired: list[str] | None = secret(default=None)
    """The values only of the entries below."""
    talos_secrets_hmac_retired_entries: list[TalosRetiredValue] | None = secret(default=None)


@model
class CreateProjectNormalizedPayload(NormalizedProjectRevision):
    """A project to be made, with its first revision."""

    environment: ProjectEnvironment | str
    home_region: Region | str | None = None
    """Where its data will be kept, for good."""
    workspace_id: str | None = None


@model
class NormalizedProject(Model):
    """A project, with its configuration as a revision."""

    id: str
    slug: str
    state: ProjectState
    environment: ProjectEnvironment
    home_region: Region
    """Where its data are kept."""
    hosts: list[str]
    """The host names that it answers on."""
    current_revision: NormalizedProjectRevision
    workspace_id: str
    workspace: Workspace | None = None
    subscription_id: str | None = None
    subscription_plan: str | None = None
    created_at: datetime
    updated_at: datetime
