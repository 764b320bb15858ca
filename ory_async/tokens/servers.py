"""The OAuth2 server as its clients see it: where its endpoints are, and whose tokens it issues."""

from __future__ import annotations

from typing import Final

from .. import models
from ..caching import SingleFlight
from ..client import Ory
from ..errors import DecodeError
from .scalars import text

_OPERATION: Final = "discover_oidc_configuration"


class Server:
    """A server and what it tells about itself (OpenID Connect Discovery 1.0), which is asked for once."""

    def __init__(self, ory: Ory) -> None:
        self.ory = ory
        self._metadata: models.OidcConfiguration | None = None
        self._flights: SingleFlight[models.OidcConfiguration] = SingleFlight()

    async def metadata(self) -> models.OidcConfiguration:
        """Where the endpoints are, as browsers and other servers reach them.

        Raises `DecodeError` where the answer lacks one, or the issuer, without which anybody's tokens would do.
        """
        if self._metadata is None:
            self._metadata = await self._flights.join(None, self._discover)
        return self._metadata

    async def _discover(self) -> models.OidcConfiguration:
        told = await self.ory.oidc.discover_oidc_configuration()
        for name in ("issuer", "authorization_endpoint", "token_endpoint"):
            if not text(_OPERATION, name, getattr(told, name)):
                raise DecodeError(f"{_OPERATION}: the answer lacks {name}", operation=_OPERATION, path=(name,))
        text(_OPERATION, "end_session_endpoint", told.end_session_endpoint)
        return told
