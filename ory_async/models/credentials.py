"""Credentials to import with an identity: what people log in with elsewhere and shall keep.

Each kind has a class with a `config`, as it stands in a `CreateIdentityBody` or an `UpdateIdentityBody`::

    IdentityWithCredentials(
        password=IdentityWithCredentialsPassword(
            config=IdentityWithCredentialsPasswordConfig(hashed_password="$2a$10$...")
        )
    )

What a server keeps of credentials, `IdentityCredentialsPassword` and the like, is what the ``config`` of an
`IdentityCredentials` holds, for those who want to read it as a model.

Bytes are lists of numbers from 0 to 255: ``list(key)``.
"""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias

from .base import Json, Model, model, secret, wire

__all__ = [
    "AdminIdentityImportCredentialsLookupSecret",
    "AdminIdentityImportCredentialsLookupSecretConfig",
    "AuthenticatorTransport",
    "IdentityCredentialsCode",
    "IdentityCredentialsLookupSecretCode",
    "IdentityCredentialsOidc",
    "IdentityCredentialsOidcProvider",
    "IdentityCredentialsPassword",
    "IdentityCredentialsWebAuthn",
    "IdentityCredentialsWebAuthnAttestation",
    "IdentityCredentialsWebAuthnAuthenticator",
    "IdentityCredentialsWebAuthnFlags",
    "IdentityCredentialsWebAuthnList",
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
class IdentityWithCredentialsPasswordConfig(Model):
    """A password: its hash, or the password itself where there is no hash."""

    hashed_password: str | None = secret(default=None)
    """The hash in PHC format or in bcrypt's own; servers know bcrypt, Argon2, scrypt, PBKDF2, MD5 and more."""
    password: str | None = secret(default=None)
    """The plain password, which is not held against the password policy; the server hashes it, slowly."""
    use_password_migration_hook: bool | None = None
    """Whether the first login asks your own service if the password is right, and keeps it then."""


@model
class IdentityWithCredentialsPassword(Model):
    """A password to import."""

    config: IdentityWithCredentialsPasswordConfig | None = None


@model
class IdentityWithCredentialsOidcConfigProvider(Model):
    """An account at a social sign-in provider."""

    provider: str
    """The id of the provider in the settings of the server, such as ``google``."""
    subject: str
    """The account there: the ``sub`` claim of the provider's ID tokens."""
    organization: str | None = None
    """The organization that the provider belongs to."""
    use_auto_link: bool | None = None
    """Whether the first sign-in by the provider is linked by itself, though the subject was not known before."""


@model
class IdentityWithCredentialsOidcConfig(Model):
    """The accounts at social sign-in providers, any number of them."""

    providers: list[IdentityWithCredentialsOidcConfigProvider] | None = None


@model
class IdentityWithCredentialsOidc(Model):
    """Social sign-in to import."""

    config: IdentityWithCredentialsOidcConfig | None = None


@model
class IdentityWithCredentialsSamlConfigProvider(Model):
    """An account at a SAML provider."""

    provider: str
    """The id of the provider in the settings of the server."""
    subject: str
    """The account there, by a name that never changes."""
    organization: str | None = None
    """The organization that the provider belongs to."""


@model
class IdentityWithCredentialsSamlConfig(Model):
    """The accounts at SAML providers, any number of them."""

    providers: list[IdentityWithCredentialsSamlConfigProvider] | None = None


@model
class IdentityWithCredentialsSaml(Model):
    """SAML sign-in to import."""

    config: IdentityWithCredentialsSamlConfig | None = None


@model
class IdentityWithCredentialsTotpConfig(Model):
    """The secret that an authenticator app shares with the server."""

    totp_url: str | None = secret(default=None)
    """An ``otpauth://totp/...`` URL, as its QR code holds it, the secret included."""


@model
class IdentityWithCredentialsTotp(Model):
    """An authenticator app to import, as a second factor."""

    config: IdentityWithCredentialsTotpConfig | None = None


@model
class IdentityCredentialsLookupSecretCode(Model):
    """A backup code, good for one login."""

    code: str | None = secret(default=None)
    used_at: datetime | None = None
    """When it was used up; None means it is still good."""


@model
class AdminIdentityImportCredentialsLookupSecretConfig(Model):
    """The backup codes of a person. A server gives them back as ``recovery_codes``."""

    codes: list[IdentityCredentialsLookupSecretCode] | None = None


@model
class AdminIdentityImportCredentialsLookupSecret(Model):
    """Backup codes to import, as a second factor."""

    config: AdminIdentityImportCredentialsLookupSecretConfig | None = None


AuthenticatorTransport: TypeAlias = str
"""How to reach a security key, such as ``usb``, ``nfc``, ``ble`` or ``internal``."""


@model
class IdentityCredentialsWebAuthnFlags(Model):
    """What the authenticator said of itself when the key was made (WebAuthn, section 6.1)."""

    user_present: bool | None = None
    user_verified: bool | None = None
    backup_eligible: bool | None = None
    """Whether the key may be copied to other devices, as passkeys are."""
    backup_state: bool | None = None
    """Whether it was copied already."""


@model
class IdentityCredentialsWebAuthnAuthenticator(Model):
    """The device or the software that holds a key."""

    aaguid: list[int] | None = None
    """The bytes that name its model; zeros where it does not tell."""
    sign_count: int | None = None
    """How often it has signed, by its own count; 0 where it does not count."""
    clone_warning: bool | None = None
    """Whether the count once went back, as it would if there were a copy of the key."""


@model
class IdentityCredentialsWebAuthnAttestation(Model):
    """The authenticator's statement of where a key comes from, in bytes."""

    object: list[int] | None = None
    client_data_json: list[int] | None = wire("client_dataJSON", default=None)
    client_data_hash: list[int] | None = None
    authenticator_data: list[int] | None = None
    public_key_algorithm: int | None = None
    """The COSE number of the algorithm, such as -7 for ES256."""


@model
class IdentityCredentialsWebAuthn(Model):
    """A security key or a passkey: the public half, by which the server checks signatures."""

    id: list[int] | None = None
    """The bytes of the credential id."""
    display_name: str | None = None
    """The name that the person gave it."""
    public_key: list[int] | None = None
    """The bytes of the key in COSE form."""
    is_passwordless: bool | None = None
    """Whether it logs in by itself; otherwise it is a second factor."""
    transport: list[str] | None = None
    """How to reach it, such as ``usb``, ``nfc`` or ``internal``."""
    flags: IdentityCredentialsWebAuthnFlags | None = None
    authenticator: IdentityCredentialsWebAuthnAuthenticator | None = None
    attestation_type: str | None = None
    """The format of the attestation, such as ``none`` or ``packed``."""
    attestation: IdentityCredentialsWebAuthnAttestation | None = None
    added_at: datetime | None = None


IdentityCredentialsWebAuthnList: TypeAlias = list[IdentityCredentialsWebAuthn]
"""The security keys or passkeys of a person."""


@model
class IdentityWithCredentialsWebAuthnConfig(Model):
    """The security keys of a person."""

    credentials: list[IdentityCredentialsWebAuthn] | None = None
    user_handle: list[int] | None = None
    """The bytes by which the keys know the person; those given when the keys were made."""


@model
class IdentityWithCredentialsWebAuthn(Model):
    """Security keys to import."""

    config: IdentityWithCredentialsWebAuthnConfig | None = None


@model
class IdentityWithCredentialsPasskeyConfig(Model):
    """The passkeys of a person."""

    credentials: list[IdentityCredentialsWebAuthn] | None = None
    user_handle: list[int] | None = None
    """The bytes by which the passkeys know the person; those given when the passkeys were made."""


@model
class IdentityWithCredentialsPasskey(Model):
    """Passkeys to import."""

    config: IdentityWithCredentialsPasskeyConfig | None = None


@model
class IdentityWithCredentials(Model):
    """The credentials to import, by kind. Kinds that are left out stay as they are."""

    password: IdentityWithCredentialsPassword | None = None
    oidc: IdentityWithCredentialsOidc | None = None
    saml: IdentityWithCredentialsSaml | None = None
    passkey: IdentityWithCredentialsPasskey | None = None
    totp: IdentityWithCredentialsTotp | None = None
    webauthn: IdentityWithCredentialsWebAuthn | None = None
    lookup_secret: AdminIdentityImportCredentialsLookupSecret | None = None


# What a server keeps


@model
class IdentityCredentialsPassword(Model):
    """A password that a server keeps."""

    hashed_password: str | None = secret(default=None)
    use_password_migration_hook: bool | None = None
    """Whether the next login asks your own service if the password is right."""


@model
class IdentityCredentialsOidcProvider(Model):
    """A linked account at a sign-in provider, with the tokens that it gave when it was linked."""

    provider: str | None = None
    """The id of the provider in the settings of the server."""
    subject: str | None = None
    """The account there: the ``sub`` claim of the provider's ID tokens."""
    organization: str | None = None
    use_auto_link: bool | None = None
    """Whether the next sign-in by the provider is linked by itself."""
    initial_id_token: str | None = secret(default=None)
    initial_access_token: str | None = secret(default=None)
    initial_refresh_token: str | None = secret(default=None)


@model
class IdentityCredentialsOidc(Model):
    """The accounts at sign-in providers that are linked to an identity."""

    providers: list[IdentityCredentialsOidcProvider] | None = None


@model
class IdentityCredentialsCode(Model):
    """Where one-time codes may go to."""

    addresses: list[Json] | None = None
    """Objects with an ``address`` and its ``channel``, such as ``email`` or ``sms``."""
