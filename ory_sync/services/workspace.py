"""Workspaces of the Ory Network, blocking."""

from __future__ import annotations

from ory_async.services.workspace import AsyncWorkspaceService

from ..blocking import BlockingService, blocking


class WorkspaceService(BlockingService):
    __doc__ = AsyncWorkspaceService.__doc__

    create_workspace = blocking(AsyncWorkspaceService.create_workspace)
    create_workspace_api_key = blocking(AsyncWorkspaceService.create_workspace_api_key)
    delete_workspace_api_key = blocking(AsyncWorkspaceService.delete_workspace_api_key)
    get_workspace = blocking(AsyncWorkspaceService.get_workspace)
    list_workspace_api_keys = blocking(AsyncWorkspaceService.list_workspace_api_keys)
    list_workspace_projects = blocking(AsyncWorkspaceService.list_workspace_projects)
    list_workspaces = blocking(AsyncWorkspaceService.list_workspaces)
    update_workspace = blocking(AsyncWorkspaceService.update_workspace)
