"""The console's services: which key goes where, their lists, their times, and what a repr hides."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import attrs
import pytest

from ory_async import Ory, errors, from_dict, models, to_dict
from ory_async.config import network
from tests.support.bodies import BODIES
from tests.support.stub_transport import StubTransport, reply
from tests.support.table import ROWS

API_KEY, WORKSPACE_KEY = "ory_pat_project", "ory_wak_workspace"
CONSOLE = "https://api.console.ory.sh"
PROJECT = "https://happy-noether-abc123.projects.oryapis.com"
ID = "9f425a8d-7efc-4768-8f23-7647a74fdf13"
TIME = "2026-01-02T03:04:05Z"
PLANTED = "pl4nted-s3cret"

CONSOLE_CALLS: list[Callable[[Ory], Awaitable[Any]]] = [
    lambda ory: ory.project.get_project(ID),
    lambda ory: ory.project.list_organizations(ID).page(),
    lambda ory: ory.project.validate_opl(ID, "class User implements Namespace {}"),
    lambda ory: ory.workspace.list_workspaces().page(),
    lambda ory: ory.workspace.get_workspace(ID),
    lambda ory: ory.events.delete_event_stream(ID, ID),
]
PROJECT_CALLS: list[Callable[[Ory], Awaitable[Any]]] = [
    lambda ory: ory.identity.get_identity(ID),
    lambda ory: ory.relationship.delete_relationships(namespace="File"),
]
PUBLIC_CALLS: list[Callable[[Ory], Awaitable[Any]]] = [
    lambda ory: ory.elements.get_configuration(),
    lambda ory: ory.frontend.to_session(),
]


def project_of(transport: StubTransport, **options: Any) -> Ory:
    """A client of a project of the Ory Network."""
    return Ory._made(network("happy-noether-abc123"), options, transport)  # type: ignore[arg-type]


def credential(transport: StubTransport) -> str | None:
    [(_, _, headers, _)] = transport.sent
    return headers.get("Authorization")


# keys and URLs


@pytest.mark.parametrize("call", CONSOLE_CALLS)
async def test_the_console_takes_the_workspace_key_only(call: Callable[[Ory], Awaitable[Any]]) -> None:
    transport = StubTransport()
    await call(project_of(transport, auth=API_KEY, workspace_api_key=WORKSPACE_KEY))

    assert credential(transport) == f"Bearer {WORKSPACE_KEY}"
    assert transport.sent[0][1].startswith(f"{CONSOLE}/")


@pytest.mark.parametrize("call", CONSOLE_CALLS)
async def test_without_a_workspace_key_nothing_is_sent(call: Callable[[Ory], Awaitable[Any]]) -> None:
    transport = StubTransport()
    with pytest.raises(errors.ConfigurationError, match="workspace_api_key"):
        await call(project_of(transport, auth=API_KEY))

    assert transport.sent == []


@pytest.mark.parametrize("call", PROJECT_CALLS)
async def test_a_project_never_sees_the_workspace_key(call: Callable[[Ory], Awaitable[Any]]) -> None:
    for options, expected in (({"auth": API_KEY}, f"Bearer {API_KEY}"), ({}, None)):
        transport = StubTransport()
        await call(project_of(transport, workspace_api_key=WORKSPACE_KEY, **options))

        assert credential(transport) == expected
        assert transport.sent[0][1].startswith(f"{PROJECT}/")


@pytest.mark.parametrize("call", PUBLIC_CALLS)
async def test_no_key_goes_where_browsers_go(call: Callable[[Ory], Awaitable[Any]]) -> None:
    transport = StubTransport()
    await call(project_of(transport, auth=API_KEY, workspace_api_key=WORKSPACE_KEY))

    assert credential(transport) is None
    assert transport.sent[0][1].startswith(f"{PROJECT}/")


def test_only_retired_operations_of_the_console_take_the_other_key() -> None:
    """They are older than workspace keys, and the table has them so."""
    other = {row.id for row in ROWS if row.plane == "console" and row.auth != {"oryWorkspaceApiKey"}}

    assert other == {
        "project.get_active_project_in_console",
        "project.get_project_metrics",
        "project.set_active_project_in_console",
    }


# times


async def test_times_in_a_query_are_rfc_3339() -> None:
    transport = StubTransport(reply({"data": [{"time": TIME, "count": 3}]}))
    ory = project_of(transport, auth=API_KEY)
    result = await ory.project.get_project_metrics(
        ID,
        event_type="LoginSucceeded",
        resolution="1h",
        from_=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        to=datetime(2026, 1, 3, 5, 0, tzinfo=timezone(timedelta(hours=5, minutes=30))),
    )

    assert transport.sent[0][1].partition("?")[2] == (
        "event_type=LoginSucceeded&resolution=1h&from=2026-01-02T03%3A04%3A05Z&to=2026-01-03T05%3A00%3A00%2B05%3A30"
    )
    assert result.data == [models.MetricsDatapoint(time=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), count=3)]


# lists


def organization(name: str) -> dict[str, Any]:
    return {"id": name, "label": name, "domains": [f"{name}.example"], "created_at": TIME}


def workspace(name: str) -> dict[str, Any]:
    return {"id": name, "name": name, "created_at": TIME, "updated_at": TIME}


@pytest.mark.parametrize(
    ("listing", "field", "item"),
    [
        (
            lambda ory: ory.project.list_organizations(ID, page_size=2, domain="x.example"),
            "organizations",
            organization,
        ),
        (lambda ory: ory.workspace.list_workspaces(page_size=2), "workspaces", workspace),
    ],
    ids=["organizations", "workspaces"],
)
async def test_lists_end_where_the_console_says_so(
    listing: Callable[[Ory], Any], field: str, item: Callable[[str], dict[str, Any]]
) -> None:
    """A token comes with the last page as well, so that it alone would lead on for ever."""
    transport = StubTransport(
        reply({field: [item("a"), item("b")], "has_next_page": True, "next_page_token": "t/1="}),
        reply({field: [item("c")], "has_next_page": False, "next_page_token": "t2"}),
    )
    pager = listing(project_of(transport, workspace_api_key=WORKSPACE_KEY))

    assert [each.id async for each in pager] == ["a", "b", "c"]
    urls = [url for _, url, _, _ in transport.sent]
    assert len(urls) == 2
    assert "page_token" not in urls[0]
    assert "page_size=2" in urls[1]
    assert "page_token=t%2F1%3D" in urls[1]
    assert ("domain=x.example" in urls[1]) is (field == "organizations")


async def test_a_list_without_items() -> None:
    transport = StubTransport(reply({"workspaces": None, "has_next_page": False, "next_page_token": ""}))
    page = await project_of(transport, workspace_api_key=WORKSPACE_KEY).workspace.list_workspaces()

    assert (list(page), page.next_page_token) == ([], None)


# models

SERVICES = {
    "identity": {"config": {"courier": {"smtp": {"connection_uri": f"smtps://u:{PLANTED}@mail.example:465"}}}},
    "oauth2": {"config": {"secrets": {"system": [PLANTED]}, "strategies": {"access_token": "jwt"}}},
    "permission": {"config": {"namespaces": {"location": None}}},
}
A_PROJECT = {
    "id": ID,
    "name": "Shöp",
    "slug": "happy-noether-abc123",
    "state": "running",
    "environment": "prod",
    "home_region": "eu-central",
    "revision_id": "r-2",
    "services": SERVICES,
    "organizations": [{"id": "o", "label": "Bücher", "domains": ["b.example"], "session_lifespan": None}],
    "cors_public": {"enabled": True, "origins": ["*"]},
    "workspace_id": None,
    "new_one_day": [1],
}
A_REVISION = {
    "id": "r-2",
    "name": "Shöp",
    "created_at": TIME,
    "hydra_strategies_access_token": "jwt",
    "hydra_ttl_access_token": "1h0m0s",
    "hydra_secrets_system": [PLANTED],
    "kratos_secrets_default": [PLANTED],
    "kratos_courier_smtp_connection_uri": f"smtps://u:{PLANTED}@mail.example:465",
    "kratos_courier_http_request_config_auth_api_key_value": PLANTED,
    "kratos_courier_http_request_config_headers": {"Authorization": PLANTED},
    "kratos_courier_channels": [
        {
            "channel_id": "sms",
            "request_config_method": "POST",
            "request_config_body": "base64://e30=",
            "request_config_auth_type": "api_key",
            "request_config_auth_config_api_key_value": PLANTED,
        },
    ],
    "kratos_identity_schemas": [{"id": "s", "is_default": True, "identity_schema": None}],
    "kratos_selfservice_flows_recovery_use": "code",
    "kratos_selfservice_methods_oidc_config_providers": [
        {
            "provider": "apple",
            "pkce": "auto",
            "client_id": "shop",
            "client_secret": PLANTED,
            "apple_private_key": PLANTED,
            "requested_claims": {"id_token": {"email": None}},
        },
    ],
    "kratos_selfservice_methods_captcha_config_cf_turnstile_secret": PLANTED,
    "kratos_session_whoami_tokenizer_templates": [{"key": "jwt", "jwks_url": f"base64://{PLANTED}", "ttl": "10m"}],
    "keto_namespaces": None,
    "project_revision_hooks": [
        {
            "config_key": "selfservice.flows.login.after.hooks",
            "hook": "web_hook",
            "web_hook_config_auth_api_key_value": PLANTED,
        },
    ],
    "scim_clients": [
        {
            "client_id": "c",
            "label": "Okta",
            "organization_id": "o",
            "mapper_url": "base64://e30=",
            "authorization_header_secret": PLANTED,
            "state": "enabled",
        },
    ],
    "talos_secrets_hmac_current": PLANTED,
    "talos_secrets_hmac_retired_entries": [{"value": PLANTED, "expires_at": TIME}],
    "feature_flags": {"new_pages": True},
    "kratos_of_one_day": 1,
}


async def test_a_project_is_typed_throughout() -> None:
    transport = StubTransport(reply(A_PROJECT))
    project = await project_of(transport, workspace_api_key=WORKSPACE_KEY).project.get_project(ID)

    assert project.state is models.ProjectState.RUNNING
    assert project.environment is models.ProjectEnvironment.PROD
    assert project.home_region is models.Region.EU_CENTRAL
    assert project.services.oauth2 is not None
    assert project.services.oauth2.config["strategies"] == {"access_token": "jwt"}
    assert project.services.talos is None
    assert project.cors_public == models.ProjectCors(enabled=True, origins=["*"])
    assert (project.cors_admin, project.workspace_id) == (None, None)
    assert [each.label for each in project.organizations] == ["Bücher"]
    assert project.extra == {"new_one_day": [1]}


def test_a_project_with_its_revision_is_typed_throughout() -> None:
    metadata = {name: A_PROJECT[name] for name in ("id", "slug", "state", "environment", "home_region")}
    document = {
        **metadata,
        "hosts": ["login.shop.example"],
        "created_at": TIME,
        "updated_at": TIME,
        "workspace_id": ID,
        "workspace": workspace("w"),
        "current_revision": A_REVISION,
    }
    project = from_dict(models.NormalizedProject, document)
    revision = project.current_revision

    assert project.workspace is not None
    assert project.workspace.created_at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert revision.hydra_strategies_access_token is models.AccessTokenStrategy.JWT
    assert revision.kratos_selfservice_flows_recovery_use is models.LinkOrCode.CODE
    assert revision.kratos_identity_schemas is not None
    assert revision.kratos_identity_schemas[0].is_default
    [provider] = revision.kratos_selfservice_methods_oidc_config_providers or []
    assert (provider.pkce, provider.client_secret) == (models.Pkce.AUTO, PLANTED)
    assert provider.requested_claims == {"id_token": {"email": None}}
    [hook] = revision.project_revision_hooks or []
    assert hook.hook == "web_hook"
    [retired] = revision.talos_secrets_hmac_retired_entries or []
    assert retired.expires_at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert revision.keto_namespaces == []
    assert revision.feature_flags == {"new_pages": True}
    assert revision.extra == {"kratos_of_one_day": 1}


def test_a_revision_survives_read_and_write() -> None:
    revision = from_dict(models.NormalizedProjectRevision, A_REVISION)
    written = to_dict(revision)

    assert written == {
        **A_REVISION,
        "keto_namespaces": [],
        "kratos_identity_schemas": [{"id": "s", "is_default": True}],
    }


def test_a_new_project_has_the_fields_of_a_revision_and_three_of_its_own() -> None:
    of_a_revision = {field.name for field in attrs.fields(models.NormalizedProjectRevision)}
    of_a_new_project = {field.name for field in attrs.fields(models.CreateProjectNormalizedPayload)}

    assert of_a_new_project - of_a_revision == {"environment", "home_region", "workspace_id"}
    assert of_a_revision <= of_a_new_project


def test_values_of_features_stay_json() -> None:
    features = {
        "daily_active_users": {"included_usage": 1000, "additional_price": "0.14"},
        "sla": "99.9",
        "organizations": True,
        "custom_domains": 2.5,
    }
    fees = {"base_fee_monthly": 0, "base_fee_yearly": 0}
    of_projects = {"production_features": {}, "staging_features": {}, "development_features": {}}
    plan = {"name": "p", "version": 1, "description": "", "custom": False, "yearly_only": False, **fees, **of_projects}
    details = from_dict(models.PlanDetails, {**plan, "features": features})

    assert details.features == features
    usage = from_dict(models.GenericUsage, details.features["daily_active_users"])
    assert usage.included_usage == 1000


@pytest.mark.parametrize(
    ("model", "document"),
    [
        (models.Project, A_PROJECT),
        (models.SetProject, {**BODIES["setProject"][0], "services": SERVICES}),
        (models.NormalizedProjectRevision, A_REVISION),
        (models.CreateProjectNormalizedPayload, {**A_REVISION, "environment": "dev"}),
        (models.ProjectApiKey, {"id": "k", "name": "CI", "owner_id": ID, "value": PLANTED}),
        (models.WorkspaceApiKey, {"id": "k", "name": "CI", "owner_id": ID, "value": PLANTED}),
        (models.OnboardingPortalLink, {"id": "l", "value": PLANTED, "expires_at": TIME}),
        (models.EventStream, {"id": "e", "type": "https", "https_auth_secret": PLANTED}),
        (models.CreateEventStreamBody, {"type": "https", "https_auth_secret": PLANTED}),
        (models.CreateEventStreamBody, {"type": "https", "https_endpoint": f"https://u:{PLANTED}@e.example"}),
        (models.SetEventStreamBody, {"https_auth_secret": PLANTED}),
        (models.SetEventStreamBody, {"https_endpoint": f"https://u:{PLANTED}@e.example"}),
        (models.InviteTokenBody, {"invite_token": PLANTED}),
    ],
)
def test_secrets_are_kept_but_never_shown(model: type[models.Model], document: dict[str, Any]) -> None:
    decoded = from_dict(model, document)

    assert PLANTED not in repr(decoded)
    assert json.dumps(to_dict(decoded)).count(PLANTED) == json.dumps(document).count(PLANTED)
