"""Questions to Keto and its answers: may this subject do that, and who may do it at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .base import Model, OpenEnum, model

if TYPE_CHECKING:
    from .relationship import Relationship, SubjectSet

__all__ = [
    "BatchCheckPermissionBody",
    "BatchCheckPermissionResult",
    "CheckPermissionResult",
    "CheckPermissionResultWithError",
    "ExpandedPermissionTree",
    "PermissionTreeType",
    "PostCheckPermissionBody",
    "PostCheckPermissionOrErrorBody",
]


@model
class PostCheckPermissionBody(Model):
    """A question: has the subject this relation to the object? Give either `subject_id` or `subject_set`.

    What is left out makes the answer a denial, not an error.
    """

    namespace: str | None = None
    object: str | None = None
    relation: str | None = None
    """A relation or a permit of the namespace, such as ``view``."""
    subject_id: str | None = None
    """A subject by a plain name. ``User:alice`` is none: that is a subject set with an empty relation."""
    subject_set: SubjectSet | None = None


@model
class PostCheckPermissionOrErrorBody(Model):
    """The same question as `PostCheckPermissionBody`, to the endpoint that mirrors the answer in the status."""

    namespace: str | None = None
    object: str | None = None
    relation: str | None = None
    """A relation or a permit of the namespace, such as ``view``."""
    subject_id: str | None = None
    """A subject by a plain name; see `PostCheckPermissionBody`."""
    subject_set: SubjectSet | None = None


@model
class CheckPermissionResult(Model):
    """The answer to a check; a denial is an answer, no error."""

    allowed: bool


@model
class BatchCheckPermissionBody(Model):
    """Several checks in one request; servers take 10 of them unless set otherwise."""

    tuples: list[Relationship] | None = None


@model
class CheckPermissionResultWithError(Model):
    """The answer to one of several checks."""

    allowed: bool
    """Always False when there is an `error`."""
    error: str | None = None
    """Why the answer is not known, such as ``max_depth_exceeded``; None when it is."""


@model
class BatchCheckPermissionResult(Model):
    """The answers to several checks."""

    results: list[CheckPermissionResultWithError]
    """In the order of the questions."""


class PermissionTreeType(OpenEnum):
    """How the children of a node make up its subjects; a ``leaf`` has none."""

    UNION = "union"
    EXCLUSION = "exclusion"
    INTERSECTION = "intersection"
    LEAF = "leaf"
    TUPLE_TO_SUBJECT_SET = "tuple_to_subject_set"
    COMPUTED_SUBJECT_SET = "computed_subject_set"
    NOT = "not"
    UNSPECIFIED = "unspecified"


@model
class ExpandedPermissionTree(Model):
    """Who has a relation to an object: a tree of subject sets with the subjects as its leaves.

    What lies beyond the depth or the size limit is cut off without a sign: a leaf may be a subject set.
    """

    type: PermissionTreeType | None = None
    """None when there is nothing to expand, as servers in strict mode say it."""
    tuple: Relationship | None = None
    """The subject of the node, as its `subject_id` or `subject_set`; the rest of it is empty."""
    children: list[ExpandedPermissionTree] | None = None
