"""What Ory Elements, the components of log-in pages, ask of a project."""

from __future__ import annotations

from .. import models
from ..operation import GET
from .base import Service


class AsyncElementsService(Service):
    """Read how a project's log-in pages are to look and behave. Only the Ory Network has this."""

    tag = "elements"
    # It lies at the project's own URL, beside what browsers call of Kratos, and no server of one's own has it: so its
    # plane is the public one of Kratos, which on the Ory Network is that URL.
    product = "kratos"
    credential = None

    async def get_configuration(self) -> models.ElementsConfiguration:
        """Fetch the part of the project's configuration that its log-in pages need. Nothing of it is secret.

        Raises `NotFound` from servers of your own, which do not have it.

        https://www.ory.com/docs/reference/api#tag/elements/operation/getConfiguration
        """
        return await self._call(
            "get_configuration",
            GET,
            "/elements/configuration",
            models.ElementsConfiguration,
        )
