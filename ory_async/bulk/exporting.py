"""Export: identities, page by page."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING

import attrs

from .. import models
from ..models.base import Json
from .checkpoint import Checkpoint
from .pace import Pace
from .run import File, OnProgress, Run

if TYPE_CHECKING:
    from ..client import Ory

_LIST = "kratos-admin-medium"


class Exporting(Run[models.Identity]):
    """A run that reads; a page is done when the next one is asked for."""

    def __init__(
        self,
        ory: Ory,
        *,
        filters: dict[str, Json],
        page_size: int,
        checkpoint: File | None,
        progress: OnProgress | None,
    ) -> None:
        super().__init__("export", filters, checkpoint, progress)
        self._ory = ory
        self._page_size = page_size

    async def _work(self, state: Checkpoint) -> AsyncGenerator[list[models.Identity], None]:
        pace = Pace()
        while not state.finished:
            listed = self._ory.identity.list_identities(
                page_size=self._page_size, page_token=state.token, **self._settings
            )
            page = await pace.call(_LIST, listed.page)
            if page:
                yield list(page)
            state.succeeded += len(page)
            state.done = attrs.evolve(state.done, count=state.done.count + len(page))
            state.finished = not page or page.next_page_token in (None, state.token)
            state.token = page.next_page_token
            await state.save()
            self._tell()
