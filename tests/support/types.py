"""The Python types that the table's models stand for."""

from __future__ import annotations

import re
from typing import Any

import attrs

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

FURTHER_RESULTS: dict[str, Any] = {
    "oauth2.oauth2_authorize": str,
    "oidc.create_verifiable_credential": models.VerifiableCredentialPrimingResponse,
    "oidc.get_oidc_user_info": str,
    "oidc.revoke_oidc_session": str,
}
"""What some operations may return besides: a page, a JWT, the result that comes with an error's status."""


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
        return type_of(_items(type_of(model)))
    return type_of(model).__args__[0]


def _items(page: type[models.Model]) -> str:
    """The name of what the one list inside a page holds."""
    [name] = [found[1] for field in attrs.fields(page) if (found := re.match(r"list\[(\w+)\]", str(field.type)))]
    return name


def result_type(row: Row) -> Any:
    """What the method of a row returns."""
    kind = _main_result(row)
    return kind | FURTHER_RESULTS[row.id] if row.id in FURTHER_RESULTS else kind


def _main_result(row: Row) -> Any:
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
