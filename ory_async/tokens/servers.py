"""The OAuth2 server as its clients see it: where its endpoints are, and whose tokens it issues."""

from __future__ import annotations

from .. import models
from ..caching import SingleFlight
from ..client import Ory


class Server:
    """A server and what it tells about itself (OpenID Connect Discovery 1.0), which is asked for once."""

    def __init__(self, ory: Ory) -> None:
        self.ory = ory
        self._metadata: models.OidcConfiguration | None = None
        self._flights: SingleFlight[models.OidcConfiguration] = SingleFlight()

    async def metadata(self) -> models.OidcConfiguration:
        """Where the endpoints are, as browsers and other servers reach them."""
        if self._metadata is None:
            self._metadata = await self._flights.join(None, self.ory.oidc.discover_oidc_configuration)
        return self._metadata
