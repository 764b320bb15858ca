"""Changes to identities that are there: by a function, by JSON Patch, or for good."""

from __future__ import annotations

import contextlib
import copy
import inspect
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import attrs

from .. import models
from ..errors import InvalidRequest, NotFound, OryError
from ..models.base import NULL, Json
from ..serialization import to_dict
from .pace import Pace
from .run import Batch, Result, patiently, stops

if TYPE_CHECKING:
    from ..client import Ory

T = TypeVar("T")

Function: TypeAlias = Callable[[models.Identity], Awaitable[None] | None]
"""Changes the identity that it gets, in place; it may be async."""
Change: TypeAlias = Function | Sequence[models.JsonPatch | Mapping[str, Json]]
"""What to do with an identity: a function, or JSON Patch."""

_READ, _WRITE = "kratos-admin-high", "kratos-admin-low"
_CHANGEABLE = frozenset(
    {"traits", "metadata_public", "metadata_admin", "state", "schema_id", "external_id", "organization_id"}
)


async def update_with(ory: Ory, id: str, function: Function) -> models.Identity:
    """Read an identity, let `function` change it, and send the difference; gives the identity as it is then.

        def promote(identity: models.Identity) -> None:
            identity.metadata_public = {**(identity.metadata_public or {}), "plan": "gold"}

        await update_with(ory, id, promote)

    It sends JSON Patch (RFC 6902) for the members that differ, so what others change meanwhile in other members of the
    traits or metadata is kept, and nothing is sent where nothing differs. What others change in the *same* member
    between the reading and the writing is lost: servers know no version of an identity (no ETag), and refuse the
    operation ``test``. A list counts as one member.

    Raises `InvalidRequest` where the function changes what cannot be patched (credentials, addresses, the id),
    `NotFound` when there is no such identity, and the errors of `patch_identity`.
    """
    return await _change(Pace(), ory, id, function)


class Changer:
    """Carries out the batches of updates and deletions, one call after the other."""

    def __init__(self, ory: Ory) -> None:
        self._ory = ory
        self._pace = Pace()

    async def update(self, batch: Batch[tuple[str, Change]]) -> list[Result[tuple[str, Change]]]:
        async def update(item: tuple[str, Change]) -> str:
            match item:
                case (str(id), change):
                    return (await _change(self._pace, self._ory, id, change)).id
                case _:
                    raise InvalidRequest("an update is a pair: the id of an identity, and what to do with it")

        return [await _settled(index, item, update) for index, item in batch.items]

    async def delete(self, batch: Batch[str]) -> list[Result[str]]:
        async def delete(id: str) -> str:
            with contextlib.suppress(NotFound):  # gone by an earlier attempt, or by somebody else
                await self._pace.call(_WRITE, self._ory.identity.delete_identity, id)
            return id

        return [await _settled(index, item, delete) for index, item in batch.items]


async def _settled(index: int, item: T, work: Callable[[T], Awaitable[str]]) -> Result[T]:
    """What became of an item; raises an error that is about the run as a whole."""
    try:
        return Result(index, item, await patiently(lambda again: work(item), again=False))
    except OryError as error:
        if stops(error):
            raise
        return Result(index, item, error=error)


async def _change(pace: Pace, ory: Ory, id: str, change: Change) -> models.Identity:
    if not callable(change):
        return await pace.call(_WRITE, ory.identity.patch_identity, id, change)
    before = await pace.call(_READ, ory.identity.get_identity, id)
    try:
        after = copy.deepcopy(before)
    except RecursionError:
        raise InvalidRequest("update_with: the identity is nested too deeply to be copied and changed") from None
    changing = change(after)
    if inspect.isawaitable(changing):
        await changing
    patch = difference(before, after)
    return await pace.call(_WRITE, ory.identity.patch_identity, id, patch) if patch else before


def difference(before: models.Identity, after: models.Identity) -> list[models.JsonPatch]:
    """The JSON Patch that makes an identity of another one.

    Raises `InvalidRequest` where they differ in what cannot be patched.
    """
    patch: list[models.JsonPatch] = []
    for field in attrs.fields(models.Identity):
        old, new = getattr(before, field.name), getattr(after, field.name)
        if field.name in _CHANGEABLE:
            patch += _steps(f"/{field.name}", to_dict(old), None if new is NULL else to_dict(new))
        elif old != new:
            raise InvalidRequest(f"update_with: {field.name} of an identity cannot be changed by a patch")
    return patch


def _steps(path: str, old: Json, new: Json) -> Iterator[models.JsonPatch]:
    """The changes below a path; ``add`` also replaces what is there."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name in old.keys() - new.keys():
            yield models.JsonPatch(op="remove", path=_below(path, name))
        for name, value in new.items():
            if name not in old:
                yield models.JsonPatch(op="add", path=_below(path, name), value=value)
            else:
                yield from _steps(_below(path, name), old[name], value)
    elif not _same(old, new):
        yield models.JsonPatch(op="add", path=path, value=new)


def _below(path: str, name: str) -> str:
    return f"{path}/{name.replace('~', '~0').replace('/', '~1')}"


def _same(old: Json, new: Json) -> bool:
    """Whether two values are the same in JSON, where ``true`` is not 1."""
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(map(_same, old, new))
    if isinstance(old, dict) and isinstance(new, dict):
        return old.keys() == new.keys() and all(_same(old[name], new[name]) for name in old)
    return isinstance(old, bool) == isinstance(new, bool) and bool(old == new)
