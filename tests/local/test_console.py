from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import aiohttp
import pytest

from ory_async import Ory, errors, models
from ory_async.local import ConsoleOptions, KratosOptions, LocalOry
from ory_async.models import NULL

NOBODY = "11111111-1111-4111-8111-111111111111"


@pytest.fixture
async def ory(local: LocalOry) -> AsyncIterator[Ory]:
    async with local.client() as ory:
        yield ory


@pytest.fixture
async def project(ory: Ory) -> models.Project:
    return await ory.project.create_project(models.CreateProjectBody(name="Shop", environment="prod"))


async def status_of(local: LocalOry, path: str, authorization: str | None = None) -> int:
    headers = {"Authorization": authorization} if authorization else {}
    async with aiohttp.ClientSession() as session, session.get(local.url + path, headers=headers) as answer:
        return answer.status


# projects


async def test_there_are_a_workspace_and_a_project_from_the_start(ory: Ory) -> None:
    [workspace] = await ory.workspace.list_workspaces()
    [metadata] = await ory.project.list_projects()
    assert (metadata.slug, metadata.workspace_id) == ("local", workspace.id)
    assert metadata.workspace == workspace
    assert (await ory.workspace.list_workspace_projects(workspace.id)).projects == [metadata]


async def test_a_project_from_its_creation_to_its_end(ory: Ory) -> None:
    [workspace] = await ory.workspace.list_workspaces()
    body = models.CreateProjectBody(name="Shop", environment="stage", home_region="us-east", workspace_id=workspace.id)
    created = await ory.project.create_project(body)
    assert (created.name, created.environment, created.home_region) == ("Shop", "stage", "us-east")
    assert created.workspace_id == workspace.id
    assert await ory.project.get_project(created.id) == created
    assert created.id in [each.id for each in await ory.project.list_projects()]
    await ory.project.purge_project(created.id)
    with pytest.raises(errors.NotFound):
        await ory.project.get_project(created.id)
    with pytest.raises(errors.NotFound):
        await ory.project.purge_project(created.id)


@pytest.mark.parametrize(
    "body",
    [
        {"name": "", "environment": "prod"},
        {"name": "Shop"},
        {"name": "Shop", "environment": "moon"},
        {"name": "Shop", "environment": "dev", "home_region": "moon"},
        {"name": 1, "environment": "dev"},
    ],
)
async def test_a_project_that_cannot_be_made(ory: Ory, body: dict[str, Any]) -> None:
    with pytest.raises(errors.BadRequest):
        await ory.project.create_project(body)


async def test_a_project_cannot_be_made_in_an_unknown_workspace(ory: Ory) -> None:
    with pytest.raises(errors.NotFound):
        await ory.project.create_project({"name": "Shop", "environment": "dev", "workspace_id": NOBODY})


async def test_a_patch_makes_a_new_revision(ory: Ory, project: models.Project) -> None:
    patch = [
        models.JsonPatch(op="replace", path="/name", value="Store"),
        models.JsonPatch(op="replace", path="/services/identity/config/session/lifespan", value="72h"),
        models.JsonPatch(op="add", path="/services/oauth2/config/urls/self/issuer", value="https://shop.example"),
        models.JsonPatch(op="add", path="/services/permission/config/namespaces/-", value={"id": 1}),
        models.JsonPatch(op="remove", path="/services/identity/config/selfservice/flows/error"),
        models.JsonPatch(op="test", path="/name", value="Store"),
        models.JsonPatch(op="copy", from_="/services/oauth2/config/urls", path="/services/talos/config/urls"),
        models.JsonPatch(op="move", from_="/services/talos/config/urls/self", path="/services/talos/config/moved"),
    ]
    result = await ory.project.patch_project_with_revision(project.id, project.revision_id, patch)
    changed = result.project
    assert result.warnings == []
    assert changed.revision_id != project.revision_id
    assert changed.name == "Store"
    assert changed.services.identity
    assert changed.services.oauth2
    assert changed.services.talos
    assert changed.services.identity.config["session"]["lifespan"] == "72h"
    assert "error" not in changed.services.identity.config["selfservice"]["flows"]
    assert changed.services.oauth2.config["urls"] == {"self": {"issuer": "https://shop.example"}}
    assert changed.services.talos.config == {"urls": {}, "moved": {"issuer": "https://shop.example"}}
    assert await ory.project.get_project(project.id) == changed
    with pytest.raises(errors.Conflict):
        await ory.project.patch_project_with_revision(project.id, project.revision_id, patch)
    assert (await ory.project.patch_project(project.id, [])).project.name == "Store"


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "remove", "path": "/services/identity/config/nothing"},
        {"op": "test", "path": "/name", "value": "another"},
        {"op": "replace", "path": "/id", "value": NOBODY},
        {"op": "remove", "path": "/slug"},
        {"op": "add", "path": "/colour", "value": "red"},
        {"op": "replace", "path": "/name", "value": ""},
        {"op": "add", "path": "/services/kitchen", "value": {"config": {}}},
        {"op": "replace", "path": "/cors_public/origins", "value": [1]},
        {"op": "add", "path": "/organizations/01", "value": {}},
        {"op": "add", "path": "/organizations/1", "value": {"label": "Books", "domains": []}},
        {"op": "move", "from": "/services", "path": "/services/identity"},
        {"op": "add", "path": "/name"},
        {"op": "add", "path": "", "value": {}},
        {"op": "add", "path": "/name/first", "value": 1},
        {"op": "paint", "path": "/name"},
    ],
    ids=str,
)
async def test_a_patch_is_made_as_a_whole_or_not_at_all(
    ory: Ory, project: models.Project, operation: dict[str, Any]
) -> None:
    patch = [{"op": "replace", "path": "/name", "value": "Store"}, operation]
    with pytest.raises(errors.BadRequest):
        await ory.project.patch_project(project.id, patch)
    assert await ory.project.get_project(project.id) == project


async def test_a_patch_compares_as_json_does(ory: Ory, project: models.Project) -> None:
    await ory.project.patch_project(project.id, [{"op": "add", "path": "/services/talos/config/a", "value": [True]}])
    await ory.project.patch_project(project.id, [{"op": "test", "path": "/services/talos/config/a", "value": [True]}])
    with pytest.raises(errors.BadRequest, match="another"):
        await ory.project.patch_project(project.id, [{"op": "test", "path": "/services/talos/config/a", "value": [1]}])


async def test_a_patch_that_is_nested_too_deeply(local: LocalOry, project: models.Project) -> None:
    value = "[" * 800 + "]" * 800
    body = f'[{{"op": "add", "path": "/services/talos/config/a", "value": {value}}}]'
    async with (
        aiohttp.ClientSession(headers={"Authorization": "Bearer ory_wak_local"}) as session,
        session.patch(f"{local.url}/projects/{project.id}", data=body) as answer,
    ):
        assert answer.status == 400
        assert "deeply" in (await answer.json())["error"]["reason"]


async def test_a_configuration_takes_the_place_of_the_one_before(ory: Ory, project: models.Project) -> None:
    services = models.ProjectServices(
        oauth2=models.ProjectServiceOAuth2(config={"strategies": {"scope": "exact"}, "serve": {"port": 1}})
    )
    body = models.SetProject(
        name="Store",
        services=services,
        cors_public=models.ProjectCors(enabled=True, origins=["https://shop.example"]),
        cors_admin=models.ProjectCors(enabled=False),
        organizations=[models.BasicOrganization(id=NOBODY, label="Books", domains=["books.example"])],
    )
    result = await ory.project.set_project(project.id, body)
    assert [warning.message for warning in result.warnings] == [
        "serve of oauth2 was passed over, since the Ory Network decides it itself"
    ]
    changed = result.project
    assert changed.services.oauth2 == models.ProjectServiceOAuth2(config={"strategies": {"scope": "exact"}})
    assert changed.services.identity == project.services.identity
    assert changed.cors_public == body.cors_public
    assert changed.organizations == body.organizations
    assert [each.id for each in await ory.project.list_organizations(project.id)] == [NOBODY]
    with pytest.raises(errors.BadRequest, match="cors_public"):
        await ory.project.set_project(project.id, {"name": "Store", "services": {}})


async def test_a_permission_model_is_checked(ory: Ory, project: models.Project) -> None:
    good = await ory.project.validate_opl(project.id, "class User implements Namespace {}")
    bad = await ory.project.validate_opl(project.id, "class User\n implements {}")
    assert good.errors == []
    assert [error.start and error.start.line for error in bad.errors or []] == [2]


async def test_members_can_be_removed(ory: Ory, project: models.Project) -> None:
    [owner] = await ory.project.get_project_members(project.id)
    assert owner.role is models.MemberRole.OWNER
    await ory.project.remove_project_member(project.id, owner.id)
    assert await ory.project.get_project_members(project.id) == []
    with pytest.raises(errors.NotFound):
        await ory.project.remove_project_member(project.id, owner.id)


async def test_what_is_retired(ory: Ory, project: models.Project) -> None:
    assert (await ory.project.get_active_project_in_console()).project_id is None
    await ory.project.set_active_project_in_console(models.SetActiveProjectInConsoleBody(project_id=project.id))
    assert (await ory.project.get_active_project_in_console()).project_id == project.id
    to = datetime.now(UTC)
    metrics = partial(ory.project.get_project_metrics, project.id, event_type="login", to=to, from_=to)
    assert (await metrics(resolution="1h")).data == []
    with pytest.raises(errors.BadRequest):
        await metrics(resolution="often")
    with pytest.raises(errors.NotFound):
        await ory.project.set_active_project_in_console({"project_id": NOBODY})


# API keys


async def test_a_request_without_a_key_is_refused(local: LocalOry) -> None:
    assert await status_of(local, "/projects") == 401
    assert await status_of(local, "/workspaces", "Basic b3J5OndhaA==") == 401
    assert await status_of(local, "/projects", "Bearer no-key-of-ory") == 401
    assert await status_of(local, "/projects", "bearer ory_wak_anything") == 200
    async with Ory(local.url, workspace_api_key="nobodys") as stranger:
        with pytest.raises(errors.Unauthorized):
            await stranger.project.list_projects()


async def test_only_known_keys_when_wished() -> None:
    async with LocalOry(console=ConsoleOptions(only_known_keys=True)) as local:
        assert await status_of(local, "/projects", "Bearer ory_wak_anything") == 401
        async with local.client() as ory:
            assert len(await ory.project.list_projects()) == 1


async def test_a_workspace_key_is_good_until_it_is_deleted(local: LocalOry, ory: Ory) -> None:
    [workspace] = await ory.workspace.list_workspaces()
    created = await ory.workspace.create_workspace_api_key(workspace.id, models.CreateWorkspaceApiKeyBody(name="CI"))
    assert created.value
    assert created.value.startswith("ory_wak_")
    assert (created.workspace_id, created.last_characters) == (workspace.id, created.value[-4:])
    first, second = await ory.workspace.list_workspace_api_keys(workspace.id)
    assert (first.name, second.id, second.value) == ("local", created.id, None)
    async with Ory(local.url, workspace_api_key=created.value) as other:
        await other.workspace.get_workspace(workspace.id)
        await ory.workspace.delete_workspace_api_key(workspace.id, created.id)
        with pytest.raises(errors.Unauthorized):
            await other.workspace.get_workspace(workspace.id)
    assert len(await ory.workspace.list_workspace_api_keys(workspace.id)) == 1
    with pytest.raises(errors.NotFound):
        await ory.workspace.delete_workspace_api_key(workspace.id, created.id)


async def test_a_key_expires(local: LocalOry, ory: Ory) -> None:
    [project] = await ory.project.list_projects()
    body = models.CreateProjectApiKeyBody(name="CI", expires_at=datetime.now(UTC) + timedelta(hours=1))
    key = await ory.project.create_project_api_key(project.id, body)
    assert key.expires_at == body.expires_at
    assert await status_of(local, "/projects", f"Bearer {key.value}") == 200
    local.clock.advance(3601)
    assert await status_of(local, "/projects", f"Bearer {key.value}") == 401


async def test_project_keys_go_with_their_project(local: LocalOry, ory: Ory, project: models.Project) -> None:
    key = await ory.project.create_project_api_key(project.id, models.CreateProjectApiKeyBody(name="CI"))
    other = await ory.project.create_project_api_key(project.id, models.CreateProjectApiKeyBody(name="CD"))
    await ory.project.delete_project_api_key(project.id, other.id)
    assert [each.id for each in await ory.project.list_project_api_keys(project.id)] == [key.id]
    await ory.project.purge_project(project.id)
    assert await status_of(local, "/projects", f"Bearer {key.value}") == 401


@pytest.mark.parametrize("body", [{}, {"name": ""}, {"name": "CI", "expires_at": "tomorrow"}])
async def test_a_key_that_cannot_be_made(ory: Ory, project: models.Project, body: dict[str, Any]) -> None:
    with pytest.raises(errors.BadRequest):
        await ory.project.create_project_api_key(project.id, body)


# workspaces


async def test_workspaces(ory: Ory) -> None:
    created = await ory.workspace.create_workspace(models.CreateWorkspaceBody(name="Books"))
    assert await ory.workspace.get_workspace(created.id) == created
    body = models.UpdateWorkspaceBody(name="More books", access_policy="CHECK_ORGANIZATION_AND_WORKSPACE_MEMBERSHIP")
    changed = await ory.workspace.update_workspace(created.id, body)
    assert (changed.name, changed.access_policy) == (body.name, body.access_policy)
    assert await ory.workspace.get_workspace(created.id) == changed
    assert (await ory.workspace.list_workspace_projects(created.id)).projects == []
    with pytest.raises(errors.Forbidden):
        await ory.workspace.get_workspace(NOBODY)


async def test_workspaces_come_in_pages(ory: Ory) -> None:
    made = {(await ory.workspace.create_workspace({"name": f"{number}"})).id for number in range(4)}
    pages = [page async for page in ory.workspace.list_workspaces(page_size=2).pages()]
    assert [len(page) for page in pages] == [2, 2, 1]
    assert made < {workspace.id for page in pages for workspace in page}
    refused: list[dict[str, Any]] = [{"page_size": 1001}, {"page_size": -1}, {"page_token": "made-up"}]
    for wrong in refused:
        with pytest.raises(errors.BadRequest):
            await ory.workspace.list_workspaces(**wrong)


# organizations


async def test_an_organization_from_its_creation_to_its_end(ory: Ory, project: models.Project) -> None:
    body = models.OrganizationBody(
        label="Books", domains=["books.example"], default_region="eu", session_lifespan="1h30m"
    )
    created = await ory.project.create_organization(project.id, body)
    assert (created.label, created.domains, created.default_region) == ("Books", ["books.example"], "eu")
    after = await ory.project.get_project(project.id)
    assert [each.id for each in after.organizations] == [created.id]
    assert after.revision_id != project.revision_id
    changed = await ory.project.update_organization(
        project.id, created.id, models.OrganizationBody(label="Books & Co", session_lifespan="")
    )
    assert (changed.label, changed.domains, changed.session_lifespan) == ("Books & Co", ["books.example"], None)
    assert changed.created_at == created.created_at
    assert (await ory.project.get_organization(project.id, created.id)).organization == changed
    await ory.project.delete_organization(project.id, created.id)
    with pytest.raises(errors.NotFound):
        await ory.project.delete_organization(project.id, created.id)


async def test_organizations_are_found_by_domain(ory: Ory, project: models.Project) -> None:
    for name in ("books", "shoes", "hats"):
        await ory.project.create_organization(project.id, {"label": name, "domains": [f"{name}.example"]})
    found = await ory.project.list_organizations(project.id, domain="shoes.example")
    assert [each.label for each in found] == ["shoes"]
    everything = [each.label async for each in ory.project.list_organizations(project.id, page_size=1)]
    assert sorted(everything) == ["books", "hats", "shoes"]


async def test_two_organizations_cannot_have_one_domain(ory: Ory, project: models.Project) -> None:
    await ory.project.create_organization(project.id, {"label": "Books", "domains": ["books.example"]})
    other = await ory.project.create_organization(project.id, {"label": "Shoes", "domains": []})
    with pytest.raises(errors.Conflict):
        await ory.project.create_organization(project.id, {"label": "More", "domains": ["BOOKS.example"]})
    with pytest.raises(errors.Conflict):
        await ory.project.update_organization(project.id, other.id, {"domains": ["books.example"]})


@pytest.mark.parametrize(
    "body",
    [
        {"domains": []},
        {"label": "Books", "domains": [1]},
        {"label": "Books", "default_region": "moon"},
        {"label": "Books", "session_lifespan": "1s"},
        {"label": "Books", "session_lifespan": "8761h"},
        {"label": "Books", "session_lifespan": "long"},
    ],
)
async def test_an_organization_that_cannot_be_made(ory: Ory, project: models.Project, body: dict[str, Any]) -> None:
    with pytest.raises(errors.BadRequest):
        await ory.project.create_organization(project.id, body)


async def test_links_to_the_onboarding_portal(ory: Ory, project: models.Project) -> None:
    organization = await ory.project.create_organization(project.id, {"label": "Books"})
    place = (project.id, organization.id)
    body = models.CreateOrganizationOnboardingPortalLinkBody(
        enable_sso=True, enable_scim=False, saml_mapper_url="https://shop.example/saml.jsonnet"
    )
    created = await ory.project.create_organization_onboarding_portal_link(*place, body)
    assert (created.project_id, created.organization_id) == place
    assert created.saml_mapper_url == body.saml_mapper_url
    assert created.expires_at > datetime.now(UTC)
    update = models.UpdateOrganizationOnboardingPortalLinkBody(
        enable_sso=False, enable_scim=True, expires_at=datetime(2040, 1, 2, tzinfo=UTC)
    )
    changed = await ory.project.update_organization_onboarding_portal_link(*place, created.id, update)
    assert (changed.enable_sso, changed.enable_scim, changed.expires_at) == (False, True, update.expires_at)
    assert changed.value == created.value
    assert (await ory.project.get_organization_onboarding_portal_links(*place)).links == [changed]
    await ory.project.delete_organization_onboarding_portal_link(*place, created.id)
    with pytest.raises(errors.NotFound):
        await ory.project.delete_organization_onboarding_portal_link(*place, created.id)
    with pytest.raises(errors.BadRequest):
        await ory.project.create_organization_onboarding_portal_link(*place, {"enable_sso": True})


async def test_links_go_with_their_organization(ory: Ory, project: models.Project) -> None:
    body = {"enable_sso": True, "enable_scim": True}
    organizations = [await ory.project.create_organization(project.id, {"label": name}) for name in ("a", "b")]
    for each in organizations:
        await ory.project.create_organization_onboarding_portal_link(project.id, each.id, body)
    gone, kept = organizations
    await ory.project.delete_organization(project.id, gone.id)
    with pytest.raises(errors.NotFound):
        await ory.project.get_organization_onboarding_portal_links(project.id, gone.id)
    assert len((await ory.project.get_organization_onboarding_portal_links(project.id, kept.id)).links) == 1


# event streams

SNS = {"type": "sns", "topic_arn": "arn:aws:sns:eu:1:t", "role_arn": "arn:aws:iam::1:role/r"}
HTTPS = {
    "type": "https",
    "https_endpoint": "https://ann:s3cret@events.example/ory?key=k",
    "https_auth_type": "bearer",
    "https_auth_secret": "t0ken",
}


async def test_event_streams(ory: Ory, project: models.Project) -> None:
    sns = await ory.events.create_event_stream(project.id, SNS)
    assert (sns.status, sns.topic_arn) == ("active", SNS["topic_arn"])
    paused = await ory.events.set_event_stream(project.id, sns.id or "", models.SetEventStreamBody(status="paused"))
    assert (paused.status, paused.role_arn) == ("paused", SNS["role_arn"])
    assert (await ory.events.list_event_streams(project.id)).event_streams == [paused]
    with pytest.raises(errors.Conflict):
        await ory.events.create_event_stream(project.id, SNS)
    await ory.events.delete_event_stream(project.id, sns.id or "")
    with pytest.raises(errors.NotFound):
        await ory.events.delete_event_stream(project.id, sns.id or "")


async def test_secrets_of_event_streams_come_back_masked(ory: Ory, project: models.Project) -> None:
    created = await ory.events.create_event_stream(project.id, HTTPS)
    id = created.id or ""
    assert created.https_endpoint == "https://xxxxx:xxxxx@events.example/ory?xxxxx"
    assert created.https_auth_secret == "xxxxx"
    elsewhere = {"https_endpoint": "https://elsewhere.example"}
    for refused in ({"https_endpoint": created.https_endpoint}, {"https_auth_secret": "xxxxx"}, elsewhere):
        with pytest.raises(errors.BadRequest):
            await ory.events.set_event_stream(project.id, id, refused)
    moved = await ory.events.set_event_stream(project.id, id, {**elsewhere, "https_auth_secret": "new"})
    assert moved.https_endpoint == elsewhere["https_endpoint"]
    again = await ory.events.set_event_stream(project.id, id, elsewhere)
    assert again.https_endpoint == elsewhere["https_endpoint"]


@pytest.mark.parametrize(
    "body",
    [
        {"type": "carrier pigeon"},
        {"type": "sns", "topic_arn": "t"},
        {"type": "https"},
        {"type": "https", "https_endpoint": "http://events.example"},
        {"type": "https", "https_endpoint": "https://[::"},
        {**HTTPS, "https_auth_type": "api_key"},
        {**HTTPS, "https_auth_secret": "x" * 4097},
        {"type": "https", "https_endpoint": "https://events.example", "https_auth_type": "bearer"},
        {**SNS, "status": "asleep"},
    ],
    ids=str,
)
async def test_an_event_stream_that_cannot_be_made(ory: Ory, project: models.Project, body: dict[str, Any]) -> None:
    with pytest.raises(errors.BadRequest):
        await ory.events.create_event_stream(project.id, body)


# Ory Elements


async def test_elements_follow_the_configuration_of_the_project() -> None:
    async with LocalOry(kratos=KratosOptions(ui_url="https://shop.example/auth")) as local, local.client() as ory:
        before = await ory.elements.get_configuration()
        assert (before.name, before.login_ui_url) == ("Local", "https://shop.example/auth/login")
        assert before.registration_enabled
        [project] = await ory.project.list_projects()
        flows = "/services/identity/config/selfservice/flows"
        patch = [
            models.JsonPatch(op="replace", path="/name", value="Shop"),
            models.JsonPatch(op="replace", path=f"{flows}/registration/enabled", value=False),
            models.JsonPatch(op="replace", path=f"{flows}/login", value=None),
            models.JsonPatch(op="add", path="/services/account_experience/config/logo_light_url", value="https://a.b"),
        ]
        await ory.project.patch_project(project.id, patch)
        after = await ory.elements.get_configuration()
        assert (after.name, after.registration_enabled, after.login_ui_url) == ("Shop", False, "")
        assert after.logo_light_url == "https://a.b"
        await ory.project.purge_project(project.id)
        with pytest.raises(errors.NotFound):
            await ory.elements.get_configuration()


async def test_the_planes_have_their_own_ports() -> None:
    async with LocalOry(ports={"console": 0, "kratos_public": 0}) as local, local.client() as ory:
        assert len(await ory.project.list_projects()) == 1
        assert (await ory.elements.get_configuration()).name == "Local"
        async with aiohttp.ClientSession() as session:
            for url in (f"{local.urls['kratos_public']}/projects", f"{local.urls['console']}/elements/configuration"):
                async with session.get(url) as answer:
                    assert answer.status == 404


async def test_a_reset_brings_back_the_start(local: LocalOry, ory: Ory, project: models.Project) -> None:
    [workspace] = await ory.workspace.list_workspaces()
    key = (await ory.workspace.list_workspace_api_keys(workspace.id))[0]
    await ory.workspace.delete_workspace_api_key(workspace.id, key.id)
    with pytest.raises(errors.Unauthorized):
        await ory.project.list_projects()
    local.reset()
    assert [each.name for each in await ory.project.list_projects()] == ["Local"]


async def test_null_is_taken_for_what_is_left_out(ory: Ory, project: models.Project) -> None:
    created = await ory.project.create_project_api_key(project.id, {"name": "CI", "expires_at": None})
    assert created.expires_at is None
    body = models.CreateProjectApiKeyBody(name="CI", expires_at=NULL)
    assert (await ory.project.create_project_api_key(project.id, body)).expires_at is None
