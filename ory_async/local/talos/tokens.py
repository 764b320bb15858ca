"""Tokens derived from keys: JWTs, and macaroons of a form of our own, which only this server can read."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Mapping
from typing import Any

from .. import base64url
from ..hydra.keys import InvalidToken, Keys, generate_key
from ..hydra.state import Store as KeySets
from ..hydra.state import without_private

_SET = "talos"
_MACAROON = "mc_v1_"
_JWT = re.compile(r"eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")


class Tokens:
    """Signs and reads derived tokens. The keys are made when first needed, and stay."""

    def __init__(self) -> None:
        self._key_sets = KeySets()
        self._keys = Keys(self._key_sets)
        self._secret = secrets.token_bytes()

    @staticmethod
    def is_token(credential: str) -> bool:
        """Tell whether a credential looks like a derived token, which no key does."""
        return credential.startswith(_MACAROON) or _JWT.fullmatch(credential) is not None

    async def public_keys(self) -> list[dict[str, Any]]:
        """Return the keys that JWTs are checked with."""
        await self._make_key()
        return [without_private(key) for key in await self._keys.key_set(_SET)]

    async def sign(self, claims: Mapping[str, Any], *, is_macaroon: bool) -> str:
        if is_macaroon:
            content = json.dumps(claims, separators=(",", ":")).encode()
            return _MACAROON + base64url.encoded(self._mac(content) + content)
        await self._make_key()
        return await self._keys.sign(_SET, claims)

    async def read(self, token: str) -> dict[str, Any]:
        """Return the claims of a token that this server has signed, expired or not. Raises InvalidToken."""
        if not token.startswith(_MACAROON):
            return await self._keys.verify(_SET, token)
        try:
            signed = base64url.decoded(token.removeprefix(_MACAROON))
        except ValueError:
            raise InvalidToken("the macaroon is malformed") from None
        size = hashlib.sha256().digest_size
        if not hmac.compare_digest(signed[:size], self._mac(signed[size:])):
            raise InvalidToken("the macaroon has another signature")
        claims: dict[str, Any] = json.loads(signed[size:])
        return claims

    def _mac(self, content: bytes) -> bytes:
        return hmac.digest(self._secret, content, "sha256")

    async def _make_key(self) -> None:
        if _SET not in self._key_sets.key_sets:
            self._key_sets.key_sets[_SET] = [await generate_key("EdDSA", use="sig")]
