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
    "checkOplSyntaxBody": ["class Üser implements Namespace {}\n", ""],
}
