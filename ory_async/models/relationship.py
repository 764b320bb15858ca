"""Relation tuples, on which Keto bases its answers, and the namespaces that they live in.

A tuple such as ``File:readme#owners@User:alice`` says that a subject (``User:alice``) has a relation (``owners``) to an
object (``readme`` of the namespace ``File``).
"""

from __future__ import annotations

from typing import TypeAlias

from .base import Model, OpenEnum, model, wire

__all__ = [
    "CheckOplSyntaxBody",
    "CheckOplSyntaxResult",
    "CreateRelationshipBody",
    "Namespace",
    "ParseError",
    "RelationQuery",
    "Relationship",
    "RelationshipAction",
    "RelationshipNamespaces",
    "RelationshipPatch",
    "Relationships",
    "SourcePosition",
    "SubjectSet",
]


@model
class SubjectSet(Model):
    """All that have a relation to an object, such as the members of a group; or the object itself."""

    namespace: str
    object: str
    relation: str
    """Empty for the object itself: ``User:alice`` is namespace ``User``, object ``alice``, relation ``""``."""


@model
class Relationship(Model):
    """A relation tuple. Its subject is either `subject_id` or `subject_set`, never both.

    The same form serves as a question in a batch of checks.
    """

    namespace: str
    object: str
    relation: str
    subject_id: str | None = None
    """A subject by a plain name, which belongs to no namespace."""
    subject_set: SubjectSet | None = None


@model
class RelationQuery(Model):
    """Which relation tuples are meant; what is None matches anything. Give `subject_id` or `subject_set`, or neither."""

    namespace: str | None = None
    object: str | None = None
    relation: str | None = None
    subject_id: str | None = None
    """A subject by a plain name, which belongs to no namespace."""
    subject_set: SubjectSet | None = None


@model
class CreateRelationshipBody(Model):
    """A relation tuple to write, which may exist already. Give either `subject_id` or `subject_set`."""

    namespace: str | None = None
    object: str | None = None
    relation: str | None = None
    subject_id: str | None = None
    """A subject by a plain name, which belongs to no namespace."""
    subject_set: SubjectSet | None = None


class RelationshipAction(OpenEnum):
    """What a change does with a tuple; neither minds whether the tuple is there already."""

    INSERT = "insert"
    DELETE = "delete"


@model
class RelationshipPatch(Model):
    """One of several changes that are made together, or not at all."""

    action: RelationshipAction | str | None = None
    relation_tuple: Relationship | None = None


@model
class Relationships(Model):
    """One page of relation tuples, in no order that means anything."""

    relation_tuples: list[Relationship] | None = None
    next_page_token: str | None = None
    """Asks for the next page, with the same filters; empty on the last one."""


@model
class Namespace(Model):
    """A kind of objects, declared in the permission model, such as ``File`` or ``User``."""

    name: str | None = None


@model
class RelationshipNamespaces(Model):
    """The namespaces of the permission model in force."""

    namespaces: list[Namespace] | None = None


CheckOplSyntaxBody: TypeAlias = str
"""A permission model to check, as text in the Ory Permission Language."""


@model
class SourcePosition(Model):
    """A place in the source of a permission model."""

    line: int | None = wire("Line", default=None)
    """Counted from 1."""
    column: int | None = None
    """Counted from 0."""


@model
class ParseError(Model):
    """Something that the parser of the permission language does not accept, and where."""

    message: str | None = None
    start: SourcePosition | None = None
    end: SourcePosition | None = None


@model
class CheckOplSyntaxResult(Model):
    """What the parser thinks of a permission model."""

    errors: list[ParseError] | None = None
    """None, or empty, when it finds nothing wrong."""
