"""The people who work on a project."""

from __future__ import annotations

from ... import models
from ...operation import DELETE, GET
from ..base import Service


class MemberOperations(Service):
    """List and remove the members of a project."""

    async def get_project_members(self, project: str) -> list[models.ProjectMember]:
        """List the people who may work on a project, and what each of them may do.

        The caller has to be an owner or a developer of the project.

        https://www.ory.com/docs/reference/api#tag/project/operation/getProjectMembers
        """
        return await self._call(
            "get_project_members",
            GET,
            "/projects/{project}/members",
            list[models.ProjectMember],
            path={"project": project},
            bucket="backoffice-admin-low",
        )

    async def remove_project_member(self, project: str, member: str) -> None:
        """Take a person off a project. `member` is the ``id`` of the member.

        The caller has to be an owner of the project. The invitation that made them a member becomes ``removed``.

        https://www.ory.com/docs/reference/api#tag/project/operation/removeProjectMember
        """
        return await self._call(
            "remove_project_member",
            DELETE,
            "/projects/{project}/members/{member}",
            None,
            path={"project": project, "member": member},
            bucket="backoffice-admin-low",
        )
