"""Projects of the Ory Network, blocking."""

from __future__ import annotations

from ory_async.services.project import AsyncProjectService

from ..blocking import BlockingService, blocking


class ProjectService(BlockingService):
    __doc__ = AsyncProjectService.__doc__

    create_organization = blocking(AsyncProjectService.create_organization)
    create_organization_onboarding_portal_link = blocking(
        AsyncProjectService.create_organization_onboarding_portal_link
    )
    create_project = blocking(AsyncProjectService.create_project)
    create_project_api_key = blocking(AsyncProjectService.create_project_api_key)
    delete_organization = blocking(AsyncProjectService.delete_organization)
    delete_organization_onboarding_portal_link = blocking(
        AsyncProjectService.delete_organization_onboarding_portal_link
    )
    delete_project_api_key = blocking(AsyncProjectService.delete_project_api_key)
    get_active_project_in_console = blocking(AsyncProjectService.get_active_project_in_console)
    get_organization = blocking(AsyncProjectService.get_organization)
    get_organization_onboarding_portal_links = blocking(AsyncProjectService.get_organization_onboarding_portal_links)
    get_project = blocking(AsyncProjectService.get_project)
    get_project_members = blocking(AsyncProjectService.get_project_members)
    get_project_metrics = blocking(AsyncProjectService.get_project_metrics)
    list_organizations = blocking(AsyncProjectService.list_organizations)
    list_project_api_keys = blocking(AsyncProjectService.list_project_api_keys)
    list_projects = blocking(AsyncProjectService.list_projects)
    patch_project = blocking(AsyncProjectService.patch_project)
    patch_project_with_revision = blocking(AsyncProjectService.patch_project_with_revision)
    purge_project = blocking(AsyncProjectService.purge_project)
    remove_project_member = blocking(AsyncProjectService.remove_project_member)
    set_active_project_in_console = blocking(AsyncProjectService.set_active_project_in_console)
    set_project = blocking(AsyncProjectService.set_project)
    update_organization = blocking(AsyncProjectService.update_organization)
    update_organization_onboarding_portal_link = blocking(
        AsyncProjectService.update_organization_onboarding_portal_link
    )
    validate_opl = blocking(AsyncProjectService.validate_opl)
