"""Identities and their credentials."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ... import models
from ...operation import DELETE, GET, PATCH, POST, PUT, checked_sequence
from ...pagination import AsyncPager
from ..base import Service


class IdentityOperations(Service):
    """Create, read, change and delete identities, one by one or many at once."""

    async def create_identity(
        self, body: models.CreateIdentityBody | Mapping[str, models.Json] | None = None
    ) -> models.Identity:
        """Create an identity, with credentials to import where it has some already.

        Imported plain passwords are not held against the password policy. A server may write traits in a form of its
        own, such as phone numbers in E.164. Give no bare number as metadata: some servers cannot read such an identity
        again, nor any page of a list that holds it.

        Raises `BadRequest` when the traits do not fit the schema or a field is unknown, `Conflict` when another
        identity has one of its identifiers.

        https://www.ory.com/docs/reference/api#tag/identity/operation/createIdentity
        """
        return await self._call(
            "create_identity",
            POST,
            "/admin/identities",
            models.Identity,
            body=body,
            accepts=models.CreateIdentityBody,
            body_optional=True,
            bucket="kratos-admin-low",
        )

    async def batch_patch_identities(
        self, body: models.PatchIdentitiesBody | Mapping[str, models.Json] | None = None
    ) -> models.BatchPatchIdentitiesResponse:
        """Create many identities at once: up to 1000, or 200 where one of them has a plain password.

        `patch_id`, a UUID of your own, tells which answer belongs to which identity. Look at each of them: one that
        failed has the action ``error`` and an ``error``, and the call succeeds all the same. An entry without
        ``create`` is answered by None. Plain passwords are slow, as the server hashes them: import hashes where you
        can.

        Raises `Conflict` when all of them exist already, `BadRequest` when the body as a whole cannot be read.

        https://www.ory.com/docs/reference/api#tag/identity/operation/batchPatchIdentities
        """
        return await self._call(
            "batch_patch_identities",
            PATCH,
            "/admin/identities",
            models.BatchPatchIdentitiesResponse,
            body=body,
            accepts=models.PatchIdentitiesBody,
            body_optional=True,
            bucket="kratos-admin-low",
        )

    async def get_identity(
        self, id: str, *, include_credential: Sequence[models.CredentialType | str] | None = None
    ) -> models.Identity:
        """Fetch one identity.

        `include_credential` names the types of credentials that come with their ``config``: hashes, and for ``oidc``
        the tokens of the first sign-in. Without it the credentials have their identifiers only.

        Raises `NotFound` when there is no such identity, also when the id is no UUID, and `BadRequest` for a type that
        the server does not know.

        https://www.ory.com/docs/reference/api#tag/identity/operation/getIdentity
        """
        return await self._call(
            "get_identity",
            GET,
            "/admin/identities/{id}",
            models.Identity,
            path={"id": id},
            query={"include_credential": checked_sequence("include_credential", include_credential)},
            bucket="kratos-admin-high",
        )

    async def get_identity_by_external_id(
        self, external_id: str, *, include_credential: Sequence[models.CredentialType | str] | None = None
    ) -> models.Identity:
        """Fetch the identity that has the id `external_id` in another system, of yours.

        `include_credential` is that of `get_identity`. Raises `NotFound` when there is none.

        https://www.ory.com/docs/reference/api#tag/identity/operation/getIdentityByExternalID
        """
        return await self._call(
            "get_identity_by_external_id",
            GET,
            "/admin/identities/by/external/{externalID}",
            models.Identity,
            path={"externalID": external_id},
            query={"include_credential": checked_sequence("include_credential", include_credential)},
            bucket="kratos-admin-medium",
        )

    def list_identities(
        self,
        *,
        per_page: int | None = None,
        page: int | None = None,
        page_size: int | None = None,
        page_token: str | None = None,
        consistency: str | None = None,
        ids: Sequence[str] | None = None,
        credentials_identifier: str | None = None,
        preview_credentials_identifier_similar: str | None = None,
        include_credential: Sequence[models.CredentialType | str] | None = None,
        organization_id: str | None = None,
    ) -> AsyncPager[models.Identity]:
        """List identities: all of them, or those that one filter picks. Filters cannot be combined.

        The filters are `ids`, up to 500, of which unknown ones are passed over; `credentials_identifier`, an e-mail
        address or user name, matched as a whole; `preview_credentials_identifier_similar`, a part of one, an experiment
        of the server's; and `organization_id`. `include_credential` is that of `get_identity`; without it, and
        without a filter by identifier, the identities have no credentials.

        `page_size` is 250 where it is not given; the server takes 1 to 500. `page` and `per_page` are the older
        spelling, which ends at 1000 identities. `consistency` is ``strong``, or ``eventual`` for a faster answer that
        is some seconds old; the Ory Network knows it.

        Raises `BadRequest` for two filters, and for a page token that is not the server's own.

        https://www.ory.com/docs/reference/api#tag/identity/operation/listIdentities
        """
        return self._list(
            "list_identities",
            "/admin/identities",
            models.Identity,
            query={
                "per_page": per_page,
                "page": page,
                "page_size": page_size,
                "page_token": page_token,
                "consistency": consistency,
                "ids": checked_sequence("ids", ids),
                "credentials_identifier": credentials_identifier,
                "preview_credentials_identifier_similar": preview_credentials_identifier_similar,
                "include_credential": checked_sequence("include_credential", include_credential),
                "organization_id": organization_id,
            },
            bucket="kratos-admin-medium",
        )

    async def update_identity(
        self, id: str, body: models.UpdateIdentityBody | Mapping[str, models.Json] | None = None
    ) -> models.Identity:
        """Replace an identity: what the body leaves out, such as metadata or the external id, is removed.

        Credentials are the exception: those in the body are added to the others, or take the place of their own kind (a
        password, a TOTP), and the rest stays. Unknown fields are passed over in silence. To change a part, see
        `patch_identity`.

        Raises `NotFound` when there is no such identity, `BadRequest` when the traits do not fit the schema, and
        `Conflict` when another identity has one of its identifiers.

        https://www.ory.com/docs/reference/api#tag/identity/operation/updateIdentity
        """
        return await self._call(
            "update_identity",
            PUT,
            "/admin/identities/{id}",
            models.Identity,
            path={"id": id},
            body=body,
            accepts=models.UpdateIdentityBody,
            body_optional=True,
            bucket="kratos-admin-low",
        )

    async def patch_identity(
        self, id: str, body: Sequence[models.JsonPatch | Mapping[str, models.Json]] | None = None
    ) -> models.Identity:
        """Change parts of an identity, by JSON Patch (RFC 6902): all of the changes are made, or none.

        Servers take the operations ``add``, ``remove`` and ``replace`` only. Never patch below
        ``/credentials``: some servers take it, and a person can be locked out by it.

        Raises `NotFound` when there is no such identity, `BadRequest` when a change cannot be made or the traits would
        not fit the schema, and `Conflict` when another identity has one of the identifiers.

        https://www.ory.com/docs/reference/api#tag/identity/operation/patchIdentity
        """
        return await self._call(
            "patch_identity",
            PATCH,
            "/admin/identities/{id}",
            models.Identity,
            path={"id": id},
            body=body,
            accepts=list[models.JsonPatch],
            body_optional=True,
            bucket="kratos-admin-low",
        )

    async def delete_identity(self, id: str) -> None:
        """Delete an identity, with its credentials and sessions, for good.

        Raises `NotFound` when there is no such identity, so also when it has been deleted before.

        https://www.ory.com/docs/reference/api#tag/identity/operation/deleteIdentity
        """
        return await self._call(
            "delete_identity",
            DELETE,
            "/admin/identities/{id}",
            None,
            path={"id": id},
            bucket="kratos-admin-low",
        )

    async def delete_identity_credentials(
        self, id: str, type: models.CredentialType | str, *, identifier: str | None = None
    ) -> None:
        """Take the credentials of one type away from an identity.

        `identifier` says which one, where there may be several, and is needed there: ``provider:subject`` for ``oidc``
        and ``saml``, the key's id for ``deviceauthn``. The type may be listed among the identity's credentials
        afterwards, without any content.

        Raises `BadRequest` without the identifier, and for types that cannot be deleted, such as ``code``; `NotFound`
        when the identity does not exist or has no such credential.

        https://www.ory.com/docs/reference/api#tag/identity/operation/deleteIdentityCredentials
        """
        return await self._call(
            "delete_identity_credentials",
            DELETE,
            "/admin/identities/{id}/credentials/{type}",
            None,
            path={"id": id, "type": type},
            query={"identifier": identifier},
            bucket="kratos-admin-low",
        )
