from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal


@dataclass(frozen=True, kw_only=True)
class TokenizerTemplate:
    """How `tokenize_as` turns a session into a JWT.

    `claims` are added to the standard ones. A text that begins with `session.` is the path of a value in the session as
    whoami answers it, such as `session.identity.traits.email` (no claim where there is none); anything else stands for
    itself. `subject_source` is `id` or `external_id` of the identity.
    """

    ttl: timedelta = timedelta(minutes=1)
    claims: Mapping[str, Any] = field(default_factory=dict)
    subject_source: Literal["id", "external_id"] = "id"


@dataclass(frozen=True, kw_only=True)
class RelyingParty:
    """For whom WebAuthn keys are made: a domain, its name for people, and the origins of pages that may use them."""

    id: str = "localhost"
    name: str = "Local"
    origins: tuple[str, ...] = ("http://localhost:4455",)


@dataclass(frozen=True, kw_only=True)
class SessionCookieOptions:
    """The cookie of sessions; one that is not `is_persistent` ends with the browser."""

    name: str = "ory_kratos_session"
    is_persistent: bool = True
    same_site: Literal["Lax", "Strict", "None"] = "Lax"


@dataclass(frozen=True, kw_only=True)
class KratosOptions:
    """Settings of the local Kratos, with the defaults of a server in development mode.

    `ui_url` is where the pages of the flows would stand (browsers are sent there); `allowed_return_urls` are further
    prefixes accepted for `return_to`; scripts of pages from `cors_allowed_origins` may call the public API (`*`: of any
    page). `required_aal` is `highest_available` or `aal1`. `session_cache_max_age` switches
    on the header Ory-Session-Cache-For. `verifies_new_addresses` says whether a code is sent to the new addresses of a
    registration and of the settings.

    How people sign in and up: `login_style` and `registration_style`; `code_is_second_factor` makes the code one
    instead of a way to log in. `requires_verified_address` refuses logins before an address was verified.
    `signs_in_after_registration` begins a session, `login_hints` tell a newcomer how the known account logs in.
    `oidc_providers` are the ids of social sign-in providers; the local Ory plays all of them. `passkeys` and `webauthn`
    switch these methods on; security keys are a second factor unless `webauthn_is_passwordless`.

    Codes and links: `recovery_method` and `verification_method`; `maximum_code_attempts` for one flow;
    `recovery_chooses_address` lets the owner of several addresses choose. Without `continue_with_transitions` a
    recovery by code answers a client of the API with 422 and the place to go to.

    `session_extend_from` is how long before its end a session can be extended (None: always), `faster_session_extend`
    answers 204 to that. `tokenizer_templates` are those of `tokenize_as`, by name. `disabled_flows` are switched off.
    """

    ui_url: str = "http://127.0.0.1:4455"
    allowed_return_urls: tuple[str, ...] = ()
    cors_allowed_origins: tuple[str, ...] = ()
    login_lifespan: timedelta = timedelta(minutes=10)
    registration_lifespan: timedelta = timedelta(minutes=10)
    flow_lifespan: timedelta = timedelta(hours=1)
    code_lifespan: timedelta = timedelta(hours=1)
    session_lifespan: timedelta = timedelta(hours=24)
    session_cookie: SessionCookieOptions = SessionCookieOptions()
    session_extend_from: timedelta | None = None
    faster_session_extend: bool = False
    privileged_session_max_age: timedelta = timedelta(minutes=15)
    session_cache_max_age: timedelta | None = None
    required_aal: str = "highest_available"
    verifies_new_addresses: bool = True
    bcrypt_cost: int = 4
    login_style: Literal["unified", "identifier_first"] = "unified"
    registration_style: Literal["profile_first", "unified"] = "profile_first"
    login_hints: bool = False
    requires_verified_address: bool = False
    signs_in_after_registration: bool = True
    code_is_second_factor: bool = False
    maximum_code_attempts: int = 5
    recovery_method: Literal["code", "link"] = "code"
    recovery_chooses_address: bool = False
    verification_method: Literal["code", "link"] = "code"
    continue_with_transitions: bool = True
    disabled_flows: frozenset[Literal["recovery", "registration", "verification"]] = frozenset()
    oidc_providers: tuple[str, ...] = ()
    passkeys: RelyingParty | None = None
    webauthn: RelyingParty | None = None
    webauthn_is_passwordless: bool = False
    tokenizer_templates: Mapping[str, TokenizerTemplate] = field(default_factory=dict)
