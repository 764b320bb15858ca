"""For each model of a request body, under its name in the specification: bodies that together have all its fields."""

from __future__ import annotations

from typing import Any

ID = "9f425a8d-7efc-4768-8f23-7647a74fdf13"
TIME = "2030-01-02T03:04:05Z"
TRAITS = {"email": "ann@example.com", "name": {"first": "Änn", "last": None}, "tags": []}
PAYLOAD = {"utm": {"source": "mail"}, "nothing": None}

_KEY = {
    "id": [1, 2, 255],
    "public_key": [3, 4],
    "display_name": "phone",
    "added_at": TIME,
    "attestation_type": "none",
    "is_passwordless": True,
    "transport": ["internal", "hybrid"],
    "flags": {"backup_eligible": True, "backup_state": False, "user_present": True, "user_verified": True},
    "authenticator": {"aaguid": [5, 6], "clone_warning": False, "sign_count": 7},
    "attestation": {
        "authenticator_data": [1],
        "client_dataJSON": [2],
        "client_data_hash": [3],
        "object": [4],
        "public_key_algorithm": -7,
    },
}
_CREDENTIALS = {
    "password": {"config": {"password": "s3cret", "hashed_password": "$2a$", "use_password_migration_hook": False}},
    "oidc": {
        "config": {
            "providers": [{"provider": "google", "subject": "1", "organization": ID, "use_auto_link": True}],
        },
    },
    "saml": {"config": {"providers": [{"provider": "okta", "subject": "2", "organization": ID}]}},
    "totp": {"config": {"totp_url": "otpauth://totp/x?secret=y"}},
    "lookup_secret": {"config": {"codes": [{"code": "abcd1234", "used_at": TIME}]}},
    "webauthn": {"config": {"credentials": [_KEY], "user_handle": [9]}},
    "passkey": {"config": {"credentials": [_KEY], "user_handle": [8]}},
}
_VERIFIABLE = {
    "id": ID,
    "value": "ann@example.com",
    "verified": True,
    "verified_at": TIME,
    "via": "email",
    "status": "completed",
    "created_at": TIME,
    "updated_at": TIME,
}
_RECOVERY = {
    "id": ID,
    "value": "ann@example.com",
    "via": "email",
    "break_glass_for_organization": ID,
    "created_at": TIME,
    "updated_at": TIME,
}
_UPDATE_IDENTITY = {
    "schema_id": "default",
    "state": "inactive",
    "traits": TRAITS,
    "external_id": "ann",
    "credentials": _CREDENTIALS,
    "metadata_admin": {"plan": None},
    "metadata_public": {"color": "red"},
    "region": "eu-central",
}
_CREATE_IDENTITY = {
    **_UPDATE_IDENTITY,
    "organization_id": ID,
    "recovery_addresses": [_RECOVERY],
    "verifiable_addresses": [_VERIFIABLE],
}

_SET = {"namespace": "Group", "object": "devs", "relation": "members"}
_BY_ID = {"namespace": "File", "object": "readme", "relation": "view", "subject_id": "ann"}
_BY_SET = {"namespace": "File", "object": "readme", "relation": "", "subject_set": {**_SET, "relation": ""}}
_CHECKS = [_BY_ID, _BY_SET, {}]

_FORM = {"csrf_token": "x+/=", "transient_payload": PAYLOAD}
_OIDC = {
    "method": "oidc",
    "provider": "google",
    "id_token": "eyJ",
    "id_token_nonce": "n",
    "traits": TRAITS,
    "upstream_parameters": {"login_hint": "ann@example.com"},
}

_LIFESPANS = {
    f"{grant}_{token}_lifespan": "1h30m0s"
    for grant, tokens in {
        "authorization_code_grant": "access_token id_token refresh_token",
        "client_credentials_grant": "access_token",
        "device_authorization_grant": "access_token id_token refresh_token",
        "implicit_grant": "access_token id_token",
        "jwt_bearer_grant": "access_token",
        "refresh_token_grant": "access_token id_token refresh_token",
    }.items()
    for token in tokens.split()
}
_JWK = {
    **{name: name for name in ("kid", "alg", "use", "crv", "x", "y", "n", "e", "d", "p", "q", "dp", "dq", "qi", "k")},
    "kty": "RSA",
    "x5c": ["MII="],
}
_EC_KEY = {"kid": "k-2", "kty": "EC", "alg": "ES256", "use": "sig", "crv": "P-256", "x": "x", "y": "y"}
_CLIENT = {
    "client_id": "shop",
    "client_name": "Shöp",
    "client_secret": "s3cret",
    "client_secret_expires_at": 0,
    "owner": "ann",
    "grant_types": ["authorization_code", "refresh_token"],
    "response_types": ["code"],
    "redirect_uris": ["https://shop.example/back?a=b"],
    "scope": "openid offline_access",
    "audience": [],
    "request_uris": ["https://shop.example/request"],
    "allowed_cors_origins": ["https://shop.example"],
    "token_endpoint_auth_method": "private_key_jwt",
    "token_endpoint_auth_signing_alg": "ES256",
    "jwks": {"keys": [_EC_KEY]},
    "jwks_uri": "https://shop.example/keys",
    "request_object_signing_alg": "RS256",
    "access_token_strategy": "jwt",
    "subject_type": "pairwise",
    "sector_identifier_uri": "https://shop.example/sector",
    "userinfo_signed_response_alg": "RS256",
    "skip_consent": True,
    "skip_logout_consent": False,
    "post_logout_redirect_uris": ["https://shop.example/bye"],
    "frontchannel_logout_uri": "https://shop.example/front",
    "frontchannel_logout_session_required": True,
    "backchannel_logout_uri": "https://shop.example/back",
    "backchannel_logout_session_required": False,
    **_LIFESPANS,
    "client_uri": "https://shop.example",
    "logo_uri": "https://shop.example/logo",
    "policy_uri": "https://shop.example/policy",
    "tos_uri": "https://shop.example/terms",
    "contacts": ["ann@example.com"],
    "metadata": {"plan": None, "size": 9007199254740993},
    "registration_access_token": "ory_at_x",
    "registration_client_uri": "https://shop.example/register",
    "created_at": TIME,
    "updated_at": TIME,
}
_REJECTION = {
    "error": "access_denied",
    "error_description": "no",
    "error_hint": "ask again",
    "error_debug": "d",
    "status_code": 403,
}

_KEY_LIMITS = {
    "ip_restriction": {"allowed_cidrs": ["10.0.0.0/8", "2001:db8::/32"]},
    "rate_limit_policy": {"quota": "9007199254740993", "unit": "requests", "window": "60s"},
}
_KEY_TO_MAKE = {
    "name": "Bücher",
    "actor_id": "ann",
    "scopes": ["read", "write"],
    "ttl": "3600s",
    "visibility": "KEY_VISIBILITY_PUBLIC",
    "metadata": {"plan": None},
    "request_id": ID,
    **_KEY_LIMITS,
}
_KEY_TO_IMPORT = {"raw_key": "sk_live_x", **_KEY_TO_MAKE}
_KEY_TO_UPDATE = {
    "name": "",
    "actor_id": "bob",
    "status": "KEY_STATUS_ACTIVE",
    "visibility": "KEY_VISIBILITY_SECRET",
    "scopes": [],
    "metadata": {},
    "create_time": TIME,
    "update_time": TIME,
    "expire_time": TIME,
    "last_used_time": TIME,
    "revocation_reason": "REVOCATION_REASON_PRIVILEGE_WITHDRAWN",
    "revocation_description": "left",
    **_KEY_LIMITS,
}
_REVOCATION = {"reason": "REVOCATION_REASON_PRIVILEGE_WITHDRAWN", "description": "left"}
_VERIFICATION = {"credential": "sk_live_x", "expected_audiences": ["shop"]}

_ORGANIZATION = {
    "id": ID,
    "label": "Bücher & Co",
    "domains": ["books.example"],
    "default_region": "eu-central",
    "session_lifespan": "24h",
}
_CORS = {"enabled": True, "origins": ["https://*.shop.example"]}
_SERVICES = {
    name: {"config": {"version": "v1", "session": {"lifespan": None}, "urls": []}}
    for name in ("identity", "oauth2", "permission", "account_experience", "talos")
}
_PROVIDERS = "apple auth0 facebook generic_oidc github gitlab google microsoft netid saml scim"
_LINK = {
    "enable_sso": True,
    "enable_scim": False,
    "expires_at": TIME,
    "custom_hostname_id": ID,
    "proxy_acs_url": "https://proxy.example/acs",
    "proxy_oidc_redirect_url": "https://proxy.example/oidc",
    "proxy_saml_audience_override": "shop",
    "proxy_scim_server_url": "https://proxy.example/scim",
    **{f"{provider}_mapper_url": f"https://shop.example/{provider}.jsonnet" for provider in _PROVIDERS.split()},
}
_NEW_KEY = {"name": "CI of Bücher & Co", "expires_at": TIME}
_EVENT_STREAM = {
    "type": "https",
    "status": "paused",
    "topic_arn": "arn:aws:sns:us-east-1:1:t",
    "role_arn": "arn:aws:iam::1:role/r",
    "https_endpoint": "https://user:s3cret@events.example/ory",
    "https_auth_type": "api_key",
    "https_auth_header_name": "X-Key",
    "https_auth_secret": "s3cret",
}

BODIES: dict[str, list[Any]] = {
    "createIdentityBody": [_CREATE_IDENTITY, {"schema_id": "default", "traits": {}}],
    "updateIdentityBody": [_UPDATE_IDENTITY],
    "patchIdentitiesBody": [{"identities": [{"create": _CREATE_IDENTITY, "patch_id": ID}]}, {"identities": []}],
    "jsonPatchDocument": [
        [
            {"op": "replace", "path": "/traits/email", "value": "bob@example.com"},
            {"op": "add", "path": "/metadata_public", "value": {"a": None}},
            {"op": "replace", "path": "/metadata_admin", "value": None},
            {"op": "move", "from": "/traits/a~1b", "path": "/traits/b"},
            {"op": "remove", "path": "/external_id"},
        ],
        [],
    ],
    "createRecoveryCodeForIdentityBody": [{"identity_id": ID, "expires_in": "1h", "flow_type": "browser"}],
    "createRecoveryLinkForIdentityBody": [{"identity_id": ID, "expires_in": "1h"}],
    "createTestLoginFlowBody": [{"provider_id": "google"}],
    "manageSessionsBody": [{"action": "disable", "sessions": [ID], "identities": []}],
    "performNativeLogoutBody": [{"session_token": "ory_st_token"}],
    "UpdateFedcmFlowBody": [{"token": "eyJ", "nonce": "n", **_FORM}],
    "updateLoginFlowBody": [
        {"method": "password", "identifier": "ann", "password": "s3cret", "password_identifier": "ann", **_FORM},
        {**_OIDC, **_FORM},
        {"method": "saml", "provider": "okta", **_FORM},
        {"method": "totp", "totp_code": "123456", **_FORM},
        {"method": "webauthn", "identifier": "ann", "webauthn_login": "{}", **_FORM},
        {
            "method": "deviceauthn",
            "client_key_id": "k",
            "signature": "c2ln",
            "pin_proof": "cGlu",
            "transient_payload": PAYLOAD,
        },
        {"method": "lookup_secret", "lookup_secret": "abcd1234", "csrf_token": ""},
        {"method": "code", "identifier": "ann", "address": "ann@example.com", "code": "1", "resend": "code", **_FORM},
        {"method": "passkey", "passkey_login": "{}", "csrf_token": "x"},
        {"method": "identifier_first", "identifier": "ann", **_FORM},
    ],
    "updateRegistrationFlowBody": [
        {"method": "password", "password": "s3cret", "traits": TRAITS, **_FORM},
        {**_OIDC, **_FORM},
        {"method": "saml", "provider": "okta", "traits": TRAITS, **_FORM},
        {
            "method": "webauthn",
            "traits": TRAITS,
            "webauthn_register": "{}",
            "webauthn_register_displayname": "phone",
            **_FORM,
        },
        {"method": "code", "traits": TRAITS, "code": "123456", "resend": "code", **_FORM},
        {"method": "passkey", "traits": TRAITS, "passkey_register": "{}", **_FORM},
        {"method": "profile", "traits": TRAITS, "screen": "previous", **_FORM},
    ],
    "updateSettingsFlowBody": [
        {"method": "password", "password": "s3cret", **_FORM},
        {"method": "profile", "traits": TRAITS, **_FORM},
        {
            "method": "oidc",
            "flow": ID,
            "link": "google",
            "unlink": "github",
            "traits": TRAITS,
            "upstream_parameters": {"prompt": "consent"},
            "transient_payload": PAYLOAD,
        },
        {"method": "saml", "flow": ID, "link": "okta", "unlink": "azure", "traits": TRAITS, **_FORM},
        {"method": "totp", "totp_code": "123456", "totp_unlink": False, **_FORM},
        {
            "method": "webauthn",
            "webauthn_register": "{}",
            "webauthn_register_displayname": "phone",
            "webauthn_remove": "ab",
            **_FORM,
        },
        {
            "method": "lookup_secret",
            "lookup_secret_confirm": True,
            "lookup_secret_disable": False,
            "lookup_secret_regenerate": False,
            "lookup_secret_reveal": True,
            **_FORM,
        },
        {"method": "passkey", "passkey_remove": "ab", "passkey_settings_register": "{}", "csrf_token": "x"},
        {
            "method": "deviceauthn",
            "deviceauthn_register": {
                "device_name": "phone",
                "version": 1,
                "attestation_ios": "YQ==",
                "certificate_chain_android": ["YQ==", "Yg=="],
                "pin_protected": True,
                "transport_public_key": "aw==",
                "user_verification": "pin",
            },
            "deviceauthn_remove": "k",
            "rotate_secret": {"client_key_id": "k", "signature": "c2ln", "transport_public_key": "aw=="},
            **_FORM,
        },
    ],
    "updateRecoveryFlowBody": [
        {"method": "link", "email": "ann@example.com", **_FORM},
        {
            "method": "code",
            "email": "ann@example.com",
            "code": "123456",
            "recovery_address": "ann@example.com",
            "recovery_confirm_address": "ann@example.com",
            "recovery_select_address": "b3BhcXVl",
            "screen": "previous",
            **_FORM,
        },
    ],
    "updateVerificationFlowBody": [
        {"method": "link", "email": "ann@example.com", **_FORM},
        {"method": "code", "email": "ann@example.com", "code": "123456", **_FORM},
    ],
    "postCheckPermissionBody": _CHECKS,
    "postCheckPermissionOrErrorBody": _CHECKS,
    "batchCheckPermissionBody": [{"tuples": [_BY_ID, _BY_SET]}],
    "createRelationshipBody": [_BY_ID, _BY_SET],
    "list[relationshipPatch]": [
        [{"action": "insert", "relation_tuple": _BY_ID}, {"action": "delete", "relation_tuple": _BY_SET}],
        [],
    ],
    "acceptDeviceUserCodeRequest": [{"user_code": "vz7xqhAi"}],
    "acceptOAuth2ConsentRequest": [
        {
            "grant_scope": ["openid"],
            "grant_access_token_audience": [],
            "session": {"access_token": {"plan": None}, "id_token": {"email": "ann@example.com"}},
            "remember": True,
            "remember_for": 0,
            "context": {"a": [None]},
        },
        {},
    ],
    "acceptOAuth2LoginRequest": [
        {
            "subject": "ann",
            "remember": False,
            "remember_for": 3600,
            "extend_session_lifespan": True,
            "acr": "aal2",
            "amr": ["pwd", "otp"],
            "context": {"from": "the login page"},
            "force_subject_identifier": "a-b",
            "identity_provider_session_id": ID,
        },
    ],
    "rejectOAuth2Request": [_REJECTION, {}],
    "oAuth2Client": [_CLIENT, {}],
    "oAuth2ClientTokenLifespans": [_LIFESPANS],
    "rotateOAuth2ClientSecretBody": [{"client_secret": "s3cret"}],
    "trustOAuth2JwtGrantIssuer": [
        {
            "issuer": "https://idp.example",
            "subject": "ann",
            "allow_any_subject": False,
            "scope": ["read"],
            "jwk": _JWK,
            "expires_at": TIME,
        },
    ],
    "createJsonWebKeySet": [{"alg": "RS256", "kid": "k-1", "use": "sig"}],
    "jsonWebKey": [_JWK],
    "jsonWebKeySet": [{"keys": [_JWK, _EC_KEY]}, {"keys": []}],
    "CreateVerifiableCredentialRequestBody": [
        {"format": "jwt_vc_json", "types": ["UserInfoCredential"], "proof": {"proof_type": "jwt", "jwt": "eyJ"}},
    ],
    "IssueApiKeyRequest": [_KEY_TO_MAKE],
    "ImportApiKeyRequest": [_KEY_TO_IMPORT],
    "BatchCreateImportedApiKeysRequest": [{"requests": [_KEY_TO_IMPORT, {"raw_key": "x"}]}, {"requests": []}],
    "adminUpdateIssuedApiKeyRequest": [_KEY_TO_UPDATE, {}],
    "adminUpdateImportedApiKeyRequest": [_KEY_TO_UPDATE, {}],
    "AdminRotateIssuedApiKeyBody": [
        {"name": "", "scopes": [], "visibility": "KEY_VISIBILITY_SECRET", "metadata": {}, **_KEY_LIMITS},
        {},
    ],
    "AdminRevokeIssuedApiKeyBody": [_REVOCATION],
    "AdminRevokeImportedApiKeyBody": [_REVOCATION],
    "SelfRevokeApiKeyRequest": [{"credential": "sk_live_x", "reason": "REVOCATION_REASON_SUPERSEDED"}],
    "VerifyApiKeyRequest": [_VERIFICATION],
    "BatchVerifyApiKeysRequest": [{"requests": [_VERIFICATION, {"credential": "eyJ"}]}, {"requests": []}],
    "DeriveTokenRequest": [
        {
            "credential": "sk_live_x",
            "algorithm": "TOKEN_ALGORITHM_MACAROON",
            "scopes": ["read"],
            "audiences": ["shop"],
            "ttl": "900s",
            "custom_claims": {"team": None},
        },
    ],
    "str": ["class Üser implements Namespace {}\n", ""],
    "checkOplSyntaxBody": ["class Üser implements Namespace {}\n", ""],
    "createProjectBody": [
        {"name": "Shöp", "environment": "prod", "home_region": "eu-central", "workspace_id": ID},
        {"name": "", "environment": "dev"},
    ],
    "setProject": [
        {
            "name": "Shöp",
            "services": _SERVICES,
            "cors_public": _CORS,
            "cors_admin": {"enabled": False, "origins": []},
            "organizations": [_ORGANIZATION],
        },
    ],
    "list[jsonPatch]": [
        [
            {"op": "replace", "path": "/services/identity/config/session/lifespan", "value": "72h"},
            {"op": "replace", "path": "/services/oauth2/config/urls/login", "value": None},
            {"op": "remove", "path": "/services/permission/config/namespaces"},
        ],
        [],
    ],
    "createProjectApiKeyBody": [_NEW_KEY, {"name": "for ever"}],
    "OrganizationBody": [{key: value for key, value in _ORGANIZATION.items() if key != "id"}, {"session_lifespan": ""}],
    "createOrganizationOnboardingPortalLinkBody": [_LINK, {"enable_sso": False, "enable_scim": True}],
    "updateOrganizationOnboardingPortalLinkBody": [{"enable_sso": True, "enable_scim": False, "expires_at": TIME}],
    "setActiveProjectInConsoleBody": [{"project_id": ID}],
    "createWorkspaceBody": [{"name": "Bücher & Co"}],
    "updateWorkspaceBody": [{"name": "Bücher & Co", "access_policy": "CHECK_ACCESS_PERMISSION"}, {"name": ""}],
    "CreateWorkspaceApiKeyBody": [_NEW_KEY],
    "createEventStreamBody": [_EVENT_STREAM, {"type": "sns"}],
    "setEventStreamBody": [_EVENT_STREAM, {"status": "active"}, {}],
}
