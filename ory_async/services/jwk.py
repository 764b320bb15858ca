"""JSON Web Keys: the keys that Hydra keeps, private halves included, in sets with names."""

from __future__ import annotations

from collections.abc import Mapping

from .. import models
from ..operation import DELETE, GET, POST, PUT
from .base import Service


class AsyncJwkService(Service):
    """Manage sets of keys, as an administrator.

    Hydra's own sets are among them, such as ``hydra.openid.id-token``, which signs the ID tokens. The public halves, for
    anybody, are in `wellknown`.
    """

    tag = "jwk"
    product = "hydra"

    async def get_json_web_key_set(self, set: str) -> models.JsonWebKeySet:
        """Fetch a set of keys, the newest first.

        Raises `NotFound` when there is no such set, or it is empty.

        https://www.ory.com/docs/reference/api#tag/jwk/operation/getJsonWebKeySet
        """
        return await self._call(
            "get_json_web_key_set",
            GET,
            "/admin/keys/{set}",
            models.JsonWebKeySet,
            path={"set": set},
            bucket="hydra-admin-medium",
        )

    async def create_json_web_key_set(
        self, set: str, body: models.CreateJsonWebKeySet | Mapping[str, models.Json]
    ) -> models.JsonWebKeySet:
        """Make a key and put it at the head of a set, which is made with it if need be.

        Returns the new key alone, its private half included.

        Raises `BadRequest` for an algorithm that the server does not make keys for, and `Conflict` when the set has a
        key of this id.

        https://www.ory.com/docs/reference/api#tag/jwk/operation/createJsonWebKeySet
        """
        return await self._call(
            "create_json_web_key_set",
            POST,
            "/admin/keys/{set}",
            models.JsonWebKeySet,
            path={"set": set},
            body=body,
            accepts=models.CreateJsonWebKeySet,
            bucket="hydra-admin-low",
        )

    async def set_json_web_key_set(
        self, set: str, body: models.JsonWebKeySet | Mapping[str, models.Json] | None = None
    ) -> models.JsonWebKeySet:
        """Put keys of your own in the place of a set; with an empty set it is gone.

        Raises `BadRequest` when a key cannot be read.

        https://www.ory.com/docs/reference/api#tag/jwk/operation/setJsonWebKeySet
        """
        return await self._call(
            "set_json_web_key_set",
            PUT,
            "/admin/keys/{set}",
            models.JsonWebKeySet,
            path={"set": set},
            body=body,
            accepts=models.JsonWebKeySet,
            body_optional=True,
            bucket="hydra-admin-low",
        )

    async def delete_json_web_key_set(self, set: str) -> None:
        """Delete a set with all its keys: what they have signed can no longer be verified.

        It does no harm where there is no such set.

        https://www.ory.com/docs/reference/api#tag/jwk/operation/deleteJsonWebKeySet
        """
        return await self._call(
            "delete_json_web_key_set",
            DELETE,
            "/admin/keys/{set}",
            None,
            path={"set": set},
            bucket="hydra-admin-low",
        )

    async def get_json_web_key(self, set: str, kid: str) -> models.JsonWebKeySet:
        """Fetch one key, as a set that holds it alone.

        Raises `NotFound` when there is no such key.

        https://www.ory.com/docs/reference/api#tag/jwk/operation/getJsonWebKey
        """
        return await self._call(
            "get_json_web_key",
            GET,
            "/admin/keys/{set}/{kid}",
            models.JsonWebKeySet,
            path={"set": set, "kid": kid},
            bucket="hydra-admin-medium",
        )

    async def set_json_web_key(
        self, set: str, kid: str, body: models.JsonWebKey | Mapping[str, models.Json] | None = None
    ) -> models.JsonWebKey:
        """Put a key of your own into a set, in the place of the one with its id if there is one.

        The id is that of the body; servers pass over `kid`.

        Raises `BadRequest` when the key cannot be read.

        https://www.ory.com/docs/reference/api#tag/jwk/operation/setJsonWebKey
        """
        return await self._call(
            "set_json_web_key",
            PUT,
            "/admin/keys/{set}/{kid}",
            models.JsonWebKey,
            path={"set": set, "kid": kid},
            body=body,
            accepts=models.JsonWebKey,
            body_optional=True,
            bucket="hydra-admin-low",
        )

    async def delete_json_web_key(self, set: str, kid: str) -> None:
        """Delete one key: what it has signed can no longer be verified.

        It does no harm where there is no such key.

        https://www.ory.com/docs/reference/api#tag/jwk/operation/deleteJsonWebKey
        """
        return await self._call(
            "delete_json_web_key",
            DELETE,
            "/admin/keys/{set}/{kid}",
            None,
            path={"set": set, "kid": kid},
            bucket="hydra-admin-low",
        )
