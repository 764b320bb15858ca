"""A token store in Redis, for servers of several processes."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final, cast

from .stores import StoreUnavailable

if TYPE_CHECKING:
    from redis.asyncio import Redis

_LOCK_LIFETIME: Final = 60.0  # longer than a request to the token endpoint may take


class RedisTokenStore:
    """Keeps everything in Redis (or Valkey), which all processes share.

    `redis` is a client of ``redis.asyncio``; closing it is up to you. All keys begin with `prefix`; in a cluster put it
    in braces, such as ``{login}:``, so that they stay together. `patience` is for how many seconds a request waits
    while another one renews the same tokens. Needs the extra ``redis``.

    Where Redis does not answer, `StoreUnavailable` is raised.
    """

    def __init__(self, redis: Redis, *, prefix: str = "ory_login:", patience: float = 15.0) -> None:
        self._redis: Any = redis  # whose own types tell hardly what a call gives
        self._prefix = prefix
        self._patience = patience

    async def save(self, key: str, value: bytes, *, lifetime: float, groups: Sequence[str]) -> None:
        """Keep a value for so many seconds, as a member of these groups."""
        now = time.time()
        with _errors():
            async with self._redis.pipeline(transaction=True) as pipeline:
                for group in map(self._group, groups):
                    pipeline.zremrangebyscore(group, "-inf", now)
                    pipeline.zadd(group, {key: now + lifetime})
                    pipeline.expire(group, int(lifetime) + 1)
                pipeline.set(self._value(key), value, px=_milliseconds(lifetime))
                await pipeline.execute()

    async def load(self, key: str) -> bytes | None:
        """The value, if its time is not over."""
        with _errors():
            value = await self._redis.get(self._value(key))
        return value.encode() if isinstance(value, str) else cast("bytes | None", value)

    async def replace(self, key: str, value: bytes) -> bool:
        """Put another value in the place of one that is kept, for the time that is left."""
        with _errors():
            return bool(await self._redis.set(self._value(key), value, xx=True, keepttl=True))

    async def delete(self, key: str) -> None:
        """Forget a value, if there is one."""
        with _errors():
            await self._redis.delete(self._value(key))

    async def delete_group(self, group: str) -> None:
        """Forget every value of a group."""
        name = self._group(group)
        with _errors():
            async with self._redis.pipeline(transaction=True) as pipeline:
                pipeline.zrange(name, 0, -1)
                pipeline.delete(name)
                members, _ = await pipeline.execute()
            if members:
                keys = (member.decode() if isinstance(member, bytes) else member for member in members)
                await self._redis.delete(*map(self._value, keys))

    async def once(self, mark: str, *, lifetime: float) -> bool:
        """Whether this was never asked about this mark before."""
        with _errors():
            return bool(await self._redis.set(f"{self._prefix}mark:{mark}", b"", nx=True, px=_milliseconds(lifetime)))

    def lock(self, key: str) -> AbstractAsyncContextManager[object]:
        """Hold others off, also in other processes, while the value of a key is made anew."""
        return self._locked(key)

    @asynccontextmanager
    async def _locked(self, key: str) -> AsyncGenerator[None]:
        from redis.exceptions import RedisError

        lock = self._redis.lock(f"{self._prefix}lock:{key}", timeout=_LOCK_LIFETIME, blocking_timeout=self._patience)
        with _errors():
            if not await lock.acquire():
                raise StoreUnavailable("another request has been renewing the same tokens for too long")
        try:
            yield
        finally:
            with suppress(RedisError):  # it ends by itself, and may have done so
                await lock.release()

    def _value(self, key: str) -> str:
        return f"{self._prefix}login:{key}"

    def _group(self, group: str) -> str:
        return f"{self._prefix}group:{group}"


@contextmanager
def _errors() -> Generator[None]:
    from redis.exceptions import RedisError

    try:
        yield
    except (RedisError, OSError) as error:
        raise StoreUnavailable(f"Redis does not answer: {type(error).__name__}") from error


def _milliseconds(seconds: float) -> int:
    return max(1, int(seconds * 1000))
