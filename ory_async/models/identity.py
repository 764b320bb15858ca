"""TODO"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from .base import Json, Model, OpenEnum, model

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
    "IdentityPatch",
    "IdentityPatchAction",
    "IdentityPatchResponse",
    "IdentitySchemaContainer",
    "IdentityState",
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
    """TODO"""

    PASSWORD = "password"
    OIDC = "oidc"
    TOTP = "totp"
    LOOKUP_SECRET = "lookup_secret"
    WEBAUTHN = "webauthn"
    CODE = "code"
    PASSKEY = "passkey"
    PROFILE = "profile"
    SAML = "saml"
    DEVICEAUTHN = "deviceauthn"
    IDENTIFIER_FIRST = "identifier_first"
    LINK_RECOVERY = "link_recovery"
    CODE_RECOVERY = "code_recovery"


class IdentityPatchAction(OpenEnum):
    """TODO"""

    CREATE = "create"
    ERROR = "error"


class AddressChannel(OpenEnum):
    """TODO"""

    EMAIL = "email"
    SMS = "sms"


class IdentityState(OpenEnum):
    """TODO"""

    ACTIVE = "active"
    INACTIVE = "inactive"


class Region(OpenEnum):
    """TODO"""

    EU_CENTRAL = "eu-central"
    ASIA_NORTHEAST = "asia-northeast"
    US_EAST = "us-east"
    US_WEST = "us-west"
    EU = "eu"
    ASIA = "asia"
    US = "us"
    GLOBAL = "global"


@model
class Identity(Model):
    """TODO An [identity](https://www.ory.com/docs/kratos/concepts/identity-user-model) represents a (human) user in Ory."""

    id: str
    schema_id: str
    schema_url: str
    traits: Json
    created_at: datetime | None = None
    credentials: dict[str, IdentityCredentials] | None = None
    external_id: str | None = None
    metadata_admin: Json = None
    metadata_public: Json = None
    organization_id: str | None = None
    recovery_addresses: list[RecoveryIdentityAddress] | None = None
    region: Region | None = None
    state: IdentityState | None = None
    state_changed_at: datetime | None = None
    updated_at: datetime | None = None
    verifiable_addresses: list[VerifiableIdentityAddress] | None = None

    def traits_as(self, kind: type[T]) -> T:
        """The traits as an object of a class of your own: an attrs class, a dataclass or a TypedDict.

        Traits that the class does not have are left out. Raises `DecodeError` where the traits do not fit the class.
        """
        from ..serialization import structure

        return structure(kind, self.traits)


@model
class VerifiableIdentityAddress(Model):
    """TODO VerifiableAddress is an identity's verifiable address"""

    status: str
    value: str
    verified: bool
    via: AddressChannel
    created_at: datetime | None = None
    id: str | None = None
    updated_at: datetime | None = None
    verified_at: datetime | None = None


@model
class RecoveryIdentityAddress(Model):
    """TODO"""

    value: str
    via: str
    break_glass_for_organization: str | None = None
    created_at: datetime | None = None
    id: str | None = None
    updated_at: datetime | None = None


@model
class IdentityCredentials(Model):
    """TODO Credentials represents a specific credential type"""

    config: Json = None
    created_at: datetime | None = None
    identifiers: list[str] | None = None
    type: CredentialType | None = None
    updated_at: datetime | None = None
    version: int | None = None


@model
class CreateIdentityBody(Model):
    """TODO Create Identity Body"""

    schema_id: str
    traits: Json
    credentials: IdentityWithCredentials | None = None
    external_id: str | None = None
    metadata_admin: Json = None
    metadata_public: Json = None
    organization_id: str | None = None
    recovery_addresses: list[RecoveryIdentityAddress] | None = None
    region: Region | str | None = None
    state: IdentityState | str | None = None
    verifiable_addresses: list[VerifiableIdentityAddress] | None = None


@model
class UpdateIdentityBody(Model):
    """TODO Update Identity Body"""

    schema_id: str
    state: IdentityState | str
    traits: Json
    credentials: IdentityWithCredentials | None = None
    external_id: str | None = None
    metadata_admin: Json = None
    metadata_public: Json = None
    region: Region | str | None = None


@model
class IdentityPatch(Model):
    """TODO Payload for patching an identity"""

    create: CreateIdentityBody | None = None
    patch_id: str | None = None


@model
class PatchIdentitiesBody(Model):
    """TODO Patch Identities Body"""

    identities: list[IdentityPatch] | None = None
    with_partial_inserts: bool | None = None


@model
class IdentityPatchResponse(Model):
    """TODO Response for a single identity patch"""

    action: IdentityPatchAction | None = None
    error: Json = None
    identity: str | None = None
    patch_id: str | None = None


@model
class BatchPatchIdentitiesResponse(Model):
    """TODO Patch identities response"""

    identities: list[IdentityPatchResponse] | None = None


@model
class IdentitySchemaContainer(Model):
    """TODO An Identity JSON Schema Container"""

    id: str
    schema: Json


@model
class CreateRecoveryCodeForIdentityBody(Model):
    """TODO Create Recovery Code for Identity Request Body"""

    identity_id: str
    expires_in: str | None = None
    flow_type: str | None = None


@model
class RecoveryCodeForIdentity(Model):
    """TODO Used when an administrator creates a recovery code for an identity."""

    recovery_code: str
    recovery_link: str
    expires_at: datetime | None = None


@model
class CreateRecoveryLinkForIdentityBody(Model):
    """TODO Create Recovery Link for Identity Request Body"""

    identity_id: str
    expires_in: str | None = None


@model
class RecoveryLinkForIdentity(Model):
    """TODO Used when an administrator creates a recovery link for an identity."""

    recovery_link: str
    expires_at: datetime | None = None


@model
class CreateTestLoginFlowBody(Model):
    """TODO"""

    provider_id: str
