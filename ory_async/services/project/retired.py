"""What the console's API had once: the project chosen in the console, and metrics."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from ... import models
from ...operation import GET, PUT
from ..base import Service


class RetiredOperations(Service):
    """Operations that are gone from the API since its version 1.21, for servers that still have them.

    They came before workspace API keys, and take the client's other credential (``auth``, or ``api_key``).
    """

    async def get_active_project_in_console(self) -> models.ActiveProjectInConsole:
        """Tell which project is chosen in the Ory Console. Retired: gone from the API since its version 1.21.

        It takes the client's ``auth``, not the workspace API key. Raises `NotFound` from servers that do not have it
        any more.

        https://www.ory.com/docs/reference/api#tag/project/operation/getActiveProjectInConsole
        """
        return await self._call(
            "get_active_project_in_console",
            GET,
            "/console/active/project",
            models.ActiveProjectInConsole,
            credential="api_key",
        )

    async def set_active_project_in_console(
        self, body: models.SetActiveProjectInConsoleBody | Mapping[str, models.Json] | None = None
    ) -> None:
        """Choose the project to be shown in the Ory Console. Retired: gone from the API since its version 1.21.

        It takes the client's ``auth``, not the workspace API key. Raises `NotFound` from servers that do not have it
        any more.

        https://www.ory.com/docs/reference/api#tag/project/operation/setActiveProjectInConsole
        """
        return await self._call(
            "set_active_project_in_console",
            PUT,
            "/console/active/project",
            None,
            body=body,
            accepts=models.SetActiveProjectInConsoleBody,
            body_optional=True,
            credential="api_key",
        )

    async def get_project_metrics(
        self, project_id: str, *, event_type: str, resolution: str, from_: datetime, to: datetime
    ) -> models.GetProjectMetricsResponse:
        """Count the events of one type in a span of time. Retired: gone from the API since its version 1.21.

        `resolution` is the length of each step as a duration, such as ``1h``. It takes the client's ``auth``, not the
        workspace API key. Raises `NotFound` from servers that do not have it any more.

        https://www.ory.com/docs/reference/api#tag/project/operation/getProjectMetrics
        """
        return await self._call(
            "get_project_metrics",
            GET,
            "/projects/{project_id}/metrics",
            models.GetProjectMetricsResponse,
            path={"project_id": project_id},
            query={"event_type": event_type, "resolution": resolution, "from": from_, "to": to},
            credential="api_key",
        )
