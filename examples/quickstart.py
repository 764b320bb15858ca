"""A walk through Ory: a person registers and logs in, an administrator manages people and permissions.

It runs against a local Ory, which it starts, unless the environment names servers: ORY_SDK_URL (with ORY_API_KEY for a
project of the Ory Network), or ORY_KRATOS_PUBLIC_URL, ORY_KRATOS_ADMIN_URL, ORY_KETO_READ_URL and ORY_KETO_WRITE_URL.
Those need the namespaces User and File, the latter with `owners` who may `view`, as in PERMISSIONS below.
"""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Generator
from contextlib import contextmanager
from typing import TypedDict

import ory_async
import ory_sync
from ory_async import errors, models

PERMISSIONS = """
import { Namespace, Context } from "@ory/keto-namespace-types"

class User implements Namespace {}

class File implements Namespace {
  related: { owners: User[] }
  permits = { view: (ctx: Context): boolean => this.related.owners.includes(ctx.subject) }
}
"""

RUN = secrets.token_hex(4)
PASSWORD = secrets.token_urlsafe(16)


class Traits(TypedDict):
    """What this program knows about people; your own identity schema decides."""

    email: str


def say(what: str, detail: object = "") -> None:
    print(f"  {what:<24}{detail}".rstrip())


def title(text: str) -> None:
    print(f"\n{text}\n{'-' * len(text)}")


@contextmanager
def servers() -> Generator[str]:
    """The environment's Ory, or else a local one that the environment names meanwhile; gives a word for it."""
    if any(name.startswith("ORY_") and name.endswith("_URL") for name in os.environ):
        yield "the servers that the environment names"
        return
    from ory_async.local import LocalOry

    with LocalOry.in_thread(opl=PERMISSIONS) as local:
        os.environ.update(local.environment)
        yield f"a local Ory at {local.url}"


async def a_person(email: str) -> tuple[models.Identity, str]:
    """Register, log in, ask who one is, as an app outside browsers does; gives the identity and the session token."""
    title("A person, in an app")
    async with ory_async.Ory.from_env() as ory:
        registration = await ory.frontend.create_native_registration_flow()
        weak = models.UpdateRegistrationFlowWithPasswordMethod(traits={"email": email}, password="1234")
        try:
            await ory.frontend.update_registration_flow(weak, flow=registration.id)
        except errors.FlowNotCompleted as more:
            say("Ory objects:", more.messages[0].text)

        good = models.UpdateRegistrationFlowWithPasswordMethod(traits={"email": email}, password=PASSWORD)
        registered = await ory.frontend.update_registration_flow(good, flow=registration.id)
        say("registered", email)

        login = await ory.frontend.create_native_login_flow()
        credentials = models.UpdateLoginFlowWithPasswordMethod(identifier=email, password=PASSWORD)
        logged_in = await ory.frontend.update_login_flow(credentials, flow=login.id)
        token = logged_in.session_token
        assert token is not None
        say("logged in", f"until {logged_in.session.expires_at:%Y-%m-%d %H:%M}")

        session = await ory.frontend.to_session(x_session_token=token)
        assert session.identity is not None
        say("whoami", session.identity.traits_as(Traits)["email"])
    return registered.identity, token


async def an_administrator(person: models.Identity) -> list[models.Identity]:
    """Create people, page through them, and change one; gives those created."""
    title("An administrator, with many things at once")
    async with ory_async.Ory.from_env() as ory:
        bodies = [
            models.CreateIdentityBody(schema_id=person.schema_id, traits={"email": f"{name}-{RUN}@example.com"})
            for name in ("bob", "carol", "dave", "eve", "frank")
        ]
        people = await asyncio.gather(*(ory.identity.create_identity(body) for body in bodies))
        say("created", f"{len(people)} identities")

        listed = ory.identity.list_identities(ids=[one.id for one in people], page_size=2)
        page = await listed
        say("one page", f"{len(page)} of them, and {'more' if page.next_page_token else 'no more'} behind")
        names = sorted([one.traits_as(Traits)["email"].split("-")[0] async for one in listed])
        say("all pages", ", ".join(names))

        bob = await ory.identity.patch_identity(
            people[0].id, [models.JsonPatch(op="add", path="/metadata_public", value={"plan": "gold"})]
        )
        say("patched", f"{bob.traits['email']} has {bob.metadata_public}")

        try:
            await ory.identity.create_identity(bodies[0])
        except errors.Conflict as conflict:
            say("no second Bob", f"{type(conflict).__name__}, {conflict.status}")
    return people


def permissions() -> None:
    """Grant and check, without async: ory_sync has the same names, parameters and results."""
    title("Permissions, by blocking calls")
    alice = models.SubjectSet(namespace="User", object=f"alice-{RUN}", relation="")
    readme = f"readme-{RUN}"
    with ory_sync.Ory.from_env() as ory:
        ory.relationship.create_relationship(
            models.CreateRelationshipBody(namespace="File", object=readme, relation="owners", subject_set=alice)
        )
        say("granted", f"User:{alice.object} owns File:{readme}")
        for user in (alice.object, f"mallory-{RUN}"):
            check = ory.permission.check_permission(
                namespace="File",
                object=readme,
                relation="view",
                subject_set_namespace="User",
                subject_set_object=user,
                subject_set_relation="",
            )
            say(f"may {user.split('-')[0]} view it?", "yes" if check.allowed else "no")
        ory.relationship.delete_relationships(namespace="File", object=readme)


def goodbye(email: str, token: str, people: list[models.Identity]) -> None:
    """See what was sent, log out, and leave nothing behind."""
    title("Goodbye")
    with ory_sync.Ory.from_env() as ory:
        for message in ory.courier.list_courier_messages(recipient=email):
            say("message", f"{message.subject!r}, {message.status}")
        ory.frontend.perform_native_logout(models.PerformNativeLogoutBody(session_token=token))
        try:
            ory.frontend.to_session(x_session_token=token)
        except errors.NoActiveSession as error:
            say("logged out", f"{type(error).__name__}, {error.status}")
        for person in people:
            ory.identity.delete_identity(person.id)
        say("deleted", f"{len(people)} identities")


def main() -> None:
    with servers() as where:
        print(f"Using {where}.")
        email = f"alice-{RUN}@example.com"
        alice, token = asyncio.run(a_person(email))
        people = asyncio.run(an_administrator(alice))
        permissions()
        goodbye(email, token, [alice, *people])


if __name__ == "__main__":
    main()
