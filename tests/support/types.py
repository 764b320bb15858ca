"""The Python types that the table's models stand for."""

from __future__ import annotations

import re
from typing import Any

from ory_async import AsyncPager, Redirect, models

from .table import Row

_OTHER_KINDS: dict[str, Any] = {
    "checkOplSyntaxBody": str,
    "identitySchema": dict[str, Any],
    "identitySchemas": list[models.IdentitySchemaContainer],
    "jsonPatchDocument": list[models.JsonPatch],
    "str": str,
    "webAuthnJavaScript": str,
}
"""Models of the specification that are no classes here."""

REDIRECTS_WITH_JSON = frozenset({"frontend.update_recovery_flow", "frontend.update_verification_flow"})
"""The operations that answer a JSON client with a redirect; the others with both do so to pages only."""


def type_of(model: str) -> Any:
    """The class of a model of the specification, or what stands for it: a list, a text, free-form JSON."""
    if model in _OTHER_KINDS:
        return _OTHER_KINDS[model]
    if items := re.fullmatch(r"list\[(.*)\]", model):
        return list[type_of(items[1])]  # type: ignore[misc]
    return getattr(models, model[0].upper() + model[1:])


def item_type(row: Row) -> Any:
    """What the pages of a list hold."""
    model = row.result[1] or ""
    if row.paging == "keto_body":
        return type_of(model.removesuffix("s"))
    return type_of(model).__args__[0]


def result_type(row: Row) -> Any:
    """What the method of a row returns."""
    model = row.result[1]
    if row.paging is not None:
        return AsyncPager[item_type(row)]  # type: ignore[misc]
    kind: Any = type_of(model) if model else None
    if row.success == {"redirect"}:
        return Redirect
    if row.success == {"empty", "redirect"}:
        return Redirect | None
    if row.success == {"json", "empty"}:
        return kind | None
    if row.success == {"text", "redirect"} or row.id in REDIRECTS_WITH_JSON:
        return kind | Redirect
    return kind
