"""Links to the onboarding portal, where an organization sets up its own single sign-on."""

from __future__ import annotations

from collections.abc import Mapping

from ... import models
from ...operation import DELETE, GET, POST
from ..base import Service


class OnboardingOperations(Service):
    """Make, list, change and delete the links by which organizations set up single sign-on and SCIM themselves."""

    async def get_organization_onboarding_portal_links(
        self, project_id: str, organization_id: str
    ) -> models.OrganizationOnboardingPortalLinksResponse:
        """List the links of an organization.

        https://www.ory.com/docs/reference/api#tag/project/operation/getOrganizationOnboardingPortalLinks
        """
        return await self._call(
            "get_organization_onboarding_portal_links",
            GET,
            "/projects/{project_id}/organizations/{organization_id}/onboarding-portal-links",
            models.OrganizationOnboardingPortalLinksResponse,
            path={"project_id": project_id, "organization_id": organization_id},
            bucket="backoffice-admin-medium",
        )

    async def create_organization_onboarding_portal_link(
        self,
        project_id: str,
        organization_id: str,
        body: models.CreateOrganizationOnboardingPortalLinkBody | Mapping[str, models.Json] | None = None,
    ) -> models.OnboardingPortalLink:
        """Make a link and give it to the organization's administrator; ``value`` of the result is the link.

        Who has it can change how the people of the organization log in, until it expires.

        https://www.ory.com/docs/reference/api#tag/project/operation/createOrganizationOnboardingPortalLink
        """
        return await self._call(
            "create_organization_onboarding_portal_link",
            POST,
            "/projects/{project_id}/organizations/{organization_id}/onboarding-portal-links",
            models.OnboardingPortalLink,
            path={"project_id": project_id, "organization_id": organization_id},
            body=body,
            accepts=models.CreateOrganizationOnboardingPortalLinkBody,
            body_optional=True,
            bucket="backoffice-admin-low",
        )

    async def update_organization_onboarding_portal_link(
        self,
        project_id: str,
        organization_id: str,
        onboarding_portal_link_id: str,
        body: models.UpdateOrganizationOnboardingPortalLinkBody | Mapping[str, models.Json] | None = None,
    ) -> models.OnboardingPortalLink:
        """Change when a link expires, and what can be set up by it.

        https://www.ory.com/docs/reference/api#tag/project/operation/updateOrganizationOnboardingPortalLink
        """
        return await self._call(
            "update_organization_onboarding_portal_link",
            POST,
            "/projects/{project_id}/organizations/{organization_id}/onboarding-portal-links/{onboarding_portal_link_id}",
            models.OnboardingPortalLink,
            path={
                "project_id": project_id,
                "organization_id": organization_id,
                "onboarding_portal_link_id": onboarding_portal_link_id,
            },
            body=body,
            accepts=models.UpdateOrganizationOnboardingPortalLinkBody,
            body_optional=True,
            bucket="backoffice-admin-low",
        )

    async def delete_organization_onboarding_portal_link(
        self, project_id: str, organization_id: str, onboarding_portal_link_id: str
    ) -> None:
        """Delete a link, so that it leads nowhere.

        https://www.ory.com/docs/reference/api#tag/project/operation/deleteOrganizationOnboardingPortalLink
        """
        return await self._call(
            "delete_organization_onboarding_portal_link",
            DELETE,
            "/projects/{project_id}/organizations/{organization_id}/onboarding-portal-links/{onboarding_portal_link_id}",
            None,
            path={
                "project_id": project_id,
                "organization_id": organization_id,
                "onboarding_portal_link_id": onboarding_portal_link_id,
            },
            bucket="backoffice-admin-low",
        )
