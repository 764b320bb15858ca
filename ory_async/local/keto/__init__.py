"""A Keto in memory: relation tuples, the Ory Permission Language, checks and expansion, over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from ..answers import Problem
from .handlers import Handlers
from .model import DEFAULT_OPL, Model, read_namespaces
from .options import KetoOptions
from .state import TupleStore
from .wire import RELATION_TUPLE, BadJson, fitting, read_tuple

__all__ = ["Keto", "KetoOptions"]


class Keto:
    """A stateful Keto that answers like a real one, with all its planes on one application.

    `opl` is the permission model in the Ory Permission Language; a model with mistakes raises ValueError. By default
    there are the namespaces User, Group (members), Folder (viewers, parents; permit view) and File (owners, viewers,
    parents; permits view and edit). `options` are the other settings.
    """

    def __init__(self, *, opl: str | None = None, options: KetoOptions | None = None) -> None:
        options = options or KetoOptions()
        self._model = Model(
            namespaces=read_namespaces(DEFAULT_OPL if opl is None else opl),
            strict=options.strict,
            max_read_depth=options.max_depth,
            max_read_width=options.max_width,
            max_batch_check_size=options.max_batch,
            max_expand_size=options.max_expand,
            expand_rewrites=options.expand_rewrites,
        )
        self._store = TupleStore()

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the routes of the read, write and syntax planes, for one application."""
        return Handlers(self._store, self._model).routes()

    def add_tuple(self, item: Mapping[str, Any]) -> None:
        """Write a tuple given as in the API. Raises Problem when Keto would refuse it."""
        try:
            checked = fitting(item, RELATION_TUPLE)
        except BadJson as error:
            raise Problem(400, str(error)) from None
        self._store.add(read_tuple(checked, self._model))

    def reset(self) -> None:
        """Forget all relation tuples; the namespaces stay."""
        self._store.clear()
