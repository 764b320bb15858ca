"""Workspaces of the Ory Network, by way of the console's API."""

from __future__ import annotations

from collections.abc import Mapping

from .. import models
from ..operation import DELETE, GET, POST, PUT
from ..pagination import AsyncPager
from .base import Service


class AsyncWorkspaceService(Service):
    """Make and change workspaces, list their projects, and manage their API keys.

    These operations are the console's: they take a workspace API key (``workspace_api_key``), and go to the console's
    own URL. A workspace is named by its id, a UUID.
    """

    tag = "workspace"
    product = "console"
    credential = "workspace_api_key"

    def list_workspaces(
        self, *, page_size: int | None = None, page_token: str | None = None
    ) -> AsyncPager[models.Workspace]:
        """List the workspaces that the key has access to.

        `page_size` is 250 where it is not given; the server takes 1 to 1000.

        https://www.ory.com/docs/reference/api#tag/workspace/operation/listWorkspaces
        """
        return self._list_inside(
            "list_workspaces",
            "/workspaces",
            models.ListWorkspaces,
            "workspaces",
            more="has_next_page",
            query={"page_size": page_size, "page_token": page_token},
            bucket="backoffice-admin-low",
        )

    async def create_workspace(
        self, body: models.CreateWorkspaceBody | Mapping[str, models.Json] | None = None
    ) -> models.Workspace:
        """Make a workspace; a name is needed.

        https://www.ory.com/docs/reference/api#tag/workspace/operation/createWorkspace
        """
        return await self._call(
            "create_workspace",
            POST,
            "/workspaces",
            models.Workspace,
            body=body,
            accepts=models.CreateWorkspaceBody,
            body_optional=True,
            bucket="backoffice-admin-low",
        )

    async def get_workspace(self, workspace: str) -> models.Workspace:
        """Fetch one workspace. Raises `Forbidden` when the key has no access to it.

        https://www.ory.com/docs/reference/api#tag/workspace/operation/getWorkspace
        """
        return await self._call(
            "get_workspace",
            GET,
            "/workspaces/{workspace}",
            models.Workspace,
            path={"workspace": workspace},
            bucket="backoffice-admin-medium",
        )

    async def update_workspace(
        self, workspace: str, body: models.UpdateWorkspaceBody | Mapping[str, models.Json] | None = None
    ) -> models.Workspace:
        """Change the name of a workspace, and who may enter it; only its owners may.

        https://www.ory.com/docs/reference/api#tag/workspace/operation/updateWorkspace
        """
        return await self._call(
            "update_workspace",
            PUT,
            "/workspaces/{workspace}",
            models.Workspace,
            path={"workspace": workspace},
            body=body,
            accepts=models.UpdateWorkspaceBody,
            body_optional=True,
            bucket="backoffice-admin-low",
        )

    async def list_workspace_projects(self, workspace: str) -> models.ListWorkspaceProjects:
        """List the projects of a workspace, without their configuration.

        The result tells by ``has_next_page`` whether there are more, but the API has no documented way to ask for
        them.

        https://www.ory.com/docs/reference/api#tag/workspace/operation/listWorkspaceProjects
        """
        return await self._call(
            "list_workspace_projects",
            GET,
            "/workspaces/{workspace}/projects",
            models.ListWorkspaceProjects,
            path={"workspace": workspace},
            bucket="backoffice-admin-low",
        )

    async def list_workspace_api_keys(self, workspace: str) -> list[models.WorkspaceApiKey]:
        """List the API keys of a workspace; of each only the last characters are told.

        https://www.ory.com/docs/reference/api#tag/workspace/operation/listWorkspaceApiKeys
        """
        return await self._call(
            "list_workspace_api_keys",
            GET,
            "/workspaces/{workspace}/tokens",
            list[models.WorkspaceApiKey],
            path={"workspace": workspace},
            bucket="backoffice-admin-low",
        )

    async def create_workspace_api_key(
        self, workspace: str, body: models.CreateWorkspaceApiKeyBody | Mapping[str, models.Json] | None = None
    ) -> models.WorkspaceApiKey:
        """Make an API key for a workspace. Its ``value`` comes back this once: keep it.

        A name is needed; a key without ``expires_at`` stays valid until it is deleted. Not repeated by itself after a
        lost connection, as the first attempt may have made a key.

        https://www.ory.com/docs/reference/api#tag/workspace/operation/createWorkspaceApiKey
        """
        return await self._call(
            "create_workspace_api_key",
            POST,
            "/workspaces/{workspace}/tokens",
            models.WorkspaceApiKey,
            path={"workspace": workspace},
            body=body,
            accepts=models.CreateWorkspaceApiKeyBody,
            body_optional=True,
            bucket="backoffice-admin-low",
        )

    async def delete_workspace_api_key(self, workspace: str, token_id: str) -> None:
        """Delete an API key of a workspace; it is refused from now on. `token_id` is the ``id`` of the key.

        https://www.ory.com/docs/reference/api#tag/workspace/operation/deleteWorkspaceApiKey
        """
        return await self._call(
            "delete_workspace_api_key",
            DELETE,
            "/workspaces/{workspace}/tokens/{token_id}",
            None,
            path={"workspace": workspace, "token_id": token_id},
            bucket="backoffice-admin-low",
        )
