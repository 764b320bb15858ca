"""Code as users write it. It is never run: type checkers have to understand it, and agree with every assert_type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict, assert_type

import attrs

import ory_async
import ory_sync
from ory_async import (
    NULL,
    ApiKey,
    AsyncPager,
    BearerToken,
    Limits,
    Options,
    Page,
    Redirect,
    Response,
    RetryPolicy,
    Timeout,
    errors,
    from_dict,
    from_json,
    models,
    to_dict,
    to_json,
)


@attrs.define
class AttrsTraits:
    email: str


@dataclass
class DataclassTraits:
    email: str


class DictTraits(TypedDict):
    email: str


async def fetch_token(scopes: Sequence[str]) -> str:
    return " ".join(scopes)


def look(request: ory_async.Request) -> None:
    request.headers["X-Trace"] = request.operation.name


async def look_later(request: ory_async.Request, answer: ory_async.Answer) -> None:
    assert_type(answer.status, int)


# making clients

options: Options = {"timeout": 2.0, "retry": None, "headers": {"X-Tenant": "a"}, "query": {"debug": "1"}}
anywhere = ory_async.Ory("http://127.0.0.1:4000", **options)
hosted = ory_async.Ory.network("slug", api_key="ory_pat_...", workspace_api_key="ory_wak_...")
own = ory_async.Ory.self_hosted(
    kratos_public="http://127.0.0.1:4433",
    auth=BearerToken(fetch_token, scopes=["kratos"]),
    timeout=Timeout(total=3, connect=1),
    retry=RetryPolicy(attempts=5),
    limits=Limits(connections=10),
    on_request=look,
    on_response=look_later,
)
environment = ory_async.Ory.from_env({"ORY_SDK_URL": "http://127.0.0.1:4000"}, auth=ApiKey("ory_pat_..."))
assert_type(environment, ory_async.Ory)
assert_type(environment.with_options(timeout=Timeout(total=2)), ory_async.Ory)

blocking = ory_sync.Ory.self_hosted(kratos_admin="http://127.0.0.1:4434", allow_insecure=False)
assert_type(blocking, ory_sync.Ory)
assert_type(ory_sync.Ory.network("slug", api_key="ory_pat_..."), ory_sync.Ory)
assert_type(ory_sync.Ory.from_env(timeout=1.0), ory_sync.Ory)
assert_type(blocking.with_options(retry=None), ory_sync.Ory)


# async calls


async def sessions(ory: ory_async.Ory) -> None:
    session = await ory.frontend.to_session(cookie="ory_kratos_session=...", tokenize_as=None)
    assert_type(session, models.Session)
    assert_type(session.expires_at, datetime | None)
    assert_type(session.authenticator_assurance_level, models.AuthenticatorAssuranceLevel | None)
    assert session.identity is not None
    assert_type(session.identity.traits_as(AttrsTraits), AttrsTraits)
    assert_type(session.identity.traits_as(DataclassTraits), DataclassTraits)
    assert_type(session.identity.traits_as(DictTraits)["email"], str)
    mine = ory.frontend.list_my_sessions(x_session_token="...")
    assert_type(mine, AsyncPager[models.Session])


async def flows(ory: ory_async.Ory) -> None:
    flow = await ory.frontend.create_browser_login_flow(refresh=True, aal="aal2", return_to="/")
    assert_type(flow, models.LoginFlow)
    body = models.UpdateLoginFlowWithPasswordMethod(identifier="a@b.c", password="...")
    done = await ory.frontend.update_login_flow(body, flow=flow.id, cookie="...")
    assert_type(done, models.SuccessfulNativeLogin)
    await ory.frontend.update_login_flow({"method": "password", "identifier": "a@b.c"}, flow=flow.id)
    recovered = await ory.frontend.update_recovery_flow(
        models.UpdateRecoveryFlowWithCodeMethod(email="a@b.c"), flow=flow.id
    )
    assert_type(recovered, models.RecoveryFlow | Redirect)
    for node in flow.ui.nodes:
        if isinstance(node.attributes, models.UiNodeInputAttributes):
            assert_type(node.attributes.name, str)


async def identities(ory: ory_async.Ory) -> None:
    body = models.CreateIdentityBody(schema_id="default", traits={"email": "a@b.c"}, metadata_public=NULL)
    identity = await ory.identity.create_identity(body)
    assert_type(identity, models.Identity)
    assert_type(await ory.identity.create_identity({"schema_id": "default", "traits": {}}), models.Identity)
    assert_type(await ory.identity.get_identity(identity.id, include_credential=["password"]), models.Identity)
    patch: list[models.JsonPatch] = [models.JsonPatch(op="add", path="/metadata_public", value=None)]
    assert_type(await ory.identity.patch_identity(identity.id, patch), models.Identity)
    assert_type(await ory.identity.patch_identity(identity.id, [{"op": "remove", "path": "/a"}]), models.Identity)
    assert_type(await ory.identity.delete_identity(id=identity.id), None)


async def pagers(ory: ory_async.Ory) -> None:
    pager = ory.identity.list_identities(page_size=100)
    assert_type(pager, AsyncPager[models.Identity])
    page = await pager
    assert_type(page, Page[models.Identity])
    assert_type(await pager.page(), Page[models.Identity])
    assert_type(page[0], models.Identity)
    assert_type(page.next_page_token, str | None)
    assert_type([identity.id async for identity in pager], list[str])
    async for further in pager.pages():
        assert_type(further, Page[models.Identity])
    async for relationship in ory.relationship.get_relationships(namespace="File"):
        assert_type(relationship, models.Relationship)


async def permissions(ory: ory_async.Ory) -> None:
    result = await ory.permission.check_permission(
        namespace="File",
        object="readme",
        relation="view",
        subject_set_namespace="User",
        subject_set_object="alice",
        subject_set_relation="",
    )
    assert_type(result.allowed, bool)


async def whole_answers(ory: ory_async.Ory) -> None:
    answered = await ory_async.with_response(ory.frontend.create_browser_login_flow)(return_to="/")
    assert_type(answered, Response[models.LoginFlow])
    assert_type(answered.data, models.LoginFlow)
    assert_type(answered.set_cookies, list[str])
    assert_type(answered.headers.get_all("x-request-id"), list[str])
    page = await ory_async.with_response(ory.identity.list_identities)(page_size=1)
    assert_type(page.data, Page[models.Identity])


async def beyond(ory: ory_async.Ory) -> None:
    assert_type(await ory.request("GET", "/new", plane="kratos_admin"), Any)
    assert_type(await ory.request("GET", "/new", plane="kratos_admin", model=models.Identity), models.Identity)
    ory.preload("frontend", "identity")


# blocking calls


def without_async(ory: ory_sync.Ory) -> None:
    assert_type(ory.frontend.to_session(x_session_token="..."), models.Session)
    assert_type(ory.frontend.create_native_login_flow(refresh=True), models.LoginFlow)
    body = models.CreateIdentityBody(schema_id="default", traits={})
    assert_type(ory.identity.create_identity(body), models.Identity)
    assert_type(ory.identity.get_identity("id", include_credential=[models.CredentialType.PASSWORD]), models.Identity)
    assert_type(ory.identity.delete_identity("id"), None)

    pager = ory.identity.list_identities(page_size=100)
    assert_type(pager, ory_sync.Pager[models.Identity])
    assert_type(pager.page(), Page[models.Identity])
    assert_type([identity for identity in pager], list[models.Identity])  # noqa: C416 - it is iterated as users do
    for page in pager.pages():
        assert_type(page, Page[models.Identity])

    answered = ory_sync.with_response(ory.frontend.create_browser_login_flow)(return_to="/")
    assert_type(answered, Response[models.LoginFlow])
    first = ory_sync.with_response(ory.identity.list_identities)(page_size=1)
    assert_type(first, Response[Page[models.Identity]])
    assert_type(ory.request("GET", "/new", plane="kratos_admin", model=models.Identity), models.Identity)


# the old names


async def old_names(ory: ory_async.Ory, blocking: ory_sync.Ory) -> None:
    assert_type(await ory.v0alpha2.admin_get_identity("id"), models.Identity)
    assert_type(ory.v0alpha2.admin_list_identities(page=2), AsyncPager[models.Identity])
    assert_type(await ory.v0alpha2.admin_get_o_auth2_client("id"), models.OAuth2Client)
    assert_type(blocking.v0alpha2.admin_get_oauth2_client("id"), models.OAuth2Client)
    assert_type(blocking.v0alpha2.admin_list_identities(), ory_sync.Pager[models.Identity])
    body: models.SubmitSelfServiceLogoutFlowWithoutBrowserBody = models.PerformNativeLogoutBody(session_token="...")
    assert_type(await ory.v0alpha2.submit_self_service_logout_flow_without_browser(body), None)


# errors


async def failures(ory: ory_async.Ory) -> None:
    try:
        await ory.frontend.to_session()
    except errors.SecondFactorRequired as error:
        assert_type(error.redirect_browser_to, str | None)
    except errors.FlowReplaced as error:
        assert_type(error.use_flow_id, str | None)
    except errors.FlowNotCompleted as error:
        assert_type(error.messages, list[models.UiText])
        assert_type(error.flow.id, str)
    except errors.RateLimited as error:
        assert_type(error.retry_after, float | None)
        assert_type(error.bucket, str | None)
    except errors.OAuth2Error as error:
        assert_type(error.error, str)
    except errors.ApiError as error:
        assert_type(error.status, int)
        assert_type(error.error_id, str | None)
        assert_type(error.set_cookies, list[str])
    except errors.TransportError as error:
        assert_type(error.sent, bool)
    except errors.DecodeError as error:
        assert_type(error.path, Sequence[str | int])
    except (errors.InvalidRequest, errors.OryError):
        pass


# models and plain data

assert_type(from_dict(models.Identity, {}), models.Identity)
assert_type(from_dict(list[models.Identity], []), list[models.Identity])
assert_type(from_json(models.Session, b"{}"), models.Session)
assert_type(to_dict(models.SubjectSet(namespace="User", object="alice", relation="")), Any)
assert_type(to_json([models.SubjectSet(namespace="User", object="alice", relation="")]), bytes)
