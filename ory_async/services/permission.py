"""Permissions: questions to Keto, answered from relationships and the permission model."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence

from .. import models
from ..errors import InvalidRequest
from ..operation import GET, POST, AlsoResult
from ..permissions import (
    BATCH,
    RelationTuple,
    Subject,
    SubjectSet,
    Tree,
    TupleLike,
    answer_to,
    answers_to,
    as_tuple,
    batch_of,
    object_parts,
    sure,
)
from .base import Service

_BATCHES_AT_ONCE = 8


class AsyncPermissionService(Service):
    """Check permissions, and see who has a relation to an object.

    A subject is either a `subject_id`, or a subject set, whose three parts belong together: the empty relation of
    ``User:alice`` has to be given as well, as ``subject_set_relation=""``.
    """

    tag = "permission"
    product = "keto"

    async def is_allowed(
        self,
        object: str,
        relation: str,
        subject: Subject | None = None,
        *,
        subject_id: str | None = None,
        max_depth: int | None = None,
    ) -> bool:
        """Tell whether a subject has a relation to an object, such as ``"File:readme", "view", "User:alice"``.

        `relation` is a relation or a permit of the model. A subject with a colon is a subject set; `subject_id` gives a
        plain id in its place. `max_depth` is that of `check_permission`, as are the answers: servers that are not
        strict say no where a limit was too small.

        Raises `UnprocessableEntity` from a strict server that ran into a limit, `BadRequest` for an unknown relation,
        and `InvalidRequest` for what is not in the notation.

        https://www.ory.com/docs/reference/api#tag/permission/operation/checkPermission
        """
        asked = RelationTuple.of(object, relation, subject, subject_id=subject_id)
        result = await self.check_permission(**asked.parts(), max_depth=max_depth)
        return sure(answer_to(asked, result.allowed))

    async def are_allowed(
        self, tuples: Iterable[TupleLike], *, max_depth: int | None = None, batch_size: int = BATCH
    ) -> list[bool]:
        """Tell for each of many tuples whether it holds, in their order.

        A tuple is a `RelationTuple`, its notation, or three parts: ``("File:readme", "view", "User:alice")``. They go
        in batches of `batch_size`, as many as the server takes in one request, several of them at the same time.

        Raises `Unanswered` when the server has no answer to one of them, such as for an unknown namespace or, from a
        strict server, where a limit was reached; `InvalidRequest` for what is no tuple.

        https://www.ory.com/docs/reference/api#tag/permission/operation/batchCheckPermission
        """
        if not isinstance(batch_size, int) or batch_size < 1:
            raise InvalidRequest("permission.are_allowed: batch_size must be a whole number, at least 1")
        asked = [as_tuple(each) for each in tuples]
        batches = [asked[at : at + batch_size] for at in range(0, len(asked), batch_size)]
        answers: list[bool] = []
        for at in range(0, len(batches), _BATCHES_AT_ONCE):
            for answered in await self._check_batches(batches[at : at + _BATCHES_AT_ONCE], max_depth):
                answers += answered
        return answers

    async def _check_batches(self, batches: list[list[RelationTuple]], max_depth: int | None) -> list[list[bool]]:
        """Check batches at the same time; when one fails, the others are given up."""

        async def check(batch: list[RelationTuple]) -> list[bool]:
            result = await self.batch_check_permission(batch_of(batch), max_depth=max_depth)
            return [sure(answer) for answer in answers_to(batch, result)]

        tasks = [asyncio.ensure_future(check(batch)) for batch in batches]
        try:
            return await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def expand(self, object: str, relation: str, *, max_depth: int | None = None) -> Tree:
        """Show who has a relation to an object, such as ``"File:readme", "owners"``, as a tree that prints well.

        It sees through subject sets, such as groups, up to `max_depth`; ``subjects()`` of the tree lists its leaves.

        Raises `NotFound` for an unknown namespace, and `Unanswered` where a strict server finds no such relation.

        https://www.ory.com/docs/reference/api#tag/permission/operation/expandPermissions
        """
        place = object_parts(object)
        asked = SubjectSet(place["namespace"], place["object"], relation)
        told = await self.expand_permissions(
            namespace=asked.namespace, object=asked.object, relation=relation, max_depth=max_depth
        )
        return Tree.of(asked, told)

    async def check_permission(
        self,
        *,
        namespace: str | None = None,
        object: str | None = None,
        relation: str | None = None,
        subject_id: str | None = None,
        subject_set_namespace: str | None = None,
        subject_set_object: str | None = None,
        subject_set_relation: str | None = None,
        max_depth: int | None = None,
    ) -> models.CheckPermissionResult:
        """Check whether a subject has a relation to an object. ``allowed`` of the result is the answer.

        `max_depth` limits how far relations are followed; the server's own limit holds where it is 0 or not given. Many
        servers say no when a limit was too small, as they do for an unknown namespace.

        Raises `UnprocessableEntity` from a strict server that ran into a limit: the answer is unknown, not no. Raises
        `BadRequest` when a part of the tuple is missing, when there are two subjects, and for an unknown relation.

        https://www.ory.com/docs/reference/api#tag/permission/operation/checkPermission
        """
        return await self._call(
            "check_permission",
            GET,
            "/relation-tuples/check/openapi",
            models.CheckPermissionResult,
            query={
                "namespace": namespace,
                "object": object,
                "relation": relation,
                "subject_id": subject_id,
                "subject_set.namespace": subject_set_namespace,
                "subject_set.object": subject_set_object,
                "subject_set.relation": subject_set_relation,
                "max-depth": max_depth,
            },
            bucket="keto-public-high",
        )

    async def check_permission_or_error(
        self,
        *,
        namespace: str | None = None,
        object: str | None = None,
        relation: str | None = None,
        subject_id: str | None = None,
        subject_set_namespace: str | None = None,
        subject_set_object: str | None = None,
        subject_set_relation: str | None = None,
        max_depth: int | None = None,
    ) -> models.CheckPermissionResult:
        """Check whether a subject has a relation to an object, like `check_permission`.

        The server tells a denial by the status 403 here. It is an answer all the same, and no error: ``allowed`` is
        False.

        https://www.ory.com/docs/reference/api#tag/permission/operation/checkPermissionOrError
        """
        return await self._call(
            "check_permission_or_error",
            GET,
            "/relation-tuples/check",
            models.CheckPermissionResult,
            query={
                "namespace": namespace,
                "object": object,
                "relation": relation,
                "subject_id": subject_id,
                "subject_set.namespace": subject_set_namespace,
                "subject_set.object": subject_set_object,
                "subject_set.relation": subject_set_relation,
                "max-depth": max_depth,
            },
            also=AlsoResult(403, "allowed", models.CheckPermissionResult),
            bucket="keto-public-high",
        )

    async def post_check_permission(
        self,
        body: models.PostCheckPermissionBody | Mapping[str, models.Json] | None = None,
        *,
        max_depth: int | None = None,
    ) -> models.CheckPermissionResult:
        """Check whether a subject has a relation to an object, given in a body.

        It answers like `check_permission`, but takes more: a missing namespace, object or relation makes a denial, and
        of two subjects `subject_id` counts.

        Raises `UnprocessableEntity` when the answer is unknown, and `BadRequest` without a subject and for an unknown
        relation.

        https://www.ory.com/docs/reference/api#tag/permission/operation/postCheckPermission
        """
        return await self._call(
            "post_check_permission",
            POST,
            "/relation-tuples/check/openapi",
            models.CheckPermissionResult,
            query={"max-depth": max_depth},
            body=body,
            accepts=models.PostCheckPermissionBody,
            body_optional=True,
            repeatable=True,
            bucket="keto-public-high",
        )

    async def post_check_permission_or_error(
        self,
        body: models.PostCheckPermissionOrErrorBody | Mapping[str, models.Json] | None = None,
        *,
        max_depth: int | None = None,
    ) -> models.CheckPermissionResult:
        """Check whether a subject has a relation to an object, like `post_check_permission`.

        The server tells a denial by the status 403 here. It is an answer all the same, and no error: ``allowed`` is
        False.

        https://www.ory.com/docs/reference/api#tag/permission/operation/postCheckPermissionOrError
        """
        return await self._call(
            "post_check_permission_or_error",
            POST,
            "/relation-tuples/check",
            models.CheckPermissionResult,
            query={"max-depth": max_depth},
            body=body,
            accepts=models.PostCheckPermissionOrErrorBody,
            body_optional=True,
            repeatable=True,
            also=AlsoResult(403, "allowed", models.CheckPermissionResult),
            bucket="keto-public-high",
        )

    async def batch_check_permission(
        self,
        body: models.BatchCheckPermissionBody | Mapping[str, models.Json] | None = None,
        *,
        max_depth: int | None = None,
    ) -> models.BatchCheckPermissionResult:
        """Check many relationships at once; the results come in the order of the tuples.

        Look at the ``error`` of each result: where it is set, the answer is unknown, and ``allowed`` is False for
        safety only. An unknown namespace is such an error here.

        Raises `InvalidRequest` for a null among the tuples, which servers crash on, and `BadRequest` for more tuples
        than the server takes (10 by default).

        https://www.ory.com/docs/reference/api#tag/permission/operation/batchCheckPermission
        """
        _refuse_nulls(body)
        return await self._call(
            "batch_check_permission",
            POST,
            "/relation-tuples/batch/check",
            models.BatchCheckPermissionResult,
            query={"max-depth": max_depth},
            body=body,
            accepts=models.BatchCheckPermissionBody,
            body_optional=True,
            repeatable=True,
            bucket="keto-public-high",
        )

    async def expand_permissions(
        self, *, namespace: str, object: str, relation: str, max_depth: int | None = None
    ) -> models.ExpandedPermissionTree:
        """Show who has a relation to an object, as a tree of subjects and subject sets.

        The subject of a node is in its ``tuple``, whose other fields are empty; inner nodes may have none. Where there
        is nothing to expand, or the limit `max_depth` is reached, stands a leaf that is a subject set. Permissions of
        the model are mostly not expanded. A strict server that finds nothing answers with an error inside a success:
        then ``type`` of the tree is None, and ``extra`` holds the error.

        Raises `NotFound` for an unknown namespace.

        https://www.ory.com/docs/reference/api#tag/permission/operation/expandPermissions
        """
        return await self._call(
            "expand_permissions",
            GET,
            "/relation-tuples/expand",
            models.ExpandedPermissionTree,
            query={"namespace": namespace, "object": object, "relation": relation, "max-depth": max_depth},
            bucket="keto-admin-medium",
        )


def _refuse_nulls(body: object) -> None:
    """Refuse a batch with a null among its tuples: Keto breaks the connection on it, and may go down altogether."""
    tuples = body.get("tuples") if isinstance(body, Mapping) else getattr(body, "tuples", None)
    if isinstance(tuples, Sequence):
        for index, item in enumerate(tuples):
            if item is None or item is models.NULL:
                raise InvalidRequest(f"permission.batch_check_permission: tuples[{index}] is null")
