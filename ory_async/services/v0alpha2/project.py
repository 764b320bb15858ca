"""The old names of projects."""

from __future__ import annotations

from ..project import AsyncProjectService as Project
from .renaming import OldNames, Renaming

renamed = Renaming(Project)


class ProjectNames(OldNames):
    """Projects of the Ory Network, their members and API keys."""

    create_project = renamed(Project.create_project, create_project_body="body")
    create_project_api_key = renamed(Project.create_project_api_key, create_project_api_key_request="body")
    delete_project_api_key = renamed(Project.delete_project_api_key)
    get_project = renamed(Project.get_project)
    get_project_members = renamed(Project.get_project_members, project_id="project")
    list_project_api_keys = renamed(Project.list_project_api_keys)
    list_projects = renamed(Project.list_projects)
    patch_project = renamed(Project.patch_project, json_patch="body")
    purge_project = renamed(Project.purge_project)
    remove_project_member = renamed(Project.remove_project_member, project_id="project", member_id="member")
    update_project = renamed(Project.set_project, update_project="body")
