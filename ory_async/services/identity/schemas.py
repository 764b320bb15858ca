"""The schemas of identities."""

from __future__ import annotations

from ... import models
from ...operation import GET
from ...pagination import AsyncPager
from ..base import Service


class SchemaOperations(Service):
    """Read identity schemas; everybody may."""

    async def get_identity_schema(self, id: str) -> dict[str, models.Json]:
        """Fetch one identity schema, a JSON Schema document, by the ``schema_id`` of its identities.

        Raises `NotFound` when there is no such schema.

        https://www.ory.com/docs/reference/api#tag/identity/operation/getIdentitySchema
        """
        return await self._call(
            "get_identity_schema",
            GET,
            "/schemas/{id}",
            dict[str, models.Json],
            path={"id": id},
            credential=None,
            bucket="kratos-admin-medium",
        )

    def list_identity_schemas(
        self,
        *,
        per_page: int | None = None,
        page: int | None = None,
        page_size: int | None = None,
        page_token: str | None = None,
    ) -> AsyncPager[models.IdentitySchemaContainer]:
        """List the identity schemas, each a JSON Schema document with its id.

        `page_size` is 250 where it is not given; the server takes 1 to 500. `page`, counted from 0, and `per_page` are
        the older spelling.

        https://www.ory.com/docs/reference/api#tag/identity/operation/listIdentitySchemas
        """
        return self._list(
            "list_identity_schemas",
            "/schemas",
            models.IdentitySchemaContainer,
            query={"per_page": per_page, "page": page, "page_size": page_size, "page_token": page_token},
            credential=None,
            bucket="kratos-admin-medium",
        )
