"""OAuth2 clients: the applications that ask for tokens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ... import models
from ...operation import DELETE, GET, PATCH, POST, PUT
from ...pagination import AsyncPager
from ..base import Service


class ClientOperations(Service):
    """Make, read, change and delete clients."""

    def list_oauth2_clients(
        self,
        *,
        page_size: int | None = None,
        page_token: str | None = None,
        client_name: str | None = None,
        owner: str | None = None,
    ) -> AsyncPager[models.OAuth2Client]:
        """List the clients.

        `client_name` and `owner` must match exactly; empty, they do not filter. `page_size` goes up to 500, what is
        above counts as that.

        https://www.ory.com/docs/reference/api#tag/oAuth2/operation/listOAuth2Clients
        """
        return self._list(
            "list_oauth2_clients",
            "/admin/clients",
            models.OAuth2Client,
            query={"page_size": page_size, "page_token": page_token, "client_name": client_name, "owner": owner},
            bucket="hydra-admin-medium",
        )

    async def create_oauth2_client(self, body: models.OAuth2Client | Mapping[str, models.Json]) -> models.OAuth2Client:
        """Make a client. Hydra fills in what is left out: an id, a secret, scopes and so on.

        Keep the ``client_secret`` of the answer, which is not shown again.

        Raises `BadRequest` when something does not fit together, and `Conflict` when the id is taken.

        https://www.ory.com/docs/reference/api#tag/oAuth2/operation/createOAuth2Client
        """
        return await self._call(
            "create_oauth2_client",
            POST,
            "/admin/clients",
            models.OAuth2Client,
            body=body,
            accepts=models.OAuth2Client,
            bucket="hydra-admin-low",
        )

    async def get_oauth2_client(self, id: str) -> models.OAuth2Client:
        """Fetch a client, without its secret.

        Raises `NotFound` when there is no such client.

        https://www.ory.com/docs/reference/api#tag/oAuth2/operation/getOAuth2Client
        """
        return await self._call(
            "get_oauth2_client",
            GET,
            "/admin/clients/{id}",
            models.OAuth2Client,
            path={"id": id},
            bucket="hydra-admin-high",
        )

    async def set_oauth2_client(
        self, id: str, body: models.OAuth2Client | Mapping[str, models.Json]
    ) -> models.OAuth2Client:
        """Put another client in the place of this one: what the body leaves out is reset, but the secret is kept.

        The answer's ``created_at`` is that of this call; a later read tells the true one.

        Raises `NotFound` when there is no such client, and `BadRequest` when something does not fit together.

        https://www.ory.com/docs/reference/api#tag/oAuth2/operation/setOAuth2Client
        """
        return await self._call(
            "set_oauth2_client",
            PUT,
            "/admin/clients/{id}",
            models.OAuth2Client,
            path={"id": id},
            body=body,
            accepts=models.OAuth2Client,
            bucket="hydra-admin-low",
        )

    async def patch_oauth2_client(
        self, id: str, body: Sequence[models.JsonPatch | Mapping[str, models.Json]]
    ) -> models.OAuth2Client:
        """Change parts of a client, by JSON Patch (RFC 6902): all of the changes are made, or none.

        Servers take the operations ``add``, ``remove`` and ``replace`` only, and never for ``/client_id``.

        Raises `NotFound` when there is no such client, and for a change of its id; `ServerError` for a change that
        cannot be made, such as one of an unknown path.

        https://www.ory.com/docs/reference/api#tag/oAuth2/operation/patchOAuth2Client
        """
        return await self._call(
            "patch_oauth2_client",
            PATCH,
            "/admin/clients/{id}",
            models.OAuth2Client,
            path={"id": id},
            body=body,
            accepts=list[models.JsonPatch],
            bucket="hydra-admin-low",
        )

    async def delete_oauth2_client(self, id: str) -> None:
        """Delete a client for good.

        Raises `NotFound` when there is no such client, so also when it has been deleted before.

        https://www.ory.com/docs/reference/api#tag/oAuth2/operation/deleteOAuth2Client
        """
        return await self._call(
            "delete_oauth2_client",
            DELETE,
            "/admin/clients/{id}",
            None,
            path={"id": id},
            bucket="hydra-admin-low",
        )

    async def set_oauth2_client_lifespans(
        self, id: str, body: models.OAuth2ClientTokenLifespans | Mapping[str, models.Json] | None = None
    ) -> models.OAuth2Client:
        """Set how long the tokens of a client live; what the body leaves out goes back to the server's settings.

        Raises `NotFound` when there is no such client, and `BadRequest` for what is no duration.

        https://www.ory.com/docs/reference/api#tag/oAuth2/operation/setOAuth2ClientLifespans
        """
        return await self._call(
            "set_oauth2_client_lifespans",
            PUT,
            "/admin/clients/{id}/lifespans",
            models.OAuth2Client,
            path={"id": id},
            body=body,
            accepts=models.OAuth2ClientTokenLifespans,
            body_optional=True,
            bucket="hydra-admin-low",
        )

    async def rotate_oauth2_client_secret(
        self, id: str, body: models.RotateOAuth2ClientSecretBody | Mapping[str, models.Json] | None = None
    ) -> models.OAuth2Client:
        """Give a client a new secret, in ``client_secret`` of the answer, which is not shown again.

        The old ones work until `delete_rotated_oauth2_client_secrets`. Hydra up to v26.2 does not have the operation.

        Raises `NotFound` when there is no such client, and `BadRequest` for one without a secret of its own.

        https://www.ory.com/docs/reference/api#tag/oAuth2/operation/rotateOAuth2ClientSecret
        """
        return await self._call(
            "rotate_oauth2_client_secret",
            POST,
            "/admin/clients/{id}/secrets/rotate",
            models.OAuth2Client,
            path={"id": id},
            body=body,
            accepts=models.RotateOAuth2ClientSecretBody,
            body_optional=True,
            bucket="hydra-admin-high",
        )

    async def delete_rotated_oauth2_client_secrets(self, id: str) -> models.OAuth2Client:
        """Make the old secrets of a client worthless; only the newest works from now on.

        Raises `NotFound` when there is no such client, and `BadRequest` for one without a secret of its own.

        https://www.ory.com/docs/reference/api#tag/oAuth2/operation/deleteRotatedOAuth2ClientSecrets
        """
        return await self._call(
            "delete_rotated_oauth2_client_secrets",
            DELETE,
            "/admin/clients/{id}/secrets/rotate",
            models.OAuth2Client,
            path={"id": id},
            bucket="hydra-admin-high",
        )
