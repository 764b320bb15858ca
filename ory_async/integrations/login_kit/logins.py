"""Who is logged in: kept in a store, renewed before the tokens end, and forgotten."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import secrets
from typing import Any, Self

import attrs

from ...caching import Clock
from ...errors import DecodeError, OAuth2Error, OryError
from ...jwt import InvalidToken
from ...models.base import Json
from ...tokens import AuthorizationCode, TokenSet
from .sealing import Seal
from .stores import TokenStore

logger = logging.getLogger("ory_async")


@attrs.frozen
class User:
    """Somebody who is logged in."""

    subject: str
    """Who it is: ``sub`` of the ID token. In Hydra it is what the login page said, on the Ory Network the identity's id."""
    tokens: TokenSet
    logged_in_at: float
    """When, in seconds since 1970."""

    @property
    def claims(self) -> dict[str, Json]:
        """What the ID token says, such as ``email`` where that scope was granted."""
        return self.tokens.claims

    @property
    def access_token(self) -> str:
        """For calls in the person's name. It has ended if `tokens` says so: without a refresh token it is not renewed."""
        return self.tokens.access_token


@attrs.frozen
class _Login:
    """What is kept of a login."""

    key: str
    subject: str
    tokens: TokenSet
    logged_in_at: float
    renewed_at: float
    ends_at: float

    def to_dict(self) -> dict[str, Any]:
        return {**attrs.asdict(self, recurse=False), "tokens": self.tokens.to_dict()}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        values: dict[str, Any] = {**data, "tokens": TokenSet.from_dict(data["tokens"])}
        return cls(**values)

    def is_due(self, now: float, margin: float) -> bool:
        """Whether the tokens are to be renewed: some time before they end, half-way through a very short life."""
        expires_at = self.tokens.expires_at
        if self.tokens.refresh_token is None or expires_at is None:
            return False
        return self.tokens.is_expired(now, margin=min(margin, (expires_at - self.renewed_at) / 2))


class Logins:
    """Begins, finds, renews and ends logins; each is known by a random id, which only its browser's cookie holds."""

    def __init__(
        self,
        code: AuthorizationCode,
        store: TokenStore,
        seal: Seal,
        *,
        lifetime: float,
        margin: float,
        clock: Clock,
    ) -> None:
        self._code = code
        self._store = store
        self._seal = seal
        self._lifetime = lifetime
        self._margin = margin
        self._clock = clock
        self._renewals: dict[str, asyncio.Task[bytes | None]] = {}

    async def begin(self, tokens: TokenSet) -> str:
        """Keep the tokens of somebody who has just logged in; gives the id of the login."""
        subject = tokens.subject
        if subject is None:
            raise InvalidToken("the tokens do not say who logged in: ask for the scope openid", reason="missing_claim")
        id, now = secrets.token_urlsafe(32), self._clock()
        login = _Login(_key(id), subject, tokens, now, now, now + self._lifetime)
        groups = [_group("sub", subject)]
        if isinstance(sid := tokens.claims.get("sid"), str):
            groups.append(_group("sid", sid))
        await self._store.save(login.key, self._sealed(login), lifetime=self._lifetime, groups=groups)
        return id

    async def find(self, id: str) -> User | None:
        """Whose login this is, with tokens that are good for some time; None when it is over.

        Raises the errors of any call when the tokens have ended and the server cannot tell whether they may be renewed.
        """
        login = self._opened(_key(id), await self._store.load(_key(id)))
        if login is not None and login.is_due(self._clock(), self._margin):
            login = self._opened(login.key, await self._join(login.key))
        return None if login is None else User(login.subject, login.tokens, login.logged_in_at)

    async def end(self, id: str) -> TokenSet | None:
        """Forget a login; gives its tokens, if it was one."""
        login = self._opened(_key(id), await self._store.load(_key(id)))
        await self._store.delete(_key(id))
        return None if login is None else login.tokens

    async def end_all(self, *, sid: str | None = None, subject: str | None = None) -> None:
        """Forget the logins of one session at the server, or else all logins of a person."""
        if sid is not None:
            await self._store.delete_group(_group("sid", sid))
        elif subject is not None:
            await self._store.delete_group(_group("sub", subject))

    async def _join(self, key: str) -> bytes | None:
        """Renew the tokens of a login, once for all who ask meanwhile.

        A refresh token works once. So a renewal that has begun goes on to the end and is kept, even when all who wait
        for it have gone; that is what `SingleFlight` would not do.
        """
        renewal = self._renewals.get(key)
        if renewal is None:
            renewal = self._renewals[key] = asyncio.create_task(self._renew(key))
            renewal.add_done_callback(lambda _: self._renewals.pop(key, None))
        return await asyncio.shield(renewal)

    async def _renew(self, key: str) -> bytes | None:
        async with self._store.lock(key):
            value = await self._store.load(key)
            login = self._opened(key, value)
            if login is None or not login.is_due(self._clock(), self._margin):
                return value  # another process was faster
            try:
                tokens = await self._code.refresh(login.tokens)
            except OryError as error:
                if _is_over(error):
                    logger.info("a login is over, its tokens are not renewed: %s", error)
                    await self._store.delete(key)
                    return None
                if login.tokens.is_expired(self._clock(), margin=0):
                    raise
                logger.warning("the tokens of a login could not be renewed, they are used until they end: %s", error)
                return value
            value = self._sealed(attrs.evolve(login, tokens=tokens, renewed_at=self._clock()))
            return value if await self._store.replace(key, value) else None  # it was ended meanwhile

    def _sealed(self, login: _Login) -> bytes:
        return self._seal.seal(login.to_dict()).encode()

    def _opened(self, key: str, value: bytes | None) -> _Login | None:
        content = None if value is None else self._seal.open(value.decode("ascii", "replace"))
        if content is None:
            return None
        try:
            login = _Login.from_dict(content)
        except (TypeError, KeyError, DecodeError):  # of another version
            return None
        return login if login.key == key and self._clock() < login.ends_at else None


def _is_over(error: OryError) -> bool:
    """Whether the server says that this refresh token is no good any more, or gives tokens of somebody else."""
    return isinstance(error, InvalidToken) or (isinstance(error, OAuth2Error) and error.error == "invalid_grant")


def _key(id: str) -> str:
    return hashlib.sha256(f"login\0{id}".encode()).hexdigest()


def _group(kind: str, id: str) -> str:
    return hashlib.sha256(f"{kind}\0{id}".encode()).hexdigest()
