"""OpenID Connect: what a server can do, what it tells of a person, and verifiable credentials."""

from __future__ import annotations

from .base import Model, model, secret

__all__ = [
    "CreateVerifiableCredentialRequestBody",
    "CredentialSupportedDraft00",
    "OidcConfiguration",
    "OidcUserInfo",
    "VerifiableCredentialPrimingResponse",
    "VerifiableCredentialProof",
    "VerifiableCredentialResponse",
]


@model
class CredentialSupportedDraft00(Model):
    """A kind of verifiable credential that a server gives out."""

    format: str | None = None
    """Such as ``jwt_vc_json``."""
    types: list[str] | None = None
    """Such as ``VerifiableCredential`` and ``UserInfoCredential``."""
    cryptographic_binding_methods_supported: list[str] | None = None
    """How the key of the holder can be named."""
    cryptographic_suites_supported: list[str] | None = None
    """The algorithms that proofs may be signed with."""


@model
class OidcConfiguration(Model):
    """Where the endpoints of a server are, and what they know (OpenID Connect Discovery, section 3).

    The lists are not always complete: a server may take more than it tells.
    """

    issuer: str
    """The ``iss`` of its tokens."""

    authorization_endpoint: str
    token_endpoint: str
    device_authorization_endpoint: str
    userinfo_endpoint: str | None = None
    revocation_endpoint: str | None = None
    end_session_endpoint: str | None = None
    """Where an application sends the browser to log out."""
    registration_endpoint: str | None = None
    """Where clients register themselves; whether it is named here does not tell whether they may."""
    credentials_endpoint_draft_00: str | None = None
    """Where verifiable credentials are given out."""
    jwks_uri: str
    """Where the public keys of its tokens are."""

    response_types_supported: list[str]
    response_modes_supported: list[str] | None = None
    grant_types_supported: list[str] | None = None
    scopes_supported: list[str] | None = None
    code_challenge_methods_supported: list[str] | None = None
    """The methods of PKCE (RFC 7636)."""
    token_endpoint_auth_methods_supported: list[str] | None = None
    request_parameter_supported: bool | None = None
    request_uri_parameter_supported: bool | None = None
    require_request_uri_registration: bool | None = None
    """Whether a client must have named each `request_uri` beforehand."""
    request_object_signing_alg_values_supported: list[str] | None = None

    subject_types_supported: list[str]
    """``public``, ``pairwise``, or both."""
    claims_supported: list[str] | None = None
    claims_parameter_supported: bool | None = None
    id_token_signing_alg_values_supported: list[str]
    id_token_signed_response_alg: list[str]
    """What ID tokens are signed with."""
    userinfo_signing_alg_values_supported: list[str] | None = None
    userinfo_signed_response_alg: list[str]
    """What a signed userinfo is signed with."""

    frontchannel_logout_supported: bool | None = None
    frontchannel_logout_session_supported: bool | None = None
    """Whether a logout page of an application is told the session."""
    backchannel_logout_supported: bool | None = None
    backchannel_logout_session_supported: bool | None = None
    """Whether a logout endpoint of an application is told the session."""

    credentials_supported_draft_00: list[CredentialSupportedDraft00] | None = None


@model
class OidcUserInfo(Model):
    """What is told of a person (OpenID Connect Core, section 5.1). Further claims are in `extra`.

    Which of them there are depends on the scopes granted, and on what the consent page put in.
    """

    sub: str | None = None
    """Who it is; the only claim that identifies a person reliably."""
    name: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    middle_name: str | None = None
    nickname: str | None = None
    preferred_username: str | None = None
    """The name that the person likes to be shown by; not unique."""
    profile: str | None = None
    """The URL of a page about the person."""
    picture: str | None = None
    """The URL of a picture."""
    website: str | None = None
    email: str | None = None
    email_verified: bool | None = None
    gender: str | None = None
    birthdate: str | None = None
    """As ``2000-12-31``; the year is ``0000`` where it is not told, or stands alone."""
    zoneinfo: str | None = None
    """Such as ``Europe/Berlin``."""
    locale: str | None = None
    """Such as ``de-DE``."""
    phone_number: str | None = None
    phone_number_verified: bool | None = None
    updated_at: int | None = None
    """In seconds since 1970."""


@model
class VerifiableCredentialProof(Model):
    """The proof that one holds a key, for a credential that names this key."""

    proof_type: str | None = None
    """``jwt``."""
    jwt: str | None = secret(default=None)
    """A JWT signed with that key, with the nonce in it."""


@model
class CreateVerifiableCredentialRequestBody(Model):
    """What credential is wanted. Without a proof the answer is the nonce to make one with."""

    format: str | None = None
    """``jwt_vc_json``."""
    types: list[str] | None = None
    """``["VerifiableCredential", "UserInfoCredential"]``."""
    proof: VerifiableCredentialProof | None = None


@model
class VerifiableCredentialPrimingResponse(Model):
    """The proof is missing; here is the nonce for it."""

    c_nonce: str | None = None
    """The ``nonce`` claim that the proof needs."""
    c_nonce_expires_in: int | None = None
    """How many seconds it lives."""
    format: str | None = None
    error: str | None = None
    """``missing_proof``."""
    error_description: str | None = None
    error_hint: str | None = None
    error_debug: str | None = None
    status_code: int | None = None


@model
class VerifiableCredentialResponse(Model):
    """A credential."""

    format: str | None = None
    """Such as ``jwt_vc_json``."""
    credential_draft_00: str | None = secret(default=None)
    """A JWT. Hydra writes its times as floating-point numbers, such as ``1.79e+09``."""
