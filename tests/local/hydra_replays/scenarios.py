"""How the recorded Hydras were set up, what their clients were like, and what is set aside."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from ory_async.local.hydra import HydraOptions

MACHINE = {"grant_types": ["client_credentials"], "scope": "read write", "audience": ["https://api.example"]}
PUBLIC = {"token_endpoint_auth_method": "none"}

PAGES = "http://127.0.0.1:3000"
RECORDED = HydraOptions(
    login_ui_url=f"{PAGES}/login",
    consent_ui_url=f"{PAGES}/consent",
    logout_ui_url=f"{PAGES}/logout",
    device_ui_url=f"{PAGES}/device/verify",
    device_done_url=f"{PAGES}/device/success",
)
SHORT = replace(
    RECORDED,
    login_consent_lifespan=timedelta(seconds=2),
    access_token_lifespan=timedelta(seconds=2),
    refresh_token_lifespan=timedelta(seconds=4),
    id_token_lifespan=timedelta(seconds=2),
    authorization_code_lifespan=timedelta(seconds=2),
    device_code_lifespan=timedelta(seconds=3),
    device_polling_interval=timedelta(seconds=2),
    jwt_bearer_max_lifespan=timedelta(minutes=1),
    pkce_enforced=True,
    grants_all_scopes_by_default=True,
    refresh_grace_period=timedelta(seconds=30),
    jwt_bearer_jti_optional=True,
    jwt_bearer_iat_optional=True,
)
"""The recorded server with short lifetimes."""
JWT = replace(
    RECORDED,
    access_token_strategy="jwt",
    dynamic_registration=False,
    refresh_grace_period=timedelta(seconds=4),
)
"""The recorded server whose access tokens are JWTs."""


def options_of(about: str) -> HydraOptions:
    """Return the settings of the server that the description of a recording tells of."""
    return SHORT if "access_token 2s" in about else JWT if "access_token jwt" in about else RECORDED


def address_of(about: str) -> str:
    """Return the address of that server."""
    options = options_of(about)
    return f"http://127.0.0.1:{5544 if options is SHORT else 5444 if options is JWT else 4444}"


@dataclass(frozen=True)
class Scenario:
    """What a recording does not tell: of its clients, by id; and exchanges not compared, and why.

    `early` are exchanges about something that was made when the recording began, and is too old by then.
    """

    clients: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    skipped: Mapping[int, str] = field(default_factory=dict)
    early: Collection[int] = ()


HOOK = "the local Ory calls no token hooks"
SCENARIOS: dict[str, Scenario] = {
    "client_lifespans": Scenario(skipped={9: "the words of Go's JSON scanner"}),
    "client_secret_rotation": Scenario({"63169a70-ee42-4cc5-bf68-3dddce511452": PUBLIC}),
    "grant_client_credentials": Scenario(
        {
            "1a6eec28-b09d-4551-8135-94e3632d883a": MACHINE,
            "5c7ca0aa-43db-422a-9523-dbb175e47009": {**MACHINE, "client_secret": "sécrèt:with%odd&chars ✓"},
        }
    ),
    "consent_requests": Scenario(skipped={25: "whose login it was is shown of other requests only"}),
    "meta_health_version": Scenario(skipped={7: "health is answered by the local Ory as a whole"}),
    "token_encodings": Scenario({"135cf419-bfda-4b1d-b0c1-0e35e6334806": {**MACHINE, "scope": "read write prüfung"}}),
    "trust_issuers": Scenario(skipped=dict.fromkeys((9, 10, 11), "pages of what is in the order of random ids")),
    "var_client_credentials_default_scope": Scenario(
        {
            "54366713-faf0-4716-b88a-5baaefe96807": {**MACHINE, "audience": []},
            "24a25392-2c68-48d6-b808-e7c45d817699": {**MACHINE, "scope": ""},
        }
    ),
    "var_expired_challenges": Scenario(early=(5, 6, 9, 10)),
    "var_jwt_access_tokens": Scenario(skipped={25: "a server with another discovery document"}),
    "var_dcr_disabled": Scenario(skipped={7: "a server with another discovery document"}),
    "var_token_hook_broken": Scenario(skipped=dict.fromkeys(range(12), HOOK)),
    "var_token_hook_deny": Scenario(skipped=dict.fromkeys(range(4), HOOK)),
}
