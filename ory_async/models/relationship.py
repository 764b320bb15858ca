"""TODO"""

from __future__ import annotations

from .base import Model, OpenEnum, model, secret, wire

__all__ = [
    "CheckOplSyntaxResult",
    "CreateRelationshipBody",
    "Namespace",
    "ParseError",
    "Relationship",
    "RelationshipAction",
    "RelationshipNamespaces",
    "RelationshipPatch",
    "Relationships",
    "SourcePosition",
    "SubjectSet",
]


class RelationshipAction(OpenEnum):
    """TODO"""

    INSERT = "insert"
    DELETE = "delete"


@model
class Relationship(Model):
    """TODO Relationship"""

    namespace: str
    object: str
    relation: str
    subject_id: str | None = None
    subject_set: SubjectSet | None = None


@model
class SubjectSet(Model):
    """TODO"""

    namespace: str
    object: str
    relation: str


@model
class Relationships(Model):
    """TODO Paginated Relationship List"""

    next_page_token: str | None = secret(default=None)
    relation_tuples: list[Relationship] | None = None


@model
class RelationshipPatch(Model):
    """TODO Payload for patching a relationship"""

    action: RelationshipAction | str | None = None
    relation_tuple: Relationship | None = None


@model
class CreateRelationshipBody(Model):
    """TODO Create Relationship Request Body"""

    namespace: str | None = None
    object: str | None = None
    relation: str | None = None
    subject_id: str | None = None
    subject_set: SubjectSet | None = None


@model
class RelationshipNamespaces(Model):
    """TODO Relationship Namespace List"""

    namespaces: list[Namespace] | None = None


@model
class Namespace(Model):
    """TODO"""

    name: str | None = None


@model
class CheckOplSyntaxResult(Model):
    """TODO"""

    errors: list[ParseError] | None = None


@model
class ParseError(Model):
    """TODO"""

    end: SourcePosition | None = None
    message: str | None = None
    start: SourcePosition | None = None


@model
class SourcePosition(Model):
    """TODO"""

    line: int | None = wire("Line", default=None)
    column: int | None = None
