"""API keys of a project."""

from __future__ import annotations

from collections.abc import Mapping

from ... import models
from ...operation import DELETE, GET, POST
from ..base import Service


class KeyOperations(Service):
    """Make, list and delete the keys by which programs call a project's APIs."""

    async def list_project_api_keys(self, project: str) -> list[models.ProjectApiKey]:
        """List the API keys of a project; of each only the last characters are told.

        https://www.ory.com/docs/reference/api#tag/project/operation/listProjectApiKeys
        """
        return await self._call(
            "list_project_api_keys",
            GET,
            "/projects/{project}/tokens",
            list[models.ProjectApiKey],
            path={"project": project},
            bucket="backoffice-admin-low",
        )

    async def create_project_api_key(
        self, project: str, body: models.CreateProjectApiKeyBody | Mapping[str, models.Json] | None = None
    ) -> models.ProjectApiKey:
        """Make an API key for a project. Its ``value`` comes back this once: keep it.

        A name is needed; a key without ``expires_at`` stays valid until it is deleted. Not repeated by itself after a
        lost connection, as the first attempt may have made a key.

        https://www.ory.com/docs/reference/api#tag/project/operation/createProjectApiKey
        """
        return await self._call(
            "create_project_api_key",
            POST,
            "/projects/{project}/tokens",
            models.ProjectApiKey,
            path={"project": project},
            body=body,
            accepts=models.CreateProjectApiKeyBody,
            body_optional=True,
            bucket="backoffice-admin-low",
        )

    async def delete_project_api_key(self, project: str, token_id: str) -> None:
        """Delete an API key of a project; it is refused from now on. `token_id` is the ``id`` of the key.

        https://www.ory.com/docs/reference/api#tag/project/operation/deleteProjectApiKey
        """
        return await self._call(
            "delete_project_api_key",
            DELETE,
            "/projects/{project}/tokens/{token_id}",
            None,
            path={"project": project, "token_id": token_id},
            bucket="backoffice-admin-low",
        )
