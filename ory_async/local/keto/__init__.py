"""A Keto in memory: relation tuples, the Ory Permission Language, checks and expansion, over HTTP."""

from __future__ import annotations

from aiohttp import web

from .handlers import Handlers
from .model import DEFAULT_OPL, Model, read_namespaces
from .state import TupleStore

__all__ = ["Keto"]


class Keto:
    """A stateful Keto that answers like a real one, with all its planes on one application.

    `opl` is the permission model in the Ory Permission Language; a model with mistakes raises ValueError. By default
    there are the namespaces User, Group (members), Folder (viewers, parents; permit view) and File (owners, viewers,
    parents; permits view and edit). The other settings have Keto's defaults: `strict` is its strict mode, `max_depth`,
    `max_width`, `max_batch` and `max_expand` are its limits, `expand_rewrites` lets an expansion go through permits.
    """

    def __init__(
        self,
        *,
        opl: str | None = None,
        strict: bool = False,
        max_depth: int = 5,
        max_batch: int = 10,
        max_width: int = 100,
        max_expand: int = 4000,
        expand_rewrites: bool = False,
    ) -> None:
        model = Model(
            namespaces=read_namespaces(DEFAULT_OPL if opl is None else opl),
            strict=strict,
            max_read_depth=max_depth,
            max_read_width=max_width,
            max_batch_check_size=max_batch,
            max_expand_size=max_expand,
            expand_rewrites=expand_rewrites,
        )
        self._store = TupleStore()
        self._handlers = Handlers(self._store, model)

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the routes of the read, write and syntax planes, for one application."""
        return self._handlers.routes()

    def reset(self) -> None:
        """Forget all relation tuples; the namespaces stay."""
        self._store.clear()
