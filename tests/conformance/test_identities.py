from __future__ import annotations

import bcrypt
import pytest

from ory_async import Ory, errors, models

from .support import NOBODY, OTHER_PASSWORD, PASSWORD, NewName, Person, fresh, log_in

ODD_JSON = {"text": "ä\u0000☃😀", "nothing": None, "big": 2**60, "small": 1.5e-7, "list": [[], {}, False, ""]}


def with_password(**config: str) -> models.IdentityWithCredentials:
    return models.IdentityWithCredentials(
        password=models.IdentityWithCredentialsPassword(config=models.IdentityWithCredentialsPasswordConfig(**config))
    )


def identity_of(email: str, **fields: object) -> models.CreateIdentityBody:
    return models.CreateIdentityBody(schema_id="default", traits={"email": email}, **fields)  # type: ignore[arg-type]


async def test_made_with_everything(ory: Ory, new_email: NewName) -> None:
    email, external_id = new_email(), fresh("crm")
    made = await ory.identity.create_identity(
        identity_of(
            email,
            external_id=external_id,
            metadata_public=ODD_JSON,
            metadata_admin=["any", "JSON"],
            verifiable_addresses=[
                models.VerifiableIdentityAddress(value=email, via="email", verified=True, status="completed")
            ],
        )
    )
    assert made.state == models.IdentityState.ACTIVE
    assert (made.external_id, made.metadata_public, made.metadata_admin) == (external_id, ODD_JSON, ["any", "JSON"])
    [address] = made.verifiable_addresses or ()
    assert (address.value, address.via, address.verified) == (email, models.AddressChannel.EMAIL, True)
    read = await ory.identity.get_identity(made.id)
    assert (read.traits, read.metadata_public, read.metadata_admin) == ({"email": email}, ODD_JSON, ["any", "JSON"])
    assert (await ory.identity.get_identity_by_external_id(external_id)).id == made.id
    with pytest.raises(errors.NotFound):
        await ory.identity.get_identity_by_external_id(fresh("unknown"))


@pytest.mark.parametrize("kind", ["plain", "bcrypt"])
async def test_imported_password(ory: Ory, new_email: NewName, kind: str) -> None:
    email = new_email()
    hashed = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
    credentials = with_password(password=PASSWORD) if kind == "plain" else with_password(hashed_password=hashed)
    made = await ory.identity.create_identity(identity_of(email, credentials=credentials))
    logged_in = await log_in(ory, email)
    assert logged_in.session.identity is not None
    assert logged_in.session.identity.id == made.id
    with pytest.raises(errors.FlowNotCompleted):
        await log_in(ory, email, OTHER_PASSWORD)

    read = await ory.identity.get_identity(made.id, include_credential=[models.CredentialType.PASSWORD])
    password = (read.credentials or {})["password"]
    assert password.identifiers == [email]
    assert bcrypt.checkpw(PASSWORD.encode(), password.config["hashed_password"].encode())


async def test_unknown_hash(ory: Ory, new_email: NewName) -> None:
    with pytest.raises(errors.BadRequest):
        await ory.identity.create_identity(identity_of(new_email(), credentials=with_password(hashed_password="?")))


@pytest.mark.parametrize(
    "body",
    [
        {"schema_id": "default", "traits": {"email": "no address"}},
        {"schema_id": "default", "traits": {}},
        {"schema_id": "unknown", "traits": {"email": "ann@example.com"}},
        {"schema_id": "default", "traits": {"email": "ann@example.com"}, "unknown": 1},
        {"schema_id": "default", "traits": {"email": "ann@example.com"}, "state": "unheard of"},
    ],
    ids=["format", "required", "schema", "field", "state"],
)
async def test_refused(ory: Ory, body: dict[str, object]) -> None:
    with pytest.raises(errors.BadRequest):
        await ory.identity.create_identity(body)


async def test_taken_address(ory: Ory, person: Person, new_email: NewName) -> None:
    with pytest.raises(errors.Conflict):
        await ory.identity.create_identity(identity_of(person.email))
    other = await ory.identity.create_identity(identity_of(new_email("bob")))
    other.traits["email"] = person.email
    with pytest.raises(errors.Conflict):
        await ory.identity.update_identity(other.id, other.as_update())


async def test_patch(ory: Ory, new_email: NewName) -> None:
    made = await ory.identity.create_identity(identity_of(new_email(), metadata_public={"plan": "free", "old": 1}))
    patched = await ory.identity.patch_identity(
        made.id,
        [
            models.JsonPatch(op="add", path="/traits/name", value={"first": "Ann"}),
            models.JsonPatch(op="replace", path="/metadata_public/plan", value="gold"),
            models.JsonPatch(op="remove", path="/metadata_public/old"),
            models.JsonPatch(op="add", path="/metadata_admin", value={"a/b": None}),
        ],
    )
    assert patched.traits["name"] == {"first": "Ann"}
    assert (patched.metadata_public, patched.metadata_admin) == ({"plan": "gold"}, {"a/b": None})
    read = await ory.identity.get_identity(made.id)
    assert (read.metadata_public, read.metadata_admin) == (patched.metadata_public, patched.metadata_admin)
    assert (await ory.identity.patch_identity(made.id, [])).id == made.id


@pytest.mark.parametrize(
    "change",
    [
        {"op": "test", "path": "/state", "value": "active"},
        {"op": "move", "from": "/metadata_public", "path": "/metadata_admin"},
        {"op": "replace", "path": "/id", "value": NOBODY},
        {"op": "replace", "path": "/credentials", "value": {}},
        {"op": "remove", "path": "/metadata_public/unknown"},
        {"op": "replace", "path": "/traits/email", "value": 1},
        {"op": "add", "path": "/traits/unknown", "value": 1},
    ],
    ids=lambda change: f"{change['op']} {change['path']}",
)
async def test_refused_patch_changes_nothing(ory: Ory, new_email: NewName, change: dict[str, object]) -> None:
    made = await ory.identity.create_identity(identity_of(new_email(), metadata_public={"plan": "free"}))
    first = {"op": "replace", "path": "/metadata_public/plan", "value": "gold"}
    with pytest.raises(errors.BadRequest):
        await ory.identity.patch_identity(made.id, [first, change])
    assert (await ory.identity.get_identity(made.id)).metadata_public == {"plan": "free"}


async def test_patch_of_a_taken_address(ory: Ory, person: Person, new_email: NewName) -> None:
    made = await ory.identity.create_identity(identity_of(new_email("bob")))
    with pytest.raises(errors.Conflict):
        await ory.identity.patch_identity(
            made.id, [models.JsonPatch(op="replace", path="/traits/email", value=person.email)]
        )


async def test_update_replaces(ory: Ory, new_email: NewName) -> None:
    made = await ory.identity.create_identity(
        identity_of(
            new_email(), external_id=fresh("crm"), metadata_public={"plan": "free"}, metadata_admin={"seats": 1.5}
        )
    )
    email = new_email("anna")
    body = models.UpdateIdentityBody(schema_id="default", state="inactive", traits={"email": email})
    updated = await ory.identity.update_identity(made.id, body)
    assert (updated.state, updated.traits) == (models.IdentityState.INACTIVE, {"email": email})
    read = await ory.identity.get_identity(made.id)
    assert (read.external_id, read.metadata_public, read.metadata_admin) == (None, None, None)
    assert [address.value for address in read.verifiable_addresses or ()] == [email]


async def test_update_of_the_password(ory: Ory, person: Person) -> None:
    body = person.identity.as_update()
    body.credentials = with_password(password=OTHER_PASSWORD)
    await ory.identity.update_identity(person.identity.id, body)
    assert (await log_in(ory, person.email, OTHER_PASSWORD)).session.active is True
    with pytest.raises(errors.FlowNotCompleted):
        await log_in(ory, person.email)


async def test_read_modify_write_loses_nothing(ory: Ory, new_email: NewName) -> None:
    made = await ory.identity.create_identity(
        identity_of(new_email(), external_id=fresh("crm"), metadata_public=ODD_JSON, metadata_admin={"a": None})
    )
    identity = await ory.identity.get_identity(made.id)
    identity.extra = {"a_field_of_tomorrow": {"x": 1}}
    identity.traits["name"] = {"last": "Ångström"}
    await ory.identity.update_identity(identity.id, identity.as_update())
    read = await ory.identity.get_identity(made.id)
    assert read.traits == identity.traits
    assert (read.external_id, read.metadata_public, read.metadata_admin) == (made.external_id, ODD_JSON, {"a": None})
    assert [address.id for address in read.verifiable_addresses or ()] == [
        address.id for address in made.verifiable_addresses or ()
    ]


async def test_value_that_the_server_does_not_know(ory: Ory, person: Person) -> None:
    identity = await ory.identity.get_identity(person.identity.id)
    identity.state = models.IdentityState("unheard of")
    with pytest.raises(errors.BadRequest):
        await ory.identity.update_identity(identity.id, identity.as_update())
    assert (await ory.identity.get_identity(identity.id)).state == models.IdentityState.ACTIVE


async def test_delete(ory: Ory, person: Person) -> None:
    await ory.identity.delete_identity(person.identity.id)
    for gone in (person.identity.id, NOBODY, "no uuid"):
        with pytest.raises(errors.NotFound):
            await ory.identity.get_identity(gone)
        with pytest.raises(errors.NotFound):
            await ory.identity.delete_identity(gone)


async def test_credentials_are_deleted(ory: Ory, person: Person) -> None:
    await ory.identity.delete_identity_credentials(person.identity.id, models.CredentialType.PASSWORD)
    with pytest.raises(errors.FlowNotCompleted):
        await log_in(ory, person.email)
    for type, error in (("totp", errors.NotFound), ("unheard-of", errors.NotFound), ("code", errors.BadRequest)):
        with pytest.raises(error):
            await ory.identity.delete_identity_credentials(person.identity.id, type)
    with pytest.raises(errors.NotFound):
        await ory.identity.delete_identity_credentials(NOBODY, "password")
