"""Relationships: the relation tuples that permissions are made of, and the model that gives them meaning."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from .. import models
from ..errors import InvalidRequest
from ..operation import DELETE, GET, PATCH, POST, PUT, Parameters
from ..pagination import AsyncPager, ByToken, Page
from ..permissions import RelationTuple, Subject, SubjectSet, object_parts, subject_parts
from .base import Service

T = TypeVar("T")


class AsyncRelationshipService(Service):
    """Read and write relationships, also called relation tuples: this subject has this relation to this object.

    A subject is either a `subject_id`, or a subject set, whose three parts belong together: the empty relation of
    ``User:alice`` has to be given as well, as ``subject_set_relation=""``.
    """

    tag = "relationship"
    product = "keto"

    async def grant(
        self, object: str, relation: str, subject: Subject | None = None, *, subject_id: str | None = None
    ) -> None:
        """Give a subject a relation to an object, such as ``"File:readme", "owners", "User:alice"``.

        A subject with a colon is a subject set; `subject_id` gives a plain id in its place. To give what is given
        already is no error. The relation need not be in the model; a permit never counts.

        Raises `NotFound` for an unknown namespace, and `InvalidRequest` for what is not in the notation.

        https://www.ory.com/docs/reference/api#tag/relationship/operation/createRelationship
        """
        new = RelationTuple.of(object, relation, subject, subject_id=subject_id).to_model()
        await self.create_relationship(
            models.CreateRelationshipBody(
                namespace=new.namespace,
                object=new.object,
                relation=new.relation,
                subject_id=new.subject_id,
                subject_set=new.subject_set,
            )
        )

    async def revoke(
        self, object: str, relation: str, subject: Subject | None = None, *, subject_id: str | None = None
    ) -> None:
        """Take a relation to an object away from a subject: exactly this tuple, and no other.

        What the subject may do by another tuple, such as that of a group, stays. To take away what is not there is no
        error.

        Raises `NotFound` for an unknown namespace, and `InvalidRequest` for what is not in the notation.

        https://www.ory.com/docs/reference/api#tag/relationship/operation/deleteRelationships
        """
        await self.delete_relationships(**RelationTuple.of(object, relation, subject, subject_id=subject_id).parts())

    def subjects_of(
        self, object: str, relation: str, *, page_size: int | None = None, page_token: str | None = None
    ) -> AsyncPager[str | SubjectSet]:
        """List the subjects that were given a relation to an object; a string is a subject id.

        Only tuples that were written count: who has the relation as a member of a group, or by a permit of the model,
        is not among them. See `expand` of the permission service for the groups' members.

        Raises `NotFound` for an unknown namespace.

        https://www.ory.com/docs/reference/api#tag/relationship/operation/getRelationships
        """
        place = object_parts(object)
        listed = self.get_relationships(**place, relation=relation, page_size=page_size, page_token=page_token)
        return _each(listed, lambda relationship: RelationTuple.from_model(relationship).subject)

    def objects_of(
        self,
        namespace: str,
        relation: str,
        subject: Subject | None = None,
        *,
        subject_id: str | None = None,
        page_size: int | None = None,
        page_token: str | None = None,
    ) -> AsyncPager[str]:
        """List the names of the objects of a namespace to which a subject was given a relation.

        Only tuples that were written count, as in `subjects_of`: what the subject may do as a member of a group, or by
        a permit of the model, is not among them.

        Raises `NotFound` for an unknown namespace.

        https://www.ory.com/docs/reference/api#tag/relationship/operation/getRelationships
        """
        listed = self.get_relationships(
            namespace=namespace,
            relation=relation,
            page_size=page_size,
            page_token=page_token,
            **subject_parts(subject, subject_id),
        )
        return _each(listed, lambda relationship: relationship.object or "")

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
        mistake. To delete exactly one, see `revoke`, or give all its parts; an empty value matches the empty value
        only.

        Raises `InvalidRequest` when nothing is given, which would delete every relationship there is; `BadRequest` when
        the subject set is incomplete, when there are two subjects, and, on today's servers, without a namespace;
        `NotFound` for an unknown namespace.

        https://www.ory.com/docs/reference/api#tag/relationship/operation/deleteRelationships
        """
        query: Parameters = {
            "namespace": namespace,
            "object": object,
            "relation": relation,
            "subject_id": subject_id,
            "subject_set.namespace": subject_set_namespace,
            "subject_set.object": subject_set_object,
            "subject_set.relation": subject_set_relation,
        }
        if all(value is None for value in query.values()):
            raise InvalidRequest("relationship.delete_relationships: nothing is given, so it would delete everything")
        return await self._call(
            "delete_relationships", DELETE, "/admin/relation-tuples", None, query=query, bucket="keto-admin-low"
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


def _each(pager: AsyncPager[models.Relationship], function: Callable[[models.Relationship], T]) -> AsyncPager[T]:
    """A list with something else in the place of each item."""

    async def fetch(query: Parameters) -> Page[T]:
        page = await pager.fetch(query)
        return Page([function(item) for item in page if item is not None], page.next_page_token, page.total_count)

    return AsyncPager(fetch, pager.query, ByToken)
