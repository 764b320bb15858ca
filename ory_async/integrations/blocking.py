"""The core of the adapters for frameworks without async; see `guard`. It may be used from any number of threads."""

from __future__ import annotations

from typing import Unpack

import ory_async
from ory_sync import Ory
from ory_sync.blocking import BlockingService, blocking, plain

from .guard import Access, Guard, GuardOptions
from .problems import Asked

__all__ = ["BlockingAccess", "BlockingGuard"]


class BlockingAccess(BlockingService):
    __doc__ = Access.__doc__

    forget = blocking(Access.forget)
    optional_session = blocking(Access.optional_session)
    permission = blocking(Access.permission)
    revoked = blocking(Access.revoked)
    sealed = plain(Access.sealed)
    session = blocking(Access.session)


class BlockingGuard:
    """What the requests of an app have in common; without a client it takes the environment's."""

    def __init__(self, ory: Ory | None = None, **options: Unpack[GuardOptions]) -> None:
        self._guard = Guard(_from_env if ory is None else async_client(ory), **options)

    def access(self, asked: Asked) -> BlockingAccess:
        """What there is to know about one request."""
        return BlockingAccess(self._guard.access(asked))


def async_client(ory: Ory) -> ory_async.Ory:
    """The async client that a blocking one wraps."""
    return ory._ory  # noqa: SLF001


def _from_env() -> ory_async.Ory:
    return async_client(Ory.from_env())  # which is closed when the interpreter exits
