"""What an access token says, by asking the server that gave it out (RFC 7662), with answers kept for a while."""

from __future__ import annotations

from typing import Final

from .. import models
from ..caching import Answer, Answers, Cache
from ..client import Ory
from ..sessions import Credential
from .scalars import seconds, text

_OPERATION: Final = "introspect_oauth2_token"


class Introspector:
    """Asks what access tokens say; requests with the same token at the same time share one question.

    With a `cache` the answers about active tokens are kept, never past their end; see `Cache` for how long. `ory` needs
    the plane hydra_admin, or the API key of a project. Use it on one event loop.
    """

    def __init__(self, ory: Ory, *, cache: Cache | None = None) -> None:
        self._ory = ory
        self._answers = Answers(models.IntrospectedOAuth2Token, cache)

    async def introspect(self, token: str, *, fresh: bool = False) -> models.IntrospectedOAuth2Token | None:
        """What an access token says; None for one that is unknown, has ended or was revoked, and for refresh tokens.

        With `fresh` the server is asked whatever is cached. Raises the errors of any call when it cannot tell.

        https://www.ory.com/docs/reference/api#tag/oAuth2/operation/introspectOAuth2Token
        """

        async def ask() -> Answer[models.IntrospectedOAuth2Token]:
            told = await self._ory.oauth2.introspect_oauth2_token(token=token)
            ids = {id for name in ("sub", "client_id") if (id := text(_OPERATION, name, getattr(told, name)))}
            text(_OPERATION, "scope", told.scope)
            expires_at = seconds(_OPERATION, "exp", told.exp)
            return Answer(told, is_good=_is_access_token(told), expires_at=expires_at, ids=ids)

        told = (await self._answers.of(_key(token), ask, fresh=fresh)).value
        return told if _is_access_token(told) else None

    async def forget(self, token: str) -> None:
        """Forget what is known of a token, as after it was revoked."""
        self._answers.forget(_key(token))

    async def revoked(self, id: str) -> None:
        """Forget all tokens of a person or a client, by the id."""
        self._answers.revoked(id)


def _key(token: str) -> bytes:
    return Credential("access_token", token).key()


def _is_access_token(token: models.IntrospectedOAuth2Token) -> bool:
    return token.active is True and token.token_use in ("access_token", None)
