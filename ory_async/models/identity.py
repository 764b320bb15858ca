"""Identities: the people, or other things that log in, which Kratos knows; their addresses and credentials.

To change an identity, read it by the identity service, change it, and write it back::

    identity = await ory.identity.get_identity(id)
    identity.traits["name"] = "Alice"
    await ory.identity.update_identity(identity.id, identity.as_update())
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from .base import NULL, Json, Model, OpenEnum, model, secret

if TYPE_CHECKING:
    from .credentials import IdentityWithCredentials

__all__ = [
    "AddressChannel",
    "BatchPatchIdentitiesResponse",
    "CreateIdentityBody",
    "CreateRecoveryCodeForIdentityBody",
    "CreateRecoveryLinkForIdentityBody",
    "CreateTestLoginFlowBody",
    "CredentialType",
    "Identity",
    "IdentityCredentials",
    "IdentityCredentialsType",
    "IdentityPatch",
    "IdentityPatchAction",
    "IdentityPatchResponse",
    "IdentitySchema",
    "IdentitySchemaContainer",
    "IdentitySchemas",
    "IdentityState",
    "IdentityTraits",
    "IdentityVerifiableAddressStatus",
    "PatchIdentitiesBody",
    "RecoveryCodeForIdentity",
    "RecoveryIdentityAddress",
    "RecoveryLinkForIdentity",
    "Region",
    "UpdateIdentityBody",
    "VerifiableIdentityAddress",
]

T = TypeVar("T")


class CredentialType(OpenEnum):
    """A kind of credential, which is also a way to log in; the last two stand in sessions that a recovery began."""

    PASSWORD = "password"
    OIDC = "oidc"
    SAML = "saml"
    PASSKEY = "passkey"
    WEBAUTHN = "webauthn"
    TOTP = "totp"
    LOOKUP_SECRET = "lookup_secret"
    CODE = "code"
    DEVICEAUTHN = "deviceauthn"
    PROFILE = "profile"
    IDENTIFIER_FIRST = "identifier_first"
    LINK_RECOVERY = "link_recovery"
    CODE_RECOVERY = "code_recovery"


IdentityCredentialsType: TypeAlias = CredentialType
"""The name of `CredentialType` in older clients."""


IdentityTraits: TypeAlias = Json
"""What a person is known by, as the identity schema has it."""

IdentitySchema: TypeAlias = dict[str, Json]
"""A JSON Schema for traits."""

IdentityVerifiableAddressStatus: TypeAlias = str
"""How the verification of an address stands: ``pending``, ``sent`` or ``completed``."""


class IdentityState(OpenEnum):
    """Whether an identity may log in."""

    ACTIVE = "active"
    INACTIVE = "inactive"


class AddressChannel(OpenEnum):
    """The way to reach an address."""

    EMAIL = "email"
    SMS = "sms"


class Region(OpenEnum):
    """Where the Ory Network keeps an identity; other servers have no regions."""

    EU_CENTRAL = "eu-central"
    ASIA_NORTHEAST = "asia-northeast"
    US_EAST = "us-east"
    US_WEST = "us-west"
    EU = "eu"
    ASIA = "asia"
    US = "us"
    GLOBAL = "global"


@model
class VerifiableIdentityAddress(Model):
    """An e-mail address or a phone number whose owner can prove that it is theirs."""

    id: str | None = None
    """Given by the server."""
    value: str
    """The address; phone numbers in E.164 form, such as ``+491701234567``."""
    via: AddressChannel | str
    verified: bool
    status: str
    """``pending``, ``sent`` or ``completed``."""
    verified_at: datetime | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


@model
class RecoveryIdentityAddress(Model):
    """An e-mail address or a phone number by which a lost account is won back."""

    id: str | None = None
    """Given by the server."""
    value: str
    via: str
    """``email`` or ``sms``."""
    break_glass_for_organization: str | None = None
    """The organization whose single sign-on this address gets around in an emergency."""
    created_at: datetime | None = None
    updated_at: datetime | None = None


@model
class IdentityCredentials(Model):
    """A credential of an identity. A kind may be listed though it was never set up, or has been deleted."""

    type: CredentialType | None = None
    identifiers: list[str] | None = None
    """The names that it is found by: an e-mail address, a user name, ``provider:subject`` for ``oidc``."""
    config: Json = secret(default=None)
    """Hashes, tokens and the like; comes only when it was asked for by `include_credential`."""
    version: int | None = None
    """The version of the form of `config`."""
    created_at: datetime | None = None
    updated_at: datetime | None = None


@model
class Identity(Model):
    """A person, or another thing that logs in."""

    id: str
    """A UUID that the server chose; it never changes."""
    traits: Json
    """What is known of the person, by the rules of the schema. The server may write it in a form of its own."""
    state: IdentityState | None = None
    schema_id: str
    schema_url: str
    """Where to read the schema; empty in lists of sessions."""
    external_id: str | None = None
    """The id of the same person in another system, of yours."""
    organization_id: str | None = None
    metadata_public: Json = None
    """Anything of yours that the person may see, but not change."""
    metadata_admin: Json = None
    """Anything of yours that only the admin API shows."""
    verifiable_addresses: list[VerifiableIdentityAddress] | None = None
    """None in lists of sessions, as are the recovery addresses."""
    recovery_addresses: list[RecoveryIdentityAddress] | None = None
    credentials: dict[str, IdentityCredentials] | None = None
    """By kind; only the admin API shows them, in lists only when asked to."""
    region: Region | None = None
    """None outside the Ory Network, and where a project has one region."""
    created_at: datetime | None = None
    updated_at: datetime | None = None
    state_changed_at: datetime | None = None

    def traits_as(self, kind: type[T]) -> T:
        """The traits as an object of a class of your own: an attrs class, a dataclass or a TypedDict.

        Traits that the class does not have are left out; a TypedDict keeps them. Raises `DecodeError` where the traits
        do not fit the class.
        """
        from ..structuring import structure

        return structure(kind, self.traits)

    def as_update(self) -> UpdateIdentityBody:
        """The body by which `update_identity` writes this identity back; it shares the traits and metadata.

        Take an identity that the identity service read: those in sessions lack the admin's metadata, which would be
        removed. Credentials stay as they are.
        """
        return UpdateIdentityBody(
            schema_id=self.schema_id,
            state=NULL if self.state is None else self.state,  # null leaves it unchanged
            traits=self.traits,
            external_id=self.external_id,
            metadata_public=self.metadata_public,
            metadata_admin=self.metadata_admin,
            region=self.region,
            extra=self.extra,
        )


@model
class UpdateIdentityBody(Model):
    """An identity as it shall be from now on: what is left out, such as metadata, is removed.

    `Identity.as_update` makes one that changes nothing.
    """

    schema_id: str
    state: IdentityState | str
    traits: Json
    external_id: str | None = None
    """The id of the same person in another system, of yours; no two identities have the same."""
    metadata_public: Json = None
    metadata_admin: Json = None
    credentials: IdentityWithCredentials | None = None
    """Credentials to add, or to put in the place of those of their kind; those left out stay."""
    region: Region | str | None = None
    """None leaves it unchanged."""


@model
class CreateIdentityBody(Model):
    """An identity to make, with what it brings from elsewhere."""

    schema_id: str
    traits: Json
    """What the schema asks for; servers refuse what it does not allow."""
    state: IdentityState | str | None = None
    """None makes it active."""
    external_id: str | None = None
    """The id of the same person in another system, of yours; no two identities have the same."""
    organization_id: str | None = None
    metadata_public: Json = None
    """Anything of yours that the person may see, but not change."""
    metadata_admin: Json = None
    """Anything of yours that only the admin API shows."""
    credentials: IdentityWithCredentials | None = None
    """Credentials to import."""
    verifiable_addresses: list[VerifiableIdentityAddress] | None = None
    """Addresses whose state is known already; the next update removes those that do not stand in the traits."""
    recovery_addresses: list[RecoveryIdentityAddress] | None = None
    """Like the verifiable ones."""
    region: Region | str | None = None
    """None takes the home region of the project."""


@model
class IdentityPatch(Model):
    """One of several identities to make."""

    create: CreateIdentityBody | None = None
    patch_id: str | None = None
    """A UUID of your own, by which you find the answer to this one."""


@model
class PatchIdentitiesBody(Model):
    """Several identities to make in one request."""

    identities: list[IdentityPatch] | None = None
    with_partial_inserts: bool | None = None
    """Whether the others are made when some fail, on servers that leave the choice."""


class IdentityPatchAction(OpenEnum):
    """What became of one of several identities."""

    CREATE = "create"
    ERROR = "error"


@model
class IdentityPatchResponse(Model):
    """The answer to one of several identities."""

    action: IdentityPatchAction | None = None
    identity: str | None = None
    """The id of the new identity; None when it failed."""
    patch_id: str | None = None
    """The one in the request."""
    error: Json = None
    """Why it failed: an object with ``code``, ``status``, ``message`` and often ``reason``."""


@model
class BatchPatchIdentitiesResponse(Model):
    """The answers to several identities; a request succeeds although some of them failed."""

    identities: list[IdentityPatchResponse | None] | None = None
    """In the order of the request; None for an entry that asked for nothing."""


@model
class IdentitySchemaContainer(Model):
    """A schema for traits, with its id."""

    id: str
    schema: Json
    """A JSON Schema, with Ory's own keywords under ``ory.sh/kratos``."""


IdentitySchemas: TypeAlias = list[IdentitySchemaContainer]
"""The schemas of a server."""


@model
class CreateRecoveryCodeForIdentityBody(Model):
    """Whom an administrator makes a recovery code for."""

    identity_id: str
    expires_in: str | None = None
    """How long the code is good for, as a duration such as ``15m``; None takes the server's setting."""
    flow_type: str | None = None
    """``browser``, the default, or ``api`` for an app outside browsers."""


@model
class RecoveryCodeForIdentity(Model):
    """A recovery code to hand to its person, who types it in on the page of the link."""

    recovery_code: str = secret()
    recovery_link: str
    """The page to open; the code is not in it."""
    expires_at: datetime | None = None


@model
class CreateRecoveryLinkForIdentityBody(Model):
    """Whom an administrator makes a recovery link for."""

    identity_id: str
    expires_in: str | None = None
    """How long the link is good for, as a duration such as ``15m``; None takes the server's setting."""


@model
class RecoveryLinkForIdentity(Model):
    """A recovery link to hand to its person; whoever opens it is logged in."""

    recovery_link: str = secret()
    expires_at: datetime | None = None


@model
class CreateTestLoginFlowBody(Model):
    """Which OpenID Connect provider's settings a trial login shall try."""

    provider_id: str
    """The id of the provider in the settings of the server, such as ``google``."""
