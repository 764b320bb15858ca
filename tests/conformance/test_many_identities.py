from __future__ import annotations

import uuid

import pytest

from ory_async import Ory, errors, models

from .support import NewName, Person, register


def to_create(email: str) -> models.IdentityPatch:
    body = models.CreateIdentityBody(schema_id="default", traits={"email": email})
    return models.IdentityPatch(create=body, patch_id=str(uuid.uuid4()))


async def create(ory: Ory, new_email: NewName, count: int) -> list[str]:
    """The ids of several new identities, in the order that they were given."""
    body = models.PatchIdentitiesBody(identities=[to_create(new_email()) for _ in range(count)])
    made = await ory.identity.batch_patch_identities(body)
    ids = [each.identity for each in made.identities or () if each is not None and each.identity is not None]
    assert len(ids) == count
    return ids


async def test_batch(ory: Ory, person: Person, new_email: NewName) -> None:
    new, taken = to_create(new_email("bob")), to_create(person.email)
    answered = await ory.identity.batch_patch_identities(models.PatchIdentitiesBody(identities=[new, taken]))
    made, refused = answered.identities or ()
    assert made is not None
    assert refused is not None
    assert (made.action, made.patch_id) == (models.IdentityPatchAction.CREATE, new.patch_id)
    assert (refused.action, refused.patch_id) == (models.IdentityPatchAction.ERROR, taken.patch_id)
    assert (refused.identity, refused.error["code"]) == (None, 409)
    assert made.identity is not None
    assert (await ory.identity.get_identity(made.identity)).id == made.identity


async def test_batch_with_nothing_new(ory: Ory, person: Person) -> None:
    with pytest.raises(errors.Conflict):
        await ory.identity.batch_patch_identities(models.PatchIdentitiesBody(identities=[to_create(person.email)]))


async def test_batch_that_breaks_the_schema(ory: Ory) -> None:
    body = models.PatchIdentitiesBody(identities=[to_create("no address"), models.IdentityPatch()])
    refused, nothing = (await ory.identity.batch_patch_identities(body)).identities or ()
    assert refused is not None
    assert (refused.action, refused.error["code"]) == (models.IdentityPatchAction.ERROR, 400)
    assert nothing is None


@pytest.mark.parametrize("page_size", [1, 2, 3, None])
async def test_chosen_identities(ory: Ory, new_email: NewName, page_size: int | None) -> None:
    ids = await create(ory, new_email, 7)
    listed = ory.identity.list_identities(ids=ids, page_size=page_size)
    assert [identity.id async for identity in listed] == sorted(ids)
    assert [identity.id async for page in listed.pages() for identity in page] == sorted(ids)


async def test_all_identities(ory: Ory, new_email: NewName) -> None:
    ids = await create(ory, new_email, 7)
    found = [identity.id async for identity in ory.identity.list_identities(page_size=2)]
    assert set(ids) <= set(found)
    assert len(found) == len(set(found))


async def test_pages_one_by_one(ory: Ory, new_email: NewName) -> None:
    ids = sorted(await create(ory, new_email, 3))
    first = await ory.identity.list_identities(ids=ids, page_size=2)
    assert [identity.id for identity in first] == ids[:2]
    second = await ory.identity.list_identities(ids=ids, page_size=2, page_token=first.next_page_token)
    assert [identity.id for identity in second] == ids[2:]
    assert second.next_page_token is None
    with pytest.raises(errors.BadRequest):
        await ory.identity.list_identities(page_token="forged")


async def test_identity_by_its_address(ory: Ory, person: Person, new_email: NewName) -> None:
    [found] = await ory.identity.list_identities(credentials_identifier=person.email, page_size=2)
    assert found.id == person.identity.id
    assert "password" in (found.credentials or {})
    nobody = ory.identity.list_identities(credentials_identifier=new_email("nobody"), page_size=2)
    assert [identity async for identity in nobody] == []


async def test_two_filters(ory: Ory, person: Person) -> None:
    with pytest.raises(errors.BadRequest):
        await ory.identity.list_identities(ids=[person.identity.id], credentials_identifier=person.email)


@pytest.mark.parametrize("page_size", [1, 2, None])
async def test_messages_to_somebody(ory: Ory, person: Person, page_size: int | None) -> None:
    flow = await ory.frontend.create_native_recovery_flow()
    for _ in range(4):
        body = models.UpdateRecoveryFlowWithCodeMethod(email=person.email)
        await ory.frontend.update_recovery_flow(body, flow=flow.id)
    listed = ory.courier.list_courier_messages(recipient=person.email, page_size=page_size)
    messages = [message async for message in listed]
    assert len({message.id for message in messages}) == len(messages) == 5
    recovery, verification = "recovery_code_valid", "verification_code_valid"
    assert [message.template_type for message in messages] == [*[recovery] * 4, verification]
    assert {message.recipient for message in messages} == {person.email}


async def test_all_messages(ory: Ory, new_email: NewName) -> None:
    emails = {new_email() for _ in range(3)}
    for email in emails:
        await register(ory, email)
    found = [message async for message in ory.courier.list_courier_messages(page_size=20)]
    assert emails <= {message.recipient for message in found}
    assert len(found) == len({message.id for message in found})


async def test_no_messages(ory: Ory, new_email: NewName) -> None:
    assert [each async for each in ory.courier.list_courier_messages(recipient=new_email(), page_size=2)] == []
    with pytest.raises(errors.BadRequest):
        await ory.courier.list_courier_messages(status="unheard of")


@pytest.mark.parametrize("page_size", [1, 2, None])
async def test_schemas(ory: Ory, page_size: int | None) -> None:
    ids = [schema.id async for schema in ory.identity.list_identity_schemas(page_size=page_size)]
    assert "default" in ids
    assert len(ids) == len(set(ids))
    schema = await ory.identity.get_identity_schema("default")
    assert "email" in schema["properties"]["traits"]["properties"]
    with pytest.raises(errors.NotFound):
        await ory.identity.get_identity_schema("unknown")
