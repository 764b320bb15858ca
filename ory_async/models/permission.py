"""TODO"""

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


class PermissionTreeType(OpenEnum):
    """TODO"""

    UNION = "union"
    EXCLUSION = "exclusion"
    INTERSECTION = "intersection"
    LEAF = "leaf"
    TUPLE_TO_SUBJECT_SET = "tuple_to_subject_set"
    COMPUTED_SUBJECT_SET = "computed_subject_set"
    NOT = "not"
    UNSPECIFIED = "unspecified"


@model
class CheckPermissionResult(Model):
    """TODO The content of the allowed field is mirrored in the HTTP status code."""

    allowed: bool


@model
class BatchCheckPermissionBody(Model):
    """TODO Batch Check Permission Body"""

    tuples: list[Relationship] | None = None


@model
class BatchCheckPermissionResult(Model):
    """TODO Batch Check Permission Result"""

    results: list[CheckPermissionResultWithError]


@model
class CheckPermissionResultWithError(Model):
    """TODO Check Permission Result With Error"""

    allowed: bool
    error: str | None = None


@model
class PostCheckPermissionBody(Model):
    """TODO Check Permission using Post Request Body"""

    namespace: str | None = None
    object: str | None = None
    relation: str | None = None
    subject_id: str | None = None
    subject_set: SubjectSet | None = None


@model
class PostCheckPermissionOrErrorBody(Model):
    """TODO Post Check Permission Or Error Body"""

    namespace: str | None = None
    object: str | None = None
    relation: str | None = None
    subject_id: str | None = None
    subject_set: SubjectSet | None = None


@model
class ExpandedPermissionTree(Model):
    """TODO"""

    type: PermissionTreeType
    children: list[ExpandedPermissionTree] | None = None
    tuple: Relationship | None = None
