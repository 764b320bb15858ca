"""Import: identities made in batches, none lost and none made twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias
from uuid import uuid4

from .. import models
from ..errors import (
    ApiError,
    BadRequest,
    Conflict,
    InvalidRequest,
    NotFound,
    OryError,
    ServerError,
    UnprocessableEntity,
)
from ..messages import Headers
from ..models.base import Json
from ..redaction import redact, redact_text
from ..serialization import to_dict
from .pace import Pace
from .run import Batch, Result, UnknownOutcome, patiently

if TYPE_CHECKING:
    from ..client import Ory

Body: TypeAlias = models.CreateIdentityBody | Mapping[str, Json]
Numbered: TypeAlias = Sequence[tuple[int, Body]]
Results: TypeAlias = list[Result[Body]]

PLAIN_PASSWORDS = 200
"""How many identities a batch may have when one of them has a plain password."""

_READ, _LIST, _WRITE = "kratos-admin-medium", "kratos-admin-medium", "kratos-admin-low"
_TOO_LARGE = 413
_BY_CODE: dict[int, type[ApiError]] = {400: BadRequest, 409: Conflict, 422: UnprocessableEntity, 500: ServerError}


class Importer:
    """Makes the identities of a batch, and finds out what became of those whose answer was lost."""

    def __init__(self, ory: Ory) -> None:
        self._identity = ory.identity
        self._pace = Pace()
        self._schemas: dict[str, dict[str, Json]] = {}

    async def carry_out(self, batch: Batch[Body]) -> Results:
        async def work(again: bool) -> Results:
            results = await (self._recover(batch.items) if again else self._create(batch.items))
            failures = [result.error for result in results if isinstance(result.error, ServerError)]
            if len(failures) == len(results) > 1:  # it is the server that is not well, and not each of the identities
                raise failures[0]
            return results

        return await patiently(work, batch.again)

    async def _create(self, items: Numbered) -> Results:
        """Make identities; where the server refuses the whole batch, halve it until those that fail are found."""
        try:
            return await self._send(items)
        except Conflict as error:  # all of them conflict
            return [_failed(item, error) for item in items]
        except (ApiError, InvalidRequest) as error:
            if not _refuses_the_body(error):
                raise
            if len(items) == 1:
                return [_failed(items[0], error)]
        half = len(items) // 2
        return [*await self._create(items[:half]), *await self._create(items[half:])]

    async def _recover(self, items: Numbered) -> Results:
        """Make identities that may have been made before: what conflicts is looked up, and taken for made if found."""
        known = [(index, body) for index, body in items if await self._identifiers(body)]
        results = {result.index: result for result in (await self._create(known) if known else ())}
        conflicting = [item for item in known if isinstance(results[item[0]].error, Conflict)]
        found = {index: id for index, body in conflicting if (id := await self._find(body)) is not None}
        missing = [item for item in conflicting if item[0] not in found]
        if found and missing:  # a conflict of all hides what else is wrong with one
            results |= {result.index: result for result in await self._create(missing)}
        for index, body in items:
            if index in found:
                results[index] = Result(index, body, found[index], recovered=True)
            elif index not in results:
                results[index] = _failed((index, body), _unknown("it has neither an external id nor an identifier"))
        return [results[index] for index, _ in items]

    async def _send(self, items: Numbered) -> Results:
        names = [str(uuid4()) for _ in items]
        patches = [{"create": body, "patch_id": name} for name, (_, body) in zip(names, items, strict=True)]
        answer = await self._pace.call(_WRITE, self._identity.batch_patch_identities, {"identities": patches})
        told = {each.patch_id: each for each in answer.identities or () if each is not None}
        return [_result(item, told.get(name)) for item, name in zip(items, names, strict=True)]

    async def _find(self, body: Body) -> str | None:
        """The id of the identity that has the external id of this one, or else an identifier of it."""
        external_id = _member(body, "external_id")
        if isinstance(external_id, str) and external_id:
            try:
                return (await self._pace.call(_READ, self._identity.get_identity_by_external_id, external_id)).id
            except NotFound:
                return None
        for identifier in await self._identifiers(body):
            listed = self._identity.list_identities(credentials_identifier=identifier, page_size=1)
            for identity in await self._pace.call(_LIST, listed.page):
                return identity.id
        return None

    async def _identifiers(self, body: Body) -> list[str]:
        """What no other identity has: the external id, or else the identifiers among the traits, as the schema says."""
        external_id = _member(body, "external_id")
        if isinstance(external_id, str) and external_id:
            return [external_id]
        schema_id, traits = _member(body, "schema_id"), _member(body, "traits")
        if not isinstance(schema_id, str) or not schema_id:
            return []
        schema = self._schemas.get(schema_id)
        if schema is None:
            try:
                schema = await self._pace.call(_READ, self._identity.get_identity_schema, schema_id)
            except NotFound:
                schema = {}
            self._schemas[schema_id] = schema
        return list(identifiers(schema, {"traits": traits}))


def identifiers(schema: Json, value: Json) -> Iterator[str]:
    """The parts of a value that a schema makes identifiers to log in with."""
    credentials = _member(schema, "ory.sh/kratos", "credentials")
    marks = list(credentials.values()) if isinstance(credentials, Mapping) else []
    if isinstance(value, str) and value and any(_member(mark, "identifier") is True for mark in marks):
        yield value
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from identifiers(_member(schema, "properties", name), part)
    elif isinstance(value, list):
        for part in value:
            yield from identifiers(_member(schema, "items"), part)
    for combination in ("allOf", "anyOf", "oneOf"):
        parts = _member(schema, combination)
        for part in parts if isinstance(parts, list) else ():
            yield from identifiers(part, value)


def has_plain_password(body: Body) -> bool:
    """Whether the server would have to hash a password."""
    return bool(_member(body, "credentials", "password", "config", "password"))


def _member(value: object, *path: str) -> Json:
    """A member of a model or a mapping, or of one inside; None where there is none."""
    for name in path:
        if isinstance(value, Mapping):
            value = value.get(name)
        else:
            value = getattr(value, name, None) if isinstance(value, models.Model) else None
    return value


def _refuses_the_body(error: OryError) -> bool:
    """Whether a single identity may be to blame for the failure of a batch."""
    if isinstance(error, ServerError):
        return error.status == 500
    return isinstance(error, (BadRequest, UnprocessableEntity, InvalidRequest)) or (
        isinstance(error, ApiError) and error.status == _TOO_LARGE
    )


def _failed(item: tuple[int, Body], error: OryError) -> Result[Body]:
    return Result(*item, error=error)


def _unknown(why: str) -> UnknownOutcome:
    return UnknownOutcome(f"nobody can tell whether the identity was made: {why}")


def _result(item: tuple[int, Body], told: models.IdentityPatchResponse | None) -> Result[Body]:
    if told is None:
        return _failed(item, _unknown("the server did not answer to it"))
    if told.error is None and isinstance(told.identity, str):
        return Result(*item, told.identity)
    return _failed(item, _error(told.error))


def _error(told: Json) -> ApiError:
    """The error that the server tells of one item, as if it were that of a call."""
    facts = told if isinstance(told, Mapping) else {}
    code = facts.get("code")
    status = code if isinstance(code, int) else 0
    message, reason = (
        redact_text(text) if isinstance(text := facts.get(name), str) else None for name in ("message", "reason")
    )
    operation = "identity.batch_patch_identities"
    line = ": ".join(part for part in (operation, str(status or "no code"), message, reason) if part)
    return _BY_CODE.get(status, ApiError)(
        " ".join(line.split()),
        operation=operation,
        status=status,
        message=message,
        reason=reason,
        headers=Headers(),
        body=redact(to_dict(told)),
    )
