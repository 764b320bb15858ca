"""Issuers whose JWTs are taken as grants (RFC 7523), which one trades for access tokens at the token endpoint."""

from __future__ import annotations

from collections.abc import Mapping

from ... import models
from ...operation import DELETE, GET, POST
from ...pagination import AsyncPager
from ..base import Service


class TrustOperations(Service):
    """Trust issuers, and end that trust."""

    def list_trusted_oauth2_jwt_grant_issuers(
        self, *, page_size: int | None = None, page_token: str | None = None, issuer: str | None = None
    ) -> AsyncPager[models.TrustedOAuth2JwtGrantIssuer]:
        """List the trusted issuers, or all entries of one `issuer`.

        https://www.ory.com/docs/reference/api#tag/oAuth2/operation/listTrustedOAuth2JwtGrantIssuers
        """
        return self._list(
            "list_trusted_oauth2_jwt_grant_issuers",
            "/admin/trust/grants/jwt-bearer/issuers",
            models.TrustedOAuth2JwtGrantIssuer,
            query={"page_size": page_size, "page_token": page_token, "issuer": issuer},
            bucket="hydra-admin-medium",
        )

    async def trust_oauth2_jwt_grant_issuer(
        self, body: models.TrustOAuth2JwtGrantIssuer | Mapping[str, models.Json] | None = None
    ) -> models.TrustedOAuth2JwtGrantIssuer:
        """Trust an issuer, for one subject or for any, by one of its keys.

        Raises `Conflict` when this key of the issuer is trusted for this subject already, and `BadRequest` when
        something is missing or does not fit together.

        https://www.ory.com/docs/reference/api#tag/oAuth2/operation/trustOAuth2JwtGrantIssuer
        """
        return await self._call(
            "trust_oauth2_jwt_grant_issuer",
            POST,
            "/admin/trust/grants/jwt-bearer/issuers",
            models.TrustedOAuth2JwtGrantIssuer,
            body=body,
            accepts=models.TrustOAuth2JwtGrantIssuer,
            body_optional=True,
            bucket="hydra-admin-low",
        )

    async def get_trusted_oauth2_jwt_grant_issuer(self, id: str) -> models.TrustedOAuth2JwtGrantIssuer:
        """Fetch a trusted issuer, by the id of the entry.

        Raises `NotFound` when there is no such entry, and `BadRequest` when the id is no UUID.

        https://www.ory.com/docs/reference/api#tag/oAuth2/operation/getTrustedOAuth2JwtGrantIssuer
        """
        return await self._call(
            "get_trusted_oauth2_jwt_grant_issuer",
            GET,
            "/admin/trust/grants/jwt-bearer/issuers/{id}",
            models.TrustedOAuth2JwtGrantIssuer,
            path={"id": id},
            bucket="hydra-admin-medium",
        )

    async def delete_trusted_oauth2_jwt_grant_issuer(self, id: str) -> None:
        """End the trust in an issuer, by the id of the entry: its JWTs are refused from now on.

        Raises `NotFound` when there is no such entry, so also when it has been deleted before, and `BadRequest` when
        the id is no UUID.

        https://www.ory.com/docs/reference/api#tag/oAuth2/operation/deleteTrustedOAuth2JwtGrantIssuer
        """
        return await self._call(
            "delete_trusted_oauth2_jwt_grant_issuer",
            DELETE,
            "/admin/trust/grants/jwt-bearer/issuers/{id}",
            None,
            path={"id": id},
            bucket="hydra-admin-low",
        )
