"""Errors that a self-service page has to explain to a person."""

from __future__ import annotations

from ... import models
from ...operation import GET
from .base import FrontendOperations


class ErrorOperations(FrontendOperations):
    """What the error page shows."""

    async def get_flow_error(self, *, id: str) -> models.FlowError:
        """Fetch the error that a browser was sent to the error page with.

        `id` comes in the query of that page's URL; ``stub:500`` gives a sample to try the page with. The error is a
        result here, whatever status it tells of.

        Raises `NotFound` when there is no such error.

        https://www.ory.com/docs/reference/api#tag/frontend/operation/getFlowError
        """
        return await self._call(
            "get_flow_error",
            GET,
            "/self-service/errors",
            models.FlowError,
            query={"id": id},
            bucket="kratos-public-high",
        )
