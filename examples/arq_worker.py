"""Import identities by workers on any number of machines: bulk imports as arq jobs on Redis.

    python arq_worker.py people.jsonl        put a file into the queue, and wait for the totals
    arq arq_worker.Worker                    carry jobs out; start as many as you like

Where Ory and Redis are is read from the environment: ORY_SDK_URL (or ORY_KRATOS_ADMIN_URL and ORY_KRATOS_PUBLIC_URL),
ORY_API_KEY and REDIS_URL. It needs the package arq.

A job is a part of the file. arq carries out a job again where its worker went away, so a job may have been done in part:
with `recheck`, the identities that are there already count as made, and none is made twice. For that, each identity
needs an ``external_id`` or an identifier. Identities lie in Redis as they are, so import password hashes, not passwords.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar

from arq import create_pool
from arq.connections import ArqRedis, RedisSettings
from arq.jobs import Job

from ory_async import Ory, bulk

PART = 1000
REDIS = RedisSettings.from_dsn(os.environ.get("REDIS_URL", "redis://127.0.0.1:6379"))


def to_json(job: dict[str, Any]) -> bytes:
    """Jobs as JSON: arq's own way, pickle, runs whatever code stands in Redis."""
    return json.dumps(job, default=str).encode()


async def import_part(context: dict[str, Any], first: int, bodies: list[dict[str, Any]]) -> dict[str, Any]:
    """Import a part of the file, which begins with the row `first`; gives the totals, and what failed."""
    failed: dict[int, str] = {}
    run = bulk.import_identities(context["ory"], bodies, recheck=context["job_try"] > 1)
    async for result in run:
        if result.error is not None:
            failed[first + result.index] = f"{type(result.error).__name__}: {result.error}"
    return {"succeeded": run.totals.succeeded, "failed": failed}


async def startup(context: dict[str, Any]) -> None:
    context["ory"] = Ory.from_env()


async def shutdown(context: dict[str, Any]) -> None:
    await context["ory"].close()


class Worker:
    """What ``arq arq_worker.Worker`` reads."""

    functions: ClassVar = [import_part]
    on_startup = startup
    on_shutdown = shutdown
    redis_settings = REDIS
    job_serializer = to_json
    job_deserializer = json.loads
    max_jobs = 1  # a worker has one batch on its way; on the Ory Network, start one worker only
    max_tries = 5
    job_timeout = 600


def parts(path: Path) -> Iterator[list[dict[str, Any]]]:
    """The rows of a file in JSON Lines, in lists."""
    with path.open(encoding="utf-8") as lines:
        while part := [json.loads(line) for line in islice(lines, PART)]:
            yield part


async def submit(redis: ArqRedis, path: Path, name: str) -> list[Job]:
    """Put a file into the queue; parts that are in it already, under this name, are not put there again."""
    jobs = []
    for number, bodies in enumerate(parts(path)):
        id = f"{name}:{number}"
        await redis.enqueue_job("import_part", number * PART, bodies, _job_id=id)
        jobs.append(Job(id, redis, _deserializer=json.loads))
    return jobs


async def main(path: Path, name: str) -> None:
    """Put a file into the queue, and wait until all of it is done."""
    redis = await create_pool(REDIS, job_serializer=to_json, job_deserializer=json.loads)
    try:
        jobs = await submit(redis, path, name)
        answers = [await job.result() for job in jobs]
    finally:
        await redis.aclose()
    for answer in answers:
        for row, why in answer["failed"].items():
            print(f"row {row}: {why}")
    print(f"{sum(answer['succeeded'] for answer in answers)} imported")


if __name__ == "__main__":
    file = Path(sys.argv[1])
    asyncio.run(main(file, name=f"{file.name}:{file.stat().st_mtime_ns}"))
