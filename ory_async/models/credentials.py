"""TODO"""

from __future__ import annotations

from datetime import datetime

from .base import Model, model, secret, wire

__all__ = [
    "AdminIdentityImportCredentialsLookupSecret",
    "AdminIdentityImportCredentialsLookupSecretConfig",
    "IdentityCredentialsLookupSecretCode",
    "IdentityCredentialsWebAuthn",
    "IdentityCredentialsWebAuthnAttestation",
    "IdentityCredentialsWebAuthnAuthenticator",
    "IdentityCredentialsWebAuthnFlags",
    "IdentityWithCredentials",
    "IdentityWithCredentialsOidc",
    "IdentityWithCredentialsOidcConfig",
    "IdentityWithCredentialsOidcConfigProvider",
    "IdentityWithCredentialsPasskey",
    "IdentityWithCredentialsPasskeyConfig",
    "IdentityWithCredentialsPassword",
    "IdentityWithCredentialsPasswordConfig",
    "IdentityWithCredentialsSaml",
    "IdentityWithCredentialsSamlConfig",
    "IdentityWithCredentialsSamlConfigProvider",
    "IdentityWithCredentialsTotp",
    "IdentityWithCredentialsTotpConfig",
    "IdentityWithCredentialsWebAuthn",
    "IdentityWithCredentialsWebAuthnConfig",
]


@model
class IdentityWithCredentials(Model):
    """TODO Create Identity and Import Credentials"""

    lookup_secret: AdminIdentityImportCredentialsLookupSecret | None = None
    oidc: IdentityWithCredentialsOidc | None = None
    passkey: IdentityWithCredentialsPasskey | None = None
    password: IdentityWithCredentialsPassword | None = None
    saml: IdentityWithCredentialsSaml | None = None
    totp: IdentityWithCredentialsTotp | None = None
    webauthn: IdentityWithCredentialsWebAuthn | None = None


@model
class IdentityWithCredentialsPassword(Model):
    """TODO Create Identity and Import Password Credentials"""

    config: IdentityWithCredentialsPasswordConfig | None = None


@model
class IdentityWithCredentialsPasswordConfig(Model):
    """TODO Create Identity and Import Password Credentials Configuration"""

    hashed_password: str | None = secret(default=None)
    password: str | None = secret(default=None)
    use_password_migration_hook: bool | None = None


@model
class IdentityWithCredentialsOidc(Model):
    """TODO Create Identity and Import Social Sign In Credentials"""

    config: IdentityWithCredentialsOidcConfig | None = None


@model
class IdentityWithCredentialsOidcConfig(Model):
    """TODO"""

    providers: list[IdentityWithCredentialsOidcConfigProvider] | None = None


@model
class IdentityWithCredentialsOidcConfigProvider(Model):
    """TODO Create Identity and Import Social Sign In Credentials Configuration"""

    provider: str
    subject: str
    organization: str | None = None
    use_auto_link: bool | None = None


@model
class IdentityWithCredentialsSaml(Model):
    """TODO Payload to import SAML credentials"""

    config: IdentityWithCredentialsSamlConfig | None = None


@model
class IdentityWithCredentialsSamlConfig(Model):
    """TODO Payload of SAML providers"""

    providers: list[IdentityWithCredentialsSamlConfigProvider] | None = None


@model
class IdentityWithCredentialsSamlConfigProvider(Model):
    """TODO Payload of specific SAML provider"""

    provider: str
    subject: str
    organization: str | None = None


@model
class IdentityWithCredentialsTotp(Model):
    """TODO Create Identity and Import TOTP 2FA Credentials"""

    config: IdentityWithCredentialsTotpConfig | None = None


@model
class IdentityWithCredentialsTotpConfig(Model):
    """TODO Create Identity and Import TOTP 2FA Credentials Configuration"""

    totp_url: str | None = None


@model
class IdentityWithCredentialsWebAuthn(Model):
    """TODO Create Identity and Import WebAuthn Credentials"""

    config: IdentityWithCredentialsWebAuthnConfig | None = None


@model
class IdentityWithCredentialsWebAuthnConfig(Model):
    """TODO Create Identity and Import WebAuthn Credentials Configuration"""

    credentials: list[IdentityCredentialsWebAuthn] | None = None
    user_handle: list[int] | None = None


@model
class IdentityWithCredentialsPasskey(Model):
    """TODO Create Identity and Import Passkey Credentials"""

    config: IdentityWithCredentialsPasskeyConfig | None = None


@model
class IdentityWithCredentialsPasskeyConfig(Model):
    """TODO Create Identity and Import Passkey Credentials Configuration"""

    credentials: list[IdentityCredentialsWebAuthn] | None = None
    user_handle: list[int] | None = None


@model
class AdminIdentityImportCredentialsLookupSecret(Model):
    """TODO Create Identity and Import Lookup Secret Credentials"""

    config: AdminIdentityImportCredentialsLookupSecretConfig | None = None


@model
class AdminIdentityImportCredentialsLookupSecretConfig(Model):
    """TODO Create Identity and Import Lookup Secret Credentials Configuration"""

    codes: list[IdentityCredentialsLookupSecretCode] | None = None


@model
class IdentityCredentialsLookupSecretCode(Model):
    """TODO Recovery codes can be used once and are invalidated after use."""

    code: str | None = secret(default=None)
    used_at: datetime | None = None


@model
class IdentityCredentialsWebAuthn(Model):
    """TODO"""

    added_at: datetime | None = None
    attestation: IdentityCredentialsWebAuthnAttestation | None = None
    attestation_type: str | None = None
    authenticator: IdentityCredentialsWebAuthnAuthenticator | None = None
    display_name: str | None = None
    flags: IdentityCredentialsWebAuthnFlags | None = None
    id: list[int] | None = None
    is_passwordless: bool | None = None
    public_key: list[int] | None = None
    transport: list[str] | None = None


@model
class IdentityCredentialsWebAuthnAttestation(Model):
    """TODO"""

    authenticator_data: list[int] | None = None
    client_data_json: list[int] | None = wire("client_dataJSON", default=None)
    client_data_hash: list[int] | None = None
    object: list[int] | None = None
    public_key_algorithm: int | None = None


@model
class IdentityCredentialsWebAuthnAuthenticator(Model):
    """TODO"""

    aaguid: list[int] | None = None
    clone_warning: bool | None = None
    sign_count: int | None = None


@model
class IdentityCredentialsWebAuthnFlags(Model):
    """TODO"""

    backup_eligible: bool | None = None
    backup_state: bool | None = None
    user_present: bool | None = None
    user_verified: bool | None = None
