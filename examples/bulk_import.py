"""Import many people, see what fails, change some of them, and take everything away again.

It runs against a local Ory, which it starts, unless the environment names servers (ORY_SDK_URL, or ORY_KRATOS_ADMIN_URL
and ORY_KRATOS_PUBLIC_URL, with ORY_API_KEY where one is needed). How many people: ``python bulk_import.py 5000``.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, contextmanager
from pathlib import Path

from ory_async import Ory, bulk, models

RUN = secrets.token_hex(4)


@contextmanager
def servers() -> Iterator[None]:
    """The environment's Ory, or else a local one that the environment names meanwhile."""
    if any(name.startswith("ORY_") and name.endswith("_URL") for name in os.environ):
        yield
        return
    from ory_async.local import LocalOry

    with LocalOry.in_thread() as local:
        os.environ.update(local.environment)
        yield


async def people(count: int) -> AsyncIterator[models.CreateIdentityBody]:
    """The people, as they might come from another system's database; the last of them has no address."""
    for number in range(count):
        email = f"person-{number}-{RUN}@example.com" if number < count - 1 else "nowhere"
        yield models.CreateIdentityBody(schema_id="default", external_id=f"{RUN}-{number}", traits={"email": email})


def promote(identity: models.Identity) -> None:
    identity.metadata_public = {"plan": "gold"}


async def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as directory:
        checkpoint = Path(directory) / "import.json"
        async with Ory.from_env() as ory:
            # something goes wrong half-way ...
            async with aclosing(bulk.import_identities(ory, people(count), checkpoint=checkpoint).batches()) as batches:
                async for batch in batches:
                    if batch[-1].index >= count // 2:
                        break

            # ... and the next run goes on from the checkpoint
            made: list[str] = []
            again = bulk.import_identities(ory, people(count), checkpoint=checkpoint, batch_size=500)
            async for result in again:
                match result:
                    case bulk.Result(identity_id=str(id)):
                        made.append(id)
                    case bulk.Result(error=error):
                        print(f"number {result.index} failed: {type(error).__name__}")
            print(f"imported {again.totals.succeeded} of {count}")

            updated = await bulk.update_identities(ory, ((id, promote) for id in made[:10]))
            print(f"promoted {updated.succeeded}")

            ours = [one.id async for one in bulk.export_identities(ory) if (one.external_id or "").startswith(RUN)]
            deleted = await bulk.delete_identities(ory, ours, in_flight=4)
            print(f"deleted {deleted.succeeded}")


if __name__ == "__main__":
    with servers():
        asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100))
