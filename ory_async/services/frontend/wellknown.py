"""Documents at well-known places, for browsers and password managers."""

from __future__ import annotations

from ... import models
from ...messages import Redirect
from ...operation import GET
from .base import FrontendOperations


class WellKnownOperations(FrontendOperations):
    """What pages and password managers look for under ``/.well-known``."""

    async def get_webauthn_javascript(self) -> str:
        """Fetch the JavaScript that pages with WebAuthn or passkeys load.

        https://www.ory.com/docs/reference/api#tag/frontend/operation/getWebAuthnJavaScript
        """
        return await self._call(
            "get_webauthn_javascript",
            GET,
            "/.well-known/ory/webauthn.js",
            str,
            accept="*/*",
            bucket="hydra-public-high",
        )

    async def get_webauthn_related_origins(self) -> models.WebAuthnRelatedOrigins:
        """Fetch the origins that may use this site's passkeys (WebAuthn Level 3, section 5.11).

        The open-source server does not have it; there it raises `NotFound`.

        https://www.ory.com/docs/reference/api#tag/frontend/operation/getWebAuthnRelatedOrigins
        """
        return await self._call(
            "get_webauthn_related_origins",
            GET,
            "/.well-known/webauthn",
            models.WebAuthnRelatedOrigins,
        )

    async def get_well_known_change_password(self) -> Redirect:
        """Find the page where people change their password, as password managers do (W3C change-password URL).

        Returns a redirect to the settings page. Kratos up to v26.2 raises `NotFound`.

        https://www.ory.com/docs/reference/api#tag/frontend/operation/getWellKnownChangePassword
        """
        return await self._call(
            "get_well_known_change_password",
            GET,
            "/.well-known/change-password",
            Redirect,
            redirects=True,
            bucket="kratos-public-high",
        )
