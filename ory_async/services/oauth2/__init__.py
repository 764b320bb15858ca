"""OAuth2: the clients, what people grant to them, and the protocol itself."""

from __future__ import annotations

from .clients import ClientOperations
from .consent import ConsentOperations
from .protocol import ProtocolOperations
from .sessions import SessionOperations
from .trust import TrustOperations

__all__ = ["AsyncOAuth2Service"]


class AsyncOAuth2Service(
    ClientOperations,
    ConsentOperations,
    ProtocolOperations,
    SessionOperations,
    TrustOperations,
):
    """Manage OAuth2 clients, serve the pages for login and consent, speak the protocol, end what was granted.

    The operations of the protocol are for anybody, and take the parameters of its RFCs by their names; the others are
    for administrators. OpenID Connect has a service of its own, `oidc`.
    """

    tag = "oauth2"
    product = "hydra"
