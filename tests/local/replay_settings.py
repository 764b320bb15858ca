"""How the recorded servers were set up, and what is set aside."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

from ory_async.local.kratos import KratosOptions, RelyingParty, SessionCookieOptions, TokenizerTemplate
from ory_async.local.kratos.schemas import DEFAULT_SCHEMA

WHOLE = "health, version and unknown paths are answered by the local Ory as a whole"
ORDER = "identities are listed in the order of their random ids"
MESSAGES = "messages that were sent before the recording"
OTHER_SMS = "that server sends text messages although no schema has a telephone number"
ASIDE: dict[str, str] = {
    **{f"metadata#{index}": WHOLE for index in range(13)},
    "cors#5": "a list of methods without blanks",
    **{f"identity_list_paging#{index}": ORDER for index in range(15)},
    **{f"courier#{index}": MESSAGES for index in (0, 2, 9)},
    **{f"var_expired_flows_short#{index}": OTHER_SMS for index in (1, 6, 17)},
    "admin_sessions_list#4": "sessions that were ended before the recording",
    "admin_sessions_list#9": "a page token of an older version",
    "admin_sessions_manage#17": "the recorded request is shortened",
    "cors#3": WHOLE,
    "credential_precedence#4": "a fault of the library that reads cookies",
    "identity_patch#23": "an identity made elsewhere",
    "identity_update#14": "the words of Go's JSON scanner",
    "identity_update#15": "an identity made elsewhere",
    "identity_update#16": "an identity made elsewhere",
    "identity_values#9": "a fault of SQLite",
    "identity_values#10": "a fault of SQLite",
    "native_verification#16": "the words of Go's JSON scanner",
    "var_whoami_required_aal1#5": "which token began which session",
    "test_login_flow#6": "what the provider says of somebody",
    "var_whoami_cache_session_expiry#1": "an address that was verified after this and before the next",
    "whoami_unauthorized#12": "a redirect between ports",
    "schemas#12": "a cookie with a 404",
    "var_registration_unified#12": "the real server forgets to change the form",
    "well_known#4": WHOLE,
}

# How old sessions were when a recording began, in seconds, and whose account had an authenticator app.
AGES: dict[str, float] = {"var_privileged_one_second": 2}
TOTP: dict[str, str] = dict.fromkeys(
    ("recovery_with_second_factor", "browser_step_up"), "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
)
PROVIDER_EMAILS = {"browser_oidc_linking": "link-8e81d9-63@example.com"}

PHONE_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "traits": {
            "type": "object",
            "properties": {
                "email": {
                    "type": "string",
                    "format": "email",
                    "title": "E-Mail",
                    "ory.sh/kratos": {
                        "credentials": {
                            "password": {"identifier": True},
                            "code": {"identifier": True, "via": "email"},
                        },
                        "verification": {"via": "email"},
                        "recovery": {"via": "email"},
                    },
                },
                "phone": {
                    "type": "string",
                    "format": "tel",
                    "title": "Phone",
                    "ory.sh/kratos": {
                        "credentials": {
                            "password": {"identifier": True},
                            "code": {"identifier": True, "via": "sms"},
                        },
                        "verification": {"via": "sms"},
                        "recovery": {"via": "sms"},
                    },
                },
            },
        }
    },
}

EVERYTHING = KratosOptions(
    cors_allowed_origins=("*",),
    oidc_providers=("hydra",),
    passkeys=RelyingParty(),
    webauthn=RelyingParty(id="127.0.0.1"),
    webauthn_is_passwordless=True,
    tokenizer_templates={"jwt_example": TokenizerTemplate(ttl=timedelta(hours=1), claims={"foo": "bar"})},
)
WITHOUT_KEYS = KratosOptions(tokenizer_templates=EVERYTHING.tokenizer_templates)
# The four further servers, by what only their descriptions say.
OTHERS: dict[str, KratosOptions] = {
    "login style identifier_first": replace(
        WITHOUT_KEYS,
        login_style="identifier_first",
        session_cache_max_age=timedelta(seconds=90),
        faster_session_extend=True,
        session_lifespan=timedelta(hours=1),
        required_aal="aal1",
        flow_lifespan=timedelta(seconds=3),
        login_lifespan=timedelta(hours=1),
        registration_lifespan=timedelta(hours=1),
    ),
    "mfa_enabled": replace(
        WITHOUT_KEYS,
        session_cache_max_age=timedelta.max,
        faster_session_extend=True,
        recovery_chooses_address=True,
        session_cookie=SessionCookieOptions(name="my_session", is_persistent=False, same_site="Strict"),
        session_lifespan=timedelta(hours=1),
        session_extend_from=timedelta(minutes=1),
        code_is_second_factor=True,
        registration_style="unified",
        login_hints=True,
        signs_in_after_registration=False,
        requires_verified_address=True,
    ),
    "session lifespan 6s": replace(
        WITHOUT_KEYS,
        session_lifespan=timedelta(seconds=6),
        session_extend_from=timedelta(seconds=4),
        disabled_flows=frozenset({"registration", "recovery", "verification"}),
        code_lifespan=timedelta(seconds=2),
        maximum_code_attempts=2,
        login_lifespan=timedelta(seconds=3),
        privileged_session_max_age=timedelta(seconds=1),
    ),
    "phone number (sms)": replace(WITHOUT_KEYS, recovery_chooses_address=True),
}


def settings_of(about: str) -> dict[str, Any]:
    """Return the parameters of LocalOry for the Kratos that a description of a recording tells of."""
    customer = json.loads(json.dumps(DEFAULT_SCHEMA))
    customer["properties"]["traits"]["properties"]["tier"] = {"type": "string", "enum": ["free", "pro"]}
    schemas: dict[str, Any] = {"default": DEFAULT_SCHEMA, "customer": customer}
    if "phone number (sms)" in about:
        schemas["phone"] = PHONE_SCHEMA
    options = next((options for sign, options in OTHERS.items() if sign in about), EVERYTHING)
    return {"schemas": schemas, "kratos": options}
