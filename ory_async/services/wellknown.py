"""The public keys of a server."""

from __future__ import annotations

from .. import models
from ..operation import GET
from .base import Service


class AsyncWellknownService(Service):
    """Read the keys that tokens are verified with."""

    tag = "wellknown"
    product = "hydra"
    credential = None

    async def discover_json_web_keys(self) -> models.JsonWebKeySet:
        """Fetch the public keys of ID tokens, and those of access tokens where they are JWTs.

        Keep them for a while, and fetch them anew when a token names a ``kid`` that is not among them.

        https://www.ory.com/docs/reference/api#tag/wellknown/operation/discoverJsonWebKeys
        """
        return await self._call(
            "discover_json_web_keys",
            GET,
            "/.well-known/jwks.json",
            models.JsonWebKeySet,
            bucket="hydra-public-high",
        )
