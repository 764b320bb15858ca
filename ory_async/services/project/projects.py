"""Projects and their configuration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ... import models
from ...operation import DELETE, GET, PATCH, POST, PUT
from ..base import Service


class ProjectOperations(Service):
    """Make, read, configure and delete projects, and check their permission models."""

    async def list_projects(self) -> list[models.ProjectMetadata]:
        """List the projects that the workspace API key has access to, without their configuration.

        https://www.ory.com/docs/reference/api#tag/project/operation/listProjects
        """
        return await self._call(
            "list_projects",
            GET,
            "/projects",
            list[models.ProjectMetadata],
            bucket="backoffice-admin-low",
        )

    async def create_project(
        self, body: models.CreateProjectBody | Mapping[str, models.Json] | None = None
    ) -> models.Project:
        """Make a project, with the configuration that Ory gives to new ones.

        Name and environment are needed. Raises `BadRequest` when the body cannot be used, `Forbidden` when
        the key may not make a project there.

        https://www.ory.com/docs/reference/api#tag/project/operation/createProject
        """
        return await self._call(
            "create_project",
            POST,
            "/projects",
            models.Project,
            body=body,
            accepts=models.CreateProjectBody,
            body_optional=True,
            bucket="backoffice-admin-low",
        )

    async def get_project(self, project_id: str) -> models.Project:
        """Fetch a project with its configuration, service by service.

        Raises `NotFound` when there is no such project, `Forbidden` when the key has no access to it.

        https://www.ory.com/docs/reference/api#tag/project/operation/getProject
        """
        return await self._call(
            "get_project",
            GET,
            "/projects/{project_id}",
            models.Project,
            path={"project_id": project_id},
            bucket="backoffice-admin-medium",
        )

    async def set_project(
        self, project_id: str, body: models.SetProject | Mapping[str, models.Json] | None = None
    ) -> models.SuccessfulProjectUpdate:
        """Replace the configuration of a project.

        The configuration of each service in the body takes the place of the whole one before, so read it first; to
        change a part, see `patch_project_with_revision`. Its form is that of the server's own configuration file. A
        ``version`` in it says which release it was written for; without one it is read as today's. What the Ory
        Network decides itself, such as ports and logs, is passed over: look at the ``warnings`` of the result.

        Raises `BadRequest` when the configuration is not valid, `NotFound` when there is no such project.

        https://www.ory.com/docs/reference/api#tag/project/operation/setProject
        """
        return await self._call(
            "set_project",
            PUT,
            "/projects/{project_id}",
            models.SuccessfulProjectUpdate,
            path={"project_id": project_id},
            body=body,
            accepts=models.SetProject,
            body_optional=True,
            bucket="backoffice-admin-low",
        )

    async def patch_project(
        self, project_id: str, body: Sequence[models.JsonPatch | Mapping[str, models.Json]] | None = None
    ) -> models.SuccessfulProjectUpdate:
        """Change parts of a project's configuration, whatever its revision is by now; deprecated.

        `patch_project_with_revision` does the same, but not on top of a change that you have not seen.

        https://www.ory.com/docs/reference/api#tag/project/operation/patchProject
        """
        return await self._call(
            "patch_project",
            PATCH,
            "/projects/{project_id}",
            models.SuccessfulProjectUpdate,
            path={"project_id": project_id},
            body=body,
            accepts=list[models.JsonPatch],
            body_optional=True,
            bucket="backoffice-admin-low",
        )

    async def patch_project_with_revision(
        self,
        project_id: str,
        revision_id: str,
        body: Sequence[models.JsonPatch | Mapping[str, models.Json]] | None = None,
    ) -> models.SuccessfulProjectUpdate:
        """Change parts of a project's configuration, by JSON Patch (RFC 6902): all of the changes are made, or none.

        Paths begin at the project, such as ``/services/identity/config/session/lifespan``. `revision_id` is that of
        the project when you read it; the result has the next one. What the Ory Network decides itself is passed over:
        look at the ``warnings`` of the result.

        Raises `Conflict` when somebody else changed the project since then: read it again. Raises `BadRequest` when a
        change cannot be made or makes the configuration invalid, `NotFound` when there is no such project.

        https://www.ory.com/docs/reference/api#tag/project/operation/patchProjectWithRevision
        """
        return await self._call(
            "patch_project_with_revision",
            PATCH,
            "/projects/{project_id}/revision/{revision_id}",
            models.SuccessfulProjectUpdate,
            path={"project_id": project_id, "revision_id": revision_id},
            body=body,
            accepts=list[models.JsonPatch],
            body_optional=True,
            bucket="backoffice-admin-low",
        )

    async def purge_project(self, project_id: str) -> None:
        """Delete a project with all of its data, identities and custom domains among them. It cannot be undone.

        A subscription has to be taken off the project before. Raises `NotFound` when there is no such project, so
        also when it has been deleted before.

        https://www.ory.com/docs/reference/api#tag/project/operation/purgeProject
        """
        return await self._call(
            "purge_project",
            DELETE,
            "/projects/{project_id}",
            None,
            path={"project_id": project_id},
            bucket="backoffice-admin-low",
        )

    async def validate_opl(self, project_id: str, body: str | None = None) -> models.OplValidateResult:
        """Check a permission model, given as text in OPL, as the project would when it is saved.

        Other than `check_opl_syntax` of the relationship service, it also holds the model against the limits of the
        project's subscription. ``errors`` of the result is empty when nothing is wrong. Raises `NotFound` when there
        is no such project.

        https://www.ory.com/docs/reference/api#tag/project/operation/validateOpl
        """
        return await self._call(
            "validate_opl",
            POST,
            "/projects/{project_id}/opl/validate",
            models.OplValidateResult,
            path={"project_id": project_id},
            body=body,
            accepts=str,
            body_optional=True,
            repeatable=True,
        )
