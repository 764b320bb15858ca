"""Scenarios that any Ory has to pass: the local one by default, or the servers that the environment names.

Those are named by ORY_CONFORMANCE_KRATOS_PUBLIC_URL, ORY_CONFORMANCE_KRATOS_ADMIN_URL, ORY_CONFORMANCE_KETO_READ_URL,
ORY_CONFORMANCE_KETO_WRITE_URL and ORY_CONFORMANCE_KETO_OPL_URL, all or none of them; with ORY_CONFORMANCE_HYDRA_PUBLIC_URL
and ORY_CONFORMANCE_HYDRA_ADMIN_URL beside them there are scenarios about OAuth2, too. They leave no identity, client, key
or relationship behind; the courier's messages stay. Servers on SQLite take one scenario at a time (no ``-n``).
What the servers have to be like:

- Kratos: development mode (messages can be read), the methods password, code (also passwordless), link, totp and
  lookup_secret, recovery and verification by code, the hook `session` after registration, second factors demanded
  where there are any, and a default schema that has `email`, for all of these, and `name` with `first` and `last`;
- Keto: the namespaces User, Group, Folder and File as the local Ory has them, and the default limits;
- Hydra: development mode, dynamic registration, subjects of both types, pages for login, consent, logout and device
  codes whose paths end in these words (``device`` also for the last; nobody has to serve them), and the default
  settings otherwise.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

import pytest

import ory_sync as blocking
from ory_async import Ory, errors, models
from ory_async.local import LocalOry

from .oauth2 import CALLBACK, DEVICE_CODE, GOODBYE, JWT_BEARER, SCOPE, NewClient, id_of
from .support import NewName, Person, fresh, register

PLANES = ("kratos_public", "kratos_admin", "keto_read", "keto_write", "keto_opl")
HYDRA_PLANES = ("hydra_public", "hydra_admin")


@pytest.fixture(scope="session")
def named_servers() -> Mapping[str, str]:
    """The URLs that the environment gives, by plane; empty for the local Ory."""
    names = {plane: f"ORY_CONFORMANCE_{plane.upper()}_URL" for plane in (*PLANES, *HYDRA_PLANES)}
    urls = {plane: os.environ[name] for plane, name in names.items() if os.environ.get(name)}
    needed = (*PLANES, *HYDRA_PLANES) if urls.keys() & set(HYDRA_PLANES) else PLANES
    if urls and (missing := [names[plane] for plane in needed if plane not in urls]):
        pytest.fail(f"name all of the servers or none; not set: {', '.join(missing)}", pytrace=False)
    return urls


@pytest.fixture(scope="session")
def planes(named_servers: Mapping[str, str]) -> Iterator[Mapping[str, str]]:
    """The URL of each plane of the Ory under test."""
    if named_servers:
        yield named_servers
        return
    with LocalOry.in_thread() as local:
        yield dict.fromkeys((*PLANES, *HYDRA_PLANES), local.url)


@pytest.fixture
async def ory(planes: Mapping[str, str]) -> AsyncIterator[Ory]:
    async with Ory.self_hosted(**planes) as ory:
        yield ory


@pytest.fixture
def ory_sync(planes: Mapping[str, str]) -> Iterator[blocking.Ory]:
    with blocking.Ory.self_hosted(**planes) as ory:
        yield ory


@pytest.fixture
def new_email(ory_sync: blocking.Ory) -> Iterator[NewName]:
    """Makes addresses that nobody has; in the end whoever has one is deleted."""
    made: list[str] = []

    def make(name: str = "ann") -> str:
        made.append(f"{fresh(name)}@example.com")
        return made[-1]

    yield make
    for email in made:
        for identity in ory_sync.identity.list_identities(credentials_identifier=email):
            with contextlib.suppress(errors.NotFound):
                ory_sync.identity.delete_identity(identity.id)


@pytest.fixture
def new_object(ory_sync: blocking.Ory) -> Iterator[NewName]:
    """Makes names that no object has; in the end the relationships of such objects are deleted."""
    made: list[str] = []

    def make(name: str = "readme") -> str:
        made.append(fresh(name))
        return made[-1]

    yield make
    for object in made:
        for namespace in ("Group", "Folder", "File"):
            ory_sync.relationship.delete_relationships(namespace=namespace, object=object)


@pytest.fixture
async def person(ory: Ory, new_email: NewName) -> Person:
    """Somebody who has just registered."""
    email = new_email()
    registered = await register(ory, email)
    assert registered.session_token is not None
    return Person(email=email, identity=registered.identity, token=registered.session_token)


@pytest.fixture
def hydra(planes: Mapping[str, str]) -> None:
    """Skips the scenarios about OAuth2 where no Hydra is named."""
    if "hydra_admin" not in planes:
        pytest.skip("no Hydra is named: set ORY_CONFORMANCE_HYDRA_PUBLIC_URL and ORY_CONFORMANCE_HYDRA_ADMIN_URL")


@pytest.fixture
async def new_client(hydra: None, ory: Ory) -> AsyncIterator[NewClient]:
    """Makes OAuth2 clients; in the end those that are left are deleted, and the consents to them with their tokens."""
    made: list[str] = []

    async def make(**fields: Any) -> models.OAuth2Client:
        defaults = {
            "grant_types": ["authorization_code", "refresh_token", "client_credentials", DEVICE_CODE, JWT_BEARER],
            "redirect_uris": [CALLBACK],
            "post_logout_redirect_uris": [GOODBYE],
            "scope": SCOPE,
        }
        client = await ory.oauth2.create_oauth2_client(models.OAuth2Client(**{**defaults, **fields}))
        made.append(id_of(client))
        return client

    yield make
    for id in made:
        with contextlib.suppress(errors.NotFound):
            await ory.oauth2.delete_oauth2_client(id)


@pytest.fixture
async def client(new_client: NewClient) -> models.OAuth2Client:
    """A client that may do everything and has a secret."""
    return await new_client()


@pytest.fixture
def subject() -> str:
    """The name of somebody whom the server has not seen yet."""
    return fresh("person")
