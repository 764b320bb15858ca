"""Relationships: the relation tuples that permissions are made of, and the model that gives them meaning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .. import models
from ..operation import DELETE, GET, PATCH, POST, PUT
from ..pagination import AsyncPager
from .base import Service


class AsyncRelationshipService(Service):
    """Read and write relationships, also called relation tuples: this subject has this relation to this object.

    A subject is either a `subject_id`, or a subject set, whose three parts belong together: the empty relation of
    ``User:alice`` has to be given as well, as ``subject_set_relation=""``.
    """

    tag = "relationship"
    product = "keto"

    async def create_relationship(
        self, body: models.CreateRelationshipBody | Mapping[str, models.Json] | None = None
    ) -> models.Relationship:
        """Write a relationship. Writing one that exists is no error, but lists may then hold it twice.

        To delete it once is enough. Its relation need not be in the model. Of two subjects, the server keeps
        `subject_id`, but answers both.

        Raises `NotFound` for an unknown namespace, `BadRequest` without a subject.

        https://www.ory.com/docs/reference/api#tag/relationship/operation/createRelationship
        """
        return await self._call(
            "create_relationship",
            PUT,
            "/admin/relation-tuples",
            models.Relationship,
            body=body,
            accepts=models.CreateRelationshipBody,
            body_optional=True,
            bucket="keto-admin-low",
        )

    async def patch_relationships(
        self, body: Sequence[models.RelationshipPatch | Mapping[str, models.Json]] | None = None
    ) -> None:
        """Write and delete many relationships at once: all of it is done, or nothing.

        Each item has an action, ``insert`` or ``delete``, and a relationship. What exists already, or is gone already,
        is no error.

        Raises `NotFound` for an unknown namespace, `BadRequest` for an unknown action and without a subject.

        https://www.ory.com/docs/reference/api#tag/relationship/operation/patchRelationships
        """
        return await self._call(
            "patch_relationships",
            PATCH,
            "/admin/relation-tuples",
            None,
            body=body,
            accepts=list[models.RelationshipPatch],
            body_optional=True,
            bucket="keto-admin-low",
        )

    async def delete_relationships(
        self,
        *,
        namespace: str | None = None,
        object: str | None = None,
        relation: str | None = None,
        subject_id: str | None = None,
        subject_set_namespace: str | None = None,
        subject_set_object: str | None = None,
        subject_set_relation: str | None = None,
    ) -> None:
        """Delete every relationship that matches, however many there are.

        What is not given, or None, matches anything: with `namespace` alone every relationship of the namespace is
        gone, with `namespace` and `object` everybody's access to the object. So make sure that no value is None by
        mistake. To delete exactly one, give all its parts; an empty value matches the empty value only.

        Raises `BadRequest` when the subject set is incomplete, when there are two subjects, and, on today's servers,
        without a namespace; `NotFound` for an unknown namespace.

        https://www.ory.com/docs/reference/api#tag/relationship/operation/deleteRelationships
        """
        return await self._call(
            "delete_relationships",
            DELETE,
            "/admin/relation-tuples",
            None,
            query={
                "namespace": namespace,
                "object": object,
                "relation": relation,
                "subject_id": subject_id,
                "subject_set.namespace": subject_set_namespace,
                "subject_set.object": subject_set_object,
                "subject_set.relation": subject_set_relation,
            },
            bucket="keto-admin-low",
        )

    def get_relationships(
        self,
        *,
        page_size: int | None = None,
        page_token: str | None = None,
        namespace: str | None = None,
        object: str | None = None,
        relation: str | None = None,
        subject_id: str | None = None,
        subject_set_namespace: str | None = None,
        subject_set_object: str | None = None,
        subject_set_relation: str | None = None,
    ) -> AsyncPager[models.Relationship]:
        """List the relationships that match, in no order to rely on. What is not given matches anything.

        An empty value matches the empty value only. `page_size` is 100 where it is not given; the server takes up to
        500. A `page_token` goes with the filter that it came from.

        Raises `NotFound` for an unknown namespace, `BadRequest` when the subject set is incomplete, when there are two
        subjects, and for a page token of another filter.

        https://www.ory.com/docs/reference/api#tag/relationship/operation/getRelationships
        """
        return self._list_inside(
            "get_relationships",
            "/relation-tuples",
            models.Relationships,
            "relation_tuples",
            query={
                "page_size": page_size,
                "page_token": page_token,
                "namespace": namespace,
                "object": object,
                "relation": relation,
                "subject_id": subject_id,
                "subject_set.namespace": subject_set_namespace,
                "subject_set.object": subject_set_object,
                "subject_set.relation": subject_set_relation,
            },
            bucket="keto-admin-medium",
        )

    async def list_relationship_namespaces(self) -> models.RelationshipNamespaces:
        """List the namespaces of the permission model, by name.

        https://www.ory.com/docs/reference/api#tag/relationship/operation/listRelationshipNamespaces
        """
        return await self._call(
            "list_relationship_namespaces",
            GET,
            "/namespaces",
            models.RelationshipNamespaces,
            bucket="keto-admin-low",
        )

    async def check_opl_syntax(self, body: str | None = None) -> models.CheckOplSyntaxResult:
        """Check the source text of a permission model, in the Ory Permission Language (OPL).

        ``errors`` of the result, with their places in the text, are None where there are none. That much is also said
        of the empty text, and of some nonsense.

        https://www.ory.com/docs/reference/api#tag/relationship/operation/checkOplSyntax
        """
        return await self._call(
            "check_opl_syntax",
            POST,
            "/opl/syntax/check",
            models.CheckOplSyntaxResult,
            body=body,
            accepts=str,
            body_optional=True,
            repeatable=True,
            bucket="keto-admin-medium",
        )
