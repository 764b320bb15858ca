"""The blocking client walks the same ways; a few of them show it."""

from __future__ import annotations

import pytest

from ory_async import BasicAuth, errors, models
from ory_sync import Ory

from .support import PASSWORD, NewName, fresh


def register(ory: Ory, email: str) -> models.SuccessfulNativeRegistration:
    flow = ory.frontend.create_native_registration_flow()
    body = models.UpdateRegistrationFlowWithPasswordMethod(traits={"email": email}, password=PASSWORD)
    return ory.frontend.update_registration_flow(body, flow=flow.id)


def test_person(ory_sync: Ory, new_email: NewName) -> None:
    email = new_email()
    registered = register(ory_sync, email)
    token = registered.session_token
    login = ory_sync.frontend.create_native_login_flow()
    with pytest.raises(errors.FlowNotCompleted) as refused:
        ory_sync.frontend.update_login_flow(
            models.UpdateLoginFlowWithPasswordMethod(identifier=email, password="wrong"), flow=login.id
        )
    assert [message.id for message in refused.value.messages] == [4000006]

    others = []
    for _ in range(5):
        login = ory_sync.frontend.create_native_login_flow()
        body = models.UpdateLoginFlowWithPasswordMethod(identifier=email, password=PASSWORD)
        others.append(ory_sync.frontend.update_login_flow(body, flow=login.id).session.id)
    listed = ory_sync.frontend.list_my_sessions(page_size=2, x_session_token=token)
    assert [session.id for session in listed] == others[::-1]
    assert [session.id for page in listed.pages() for session in page] == others[::-1]
    assert len(listed.page()) == 2

    ory_sync.frontend.perform_native_logout(models.PerformNativeLogoutBody(session_token=token or ""))
    with pytest.raises(errors.NoActiveSession):
        ory_sync.frontend.to_session(x_session_token=token)


def test_identities(ory_sync: Ory, new_email: NewName) -> None:
    made = [
        ory_sync.identity.create_identity(models.CreateIdentityBody(schema_id="default", traits={"email": new_email()}))
        for _ in range(5)
    ]
    ids = [identity.id for identity in made]
    assert [identity.id for identity in ory_sync.identity.list_identities(ids=ids, page_size=2)] == sorted(ids)
    identity = ory_sync.identity.get_identity(ids[0])
    identity.metadata_admin = {"seen": True}
    assert ory_sync.identity.update_identity(identity.id, identity.as_update()).metadata_admin == {"seen": True}
    with pytest.raises(errors.BadRequest):
        ory_sync.identity.patch_identity(ids[0], [models.JsonPatch(op="test", path="/state", value="active")])


def test_relationships(ory_sync: Ory, new_object: NewName) -> None:
    object = new_object()
    names = [f"user-{number}" for number in range(7)]
    ory_sync.relationship.patch_relationships(
        [
            {
                "action": "insert",
                "relation_tuple": {"namespace": "File", "object": object, "relation": "owners", "subject_id": name},
            }
            for name in names
        ]
    )
    listed = ory_sync.relationship.get_relationships(namespace="File", object=object, page_size=2)
    assert sorted(str(each.subject_id) for each in listed) == names
    question = models.PostCheckPermissionBody(namespace="File", object=object, relation="edit", subject_id="user-3")
    assert ory_sync.permission.post_check_permission(question).allowed is True
    denied = ory_sync.permission.check_permission_or_error(
        namespace="File", object=object, relation="edit", subject_id="nobody"
    )
    assert denied.allowed is False


@pytest.mark.usefixtures("hydra")
def test_tokens(ory_sync: Ory) -> None:
    owner = fresh("owner")
    fields = {"owner": owner, "grant_types": ["client_credentials"], "scope": "photos"}
    clients = [ory_sync.oauth2.create_oauth2_client(fields) for _ in range(3)]
    client = clients[0]
    listed = ory_sync.oauth2.list_oauth2_clients(owner=owner, page_size=2)
    assert {each.client_id for each in listed} == {each.client_id for each in clients}
    auth = BasicAuth(client.client_id or "", client.client_secret or "")
    tokens = ory_sync.oauth2.oauth2_token_exchange(grant_type="client_credentials", scope="photos", auth=auth)
    assert tokens.access_token
    told = ory_sync.oauth2.introspect_oauth2_token(token=tokens.access_token)
    assert (told.active, told.client_id, told.scope) == (True, client.client_id, "photos")
    ory_sync.oauth2.revoke_oauth2_token(token=tokens.access_token, auth=auth)
    assert not ory_sync.oauth2.introspect_oauth2_token(token=tokens.access_token).active
    for each in clients:
        ory_sync.oauth2.delete_oauth2_client(each.client_id or "")
    with pytest.raises(errors.OAuth2Error) as refused:
        ory_sync.oauth2.oauth2_token_exchange(grant_type="client_credentials", auth=auth)
    assert (refused.value.status, refused.value.error) == (401, "invalid_client")


def test_metadata(ory_sync: Ory) -> None:
    assert ory_sync.metadata.is_ready().status == "ok"
    assert ory_sync.metadata.get_version(plane="keto_read").version
