"""The permission model of a local Keto: its namespaces and limits."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from ..answers import bad_request, not_found
from .opl import Namespace, Relation, parse

DEFAULT_OPL = """
import { Namespace, SubjectSet, Context } from "@ory/keto-namespace-types"

class User implements Namespace {}

class Group implements Namespace {
  related: {
    members: (User | SubjectSet<Group, "members">)[]
  }
}

class Folder implements Namespace {
  related: {
    parents: Folder[]
    viewers: (User | SubjectSet<Group, "members">)[]
  }
  permits = {
    view: (ctx: Context): boolean =>
      this.related.viewers.includes(ctx.subject) ||
      this.related.parents.traverse((parent) => parent.permits.view(ctx)),
  }
}

class File implements Namespace {
  related: {
    parents: (File | Folder)[]
    viewers: (User | SubjectSet<Group, "members">)[]
    owners: (User | SubjectSet<Group, "members">)[]
  }
  permits = {
    view: (ctx: Context): boolean =>
      this.related.viewers.includes(ctx.subject) ||
      this.related.owners.includes(ctx.subject) ||
      this.related.parents.traverse((parent) => parent.permits.view(ctx)),
    edit: (ctx: Context): boolean => this.related.owners.includes(ctx.subject),
  }
}
"""


@dataclass(frozen=True, slots=True)
class Model:
    """Namespaces, the mode and the limits, named as in Keto's configuration."""

    namespaces: Mapping[str, Namespace]
    strict: bool
    max_read_depth: int
    max_read_width: int
    max_batch_check_size: int
    max_expand_size: int
    expand_rewrites: bool

    def require_namespace(self, name: str) -> None:
        """Raise a 404 problem for a namespace the model does not have."""
        if name not in self.namespaces:
            raise not_found(f"Unknown namespace with name {json.dumps(name, ensure_ascii=False)}.")

    def find(self, namespace: str, relation: str) -> Relation | None:
        """Return a declared relation or permit, or None."""
        declared = self.namespaces.get(namespace)
        return declared.relations.get(relation) if declared else None

    def relation(self, namespace: str, relation: str) -> Relation | None:
        """Return a relation as checks look it up.

        None stands for the empty relation, an unknown namespace and a namespace without any relations; otherwise a
        relation must be declared, or this raises a 400 problem.
        """
        declared = self.namespaces.get(namespace)
        if not relation or declared is None or not declared.relations:
            return None
        if relation not in declared.relations:
            raise bad_request(f"relation {json.dumps(relation, ensure_ascii=False)} does not exist")
        return declared.relations[relation]

    def depth(self, wanted: int) -> int:
        """Return the depth of a read: what the request wants, within the limit; zero and less mean the limit."""
        return min(wanted, self.max_read_depth) if wanted > 0 else self.max_read_depth


def read_namespaces(source: str) -> dict[str, Namespace]:
    """Parse an OPL source; raises ValueError with the places of its mistakes."""
    namespaces, errors = parse(source)
    if errors:
        places = "; ".join(f"{error.start.line}:{error.start.column}: {error.message}" for error in errors)
        raise ValueError(f"The permission model is not valid OPL: {places}")
    return namespaces
