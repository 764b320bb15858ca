"""Scenarios that any Ory has to pass: the local one by default, or the servers that the environment names.

Those are named by ORY_CONFORMANCE_KRATOS_PUBLIC_URL, ORY_CONFORMANCE_KRATOS_ADMIN_URL, ORY_CONFORMANCE_KETO_READ_URL,
ORY_CONFORMANCE_KETO_WRITE_URL and ORY_CONFORMANCE_KETO_OPL_URL, all or none of them. The scenarios leave no identity
and no relationship behind; the courier's messages stay. Servers on SQLite take one scenario at a time (no ``-n``).
What the servers have to be like:

- Kratos: development mode (messages can be read), the methods password, code (also passwordless), link, totp and
  lookup_secret, recovery and verification by code, the hook `session` after registration, second factors demanded
  where there are any, and a default schema that has `email`, for all of these, and `name` with `first` and `last`;
- Keto: the namespaces User, Group, Folder and File as the local Ory has them, and the default limits.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import AsyncIterator, Iterator, Mapping

import pytest

import ory_sync as blocking
from ory_async import Ory, errors
from ory_async.local import LocalOry

from .support import NewName, Person, fresh, register

PLANES = ("kratos_public", "kratos_admin", "keto_read", "keto_write", "keto_opl")


@pytest.fixture(scope="session")
def named_servers() -> Mapping[str, str]:
    """The URLs that the environment gives, by plane; empty for the local Ory."""
    names = {plane: f"ORY_CONFORMANCE_{plane.upper()}_URL" for plane in PLANES}
    urls = {plane: os.environ[name] for plane, name in names.items() if os.environ.get(name)}
    if urls and (missing := [names[plane] for plane in PLANES if plane not in urls]):
        pytest.fail(f"name all of the servers or none; not set: {', '.join(missing)}", pytrace=False)
    return urls


@pytest.fixture(scope="session")
def planes(named_servers: Mapping[str, str]) -> Iterator[Mapping[str, str]]:
    """The URL of each plane of the Ory under test."""
    if named_servers:
        yield named_servers
        return
    with LocalOry.in_thread() as local:
        yield dict.fromkeys(PLANES, local.url)


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
