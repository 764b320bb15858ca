"""Code that type checkers must refuse. Each wrong line ends in the code of mypy's error and the rule of pyright's."""

from __future__ import annotations

import ory_async
import ory_sync
from ory_async import errors, models

ory_async.Ory()  # wrong: call-arg, reportCallIssue
ory_async.Ory("http://127.0.0.1:4000", timout=3)  # wrong: call-arg, reportCallIssue
ory_async.Ory("http://127.0.0.1:4000", retry=3)  # wrong: arg-type, reportArgumentType
ory_async.Ory.self_hosted(kratos="http://127.0.0.1:4433")  # wrong: call-arg, reportCallIssue
ory_sync.Ory.network("slug", api_key=1)  # wrong: arg-type, reportArgumentType
ory_async.Clinet  # wrong: attr-defined, reportAttributeAccessIssue
errors.NoSession  # wrong: attr-defined, reportAttributeAccessIssue
models.Identty  # wrong: attr-defined, reportAttributeAccessIssue

models.CreateIdentityBody(traits={})  # wrong: call-arg, reportCallIssue
models.CreateIdentityBody("default", traits={})  # wrong: arg-type, call-arg, reportCallIssue
models.SubjectSet(namespace="User", object=1, relation="")  # wrong: arg-type, reportArgumentType
models.UpdateLoginFlowWithCodeMethod(method="password", csrf_token="c")  # wrong: arg-type, reportArgumentType


async def wrong_calls(ory: ory_async.Ory) -> None:
    ory.identities  # wrong: attr-defined, reportAttributeAccessIssue
    ory.frontend.to_sesion()  # wrong: attr-defined, reportAttributeAccessIssue
    ory.identity.get_identity("id").traits  # wrong: attr-defined, reportAttributeAccessIssue
    await ory.frontend.to_session("token")  # wrong: call-arg, reportCallIssue
    await ory.frontend.to_session(x_session_tokn="token")  # wrong: call-arg, reportCallIssue
    await ory.frontend.to_session(x_session_token=b"token")  # wrong: arg-type, reportArgumentType
    await ory.identity.get_identity()  # wrong: call-arg, reportCallIssue
    await ory.identity.get_identity("id", include_credential=1)  # wrong: arg-type, reportArgumentType
    await ory.identity.create_identity(models.Session(id="id"))  # wrong: arg-type, reportArgumentType
    await ory.identity.create_identity([])  # wrong: arg-type, reportArgumentType
    change = models.JsonPatch(op="remove", path="/metadata_public")
    await ory.identity.patch_identity("id", change)  # wrong: arg-type, reportArgumentType
    await ory.frontend.update_login_flow(flow="id")  # wrong: call-arg, reportCallIssue
    await ory.request("GET", "/new", plane="kratos")  # wrong: call-overload, reportArgumentType
    ory.with_options(url="http://127.0.0.1:4000")  # wrong: call-arg, reportCallIssue
    for identity in ory.identity.list_identities():  # wrong: attr-defined, reportGeneralTypeIssues
        assert identity
    ory.v0alpha2.admin_get_idenity("id")  # wrong: attr-defined, reportAttributeAccessIssue
    await ory.v0alpha2.admin_create_identity(admin_create_identity_body={})  # wrong: call-arg, reportCallIssue
    session = await ory.frontend.to_session()
    session.identity.traits  # wrong: union-attr, reportOptionalMemberAccess
    session.exipres_at  # wrong: attr-defined, reportAttributeAccessIssue


def wrong_blocking_calls(ory: ory_sync.Ory) -> None:
    ory.frontend.to_sesion()  # wrong: attr-defined, reportAttributeAccessIssue
    ory.frontend.to_session("token")  # wrong: call-arg, reportCallIssue
    ory.identity.get_identity(1)  # wrong: arg-type, reportArgumentType
    ory.v0alpha2.admin_get_identity(1)  # wrong: arg-type, reportArgumentType
    ory.identity.list_identities(page_sise=1)  # wrong: call-arg, reportCallIssue
    ory.identity.create_identity(models.Session(id="id"))  # wrong: arg-type, reportArgumentType
    number: int = ory.identity.get_identity("id")  # wrong: assignment, reportAssignmentType
    text: str = ory.identity.list_identities().page()[0]  # wrong: assignment, reportAssignmentType
    assert number
    assert text
