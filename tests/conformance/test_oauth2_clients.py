"""OAuth2 clients as an administrator manages them, and clients that register themselves."""

from __future__ import annotations

import asyncio

import pytest

from ory_async import BasicAuth, BearerToken, Ory, errors, models, with_response

from .oauth2 import CALLBACK, NewClient, basic, id_of, tokens_of
from .support import fresh

pytestmark = pytest.mark.usefixtures("hydra")


async def test_what_the_server_fills_in(ory: Ory) -> None:
    made = await ory.oauth2.create_oauth2_client({})
    try:
        assert made.client_id
        assert made.client_secret
        assert made.registration_access_token
        assert made.scope == "offline_access offline openid"
        assert (made.token_endpoint_auth_method, made.subject_type) == ("client_secret_basic", "public")
        assert (made.grant_types, made.redirect_uris, made.audience, made.metadata) == ([], [], [], {})
        read = await ory.oauth2.get_oauth2_client(made.client_id)
        assert (read.client_secret, read.registration_access_token) == (None, None)
        assert (read.grant_types, read.redirect_uris, read.created_at) == ([], [], made.created_at)
    finally:
        await ory.oauth2.delete_oauth2_client(id_of(made))


async def test_life_of_a_client(ory: Ory, new_client: NewClient) -> None:
    id = fresh("client")
    made = await new_client(
        client_id=id, client_name="Album", contacts=["ann@example.com"], metadata={"plan": {"seats": 3}}, owner="ann"
    )
    assert made.client_id == id
    with pytest.raises(errors.Conflict):
        await new_client(client_id=id)

    read = await ory.oauth2.get_oauth2_client(id)
    assert (read.client_name, read.contacts, read.owner) == ("Album", ["ann@example.com"], "ann")
    assert read.metadata == {"plan": {"seats": 3}}

    changed = await ory.oauth2.set_oauth2_client(
        id, models.OAuth2Client(client_name="Albums", redirect_uris=[CALLBACK])
    )
    assert (changed.client_name, changed.client_secret) == ("Albums", None)
    read = await ory.oauth2.get_oauth2_client(id)
    assert (read.client_name, read.contacts, read.owner, read.metadata) == ("Albums", [], "", {})
    assert (read.redirect_uris, read.created_at) == ([CALLBACK], made.created_at)

    await ory.oauth2.delete_oauth2_client(id)
    for gone in (ory.oauth2.get_oauth2_client, ory.oauth2.delete_oauth2_client):
        with pytest.raises(errors.NotFound):
            await gone(id)
    with pytest.raises(errors.NotFound):
        await ory.oauth2.set_oauth2_client(id, {})


async def test_secret_outlives_changes(ory: Ory, client: models.OAuth2Client) -> None:
    read = await ory.oauth2.get_oauth2_client(id_of(client))
    read.client_name = "Other"
    await ory.oauth2.set_oauth2_client(id_of(client), read)
    assert (await ory.oauth2.oauth2_token_exchange(grant_type="client_credentials", auth=basic(client))).access_token
    read.client_secret = "another-secret"
    assert (await ory.oauth2.set_oauth2_client(id_of(client), read)).client_secret == "another-secret"
    auth = BasicAuth(id_of(client), "another-secret")
    assert (await ory.oauth2.oauth2_token_exchange(grant_type="client_credentials", auth=auth)).access_token
    with pytest.raises(errors.OAuth2Error):
        await ory.oauth2.oauth2_token_exchange(grant_type="client_credentials", auth=basic(client))


async def test_patch(ory: Ory, new_client: NewClient) -> None:
    client = await new_client(contacts=["ann@example.com"], metadata={"a": 1})
    patched = await ory.oauth2.patch_oauth2_client(
        id_of(client),
        [
            models.JsonPatch(op="replace", path="/client_name", value="Patched"),
            models.JsonPatch(op="add", path="/contacts/-", value="bob@example.com"),
            models.JsonPatch(op="add", path="/metadata/b", value={"x": None}),
            models.JsonPatch(op="remove", path="/metadata/a"),
        ],
    )
    read = await ory.oauth2.get_oauth2_client(id_of(client))
    for seen in (patched, read):
        assert (seen.client_name, seen.metadata) == ("Patched", {"b": {"x": None}})
        assert seen.contacts == ["ann@example.com", "bob@example.com"]
    assert (await ory.oauth2.oauth2_token_exchange(grant_type="client_credentials", auth=basic(client))).access_token


@pytest.mark.parametrize(
    ("patch", "error"),
    [
        (models.JsonPatch(op="test", path="/client_name", value=""), errors.ServerError),
        (models.JsonPatch(op="remove", path="/nonsense"), errors.ServerError),
        (models.JsonPatch(op="replace", path="/client_id", value="other"), errors.NotFound),
    ],
    ids=str,
)
async def test_patches_that_cannot_be_made(
    ory: Ory, client: models.OAuth2Client, patch: models.JsonPatch, error: type[errors.ApiError]
) -> None:
    rename = models.JsonPatch(op="replace", path="/client_name", value="Patched")
    with pytest.raises(error):
        await ory.oauth2.patch_oauth2_client(id_of(client), [rename, patch])
    assert (await ory.oauth2.get_oauth2_client(id_of(client))).client_name == ""


@pytest.mark.parametrize("page_size", [1, 2, 3, 5, None])
async def test_pages(ory: Ory, new_client: NewClient, page_size: int | None) -> None:
    owner = fresh("owner")
    made = {id_of(await new_client(owner=owner, client_name=f"{owner}-{number}")) for number in range(5)}
    listed = ory.oauth2.list_oauth2_clients(owner=owner, page_size=page_size)
    assert {client.client_id async for client in listed} == made
    sizes = [len(page) async for page in listed.pages()]
    assert sum(sizes) == 5
    assert all(size <= (page_size or 100) for size in sizes)
    named = ory.oauth2.list_oauth2_clients(owner=owner, client_name=f"{owner}-3", page_size=page_size)
    assert [client.client_name async for client in named] == [f"{owner}-3"]
    assert not await ory.oauth2.list_oauth2_clients(owner=f"{owner}-nobody")


async def test_page_token_that_is_none(ory: Ory) -> None:
    with pytest.raises(errors.BadRequest):
        await ory.oauth2.list_oauth2_clients(page_token="nonsense")


async def test_lifespans(ory: Ory, new_client: NewClient, subject: str) -> None:
    client = await new_client()
    changed = await ory.oauth2.set_oauth2_client_lifespans(
        id_of(client),
        models.OAuth2ClientTokenLifespans(
            client_credentials_grant_access_token_lifespan="90s", authorization_code_grant_id_token_lifespan="2h"
        ),
    )
    assert changed.client_credentials_grant_access_token_lifespan == "1m30s"
    assert changed.authorization_code_grant_id_token_lifespan == "2h0m0s"
    tokens = await ory.oauth2.oauth2_token_exchange(grant_type="client_credentials", auth=basic(client))
    assert tokens.expires_in in (89, 90)
    await ory.oauth2.set_oauth2_client_lifespans(id_of(client), {})
    read = await ory.oauth2.get_oauth2_client(id_of(client))
    assert read.client_credentials_grant_access_token_lifespan is None
    for wrong in ("nonsense", "", 5):
        with pytest.raises(errors.BadRequest):
            await ory.oauth2.set_oauth2_client_lifespans(
                id_of(client), {"client_credentials_grant_access_token_lifespan": wrong}
            )
    with pytest.raises(errors.NotFound):
        await ory.oauth2.set_oauth2_client_lifespans("nobody", {})


async def test_rotated_secrets(ory: Ory, client: models.OAuth2Client, new_client: NewClient) -> None:
    try:
        rotated = await ory.oauth2.rotate_oauth2_client_secret(id_of(client))
    except errors.NotFound:
        pytest.skip("this Hydra does not rotate secrets yet (v26.2 and older)")
    assert rotated.client_secret not in (None, client.client_secret)
    for auth in (basic(client), basic(rotated)):
        assert (await ory.oauth2.oauth2_token_exchange(grant_type="client_credentials", auth=auth)).access_token
    assert (await ory.oauth2.delete_rotated_oauth2_client_secrets(id_of(client))).client_id == client.client_id
    assert (await ory.oauth2.oauth2_token_exchange(grant_type="client_credentials", auth=basic(rotated))).access_token
    with pytest.raises(errors.OAuth2Error):
        await ory.oauth2.oauth2_token_exchange(grant_type="client_credentials", auth=basic(client))
    public = await new_client(token_endpoint_auth_method="none")
    with pytest.raises(errors.BadRequest):
        await ory.oauth2.rotate_oauth2_client_secret(id_of(public))


@pytest.mark.parametrize(
    "fields",
    [
        {"redirect_uris": ["https://app.example/#fragment"]},
        {"client_secret": "short"},
        {"token_endpoint_auth_method": "private_key_jwt"},
        {"subject_type": "nonsense"},
        {"access_token_strategy": "nonsense"},
        {"post_logout_redirect_uris": ["https://elsewhere.example/"]},
        {"redirect_uris": "https://app.example/callback"},
    ],
    ids=str,
)
async def test_clients_that_make_no_sense(ory: Ory, fields: dict[str, models.Json]) -> None:
    with pytest.raises(errors.BadRequest) as refused:
        await ory.oauth2.create_oauth2_client(fields)
    assert not isinstance(refused.value, errors.OAuth2Error)  # those are for the endpoints of the protocol
    assert refused.value.message


async def test_client_that_registers_itself(ory: Ory) -> None:
    registered = await ory.oidc.create_oidc_dynamic_client(
        models.OAuth2Client(
            client_name="Album",
            redirect_uris=[CALLBACK],
            grant_types=["client_credentials"],
            scope="photos",
            contacts=["ann@example.com"],
        )
    )
    id, token = id_of(registered), BearerToken(registered.registration_access_token or "")
    assert (registered.client_name, registered.scope) == ("Album", "photos")
    assert await ory.oauth2.oauth2_token_exchange(grant_type="client_credentials", auth=basic(registered))

    read = await ory.oidc.get_oidc_dynamic_client(id, auth=token)
    assert (read.client_id, read.contacts, read.client_secret) == (id, ["ann@example.com"], None)

    changed = await ory.oidc.set_oidc_dynamic_client(id, {"client_name": "Albums"}, auth=token)
    assert (changed.client_name, changed.contacts) == ("Albums", [])
    with pytest.raises(errors.OAuth2Error) as refused:  # there is a new token now
        await ory.oidc.get_oidc_dynamic_client(id, auth=token)
    assert refused.value.status == 401
    token = BearerToken(changed.registration_access_token or "")
    assert (await ory.oidc.get_oidc_dynamic_client(id, auth=token)).client_name == "Albums"
    assert (await ory.oauth2.get_oauth2_client(id)).client_name == "Albums"

    with pytest.raises(errors.OAuth2Error) as refused:
        await ory.oidc.set_oidc_dynamic_client(id, {"client_secret": "chosen-by-myself"}, auth=token)
    assert refused.value.status == 403
    for wrong in (None, BearerToken("nonsense"), basic(registered)):
        with pytest.raises(errors.OAuth2Error) as refused:
            await ory.oidc.delete_oidc_dynamic_client(id, auth=wrong)
        assert refused.value.status == 401
    await ory.oidc.delete_oidc_dynamic_client(id, auth=token)
    with pytest.raises(errors.OAuth2Error) as refused:
        await ory.oidc.delete_oidc_dynamic_client(id, auth=token)
    assert refused.value.status == 401
    with pytest.raises(errors.NotFound):
        await ory.oauth2.get_oauth2_client(id)


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"metadata": {"a": 1}}, "invalid_client_metadata"),
        ({"skip_consent": True}, "invalid_request"),
        ({"skip_logout_consent": True}, "invalid_request"),
        ({"redirect_uris": ["https://app.example/#fragment"]}, "invalid_redirect_uri"),
        ({"client_secret": "chosen-by-myself"}, None),
        ({"access_token_strategy": "jwt"}, None),
    ],
    ids=str,
)
async def test_what_may_not_be_registered(ory: Ory, fields: dict[str, models.Json], error: str | None) -> None:
    with pytest.raises(errors.OAuth2Error) as refused:
        await ory.oidc.create_oidc_dynamic_client(fields)
    assert refused.value.status == 400
    assert error in (None, refused.value.error)


async def test_administrators_clients_have_a_registration_token(ory: Ory, client: models.OAuth2Client) -> None:
    token = BearerToken(client.registration_access_token or "")
    assert (await ory.oidc.get_oidc_dynamic_client(id_of(client), auth=token)).client_id == client.client_id


async def test_tokens_die_with_their_client(ory: Ory, client: models.OAuth2Client, subject: str) -> None:
    tokens = await tokens_of(ory, client, subject)
    await ory.oauth2.delete_oauth2_client(id_of(client))
    assert not (await ory.oauth2.introspect_oauth2_token(token=tokens.access_token or "")).active


async def test_many_at_once(ory: Ory, new_client: NewClient) -> None:
    made = await asyncio.gather(*(new_client() for _ in range(5)))
    assert len({client.client_id for client in made}) == 5


async def test_where_a_new_client_is(ory: Ory) -> None:
    id = fresh("client")
    answered = await with_response(ory.oauth2.create_oauth2_client)({"client_id": id})
    assert answered.status == 201
    assert answered.headers["location"].endswith(f"/clients/{id}")
    await ory.oauth2.delete_oauth2_client(id)
