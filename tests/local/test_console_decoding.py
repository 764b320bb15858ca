"""Every operation of the console, of Talos and of Ory Elements, and whether the models hold all that is answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import attrs

from ory_async import Ory
from ory_async.local import LocalOry
from ory_async.models import Model
from ory_async.pagination import Page
from tests.support.bodies import BODIES
from tests.support.strays import strays
from tests.support.table import ROWS

SERVICES = ("project", "workspace", "events", "elements", "api_keys")


def gaps(value: Any) -> Iterator[str]:
    """The fields inside a decoded value that a server has to send, and has not sent."""
    if isinstance(value, Model):
        for field in attrs.fields(type(value)):
            found = getattr(value, field.name)
            if found is None and field.default is attrs.NOTHING:
                yield f"{type(value).__name__}.{field.name}"
            yield from gaps(found)
    elif isinstance(value, list | Mapping):
        for item in value.values() if isinstance(value, Mapping) else value:
            yield from gaps(item)


class Calls:
    """Calls operations by the names of the table, and looks at what they give."""

    def __init__(self, ory: Ory) -> None:
        self._ory = ory
        self.made: set[str] = set()

    async def __call__(self, operation: str, *args: Any, **fields: Any) -> Any:
        service, name = operation.split(".")
        result = await getattr(getattr(self._ory, service), name)(*args, **fields)
        values = [*result] if isinstance(result, Page) else result
        assert [*strays(values), *gaps(values)] == [], operation
        self.made.add(operation)
        return result


async def call_projects(call: Calls) -> None:
    [workspace] = await call("workspace.list_workspaces")
    body = {**BODIES["createProjectBody"][0], "workspace_id": workspace.id}
    project = await call("project.create_project", body)
    id = project.id
    await call("project.list_projects")
    await call("project.get_project", id)
    services = {**BODIES["setProject"][0], "organizations": []}
    await call("project.set_project", id, services)
    updated = await call("project.patch_project", id, [{"op": "replace", "path": "/name", "value": "Shop"}])
    await call("project.patch_project_with_revision", id, updated.project.revision_id, [])
    await call("project.validate_opl", id, "class User")
    [member] = await call("project.get_project_members", id)
    await call("project.remove_project_member", id, member.id)
    key = await call("project.create_project_api_key", id, BODIES["createProjectApiKeyBody"][0])
    await call("project.list_project_api_keys", id)
    await call("project.delete_project_api_key", id, key.id)
    await call_organizations(call, id)
    await call("project.set_active_project_in_console", {"project_id": id})
    await call("project.get_active_project_in_console")
    now = datetime.now(UTC)
    await call("project.get_project_metrics", id, event_type="login", resolution="1h", from_=now, to=now)
    stream = await call("events.create_event_stream", id, BODIES["createEventStreamBody"][0])
    await call("events.list_event_streams", id)
    await call("events.set_event_stream", id, stream.id, {"status": "active"})
    await call("events.delete_event_stream", id, stream.id)
    await call("elements.get_configuration")
    await call("project.purge_project", id)


async def call_organizations(call: Calls, project: str) -> None:
    organization = await call("project.create_organization", project, BODIES["OrganizationBody"][0])
    ids = (project, organization.id)
    await call("project.list_organizations", project)
    await call("project.get_organization", *ids)
    await call("project.update_organization", *ids, BODIES["OrganizationBody"][1])
    create = BODIES["createOrganizationOnboardingPortalLinkBody"][0]
    link = await call("project.create_organization_onboarding_portal_link", *ids, create)
    await call("project.get_organization_onboarding_portal_links", *ids)
    update = BODIES["updateOrganizationOnboardingPortalLinkBody"][0]
    await call("project.update_organization_onboarding_portal_link", *ids, link.id, update)
    await call("project.delete_organization_onboarding_portal_link", *ids, link.id)
    await call("project.delete_organization", *ids)


async def call_workspaces(call: Calls) -> None:
    workspace = await call("workspace.create_workspace", BODIES["createWorkspaceBody"][0])
    await call("workspace.list_workspaces")
    await call("workspace.get_workspace", workspace.id)
    await call("workspace.update_workspace", workspace.id, BODIES["updateWorkspaceBody"][0])
    await call("project.create_project", {"name": "Shop", "environment": "dev", "workspace_id": workspace.id})
    await call("workspace.list_workspace_projects", workspace.id)
    key = await call("workspace.create_workspace_api_key", workspace.id, BODIES["CreateWorkspaceApiKeyBody"][0])
    await call("workspace.list_workspace_api_keys", workspace.id)
    await call("workspace.delete_workspace_api_key", workspace.id, key.id)


async def call_api_keys(call: Calls) -> None:
    here = {"ip_restriction": {"allowed_cidrs": ["127.0.0.0/8"]}}
    issued = await call("api_keys.admin_issue_api_key", {**BODIES["IssueApiKeyRequest"][0], **here})
    id, credential = issued.issued_api_key.key_id, {"credential": issued.secret}
    await call("api_keys.admin_get_issued_api_key", id)
    await call("api_keys.admin_list_issued_api_keys")
    await call("api_keys.admin_verify_api_key", credential)
    await call("api_keys.admin_batch_verify_api_keys", {"requests": [credential, {"credential": "nobody's"}]})
    await call("api_keys.admin_derive_token", {**BODIES["DeriveTokenRequest"][0], **credential})
    await call("api_keys.get_jwks")
    await call("api_keys.admin_update_issued_api_key", id, BODIES["adminUpdateIssuedApiKeyRequest"][0])
    rotated = await call("api_keys.admin_rotate_issued_api_key", id, {})
    revocation = BODIES["AdminRevokeIssuedApiKeyBody"][0]
    await call("api_keys.admin_revoke_issued_api_key", rotated.issued_api_key.key_id, revocation)
    imported = await call("api_keys.admin_import_api_key", BODIES["ImportApiKeyRequest"][0])
    more = {"requests": [{"raw_key": "another", "name": "a", "actor_id": "b"}, {}]}
    await call("api_keys.admin_batch_create_imported_api_keys", more)
    await call("api_keys.admin_get_imported_api_key", imported.key_id)
    await call("api_keys.admin_list_imported_api_keys")
    update = BODIES["adminUpdateImportedApiKeyRequest"][0]
    await call("api_keys.admin_update_imported_api_key", imported.key_id, update)
    await call("api_keys.admin_revoke_imported_api_key", imported.key_id, revocation)
    await call("api_keys.admin_get_imported_api_key", imported.key_id)
    await call("api_keys.admin_delete_imported_api_key", imported.key_id)
    await call("api_keys.revoke_api_key", {**BODIES["SelfRevokeApiKeyRequest"][0], "credential": "another"})


async def test_the_models_hold_all_that_is_answered(local: LocalOry) -> None:
    async with local.client() as ory:
        call = Calls(ory)
        for part in (call_projects, call_workspaces, call_api_keys):
            await part(call)
    assert call.made == {row.id for row in ROWS if row.service in SERVICES}
