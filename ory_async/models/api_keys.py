"""API keys of your own product, which Talos issues, imports, verifies and revokes.

An issued key is made by the server, an imported one comes from elsewhere; both belong to an actor of yours and carry
scopes. A derived token is a short-lived JWT or macaroon, made of a key. Durations are texts such as ``3600s``; servers
take ``24h`` and ``30m`` as well.
"""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias

from .base import Json, Model, OpenEnum, model, secret, wire

__all__ = [
    "AdminRevokeImportedApiKeyBody",
    "AdminRevokeIssuedApiKeyBody",
    "AdminRotateIssuedApiKeyBody",
    "AdminUpdateImportedApiKeyRequest",
    "AdminUpdateIssuedApiKeyRequest",
    "Any",
    "BatchCreateImportedApiKeysErrorCode",
    "BatchCreateImportedApiKeysRequest",
    "BatchCreateImportedApiKeysResponse",
    "BatchCreateImportedApiKeysResult",
    "BatchVerifyApiKeysRequest",
    "BatchVerifyApiKeysResponse",
    "DeriveTokenRequest",
    "DeriveTokenResponse",
    "GetJWKSResponse",
    "GetJWKSResponseJwks",
    "GetJWKSResponseJwksKeysInner",
    "IPRestriction",
    "ImportApiKeyRequest",
    "ImportedApiKey",
    "IssueApiKeyRequest",
    "IssueApiKeyResponse",
    "IssuedApiKey",
    "KeyStatus",
    "KeyVisibility",
    "ListImportedApiKeysResponse",
    "ListIssuedApiKeysResponse",
    "RateLimitPolicy",
    "RevocationReason",
    "RotateIssuedApiKeyResponse",
    "SelfRevokeApiKeyRequest",
    "SelfRevokeApiKeyResponse",
    "Status",
    "Token",
    "TokenAlgorithm",
    "VerificationErrorCode",
    "VerifyApiKeyRequest",
    "VerifyApiKeyResponse",
]


# What a key is made of


class KeyStatus(OpenEnum):
    """How a key stands. A key that has expired says so without anybody having changed it."""

    KEY_STATUS_UNSPECIFIED = "KEY_STATUS_UNSPECIFIED"
    KEY_STATUS_ACTIVE = "KEY_STATUS_ACTIVE"
    KEY_STATUS_REVOKED = "KEY_STATUS_REVOKED"
    KEY_STATUS_EXPIRED = "KEY_STATUS_EXPIRED"


class KeyVisibility(OpenEnum):
    """Where a key may be kept: on servers only, or in clients as well, for which it gets another prefix."""

    KEY_VISIBILITY_UNSPECIFIED = "KEY_VISIBILITY_UNSPECIFIED"
    KEY_VISIBILITY_SECRET = "KEY_VISIBILITY_SECRET"
    KEY_VISIBILITY_PUBLIC = "KEY_VISIBILITY_PUBLIC"


class RevocationReason(OpenEnum):
    """Why a key was revoked; servers refuse ``UNSPECIFIED``.

    ``PRIVILEGE_WITHDRAWN`` is for administrators, who may describe it in words; holders of a key have the others.
    """

    REVOCATION_REASON_UNSPECIFIED = "REVOCATION_REASON_UNSPECIFIED"
    REVOCATION_REASON_KEY_COMPROMISE = "REVOCATION_REASON_KEY_COMPROMISE"
    REVOCATION_REASON_AFFILIATION_CHANGED = "REVOCATION_REASON_AFFILIATION_CHANGED"
    REVOCATION_REASON_SUPERSEDED = "REVOCATION_REASON_SUPERSEDED"
    REVOCATION_REASON_PRIVILEGE_WITHDRAWN = "REVOCATION_REASON_PRIVILEGE_WITHDRAWN"


@model
class IPRestriction(Model):
    """Where a key may be used from."""

    allowed_cidrs: list[str] | None = None
    """Networks such as ``10.0.0.0/8`` or ``2001:db8::/32``; without any, all addresses are allowed."""


@model
class RateLimitPolicy(Model):
    """How often a key may be used. Only commercial servers enforce it; for others it is a note for your gateway."""

    quota: str | None = None
    """How many in each window: a whole number, as text."""
    unit: str | None = None
    """What is counted: ``requests`` by default, ``content-bytes`` or ``concurrent-requests``."""
    window: str | None = None
    """How long a window is, such as ``60s``."""


# Keys


@model
class IssuedApiKey(Model):
    """A key that the server made. Its secret was shown once, when it was issued, and is not in here."""

    key_id: str | None = None
    name: str | None = None
    actor_id: str | None = None
    """Whom it belongs to, by an id of yours."""
    status: KeyStatus | None = None
    visibility: KeyVisibility | None = None
    scopes: list[str] | None = None
    metadata: Json = None
    """Anything of yours, an object of up to 4 KB."""
    ip_restriction: IPRestriction | None = None
    rate_limit_policy: RateLimitPolicy | None = None
    create_time: datetime | None = None
    update_time: datetime | None = None
    expire_time: datetime | None = None
    last_used_time: datetime | None = None
    revocation_reason: RevocationReason | None = None
    revocation_description: str | None = None
    """The words of the administrator who withdrew the privilege."""


@model
class ImportedApiKey(Model):
    """A key that was made elsewhere. The server keeps a hash of it only."""

    key_id: str | None = None
    """A hash of the key (SHA-512/256)."""
    name: str | None = None
    actor_id: str | None = None
    """Whom it belongs to, by an id of yours."""
    status: KeyStatus | None = None
    visibility: KeyVisibility | None = None
    scopes: list[str] | None = None
    metadata: Json = None
    """Anything of yours, an object of up to 4 KB."""
    ip_restriction: IPRestriction | None = None
    rate_limit_policy: RateLimitPolicy | None = None
    create_time: datetime | None = None
    update_time: datetime | None = None
    expire_time: datetime | None = None
    last_used_time: datetime | None = None
    revocation_reason: RevocationReason | None = None
    revocation_description: str | None = None
    """The words of the administrator who withdrew the privilege."""


@model
class ListIssuedApiKeysResponse(Model):
    """One page of issued keys."""

    issued_api_keys: list[IssuedApiKey] | None = None
    next_page_token: str | None = None
    """Asks for the next page, with the same filter; empty on the last one."""


@model
class ListImportedApiKeysResponse(Model):
    """One page of imported keys."""

    imported_api_keys: list[ImportedApiKey] | None = None
    next_page_token: str | None = None
    """Asks for the next page, with the same filter; empty on the last one."""


# Issuing and importing


@model
class IssueApiKeyRequest(Model):
    """A key to issue. A server asks for its name and its actor at least."""

    name: str | None = None
    actor_id: str | None = None
    """Whom it shall belong to, by an id of yours."""
    scopes: list[str] | None = None
    ttl: str | None = None
    """How long it is good for, from 1 second to about 10 years, such as ``86400s``; None takes the project's setting."""
    visibility: KeyVisibility | str | None = None
    """None makes it secret."""
    metadata: Json = None
    """Anything of yours, an object of up to 4 KB."""
    ip_restriction: IPRestriction | None = None
    rate_limit_policy: RateLimitPolicy | None = None
    request_id: str | None = None
    """An id of your own for this wish: a server that sees it again makes no second key. None takes a new UUID."""


@model
class IssueApiKeyResponse(Model):
    """A new key, with its secret."""

    issued_api_key: IssuedApiKey | None = None
    secret: str | None = secret(default=None)
    """What its holder sends with requests. It is never shown again."""


@model
class ImportApiKeyRequest(Model):
    """A key from elsewhere, to be verified here from now on."""

    raw_key: str | None = secret(default=None)
    """The key itself, which is always needed, like a name and an actor."""
    name: str | None = None
    actor_id: str | None = None
    """Whom it belongs to, by an id of yours."""
    scopes: list[str] | None = None
    ttl: str | None = None
    """How long it is good for, from 1 second to about 10 years, such as ``86400s``; None takes the project's setting."""
    visibility: KeyVisibility | str | None = None
    """None makes it secret."""
    metadata: Json = None
    """Anything of yours, an object of up to 4 KB."""
    ip_restriction: IPRestriction | None = None
    rate_limit_policy: RateLimitPolicy | None = None
    request_id: str | None = None
    """An id of your own for this wish: a server that sees it again imports no second key. None takes a new UUID."""


@model
class BatchCreateImportedApiKeysRequest(Model):
    """Keys to import, up to 1000."""

    requests: list[ImportApiKeyRequest] | None = None


class BatchCreateImportedApiKeysErrorCode(OpenEnum):
    """Why a key was not imported; ``UNSPECIFIED`` where it was."""

    BATCH_CREATE_IMPORTED_API_KEYS_ERROR_UNSPECIFIED = "BATCH_CREATE_IMPORTED_API_KEYS_ERROR_UNSPECIFIED"
    BATCH_CREATE_IMPORTED_API_KEYS_ERROR_INVALID_ARGUMENT = "BATCH_CREATE_IMPORTED_API_KEYS_ERROR_INVALID_ARGUMENT"
    BATCH_CREATE_IMPORTED_API_KEYS_ERROR_ALREADY_EXISTS = "BATCH_CREATE_IMPORTED_API_KEYS_ERROR_ALREADY_EXISTS"
    BATCH_CREATE_IMPORTED_API_KEYS_ERROR_FAILED_PRECONDITION = (
        "BATCH_CREATE_IMPORTED_API_KEYS_ERROR_FAILED_PRECONDITION"
    )
    BATCH_CREATE_IMPORTED_API_KEYS_ERROR_INTERNAL = "BATCH_CREATE_IMPORTED_API_KEYS_ERROR_INTERNAL"
    BATCH_CREATE_IMPORTED_API_KEYS_ERROR_RESOURCE_EXHAUSTED = "BATCH_CREATE_IMPORTED_API_KEYS_ERROR_RESOURCE_EXHAUSTED"


@model
class BatchCreateImportedApiKeysResult(Model):
    """What became of one of several keys."""

    index: int | None = None
    """Its place in the request, from 0."""
    imported_api_key: ImportedApiKey | None = None
    """The key; None where it was not imported."""
    error_code: BatchCreateImportedApiKeysErrorCode | None = None
    error_message: str | None = None


@model
class BatchCreateImportedApiKeysResponse(Model):
    """What became of several keys; some may have failed."""

    results: list[BatchCreateImportedApiKeysResult] | None = None
    success_count: int | None = None
    failure_count: int | None = None


# Changing, rotating and revoking


@model
class AdminUpdateIssuedApiKeyRequest(Model):
    """Changes to an issued key. Its times and its status are the server's to set."""

    name: str | None = None
    actor_id: str | None = None
    status: KeyStatus | str | None = None
    visibility: KeyVisibility | str | None = None
    scopes: list[str] | None = None
    metadata: Json = None
    ip_restriction: IPRestriction | None = None
    rate_limit_policy: RateLimitPolicy | None = None
    create_time: datetime | None = None
    update_time: datetime | None = None
    expire_time: datetime | None = None
    last_used_time: datetime | None = None
    revocation_reason: RevocationReason | str | None = None
    revocation_description: str | None = None


@model
class AdminUpdateImportedApiKeyRequest(Model):
    """Changes to an imported key. Its times and its status are the server's to set."""

    name: str | None = None
    actor_id: str | None = None
    status: KeyStatus | str | None = None
    visibility: KeyVisibility | str | None = None
    scopes: list[str] | None = None
    metadata: Json = None
    ip_restriction: IPRestriction | None = None
    rate_limit_policy: RateLimitPolicy | None = None
    create_time: datetime | None = None
    update_time: datetime | None = None
    expire_time: datetime | None = None
    last_used_time: datetime | None = None
    revocation_reason: RevocationReason | str | None = None
    revocation_description: str | None = None


@model
class AdminRotateIssuedApiKeyBody(Model):
    """What the new key shall have; what is None comes from the old one, what is empty is emptied."""

    name: str | None = None
    scopes: list[str] | None = None
    visibility: KeyVisibility | str | None = None
    metadata: Json = None
    ip_restriction: IPRestriction | None = None
    rate_limit_policy: RateLimitPolicy | None = None


@model
class RotateIssuedApiKeyResponse(Model):
    """The new key with its secret, and the old one, revoked."""

    issued_api_key: IssuedApiKey | None = None
    secret: str | None = secret(default=None)
    """The secret of the new key. It is never shown again."""
    old_issued_api_key: IssuedApiKey | None = None


@model
class AdminRevokeIssuedApiKeyBody(Model):
    """Why an issued key is revoked."""

    reason: RevocationReason | str | None = None
    description: str | None = None
    """In words; only together with ``REVOCATION_REASON_PRIVILEGE_WITHDRAWN``."""


@model
class AdminRevokeImportedApiKeyBody(Model):
    """Why an imported key is revoked."""

    reason: RevocationReason | str | None = None
    description: str | None = None
    """In words; only together with ``REVOCATION_REASON_PRIVILEGE_WITHDRAWN``."""


@model
class SelfRevokeApiKeyRequest(Model):
    """A key whose holder revokes it."""

    credential: str | None = secret(default=None)
    """The secret of an issued key, or an imported key: whoever has it may revoke it."""
    reason: RevocationReason | str | None = None
    """Any but ``REVOCATION_REASON_PRIVILEGE_WITHDRAWN``."""


SelfRevokeApiKeyResponse: TypeAlias = dict[str, Json]
"""The answer to a holder who revoked a key: an empty object."""


# Verifying


class VerificationErrorCode(OpenEnum):
    """Why a credential is not good; ``UNSPECIFIED`` where it is."""

    VERIFICATION_ERROR_UNSPECIFIED = "VERIFICATION_ERROR_UNSPECIFIED"
    VERIFICATION_ERROR_INVALID_FORMAT = "VERIFICATION_ERROR_INVALID_FORMAT"
    VERIFICATION_ERROR_EXPIRED = "VERIFICATION_ERROR_EXPIRED"
    VERIFICATION_ERROR_REVOKED = "VERIFICATION_ERROR_REVOKED"
    VERIFICATION_ERROR_NOT_FOUND = "VERIFICATION_ERROR_NOT_FOUND"
    VERIFICATION_ERROR_SIGNATURE_INVALID = "VERIFICATION_ERROR_SIGNATURE_INVALID"
    VERIFICATION_ERROR_INTERNAL = "VERIFICATION_ERROR_INTERNAL"
    VERIFICATION_ERROR_IP_NOT_ALLOWED = "VERIFICATION_ERROR_IP_NOT_ALLOWED"
    VERIFICATION_ERROR_RATE_LIMITED = "VERIFICATION_ERROR_RATE_LIMITED"
    VERIFICATION_ERROR_AUDIENCE_MISMATCH = "VERIFICATION_ERROR_AUDIENCE_MISMATCH"


@model
class VerifyApiKeyRequest(Model):
    """A credential to verify."""

    credential: str | None = secret(default=None)
    """What somebody sent you: the secret of an issued key, an imported key, a JWT or a macaroon."""
    expected_audiences: list[str] | None = None
    """Whom the token must be meant for."""


@model
class VerifyApiKeyResponse(Model):
    """Whether a credential is good, and whose it is. Let `is_valid` alone decide."""

    is_valid: bool | None = None
    error_code: VerificationErrorCode | None = None
    """Why it is not good; `error_message` says it in words."""
    error_message: str | None = None
    key_id: str | None = None
    actor_id: str | None = None
    status: KeyStatus | None = None
    visibility: KeyVisibility | None = None
    scopes: list[str] | None = None
    audiences: list[str] | None = None
    issuer: str | None = None
    """Who issues tokens for this project; the ``iss`` claim of a derived token."""
    metadata: Json = None
    """What the key has as its metadata."""
    expire_time: datetime | None = None
    rate_limit_policy: RateLimitPolicy | None = None
    rate_limit_remaining: str | None = None
    """About how many requests the holder of the key has left: a whole number, as text. Not yours, the caller's."""
    rate_limit_reset_time: datetime | None = None
    """When the holder of the key has the whole quota again."""


@model
class BatchVerifyApiKeysRequest(Model):
    """Credentials to verify, up to 100."""

    requests: list[VerifyApiKeyRequest] | None = None


@model
class BatchVerifyApiKeysResponse(Model):
    """Whether several credentials are good."""

    results: list[VerifyApiKeyResponse] | None = None
    """In the order of the request."""


# Derived tokens


class TokenAlgorithm(OpenEnum):
    """The kind of a derived token."""

    TOKEN_ALGORITHM_UNSPECIFIED = "TOKEN_ALGORITHM_UNSPECIFIED"
    TOKEN_ALGORITHM_JWT = "TOKEN_ALGORITHM_JWT"
    TOKEN_ALGORITHM_MACAROON = "TOKEN_ALGORITHM_MACAROON"


@model
class DeriveTokenRequest(Model):
    """A token to derive from a key."""

    credential: str | None = secret(default=None)
    """The secret of an issued key, or an imported key."""
    algorithm: TokenAlgorithm | str | None = None
    scopes: list[str] | None = None
    audiences: list[str] | None = None
    """Whom the token is meant for."""
    ttl: str | None = None
    """How long it is good for, such as ``900s``; None takes the project's setting."""
    custom_claims: Json = None
    """Further claims, an object of up to 4 KB; ``iss``, ``sub``, ``exp`` and the like are the server's."""


@model
class Token(Model):
    """A derived token. No server keeps it, so it is good until it expires."""

    token: str | None = secret(default=None)
    """The token as it is sent: a JWT, or a macaroon in base64."""
    scopes: list[str] | None = None
    audiences: list[str] | None = None
    claims: Json = None
    """What is in the token, to look at; its shape depends on the kind of token."""
    expire_time: datetime | None = None


@model
class DeriveTokenResponse(Model):
    """A new token."""

    token: Token | None = None


@model
class GetJWKSResponseJwksKeysInner(Model):
    """A public key (RFC 7517): `x` and `crv` for Ed25519, `n` and `e` for RSA."""

    kid: str
    kty: str
    alg: str | None = None
    use: str | None = None
    crv: str | None = None
    x: str | None = None
    y: str | None = None
    n: str | None = None
    e: str | None = None


@model
class GetJWKSResponseJwks(Model):
    """A set of public keys."""

    keys: list[GetJWKSResponseJwksKeysInner]


@model
class GetJWKSResponse(Model):
    """The keys to check derived JWTs with."""

    jwks: GetJWKSResponseJwks | None = None


# Errors


@model
class Any(Model):
    """A detail of an error, of whatever type; its fields are in `extra`. Named as in protobuf, not as in `typing`."""

    type: str | None = wire("@type", default=None)
    """The name of its type, as a URL."""


@model
class Status(Model):
    """The body of an error of Talos. Errors raised by this SDK carry its message as an attribute."""

    code: int | None = None
    """A status of gRPC, such as 5 for "not found"; not that of HTTP."""
    message: str | None = None
    details: list[Any] | None = None
