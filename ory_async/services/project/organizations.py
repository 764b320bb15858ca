"""Organizations of a project, one by one."""

from __future__ import annotations

from collections.abc import Mapping

from ... import models
from ...operation import DELETE, GET, POST, PUT
from ...pagination import AsyncPager
from ..base import Service


class OrganizationOperations(Service):
    """Make, read, change and delete organizations. Deprecated: today they are part of a project's configuration."""

    def list_organizations(
        self,
        project_id: str,
        *,
        page_size: int | None = None,
        page_token: str | None = None,
        domain: str | None = None,
    ) -> AsyncPager[models.Organization]:
        """List the organizations of a project; deprecated, as ``organizations`` of `get_project` has them.

        `domain` picks those that have this domain. `page_size` is 250 where it is not given; the server takes 1 to
        1000.

        https://www.ory.com/docs/reference/api#tag/project/operation/listOrganizations
        """
        return self._list_inside(
            "list_organizations",
            "/projects/{project_id}/organizations",
            models.ListOrganizationsResponse,
            "organizations",
            more="has_next_page",
            path={"project_id": project_id},
            query={"page_size": page_size, "page_token": page_token, "domain": domain},
            bucket="backoffice-admin-medium",
        )

    async def create_organization(
        self, project_id: str, body: models.OrganizationBody | Mapping[str, models.Json] | None = None
    ) -> models.Organization:
        """Make an organization; deprecated: add it to the project by `patch_project_with_revision`.

        Raises `Conflict` when it clashes with another organization, `BadRequest` when the body cannot be used.

        https://www.ory.com/docs/reference/api#tag/project/operation/createOrganization
        """
        return await self._call(
            "create_organization",
            POST,
            "/projects/{project_id}/organizations",
            models.Organization,
            path={"project_id": project_id},
            body=body,
            accepts=models.OrganizationBody,
            body_optional=True,
            bucket="backoffice-admin-low",
        )

    async def get_organization(self, project_id: str, organization_id: str) -> models.GetOrganizationResponse:
        """Fetch one organization; deprecated, as ``organizations`` of `get_project` has it.

        Raises `NotFound` when there is none.

        https://www.ory.com/docs/reference/api#tag/project/operation/getOrganization
        """
        return await self._call(
            "get_organization",
            GET,
            "/projects/{project_id}/organizations/{organization_id}",
            models.GetOrganizationResponse,
            path={"project_id": project_id, "organization_id": organization_id},
            bucket="backoffice-admin-medium",
        )

    async def update_organization(
        self,
        project_id: str,
        organization_id: str,
        body: models.OrganizationBody | Mapping[str, models.Json] | None = None,
    ) -> models.Organization:
        """Change an organization; deprecated: change it by `patch_project_with_revision`.

        Raises `NotFound` when there is none, `Conflict` when it clashes with another organization.

        https://www.ory.com/docs/reference/api#tag/project/operation/updateOrganization
        """
        return await self._call(
            "update_organization",
            PUT,
            "/projects/{project_id}/organizations/{organization_id}",
            models.Organization,
            path={"project_id": project_id, "organization_id": organization_id},
            body=body,
            accepts=models.OrganizationBody,
            body_optional=True,
            bucket="backoffice-admin-low",
        )

    async def delete_organization(self, project_id: str, organization_id: str) -> None:
        """Delete an organization, for good; deprecated: remove it by `patch_project_with_revision`.

        Raises `NotFound` when there is none, so also when it has been deleted before.

        https://www.ory.com/docs/reference/api#tag/project/operation/deleteOrganization
        """
        return await self._call(
            "delete_organization",
            DELETE,
            "/projects/{project_id}/organizations/{organization_id}",
            None,
            path={"project_id": project_id, "organization_id": organization_id},
            bucket="backoffice-admin-low",
        )
