"""Permissions in the notation of relation tuples, blocking; see `ory_async.permissions`."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from ory_async import permissions
from ory_async.permissions import RelationTuple as RelationTuple
from ory_async.permissions import Subject as Subject
from ory_async.permissions import SubjectSet as SubjectSet
from ory_async.permissions import Tree as Tree
from ory_async.permissions import TupleLike as TupleLike
from ory_async.permissions import Unanswered as Unanswered

from .blocking import BlockingService, blocking
from .client import Ory

__all__ = ["Coalescer", "RelationTuple", "Subject", "SubjectSet", "Tree", "TupleLike", "Unanswered"]


class Coalescer(BlockingService):
    """Joins checks of many threads into batches, so that many small questions become few requests.

        with Coalescer(ory, delay=0.002) as permissions:
            permissions.is_allowed("File:readme", "view", "User:alice")

    See `ory_async.permissions.Coalescer`.
    """

    def __init__(
        self, ory: Ory, *, max_batch: int = permissions.BATCH, delay: float = 0.0, max_depth: int | None = None
    ) -> None:
        around = ory._ory  # noqa: SLF001 - the async client that it wraps
        super().__init__(permissions.Coalescer(around, max_batch=max_batch, delay=delay, max_depth=max_depth))

    close = blocking(permissions.Coalescer.close)
    is_allowed = blocking(permissions.Coalescer.is_allowed)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
